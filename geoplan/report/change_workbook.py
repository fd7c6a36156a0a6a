"""Writes thay-doi.xlsx: the forms of changes, on A4 with a place to sign.

What stands on them is left to ``change_forms``; laying out is that of report.xlsx.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan.report import cells, change_forms
from geoplan.report.locale import locale_of
from geoplan.report.report_workbook import About, Styles, write_form
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.report.comparison import Comparison

NAME: Final = "thay-doi.xlsx"
_MOST: Final = 5000
"""Rows of a list in the workbook; all stand in the tables."""


def write_change_workbook(found: Comparison, folder: Path, language: str) -> None:
    """Write the workbook."""
    (folder / NAME).write_bytes(change_workbook(found, language))


def change_workbook(found: Comparison, language: str) -> bytes:
    """Give the bytes of the workbook, the same for the same runs."""
    import xlsxwriter

    words, locale = translator(language, "compare"), locale_of(language)
    frame = translator(language, "workbook")
    old, new = (run.as_of.date() for run in (found.runs[0], found.runs[-1]))
    name = found.runs[-1].name
    told = [
        f"{name} – " + frame("Figures as of {date}").format(date=locale.date(new)),
        words("compared with {date}").format(date=locale.date(old)),
    ]
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = cells.file_date(new)
    title = words("Report of changes")
    book.set_properties({"title": f"{title} – {name}", "comments": "geoplan", "created": created})
    styles = Styles(book, language)
    about = About(name, ", ".join(told))
    for form in change_forms.forms(found, words, locale, _MOST):
        write_form(book, form, about, styles, frame)
    book.close()
    return buffer.getvalue()
