"""Letters to the operators: each is asked for its measures for the hamlets that it does not serve.

A letter holds figures of its reader's own network and what anybody may know of a hamlet: nothing
of another operator. The annex to fill in is ``annex``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.collation import vietnamese_key
from geoplan.report.document.as_docx import docx_bytes
from geoplan.report.document.model import Document, Heading, NewPage, Part, Signatures, Table, plain
from geoplan.report.forms import Block, FormColumn, Words
from geoplan.report.hamlet_facts import list_technology
from geoplan.report.handing import duties
from geoplan.report.handing.annex import annex_bytes
from geoplan.report.handing.template import parts_of, template
from geoplan.report.handing.wording import area_name, file_names, words_of
from geoplan.report.locale import locale_of

if TYPE_CHECKING:
    from geoplan.results import RunResult

FOLDER: Final = "cong-van"


@dataclass(frozen=True)
class Asked:
    """What one operator is asked about."""

    operator: str
    technology: str
    hamlets: pd.DataFrame
    """Rows of the table ``hamlets`` by commune and name, with ``own_status`` and ``missing``."""
    known: int
    """Hamlets with a location, the base of the share."""


def write_letters(result: RunResult, folder: Path) -> None:
    """Write ``cong-van/<operator>.docx`` and ``phu-luc-<operator>.xlsx`` for each operator."""
    operators = list(result.baseline.operators)
    if not operators:
        return
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for operator, name in file_names(operators).items():
        asked = asked_of(result, operator)
        annex = f"phu-luc-{name}.xlsx"
        (target / f"{name}.docx").write_bytes(docx_bytes(letter(result, asked, annex)))
        (target / annex).write_bytes(annex_bytes(result, operator, asked.hamlets))


def write_letter(result: RunResult, operator: str, folder: Path) -> None:
    """Write the letter to one operator and its annex into the operator's own folder."""
    name = file_names(list(result.baseline.operators))[operator]
    asked = asked_of(result, operator)
    annex = f"phu-luc-{name}.xlsx"
    (folder / f"cong-van-{name}.docx").write_bytes(docx_bytes(letter(result, asked, annex)))
    (folder / annex).write_bytes(annex_bytes(result, operator, asked.hamlets))


def asked_of(result: RunResult, operator: str) -> Asked:
    """Give the hamlets that an operator does not serve, or not in all their groups of houses."""
    baseline, technology = result.baseline, list_technology(result)
    own = baseline.service[baseline.service["operator"] == operator]
    status = own.pivot_table(
        index="hamlet_id", columns="technology", values="status", aggfunc="first", observed=True
    )
    status = status.reindex(columns=list(baseline.technologies)).reindex(
        baseline.hamlets["hamlet_id"]
    )
    bad = status.isin(["white", "dead_spot"])
    missing = [
        ", ".join(name for name, lacks in zip(bad.columns, row, strict=True) if lacks)
        for row in bad.to_numpy(bool)
    ]
    listed = technology if technology in status.columns else ""
    own_status = status[listed].to_numpy(object) if listed else "unknown"
    sheet = baseline.hamlets.assign(own_status=own_status, missing=missing)
    known = int(sheet["own_status"].isin(["white", "dead_spot", "covered"]).sum())
    kept = sheet[sheet["own_status"].isin(["white", "dead_spot"])]
    return Asked(operator, technology, _sorted(kept, result), known)


def _sorted(frame: pd.DataFrame, result: RunResult) -> pd.DataFrame:
    names = forms.commune_names(result)
    keys = [
        (vietnamese_key(names.get(code, "\uffff")), code, vietnamese_key(name), hamlet, place)
        for place, (code, name, hamlet) in enumerate(
            zip(frame["commune_code"], frame["name"], frame["hamlet_id"], strict=True)
        )
    ]
    return frame.iloc[[key[-1] for key in sorted(keys)]].reset_index(drop=True)


