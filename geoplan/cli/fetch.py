"""``geoplan fetch``: boundaries, hamlets, masts and roads from OpenStreetMap, or a file from a URL.

The only command that uses a network, and only when it is called.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, as_data, reporting
from geoplan.faults import Fault, Faults, InputError

if TYPE_CHECKING:
    from geoplan.io.osm import Area
    from geoplan.io.osm_files import Collected
    from geoplan.io.osm_tags import Wanted

app = typer.Typer(
    help="Fetch data, on a machine with internet: from OpenStreetMap, or from a URL.",
    no_args_is_help=True,
)

Out = Annotated[Path | None, typer.Option("--out", help="Folder to write; needed.")]
Box = Annotated[str, typer.Option("--bbox", help="West,south,east,north in degrees.")]
Communes = Annotated[bool, typer.Option("--communes", help="Outlines: communes.gpkg.")]
Hamlets = Annotated[bool, typer.Option("--hamlets", help="Points: hamlets.csv.")]
Masts = Annotated[bool, typer.Option("--masts", help="Masts and towers: structures.csv.")]
Places = Annotated[bool, typer.Option("--places", help="Schools, hospitals …: places.csv.")]
Roads = Annotated[bool, typer.Option("--roads", help="Lines: roads.gpkg.")]
Level = Annotated[
    str,
    typer.Option(
        "--admin-level",
        help="admin_level of communes in OpenStreetMap; an assumption: 6 since July 2025, "
        "8 before.  [default: 6]",
    ),
]
Kinds = Annotated[
    str,
    typer.Option(
        "--hamlet-places",
        help="Values of place that are hamlets.  [default: hamlet,village,neighbourhood,"
        "quarter,suburb]",
    ),
]


@app.command("area")
def area(
    name: Annotated[str, typer.Argument(help="Name of the area, such as a province.")] = "",
    out: Out = None,
    bbox: Box = "",
    communes: Communes = False,
    hamlets: Hamlets = False,
    masts: Masts = False,
    places: Places = False,
    roads: Roads = False,
    admin_level: Level = "",
    hamlet_places: Kinds = "",
    overpass: Annotated[str, typer.Option("--overpass", help="Another Overpass server.")] = "",
    nominatim: Annotated[str, typer.Option("--nominatim", help="Another Nominatim server.")] = "",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fetch an area from OpenStreetMap's servers; without --communes, --hamlets … everything."""
    console = Console(lang or "vi", quiet, as_json)
    layers = _layers(communes, hamlets, masts, places, roads)
    with reporting(console):
        folder = _check_given(out, name, bbox, needs_area=True)
        wanted = _wanted(admin_level, hamlet_places)
        from geoplan.io import fetched, osm_files
        from geoplan.io import overpass as server
        from geoplan.io.osm_answers import NOMINATIM, OVERPASS, Servers

        server.need_osmnx()
        fetched.check_names(folder, [osm_files.FILES[layer] for layer in layers])
        servers = Servers(overpass or OVERPASS, nominatim or NOMINATIM)
        chosen = _box(bbox) if bbox else server.find_area(name, servers)
        if chosen.name:
            console.line(console.say("area: {area}").format(area=chosen.name))
        collected = server.collect(
            chosen,
            servers,
            layers=layers,
            wanted=wanted,
            folder=folder,
            progress=console.progress(),
        )
        _deliver(collected, folder, layers, wanted, console)


