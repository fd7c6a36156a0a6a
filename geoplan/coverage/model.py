"""From accepted inputs to who serves what: the radius model, and what speaks before it.

Tables for people are made of it in ``coverage.sheets``; figures in ``indicators``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.admin import commune_of_points
from geoplan.coverage import (
    build,
    environment,
    evidence,
    hamlets,
    measured,
    radio,
    samples,
    service,
)
from geoplan.coverage.build import Cells
from geoplan.coverage.demand import build_demand, fill_population
from geoplan.coverage.evidence import Declarations
from geoplan.coverage.hamlets import HamletFrame
from geoplan.faults import Faults
from geoplan.propagation.corrections import NOTHING
from geoplan.units import MBB, OPERATORS, RADIUS_MARGIN

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.propagation.calibration import Calibration
    from geoplan.rasters import Raster
    from geoplan.reach import Reach
    from geoplan.results import Demand, Evidence, Inputs
    from geoplan.scenario import Scenario

Bits = NDArray[np.uint8]


@dataclass(frozen=True)
class Coverage:
    """Who serves what, at three scales of the radius: 1, and both ends of its margin of error.

    ``technologies`` are those of the scenario, ``computed`` also those that only make MBB.
    ``served[scale][technology]`` and ``sampled[scale][technology]`` hold operator bits of the
    demand points and of the sample points inside polygon hamlets, with what ``declarations`` and
    field checks say laid over the model; ``spoken`` keeps the sources apart.
    """

    operators: tuple[str, ...]
    technologies: tuple[str, ...]
    computed: tuple[str, ...]
    mbb: tuple[str, ...]
    hamlets: pd.DataFrame
    air: pd.DataFrame
    cells: Cells
    demand: Demand
    reach: Reach
    frame: HamletFrame
    sample_longitude: NDArray[np.float64]
    sample_latitude: NDArray[np.float64]
    counts: NDArray[np.uint16]
    served: dict[float, dict[str, Bits]]
    sampled: dict[float, dict[str, Bits]]
    warnings: Faults
    declarations: Declarations
    spoken: Evidence | None
    error_db: float
    """Standard deviation of a level model's error. [dB]"""
    ether: radio.Surrounded
    """What level models need besides the rows of sites."""
    told: Calibration | None
    """What measurements say; None where there are none."""

    def testing(self) -> dict[str, NDArray[Any]]:
        """Give what the two-step test needs besides the demand, as arrays by name.

        ``cluster_counts``, ``sample_hamlet, sample_weight, sample_longitude, sample_latitude``,
        the cells that serve each demand point and sample (``counts, sample_counts``),
        and ``sample_known_4G, sample_served_4G`` … where operators declare coverage.
        """
        found = {
            "cluster_counts": self.frame.cluster_counts,
            "sample_hamlet": self.frame.sample_hamlet,
            "sample_weight": self.frame.sample_weight,
            "sample_longitude": self.sample_longitude,
            "sample_latitude": self.sample_latitude,
            "counts": self.counts,
            "sample_counts": self._sample_counts(),
        }
        for name in self.computed:
            known = self.declarations.declaring(name)
            if known:
                at = self.declarations.at(name, self.sample_longitude, self.sample_latitude)
                found[f"sample_known_{name}"] = np.full(len(at), known, np.uint8)
                found[f"sample_served_{name}"] = at & np.uint8(known)
        return found

    def _sample_counts(self) -> NDArray[np.uint16]:
        """Count the cells that serve each sample, as ``counts`` does for the demand."""
        sizes = len(self.operators), len(self.computed)
        if not len(self.cells) or not len(self.sample_longitude):
            return np.zeros((*sizes, len(self.sample_longitude)), np.uint16)
        spots = self.sample_longitude, self.sample_latitude
        return service.count_at(self.cells, *spots, *sizes)

    @property
    def every(self) -> int:
        """The bits of all operators."""
        return (1 << len(self.operators)) - 1

    @property
    def names(self) -> tuple[str, ...]:
        """The technologies of the scenario, then MBB."""
        return (*self.technologies, MBB)

    def bits(self, scale: float) -> dict[str, Bits]:
        """Give who serves the demand at any scale of the radius up to 1.25."""
        if scale in self.served:
            return self.served[scale]
        bits = service.service_bits(
            self.reach, self.cells, self.operators, self.computed, self.mbb, scale=scale
        )
        return evidence.over_demand(bits, self.spoken, self.mbb)

    def status(self, technology: str, mask: int, scale: float = 1.0) -> NDArray[np.int8]:
        """Give the status of every hamlet for the operators of a bit mask."""
        served = (self.served[scale][technology] & mask) != 0
        sampled = (self.sampled[scale][technology] & mask) != 0
        return hamlets.status(self.frame, served, sampled)


