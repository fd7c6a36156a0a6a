"""``geoplan import``: one file cleaned, to look at and keep."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, as_data, reporting

if TYPE_CHECKING:
    from geoplan.io.one_file import OneFile
    from geoplan.scenario import Scenario, SourceFile


class TableName(StrEnum):
    """What a file may be read as."""

    sites = "sites"
    hamlets = "hamlets"
    clusters = "clusters"
    places = "places"
    structures = "structures"
    communes = "communes"
    zones = "zones"
    reported = "reported"
    declared_totals = "declared_totals"


def import_(
    file: Annotated[str, typer.Argument(help="File to read, or the address of a database.")],
    table: Annotated[TableName, typer.Option("--as", help="What the file holds.")],
    out: Annotated[Path, typer.Option("--out", help="Clean table to write: .csv or .geojson.")],
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", help="Scenario whose words, operators and communes count."),
    ] = None,
    communes: Annotated[
        Path | None, typer.Option("--communes", help="Polygons that the rows must lie in.")
    ] = None,
    operator: Annotated[
        str | None, typer.Option("--operator", help="Operator of all rows.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", help="Coordinate system, such as EPSG:5898.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of the text.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Layer or table to read.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Read one file as a run would and write it cleaned: our columns, WGS 84, UTF-8."""
    console = Console(lang or "vi", quiet, as_json)
    given = {"operator": operator, "crs": crs, "encoding": encoding, "sheet": sheet, "layer": layer}
    with reporting(console):
        from geoplan import planner

        plan = _scenario(scenario, lang)
        console.language = plan.language
        source = _source(plan, file, {name: one for name, one in given.items() if one})
        area = _communes(plan, communes, scenario is not None, table)
        found = planner.import_table(plan, table.value, source, out, communes=area, force=force)
    _tell(found, out, console)


def _scenario(path: Path | None, lang: str | None) -> Scenario:
    """Give the scenario that is named, else one without anything of its own."""
    from geoplan.cli.scenarios import find_scenario
    from geoplan.scenario import parse_scenario

    if path is not None:
        return find_scenario(path, lang).scenario
    inputs = {"communes": "-", "hamlets": "-", "sites": []}
    return parse_scenario({"schema": 1, "language": lang or "vi", "inputs": inputs}, Path.cwd())


def _source(plan: Scenario, file: str, given: dict[str, str]) -> SourceFile:
    """Give the file with what is said of it here, and else what the scenario says of it."""
    from geoplan.io.one_file import given_in
    from geoplan.io.readers import DATABASES
    from geoplan.scenario import SourceFile

    if file.startswith(DATABASES):
        return SourceFile.model_validate({"path": file, **given})
    known = given_in(plan, Path(file))
    said = {} if known is None else known.model_dump(exclude_none=True)
    own = {name: one for name, one in said.items() if name in SourceFile.model_fields}
    return SourceFile.model_validate({**own, **given, "path": str(Path(file).absolute())})


def _communes(
    plan: Scenario, given: Path | None, has_scenario: bool, table: TableName
) -> SourceFile | None:
    from geoplan.scenario import SourceFile

    if given is not None:
        return SourceFile(path=str(given.absolute()))
    if has_scenario and table not in (TableName.communes, TableName.reported):
        return plan.inputs.communes
    return None


def _tell(found: OneFile, out: Path, console: Console) -> None:
    """Print the columns that were recognised, the counts, and what was written."""
    from geoplan.io.one_file import KEPT
    from geoplan.report.clean_file import rejects_path

    say, file = console.say, found.file
    text = say("{path}: {read} rows read, {accepted} accepted, {refused} refused")
    place = f"{file.path} [{file.sheet}]" if file.sheet else file.path
    console.line(
        text.format(path=place, read=file.read, accepted=file.accepted, refused=file.refused)
    )
    for header, column in file.columns.items():
        console.line(f"    {header} → {column}")
    kept = [column.name for column in found.table.columns if column.description == KEPT]
    if kept:
        told = say("kept as they are: {columns}").format(columns=", ".join(kept))
        console.line(f"    {told}")
    console.warnings(found.warnings)
    for path in (out, rejects_path(out)):
        console.line(say("written: {file}").format(file=path))
    console.result(
        {
            "file": vars(file),
            "rows": len(found.frame),
            "kept": kept,
            "refused": found.rejects.to_dict("records"),
            "warnings": [as_data(fault, console.language) for fault in found.warnings],
            "written": [path.as_posix() for path in (out, rejects_path(out))],
        }
    )
