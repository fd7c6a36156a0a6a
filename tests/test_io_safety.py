"""Files that are dangerous, on purpose or by accident: told and left alone, in little memory."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from io_case import SITES, codes_of, faults_of, read, refused, write_province

from geoplan import settings
from geoplan.io import xml

ROWS = [line.split(",") for line in SITES.splitlines()]
MARK = "{http://www.opengis.net/kml/2.2}Placemark"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


def pack(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def peak_mb(work: object) -> float:
    tracemalloc.start()
    try:
        work()  # type: ignore[operator]
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


# ------------------------------------------------------------------ what unpacks without end


BOMB_MB = 64


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_UNPACKED_BYTES", 2**24)


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("name", ["a.zip", "a.kmz", "a.xlsx", "a.ods"])
def test_a_bomb_is_refused_by_what_its_directory_says(province: Path, name: str) -> None:
    pack(province / name, {"doc.kml": bytes(BOMB_MB * 2**20), "sites.csv": SITES})
    assert (province / name).stat().st_size < 2**17
    faults = []
    assert peak_mb(lambda: faults.extend(faults_of(province, sites=[name]))) < 24
    (fault,) = faults
    assert (fault.code, fault.file, fault.params["limit"]) == ("unpacks_too_large", name, "16 MB")


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize("name", ["a.zip", "a.kmz", "a.xlsx", "a.ods"])
def test_a_bomb_whose_directory_lies_is_refused_as_it_unpacks(province: Path, name: str) -> None:
    inside = {".zip": "sites.csv", ".kmz": "doc.kml"}.get(name[1:], "xl/worksheets/sheet1.xml")
    path = pack(province / name, {inside: bytes(BOMB_MB * 2**20)})
    size, lie = struct.pack("<L", BOMB_MB * 2**20), struct.pack("<L", 1000)
    data = path.read_bytes()
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, lie))
    faults = []
    assert peak_mb(lambda: faults.extend(faults_of(province, sites=[name]))) < 48
    assert [fault.code for fault in faults] == ["unpacks_too_large"]


@pytest.mark.usefixtures("small_limit")
def test_a_gzip_bomb(province: Path) -> None:
    import gzip

    (province / "a.csv.gz").write_bytes(gzip.compress(bytes(BOMB_MB * 2**20)))
    assert codes_of(province, sites=["a.csv.gz"]) == ["unpacks_too_large"]


def test_a_zip_file_of_too_many_files(province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_PACKED_FILES", 10)
    pack(province / "a.zip", {f"{i}.csv": SITES for i in range(11)})
    assert codes_of(province, sites=["a.zip"]) == ["unpacks_too_large"]


def test_a_text_file_that_is_too_large(province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_TEXT_BYTES", 100)
    (fault,) = [f for f in faults_of(province) if f.file == "sites.csv"]
    assert fault.code == "file_too_large"


def test_a_locked_archive(province: Path) -> None:
    path = pack(province / "a.zip", {"sites.csv": SITES})
    data = bytearray(path.read_bytes())
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(head) + flags] |= 1
    path.write_bytes(data)
    assert codes_of(province, sites=["a.zip"]) == ["password_needed"]


def test_a_locked_workbook(province: Path) -> None:
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    (province / "a.xlsx").write_bytes(content + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert codes_of(province, sites=["a.xlsx"]) == ["password_needed"]


# ------------------------------------------------------------------ workbooks


def sheet_xml(*cells: str) -> dict[str, bytes | str]:
    """The parts of the smallest workbook with these cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Trạm" sheetId="1" r:id="s1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="s1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        + "".join(cells)
        + "</sheetData></worksheet>",
    }


def test_one_value_in_the_last_corner_of_a_sheet(province: Path) -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>site_id</t></is></c></row>'
    cells += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    pack(province / "a.xlsx", sheet_xml(cells))
    (fault,) = faults_of(province, sites=["a.xlsx"])
    assert (fault.code, fault.sheet) == ("sheet_too_wide", "Trạm")
    assert fault.params["corner"] == "XFD1048576"


