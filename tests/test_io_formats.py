"""One tiny province in every format: whatever the files are, the inputs are the same."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import xlsxwriter
from io_case import COMMUNES, HAMLETS, SITES, codes_of, faults_of, read, refused, write_province

from geoplan import geodesy
from geoplan.results import Inputs

VIETNAMESE = {
    "site_id": "Mã trạm",
    "operator": "Nhà mạng",
    "technology": "Công nghệ",
    "longitude": "Kinh độ",
    "latitude": "Vĩ độ",
    "frequency_mhz": "Tần số (MHz)",
    "azimuth_deg": "Góc phương vị",
    "on_air_date": "Ngày phát sóng",
    "hamlet_id": "Mã thôn",
    "name": "Tên thôn",
    "commune_code": "Mã xã",
    "population": "Dân số",
    "households": "Số hộ",
}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def layer(text: str) -> gpd.GeoDataFrame:
    """The table with points in place of its coordinate columns, and numbers as numbers."""
    frame = table(text)
    lon, lat = (pd.to_numeric(frame[name]) for name in ("longitude", "latitude"))
    points = np.array(
        [None if np.isnan(x) else shapely.Point(x, y) for x, y in zip(lon, lat, strict=True)]
    )
    frame = frame.drop(columns=["longitude", "latitude"])
    for name in ("population", "households", "frequency_mhz", "azimuth_deg"):
        if name in frame:
            frame[name] = pd.to_numeric(frame[name])
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def communes() -> gpd.GeoDataFrame:
    names, shapes = zip(*COMMUNES.values(), strict=True)
    return gpd.GeoDataFrame(
        {"commune_code": list(COMMUNES), "name": names}, geometry=list(shapes), crs="EPSG:4326"
    )


def write_csv(frame: pd.DataFrame, path: Path, separator: str, encoding: str, comma: bool) -> None:
    if comma:
        for name in ("longitude", "latitude"):
            frame[name] = frame[name].str.replace(".", ",")
    path.write_text(frame.rename(columns=VIETNAMESE).to_csv(sep=separator, index=False), encoding)


def write_workbook(frame: pd.DataFrame, path: Path, title: bool = True) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Danh sách")
        start = 0
        if title:
            sheet.write(0, 0, "DANH SÁCH TỈNH MẪU")
            sheet.write(2, 1, "số liệu đến 31/12/2025")
            start = 4
        sheet.write_row(start, 0, [VIETNAMESE.get(name, name) for name in frame.columns])
        for i, row in enumerate(frame.itertuples(index=False), start + 1):
            for j, value in enumerate(row):
                name = frame.columns[j]
                if name in ("longitude", "latitude", "population", "frequency_mhz") and value:
                    sheet.write_number(i, j, float(value))
                else:
                    sheet.write_string(i, j, value)


def save(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> None:
    """Write a layer; a shapefile cuts the names of its columns, as in life."""
    if path.suffix == ".shp":
        options["encoding"] = "utf-8"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, **options)


def kml(frame: gpd.GeoDataFrame) -> str:
    marks = []
    for row in frame.to_dict("records"):
        shape = row.pop("geometry")
        cells = {VIETNAMESE[name]: "" if pd.isna(cell) else cell for name, cell in row.items()}
        data = "".join(
            f'<Data name="{name}"><value>{cell}</value></Data>' for name, cell in cells.items()
        )
        point = (
            f"<Point><coordinates>{shape.x!r},{shape.y!r},0</coordinates></Point>" if shape else ""
        )
        marks.append(f"<Placemark><ExtendedData>{data}</ExtendedData>{point}</Placemark>")
    body = "".join(marks)
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


Write = Callable[[str, Path], str]


def _layer_file(ending: str) -> Write:
    def write(name: str, folder: Path) -> str:
        path = folder / f"{name}{ending}"
        frame = layer(HAMLETS if name == "hamlets" else SITES)
        if ending == ".parquet":
            frame.to_parquet(path)
        elif ending in (".kml", ".kmz"):
            if ending == ".kml":
                path.write_text(kml(frame), "utf-8")
            else:
                with zipfile.ZipFile(path, "w") as packed:
                    packed.writestr("doc.kml", kml(frame))
        elif ending == ".zip":
            save(frame, folder / f"{name}.shp")
            with zipfile.ZipFile(path, "w") as packed:
                for part in sorted(folder.glob(f"{name}.*")):
                    if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                        packed.write(part, f"data/{part.name}")
                        part.unlink()
        else:
            save(frame, path)
        return path.name

    return write


def _text_file(separator: str, encoding: str, comma: bool) -> Write:
    def write(name: str, folder: Path) -> str:
        frame = table(HAMLETS if name == "hamlets" else SITES)
        write_csv(frame, folder / f"{name}_vn.csv", separator, encoding, comma)
        return f"{name}_vn.csv"

    return write


def _workbook(name: str, folder: Path) -> str:
    write_workbook(table(HAMLETS if name == "hamlets" else SITES), folder / f"{name}.xlsx")
    return f"{name}.xlsx"


FORMATS: dict[str, Write] = {
    "csv, comma, UTF-8 with mark": _text_file(",", "utf-8-sig", comma=False),
    "csv, semicolon, decimal comma": _text_file(";", "utf-8", comma=True),
    "csv, tab, UTF-16": _text_file("\t", "utf-16", comma=True),
    "xlsx with a title block": _workbook,
    **{ending: _layer_file(ending) for ending in (".geojson", ".gpkg", ".shp", ".zip")},
    **{ending: _layer_file(ending) for ending in (".kml", ".kmz", ".parquet")},
}


def essence(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows without where they came from, missing as None."""
    left = [name for name in frame.columns if not name.startswith("source_")]
    frame = pd.DataFrame(frame)[left].astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def same(found: Inputs, wanted: Inputs) -> None:
    assert essence(found.sites) == essence(wanted.sites)
    assert essence(found.hamlets) == essence(wanted.hamlets)
    assert essence(found.communes) == essence(wanted.communes)
    assert refused(found) == refused(wanted) == []


