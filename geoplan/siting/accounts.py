"""What each site of a plan is worth to whom: alone, in the plan, and what each tenant pays.

``alone`` is what a site would win if it were the only one, ``unique`` what would be lost if it
alone were left out. Rivals are the candidates outside the plan that would have won most of the
same demand. What is won in order is told by ``siting.gains``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import tables
from geoplan.costs.splitting import split_site
from geoplan.siting.gains import reached_points
from geoplan.siting.modelling import site_kind
from geoplan.siting.problem import PER_PERSON
from geoplan.siting.tally import Tally

if TYPE_CHECKING:
    from geoplan.siting.choose import Selection
    from geoplan.siting.modelling import Model, Setting

RIVALS: Final = 3
"""Rivals that are named of each site."""
RIVAL_REASONS: Final[dict[str, str]] = {
    "wins_less": "it adds less",
    "passes_limit": "no limit leaves room for it instead",
    "clashes": "it may not stand beside another site of the plan",
    "existing_first": "an existing site gives enough of its gain",
    "plan_is_better": "it adds as much here, but the plan as a whole wins more",
}
"""Codes of ``rivals.reason`` and what they mean; reports translate them."""
_FIRST: Final = "_first"


def account(setting: Setting, model: Model, plan: Selection) -> pd.DataFrame:
    """Count what each site of a plan wins alone and uniquely, for each operator that opens.

    Returns
    -------
    ``rank, operator, alone_people, unique_people, cost_equal_vnd, cost_shapley_vnd,
    rent_vnd_year``; rows of operator ``_first`` count people who get their first operator.
    """
    chosen = plan.candidates
    points = reached_points(model.candidates, chosen, setting.demand)
    people = np.nan_to_num(setting.demand.people, nan=0.0)
    bits, opened = model.stakes.bits, model.candidates.opened[chosen]
    rows: list[dict[str, Any]] = []
    services = [(_FIRST, bits == 0, opened > 0)]
    services += [
        (name, (bits >> index & 1) == 0, (opened >> index & 1) == 1)
        for index, name in enumerate(setting.operators)
    ]
    for name, lacks, opens in services:
        mine = [at[lacks[at]] for at in points]
        times = np.zeros(len(people), np.int64)
        for at, joins in zip(mine, opens, strict=True):
            times[at] += joins
        for rank, (at, joins) in enumerate(zip(mine, opens, strict=True), start=1):
            if joins:
                only = at[times[at] == 1]
                row = {"rank": rank, "operator": name, "alone_people": people[at].sum()}
                rows.append({**row, "unique_people": people[only].sum()})
    frame = pd.DataFrame(rows, columns=["rank", "operator", "alone_people", "unique_people"])
    return frame.merge(_costs(setting, model, plan), on=["rank", "operator"], how="left")


def people_columns(book: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Give the columns of ``proposals`` that tell what each site wins alone and uniquely."""
    first = book[book["operator"] == _FIRST].sort_values("rank")
    names = ("alone_people", "unique_people")
    return {name: first[name].to_numpy(np.float64) for name in names}


