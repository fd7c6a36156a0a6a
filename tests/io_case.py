"""A tiny province for reading: two communes side by side, hamlets, clusters and sites.

Commune 00101 spans 108.0 to 108.1 degrees east, 00102 spans 108.1 to 108.2; both 15.0 to 15.1
north.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from geoplan.faults import Fault, InputError
from geoplan.io import read_inputs
from geoplan.results import Inputs
from geoplan.scenario import parse_scenario

COMMUNES = {
    "00101": ("Xã Một", shapely.box(108.0, 15.0, 108.1, 15.1)),
    "00102": ("Phường Hai", shapely.box(108.1, 15.0, 108.2, 15.1)),
}
HAMLETS = """hamlet_id,name,commune_code,longitude,latitude,population,households
H1,Thôn Một,00101,108.05,15.05,400,100
H2,Thôn Hai,00102,108.15,15.05,,25
H3,Thôn Ba,00102,,,300,80
"""
CLUSTERS = """cluster_id,hamlet_id,longitude,latitude,households
H1-1,H1,108.051,15.051,40
H2-1,H2,108.151,15.051,
"""
SITES = """site_id,operator,technology,longitude,latitude,frequency_mhz,azimuth_deg,on_air_date
S1,Viettel,4G,108.05,15.05,1800,,2020-01-31
S1,Viettel,4G,108.05,15.05,2100,0,2020-01-31
S1,VNPT,5G,108.15,15.06,2600,120,31/12/2024
"""


def feature_collection(features: list[tuple[dict[str, Any], Any]]) -> str:
    """Give GeoJSON of properties and shapes."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
                }
                for properties, shape in features
            ],
        }
    )


def write_province(folder: Path) -> None:
    """Write the files of the tiny province."""
    communes = [
        ({"commune_code": code, "name": name}, shape) for code, (name, shape) in COMMUNES.items()
    ]
    (folder / "communes.geojson").write_text(feature_collection(communes), "utf-8")
    (folder / "hamlets.csv").write_text(HAMLETS, "utf-8")
    (folder / "clusters.csv").write_text(CLUSTERS, "utf-8")
    (folder / "sites.csv").write_text(SITES, "utf-8")


def read(folder: Path, *, strict: bool = False, **inputs: Any) -> Inputs:
    """Read the tiny province with other inputs in place of its own; any share may be refused.

    ``operators`` and ``level_model`` stand beside the inputs.
    """
    names = {
        "communes": "communes.geojson",
        "hamlets": "hamlets.csv",
        "sites": ["sites.csv"],
        "max_rejected_share": 1.0,
    }
    operators, coverage = inputs.pop("operators", {}), inputs.pop("level_model", None)
    raw = {"schema": 1, "inputs": {**names, **inputs}, "operators": operators}
    if coverage is not None:
        raw["coverage"] = {"model": coverage}
    raw["as_of"] = "2025-12-31"
    return read_inputs(parse_scenario(raw, folder), strict=strict)


def faults_of(folder: Path, **inputs: Any) -> list[Fault]:
    """Give the faults that stop the reading."""
    try:
        read(folder, **inputs)
    except InputError as error:
        return list(error.faults)
    raise AssertionError("no fault was found")


def codes_of(folder: Path, **inputs: Any) -> list[str]:
    """Give the codes of the faults that stop the reading."""
    return [fault.code for fault in faults_of(folder, **inputs)]


def refused(inputs: Inputs) -> list[tuple[int, str, str]]:
    """Give row, column and reason of every refused row."""
    table = inputs.rejects
    return list(zip(table["row"], table["column"], table["reason"], strict=True))
