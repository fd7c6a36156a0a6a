"""Points for hamlets without coordinates: which fit, which never do; only confirmed ones count."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from cli_case import call
from io_case import read, refused, write_province

from geoplan import tables
from geoplan.locating import find_candidates
from geoplan.locating.candidates import is_clear
from geoplan.locating.names import hamlet_name, likeness, readings
from geoplan.report.work_list import DOUBTS, NAME
from geoplan.results import Inputs
from geoplan.text import fold, translator

BOXES = {"00101": ("An Phú", 108.0), "00102": ("Bình Minh", 108.1)}


def communes() -> gpd.GeoDataFrame:
    frame = pd.DataFrame(
        {
            "commune_code": pd.Series(list(BOXES), dtype="str"),
            "name": pd.Series([name for name, _ in BOXES.values()], dtype="str"),
            "full_name": pd.Series([f"Xã {name}" for name, _ in BOXES.values()], dtype="str"),
        }
    )
    shapes = [shapely.box(west, 15.0, west + 0.1, 15.1) for _, west in BOXES.values()]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def hamlets(*rows: tuple[str, str, str], located: dict[str, tuple[float, float]] | None = None
            ) -> pd.DataFrame:  # fmt: skip
    """Make hamlets of id, name and commune; without coordinates unless they are given."""
    placed = located or {}
    frame = pd.DataFrame(
        {
            "hamlet_id": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "commune_code": [row[2] for row in rows],
            "longitude": [placed.get(row[0], (np.nan, np.nan))[0] for row in rows],
            "latitude": [placed.get(row[0], (np.nan, np.nan))[1] for row in rows],
            "kind": "",
        }
    )
    return tables.check(frame, tables.HAMLETS)


def points(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Make points of name, longitude, latitude and, if they are given, class and commune name."""
    filled = [(*row, *("", "")[len(row) - 3 :]) for row in rows]
    frame = pd.DataFrame(filled, columns=["name", "longitude", "latitude", "class", "commune_name"])
    checked = tables.check(frame, tables.POINTS).drop(columns="geometry")
    return checked.assign(source_file="points.csv", source_row=range(2, len(frame) + 2))


