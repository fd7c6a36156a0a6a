"""Workbooks: titles, merged cells, several sheets, totals, and cells of every kind."""

from __future__ import annotations

import datetime

from corpus.case import (
    GOOD,
    HAMLET_HEADER,
    HAMLETS,
    HEADER,
    Case,
    Formula,
    Refused,
    Sheet,
    Shown,
    Stop,
    book_case,
    each,
    more,
)

PLAIN = [HEADER, *GOOD]
LEFT_OUT = ("line_left_out",)
STALE = ("formulas_stale",)
"""The writer of these workbooks leaves the reckoning to the program that opens them."""
NINTH = ("S9", "Viettel", "4G", 108.06, 15.05, 1800, "", "")
"""A further good row."""
_NINTH = {"site_id": "S9", "operator": "Viettel", "technology": "4G", "longitude": 108.06}


def _with(place: int, cell: object) -> list[tuple[object, ...]]:
    """Give the plain sheet with a further row, one of whose cells is this one."""
    row = list(NINTH)
    row[place] = cell
    return [*PLAIN, tuple(row)]


def _refused(column: str, reason: str, row: int = 5) -> tuple[Refused, ...]:
    return (Refused(row, column, reason, "Trạm"),)


def _moved(rows: int, columns: int) -> list[list[object]]:
    """Give the plain sheet some rows down and some columns to the right."""
    width = columns + len(HEADER)
    return [[""] * width] * rows + [[""] * columns + list(row) for row in PLAIN]


_TITLE = [
    ["UBND TỈNH MẪU", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", "", ""],
    ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "", "", "", "Độc lập - Tự do - Hạnh phúc", "", "", ""],
    [""] * 8,
    ["DANH SÁCH TRẠM BTS", *[""] * 7],
    ["Đơn vị tính: trạm", *[""] * 7],
]
_TWO_LINES = [
    ["Mã trạm", "Nhà mạng", "Công nghệ", "Tọa độ", "", "Thông số", "", "Ngày phát sóng"],
    ["", "", "", "Kinh độ", "Vĩ độ", "Tần số (MHz)", "Góc phương vị", ""],
]
_THREE_LINES = [
    ["Thông tin trạm", "", "", "Vị trí", "", "Vô tuyến", "", "Thời gian"],
    ["Mã trạm", "Nhà mạng", "Công nghệ", "Tọa độ WGS84", "", "Sóng mang", "", "Ngày phát sóng"],
    ["", "", "", "Kinh độ", "Vĩ độ", "Tần số (MHz)", "Góc phương vị", ""],
]
_DOWN = [(0, i, 1, i) for i in (0, 1, 2, 7)]
_AS_TEXT = [tuple(str(cell) for cell in row) for row in GOOD]
_COMMA = [
    tuple(str(cell).replace("108.", "108,").replace("15.", "15,") for cell in row) for row in GOOD
]
_DAY = datetime.datetime(2020, 1, 31)

