"""Administrative units: the commune of a point, and what the units were before they were redrawn.

Pure: tables and points in, new ones out; reading crosswalks and polygons is left to ``io``.
"""

from geoplan.admin.points import commune_of_points, far_distance_m

__all__ = ["commune_of_points", "far_distance_m"]
