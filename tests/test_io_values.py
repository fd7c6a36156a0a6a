"""Numbers, dates, words and headers: what is read, and what is refused rather than guessed."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import columns, values


def numbers(*cells: str, **options: object) -> list[float | str]:
    """Read numbers; what is no number shows as "bad", a blank as NaN's text."""
    read, bad = values.numbers(pd.Series(cells, dtype="str"), **options)  # type: ignore[arg-type]
    return ["bad" if wrong else value for value, wrong in zip(read.tolist(), bad, strict=True)]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (("1234.5", "-7", "+.5", "1e3"), [1234.5, -7.0, 0.5, 1000.0]),
        (("1.234,5", "15,25"), [1234.5, 15.25]),
        (("1,234.5", "1,234"), [1234.5, 1234.0]),
        (("15,1234",), [15.1234]),
        (("15,123", "15,1"), [15.123, 15.1]),
        (("15.123", "15.1"), [15.123, 15.1]),
        (("15.123",), [15.123]),
        (("1.234.567", "1.234"), [1234567.0, 1234.0]),
        (("15,123",), ["bad"]),
        (("1.234,5", "1,234.5", "1.234"), [1234.5, 1234.5, "bad"]),
        (("108,8o1", "abc", "--1", "1 2", "nan", "inf", "0x1"), ["bad"] * 7),
        (("1e3", "15,1"), [1000.0, 15.1]),
        (("0,123", "1234,567"), [0.123, 1234.567]),
        (("12,34,56", "1.2.3", "1,2,3"), ["bad"] * 3),
    ],
)
def test_numbers_are_read_where_one_reading_is_possible(
    cells: tuple[str, ...], read: list[float | str]
) -> None:
    assert numbers(*cells) == read


def test_a_comma_before_three_digits_is_unsure_where_commas_part_the_fields() -> None:
    told = numbers("15,123", "15,12", "15,1234", "15.12", decimal_comma=False)
    assert told == ["bad", 15.12, 15.1234, 15.12]


def test_no_angle_is_a_thousand_degrees() -> None:
    assert numbers("108,804", "15.123", unit="degrees") == [108.804, 15.123]


@given(
    st.lists(st.decimals(-99_999, 99_999, places=2), min_size=1, max_size=8),
    st.sampled_from(["{:,.2f}", "{:.2f}"]),
    st.booleans(),
)
def test_two_decimals_tell_every_reading(
    amounts: list[Decimal], form: str, vietnamese: bool
) -> None:
    cells = [form.format(amount) for amount in amounts]
    if vietnamese:
        cells = [cell.translate(str.maketrans(".,", ",.")) for cell in cells]
    assert numbers(*cells) == [float(amount) for amount in amounts]


def test_people_are_whole_so_grouped_digits_are_thousands() -> None:
    assert numbers("1.452", "422", unit="people") == [1452.0, 422.0]


def test_people_in_a_comma_file_are_grouped_only_where_the_column_shows_it() -> None:
    assert numbers("1.452", "422", unit="people", decimal_comma=False) == [1452.0, 422.0]
    assert numbers("1.452", "422.5", unit="people", decimal_comma=False) == [1.452, 422.5]


def test_people_with_decimals_throughout_are_left_alone() -> None:
    assert numbers("452.125", "1452.000", unit="people") == [452.125, 1452.0]


def test_people_that_could_be_either_are_not_guessed() -> None:
    assert numbers("1.452", unit="people") == ["bad"]


def test_a_number_of_the_file_itself_is_never_regrouped() -> None:
    exact = np.array([True, False, False])
    read = numbers("1.452", "2.500", "422", unit="people", exact=exact)
    assert read == [1.452, 2500.0, 422.0]


def test_units_may_stand_behind() -> None:
    assert numbers("1800 MHz", "900mhz", unit="MHz") == [1800.0, 900.0]
    assert numbers("22m", "34,0 m", unit="m") == [22.0, 34.0]
    assert numbers("22 km", unit="m") == ["bad"]


def test_blank_is_missing_and_not_zero() -> None:
    read, bad = values.numbers(pd.Series(["", "0"], dtype="str"))
    assert np.isnan(read[0])
    assert read[1] == 0
    assert not bad.any()


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-12-31", "2025-12-31"),
        ("31/12/2025", "2025-12-31"),
        ("1/2/2025", "2025-02-01"),
        ("31-12-2025", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("2025/12/31", "2025-12-31"),
        ("2025-12-31T00:00:00", "2025-12-31"),
    ],
)
def test_dates(cell: str, day: str) -> None:
    read, bad = values.dates(pd.Series([cell], dtype="str"))
    assert not bad.any()
    assert read[0] == pd.Timestamp(day)


