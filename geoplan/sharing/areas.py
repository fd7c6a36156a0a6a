"""Cells of the fixed grid for one operator: where it lacks service, where a mast would win people.

Everything is reckoned from what the operator is told (``sharing.extract``) and from its own
service, never from the masts of others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.sharing.generalise import cell_bounds, cell_centres, cell_names, cell_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

OFFERS: Final = ("yes", "ask")
"""Offers of an owner that are passed on; a blank one is none."""


@dataclass(frozen=True)
class Lacking:
    """Located hamlets that the operator does not serve at their centre with one technology.

    Of each: its place, its people (NaN = not known), whether anybody serves it as far as that is
    told, and whether what is told is sure.
    """

    longitude: Floats
    latitude: Floats
    people: Floats
    is_served: Flags
    is_sure: Flags


def hole_cells(lacking: Lacking, technology: str) -> pd.DataFrame:
    """Sum the hamlets that the operator does not serve over the cells of the grid."""
    cells, back = np.unique(
        cell_of(lacking.longitude, lacking.latitude), axis=0, return_inverse=True
    )
    back, people, size = back.ravel(), np.nan_to_num(lacking.people), len(cells)

    def summed(which: Flags, weights: Floats | None = None) -> Floats:
        each = np.ones(len(back)) if weights is None else weights
        return np.bincount(back[which], each[which], size).astype(np.float64)

    every = np.ones(len(back), bool)
    return frame_of_cells(cells).assign(
        technology=technology,
        hamlets=summed(every).astype(np.int64),
        people=summed(every, people),
        people_without_signal=summed(~lacking.is_served, people),
        people_surely_without=summed(~lacking.is_served & lacking.is_sure, people),
    )


def frame_of_cells(cells: Ints) -> pd.DataFrame:
    """Give id, sides and centre of cells."""
    bounds = cell_bounds(cells)
    longitude, latitude = cell_centres(cells)
    frame = pd.DataFrame(bounds, columns=["west", "south", "east", "north"])
    frame.insert(0, "cell_id", cell_names(cells))
    return frame.assign(longitude=longitude, latitude=latitude)


def candidate_cells(
    lacking: Lacking,
    *,
    radius_of: Callable[[Floats, Floats], Floats],
    commune_of: Callable[[Floats, Floats], NDArray[np.object_]],
    total: float,
    partial: float,
    least_people: float,
) -> pd.DataFrame:
    """Choose cells for a mast one after the other, each by what it adds, from its middle.

    Parameters
    ----------
    lacking
        Whom the operator could win.
    radius_of, commune_of
        Give radius [m] and commune of places; a blank commune is outside the area.
    total, partial
        Worth of a person without any signal, and of one whom somebody else serves.
    least_people
        A cell of less worth is not listed. [people]

    Returns
    -------
    ``rank``, the cell, ``commune_code``, ``radius_m``, ``gained_people`` (without any signal as
    far as told, beyond the ranks above) and ``own_gained_people`` (whom the operator gains).
    """
    people = np.nan_to_num(lacking.people)
    worth = people * np.where(lacking.is_served, partial, total)
    wanted = np.flatnonzero(worth > 0)
    cells, middle = _cells_around(lacking, wanted, radius_of)
    communes = commune_of(*middle)
    inside = communes != ""
    cells, communes = cells[inside], communes[inside]
    middle = (middle[0][inside], middle[1][inside])
    radius = radius_of(*middle)
    reached = _reached(middle, radius, lacking)
    chosen, gains = _greedy(reached, worth, least_people)
    without = np.where(lacking.is_served, 0.0, people)
    frame = frame_of_cells(cells[chosen])
    frame.insert(0, "rank", np.arange(1, len(chosen) + 1))
    return frame.assign(
        commune_code=communes[chosen],
        radius_m=radius[chosen],
        gained_people=[float(without[new].sum()) for new in gains],
        own_gained_people=[float(people[new].sum()) for new in gains],
    )


def _cells_around(
    lacking: Lacking, wanted: Ints, radius_of: Callable[[Floats, Floats], Floats]
) -> tuple[Ints, tuple[Floats, Floats]]:
    """Give every cell from whose middle one of the hamlets might be reached, and the middles."""
    home = np.unique(cell_of(lacking.longitude[wanted], lacking.latitude[wanted]), axis=0)
    if not len(home):
        nothing = np.zeros(0)
        return np.zeros((0, 2), np.int64), (nothing, nothing)
    most = float(np.max(radius_of(*cell_centres(home))))
    cells = home
    while True:  # the environment may change on the way, and the radius with it
        ring = int(np.ceil(most / 1000.0)) + 1
        steps = np.arange(-ring, ring + 1)
        around = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        cells = np.unique((home[:, None, :] + around[None]).reshape(-1, 2), axis=0)
        middle = cell_centres(cells)
        found = float(np.max(radius_of(*middle)))
        if found <= most:
            return cells, middle
        most = found


def _reached(middle: tuple[Floats, Floats], radius: Floats, lacking: Lacking) -> list[Ints]:
    """Give the hamlets within the radius of each place."""
    from scipy.spatial import cKDTree

    if not len(radius) or not len(lacking.people):
        return [np.zeros(0, np.int64) for _ in radius]
    tree = cKDTree(geodesy.ecef(lacking.longitude, lacking.latitude))
    found = tree.query_ball_point(
        geodesy.ecef(*middle), geodesy.chord_m(radius), return_sorted=True
    )
    return [np.asarray(one, np.int64) for one in found]


def _greedy(reached: list[Ints], worth: Floats, least: float) -> tuple[list[int], list[Ints]]:
    """Take the place that adds most until it adds too little; of equals the first."""
    from scipy.sparse import csr_matrix

    sizes = [len(one) for one in reached]
    rows = np.repeat(np.arange(len(reached)), sizes)
    columns = np.concatenate([np.zeros(0, np.int64), *reached])
    incidence = csr_matrix((np.ones(len(rows)), (rows, columns)), (len(reached), len(worth)))
    left, chosen, gains = worth.copy(), [], []
    won = np.zeros(len(worth), bool)
    while len(reached):
        value = np.round(np.asarray(incidence @ left, np.float64), 6)
        best = int(np.argmax(value))
        if value[best] <= 0 or value[best] < least:
            break
        new = reached[best][~won[reached[best]]]
        chosen.append(best)
        gains.append(new)
        won[new], left[new] = True, 0.0
    return chosen, gains


def offers(structures: pd.DataFrame, is_named: Callable[[str], bool]) -> pd.DataFrame:
    """Give what owners consent to tell: the place of a structure that is offered, else its cell.

    Structures get a number of their own within their cell, because an id may be another
    operator's; several that must be asked for in one cell are one row.

    Parameters
    ----------
    structures
        Of ``tables.STRUCTURES``; none but those offered, or to be asked for, are passed on.
    is_named
        Whether a text names another operator; such an owner is left blank.
    """
    shown = structures[structures["share_offer"].isin(OFFERS)]
    shown = shown[shown["longitude"].notna() & shown["latitude"].notna()]
    cells = cell_of(shown["longitude"].to_numpy(), shown["latitude"].to_numpy())
    shown = shown.assign(cell_id=cell_names(cells))
    given = shown[shown["share_offer"] == "yes"]
    given = given.sort_values(["cell_id", "longitude", "latitude", "structure_id"], kind="stable")
    number = given.groupby("cell_id").cumcount() + 1
    given = given.assign(
        offer_id=given["cell_id"] + "-" + number.astype("str"),
        owner=["" if is_named(str(owner)) else str(owner) for owner in given["owner"].fillna("")],
    )
    asked = shown.loc[shown["share_offer"] == "ask", ["cell_id", "share_offer"]].drop_duplicates()
    return pd.concat([given, asked], ignore_index=True)
