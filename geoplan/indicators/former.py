"""Figures of former communes, districts and provinces, from what each hamlet and site was in.

Facts are counted anew over the parts of ``admin.ancestry``, so that a commune formed of two
former provinces is divided hamlet by hamlet and no share is ever shared out. What is known of
whole communes only (areas, people of a raster) stands at the units that are made of whole ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.admin.ancestry import FORMER_LEVELS, Ancestry, Unit, trace
from geoplan.admin.crosswalk import bare_name
from geoplan.indicators import ground, network, settlement
from geoplan.indicators.network import Network
from geoplan.indicators.rollup import Fact, Units, roll_up
from geoplan.text import nfc

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.coverage.places import PlaceService
    from geoplan.results import Inputs
    from geoplan.scenario import Scenario

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

_OF_COMMUNES: Final = frozenset(
    {"AREA_SERVED", "COMMUNE_SERVED_STATION", "COMMUNE_SERVED_HAMLET", "COMMUNES_WITH_PLACE"}
)
"""What is known of a commune as a whole, and of no part of it."""
_OF_RASTER: Final = frozenset({"POP_SERVED", "ROAMING_GAIN"})


def former_indicators(
    inputs: Inputs,
    scenario: Scenario,
    cover: Coverage,
    places: PlaceService,
    net: Network,
    facts: Sequence[Fact],
) -> list[pd.DataFrame]:
    """Make the rows of the indicator table for former units; none where nothing tells of them.

    Parameters
    ----------
    facts
        Of today's communes.
    """
    if inputs.former is None:
        return []
    traced = trace(inputs.former, inputs.communes)
    parted, whole = unit_levels(traced, inputs, scenario)
    held = _OF_COMMUNES | (_OF_RASTER if inputs.population is not None else frozenset())
    fine = [
        fact
        for fact in _facts(traced, inputs, scenario, cover, places, net)
        if fact.indicator not in held
    ]
    coarse = [fact for fact in facts if fact.indicator in held]
    return [
        roll_up(chosen, levels, as_of=scenario.day)
        for facts_of, every in ((fine, parted), (coarse, whole))
        for chosen, levels in _by_size(facts_of, every)
    ]


def _by_size(
    facts: Sequence[Fact], levels: Sequence[Units]
) -> Iterator[tuple[list[Fact], list[Units]]]:
    """Leave the operators one by one out of the smallest units: they would treble the table."""
    smallest = [units for units in levels if units.level == FORMER_LEVELS[0]]
    yield [fact for fact in facts if not fact.operator], smallest
    yield list(facts), [units for units in levels if units.level != FORMER_LEVELS[0]]


def unit_levels(
    traced: Ancestry, inputs: Inputs, scenario: Scenario
) -> tuple[list[Units], list[Units]]:
    """Give the units of every level that the communes' own columns do not tell of.

    Returns
    -------
    Units with members among the parts; and the same with members among today's communes, as far
    as a unit is made of whole ones.
    """
    assert inputs.former is not None
    stamp = inputs.former.version.stamp
    parted, whole = [], []
    for level in FORMER_LEVELS:
        if level in inputs.communes and (inputs.communes[level] != "").any():
            continue
        units, member = traced.units(level)
        if not units:
            continue
        made = Units(level, *_ids_and_names(units), member, version=stamp)
        levels = [made]
        if level == "old_province" and len(units) > 1 and not _has(inputs, "area_group"):
            shown = tuple(group_name(unit[1], scenario.language) for unit in units)
            levels.append(replace(made, level="area", names=shown))
        parted += levels
        of_commune = _whole_communes(traced, member, len(units))
        kept = sorted(set(of_commune) - {-1})
        if kept:
            index = np.full(len(units) + 1, -1, dtype=np.int64)
            index[kept] = np.arange(len(kept))
            whole += [
                replace(
                    one,
                    ids=tuple(one.ids[i] for i in kept),
                    names=tuple(one.names[i] for i in kept),
                    member=index[of_commune],
                )
                for one in levels
            ]
    return parted, whole


def _has(inputs: Inputs, column: str) -> bool:
    return bool((inputs.communes[column] != "").any())


def _ids_and_names(units: tuple[Unit, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(unit[0] for unit in units), tuple(unit[1] for unit in units)


def group_name(province: str, language: str) -> str:
    """Name the area of a former province as a leader would.

    >>> group_name("Tỉnh Tiền Giang", "vi"), group_name("Tỉnh Tiền Giang", "en")
    ('địa bàn Tiền Giang cũ', 'former Tiền Giang')
    """
    words = nfc(province).split()
    wanted = len(bare_name(province).split())
    name = " ".join(words[-wanted:])
    return f"địa bàn {name} cũ" if language == "vi" else f"former {name}"


def _whole_communes(traced: Ancestry, member: Indices, n_units: int) -> Indices:
    """Give the unit of each commune, −1 for units that hold a part of any commune only.

    A unit is whole where every commune into which one of its parts went descends from it alone.
    """
    of_commune = np.append(member, -1)[traced.of_commune]
    whole = np.ones(n_units + 1, dtype=bool)
    whole[-1] = False
    for unit, commune in traced.went:
        index = member[unit]
        if index >= 0 and of_commune[commune] != index:
            whole[index] = False
    return np.where(whole[of_commune], of_commune, -1)


def parts_of(frame: pd.DataFrame, traced: Ancestry, inputs: Inputs, scenario: Scenario) -> Indices:
    """Give the part of each row of a frame with its point, commune and perhaps former commune."""
    rows = {code: row for row, code in enumerate(inputs.communes["commune_code"])}
    has_code = "old_commune_code" in frame
    return traced.of_points(
        frame["longitude"].to_numpy(np.float64),
        frame["latitude"].to_numpy(np.float64),
        frame["commune_code"].map(rows).fillna(-1).to_numpy(np.int64),
        frame["old_commune_code"].to_numpy(dtype=object) if has_code else None,
        tolerance_m=scenario.inputs.outside_tolerance_m,
    )


def with_former_units(hamlets: pd.DataFrame, inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Add to hamlets the ids of the former units that they were in, blank where not known.

    What a hamlet's own code and the communes' own columns say goes first.
    """
    filled = hamlets.copy()
    communes = inputs.communes.set_index("commune_code")
    for level in ("old_district", "old_province"):
        filled[level] = hamlets["commune_code"].map(communes[level]).astype("str").fillna("")
    if inputs.former is None:
        return filled
    traced = trace(inputs.former, inputs.communes)
    part = parts_of(hamlets, traced, inputs, scenario)
    columns = {"old_commune_code": "old_commune", "old_district": "old_district"}
    for column, level in {**columns, "old_province": "old_province"}.items():
        units, member = traced.units(level)
        ids = np.array([*(unit[0] for unit in units), ""], dtype=object)
        found = pd.Series(ids[np.append(member, -1)[part]], index=filled.index, dtype="str")
        filled[column] = filled[column].mask(filled[column] == "", found)
    return filled


