"""The environment of a site (urban, suburban, rural) and the radius of each of its cells.

Three ways to tell the environment, as the scenario says (PRODUCT.md §5): people within 1 km,
the type word of the commune, or a column of the communes. Radii come from the scenario, else
from the link budget of ``propagation``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.coverage.kernels import sum_within
from geoplan.propagation.link_budget import default_radius_m
from geoplan.text import fold

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.scenario import Scenario
    from geoplan.scenario.model import Environment

DENSITY_RADIUS_M: Final = 1000.0
"""People within this distance make the density of a site (PRODUCT.md §5)."""

_TYPE_WORDS: Final = (
    ("phuong", "urban"),
    ("thi tran", "suburban"),
    ("xa", "rural"),
    ("dac khu", "rural"),
)


def by_type(communes: pd.DataFrame) -> NDArray[np.str_]:
    """Give the environment of each commune by the type word of its full name, else its name.

    Phường is urban, thị trấn suburban, xã and đặc khu rural; blank where no word tells.
    """
    found = []
    for full_name, name in zip(communes["full_name"], communes["name"], strict=True):
        words = fold(full_name or name)
        match = (env for word, env in _TYPE_WORDS if words.startswith(word + " "))
        found.append(next(match, ""))
    return np.array(found, dtype="U8")


def by_density(
    site_lon: NDArray[np.float64],
    site_lat: NDArray[np.float64],
    people_lon: NDArray[np.float64],
    people_lat: NDArray[np.float64],
    people: NDArray[np.float64],
    *,
    urban_people_km2: float,
    suburban_people_km2: float,
) -> NDArray[np.str_]:
    """Give the environment of each site by the people within 1 km of it.

    Parameters
    ----------
    site_lon, site_lat
        Degrees, shape (sites,).
    people_lon, people_lat, people
        Where people live and how many, shape (points,); unknown people count nothing.
    urban_people_km2, suburban_people_km2
        Least density of each class. [people/km²]
    """

    limit = float(geodesy.chord_m(DENSITY_RADIUS_M))
    order = np.argsort(people_lat, kind="stable")
    near = sum_within(
        geodesy.ecef(site_lon, site_lat),
        np.asarray(site_lat, dtype=np.float64),
        geodesy.ecef(people_lon, people_lat)[order],
        np.asarray(people_lat, dtype=np.float64)[order],
        np.nan_to_num(people)[order],
        limit,
    )
    density = near / (np.pi * (DENSITY_RADIUS_M / 1000.0) ** 2)
    names = np.where(density >= suburban_people_km2, "suburban", "rural")
    return np.where(density >= urban_people_km2, "urban", names).astype("U8")


def radii_m(
    technology: pd.Series,
    frequency_mhz: pd.Series,
    environment: NDArray[np.str_],
    scenario: Scenario,
) -> NDArray[np.float64]:
    """Give the radius of each cell.

    Parameters
    ----------
    technology, frequency_mhz
        Of each cell; a frequency may be missing.
    environment
        Of each cell.
    scenario
        Its ``coverage.radius_m`` rules: first by band, then by technology; what it leaves open
        comes from the link budget.

    Returns
    -------
    Shape (cells,). [m]
    """
    kinds, which = np.unique(
        np.array(
            [
                f"{tech}|{'' if np.isnan(band) else band}|{env}"
                for tech, band, env in zip(
                    technology, frequency_mhz.to_numpy(np.float64), environment, strict=True
                )
            ],
            dtype="U40",
        ),
        return_inverse=True,
    )
    values = []
    for kind in kinds:
        tech, band, env = kind.split("|")
        values.append(radius_m(scenario, tech, float(band) if band else None, env))
    return np.array(values, dtype=np.float64)[which] if len(which) else np.zeros(0)


def radius_m(
    scenario: Scenario, technology: str, frequency_mhz: float | None, environment: str
) -> float:
    """Give the radius of a cell of one technology and band in one environment. [m]"""
    rules = scenario.coverage.radius_m
    env = cast("Environment", environment)
    keys = (
        [technology] if frequency_mhz is None else [f"{technology}.{frequency_mhz:g}", technology]
    )
    for key in keys:
        rule = rules.get(key)
        if isinstance(rule, dict):
            if env in rule:
                return float(rule[env])
        elif rule is not None:
            return float(rule)
    return default_radius_m(technology, frequency_mhz, env)
