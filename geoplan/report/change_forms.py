"""What the report of changes tells, as forms: page and workbook show the same tables.

The network stands first; what changed only in units, lists and rules has forms of its own and
is counted nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.indicators.accounts import LISTS, PARTS
from geoplan.indicators.series import unit_keys
from geoplan.report.change_words import (
    CAUSES,
    KINDS,
    PART_WORDS,
    SERIES,
    STATUS,
    STATUS_LOST,
)
from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import Block, Form, FormColumn, Share, Value, Words, numbered
from geoplan.report.locale import MISSING, Locale

if TYPE_CHECKING:
    from geoplan.indicators.changes import Run
    from geoplan.report.comparison import Comparison, Step

_RANK: Final = {"white": 0, "dead_spot": 1, "covered": 2}
_STRUCTURAL: Final = ("merged", "split", "renamed", "reused", "commune", "added", "removed")
_STATION_KINDS: Final = (
    *("opened", "off_air", "listed", "gone", "renumbered", "moved", "re_dated"),
)
_LARGEST: Final = ("province", "old_province")


def forms(found: Comparison, words: Words, locale: Locale, most: int) -> list[Form]:
    """Give the forms: B8b to B8g; lists of more than ``most`` rows are cut, which a note tells."""
    step = found.whole
    return [
        account(found, words, locale),
        series(found, words, locale),
        built(step, words),
        hamlets(step, words, most, is_gain=True),
        hamlets(step, words, most, is_gain=False),
        structure(step, words, most),
    ]


def sentences(step: Step, words: Words, locale: Locale) -> list[str]:
    """Say why the number of white hamlets changed, in parts that add up to the change."""
    return [_sentence(row, words, locale) for row in largest(step).to_dict("records")]


def largest(step: Step) -> pd.DataFrame:
    """Give the accounts of the provinces that both runs have, else of the whole lists."""
    rows = step.account[step.account["level"].isin(_LARGEST)]
    rows = rows.sort_values("level", kind="stable", ascending=False)  # today's province first
    return rows if len(rows) else step.account[step.account["level"] == LISTS]


def _unit_of(row: dict[Any, Any], words: Words) -> str:
    if row["level"] == LISTS:
        return words("all hamlets of the lists")
    return str(row["unit_name"]) or words("the province")


def signed(value: float, locale: Locale) -> str:
    """Write a change with its sign: +3, −12, 0."""
    text = locale.number(abs(value))
    return f"+{text}" if value > 0 else (f"−{text}" if value < 0 else text)


def _sentence(row: dict[Any, Any], words: Words, locale: Locale) -> str:
    change = row["after"] - row["before"]
    head = words("{unit}, {technology}: white hamlets {before} → {after} ({change})").format(
        unit=_unit_of(row, words),
        technology=_technology(row["technology"], words),
        before=locale.number(row["before"]),
        after=locale.number(row["after"]),
        change=signed(change, locale),
    )
    parts = [
        f"{signed(row[name], locale)} {words(PART_WORDS[name])}" for name in PARTS if row[name]
    ]
    text = f"{head}: {'; '.join(parts)}." if parts else f"{head}."
    return text[:1].upper() + text[1:]


def _technology(name: str, words: Words) -> str:
    return words("4G or 5G") if name == "MBB" else name


def account(found: Comparison, words: Words, locale: Locale) -> Form:
    """Form B8b: why the number of white hamlets changed, from run to run."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Unit"), "text", 20),
        FormColumn(words("Technology"), "text", 11),
        FormColumn(words("From"), "text", 11),
        FormColumn(words("To"), "text", 11),
        FormColumn(words("White before"), "count", 9),
        FormColumn(words("Became covered"), "count", 9, words("By the network")),
        FormColumn(words("Lost signal"), "count", 9, words("By the network")),
        *(
            FormColumn(words(title), "count", 9, words("Only by units, lists and rules"))
            for title in ("Rules", "Data", "Merged", "Divided", "Id reused", "Added", "Removed")
        ),
        FormColumn(words("Other unit"), "count", 9, words("Only by units, lists and rules")),
        FormColumn(words("White after"), "count", 9),
    )
    rows: list[list[Value]] = []
    for step in found.steps:
        for row in largest(step).to_dict("records"):
            days = [locale.date(run.as_of.date()) for run in (step.old, step.new)]
            name = _unit_of(row, words)
            figures = [float(row[part]) for part in ("before", *PARTS, "after")]
            rows.append([name, _technology(row["technology"], words), *days, *figures])
    return Form(
        "B8b",
        words("B8b White hamlets"),
        words("CHANGES BETWEEN RUNS: WHY THE NUMBER OF WHITE HAMLETS CHANGED"),
        words("Unit: hamlets"),
        (Block(columns, numbered(rows)),),
        (
            words("White before and all parts between make white after. Under other rules (such as "
                  "another radius) no hamlet counts as covered or lost: a radius is no mast."),
            words("Data: locations found or moved by over 30 m, or a status told by another source "
                  "(field check, declaration, model)."),
        ),
        fixed_columns=3,
    )  # fmt: skip


