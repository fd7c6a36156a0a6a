"""Rows that stand twice or contradict each other, and codes that lead nowhere."""

from __future__ import annotations

from typing import Any

from corpus.case import (
    CLUSTERS,
    GOOD,
    HAMLET_HEADER,
    HAMLETS,
    Case,
    Refused,
    Stop,
    as_csv,
    more,
    rows_case,
    text_case,
)

_CLUSTERS = (
    ("H1-1", "H1", 108.051, 15.051, 40),
    ("H2-1", "H2", 108.151, 15.051, ""),
)
_CLUSTER_HEADER = ("Mã cụm", "Mã thôn", "Kinh độ", "Vĩ độ", "Số hộ")
_OLD = "Mã xã"


def _hamlets(name: str, *further: tuple[Any, ...], **wanted: Any) -> Case:
    """Give the case of further hamlets."""
    return text_case(
        name, as_csv((*HAMLETS, *further), ",", HAMLET_HEADER), role="hamlets", **wanted
    )


def _clusters(name: str, *further: tuple[Any, ...], **wanted: Any) -> Case:
    """Give the case of further clusters."""
    content = as_csv((*_CLUSTERS, *further), ",", _CLUSTER_HEADER)
    return text_case(name, content, role="clusters", rows={"clusters": CLUSTERS}, **wanted)


def _refused(row: int, column: str, reason: str) -> dict[str, Any]:
    return {"refused": (Refused(row, column, reason),)}


_S9 = ("S9", "Viettel", "4G", 108.06, 15.05, 1800, 0, "2020-01-31")
_NINTH = {"site_id": "S9", "azimuth_deg": 0, "longitude": 108.06}

