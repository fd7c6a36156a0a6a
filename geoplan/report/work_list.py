"""Writes phieu-xac-minh-toa-do.xlsx: a sheet for each commune, its hamlets and their candidates.

A person puts an x beside the right point or enters coordinates; ``io.locations`` reads it back as
it is. Finding candidates is left to ``locating``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd

from geoplan.report import cells, fitting
from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import Words
from geoplan.report.workbook_words import value_words
from geoplan.scenario import Scenario
from geoplan.text import translator

NAME: Final = "phieu-xac-minh-toa-do.xlsx"
DOUBTS: Final = {
    "same_name": "another hamlet of the commune has this name",
    "fits_other": "fits a hamlet of another commune as well",
    "several_points": "several points of this name, apart",
    "accents": "other accents",
    "part_of_name": "only a part of the name",
    "number_missing": "only one of the names has a number",
    "other_kind": "another kind of unit",
    "outside": "outside the commune",
    "other_commune": "its file names another commune",
    "named_for_commune": "may be named after the commune",
    "main_of_branch": "main name of a school with a branch",
}
"""Codes of doubts → words."""
_HOW: Final = (
    "Put an x into the column “Agreed (x)” beside the point that is the centre of the hamlet, at "
    "most one for each hamlet. Without an x nothing counts.",
    "If none is right, write longitude and latitude in degrees into the last two columns of any "
    "row of the hamlet. Keep the codes as they are.",
)
_FONT: Final = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_SIZE: Final = 11
_LINE: Final = 15.0
_BORDER: Final = {"border": 1, "border_color": "#7A8694"}
_BAD: Final = re.compile(r"[\[\]:*?/\\']")


def work_list(hamlets: pd.DataFrame, candidates: pd.DataFrame, scenario: Scenario) -> bytes:
    """Give the bytes of the work list, the same for the same tables.

    Parameters
    ----------
    hamlets
        The hamlets without coordinates, with ``commune_name``.
    candidates
        The table ``candidates``.
    scenario
        Its name, language and day.
    """
    import xlsxwriter

    words = translator(scenario.language, "workbook")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    title = words("LOCATIONS OF HAMLETS TO CONFIRM")
    created = cells.file_date(scenario.day)
    book.set_properties({"title": title, "comments": "geoplan", "created": created})
    styles = _styles(book, scenario.language)
    of_hamlet = dict(list(candidates.groupby("hamlet_id", sort=False)))
    order = sorted(
        hamlets[["commune_code", "commune_name"]].drop_duplicates().itertuples(index=False),
        key=lambda row: (vietnamese_key(str(row[1])), str(row[0])),
    )
    for code, name in order:
        own = hamlets[hamlets["commune_code"] == code].sort_values("hamlet_id", kind="stable")
        page = book.add_worksheet(_sheet_name(str(code), str(name)))
        place = f"{name} ({code}) – {scenario.name}"
        _write_sheet(page, place, list(_rows(own, of_hamlet, words)), styles, words)
    if not order:
        book.add_worksheet(words("Nothing to confirm")[:31])
    book.close()
    return buffer.getvalue()


def _sheet_name(code: str, name: str) -> str:
    """Name a sheet by code and name; the code makes it the only one of its kind."""
    return _BAD.sub(" ", f"{code} {name}")[:31].strip()


def _columns(words: Words) -> tuple[tuple[str, float, str], ...]:
    """Give header, width and style of each column."""
    return (
        (words("No."), 5.0, "number"),
        (words("Hamlet id"), 15.0, "fixed"),
        (words("Hamlet name"), 24.0, "fixed"),
        (words("Commune code"), 9.0, "fixed"),
        (words("Proposed point"), 34.0, "fixed"),
        (words("What the point is"), 13.0, "fixed"),
        (words("Longitude"), 12.0, "degrees"),
        (words("Latitude"), 12.0, "degrees"),
        (words("Score"), 8.0, "score"),
        (words("Outside the commune, m"), 9.0, "metres"),
        (words("Doubt"), 28.0, "fixed"),
        (words("From file"), 18.0, "fixed"),
        (words("Agreed (x)"), 9.0, "answer"),
        (words("Longitude by hand"), 13.0, "answer"),
        (words("Latitude by hand"), 13.0, "answer"),
    )


def _styles(book: Any, language: str) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EDF3"}
    fixed = {**_BORDER, "text_wrap": True, "valign": "top", "align": "left"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "line": {},
        "head": {**_BORDER, **head},
        "fixed": fixed,
        "number": {**fixed, "align": "center", "num_format": "0"},
        "degrees": {**fixed, "align": "right", "num_format": "0.000000"},
        "score": {**fixed, "align": "right", "num_format": cells.tagged("0.00", language)},
        "metres": {**fixed, "align": "right", "num_format": cells.tagged("#,##0", language)},
        "answer": {**_BORDER, "valign": "top", "num_format": "@", "bg_color": "#FFFBE6"},
    }
    return {name: book.add_format({**_FONT, **look}) for name, look in looks.items()}


def _rows(
    hamlets: pd.DataFrame, of_hamlet: dict[Any, pd.DataFrame], words: Words
) -> Iterable[list[Any]]:
    """Give the rows of a commune: each hamlet with each of its candidates, or with none."""
    kinds = value_words("centre_kind", words)
    for number, hamlet in enumerate(hamlets.to_dict("records"), start=1):
        head = [number, hamlet["hamlet_id"], hamlet["name"], hamlet["commune_code"]]
        found = of_hamlet.get(hamlet["hamlet_id"])
        if found is None:
            yield [*head, words("no candidate"), *[None] * 7]
            continue
        for one in found.to_dict("records"):
            doubts = [words(DOUBTS[code]) for code in str(one["doubt"]).split(";") if code]
            yield [
                *head,
                one["candidate_name"],
                kinds.get(str(one["class"]), one["class"]),
                one["longitude"],
                one["latitude"],
                one["score"],
                one["distance_m"],
                "; ".join(doubts),
                one["source_file"],
            ]


def _write_sheet(
    page: Any, place: str, rows: Sequence[Sequence[Any]], styles: dict[str, Any], words: Words
) -> None:
    columns = _columns(words)
    page.hide_gridlines(2)
    page.write_string(0, 0, words("LOCATIONS OF HAMLETS TO CONFIRM"), styles["title"])
    page.write_string(1, 0, place, styles["line"])
    for at, line in enumerate(_HOW, start=2):
        page.write_string(at, 0, words(line), styles["line"])
    head = len(_HOW) + 2
    lines = max(fitting.lines(title, width, _SIZE, bold=True) for title, width, _ in columns)
    page.set_row(head, _LINE * lines + 9)
    for column, (title, width, _) in enumerate(columns):
        page.set_column(column, column, width)
        page.write_string(head, column, title, styles["head"])
    for at, values in enumerate(rows, start=head + 1):
        _write_row(page, at, values, columns, styles)
    page.freeze_panes(head + 1, 3)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L&9{place.replace('&', '&&')[:150]}&C&9&P/&N&R&9geoplan")


def _write_row(
    page: Any,
    row: int,
    values: Sequence[Any],
    columns: Sequence[tuple[str, float, str]],
    styles: dict[str, Any],
) -> None:
    lines = 1
    for place, (_, width, look) in enumerate(columns):
        value = values[place] if place < len(values) else None
        if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
            page.write_blank(row, place, None, styles[look])
        elif isinstance(value, int | float):
            page.write_number(row, place, round(float(value), 6), styles[look])
        else:
            page.write_string(row, place, str(value), styles[look])
            lines = max(lines, fitting.lines(str(value), width, _SIZE))
    page.set_row(row, _LINE * lines + 3)
