"""``geoplan link``: why a link loses what it loses, term by term, and what would cure it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

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
MODELS: Final = {
    "free_space": "free space alone",
    "hata": "Hata, open land with some trees",
    "cost231": "COST-231-Hata, open land with some trees",
    "uma": "3GPP TR 38.901 UMa, no line of sight",
    "rma": "3GPP TR 38.901 RMa, no line of sight",
}
_LONGEST_M: Final = 200_000.0
"""Beyond it a profile of 30 m steps and a mobile network have nothing to say to each other. [m]"""
_LEAST_MHZ, _MOST_MHZ = 30.0, 6000.0
_MOST_CLUTTER_M: Final = 100.0


def link(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario whose terrain and land cover are taken.")
    ] = None,
    *,
    start: Annotated[str, typer.Option("--from", help="Antenna A: LON,LAT,H (m above ground).")],
    end: Annotated[str, typer.Option("--to", help="Antenna B: LON,LAT,H (m above ground).")],
    frequency_mhz: Annotated[float, typer.Option(help="Carrier, 30 to 6000 MHz.")],
    terrain: Annotated[
        list[Path] | None, typer.Option(help="Raster of heights; repeatable.")
    ] = None,
    clutter_m: Annotated[float, typer.Option(help="Height of what stands all along, m.")] = 0.0,
    out: Annotated[Path | None, typer.Option(help="Folder for link.html and link.png.")] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Explain the loss of one link over terrain, term by term (ITU-R P.1812)."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import geodesy
        from geoplan.cli.scenarios import find_scenario
        from geoplan.faults import Faults
        from geoplan.report.folder import Staging, check_target

        faults = Faults()
        given = None if scenario is None else find_scenario(scenario, lang).scenario
        if given is not None:
            console.language = given.language
            if terrain:
                faults.add("link_terrain_twice", column="--terrain")
        if out is not None:
            check_target(out)
        if not _LEAST_MHZ <= frequency_mhz <= _MOST_MHZ:
            faults.add("bad_link_frequency", column="--frequency-mhz", value=f"{frequency_mhz:g}")
        if not 0.0 <= clutter_m <= _MOST_CLUTTER_M:
            faults.add("bad_link_clutter", column="--clutter-m", value=f"{clutter_m:g}")
        a, b = _place("--from", start, faults), _place("--to", end, faults)
        length_m = float(geodesy.distance_m(*a[:2], *b[:2])) if a and b else math.nan
        if not faults and not 250.0 <= length_m <= _LONGEST_M:
            faults.add("bad_link_length", column="--to", value=end)
        faults.raise_if_any()
        path = _path(given, terrain or [], a, b, console)
        found = _explained(path, a, b, frequency_mhz, clutter_m)
        told = _told(found, console.language)
        if out is not None:
            from geoplan.report import link_page

            staging = Staging(out)
            with staging as folder:
                link_page.write(told, folder, console.language)
            console.warnings(staging.warnings)
    _print(told, console)
    if out is not None:
        console.line(console.say("written to {folder}").format(folder=staging.path))
    console.result(found.data)


def _path(
    given: Any, terrain: list[Path], a: tuple[float, ...], b: tuple[float, ...], console: Console
) -> Any:
    """Cut the profile; without terrain it is flat."""
    from geoplan.faults import Faults
    from geoplan.io import profiles

    faults, warnings, ends = Faults(), Faults(), ((a[0], a[1]), (b[0], b[1]))
    path = None
    if given is not None:
        path = profiles.of_scenario(given, *ends, faults, warnings)
    elif terrain:
        path = profiles.read(terrain, *ends, faults)
    faults.raise_if_any()
    console.warnings(tuple(warnings))
    return profiles.flat(*ends) if path is None else path


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


class _Found(NamedTuple):
    """What was computed: for programs, and what the page draws."""

    data: dict[str, Any]
    asked: Any
    clearance: Any
    others: dict[str, float]


def _explained(
    path: Any, a: tuple[float, ...], b: tuple[float, ...], frequency_mhz: float, clutter_m: float
) -> _Found:
    import numpy as np

    from geoplan.propagation import explaining, itu_p1812, link_budget, nearby, ranges
    from geoplan.propagation.link_inputs import default_inputs

    inputs = default_inputs()
    rural = inputs.environments["rural"]
    asked = itu_p1812.checked(
        path.distance_km,
        path.ground_amsl_m,
        clutter_m=np.maximum(clutter_m, 0.0 if path.clutter_m is None else path.clutter_m)
        * np.ones_like(path.ground_amsl_m),
        zone=np.full(len(path.distance_km), itu_p1812.INLAND) if path.zone is None else path.zone,
        frequency_ghz=frequency_mhz / 1e3,
        tx_agl_m=a[2],
        rx_agl_m=b[2],
        polarization="vertical",
        time_percent=50.0,
        location_percent=100.0 * inputs.outdoor_share,
        location_sigma_db=rural.sigma_db,
        delta_n=itu_p1812.USUAL_DELTA_N,
        n0=itu_p1812.USUAL_N0,
        tx_lonlat=(a[0], a[1]),
        rx_lonlat=(b[0], b[1]),
    )
    found = itu_p1812.steps(asked)
    lines = {
        line.name: line.value for line in link_budget.budget("4G", frequency_mhz, "rural").lines
    }
    allowed_db = lines[link_budget.MAX_PATH_LOSS]
    obstacle = explaining.main_obstacle(asked, radius_km=found.climate.median_radius_km)
    kind = nearby.kind_of("auto", frequency_mhz, "rural", inputs)
    with ranges.gathering():
        environment = nearby.loss_db(
            kind,
            asked.length_km * 1e3,
            frequency_mhz=frequency_mhz,
            base_agl_m=max(a[2], b[2]),
            where=rural,
            mobile_agl_m=min(a[2], b[2]),
        )
    parts = {part.code: part.added_db for part in explaining.terms(found)}
    others = {"free_space": parts["free_space"], kind: float(environment)}
    data = {
        "length_km": asked.length_km,
        "has_terrain": bool(path.sources),
        "voids": path.voids,
        "clutter_m": clutter_m,
        "has_land_cover": path.clutter_m is not None,
        "terms": parts,
        "loss_db": found.loss_db,
        "rsrp_dbm": inputs.rsrp_dbm + allowed_db - found.loss_db,
        "threshold_dbm": inputs.rsrp_dbm,
        "others_db": others,
        "obstacle": None if obstacle is None else vars(obstacle),
        "least_height_m": explaining.least_height_m(asked, greatest_loss_db=allowed_db),
    }
    clearance = explaining.clearance(asked, radius_km=found.climate.median_radius_km)
    return _Found(data, asked, clearance, others)


def _told(found: _Found, language: str) -> Any:
    """Put what was found into words."""
    from geoplan.report.link_page import Told
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    say, numbers, data = translator(language, "link"), locale_of(language), found.data
    title = say("Link of {km} km on {mhz} MHz").format(
        km=numbers.number(data["length_km"], 1),
        mhz=numbers.number(1e3 * found.asked.frequency_ghz),
    )
    return Told(
        link=found.asked,
        clearance=found.clearance,
        terms=[(say(TERMS[code]), added) for code, added in data["terms"].items()],
        loss_db=data["loss_db"],
        others=[(say(MODELS[name]), loss) for name, loss in found.others.items()],
        sentences=list(_sentences(data, say, numbers)),
        has_terrain=data["has_terrain"],
        is_enough=data["rsrp_dbm"] >= data["threshold_dbm"],
        title=title,
    )


def _sentences(data: dict[str, Any], say: Any, numbers: Any) -> Iterator[str]:
    """Say what a planner asks: is it enough, what stands in the way, what would help."""
    level, threshold = (numbers.number(data[k], 1) for k in ("rsrp_dbm", "threshold_dbm"))
    yield say("Level at B: {level} dBm; threshold {threshold} dBm.").format(
        level=level, threshold=threshold
    )
    obstacle = data["obstacle"]
    if obstacle is None:
        yield say("Nothing stands in the way.")
    else:
        text = say(
            "Main obstacle: {km} km from A, {above} m above the line of sight "
            "(negative: below); {share} % of the first Fresnel zone is blocked."
        )
        is_clutter = obstacle["is_clutter"]
        what = "What stands there blocks it" if is_clutter else "The ground itself blocks it"
        share = numbers.number(100.0 * obstacle["blocked_share"])
        km, above = (numbers.number(obstacle[k], 1) for k in ("distance_km", "above_line_m"))
        yield f"{text.format(km=km, above=above, share=share)} {say(what)}."
    if data["least_height_m"] is None:
        yield say("No antenna up to 100 m at A reaches the threshold.")
    else:
        text = say("An antenna of {height} m at A reaches the threshold.")
        yield text.format(height=numbers.number(data["least_height_m"]))
    text = say(
        "Trees, houses and water are those of the land cover. Assumed: a usual refractivity of the "
        "air, 90 % of locations, the equipment of the link budget pointed at B."
        if data["has_land_cover"]
        else "Assumed: {clutter} m of trees and houses all along, dry land, a usual refractivity "
        "of the air, 90 % of locations, the equipment of the link budget pointed at B."
    )
    yield text.format(clutter=numbers.number(data["clutter_m"]))
    if data["voids"]:
        text = say("{count} points of the profile had no height and were filled.")
        yield text.format(count=data["voids"])


def _print(told: Any, console: Console) -> None:
    from geoplan.report.locale import locale_of
    from geoplan.text import translator

    say, numbers = translator(console.language, "link"), locale_of(console.language)
    console.line(told.title)
    if not told.has_terrain:
        words = say("No terrain: the ground is taken as flat and bare, no ridge is seen.")
        console.line("  ! " + words)
    for words, added_db in told.terms:
        console.line(f"    {words:<40} {numbers.number(added_db, 1):>8} dB")
    console.line(f"    {say('total loss'):<40} {numbers.number(told.loss_db, 1):>8} dB")
    for words, loss_db in told.others:
        console.line(f"    {words:<40} {numbers.number(loss_db, 1):>8} dB")
    for sentence in told.sentences:
        console.line(sentence)
