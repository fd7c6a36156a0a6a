"""What a user would write instead, with GeoPandas: white hamlets and area served.

Buffers in the planning CRS, a spatial join with the hamlets, a union per operator and
technology, an overlay with the communes. Sites are taken as all round, radii by the type word of
the commune, as in scenarios with ``environment_from = "type"`` and ``radius_m`` given.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd


def main() -> None:
    """Read a scenario's files and print the counts."""
    path = Path(sys.argv[1])
    scenario = tomllib.loads(path.read_text("utf-8"))
    inputs, folder = scenario["inputs"], path.parent
    crs = scenario["planning_crs"]
    communes = gpd.read_file(folder / inputs["communes"]).to_crs(crs)
    hamlets = points(pd.read_csv(folder / inputs["hamlets"]).dropna(subset=["longitude"]), crs)
    sites = points(pd.concat(pd.read_csv(folder / name) for name in inputs["sites"]), crs)
    sites = sites[sites["status"].fillna("existing") == "existing"].reset_index(drop=True)
    sites = gpd.sjoin_nearest(sites, communes[["full_name", "geometry"]])
    sites = sites[~sites.index.duplicated()]
    words = {"Phường": "urban", "Thị": "suburban"}
    kind = sites["full_name"].str.split().str[0].map(words).fillna("rural")
    radius = scenario["coverage"]["radius_m"]
    for technology in scenario["coverage"]["technologies"]:
        chosen = sites["technology"] == technology
        served = sites[chosen].copy()
        served["geometry"] = served.buffer(kind[chosen].map(radius[technology]), quad_segs=32)
        hit = gpd.sjoin(hamlets, served[["geometry"]], predicate="within").index.unique()
        print(f"{technology}: {len(hamlets) - len(hit)} white hamlets")
        by_operator = served.dissolve("operator")
        union = gpd.GeoDataFrame(geometry=[by_operator.union_all()], crs=crs)
        inside = gpd.overlay(communes[["geometry"]], union)
        share = inside.area.sum() / communes.area.sum()
        print(f"{technology}: {share:.4f} of the area")


def points(frame: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Make points of longitude and latitude, in a metric CRS."""
    where = gpd.points_from_xy(frame["longitude"], frame["latitude"], crs="EPSG:4326")
    return gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=where).to_crs(crs)


if __name__ == "__main__":
    main()
