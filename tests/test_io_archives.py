"""Tables inside zip and gzip files: which one is meant, whatever it is called and wherever."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import xlsxwriter
from io_case import HAMLETS, SITES, codes_of, faults_of, read, write_province

from geoplan import tables
from geoplan.faults import Faults
from geoplan.io import archives
from geoplan.io.readers import Source
from geoplan.scenario import SourceFile


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def pack(path: Path, files: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)


def pack_raw(path: Path, name: bytes, content: str) -> None:
    """Write a zip file whose names are bytes without the mark of UTF-8, as old programs do."""
    stand_in = "x" * len(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(stand_in, content)
    path.write_bytes(buffer.getvalue().replace(stand_in.encode(), name))


def site_ids(folder: Path, name: str, layer: str | None = None) -> list[str]:
    given = {"path": name} if layer is None else {"path": name, "layer": layer}
    return read(folder, sites=[given]).sites["site_id"].tolist()


def test_one_table_of_any_kind(province: Path) -> None:
    wanted = site_ids(province, "sites.csv")
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for i, line in enumerate(SITES.splitlines()):
            sheet.write_row(i, 0, line.split(","))
    for name, content in {"a.csv": SITES, "b.xlsx": book.getvalue()}.items():
        pack(province / f"{name}.zip", {f"thư mục/{name}": content})
        assert site_ids(province, f"{name}.zip") == wanted


def test_csv_gz(province: Path) -> None:
    wanted = site_ids(province, "sites.csv")
    (province / "sites.csv.gz").write_bytes(gzip.compress(SITES.encode()))
    assert site_ids(province, "sites.csv.gz") == wanted


def test_a_layer_names_one_of_several_tables(province: Path) -> None:
    files = {
        "2025/Viettel.csv": SITES,
        "2025/VNPT.csv": SITES.replace("S1", "N1"),
        "2025/ghi chú.txt": "gửi kèm",
    }
    pack(province / "a.zip", files)
    (fault,) = faults_of(province, sites=["a.zip"])
    assert (fault.code, fault.params["layers"]) == ("several_layers", "VNPT, Viettel")
    for layer in ("VNPT", "VNPT.csv", "2025/VNPT.csv"):
        assert set(site_ids(province, "a.zip", layer)) == {"N1"}
    (fault,) = faults_of(province, sites=[{"path": "a.zip", "layer": "MobiFone"}])
    assert (fault.code, fault.value) == ("unknown_layer", "MobiFone")


def test_tables_of_one_name_in_two_folders(province: Path) -> None:
    pack(province / "a.zip", {"x/sites.csv": SITES, "y/sites.csv": SITES.replace("S1", "Y1")})
    (fault,) = faults_of(province, sites=["a.zip"])
    assert fault.params["layers"] == "x/sites.csv, y/sites.csv"
    assert codes_of(province, sites=[{"path": "a.zip", "layer": "sites"}]) == ["several_layers"]
    assert set(site_ids(province, "a.zip", "y/sites.csv")) == {"Y1"}


def test_a_note_beside_the_table_is_no_table(province: Path) -> None:
    pack(
        province / "a.zip", {"sites.csv": SITES, "doc.txt": "ghi chú", "__MACOSX/._sites.csv": "x"}
    )
    assert len(site_ids(province, "a.zip")) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
def test_vietnamese_names_without_their_mark(province: Path, encoding: str) -> None:
    import unicodedata

    name = "Trạm.csv"
    data = (
        name.encode()
        if encoding == "utf-8"
        else b"Tra\xf2m.csv"  # a, then the dot below, as Windows-1258 writes it
    )
    pack_raw(province / "a.zip", data, SITES)
    source = Source(tables.SITES, SourceFile(path="a.zip"), province / "a.zip")
    inside = archives.unpack(source, Faults())
    assert inside is not None
    wanted = name if encoding == "utf-8" else unicodedata.normalize("NFC", data.decode("cp1258"))
    assert inside.member == wanted
    assert len(site_ids(province, "a.zip", wanted.removesuffix(".csv"))) == 3


def test_several_shapefiles_in_folders(province: Path) -> None:
    with zipfile.ZipFile(province / "a.zip", "w") as packed:
        for i, name in enumerate(("Trạm Viettel", "Trạm VNPT")):
            frame = gpd.GeoDataFrame(
                {"site_id": [f"A{i}"], "operator": ["Viettel"], "technology": ["4G"]},
                geometry=[shapely.Point(108.05, 15.05)],
                crs="EPSG:4326",
            )
            frame.to_file(province / "s.shp", encoding="utf-8")
            for path in sorted(province.glob("s.*")):
                packed.write(path, f"lớp/{name}{path.suffix.upper()}")
                path.unlink()
    assert site_ids(province, "a.zip", "Trạm VNPT") == ["A1"]
    assert codes_of(province, sites=["a.zip"]) == ["several_layers"]


def test_a_shapefile_without_its_table(province: Path) -> None:
    pack(province / "a.zip", {"s.shp": bytes.fromhex("0000270a") + bytes(96)})
    (fault,) = faults_of(province, sites=["a.zip"])
    assert (fault.code, fault.params["names"]) == ("missing_companion", ".dbf, .shx")


def test_a_geopackage_of_several_layers_in_a_zip_file(province: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"site_id": ["G"], "operator": ["Viettel"], "technology": ["4G"]},
        geometry=[shapely.Point(108.05, 15.05)],
        crs="EPSG:4326",
    )
    for layer in ("a", "b"):
        frame.to_file(province / "all.gpkg", layer=layer)
    pack(province / "z.zip", {"all.gpkg": (province / "all.gpkg").read_bytes()})
    assert codes_of(province, sites=["z.zip"]) == ["several_layers"]
    assert site_ids(province, "z.zip", "b") == ["G"]


def test_nothing_to_read_inside(province: Path) -> None:
    pack(province / "a.zip", {"công văn.docx": b"x", "inner.zip": b"x"})
    (fault,) = faults_of(province, sites=["a.zip"])
    assert (fault.code, fault.params["names"]) == ("nothing_inside", "công văn.docx, inner.zip")
    pack(province / "b.zip", {})
    assert codes_of(province, sites=["b.zip"]) == ["nothing_inside"]


def test_a_broken_archive(province: Path) -> None:
    whole = gzip.compress(SITES.encode())
    (province / "a.csv.gz").write_bytes(whole[:-20])
    assert codes_of(province, sites=["a.csv.gz"]) == ["unreadable_file"]
    pack(province / "a.zip", {"sites.csv": SITES * 50})
    data = bytearray((province / "a.zip").read_bytes())
    data[60] ^= 0xFF
    (province / "a.zip").write_bytes(data)
    assert codes_of(province, sites=["a.zip"]) == ["unreadable_file"]


def test_an_archive_of_an_archive_is_not_opened(province: Path) -> None:
    (province / "a.tar.gz").write_bytes(gzip.compress(b"x"))
    (fault,) = faults_of(province, sites=["a.tar.gz"])
    assert (fault.code, fault.value) == ("unknown_format", ".tar")


def test_nothing_is_written_to_disk(province: Path) -> None:
    pack(province / "a.zip", {"../../evil.csv": SITES, "/etc/evil.csv": HAMLETS})
    before = sorted(province.parent.rglob("*"))
    assert len(site_ids(province, "a.zip", "../../evil.csv")) == 3
    assert sorted(province.parent.rglob("*")) == before
    assert not Path("/etc/evil.csv").exists()


def test_rows_of_a_table_inside_are_counted_as_in_the_table(province: Path) -> None:
    pack(province / "a.zip", {"sites.csv": SITES + "S9,Viettel,4G,0,0,,,\n"})
    rejects = read(province, sites=["a.zip"]).rejects
    assert rejects[["file", "row"]].values.tolist() == [["a.zip", 5]]