def main_units(found: Comparison) -> list[tuple[str, str, str]]:
    """Give the provinces, of today or former, that several runs have; else that of the newest."""
    frame = found.series[found.series["level"].isin(_LARGEST)]
    keys = pd.Series(unit_keys(frame), index=frame.index)
    runs: dict[tuple[str, str, str], set[Any]] = {}
    for key, day in zip(keys, frame["as_of"], strict=True):
        runs.setdefault(key, set()).add(day)
    newest = found.runs[-1].as_of
    several = sorted(key for key, days in runs.items() if len(days) > 1)
    today = sorted(key for key, days in runs.items() if newest in days)
    return [key for key in several if key in today] or several or today[:1]


def unit_name(found: Comparison, key: tuple[str, str, str], words: Words) -> str:
    """Name a unit as the newest run that knows it does."""
    frame = found.series[found.series["level"].isin(_LARGEST)]
    names = [
        str(name)
        for name, one in zip(frame["unit_name"], unit_keys(frame), strict=True)
        if one == key and name
    ]
    return names[-1] if names else found.runs[-1].name or words("the province")


def values_of(
    found: Comparison, key: tuple[str, str, str], indicator: str, technology: str
) -> list[tuple[float | None, str]]:
    """Give value and why it is not comparable of one indicator over all runs."""
    frame = found.series[
        found.series["level"].isin(_LARGEST)
        & (found.series["indicator"] == indicator)
        & (found.series["technology"] == technology)
        & (found.series["operator"] == "")
        & (found.series["place_class"] == "")
    ]
    rows = {
        day: (float(value), str(why))
        for day, value, why, one in zip(
            frame["as_of"], frame["value"], frame["why"], unit_keys(frame), strict=True
        )
        if one == key
    }
    told: list[tuple[float | None, str]] = []
    for run in found.runs:
        value, why = rows.get(run.as_of, (float("nan"), ""))
        told.append((None if value != value else value, why))
    return told


def main_series(found: Comparison) -> list[tuple[str, str]]:
    """Give indicator and technology of the main series, in the order of the report."""
    technologies = found.runs[-1].technologies
    several = [name for name in technologies if name != "MBB"]
    return [
        *(("HAMLETS_WHITE", name) for name in technologies),
        *(("HAMLETS_DEAD_SPOT", name) for name in several),
        *(("POP_SERVED", name) for name in several),
        *((name, "") for name in ("POSITIONS", "SHARED_POSITIONS", "SHARE_POS")),
        *(("STATIONS", name) for name in several),
    ]


