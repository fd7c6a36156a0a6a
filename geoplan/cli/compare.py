"""``geoplan compare``: what changed between runs, network and structure apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, reporting
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.report.comparison import Comparison, Step

_HAMLETS = (
    ("network", "hamlets whose status changed, because the network did"),
    ("rules", "hamlets whose status changed between runs under other rules"),
    ("data", "hamlets with another location, other people or another source in the lists"),
    ("commune", "hamlets in another commune, or in one that was redrawn"),
    ("renamed", "hamlets with another id or name"),
    ("reused", "ids that went to another hamlet"),
    ("added", "hamlets that are new in the list"),
    ("removed", "hamlets that are no longer in the list"),
    ("merged", "hamlets that were merged"),
    ("split", "hamlets that were divided"),
)
_STATIONS = (
    ("opened", "stations opened since"),
    ("listed", "stations listed only now, with an older date or none"),
    ("gone", "stations no longer listed"),
    ("renumbered", "stations with another id at the same place"),
    ("moved", "stations moved by over 30 m"),
    ("re_dated", "stations with another on-air date"),
)


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of two runs or more, in any order.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write; default: maps/compare-FIRST-LAST."),
    ] = None,
    lineage: Annotated[
        Path | None,
        typer.Option("--lineage", help="Table of hamlets: old_hamlet_id, new_hamlet_id, kind."),
    ] = None,
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell change of the network from change of units, lists and rules, between finished runs."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan.report import comparison

        found, folder = comparison.compare_runs(runs, out, lineage=lineage, language=lang)
    _tell(found, console)
    console.line(console.say("written to {folder}").format(folder=folder))
    console.result({"folder": str(folder), **_as_data(found)})


def _tell(found: Comparison, console: Console) -> None:
    for step in found.steps:
        _tell_step(step, console)


def _tell_step(step: Step, console: Console) -> None:
    from geoplan.report import change_forms
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    words = translator(console.language, "compare")
    days = (numbers.date(day.date()) for day in (step.old.as_of, step.new.as_of))
    console.line(say("from {old} to {new}").format(**dict(zip(("old", "new"), days, strict=True))))
    if step.whole.empty:
        console.line("  " + say("no unit stands in both runs with the same version"))
    for text in change_forms.sentences(step, words, numbers):
        console.line("  " + text)
    for key in step.rules.loc[step.rules["bears_on"] != "plan", "key"]:
        console.line("  " + say("under another rule: {key}").format(key=key))
    for kinds, counts in ((_HAMLETS, step.hamlet_counts), (_STATIONS, step.station_counts)):
        for kind, said in kinds:
            if counts.get(kind):
                console.line(f"  {say(said)}: {numbers.number(counts[kind])}")


def _as_data(found: Comparison) -> dict[str, Any]:
    """Give the first run beside the last, and every step below."""
    return {**_step_as_data(found.whole), "steps": [_step_as_data(step) for step in found.steps]}


def _step_as_data(step: Step) -> dict[str, Any]:
    days = {"from": step.old.as_of.date().isoformat(), "to": step.new.as_of.date().isoformat()}
    return {
        **days,
        "span": step.span,
        "whole": _plain_days(step.whole.to_dict("records")),
        "account": _plain_days(
            step.account[step.account["level"].isin(["province", "old_province"])].to_dict(
                "records"
            )
        ),
        "rules": list(step.rules["key"]),
        "hamlets": dict(step.hamlet_counts),
        "stations": dict(step.station_counts),
    }


def _plain_days(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    return [
        {name: value for name, value in row.items() if name not in ("from_as_of", "to_as_of")}
        for row in rows
    ]