def found(hamlet_rows: pd.DataFrame, point_rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    table = find_candidates(hamlet_rows, point_rows, communes())
    columns = ["hamlet_id", "candidate_name", "score", "doubt"]
    return [tuple(row) for row in table[columns].to_numpy(object)]


def like(hamlet: str, point: str) -> float:
    return max(likeness(hamlet_name(hamlet), one.name)[0] for one in readings(point))


@pytest.mark.parametrize(
    ("hamlet", "point"),
    [
        ("Thôn An Phú", "An Phú"),
        ("Thôn An Phú", "Nhà văn hóa thôn An Phú"),
        ("Thôn An Phú", "NHÀ VĂN HOÁ THÔN AN PHÚ, xã Bình Minh"),
        ("Thôn An Hoà", "Thôn An Hòa"),
        ("Ấp Mỹ Lý", "Ấp Mĩ Lí"),
        ("Thôn 1", "Thôn 01"),
        ("Thôn 1", "Thôn I"),
        ("Thôn Ba", "Thôn 3"),
        ("Tổ dân phố số 5", "TDP5"),
        ("Khu phố 3", "KP.3"),
        ("Thôn Hà Vi", "THÔN HÀ VI"),
    ],
)
def test_names_that_are_the_same(hamlet: str, point: str) -> None:
    assert like(hamlet, point) == 1.0


@pytest.mark.parametrize(
    ("hamlet", "point"),
    [
        ("Thôn 1", "Thôn 11"),
        ("Thôn 1", "Thôn 1A"),
        ("Thôn 6", "Thôn Hà Vi"),
        ("Thôn An Phú 1", "Thôn An Phú 2"),
        ("Thôn An Phú", "Thôn An Phước"),
        ("Thôn An Phú", "Thôn Phú An"),
        ("Thôn 1", "Thôn An Phú"),
    ],
)
def test_names_that_never_match(hamlet: str, point: str) -> None:
    assert like(hamlet, point) == 0.0


def test_a_school_of_a_commune_names_no_hamlet_and_its_number_is_not_the_hamlets() -> None:
    assert readings("Trường Tiểu học xã An Phú") == ()
    assert readings("Trường Tiểu học số 2 An Phú")[0].name.numbers == ()


def test_other_accents_score_lower_and_missing_ones_little() -> None:
    assert like("Thôn Hòa", "Thôn Hoa") == 0.6
    assert like("Thôn An Hòa", "An Hoa") == 0.9
    assert like("Thôn Hoa", "Thôn Hòa") == 0.6


def test_a_school_with_a_branch_stands_where_the_branch_is() -> None:
    told = readings("Trường tiểu học An Phú – điểm An Hòa")
    assert [(one.name.plain, one.is_main) for one in told] == [
        (("an", "phu"), True),
        (("an", "hoa"), False),
    ]
    own = hamlets(("H1", "Thôn An Hòa", "00102"), ("H2", "Thôn An Phú", "00102"))
    rows = found(own, points(("Trường tiểu học An Phú – điểm An Hòa", 108.15, 15.05)))
    assert rows == [("H1", "Trường tiểu học An Phú – điểm An Hòa", 0.8, "")]


def test_the_same_name_in_two_communes_goes_to_the_one_around_the_point() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"), ("H2", "Thôn Tân Lập", "00102"))
    both = points(("Tân Lập", 108.05, 15.05), ("Tân Lập", 108.102, 15.05))
    assert [row[0] for row in found(own, both)] == ["H1", "H2"]
    table = find_candidates(own, both, communes())
    assert dict(zip(table["hamlet_id"], table["longitude"], strict=True)) == {
        "H1": 108.05,
        "H2": 108.102,
    }
    assert is_clear(table).all()


def test_a_point_just_outside_is_a_doubtful_candidate_and_one_far_outside_is_none() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"))
    near, far = found(own, points(("Tân Lập", 108.102, 15.05))), points(("Tân Lập", 108.15, 15.05))
    assert [(row[0], row[3]) for row in near] == [("H1", "outside")]
    assert near[0][2] < 0.85
    assert found(own, far) == []


def test_two_hamlets_of_one_name_in_a_commune_are_both_listed_and_none_is_certain() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"), ("H2", "Thôn Tân Lập", "00101"))
    table = find_candidates(own, points(("Tân Lập", 108.05, 15.05)), communes())
    assert table["hamlet_id"].tolist() == ["H1", "H2"]
    assert set(table["doubt"]) == {"same_name"}
    assert not is_clear(table).any()


def test_two_points_of_one_name_apart_are_both_listed_and_none_is_certain() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"))
    apart = points(("Tân Lập", 108.02, 15.05), ("Thôn Tân Lập", 108.08, 15.05))
    beside = points(("Tân Lập", 108.02, 15.05), ("Thôn Tân Lập", 108.021, 15.05))
    table = find_candidates(own, apart, communes())
    assert set(table["doubt"]) == {"several_points"}
    assert not is_clear(table).any()
    assert is_clear(find_candidates(own, beside, communes())).sum() == 1


def test_a_longer_name_goes_to_its_own_hamlet_even_where_that_one_is_located() -> None:
    own = hamlets(
        ("H1", "Ấp An Phú", "00102"),
        ("H2", "Ấp An Phú Đông", "00102"),
        located={"H2": (108.17, 15.05)},
    )
    assert found(own, points(("Ấp An Phú Đông", 108.15, 15.05))) == []
    assert found(own, points(("Ấp An Phú", 108.15, 15.05)))[0][2:] == (1.0, "")
    alone = hamlets(("H1", "Ấp An Phú", "00102"))
    part = found(alone, points(("Ấp An Phú Đông", 108.15, 15.05)))
    assert [(row[2] < 0.5, row[3]) for row in part] == [(True, "part_of_name")]


def test_a_building_named_after_the_commune_is_doubted() -> None:
    own = hamlets(("H1", "Thôn An Phú", "00101"))
    school = found(own, points(("Trường THCS An Phú", 108.05, 15.05)))
    house = found(own, points(("Nhà văn hóa thôn An Phú", 108.05, 15.05)))
    assert school[0][3] == "named_for_commune"
    assert school[0][2] < house[0][2] == 1.0


def test_a_file_that_names_another_commune_is_doubted() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"))
    rows = found(own, points(("Tân Lập", 108.05, 15.05, "", "Xã Bình Minh")))
    assert [row[3] for row in rows] == ["other_commune"]


def test_located_hamlets_get_no_candidates() -> None:
    own = hamlets(("H1", "Thôn Tân Lập", "00101"), located={"H1": (108.01, 15.01)})
    assert found(own, points(("Tân Lập", 108.05, 15.05))) == []


SYLLABLES = (
    *("An", "Bình", "Phú", "Hòa", "Tân", "Lập", "Mỹ", "Lộc", "Đông", "Tây", "Trung", "Thạnh"),
    *("Long", "Phước", "Vĩnh", "Thuận", "Hưng", "Lợi", "Hoa", "Hiệp"),
)


def generated(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, tuple[float, float]]]:
    """Make hamlets of two communes with their true places, and points: theirs and decoys."""
    draw = np.random.default_rng(seed)
    own, named, truth = [], [], {}
    for code, (_, west) in BOXES.items():
        for i in range(40):
            if draw.random() < 0.3:
                name = f"Thôn {draw.integers(1, 15)}"
            else:
                name = "Thôn " + " ".join(draw.choice(SYLLABLES, draw.integers(2, 4)))
            identity = f"{code}-{i:03}"
            place = (west + draw.uniform(0, 0.1), 15.0 + draw.uniform(0, 0.1))
            own.append((identity, name, code))
            truth[identity] = place
            bare = name.removeprefix("Thôn ")
            styles = (name, f"Nhà văn hóa {name.lower()}", f"NVH Thôn {bare}", bare)
            if draw.random() < 0.8:  # a fifth of the hamlets stand in no file
                style = str(draw.choice(styles[: 3 if bare.isdigit() else 4]))
                if draw.random() < 0.2:
                    style = without_accents(style)
                named.append((style, *place))
            if draw.random() < 0.3:  # buildings named after something else, anywhere
                far = (west + draw.uniform(0, 0.1), 15.0 + draw.uniform(0, 0.1))
                named.append((f"Trường tiểu học {bare}", *far, "school"))
        for _ in range(20):  # places that are no hamlet of today
            stray = " ".join(draw.choice(SYLLABLES, draw.integers(2, 4)))
            stray = without_accents(stray) if draw.random() < 0.5 else stray
            named.append((stray, west + draw.uniform(0, 0.1), 15.0 + draw.uniform(0, 0.1)))
    return hamlets(*own), points(*named), truth


