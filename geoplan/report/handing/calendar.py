"""The duties of the plans as a calendar: a page to hang up, and events for a telephone.

Which duties there are, and when they fall due, is left to ``duties``.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan.report import cells
from geoplan.report.document.as_docx import docx_bytes
from geoplan.report.document.as_pdf import pdf_bytes
from geoplan.report.document.model import Document, Paragraph, Part, Table, plain
from geoplan.report.forms import Block, FormColumn, Words
from geoplan.report.handing.duties import Duty, duties_of, reply_deadline
from geoplan.report.handing.wording import area_name, words_of
from geoplan.report.locale import locale_of
from geoplan.text import nfc, slug

if TYPE_CHECKING:
    from geoplan.results import RunResult

NAME: Final = "lich-bao-cao"
_MOST: Final = 24
"""Rows of a list on the page; the rest is told by its number."""
_FOLD: Final = 75
"""Octets of a line (RFC 5545, 3.1)."""
_REMIND: Final = "-P14D"


def write_calendar(result: RunResult, folder: Path) -> None:
    """Write ``lich-bao-cao.pdf``, ``.docx`` and ``.ics``."""
    document = calendar(result)
    (folder / f"{NAME}.pdf").write_bytes(pdf_bytes(document))
    (folder / f"{NAME}.docx").write_bytes(docx_bytes(document))
    (folder / f"{NAME}.ics").write_bytes(ics_bytes(result))


def calendar(result: RunResult) -> Document:
    """Make the calendar: what is to be reported by month, then works that have an end."""
    words = words_of(result)
    duties = duties_of(result)
    reports = [duty for duty in duties if duty.to]
    works = [duty for duty in duties if not duty.to and duty.due is not None]
    parts: list[Part] = [_reports(result, reports, words)]
    if works:
        parts.append(_works(result, works, words))
    if not duties:
        parts = [Paragraph(plain(words("The plans of this scenario name no duty in force.")))]
    title = words("CALENDAR OF REPORTS AND DUTIES")
    locale = locale_of(result.scenario.language)
    subtitle = words("{area}; from {date}").format(
        area=area_name(result, words), date=locale.date(result.scenario.day)
    )
    return Document(
        title=plain(title),
        parts=parts,
        language=result.scenario.language,
        day=result.scenario.day,
        subtitle=plain(subtitle),
    )


def _reports(result: RunResult, duties: list[Duty], words: Words) -> Table:
    columns = (
        FormColumn(words("Month"), "text", 9),
        FormColumn(words("Before"), "text", 11),
        FormColumn(words("Who"), "text", 20),
        FormColumn(words("To whom"), "text", 20),
        FormColumn(words("Content"), "text", 22),
        FormColumn(words("Forms"), "text", 9),
        FormColumn(words("Plan"), "text", 11),
    )
    locale = locale_of(result.scenario.language)
    rows: list[list[str]] = []
    deadline = reply_deadline(result)
    replies = words("reply to the letter on hamlets without signal, with its annex")
    own = (deadline, words("Mobile operators"), words("Department of Science and Technology"),
           replies, "B2", "–")  # fmt: skip
    listed = [
        (duty.due, duty.who, duty.to, duty.does, duty.forms or "–", duty.plan)
        for duty in duties[:_MOST]
    ]
    if result.baseline.operators:
        listed.append(own)
    last = datetime.date.max
    for due, *others in sorted(listed, key=lambda row: row[0] or last):
        month = words("yearly") if due is None else f"{due.month:02d}/{due.year}"
        day = words("no fixed day") if due is None else locale.date(due)
        rows.append([month, day, *(str(other) for other in others)])
    return Table(Block(columns, rows), caption=words("Reports"), notes=_left(duties, words))


def _works(result: RunResult, duties: list[Duty], words: Words) -> Table:
    columns = (
        FormColumn(words("By"), "text", 12),
        FormColumn(words("Who"), "text", 26),
        FormColumn(words("Work"), "text", 46),
        FormColumn(words("Plan"), "text", 16),
    )
    locale = locale_of(result.scenario.language)
    rows = [
        [locale.date(duty.due), duty.who, duty.does, duty.plan]
        for duty in duties[:_MOST]
        if duty.due is not None
    ]
    return Table(
        Block(columns, rows), caption=words("Works with an end"), notes=_left(duties, words)
    )


def _left(duties: list[Duty], words: Words) -> tuple[str, ...]:
    more = len(duties) - _MOST
    return (words("and {n} more, see report.xlsx").format(n=more),) if more > 0 else ()


def ics_bytes(result: RunResult) -> bytes:
    """Give the duties with a day as events of a whole day (RFC 5545)."""
    words, stamp = words_of(result), cells.file_date(result.scenario.day)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//geoplan//lich-bao-cao//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for duty in duties_of(result):
        if duty.due is not None:
            lines += _event(duty, duty.due, stamp, words)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode("utf-8")


def _event(duty: Duty, due: datetime.date, stamp: datetime.datetime, words: Words) -> list[str]:
    said = [duty.who, duty.does, *([f"→ {duty.to}"] if duty.to else []), duty.quote]
    if duty.forms:
        said.append(words("Forms {forms} of report.xlsx").format(forms=duty.forms))
    summary = f"{duty.does} ({duty.plan})"
    uid = f"{slug(duty.plan) or 'plan'}.{slug(duty.duty_id) or 'duty'}.{due.isoformat()}@geoplan"
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + datetime.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(chr(10).join(said))}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:{_REMIND}",
        f"DESCRIPTION:{_escaped(summary)}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Write text as a value (RFC 5545, 3.3.11); each line of it without odd characters."""
    lines = [nfc(line) for line in text.split("\n")]
    whole = "\n".join(line for line in lines if line)
    for sign in ("\\", ";", ","):
        whole = whole.replace(sign, "\\" + sign)
    return whole.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line of more than 75 octets, never within a character."""
    pieces, room = [""], _FOLD
    size = 0
    for char in line:
        octets = len(char.encode("utf-8"))
        if size + octets > room:
            pieces.append("")
            size, room = 0, _FOLD - 1  # the blank before it counts
        pieces[-1] += char
        size += octets
    return "\r\n ".join(pieces)