@pytest.mark.parametrize("kind", list(FORMATS))
def test_hamlets_and_sites_are_the_same_in_every_format(province: Path, kind: str) -> None:
    wanted = read(province)
    names = {name: FORMATS[kind](name, province) for name in ("hamlets", "sites")}
    same(read(province, hamlets=names["hamlets"], sites=[names["sites"]]), wanted)


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".parquet"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5898", "EPSG:32649"])
def test_communes_are_the_same_in_every_format_and_crs(
    province: Path, ending: str, crs: str
) -> None:
    frame = communes()
    moved = geodesy.shapes_from_wgs84(frame.geometry.to_numpy(), crs)
    frame = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=moved, crs=crs)
    path = province / f"areas{ending}"
    frame.to_parquet(path) if ending == ".parquet" else save(frame, path)
    found = read(province, communes=path.name)
    shapes = shapely.normalize(found.communes.geometry.to_numpy())
    wanted = shapely.normalize(communes().geometry.to_numpy())
    assert found.communes["commune_code"].tolist() == list(COMMUNES)
    assert shapely.equals_exact(shapes, wanted, tolerance=1e-8).all()


def test_metres_in_vn_2000_in_either_order_of_the_axes(province: Path) -> None:
    wanted = read(province)
    frame = table(SITES)
    x, y = geodesy.from_wgs84(
        frame.pop("longitude").astype(float), frame.pop("latitude").astype(float), "EPSG:5898"
    )
    for name, (first, second) in {"en.csv": (x, y), "vn.csv": (y, x)}.items():
        frame.assign(X=first, Y=second).to_csv(province / name, index=False)
        found = read(province, sites=[{"path": name, "crs": "EPSG:5898"}])
        assert np.allclose(
            found.sites[["longitude", "latitude"]],
            wanted.sites[["longitude", "latitude"]],
            atol=1e-8,
        )
        told = [warning.code for warning in found.warnings]
        assert told == (["axes_exchanged"] if name == "vn.csv" else [])


def test_codes_that_are_numbers_in_the_file_stay_codes(province: Path) -> None:
    frame = layer(HAMLETS).assign(commune_code=[101, 102, 102])
    frame.to_file(province / "hamlets.geojson")
    found = read(province, hamlets="hamlets.geojson")
    assert found.hamlets["commune_code"].tolist() == ["00101", "00102", "00102"]
    assert {warning.code for warning in found.warnings} == {"code_mended"}


