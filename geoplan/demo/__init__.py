"""The sample province: a plausible province that does not exist, the same for the same seed.

Tests, the first run of anybody and pictures use it; it reads nothing and knows no real data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd

    from geoplan.demo.geography import Floats, Land
    from geoplan.demo.settlement import Settlement

__all__ = ["DEFAULT_SEED", "Sample", "generate", "write_repository", "write_sample"]

DEFAULT_SEED: Final = 2025

_HAMLET_COLUMNS: Final = (
    *("hamlet_id", "name", "kind", "commune_code", "longitude", "latitude", "population"),
    *("households", "has_grid_power", "special_difficulty", "border", "island", "has_fibre"),
    "centre_kind",
)
_CLUSTER_COLUMNS: Final = ("cluster_id", "hamlet_id", "name", "households", "longitude", "latitude")
_PLACE_COLUMNS: Final = ("place_id", "name", "class", "longitude", "latitude")


@dataclass(frozen=True)
class Sample:
    """The tables of the province as they are written; geometry in EPSG:4326, 6 decimals.

    ``communes``, ``zones`` and ``river`` are GeoDataFrames; ``sites`` holds the rows of all four
    operators. What a list does not know is missing (None or NaN).
    """

    seed: int
    scale: float
    communes: gpd.GeoDataFrame
    river: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    hamlets: pd.DataFrame
    clusters: pd.DataFrame
    places: pd.DataFrame
    sites: pd.DataFrame
    structures: pd.DataFrame
    proposed: pd.DataFrame
    reported: pd.DataFrame


def generate(*, seed: int = DEFAULT_SEED, scale: float = 1.0) -> Sample:
    """Make the province.

    Parameters
    ----------
    seed
        Another seed is another province.
    scale
        Multiplies communes, hamlets and cells (77, 1,500 and about 2,500 at 1) and the area.

    Raises
    ------
    ValueError
        ``scale`` is not a positive number up to 60.
    """
    import pandas as pd

    from geoplan.demo import cells, geography, network, settlement

    if not 0 < scale <= 60:
        raise ValueError(f"scale must be more than 0 and at most 60, not {scale}")
    land = geography.make_land(_generator(seed, 1), scale=scale)
    settled = settlement.settle(_generator(seed, 2), land, scale=scale)
    masts, white = network.build(_generator(seed, 3), land, settled, scale=scale)
    points = settled.hamlets[["x", "y"]].to_numpy()
    holes = points[white]
    titles = geography.commune_names(land, _generator(seed, 4))
    places = settlement.make_places(_generator(seed, 5), land, settled, [t[0] for t in titles])
    rng = _generator(seed, 6)
    sites = [
        cells.make_sites(rng, masts),
        cells.make_retired(rng, masts, holes, scale=scale),
        cells.make_planned(rng, land, masts, holes, scale=scale),
    ]
    hamlets, clusters = settlement.forget(_generator(seed, 7), settled)
    zones = settlement.make_zones(_generator(seed, 8), land, settled, places)
    rng = _generator(seed, 9)
    return Sample(
        seed=seed,
        scale=scale,
        communes=_communes(land, settled, titles),
        river=_river(land),
        zones=_zones(zones),
        hamlets=hamlets[list(_HAMLET_COLUMNS)],
        clusters=clusters[list(_CLUSTER_COLUMNS)],
        places=places[list(_PLACE_COLUMNS)],
        sites=pd.concat([table.astype(object) for table in sites], ignore_index=True),
        structures=network.make_structures(rng, land, holes, points, scale=scale),
        proposed=cells.make_proposed(rng, land, masts, holes, scale=scale),
        reported=_reported(len(hamlets)),
    )


def write_sample(directory: Path, *, seed: int = DEFAULT_SEED, scale: float = 1.0) -> Path:
    """Write the province with its scenario into a folder; give the path of ``scenario.toml``."""
    from geoplan.demo.scenario import scenario_text

    _write_data(directory, generate(seed=seed, scale=scale))
    path = directory / "scenario.toml"
    path.write_text(scenario_text(), encoding="utf-8", newline="\n")
    return path


def write_repository(root: Path) -> None:
    """Write ``data/`` and ``scenarios/sample.toml`` of the repository."""
    from geoplan.demo.scenario import scenario_text

    _write_data(root / "data", generate())
    (root / "scenarios").mkdir(exist_ok=True)
    text = scenario_text(data="../data/")
    (root / "scenarios" / "sample.toml").write_text(text, encoding="utf-8", newline="\n")


def _write_data(folder: Path, sample: Sample) -> None:
    from geoplan.demo import cells
    from geoplan.demo.files import write_csv, write_geojson
    from geoplan.demo.scenario import OPERATOR_FILES, source_text

    boundaries, sites = folder / "boundaries", folder / "sites"
    for path in (boundaries, sites):
        path.mkdir(parents=True, exist_ok=True)
    write_geojson(boundaries / "communes.geojson", sample.communes)
    write_geojson(boundaries / "river.geojson", sample.river)
    write_geojson(boundaries / "zones.geojson", sample.zones)
    for name in ("hamlets", "clusters", "places"):
        table = getattr(sample, name)
        write_csv(boundaries / f"{name}.csv", table, list(table.columns))
    for operator, file in OPERATOR_FILES.items():
        own = sample.sites[sample.sites["operator"] == operator]
        write_csv(sites / file, own, cells.COLUMNS)
    write_csv(sites / "structures.csv", sample.structures, list(sample.structures.columns))
    write_csv(sites / "proposed.csv", sample.proposed, cells.COLUMNS)
    write_csv(folder / "reported.csv", sample.reported, list(sample.reported.columns))
    text = source_text(seed=sample.seed, scale=sample.scale)
    (folder / "SOURCE.md").write_text(text, encoding="utf-8", newline="\n")


def _generator(seed: int, part: int) -> np.random.Generator:
    """Give each part its own stream, so that a change in one leaves the others as they were."""
    import numpy as np

    return np.random.Generator(np.random.PCG64([seed, part]))


def _frame(columns: dict[str, Any], shapes: list[Any]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _communes(land: Land, settled: Settlement, titles: list[tuple[str, str]]) -> gpd.GeoDataFrame:
    import shapely

    from geoplan.demo import geography, names

    north = land.centres[:, 1] > land.size[1] * 0.45
    near = [((land.towns - centre) ** 2).sum(axis=1).argmin() for centre in land.centres]
    return _frame(
        {
            "commune_code": settled.codes,
            "name": [title[0] for title in titles],
            "full_name": [title[1] for title in titles],
            "old_district": [f"Huyện Mẫu {i + 1} cũ (hư cấu)" for i in near],
            "old_province": [names.OLD_PROVINCES[0 if n else 1] for n in north],
            "province_code": [names.PROVINCE_CODE] * len(titles),
            "province_name": [names.PROVINCE] * len(titles),
            "area_group": [geography.AREA_GROUPS[group] for group in land.groups],
            "environment": ["urban" if ward else "rural" for ward in land.is_ward],
            "population": settled.commune_people,
        },
        list(shapely.transform(land.polygons, geography.to_degrees)),
    )


def _river(land: Land) -> gpd.GeoDataFrame:
    import shapely

    from geoplan.demo import geography

    line = shapely.LineString(geography.to_degrees(land.river))
    return _frame({"river_id": ["S1"], "name": ["Sông Mẫu (hư cấu)"]}, [line])


def _zones(zones: list[tuple[str, str, Floats]]) -> gpd.GeoDataFrame:
    import shapely

    from geoplan.demo import geography

    columns = {
        "zone_id": [f"V{i + 1:03d}" for i in range(len(zones))],
        "name": [name for _, name, _ in zones],
        "class": [zone_class for zone_class, _, _ in zones],
    }
    return _frame(columns, [shapely.Polygon(geography.to_degrees(ring)) for *_, ring in zones])


def _reported(n_hamlets: int) -> pd.DataFrame:
    import pandas as pd

    from geoplan.demo import names

    columns = ("target_id", "indicator", "value", "numerator", "denominator", "technology")
    rows = [
        (None, "SPEED_MEAN", 43.5, None, None, "4G"),
        (None, "SPEED_MEAN", 212.4, None, None, "5G"),
        (None, "SHARE_POLE", None, 812, 1150, None),
        (None, "SHARE_DUCT", None, 61, 184, None),
        ("QN-08", None, None, round(0.94 * n_hamlets), n_hamlets, None),
    ]
    table = pd.DataFrame(rows, columns=columns)
    mean = table["indicator"].map({"SPEED_MEAN": "mean"})
    table = table.assign(as_of="2025-12-31", unit_id=None, statistic=mean)
    return table.assign(source=names.INVENTED, document="Báo cáo mẫu (hư cấu)")
