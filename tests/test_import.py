"""``geoplan import``: one file cleaned, and read back as it was written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geopandas as gpd
import pytest
from cli_case import Told, call
from io_case import COMMUNES, feature_collection, write_province

from geoplan import tables
from geoplan.io.one_file import TABLES, read_one
from geoplan.scenario import SourceFile, parse_scenario

MESSY = """DANH SÁCH TRẠM,,,,,,,
Mã trạm,Doanh nghiệp,Công nghệ,Kinh độ,Vĩ độ,Ngày phát sóng,Ghi chú,Mã số
QNI001,VTL,LTE,"108,050001","15,05",31/12/2020,=1+1,007
QNI002,Viettel Telecom,5G NSA,108°03'00"Đ,15°03'00"B,,"a, ""b"" c",
QNI003,Viettel,4G,0,0,2020-01-31,,
QNI004,Viettel,4G,10x,15.05,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_province(tmp_path)
    (tmp_path / "messy.csv").write_text(MESSY, "utf-8")
    return tmp_path


def imported(folder: Path, file: str, table: str, *more: str | Path, out: str = "clean.csv"
             ) -> Told:  # fmt: skip
    return call("import", folder / file, "--as", table, "--out", folder / out, *more)


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_the_clean_table_has_our_columns_then_the_others(folder: Path) -> None:
    told = imported(folder, "messy.csv", "sites")
    assert told.code == 0, told.err
    header = (folder / "clean.csv").read_text("utf-8").split("\n")[0].split(",")
    own = [name for name in tables.SITES.names if name != "geometry"]
    assert header == [*own, "Ghi chú", "Mã số"]
    first, second = rows_of(folder / "clean.csv")
    assert (first["operator"], first["technology"]) == ("Viettel", "4G")
    assert (first["longitude"], first["latitude"]) == ("108.050001", "15.050000")
    assert first["on_air_date"] == "2020-12-31"
    assert (first["Ghi chú"], first["Mã số"]) == ("'=1+1", "007")
    assert (second["longitude"], second["latitude"]) == ("108.050000", "15.050000")
    assert second["Ghi chú"] == 'a, "b" c'


def test_what_was_refused_stands_beside_with_rows_as_a_person_counts_them(folder: Path) -> None:
    imported(folder, "messy.csv", "sites")
    refused = rows_of(folder / "clean.rejects.csv")
    assert [(row["row"], row["key"], row["reason"]) for row in refused] == [
        ("5", "QNI003", "zero_coordinates"),
        ("6", "QNI004", "not_a_number"),
    ]


def test_it_prints_the_columns_it_recognised_and_the_counts(folder: Path) -> None:
    out = imported(folder, "messy.csv", "sites").out
    assert "đọc 4 dòng, nhận 2, loại 2" in out
    assert "Doanh nghiệp → operator" in out
    assert "Ngày phát sóng → on_air_date" in out
    assert "giữ nguyên: Ghi chú, Mã số" in out


def test_without_communes_it_says_that_nobody_looked_where_rows_lie(folder: Path) -> None:
    codes = {one["code"] for one in imported(folder, "messy.csv", "sites", "--json").data()[
        "warnings"]}  # fmt: skip
    assert "not_placed" in codes


def test_with_communes_rows_far_outside_are_refused(folder: Path) -> None:
    text = "operator,technology,longitude,latitude\nViettel,4G,108.05,15.05\nViettel,4G,107,15\n"
    (folder / "far.csv").write_text(text, "utf-8")
    told = imported(folder, "far.csv", "sites", "--communes", folder / "communes.geojson", "--json")
    assert [row["reason"] for row in told.data()["refused"]] == ["outside_area"]
    assert "not_placed" not in {one["code"] for one in told.data()["warnings"]}
    assert imported(folder, "far.csv", "sites", "--force", "--json").data()["refused"] == []


