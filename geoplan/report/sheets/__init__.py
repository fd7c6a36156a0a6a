"""A sheet for each commune: a page to read and print, and a check table to send back.

``content`` says what stands on a sheet, ``page`` and ``check_table`` lay it out. Sheets go to
people outside the province's office: they hold no coordinates, ids or distances of any site.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan.report.sheets import check_table, content, page
from geoplan.report.sheets.previous import PreviousFigures, previous_figures

if TYPE_CHECKING:
    from geoplan.results import RunResult

__all__ = ["FOLDER", "PreviousFigures", "previous_figures", "write_sheets"]

FOLDER: Final = "communes"
"""Of a run's folder, where its sheets stand."""


def write_sheets(
    result: RunResult, folder: Path, *, previous: PreviousFigures | None = None
) -> None:
    """Write the sheet of every commune, their check tables and the index.

    Parameters
    ----------
    result
        The run.
    folder
        Where they are to stand; it is made if it is missing.
    previous
        From :func:`previous_figures`, the run to compare with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sheets = content.sheets_of(result, previous)
    files: dict[str, str] = {}
    for sheet in sheets.communes:
        book = check_table.check_table(sheets, sheet, result.scenario.language)
        if book is not None:
            files[sheet.code] = check_table.file_name(sheet)
            (folder / files[sheet.code]).write_bytes(book)
    pages = page.Pages(result, sheets, files)
    for sheet in sheets.communes:
        _write(folder / f"{sheet.stem}.html", pages.commune(sheet))
    _write(folder / "index.html", pages.index())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