CASES: tuple[Case, ...] = (
    rows_case("a row twice", [*GOOD, GOOD[0]], **_refused(5, "", "duplicate_row")),
    rows_case(
        "a row twice in other letters",
        [*GOOD, ("S1", "VTL", "LTE", "108.050000", "15.0500", "1800.0", "", "31/01/2020")],
        **_refused(5, "", "duplicate_row"),
    ),
    rows_case(
        "a row again with another day",
        [*GOOD, (*GOOD[0][:7], "2021-01-31")],
        **_refused(5, "Ngày phát sóng", "conflicting_row"),
    ),
    rows_case(
        "a full circle is north",
        [*GOOD, _S9, (*_S9[:6], 360, *_S9[7:])],
        rows=more(_NINTH),
        **_refused(6, "", "duplicate_row"),
    ),
    rows_case(
        "one name for two places",
        [*GOOD, _S9, (*_S9[:3], 108.07, 15.05, 2100, 0, "")],
        rows=more(_NINTH),
        **_refused(6, "Mã trạm", "installation_apart"),
    ),
    rows_case(
        "a first row that is refused is no first row",
        [*GOOD, (*_S9[:3], 0, 0, *_S9[5:]), _S9],
        rows=more(_NINTH),
        **_refused(5, "Kinh độ", "zero_coordinates"),
    ),
    rows_case(
        "no names at all",
        [row[1:] for row in GOOD],
        header=(
            "Nhà mạng",
            "Công nghệ",
            "Kinh độ",
            "Vĩ độ",
            "Tần số (MHz)",
            "Góc phương vị",
            "Ngày phát sóng",
        ),
        rows={
            "sites": [{"site_id": "", "operator": name} for name in ("Viettel", "Viettel", "VNPT")]
        },
    ),
    rows_case(
        "more operators than can be counted apart",
        [("A", f"Mạng {i}", "4G", 108.05, 15.05, 1800, "", "") for i in range(9)],
        refused=tuple(Refused(row, "Nhà mạng", "unknown_operator") for row in range(2, 11)),
        rows={"sites": ()},
    ),
    rows_case(
        "a site near the communes",
        [*GOOD, ("S9", "Viettel", "4G", 107.99, 15.05, 1800, "", "")],
        rows=more({"site_id": "S9", "commune_code": "00101"}),
        warned=("point_near",),
    ),
    rows_case(
        "a site ten kilometres away",
        [*GOOD, ("S9", "Viettel", "4G", 107.9, 15.05, 1800, "", "")],
        rows=more({"site_id": "S9", "commune_code": ""}),
        warned=("point_outside",),
    ),
    _hamlets(
        "a commune that nobody knows",
        ("H4", "Thôn Bốn", "99999", 108.05, 15.05, "", ""),
        **_refused(5, _OLD, "unknown_commune"),
    ),
    _hamlets(
        "a name in place of a code",
        ("H4", "Thôn Bốn", "Xã Một", 108.05, 15.05, "", ""),
        **_refused(5, _OLD, "unknown_commune"),
    ),
    _hamlets(
        "a code with a decimal",
        ("H4", "Thôn Bốn", "00101.0", 108.05, 15.05, "", ""),
        **_refused(5, _OLD, "unknown_commune"),
    ),
    _hamlets(
        "a hamlet twice",
        ("H1", "Thôn Một", "00101", 108.05, 15.05, 400, 100),
        **_refused(5, "", "duplicate_row"),
    ),
    _hamlets(
        "a hamlet again with other people",
        ("H1", "Thôn Một", "00101", 108.05, 15.05, 500, 100),
        **_refused(5, "Dân số", "conflicting_row"),
    ),
    _hamlets(
        "a hamlet without a name",
        ("H4", "", "00101", 108.05, 15.05, "", ""),
        **_refused(5, "Tên thôn", "missing_value"),
    ),
    _hamlets(
        "a hamlet without an id",
        ("", "Thôn Bốn", "00101", 108.05, 15.05, "", ""),
        **_refused(5, "Mã thôn", "missing_value"),
    ),
    _hamlets(
        "a hamlet without place and commune",
        ("H4", "Thôn Bốn", "", "", "", "", ""),
        **_refused(5, "Kinh độ", "missing_coordinates"),
    ),
    _hamlets(
        "half a place of a hamlet",
        ("H4", "Thôn Bốn", "00101", 108.05, "", "", ""),
        **_refused(5, "Vĩ độ", "missing_coordinates"),
    ),
    _hamlets(
        "fewer than no people",
        ("H4", "Thôn Bốn", "00101", 108.05, 15.05, -4, ""),
        **_refused(5, "Dân số", "out_of_range"),
    ),
    _hamlets(
        "people that could be one or a thousand",
        ("H4", "Thôn Bốn", "00101", 108.05, 15.05, "1.452,5", ""),
        refused=(Refused(5, "Dân số", "not_a_number"),),
    ),
    _hamlets(
        "a hamlet in another commune than it says",
        ("H4", "Thôn Bốn", "00102", 108.05, 15.05, "", ""),
        rows={
            "hamlets": [
                {"hamlet_id": name, "commune_code": code}
                for name, code in (
                    ("H1", "00101"),
                    ("H2", "00102"),
                    ("H3", "00102"),
                    ("H4", "00102"),
                )
            ]
        },
        warned=("commune_differs",),
    ),
    text_case(
        "a hamlets file without names",
        as_csv([(row[0], row[2]) for row in HAMLETS], ",", ("Mã thôn", "Mã xã")),
        role="hamlets",
        stops=(Stop("missing_column", "hamlets.csv", "name"),),
    ),
    text_case(
        "a hamlets file with neither place nor commune",
        as_csv([row[:2] for row in HAMLETS], ",", ("Mã thôn", "Tên thôn")),
        role="hamlets",
        stops=(
            Stop("missing_column", "hamlets.csv", "latitude"),
            Stop("missing_column", "hamlets.csv", "longitude"),
        ),
    ),
    text_case(
        "a power line that is neither there nor not",
        as_csv(
            [(*row, cell) for row, cell in zip(HAMLETS, ("có", "không", "?"), strict=True)],
            ",",
            (*HAMLET_HEADER, "Có điện lưới"),
        ),
        role="hamlets",
        refused=(Refused(4, "Có điện lưới", "unknown_value"),),
        rows={
            "hamlets": [
                {"hamlet_id": "H1", "has_grid_power": True},
                {"hamlet_id": "H2", "has_grid_power": False},
            ]
        },
    ),
    _clusters(
        "a cluster of no hamlet",
        ("H9-1", "H9", 108.05, 15.05, 4),
        **_refused(4, "Mã thôn", "unknown_hamlet"),
    ),
    _clusters("a cluster twice", _CLUSTERS[0], **_refused(4, "", "duplicate_row")),
    _clusters(
        "a cluster without a place",
        ("H1-2", "H1", "", "", 4),
        **_refused(4, "Kinh độ", "missing_coordinates"),
    ),
    _clusters(
        "half a household",
        ("H1-2", "H1", 108.052, 15.05, "ba"),
        **_refused(4, "Số hộ", "not_a_number"),
    ),
    _clusters(
        "a total under the clusters",
        ("Tổng cộng", "", "", "", 40),
        warned=("line_left_out",),
    ),
)
