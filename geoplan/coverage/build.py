"""Fills Reach from sites and demand, and lists the cells that are on air.

Which of the pairs are service is left to ``coverage.service``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.reach import Reach
from geoplan.units import REACH_FACTOR

if TYPE_CHECKING:
    from geoplan.coverage.radio import Radio
    from geoplan.results import Demand

Floats = NDArray[np.float64]


def on_air(sites: pd.DataFrame, day: datetime.date) -> NDArray[np.bool_]:
    """Tell which rows are on air on a day (PRODUCT.md §5).

    Status existing or blank, begun by that day or with a blank date, and not switched off by
    then: ``off_air_date`` is the first day off.
    """
    at = pd.Timestamp(day)
    begun = sites["on_air_date"].isna() | (sites["on_air_date"] <= at)
    running = sites["off_air_date"].isna() | (sites["off_air_date"] > at)
    existing = sites["status"].isin(["existing", ""])
    return (existing & begun & running).to_numpy(dtype=bool)


@dataclass(frozen=True)
class Cells:
    """The on-air cells of the technologies that are computed, as arrays for the kernels.

    ``emitter`` is the row of ``Reach``, ``operator`` and ``technology`` are indices,
    ``direction`` is NaN for an antenna that radiates all round. ``radio`` None = they serve by
    distance.
    """

    longitude: Floats
    latitude: Floats
    emitter: NDArray[np.int32]
    operator: NDArray[np.int8]
    technology: NDArray[np.int8]
    radius_m: Floats
    direction: Floats
    half_width: Floats
    radio: Radio | None = None

    def __len__(self) -> int:
        return len(self.emitter)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Cells:
        """Give some of the cells, in the order of ``rows``."""
        names = [name for name in self.__dataclass_fields__ if name != "radio"]
        found = Cells(*(getattr(self, name)[rows] for name in names))
        return found if self.radio is None else replace(found, radio=self.radio.take(rows))


def cell_arrays(
    cells: pd.DataFrame,
    operators: tuple[str, ...],
    technologies: tuple[str, ...],
    sector_width_deg: float,
) -> Cells:
    """Turn the frame of on-air cells into arrays; other technologies are left out.

    Parameters
    ----------
    cells
        On-air rows with ``radius_m``.
    operators, technologies
        Names in the order of their indices.
    sector_width_deg
        Least width of a sector. [degrees]
    """
    cells = cells[cells["technology"].isin(technologies)]
    beam = cells["beamwidth_deg"].to_numpy(np.float64)
    points = cells[["longitude", "latitude"]].to_numpy(np.float64)
    emitter = np.unique(points, axis=0, return_inverse=True)[1]
    return Cells(
        cells["longitude"].to_numpy(np.float64),
        cells["latitude"].to_numpy(np.float64),
        emitter.ravel().astype(np.int32),
        _index_of(cells["operator"], operators),
        _index_of(cells["technology"], technologies),
        cells["radius_m"].to_numpy(np.float64),
        cells["azimuth_deg"].to_numpy(np.float64),
        np.fmax(beam, sector_width_deg) / 2.0,
    )


def _index_of(values: pd.Series, names: tuple[str, ...]) -> NDArray[np.int8]:
    return np.asarray(pd.Index(names).get_indexer(pd.Index(values)), dtype=np.int8)


def build_reach(cells: Cells, demand: Demand) -> Reach:
    """Find for every emitter the demand within its largest radius × 1.25.

    Parameters
    ----------
    cells
        From :func:`cell_arrays`.
    demand
        From ``coverage.demand``.
    """
    n_emitters = int(cells.emitter.max()) + 1 if len(cells) else 0
    first = np.full(n_emitters, len(cells))
    np.minimum.at(first, cells.emitter, np.arange(len(cells)))
    cut = np.zeros(n_emitters)
    np.maximum.at(cut, cells.emitter, cells.radius_m * REACH_FACTOR)
    return pairs_within(
        cells.longitude[first], cells.latitude[first], cut, demand.longitude, demand.latitude
    )


def pairs_within(
    site_lon: Floats, site_lat: Floats, cut_m: Floats, lon: Floats, lat: Floats
) -> Reach:
    """Find all points within each site's own distance, in compressed rows.

    Parameters
    ----------
    site_lon, site_lat, cut_m
        Degrees and metres, shape (sites,).
    lon, lat
        Degrees, shape (points,).
    """
    return pairs_with(site_lon, site_lat, cut_m, by_latitude(lon, lat))


@dataclass(frozen=True)
class ByLatitude:
    """Points from south to north: who they are, where on Earth, and their latitudes."""

    order: NDArray[np.int32]
    earth_centred_m: Floats
    latitude: Floats


def by_latitude(lon: Floats, lat: Floats) -> ByLatitude:
    """Put points in the order in which pairs are looked for."""
    order = np.argsort(lat, kind="stable")
    return ByLatitude(order.astype(np.int32), geodesy.ecef(lon, lat)[order], lat[order])


def pairs_with(site_lon: Floats, site_lat: Floats, cut_m: Floats, among: ByLatitude) -> Reach:
    """Find pairs as :func:`pairs_within` does, among points that were ordered before."""
    from geoplan.coverage import kernels

    points, sorted_lat = among.earth_centred_m, among.latitude
    sites, chords = geodesy.ecef(site_lon, site_lat), geodesy.chord_m(cut_m)
    east, north = geodesy.east_north(site_lon, site_lat)
    counts = kernels.count_pairs(sites, site_lat, points, sorted_lat, chords)
    indptr = np.zeros(len(site_lon) + 1, np.int64)
    np.cumsum(counts, out=indptr[1:])
    demand = np.empty(indptr[-1], np.int32)
    chord, azimuth = np.empty(indptr[-1]), np.empty(indptr[-1], np.float32)
    kernels.fill_pairs(
        sites,
        site_lat,
        east,
        north,
        points,
        sorted_lat,
        among.order,
        chords,
        indptr,
        demand,
        chord,
        azimuth,
    )
    return Reach(indptr, demand, geodesy.arc_m(chord), azimuth, len(sorted_lat), cut_m)
