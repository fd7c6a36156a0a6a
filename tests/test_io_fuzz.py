"""The readers under whatever is written: a value comes back as it was meant, or not at all."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import garbling
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geoplan import geodesy, tables, text
from geoplan.faults import Faults
from geoplan.io import columns, coordinates, encodings, operators, radio_words, readers, values
from geoplan.io.coordinates import Places
from geoplan.io.readers import RawTable, Source
from geoplan.io.rejects import Ledger
from geoplan.io.rows import Rows
from geoplan.scenario import SourceFile
from geoplan.units import TECHNOLOGIES

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)
some = settings(max_examples=80, deadline=None, derandomize=True, database=None)
many = settings(max_examples=250, deadline=None, derandomize=True, database=None)

VIETNAM = gpd.GeoDataFrame(
    {"commune_code": ["1"], "name": ["Việt Nam"]},
    geometry=[shapely.box(102.0, 8.0, 110.0, 24.0)],
    crs="EPSG:4326",
)
NAMES = (
    *("Quảng Ngãi", "Sơn Tịnh", "Nghĩa Hành", "Tư Nghĩa", "Mộ Đức", "Đức Phổ", "Ba Tơ", "Trà Bồng"),
    *("Thôn Phú Mỹ", "Ấp Tân Hòa", "Khóm Vĩnh Thuận", "Tổ dân phố Hương Sơ", "Xã Hiệp Đức"),
    *("Nhà mạng", "Công nghệ", "Băng tần", "Ngày phát sóng", "Chủ sở hữu cột", "Kinh độ", "Vĩ độ"),
    *("BTS", "4G", "Viettel", "S1", "108.05"),
)


def rows_of(cells: Mapping[str, Sequence[str]], crs: str | None = None) -> Rows:
    """Give cells by header as the rows of a file of sites."""
    source = Source(tables.SITES, SourceFile(path="f.csv", crs=crs), Path("f.csv"))
    size = len(next(iter(cells.values())))
    frame = pd.DataFrame(
        {
            i: readers.clean(pd.Series(list(one), dtype="str"))
            for i, one in enumerate(cells.values())
        }
    )
    raw = RawTable(tuple(cells), frame, np.arange(size, dtype=np.int64) + 2)
    matched = columns.match(raw.headers, tables.SITES, file="", sheet="", faults=Faults())
    ledger = Ledger(source, raw, matched, "site_id")
    return Rows(source, raw, matched, pd.DataFrame(index=range(size)), ledger)


def located(
    cells: Mapping[str, Sequence[str]], crs: str | None = None
) -> tuple[Places, Rows, list[str]]:
    """Read where cells lie; give the codes of the faults of the file too."""
    faults, rows = Faults(), rows_of(cells, crs)
    places = coordinates.locate(rows, VIETNAM, faults)
    return places, rows, [fault.code for fault in faults]


def check_places(places: Places, lon: Sequence[float], lat: Sequence[float]) -> None:
    """Check that places stand where they were meant, to a centimetre."""
    apart = geodesy.distance_m(places.longitude, places.latitude, np.array(lon), np.array(lat))
    assert (apart < 0.01).all(), (places.longitude, places.latitude, lon, lat)


# ------------------------------------------------------------------ coordinates

# In units of 0.0001″, about 3 mm.
_UNIT = 36_000_000
angles = st.tuples(
    st.integers(int(102.2 * _UNIT), int(109.8 * _UNIT)),
    st.integers(int(8.2 * _UNIT), int(23.8 * _UNIT)),
)
_VIETNAMESE, _ENGLISH, _WORDS = ("Đ", "B"), ("E", "N"), ("Đông", "Bắc")


def _parts(units: int) -> tuple[int, int, float]:
    minutes, rest = divmod(units, 600_000)
    degrees, minute = divmod(minutes, 60)
    return degrees, minute, rest / 10_000


def _seconds(units: int, mark: str) -> str:
    degrees, minute, second = _parts(units)
    return mark.format(d=degrees, m=minute, s=f"{second:.4f}")


def _minutes(units: int, mark: str) -> str:
    degrees, minute, second = _parts(units)
    return mark.format(d=degrees, m=f"{minute + second / 60:.7f}")


WRITERS: dict[str, Callable[[int], str]] = {
    "decimal point": lambda units: f"{units / _UNIT:.9f}",
    "decimal comma": lambda units: f"{units / _UNIT:.9f}".replace(".", ","),
    "degree sign": lambda units: f"{units / _UNIT:.9f}°",
    "seconds": lambda units: _seconds(units, "{d}°{m:02d}'{s}\""),
    "seconds with a comma": lambda units: _seconds(units, "{d}°{m:02d}'{s}\"").replace(".", ","),
    "seconds with blanks": lambda units: _seconds(units, "{d}° {m}' {s}\""),
    "typographic seconds": lambda units: _seconds(units, "{d}º{m:02d}′{s}″"),
    "seconds as two minutes": lambda units: _seconds(units, "{d}°{m}'{s}''"),
    "seconds in words": lambda units: _seconds(units, "{d} độ {m} phút {s} giây"),
    "seconds by blanks": lambda units: _seconds(units, "{d} {m:02d} {s}"),
    "minutes": lambda units: _minutes(units, "{d}°{m}'"),
    "minutes with a comma": lambda units: _minutes(units, "{d}°{m}'").replace(".", ","),
}


def _with_side(written: str, side: str, place: str) -> str:
    gap = " " if written.endswith("giây") else ""
    return {"": written, "before": f"{side} {written}", "behind": f"{written}{gap}{side}"}[place]


sides = st.sampled_from([_VIETNAMESE, _ENGLISH, _WORDS])
side_places = st.sampled_from(["", "before", "behind"])


@quick
@given(st.lists(angles, min_size=1, max_size=4), st.sampled_from([*WRITERS]), sides, side_places)
def test_a_place_in_two_columns_comes_back(
    points: list[tuple[int, int]], writer: str, side: tuple[str, str], place: str
) -> None:
    write = WRITERS[writer]
    found, rows, faults = located(
        {
            "Kinh độ": [_with_side(write(lon), side[0], place) for lon, _ in points],
            "Vĩ độ": [_with_side(write(lat), side[1], place) for _, lat in points],
        }
    )
    assert not faults
    assert rows.ledger.alive.all(), [fault.value for fault in rows.ledger.refused]
    check_places(found, [lon / _UNIT for lon, _ in points], [lat / _UNIT for _, lat in points])


@quick
@given(
    st.lists(angles, min_size=1, max_size=4),
    st.sampled_from([name for name in WRITERS if name != "seconds by blanks"]),
    sides,
    side_places,
    st.sampled_from(["; ", " / ", "/", "\n", " | "]),
    st.booleans(),
)
def test_a_place_in_one_cell_comes_back_in_either_order(
    points: list[tuple[int, int]],
    writer: str,
    side: tuple[str, str],
    place: str,
    between: str,
    latitude_first: bool,
) -> None:
    cells = []
    for lon, lat in points:
        both = [_with_side(WRITERS[writer](lon), side[0], place)]
        both.insert(0 if latitude_first else 1, _with_side(WRITERS[writer](lat), side[1], place))
        cells.append(between.join(both))
    found, rows, faults = located({"Tọa độ": cells})
    assert not faults
    assert rows.ledger.alive.all(), cells
    check_places(found, [lon / _UNIT for lon, _ in points], [lat / _UNIT for _, lat in points])


@quick
@given(st.lists(angles, min_size=1, max_size=4), st.integers(0, 9), st.sampled_from(".,"))
def test_degrees_with_any_number_of_decimals_come_back(
    points: list[tuple[int, int]], decimals: int, sign: str
) -> None:
    written = [
        [f"{units / _UNIT:.{decimals}f}".replace(".", sign) for units in point] for point in points
    ]
    lon, lat = ([point[axis] for point in written] for axis in (0, 1))
    found, rows, faults = located({"Kinh độ": lon, "Vĩ độ": lat})
    assert not faults
    assert rows.ledger.alive.all()
    for axis, own in ((lon, found.longitude), (lat, found.latitude)):
        assert own.tolist() == [float(cell.replace(",", ".")) for cell in axis]


def _vietnamese(metres: float, decimals: int = 3) -> str:
    return f"{metres:,.{decimals}f}".translate(str.maketrans(".,", ",."))


@quick
@given(
    st.lists(
        st.tuples(st.integers(-15_000, 15_000), st.integers(90_000, 230_000)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(sorted(geodesy.VN2000_ZONES)),
    st.sampled_from([lambda m: f"{m:.3f}", lambda m: f"{m:.3f}".replace(".", ","), _vietnamese]),
    st.booleans(),
    st.booleans(),
)
def test_metres_of_every_zone_come_back(
    points: list[tuple[int, int]],
    zone: str,
    write: Callable[[float], str],
    north_first: bool,
    in_one_cell: bool,
) -> None:
    lon = np.array([geodesy.VN2000_ZONES[zone] + east / 10_000 for east, _ in points])
    lat = np.array([north / 10_000 for _, north in points])
    assume(((lon > 102.1) & (lon < 109.9)).all())
    metres = [[write(one) for one in axis] for axis in geodesy.from_wgs84(lon, lat, zone)]
    first, second = metres[::-1] if north_first else metres
    cells = {"X": first, "Y": second}
    if in_one_cell:
        cells = {"Tọa độ": [f"{a}; {b}" for a, b in zip(first, second, strict=True)]}
    found, rows, faults = located(cells, zone)
    assert not faults
    assert rows.ledger.alive.all(), cells
    check_places(found, lon.tolist(), lat.tolist())


scribbles = st.one_of(
    st.text(max_size=20),
    st.text("0123456789.,-+ °'\"′″NSEWBĐTbđ/;:o\n", max_size=24),
    st.sampled_from(["108.05", "15,05", "108°03'00\"Đ", "15°63'", "0", "", "1e9", "١٠٨", "nan"]),
)


def _check_scribbles(places: Places, rows: Rows) -> None:
    known = places.known
    assert (np.abs(places.longitude[known]) <= 180.0).all()
    assert (np.abs(places.latitude[known]) <= 90.0).all()
    assert not (known & ~rows.ledger.alive).any()
    for fault in rows.ledger.refused:
        assert (fault.file, bool(fault.column)) == ("f.csv", True)


@some
@given(st.lists(st.tuples(scribbles, scribbles), min_size=1, max_size=5))
def test_scribbles_in_two_columns_give_no_place_outside_the_earth(
    cells: list[tuple[str, str]],
) -> None:
    places, rows, _ = located({"Kinh độ": [a for a, _ in cells], "Vĩ độ": [b for _, b in cells]})
    _check_scribbles(places, rows)


@some
@given(st.lists(scribbles, min_size=1, max_size=5), scribbles)
def test_scribbles_in_one_cell_give_no_place_outside_the_earth(
    cells: list[str], second: str
) -> None:
    cells = [*cells, f"{cells[0]}, {second}"]
    places, rows, _ = located({"Tọa độ": cells})
    _check_scribbles(places, rows)


@quick
@given(st.integers(60, 99), st.integers(0, 59), st.booleans())
def test_sixty_minutes_are_no_minutes(large: int, small: int, in_seconds: bool) -> None:
    minutes, seconds = (small, large) if in_seconds else (large, small)
    written = f"108°{minutes}'{seconds}\"Đ"
    _, rows, _ = located({"Kinh độ": [written], "Vĩ độ": ["15°03'00\"B"]})
    assert [fault.code for fault in rows.ledger.refused] == ["not_a_number"]


# ------------------------------------------------------------------ numbers


def _read(cells: Sequence[str], unit: str, decimal_comma: bool = True) -> list[tuple[float, bool]]:
    column = readers.clean(pd.Series(list(cells), dtype="str"))
    read, bad = values.numbers(column, unit=unit, decimal_comma=decimal_comma)
    return list(zip(read.tolist(), bad.tolist(), strict=True))


def _check_numbers(read: list[tuple[float, bool]], meant: Sequence[Decimal]) -> None:
    for (value, bad), amount in zip(read, meant, strict=False):
        assert bad or value == float(amount)


def _english(amount: Decimal) -> str:
    return f"{amount:,f}"


amounts = st.lists(
    st.integers(0, 4).flatmap(lambda places: st.decimals(-10_000_000, 10_000_000, places=places)),
    min_size=1,
    max_size=6,
)
counts = st.lists(st.integers(0, 10_000_000).map(Decimal), min_size=1, max_size=6)
units = st.sampled_from(["", "m", "MHz", "degrees", "people", "households", "kg"])


@some
@given(amounts, units)
def test_a_plain_number_is_read_or_refused(meant: list[Decimal], unit: str) -> None:
    # No band lies below 100 MHz, so that 1.800 is one of 1800.
    assume(unit != "MHz" or all(abs(amount) >= 100 for amount in meant))
    cells = [f"{amount:f}" for amount in meant]
    if unit in ("people", "households", "kg"):
        meant = [amount.to_integral() for amount in meant]
        cells = [f"{amount:f}" for amount in meant]
    for decimal_comma in (True, False):
        _check_numbers(_read(cells, unit, decimal_comma), meant)


@some
@given(amounts, st.booleans())
def test_an_english_number_is_read_or_refused(meant: list[Decimal], decimal_comma: bool) -> None:
    _check_numbers(_read([_english(amount) for amount in meant], "", decimal_comma), meant)


@some
@given(amounts)
def test_a_vietnamese_number_is_read_or_refused_beside_a_decimal(meant: list[Decimal]) -> None:
    """A column of 1.234 and nothing else is English; one decimal comma tells the style."""
    cells = [_english(amount).translate(str.maketrans(".,", ",.")) for amount in meant]
    _check_numbers(_read([*cells, "0,5"], ""), meant)


@some
@given(
    counts, st.sampled_from([".", ",", " ", "\u00a0"]), st.sampled_from(["people", "households"])
)
def test_a_count_is_read_or_refused_however_it_is_grouped(
    meant: list[Decimal], mark: str, unit: str
) -> None:
    cells = [_english(amount).replace(",", mark) for amount in meant]
    _check_numbers(_read(cells, unit), meant)


@some
@given(st.lists(scribbles, min_size=1, max_size=6), units, st.booleans())
def test_scribbles_are_numbers_or_refused(cells: list[str], unit: str, decimal_comma: bool) -> None:
    clean = readers.clean(pd.Series(cells, dtype="str"))
    for cell, (value, bad) in zip(clean, _read(cells, unit, decimal_comma), strict=True):
        assert bad == (cell != "" and np.isnan(value))
        if cell and not bad:
            assert re.search("[0-9]", cell)


# ------------------------------------------------------------------ dates

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS: tuple[str, ...] = (
    *("{y}-{m:02d}-{d:02d}", "{y}/{m:02d}/{d:02d}", "{d:02d}/{m:02d}/{y}", "{d}/{m}/{y}"),
    *("{d:02d}-{m:02d}-{y}", "{d}.{m}.{y}", "{y}{m:02d}{d:02d}", "{d:02d}-{name}-{y}"),
    *("ngày {d} tháng {m} năm {y}", "{y}-{m:02d}-{d:02d}T00:00:00", "{d:02d}/{m:02d}/{y} 13:45"),
)


def _day(form: str, year: int, month: int, day: int) -> str:
    return form.format(y=year, m=month, d=day, name=_MONTHS[(month - 1) % 12])


def _dates(cells: Sequence[str]) -> tuple[list[Any], list[bool]]:
    read, bad = values.dates(readers.clean(pd.Series(list(cells), dtype="str")))
    return read.tolist(), bad.tolist()


@many
@given(
    st.lists(st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31)), min_size=1),
    st.sampled_from(DAYS),
)
def test_every_day_comes_back_in_every_form(days: list[datetime.date], form: str) -> None:
    read, bad = _dates([_day(form, day.year, day.month, day.day) for day in days])
    assert not any(bad)
    assert [one.date() for one in read] == days


@many
@given(st.integers(1950, 2099), st.integers(0, 13), st.integers(0, 32), st.sampled_from(DAYS))
def test_no_day_that_is_none_is_read(year: int, month: int, day: int, form: str) -> None:
    try:
        datetime.date(year, month, day)
        assume(False)
    except ValueError:
        pass
    assume("{name}" not in form or 1 <= month <= 12)
    assert _dates([_day(form, year, month, day)])[1] == [True]


@many
@given(st.lists(st.one_of(scribbles, st.text("0123456789/-. T:", max_size=12)), min_size=1))
def test_scribbles_are_days_of_our_time_or_refused(cells: list[str]) -> None:
    read, bad = _dates(cells)
    clean = readers.clean(pd.Series(cells, dtype="str")).tolist()
    for cell, day, wrong in zip(clean, read, bad, strict=True):
        assert wrong == (cell != "" and day is pd.NaT)
        assert day is pd.NaT or 1950 <= day.year <= 2099


# ------------------------------------------------------------------ headers

HEADERS = [
    (table, name, header)
    for table in tables.INPUT_TABLES
    for name in (column.name for column in table.columns if column.kind != "geometry")
    for header in columns.headers_of(table, name)
]


def _plain(header: str) -> str:
    marks = unicodedata.normalize("NFD", header.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in marks if not unicodedata.combining(char))


CHANGES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "decomposed": lambda header: unicodedata.normalize("NFD", header),
    "without accents": _plain,
    "underscores": lambda header: header.replace(" ", "_"),
    "line breaks": lambda header: header.replace(" ", "\n"),
    "blanks around": lambda header: f"  {header}\u00a0",
    "blanks doubled": lambda header: header.replace(" ", "  "),
    "a blank without width": lambda header: header[:1] + "\u200b" + header[1:],
    "a number before": lambda header: f"(3) {header}",
    "a remark behind": lambda header: f"{header} (nếu có)",
}


def _matched(headers: Sequence[str], table: tables.Table) -> columns.Matched:
    return columns.match(
        [text.nfc(header) for header in headers], table, file="", sheet="", faults=Faults()
    )


@many
@given(st.sampled_from(HEADERS), st.lists(st.sampled_from([*CHANGES]), unique=True, max_size=3))
def test_a_header_is_known_however_it_is_written(
    known: tuple[tables.Table, str, str], changes: list[str]
) -> None:
    table, name, header = known
    for change in changes:
        header = CHANGES[change](header)
    assert _matched([header], table).columns == {name: 0}


@many
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from([header for _, _, header in HEADERS]),
            st.sampled_from(["2G", "Tọa độ", "4G", "Kinh độ › Vĩ độ", " › ", "()", "(m)", ""]),
        ),
        max_size=12,
    ),
    st.sampled_from(tables.INPUT_TABLES),
)
def test_a_column_of_a_file_is_one_of_ours_at_most(headers: list[str], table: tables.Table) -> None:
    matched = _matched(headers, table)
    places = [*matched.columns.values(), *matched.parts.values(), *matched.others]
    assert sorted(places) == list(range(len(headers)))
    names = [*matched.columns, *matched.others.values()]
    assert len(set(names)) == len(names)
    assert columns.recognised(headers, table) <= len(headers)


# ------------------------------------------------------------------ encodings

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "windows-1258": garbling.windows_1258,
    "tcvn3": garbling.tcvn3,
    "vni": garbling.vni,
    "utf-16": lambda words: words.encode("utf-16"),
    "utf-16-le": lambda words: words.encode("utf-16-le"),
    "utf-8-sig": lambda words: words.encode("utf-8-sig"),
    "decomposed": lambda words: unicodedata.normalize("NFD", words).encode(),
}
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=12)


@many
@given(names, st.sampled_from([*ENCODINGS]))
def test_an_encoding_gives_the_same_text_or_none(words: list[str], encoding: str) -> None:
    written = "\n".join(words)
    decoded = encodings.decode(ENCODINGS[encoding](written))
    # ABC fonts keep capitals with accents in a font of their own.
    fold = str.lower if encoding == "tcvn3" else str
    assert decoded is None or fold(decoded.text) == fold(written)


@many
@given(names, names, st.sampled_from(["latin-1", "cp1252", "cp437"]))
def test_a_garbled_cell_gives_the_same_text_or_stays(
    garbled: list[str], whole: list[str], encoding: str
) -> None:
    cells = {garbling.utf8_read_as(word, encoding): word for word in garbled}
    mended, _ = encodings.mend(sorted({*cells, *whole}))
    for cell, becomes in mended.items():
        assert becomes == cells[cell]


@many
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "windows-1258", "vni"]))
def test_any_bytes_are_text_or_refused(data: bytes, encoding: str | None) -> None:
    try:
        decoded = encodings.decode(data, encoding)
    except UnicodeError:
        return
    assert decoded is None or "\0" not in decoded.text


# ------------------------------------------------------------------ files of text


def _file(content: bytes) -> tuple[RawTable | None, list[str]]:
    faults = Faults()
    source = Source(tables.SITES, SourceFile(path="f.csv"), Path("f.csv"), parts={".csv": content})
    return readers.read(source, faults), [fault.code for fault in faults]


@many
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(max_size=80).map(lambda one: one.encode("utf-8", "replace")),
        st.text("ab,;\"\n\r\t |é'=0", max_size=60).map(str.encode),
    )
)
def test_any_file_of_text_is_read_or_refused(content: bytes) -> None:
    raw, faults = _file(content)
    assert (raw is None) == bool(faults)
    if raw is not None:
        assert len(raw.cells) == len(raw.rows)
        assert raw.cells.shape[1] == len(raw.headers)


# No headers among them: a row that names more columns than the header is one.
cells = st.one_of(st.sampled_from(NAMES[:13]), st.text("ab ,;|\t\"'\n=-019.", max_size=8))


@some
@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_cell_of_a_file_comes_back(
    rows: list[tuple[str, str, str]], delimiter: str, end: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([("Mã trạm", "Nhà mạng", "Ghi chú"), *rows])
    raw, faults = _file(out.getvalue().encode())
    assert not faults
    assert raw is not None
    wanted = [readers.clean(pd.Series(row, dtype="str")).tolist() for row in rows]
    assert raw.cells.to_numpy().tolist() == [row for row in wanted if any(row)]


# ------------------------------------------------------------------ words

OPERATORS = dict(values.words("operator"))


@many
@given(st.one_of(st.text(max_size=30), st.text("viettelmobifonepvnakh 0123-,/", max_size=20)))
def test_any_text_is_one_operator_or_none(written: str) -> None:
    assert operators.standard_name(written, OPERATORS) in {"", *OPERATORS.values()}


@many
@given(
    st.sampled_from(sorted(OPERATORS)),
    st.sampled_from(sorted(OPERATORS)),
    st.sampled_from([", ", "/", " + ", " và ", "; "]),
)
def test_two_operators_are_not_one(first: str, second: str, between: str) -> None:
    assume(OPERATORS[first] != OPERATORS[second])
    assert operators.standard_name(f"{first}{between}{second}", OPERATORS) == ""


@many
@given(st.one_of(st.text(max_size=20), st.text("2345gltern/,+- b1800", max_size=12)))
def test_any_text_is_technologies_or_none(written: str) -> None:
    found = radio_words.technologies(written)
    assert set(filter(None, found.split(radio_words.JOINT))) <= set(TECHNOLOGIES)
    frequency = radio_words.frequency_mhz(written)
    assert frequency is None or 0 < frequency < 100_000


@many
@given(
    st.lists(st.sampled_from(TECHNOLOGIES), min_size=1, unique=True),
    st.sampled_from(["/", ", ", "+", ";", " & ", " - ", "\n"]),
    st.booleans(),
)
def test_a_list_of_technologies_names_them_all(meant: list[str], between: str, short: bool) -> None:
    written = between.join(meant)
    if short:  # 2/3/4G
        written = between.join([*(name[0] for name in meant[:-1]), meant[-1]])
    found = radio_words.technologies(written)
    wanted = radio_words.JOINT.join(name for name in TECHNOLOGIES if name in meant)
    assert found in (wanted, "") if short else found == wanted
