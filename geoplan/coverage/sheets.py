"""The tables of coverage: hamlets, clusters, service (PRODUCT.md §6).

Only lays out what ``coverage.model`` found; columns are declared in ``tables``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage import evidence, radio, service
from geoplan.coverage.hamlets import STATUS_NAMES, served_share
from geoplan.propagation.chance import needs_measuring

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.results import Inputs


def hamlet_sheet(cover: Coverage, inputs: Inputs, position: NDArray[np.int64]) -> pd.DataFrame:
    """Make the hamlet table.

    Parameters
    ----------
    position
        Index of the position of each of ``cover.cells``, −1 = none.
    """
    sheet = cover.hamlets.drop(columns="geometry").copy()
    names = inputs.communes.set_index("commune_code")["name"]
    sheet["commune_name"] = sheet["commune_code"].map(names).astype("str").fillna("")
    sheet["clusters_known"] = cover.frame.has_clusters
    n_centres, centre = len(cover.frame.centre_hamlet), cover.frame.centre_hamlet
    near = np.zeros(len(sheet), bool)
    population = sheet["population"].to_numpy(np.float64)
    for technology in cover.names:
        name = technology.lower()
        now, less, more = (cover.status(technology, cover.every, s) for s in cover.served)
        sheet[f"status_{name}"] = STATUS_NAMES[now]
        near |= (now != less) | (now != more)
        share = served_share(cover.demand, cover.served[1.0][technology] != 0, len(sheet))
        sheet[f"served_people_{name}"] = share * population
    positions = service.positions_serving(
        cover.reach, cover.cells, cover.demand, position, len(cover.computed)
    )
    for index, technology in enumerate(cover.technologies):
        who = np.full(len(sheet), "", dtype=object)
        bits = cover.served[1.0][technology][:n_centres]
        who[centre] = service.operator_names(bits, cover.operators)
        sheet[f"operators_{technology.lower()}"] = who
        number = pd.array([pd.NA] * len(sheet), dtype="Int64")
        number[centre] = positions[index]
        sheet[f"n_positions_{technology.lower()}"] = number
    sheet["near_threshold"] = near
    _tell_chances(cover, sheet)
    ranks = [
        source_ranks(cover, technology, o)
        for technology in cover.computed
        for o in range(len(cover.operators))
    ]
    highest = np.max(ranks, axis=0, initial=evidence.MODEL) if ranks else np.zeros(len(sheet), int)
    sheet["source"] = np.where(cover.frame.is_located, evidence.SOURCE_NAMES[highest], "")
    return sheet


def source_ranks(cover: Coverage, technology: str, operator: int) -> NDArray[np.uint8]:
    """Give what speaks of each hamlet for an operator: the best source of any of its points."""
    ranks = evidence.rank(cover.spoken, technology, operator, len(cover.demand))
    return evidence.rank_of_hamlets(ranks, cover.demand.hamlet, cover.frame.n_hamlets)


def cluster_sheet(cover: Coverage, inputs: Inputs) -> pd.DataFrame:
    """Make the cluster table."""
    sheet = pd.DataFrame(inputs.clusters).copy()
    n_centres = len(cover.frame.centre_hamlet)
    for technology in cover.technologies:
        bits = cover.served[1.0][technology][n_centres:]
        sheet[f"operators_{technology.lower()}"] = service.operator_names(bits, cover.operators)
    return sheet


def service_sheet(cover: Coverage, inputs: Inputs) -> pd.DataFrame:
    """Make the table of every hamlet by operator and technology."""
    n_centres, n_tech = len(cover.frame.centre_hamlet), len(cover.computed)
    found = service.nearest_and_best(
        cover.reach, cover.cells, cover.demand, len(cover.operators), n_tech
    )
    site = cover.air.loc[cover.air["technology"].isin(cover.computed), "installation_key"]
    sites = np.append(site.to_numpy(object), "")
    households = inputs.clusters["households"].to_numpy(np.float64)
    total = _by_hamlet(cover, households)
    centre = cover.frame.centre_hamlet
    parts = []
    for o, operator in enumerate(cover.operators):
        for t, technology in enumerate(cover.technologies):
            row = o * n_tech + cover.computed.index(technology)
            served = (cover.served[1.0][technology] >> o & 1).astype(bool)
            part = pd.DataFrame({"hamlet_id": cover.hamlets["hamlet_id"]})
            part["operator"], part["technology"], part["t"] = operator, technology, t
            spoke = evidence.SOURCE_NAMES[source_ranks(cover, technology, o)]
            part["source"] = np.where(cover.frame.is_located, spoke, "")
            part["status"] = STATUS_NAMES[cover.status(technology, 1 << o)]
            part["centre_served"] = _spread(served[:n_centres], centre, len(part), "boolean")
            part["served_households"] = _by_hamlet(cover, households * served[n_centres:])
            part["households"] = total
            part["nearest_site_id"] = _spread(sites[found.nearest[row]], centre, len(part), "str")
            part["nearest_m"] = _spread(found.nearest_m[row], centre, len(part), "float64")
            part["best_site_id"] = _spread(sites[found.best[row]], centre, len(part), "str")
            for name, values in _margins(cover, found, row).items():
                part[name] = _spread(values, centre, len(part), "float64")
            parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _tell_chances(cover: Coverage, sheet: pd.DataFrame) -> None:
    """Add the best chance of any operator by technology, and who is to be measured."""
    names = {name: f"chance_{name.lower()}" for name in cover.technologies}
    if cover.cells.radio is None:
        sheet[list(names.values())] = np.nan
        sheet["needs_measuring"] = pd.array([pd.NA] * len(sheet), dtype="boolean")
        return
    n_tech, centre = len(cover.computed), cover.frame.centre_hamlet
    found = service.nearest_and_best(
        cover.reach, cover.cells, cover.demand, len(cover.operators), n_tech
    )
    doubtful = np.zeros(len(sheet), bool)
    for technology, name in names.items():
        best = np.full(len(centre), np.nan)
        for o in range(len(cover.operators)):
            row = o * n_tech + cover.computed.index(technology)
            best = np.fmax(best, _margins(cover, found, row)["chance"])
        sheet[name] = _spread(best, centre, len(sheet), "float64")
        doubtful |= needs_measuring(sheet[name].to_numpy(np.float64))
    sheet["needs_measuring"] = pd.array(doubtful, dtype="boolean")


def _margins(cover: Coverage, found: service.Nearest, row: int) -> dict[str, NDArray[np.float64]]:
    """Give margins in metres by the radius model; in decibels, with a chance, by level."""
    margin_m, blank = found.margin_m[row], np.full(len(found.margin_m[row]), np.nan)
    if cover.cells.radio is None:
        return {"margin_m": margin_m, "margin_db": blank, "chance": blank}
    margins = radio.margin_db(radio.UNIT_M - margin_m)
    chances = radio.chances(cover.cells, found.best[row], margins, cover.error_db)
    return {"margin_m": blank, "margin_db": margins, "chance": chances}


def _by_hamlet(cover: Coverage, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum a value of the clusters over their hamlets; NaN where a hamlet has no clusters."""
    owner, size = cover.frame.cluster_hamlet, cover.frame.n_hamlets
    known = np.bincount(owner, weights=~np.isnan(values), minlength=size) > 0
    return np.where(known, np.bincount(owner, np.nan_to_num(values), size), np.nan)


def _spread(
    values: NDArray[np.generic], centre: NDArray[np.int32], size: int, dtype: str
) -> pd.Series:
    """Put the values of located hamlets at their rows; the others stay blank."""
    series = pd.Series(values, index=centre)
    spread = series.reindex(range(size))
    return spread.astype("str").fillna("") if dtype == "str" else spread.astype(dtype)  # type: ignore[call-overload]
