"""Makes the covering model of a scenario: candidates, costs, limits, and what is to be won.

Where operators have budgets of their own, each candidate stands once for each group of operators
that could open it (a bundle), and a plan holds at most one of them. Solving is left to
``siting.goals``, laying out the plan to ``siting.propose``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.costs import Catalogue, SiteKind, access_cost_vnd, cost_vnd
from geoplan.faults import Faults, ScenarioError
from geoplan.siting.access import Ground
from geoplan.siting.bundles import bundle
from geoplan.siting.candidates import Candidates, CommuneOf, RadiusOf, find_candidates
from geoplan.siting.demand import Stakes, operator_mask, weigh
from geoplan.siting.incidence import ReachBy, incidence
from geoplan.siting.needs import Needs
from geoplan.siting.problem import Copies, Limit, Problem, build_problem, copy_demand
from geoplan.siting.sifting import sift
from geoplan.siting.wanted import Standing, wanted

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.results import Demand
    from geoplan.scenario import Scenario

Bits = NDArray[np.uint8]
Floats = NDArray[np.float64]
ServiceBits = Callable[[float], Bits]
"""Factor on every radius → operators that serve each demand point on the siting technology."""

LEAST_WORTH: Final = 0.001
"""What a gain that a target asks for is worth at least, so that no candidate for it is lost."""


@dataclass(frozen=True)
class Setting:
    """All that a plan is made of.

    Attributes
    ----------
    scenario
        Its ``siting`` and ``sharing`` rules.
    operators
        Names of the bits, in order.
    demand
        Demand points.
    positions, cells, structures
        As :func:`siting.candidates.find_candidates` takes them.
    service_bits
        Who serves the demand, by factor on every radius.
    radius_of, commune_of
        How far a site would serve, and the commune around a point.
    catalogue
        Costs.
    costs_file
        Name of the user's catalogue in faults.
    ground
        Roads, grid, fibre, terrain and forbidden zones, as far as they are known.
    standing
        How many people each unit and operator serves today, for targets.
    holes
        Total holes of the siting technology, as in the table ``holes``.
    reach_by
        What tells which demand a site reaches.
    """

    scenario: Scenario
    operators: tuple[str, ...]
    demand: Demand
    positions: pd.DataFrame
    cells: pd.DataFrame
    structures: pd.DataFrame
    service_bits: ServiceBits
    radius_of: RadiusOf
    commune_of: CommuneOf
    catalogue: Catalogue
    costs_file: str = ""
    ground: Ground = field(default_factory=Ground)
    standing: Standing = field(default_factory=Standing)
    holes: pd.DataFrame = field(default_factory=pd.DataFrame)
    reach_by: ReachBy = incidence


@dataclass(frozen=True)
class Model:
    """Candidates, what is at stake, the covering model made of them, and every cost.

    Attributes
    ----------
    sites
        Places that could be opened; ``candidates`` are these, or bundles of them.
    site_of
        Which site each candidate is of, shape (candidates,).
    candidates, cost_vnd
        What a plan chooses among, and the cost of each, NaN = not known. [VND]
    stakes
        Who could gain what, at all demand.
    problem
        The covering model, with its limits.
    needs
        What targets and floors ask for of the same copies.
    copies, points
        Of the problem: what each copy is of, and the number among all demand of each point.
    """

    sites: Candidates
    site_of: NDArray[np.int64]
    candidates: Candidates
    cost_vnd: Floats
    stakes: Stakes
    problem: Problem
    needs: Needs
    copies: Copies
    points: NDArray[np.int64]


def make_model(setting: Setting, scale: float = 1.0) -> Model:
    """Make the covering model with every radius, also of today's service, times a factor."""
    rules = setting.scenario.siting
    chosen = operator_mask(setting.operators, rules.operators)
    stakes = weigh(setting.demand, setting.service_bits(scale), chosen, rules)
    if rules.needs_operators:
        stakes = replace(stakes, more=max(stakes.more, LEAST_WORTH))
    if rules.needs_anybody:
        stakes = replace(stakes, first=max(stakes.first, LEAST_WORTH))
    sites, cost, reach, points = _sites(setting, stakes, scale)
    some = replace(stakes, people=stakes.people[points], bits=stakes.bits[points])
    site_of = np.arange(len(sites))
    candidates, clashes = sites, _spacing(setting, sites)
    if rules.operator_budgets_vnd:
        bundles = bundle(sites, least_on_new=rules.min_operators, chosen=chosen, clashes=clashes)
        site_of, clashes = bundles.site_of, bundles.clashes
        candidates = replace(sites.of(site_of), opened=bundles.opened)
        cost, reach = _costs(setting, candidates), reach[site_of]
    covers, copies = copy_demand(reach, candidates.opened, some)
    problem = build_problem(
        covers,
        copies.weight,
        candidates.is_existing,
        _limits(setting, candidates, cost),
        clashes=clashes,
        place=geodesy.ecef(candidates.longitude, candidates.latitude),
    )
    standing = setting.standing
    if scale != 1.0:
        before = setting.service_bits(1.0)
        standing = standing.changed(stakes.people, before, stakes.bits, setting.operators)
    needs = wanted(setting.scenario, setting.operators, standing, some, copies, points)
    return Model(sites, site_of, candidates, cost, stakes, problem, needs, copies, points)