def without_accents(name: str) -> str:
    """Write a name as old systems do."""
    return fold(name).title()


def measured(seeds: range) -> tuple[float, float, float]:
    """Give the precision of clear candidates and of all best ones, and the share found of all."""
    clear = clear_right = best = best_right = known = 0
    for seed in seeds:
        own, named, truth = generated(seed)
        table = find_candidates(own, named, communes())
        first = table[table["rank"] == 1]
        right = np.array(
            [
                np.hypot(row.longitude - truth[row.hamlet_id][0], row.latitude
                         - truth[row.hamlet_id][1]) < 1e-9
                for row in first.itertuples()
            ]
        )  # fmt: skip
        sure = is_clear(first).to_numpy()
        clear, clear_right = clear + sure.sum(), clear_right + (sure & right).sum()
        best, best_right = best + len(first), best_right + right.sum()
        known += len(own)
    return clear_right / clear, best_right / best, clear_right / known


def test_clear_candidates_of_generated_names_are_right() -> None:
    precise, best, share = measured(range(20))
    assert precise >= 0.97
    assert best >= 0.75
    assert share >= 0.55


def test_candidates_do_not_depend_on_the_order_of_rows() -> None:
    own, named, _ = generated(3)
    one = find_candidates(own, named, communes())
    other = find_candidates(
        own.iloc[::-1].reset_index(drop=True), named.iloc[::-1].reset_index(drop=True), communes()
    )
    pd.testing.assert_frame_equal(one, other)


POINTS = """Tên,Loại,Kinh độ,Vĩ độ
Nhà văn hóa thôn Ba,,108.13,15.03
Trường tiểu học Thôn Ba,school,108.14,15.04
,,108.14,15.04
"""


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    (tmp_path / "points.csv").write_text(POINTS, "utf-8")
    (tmp_path / "scenario.toml").write_text(
        'schema = 1\nname = "Thử"\nas_of = 2025-12-31\n[inputs]\ncommunes = "communes.geojson"\n'
        'hamlets = "hamlets.csv"\nsites = ["sites.csv"]\n',
        "utf-8",
    )
    return tmp_path


def listed(province: Path) -> Path:
    told = call("locate", province / "scenario.toml", "--points", province / "points.csv",
                "--out", province / "lists")  # fmt: skip
    assert told.code == 0, told.err
    return province / "lists"


