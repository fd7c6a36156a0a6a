"""Coverage at 50, 75, 90 and 95 % chance of service: area of grid cells, hamlet centres, people.

The model speaks alone: declarations and field checks are left out. Levels are left to ``area``,
the chance at a level to ``radio``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage import area, radio
from geoplan.propagation.chance import SHARES

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.coverage.model import Coverage
    from geoplan.results import AreaService, BestLevel

Floats = NDArray[np.float64]

ANY: Final = ""
"""Stands for any operator: the best chance of one of them."""


def coverage_chance(cover: Coverage, ground: AreaService, service: pd.DataFrame) -> pd.DataFrame:
    """Count what is served with at least each of some chances.

    Parameters
    ----------
    cover
        Of a level model; of another, no rows.
    ground
        Of ``area.area_service``.
    service
        Of ``sheets.service_sheet``, whose chances at the centres of hamlets are counted.

    Returns
    -------
    The table ``coverage_chance``.
    """
    if cover.cells.radio is None:
        return pd.DataFrame()
    people = cover.hamlets.set_index("hamlet_id")["population"]
    inside = ground.commune >= 0
    sizes = np.broadcast_to(area.cell_areas(ground.grid), ground.grid.shape)[inside] / 1e6
    rows = []
    for technology in cover.technologies:
        best = np.full(int(inside.sum()), np.nan)
        told = service[service["technology"] == technology]
        for operator in cover.operators:
            level = ground.levels.get((technology, operator))
            if level is not None:
                found = _over_area(cover.cells, level, ground, cover.error_db)
                best = np.fmax(best, found)
            else:
                found = np.full(len(best), np.nan)
            centres = told[told["operator"] == operator].set_index("hamlet_id")["chance"]
            rows += _rows(technology, operator, found, sizes, centres, people)
        centres = told.groupby("hamlet_id", sort=True)["chance"].max()
        rows += _rows(technology, ANY, best, sizes, centres, people)
    return pd.DataFrame(rows)


def _rows(
    technology: str,
    operator: str,
    chances: Floats,
    sizes_km2: Floats,
    centres: pd.Series,
    people: pd.Series,
) -> list[dict[str, object]]:
    """Give a row for each share; what is not heard has no chance and reaches none."""
    rows: list[dict[str, object]] = []
    whole = float(sizes_km2.sum())
    for share in SHARES:
        here = float(sizes_km2[chances >= share].sum())
        reached = centres.index[centres.to_numpy(np.float64) >= share]
        rows.append(
            {
                "technology": technology,
                "operator": operator,
                "share": share,
                "area_km2": here,
                "area_share": here / whole if whole else np.nan,
                "hamlet_centres": len(reached),
                "people": float(people.loc[reached].sum()),
            }
        )
    return rows


def _over_area(cells: Cells, level: BestLevel, ground: AreaService, error_db: float) -> Floats:
    """Give the chance at the cells of the grid inside communes; NaN where nothing is heard."""
    inside = ground.commune >= 0
    margin = level.margin_db[inside].astype(np.float64)
    return radio.chances(cells, level.server[inside].astype(np.int64), margin, error_db)
