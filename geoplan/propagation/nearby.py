"""The loss that an environment gives without terrain, and how terrain is laid over it.

Which published model speaks where is an engineering choice, stated here and nowhere else: Hata
and COST 231 up to 2.7 GHz, TR 38.901 above and, where models are chosen for the place, from
2.5 GHz in cities. Over terrain, P.1812 says what ridges take away; it does not know houses, so
that the greater of the two losses counts from 1 km on. P.1812 is not valid below 0.25 km; between
the two its part grows from nothing, so that nothing jumps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import cost231, free_space, hata, ranges, tr38901

if TYPE_CHECKING:
    from geoplan.propagation.link_inputs import LinkInputs, Surroundings

Floats = NDArray[np.float64]
Kind = Literal["hata", "cost231", "uma", "rma"]
Wanted = Literal["hata", "tr38901", "p1812", "auto"]

TERRAIN_FROM_M: Final = 250.0
"""P.1812 is valid from here (its § 1). [m]"""
TERRAIN_WHOLE_M: Final = 1000.0
"""From here on the terrain has its whole part: an engineering choice (domain: radio). [m]"""
URBAN_MACRO_FROM_MHZ: Final = 2500.0
"""In cities TR 38.901 stands for 2.6 GHz, where COST 231 would be extrapolated. [MHz]"""
NEAREST_M: Final = 10.0
"""The least ground distance of TR 38.901; what is nearer is reckoned there. [m]"""


def kind_of(wanted: Wanted, frequency_mhz: float, environment: str, inputs: LinkInputs) -> Kind:
    """Give the model of an environment on a frequency.

    Parameters
    ----------
    wanted
        ``coverage.model`` of a scenario; ``p1812`` and ``auto`` choose for the place.
    frequency_mhz
        [MHz]
    environment
        ``urban``, ``suburban`` or ``rural``.
    inputs
        Where the change from one model to the next stands.
    """
    scenario = inputs.environments[environment].scenario
    if wanted == "tr38901":
        return scenario
    if wanted != "hata":
        is_city = environment == "urban" and frequency_mhz >= URBAN_MACRO_FROM_MHZ
        if is_city or frequency_mhz > inputs.tr38901_above_mhz:
            return scenario
    return "hata" if frequency_mhz <= hata.RANGE["frequency_mhz"][1] else "cost231"


def loss_db(
    kind: Kind,
    distance_m: ArrayLike,
    *,
    frequency_mhz: float,
    base_agl_m: float,
    where: Surroundings,
    mobile_agl_m: float,
) -> Floats:
    """Give the median loss of an environment, never below that of free space.

    Parameters
    ----------
    kind
        From :func:`kind_of`.
    distance_m
        Along the ground; below :data:`NEAREST_M` as there. [m]
    frequency_mhz, base_agl_m, mobile_agl_m
        [MHz; m]
    where
        What is assumed of the environment.

    Returns
    -------
    Of the shape of ``distance_m``; not a number where the distance is none. [dB]

    Warns
    -----
    OutOfRangeWarning
        Where the model is extrapolated.
    """
    km = np.maximum(np.asarray(distance_m, dtype=np.float64), NEAREST_M) / 1e3
    heights = {"base_agl_m": base_agl_m, "mobile_agl_m": mobile_agl_m}
    if kind in ("hata", "cost231"):
        model = hata.path_loss_db if kind == "hata" else cost231.path_loss_db
        found = model(km, frequency_mhz=frequency_mhz, **heights, area=where.area)
    elif kind == "uma":
        found = tr38901.uma_nlos_db(km, frequency_mhz=frequency_mhz, **heights)
    else:
        found = tr38901.rma_nlos_db(
            km,
            frequency_mhz=frequency_mhz,
            **heights,
            building_height_m=where.building_height_m,
            street_width_m=where.street_width_m,
        )
    with ranges.gathering():
        least = free_space.path_loss_db(km, frequency_mhz=frequency_mhz)
    return np.asarray(np.maximum(found, least))


def with_terrain_db(near_db: ArrayLike, terrain_db: ArrayLike, distance_m: ArrayLike) -> Floats:
    """Lay the loss over terrain upon that of the environment (module docstring).

    Parameters
    ----------
    near_db, terrain_db
        Of the environment, and of P.1812, one shape; where the terrain is not known (NaN) the
        environment speaks alone. [dB]
    distance_m
        [m]
    """
    near, over = np.asarray(near_db, np.float64), np.asarray(terrain_db, np.float64)
    part = (np.asarray(distance_m, np.float64) - TERRAIN_FROM_M) / (
        TERRAIN_WHOLE_M - TERRAIN_FROM_M
    )
    extra = np.maximum(np.nan_to_num(over - near, nan=0.0), 0.0)
    return np.asarray(near + np.clip(part, 0.0, 1.0) * extra)
