"""Generates docs/data-dictionary.md from ``geoplan.tables``; a test holds the file to it.

Run ``make docs`` after a change of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geoplan import messages, tables
from geoplan.tables import Column, Table

TARGET = Path(__file__).parent / "data-dictionary.md"


def data_dictionary() -> str:
    """Give the whole page as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from `geoplan/tables` by `make docs`; do not edit.",
        "",
        "## Input tables",
        "",
        "Any of CSV, XLSX, GeoJSON, GeoPackage, Shapefile (also zipped), KML and GeoParquet.",
        "Columns that are not listed are kept. Bold = required.",
    ]
    for table in (*tables.INPUT_TABLES, tables.CROSSWALK, tables.LINEAGE):
        lines += _table(table, 3)
    lines += ["", "## Output tables", "", "`tables/*.csv`: UTF-8, comma, decimal point, ISO dates."]
    lines += ["`{technology}` stands once for each technology of the scenario, in small letters."]
    for table in tables.OUTPUT_TABLES:
        lines += _table(table, 3)
    lines += ["", "## Tables of geoplan compare"]
    for table in tables.COMPARE_TABLES:
        lines += _table(table, 3)
    lines += ["", "## Tables of geoplan extract"]
    for table in tables.EXTRACT_TABLES:
        lines += _table(table, 3)
    lines += ["", "## Tables of geoplan whatif"]
    for table in (tables.WHATIF_OUT, tables.WHATIF_HAMLETS_OUT, tables.WHATIF_SITES_OUT):
        lines += _table(table, 3)
    lines += [
        "",
        "## Reasons in rejects.csv",
        "",
        "| code | meaning | what to do |",
        "|---|---|---|",
    ]
    for code, (message, advice) in messages.ROW_REASONS.items():
        lines.append(f"| `{code}` | {message} | {advice} |")
    return "\n".join(lines) + "\n"


def _table(table: Table, depth: int) -> Iterator[str]:
    yield ""
    yield f"{'#' * depth} {table.name}"
    yield ""
    yield f"{table.description.capitalize()}."
    if table.key:
        yield f"Sorted by {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | kind | unit | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield _row(column)


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    kind = column.kind
    if column.decimals is not None:
        kind += f", {column.decimals} decimals"
    words = column.description
    if column.values:
        words += f" ({', '.join(column.values)})"
    if column.low is not None and column.high is not None:
        words += f" [{column.low:g} … {column.high:g}]"
    return f"| {name} | {kind} | {column.unit} | {words} |"


if __name__ == "__main__":
    TARGET.write_text(data_dictionary(), "utf-8", newline="\n")
