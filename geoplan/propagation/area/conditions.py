"""What is asked of ITU-R P.1812 over an area besides the places: bands, heights, shares, climate.

It checks once what a thousand transmitters share. The places and what stands between them are
left to :mod:`~geoplan.propagation.area.points`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geoplan.propagation import ranges
from geoplan.propagation.itu_p1812.kernel_losses import Asked, inverse_normal
from geoplan.propagation.itu_p1812.link import POLARIZATIONS, RANGE, Polarization, number_problems

LONGEST_STEP_M: Final = 1000.0
"""Beyond it a profile tells nothing of the hills between its points. [m]"""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The bands and the climate of a prediction, one for all transmitters.

    Attributes
    ----------
    frequencies_ghz
        f frequencies, 0.03 to 6. [GHz]
    rx_agl_m
        Receivers above the ground. [m]
    delta_n, n0
        Lapse rate of refractivity [N-units/km] and refractivity at sea level [N-units], as for
        :func:`geoplan.propagation.itu_p1812.basic_transmission_loss_db`, as are those below.
    step_m
        Profiles have ceil(length / step_m) + 1 points, at least 3, evenly spaced. [m]
    polarization, time_percent, location_percent, location_sigma_db, coast_tx_km, coast_rx_km
        The median in time and over locations, far from any coast, unless told otherwise.

    Raises
    ------
    ValueError
        If anything is malformed; the message names everything that is wrong.

    Warns
    -----
    OutOfRangeWarning
        Beyond :data:`geoplan.propagation.itu_p1812.RANGE`, lengths of paths aside.
    """

    frequencies_ghz: tuple[float, ...]
    rx_agl_m: float
    delta_n: float
    n0: float
    step_m: float = 100.0
    polarization: Polarization = "vertical"
    time_percent: float = 50.0
    location_percent: float = 50.0
    location_sigma_db: float = 0.0
    coast_tx_km: float = 500.0
    coast_rx_km: float = 500.0

    def __post_init__(self) -> None:
        """Refuse what cannot be computed, and warn of what lies beyond the Recommendation."""
        bands = tuple(float(f) for f in np.atleast_1d(np.asarray(self.frequencies_ghz, float)))
        object.__setattr__(self, "frequencies_ghz", bands)
        problems = list(self._problems())
        if problems:
            raise ValueError("P.1812 area: " + "; ".join(problems))
        ranges.check(
            "P.1812",
            RANGE,
            frequency_ghz=self.frequencies_ghz,
            time_percent=self.time_percent,
            location_percent=self.location_percent,
            antenna_agl_m=self.rx_agl_m,
        )

    def _problems(self) -> Iterator[str]:
        yield from number_problems(
            {
                "rx_agl_m": self.rx_agl_m,
                "time_percent": self.time_percent,
                "location_percent": self.location_percent,
                "location_sigma_db": self.location_sigma_db,
                "delta_n": self.delta_n,
                "n0": self.n0,
                "coast_tx_km": self.coast_tx_km,
                "coast_rx_km": self.coast_rx_km,
            }
        )
        bands = np.asarray(self.frequencies_ghz)
        if not len(bands) or not (np.isfinite(bands) & (bands > 0.0)).all():
            yield "frequencies_ghz must be one or more numbers above 0"
        if not 0.0 < self.step_m <= LONGEST_STEP_M:
            yield f"step_m must be above 0 and at most {LONGEST_STEP_M:g}"
        if self.polarization not in POLARIZATIONS:
            yield f"polarization must be one of {', '.join(POLARIZATIONS)}"

    @property
    def bands(self) -> NDArray[np.float64]:
        """The frequencies as an array. [GHz]"""
        return np.asarray(self.frequencies_ghz, dtype=np.float64)

    @property
    def asked(self) -> Asked:
        """What the compiled losses are asked."""
        return Asked(
            self.polarization == "vertical",
            float(self.time_percent),
            float(-inverse_normal(self.location_percent / 100.0) * self.location_sigma_db),
            float(self.n0),
            float(self.coast_tx_km),
            float(self.coast_rx_km),
        )


def check_antenna(tx_agl_m: ArrayLike) -> None:
    """Refuse transmitters that stand on or below the ground, and warn beyond the range.

    Raises
    ------
    ValueError
        If a height is no number above 0.
    """
    heights = np.asarray(tx_agl_m, dtype=np.float64)
    if not (np.isfinite(heights) & (heights > 0.0)).all():
        raise ValueError("P.1812 area: tx_agl_m must be above 0")
    ranges.check("P.1812", RANGE, antenna_agl_m=heights)