def known_operators(inputs: Inputs, scenario: Scenario) -> tuple[str, ...]:
    """Give the operators in the files and in ``siting.operators``, in their usual order."""
    found = {str(name) for name in inputs.sites["operator"].unique()}
    found |= set(scenario.siting.operators or ())
    found |= {one.operator for one in inputs.declared}
    if inputs.field_checks is not None:
        found |= set(inputs.field_checks["operator"].unique())
    usual = [name for name in OPERATORS if name in found]
    return (*usual, *sorted(found - set(usual)))


def known_technologies(inputs: Inputs, scenario: Scenario) -> tuple[str, ...]:
    """Give the technologies of the scenario: as it names them, else 4G and 5G as found."""
    if scenario.coverage.technologies is not None:
        return tuple(scenario.coverage.technologies)
    found = set(inputs.sites["technology"].unique())
    return tuple(name for name in ("4G", "5G") if name in found) or ("4G", "5G")


def assess_coverage(inputs: Inputs, scenario: Scenario) -> Coverage:
    """Tell who is served, from accepted inputs and a scenario whose ``as_of`` is set."""
    warnings = Faults()
    rules = scenario.coverage
    operators = known_operators(inputs, scenario)
    technologies = known_technologies(inputs, scenario)
    computed = (*technologies, *(name for name in rules.mbb if name not in technologies))
    people = fill_population(inputs.hamlets)
    demand = build_demand(people, inputs.clusters)
    air = on_air_cells(inputs, scenario, demand, warnings)
    told = measured.calibration_of(inputs, scenario, air)
    ether = radio.Surrounded(inputs.relief, inputs.antennas, told.corrections if told else {})
    cells = cells_of(air, operators, computed, ether, scenario)
    reach = service.reach_of(cells, demand)
    owner, lon, lat, weight = _polygon_samples(inputs, scenario)
    frame = hamlets.hamlet_frame(
        people,
        inputs.clusters,
        demand,
        min_cluster_households=rules.min_cluster_households,
        min_share=rules.min_share,
        sample_hamlet=owner,
        sample_weight=weight,
    )
    counts = service.count_servers(reach, cells, len(operators), len(computed))
    served = {1.0: service.operator_bits(counts, computed, rules.mbb)}
    error_db = measured.error_db(scenario, told)
    scales = scales_of(scenario, error_db)
    for scale in scales[1:]:
        served[scale] = service.service_bits(
            reach, cells, operators, computed, rules.mbb, scale=scale
        )
    declarations = Declarations(inputs.declared, operators, computed)
    spoken = evidence.gather(
        inputs,
        demand,
        declarations,
        served[1.0],
        operators,
        computed,
        weak_counts=rules.weak_counts,
        warnings=warnings,
    )
    served = {
        scale: evidence.over_demand(bits, spoken, rules.mbb) for scale, bits in served.items()
    }
    sampled = {}
    for scale in scales:
        bits = service.bits_at(cells, lon, lat, operators, computed, rules.mbb, scale=scale)
        sampled[scale] = declarations.over_points(bits, lon, lat, rules.mbb)
    _warn(inputs, scenario, people, air, operators, warnings)
    _warn_of_levels(scenario, ether, error_db, warnings)
    for words in radio.beyond(cells.radio) if cells.radio is not None else ():
        warnings.add("extrapolated", value=words)
    return Coverage(
        operators,
        technologies,
        computed,
        tuple(rules.mbb),
        people,
        air,
        cells,
        demand,
        reach,
        frame,
        lon,
        lat,
        counts,
        served,
        sampled,
        warnings,
        declarations,
        spoken,
        error_db,
        ether,
        told,
    )


def scales_of(scenario: Scenario, error_db: float) -> tuple[float, ...]:
    """Give 1, and the factors on the radius between which counts are uncertain.

    Of the radius model these are 0.9 and 1.1; of level models what the model's standard
    deviation makes of the radius (PRODUCT.md §5).
    """
    if scenario.coverage.model == "radius":
        return (1.0, 1.0 - RADIUS_MARGIN, 1.0 + RADIUS_MARGIN)
    return (1.0, radio.scale_of_db(-error_db), radio.scale_of_db(error_db))


def cells_of(
    rows: pd.DataFrame,
    operators: tuple[str, ...],
    technologies: tuple[str, ...],
    ether: radio.Ether,
    scenario: Scenario,
) -> Cells:
    """Turn rows on air into cells that serve as ``coverage.model`` of the scenario tells.

    Parameters
    ----------
    rows
        With ``radius_m`` and ``environment``; other technologies are left out.
    operators, technologies
        Names in the order of their indices.
    ether
        What waves meet, antennas, and what measurements say.
    """
    rules = scenario.coverage
    cells = build.cell_arrays(rows, operators, technologies, rules.sector_width_deg)
    if rules.model == "radius":
        return cells
    rows = rows[rows["technology"].isin(technologies)]
    return radio.levelled(cells, rows, scenario, ether)


