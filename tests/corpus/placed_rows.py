"""Coordinates as people write them, exchanged, halved, scaled, and in another system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.case import (
    GOOD,
    HEADER,
    Case,
    Refused,
    Stop,
    as_csv,
    text_case,
)
from geoplan import geodesy

_POINTS = ((108.05, 15.05), (108.05, 15.05), (108.15, 15.06))
_MANY = tuple((round(108.01 + 0.015 * i, 3), round(15.01 + 0.007 * i, 3)) for i in range(12))
"""Twelve places among the communes: enough to doubt a zone."""
_PAIR = ("Kinh độ", "Vĩ độ")
_COLUMNS = (Stop("missing_column", column="longitude"), Stop("missing_column", column="latitude"))


def _sites(points: Sequence[Sequence[Any]], pair: Sequence[str], delimiter: str = ";") -> str:
    """Write the good sites with other coordinates; further points become further sites."""
    rows = [(*row[:3], *point, *row[5:]) for row, point in zip(GOOD, points, strict=False)]
    rows += [
        (f"S{i}", "Viettel", "4G", *point, 1800, "", "") for i, point in enumerate(points[3:], 9)
    ]
    return as_csv(rows, delimiter, (*HEADER[:3], *pair, *HEADER[5:]))


def _case(
    name: str,
    points: Sequence[Sequence[Any]],
    pair: Sequence[str] = _PAIR,
    *,
    given: Mapping[str, Any] | None = None,
    delimiter: str = ";",
    **wanted: Any,
) -> Case:
    return text_case(name, _sites(points, pair, delimiter), given=given, **wanted)


def _refused_last(column: str, reason: str) -> dict[str, Any]:
    """Give what comes out where a fourth site is refused."""
    return {"refused": (Refused(5, column, reason),)}


def _fourth(name: str, *point: Any, reason: str, column: str = "Kinh độ") -> Case:
    """Give the case of a fourth site that is refused."""
    return _case(name, [*_POINTS, point], **_refused_last(column, reason))


def _several(name: str, points: Mapping[tuple[Any, ...], str], pair: Sequence[str] = _PAIR) -> Case:
    """Give the case of further sites that are refused at their first coordinate: point → reason."""
    good: list[Any] = list(_POINTS)
    if len(pair) == 1:
        good = [("15.05, 108.05",)] * 2 + [("15.06, 108.15",)]
    refused = tuple(Refused(5 + i, pair[0], reason) for i, reason in enumerate(points.values()))
    return _case(name, [*good, *points], pair, refused=refused)


def _metres(crs: str, points: Sequence[tuple[float, float]] = _POINTS) -> list[tuple[float, float]]:
    """Give points in metres, east then north, to the millimetre."""
    x, y = geodesy.from_wgs84([p[0] for p in points], [p[1] for p in points], crs)
    return [(round(float(a), 3), round(float(b), 3)) for a, b in zip(x, y, strict=True)]


def _north_first(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(b, a) for a, b in points]


def _grouped(points: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
    """Write metres as 1.664.321,5."""
    to = str.maketrans(",.", ".,")
    return [(f"{a:,.3f}".translate(to), f"{b:,.3f}".translate(to)) for a, b in points]


_VN = _metres("EPSG:5898")
_XY = ("X", "Y")
_ONE = "Tọa độ"


def _spread(points: Sequence[tuple[float, float]], pair: Sequence[str]) -> str:
    """Write a site for each point."""
    rows = [(f"A{i}", "Viettel", "4G", *point) for i, point in enumerate(points)]
    return as_csv(rows, ",", ("Mã trạm", "Nhà mạng", "Công nghệ", *pair))


_SPREAD = {
    "sites": [
        {"site_id": f"A{i}", "longitude": lon, "latitude": lat}
        for i, (lon, lat) in enumerate(_MANY)
    ]
}

CASES: tuple[Case, ...] = (
    _case("decimal commas", _POINTS),
    _case("decimal points in a file of semicolons", [tuple(map(str, p)) for p in _POINTS]),
    _case(
        "commas and points in one column",
        [("108,05", "15.05"), ("108.05", "15,05"), ("108,15", "15.06")],
    ),
    _case("three decimals", [("108,050", "15,050"), ("108,050", "15,050"), ("108,150", "15,060")]),
    _case(
        "degrees, minutes and seconds, Vietnamese",
        [("108°03'00\"Đ", "15°03'00\"B")] * 2 + [("108°09'00\"Đ", "15°03'36\"B")],
    ),
    _case(
        "degrees, minutes and seconds, English",
        [("E108 03 00", "N15 03 00")] * 2 + [("E108 09 00", "N15 03 36")],
    ),
    _case(
        "typographic marks of minutes and seconds",
        [("108º03′00″ Đ", "15º03′00″ B")] * 2 + [("108˚09’00” Đ", "15˚03’36” B")],
    ),
    _case(
        "degrees and decimal minutes",
        [("108°03,0'", "15°03,0'")] * 2 + [("108°09.0'", "15°03.6'")],
    ),
    _case(
        "degrees in words",
        [("108 độ 3 phút 0 giây Đông", "15 độ 3 phút 0 giây Bắc")] * 2
        + [("108 độ 9 phút 0 giây Đông", "15 độ 3 phút 36 giây Bắc")],
    ),
    _case(
        "degrees in some rows and minutes in others",
        [("108,05", "15,05"), ("108°03'00\"Đ", "15°03'00\"B"), ("108,15", "15,06")],
    ),
    _fourth("minutes beyond sixty", "108°63'00\"Đ", "15°03'00\"B", reason="not_a_number"),
    _fourth("seconds beyond sixty", "108°03'60\"Đ", "15°03'00\"B", reason="not_a_number"),
    _fourth("two sides at once", "B108°03'00\"Đ", "15°03'00\"B", reason="not_a_number"),
    _fourth("a side and a sign", "-108°03'00\"Đ", "15°03'00\"B", reason="not_a_number"),
    _fourth("decimals of degrees before minutes", "108,5°03'", "15°03'", reason="not_a_number"),
    _fourth(
        "the letter of a side in the wrong column",
        "108°03'00\"B",
        "15°03'00\"B",
        reason="not_a_number",
    ),
    _fourth("the west", "108°03'00\"T", "15°03'00\"B", reason="outside_area"),
    _fourth("N is nam beside Đ", "108°03'00\"Đ", "15°03'00\"N", reason="outside_area"),
    _fourth("the south in English", "108.05E", "15.05S", reason="outside_area"),
    _fourth(
        "the letter of a longitude in the column of latitudes",
        "108°03'00\"Đ",
        "15°03'00\"Đ",
        reason="not_a_number",
        column="Vĩ độ",
    ),
    _fourth(
        "exchanged in one row, letters and all",
        "15°03'00\"B",
        "108°03'00\"Đ",
        reason="outside_area",
    ),
    _case(
        "exchanged throughout, letters and all",
        [("15°03'00\"B", "108°03'00\"Đ")] * 3,
        stops=(Stop("swapped_coordinates", column="Kinh độ, Vĩ độ"),),
    ),
    _several(
        "places that are elsewhere",
        dict.fromkeys(
            (
                *((108.05, -15.05), (-108.05, 15.05), (15.05, 108.05), (10805, 15.05)),
                *((10805, 1505), (1.0805, 15.05), (108.05, 0), (2.35, 48.86), (208.05, 95.05)),
            ),
            "outside_area",
        ),
    ),
    _several(
        "places of zero",
        dict.fromkeys(
            ((0, 0), ("0,000000", "0,000000"), ("0°0'0\"", "0°0'0\"")), "zero_coordinates"
        ),
    ),
    _several(
        "places that are not there",
        dict.fromkeys((("", 15.05), ("", "")), "missing_coordinates"),
    ),
    _fourth("no latitude", 108.05, "", reason="missing_coordinates", column="Vĩ độ"),
    _several(
        "places that are no numbers",
        dict.fromkeys(
            (
                *(("-", "-"), ("1o8,05", 15.05), ("108.05.1", 15.05), ("108.05, 15.05", 15.05)),
                *(("NaN", 15.05), ("#N/A", 15.05), ("=108,05", 15.05)),
            ),
            "not_a_number",
        ),
    ),
    _fourth(
        "a latitude with a letter for a digit",
        108.05,
        "15,O5",
        reason="not_a_number",
        column="Vĩ độ",
    ),
    _case(
        "exchanged throughout",
        [(lat, lon) for lon, lat in _POINTS],
        stops=(Stop("swapped_coordinates", column="Kinh độ, Vĩ độ"),),
    ),
    _case(
        "a sign before every longitude",
        [(-lon, lat) for lon, lat in _POINTS],
        stops=(Stop("all_outside"),),
    ),
    _case(
        "every decimal point lost",
        [(int(lon * 1e6), int(lat * 1e6)) for lon, lat in _POINTS],
        stops=(Stop("missing_crs"),),
    ),
    _case(
        "headers of degrees exchanged",
        _POINTS,
        ("Vĩ độ", "Kinh độ"),
        stops=(Stop("swapped_coordinates", column="Kinh độ, Vĩ độ"),),
    ),
    # -------------------------------------------------- both in one cell
    _case("both in one cell", [("108,05/15,05",)] * 2 + [("108,15/15,06",)], (_ONE,)),
    _case(
        "both in one cell, latitude first", [("15.05, 108.05",)] * 2 + [("15.06, 108.15",)], (_ONE,)
    ),
    _case("both in one cell, four commas", [("15,05, 108,05",)] * 2 + [("15,06,108,15",)], (_ONE,)),
    _case(
        "both in one cell, in either order",
        [("15.05 108.05",), ("108.05 15.05",), ("(15.06; 108.15)",)],
        (_ONE,),
    ),
    _case(
        "both in one cell with sides",
        [("15°03'00\"B 108°03'00\"Đ",)] * 2 + [("108°09'00\"E, 15°03'36\"N",)],
        (_ONE,),
    ),
    _case(
        "both in one cell with their names",
        [("X: 108.05; Y: 15.05",)] * 2 + [("Vĩ độ: 15,06 Kinh độ: 108,15",)],
        (_ONE,),
    ),
    _case(
        "both in one cell on two lines",
        [("15.05\n108.05",)] * 2 + [("15.06\n108.15",)],
        (_ONE,),
    ),
    _several(
        "both in one cell, but not quite",
        {
            ("108.05",): "missing_coordinates",
            ("15°03'00\"B",): "missing_coordinates",
            ("",): "missing_coordinates",
            ("15°03'B 15°09'B",): "not_a_number",
            ("15.05, 108.05, 22",): "not_a_number",
            ("gần nhà văn hóa",): "not_a_number",
            ("15.05 - ?",): "not_a_number",
            ("https://maps.example/?q=15.05,108.05",): "not_a_number",
            ("0, 0",): "zero_coordinates",
            ("15°63'B 108°03'Đ",): "not_a_number",
        },
        (_ONE,),
    ),
    # -------------------------------------------------- metres
    *(
        _case(f"metres of VN-2000, {name}", points, _XY, given={"crs": crs}, warned=warned)
        for name, points, crs, warned in (
            ("east first", _VN, "EPSG:5898", ()),
            ("north first", _north_first(_VN), "EPSG:5898", ("axes_exchanged",)),
            ("thousands by points", _grouped(_VN), "EPSG:5898", ()),
            ("a zone by its meridian", _VN, "VN-2000 108°00'", ()),
            ("a zone as people write it", _VN, "VN2000, KTT 108", ()),
            ("another zone", _metres("EPSG:9216"), "EPSG:9216", ()),
            ("a zone of six degrees", _metres("EPSG:3406"), "EPSG:3406", ()),
        )
    ),
    _case("metres of UTM", _metres("EPSG:32649"), _XY, given={"crs": "EPSG:32649"}),
    _case(
        "metres with a unit",
        [(f"{a:.3f} m", f"{b:.3f}m") for a, b in _VN],
        _XY,
        given={"crs": "EPSG:5898"},
    ),
    _case(
        "metres whose headers say which they are",
        _VN,
        ("Easting", "Northing"),
        given={"crs": "EPSG:5898"},
    ),
    _case(
        "metres in one cell",
        [(f"{a:.3f}; {b:.3f}",) for a, b in _VN],
        (_ONE,),
        given={"crs": "EPSG:5898"},
    ),
    _case(
        "metres in one cell without a system",
        [(f"{a:.3f}; {b:.3f}",) for a, b in _VN],
        (_ONE,),
        stops=(Stop("missing_crs_candidates"),),
    ),
    _case("metres without a system", _VN, _XY, stops=(Stop("missing_crs_candidates"),)),
    _case("metres under headers of degrees", _VN, stops=(Stop("missing_crs_candidates"),)),
    _case(
        "degrees under headers of metres",
        _POINTS,
        _XY,
        stops=(Stop("missing_crs_candidates"),),
    ),
    _case("degrees under headers of metres, named", _POINTS, _XY, given={"crs": "EPSG:4326"}),
    _case(
        "metres that are nowhere among the communes",
        [(a + 400_000, b) for a, b in _VN],
        _XY,
        stops=(Stop("missing_crs"),),
    ),
    _case(
        "a system that nobody knows",
        _VN,
        _XY,
        given={"crs": "EPSG:999999"},
        stops=(Stop("unknown_crs", column="crs"),),
    ),
    _case(
        "a system that is the datum only",
        _VN,
        _XY,
        given={"crs": "VN-2000"},
        stops=(Stop("missing_crs_candidates"),),
    ),
    _case(
        "a system that is no system",
        _VN,
        _XY,
        given={"crs": "hệ tọa độ nhà nước"},
        stops=(Stop("unknown_crs", column="crs"),),
    ),
    _case(
        "a system without a plane",
        _VN,
        _XY,
        given={"crs": "EPSG:5711"},
        stops=(Stop("unknown_crs", column="crs"),),
    ),
    _case(
        "degrees named as the system of metres",
        _VN,
        _XY,
        given={"crs": "EPSG:4326"},
        stops=(Stop("missing_crs_candidates"),),
    ),
    _case(
        "metres named as the system of degrees",
        _POINTS,
        given={"crs": "EPSG:5898"},
        stops=(Stop("all_outside"),),
    ),
    text_case(
        "a zone fifteen minutes off",
        _spread(_metres("EPSG:5898", _MANY), _XY),
        given={"crs": "EPSG:9217"},
        stops=(Stop("wrong_crs", column="crs"),),
    ),
    text_case(
        "a zone a degree off, north first",
        _spread(_north_first(_metres("EPSG:9217", _MANY)), _XY),
        given={"crs": "EPSG:5898"},
        stops=(Stop("wrong_crs", column="crs"),),
    ),
    text_case(
        "the right zone of twelve places",
        _spread(_metres("EPSG:5898", _MANY), _XY),
        given={"crs": "EPSG:5898"},
        rows=_SPREAD,
    ),
    _case(
        "metres with one row of degrees",
        [*_VN, (108.06, 15.05)],
        _XY,
        given={"crs": "EPSG:5898"},
        **_refused_last("X", "outside_area"),
    ),
    _case(
        "metres of zero",
        [*_VN, (0, 0)],
        _XY,
        given={"crs": "EPSG:5898"},
        **_refused_last("X", "zero_coordinates"),
    ),
    _case(
        "metres with one row north first",
        [*_VN, _north_first(_VN)[0]],
        _XY,
        given={"crs": "EPSG:5898"},
        **_refused_last("X", "outside_area"),
    ),
    _case(
        "half a pair of columns",
        [(lon,) for lon, _ in _POINTS],
        ("Kinh độ",),
        stops=_COLUMNS[1:],
    ),
    _case("no coordinates at all", [()] * 3, (), stops=_COLUMNS),
    _case(
        "X without Y",
        [(x,) for x, _ in _VN],
        ("X",),
        given={"crs": "EPSG:5898"},
        stops=(Stop("missing_column", column="y"),),
    ),
)