@pytest.mark.parametrize(
    "cell", ["12/31/2025", "30/02/2025", "2025", "12/2025", "31/12/25", "45658"]
)
def test_no_dates(cell: str) -> None:
    assert values.dates(pd.Series([cell], dtype="str"))[1].all()


def test_day_numbers_of_a_workbook() -> None:
    cells = pd.Series(["45658", "2025"], dtype="str")
    read, bad = values.dates(cells, exact=np.array([True, True]))
    assert read[0] == pd.Timestamp("2025-01-01")
    assert bad.tolist() == [False, True]


def test_words_in_both_languages() -> None:
    cells = pd.Series(["Có", "x", "1", "không", "NO", "", "maybe"], dtype="str")
    read, bad = values.booleans(cells)
    assert read[:5].tolist() == [True, True, True, False, False]
    assert read[5:].isna().all()
    assert bad.tolist() == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("operator", "VTL", "Viettel"),
        ("operator", "Viettel Telecom", "Viettel"),
        ("operator", "VinaPhone", "VNPT"),
        ("operator", "VMS", "MobiFone"),
        ("operator", "VNM", "Vietnamobile"),
        ("operator", "Gtel", "Gmobile"),
        ("technology", "LTE", "4G"),
        ("technology", "4G-LTE", "4G"),
        ("technology", "NR", "5G"),
        ("technology", "wcdma", "3G"),
        ("technology", "GSM", "2G"),
        ("technology", "3G/4G", ""),
        ("status", "Hiện trạng", "existing"),
        ("status", "Đang hoạt động", "existing"),
        ("status", "quy hoạch", "planned"),
        ("status", "ĐỀ XUẤT", "proposed"),
    ],
)
def test_words_of_the_field(kind: str, cell: str, value: str) -> None:
    assert values.look_up(pd.Series([cell], dtype="str"), values.words(kind))[0][0] == value


@pytest.mark.parametrize("kind", ["operator", "technology", "status", "boolean", "kind"])
def test_no_word_stands_for_two_values(kind: str) -> None:
    import tomllib
    from importlib.resources import files

    catalogue = tomllib.loads((files("geoplan.io") / "words.toml").read_text("utf-8"))[kind]
    folded = [values.key(word) for known in catalogue.values() for word in set(known)]
    owners = {
        word: {value for value, known in catalogue.items() if word in map(values.key, known)}
        for word in folded
    }
    assert all(len(owner) == 1 for owner in owners.values())


@pytest.mark.parametrize("table", tables.INPUT_TABLES, ids=lambda table: table.name)
def test_no_header_stands_for_two_columns(table: tables.Table) -> None:
    assert columns.recognised(table.names, table) >= len(table.names) - 1


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        (tables.SITES, "Mã trạm", "site_id"),
        (tables.SITES, "MA_TRAM", "site_id"),
        (tables.SITES, "Nhà mạng", "operator"),
        (tables.SITES, "Công nghệ", "technology"),
        (tables.SITES, "Tần số (MHz)", "frequency_mhz"),
        (tables.SITES, "Độ cao ăng ten", "antenna_agl_m"),
        (tables.SITES, "Độ cao anten (m)", "antenna_agl_m"),
        (tables.SITES, "Mã cột", "structure_id"),
        (tables.SITES, "Chủ sở hữu", "structure_owner"),
        (tables.SITES, "Loại cột", "structure_class"),
        (tables.SITES, "Ngày phát sóng", "on_air_date"),
        (tables.SITES, "Góc phương vị", "azimuth_deg"),
        (tables.SITES, "Trạng thái", "status"),
        (tables.SITES, "Kinh độ", "longitude"),
        (tables.SITES, "Vĩ độ", "latitude"),
        (tables.HAMLETS, "Mã xã", "commune_code"),
        (tables.HAMLETS, "Tên thôn", "name"),
        (tables.HAMLETS, "Dân số", "population"),
        (tables.HAMLETS, "Số hộ", "households"),
    ],
)
def test_vietnamese_headers(table: tables.Table, header: str, column: str) -> None:
    matched = columns.match([header], table, file="", sheet="", faults=Faults())
    assert matched.columns == {column: 0}


def test_a_header_in_another_unit_is_not_taken() -> None:
    headers = ["Độ cao anten (km)", "Tần số (GHz)"]
    assert columns.recognised(headers, tables.SITES) == 0


def test_a_loose_header_counts_only_where_no_better_one_does() -> None:
    faults = Faults()
    both = columns.match(["id", "hamlet_id"], tables.HAMLETS, file="", sheet="", faults=faults)
    alone = columns.match(["id"], tables.HAMLETS, file="", sheet="", faults=faults)
    assert both.columns == {"hamlet_id": 1}
    assert alone.columns == {"hamlet_id": 0}
    assert not faults
