"""P.1812 for many paths and bands at once, by the compiled twin.

It checks a whole table of profiles and gives a table of losses; sampling profiles out of terrain
is left to the caller. A single path that is to be explained is
:func:`geoplan.propagation.itu_p1812.steps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from geoplan.propagation import ranges
from geoplan.propagation.itu_p1812 import kernel_rows
from geoplan.propagation.itu_p1812.kernel import Floats, Zones
from geoplan.propagation.itu_p1812.kernel_losses import Asked, inverse_normal
from geoplan.propagation.itu_p1812.kernel_rows import Counts
from geoplan.propagation.itu_p1812.link import POLARIZATIONS, RANGE, Polarization, number_problems

_INLAND: Final = 4


def losses_db(
    distance_km: ArrayLike,
    ground_amsl_m: ArrayLike,
    *,
    clutter_m: ArrayLike = 0.0,
    zone: ArrayLike = _INLAND,
    points: ArrayLike | None = None,
    frequencies_ghz: ArrayLike,
    tx_agl_m: ArrayLike,
    rx_agl_m: ArrayLike,
    polarization: Polarization,
    time_percent: float,
    location_percent: float,
    location_sigma_db: float,
    delta_n: float,
    n0: float,
    tx_lonlat: ArrayLike,
    rx_lonlat: ArrayLike,
    coast_tx_km: float = 500.0,
    coast_rx_km: float = 500.0,
) -> Floats:
    """Give the basic transmission loss of n paths at f frequencies, as the plain form does.

    Parameters
    ----------
    distance_km, ground_amsl_m, clutter_m, zone
        Profiles, n rows of m points, each as for
        :func:`geoplan.propagation.itu_p1812.basic_transmission_loss_db`; what fits n rows of m
        by numpy's rules is taken for all of them. What lies behind a row's last point is not read.
    points
        Points of each row, 3 to m; default m.
    frequencies_ghz
        f frequencies. [GHz]
    tx_agl_m, rx_agl_m
        One height, or n. [m]
    tx_lonlat, rx_lonlat
        One place (2) or n (n, 2). [degrees]

    The others are those of the plain form, one for all paths.

    Returns
    -------
    Losses, n rows of f. [dB]

    Raises
    ------
    ValueError
        If anything is malformed, as in the plain form.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`geoplan.propagation.itu_p1812.RANGE`.
    """
    ground = np.asarray(ground_amsl_m, dtype=np.float64)
    if ground.ndim != 2 or ground.shape[1] < 3:
        raise ValueError("P.1812: ground_amsl_m must be rows of at least 3 points")
    n, m = ground.shape
    distance, clutter = _rows(distance_km, m), _rows(clutter_m, m)
    zones = _rows(zone, m).astype(np.int8)
    counts = np.broadcast_to(np.asarray(m if points is None else points, dtype=np.int64), n)
    frequencies = np.atleast_1d(np.asarray(frequencies_ghz, dtype=np.float64))
    heights = np.empty((n, 2))
    heights[:, 0], heights[:, 1] = tx_agl_m, rx_agl_m
    places = np.empty((n, 4))
    places[:, :2], places[:, 2:] = tx_lonlat, rx_lonlat
    numbers = {
        "time_percent": time_percent,
        "location_percent": location_percent,
        "location_sigma_db": location_sigma_db,
        "delta_n": delta_n,
        "n0": n0,
        "coast_tx_km": coast_tx_km,
        "coast_rx_km": coast_rx_km,
    }
    problems = [
        *_profiles_problems(distance, ground, clutter, zones, counts),
        *number_problems(numbers),
        *_others_problems(frequencies, heights, places, polarization),
    ]
    if problems:
        raise ValueError("P.1812: " + "; ".join(problems))
    ranges.check(
        "P.1812",
        RANGE,
        frequency_ghz=frequencies,
        length_km=distance[np.minimum(np.arange(n), len(distance) - 1), counts - 1],
        time_percent=time_percent,
        location_percent=location_percent,
        antenna_agl_m=heights,
        latitude_deg=places[:, 1::2],
    )
    location_db = -inverse_normal(location_percent / 100.0) * location_sigma_db
    asked = Asked(
        polarization == "vertical",
        float(time_percent),
        float(location_db),
        float(n0),
        float(coast_tx_km),
        float(coast_rx_km),
    )
    losses = np.empty((n, len(frequencies)))
    rows = (distance, np.ascontiguousarray(ground), clutter, zones)
    kernel_rows.fill(
        losses, *rows, counts.copy(), frequencies, heights, places, float(delta_n), asked
    )
    return losses


def _rows(given: ArrayLike, m: int) -> Floats:
    """Give rows of m: one for all paths where only one is given."""
    rows = np.asarray(given, dtype=np.float64)
    count = len(rows) if rows.ndim == 2 else 1
    return np.ascontiguousarray(np.broadcast_to(rows, (count, m)))


def _profiles_problems(
    distance: Floats, ground: Floats, clutter: Floats, zones: Zones, points: Counts
) -> Iterator[str]:
    m = ground.shape[1]
    for name, given in (("distance_km", distance), ("clutter_m", clutter), ("zone", zones)):
        if len(given) not in (1, len(ground)):
            yield f"{name} has {len(given)} rows, ground_amsl_m has {len(ground)}"
            return
    if ((points < 3) | (points > m)).any():
        yield f"points must lie between 3 and {m}"
        return
    for name, given in (
        ("distance_km", distance),
        ("ground_amsl_m", ground),
        ("clutter_m", clutter),
    ):
        if not kernel_rows.are_finite(given, _points_of(given, points)):
            yield f"{name} holds a value that is no finite number"
    if (distance[:, 0] != 0.0).any():
        yield "distance_km must begin with 0, at the transmitter"
    row = np.minimum(np.arange(len(ground)), len(distance) - 1)
    if kernel_rows.descends(distance, _points_of(distance, points)):
        yield "distance_km must not descend"
    elif (distance[:, 1] == 0.0).any() or (
        distance[row, points - 2] == distance[row, points - 1]
    ).any():
        yield "distance_km must hold each terminal once"
    if kernel_rows.least(clutter, _points_of(clutter, points)) < 0.0:
        yield "clutter_m must not be negative"
    if not kernel_rows.are_zones(zones, _points_of(zones, points)):
        yield "zone must be 1 (sea), 3 (coastal land) or 4 (inland)"


def _points_of(rows: Floats | Zones, points: Counts) -> Counts:
    """Give how many points of each row are read: the longest path of all where they share one."""
    return points if len(rows) > 1 else points.max(keepdims=True)


def _others_problems(
    frequencies: Floats, heights: Floats, places: Floats, polarization: str
) -> Iterator[str]:
    if not (np.isfinite(frequencies) & (frequencies > 0.0)).all():
        yield "frequencies_ghz must be above 0"
    if not (np.isfinite(heights) & (heights > 0.0)).all():
        yield "tx_agl_m and rx_agl_m must be above 0"
    if not np.isfinite(places).all() or (np.abs(places) > [360.0, 90.0, 360.0, 90.0]).any():
        yield "tx_lonlat and rx_lonlat must be longitudes, then latitudes, in degrees"
    if polarization not in POLARIZATIONS:
        yield f"polarization must be one of {', '.join(POLARIZATIONS)}"