def series(found: Comparison, words: Words, locale: Locale) -> Form:
    """Form B8c: the main figures of all runs."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Unit"), "text", 20),
        FormColumn(words("Indicator"), "prose", 34),
        FormColumn(words("Technology"), "text", 12),
        *(FormColumn(locale.date(run.as_of.date()), "figure", 13) for run in found.runs),
        FormColumn(words("Comparable"), "prose", 40),
    )
    rows: list[list[Value]] = []
    for key in main_units(found):
        name = unit_name(found, key, words)
        for indicator, technology in main_series(found):
            told = values_of(found, key, indicator, technology)
            if all(value is None for value, _ in told):
                continue
            is_share = indicator in ("POP_SERVED", "SHARE_POS")
            values = [Share(value) if is_share else value for value, _ in told]
            shown = [
                technology and _technology(technology, words),
                *values,
                _why(found, told, words, locale),
            ]
            rows.append([name, words(SERIES[indicator]), *shown])
    return Form(
        "B8c",
        words("B8c Series"),
        words("MAIN FIGURES OF ALL RUNS"),
        words("Unit: hamlets; share; positions; stations"),
        (Block(columns, numbered(rows)),),
        (words("Figures of other rules or of another unit than in the newest run stand here to be "
               "seen, not to be compared."),),
        fixed_columns=3,
    )  # fmt: skip


def _why(
    found: Comparison, told: Sequence[tuple[float | None, str]], words: Words, locale: Locale
) -> str:
    """Say which figures may not stand beside the newest, and why."""
    parts = []
    for run, (value, why) in zip(found.runs, told, strict=True):
        if value is not None and why:
            keys = ", ".join(words("another unit") if one == "unit_version" else one
                             for one in why.split(";"))  # fmt: skip
            parts.append(words("not {day} ({keys})").format(
                day=locale.date(run.as_of.date()), keys=keys))  # fmt: skip
    return "; ".join(parts) or words("yes")


def built(step: Step, words: Words) -> Form:
    """Form B8d: stations that were built and taken off air, by operator and technology."""
    network, lists = words("By the network"), words("Only in the lists")
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Operator"), "text", 20),
        FormColumn(words("Technology"), "text", 12),
        FormColumn(words("On air before"), "count", 12),
        FormColumn(words("Opened"), "count", 12, network),
        FormColumn(words("Off air"), "count", 12, network),
        FormColumn(words("Listed only now"), "count", 12, lists),
        FormColumn(words("No longer listed"), "count", 12, lists),
        FormColumn(words("On air after"), "count", 12),
        FormColumn(words("Renumbered"), "count", 12, words("Same stations")),
        FormColumn(words("Moved"), "count", 12, words("Same stations")),
        FormColumn(words("Re-dated"), "count", 12, words("Same stations")),
    )
    counts = station_counts(step)
    rows: list[list[Value]] = [[*key, *figures] for key, figures in counts.items()]
    total = [sum(figures[at] for figures in counts.values()) for at in range(9)]
    return Form(
        "B8d",
        words("B8d Built"),
        words("STATIONS THAT WERE BUILT AND TAKEN OFF AIR"),
        words("Unit: stations (operator × site × technology)"),
        (Block(columns, numbered(rows), ["", words("Total"), "", *total] if rows else ()),),
        (
            words("Opened: on air since a day after the older run. Listed only now: with an older "
                  "date or none; it should have stood in the older list."),
            words("No longer listed: no row, a row that was left out, or a plan now; ask the "
                  "operator. On air before, opened, off air and the two columns of the lists make "
                  "on air after."),
        ),
        fixed_columns=3,
    )  # fmt: skip


def station_counts(step: Step) -> dict[tuple[str, str], list[float]]:
    """Count stations by operator and technology: what form B8d shows."""
    names = ["operator", "technology"]
    before, after = (
        Counter(zip(run.stations["operator"], run.stations["technology"], strict=True))
        for run in (step.old, step.new)
    )
    kinds: Counter[tuple[str, str, str]] = Counter()
    for row in step.stations[[*names, "kind", "cause"]].itertuples(index=False, name=None):
        kind = "off_air" if row[2:] == ("gone", "off_air") else row[2]
        kinds[row[0], row[1], kind] += 1
    found: dict[tuple[str, str], list[float]] = {}
    for key in sorted({*before, *after}, key=lambda one: (vietnamese_key(str(one[0])), one)):
        count = {kind: kinds[key[0], key[1], kind] for kind in _STATION_KINDS}
        found[key[0], key[1]] = [
            float(before[key]),
            float(count["opened"]),
            float(-count["off_air"]),
            float(count["listed"]),
            float(-count["gone"]),
            float(after[key]),
            *(float(count[kind]) for kind in ("renumbered", "moved", "re_dated")),
        ]
    return found


def hamlets(step: Step, words: Words, most: int, *, is_gain: bool) -> Form:
    """Forms B8e and B8f: hamlets that became covered, and hamlets that lost signal."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Hamlet"), "prose", 26),
        FormColumn(words("Commune"), "prose", 22),
        FormColumn(words("Technology"), "text", 11),
        FormColumn(words("Before"), "text", 15),
        FormColumn(words("After"), "text", 15),
        FormColumn(words("Likely cause"), "prose", 30),
        FormColumn(words("Stations"), "prose", 34),
    )
    rows = _status_rows(step, words, is_gain=is_gain)
    notes = [words("A likely cause is no proof: what became of the stations that served the centre "
                   "best.")]  # fmt: skip
    if len(rows) > most:
        notes.append(_cut(len(rows), most, words))
    number, sheet, title = (
        ("B8e", "B8e Became covered", "HAMLETS THAT GOT SIGNAL BY THE NETWORK")
        if is_gain
        else ("B8f", "B8f Lost", "HAMLETS THAT LOST SIGNAL BY THE NETWORK")
    )
    block = Block(columns, numbered(rows[:most]))
    return Form(
        number, words(sheet), words(title), words("Unit: hamlets"), (block,), tuple(notes),
        fixed_columns=2,
    )  # fmt: skip