def letter(result: RunResult, asked: Asked, annex: str, source: str | None = None) -> Document:
    """Make the letter to one operator.

    Parameters
    ----------
    asked
        From :func:`asked_of`.
    annex
        Name of the file that goes with it.
    source
        The template; None = the one of the package, in the language of the run.
    """
    scenario = result.scenario
    words = words_of(result)
    wholes: dict[str, Sequence[Part]] = {
        "signatures": [Signatures((words("Recipients:"), words("DIRECTOR")))],
        "annex": _by_commune(result, asked, words),
    }
    figures = _figures(result, asked, words) | {"annex": annex}
    title, parts = parts_of(source or template("letter", scenario.language), figures, wholes)
    motto = (words("SOCIALIST REPUBLIC OF VIET NAM"), words("Independence – Freedom – Happiness"))
    return Document(
        title=title,
        parts=parts,
        language=scenario.language,
        day=scenario.day,
        office=words("DEPARTMENT OF SCIENCE AND TECHNOLOGY"),
        number=words("No.:          /SKHCN"),
        motto=motto,
        place_and_date=words("…………, day … month … year {year}").format(
            year=duties.reply_deadline(result).year
        ),
        subtitle=plain(
            words("Subject: measures for hamlets without {technology} signal").format(
                technology=asked.technology
            )
        ),
    )


def _figures(result: RunResult, asked: Asked, words: Words) -> dict[str, str]:
    locale = locale_of(result.scenario.language)
    status = asked.hamlets["own_status"]
    nobody = asked.hamlets[asked.hamlets[_any_status(asked)] == "white"]
    white = int((status == "white").sum())
    duty = duties.operators_duty(result)
    due = locale.date(duty.due) if duty is not None and duty.due is not None else ""
    return {
        "operator": asked.operator,
        "technology": asked.technology,
        "area": area_name(result, words),
        "as_of": locale.date(result.scenario.day),
        "white": locale.number(white),
        "known": locale.number(asked.known),
        "white_share": locale.percent(white / asked.known if asked.known else None),
        "dead_spots": locale.number(int((status == "dead_spot").sum())),
        "nobody": locale.number(len(nobody)),
        "nobody_people": locale.number(forms.total_of(nobody["population"]) or 0.0),
        "deadline": locale.date(duties.reply_deadline(result)),
        "duty": duties.duty_sentence(result, words, due),
    }


def _any_status(asked: Asked) -> str:
    own = f"status_{asked.technology.lower()}"
    return own if own in asked.hamlets else "status_mbb"


def _by_commune(result: RunResult, asked: Asked, words: Words) -> list[Part]:
    """Give the sums by commune on a page of their own."""
    frame, names = asked.hamlets, forms.commune_names(result)
    rows: list[list[Any]] = []
    for code in dict.fromkeys(frame["commune_code"]):
        own = frame[frame["commune_code"] == code]
        rows.append([names.get(code, code), *_sums(own, asked)])
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune"), "text", 26),
        FormColumn(words("Without signal at the centre"), "count", 14),
        FormColumn(words("With unserved groups of houses"), "count", 14),
        FormColumn(words("Of them without any operator"), "count", 14),
        FormColumn(words("Households"), "count", 12),
        FormColumn(words("People"), "count", 12),
    )
    total = ["", words("Total"), *_sums(frame, asked)] if rows else ()
    block = Block(columns, forms.numbered(rows), total)
    note = words("Hamlets by name, with the columns to reply in, are in the attached workbook.")
    title = words("ANNEX: HAMLETS WITHOUT {technology} SIGNAL OF {operator}, BY COMMUNE")
    heading = title.format(technology=asked.technology, operator=asked.operator)
    return [
        NewPage(),
        Heading(plain(heading)),
        Table(block, unit=words("Unit: hamlets, households, people"), notes=(note,)),
    ]


def _sums(frame: pd.DataFrame, asked: Asked) -> list[Any]:
    return [
        int((frame["own_status"] == "white").sum()),
        int((frame["own_status"] == "dead_spot").sum()),
        int((frame[_any_status(asked)] == "white").sum()),
        forms.total_of(frame["households"]),
        forms.total_of(frame["population"]),
    ]
