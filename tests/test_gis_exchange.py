"""GeoJSON and MapInfo tables: read by GDAL, and by our own reader as inputs of a new run."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from gis_case import ODD_NAMES, odd_run
from io_case import read
from small_run import FORMULA, SCRIPT, small_run

from geoplan.report.gis import arrow, exchange, layers

ENDINGS = {"geojson": "geojson", "mapinfo": "tab"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("exchange"))


def write(folder: Path, run: object = None) -> Path:
    every = layers(small_run() if run is None else run)  # type: ignore[arg-type]
    exchange.write_geojson(every, folder / "geojson")
    exchange.write_mapinfo(every, folder / "mapinfo")
    return folder


@pytest.mark.parametrize("kind", ENDINGS)
def test_our_own_reader_takes_them_as_inputs(folder: Path, kind: str) -> None:
    def file(name: str) -> str:
        return f"{kind}/{name}.{ENDINGS[kind]}"

    inputs = read(
        folder,
        communes=file("communes"),
        hamlets=file("hamlets"),
        clusters=file("clusters"),
        sites=[file("cells")],
    )
    assert inputs.rejects.empty
    assert not inputs.warnings
    assert list(inputs.communes["name"]) == ["Ba Tơ", "Đức Phổ"]
    assert list(inputs.communes["commune_code"]) == ["00101", "00102"]
    hamlets = inputs.hamlets.set_index("hamlet_id")
    assert hamlets.loc["H3", "name"] == SCRIPT
    assert hamlets.loc["H4", "name"] == "Tổ dân phố Ân Hảo"
    assert FORMULA in set(inputs.sites["site_id"])


@pytest.mark.parametrize("kind", ENDINGS)
def test_what_is_missing_stays_missing_and_is_never_0(folder: Path, kind: str) -> None:
    frame = pyogrio.read_dataframe(folder / kind / f"hamlets.{ENDINGS[kind]}")
    last = frame.set_index("hamlet_id").loc["H6"]
    for column in ("population", "households", "has_grid_power", "longitude", "served_people_4g"):
        assert pd.isna(last[column]) or last[column] == "", column


def test_geojson_is_rfc_7946_with_six_decimals(folder: Path) -> None:
    made = json.loads((folder / "geojson" / "communes.geojson").read_text("utf-8"))
    assert made["type"] == "FeatureCollection"
    assert "crs" not in made
    shape = made["features"][0]["geometry"]
    assert shape["type"] == "MultiPolygon"
    ring = shape["coordinates"][0][0]
    turned = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    assert turned < 0  # counter-clockwise, as the standard has it
    assert made["features"][0]["properties"]["area_served_4g"] == 0.99996


def test_numbers_have_the_decimals_of_the_tables(tmp_path: Path) -> None:
    run = small_run()
    hamlets = run.baseline.hamlets.assign(population=1 / 3)
    write(tmp_path, replace(run, baseline=replace(run.baseline, hamlets=hamlets)))
    made = json.loads((tmp_path / "geojson" / "hamlets.geojson").read_text("utf-8"))
    assert made["features"][0]["properties"]["population"] == 0.333


def test_mapinfo_says_utf_8_and_holds_no_longer_text_than_it_needs(folder: Path) -> None:
    head = (folder / "mapinfo" / "communes.tab").read_bytes()
    assert b'Charset "UTF-8"' in head
    assert b"commune_code Char (5)" in head
    names = pyogrio.read_dataframe(folder / "mapinfo" / "hamlets.tab")["name"]
    assert "Ấp Đông" in list(names)


def test_odd_names_come_back_and_long_ones_are_cut_between_letters(tmp_path: Path) -> None:
    write(tmp_path, odd_run())
    exact = gpd.read_file(tmp_path / "geojson" / "hamlets.geojson")
    assert list(exact["name"])[:5] == list(ODD_NAMES[:5])
    cut = list(pyogrio.read_dataframe(tmp_path / "mapinfo" / "hamlets.tab")["name"])
    assert cut[:4] == list(ODD_NAMES[:4])
    assert cut[4] == "Đ" * 127  # 254 bytes


def test_long_names_of_fields_are_shortened_and_stay_apart(tmp_path: Path) -> None:
    run = small_run()
    long = "ghi_chu_rat_dai_cua_nguoi_dung_so"
    cells = run.baseline.cells.assign(**{f"{long}_1": "a", f"{long}_2": "b"})
    write(tmp_path, replace(run, baseline=replace(run.baseline, cells=cells)))
    frame = pyogrio.read_dataframe(tmp_path / "mapinfo" / "cells.tab")
    assert frame[long[:31]].iloc[0] == "a"
    assert frame[f"{long[:29]}_2"].iloc[0] == "b"


def test_short_names_do_not_differ_by_case_alone() -> None:
    assert exchange.short_names(["Name", "name", "NAME"]) == ["Name", "name_2", "NAME_3"]


def test_a_geopackage_in_which_qgis_saved_a_style_is_one_layer(tmp_path: Path) -> None:
    """A table of styles beside the layer is not another layer to choose from."""
    made = layers(small_run())[0]
    arrow.write(made, tmp_path / "communes.gpkg", "GPKG", layer="communes")
    with contextlib.closing(sqlite3.connect(tmp_path / "communes.gpkg")) as base, base:
        base.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) "
            "VALUES ('layer_styles', 'attributes')"
        )
    arrow.write(layers(small_run())[1], tmp_path / "hamlets.gpkg", "GPKG", layer="hamlets")
    arrow.write(layers(small_run())[4], tmp_path / "cells.gpkg", "GPKG", layer="cells")
    inputs = read(tmp_path, communes="communes.gpkg", hamlets="hamlets.gpkg", sites=["cells.gpkg"])
    assert len(inputs.communes) == 2
