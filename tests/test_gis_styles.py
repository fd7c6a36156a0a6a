"""Styles in layers.gpkg: the table that QGIS reads, QML and SLD, aliases of fields."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyogrio
import pytest
from babel.messages.pofile import read_po
from gis_case import empty_run, odd_run
from small_run import small_run

import geoplan
from geoplan.report import publish, theme
from geoplan.report.gis import layers, words, write_gis
from geoplan.report.gis.styles import styles

SLD = "{http://www.opengis.net/sld}"
SE = "{http://www.opengis.net/se}"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as base:
        return base.execute(query).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("styles")
    write_gis(small_run(), folder)
    return folder


@pytest.fixture(scope="module")
def qml(folder: Path) -> dict[str, ElementTree.Element]:
    query = "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
    found = rows(folder / "layers.gpkg", query)
    assert len(found) == 9
    return {str(name): ElementTree.fromstring(str(text)) for name, text in found}


def test_the_table_of_styles_is_as_qgis_makes_it(folder: Path) -> None:
    path = folder / "layers.gpkg"
    columns = [row[1] for row in rows(path, "PRAGMA table_info(layer_styles)")]
    assert columns == [
        *("id", "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column"),
        *("styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui"),
        "update_time",
    ]
    kinds = dict(rows(path, "SELECT table_name, data_type FROM gpkg_contents"))  # type: ignore[arg-type]
    assert kinds["layer_styles"] == "attributes"
    places = rows(
        path,
        "SELECT DISTINCT s.f_geometry_column = g.column_name FROM layer_styles s "
        "JOIN gpkg_geometry_columns g ON g.table_name = s.f_table_name",
    )
    assert places == [(1,)]


def test_hamlets_have_a_style_for_each_technology(folder: Path) -> None:
    query = "SELECT styleName, useAsDefault FROM layer_styles WHERE f_table_name = 'hamlets'"
    assert rows(folder / "layers.gpkg", query) == [
        ("băng rộng di động", 1),
        ("4G", 0),
        ("5G", 0),
    ]


def test_hamlets_are_drawn_by_status_in_the_colours_of_the_theme(
    qml: dict[str, ElementTree.Element],
) -> None:
    renderer = qml["hamlets"].find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "categorizedSymbol"
    assert renderer.get("attr") == "status_mbb"
    values = [one.get("value") for one in renderer.iter("category")]
    assert values == ["covered", "dead_spot", "white"]
    labels = [one.get("label") for one in renderer.iter("category")]
    assert labels[0] == "Đã phủ sóng"
    colour = renderer.find("symbols/symbol[@name='1']//Option[@name='color']")
    assert colour is not None
    red, green, blue = (int(part) for part in str(colour.get("value")).split(",")[:3])
    assert f"#{red:02x}{green:02x}{blue:02x}" == theme.STATUS["dead_spot"].colour


def test_communes_are_coloured_by_their_share_and_named(
    qml: dict[str, ElementTree.Element],
) -> None:
    renderer = qml["communes"].find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "graduatedSymbol"
    ends = [
        (float(str(r.get("lower"))), float(str(r.get("upper")))) for r in renderer.iter("range")
    ]
    assert ends == [(1, 1), (0.95, 1), (0.85, 0.95), (0.7, 0.85), (0, 0.7), (-1, -1)]
    text = qml["communes"].find("labeling/settings/text-style")
    assert text is not None
    assert text.get("fieldName") == "name"


def test_each_class_has_its_symbol(qml: dict[str, ElementTree.Element]) -> None:
    for name, root in qml.items():
        symbols = {one.get("name") for one in root.findall("renderer-v2/symbols/symbol")}
        used = {
            one.get("symbol")
            for tag in ("category", "range", "rule")
            for one in root.iter(tag)
            if one.get("symbol")
        }
        assert used <= symbols, name
        assert used or name in ("places", "zones")


def test_every_field_has_an_alias_in_the_language_of_the_run(
    folder: Path, qml: dict[str, ElementTree.Element]
) -> None:
    fields = {
        layer.name: {field.name: field.alias for field in layer.fields}
        for layer in layers(small_run())
    }
    for name, root in qml.items():
        told = {one.get("field"): one.get("name") for one in root.iter("alias")}
        assert told == fields[name]
    assert fields["hamlets"]["status_4g"] == "Hiện trạng 4G"
    assert fields["cells"]["radius_m"] == "Bán kính phục vụ (m)"
    query = "SELECT title, description FROM gpkg_data_columns WHERE column_name = 'area_km2'"
    assert rows(folder / "layers.gpkg", query) == [("Diện tích (km²)", "geodesic area")]


def test_gdal_gives_the_alias_to_other_programs(folder: Path) -> None:
    _, table = pyogrio.read_arrow(folder / "layers.gpkg", layer="hamlets")
    told = table.schema.field("hamlet_id").metadata or {}
    if not told:
        pytest.skip("this GDAL does not tell aliases")
    assert told[b"GDAL:OGR:alternative_name"].decode() == "Mã thôn"


def test_codes_are_shown_as_words(qml: dict[str, ElementTree.Element]) -> None:
    words = {
        option.get("value"): option.get("name")
        for option in qml["hamlets"].findall(
            "fieldConfiguration/field[@name='status_4g']//Option[@type='QString']"
        )
    }
    assert words["white"] == "trắng sóng"
    assert "exceeded" not in words


def test_sld_tells_the_same_classes(folder: Path) -> None:
    found = rows(folder / "layers.gpkg", "SELECT styleQML, styleSLD FROM layer_styles")
    for drawn, told in found:
        root = ElementTree.fromstring(str(told))
        assert root.tag == f"{SLD}StyledLayerDescriptor"
        named = [rule for rule in root.iter(f"{SE}Rule") if rule.find(f"{SE}Name") is not None]
        renderer = ElementTree.fromstring(str(drawn)).find("renderer-v2")
        assert renderer is not None
        assert len(named) == len(renderer.findall("symbols/symbol"))


def test_a_range_holds_its_lower_end_in_qml_and_sld(folder: Path) -> None:
    """QGIS takes the first range that fits, so that 95 % must stand in the upper one."""
    query = "SELECT styleSLD FROM layer_styles WHERE f_table_name = 'communes'"
    told = str(rows(folder / "layers.gpkg", query)[0][0])
    assert re.search(r"GreaterThanOrEqualTo>.*<ogc:Literal>0.95</ogc:Literal>", told)
    run = small_run()
    first = styles(run, layers(run)[0])[0].entries
    assert [entry.low for entry in first[:3]] == [1.0, 0.95, 0.85]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_odd_names_and_empty_layers_make_good_xml(tmp_path: Path, language: str) -> None:
    for number, run in enumerate((odd_run(language=language), empty_run(language=language))):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_gis(run, folder)
        for text in rows(folder / "layers.gpkg", "SELECT styleQML FROM layer_styles"):
            ElementTree.fromstring(str(text[0]))
        for text in rows(folder / "layers.gpkg", "SELECT styleSLD FROM layer_styles"):
            ElementTree.fromstring(str(text[0]))


def test_an_absent_technology_has_no_style() -> None:
    run = small_run()
    hamlets = run.baseline.hamlets.drop(columns=["status_5g"])

    bare = replace(run, baseline=replace(run.baseline, hamlets=hamlets, technologies=("4G",)))
    layer = layers(bare)[1]
    assert [style.name for style in styles(bare, layer)] == ["băng rộng di động", "4G"]


def test_published_layers_are_without_the_table_of_styles(folder: Path) -> None:
    assert [sheet.name for sheet in publish.read_layers(folder)] == [
        *("communes", "hamlets", "clusters", "positions", "cells"),
        *("holes", "proposals", "places", "zones"),
    ]


def test_days_stay_days(folder: Path) -> None:
    run = small_run()
    name = "on_air_date"
    if name not in run.baseline.cells:
        return
    info = pyogrio.read_info(folder / "layers.gpkg", layer="cells")
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert kinds[name] == "datetime64[D]"


def test_every_word_has_a_translation() -> None:
    path = Path(geoplan.__file__).parent / "locale" / "vi" / "LC_MESSAGES" / "gis.po"
    with path.open("rb") as file:
        found = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    groups = (words.LAYERS, words.FIELDS, words.GROUPS, words.LEGEND, words.TEXTS, words.KML)
    wanted = {text for group in (*groups, words.SITE_STATUS) for text in group.values()}
    assert set(found) == wanted | {words.MBB, words.SHORT_MBB}
    for english, vietnamese in found.items():
        assert vietnamese
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", vietnamese))


def test_a_column_of_the_user_keeps_its_name() -> None:
    run = small_run()

    cells = run.baseline.cells.assign(ghi_chu="x", ngay=pd.Timestamp("2025-01-02"))
    field = {
        field.name: field
        for field in layers(replace(run, baseline=replace(run.baseline, cells=cells)))[4].fields
    }
    assert (field["ghi_chu"].alias, field["ngay"].kind) == ("ghi_chu", "date")