def _sites(
    setting: Setting, stakes: Stakes, scale: float
) -> tuple[Candidates, Floats, csr_matrix, NDArray[np.int64]]:
    """Give the sites that stay, their costs, and the demand at stake that each reaches."""
    candidates = find_candidates(
        setting.scenario,
        operators=setting.operators,
        positions=setting.positions,
        cells=setting.cells,
        structures=setting.structures,
        demand=setting.demand,
        stakes=stakes,
        radius_of=lambda lon, lat: scale * np.asarray(setting.radius_of(lon, lat), np.float64),
        commune_of=setting.commune_of,
        ground=setting.ground,
        reach_by=setting.reach_by,
    )
    points = np.flatnonzero(stakes.worth > 0)
    longitude, latitude = setting.demand.longitude[points], setting.demand.latitude[points]
    reach = candidates.reach(longitude, latitude)
    some = replace(stakes, people=stakes.people[points], bits=stakes.bits[points])
    # Of bundles too: tenants of a dominated site pay no more if they join those of the better one.
    # Not with least distances: the better one may stand too near a third.
    sifted = sift(
        candidates,
        _costs(setting, candidates),
        reach,
        some,
        np.column_stack((longitude, latitude)),
        drop_dominated=setting.ground.permits is None,
    )
    return sifted.candidates, sifted.cost_vnd, sifted.reach, points


def _spacing(setting: Setting, sites: Candidates) -> csr_matrix | None:
    """Tell which new builds stand too near each other under the rules of the province."""
    permits = setting.ground.permits
    if permits is None:
        return None
    return permits.clashes(sites.longitude, sites.latitude, ~sites.is_existing)


def _limits(setting: Setting, candidates: Candidates, cost: Floats) -> list[Limit]:
    """Give the limits of the scenario; tenants pay equal parts of what they open together."""
    rules = setting.scenario.siting
    limits = []
    if rules.most_positions is not None:
        limits.append(Limit("positions", np.ones(len(candidates)), rules.most_positions))
    if rules.most_vnd is not None:
        limits.append(Limit("budget_vnd", cost, rules.most_vnd))
    for index, name in enumerate(setting.operators):
        if name in rules.operator_budgets_vnd:
            joins = (candidates.opened >> index & 1).astype(bool)
            tenants = np.maximum(np.bitwise_count(candidates.opened), 1)
            use = np.where(joins, cost / tenants, 0.0)
            limits.append(Limit(f"budget_vnd:{name}", use, rules.operator_budgets_vnd[name]))
    return limits + _implied(limits, candidates)


def _implied(limits: list[Limit], candidates: Candidates) -> list[Limit]:
    """Give limits on numbers of sites that those on operators' money imply, to tighten bounds.

    A budget pays for no more sites than times its least part fits into it; where every tenant
    has a budget, all sites together have no more tenants than those numbers.
    """
    tenants = np.asarray(np.bitwise_count(candidates.opened), np.float64)
    found, joins = [], np.zeros(len(candidates))
    for limit in limits:
        paying = limit.use > 0
        if ":" in limit.name and paying.any():
            most = np.floor(limit.most / limit.use[paying].min() * (1 + 1e-12))
            found.append(
                Limit(
                    limit.name.replace("budget_vnd", "sites"),
                    np.asarray(paying, np.float64),
                    float(most),
                )
            )
            joins += paying
    if found and (joins == tenants).all():
        most = float(sum(limit.most for limit in found))
        found.append(Limit("tenants:", tenants, most))
        # Half of them, rounded down on both sides, holds as well (Chvátal 1973).
        halves = np.asarray(np.bitwise_count(candidates.opened) // 2, np.float64)
        found.append(Limit("pairs:", halves, float(np.floor(most / 2))))
    return found


def _costs(setting: Setting, candidates: Candidates) -> NDArray[np.float64]:
    """Give the cost of every candidate, NaN where the catalogue lacks a part of it.

    Raises
    ------
    ScenarioError
        Money limits or ranks plans, and the catalogue lacks what a candidate needs.
    """
    catalogue, height = setting.catalogue, setting.scenario.siting.antenna_agl_m
    cost, missing = np.full(len(candidates), np.nan), set[str]()
    for index, opened in enumerate(candidates.opened):
        kind, host = site_kind(candidates, index), str(candidates.structure_kind[index])
        cost[index] = cost_vnd(
            catalogue,
            kind,
            n_operators=int(opened).bit_count(),
            structure_kind=host,
            height_m=height,
        )
        missing |= set(catalogue.missing(kind, structure_kind=host, height_m=height))
    cost += _access_costs(catalogue, candidates)
    if setting.scenario.siting.weighs_money:
        faults = Faults()
        for key in sorted(missing):
            faults.add("missing_key", file=setting.costs_file, column=key)
        faults.raise_if_any(ScenarioError)
    return cost


def _access_costs(catalogue: Catalogue, candidates: Candidates) -> NDArray[np.float64]:
    """Give what road, power and fibre cost each candidate, as far as layers tell."""
    access, total = candidates.access, np.zeros(len(candidates))
    lengths = {
        "track": access.road_m,
        "haul": access.route_m,
        "power": access.grid_power_m,
        "fibre": access.fibre_m,
    }
    kinds = np.array([site_kind(candidates, index) for index in range(len(candidates))], object)
    for kind in ("structure", "new"):
        total = np.where(kinds == kind, access_cost_vnd(catalogue, kind, lengths), total)
    return total


def site_kind(candidates: Candidates, index: int) -> SiteKind:
    """Tell what a candidate is built on, as the cost catalogue names it."""
    if not candidates.is_existing[index]:
        return "new"
    return "position" if candidates.position_id[index] else "structure"
