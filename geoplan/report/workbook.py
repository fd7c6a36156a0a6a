"""Writes the workbooks of a run: to sign, to filter, to check on the spot, and to correct data.

What stands in them is left to ``report_workbook``, ``tables_workbook``, ``check_sheet`` and
``corrections``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geoplan.report.check_sheet import write_check_sheet
from geoplan.report.corrections import write_corrections
from geoplan.report.report_workbook import write_report_workbook
from geoplan.report.tables_workbook import write_tables_workbook

if TYPE_CHECKING:
    from geoplan.results import RunResult


def write_workbooks(result: RunResult, folder: Path, *, marking: str = "") -> None:
    """Write ``report.xlsx``, ``bang-so-lieu.xlsx`` and the sheets to fill in (PRODUCT.md §6).

    ``marking`` stands at the head of every printed page of the first two.
    """
    write_report_workbook(result, folder, marking=marking)
    write_tables_workbook(result, folder, marking=marking)
    write_check_sheet(result, folder)
    write_corrections(result, folder)
