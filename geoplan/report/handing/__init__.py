"""What is handed on beside the report: letters to operators, dossiers, wall maps, a calendar.

Each is a ``Document`` or a drawing; writing those is left to ``document`` and ``drawing``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geoplan.results import RunResult


def write(result: RunResult, folder: Path) -> None:
    """Write letters, dossiers, the calendar and wall maps into the folder of a run."""
    from geoplan.report.handing.calendar import write_calendar
    from geoplan.report.handing.dossiers import write_dossiers
    from geoplan.report.handing.letters import write_letters
    from geoplan.report.handing.walls import write_walls

    write_letters(result, folder)
    write_dossiers(result, folder)
    write_calendar(result, folder)
    write_walls(result, folder)
