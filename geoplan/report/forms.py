"""What stands on the forms B1–B7 of report.xlsx: columns, rows, totals and notes, as data.

Every figure is looked up or counted in the tables of the run, none is modelled here; laying
the forms out on sheets is left to ``report_workbook``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from geoplan.report.collation import vietnamese_key
from geoplan.report.workbook_words import COST_BASIS, STATUS, TARGET_STATUS

if TYPE_CHECKING:
    from geoplan.results import RunResult

Words = Callable[[str], str]
Kind = Literal["order", "text", "prose", "count", "figure", "percent", "degrees", "tenth"]
Value = str | float | int | None


@dataclass(frozen=True)
class FormColumn:
    """One column of a form; ``group`` is the heading that it shares with its neighbours."""

    title: str
    kind: Kind = "text"
    width: float = 12.0
    group: str = ""


@dataclass(frozen=True)
class Block:
    """A table on a form: columns, rows, and a last row of totals if there is one."""

    columns: tuple[FormColumn, ...]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] = ()
    heading: str = ""


@dataclass(frozen=True)
class Form:
    """One sheet of the report."""

    number: str
    sheet: str
    title: str
    unit: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    notes_title: str = ""
    fixed_columns: int = 3


def forms(result: RunResult, words: Words) -> list[Form]:
    """Give every form of the report, in order."""
    return [
        hamlet_status(result, words),
        hamlet_list(result, words),
        positions(result, words),
        sharing(result, words),
        targets(result, words),
        proposals(result, words),
    ]


def numbered(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """Put 1, 2, 3 … before rows."""
    return [[number, *row] for number, row in enumerate(rows, start=1)]


def _shown_technologies(result: RunResult) -> list[str]:
    technologies = list(result.baseline.technologies)
    return ["MBB", *technologies] if len(technologies) > 1 else technologies


def _technology(name: str, words: Words) -> str:
    return words("Mobile broadband") if name == "MBB" else name


def _commune_names(result: RunResult) -> dict[str, str]:
    communes = result.baseline.communes
    full = communes["full_name"].where(communes["full_name"] != "", communes["name"])
    return dict(zip(communes["commune_code"], full, strict=True))


def _by_name(frame: pd.DataFrame, result: RunResult) -> pd.DataFrame:
    """Sort rows by the name of their commune, then its code."""
    names = _commune_names(result)
    keys = [
        (vietnamese_key(names.get(code, "\uffff")), code, place)
        for place, code in enumerate(frame["commune_code"])
    ]
    return frame.iloc[[key[-1] for key in sorted(keys)]]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _sum(values: pd.Series) -> float | None:
    """Sum what is known; None where nothing is."""
    return None if values.isna().all() else float(values.sum())


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


# ------------------------------------------------------------------------------- B1


def hamlet_status(result: RunResult, words: Words) -> Form:
    """Form B1: the hamlets of each commune by status."""
    technologies = _shown_technologies(result)
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Code"), "text", 8),
        FormColumn(words("Commune, ward, special zone"), "text", 26),
        FormColumn(words("People"), "count", 11),
        FormColumn(words("Hamlets"), "count", 9),
        FormColumn(words("Without coordinates"), "count", 9),
    ]
    for technology in technologies:
        group = _technology(technology, words)
        columns += [
            FormColumn(words("White"), "count", 7.5, group),
            FormColumn(words("Dead spots"), "count", 8.5, group),
            FormColumn(words("Covered"), "count", 8.5, group),
            FormColumn(words("Not white, %"), "percent", 9.5, group),
        ]
    communes = _by_name(result.baseline.communes, result)
    names = _commune_names(result)
    rows = [
        [row["commune_code"], names[row["commune_code"]], *_status_cells(row, technologies)]
        for row in communes.to_dict("records")
    ]
    sums = {
        name: _sum(communes[name]) for name in communes.columns if communes[name].dtype.kind in "fi"
    }
    total = ["", "", words("TOTAL"), *_status_cells(sums, technologies)]
    notes = (
        words("White: no signal at the centre of the hamlet, from any operator."),
        words("Dead spots: signal at the centre, but not at one group of houses or more."),
        words("Not white, % = (hamlets with dead spots + covered) / hamlets with coordinates."),
    )
    return Form(
        "B1",
        words("B1 Hamlets"),
        words("HAMLETS BY COVERAGE, BY COMMUNE"),
        words("Unit: hamlets; people; %"),
        (Block(tuple(columns), numbered(rows), total),),
        notes,
    )


def _status_cells(row: Mapping[Any, Any], technologies: Sequence[str]) -> list[Value]:
    cells: list[Value] = [
        _number(row.get(name)) for name in ("population", "hamlets", "hamlets_unknown")
    ]
    for technology in technologies:
        parts = [
            _number(row.get(f"{status}_{technology.lower()}"))
            for status in ("white", "dead_spot", "covered")
        ]
        white, spots, covered = (part or 0.0 for part in parts)
        cells += [*parts, _ratio(spots + covered, white + spots + covered)]
    return cells


# ------------------------------------------------------------------------------- B2


def hamlet_list(result: RunResult, words: Words) -> Form:
    """Form B2: white and dead-spot hamlets, and those without a location."""
    baseline = result.baseline
    technologies = _shown_technologies(result)
    listed = _to_list(baseline.hamlets, result)
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Commune, ward, special zone"), "text", 22),
        FormColumn(words("Hamlet"), "text", 26),
        FormColumn(words("Code"), "text", 13),
        FormColumn(words("People"), "count", 8),
        FormColumn(words("Households"), "count", 7),
        FormColumn(words("Grid power"), "text", 7),
        *(
            FormColumn(_technology(name, words), "text", 17, words("Status"))
            for name in technologies
        ),
        FormColumn(words("Operators at the centre, {technology}").format(
            technology=_list_technology(result)), "text", 20),
        FormColumn(words("Near the threshold"), "text", 10),
        FormColumn(words("Longitude"), "degrees", 11.5),
        FormColumn(words("Latitude"), "degrees", 11),
    ]  # fmt: skip
    names = _commune_names(result)
    rows = [_hamlet_row(row, names, technologies, result, words) for row in listed]
    notes = (
        words("Listed by {technology} and mobile broadband.").format(
            technology=_list_technology(result)
        ),
        words(
            "Near the threshold: the status changes between 90 % and 110 % of the radius; check."
        ),
    )
    return Form(
        "B2",
        words("B2 White, dead spots"),
        words("HAMLETS WITHOUT SIGNAL, WITH DEAD SPOTS OR WITHOUT COORDINATES"),
        words("Unit: people; households"),
        (Block(tuple(columns), numbered(rows)),),
        notes,
    )


def _list_technology(result: RunResult) -> str:
    technologies = result.baseline.technologies
    return "4G" if "4G" in technologies else technologies[0] if technologies else "4G"


def _to_list(hamlets: pd.DataFrame, result: RunResult) -> list[dict[str, Any]]:
    """Give the hamlets that are not covered, by commune, worst first, then by name."""
    rank = {"white": 0, "dead_spot": 1, "unknown": 2}
    column = f"status_{_list_technology(result).lower()}"
    own = hamlets.get(column, hamlets["status_mbb"])
    worst = [
        min(rank.get(one, 3), rank.get(two, 3))
        for one, two in zip(own, hamlets["status_mbb"], strict=True)
    ]
    names = _commune_names(result)
    keyed = [
        (
            vietnamese_key(names.get(row["commune_code"], row["commune_name"])),
            row["commune_code"],
            worst[place],
            vietnamese_key(row["name"]),
            row["hamlet_id"],
            place,
        )
        for place, row in enumerate(hamlets.to_dict("records"))
        if worst[place] < 3
    ]
    records = hamlets.to_dict("records")
    return [{str(k): v for k, v in records[key[-1]].items()} for key in sorted(keyed)]


def _hamlet_row(
    row: Mapping[str, Any],
    names: Mapping[str, str],
    technologies: Sequence[str],
    result: RunResult,
    words: Words,
) -> list[Value]:
    statuses = [row[f"status_{name.lower()}"] for name in technologies]
    return [
        names.get(row["commune_code"], row["commune_name"]),
        row["name"],
        row["hamlet_id"],
        _number(row["population"]),
        _number(row["households"]),
        _yes_no(row["has_grid_power"], words),
        *(words(STATUS.get(status, status)) for status in statuses),
        operators_text(row.get(f"operators_{_list_technology(result).lower()}", "")),
        words("to be checked") if row["near_threshold"] is True else "",
        _number(row["longitude"]),
        _number(row["latitude"]),
    ]


def _yes_no(value: Any, words: Words) -> str:
    if pd.isna(value):
        return ""
    return words("yes") if value else words("no")


def operators_text(joined: str) -> str:
    """Give operators as people list them."""
    return ", ".join(part for part in joined.split(";") if part)


# ------------------------------------------------------------------------------- B3


def positions(result: RunResult, words: Words) -> Form:
    """Form B3: positions by commune and operator, and how many are shared."""
    operators = result.baseline.operators
    columns = [
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Code"), "text", 8),
        FormColumn(words("Commune, ward, special zone"), "text", 26),
        FormColumn(words("Positions"), "count", 8.5, words("All operators")),
        FormColumn(words("Shared"), "count", 8.5, words("All operators")),
        FormColumn(words("Shared, %"), "percent", 8.5, words("All operators")),
    ]
    for operator in operators:
        columns += [
            FormColumn(words("Positions"), "count", 8.5, operator),
            FormColumn(words("Shared"), "count", 8.5, operator),
            FormColumn(words("Shared, %"), "percent", 8.5, operator),
        ]
    pairs = _operator_positions(result.baseline.positions)
    names = _commune_names(result)
    communes = _by_name(result.baseline.communes, result)["commune_code"]
    rows = [
        [code, names[code], *_position_cells(pairs[pairs["commune_code"] == code], operators)]
        for code in communes
    ]
    total = ["", "", words("TOTAL"), *_position_cells(pairs, operators)]
    notes = (
        words("A position is a place with a mast or roof; stations and cells on it are not counted "
              "again. Installations within {distance} m are joined into one position.").format(
                  distance=_metres(result)),
        words("Shared: two operators or more on air. An operator's columns count its own positions "
              "and those of them that others share, so they do not add up to all operators."),
    )  # fmt: skip
    return Form(
        "B3",
        words("B3 Positions"),
        words("BTS POSITIONS BY COMMUNE AND OPERATOR"),
        words("Unit: positions; %"),
        (Block(tuple(columns), numbered(rows), total),),
        notes,
    )


def _metres(result: RunResult) -> str:
    return f"{result.scenario.sharing.merge_distance_m:g}"


def _operator_positions(frame: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each operator at each position."""
    pairs = frame[["position_id", "commune_code", "operators", "n_operators"]].copy()
    pairs["operator"] = pairs["operators"].str.split(";")
    return pairs.explode("operator", ignore_index=True)


