"""Writes phieu-chinh-sua/: for each sender of data a workbook of what to correct, to be sent back.

A sender is the operator whose list a file is, else the file itself. Rows that were left out come
first, then what was read but is doubtful, then what differs from declared totals and from an
earlier list. Which rows these are is told by ``io`` and ``sharing.reconcile``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan import faults
from geoplan.report import cells, fitting
from geoplan.report.forms import Words
from geoplan.report.locale import locale_of
from geoplan.report.workbook_words import CHANGES
from geoplan.text import slug, translator

if TYPE_CHECKING:
    from geoplan.faults import Fault
    from geoplan.results import InputFile, RunResult

FOLDER: Final = "phieu-chinh-sua"
_MOST: Final = 20_000
"""Rows of one part; the rest is counted, and stands in rejects.csv and run.json."""
_LONGEST: Final = 1000
"""Letters of a value that are shown."""
_HOW_READ: Final = frozenset(
    {
        *("axes_exchanged", "sheets_together", "tables_joined", "input_unused", "line_left_out"),
        *("columns_ignored", "layer_chosen", "rounding_mended", "encoding_detected"),
        *("hidden_sheet", "check_superseded", "check_of_other_technology", "point_near"),
    }
)
"""Warnings that say how a file was read: alone they are no reason to write to anybody."""
_NOT_SENT: Final = frozenset({"sites_before", "population", "locations"})
"""Roles of files that nobody is asked to correct."""
_FONT: Final = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_SIZE: Final = 11
_LINE: Final = 15.0
_BORDER: Final = {"border": 1, "border_color": "#7A8694"}


@dataclass
class _Form:
    """What one sender is asked: of which files, which rows, doubts and differences."""

    sender: str
    is_operator: bool
    files: list[InputFile] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    doubtful: list[Fault] = field(default_factory=list)
    differences: list[list[str]] = field(default_factory=list)

    @property
    def is_needed(self) -> bool:
        """Whether there is something to correct, confirm or explain."""
        asked = any(fault.code not in _HOW_READ for fault in self.doubtful)
        return bool(self.refused or self.differences) or asked


@dataclass(frozen=True)
class _Part:
    """One sheet of a form: its name, what it asks, the columns with their widths, and the rows."""

    sheet: str
    request: str
    columns: tuple[tuple[str, float], ...]
    rows: Sequence[Sequence[str | int]]


def write_corrections(result: RunResult, folder: Path) -> None:
    """Write ``phieu-chinh-sua/<sender>.xlsx`` for every sender who has something to correct."""
    for name, content in correction_forms(result).items():
        (folder / FOLDER).mkdir(exist_ok=True)
        (folder / FOLDER / name).write_bytes(content)


def correction_forms(result: RunResult) -> dict[str, bytes]:
    """Give the name and the bytes of each form, the same for the same run."""
    made: dict[str, bytes] = {}
    words = translator(result.scenario.language, "workbook")
    for form in _forms(result, words):
        stem = slug(form.sender if form.is_operator else PurePosixPath(form.sender).stem)
        name, copy = f"{stem or 'tep'}.xlsx", 2
        while name in made:
            name, copy = f"{stem or 'tep'}-{copy}.xlsx", copy + 1
        made[name] = _workbook(form, result, words)
    return made


def _forms(result: RunResult, words: Words) -> list[_Form]:
    """Gather what each sender is asked, senders in the order of their first file."""
    forms: dict[tuple[str, bool], _Form] = {}
    of_file: dict[str, _Form] = {}
    for file in result.inputs.files:
        if file.role in _NOT_SENT:
            continue
        key = (file.sender or file.path, bool(file.sender))
        form = forms.setdefault(key, _Form(*key))
        form.files.append(file)
        of_file.setdefault(file.path, form)
    for fault in _once(result.inputs.refused):
        if fault.file in of_file:
            of_file[fault.file].refused.append(fault)
    for fault in _once(result.inputs.warnings):
        if fault.file in of_file:
            of_file[fault.file].doubtful.append(fault)
    for operator, difference in _differences(result, words):
        key = (operator, True)
        forms.setdefault(key, _Form(*key)).differences.append(difference)
    return [form for form in forms.values() if form.is_needed]


def _once(told: Iterable[Fault]) -> Iterable[Fault]:
    """Give faults without those that stand there again: a file may be read for two inputs."""
    return {
        (fault.file, fault.sheet, fault.row, fault.code, fault.column, fault.value): fault
        for fault in told
    }.values()


def _differences(result: RunResult, words: Words) -> Iterable[tuple[str, list[str]]]:
    """Give what operators are to explain: totals that differ, and changes of their lists."""
    found = result.baseline.reconciled
    if found is None:
        return
    numbers = locale_of(result.scenario.language)
    totals = found.declared_totals
    for row in totals[totals["difference"] != 0].to_dict("records"):
        what = " ".join(part for part in (words(row["indicator"]), row["technology"]) if part)
        told = words("declared for {date}: {document}").format(
            date=numbers.date(row["as_of"].date()), document=row["document"] or "–"
        )
        counts = [numbers.number(float(row[name])) for name in ("declared", "counted")]
        yield row["operator"], [f"{what} ({told})", "", *counts]
    changes = found.site_changes
    for row in changes[changes["change"] != "left_out"].to_dict("records"):
        what = " ".join(part for part in (words(CHANGES[row["change"]]), row["technology"]) if part)
        if not pd.isna(row["distance_m"]):
            what += f" ({numbers.number(row['distance_m'])} m)"
        yield row["operator"], [what, row["site_id"], row["before"], row["after"]]


def _workbook(form: _Form, result: RunResult, words: Words) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = cells.file_date(result.scenario.day)
    title = words("REQUEST TO CORRECT DATA")
    book.set_properties({"title": title, "comments": "geoplan", "created": created})
    styles = _styles(book)
    for part in _parts(form, result.scenario.language, words):
        _write_part(book, part, form, result, styles, words)
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    looks: dict[str, dict[str, Any]] = {
        "plain": {},
        "title": {"bold": True, "font_size": 14, "align": "center"},
        "subtitle": {"italic": True, "align": "center"},
        "line": {"text_wrap": True, "valign": "top"},
        "strong": {"bold": True},
        "head": {**_BORDER, "bold": True, "text_wrap": True, "align": "center",
                 "bg_color": "#E8EDF3"},
        "number": {**_BORDER, "align": "center", "valign": "top", "num_format": "0"},
        "cell": {**_BORDER, "text_wrap": True, "valign": "top", "align": "left"},
        "answer": {**_BORDER, "text_wrap": True, "valign": "top", "num_format": "@",
                   "bg_color": "#FFFBE6"},
        "signer": {"bold": True, "align": "center"},
        "sign_here": {"italic": True, "align": "center"},
    }  # fmt: skip
    return {name: book.add_format({**_FONT, **look}) for name, look in looks.items()}


def _parts(form: _Form, language: str, words: Words) -> list[_Part]:
    """Give the parts of a form that have rows."""
    translate = translator(language, "faults")
    place = (
        (words("No."), 5.0),
        (words("File"), 21.0),
        (words("Worksheet"), 11.0),
        (words("Row"), 8.0),
        (words("Code"), 14.0),
        (words("Column"), 15.0),
        (words("Value as sent"), 17.0),
    )
    told = [
        _Part(
            words("1 To correct"),
            words("Rows that could not be used: correct them in the file, or write the correct "
                  "value into the last column."),
            (*place, (words("What is wrong"), 28.0), (words("What to do"), 32.0),
             (words("Correct value"), 20.0)),
            _fault_rows(form.refused, translate),
        ),
        _Part(
            words("2 To confirm"),
            words("Read and used, but doubtful: confirm, or write the correct value into the last "
                  "column."),
            (*place, (words("Remark"), 28.0), (words("What to do"), 32.0),
             (words("Correct value"), 20.0)),
            _fault_rows(form.doubtful, translate),
        ),
        _Part(
            words("3 To explain"),
            words("Differences from declared totals and from the earlier list: explain each of "
                  "them."),
            ((words("No."), 5.0), (words("What differs"), 48.0), (words("Site"), 18.0),
             (words("Declared, or before"), 24.0), (words("Counted, or now"), 24.0),
             (words("Explanation"), 44.0)),
            form.differences,
        ),
    ]  # fmt: skip
    return [part for part in told if part.rows]


def _fault_rows(told: Sequence[Fault], translate: faults.Translate) -> list[list[str | int]]:
    """Give faults as rows in the order of the files: where, which value, what is wrong."""
    return [
        [
            fault.file,
            fault.sheet,
            "" if fault.row is None else fault.row,
            fault.key,
            fault.column,
            fault.value[:_LONGEST],
            faults.message(fault, translate),
            faults.advice(fault, translate),
        ]
        for fault in told
    ]


def _write_part(
    book: Any, part: _Part, form: _Form, result: RunResult, styles: dict[str, Any], words: Words
) -> None:
    page = book.add_worksheet(part.sheet)
    page.hide_gridlines(2)
    for place, (_, width) in enumerate(part.columns):
        page.set_column(place, place, width)
    head = _write_title(page, part, form, result, styles, words)
    last = len(part.columns) - 1
    lines = max(fitting.lines(title, width, _SIZE, bold=True) for title, width in part.columns)
    page.set_row(head, _LINE * lines + 9)
    for place, (title, _) in enumerate(part.columns):
        page.write_string(head, place, title, styles["head"])
    row = head + 1
    for number, values in enumerate(part.rows[:_MOST], start=1):
        _write_row(page, row, (number, *values), part, styles)
        row += 1
    if len(part.rows) > _MOST:
        more = words("… and {n} more rows, see rejects.csv and run.json")
        page.write_string(row, 0, more.format(n=len(part.rows) - _MOST), styles["plain"])
        row += 1
    _write_signatures(page, row + 1, last, styles, words)
    page.freeze_panes(head + 1, 0)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
    left = f"{form.sender} – {part.sheet}".replace("&", "&&")[:150]
    page.set_footer(f"&L&9{left}&C&9&P/&N&R&9geoplan")


def _write_title(
    page: Any, part: _Part, form: _Form, result: RunResult, styles: dict[str, Any], words: Words
) -> int:
    """Write what stands above the table; give the row of its heading."""
    last = len(part.columns) - 1
    day = result.scenario.day.strftime("%d/%m/%Y")
    page.write_string(0, 0, words("Unit: ................................"), styles["plain"])
    _merge(page, 1, 0, last, words("REQUEST TO CORRECT DATA"), styles["title"])
    page.set_row(1, 22)
    place = f"{result.scenario.name} – " + words("Figures as of {date}").format(date=day)
    _merge(page, 2, 0, last, place, styles["subtitle"])
    to = words("To: {name}") if form.is_operator else words("To whoever keeps the file {name}")
    page.write_string(3, 0, to.format(name=form.sender), styles["strong"])
    row = 4
    for file in form.files:
        text = words("{file}: {read} rows read, {accepted} accepted, {refused} left out").format(
            file=file.path, read=file.read, accepted=file.accepted, refused=file.refused
        )
        page.write_string(row, 0, text, styles["plain"])
        row += 1
    back = words("Send it back by ...../...../........")
    _merge(page, row, 0, last, f"{part.request} {back}", styles["line"])
    room = sum(width for _, width in part.columns)
    page.set_row(row, _LINE * fitting.lines(f"{part.request} {back}", room, _SIZE) + 4)
    return row + 1


def _write_row(
    page: Any, row: int, values: Sequence[str | int], part: _Part, styles: dict[str, Any]
) -> None:
    """Write a row and, behind it, the blank cell for the answer; every text stays text."""
    lines = 1
    for place, value in enumerate(values):
        if isinstance(value, int):
            page.write_number(row, place, value, styles["number"])
        elif value:
            page.write_string(row, place, value, styles["cell"])
            lines = max(lines, fitting.lines(value, part.columns[place][1], _SIZE))
        else:
            page.write_blank(row, place, None, styles["cell"])
    page.write_blank(row, len(part.columns) - 1, None, styles["answer"])
    page.set_row(row, _LINE * min(lines, 20) + 3)


def _write_signatures(page: Any, row: int, last: int, styles: dict[str, Any], words: Words) -> None:
    middle = (last + 1) // 2
    _merge(page, row, middle, last, words("Date: ...../...../........"), styles["sign_here"])
    for first, end, who, how in (
        (0, middle - 1, "REQUESTED BY", "(signature, full name)"),
        (middle, last, "CONFIRMED BY THE SENDER", "(signature, stamp)"),
    ):
        _merge(page, row + 1, first, end, words(who), styles["signer"])
        _merge(page, row + 2, first, end, words(how), styles["sign_here"])


def _merge(page: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    if last > first:
        page.merge_range(row, first, row, last, "", style)
    page.write_string(row, first, text, style)