def test_formats_without_values_do_not_count(province: Path) -> None:
    rows = [
        f'<row r="{i}">'
        + "".join(
            f'<c r="{chr(65 + j)}{i}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for j, cell in enumerate(row)
        )
        + "</row>"
        for i, row in enumerate(ROWS, 1)
    ]
    rows.append('<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    pack(province / "a.xlsx", sheet_xml(*rows))
    assert len(read(province, sites=["a.xlsx"]).sites) == 3


def ods(*rows: str) -> dict[str, bytes | str]:
    names = {"office": "office", "table": "table", "text": "text", "of": "of"}
    spaces = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{value}:1.0"'
        for key, value in names.items()
    )
    body = "".join(rows)
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Trạm &amp; cột">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
        'opendocument:xmlns:manifest:1.0"/>',
    }


def ods_cell(value: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def ods_row(cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{cells}</table:table-row>"


def test_an_opendocument_sheet(province: Path) -> None:
    rows = [ods_row("".join(map(ods_cell, row))) for row in ROWS]
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows.append(ods_row(blank, ' table:number-rows-repeated="1048570"'))
    pack(province / "a.ods", ods(*rows))
    wanted = read(province).sites["site_id"].tolist()
    assert read(province, sites=["a.ods"]).sites["site_id"].tolist() == wanted


def test_a_cell_that_is_repeated_without_end(province: Path) -> None:
    cell = ods_cell("1", ' table:number-columns-repeated="16384"')
    rows = (
        ods_row("".join(map(ods_cell, ROWS[0]))),
        ods_row(cell, ' table:number-rows-repeated="1048575"'),
    )
    pack(province / "a.ods", ods(*rows))
    (fault,) = faults_of(province, sites=["a.ods"])
    assert (fault.code, fault.sheet) == ("sheet_too_wide", "Trạm & cột")


def with_formula(path: Path, formula: str = "=6*300") -> None:
    """Write the sites with a formula for a frequency, as a program does that cannot reckon."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    sheet["F2"] = formula
    book.save(path)


def test_a_formula_that_nobody_reckoned_is_told_and_not_blank(province: Path) -> None:
    with_formula(province / "a.xlsx")
    (fault,) = faults_of(province, sites=["a.xlsx"])
    assert (fault.code, fault.file) == ("formula_without_value", "a.xlsx")
    assert (fault.sheet, fault.row, fault.column) == ("Sheet", 2, "F")


def test_a_formula_without_value_in_an_opendocument_sheet(province: Path) -> None:
    cells = [*map(ods_cell, ROWS[1][:5])]
    cells.append('<table:table-cell table:formula="of:=6*300"/>')
    pack(province / "a.ods", ods(ods_row("".join(map(ods_cell, ROWS[0]))), ods_row("".join(cells))))
    (fault,) = faults_of(province, sites=["a.ods"])
    assert (fault.code, fault.row, fault.column) == ("formula_without_value", 2, "F")


def test_a_formula_on_another_sheet_is_nobodys_business(province: Path) -> None:
    book = openpyxl.Workbook()
    sheet, other = book.active, book.create_sheet("Ghi chú")
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    other["A1"] = "=1+1"
    book.save(province / "a.xlsx")
    given = {"path": "a.xlsx", "sheet": "Sheet"}
    assert len(read(province, sites=[given]).sites) == 3


def test_a_reckoned_formula_is_its_value(province: Path) -> None:
    with xlsxwriter.Workbook(str(province / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(ROWS):
            sheet.write_row(i, 0, row)
        sheet.write_formula(1, 5, "=6*300", None, 1800)
        sheet.write_formula(2, 7, '=""', None, "")
    path = province / "a.xlsx"
    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    old = parts["xl/worksheets/sheet1.xml"]
    # As Excel writes an empty result; xlsxwriter leaves its kind out.
    parts["xl/worksheets/sheet1.xml"] = old.replace(b'<c r="H3"><f>', b'<c r="H3" t="str"><f>')
    pack(path, parts)
    inputs = read(province, sites=["a.xlsx"])
    assert sorted(inputs.sites["frequency_mhz"]) == [1800, 2100, 2600]
    assert [warning.code for warning in inputs.warnings] == ["formulas_stale"]


def test_values_from_another_workbook(province: Path) -> None:
    with xlsxwriter.Workbook(str(province / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(ROWS):
            sheet.write_row(i, 0, row)
    with zipfile.ZipFile(province / "a.xlsx", "a") as packed:
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    inputs = read(province, sites=["a.xlsx"])
    assert [warning.code for warning in inputs.warnings] == ["external_links"]
    assert len(inputs.sites) == 3


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice, which writes .xls and .ods, is absent")
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_workbook_of_libreoffice(province: Path, tmp_path: Path, ending: str) -> None:
    assert SOFFICE is not None
    with_formula(province / "tram.xlsx")
    command = [SOFFICE, f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless"]
    command += ["--convert-to", ending, "--outdir", str(tmp_path), str(province / "tram.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    wanted, found = read(province), read(province, sites=[f"tram.{ending}"])
    columns = ["site_id", "operator", "technology", "longitude", "latitude", "frequency_mhz"]
    assert found.sites[columns].equals(wanted.sites[columns])
    assert found.sites["on_air_date"].tolist() == wanted.sites["on_air_date"].tolist()
    assert found.warnings == ()


# ------------------------------------------------------------------ XML


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<kml><Placemark><name>&d;</name></Placemark></kml>"""
OUTSIDE = """<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<kml><Placemark><name>&x;</name></Placemark></kml>"""


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, '<!DOCTYPE kml SYSTEM "http://a/b"><kml/>'])
@pytest.mark.parametrize("name", ["a.kml", "a.kmz"])
def test_a_document_type_is_refused(province: Path, content: str, name: str) -> None:
    if name == "a.kml":
        (province / name).write_text(content, "utf-8")
    else:
        pack(province / name, {"doc.kml": content})
    (fault,) = faults_of(province, sites=[name])
    assert (fault.code, fault.file) == ("xml_with_doctype", name)


