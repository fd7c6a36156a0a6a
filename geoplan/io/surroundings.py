"""What a new mast would stand among: terrain, roads, power, fibre, zones that keep it out.

Each is read by its own module; what they mean for a candidate is left to ``siting``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.faults import Faults
from geoplan.io import drawn, relief, roads, terrain
from geoplan.io.readers import Source
from geoplan.units import OUTSIDE_LIMIT_M

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geoplan.rasters import Raster, Relief
    from geoplan.results import InputFile, Roads
    from geoplan.scenario import Scenario


_AROUND_M: Final = OUTSIDE_LIMIT_M + 1000.0
"""How far beyond the communes terrain is read: there sites may stand. [m]"""


@dataclass(frozen=True)
class Around:
    """What was read; None where the scenario names no file."""

    terrain: Raster | None = None
    roads: Roads | None = None
    power_lines: NDArray[np.object_] | None = None
    fibre_lines: NDArray[np.object_] | None = None
    files: tuple[InputFile, ...] = ()


def read(
    scenario: Scenario,
    communes: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    faults: Faults,
    warnings: Faults,
) -> Around:
    """Read what the scenario names of it; a missing file or an unknown class of zones is a fault.

    Parameters
    ----------
    communes
        The area; without communes there is nothing to be near, and nothing is read.
    zones
        Accepted zones; the scenario may keep new builds out of some classes of them.
    """
    if not faults:
        _check_classes(scenario.siting.exclude_zones, zones["class"], faults)
    found: dict[str, Any] = {}
    files: list[InputFile] = []
    ground = _ground(scenario, communes, faults, warnings)
    if ground is not None:
        found["terrain"] = ground[0]
        files += ground[1]
    for role in drawn.ROLES:
        given = getattr(scenario.inputs, role)
        if given is None:
            continue
        source = Source(drawn.table_of(role), given, scenario.folder / given.path)
        if not source.path.is_file():
            faults.add("missing_file", file=source.name, column=f"inputs.{role}")
        elif len(communes):
            one = _one(source, role, tuple(communes.total_bounds), faults, warnings)
            if one is not None:
                found[role] = one[0]
                files.append(one[1])
    return Around(**found, files=tuple(files))


def _one(
    source: Source, role: str, bounds: tuple[float, ...], faults: Faults, warnings: Faults
) -> tuple[Any, InputFile] | None:
    box = drawn.box_around(bounds)
    if role == "roads":
        return roads.read(source, box, faults, warnings)
    return drawn.lines_of(source, box, faults, warnings)


def _ground(
    scenario: Scenario, communes: gpd.GeoDataFrame, faults: Faults, warnings: Faults
) -> tuple[Raster | None, tuple[InputFile, ...]] | None:
    """Open what the scenario names of terrain and land cover, and read where high points are."""
    named = scenario.inputs
    if not (named.terrain or named.land_cover or named.clutter):
        return None
    opened = relief.check(scenario, faults, warnings)
    if opened is None or not len(communes):
        return None
    bounds = tuple(communes.total_bounds)
    crs = scenario.planning_crs or geodesy.planning_crs(bounds)
    heights = terrain.read(opened.terrain, bounds, crs, faults)
    return None if heights is None else (heights, opened.files(scenario))


def over_terrain(
    scenario: Scenario,
    communes: gpd.GeoDataFrame,
    sites: pd.DataFrame,
    faults: Faults,
    warnings: Faults,
) -> Relief | None:
    """Read what radio waves meet, where the model of coverage looks at it.

    The relief reaches as far beyond the communes as sites are taken into account; it must be
    known around ``sites`` (longitude, latitude).
    """
    model = scenario.coverage.model
    if model == "p1812" and not scenario.inputs.terrain:
        faults.add("missing_key", column="inputs.terrain")
    if model not in ("p1812", "auto") or faults or not len(communes):
        return None
    west, south, east, north = communes.total_bounds
    up = _AROUND_M / 110_500.0
    side = up / max(float(np.cos(np.radians(max(abs(south), abs(north))))), 0.01)
    bounds = (west - side, south - up, east + side, north + up)
    told = Faults()
    crs = scenario.planning_crs or geodesy.planning_crs((west, south, east, north))
    places = sites["longitude"].to_numpy(np.float64), sites["latitude"].to_numpy(np.float64)
    found = relief.read_relief(
        scenario,
        bounds,
        scenario.coverage.profile_m,
        faults,
        told,
        crs=crs,
        sites=places if len(sites) else None,
    )
    # The files were opened before, for high points, and then told of themselves.
    warnings.extend(one for one in told if one not in tuple(warnings))
    return found


def _check_classes(wanted: Iterable[str], classes: Iterable[str], faults: Faults) -> None:
    known = sorted(set(classes))
    for name in wanted:
        if name not in known:
            told = ", ".join(known) or "–"
            faults.add("unknown_zone_class", column="siting.exclude_zones", value=name, known=told)