def _facts(
    traced: Ancestry,
    inputs: Inputs,
    scenario: Scenario,
    cover: Coverage,
    places: PlaceService,
    net: Network,
) -> Iterator[Fact]:
    """Count hamlets, people, network and places over the parts."""
    n, tolerance = len(traced.parts), scenario.inputs.outside_tolerance_m
    hamlets = parts_of(cover.hamlets, traced, inputs, scenario)
    yield from settlement.hamlet_facts(cover, hamlets, n)
    yield from settlement.people_facts(cover, hamlets, n)
    yield from settlement.fibre_facts(cover, hamlets, n)
    positions = parts_of(net.positions, traced, inputs, scenario)
    named = _in_parts(net, positions, parts_of(net.cells, traced, inputs, scenario))
    codes = pd.Series([str(part) for part in range(n)], dtype="str")
    yield from network.network_facts(Network(*named, codes, net.operators, net.technologies))
    spots = traced.of_points(
        places.longitude, places.latitude, places.commune, tolerance_m=tolerance
    )
    kinds = inputs.places["class"].to_numpy(object)
    yield from ground.place_facts(cover, replace(places, commune=spots), kinds, n)


Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def _in_parts(net: Network, positions: Indices, cells: Indices) -> Frames:
    """Give the frames of a network with their part where their commune stood.

    A station or installation is where its first row is, as it is for today's communes.
    """
    placed = net.cells.assign(commune_code=cells.astype(str))
    keys = ["operator", "installation_key"]
    found = [net.positions.assign(commune_code=positions.astype(str))]
    for frame, own, order in (
        (net.installations, keys, ["technology"]),
        (net.stations, [*keys, "technology"], ["longitude", "latitude"]),
    ):
        ordered = placed.sort_values([*own, *order], kind="stable")
        first = ordered.drop_duplicates(own)[[*own, "commune_code"]]
        found.append(frame.drop(columns="commune_code").merge(first, on=own, how="left"))
    return found[0], found[1], found[2], placed
