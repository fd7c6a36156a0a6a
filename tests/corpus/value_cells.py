"""Numbers, days, and words of operators, technologies and bands as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.case import (
    GOOD,
    HEADER,
    KNOWN,
    Case,
    Record,
    Refused,
    Stop,
    as_csv,
    each,
    more,
    rows_case,
    text_case,
)

_WIDE = (*HEADER, "Độ cao anten (m)", "Trạng thái")
_NINTH: Record = {"site_id": "S9", "longitude": 108.06, "latitude": 15.05}


def _row(**cells: Any) -> tuple[Any, ...]:
    """Give a further row; its other cells are good."""
    good: dict[str, Any] = {
        "Mã trạm": "S9",
        "Nhà mạng": "Viettel",
        "Công nghệ": "4G",
        "Kinh độ": 108.06,
        "Vĩ độ": 15.05,
        "Tần số (MHz)": "",
        "Góc phương vị": "",
        "Ngày phát sóng": "",
        "Độ cao anten (m)": "",
        "Trạng thái": "",
    }
    return tuple({**good, **cells}.values())


_GOOD = [(*row, "", "") for row in GOOD]


def _bad(name: str, column: str, cells: Mapping[str, str]) -> Case:
    """Give the case of cells that refuse their rows: cell → reason."""
    rows = [_row(**{"Mã trạm": f"B{i}", column: cell}) for i, cell in enumerate(cells)]
    return rows_case(
        name,
        [*_GOOD, *rows],
        header=_WIDE,
        delimiter=";",
        refused=tuple(Refused(5 + i, column, reason) for i, reason in enumerate(cells.values())),
    )


def _fine(name: str, column: str, field: str, cells: Mapping[str, Any]) -> Case:
    """Give the case of cells that are read: cell → value."""
    rows = [_row(**{"Mã trạm": f"A{i}", column: cell}) for i, cell in enumerate(cells)]
    read = [{"site_id": f"A{i}", field: value} for i, value in enumerate(cells.values())]
    return rows_case(name, [*_GOOD, *rows], header=_WIDE, delimiter=";", rows=more(*read))


def _marked(cells: Mapping[str, str]) -> str:
    """Give sites with a column of marks for each technology."""
    header = ("Mã trạm", "Nhà mạng", "2G", "3G", "4G", "5G", "Kinh độ", "Vĩ độ")
    rows = [(site, "Viettel", *marks.split("|"), 108.05, 15.05) for site, marks in cells.items()]
    return as_csv(rows, ",", header)


_HEIGHT, _BAND, _AZIMUTH = "Độ cao anten (m)", "Tần số (MHz)", "Góc phương vị"
_DAY, _WHO, _WHAT, _STATUS = "Ngày phát sóng", "Nhà mạng", "Công nghệ", "Trạng thái"

CASES: tuple[Case, ...] = (
    _fine(
        "numbers with units and commas",
        _HEIGHT,
        "antenna_agl_m",
        {"22m": 22, "22,5": 22.5, "+22.25": 22.25},
    ),
    _fine(
        "frequencies with thousands parted",
        _BAND,
        "frequency_mhz",
        {"1 800": 1800, "1.800,0": 1800},
    ),
    _fine(
        "bands by their names",
        _BAND,
        "frequency_mhz",
        {
            "1,8 GHz": 1800,
            "B3": 1800,
            "L1800": 1800,
            "n78": 3500,
            "900MHz": 900,
            "E-UTRA Band 3 - 20MHz": 1800,
            "GSM900": 900,
            "2.6 GHz": 2600,
        },
    ),
    _fine("directions with a sign", _AZIMUTH, "azimuth_deg", {"120°": 120, "120 độ": 120, "0": 0}),
    _fine(
        "days in every form",
        _DAY,
        "on_air_date",
        {
            "ngày 5 tháng 3 năm 2021": "2021-03-05",
            "05.03.2021": "2021-03-05",
            "29/02/2024": "2024-02-29",
            "5-3-2021": "2021-03-05",
            "20210305": "2021-03-05",
            "2021/03/05": "2021-03-05",
            "05-Mar-2021": "2021-03-05",
            "05/03/2021 23:59": "2021-03-05",
            "2021-03-05T00:00:00Z": "2021-03-05",
        },
    ),
    _fine(
        "operators by their other names",
        _WHO,
        "operator",
        {
            "VTL": "Viettel",
            "viettel telecom": "Viettel",
            "Viettel Quảng Ngãi": "Viettel",
            "VNPT - VinaPhone": "VNPT",
            "MOBIFONE KV7": "MobiFone",
            "V N P T": "VNPT",
            "Vietnamobile": "Vietnamobile",
            "G-Tel": "Gmobile",
        },
    ),
    _fine(
        "technologies by their other names",
        _WHAT,
        "technology",
        {
            "4G LTE-FDD": "4G",
            "NR": "5G",
            "E-UTRAN": "4G",
            "5G SA": "5G",
            "wcdma": "3G",
            "U2100": "3G",
        },
    ),
    _fine(
        "statuses in both languages",
        _STATUS,
        "status",
        {
            "ĐANG HOẠT ĐỘNG": "existing",
            "Quy hoạch": "planned",
            "Đề xuất": "proposed",
            "on-air": "existing",
        },
    ),
    _bad(
        "heights that are no numbers",
        _HEIGHT,
        dict.fromkeys(
            (
                *("2o", "20-30", "~20", "không rõ", "--", "nan", "inf", "٢٢", "½", "2²"),
                *("0x16", "2_2", "72 ft", "22 m 5", "#N/A", "=22", "22;5", "２２", "1e", "1.2.3"),
            ),
            "not_a_number",
        ),
    ),
    _bad(
        "heights out of range",
        _HEIGHT,
        dict.fromkeys(("-5", "1450", "1e999", "400,1"), "out_of_range"),
    ),
    _bad(
        "directions out of range",
        _AZIMUTH,
        dict.fromkeys(("361", "-10", "720", "-0,1"), "out_of_range"),
    ),
    _bad(
        "directions that are no numbers",
        _AZIMUTH,
        dict.fromkeys(("0/120/240", "bắc", "50%", "omni", "120-240"), "not_a_number"),
    ),
    _bad(
        "bands that are none",
        _BAND,
        {
            "1.8": "out_of_range",
            "1800/2100": "not_a_number",
            "B99": "not_a_number",
            "n0": "not_a_number",
        },
    ),
    _bad(
        "days that are none",
        _DAY,
        dict.fromkeys(
            (
                *("29/02/2023", "31/04/2021", "12/31/2021", "05/03/21", "03/2021", "44260"),
                *("05/00/2021", "Quý I/2021", "05/03/0021", "05/03/2201", "chưa phát sóng"),
                *(
                    "2021-03-05 99:99",
                    "2021-13-05",
                    "00/03/2021",
                    "2021",
                    "05/03/2021?",
                    "5.3",
                    "#N/A",
                ),
            ),
            "bad_date",
        ),
    ),
    _bad(
        "operators that are none",
        _WHO,
        {
            **dict.fromkeys(
                ("Viettel Construction", "Viettel, VNPT", "VNPT/Mobi"), "unknown_operator"
            ),
            **dict.fromkeys(
                ("?", "FPT", "4G", "Việt Nam", "#N/A", "Viettel Post"), "unknown_operator"
            ),
        },
    ),
    _bad(
        "technologies that are none",
        _WHAT,
        dict.fromkeys(
            ("6G", "WiFi", "4", "-", "4G/6G", "Macro", "?", "LTE 5", "2-4G", "#REF!"),
            "unknown_technology",
        ),
    ),
    _bad("statuses that are none", _STATUS, dict.fromkeys(("hỏng", "?", "1"), "unknown_status")),
    *(
        rows_case(
            f"several technologies in a cell: {written}",
            [*_GOOD, _row(**{_WHAT: written})],
            header=_WIDE,
            delimiter=";",
            rows=more(*({**_NINTH, "technology": f"{name}G"} for name in "234")),
        )
        for written in ("2G/3G/4G", "2/3/4G", "2,3,4G", "GSM + UMTS + LTE", "4G,3G,2G")
    ),
    text_case(
        "a mark for each technology",
        _marked({"A": "x||x|", "B": "|||0", "C": "||Có|không"}),
        refused=(Refused(3, "2G", "missing_value"),),
        rows={
            "sites": [
                {"site_id": site, "operator": "Viettel", "technology": technology}
                for site, technology in (("A", "2G"), ("A", "4G"), ("C", "4G"))
            ]
        },
    ),
    text_case(
        "dashes and numbers of stations for each technology",
        _marked({"A": "-|1|3|-"}),
        rows={"sites": [{"site_id": "A", "technology": name} for name in ("3G", "4G")]},
    ),
    text_case(
        "words for each technology that are no marks",
        _marked({"A": "||x|?", "B": "||x|chưa triển khai", "C": "||x|"}),
        refused=(Refused(2, "5G", "unknown_value"), Refused(3, "5G", "unknown_value")),
        rows={"sites": [{"site_id": "C", "technology": "4G"}]},
    ),
    rows_case(
        "a plan whose day has passed",
        [*_GOOD, _row(**{_STATUS: "Dự kiến", _DAY: "01/06/2025"})],
        header=_WIDE,
        delimiter=";",
        rows=more({**_NINTH, "status": "planned"}),
        warned=("planned_in_past",),
    ),
    rows_case(
        "no column of operators, but the scenario names one",
        [row[:1] + row[2:] for row in GOOD[:2]],
        header=HEADER[:1] + HEADER[2:],
        given={"operator": "Viettel"},
        rows={"sites": KNOWN[:2]},
    ),
    rows_case(
        "an operator in the file goes before the scenario's",
        GOOD,
        given={"operator": "Gmobile"},
    ),
    rows_case(
        "a technology that the scenario names",
        [row[:2] + row[3:] for row in GOOD[:2]],
        header=HEADER[:2] + HEADER[3:],
        given={"technology": "4G"},
        rows={"sites": KNOWN[:2]},
    ),
    rows_case(
        "an operator of the scenario's own",
        [*GOOD, ("S9", "ITEL", "4G", 108.06, 15.05, "", "", "")],
        refused=(Refused(5, "Nhà mạng", "unknown_operator"),),
    ),
    rows_case(
        "one missing column and one twice are told together",
        [(*row[:1], *row[2:], row[2]) for row in GOOD],
        header=(*HEADER[:1], *HEADER[2:], "RAT"),
        stops=(
            Stop("ambiguous_column", column="technology"),
            Stop("missing_column", column="operator"),
        ),
    ),
    rows_case(
        "a column of heights with text in every cell",
        [(*row, "cao") for row in GOOD],
        header=(*HEADER, _HEIGHT),
        refused=tuple(Refused(row, _HEIGHT, "not_a_number") for row in (2, 3, 4)),
        rows={"sites": ()},
    ),
    rows_case(
        "a column of heights without a height",
        [(*row, "") for row in GOOD],
        header=(*HEADER, _HEIGHT),
        rows=each(antenna_agl_m=None),
    ),
)
