"""``geoplan publish``: a finished run into a schema of a PostGIS database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting
from geoplan.faults import without_password


def publish(
    run: Annotated[Path, typer.Argument(help="Folder that geoplan run has written.")],
    address: Annotated[
        str,
        typer.Argument(
            help="postgresql://user@host:port/database; the password is best kept "
            "in PGPASSWORD or ~/.pgpass."
        ),
    ],
    schema: Annotated[
        str, typer.Option("--schema", help="Schema to write; made where there is none.")
    ] = "geoplan",
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the tables and layers of a finished run into a PostGIS database, all or nothing."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.report import publish as publishing

        written = publishing.publish(run, address, schema=schema)
    place = without_password(address)
    for name, rows in written.items():
        console.line(console.say("{table}: {rows} rows").format(table=name, rows=rows))
    text = console.say("written to schema {schema} of {place}")
    console.line(text.format(schema=schema, place=place))
    console.result({"schema": schema, "database": place, "tables": written})
