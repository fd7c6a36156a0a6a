"""All indicators of a run, from coverage and the sharing ledger, at every level.

Each family of facts stands in its own module; this one only gathers them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.admin.units import former_version
from geoplan.coverage import area
from geoplan.coverage.hamlets import COVERED, DEAD_SPOT
from geoplan.indicators import former, ground, network, rollup, settlement
from geoplan.indicators.rollup import Fact

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.coverage.places import PlaceService
    from geoplan.indicators.network import Network
    from geoplan.results import AreaService, Inputs
    from geoplan.scenario import Scenario


def compute_indicators(
    inputs: Inputs,
    scenario: Scenario,
    cover: Coverage,
    service: AreaService,
    places: PlaceService,
    net: Network,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Make the indicator table, and the totals that are printed.

    Parameters
    ----------
    service
        Operators by grid cell.
    places
        Operators by place.
    net
        The sharing ledger, ready to be counted.

    Returns
    -------
    The table of ``tables.INDICATORS_OUT``, unsorted, and both totals of people (``hamlets`` and
    ``raster``; None where there is no raster).
    """
    n = len(inputs.communes)
    rows = {code: row for row, code in enumerate(inputs.communes["commune_code"])}
    commune = cover.hamlets["commune_code"].map(rows).fillna(-1).to_numpy(np.int64)
    commune_m2 = geodesy.areas_m2(inputs.communes.geometry)
    kinds = inputs.places["class"].to_numpy(object)
    service = replace(service, bits=ground.with_mbb(service.bits, cover.mbb))
    by_hamlets = list(settlement.people_facts(cover, commune, n))
    raster = _raster(inputs, scenario, cover)
    by_raster = list(_raster_facts(cover, inputs, raster, n))
    facts = [
        *settlement.hamlet_facts(cover, commune, n),
        *(by_raster or by_hamlets),
        *(fact for fact in by_hamlets if by_raster and fact.indicator == "PEOPLE"),
        *settlement.fibre_facts(cover, commune, n),
        *network.network_facts(net),
        *ground.area_facts(cover, service, commune_m2),
        *ground.place_facts(cover, places, kinds, n),
        *_commune_facts(cover, commune, n),
    ]
    levels = rollup.levels(
        inputs.communes, scenario.name, inputs.unit_version.stamp, _former_stamp(inputs)
    )
    frames = [rollup.roll_up(facts, levels, as_of=scenario.day)]
    frames += former.former_indicators(inputs, scenario, cover, places, net, facts)
    province = replace(levels[0], member=np.zeros(1, np.int64))
    distances = ground.radius_facts(cover, places, kinds, commune_m2)
    frames.append(rollup.roll_up(distances, [province], as_of=scenario.day))
    frames += _zones(inputs, scenario, cover, service, raster)
    totals = {
        "hamlets": _people_totals(by_hamlets),
        "raster": _people_totals(by_raster) if by_raster else None,
    }
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True), totals


def _former_stamp(inputs: Inputs) -> str:
    if inputs.former is not None:
        return inputs.former.version.stamp
    return former_version(inputs.unit_version).stamp


def _commune_facts(cover: Coverage, commune: NDArray[np.int64], n: int) -> Iterator[Fact]:
    """Give the communes with one hamlet or more that is not white."""
    communes = np.append(np.ones(n), 0.0)
    for technology in cover.names:
        for operator, mask in settlement.who(cover):
            status = cover.status(technology, mask)
            reached = np.isin(status, (DEAD_SPOT, COVERED)).astype(np.float64)
            has = (rollup.by_commune(commune, n, reached) > 0).astype(float) * communes
            yield Fact("COMMUNE_SERVED_HAMLET", operator, technology, has, communes)


class _RasterService:
    """Operators by cell of the population raster, and the commune of each cell."""

    def __init__(self, inputs: Inputs, cover: Coverage) -> None:
        assert inputs.population is not None
        self.population = inputs.population
        grid = inputs.population.grid
        stamped = area.stamp_service(grid, cover.cells, cover.computed)
        self.bits = ground.with_mbb(cover.declarations.over_grid(stamped, grid), cover.mbb)
        rows = np.arange(len(inputs.communes), dtype=np.int32)[::-1]
        self.commune = area.burn(inputs.communes.geometry.to_numpy()[::-1], grid, rows, -1)


