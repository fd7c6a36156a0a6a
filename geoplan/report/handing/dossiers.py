"""Dossiers of the proposed sites: where, for whom, what was tried instead, which rules were asked.

Choosing sites is left to ``siting``, the maps to ``pairs_of_maps``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geoplan import geodesy
from geoplan.report import forms
from geoplan.report.document.as_pdf import pdf_bytes
from geoplan.report.document.model import (
    Document,
    Heading,
    NewPage,
    Part,
    Picture,
    Points,
    Signatures,
    Table,
    plain,
)
from geoplan.report.drawing import furniture
from geoplan.report.forms import Block, FormColumn, Words
from geoplan.report.handing import tried
from geoplan.report.handing.annex import STATUS
from geoplan.report.handing.pairs_of_maps import WIDTH_MM, before_and_after
from geoplan.report.handing.wording import MARKING, area_name, words_of
from geoplan.report.locale import locale_of
from geoplan.siting.sheets import REASONS
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

NAME: Final = "ho-so-de-xuat"
MOST: Final = 14
"""Dossiers in one file: each takes two pages at most, and a file 30."""
_MOST_FILES: Final = 4
_MOST_HAMLETS: Final = 12
_LONGEST: Final = 70
"""Letters of a name in a dossier."""
_HALF_M: Final = (2_500.0, 7_000.0)


def write_dossiers(result: RunResult, folder: Path) -> None:
    """Write ``ho-so-de-xuat.pdf``; further proposals go to ``-2``, ``-3`` …"""
    proposals = result.plan.proposals
    for number, start in enumerate(range(0, len(proposals), MOST), start=1):
        if number > _MOST_FILES:
            break
        document = dossiers(result, proposals.iloc[start : start + MOST])
        name = NAME if number == 1 else f"{NAME}-{number}"
        (folder / f"{name}.pdf").write_bytes(pdf_bytes(document))


def dossiers(result: RunResult, proposals: pd.DataFrame) -> Document:
    """Make the dossiers of some proposals, each on pages of its own, after a list of them."""
    words = words_of(result)
    parts: list[Part] = [_list(result, proposals, words)]
    for row in proposals.to_dict("records"):
        parts += [NewPage(), *_dossier(result, row, words)]
    locale = locale_of(result.scenario.language)
    return Document(
        title=plain(words("DOSSIERS OF PROPOSED SHARED SITES")),
        parts=parts,
        language=result.scenario.language,
        day=result.scenario.day,
        subtitle=plain(
            words("{area}; figures as of {date}").format(
                area=area_name(result, words), date=locale.date(result.scenario.day)
            )
        ),
        marking=words(MARKING),
    )


def _list(result: RunResult, proposals: pd.DataFrame, words: Words) -> Table:
    names = forms.commune_names(result)
    columns = (
        FormColumn(words("Rank"), "order", 8),
        FormColumn(words("Commune"), "text", 28),
        FormColumn(words("Kind"), "text", 22),
        FormColumn(words("People with their first signal"), "count", 16),
        FormColumn(words("Hamlets"), "count", 12),
    )
    kinds = _kinds(words)
    rows = [
        [
            int(row["rank"]),
            _short(names.get(row["commune_code"], row["commune_code"])),
            kinds.get(row["kind"], row["kind"]),
            forms.known(row["gained_people"]),
            forms.known(row["gained_hamlets"]),
        ]
        for row in proposals.to_dict("records")
    ]
    note = words(
        "A proposal is made from the data alone: check it on the spot, and with the owner of the "
        "mast, before it is put into a plan."
    )
    return Table(Block(columns, rows), notes=(note,))


def _kinds(words: Words) -> dict[str, str]:
    return {"existing": words("at an existing position"), "new": words("new build")}


def _short(text: Any) -> str:
    shown = str(text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _dossier(result: RunResult, row: Mapping[Any, Any], words: Words) -> list[Part]:
    rank = int(row["rank"])
    hamlets = hamlets_of(result, rank)
    name = _short(forms.commune_names(result).get(row["commune_code"], row["commune_code"]))
    title = words("DOSSIER OF A PROPOSED SITE No. {rank}: {commune}").format(
        rank=rank, commune=name
    )
    after = dict(zip(hamlets["hamlet_id"], hamlets["status_after"], strict=True))
    around = (float(row["longitude"]), float(row["latitude"]), _half_m(row, hamlets))
    technology = str(row["technology"])
    picture = before_and_after(result, words, around=around, technology=technology, after=after)
    alt = words("Hamlets around the site today and with it")
    return [
        Heading(plain(title)),
        _facts(result, row, name, words),
        Picture(picture, alt=alt, width_mm=WIDTH_MM),
        _hamlets(result, hamlets, words),
        _gains(result, row, words),
        Heading(plain(words("Masts and places tried")), 2),
        Points(tried.lines(result, row, words)),
        Heading(plain(words("Rules and plans checked")), 2),
        Points(tried.checks(result, row, words)),
        Signatures((words("PREPARED BY"), words("HEAD OF THE OFFICE"))),
    ]


def hamlets_of(result: RunResult, rank: int) -> pd.DataFrame:
    """Give the hamlets that a proposal is the first to reach, most people first.

    Columns of ``proposal_hamlets`` and of ``hamlets``.
    """
    cured = result.plan.more.get("proposal_hamlets", pd.DataFrame())
    if cured.empty:
        columns = ["hamlet_id", "status_before", "status_after", "gained_people"]
        cured = pd.DataFrame(columns=[*columns, "rank"])
    own = cured[cured["rank"] == rank].drop(columns=["year", "technology"], errors="ignore")
    found = own.merge(result.baseline.hamlets, on="hamlet_id", how="inner")
    return found.sort_values(["gained_people", "hamlet_id"], ascending=[False, True], kind="stable")


def _half_m(row: Mapping[Any, Any], hamlets: pd.DataFrame) -> float:
    located = hamlets.dropna(subset=["longitude", "latitude"])
    if located.empty:
        return _HALF_M[0]
    away = geodesy.distance_m(
        np.full(len(located), float(row["longitude"])),
        np.full(len(located), float(row["latitude"])),
        located["longitude"].to_numpy(np.float64),
        located["latitude"].to_numpy(np.float64),
    )
    return float(np.clip(1.25 * away.max(), *_HALF_M))


def _facts(result: RunResult, row: Mapping[Any, Any], commune: str, words: Words) -> Table:
    locale = locale_of(result.scenario.language)
    known = {
        words("Commune, ward, special zone"): commune,
        words("Kind"): _kind(row, words),
        words("Coordinates WGS 84"): f"{locale.number(float(row['longitude']), 6)}; "
        f"{locale.number(float(row['latitude']), 6)}",
        **_vn2000(result, row, words),
        words("Technology; operators to open it"): f"{row['technology']}; "
        f"{forms.operators_text(row['operators'])}",
        words("First signal for"): words("{people} people, {households} households").format(
            people=locale.number(forms.known(row["gained_people"])),
            households=locale.number(forms.known(row["gained_households"])),
        ),
        words("Road; grid power; fibre"): _access(row, locale.number, words),
        words("Cost"): _cost(row, locale.number, words),
        words("Year of building"): "" if pd.isna(row["year"]) else str(int(row["year"])),
        words("Why this place"): _reason(result, row),
    }  # fmt: skip
    columns = (FormColumn(words("Item"), "text", 30), FormColumn(words("Content"), "text", 70))
    return Table(Block(columns, [[name, value] for name, value in known.items() if value]))


def _kind(row: Mapping[Any, Any], words: Words) -> str:
    kind = _kinds(words).get(row["kind"], str(row["kind"]))
    ids = " / ".join(str(row[name]) for name in ("position_id", "structure_id") if row[name])
    return f"{kind}: {_short(ids)}" if ids else kind


def _vn2000(result: RunResult, row: Mapping[Any, Any], words: Words) -> dict[str, str]:
    """Give X (north) and Y (east) of the zone of the plan, else of the one that fits the area."""
    code = result.scenario.planning_crs or ""
    if not code or geodesy.vn2000_zone(code) is None:
        west, south, east, north = (float(edge) for edge in result.inputs.communes.total_bounds)
        code = geodesy.planning_crs((west, south, east, north))
    if geodesy.vn2000_zone(code) is None:
        return {}
    east_m, north_m = geodesy.from_wgs84([row["longitude"]], [row["latitude"]], code)
    locale = locale_of(result.scenario.language)
    zone = furniture.crs_name(code, furniture.words_of(result.scenario.language))
    shown = f"X = {locale.number(float(north_m[0]), 1)}; Y = {locale.number(float(east_m[0]), 1)}"
    return {words("Coordinates VN-2000 [m]"): f"{shown} ({zone})"}


def _access(row: Mapping[Any, Any], number: Any, words: Words) -> str:
    known = [forms.known(row[name]) for name in ("road_m", "grid_power_m", "fibre_m")]
    if all(value is None for value in known):
        return words("not known")
    shown = (words("not known") if value is None else f"{number(value)} m" for value in known)
    return "; ".join(shown)


def _cost(row: Mapping[Any, Any], number: Any, words: Words) -> str:
    cost = forms.known(row["cost_vnd"])
    if cost is None or not row["cost_basis"]:
        return words("not known")
    text = words("{cost} million VND").format(cost=number(cost / 1e6))
    return text + words(" (assumption)") if row["cost_basis"] != "user" else text


def _reason(result: RunResult, row: Mapping[Any, Any]) -> str:
    said = translator(result.scenario.language, "workbook")
    return said(REASONS[row["reason"]]) if row["reason"] in REASONS else str(row["reason"])


def _hamlets(result: RunResult, hamlets: pd.DataFrame, words: Words) -> Table:
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune"), "text", 20),
        FormColumn(words("Hamlet"), "text", 22),
        FormColumn(words("Households"), "count", 12),
        FormColumn(words("People"), "count", 9),
        FormColumn(words("Today"), "text", 11),
        FormColumn(words("With the site"), "text", 11),
        FormColumn(words("First signal"), "count", 11),
    )
    names = forms.commune_names(result)
    rows = forms.numbered(
        [
            [
                _short(names.get(row["commune_code"], row["commune_name"])),
                _short(row["name"]),
                forms.known(row["households"]),
                forms.known(row["population"]),
                words(STATUS.get(row["status_before"], row["status_before"])),
                words(STATUS.get(row["status_after"], row["status_after"])),
                forms.known(row["gained_people"]),
            ]
            for row in hamlets.head(_MOST_HAMLETS).to_dict("records")
        ]
    )
    notes = [words("Hamlets of which this is the first proposal that reaches them; “with the site” "
                   "counts all proposals up to it and after it.")]  # fmt: skip
    more = len(hamlets) - _MOST_HAMLETS
    if more > 0:
        notes.append(words("and {n} more hamlets, see tables/proposal_hamlets.csv").format(n=more))
    return Table(Block(columns, rows), caption=words("Hamlets that change"), notes=tuple(notes))


def _gains(result: RunResult, row: Mapping[Any, Any], words: Words) -> Table:
    """Give a column to each operator, so that the table stays low."""
    gains = result.plan.gains[result.plan.gains["rank"] == row["rank"]]
    columns = (
        FormColumn("", "text", 34),
        *(FormColumn(_short(name), "count", 16) for name in gains["operator"]),
    )
    rows: list[list[Any]] = [
        [words("People it gains"), *(forms.known(value) for value in gains["gained_people"])]
    ]
    if row["cost_basis"] and gains["cost_equal_vnd"].notna().any():
        assumed = words(" (assumption)") if row["cost_basis"] != "user" else ""
        parts = [_millions(value) for value in gains["cost_equal_vnd"]]
        rows.append([words("Equal part of the cost, million VND") + assumed, *parts])
    return Table(Block(columns, rows), caption=words("What each operator gains"))


def _millions(value: Any) -> float | None:
    cost = forms.known(value)
    return None if cost is None else cost / 1e6
