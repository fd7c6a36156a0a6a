"""Units in time: versions, crosswalks and their audit, and codes that are restated."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from units_case import LINKS, at, new_codes, read, warned

from geoplan.admin import crosswalk, units
from geoplan.admin.crosswalk import bare_name
from geoplan.faults import InputError, ScenarioError
from geoplan.results import Inputs
from geoplan.scenario import parse_scenario

OLD = "2025-06-30"


def _with(*lines: str, without: str = "") -> str:
    """Give the crosswalk with further lines, and without those that begin with a text."""
    kept = [line for line in LINKS.splitlines() if not (without and line.startswith(without))]
    return "\n".join([*kept, *lines]) + "\n"


# ------------------------------------------------------------------------------- versions


def test_one_code_at_two_dates_is_two_units() -> None:
    now = units.current_version(datetime.date(2025, 12, 31))
    then = units.former_version(now)
    assert (now.stamp, then.stamp) == ("2025-07-01", "../2025-06-30")
    assert units.key_of("82", now.stamp) != units.key_of("82", then.stamp)
    assert units.current_version(datetime.date(2025, 6, 30)).stamp == then.stamp


def test_what_the_scenario_says_is_no_assumption() -> None:
    day = datetime.date(2024, 12, 1)
    said = units.current_version(datetime.date(2025, 1, 1), valid_from=day, source="1/NQ")
    assert (said.stamp, said.source, said.is_assumed) == ("2024-12-01", "1/NQ", False)
    assert units.current_version(datetime.date(2025, 12, 31)).is_assumed


def test_a_day_outside_the_validity_is_told(tmp_path: Path) -> None:
    given = {"communes": {"path": "communes.geojson", "valid_to": datetime.date(2025, 6, 30)}}
    inputs, _ = read(tmp_path, [at("h", "00010", 0.2)], links="", inputs=given)
    assert warned(inputs, "units_not_valid") == [("units_not_valid", "2025-12-31")]


def test_a_validity_that_ends_before_it_begins_is_a_fault(tmp_path: Path) -> None:
    communes = {"path": "c.gpkg", "valid_from": "2025-07-01", "valid_to": "2025-06-30"}
    raw = {"schema": 1, "inputs": {"communes": communes, "hamlets": "h.csv", "sites": "s.csv"}}
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(raw, tmp_path)
    assert [fault.code for fault in caught.value.faults] == ["period_reversed"]


# ------------------------------------------------------------------------------- names


def test_the_place_of_a_tone_makes_no_other_name() -> None:
    assert bare_name("Xã Hoà An") == bare_name("phường HÒA AN")
    assert bare_name("Xã Thuỷ Xuân") == bare_name("Thủy Xuân")
    assert bare_name("Xã Hoa An") != bare_name("Xã Hoà An")
    assert bare_name("Phường 04") == bare_name("P.4")


# ------------------------------------------------------------------------------- restating


def test_a_commune_that_moved_whole_is_restated_by_its_code(tmp_path: Path) -> None:
    rows = [at("a", "00011"), at("b", "00031", 2.7), at("c", "00040", 3.5)]
    inputs, _ = read(tmp_path, rows, codes_as_of=OLD)
    assert new_codes(inputs) == {"a": "00010", "b": "00030", "c": "00040"}
    assert list(inputs.hamlets["old_commune_code"]) == ["00011", "00031", "00040"]


def test_a_divided_commune_is_restated_by_location(tmp_path: Path) -> None:
    rows = [at("west", "00021", 1.8), at("east", "00021", 2.2)]
    inputs, _ = read(tmp_path, rows, codes_as_of=OLD)
    assert new_codes(inputs) == {"west": "00020", "east": "00030"}


def test_what_stays_ambiguous_is_listed_and_kept(tmp_path: Path) -> None:
    rows = [at("nowhere", "00021"), at("elsewhere", "00021", 0.5)]
    inputs, _ = read(tmp_path, rows, codes_as_of=OLD)
    assert new_codes(inputs) == {"nowhere": "", "elsewhere": ""}
    assert inputs.rejects.empty
    told = [one for one in inputs.warnings if one.code.startswith("ambiguous_")]
    assert [(one.code, one.row, one.column, one.value) for one in told] == [
        ("ambiguous_elsewhere", 3, "commune_code", "00021"),
        ("ambiguous_commune", 2, "commune_code", "00021"),
    ]
    assert told[1].params["known"] == "00020, 00030"


def test_codes_of_the_former_set_are_seen(tmp_path: Path) -> None:
    rows = [at("a", "00011"), at("b", "00031"), at("c", "00010")]
    inputs, _ = read(tmp_path, rows)
    assert new_codes(inputs) == {"a": "00010", "b": "00030", "c": "00010"}
    assert [code for code, _ in warned(inputs, "codes_taken_old", "codes_mixed")] == [
        "codes_taken_old"
    ]


def test_a_code_used_again_stays_todays_where_the_sets_are_mixed(tmp_path: Path) -> None:
    links = _with(without="00040").replace("00031,Xã Ba", "00040,Xã Ba")
    links += "00041,Thị trấn Bốn,Huyện Đông,102,Tỉnh Đông,87,00040,Phường Đông,82,false\n"
    rows = [at("a", "00010"), at("b", "00020"), at("c", "00040"), at("d", "00041")]
    mixed, _ = read(tmp_path, rows, links=links)
    assert new_codes(mixed) == {"a": "00010", "b": "00020", "c": "00040", "d": "00040"}
    assert [code for code, _ in warned(mixed, "codes_mixed")] == ["codes_mixed"]
    former, _ = read(tmp_path, rows, links=links, codes_as_of=OLD)
    assert new_codes(former)["c"] == "00030"


def test_codes_said_to_be_of_today_are_not_restated(tmp_path: Path) -> None:
    inputs, _ = read(tmp_path, [at("a", "00011"), at("b", "00010")], codes_as_of="2025-12-31")
    assert new_codes(inputs) == {"b": "00010"}
    assert list(inputs.rejects["reason"]) == ["unknown_commune"]


def test_former_codes_without_a_crosswalk_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, [at("a", "00010")], links="", codes_as_of=OLD)
    assert [fault.code for fault in caught.value.faults] == ["crosswalk_needed"]


def test_zeros_lost_from_former_codes_are_mended(tmp_path: Path) -> None:
    links = LINKS.replace("\n000", "\n").replace(",000", ",")
    inputs, _ = read(tmp_path, [at("a", "11"), at("b", "00031")], links=links, codes_as_of=OLD)
    assert new_codes(inputs) == {"a": "00010", "b": "00030"}
    assert list(inputs.hamlets["old_commune_code"]) == ["00011", "00031"]
    assert len(warned(inputs, "code_mended")) == 3


def test_a_former_code_beside_none_of_today(tmp_path: Path) -> None:
    rows = [at("a", "", None, old_commune_code="00031"), at("b", "", None, old_commune_code="9")]
    inputs, _ = read(tmp_path, rows)
    assert new_codes(inputs) == {"a": "00030", "b": ""}
    assert warned(inputs, "unknown_former_commune") == [("unknown_former_commune", "9")]


# ------------------------------------------------------------------------------- the audit


AUDIT = {
    "a unit that vanishes": (
        _with("00050,Xã Mất,Huyện Tây,101,Tỉnh Tây,82,,,,"),
        ("crosswalk_vanishes", 9, "old_code", "00050"),
    ),
    "a code that is not in the communes": (
        _with("00051,Xã Lạ,Huyện Tây,101,Tỉnh Tây,82,00099,Xã Lạ,82,false"),
        ("crosswalk_unknown_code", 9, "new_code", "00099"),
    ),
    "a commune that nothing leads to": (
        _with(without="00040"),
        ("crosswalk_lost", None, "new_code", "00040"),
    ),
    "another name": (
        LINKS.replace("Phường Đông", "Phường Tây"),
        ("crosswalk_name", 8, "new_name", "Phường Tây"),
    ),
    "two names of one former unit": (
        LINKS.replace("00021,Xã Chia", "00021,Xã Khác", 1),
        ("crosswalk_old_name", 6, "old_name", "Xã Chia"),
    ),
    "divided without a mark": (
        LINKS.replace("true", "false"),
        ("crosswalk_not_marked", 6, "new_code", "00030"),
    ),
    "marked and not divided": (
        LINKS.replace("00040,Phường Đông,82,false", "00040,Phường Đông,82,true"),
        ("crosswalk_divided_once", 8, "is_divided", "true"),
    ),
    "a namesake far away": (
        _with("00010,Xã Hoà An,Huyện Tây,101,Tỉnh Tây,82,00040,Phường Đông,82,true"),
        ("crosswalk_apart", 9, "new_code", "00040"),
    ),
}


@pytest.mark.parametrize("case", AUDIT)
def test_the_audit_tells(case: str, tmp_path: Path) -> None:
    links, wanted = AUDIT[case]
    inputs, _ = read(tmp_path, [at("h", "00010", 0.2)], links=links)
    told = [
        (one.code, one.row, one.column, one.value)
        for one in inputs.warnings
        if one.file == "crosswalk.csv" and one.code == wanted[0]
    ]
    assert told == [wanted]


def test_a_sound_crosswalk_is_not_told_of(tmp_path: Path) -> None:
    inputs, _ = read(tmp_path, [at("h", "00010", 0.2)])
    assert [one.code for one in inputs.warnings if one.file == "crosswalk.csv"] == []


def test_a_line_that_stands_twice_is_refused_and_lost_zeros_are_mended(tmp_path: Path) -> None:
    line = "00011,Xã Một,Huyện Tây,101,Tỉnh Tây,82,10,Xã Hòa An,82,false"
    inputs, _ = read(tmp_path, [at("h", "00010", 0.2)], links=_with(line))
    assert warned(inputs, "code_mended") == [("code_mended", "10")]
    assert list(inputs.rejects[["row", "reason"]].iloc[0]) == [9, "duplicate_row"]


def test_rows_of_other_provinces_are_counted_and_left_out(tmp_path: Path) -> None:
    other = "90001,Xã Xa,Huyện Xa,900,Tỉnh Xa,90,90001,Xã Xa,90,false"
    inputs, _ = read(tmp_path, [at("h", "00010", 0.2)], links=_with(other))
    told = [one for one in inputs.warnings if one.code == "crosswalk_elsewhere"]
    assert [one.params["count"] for one in told] == ["1"]
    assert inputs.former is not None
    assert inputs.former.links is not None
    assert "90001" not in set(inputs.former.links["old_code"])


def test_a_crosswalk_of_another_province_is_a_fault(tmp_path: Path) -> None:
    links = LINKS.splitlines()[0] + "\n90001,Xã Xa,H,900,T,90,90001,Xã Xa,90,false\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, [at("h", "00010", 0.2)], links=links)
    assert [fault.code for fault in caught.value.faults] == ["crosswalk_foreign"]


def test_a_crosswalk_may_be_packed_and_have_vietnamese_headers(tmp_path: Path) -> None:
    words = "Mã xã cũ,Tên xã cũ,Huyện cũ,Mã huyện cũ,Tỉnh cũ,Mã tỉnh cũ,Mã xã mới,Tên xã mới,"
    text = words + "Mã tỉnh mới,Chia tách\n" + LINKS.split("\n", 1)[1]
    text = text.replace("true", "có").replace("false", "không")
    (tmp_path / "bang.csv.gz").write_bytes(gzip.compress(text.encode()))
    given = {"crosswalk": "bang.csv.gz"}
    inputs, _ = read(tmp_path, [at("a", "00031")], links="", inputs=given)
    assert new_codes(inputs) == {"a": "00030"}


# ------------------------------------------------------------------------------- the real one


@pytest.fixture(scope="module")
def links(shared: Path) -> pd.DataFrame:
    path = shared / "data" / "commune_crosswalk_2025.csv.gz"
    if not path.is_file():
        pytest.skip("../shared/data/commune_crosswalk_2025.csv.gz is absent")
    names = {"old_commune_code": "old_code", "old_commune": "old_name"}
    names |= {"new_commune_code": "new_code", "new_commune": "new_name"}
    frame = pd.read_csv(path, dtype="str", keep_default_na=False).rename(columns=names)
    return frame.assign(is_divided=frame["is_divided"] == "true")


@pytest.fixture(scope="module")
def today(shared: Path) -> gpd.GeoDataFrame:
    path = shared / "data" / "communes_2025.gpkg"
    if not path.is_file():
        pytest.skip("../shared/data/communes_2025.gpkg is absent")
    return gpd.read_file(path)


def _of_province(
    links: pd.DataFrame, today: gpd.GeoDataFrame, code: str
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    communes = today[today["province_code"] == code].reset_index(drop=True)
    found = links[crosswalk.of_area(links, communes)].reset_index(drop=True)
    return found.assign(is_doubtful=crosswalk.doubtful(found, communes)), communes


@pytest.mark.parametrize(
    ("province", "origin"),
    [
        ("46", {"46": 40}),
        ("51", {"51": 56, "62": 40}),
        ("82", {"82": 57, "87": 45}),
        ("92", {"92": 32, "93": 28, "94": 43}),
        ("96", {"96": 39, "95": 25}),
    ],
)
def test_the_origin_of_todays_communes_is_as_published(
    links: pd.DataFrame, today: gpd.GeoDataFrame, province: str, origin: dict[str, int]
) -> None:
    found, _ = _of_province(links, today, province)
    sure = found[~found["is_doubtful"]]
    assert sure.groupby("old_province_code")["new_code"].nunique().to_dict() == origin


def test_names_of_the_real_crosswalk_agree(links: pd.DataFrame, today: gpd.GeoDataFrame) -> None:
    found, communes = _of_province(links, today, "82")
    told = {one.code for one in crosswalk.audit(found, communes)}
    assert told == {"crosswalk_apart"}


def test_huong_tra_becomes_three_communes(links: pd.DataFrame, today: gpd.GeoDataFrame) -> None:
    found, _ = _of_province(links, today, "46")
    town = {
        "19996": ("19996", "20011", "20008"),
        "20017": ("20017", "20020", "20005"),
        "20035": ("20026", "20035", "20041"),
    }
    became = crosswalk.candidates(found)
    assert {old: became[old] for old in sum(town.values(), ())} == {
        old: (new,) for new, several in town.items() for old in several
    }
    district = found.loc[found["old_district_code"] == "480", "old_code"]
    assert set(district) == set(sum(town.values(), ()))


def test_tien_giang_becomes_its_share_of_dong_thap(
    links: pd.DataFrame, today: gpd.GeoDataFrame
) -> None:
    found, _ = _of_province(links, today, "82")
    became = crosswalk.candidates(found)
    own = set(found.loc[found["old_province_code"] == "82", "old_code"])
    other = set(found.loc[found["old_province_code"] == "87", "old_code"])
    assert (len(own), len(other)) == (164, 141)
    share = {new for old in own for new in became[old]}
    assert len(share) == 57
    assert share.isdisjoint({new for old in other for new in became[old]})


def test_hamlets_of_huong_tra_in_former_codes(shared: Path, tmp_path: Path) -> None:
    data = shared / "data"
    if not (data / "communes_2025.gpkg").is_file():
        pytest.skip("../shared/data is absent")
    inputs = _read_huong_tra(data, tmp_path)
    counts = inputs.hamlets["commune_code"].value_counts().to_dict()
    assert counts == {"19996": 3, "20017": 3, "20035": 3}
    assert inputs.rejects.empty


def _read_huong_tra(data: Path, folder: Path) -> Inputs:
    from geoplan.io import read_inputs

    old = ("19996", "20011", "20008", "20017", "20020", "20005", "20026", "20035", "20041")
    lines = [f"h{code},Thôn {code},{code}" for code in old]
    text = "\n".join(["hamlet_id,name,commune_code", *lines])
    (folder / "hamlets.csv").write_text(text, "utf-8")
    (folder / "sites.csv").write_text(
        "operator,technology,longitude,latitude\nViettel,4G,107.47,16.40\n", "utf-8"
    )
    raw = {
        "schema": 1,
        "as_of": "2025-12-31",
        "inputs": {
            "communes": str(data / "communes_2025.gpkg"),
            "crosswalk": str(data / "commune_crosswalk_2025.csv.gz"),
            "hamlets": {"path": "hamlets.csv", "codes_as_of": "2025-06-30"},
            "sites": "sites.csv",
        },
    }
    return read_inputs(parse_scenario(raw, folder))
