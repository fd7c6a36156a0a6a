"""Text files with delimiters: titles, headers of several lines, totals, odd blanks and breaks."""

from __future__ import annotations

from corpus.case import (
    GOOD,
    HEADER,
    KNOWN,
    Case,
    Refused,
    Stop,
    as_csv,
    lacking,
    more,
    rows_case,
    text_case,
)

TEXT = as_csv(GOOD)
_FIRST, _REST = TEXT.split("\n", 1)
LEFT_OUT = ("line_left_out",)
_BLANK = "," * (len(HEADER) - 1)


def _titled(lines: int) -> str:
    titles = ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "", "DANH SÁCH TRẠM BTS", "(số liệu đến 31/12/2025)"]
    return "\n".join((titles * 12)[:lines]) + "\n" + TEXT


def _with_note(note: str) -> str:
    """Give the good rows with a note in the first."""
    rows = [(*row, note if i == 0 else "") for i, row in enumerate(GOOD)]
    return as_csv(rows, ",", (*HEADER, "Ghi chú"))


def _noted(note: str | None) -> dict[str, tuple[dict[str, object], ...]]:
    """Give what comes out of it."""
    return {
        "sites": tuple({**row, "Ghi chú": note if i == 0 else ""} for i, row in enumerate(KNOWN))
    }