def on_air_cells(
    inputs: Inputs, scenario: Scenario, demand: Demand, warnings: Faults
) -> pd.DataFrame:
    """Give the rows on air with their environment, radius and whether a commune counts them."""
    order = ["operator", "installation_key", "technology", "frequency_mhz", "azimuth_deg"]
    air = inputs.sites[build.on_air(inputs.sites, scenario.day)]
    air = air.sort_values([*order, "longitude", "latitude"], kind="stable", na_position="first")
    air = air.reset_index(drop=True)
    air["counted"] = air["commune_code"] != ""
    air["environment"] = _environments(inputs, scenario, demand, air, warnings)
    air["radius_m"] = environment.radii_m(
        air["technology"], air["frequency_mhz"], air["environment"].to_numpy("U8"), scenario
    )
    return air


class Surroundings(Protocol):
    """What tells the environment of a place: communes, and a population raster or none."""

    @property
    def communes(self) -> gpd.GeoDataFrame:
        """Polygons with ``full_name, name, environment``."""

    @property
    def population(self) -> Raster | None:
        """People per cell."""


def environment_at(
    inputs: Surroundings,
    scenario: Scenario,
    demand: Demand,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
) -> NDArray[np.str_]:
    """Give the environment of places, as the scenario tells it; blank where nothing tells."""
    rules = scenario.coverage
    if rules.environment_from == "density":
        lon, lat, people = _people_points(inputs, demand)
        return environment.by_density(
            longitude,
            latitude,
            lon,
            lat,
            people,
            urban_people_km2=rules.urban_people_km2,
            suburban_people_km2=rules.suburban_people_km2,
        )
    if rules.environment_from == "type":
        by_commune = environment.by_type(inputs.communes)
    else:
        by_commune = inputs.communes["environment"].to_numpy("U8")
    row, _ = commune_of_points(inputs.communes, longitude, latitude)
    return np.where(row >= 0, by_commune[row], "").astype("U8")


def _environments(
    inputs: Inputs, scenario: Scenario, demand: Demand, air: pd.DataFrame, warnings: Faults
) -> NDArray[np.str_]:
    """Give the environment of each cell; rural where nothing tells, with a warning."""
    places, back = np.unique(
        air[["longitude", "latitude"]].to_numpy(np.float64), axis=0, return_inverse=True
    )
    found = environment_at(inputs, scenario, demand, places[:, 0], places[:, 1])
    if (found == "").any():
        warnings.add(
            "environment_missing",
            file=scenario.inputs.communes.path,
            value=int((found == "").sum()),
            used="rural",
        )
    return np.where(found == "", "rural", found)[back.ravel()]


def _people_points(inputs: Surroundings, demand: Demand) -> tuple[NDArray[np.float64], ...]:
    """Give where people live: the raster's cells where there is one, else demand points."""
    from geoplan import geodesy

    raster = inputs.population
    if raster is None:
        weighs = demand.weighs
        return demand.longitude[weighs], demand.latitude[weighs], demand.people[weighs]
    rows, columns = np.nonzero(raster.values > 0)
    x, y = raster.grid.centres_x()[columns], raster.grid.centres_y()[rows]
    lon, lat = geodesy.to_wgs84(x, y, raster.grid.crs)
    return lon, lat, raster.values[rows, columns].astype(np.float64)


def _polygon_samples(
    inputs: Inputs, scenario: Scenario
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sample the hamlets that are polygons without clusters; the owner is the hamlet's row."""
    has_clusters = inputs.hamlets["hamlet_id"].isin(inputs.clusters["hamlet_id"]).to_numpy()
    is_polygon = inputs.hamlets.geometry.notna().to_numpy()
    rows = np.flatnonzero(is_polygon & ~has_clusters).astype(np.int32)
    polygons = inputs.hamlets.geometry.to_numpy()[rows]
    owner, lon, lat, weight = samples.sample_polygons(
        polygons, scenario.coverage.cell_m, inputs.population
    )
    return rows[owner], lon, lat, weight


def _warn_of_levels(
    scenario: Scenario, ether: radio.Surrounded, error_db: float, warnings: Faults
) -> None:
    """Say what a level model does not know."""
    model = scenario.coverage.model
    if model == "radius":
        return
    if ether.relief is None or model not in radio.OVER_TERRAIN:
        warnings.add("no_terrain", model=model)
    if all(one == NOTHING for one in ether.corrections.values()):
        warnings.add("not_calibrated", sigma=f"{error_db:.1f}")


def _warn(
    inputs: Inputs,
    scenario: Scenario,
    people: pd.DataFrame,
    air: pd.DataFrame,
    operators: tuple[str, ...],
    warnings: Faults,
) -> None:
    if air.empty:
        warnings.add("no_sites", as_of=scenario.day.isoformat())
    if inputs.clusters.empty:
        warnings.add("no_clusters")
    unknown = int(people["population"].isna().sum())
    if unknown:
        warnings.add("population_missing", file=scenario.inputs.hamlets.path, count=unknown)
    present = set(inputs.sites["operator"].unique())
    for operator in operators:
        if operator not in present:
            warnings.add("no_operator", operator=operator)
