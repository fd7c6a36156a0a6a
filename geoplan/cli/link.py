"""``geoplan link``: why a link loses what it loses, term by term, and what would cure it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

DELTA_N, N0 = 45.0, 360.0
"""Refractivity: an assumption for a humid tropical coast; no map of ITU-R is read. [N-units]"""

TERMS: Final = {
    "free_space": "free space",
    "focusing": "focusing and multipath",
    "terrain": "terrain in the way",
    "clutter": "trees and houses in the way",
    "spherical_earth": "curvature of the Earth",
    "time": "share of the time",
    "ducting": "ducting",
    "troposcatter": "troposcatter",
    "locations": "share of the locations",
}
_LONGEST_M: Final = 500_000.0


def link(
    start: Annotated[str, typer.Option("--from", help="Antenna A: LON,LAT,H (m above ground).")],
    end: Annotated[str, typer.Option("--to", help="Antenna B: LON,LAT,H (m above ground).")],
    terrain: Annotated[list[Path], typer.Option(help="Raster of heights; may be repeated.")],
    frequency_mhz: Annotated[float, typer.Option(min=30.0, max=6000.0)],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Explain the loss of one link over terrain, term by term (ITU-R P.1812)."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import geodesy
        from geoplan.faults import Faults
        from geoplan.io import profiles

        faults = Faults()
        a, b = _place("--from", start, faults), _place("--to", end, faults)
        length_m = float(geodesy.distance_m(*a[:2], *b[:2])) if a and b else math.nan
        if not faults and not 250.0 <= length_m <= _LONGEST_M:
            faults.add("bad_link_length", column="--to", value=end)
        faults.raise_if_any()
        path = profiles.read(terrain, (a[0], a[1]), (b[0], b[1]), faults)
        faults.raise_if_any()
        assert path is not None  # otherwise a fault has been raised
    told = _explained(path, a, b, frequency_mhz)
    _print(told, console)
    console.result(told)


def _place(option: str, text: str, faults: Any) -> tuple[float, ...]:
    """Read LON,LAT,H; an empty place and a fault where it cannot be one."""
    try:
        place = tuple(float(part) for part in text.split(","))
    except ValueError:
        place = ()
    if len(place) != 3 or not (
        abs(place[0]) <= 180.0 and abs(place[1]) <= 80.0 and 1.0 <= place[2] <= 3000.0
    ):
        faults.add("bad_link_place", column=option, value=text)
        return ()
    return place


def _explained(
    path: Any, a: tuple[float, ...], b: tuple[float, ...], frequency_mhz: float
) -> dict[str, Any]:
    import numpy as np

    from geoplan.propagation import explaining, itu_p1812
    from geoplan.propagation.link_inputs import default_inputs

    inputs = default_inputs()
    band, rural = inputs.band(frequency_mhz), inputs.environments["rural"]
    asked = itu_p1812.checked(
        path.distance_km,
        path.ground_amsl_m,
        clutter_m=np.zeros_like(path.ground_amsl_m),
        zone=np.full(len(path.distance_km), itu_p1812.INLAND),
        frequency_ghz=frequency_mhz / 1e3,
        tx_agl_m=a[2],
        rx_agl_m=b[2],
        polarization="vertical",
        time_percent=50.0,
        location_percent=100.0 * inputs.outdoor_share,
        location_sigma_db=rural.sigma_db,
        delta_n=DELTA_N,
        n0=N0,
        tx_lonlat=(a[0], a[1]),
        rx_lonlat=(b[0], b[1]),
    )
    found = itu_p1812.steps(asked)
    eirp_dbm = (
        band.power_dbm
        - 10.0 * math.log10(12 * band.resource_blocks)
        + band.antenna_dbi
        - inputs.cable_db
    )
    allowed_db = eirp_dbm - inputs.body_db - inputs.rsrp_dbm
    obstacle = explaining.main_obstacle(asked, radius_km=found.climate.median_radius_km)
    return {
        "length_km": asked.length_km,
        "voids": path.voids,
        "terms": {part.code: part.added_db for part in explaining.terms(found)},
        "loss_db": found.loss_db,
        "rsrp_dbm": inputs.rsrp_dbm + allowed_db - found.loss_db,
        "threshold_dbm": inputs.rsrp_dbm,
        "obstacle": None if obstacle is None else vars(obstacle),
        "least_height_m": explaining.least_height_m(asked, greatest_loss_db=allowed_db),
    }


def _print(told: dict[str, Any], console: Console) -> None:
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    say, numbers = translator(console.language, "link"), locale_of(console.language)
    for code, added_db in told["terms"].items():
        console.line(f"    {say(TERMS[code]):<40} {numbers.number(added_db, 1):>8} dB")
    console.line(f"    {say('total loss'):<40} {numbers.number(told['loss_db'], 1):>8} dB")
    obstacle = told["obstacle"]
    if obstacle is None:
        console.line(say("Nothing stands in the way."))
    else:
        text = say(
            "Main obstacle: {km} km from A, {above} m above the line of sight "
            "(negative: below); {share} % of the first Fresnel zone is blocked."
        )
        share = numbers.number(100.0 * obstacle["blocked_share"])
        km, above = (numbers.number(obstacle[k], 1) for k in ("distance_km", "above_line_m"))
        console.line(text.format(km=km, above=above, share=share))
    text = say("Level at B: {level} dBm; threshold {threshold} dBm.")
    level, threshold = (numbers.number(told[k], 1) for k in ("rsrp_dbm", "threshold_dbm"))
    console.line(text.format(level=level, threshold=threshold))
    if told["least_height_m"] is None:
        console.line(say("No antenna up to 100 m at A reaches the threshold."))
    else:
        text = say("An antenna of {height} m at A reaches the threshold.")
        console.line(text.format(height=numbers.number(told["least_height_m"])))
    console.line(
        say("Assumed: no trees or houses on the path, dry land, a usual refractivity of the air.")
    )
    if told["voids"]:
        text = say("{count} points of the profile had no height and were filled.")
        console.line(text.format(count=told["voids"]))
