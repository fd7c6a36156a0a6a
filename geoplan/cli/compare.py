"""``geoplan compare``: what changed between two runs, network and structure apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.report.comparison import Comparison

_HAMLETS = (
    ("network", "hamlets whose status changed, because the network did"),
    ("data", "hamlets with another location or other people in the lists"),
    ("commune", "hamlets in another commune, or in one that was redrawn"),
    ("renamed", "hamlets with another id"),
    ("added", "hamlets that are new in the list"),
    ("removed", "hamlets that are no longer in the list"),
    ("merged", "hamlets that were merged"),
    ("split", "hamlets that were divided"),
)
_STATIONS = (
    ("opened", "stations opened since"),
    ("listed", "stations listed only now, with an older date or none"),
    ("gone", "stations no longer listed"),
    ("moved", "stations moved by over 30 m"),
    ("re_dated", "stations with another on-air date"),
)


def compare(
    old_run: Annotated[Path, typer.Argument(help="Folder of the older run.")],
    new_run: Annotated[Path, typer.Argument(help="Folder of the newer run.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default: maps/compare-OLD-NEW.")
    ] = None,
    lineage: Annotated[
        Path | None,
        typer.Option("--lineage", help="Table of hamlets: old_hamlet_id, new_hamlet_id, kind."),
    ] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell change of the network from change of units and hamlets, between two finished runs."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.report import comparison

        target = out or Path("maps") / f"compare-{old_run.resolve().name}-{new_run.resolve().name}"
        found, folder = comparison.compare_runs(old_run, new_run, target, lineage=lineage)
    _tell(found, console)
    console.line(console.say("written to {folder}").format(folder=folder))
    console.result({"folder": str(folder), **_as_data(found)})


def _tell(found: Comparison, console: Console) -> None:
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    days = (numbers.date(day.date()) for day in (found.old.as_of, found.new.as_of))
    console.line(say("from {old} to {new}").format(**dict(zip(("old", "new"), days, strict=True))))
    if not len(found.whole):
        console.line("  " + say("no unit stands in both runs with the same version"))
    for row in found.whole.to_dict("records"):
        text = say(
            "{unit}, {technology}: white hamlets {before} → {after}; "
            "by the network {network}, by units and lists {structure}"
        )
        shown = {name: numbers.number(row[name]) for name in ("before", "after")}
        shown |= {name: _signed(row[name], numbers) for name in ("network", "structure")}
        console.line(
            "  " + text.format(unit=row["unit_name"], technology=row["technology"], **shown)
        )
    for words, counts in ((_HAMLETS, found.hamlet_counts), (_STATIONS, found.station_counts)):
        for kind, said in words:
            if counts.get(kind):
                console.line(f"  {say(said)}: {numbers.number(counts[kind])}")


def _signed(value: float, numbers: Any) -> str:
    text = str(numbers.number(abs(value)))
    return f"+{text}" if value > 0 else (f"−{text}" if value < 0 else text)


def _as_data(found: Comparison) -> dict[str, Any]:
    whole: pd.DataFrame = found.whole
    return {
        "whole": whole.to_dict("records"),
        "hamlets": dict(found.hamlet_counts),
        "stations": dict(found.station_counts),
    }