def candidate_rows(lists: Path) -> list[dict[str, str]]:
    with (lists / "candidates.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place(inputs: Inputs, identity: str = "H3") -> tuple[float, float, str]:
    row = inputs.hamlets.set_index("hamlet_id").loc[identity]
    return float(row["longitude"]), float(row["latitude"]), str(row["centre_kind"])


def test_locate_writes_candidates_and_a_work_list_and_refused_points(province: Path) -> None:
    lists = listed(province)
    rows = candidate_rows(lists)
    assert [row["hamlet_id"] for row in rows] == ["H3", "H3"]
    assert rows[0]["candidate_name"] == "Nhà văn hóa thôn Ba"
    assert {row["confirmed"] for row in rows} == {""}
    assert (lists / "rejects.csv").read_text("utf-8").count("missing_value") == 1
    assert openpyxl.load_workbook(lists / NAME).sheetnames == ["00102 Phường Hai"]


def test_lists_in_which_people_write_are_not_replaced_by_accident(province: Path) -> None:
    listed(province)
    again = ["locate", province / "scenario.toml", "--points", province / "points.csv",
             "--out", province / "lists"]  # fmt: skip
    assert call(*again).code == 2
    assert call(*again, "--force").code == 0


def test_nothing_counts_that_nobody_confirmed(province: Path) -> None:
    lists = listed(province)
    for name in ("candidates.csv", NAME):
        inputs = read(province, locations=f"lists/{name}")
        assert np.isnan(place(inputs)[0]), lists
        assert refused(inputs) == []


def test_a_confirmed_candidate_becomes_the_centre_of_its_hamlet(province: Path) -> None:
    lists = listed(province)
    rows = candidate_rows(lists)
    rows[0]["confirmed"] = "x"
    with (province / "confirmed.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    inputs = read(province, locations="confirmed.csv")
    assert place(inputs) == (108.13, 15.03, "cultural_house")
    assert inputs.hamlets["commune_code"].tolist() == ["00101", "00102", "00102"]


def filled_work_list(lists: Path, cells: dict[tuple[int, str], str]) -> None:
    """Write into the work list, by row of the table and header."""
    book = openpyxl.load_workbook(lists / NAME)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "TT")
    column = {cell.value: cell.column for cell in head}
    for (row, header), value in cells.items():
        sheet.cell(head[0].row + row, column[header], value)
    book.save(lists / "filled.xlsx")


def test_the_work_list_is_read_back_as_people_fill_it_in(province: Path) -> None:
    filled_work_list(listed(province), {(1, "Đồng ý (x)"): "X"})
    inputs = read(province, locations="lists/filled.xlsx")
    assert place(inputs) == (108.13, 15.03, "cultural_house")


def test_coordinates_by_hand_count_without_an_x_and_may_be_angles(province: Path) -> None:
    by_hand = {(1, "Kinh độ nhập tay"): "108°09'00\"Đ", (1, "Vĩ độ nhập tay"): "15,06"}
    filled_work_list(listed(province), by_hand)
    inputs = read(province, locations="lists/filled.xlsx")
    assert place(inputs) == (108.15, 15.06, "by_hand")


def test_two_confirmed_points_of_one_hamlet_are_refused_both(province: Path) -> None:
    filled_work_list(listed(province), {(1, "Đồng ý (x)"): "x", (2, "Đồng ý (x)"): "x"})
    inputs = read(province, locations="lists/filled.xlsx")
    assert [reason for _, _, reason in refused(inputs)] == ["confirmed_twice"] * 2
    assert np.isnan(place(inputs)[0])


LOCATIONS = "hamlet_id,name,commune_code,longitude,latitude,confirmed\n"


def confirmed(province: Path, *rows: str) -> Inputs:
    (province / "confirmed.csv").write_text(LOCATIONS + "\n".join(rows) + "\n", "utf-8")
    return read(province, locations="confirmed.csv")


def test_coordinates_of_the_hamlets_file_stay_with_a_warning(province: Path) -> None:
    inputs = confirmed(province, "H1,,,108.01,15.01,x")
    assert place(inputs, "H1")[:2] == (108.05, 15.05)
    assert [w.code for w in inputs.warnings if w.file == "confirmed.csv"] == ["location_not_needed"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("H9,,,108.13,15.03,x", "unknown_hamlet"),
        ("H3,Thôn Bốn,,108.13,15.03,x", "hamlet_differs"),
        ("H3,,00101,108.13,15.03,x", "hamlet_differs"),
        ("H3,,,,,x", "missing_coordinates"),
        ("H3,,,108.13,15.03,có lẽ", "unknown_value"),
        ("H3,,,120.13,15.03,x", "outside_area"),
    ],
)
def test_what_cannot_be_used_is_refused(province: Path, row: str, reason: str) -> None:
    inputs = confirmed(province, row, "H2,,,108.15,15.05,")
    assert [code for _, _, code in refused(inputs)] == [reason]
    assert np.isnan(place(inputs)[0])


def test_a_point_in_another_commune_is_told(province: Path) -> None:
    inputs = confirmed(province, "H3,Thôn  BA,102,108.05,15.03,x")
    assert place(inputs)[0] == 108.05
    assert "commune_differs" in {w.code for w in inputs.warnings if w.file == "confirmed.csv"}


def test_locating_goes_on_where_it_was_left(province: Path) -> None:
    """A hamlet that is confirmed already is on no further list."""
    confirmed(province, "H3,,,108.13,15.03,x")
    scenario = province / "scenario.toml"
    text = scenario.read_text("utf-8").replace("[inputs]", '[inputs]\nlocations = "confirmed.csv"')
    scenario.write_text(text, "utf-8")
    assert candidate_rows(listed(province)) == []


def test_every_doubt_is_told_in_vietnamese() -> None:
    words = translator("vi", "workbook")
    assert all(words(english) != english for english in DOUBTS.values())