def test_rows_are_numbered_as_a_person_sees_them(province: Path) -> None:
    bad = SITES + "S9,Viettel,4G,0,0,,,\n"
    (province / "sites.csv").write_text(bad, "utf-8")
    assert refused(read(province))[0][0] == 5
    write_workbook(table(bad), province / "sites.xlsx")
    inputs = read(province, sites=["sites.xlsx"])
    assert refused(inputs)[0][:2] == (9, "Kinh độ")
    assert inputs.rejects["sheet"].tolist() == ["Danh sách"]


def test_a_line_break_inside_a_cell_does_not_shift_the_rows(province: Path) -> None:
    text = "site_id,operator,technology,longitude,latitude,note\n"
    text += 'A,Viettel,4G,108.05,15.05,"two\nlines"\nB,Viettel,4G,0,0,\n'
    (province / "sites.csv").write_text(text, "utf-8")
    assert refused(read(province))[0][0] == 3


def test_an_encoding_that_is_not_certain_must_be_named(province: Path) -> None:
    write_csv(table(SITES), province / "old.csv", ",", "utf-8", comma=False)
    text = (province / "old.csv").read_text("utf-8").replace("Kinh độ", "longitude")
    for header in ("Mã trạm", "Nhà mạng", "Công nghệ", "Vĩ độ", "Góc phương vị", "Ngày phát sóng"):
        text = text.replace(header, {value: key for key, value in VIETNAMESE.items()}[header])
    (province / "old.csv").write_bytes(text.replace("Tần số", "fréq").encode("cp1258"))
    assert codes_of(province, sites=["old.csv"]) == ["encoding"]
    found = read(province, sites=[{"path": "old.csv", "encoding": "windows-1258"}])
    assert len(found.sites) == 3
    named = [{"path": "old.csv", "encoding": "klingon"}]
    assert codes_of(province, sites=named) == ["unknown_encoding"]


def test_utf_16_without_its_mark(province: Path) -> None:
    wanted = read(province).sites
    for order in ("utf-16-le", "utf-16-be"):
        (province / "sites.csv").write_bytes(SITES.encode(order))
        assert essence(read(province).sites) == essence(wanted)


def test_a_shapefile_that_does_not_say_its_encoding(province: Path) -> None:
    frame = layer(SITES).assign(site_id="trạm")
    save(frame, province / "sites.shp")
    (province / "sites.cpg").unlink()
    table_file = province / "sites.dbf"
    data = bytearray(table_file.read_bytes())
    data[29] = 0
    table_file.write_bytes(data)
    assert read(province, sites=["sites.shp"]).sites["site_id"][0] == "trạm"
    table_file.write_bytes(data.replace("trạm".encode(), b"tr\xe1\xcc\xffm"))
    assert codes_of(province, sites=["sites.shp"]) == ["encoding"]


def test_a_shapefile_with_the_table_of_another(province: Path) -> None:
    save(layer(SITES), province / "sites.shp")
    save(layer(SITES).head(2), province / "other.shp")
    (province / "other.dbf").replace(province / "sites.dbf")
    (fault,) = faults_of(province, sites=["sites.shp"])
    assert (fault.code, fault.params) == ("companion_differs", {"rows": "2", "shapes": "3"})


def test_points_without_a_place(province: Path) -> None:
    frame = layer(SITES)
    empty = frame.set_geometry([*frame.geometry[:2], shapely.Point()], crs="EPSG:4326")
    for name in ("sites.gpkg", "sites.parquet"):
        empty.to_parquet(province / name) if "parquet" in name else save(empty, province / name)
        found = refused(read(province, sites=[name]))
        assert [(row, reason) for row, _, reason in found] == [(3, "missing_coordinates")]


def test_multi_points_of_one_point_are_points(province: Path) -> None:
    wanted = read(province)
    frame = layer(SITES)
    multiple = [shapely.MultiPoint([point]) for point in frame.geometry]
    save(frame.set_geometry(multiple, crs="EPSG:4326"), province / "sites.gpkg")
    assert essence(read(province, sites=["sites.gpkg"]).sites) == essence(wanted.sites)


def test_swapped_points_of_a_layer(province: Path) -> None:
    frame = layer(SITES)
    swapped = [shapely.Point(point.y, point.x) for point in frame.geometry]
    save(frame.set_geometry(swapped, crs="EPSG:4326"), province / "sites.gpkg")
    assert codes_of(province, sites=["sites.gpkg"]) == ["swapped_coordinates"]


