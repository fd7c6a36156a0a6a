"""Which scenario a path means: a file, the one in a folder, or the one that its files make.

Reading the files that it names is left to the planner.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geoplan.faults import Fault

if TYPE_CHECKING:
    from geoplan.scenario import Scenario

FILE = "scenario.toml"


@dataclass(frozen=True)
class Found:
    """A scenario, its file, and its text where it was recognised and no file holds it yet."""

    scenario: Scenario
    file: Path
    text: str = ""

    def keep(self) -> list[Fault]:
        """Write a recognised scenario into its folder; give a warning where that cannot be."""
        if not self.text:
            return []
        try:
            self.file.write_text(self.text, "utf-8", newline="\n")
        except OSError as error:
            why = {"why": error.strerror or type(error).__name__}
            return [Fault("scenario_not_kept", str(self.file), params=why)]
        return []


def find_scenario(path: Path, language: str | None = None) -> Found:
    """Give the scenario of a path, in the language asked for.

    A folder without a scenario is recognised by the headers of its files; nothing is written.

    Raises
    ------
    GeoplanError
        There is none, or it is wrong.
    """
    from geoplan.scenario import read_scenario

    file, text = (path / FILE, "") if path.is_dir() else (path, "")
    if path.is_dir() and not file.exists():
        scenario, text = _recognised(path)
    else:
        scenario = read_scenario(file)
    if language:
        scenario = scenario.model_copy(update={"language": language})
    return Found(scenario, file, text)


def _recognised(folder: Path) -> tuple[Scenario, str]:
    import tomllib

    from geoplan.io import recognise_folder
    from geoplan.scenario import parse_scenario

    text = recognise_folder(folder)
    return parse_scenario(tomllib.loads(text), folder.resolve(), file=FILE), text
