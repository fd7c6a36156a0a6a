"""Writes layers.kmz for Google Earth: sites by operator and status with their sectors, hamlets
by status, communes, proposals.

Everything that the file shows is inside it, icons too. Sectors are drawn only from near by, so
that a province opens quickly. The elements of KML are left to ``kml``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.coverage import build
from geoplan.report import theme, workbook_words
from geoplan.report.gis import kml, words
from geoplan.report.gis.markup import text
from geoplan.report.gis.sectors import wedge
from geoplan.report.gis.styles import SECTOR_M
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file inside: always the same, so that the bytes are."""
_SHOWN_FROM_PX: Final = 4096
"""Sectors are drawn where the whole area would be this many pixels wide."""
_STATUS: Final = ("existing", "off", "planned", "proposed")
_ICON: Final = {"existing": "circle", "off": "ring", "planned": "triangle", "proposed": "triangle"}
_HAMLETS: Final = {
    "white": ("ring", 0.75),
    "dead_spot": ("diamond", 0.7),
    "covered": ("circle", 0.4),
}
_PROPOSALS: Final = {"existing": "square", "new": "triangle"}


Row = dict[Any, Any]


@dataclass(frozen=True)
class _Page:
    """What every folder needs: the run, its words, where it lies, which operators there are."""

    result: RunResult
    say: words.Words
    bounds: kml.Bounds
    colours: dict[str, str]

    @property
    def language(self) -> str:
        return self.result.scenario.language

    def datum(self, name: str, value: Any) -> kml.Datum:
        """Give a line of a balloon under the alias of its field."""
        return kml.Datum(name, _alias(name, self.language), _plain(value))


def write_kmz(result: RunResult, path: Path) -> None:
    """Write the KMZ: ``doc.kml`` and its icons."""
    path.write_bytes(kmz(result))


def kmz(result: RunResult) -> bytes:
    """Give the bytes of the KMZ, the same for the same run."""
    buffer = io.BytesIO()
    files = {"doc.kml": document(result).encode()}
    files |= {f"icons/{name}.png": png for name, png in kml.icons().items()}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o644 << 16
            packed.writestr(info, content)
    return buffer.getvalue()


def document(result: RunResult) -> str:
    """Give the KML."""
    sites = _sites(result)
    operators = list(result.baseline.operators)
    operators += sorted(set(sites["operator"]).difference(operators))
    west, south, east, north = (float(edge) for edge in result.inputs.communes.total_bounds)
    page = _Page(
        result,
        words.words(result.scenario.language),
        (west, south, east, north),
        theme.operator_colours(operators),
    )
    range_m = max(east - west, north - south) * 111_000.0 * 1.3
    body = "".join((*_communes(page), *_hamlets(page), *_proposals(page), *_network(page, sites)))
    return (
        f"{kml.HEAD}<Document><name>{text(result.scenario.name)}</name><open>1</open>"
        f"<description>{text(words.about(result))}</description>"
        f"{kml.look_at(page.bounds, range_m)}\n"
        f"{''.join(_styles(page))}{body}</Document>\n{kml.FOOT}"
    )


def _styles(page: _Page) -> Iterator[str]:
    yield kml.surface("commune", "#ffffff", 1.2)
    yield kml.only_label("name", "#ffffff")
    for code, (icon, scale) in _HAMLETS.items():
        yield kml.marker(f"hamlet-{code}", icon, theme.STATUS[code].colour, scale)
    for code, icon in _PROPOSALS.items():
        colour = "#2dd4bf" if code == "existing" else "#facc15"
        yield kml.marker(f"proposal-{code}", icon, colour, 1.0, is_named=True)
    for i, colour in enumerate(page.colours.values()):
        yield kml.surface(f"sector-{i}", colour, 1.0, colour, 0.35)
        for status in _STATUS:
            yield kml.marker(f"site-{i}-{status}", _ICON[status], colour, 0.6)


# ------------------------------------------------------------------ communes, hamlets, proposals