def test_text_is_composed(province: Path) -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", HAMLETS)
    (province / "hamlets.csv").write_text(text, "utf-8")
    assert read(province).hamlets["name"].tolist()[0] == "Thôn Một"


def test_several_sheets_must_be_told_apart(province: Path) -> None:
    with pd.ExcelWriter(province / "sites.xlsx", engine="xlsxwriter") as writer:
        table(SITES).to_excel(writer, sheet_name="a", index=False)
        table(SITES).drop(columns="azimuth_deg").to_excel(writer, sheet_name="b", index=False)
    assert codes_of(province, sites=["sites.xlsx"]) == ["several_sheets"]
    assert len(read(province, sites=[{"path": "sites.xlsx", "sheet": "b"}]).sites) == 3
    named = [{"path": "sites.xlsx", "sheet": "c"}]
    assert codes_of(province, sites=named) == ["unknown_sheet"]


def test_a_sheet_of_notes_is_no_second_table(province: Path) -> None:
    with pd.ExcelWriter(province / "sites.xlsx", engine="xlsxwriter") as writer:
        table(SITES).to_excel(writer, sheet_name="a", index=False)
        pd.DataFrame({"Ghi chú": ["LTE = 4G"]}).to_excel(writer, sheet_name="b", index=False)
    assert len(read(province, sites=["sites.xlsx"]).sites) == 3


def test_several_layers_must_be_told_apart(province: Path) -> None:
    path = province / "all.gpkg"
    layer(SITES).to_file(path, layer="a")
    layer(SITES).to_file(path, layer="b")
    (fault,) = faults_of(province, sites=["all.gpkg"])
    assert (fault.code, fault.params["layers"]) == ("several_layers", "a, b")
    assert len(read(province, sites=[{"path": "all.gpkg", "layer": "b"}]).sites) == 3
    assert codes_of(province, sites=[{"path": "all.gpkg", "layer": "c"}]) == ["unknown_layer"]


def test_a_shapefile_without_its_crs(province: Path) -> None:
    save(layer(SITES), province / "sites.shp")
    (province / "sites.prj").unlink()
    assert codes_of(province, sites=["sites.shp"]) == ["missing_crs"]
    found = read(province, sites=[{"path": "sites.shp", "crs": "EPSG:4326"}])
    assert len(found.sites) == 3


@pytest.mark.parametrize("name", ["a.xlsx", "a.gpkg", "a.geojson", "a.zip", "a.kml", "a.parquet"])
def test_a_broken_file(province: Path, name: str) -> None:
    (province / name).write_bytes(b"no such thing")
    assert codes_of(province, sites=[name]) == ["unreadable_file"]


# ------------------------------------------------------------------ the population raster


def raster(folder: Path, crs: str | None, **options: Any) -> None:
    values = np.full((30, 40), 2.0, dtype=np.float32)
    values[0, 0], values[15, 15], values[15, 16] = -99999, -99999, -1
    with rasterio.open(
        folder / "people.tif",
        "w",
        driver="GTiff",
        width=40,
        height=30,
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(0.01, 0.0, 107.9, 0.0, -0.01, 15.2),
        **options,
    ) as dataset:
        dataset.write(values, 1)


def test_the_raster_is_cut_to_the_communes_and_blank_is_nobody(province: Path) -> None:
    raster(province, "EPSG:4326", nodata=-99999)
    inputs = read(province, population="people.tif")
    people = inputs.population
    assert people is not None
    west, south, east, north = people.grid.bounds
    assert 107.97 < west <= 108.0 < 108.2 <= east < 108.23
    assert 14.97 < south <= 15.0 < 15.1 <= north < 15.13
    cells = people.values.size
    assert people.values.sum() == cells * 2 - 4
    assert [warning.params["count"] for warning in inputs.warnings] == ["1"]
    (file,) = [file for file in inputs.files if file.role == "population"]
    assert (file.read, file.accepted, file.refused) == (cells - 1, cells - 1, 0)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_without_a_crs(province: Path) -> None:
    raster(province, None)
    assert codes_of(province, population="people.tif") == ["missing_crs"]
    assert read(province, population={"path": "people.tif", "crs": "EPSG:4326"}).population


def test_a_raster_that_is_none(province: Path) -> None:
    (province / "people.tif").write_bytes(b"no")
    assert codes_of(province, population="people.tif") == ["unreadable_file"]
    assert codes_of(province, population="none.tif") == ["missing_file"]