def _position_cells(pairs: pd.DataFrame, operators: Sequence[str]) -> list[Value]:
    cells: list[Value] = []
    parts = [pairs.drop_duplicates("position_id")]
    parts += [pairs[pairs["operator"] == operator] for operator in operators]
    for part in parts:
        shared = int((part["n_operators"] >= 2).sum())
        cells += [len(part), shared, _ratio(shared, len(part))]
    return cells


# ------------------------------------------------------------------------------- B4

_SHARING: Final[tuple[tuple[str, str, str], ...]] = (
    ("POSITIONS", "BTS positions",
     "Places with masts or roofs on air; installations within {distance} m are one position."),
    ("INSTALLATIONS", "Installations", "One operator on one position."),
    ("STATIONS", "Stations", "One technology of one operator on one position."),
    ("SHARE_POS", "Share of BTS positions in shared use",
     "Positions with two operators or more on air / all positions."),
    ("SHARE_POS_OP", "Share of an operator's positions in shared use",
     "The operator's positions with another operator on air / all its positions."),
    ("TENANCY", "Installations per position (tenancy)", "Installations / positions; not a share."),
    ("SHARE_NEW", "Share of new stations on existing infrastructure",
     "Stations new from {start} to {end} on structures dated before {start} / all stations new in "
     "the period; an operator's new technology on its own mast counts too."),
    ("SHARE_NEW_UPGRADES", "of these, an operator's own upgrades",
     "Stations counted in SHARE_NEW whose operator was on air at the position before {start}."),
    ("SHARE_NEW_STRICT", "Share of new stations on another's existing infrastructure",
     "As SHARE_NEW, and the owner of the structure is named and is another."),
    ("SHARE_NEW_JOIN", "Share of new installations on existing infrastructure",
     "Installations that are their operator's first at the position, new in the period, on "
     "structures dated before {start} / all installations new in the period."),
    ("STATION_RATIO_5G_4G", "5G stations / 4G stations", "Stations on 5G / stations on 4G."),
    ("SHARE_POLE", "Share of cable poles in shared use",
     "Entered by hand: poles with two enterprises or more / all poles with telecom cable."),
    ("SHARE_DUCT", "Share of cable ducts in shared use",
     "Entered by hand: ducts with two enterprises or more / all ducts."),
)  # fmt: skip


