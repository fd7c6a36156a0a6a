"""ITU-R P.1812 over areas: from transmitters to the points and pixels around them.

:mod:`~geoplan.propagation.itu_p1812` is the Recommendation, one profile at a time; here profiles
are cut out of a relief and their losses computed by the compiled twin. What a loss means for a
service is left to the link budget.
"""

from __future__ import annotations

from geoplan.propagation.area.conditions import Conditions
from geoplan.propagation.area.disc import Disc, disc
from geoplan.propagation.area.points import losses_of_many, losses_to_points

__all__ = ["Conditions", "Disc", "disc", "losses_of_many", "losses_to_points"]
