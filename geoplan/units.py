"""Units and the handful of numbers that the whole package shares.

Radio constants stand with their models; thresholds of a scenario stand in its defaults.
"""

from __future__ import annotations

from typing import Final

OPERATORS: Final = ("Viettel", "VNPT", "MobiFone", "Vietnamobile", "Gmobile")
"""Those who radiate in Vietnam (vietnam.md §2.7); a scenario may name more, eight in all."""

MAX_OPERATORS: Final = 8
"""One bit each in a byte of the service rasters."""

TECHNOLOGIES: Final = ("2G", "3G", "4G", "5G")

ENVIRONMENTS: Final = ("urban", "suburban", "rural")

MBB: Final = "MBB"
"""The name under which the technologies of ``coverage.mbb`` are counted together."""

SENSITIVITY_DISTANCES_M: Final = (10.0, 20.0, 30.0, 50.0, 100.0, 200.0)
"""Distances at which every sharing ratio is printed again (PRODUCT.md §5)."""

OUTSIDE_LIMIT_M: Final = 15_000.0
"""A site farther than this from every commune is refused (PRODUCT.md §4)."""

INSTALLATION_SPREAD_M: Final = 30.0
"""Rows of one site_id farther apart than this are a fault of the row (PRODUCT.md §5)."""

ALWAYS_SERVED_M: Final = 1.0
"""Within this distance a sector has no direction (PRODUCT.md §5)."""

TOLERANCE_M: Final = 0.001
"""Limits include their end: distances are compared to the millimetre."""

TOLERANCE_DEG: Final = 1e-4
"""Sector edges are compared to a ten-thousandth of a degree: 6 mm at 3.5 km."""

RADIUS_MARGIN: Final = 0.10
"""Counts of hamlets are repeated at 1 − and 1 + this share of the radius (PRODUCT.md §5)."""

REACH_FACTOR: Final = 1.25
"""Reach keeps pairs up to this multiple of the emitter's largest radius (ARCHITECTURE.md)."""

LEAST_AGL_M: Final = 1.0
"""Antennas of P.1812 stand this high at least; lower ones are heights that nobody gave. [m]"""
