"""How sharing grew: positions and ratios counted again for the end of every year.

Each year is counted by the rules of the run, with that year as the period in which a station is
new; the formulas stand in ``sharing.ratios``, and spreading over units is left to ``indicators``.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geoplan import tables
from geoplan.coverage.build import on_air
from geoplan.sharing import positions, ratios
from geoplan.sharing.ledger import join_cells

if TYPE_CHECKING:
    from geoplan.scenario import Scenario
    from geoplan.sharing.ledger import Joined

EARLIEST: Final = 1990
"""First year that is counted, whatever dates the lists hold: no station stood before."""


def sharing_years(
    sites: pd.DataFrame,
    operators: tuple[str, ...],
    scenario: Scenario,
    review: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count positions and sharing at the end of every year, and on the day of the figures.

    Parameters
    ----------
    sites
        The table ``sites``, completed as in ``results.Inputs``.
    operators
        Those of the run, in their usual order.
    review
        The table ``position_review``; None = nobody decided anything.

    Returns
    -------
    The table ``sharing_years``, from the first on-air date to ``as_of``. Rows without a date
    count as there from the start and are never new.
    """
    day = pd.Timestamp(scenario.day)
    begun = sites.loc[sites["status"].isin(["existing", ""]), "on_air_date"]
    begun = begun[begun <= day]
    first = max(int(begun.min().year), EARLIEST) if len(begun) else day.year
    rows = []
    for year in range(first, day.year + 1):
        end = min(datetime.date(year, 12, 31), scenario.day)
        air = sites[on_air(sites, end) & (sites["commune_code"] != "").to_numpy(bool)]
        joined = join_cells(
            air.reset_index(drop=True),
            scenario,
            review,
            largest_m=scenario.sharing.merge_distance_m,
        )
        period = (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        told = _count(joined, operators, period)
        rows += [{"year": year, "as_of": pd.Timestamp(end), **row} for row in told]
    frame = pd.DataFrame(rows, columns=list(tables.SHARING_YEARS_OUT.names))
    return tables.check(frame, tables.SHARING_YEARS_OUT)


def _count(
    joined: Joined, operators: tuple[str, ...], period: tuple[datetime.date, datetime.date]
) -> list[dict[str, Any]]:
    """Give a row for the province and each operator on one day."""
    cells = joined.cells
    stations = ratios.mark_new_stations(ratios.stations(cells), cells, period)
    fresh = ratios.mark_new_installations(cells, period)
    shared = positions.shared_positions(joined.labels, joined.found["operator"].to_numpy(object))
    rows = []
    for name in ("", *operators):
        mine, new, own = (
            frame if not name else frame[frame["operator"] == name]
            for frame in (joined.found, stations, fresh)
        )
        there = np.unique(mine["position"].to_numpy(np.int64))
        n_shared = int(shared[there].sum())
        n_new, n_fresh = int(new["is_new"].sum()), int(own["is_new"].sum())
        rows.append(
            {
                "operator": name,
                "positions": len(there),
                "shared_positions": n_shared,
                "share_pos": ratios.share(n_shared, len(there)),
                "tenancy": float("nan") if name else ratios.share(len(mine), len(there)),
                "new_stations": n_new,
                "share_new": ratios.share(int(new["on_existing"].sum()), n_new),
                "share_new_strict": ratios.share(int(new["on_anothers"].sum()), n_new),
                "new_installations": n_fresh,
                "share_new_join": ratios.share(int(own["joined"].sum()), n_fresh),
                "undated_stations": int(new["on_air_date"].isna().sum()),
            }
        )
    return rows
