"""From degrees to millimetres on paper: the planning CRS, scaled evenly into a box.

Which box, and what is drawn in it, is left to the modules beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geoplan import geodesy

LEAST_SIDE_M: Final = 400.0
"""A frame around one point is at least this wide. [m]"""
_DEGREE_M: Final = 111_320.0


@dataclass(frozen=True)
class Box:
    """A part of the paper. [mm]"""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class Frame:
    """A window of the ground on a box of the paper.

    ``west`` and ``north`` are the corner of the box in metres, ``m_per_mm`` is the scale: 1 mm
    on paper is so many metres.
    """

    box: Box
    crs: str
    west: float
    north: float
    m_per_mm: float
    shrink: float = 1.0
    """Metres of a degree to the east beside one to the north, in a CRS of degrees."""

    def at(
        self, longitude: ArrayLike, latitude: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give places on paper of points in degrees. [mm]"""
        x, y = _metres(longitude, latitude, self.crs, self.shrink)
        return self.on_paper(x, y)

    def on_paper(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give places on paper of points in metres of the frame. [mm]"""
        across = self.box.left + (x - self.west) / self.m_per_mm
        down = self.box.top + (self.north - y) / self.m_per_mm
        return across, down

    def shapes(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Give shapes in degrees as shapes on paper. [mm]"""

        def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(self.at(points[:, 0], points[:, 1]))

        moved: NDArray[Any] = shapely.transform(shapes, move)
        return moved

    @property
    def window(self) -> Any:
        """The box as a polygon. [mm]"""
        return shapely.box(self.box.left, self.box.top, self.box.right, self.box.bottom)


def frame_of(bounds: tuple[float, float, float, float], crs: str, box: Box) -> Frame:
    """Fit a part of the ground into a box, in its middle, as large as it goes.

    Parameters
    ----------
    bounds
        West, south, east, north. [degrees]
    crs
        The planning CRS: metres, or degrees, which are then scaled at the middle latitude.
    box
        Where it is to stand. [mm]
    """
    west, south, east, north = bounds
    shrink = float(np.cos(np.radians((south + north) / 2)))
    steps = np.linspace(0.0, 1.0, 9)
    lon = np.concatenate([west + (east - west) * steps, [west] * 9, [east] * 9])
    lat = np.concatenate([[south] * 9, south + (north - south) * steps, [north] * 9])
    lon, lat = np.append(lon, lon[:9]), np.append(lat, [north] * 9)
    x, y = _metres(lon, lat, crs, shrink)
    width, height = max(np.ptp(x), LEAST_SIDE_M), max(np.ptp(y), LEAST_SIDE_M)
    scale = float(max(width / box.width, height / box.height))
    middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    return Frame(
        box,
        crs,
        float(middle_x - box.width * scale / 2),
        float(middle_y + box.height * scale / 2),
        scale,
        shrink,
    )


def frame_around(longitude: float, latitude: float, half_m: float, crs: str, box: Box) -> Frame:
    """Fit the ground around a point, at least ``half_m`` to each side, into a box."""
    half_m = max(half_m, LEAST_SIDE_M / 2)
    shrink = float(np.cos(np.radians(latitude)))
    x, y = _metres([longitude], [latitude], crs, shrink)
    scale = 2 * half_m / min(box.width, box.height)
    west = float(x[0]) - box.width * scale / 2
    return Frame(box, crs, west, float(y[0]) + box.height * scale / 2, scale, shrink)


def _metres(
    longitude: ArrayLike, latitude: ArrayLike, crs: str, shrink: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if geodesy.is_geographic(crs):
        x = np.asarray(longitude, dtype=np.float64) * _DEGREE_M * shrink
        return x, np.asarray(latitude, dtype=np.float64) * _DEGREE_M
    return geodesy.from_wgs84(longitude, latitude, crs)


def round_length(most: float) -> float:
    """Give the largest 1, 2 or 5 times a power of ten that is no longer than ``most``.

    >>> round_length(7400), round_length(2.1)
    (5000.0, 2.0)
    """
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))
