"""Why a link loses what it loses: the terms of P.1812, the obstacles, the clearance, the cure.

Words for the terms, reading profiles and drawing them are left to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geoplan.propagation import itu_p1812
from geoplan.propagation.itu_p1812.link import Floats, Link

FREE_OF_LOSS_NU: Final = -0.78
"""Below this diffraction parameter an edge costs nothing (P.1812 § 4.3, equation 12)."""

GREATEST_MAST_M: Final = 100.0
"""The highest antenna that is tried as a cure. [m]"""


@dataclass(frozen=True)
class Term:
    """What one mechanism adds to the loss; ``code`` is the message id. [dB]"""

    code: str
    added_db: float


@dataclass(frozen=True)
class Clearance:
    """The path at each point of its profile, with the median effective Earth.

    Attributes
    ----------
    bulge_m
        What the Earth rises above the chord. [m]
    line_amsl_m
        The straight line between the antennas. [m]
    fresnel_m
        Radius of the first Fresnel zone; 0 at the antennas. [m]
    above_line_m
        Ground and clutter with the bulge, above the line; negative where it is clear. [m]
    nu
        Diffraction parameter; NaN at the antennas.
    """

    bulge_m: Floats
    line_amsl_m: Floats
    fresnel_m: Floats
    above_line_m: Floats
    nu: Floats


@dataclass(frozen=True)
class Obstacle:
    """The point of the profile that stands most in the way.

    ``blocked_share`` is the part of the first Fresnel zone's height below the obstacle's top;
    ``is_clutter`` where the bare ground there would cost nothing.
    """

    distance_km: float
    above_line_m: float
    blocked_share: float
    nu: float
    is_clutter: bool


def terms(found: itu_p1812.Steps) -> list[Term]:
    """Split a loss into terms whose sum is the loss: successive differences of the steps.

    The order is the Recommendation's own. What a mechanism adds depends on those before it, so
    enhancements (focusing, time, ducting, troposcatter) may be negative.
    """
    sight, whole, median = found.line_of_sight, found.combination, found.median
    bare = itu_p1812.steps(_without_clutter(found.link)).median.actual.loss_db
    reached = [
        ("free_space", sight.free_space_db),
        ("focusing", sight.loss_db),
        ("terrain", sight.loss_db + bare),
        ("clutter", sight.loss_db + median.actual.loss_db),
        ("spherical_earth", sight.loss_db + median.loss_db),
        ("time", whole.diffracted_db),
        ("ducting", whole.modified_db),
        ("troposcatter", whole.half_locations_db),
        ("locations", whole.loss_db),
    ]
    before = [0.0, *(value for _, value in reached[:-1])]
    return [
        Term(code, float(value - last)) for (code, value), last in zip(reached, before, strict=True)
    ]


def clearance(link: Link, *, radius_km: float) -> Clearance:
    """Give bulge, line, Fresnel zone and clearance at each point of a profile.

    Parameters
    ----------
    radius_km
        Effective Earth radius. [km]
    """
    d, di = link.length_km, link.distance_km
    bulge = 500.0 / radius_km * di * (d - di)
    line = (link.tx_amsl_m * (d - di) + link.rx_amsl_m * di) / d
    fresnel = np.sqrt(link.wavelength_m * 1e3 * di * (d - di) / d)
    above = link.surface_amsl_m + bulge - line
    nu = np.full_like(di, np.nan)
    nu[1:-1] = np.sqrt(2.0) * above[1:-1] / fresnel[1:-1]
    return Clearance(bulge, line, fresnel, above, nu)


def main_obstacle(link: Link, *, radius_km: float) -> Obstacle | None:
    """Give the point of greatest diffraction parameter, or None where nothing costs a loss.

    Of equal points, the one nearest the transmitter.
    """
    path = clearance(link, radius_km=radius_km)
    at = 1 + int(np.argmax(path.nu[1:-1]))
    nu, above, fresnel = (float(part[at]) for part in (path.nu, path.above_line_m, path.fresnel_m))
    if nu <= FREE_OF_LOSS_NU:
        return None
    bare_nu = nu - float(np.sqrt(2.0) * link.clutter_m[at] / fresnel)
    share = min(max((above + fresnel) / (2.0 * fresnel), 0.0), 1.0)
    return Obstacle(float(link.distance_km[at]), above, share, nu, bool(bare_nu <= FREE_OF_LOSS_NU))


def least_height_m(
    link: Link, *, greatest_loss_db: float, greatest_m: float = GREATEST_MAST_M
) -> float | None:
    """Give the least whole metre of antenna at the transmitter that brings the loss down enough.

    Every metre from that of the link upwards is tried, because a loss need not fall evenly with
    height.

    Returns
    -------
    The link's own height where it is enough; None where ``greatest_m`` is not. [m]
    """
    own = link.tx_agl_m
    higher = np.arange(np.floor(own) + 1.0, np.floor(greatest_m) + 1.0)
    for height in (own, *higher.tolist()):
        if itu_p1812.steps(replace(link, tx_agl_m=height)).loss_db <= greatest_loss_db:
            return float(height)
    return None


def _without_clutter(link: Link) -> Link:
    return replace(link, clutter_m=np.zeros_like(link.clutter_m), surface_amsl_m=link.ground_amsl_m)
