"""Facts about positions, installations, stations and their sharing.

The formulas stand in PRODUCT.md §5 and their marks in ``sharing.ratios``; here they are counted
by commune and operator. One name never stands for two formulas.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.indicators.rollup import Fact, by_commune

Floats = NDArray[np.float64]


class Network:
    """The ledger's frames with the row of the commune of each, ready to be counted.

    Parameters
    ----------
    positions, installations, stations, cells
        Frames of the sharing ledger that count: with ``commune_code`` and ``operator``; the
        positions with ``operators`` joined by semicolons.
    codes
        Codes of the communes, in order.
    operators, technologies
        Names in their usual order.
    """

    def __init__(
        self,
        positions: pd.DataFrame,
        installations: pd.DataFrame,
        stations: pd.DataFrame,
        cells: pd.DataFrame,
        codes: pd.Series,
        operators: tuple[str, ...],
        technologies: tuple[str, ...],
    ) -> None:
        self.rows = {code: row for row, code in enumerate(codes)}
        self.n = len(codes)
        self.operators, self.technologies = operators, technologies
        self.positions, self.installations = positions, installations
        self.stations, self.cells = stations, cells

    def count(self, frame: pd.DataFrame, where: NDArray[np.bool_] | pd.Series) -> Floats:
        """Count the rows of a frame that fulfil a condition, by commune."""
        rows = frame["commune_code"].map(self.rows).fillna(-1).to_numpy(np.int64)
        return by_commune(rows, self.n, np.asarray(where, dtype=np.float64))

    def of(self, frame: pd.DataFrame, operator: str) -> NDArray[np.bool_]:
        """Tell which rows belong to an operator; all for a blank one."""
        if not operator:
            return np.ones(len(frame), bool)
        if "operator" in frame:
            return (frame["operator"] == operator).to_numpy(dtype=bool)
        return np.array([operator in names.split(";") for names in frame["operators"]], dtype=bool)


def network_facts(net: Network) -> Iterator[Fact]:
    """Give every count and ratio of the network."""
    for operator in ("", *net.operators):
        yield from _stock(net, operator)
        yield from _flow(net, operator)
        yield from _stations(net, operator)


def _stock(net: Network, operator: str) -> Iterator[Fact]:
    """Positions, installations, and how many positions are shared."""
    mine = net.of(net.positions, operator)
    shared = mine & (net.positions["n_operators"] >= 2).to_numpy(dtype=bool)
    positions = net.count(net.positions, mine)
    installations = net.count(net.installations, net.of(net.installations, operator))
    yield Fact("POSITIONS", operator, "", positions, unit="positions")
    yield Fact("SHARED_POSITIONS", operator, "", net.count(net.positions, shared), unit="positions")
    yield Fact("INSTALLATIONS", operator, "", installations, unit="installations")
    name = "SHARE_POS_OP" if operator else "SHARE_POS"
    yield Fact(name, operator, "", net.count(net.positions, shared), positions)
    if not operator:
        yield Fact("TENANCY", "", "", installations, positions, unit="installations per position")
        yield Fact("MASTS_TOTAL", "", "", positions, unit="positions")
        new = (net.positions["is_new"]).to_numpy(dtype=bool)
        yield Fact("MASTS_NEW", "", "", net.count(net.positions, new), unit="positions")


def _flow(net: Network, operator: str) -> Iterator[Fact]:
    """New stations and installations, and how many of them went onto standing structures."""
    stations, installations = net.stations, net.installations
    mine = net.of(stations, operator)
    new = net.count(stations, mine & stations["is_new"])
    on_existing = net.count(stations, mine & stations["on_existing"])
    yield Fact("NEW_STATIONS", operator, "", new, unit="stations")
    yield Fact("SHARE_NEW", operator, "", on_existing, new)
    yield Fact(
        "SHARE_NEW_STRICT", operator, "", net.count(stations, mine & stations["on_anothers"]), new
    )
    upgrades = net.count(stations, mine & stations["is_upgrade"])
    yield Fact("SHARE_NEW_UPGRADES", operator, "", upgrades, unit="stations")
    own = net.of(installations, operator)
    joined = net.count(installations, own & installations["joined"])
    fresh = net.count(installations, own & installations["is_new"])
    yield Fact("NEW_INSTALLATIONS", operator, "", fresh, unit="installations")
    yield Fact("SHARE_NEW_JOIN", operator, "", joined, fresh)


def _stations(net: Network, operator: str) -> Iterator[Fact]:
    """Stations and cells by technology, 5G to 4G, and communes with a station."""
    mine = net.of(net.stations, operator)
    cells = net.of(net.cells, operator)
    yield Fact("STATIONS", operator, "", net.count(net.stations, mine), unit="stations")
    yield Fact("CELLS", operator, "", net.count(net.cells, cells), unit="cells")
    communes = np.append(np.ones(net.n), 0.0)
    every = {*net.technologies, *net.stations["technology"].unique()}
    by_technology = {}
    for technology in sorted(every):
        number = net.count(net.stations, mine & (net.stations["technology"] == technology))
        by_technology[technology] = number
        yield Fact("STATIONS", operator, technology, number, unit="stations")
        rows = net.count(net.cells, cells & (net.cells["technology"] == technology))
        yield Fact("CELLS", operator, technology, rows, unit="cells")
        has = (number > 0).astype(float) * communes
        yield Fact("COMMUNE_SERVED_STATION", operator, technology, has, communes)
    any_technology = (net.count(net.stations, mine) > 0).astype(float) * communes
    yield Fact("COMMUNE_SERVED_STATION", operator, "", any_technology, communes)
    if {"4G", "5G"} <= set(by_technology):
        yield Fact("STATION_RATIO_5G_4G", operator, "", by_technology["5G"], by_technology["4G"])


def mark_new_positions(
    positions: pd.DataFrame, cells: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Mark the positions whose first row on air is dated within a period.

    A position with an undated row is not new: a blank date is never new.
    """
    counted = cells[cells["position"] >= 0]
    dates = counted.groupby("position")["on_air_date"]
    first, dated = dates.min(), dates.count() == dates.size()
    is_new = (first >= start) & (first <= end) & dated
    marked = positions.copy()
    marked["is_new"] = is_new.reindex(range(len(positions)), fill_value=False).to_numpy(dtype=bool)
    return marked