FILES = {
    "sites": ("sites.csv", ""),
    "hamlets": ("hamlets.csv", ""),
    "clusters": ("clusters.csv", ""),
    "places": (
        "places.csv",
        "Tên,Loại,Mã,Tọa độ\nTrường A,school,P1,15.05/108.05\n,school,P2,\n",
    ),
    "structures": (
        "structures.csv",
        "Mã cột,Chiều cao,Kinh độ,Vĩ độ,Cho dùng chung\nC1,45 m,108.05,15.05,có\n",
    ),
    "reported": ("reported.csv", "indicator,as_of,value,Nguồn\nSHARE_POLE,31/12/2025,0.95,Sở\n"),
    "declared_totals": ("totals.csv", "Nhà mạng,Số trạm,Ngày\nVTL,3,31/12/2025\n"),
    "communes": ("communes.geojson", ""),
    "zones": ("zones.geojson", "layer"),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_clean_file_read_back_is_the_same(folder: Path, table: str) -> None:
    name, content = FILES[table]
    if content == "layer":
        shape = COMMUNES["00101"][1]
        content = feature_collection([({"Mã vùng": "Z1", "Tên": "Khu", "Loại": "đô thị"}, shape)])
    if content:
        (folder / name).write_text(content, "utf-8")
    ending = ".geojson" if name.endswith(".geojson") else ".csv"
    once, twice = folder / f"once{ending}", folder / f"twice{ending}"
    told = imported(folder, name, table, out=once.name)
    assert told.code == 0, told.err
    again = imported(folder, once.name, table, "--json", out=twice.name)
    assert again.data()["refused"] == []
    assert again.data()["file"]["read"] >= 1
    assert once.read_bytes() == twice.read_bytes()


def test_a_clean_file_runs_as_the_one_it_was_made_from(folder: Path) -> None:
    imported(folder, "messy.csv", "sites")
    plan = parse_scenario(
        {"schema": 1, "inputs": {"communes": "-", "hamlets": "-", "sites": []}}, folder
    )
    first, second = (
        read_one(plan, tables.SITES, SourceFile(path=name)).frame
        for name in ("messy.csv", "clean.csv")
    )
    own = [name for name in tables.SITES.names if name != "geometry"]
    place = {name: first[name].round(6) for name in ("longitude", "latitude")}
    assert first[own].assign(**place).equals(second[own])


def test_polygons_are_written_as_geojson_in_wgs_84(folder: Path) -> None:
    assert imported(folder, "communes.geojson", "communes").code == 2
    told = imported(folder, "communes.geojson", "communes", out="clean.geojson")
    assert told.code == 0, told.err
    layer = gpd.read_file(folder / "clean.geojson")
    assert layer["commune_code"].tolist() == ["00101", "00102"]
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry.iloc[0].equals(COMMUNES["00101"][1])


def test_vn_2000_comes_out_in_degrees_in_either_order_of_the_axes(folder: Path) -> None:
    for name, x, y in (("east.csv", 585791.01, 1672370.10), ("north.csv", 1672370.10, 585791.01)):
        (folder / name).write_text(f"Nhà mạng,Công nghệ,X,Y\nVNPT,4G,{x},{y}\n", "utf-8")
        out = f"clean_{name}"
        told = imported(folder, name, "sites", "--crs", "EPSG:5898", out=out)
        assert told.code == 0, told.err
        (row,) = rows_of(folder / out)
        assert abs(float(row["longitude"]) - 108.80) < 2e-5
        assert abs(float(row["latitude"]) - 15.12) < 2e-5


def test_metres_without_a_crs_are_refused_as_in_a_run(folder: Path) -> None:
    (folder / "xy.csv").write_text("Nhà mạng,Công nghệ,X,Y\nVNPT,4G,585791,1672370\n", "utf-8")
    told = imported(folder, "xy.csv", "sites")
    assert told.code == 2
    assert not (folder / "clean.csv").exists()


def test_the_operator_of_a_list_without_one_is_given(folder: Path) -> None:
    (folder / "list.csv").write_text("Mã trạm,Công nghệ,Kinh độ,Vĩ độ\nA1,4G,108.05,15.05\n")
    assert imported(folder, "list.csv", "sites").code == 2
    assert imported(folder, "list.csv", "sites", "--operator", "Vinaphone").code == 0
    assert rows_of(folder / "clean.csv")[0]["operator"] == "VNPT"


def test_a_scenario_lends_its_words_its_communes_and_what_it_says_of_the_file(folder: Path) -> None:
    (folder / "list.csv").write_text("Ký hiệu,Hệ,Kinh độ,Vĩ độ\nA1,NR,108.05,15.05\n")
    (folder / "scenario.toml").write_text(
        'schema = 1\n[inputs]\ncommunes = "communes.geojson"\nhamlets = "hamlets.csv"\n'
        'sites = [{ path = "list.csv", operator = "MobiFone" }]\n'
        '[headers.sites]\nsite_id = ["Ký hiệu"]\ntechnology = ["Hệ"]\n',
        "utf-8",
    )
    told = imported(folder, "list.csv", "sites", "--scenario", folder / "scenario.toml", "--json")
    assert told.code == 0, told.err
    (row,) = rows_of(folder / "clean.csv")
    assert (row["operator"], row["technology"], row["site_id"]) == ("MobiFone", "5G", "A1")
    assert told.data()["warnings"] == []


def test_nothing_is_replaced_unless_it_is_asked_for(folder: Path) -> None:
    (folder / "clean.rejects.csv").write_text("mine", "utf-8")
    assert imported(folder, "messy.csv", "sites").code == 2
    assert (folder / "clean.rejects.csv").read_text("utf-8") == "mine"
    assert not (folder / "clean.csv").exists()
    assert imported(folder, "messy.csv", "sites", "--force").code == 0
    assert (folder / "clean.rejects.csv").read_text("utf-8") != "mine"


def test_another_kind_of_file_is_not_written_under_a_wrong_name(folder: Path) -> None:
    assert imported(folder, "messy.csv", "sites", out="clean.xlsx").code == 2
    assert not (folder / "clean.xlsx").exists()


def test_the_file_itself_is_never_replaced(folder: Path) -> None:
    told = imported(folder, "messy.csv", "sites", "--force", out="messy.csv")
    assert told.code == 2
    assert (folder / "messy.csv").read_text("utf-8") == MESSY


def test_a_file_that_cannot_be_read_writes_nothing(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    assert imported(folder, "none.csv", "sites").code == 2
    assert imported(folder, "hamlets.csv", "sites").code == 2
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_file_with_no_rows_says_so(folder: Path) -> None:
    (folder / "empty.csv").write_text("operator,technology,longitude,latitude\n", "utf-8")
    codes = {one["code"] for one in imported(folder, "empty.csv", "sites", "--json").data()[
        "warnings"]}  # fmt: skip
    assert "empty_file" in codes
