"""What an attacker of an extract needs: its bytes, masts that move in their cells, circle fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from geoplan import geodesy, tables
from geoplan.report.tables import csv_bytes
from geoplan.results import Inputs
from geoplan.scenario import Scenario
from geoplan.sharing.extract import Extract, extract_for
from geoplan.sharing.generalise import CELL_DEG, cell_of

Floats = NDArray[np.float64]
ME = "Viettel"


def unnamed(text: str) -> bool:
    """Take every operator's name but ours for another's."""
    return any(name in text for name in ("VNPT", "MobiFone", "Vietnamobile"))


def made(inputs: Inputs, scenario: Scenario, operator: str = ME) -> Extract:
    """Make the extract of an operator."""
    return extract_for(operator, inputs, scenario, is_named=unnamed)


def files(found: Extract) -> dict[str, bytes]:
    """Give every table of an extract as the bytes of its file."""
    return {
        table.name: csv_bytes(
            getattr(found, table.name), table.for_technologies(found.technologies)
        )
        for table in tables.EXTRACT_TABLES
    }


def moved(
    inputs: Inputs, where: Callable[[int], Floats], operators: Iterable[str] | None = None
) -> Inputs:
    """Move every place of others within its cell: ``where(n)`` gives n × 2 shares of a cell."""
    sites = inputs.sites.copy()
    others = sites["operator"] != ME if operators is None else sites["operator"].isin(operators)
    rows = np.flatnonzero(others)
    points = sites[["longitude", "latitude"]].to_numpy(np.float64, copy=True)
    places, back = np.unique(points[rows], axis=0, return_inverse=True)
    cells = cell_of(places[:, 0], places[:, 1])
    points[rows] = ((cells + np.clip(where(len(cells)), 0.0, 0.9999)) * CELL_DEG)[back.ravel()]
    sites["longitude"], sites["latitude"] = points[:, 0], points[:, 1]
    return replace(inputs, sites=sites)


def fitted(longitude: Floats, latitude: Floats, served: Any, radius_m: float) -> Floats:
    """Fit a circle of known radius to served and unserved points; give its middle.

    Least squares of how far served points lie outside and the others inside, from several starts.
    """
    yes = np.asarray(served, bool)
    middle = np.array([longitude[yes].mean(), latitude[yes].mean()])
    scale = np.array([geodesy.distance_m(*middle, middle[0] + 0.01, middle[1]) * 100, 110_600.0])

    def residuals(shift_m: Floats) -> Floats:
        lon, lat = middle + shift_m / scale
        over = geodesy.distance_m(lon, lat, longitude, latitude) - radius_m
        return np.maximum(np.where(yes, over, -over), 0.0)

    starts = [(x, y) for x in (-400.0, 0.0, 400.0) for y in (-400.0, 0.0, 400.0)]
    tries = [least_squares(residuals, start, diff_step=1e-3) for start in starts]
    best = min(tries, key=lambda one: one.cost)
    return np.asarray(middle + best.x / scale)


def hamlets_told(found: Extract, *, only_sure: bool = False) -> pd.DataFrame:
    """Give the hamlets that the operator does not serve on 4G, as an attacker reads them."""
    rows = found.hamlets[found.hamlets["own_4g"] == "no"]
    return rows[rows["sure_4g"] == "yes"] if only_sure else rows