def test_entities_in_another_encoding_are_seen_too(province: Path) -> None:
    (province / "a.kml").write_bytes(LAUGHS.encode("utf-16"))
    assert codes_of(province, sites=["a.kml"]) == ["xml_with_doctype"]


def test_elements_without_bottom(province: Path) -> None:
    (province / "a.kml").write_text("<a>" * 100_000 + "</a>" * 100_000, "utf-8")
    assert codes_of(province, sites=["a.kml"]) == ["unreadable_file"]


def test_ordinary_xml_comes_as_elementtree_gives_it() -> None:
    from xml.etree import ElementTree

    text = '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:g="urn:g"><Placemark g:a="1" b="2">'
    text += "x<name>Trạm &amp; cột &#7841;</name>y<![CDATA[<b>]]></Placemark></kml>"
    ours, theirs = xml.parse(text.encode()), ElementTree.fromstring(text)
    assert ElementTree.tostring(ours) == ElementTree.tostring(theirs)
    assert ours[0].tag == MARK


def kml(*placemarks: str) -> str:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(placemarks)}</Document></kml>'


def site(name: str, shape: str) -> str:
    data = "".join(
        f'<Data name="{key}"><value>{value}</value></Data>'
        for key, value in {"site_id": name, "operator": "Viettel", "technology": "4G"}.items()
    )
    return f"<Placemark><ExtendedData>{data}</ExtendedData>{shape}</Placemark>"


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("<Point><coordinates>abc,15</coordinates></Point>", "bad_geometry"),
        ("<Point><coordinates>nan,15</coordinates></Point>", "bad_geometry"),
        ("<Point><coordinates>108.05</coordinates></Point>", "bad_geometry"),
        ("<Polygon><outerBoundaryIs/></Polygon>", "bad_geometry"),
        ("<LineString><coordinates>108,15 108.1,15</coordinates></LineString>", "bad_geometry"),
        ("<Point><coordinates>0,0</coordinates></Point>", "zero_coordinates"),
        ("<Point/>", "missing_coordinates"),
        ("", "missing_coordinates"),
    ],
)
def test_a_bad_placemark_refuses_its_row_only(province: Path, shape: str, reason: str) -> None:
    good = "<Point><coordinates>108.05,15.05,0</coordinates></Point>"
    (province / "a.kml").write_text(kml(site("A", good), site("B", shape)), "utf-8")
    inputs = read(province, sites=["a.kml"])
    assert [(row, code) for row, _, code in refused(inputs)] == [(2, reason)]
    assert inputs.sites["site_id"].tolist() == ["A"]