def _raster(inputs: Inputs, scenario: Scenario, cover: Coverage) -> _RasterService | None:
    return None if inputs.population is None else _RasterService(inputs, cover)


def _raster_facts(
    cover: Coverage, inputs: Inputs, raster: _RasterService | None, n: int
) -> Iterator[Fact]:
    if raster is not None:
        yield from ground.raster_facts(cover, raster.population, raster.commune, raster.bits, n)


def _zones(
    inputs: Inputs,
    scenario: Scenario,
    cover: Coverage,
    service: AreaService,
    raster: _RasterService | None,
) -> list[pd.DataFrame]:
    """Give people and area served inside each class of zones."""
    frames = []
    cells = area.cell_areas(service.grid) / 1e6
    for kind, shapes in ground.zone_units(inputs.zones):
        if raster is None:
            inside = ground.points_in(shapes, cover.demand.longitude, cover.demand.latitude)
            facts = list(ground.zone_people_facts(cover, inside))
        else:
            people = raster.population.values.astype(np.float64)
            facts = list(
                ground.zone_grid_facts(
                    "POP_SERVED", cover, raster.population.grid, raster.bits, people, shapes
                )
            )
        facts += ground.zone_grid_facts(
            "AREA_SERVED", cover, service.grid, service.bits, cells, shapes
        )
        frames.append(rollup.roll_up(facts, [ground.zone_level(kind)], as_of=scenario.day))
    return frames


def _people_totals(facts: list[Fact]) -> dict[str, float | None]:
    """Give the people in all, and those served by any operator; None where nobody knows."""
    totals: dict[str, float | None] = {}
    for fact in facts:
        if fact.indicator == "POP_SERVED" and not fact.operator and fact.denominator is not None:
            unknown = fact.known is not None and not fact.known.any()
            doubt = 0.0 if fact.doubt is None else float(fact.doubt.sum())
            everybody = round(float(fact.denominator.sum()) + doubt, 3)
            totals["all"] = None if unknown else everybody
            totals[fact.technology] = None if unknown else round(float(fact.numerator.sum()), 3)
    return totals


def commune_sheet(
    inputs: Inputs, indicators: pd.DataFrame, technologies: tuple[str, ...]
) -> pd.DataFrame:
    """Make the wide commune table out of the indicators at commune level."""
    communes = inputs.communes
    sheet = communes[["commune_code", "name", "full_name", "environment"]].copy()
    sheet = pd.DataFrame(sheet)
    sheet["area_km2"] = geodesy.areas_m2(communes.geometry) / 1e6
    rows = indicators[(indicators["level"] == "commune") & (indicators["place_class"] == "")]
    rows = rows[rows["operator"] == ""]
    wanted = {
        "population": ("PEOPLE", "", "numerator"),
        "hamlets": ("HAMLETS", "", "numerator"),
        "hamlets_unknown": ("HAMLETS_UNKNOWN", "", "numerator"),
        "positions": ("POSITIONS", "", "numerator"),
        "shared_positions": ("SHARED_POSITIONS", "", "numerator"),
        "installations": ("INSTALLATIONS", "", "numerator"),
        "stations": ("STATIONS", "", "numerator"),
    }
    for technology in ("MBB", *technologies):
        name = technology.lower()
        wanted[f"white_{name}"] = ("HAMLETS_WHITE", technology, "numerator")
        wanted[f"dead_spot_{name}"] = ("HAMLETS_DEAD_SPOT", technology, "numerator")
        wanted[f"covered_{name}"] = ("HAMLETS_COVERED", technology, "numerator")
        if technology != "MBB":
            wanted[f"served_people_{name}"] = ("POP_SERVED", technology, "numerator")
            wanted[f"area_served_{name}"] = ("AREA_SERVED", technology, "value")
    for column, (indicator, technology, part) in wanted.items():
        found = rows[(rows["indicator"] == indicator) & (rows["technology"] == technology)]
        values = found.set_index("unit_id")[part]
        sheet[column] = sheet["commune_code"].map(values).astype("float64")
    return sheet
