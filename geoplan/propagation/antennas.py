"""Antenna patterns, and what an antenna takes off in a direction: two cuts made one, two tilts.

A pattern holds attenuation, never gain; reading pattern files is left to ``io.antenna_patterns``,
power to :mod:`~geoplan.propagation.levels`, and many pairs of cell and point at once to the
compiled twin :mod:`~geoplan.propagation.kernel_antennas`.

Geometry
--------
Azimuth grows clockwise, seen from above, and elevation upwards from the horizon; both in degrees.

*Mechanical* downtilt m turns the whole antenna about the horizontal axis through it that stands
square to its direction: what was radiated to the horizon goes m **down in front, m up behind**,
and stays at the horizon at both sides. With azimuth φ off the direction and elevation ε, the
direction seen from the antenna is (3GPP TR 38.901 § 7.1.3, only with downtilt)::

    x = cos ε · cos φ · cos m − sin ε · sin m      forward
    y = cos ε · sin φ                              to the right
    z = cos ε · cos φ · sin m + sin ε · cos m      upward
    φ' = atan2(y, x)     ε' = atan2(z, √(x² + y²))

*Electrical* downtilt e moves the vertical cut by the same angle all round: **down in front and
down behind**. Attenuation is then, after TR 36.814 table A.2.1.1-2 and TR 38.901 table 7.3-1::

    A = min(A_H(φ') + A_V(−ε' − e + e₀), A_m)

where e₀ is the electrical tilt that the vertical cut was taken with, and A_m the most that the
pattern takes off. Only the front half of a vertical cut is used: behind, A_H says what is left.

References
----------
.. [1] 3GPP TR 36.814 V9.2.0, table A.2.1.1-2, 2017.
.. [2] 3GPP TR 38.901 V17.0.0, § 7.1.3 and table 7.3-1, 2022.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DEGREES: Final = 360
"""Values of a cut: one for each whole degree."""

DEFAULT_SIDE_LOBE_DB: Final = 20.0
"""SLA_v of TR 36.814 table A.2.1.1-2; TR 38.901 table 7.3-1 takes 30 dB."""

EFFECTIVE_EARTH_M: Final = 8_500_000.0
"""Radius of an Earth over which rays are straight (ITU-R P.452: 4/3 of 6371 km)."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """An antenna: its gain, and attenuation by the degree in two cuts.

    Attributes
    ----------
    name
        As the file or the table of bands says.
    gain_dbi
        Gain in the direction of the beam. [dBi]
    horizontal_db
        Shape (360,): attenuation by azimuth off the direction, clockwise, ≥ 0. [dB]
    vertical_db
        Shape (360,): attenuation by depression, 0 at the horizon in front, 90 straight down, 180
        at the horizon behind, 270 straight up, ≥ 0. [dB]
    frequency_mhz
        Carrier for which it was measured; NaN where nobody says. [MHz]
    electrical_tilt_deg
        Downtilt that ``vertical_db`` was taken with. [degrees]
    most_db
        A_m: what both cuts together take off at most; default: the most of either cut. [dB]
    """

    name: str
    gain_dbi: float
    horizontal_db: Floats
    vertical_db: Floats
    frequency_mhz: float = math.nan
    electrical_tilt_deg: float = 0.0
    most_db: float = field(default=math.nan)

    def __post_init__(self) -> None:
        """Check the cuts, and make them unchangeable."""
        for cut in ("horizontal_db", "vertical_db"):
            values = np.array(getattr(self, cut), dtype=np.float64)
            if values.shape != (DEGREES,):
                raise ValueError(f"{cut} needs {DEGREES} values: {values.shape}")
            if not (np.isfinite(values).all() and values.min() >= 0.0):
                raise ValueError(f"{cut} holds attenuation, finite and not below 0 dB")
            values.flags.writeable = False
            object.__setattr__(self, cut, values)
        if not (math.isfinite(self.gain_dbi) and math.isfinite(self.electrical_tilt_deg)):
            raise ValueError("gain and electrical tilt of a pattern must be numbers")
        if math.isnan(self.most_db):
            most = max(self.horizontal_db.max(), self.vertical_db.max())
            object.__setattr__(self, "most_db", float(most))


def three_gpp(
    beamwidth_deg: float = 65.0,
    vertical_beamwidth_deg: float = 10.0,
    gain_dbi: float = 15.0,
    front_to_back: float = 25.0,
    *,
    side_lobe_db: float = DEFAULT_SIDE_LOBE_DB,
    name: str = "3GPP",
    frequency_mhz: float = math.nan,
) -> Pattern:
    """Make the sector antenna of 3GPP studies: 12 (angle / beamwidth)² dB, and no more than a cap.

    Parameters
    ----------
    beamwidth_deg, vertical_beamwidth_deg
        φ_3dB and θ_3dB: full widths at half power, over 0. [degrees]
    gain_dbi
        Gain in the direction of the beam. [dBi]
    front_to_back
        A_m: 25 in TR 36.814 [1]_, 30 in TR 38.901 [2]_. [dB]
    side_lobe_db
        SLA_v: 20 in TR 36.814, 30 in TR 38.901. [dB]

    Raises
    ------
    ValueError
        If a beamwidth or a cap is not positive.

    Examples
    --------
    >>> sector = three_gpp(70.0, 10.0, 14.0, 25.0)
    >>> float(sector.horizontal_db[35]), float(sector.vertical_db[5])
    (3.0, 3.0)
    """
    given = (beamwidth_deg, vertical_beamwidth_deg, front_to_back, side_lobe_db)
    if not all(0.0 < value < math.inf for value in given):
        raise ValueError(f"beamwidths and caps of a pattern must be positive: {given}")
    off = _off_axis_deg()
    return Pattern(
        name=name,
        gain_dbi=gain_dbi,
        horizontal_db=np.minimum(12.0 * (off / beamwidth_deg) ** 2, front_to_back),
        vertical_db=np.minimum(12.0 * (off / vertical_beamwidth_deg) ** 2, side_lobe_db),
        frequency_mhz=frequency_mhz,
        most_db=front_to_back,
    )


def omni(
    gain_dbi: float = 10.0,
    vertical_beamwidth_deg: float | None = None,
    *,
    side_lobe_db: float = DEFAULT_SIDE_LOBE_DB,
    name: str = "omni",
    frequency_mhz: float = math.nan,
) -> Pattern:
    """Make an antenna that radiates alike all round: of 3GPP's vertical shape, or of none.

    Parameters
    ----------
    vertical_beamwidth_deg
        Full width at half power; None = alike upwards and downwards too. [degrees]
    """
    vertical = np.zeros(DEGREES)
    if vertical_beamwidth_deg is not None:
        vertical = three_gpp(
            vertical_beamwidth_deg=vertical_beamwidth_deg, side_lobe_db=side_lobe_db
        ).vertical_db
    return Pattern(name, gain_dbi, np.zeros(DEGREES), vertical, frequency_mhz)


def all_round(pattern: Pattern) -> Pattern:
    """Give a pattern without its horizontal cut, for a cell whose direction nobody says."""
    return Pattern(
        name=pattern.name,
        gain_dbi=pattern.gain_dbi,
        horizontal_db=np.zeros(DEGREES),
        vertical_db=pattern.vertical_db,
        frequency_mhz=pattern.frequency_mhz,
        electrical_tilt_deg=pattern.electrical_tilt_deg,
        most_db=pattern.most_db,
    )


def attenuation_db(
    pattern: Pattern,
    azimuth_off_deg: ArrayLike,
    elevation_deg: ArrayLike,
    mechanical_tilt_deg: ArrayLike = 0.0,
    electrical_tilt_deg: ArrayLike | None = None,
) -> Floats:
    """Give what an antenna takes off its gain in a direction (module docstring).

    Parameters
    ----------
    azimuth_off_deg
        Azimuth of the direction less that of the antenna, any shape and any turn. [degrees]
    elevation_deg
        Elevation of the direction, −90 to 90, upwards positive. [degrees]
    mechanical_tilt_deg
        Downtilt of the antenna itself: down in front, up behind. [degrees]
    electrical_tilt_deg
        Downtilt of the beam, all round; None = as the pattern was taken. [degrees]

    Returns
    -------
    Attenuation ≥ 0, in the shape that the arguments make together; NaN where one is NaN. [dB]
    """
    turned, raised = _seen_from_antenna(
        np.asarray(azimuth_off_deg, dtype=np.float64),
        np.asarray(elevation_deg, dtype=np.float64),
        np.asarray(mechanical_tilt_deg, dtype=np.float64),
    )
    tilt = pattern.electrical_tilt_deg if electrical_tilt_deg is None else electrical_tilt_deg
    below = -raised - np.asarray(tilt, dtype=np.float64) + pattern.electrical_tilt_deg
    taken = at_angle_db(pattern.horizontal_db, turned) + at_angle_db(pattern.vertical_db, below)
    return np.asarray(np.minimum(taken, pattern.most_db))


def at_angle_db(cut_db: Floats, angle_deg: ArrayLike) -> Floats:
    """Give a cut at an angle, linear between whole degrees and closed at 360.

    Parameters
    ----------
    cut_db
        Shape (360,). [dB]
    angle_deg
        Any shape, any turn; NaN gives NaN. [degrees]
    """
    angle = np.asarray(angle_deg, dtype=np.float64)
    turned = angle - DEGREES * np.floor(angle / DEGREES)
    known = np.isfinite(turned)
    floor = np.floor(np.where(known, turned, 0.0))
    # A hair below 0 is 360 − 0 in floats: the remainder takes it to 0 again.
    first = floor.astype(np.int64) % DEGREES
    share = np.where(known, turned - floor, np.nan)
    return np.asarray(cut_db[first] * (1.0 - share) + cut_db[(first + 1) % DEGREES] * share)


def elevation_deg(
    distance_m: ArrayLike, *, base_amsl_m: ArrayLike, mobile_amsl_m: ArrayLike
) -> Floats:
    """Give the elevation at which an antenna sees a point, over the curved Earth.

    Parameters
    ----------
    distance_m
        Distance on the ground; 0 is seen straight below or above. [m]
    base_amsl_m, mobile_amsl_m
        Heights of both above sea level, or of both above one flat ground. [m]

    Returns
    -------
    atan((h_m − h_b) / d − d / 2a_e), in degrees; 0 where both are at one place.
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    rise = np.asarray(mobile_amsl_m, dtype=np.float64) - np.asarray(base_amsl_m, dtype=np.float64)
    return np.asarray(
        np.degrees(np.arctan2(rise - distance**2 / (2 * EFFECTIVE_EARTH_M), distance))
    )


