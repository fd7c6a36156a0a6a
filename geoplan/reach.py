"""Which cells come near which demand, sparse: the container that every later stage reads.

One row for each unique place that radiates, one column for each demand point (hamlet centres,
then clusters); it holds distances and bearings, never margins, so that radius, sector and
operator stay filters per cell. Filling it is left to ``coverage.build``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Reach:
    """Distances from emitters to demand, in compressed rows.

    Attributes
    ----------
    indptr
        Where each emitter's pairs begin, shape (emitters + 1,).
    demand
        Demand point of each pair, ascending within a row, shape (pairs,).
    distance_m
        Geodesic distance of each pair, shape (pairs,). [m] Eight bytes, because limits include
        their end to the millimetre.
    azimuth_deg
        Direction from the emitter, float32, shape (pairs,). [degrees from true north]
    n_demand
        Number of demand points.
    cut_m
        How far each emitter was looked at, shape (emitters,). [m]
    """

    indptr: NDArray[np.int64]
    demand: NDArray[np.int32]
    distance_m: NDArray[np.float64]
    azimuth_deg: NDArray[np.float32]
    n_demand: int
    cut_m: NDArray[np.float64]

    @property
    def n_emitters(self) -> int:
        """Number of emitters."""
        return len(self.indptr) - 1

    @property
    def n_pairs(self) -> int:
        """Number of stored pairs."""
        return len(self.demand)

    def row(self, emitter: int) -> slice:
        """Give where the pairs of an emitter stand."""
        return slice(int(self.indptr[emitter]), int(self.indptr[emitter + 1]))
