"""``geoplan explain``: why a hamlet has the status that it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoplan.cli.common import Console, Json, Lang, Quiet, Strict, reporting
from geoplan.faults import Faults, InputError
from geoplan.text import fold

_NEAR = 5
"""How many hamlets of a name are told where a name was given instead of an id."""

_STATUS = {
    "white": "white: its centre has no signal",
    "dead_spot": "served at its centre, with dead spots",
    "covered": "covered",
    "unknown": "not known: it has no coordinates",
}

if TYPE_CHECKING:
    import pandas as pd

    from geoplan.results import Baseline
    from geoplan.scenario import Scenario


def explain(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or a folder with one.")],
    hamlet_id: Annotated[str, typer.Argument(help="hamlet_id of the hamlets file.")],
    lang: Lang = None,
    quiet: Quiet = False,
    as_json: Json = False,
    strict: Strict = False,
) -> None:
    """Say why a hamlet is white: nearest station of each operator, distance, what is missing."""
    console = Console(lang or "vi", quiet, as_json)
    with reporting(console):
        from geoplan import planner
        from geoplan.cli.scenarios import find_scenario

        plan = planner.with_today(find_scenario(scenario, lang).scenario)
        console.language = plan.language
        inputs = planner.read_inputs(plan, strict=strict, progress=console.progress())
        baseline = planner.assess(inputs, plan, progress=console.progress())
        hamlet = _find(baseline, hamlet_id, plan)
    rows = baseline.service[baseline.service["hamlet_id"] == hamlet["hamlet_id"]]
    _tell(hamlet, rows, baseline, console)
    console.result(
        {"hamlet": _plain(hamlet), "service": [_plain(row) for _, row in rows.iterrows()]}
    )


def _find(baseline: Baseline, hamlet_id: str, plan: Scenario) -> pd.Series:
    """Give the hamlet's row; raise a fault that names similar ids."""
    import difflib

    hamlets = baseline.hamlets
    found = hamlets[hamlets["hamlet_id"] == hamlet_id]
    if len(found):
        return found.iloc[0]
    faults = Faults()
    near = list(hamlets.loc[hamlets["name"].map(fold) == fold(hamlet_id), "hamlet_id"][:_NEAR])
    near += difflib.get_close_matches(hamlet_id, list(hamlets["hamlet_id"]), n=3, cutoff=0.5)
    faults.add(
        "unknown_id",
        file=plan.inputs.hamlets.path,
        column="hamlet_id",
        value=hamlet_id,
        near=", ".join(near) or "–",
    )
    raise InputError(faults)


def _tell(hamlet: pd.Series, rows: pd.DataFrame, baseline: Baseline, console: Console) -> None:
    from geoplan.report.locale import locale_of

    say, numbers = console.say, locale_of(console.language)
    place = ", ".join(str(part) for part in (hamlet["name"], hamlet["commune_name"]) if part)
    console.line(f"{hamlet['hamlet_id']} · {place}")
    for technology in baseline.technologies:
        status = say(_STATUS[str(hamlet[f"status_{technology.lower()}"])])
        console.line(f"{technology}: {status}")
        for row in rows[rows["technology"] == technology].itertuples():
            reason = _told(row, baseline, say, numbers) or _reason(row, say, numbers)
            console.line(f"  {row.operator}: {reason}")
    if not bool(hamlet["clusters_known"]):
        console.line(say("its clusters are not known: dead spots cannot be told"))
    if bool(hamlet["near_threshold"]):
        console.line(say("near the threshold, to be checked on the spot"))
    if hamlet["source"] != "field":
        console.line(say("not verified in the field"))


_FOUND = {"yes": "signal", "weak": "weak signal", "no": "no signal"}


def _told(row: Any, baseline: Baseline, say: Any, numbers: Any) -> str:
    """Say what was found or declared at the centre; nothing where only the model speaks."""
    if baseline.field_work is None:
        return ""
    told = baseline.field_work.evidence
    here = (told["hamlet_id"] == row.hamlet_id) & (told["cluster_id"] == "")
    here &= (told["operator"] == row.operator) & (told["technology"] == row.technology)
    for one in told[here].itertuples():
        if one.field:
            day = numbers.date(one.checked_on.date())
            text = say("found on the spot on {date}: {result}")
            return str(text.format(date=day, result=say(_FOUND[one.field])))
        return str(say("the operator declares: {result}").format(result=say(_FOUND[one.declared])))
    return ""


def _reason(row: Any, say: Any, numbers: Any) -> str:
    """Say in a line what one operator's service of the centre comes from, or what it lacks."""
    if row.status == "unknown":
        return str(say("no location"))
    if not row.nearest_site_id:
        return str(say("no station on air"))
    nearest = say("nearest station {site} at {distance} m").format(
        site=row.nearest_site_id, distance=numbers.number(row.nearest_m)
    )
    by_level = _by_level(row, say, numbers, nearest)
    if row.centre_served:
        text = say("served by {site}, {margin} m within its radius; {nearest}")
        found = by_level or text.format(
            site=row.best_site_id, margin=numbers.number(row.margin_m), nearest=nearest
        )
        if row.status == "dead_spot":
            found += "; " + say("clusters with {served} of {all} households are served").format(
                served=numbers.number(row.served_households), all=numbers.number(row.households)
            )
        return str(found)
    if by_level:
        return by_level
    if row.margin_m >= 0:
        return str(say("not served: {nearest}, outside its sectors").format(nearest=nearest))
    text = say("not served: {nearest}; {missing} m are missing to the radius of {site}")
    return str(
        text.format(nearest=nearest, missing=numbers.number(-row.margin_m), site=row.best_site_id)
    )


def _by_level(row: Any, say: Any, numbers: Any, nearest: str) -> str:
    """Say how far the level lies above or below what is needed; nothing by radius."""
    if row.margin_m == row.margin_m:
        return ""
    if row.margin_db != row.margin_db:
        return str(say("not served: no station is heard; {nearest}").format(nearest=nearest))
    text = say("not served: the level of {site} is {margin} dB below what is needed")
    if row.margin_db >= 0:
        text = say("served by {site}, its level is {margin} dB above what is needed")
    chance = say("chance of service {chance} %").format(chance=numbers.number(100 * row.chance))
    margin = numbers.number(abs(row.margin_db), 1)
    return f"{text.format(site=row.best_site_id, margin=margin)}; {chance}; {nearest}"


def _plain(row: pd.Series) -> dict[str, Any]:
    import pandas as pd

    return {name: None if pd.isna(value) else value for name, value in row.items()}  # type: ignore[misc]