def _status_rows(step: Step, words: Words, *, is_gain: bool) -> list[list[Value]]:
    frame = step.hamlets[
        (step.hamlets["kind"] == "network") & (step.hamlets["technology"] != "MBB")
    ]
    communes = commune_names(step.new)
    rows = []
    for row in frame.to_dict("records"):
        before, after = _RANK.get(row["before"], 0), _RANK.get(row["after"], 0)
        if (after > before) != is_gain:
            continue
        commune = communes.get(row["commune_code"], row["commune_code"])
        is_white = "white" in (row["before"], row["after"])
        key = (
            not is_white,
            row["technology"],
            vietnamese_key(commune),
            vietnamese_key(row["name"]),
        )
        cause = words((CAUSES if is_gain else STATUS_LOST)[row["cause"]])
        shown = [words(STATUS[row[name]]) for name in ("before", "after")]
        rows.append(
            (key, row["hamlet_id"],
             [row["name"], commune, row["technology"], *shown, cause, row["stations"] or MISSING])
        )  # fmt: skip
    return [values for *_, values in sorted(rows, key=lambda one: one[:2])]


def commune_names(run: Run) -> dict[str, str]:
    """Give code → name of the communes of a run."""
    rows = run.indicators[run.indicators["level"] == "commune"].drop_duplicates("unit_id")
    return dict(zip(rows["unit_id"].astype(str), rows["unit_name"].astype(str), strict=True))


def structure(step: Step, words: Words, most: int) -> Form:
    """Form B8g: what changed in units, lists and rules, and is no change of the network."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("What changed"), "prose", 40),
        FormColumn(words("Name"), "prose", 34),
        FormColumn(words("Before"), "prose", 36),
        FormColumn(words("After"), "prose", 36),
    )
    rows: list[list[Value]] = [
        [
            words("Rule of the scenario"),
            row["key"],
            *(_setting(row[n]) for n in ("before", "after")),
        ]
        for row in step.rules.to_dict("records")
    ]
    frame = step.hamlets[step.hamlets["kind"].isin(["data", "rules", *_STRUCTURAL])]
    frame = frame[frame["technology"] != "MBB"]
    order = {kind: at for at, kind in enumerate((*_STRUCTURAL, "rules", "data"))}
    listed = [
        ((order[row["kind"]], vietnamese_key(row["name"]), row["hamlet_id"], row["old_hamlet_id"],
          row["technology"]), _structural(row, words))
        for row in frame.to_dict("records")
    ]  # fmt: skip
    every = [values for _, values in sorted(listed, key=lambda one: one[0])]
    notes = [words("Nothing on this form counts as built, covered or lost.")]
    if len(every) > most:
        notes.append(_cut(len(every), most, words))
    return Form(
        "B8g",
        words("B8g Structure"),
        words("CHANGES OF UNITS, LISTS AND RULES"),
        "",
        (
            Block(columns, numbered(rows), heading=words("Rules that differ")),
            Block(columns, numbered(every[:most]), heading=words("Hamlets")),
        ),
        tuple(notes),
        fixed_columns=2,
    )


def _setting(value: str) -> str:
    """Show a value of the scenario: 1900.0 as 1900, none as a dash."""
    return value.removesuffix(".0") or MISSING


def _structural(row: dict[Any, Any], words: Words) -> list[Value]:
    what = words(KINDS[row["kind"]])
    if row["technology"]:
        cause = f" – {words(CAUSES[row['cause']])}" if row["cause"] not in ("", "rules") else ""
        what = f"{what} ({row['technology']}){cause}"
        before, after = (words(STATUS[row[name]]) for name in ("before", "after"))
    elif row["kind"] in ("commune", "renamed"):
        before, after = str(row["before"]), str(row["after"])
        if row["kind"] == "renamed":
            before, after = f"{before} ({row['old_hamlet_id']})", f"{after} ({row['hamlet_id']})"
    else:
        before, after = row["old_hamlet_id"], row["hamlet_id"]
    return [what, row["name"], before or MISSING, after or MISSING]


def _cut(count: int, most: int, words: Words) -> str:
    text = words("{most} of {count} rows; all stand in tables/hamlet_changes.csv.")
    return text.format(most=most, count=count)