@app.command("pbf")
def pbf(
    file: Annotated[Path, typer.Argument(help="An .osm.pbf or .osm file.")],
    out: Out = None,
    bbox: Box = "",
    area_name: Annotated[
        str, typer.Option("--area", help="Name of a unit whose outline is in the file.")
    ] = "",
    communes: Communes = False,
    hamlets: Hamlets = False,
    masts: Masts = False,
    places: Places = False,
    roads: Roads = False,
    admin_level: Level = "",
    hamlet_places: Kinds = "",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take an area out of a file of OpenStreetMap; this uses no network."""
    console = Console(lang or "vi", quiet, as_json)
    layers = _layers(communes, hamlets, masts, places, roads)
    with reporting(console):
        folder = _check_given(out, area_name, bbox, needs_area=False)
        wanted = _wanted(admin_level, hamlet_places)
        from geoplan.io import fetched, osm_files
        from geoplan.io import pbf as reader

        fetched.check_names(folder, [osm_files.FILES[layer] for layer in layers])
        chosen = _box(bbox) if bbox else None
        if area_name:
            chosen = reader.find_area(file, area_name)
            console.line(console.say("area: {area}").format(area=chosen.name))
        collected = reader.collect(
            file, chosen, layers=layers, wanted=wanted, progress=console.progress()
        )
        _deliver(collected, folder, layers, wanted, console)


@app.command("url")
def url(
    address: Annotated[str, typer.Argument(help="http or https.", metavar="URL")],
    out: Annotated[Path, typer.Option("--out", help="File to write, such as DIR/dem.tif.")],
    sha256: Annotated[str, typer.Option("--sha256", help="Checksum that it must have.")] = "",
    max_mb: Annotated[
        float, typer.Option("--max-mb", min=0, help="Largest size.  [default: 2000]")
    ] = 0.0,
    licence: Annotated[str, typer.Option("--licence", help="Its licence, for the record.")] = "",
    source: Annotated[str, typer.Option("--source", help="Who made it, for the record.")] = "",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fetch terrain, population or any file; a download that broke off is taken up again."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.io import downloads

        done = downloads.download(
            address,
            out,
            today=_today(),
            sha256=sha256,
            max_mb=max_mb or downloads.MAX_MB,
            origin=downloads.Origin(source, licence),
            progress=console.progress(),
        )
    record = done.record
    text = console.say("{file}: {size} MB, sha256 {sha256}")
    console.line(text.format(file=out, size=f"{done.size / 1e6:.1f}", sha256=record.sha256))
    text = console.say("source: {source} · licence: {licence}")
    console.line(text.format(source=record.source, licence=record.licence))
    if not licence:
        console.warnings([Fault("licence_unknown", out.name)])
    console.result(
        {
            "file": str(out),
            "bytes": done.size,
            "sha256": record.sha256,
            "resumed_at": done.resumed_at,
            "source": record.source,
            "url": record.url,
            "licence": record.licence,
        }
    )


def _layers(*flags: bool) -> tuple[str, ...]:
    """Give the layers asked for, in their order; none asked for is all."""
    from geoplan.io.osm_files import FILES

    chosen = tuple(layer for layer, flag in zip(FILES, flags, strict=True) if flag)
    return chosen or tuple(FILES)


def _check_given(out: Path | None, name: str, bbox: str, *, needs_area: bool) -> Path:
    """Give the folder to write; refuse options that are missing or do not go together."""
    faults = Faults()
    if out is None:
        faults.add("option_needed", column="--out")
    if name and bbox:
        faults.add("options_exclude", column="--bbox", value=bbox)
    if needs_area and not (name.strip() or bbox):
        faults.add("option_needed", column="--bbox")
    faults.raise_if_any(InputError)
    return out or Path()


def _box(written: str) -> Area:
    """Read west,south,east,north."""
    from geoplan.io.osm import Area

    try:
        west, south, east, north = (float(part) for part in re.split(r"[,;\s]+", written.strip()))
    except ValueError:
        west = east = south = north = 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError([Fault("bad_bbox", column="--bbox", value=written)])
    return Area.box((west, south, east, north))


def _wanted(admin_level: str, hamlet_places: str) -> Wanted:
    from geoplan.io.osm_tags import ADMIN_LEVEL, HAMLET_PLACES, Wanted

    if admin_level and not re.fullmatch(r"[1-9]|1[0-2]", admin_level):
        known = ", ".join(str(level) for level in range(1, 13))
        params = {"known": known}
        fault = Fault("not_a_choice", column="--admin-level", value=admin_level, params=params)
        raise InputError([fault])
    kinds = tuple(part.strip() for part in hamlet_places.split(",") if part.strip())
    return Wanted(admin_level or ADMIN_LEVEL, kinds or HAMLET_PLACES)


def _deliver(
    collected: Collected, out: Path, layers: Iterable[str], wanted: Wanted, console: Console
) -> None:
    """Write the files and say what they hold and what to do with them."""
    from geoplan.io import osm_files
    from geoplan.io.fetched import LEDGER

    done = osm_files.write(collected, out, layers=tuple(layers), wanted=wanted, today=_today())
    for name, rows in done.rows.items():
        console.line("  " + console.say("{table}: {rows} rows").format(table=name, rows=rows))
    if collected.data_date:
        console.line(console.say("data of {date}").format(date=collected.data_date))
    console.line(osm_files.LICENCE)
    console.warnings(done.warnings)
    console.line(console.say("written to {folder}").format(folder=out))
    if {"communes.gpkg", "hamlets.csv"} <= done.rows.keys():
        text = console.say("put the operators' sites files beside them, then: geoplan run {folder}")
        console.line(text.format(folder=out))
    console.result(
        {
            "folder": str(out),
            "area": collected.area.name,
            "files": done.rows,
            "sources": LEDGER,
            "data_date": collected.data_date,
            "licence": osm_files.LICENCE,
            "warnings": [as_data(fault, console.language) for fault in done.warnings],
        }
    )


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