def sharing(result: RunResult, words: Words) -> Form:
    """Form B4: every sharing formula under its own name, and how it hangs on the distance."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Figure"), "prose", 40),
        FormColumn(words("Operator"), "text", 14),
        FormColumn(words("Numerator"), "count", 11),
        FormColumn(words("Denominator"), "count", 11),
        FormColumn(words("Value"), "figure", 11),
        FormColumn(words("Formula"), "text", 24),
        FormColumn(words("How it is counted"), "prose", 72),
    )
    notes = (
        words("One name never stands for two formulas: plans that say “dùng chung” may mean any of "
              "them, so write the name of the formula with the figure."),
    )  # fmt: skip
    return Form(
        "B4",
        words("B4 Sharing"),
        words("SHARED USE OF PASSIVE INFRASTRUCTURE: EVERY FORMULA"),
        words("Unit: %; positions; stations"),
        (Block(columns, numbered(_sharing_rows(result, words))), _sensitivity(result, words)),
        notes,
        fixed_columns=2,
    )


def _sharing_rows(result: RunResult, words: Words) -> list[list[Value]]:
    start, end = (day.strftime("%d/%m/%Y") for day in result.scenario.period)
    frame = result.baseline.indicators
    found = frame[
        (frame["level"] == "province") & (frame["technology"] == "") & (frame["place_class"] == "")
    ]
    order = {"": 0, **{name: i for i, name in enumerate(result.baseline.operators, start=1)}}
    rows: list[list[Value]] = []
    for indicator, label, sentence in _SHARING:
        part = found[found["indicator"] == indicator]
        if indicator != "SHARE_POS_OP":
            part = part[part["operator"] == ""]
        part = part.assign(order=part["operator"].map(order).fillna(99)).sort_values("order")
        told = words(sentence).format(distance=_metres(result), start=start, end=end)
        rows.extend(
            [words(label), row["operator"], *_figures(row), indicator, told]
            for row in part.to_dict("records")
        )
    return rows


def _figures(row: Mapping[Any, Any]) -> list[Value]:
    """Give numerator, denominator and value; a plain count stands as the value only."""
    value = _number(row["value"])
    if row["unit"] == "ratio":
        return [_number(row["numerator"]), _number(row["denominator"]), Share(value)]
    if pd.isna(row["denominator"]):
        return [None, None, value if value is not None else _number(row["numerator"])]
    return [_number(row["numerator"]), _number(row["denominator"]), value]


class Share(float):
    """A ratio in a column of mixed figures, to be shown in percent."""

    def __new__(cls, value: float | None) -> Share:
        """Make a ratio; a missing one is NaN."""
        return super().__new__(cls, float("nan") if value is None else value)


def _sensitivity(result: RunResult, words: Words) -> Block:
    columns = (
        FormColumn(words("No."), "order"),
        FormColumn(words("Joined within, m"), "count"),
        FormColumn(words("Positions"), "count"),
        FormColumn(words("Shared"), "count"),
        FormColumn(words("Shared, %"), "percent"),
    )
    rows = [
        [
            float(row["merge_distance_m"]),
            _number(row["positions"]),
            _number(row["shared_positions"]),
            _number(row["share_pos"]),
        ]
        for row in result.baseline.sharing_sensitivity.to_dict("records")
    ]
    return Block(columns, numbered(rows), heading=words("SHARE_POS by the distance of joining"))


# ------------------------------------------------------------------------------- B6


def targets(result: RunResult, words: Words) -> Form:
    """Form B6: where every target of the plans stands, with the sentence to copy."""
    columns = (
        FormColumn(words("No."), "order", 5),
        FormColumn(words("Plan"), "prose", 15),
        FormColumn(words("Target"), "text", 8),
        FormColumn(words("In the words of the plan"), "prose", 38),
        FormColumn(words("Reading"), "prose", 16),
        FormColumn(words("Baseline"), "figure", 9),
        FormColumn(words("Target value"), "figure", 9),
        FormColumn(words("Year"), "text", 7),
        FormColumn(words("Result"), "figure", 10),
        FormColumn(words("Gap"), "figure", 9),
        FormColumn(words("Judged"), "text", 12),
        FormColumn(words("Lead"), "prose", 16),
        FormColumn(words("Deadline"), "prose", 11),
        FormColumn(words("Sentence to copy"), "prose", 52),
    )
    rows = [_target_row(row, words) for row in result.plan.targets.to_dict("records")]
    notes = (
        words("Baseline, target and result are in the unit of the plan (% unless its words say "
              "otherwise); the gap of a percentage is in percentage points."),
        words("No data: what is missing is said in the sentence."),
    )  # fmt: skip
    return Form(
        "B6",
        words("B6 Targets"),
        words("PROGRESS ON THE TARGETS OF THE PLANS"),
        words("Unit: as in the plan"),
        (Block(columns, numbered(rows)),),
        notes,
    )


def _target_row(row: Mapping[Any, Any], words: Words) -> list[Value]:
    target = _number(row["target"])
    direction = "" if row["direction"] in ("", "hold", "=") else row["direction"]
    return [
        row["plan"],
        row["target_id"],
        row["quote"],
        words(row["reading"]) if row["reading"] else "",
        _number(row["baseline"]),
        Directed(target, direction) if target is not None else None,
        row["year"],
        _number(row["value"]),
        _number(row["gap_points"]),
        words(TARGET_STATUS.get(row["status"], row["status"])),
        row["lead"],
        row["deadline"],
        row["sentence"],
    ]


class Directed(float):
    """A number that is shown with ≥, ≤, < or > before it."""

    sign: str

    def __new__(cls, value: float, sign: str) -> Directed:
        """Make a number with its sign."""
        number = super().__new__(cls, value)
        number.sign = sign
        return number


# ------------------------------------------------------------------------------- B7


def proposals(result: RunResult, words: Words) -> Form:
    """Form B7: the proposed shared sites, and who gains by each."""
    plan, operators = result.plan, result.baseline.operators
    gains = {
        (row["rank"], row["operator"]): _number(row["gained_people"])
        for row in plan.gains.to_dict("records")
    }
    gaining = [name for name in operators if any(who == name for _, who in gains)]
    has_costs = _has_costs(plan.proposals)
    columns = [
        FormColumn(words("Rank"), "order", 6),
        FormColumn(words("Kind"), "text", 11),
        FormColumn(words("Position or structure"), "prose", 20),
        FormColumn(words("Commune, ward, special zone"), "prose", 20),
        FormColumn(words("Longitude"), "degrees", 11.5),
        FormColumn(words("Latitude"), "degrees", 11),
        FormColumn(words("Technology"), "text", 7),
        FormColumn(words("Operators to open it"), "prose", 18),
        FormColumn(words("People"), "count", 9, words("First signal")),
        FormColumn(words("Households"), "count", 8, words("First signal")),
        FormColumn(words("Hamlets"), "count", 8, words("First signal")),
        FormColumn(words("People so far"), "count", 9, words("First signal")),
        *(FormColumn(name, "count", 10, words("People each operator gains")) for name in gaining),
        *([FormColumn(_cost_title(plan.proposals, words), "count", 15)] if has_costs else []),
        FormColumn(words("Road, m"), "count", 8),
        FormColumn(words("Existing one tried instead"), "prose", 18),
        FormColumn(words("People lost by it"), "count", 9),
        FormColumn(words("Reason"), "prose", 34),
    ]
    names = _commune_names(result)
    rows = [
        _proposal_row(row, names, gains, gaining, has_costs, words)
        for row in plan.proposals.to_dict("records")
    ]
    return Form(
        "B7",
        words("B7 Proposals"),
        words("PROPOSED SHARED BTS POSITIONS"),
        words("Unit: people; households; hamlets"),
        (Block(tuple(columns), rows),),
        _proposal_notes(result, words),
        fixed_columns=3,
    )


def _proposal_notes(result: RunResult, words: Words) -> tuple[str, ...]:
    notes = [
        words("First signal: people who have no operator today on the technology, counted after "
              "the proposals above it."),
        words("Existing positions and structures come first; a blank cell is not known, not 0."),
        words("A proposal is made from the data alone: check it on the spot, and with the owner of "
              "the mast, before it is put into a plan."),
    ]  # fmt: skip
    if (result.plan.proposals["cost_basis"].isin(_ASSUMED)).any():
        notes.append(
            words("Costs marked “assumption” are no prices: they are only for comparison.")
        )
    return tuple(notes)


_ASSUMED: Final = tuple(code for code, word in COST_BASIS.items() if word == "assumption")


def _has_costs(frame: pd.DataFrame) -> bool:
    """Amounts of money stand on the form only with what they rest on."""
    return bool((frame["cost_vnd"].notna() & (frame["cost_basis"] != "")).any())


def _cost_title(frame: pd.DataFrame, words: Words) -> str:
    if frame["cost_basis"].isin(_ASSUMED).any():
        return words("Cost, million VND (assumption)")
    return words("Cost, million VND")


def _proposal_row(
    row: Mapping[Any, Any],
    names: Mapping[str, str],
    gains: Mapping[tuple[Any, str], float | None],
    gaining: Sequence[str],
    has_costs: bool,
    words: Words,
) -> list[Value]:
    cost = _number(row["cost_vnd"]) if row["cost_basis"] else None
    kinds = {"existing": words("existing"), "new": words("new build")}
    return [
        int(row["rank"]),
        kinds.get(row["kind"], row["kind"]),
        row["position_id"] or row["structure_id"],
        names.get(row["commune_code"], row["commune_code"]),
        _number(row["longitude"]),
        _number(row["latitude"]),
        row["technology"],
        operators_text(row["operators"]),
        _number(row["gained_people"]),
        _number(row["gained_households"]),
        _number(row["gained_hamlets"]),
        _number(row["cumulative_people"]),
        *(gains.get((row["rank"], name)) for name in gaining),
        *([None if cost is None else cost / 1e6] if has_costs else []),
        _number(row["road_m"]),
        row["existing_tried"],
        _number(row["existing_loss_people"]),
        row["reason"],
    ]
