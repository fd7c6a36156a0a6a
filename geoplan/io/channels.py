"""Channel numbers of carriers in MHz: EARFCN of 4G, NR-ARFCN of 5G, for the bands of Vietnam.

Names of bands are left to ``radio_words``.

References
----------
.. [1] 3GPP TS 36.101, "E-UTRA; User Equipment (UE) radio transmission and reception," §5.7.3.
.. [2] 3GPP TS 38.104, "NR; Base Station (BS) radio transmission and reception," §5.4.2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LTE_DOWNLINK: Final[Mapping[int, tuple[float, int, int]]] = {
    1: (2110.0, 0, 599),
    3: (1805.0, 1200, 1949),
    5: (869.0, 2400, 2649),
    7: (2620.0, 2750, 3449),
    8: (925.0, 3450, 3799),
    20: (791.0, 6150, 6449),
    28: (758.0, 9210, 9659),
    38: (2570.0, 37750, 38249),
    39: (1880.0, 38250, 38649),
    40: (2300.0, 38650, 39649),
    41: (2496.0, 39650, 41589),
    42: (3400.0, 41590, 43589),
    43: (3600.0, 43590, 45589),
}
"""E-UTRA band → lowest downlink frequency [MHz], first and last channel (Table 5.7.3-1 of [1]_)."""
_LTE_STEP_MHZ: Final = 0.1

NR_RASTER: Final = ((5e-3, 0.0, 0, 599_999), (15e-3, 3000.0, 600_000, 2_016_666))
"""Step and start [MHz], first and last channel (Table 5.4.2.1-1 of [2]_, up to 24.25 GHz)."""
NR_DOWNLINK: Final[Mapping[int, tuple[float, float]]] = {
    1: (2110.0, 2170.0),
    3: (1805.0, 1880.0),
    5: (869.0, 894.0),
    7: (2620.0, 2690.0),
    8: (925.0, 960.0),
    28: (758.0, 803.0),
    38: (2570.0, 2620.0),
    40: (2300.0, 2400.0),
    41: (2496.0, 2690.0),
    77: (3300.0, 4200.0),
    79: (4400.0, 5000.0),
}
"""NR band → its downlink [MHz] (Table 5.2-1 of [2]_); n78 lies in n77."""
LAST_EARFCN: Final = 45_589
"""Channel numbers above are of 5G: those of its bands here begin at 151,600 (758 MHz)."""


def lte_mhz(earfcn: ArrayLike) -> Floats:
    """Give the downlink carrier of EARFCNs; NaN where no band above has that channel.

    >>> lte_mhz([1300, 3500, 9385, 599.5]).tolist()
    [1815.0, 930.0, 775.5, nan]
    """
    number = np.asarray(earfcn, dtype=np.float64)
    found = np.full(number.shape, np.nan)
    for lowest, first, last in LTE_DOWNLINK.values():
        inside = (number >= first) & (number <= last) & (number == np.floor(number))
        found[inside] = lowest + _LTE_STEP_MHZ * (number[inside] - first)
    return np.asarray(np.round(found, 3))


def nr_mhz(arfcn: ArrayLike) -> Floats:
    """Give the carrier of NR-ARFCNs; NaN where no band above has that channel.

    >>> nr_mhz([632628, 151600, 520000, 1]).tolist()
    [3489.42, 758.0, 2600.0, nan]
    """
    number = np.asarray(arfcn, dtype=np.float64)
    found = np.full(number.shape, np.nan)
    for step, start, first, last in NR_RASTER:
        inside = (number >= first) & (number <= last) & (number == np.floor(number))
        found[inside] = start + step * (number[inside] - first)
    found = np.round(found, 3)
    known = np.zeros(number.shape, dtype=bool)
    for low, high in NR_DOWNLINK.values():
        known |= (found >= low) & (found <= high)
    return np.where(known, found, np.nan)