def operator_columns(book: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of ``gains`` that tell what each operator wins and pays."""
    return book[book["operator"] != _FIRST]


def _costs(setting: Setting, model: Model, plan: Selection) -> pd.DataFrame:
    """Split the cost of each site among its tenants."""
    equipment = setting.catalogue.items.get("equipment_per_operator")
    each = np.nan if equipment is None else equipment.amount_vnd
    there = setting.cells.groupby("position_id")["operator"].agg(set).to_dict()
    rent = _rents(setting)
    rows = []
    for rank, candidate in enumerate(plan.candidates, start=1):
        bits = int(model.candidates.opened[candidate])
        tenants = [name for i, name in enumerate(setting.operators) if bits >> i & 1]
        cost = float(model.cost_vnd[candidate])
        known = there.get(str(model.candidates.position_id[candidate]), set())
        is_position = site_kind(model.candidates, candidate) == "position"
        new = tuple(not is_position or name not in known for name in tenants)
        parts = split_site(each, cost - each * len(tenants), new)
        for name, part in zip(tenants, parts, strict=True):
            rows.append(
                {
                    "rank": rank,
                    "operator": name,
                    "cost_equal_vnd": cost / len(tenants),
                    "cost_shapley_vnd": part,
                    "rent_vnd_year": rent.get(str(model.candidates.structure_id[candidate])),
                }
            )
    names = ["rank", "operator", "cost_equal_vnd", "cost_shapley_vnd", "rent_vnd_year"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype(dict.fromkeys(names[2:], "float64"))


def _rents(setting: Setting) -> dict[str, float]:
    """Give the contract rent of each structure that tells one. [VND a year for each tenant]"""
    if "rent_vnd_year" not in setting.structures:
        return {}
    told = setting.structures.dropna(subset=["rent_vnd_year"])
    return dict(zip(told["structure_id"].astype(str), told["rent_vnd_year"], strict=True))


def rival_sheet(setting: Setting, model: Model, plan: Selection) -> pd.DataFrame:
    """Lay out the table ``rivals``: who else would have won most of what a site wins, and why not.

    Gains are reckoned at the turn of the site, on top of those above it.
    """
    problem, rows = model.problem, []
    whole, tally = Tally(problem, plan.candidates), Tally(problem)
    for rank, candidate in enumerate(plan.candidates, start=1):
        gain = int(tally.gain[candidate])
        sharing = np.unique(problem.covering(tally.fresh(candidate)))
        same = model.site_of[sharing] == model.site_of[candidate]
        sharing = sharing[~whole.state.is_open[sharing] & ~same]
        order = np.lexsort((sharing, -tally.gain[sharing]))
        room = _room(whole, candidate)
        seen = set[int]()
        for rival in sharing[order].tolist():
            site = int(model.site_of[rival])
            if site in seen or len(seen) == RIVALS:
                continue
            seen.add(site)
            instead = int(tally.gain[rival])
            rows.append(
                {
                    "rank": rank,
                    "rival": len(seen),
                    **_described(setting, model, rival),
                    "gained_value": instead / PER_PERSON,
                    "lost_value": (gain - instead) / PER_PERSON,
                    "reason": _why(plan, whole, rival, instead < gain, room),
                }
            )
        tally.add(candidate)
    return tables.check(pd.DataFrame(rows), tables.RIVALS_OUT) if rows else pd.DataFrame()


def _described(setting: Setting, model: Model, rival: int) -> dict[str, Any]:
    candidates = model.candidates
    bits = int(candidates.opened[rival])
    return {
        "kind": "existing" if candidates.is_existing[rival] else "new",
        "position_id": str(candidates.position_id[rival]),
        "structure_id": str(candidates.structure_id[rival]),
        "longitude": candidates.longitude[rival],
        "latitude": candidates.latitude[rival],
        "operators": ";".join(n for i, n in enumerate(setting.operators) if bits >> i & 1),
        "cost_vnd": float(model.cost_vnd[rival]),
    }


def _room(whole: Tally, candidate: int) -> NDArray[np.bool_]:
    """Tell which candidates the limits leave room for once a site is left out."""
    room = np.ones(whole.problem.size, bool)
    for row, limit in enumerate(whole.problem.limits):
        left = limit.most * (1 + 1e-12) - (whole.state.used[row] - limit.use[candidate])
        room &= limit.use <= left
    return room


def _why(plan: Selection, whole: Tally, rival: int, is_less: bool, room: NDArray[np.bool_]) -> str:
    if plan.dropped[rival]:
        return "existing_first"
    if is_less:
        return "wins_less"
    if not room[rival]:
        return "passes_limit"
    return "clashes" if whole.state.clashing[rival] else "plan_is_better"