CASES: tuple[Case, ...] = (
    book_case("a plain sheet", PLAIN),
    book_case(
        "a title block with merged cells",
        Sheet([*_TITLE, *PLAIN], merged=[(0, 0, 0, 3), (0, 4, 0, 7), (3, 0, 3, 7)]),
    ),
    book_case(
        "a bad row under a title block",
        [*_TITLE, *PLAIN, ("S9", "Viettel", "4G", 0, 0, "", "", "")],
        refused=_refused("Kinh độ", "zero_coordinates", 10),
    ),
    book_case(
        "a header of two lines in a workbook",
        Sheet([*_TWO_LINES, *GOOD], merged=[(0, 3, 0, 4), (0, 5, 0, 6), *_DOWN]),
    ),
    book_case(
        "a bad row under a header of two lines",
        Sheet(
            [*_TWO_LINES, *GOOD, ("S9", "Viettel", "4G", "abc", 15.05, "", "", "")],
            merged=[(0, 3, 0, 4), *_DOWN],
        ),
        refused=_refused("Kinh độ", "not_a_number", 6),
    ),
    book_case(
        "a header of three lines",
        Sheet(
            [*_THREE_LINES, *GOOD],
            merged=[(0, 0, 0, 2), (0, 3, 0, 4), (0, 5, 0, 6), (1, 3, 1, 4), (1, 5, 1, 6)],
        ),
    ),
    book_case("a line of column numbers in a workbook", [HEADER, tuple(range(1, 9)), *GOOD]),
    book_case(
        "a line of column numbers in brackets", [HEADER, [f"({i})" for i in range(1, 9)], *GOOD]
    ),
    book_case(
        "a line of column numbers with a formula",
        [HEADER, ["A", "B", "1", "2", "3", "4=2+3", "5", "6"], *GOOD],
    ),
    book_case(
        "a line of units in a workbook", [HEADER, ["", "", "", "độ", "độ", "MHz", "độ", ""], *GOOD]
    ),
    book_case(
        "a header that comes again in a workbook", [*PLAIN[:3], HEADER, *PLAIN[3:]], warned=LEFT_OUT
    ),
    book_case("line breaks in the header", [["Mã\ntrạm", "Nhà\nmạng", *HEADER[2:]], *GOOD]),
    book_case("a table that begins in D6", _moved(5, 3)),
    book_case(
        "a bad row of a table that begins in D6",
        [*_moved(5, 3), ["", "", "", "S9", "Viettel", "4G", 0, 0]],
        refused=_refused("Kinh độ", "zero_coordinates", 10),
    ),
    book_case("blank rows among the rows", [*PLAIN[:3], [""] * 8, [" "] * 8, *PLAIN[3:]]),
    book_case(
        "headings of parts",
        [HEADER, ["I. Huyện A"], *GOOD[:2], ["II", "Huyện B"], GOOD[2]],
        warned=2 * LEFT_OUT,
    ),
    book_case(
        "a heading merged over the whole row",
        Sheet([HEADER, ["Xã Tịnh Khê", *[""] * 7], *GOOD], merged=[(1, 0, 1, 7)]),
        warned=LEFT_OUT,
    ),
    book_case(
        "a total of a formula",
        [*PLAIN, ["Tổng cộng", Formula("=COUNTA(A2:A4)", 3)]],
        warned=(*LEFT_OUT, "formulas_stale"),
    ),
    book_case(
        "a total, a note, a day and signatures",
        [
            *PLAIN,
            [""] * 8,
            ["Tổng số: 3 trạm"],
            ["Ghi chú: số liệu chính thức"],
            ["", "", "", "", "Quảng Ngãi, ngày 05 tháng 01 năm 2026"],
            ["NGƯỜI LẬP BIỂU", "", "", "", "KT. GIÁM ĐỐC"],
            ["", "", "", "", "PHÓ GIÁM ĐỐC"],
            ["Nguyễn Văn A", "", "", "", "Trần Thị B"],
        ],
        warned=6 * LEFT_OUT,
    ),
    book_case(
        "a hidden sheet is not read",
        {"Trạm": PLAIN, "Cũ": Sheet(PLAIN[:2], hidden=True)},
        warned=("hidden_sheet",),
    ),
    book_case(
        "a hidden sheet that is named is read",
        {"Ghi chú": [["không có gì"]], "Cũ": Sheet(PLAIN, hidden=True)},
        given={"sheet": "Cũ"},
    ),
    book_case(
        "two sheets with the same columns",
        {"Viettel": PLAIN[:3], "VNPT": [HEADER, GOOD[2]]},
        warned=("sheets_together",),
    ),
    book_case(
        "two sheets with the same columns in another order",
        {"Viettel": PLAIN[:3], "VNPT": [HEADER[::-1], GOOD[2][::-1]]},
        warned=("sheets_together",),
    ),
    book_case(
        "a bad row on the second of two sheets",
        {"Viettel": PLAIN, "VNPT": [HEADER, ("S9", "VNPT", "4G", 0, 0, "", "", "")]},
        refused=(Refused(2, "Kinh độ", "zero_coordinates", "VNPT"),),
        warned=("sheets_together",),
    ),
    book_case(
        "the same row on two sheets",
        {"Viettel": PLAIN, "VNPT": [HEADER, GOOD[2]]},
        refused=(Refused(2, "", "duplicate_row", "VNPT"),),
        warned=("sheets_together",),
    ),
    book_case(
        "two sheets with other columns",
        {"Viettel": PLAIN, "VNPT": [row[:7] for row in PLAIN]},
        stops=(Stop("several_sheets", "sites.xlsx"),),
    ),
    book_case(
        "notes before the table", {"Hướng dẫn": [["Nhà mạng: ghi tên viết tắt"]], "Trạm": PLAIN}
    ),
    book_case("a blank sheet before the table", {"Sheet1": [], "Trạm": PLAIN}),
    book_case(
        "a list of words beside the table",
        {"Trạm": PLAIN, "Danh mục": [["Nhà mạng"], ["Viettel"], ["VNPT"]]},
    ),
    book_case(
        "the table on the sheet that is named", {"A": PLAIN[:2], "B": PLAIN}, given={"sheet": "B"}
    ),
    book_case(
        "a sheet that is not there",
        PLAIN,
        given={"sheet": "Tram"},
        stops=(Stop("unknown_sheet", "sites.xlsx", "sheet"),),
    ),
    book_case(
        "the name of a sheet with other letters", {"Trạm BTS ": PLAIN}, given={"sheet": "Trạm BTS "}
    ),
    book_case(
        "cells merged down the rows",
        Sheet(
            [HEADER, GOOD[0], ("", "", "", "", "", 2100, 0, ""), GOOD[2]],
            merged=[(1, i, 2, i) for i in (0, 1, 2, 3, 4, 7)],
        ),
    ),
    book_case(
        "blank cells that are not merged stay blank",
        [*PLAIN, ("S9", "", "4G", 108.06, 15.05, 1800, "", "")],
        refused=_refused("Nhà mạng", "missing_value"),
    ),
    book_case("numbers as text", [HEADER, *_AS_TEXT]),
    book_case("numbers as text with commas", [HEADER, *_COMMA]),
    book_case(
        "an apostrophe before numbers",
        [
            HEADER,
            *[(f"'{row[0]}", *row[1:3], f"'{row[3]}", f"'{row[4]}", *row[5:]) for row in GOOD],
        ],
        refused=tuple(Refused(row, "Kinh độ", "not_a_number", "Trạm") for row in (2, 3, 4)),
        rows={"sites": ()},
    ),
    book_case(
        "days as cells of days",
        [HEADER, *[(*row[:7], Shown(_DAY, "dd/mm/yyyy")) for row in GOOD]],
        rows=each(on_air_date="2020-01-31"),
    ),
    book_case(
        "days with their hours",
        [HEADER, *[(*row[:7], Shown(_DAY.replace(hour=13), "dd/mm/yyyy hh:mm")) for row in GOOD]],
        rows=each(on_air_date="2020-01-31"),
    ),
    book_case(
        "days as numbers",
        [HEADER, *[(*row[:7], 43861) for row in GOOD]],
        rows=each(on_air_date="2020-01-31"),
    ),
    book_case(
        "a day number out of all time", _with(7, 5), refused=_refused("Ngày phát sóng", "bad_date")
    ),
    book_case(
        "a year in place of a day", _with(7, 2025), refused=_refused("Ngày phát sóng", "bad_date")
    ),
    book_case(
        "a day as text that is none",
        _with(7, "31/02/2025"),
        refused=_refused("Ngày phát sóng", "bad_date"),
    ),
    book_case(
        "an hour in place of a day",
        _with(7, Shown(0.5, "hh:mm")),
        refused=_refused("Ngày phát sóng", "bad_date"),
    ),
    book_case(
        "a day in place of a number",
        _with(5, Shown(_DAY, "dd/mm/yyyy")),
        refused=_refused("Tần số (MHz)", "not_a_number"),
    ),
    book_case(
        "a day in place of an azimuth",
        _with(6, Shown(datetime.datetime(2025, 3, 1), "d/m")),
        refused=_refused("Góc phương vị", "not_a_number"),
    ),
    book_case(
        "a share in place of an azimuth",
        _with(6, "50%"),
        refused=_refused("Góc phương vị", "not_a_number"),
    ),
    *(
        book_case(
            f"the error {error} in a coordinate",
            _with(3, Formula("=NA()", error)),
            refused=_refused("Kinh độ", "not_a_number"),
            warned=STALE,
        )
        for error in ("#N/A", "#REF!", "#DIV/0!", "#VALUE!")
    ),
    book_case(
        "the error #N/A in an operator",
        _with(1, Formula("=NA()", "#N/A")),
        refused=_refused("Nhà mạng", "unknown_operator"),
        warned=STALE,
    ),
    book_case(
        "the error #N/A in a name",
        _with(0, Formula("=NA()", "#N/A")),
        refused=_refused("Mã trạm", "error_cell"),
        warned=STALE,
    ),
    book_case(
        "the error #REF! in a direction",
        _with(6, Formula("=NA()", "#REF!")),
        refused=_refused("Góc phương vị", "not_a_number"),
        warned=STALE,
    ),
    book_case(
        "the error #VALUE! in a day",
        _with(7, Formula("=NA()", "#VALUE!")),
        refused=_refused("Ngày phát sóng", "bad_date"),
        warned=STALE,
    ),
    book_case(
        "an error in a column of no use",
        [(*HEADER, "Ghi chú"), *[(*row, Formula("=NA()", "#N/A")) for row in GOOD]],
        warned=STALE,
    ),
    book_case(
        "a formula with its value",
        _with(3, Formula("=108+0.06", 108.06)),
        rows=more(_NINTH),
        warned=STALE,
    ),
    book_case(
        "a formula whose value is text",
        _with(1, Formula('="Viet"&"tel"', "Viettel")),
        rows=more(_NINTH),
        warned=STALE,
    ),
    book_case(
        "a truth in place of a technology",
        _with(2, True),
        refused=_refused("Công nghệ", "unknown_technology"),
    ),
    book_case(
        "a truth in place of a number",
        _with(5, True),
        refused=_refused("Tần số (MHz)", "not_a_number"),
    ),
    book_case(
        "a number as the name of a site",
        [HEADER, *[(12, *row[1:]) for row in GOOD]],
        rows=each(site_id="12"),
    ),
    book_case(
        "a long number as the name of a site",
        [HEADER, *[(452012345678901, *row[1:]) for row in GOOD]],
        rows=each(site_id="452012345678901"),
    ),
    book_case(
        "a technology as a number", _with(2, 4), refused=_refused("Công nghệ", "unknown_technology")
    ),
    book_case(
        "a number too large for a number",
        _with(5, 1e300),
        refused=_refused("Tần số (MHz)", "out_of_range"),
    ),
    book_case(
        "a cell of thirty thousand letters",
        [(*HEADER, "Ghi chú"), *[(*row, "á" * 30_000) for row in GOOD]],
        rows=each(**{"Ghi chú": "á" * 30_000}),
    ),
    book_case("colours and blank cells far out", [*PLAIN, *[[""] * 200] * 50]),
    book_case(
        "codes of communes that lost their zeros",
        {"Thôn": [HAMLET_HEADER, *[(a, b, int(c), *rest) for a, b, c, *rest in HAMLETS]]},
        role="hamlets",
        warned=("code_mended", "code_mended"),
    ),
    book_case("nothing in the workbook", [], rows={"sites": ()}, warned=("empty_file",)),
    book_case("only a header", [HEADER], rows={"sites": ()}, warned=("empty_file",)),
    book_case(
        "only hidden sheets with rows",
        {"A": [], "Cũ": Sheet(PLAIN, hidden=True)},
        rows={"sites": ()},
        warned=("hidden_sheet", "empty_file"),
    ),
    book_case(
        "two sheets that are called by numbers",
        {"1": PLAIN, "2": [HEADER, NINTH]},
        rows=more(_NINTH),
        warned=("sheets_together",),
    ),
)