CASES: tuple[Case, ...] = (
    *(
        rows_case(f"parted by {name}", GOOD, delimiter=delimiter)
        for name, delimiter in {"semicolons": ";", "tabs": "\t", "bars": "|"}.items()
    ),
    text_case(
        "a comma within quotation marks", _with_note("cột A, nhà B"), rows=_noted("cột A, nhà B")
    ),
    text_case(
        "rows parted otherwise than the header",
        _FIRST + "\n" + as_csv(GOOD[:2], ",", None) + as_csv(GOOD[2:], ";", None),
        refused=(Refused(4, "Nhà mạng", "unknown_operator"),),
        rows={"sites": KNOWN[:2]},
    ),
    text_case("a line break within a cell", _with_note("hai\ndòng"), rows=_noted("hai dòng")),
    text_case(
        "a bad row below a line break within a cell",
        _with_note("hai\r\ndòng") + "S9,Viettel,4G,0,0,,,,\n",
        refused=(Refused(5, "Kinh độ", "zero_coordinates"),),
        rows=_noted("hai dòng"),
    ),
    text_case("a line break within a header", TEXT.replace("Kinh độ", '"Kinh\nđộ"')),
    text_case("lines end as on old Macs", TEXT.replace("\n", "\r")),
    text_case("lines end as on Windows", TEXT.replace("\n", "\r\n")),
    text_case("no end to the last line", TEXT.rstrip("\n")),
    text_case("the line by which Excel names its delimiter", "sep=,\n" + TEXT),
    text_case("delimiters behind the last column", TEXT.replace("\n", ",,,\n")),
    text_case(
        "a quotation mark that does not end",
        TEXT + '"S9,Viettel,4G,108.05,15.05,,,\n',
        refused=(Refused(5, "Nhà mạng", "missing_value"),),
    ),
    text_case(
        "more fields than the header",
        TEXT + "S9,Viettel,4G,108.05,15.05,1800,,,a,b\n",
        stops=(Stop("ragged_row", row=5),),
    ),
    text_case(
        "decimal commas that part the fields",
        TEXT + 'S9,Viettel,4G,"108,05",15.05,,,\n' + 'S8,Viettel,4G,108.05,15.05,,"1,234",\n',
        rows=more({"site_id": "S9", "longitude": 108.05}),
        refused=(Refused(6, "Góc phương vị", "not_a_number"),),
    ),
    text_case(
        "fewer fields than the header",
        TEXT + "S9,Viettel,4G\n",
        refused=(Refused(5, "Kinh độ", "missing_coordinates"),),
    ),
    *(text_case(f"a title of {lines} lines", _titled(lines)) for lines in (1, 5, 15)),
    text_case("a header in row 40", _titled(39)),
    text_case(
        "a bad row under a title",
        _titled(4) + "S9,Viettel,4G,0,0,,,\n",
        refused=(Refused(9, "Kinh độ", "zero_coordinates"),),
    ),
    text_case("a line of column numbers", f"{_FIRST}\n(1),(2),(3),(4),(5),(6),(7),(8)\n{_REST}"),
    text_case("a line of column letters and numbers", f"{_FIRST}\nA,B,1,2,3,4,5,6\n{_REST}"),
    text_case("a line of units", f"{_FIRST}\n,,,(độ),(độ),MHz,(độ),dd/mm/yyyy\n{_REST}"),
    text_case(
        "a header that comes again", TEXT.replace("S1,VNPT", f"{_FIRST}\nS1,VNPT"), warned=LEFT_OUT
    ),
    text_case(
        "headings among the rows",
        TEXT.replace("S1,VNPT", f"II. Huyện Sơn Tịnh{_BLANK}\nS1,VNPT"),
        warned=LEFT_OUT,
    ),
    text_case(
        "a numbered heading in two cells",
        TEXT.replace("S1,VNPT", f"II,Xã Tịnh Khê{_BLANK[1:]}\nS1,VNPT"),
        warned=LEFT_OUT,
    ),
    text_case("a total under the rows", f"{TEXT}Tổng cộng{_BLANK}\n", warned=LEFT_OUT),
    text_case("a total with its number", f"{TEXT}Tổng cộng,3,,,,,,\n", warned=LEFT_OUT),
    text_case("a total in English", f"{TEXT}Total: 3 sites{_BLANK}\n", warned=LEFT_OUT),
    text_case(
        "notes and signatures under the rows",
        f"{TEXT}{_BLANK}\nGhi chú: tọa độ WGS-84{_BLANK}\n"
        f',,,"Quảng Ngãi, ngày 31 tháng 12 năm 2025",,,,\n,NGƯỜI LẬP BIỂU,,,GIÁM ĐỐC,,,\n'
        f",Nguyễn Văn A,,,Trần Thị B,,,\n",
        warned=4 * LEFT_OUT,
    ),
    text_case(
        "a row that begins like a total is a row",
        TEXT + "Tổng,Viettel,4G,108.06,15.05,1800,,\n",
        rows=more(
            {"site_id": "Tổng", "operator": "Viettel", "technology": "4G", "longitude": 108.06}
        ),
    ),
    text_case(
        "a row without coordinates is no note",
        TEXT + "S9,Viettel,4G,,,1800,,\n",
        refused=(Refused(5, "Kinh độ", "missing_coordinates"),),
    ),
    text_case(
        "a row without an operator is no note",
        TEXT + "S9,,4G,108.06,15.05,1800,,\n",
        refused=(Refused(5, "Nhà mạng", "missing_value"),),
    ),
    text_case("blank lines among the rows", TEXT.replace("S1,VNPT", f"\n{_BLANK}\n \nS1,VNPT")),
    text_case(
        "a bad row below blank lines",
        TEXT.replace("S1,VNPT", "\n\nS1,VNPT") + "S9,Viettel,4G,0,0,,,\n",
        refused=(Refused(7, "Kinh độ", "zero_coordinates"),),
    ),
    text_case("blank columns", TEXT.replace(",", ",,")),
    text_case("blanks around every cell", TEXT.replace(",", " , ")),
    text_case("blanks that do not break", TEXT.replace(",", "\u00a0,\u00a0")),
    text_case("blanks without width", TEXT.replace(",", "\u200b,\u200b")),
    text_case("blanks without width in the header", TEXT.replace("Kinh", "\u200bKi\u200bnh")),
    text_case("marks of direction", TEXT.replace("108.05", "\u200e108.05\u200f")),
    text_case("a soft hyphen", TEXT.replace("Viettel", "Viet\u00adtel")),
    text_case("control characters in a note", _with_note("a\x01\x0b\x1fb"), rows=_noted("a b")),
    text_case("a note of a million letters", _with_note("á" * 10**6), rows=_noted("á" * 10**6)),
    text_case("text guarded by an apostrophe", _with_note("'=1+1"), rows=_noted("=1+1")),
    text_case("text that would be a formula", _with_note("=1+1"), rows=_noted("=1+1")),
    text_case(
        "an unknown column twice",
        as_csv([(*row, "a", "b") for row in GOOD], ",", (*HEADER, "Ghi chú", "Ghi chú")),
        rows={"sites": tuple({**row, "Ghi chú": "a", "Ghi chú (2)": "b"} for row in KNOWN)},
    ),
    text_case(
        "a column twice",
        as_csv([(*row, row[3]) for row in GOOD], ",", (*HEADER, "Kinh độ")),
        stops=(Stop("ambiguous_column", column="longitude"),),
    ),
    text_case(
        "two headers for one column",
        as_csv([(*row, "NR") for row in GOOD], ",", (*HEADER, "RAT")),
        stops=(Stop("ambiguous_column", column="technology"),),
    ),
    text_case(
        "no column of operators",
        as_csv([row[:1] + row[2:] for row in GOOD], ",", HEADER[:1] + HEADER[2:]),
        stops=lacking("operator"),
    ),
    text_case(
        "no column of longitudes",
        as_csv([row[:3] + row[4:] for row in GOOD], ",", HEADER[:3] + HEADER[4:]),
        stops=lacking("longitude"),
    ),
    text_case(
        "no header",
        as_csv(GOOD, ",", None),
        stops=lacking("operator", "longitude", "latitude"),
    ),
    text_case(
        "headers that are only numbers",
        as_csv(GOOD, ",", [str(i) for i in range(1, 9)]),
        stops=lacking("operator", "longitude", "latitude"),
    ),
    text_case(
        "five hundred columns",
        as_csv(
            [(*row, *range(500)) for row in GOOD], ",", (*HEADER, *(f"cột {i}" for i in range(500)))
        ),
    ),
    text_case(
        "headers in capitals without accents",
        TEXT.replace(
            _FIRST, "MA_TRAM,NHA_MANG,CONG_NGHE,KINH_DO,VI_DO,TAN_SO,GOC PHUONG VI,NGAY_PHAT_SONG"
        ),
    ),
    text_case(
        "headers in English",
        TEXT.replace(_FIRST, "Site Code,Carrier,RAT,Long,Lat,Freq (MHz),Azimuth (°),On-air date"),
    ),
    text_case(
        "headers with numbers before them",
        TEXT.replace(_FIRST, ",".join(f"({i}) {name}" for i, name in enumerate(HEADER, 1))),
    ),
    text_case(
        "a header in another unit",
        as_csv([(*row, 22) for row in GOOD], ",", (*HEADER, "Độ cao anten (km)")),
        rows={
            "sites": tuple(
                {**row, "antenna_agl_m": None, "Độ cao anten (km)": "22"} for row in KNOWN
            )
        },
    ),
    text_case(
        "a header of two lines",
        "Mã trạm,Nhà mạng,Công nghệ,Tọa độ WGS84,,Phát sóng,,\n"
        ",,,Kinh độ,Vĩ độ,Tần số (MHz),Góc phương vị,Ngày phát sóng\n" + _REST,
    ),
)
