"""Which candidate would reach which demand: one sparse matrix of who lies within whose radius.

The distance is that of today's service (``coverage.build``), its limit included. What reaching
is worth is left to ``siting.problem``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geoplan.coverage.build import pairs_within

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
ReachBy = Callable[[Floats, Floats, Floats, Floats, Floats], "csr_matrix"]
"""What tells who reaches what: :func:`incidence`, or by level with the same arguments."""


def incidence(
    longitude: Floats,
    latitude: Floats,
    radius_m: Floats,
    demand_longitude: Floats,
    demand_latitude: Floats,
) -> csr_matrix:
    """Tell which demand lies within the radius of each candidate, all round.

    Parameters
    ----------
    longitude, latitude, radius_m
        Of the candidates, shape (candidates,). [degrees; m]
    demand_longitude, demand_latitude
        Shape (demand,). [degrees]

    Returns
    -------
    Booleans, shape (candidates, demand), indices ascending in each row.
    """
    from scipy.sparse import csr_matrix

    shape = (len(longitude), len(demand_longitude))
    if 0 in shape:
        return csr_matrix(np.zeros(shape, bool))
    reach = pairs_within(longitude, latitude, radius_m, demand_longitude, demand_latitude)
    return csr_matrix((np.ones(reach.n_pairs, bool), reach.demand, reach.indptr), shape=shape)
