"""What one operator may see of a province: its own sites exactly, the others by cells only.

Every figure is made of three things: the operator's own rows, what anybody may know (hamlets,
communes, what was found on the spot), and the cells of about 1 km in which others radiate. Files
and words are left to ``report.extract``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.admin import commune_of_points
from geoplan.coverage import build, environment, sheets
from geoplan.coverage.model import assess_coverage, environment_at
from geoplan.sharing import areas
from geoplan.sharing.generalise import Told, nothing_told
from geoplan.sharing.handed_on import checked_first, told_of_rows
from geoplan.units import MBB

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Extract:
    """The tables of an extract (``tables.extract``), with codes where people read words."""

    operator: str
    technologies: tuple[str, ...]
    own_sites: pd.DataFrame
    own_service: pd.DataFrame
    hamlets: pd.DataFrame
    own_holes: pd.DataFrame
    candidate_areas: pd.DataFrame
    shared_masts: pd.DataFrame


def extract_for(
    operator: str, inputs: Inputs, scenario: Scenario, *, is_named: Callable[[str], bool]
) -> Extract:
    """Give what an operator may see.

    Parameters
    ----------
    operator
        Its standard name.
    inputs
        From ``io.read_inputs``.
    scenario
        The same, with its ``as_of`` set.
    is_named
        Whether a text names another operator.
    """
    cover = assess_coverage(inputs, scenario)
    told = _told(operator, cover, inputs, scenario)
    own = {name: _own_centres(operator, name, cover) for name in told}
    masts = areas.offers(inputs.structures, is_named)
    lacking = {name: _lacking(own[name], told[name], cover) for name in cover.technologies}
    holes = {name: areas.hole_cells(lacking[name], name) for name in cover.technologies}
    candidates = _candidates(lacking, holes, cover, inputs, scenario)
    return Extract(
        operator,
        cover.technologies,
        own_sites=_own_sites(operator, inputs, scenario, is_named),
        own_service=_own_service(operator, cover, inputs),
        hamlets=_hamlets(cover, inputs, own, told),
        own_holes=_with_masts(pd.concat(holes.values(), ignore_index=True), masts),
        candidate_areas=_with_masts(candidates, masts),
        shared_masts=masts,
    )


def _own_centres(operator: str, technology: str, cover: Coverage) -> Flags:
    """Tell which located centres the operator itself serves."""
    n_centres = len(cover.frame.centre_hamlet)
    if operator not in cover.operators:
        return np.zeros(n_centres, bool)
    bits = cover.served[1.0][technology][:n_centres]
    return (bits >> cover.operators.index(operator) & 1).astype(bool)


def _told(operator: str, cover: Coverage, inputs: Inputs, scenario: Scenario) -> dict[str, Told]:
    """Give what is told of the others at every located centre, by technology and for MBB."""
    told = {
        technology: _told_of(operator, technology, cover, inputs, scenario)
        for technology in cover.computed
    }
    together = nothing_told(len(cover.frame.centre_hamlet))
    for technology in cover.mbb:
        together |= told[technology]
    return {**{name: told[name] for name in cover.technologies}, MBB: together}


def _told_of(
    operator: str, technology: str, cover: Coverage, inputs: Inputs, scenario: Scenario
) -> Told:
    """Give what is told of all other operators on one technology.

    What was found on the spot is told as it is, what others declare is not (``handed_on``).
    """
    n_centres = len(cover.frame.centre_hamlet)
    lon, lat = cover.demand.longitude[:n_centres], cover.demand.latitude[:n_centres]
    spoken, together = cover.spoken, nothing_told(n_centres)
    air = cover.air[cover.air["technology"] == technology]

    def environment_of(x: Floats, y: Floats) -> NDArray[np.str_]:
        return environment_at(inputs, scenario, cover.demand, x, y)

    for bit, other in enumerate(cover.operators):
        if other == operator:
            continue
        told = told_of_rows(
            air[air["operator"] == other],
            lon,
            lat,
            scenario,
            environment_of,
            declares=bool(cover.declarations.declaring(technology) >> bit & 1),
        )
        if spoken is not None:
            checked, found = (
                (bits[technology][:n_centres] >> bit & 1).astype(bool)
                for bits in (spoken.checked, spoken.found)
            )
            told = checked_first(told, checked, found)
        together |= told
    return together


def _lacking(own: Flags, told: Told, cover: Coverage) -> areas.Lacking:
    """Give the hamlets that the operator does not serve with a technology."""
    rows = np.flatnonzero(~own)
    centre = cover.frame.centre_hamlet
    people = cover.hamlets["population"].to_numpy(np.float64)[centre]
    return areas.Lacking(
        cover.demand.longitude[rows],
        cover.demand.latitude[rows],
        people[rows],
        told.likely[rows],
        (told.surely | ~told.possibly)[rows],
    )


_SHOWN = (
    *("hamlet_id", "name", "kind", "commune_code", "longitude", "latitude", "centre_kind"),
    *("population", "households", "has_grid_power", "special_difficulty", "border", "island"),
    "has_fibre",
)


def _hamlets(
    cover: Coverage, inputs: Inputs, own: dict[str, Flags], told: dict[str, Told]
) -> pd.DataFrame:
    """Give every hamlet: whether the operator serves its centre, and whether anybody does."""
    frame = pd.DataFrame(cover.hamlets.drop(columns="geometry"))
    frame = frame.reindex(columns=list(_SHOWN))
    names = inputs.communes.set_index("commune_code")["name"]
    frame["commune_name"] = frame["commune_code"].map(names).astype("str").fillna("")
    for name, what in told.items():
        mine, key = own[name], name.lower()
        sure = mine | what.surely | ~what.possibly
        frame[f"own_{key}"] = _codes(mine, cover)
        frame[f"anybody_{key}"] = _codes(mine | what.likely, cover)
        frame[f"sure_{key}"] = _codes(sure, cover)
    return frame


def _codes(flags: Flags, cover: Coverage) -> NDArray[np.object_]:
    """Spread flags of located centres over all hamlets as yes and no; blank without a place."""
    codes = np.full(cover.frame.n_hamlets, "", dtype=object)
    codes[cover.frame.centre_hamlet] = np.where(flags, "yes", "no")
    return codes


def _own_sites(
    operator: str, inputs: Inputs, scenario: Scenario, is_named: Callable[[str], bool]
) -> pd.DataFrame:
    """Give the operator's own rows; an owner that is another operator stays unnamed."""
    rows = inputs.sites[inputs.sites["operator"] == operator].copy()
    rows["on_air"] = build.on_air(rows, scenario.day)
    owners = rows["structure_owner"].fillna("").astype("str")
    rows["structure_owner"] = ["" if is_named(owner) else owner for owner in owners]
    return rows