def test_a_very_long_outline(province: Path) -> None:
    import math

    turns = (2 * math.pi * i / 200_000 for i in range(200_000))
    ring = " ".join(f"{108.05 + 0.04 * math.cos(t)},{15.05 + 0.04 * math.sin(t)},0" for t in turns)
    ring += " " + ring.split(" ", 1)[0]
    outline = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    outline += "</outerBoundaryIs>"
    data = '<Data name="commune_code"><value>00101</value></Data>'
    data += '<Data name="name"><value>Xã</value></Data>'
    mark = f"<Placemark><ExtendedData>{data}</ExtendedData><Polygon>{outline}</Polygon></Placemark>"
    (province / "a.kml").write_text(kml(mark), "utf-8")
    found = read(province, communes="a.kml")
    assert len(found.communes) == 1


def test_a_link_into_the_network_is_not_followed(province: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    good = "<Point><coordinates>108.05,15.05,0</coordinates></Point>"
    (province / "a.kml").write_text(kml(site("A", good), link), "utf-8")
    inputs = read(province, sites=["a.kml"])
    assert [warning.code for warning in inputs.warnings] == ["links_not_followed"]


# ------------------------------------------------------------------ layers that are something else


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{where}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
RECIPES = {
    "a vrt": VRT.format(where="/vsicurl/http://127.0.0.1:9/x.geojson"),
    "a vrt behind blanks": "\ufeff \n\t" + VRT.format(where="/etc/passwd"),
    "a pipeline": '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x"}',
    "a service": "<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>",
}


@pytest.mark.parametrize("ending", [".geojson", ".json", ".gpkg", ".shp", ".tab", ".mif"])
@pytest.mark.parametrize("kind", list(RECIPES))
def test_a_recipe_under_the_name_of_a_layer(province: Path, kind: str, ending: str) -> None:
    name = f"a{ending}"
    (province / name).write_text(RECIPES[kind], "utf-8")
    (fault,) = faults_of(province, sites=[name])
    pipeline = kind == "a pipeline" and ending not in (".geojson", ".json", ".tab")
    assert fault.code == ("unreadable_file" if pipeline else "not_what_it_says")
    pack(province / "a.zip", {name: RECIPES[kind]})
    assert codes_of(province, sites=["a.zip"]) == [fault.code]


RASTER = """<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1">
<SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:9/x.tif</SourceFilename>
<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"""


def test_a_recipe_under_the_name_of_a_raster(province: Path) -> None:
    (province / "people.tif").write_text(RASTER, "utf-8")
    assert codes_of(province, population="people.tif") == ["not_what_it_says"]


@pytest.mark.parametrize(
    "path",
    [
        "http://127.0.0.1:9/a.geojson",
        "/vsicurl/http://127.0.0.1:9/a.geojson",
        "/vsizip/vsicurl/http://127.0.0.1:9/a.zip/a.shp",
        "WFS:http://127.0.0.1:9/a.json",
        "zip+https://127.0.0.1:9/a.zip",
    ],
)
def test_a_path_into_the_network_is_no_file(province: Path, path: str) -> None:
    assert codes_of(province, sites=[path]) == ["missing_file"]


def test_json_nested_without_bottom(province: Path) -> None:
    deep = '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}"
    (province / "a.geojson").write_text(deep, "utf-8")
    assert codes_of(province, sites=["a.geojson"]) == ["unreadable_file"]


def test_random_bytes_under_every_name_are_told(province: Path) -> None:
    import numpy as np

    random = np.random.default_rng(7)
    heads = {
        ".gpkg": b"SQLite format 3\0",
        ".shp": bytes.fromhex("0000270a"),
        ".xlsx": b"PK\x03\x04",
        ".xls": bytes.fromhex("d0cf11e0a1b11ae1"),
        ".ods": b"PK\x03\x04",
        ".parquet": b"PAR1",
        ".kml": b"<kml>",
        ".kmz": b"PK\x03\x04",
        ".tab": b"!table\nType NATIVE\n",
        ".mif": b"Version 300\n",
        ".zip": b"PK\x03\x04",
        ".csv.gz": b"\x1f\x8b\x08",
        ".geojson": b"{",
    }
    for ending, head in heads.items():
        for size in (0, 10, 3000):
            name = f"a{ending}"
            (province / name).write_bytes(head + random.bytes(size))
            for fault in faults_of(province, sites=[name]):
                assert fault.file == name, (ending, fault)
