"""Every fault of a file and every reason to refuse a row, each on the smallest file that has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from io_case import SITES, codes_of, faults_of, feature_collection, read, refused, write_province

from geoplan.faults import InputError
from geoplan.io import recognise_folder
from geoplan.messages import MESSAGES

HEADER = "site_id,operator,technology,longitude,latitude"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def sites(folder: Path, *rows: str, header: str = HEADER, name: str = "sites.csv") -> None:
    (folder / name).write_text("\n".join((header, *rows)) + "\n", "utf-8")


def reasons(folder: Path, *rows: str, header: str = HEADER) -> list[str]:
    sites(folder, *rows, header=header)
    return [reason for _, _, reason in refused(read(folder))]


# ------------------------------------------------------------------ rows of sites


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("A,Viettel,4G,,", "longitude", "missing_coordinates"),
        ("A,Viettel,4G,108.05,", "latitude", "missing_coordinates"),
        ("A,Viettel,4G,0,0", "longitude", "zero_coordinates"),
        ("A,Viettel,4G,108.8o1,15.05", "longitude", "not_a_number"),
        ("A,Viettel,4G,10.8,15.1", "longitude", "outside_area"),
        ("A,Viettel,4G,1088.0,15.1", "longitude", "outside_area"),
        ("A,Telco,4G,108.05,15.05", "operator", "unknown_operator"),
        ("A,Viettel,6G,108.05,15.05", "technology", "unknown_technology"),
        ("A,,4G,108.05,15.05", "operator", "missing_value"),
        ("A,Viettel,,108.05,15.05", "technology", "missing_value"),
    ],
)
def test_a_bad_row_is_refused_and_named(province: Path, row: str, column: str, reason: str) -> None:
    sites(province, "B,Viettel,4G,108.05,15.05", row)
    inputs = read(province)
    assert refused(inputs) == [(3, column, reason)]
    assert inputs.rejects["key"].tolist() == ["A"]
    assert len(inputs.sites) == 1


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("antenna_agl_m", "tall", "not_a_number"),
        ("antenna_agl_m", "401", "out_of_range"),
        ("antenna_agl_m", "-1", "out_of_range"),
        ("azimuth_deg", "361", "out_of_range"),
        ("frequency_mhz", "18", "out_of_range"),
        ("on_air_date", "2025-02-30", "bad_date"),
        ("on_air_date", "2025", "bad_date"),
        ("status", "perhaps", "unknown_status"),
    ],
)
def test_a_bad_value_refuses_its_row(province: Path, column: str, value: str, reason: str) -> None:
    sites(province, f"A,Viettel,4G,108.05,15.05,{value}", header=f"{HEADER},{column}")
    inputs = read(province)
    assert refused(inputs) == [(2, column, reason)]
    assert inputs.rejects["value"].tolist() == [value]


def test_a_row_is_refused_once_for_its_first_reason(province: Path) -> None:
    assert reasons(province, "A,Telco,6G,0,0") == ["unknown_operator"]


def test_the_same_row_again_is_a_duplicate_and_names_the_first(province: Path) -> None:
    row = "A,Viettel,4G,108.05,15.05"
    sites(province, row, row)
    inputs = read(province)
    assert refused(inputs) == [(3, "", "duplicate_row")]
    assert "2" in inputs.rejects["advice"][0]


def test_the_same_key_with_other_values_conflicts(province: Path) -> None:
    header = f"{HEADER},antenna_agl_m"
    rows = ("A,Viettel,4G,108.05,15.05,30", "A,Viettel,4G,108.05,15.05,40")
    assert reasons(province, *rows, header=header) == ["conflicting_row"]


def test_duplicates_are_found_across_files_in_the_order_of_the_scenario(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05", name="one.csv")
    sites(province, "A,Viettel,4G,108.05,15.05", name="two.csv")
    inputs = read(province, sites=["two.csv", "one.csv"])
    assert inputs.rejects["file"].tolist() == ["one.csv"]
    assert "2 (two.csv)" in inputs.rejects["advice"][0]
    assert inputs.sites["source_file"].tolist() == ["two.csv"]


def test_azimuth_360_is_azimuth_0(province: Path) -> None:
    header = f"{HEADER},azimuth_deg"
    rows = ("A,Viettel,4G,108.05,15.05,0", "A,Viettel,4G,108.05,15.05,360")
    assert reasons(province, *rows, header=header) == ["duplicate_row"]


def test_without_a_site_id_the_place_tells_rows_apart(province: Path) -> None:
    rows = (",Viettel,4G,108.05,15.05", ",Viettel,4G,108.06,15.05", ",Viettel,4G,108.06,15.05")
    assert reasons(province, *rows) == ["duplicate_row"]
    keys = read(province).sites["installation_key"].tolist()
    assert sorted(keys) == ["@108.050000,15.050000", "@108.060000,15.050000"]


def test_a_site_id_is_unique_within_an_operator_only(province: Path) -> None:
    assert reasons(province, "A,Viettel,4G,108.05,15.05", "A,VNPT,4G,108.15,15.05") == []


def test_rows_of_one_installation_stand_within_30_m(province: Path) -> None:
    rows = (
        "A,Viettel,4G,108.05,15.05",
        "A,Viettel,5G,108.05027,15.05",  # 29.0 m
        "A,Viettel,3G,108.05029,15.05",  # 31.2 m
    )
    assert reasons(province, *rows) == ["installation_apart"]


def test_fifteen_kilometres_is_the_limit(province: Path) -> None:
    # One degree of latitude is 110.66 km here: 14.9 and 15.1 km south of the communes.
    rows = ("A,Viettel,4G,108.05,14.86536", "B,Viettel,4G,108.05,14.86354")
    assert reasons(province, *rows) == ["outside_area"]


def test_a_point_near_a_commune_is_counted_there_and_told(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,14.99", "B,Viettel,4G,108.05,14.95")
    inputs = read(province)
    assert inputs.sites["commune_code"].tolist() == ["00101", ""]
    away = [
        pyproj.Geod(ellps="WGS84").inv(108.05, 15.0, 108.05, south)[2] for south in (14.99, 14.95)
    ]
    assert inputs.sites["outside_m"].tolist() == pytest.approx(away, abs=0.1)
    assert [warning.code for warning in inputs.warnings] == ["point_near", "point_outside"]


def test_a_planned_row_with_a_past_date_is_told(province: Path) -> None:
    header = f"{HEADER},status,on_air_date"
    sites(province, "A,Viettel,4G,108.05,15.05,planned,2025-06-30", header=header)
    assert [warning.code for warning in read(province).warnings] == ["planned_in_past"]


def test_the_scenario_may_name_operators(province: Path) -> None:
    sites(province, "A,Telco Ltd,4G,108.05,15.05")
    inputs = read(province, operators={"Telco": ["Telco Ltd"]})
    assert inputs.sites["operator"].tolist() == ["Telco"]


def test_the_scenario_gives_operator_and_technology_of_a_file(province: Path) -> None:
    sites(province, "A,108.05,15.05", header="site_id,longitude,latitude")
    inputs = read(province, sites=[{"path": "sites.csv", "operator": "VNP", "technology": "5G"}])
    assert inputs.sites[["operator", "technology"]].values.tolist() == [["VNPT", "5G"]]


def test_text_that_our_writer_quoted_comes_back(province: Path) -> None:
    sites(province, "'=A,Viettel,4G,108.05,15.05")
    assert read(province).sites["site_id"].tolist() == ["=A"]


def test_unknown_columns_are_kept(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05,near the market", header=f"{HEADER},Ghi chú")
    assert read(province).sites["Ghi chú"].tolist() == ["near the market"]


# ------------------------------------------------------------------ hamlets and clusters


def hamlets(folder: Path, *rows: str) -> None:
    header = "hamlet_id,name,commune_code,longitude,latitude"
    (folder / "hamlets.csv").write_text("\n".join((header, *rows)) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("H,Thôn,00109,108.05,15.05", "commune_code", "unknown_commune"),
        ("H,Thôn,,,", "longitude", "missing_coordinates"),
        ("H,Thôn,00101,108.05,", "latitude", "missing_coordinates"),
        ("H,Thôn,00101,0,0", "longitude", "zero_coordinates"),
        ("H,Thôn,00101,100.05,15.05", "longitude", "outside_area"),
        (",Thôn,00101,108.05,15.05", "hamlet_id", "missing_value"),
    ],
)
def test_a_bad_hamlet_is_refused(province: Path, row: str, column: str, reason: str) -> None:
    hamlets(province, "G,Thôn,00101,108.05,15.05", row)
    assert refused(read(province)) == [(3, column, reason)]


def test_a_hamlet_without_a_place_stays_if_its_commune_is_known(province: Path) -> None:
    hamlets(province, "H,Thôn,00101,,")
    table = read(province).hamlets
    assert table["longitude"].isna().all()
    assert table["commune_code"].tolist() == ["00101"]


def test_a_hamlet_gets_the_commune_around_it(province: Path) -> None:
    hamlets(province, "H,Thôn,,108.15,15.05")
    assert read(province).hamlets["commune_code"].tolist() == ["00102"]


def test_a_hamlet_in_another_commune_than_it_says_is_told(province: Path) -> None:
    hamlets(province, "H,Thôn,00101,108.15,15.05")
    inputs = read(province)
    (warning,) = inputs.warnings
    assert (warning.code, warning.params["found"]) == ("commune_differs", "00102")
    assert inputs.hamlets["commune_code"].tolist() == ["00101"]


def test_leading_zeros_are_mended_once_per_code(province: Path) -> None:
    hamlets(province, "G,Thôn,101,108.05,15.05", "H,Thôn,101,108.06,15.05")
    inputs = read(province)
    assert inputs.hamlets["commune_code"].tolist() == ["00101", "00101"]
    (warning,) = inputs.warnings
    assert (warning.code, warning.row, warning.params["mended"]) == ("code_mended", 2, "00101")


def test_hamlets_that_stand_twice(province: Path) -> None:
    row = "H,Thôn,00101,108.05,15.05"
    hamlets(province, row, row, "H,Other,00101,108.05,15.05")
    assert [reason for *_, reason in refused(read(province))] == [
        "duplicate_row",
        "conflicting_row",
    ]


def test_a_hamlet_polygon_keeps_its_shape_and_gets_a_point_inside(province: Path) -> None:
    shape = shapely.box(108.02, 15.02, 108.04, 15.04)
    features = [({"hamlet_id": "H", "name": "Thôn"}, shape)]
    (province / "hamlets.geojson").write_text(feature_collection(features), "utf-8")
    (row,) = read(province, hamlets="hamlets.geojson").hamlets.to_dict("records")
    assert shapely.intersects_xy(shape, row["longitude"], row["latitude"])
    assert row["geometry"].equals(shape)
    assert (row["centre_kind"], row["commune_code"]) == ("inferred", "00101")


def test_a_given_centre_of_a_polygon_is_followed(province: Path) -> None:
    shape = shapely.box(108.02, 15.02, 108.04, 15.04)
    properties = {"hamlet_id": "H", "name": "Thôn", "longitude": 108.03, "latitude": 15.03}
    (province / "hamlets.geojson").write_text(feature_collection([(properties, shape)]), "utf-8")
    (row,) = read(province, hamlets="hamlets.geojson").hamlets.to_dict("records")
    assert (row["longitude"], row["latitude"], row["centre_kind"]) == (108.03, 15.03, "")


def test_a_line_is_no_hamlet(province: Path) -> None:
    line = shapely.LineString([(108.02, 15.02), (108.03, 15.03)])
    features = [({"hamlet_id": "H", "name": "Thôn"}, line)]
    (province / "hamlets.geojson").write_text(feature_collection(features), "utf-8")
    assert refused(read(province, hamlets="hamlets.geojson")) == [(1, "", "bad_geometry")]


def test_clusters_of_unknown_and_of_refused_hamlets_are_refused(province: Path) -> None:
    hamlets(province, "H1,Thôn,00101,108.05,15.05", "H2,Thôn,00109,108.05,15.05")
    header = "cluster_id,hamlet_id,longitude,latitude"
    rows = ("A,H1,108.05,15.05", "B,H2,108.05,15.05", "C,H9,108.05,15.05", "D,H1,,")
    (province / "clusters.csv").write_text("\n".join((header, *rows)), "utf-8")
    inputs = read(province, clusters="clusters.csv")
    found = inputs.rejects[inputs.rejects["file"] == "clusters.csv"]
    assert found["reason"].tolist() == ["unknown_hamlet", "unknown_hamlet", "missing_coordinates"]
    assert inputs.clusters["cluster_id"].tolist() == ["A"]


# ------------------------------------------------------------------ communes and other tables


def communes(folder: Path, *features: tuple[dict[str, str], object]) -> None:
    (folder / "communes.geojson").write_text(feature_collection(list(features)), "utf-8")


def test_a_polygon_that_crosses_itself_is_mended_and_told(province: Path) -> None:
    bow_tie = shapely.Polygon([(108, 15), (108.2, 15.2), (108.2, 15), (108, 15.2)])
    communes(province, ({"commune_code": "00101", "name": "A"}, bow_tie))
    inputs = read(province, hamlets={"path": "hamlets.csv"})
    assert "geometry_mended" in {warning.code for warning in inputs.warnings}
    assert inputs.communes.geometry.is_valid.all()
    assert np.isclose(shapely.area(inputs.communes.geometry.to_numpy()).sum(), 0.02)


def test_a_commune_code_that_stands_twice_stops_the_run(province: Path) -> None:
    shape = shapely.box(108, 15, 108.1, 15.1)
    named = {"commune_code": "00101", "name": "A"}
    communes(province, (named, shape), (named, shape))
    (fault,) = faults_of(province)
    assert (fault.code, fault.row, fault.params["first_row"]) == ("duplicate_key", 2, "1")


def test_points_are_no_communes(province: Path) -> None:
    communes(province, ({"commune_code": "00101", "name": "A"}, shapely.Point(108, 15)))
    assert codes_of(province) == ["no_polygons"]


def test_a_table_is_no_communes(province: Path) -> None:
    (province / "communes.csv").write_text("commune_code,name\n00101,A\n", "utf-8")
    assert codes_of(province, communes="communes.csv") == ["no_polygons"]


def test_no_communes_at_all(province: Path) -> None:
    (province / "communes.geojson").write_text(feature_collection([]), "utf-8")
    assert codes_of(province) == ["no_communes"]


def test_other_tables_are_read(province: Path) -> None:
    (province / "places.csv").write_text(
        "place_id,name,class,longitude,latitude\nP,Trường,school,108.05,15.05\n", "utf-8"
    )
    zone = (
        {"zone_id": "Z", "name": "KCN", "class": "industrial_park"},
        shapely.box(108, 15, 108.1, 15.1),
    )
    (province / "zones.geojson").write_text(feature_collection([zone]), "utf-8")
    (province / "structures.csv").write_text(
        "structure_id,longitude,latitude,kind,share_offer\nC1,108.05,15.05,mast,có\n", "utf-8"
    )
    (province / "reported.csv").write_text(
        "target_id,as_of,value,source\nTG-03,31/12/2025,12.5,Sở\n,2025-12-31,1,Sở\n", "utf-8"
    )
    inputs = read(
        province,
        places="places.csv",
        zones="zones.geojson",
        structures="structures.csv",
        reported="reported.csv",
    )
    assert inputs.places.geometry.geom_type.tolist() == ["Point"]
    assert inputs.zones["class"].tolist() == ["industrial_park"]
    assert inputs.structures["share_offer"].tolist() == ["yes"]
    assert inputs.reported["value"].tolist() == [12.5]
    assert refused(inputs) == [(3, "target_id", "missing_value")]


# ------------------------------------------------------------------ whole files


def test_every_fault_is_told_at_once(province: Path) -> None:
    (province / "hamlets.csv").write_text("hamlet_id,longitude,latitude\nH,108.05,15.05\n", "utf-8")
    sites(province, "A,594241,1662538", header="site_id,x,y", name="metres.csv")
    found = faults_of(
        province,
        clusters="nowhere.csv",
        places="places.docx",
        sites=[{"path": "metres.csv", "operator": "VNPT", "technology": "4G"}, "sites.csv"],
        coverage=[{"path": "viettel.gpkg"}],
    )
    (province / "places.docx").touch()
    told = {(fault.code, fault.file) for fault in found}
    assert told == {
        ("missing_file", "viettel.gpkg"),
        ("missing_column", "hamlets.csv"),
        ("missing_file", "nowhere.csv"),
        ("missing_file", "places.docx"),
        ("missing_crs_candidates", "metres.csv"),
    }


def test_an_unknown_kind_of_file(province: Path) -> None:
    (province / "sites.docx").touch()
    assert codes_of(province, sites=["sites.docx"]) == ["unknown_format"]


def test_missing_columns_name_the_headers_that_are_known(province: Path) -> None:
    sites(province, "A,108.05,15.05", header="site_id,longitude,latitude")
    first, second = faults_of(province)
    assert (first.code, first.column, second.column) == ("missing_column", "operator", "technology")
    assert "Nhà mạng" in first.params["known"]


def test_sites_without_coordinate_columns(province: Path) -> None:
    sites(province, "A,Viettel,4G", header="site_id,operator,technology")
    assert [fault.column for fault in faults_of(province)] == ["longitude", "latitude"]


def test_a_lone_coordinate_column_of_hamlets(province: Path) -> None:
    text = "hamlet_id,name,commune_code,longitude\nH,Thôn,00101,108.05\n"
    (province / "hamlets.csv").write_text(text, "utf-8")
    assert [fault.column for fault in faults_of(province)] == ["latitude"]


def test_two_headers_for_one_column(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05,108.05", header=f"{HEADER},Kinh độ")
    (fault,) = faults_of(province)
    assert (fault.code, fault.column) == ("ambiguous_column", "longitude")
    assert fault.params["columns"] == "longitude, Kinh độ"


def test_degrees_swapped_throughout(province: Path) -> None:
    sites(province, "A,Viettel,4G,15.05,108.05", "B,Viettel,4G,15.06,108.05")
    assert codes_of(province) == ["swapped_coordinates"]


def test_metres_in_columns_of_degrees(province: Path) -> None:
    sites(province, "A,Viettel,4G,2.0e6,3.0e6")
    assert codes_of(province) == ["missing_crs"]
    sites(province, "A,Viettel,4G,505376.0,1664464.0")
    fault = faults_of(province)[0]
    assert fault.code == "missing_crs_candidates"
    assert "EPSG:5898" in fault.params["candidates"]


def test_an_unknown_crs(province: Path) -> None:
    assert codes_of(province, sites=[{"path": "sites.csv", "crs": "EPSG:1"}]) == ["unknown_crs"]


def test_all_rows_outside(province: Path) -> None:
    sites(province, "A,Viettel,4G,105.05,10.05", "B,Viettel,4G,105.06,10.05")
    assert codes_of(province) == ["all_outside"]


def test_too_many_rejects_stop_the_run_and_show_the_rows(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05", "B,Viettel,6G,108.05,15.05")
    assert codes_of(province, max_rejected_share=0.49) == ["too_many_rejects", "unknown_technology"]
    assert len(read(province, max_rejected_share=0.5).sites) == 1


def test_strict_allows_no_refused_row(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05", "B,Viettel,6G,108.05,15.05")
    with pytest.raises(InputError) as caught:
        read(province, strict=True)
    assert [fault.code for fault in caught.value.faults] == ["strict", "unknown_technology"]


def test_a_file_without_rows_is_a_warning(province: Path) -> None:
    sites(province)
    (province / "hamlets.csv").write_bytes(b"")
    inputs = read(province)
    assert [warning.code for warning in inputs.warnings] == ["empty_file", "empty_file"]
    assert len(inputs.sites) == len(inputs.hamlets) == 0


def test_no_sites_files_at_all(province: Path) -> None:
    none, some = read(province, sites=[]).sites, read(province).sites
    assert len(none) == 0
    assert set(none.columns) == set(some.columns)


def test_a_folder_of_checks_that_is_not_there(province: Path) -> None:
    assert codes_of(province, field_checks="checks/") == ["missing_file"]


def test_a_row_with_too_many_fields_is_not_read(province: Path) -> None:
    sites(province, "A,Viettel,4G,108,05,15.05")
    (fault,) = faults_of(province)
    assert (fault.code, fault.row) == ("ragged_row", 2)


def test_read_is_accepted_and_refused(province: Path) -> None:
    sites(province, "A,Viettel,4G,108.05,15.05", "B,Viettel,6G,108.05,15.05", "", ",,,,")
    file = next(file for file in read(province).files if file.role == "sites")
    assert (file.read, file.accepted, file.refused) == (2, 1, 1)
    assert file.columns["site_id"] == "site_id"
    assert len(file.sha256) == 64


def test_rejects_speak_the_language_of_the_scenario(province: Path) -> None:
    sites(province, "A,Viettel,4G,0,0", "B,Viettel,4G,108.05,15.05")
    assert read(province).rejects["advice"].tolist() == ["tọa độ là 0, 0; ghi vị trí thực"]


def test_every_code_that_reading_adds_has_a_message(province: Path) -> None:
    assert all(fault.code in MESSAGES for fault in faults_of(province, clusters="none.csv"))


# ------------------------------------------------------------------ a folder without a scenario


def test_a_folder_is_recognised_by_its_headers(province: Path) -> None:
    sites(province, name="Danh sách trạm.csv", header="Mã trạm,Nhà mạng,Công nghệ,Kinh độ,Vĩ độ")
    text = recognise_folder(province)
    assert 'communes = "communes.geojson"' in text
    assert 'hamlets = "hamlets.csv"' in text
    assert 'clusters = "clusters.csv"' in text
    assert 'sites = ["Danh sách trạm.csv", "sites.csv"]' in text


def test_a_folder_that_makes_no_scenario(province: Path) -> None:
    (province / "communes.geojson").unlink()
    (province / "hamlets2.csv").write_bytes((province / "hamlets.csv").read_bytes())
    with pytest.raises(InputError) as caught:
        recognise_folder(province)
    assert [fault.code for fault in caught.value.faults] == ["no_scenario", "several_files"]


def test_the_sample_of_this_file_is_sound(province: Path) -> None:
    (province / "sites.csv").write_text(SITES, "utf-8")
    inputs = read(province, clusters="clusters.csv", max_rejected_share=0.0)
    assert (len(inputs.sites), len(inputs.hamlets), len(inputs.clusters)) == (3, 3, 2)
    assert inputs.warnings == ()
