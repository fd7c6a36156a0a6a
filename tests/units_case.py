"""Six invented communes of a province that was two: former 82 in the west, 87 in the east.

Today's communes are squares of a tenth of a degree in one row, named by their place from the
west: A = 00010, B = 00020, C = 00030 (of both former provinces), D = 00040. Former communes: A
was 00010 and 00011; B was 00020 and the west of 00021; C was the east of 00021 and 00031; D was
00040. Code 00031 is used by none of today; 00040 was another unit's name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from build import Row, commune, hamlet, site, written

from geoplan.results import Inputs
from geoplan.scenario import Scenario

Point = tuple[float, float]

TODAY = {"00010": "Xã Hoà An", "00020": "Xã Bình", "00030": "Xã Giữa", "00040": "Phường Đông"}
_WEST, _SOUTH = 105.0, 10.0
LINKS = """old_code,old_name,old_district,old_district_code,old_province,old_province_code,\
new_code,new_name,new_province_code,is_divided
00010,Xã Hoà An,Huyện Tây,101,Tỉnh Tây,82,00010,Xã Hòa An,82,false
00011,Xã Một,Huyện Tây,101,Tỉnh Tây,82,00010,Xã Hòa An,82,false
00020,Xã Bình,Huyện Tây,101,Tỉnh Tây,82,00020,Xã Bình,82,false
00021,Xã Chia,Huyện Tây,101,Tỉnh Tây,82,00020,Xã Bình,82,true
00021,Xã Chia,Huyện Tây,101,Tỉnh Tây,82,00030,Xã Giữa,82,true
00031,Xã Ba,Huyện Đông,102,Tỉnh Đông,87,00030,Xã Giữa,82,false
00040,Thị trấn Bốn,Huyện Đông,102,Tỉnh Đông,87,00040,Phường Đông,82,false
"""


def box(first: float, last: float) -> shapely.Polygon:
    """Give a rectangle between two places along the row, in tenths of a degree from the west."""
    return shapely.box(_WEST + first / 10, _SOUTH, _WEST + last / 10, _SOUTH + 0.1)


def spot(place: float) -> Point:
    """Give a point at a place along the row."""
    return _WEST + place / 10, _SOUTH + 0.05


def communes() -> list[Row]:
    """Give today's communes."""
    return [
        commune(code, box(i, i + 1), name=name, full_name=name, province_code="82")
        for i, (code, name) in enumerate(TODAY.items())
    ]


def former_communes() -> list[Row]:
    """Give the former communes: A half and half, the border of 00021 and 00031 at 2.5."""
    west = {"province_code": "82", "province_name": "Tỉnh Tây", "old_district": "Huyện Tây"}
    east = {"province_code": "87", "province_name": "Tỉnh Đông", "old_district": "Huyện Đông"}
    shapes: tuple[tuple[str, str, Any, dict[str, str]], ...] = (
        ("00010", "Xã Hoà An", box(0, 0.5), west),
        ("00011", "Xã Một", box(0.5, 1), west),
        ("00020", "Xã Bình", box(1, 1.5), west),
        ("00021", "Xã Chia", box(1.5, 2.5), west),
        ("00031", "Xã Ba", box(2.5, 3), east),
        ("00040", "Thị trấn Bốn", box(3, 4), east),
    )
    return [commune(code, shape, name=name, **columns) for code, name, shape, columns in shapes]


def at(hamlet_id: str, code: str, place: float | None = None, **columns: Any) -> Row:
    """Give a hamlet of a commune, at a place along the row or nowhere."""
    point = None if place is None else spot(place)
    return hamlet(hamlet_id, point, commune_code=code, population=100.0, **columns)


def read(
    folder: Path,
    hamlets: list[Row],
    *,
    links: str = LINKS,
    sites: Any = None,
    before: bool = False,
    codes_as_of: str | None = None,
    inputs: dict[str, Any] | None = None,
    **parts: Any,
) -> tuple[Inputs, Scenario]:
    """Write the province into files and read it back; a blank ``links`` gives no crosswalk."""
    given: dict[str, Any] = {"max_rejected_share": 1.0, **(inputs or {})}
    if links:
        (folder / "crosswalk.csv").write_text(links, "utf-8")
        given["crosswalk"] = "crosswalk.csv"
    if codes_as_of:
        given["hamlets"] = {"path": "hamlets.csv", "codes_as_of": codes_as_of}
    if before:
        written(folder, communes=former_communes(), hamlets=[], sites=[])
        (folder / "communes.geojson").rename(folder / "before.geojson")
        given["communes_before"] = "before.geojson"
    sites = [site("Viettel", "S1", spot(0.2))] if sites is None else sites
    return written(folder, communes=communes(), hamlets=hamlets, sites=sites, inputs=given, **parts)


def warned(inputs: Inputs, *codes: str) -> list[tuple[str, str]]:
    """Give code and value of the warnings of some kinds, in order."""
    return [(one.code, one.value) for one in inputs.warnings if one.code in codes]


def new_codes(inputs: Inputs) -> dict[str, str]:
    """Give the commune of every hamlet."""
    frame: pd.DataFrame = inputs.hamlets
    return dict(zip(frame["hamlet_id"], frame["commune_code"], strict=True))