def _own_service(operator: str, cover: Coverage, inputs: Inputs) -> pd.DataFrame:
    """Give the operator's own service of every hamlet, with its own nearest and best site."""
    service = sheets.service_sheet(cover, inputs)
    if service.empty:
        return service
    return service[service["operator"] == operator].reset_index(drop=True)


def _candidates(
    lacking: dict[str, areas.Lacking],
    holes: dict[str, pd.DataFrame],
    cover: Coverage,
    inputs: Inputs,
    scenario: Scenario,
) -> pd.DataFrame:
    """Give the cells where a mast of the siting technology would win people."""
    siting = scenario.siting
    asked = siting.technology in lacking
    technology: str = siting.technology if asked else cover.technologies[0]

    def radius_of(lon: Floats, lat: Floats) -> Floats:
        found = environment_at(inputs, scenario, cover.demand, lon, lat)
        names, which = np.unique(np.where(found == "", "rural", found), return_inverse=True)
        band = siting.frequency_mhz if asked else None
        radii = [environment.radius_m(scenario, technology, band, str(name)) for name in names]
        return np.array(radii, np.float64)[which]

    def commune_of(lon: Floats, lat: Floats) -> NDArray[np.object_]:
        row, away = commune_of_points(inputs.communes, lon, lat)
        codes = np.append(inputs.communes["commune_code"].to_numpy(object), "")
        return codes[np.where(away == 0.0, row, -1)]

    found = areas.candidate_cells(
        lacking[technology],
        radius_of=radius_of,
        commune_of=commune_of,
        total=siting.weights.total,
        partial=siting.weights.partial,
        least_people=siting.min_gain_people,
    )
    found["technology"] = technology
    people = holes[technology].set_index("cell_id")["people_without_signal"]
    found["people_without_signal"] = found["cell_id"].map(people).astype("float64").fillna(0.0)
    return found


def _with_masts(cells: pd.DataFrame, masts: pd.DataFrame) -> pd.DataFrame:
    """Say of each cell whether a mast in it is offered, or is to be asked for; offered first."""
    best = masts.sort_values("share_offer", ascending=False, kind="stable")
    offer = best.drop_duplicates("cell_id").set_index("cell_id")["share_offer"]
    said = offer.reindex(cells["cell_id"]).fillna("").to_numpy(object)
    return cells.assign(existing_mast=said)
