"""Where hamlets without coordinates may lie: their names beside the names of points.

``names`` reads names, ``candidates`` compares them; reading files and asking a person is left to
``io`` and ``report``. Nothing that is found here counts until a person has confirmed it.
"""

from geoplan.locating.candidates import find_candidates

__all__ = ["find_candidates"]