def _communes(page: _Page) -> Iterator[str]:
    communes = page.result.inputs.communes.sort_values("commune_code", kind="stable")
    rows = page.result.baseline.communes.set_index("commune_code")
    outlines, names = [], []
    for code, name, shape in zip(
        communes["commune_code"], communes["name"], communes.geometry, strict=True
    ):
        if shape is None or shape.is_empty:
            continue
        data = [page.datum("commune_code", code)]
        if code in rows.index:
            told = ("full_name", "population", "hamlets", "white_mbb", "dead_spot_mbb")
            data += [page.datum(column, rows.loc[code, column]) for column in told]
        outlines.append(kml.placemark(name, "commune", kml.area(shape), data))
        middle = shape.representative_point()
        names.append(kml.placemark(name, "name", kml.point(middle.x, middle.y)))
    yield kml.folder(page.say(words.KML["outlines"]), outlines)
    yield kml.folder(page.say(words.KML["names"]), names)


def _hamlets(page: _Page) -> Iterator[str]:
    """Give a folder of hamlets for each status; those that are covered are not shown at first."""
    frame = page.result.baseline.hamlets
    technologies = [technology.lower() for technology in page.result.baseline.technologies]
    status_words = workbook_words.STATUS
    say = translator(page.language, "workbook")
    columns = ["hamlet_id", "kind", "commune_name", "population", "households"]
    folders: list[str] = []
    for code in _HAMLETS:
        rows = frame[(frame["status_mbb"] == code) & frame["longitude"].notna()]
        marks: list[str] = []
        for row in rows.to_dict("records"):
            data = [page.datum(column, row[column]) for column in columns]
            for technology in technologies:
                status = status_words.get(row[f"status_{technology}"], "")
                data.append(page.datum(f"status_{technology}", say(status) if status else ""))
                operators = f"operators_{technology}"
                data.append(page.datum(operators, row[operators]))
            place = kml.point(row["longitude"], row["latitude"])
            shown = code != "covered"
            style = f"hamlet-{code}"
            marks.append(kml.placemark(row["name"], style, place, data, is_shown=shown))
        title = page.say(words.LEGEND[code])
        folders.append(kml.folder(title, marks, is_shown=code != "covered"))
    yield kml.folder(page.say(words.LAYERS["hamlets"]), folders, is_open=True)


def _proposals(page: _Page) -> Iterator[str]:
    say = translator(page.language, "workbook")
    columns = ["position_id", "structure_id", "technology", "operators", "gained_people"]
    columns += ["gained_hamlets", "cost_vnd"]
    marks: list[str] = []
    for row in page.result.plan.proposals.to_dict("records"):
        if not np.isfinite(row["longitude"]):
            continue
        title = page.say(words.KML["proposal"]).format(rank=row["rank"])
        kinds = workbook_words.value_words("kind", say)
        data = [page.datum("kind", kinds.get(row["kind"], row["kind"]))]
        data += [page.datum(column, row[column]) for column in columns]
        if row["cost_basis"] in workbook_words.COST_BASIS:
            basis = say(workbook_words.COST_BASIS[row["cost_basis"]])
            data.append(page.datum("cost_basis", basis))
        place = kml.point(row["longitude"], row["latitude"])
        marks.append(kml.placemark(title, f"proposal-{row['kind']}", place, data))
    yield kml.folder(page.say(words.LAYERS["proposals"]), marks)


# ------------------------------------------------------------------ sites and sectors


def _sites(result: RunResult) -> pd.DataFrame:
    """Give every row of the sites, planned ones too, with the folder that it stands in."""
    sites = result.inputs.sites
    sites = sites if "operator" in sites else result.baseline.cells
    sites = tables.check(pd.DataFrame(sites), tables.SITES)
    if "installation_key" not in sites:
        sites["installation_key"] = sites["site_id"]
    status = sites["status"].astype("str").to_numpy(dtype=object)
    planned = np.isin(status, ["planned", "proposed"])
    air = build.on_air(sites, result.scenario.day)
    sites["folder"] = np.where(planned, status, np.where(air, "existing", "off"))
    name = sites["site_id"].where(sites["site_id"] != "", sites["installation_key"])
    sites["shown"] = name
    order = ["operator", "folder", "shown", "installation_key", "technology"]
    order += ["frequency_mhz", "azimuth_deg", "longitude", "latitude"]
    return sites.sort_values(order, kind="stable", na_position="first")