@dataclass(frozen=True)
class Mounted:
    """How antennas hang: an array of equal length for each, a row for each cell.

    Attributes
    ----------
    pattern
        Which pattern of a list, integer.
    azimuth_deg
        Direction; NaN = all round, whatever the horizontal cut. [degrees]
    mechanical_tilt_deg, electrical_tilt_deg
        Downtilts; neither may be NaN. [degrees]
    """

    pattern: NDArray[np.int64]
    azimuth_deg: Floats
    mechanical_tilt_deg: Floats
    electrical_tilt_deg: Floats

    def __len__(self) -> int:
        return len(self.pattern)


def pairs_db(
    patterns: Sequence[Pattern],
    mounted: Mounted,
    cell: NDArray[np.int64],
    bearing_deg: Floats,
    elevation_deg: Floats,
) -> Floats:
    """Give the attenuation of pairs of cell and point: the plain form that the kernel is held to.

    Parameters
    ----------
    patterns
        What ``mounted.pattern`` counts.
    mounted
        Of n cells.
    cell
        Shape (m,): row of the cell of each pair.
    bearing_deg, elevation_deg
        Shape (m,): direction from the cell to the point. [degrees]

    Returns
    -------
    Shape (m,). A cell without azimuth has neither a horizontal cut nor a mechanical tilt. [dB]
    """
    found = np.full(len(cell), np.nan)
    has_direction = np.isfinite(mounted.azimuth_deg)
    for number, pattern in enumerate(patterns):
        for directed, shape in ((True, pattern), (False, all_round(pattern))):
            here = (mounted.pattern[cell] == number) & (has_direction[cell] == directed)
            own = cell[here]
            off = bearing_deg[here] - mounted.azimuth_deg[own] if directed else 0.0
            found[here] = attenuation_db(
                shape,
                off,
                elevation_deg[here],
                mounted.mechanical_tilt_deg[own] if directed else 0.0,
                mounted.electrical_tilt_deg[own],
            )
    return found


def _seen_from_antenna(off: Floats, elevation: Floats, tilt: Floats) -> tuple[Floats, Floats]:
    """Turn a direction into the frame of a tilted antenna: azimuth off its axis and elevation."""
    phi, eps, m = np.radians(off), np.radians(elevation), np.radians(tilt)
    level, up = np.cos(eps) * np.cos(phi), np.sin(eps)
    x = level * np.cos(m) - up * np.sin(m)
    y = np.cos(eps) * np.sin(phi)
    z = level * np.sin(m) + up * np.cos(m)
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))


def _off_axis_deg() -> Floats:
    """Give how far each of the 360 whole degrees lies from 0, at most 180."""
    angle = np.arange(DEGREES, dtype=np.float64)
    return np.minimum(angle, DEGREES - angle)