def _network(page: _Page, sites: pd.DataFrame) -> Iterator[str]:
    """Give a folder for each operator, in it one for each status, in it points and sectors."""
    found: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in sites.to_dict("records"):
        rows = found.setdefault((row["operator"], row["folder"]), {})
        rows.setdefault(row["installation_key"], []).append(row)
    folders: list[str] = []
    for i, operator in enumerate(page.colours):
        inner = [
            _status_folder(page, found.get((operator, code), {}).values(), i, code)
            for code in _STATUS
        ]
        folders.append(kml.folder(operator, inner))
    yield kml.folder(page.say(words.KML["sites"]), folders, is_open=True)


def _status_folder(
    page: _Page, installations: Iterable[list[Row]], operator: int, status: str
) -> str:
    marks: list[str] = []
    wedges: list[str] = []
    least = float(page.result.scenario.coverage.sector_width_deg)
    for rows in installations:
        marks.append(_site(page, rows, f"site-{operator}-{status}"))
        drawn = _wedges(rows, least)
        if drawn:
            shape = kml.polygons(drawn)
            wedges.append(kml.placemark(rows[0]["shown"], f"sector-{operator}", shape))
    region = kml.region(page.bounds, _SHOWN_FROM_PX)
    sectors = kml.folder(page.say(words.KML["sectors"]), wedges, head=region)
    return kml.folder(page.say(words.KML[f"site_{status}"]), [*marks, sectors])


def _site(page: _Page, rows: list[Row], style: str) -> str:
    """Give the point of one installation, and what stands there."""
    first = rows[0]
    azimuths = sorted({row["azimuth_deg"] for row in rows if not _is_missing(row["azimuth_deg"])})
    status = words.site_status(page.language).get(first["status"] or "existing", "")
    heights = [row["antenna_agl_m"] for row in rows if not _is_missing(row["antenna_agl_m"])]
    days = [row["on_air_date"] for row in rows if not _is_missing(row["on_air_date"])]
    values = {
        "operator": first["operator"],
        "site_id": first["site_id"],
        "technology": ";".join(sorted({row["technology"] for row in rows})),
        "carriers": len(rows),
        "azimuths": "; ".join(f"{azimuth:g}" for azimuth in azimuths),
        "antenna_agl_m": max(heights, default=None),
        "structure_id": first["structure_id"],
        "structure_owner": first["structure_owner"],
        "on_air_date": min(days, default=None),
        "status": status,
    }
    data = [page.datum(name, value) for name, value in values.items()]
    place = kml.point(first["longitude"], first["latitude"])
    return kml.placemark(first["shown"], style, place, [one for one in data if one.value])


def _wedges(rows: list[Row], least: float) -> list[Any]:
    """Give the sectors of one installation, each direction once, as wide as the widest cell."""
    widest: dict[tuple[float, float, float], float] = {}
    for row in rows:
        if _is_missing(row["azimuth_deg"]):
            continue
        place = (row["longitude"], row["latitude"], row["azimuth_deg"])
        beam = 0.0 if _is_missing(row["beamwidth_deg"]) else row["beamwidth_deg"]
        widest[place] = max(widest.get(place, 0.0), least, beam)
    return [
        wedge(lon, lat, azimuth, width, float(SECTOR_M))
        for (lon, lat, azimuth), width in widest.items()
    ]


@cache
def _alias(name: str, language: str) -> str:
    return words.alias(name, language)


def _is_missing(value: object) -> bool:
    return bool(pd.isna(value))  # type: ignore[call-overload]


def _plain(value: Any) -> str:
    """Give a value as text, blank where it is missing; whole numbers without a point."""
    if isinstance(value, str):
        return value
    if _is_missing(value):
        return ""
    if hasattr(value, "date"):
        return str(value.date().isoformat())
    if isinstance(value, float | np.floating):
        return f"{float(value):.3f}".rstrip("0").rstrip(".")
    return str(value)
