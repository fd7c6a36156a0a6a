"""The stages in order: files in, what is, what to do, files out. No mathematics here.

    scenario ─► inputs ─► baseline (assess) ─► plan (make_plan) ─► reports (write_report)

Command line, notebooks and servers call the same functions.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoplan import prospects, tables
from geoplan.common_masts import find_common_masts, permits_of
from geoplan.costs import Catalogue
from geoplan.coverage import area, chance_area, field_work, places, sheets, unserved
from geoplan.coverage.build import on_air
from geoplan.coverage.model import Coverage, assess_coverage
from geoplan.faults import Faults, GeoplanError, InputError, ScenarioError
from geoplan.indicators import former, network, speeds
from geoplan.indicators.compute import commune_sheet, compute_indicators
from geoplan.indicators.network import Network
from geoplan.indicators.plans import ProvincialPlan, duty_table, find_plans
from geoplan.indicators.replies import reply_states
from geoplan.indicators.targets import target_status
from geoplan.io import read_inputs
from geoplan.io.costs import find_catalogue
from geoplan.io.rules import check_zones, find_rules
from geoplan.preparing import import_table, locate
from geoplan.progress import Progress, silent
from geoplan.results import (
    AreaService,
    Baseline,
    FieldWork,
    Inputs,
    Plan,
    Reconciled,
    RunResult,
    SharingTables,
)
from geoplan.scenario import Scenario, read_scenario
from geoplan.scenario.reader import with_day
from geoplan.scenario.rules import RuleBook
from geoplan.sharing import owners, reconcile
from geoplan.sharing.ledger import Ledger, keep_ledger
from geoplan.sharing.near_pairs import near_pairs
from geoplan.sharing.review import check_review
from geoplan.sharing.years import sharing_years

if TYPE_CHECKING:
    from geoplan.coverage.kept_levels import KeptLevels
    from geoplan.report.sheets import PreviousFigures

__all__ = [
    "assess",
    "import_table",
    "locate",
    "make_plan",
    "read_everything",
    "read_inputs",
    "read_scenario",
    "run",
    "with_day",
    "write_report",
]

OUTPUTS = ("tables", "map", "workbook", "gis", "sheets", "report")


def assess(
    inputs: Inputs,
    scenario: Scenario,
    *,
    progress: Progress = silent,
    kept: KeptLevels | None = None,
) -> Baseline:
    """Tell what is: service, hamlet status, sharing, holes and indicators.

    Parameters
    ----------
    inputs
        From :func:`read_inputs`.
    scenario
        Its ``as_of`` must be set.
    kept
        Levels of an earlier run; only what changed since is computed.
    """
    progress("coverage", 0.0)
    cover = assess_coverage(inputs, scenario)
    progress("sharing", 0.3)
    review = inputs.position_review
    ledger = keep_ledger(cover.air, inputs.communes, cover.operators, scenario, review)
    progress("area", 0.4)
    ground = area.area_service(
        inputs.communes,
        cover.cells,
        cover.computed,
        cover.operators,
        crs=_planning_crs(inputs, scenario),
        cell_m=scenario.coverage.cell_m,
        kept=kept,
    )
    ground = replace(ground, bits=cover.declarations.over_grid(ground.bits, ground.grid))
    spots = places.serve_places(cover, inputs, scenario)
    progress("indicators", 0.6)
    net = _network(ledger, inputs, cover, scenario)
    indicators, people = compute_indicators(inputs, scenario, cover, ground, spots, net)
    progress("holes", 0.9)
    found = unserved.find_all_holes(inputs, scenario, cover)
    warnings = (*cover.warnings, *ledger.warnings)
    position = _position_of_cells(cover, ledger)
    shown = cover.technologies
    sheet = former.with_former_units(sheets.hamlet_sheet(cover, inputs, position), inputs, scenario)
    hamlets = _table(sheet, tables.HAMLETS_OUT, shown)
    work = field_work.field_work(cover, inputs, scenario, hamlets)
    service = _table(sheets.service_sheet(cover, inputs), tables.SERVICE_OUT, shown)
    chances = _chances(cover, ground, service)
    return Baseline(
        operators=cover.operators,
        technologies=shown,
        cells=ledger.cells,
        demand=cover.demand,
        reach=cover.reach,
        served={name: cover.served[1.0][name] for name in cover.names},
        spoken=cover.spoken,
        area=replace(
            ground,
            bits={name: ground.bits[name] for name in shown},
            levels={key: one for key, one in ground.levels.items() if key[0] in shown},
            sites=_served_by(cover) if ground.levels else (),
        ),
        hamlets=hamlets,
        clusters=_table(sheets.cluster_sheet(cover, inputs), tables.CLUSTERS_OUT, shown),
        service=service,
        communes=_table(commune_sheet(inputs, indicators, shown), tables.COMMUNES_OUT, shown),
        places=_table(places.place_sheet(cover, inputs, spots), tables.PLACES_OUT, shown),
        positions=_table(ledger.positions, tables.POSITIONS_OUT, shown),
        sharing_sensitivity=_table(ledger.sensitivity, tables.SENSITIVITY_OUT, shown),
        holes=_table(found, tables.HOLES_OUT, shown),
        indicators=_table(indicators, tables.INDICATORS_OUT, shown),
        totals={
            "people": people,
            "counts": _counts(indicators, shown),
            "field_checks": field_work.totals(work, hamlets),
        },
        warnings=warnings,
        field_work=FieldWork(
            evidence=_table(work.evidence, tables.EVIDENCE_OUT, shown),
            disagreements=_table(work.disagreements, tables.DISAGREEMENTS_OUT, shown),
            agreement=_table(work.agreement, tables.AGREEMENT_OUT, shown),
            to_check=_table(work.to_check, tables.TO_CHECK_OUT, shown),
        ),
        reconciled=_reconcile(inputs, ledger, cover, scenario),
        testing=cover.testing(),
        sharing=_sharing_tables(inputs, ledger, cover, scenario),
        ether=cover.ether,
        error_db=None if cover.cells.radio is None else cover.error_db,
        more={**_measured(inputs, cover, indicators), **chances},
    )


def _served_by(cover: Coverage) -> tuple[str, ...]:
    """Name operator and site of each cell that is computed, as best servers count them.

    A site without an id goes by its place.
    """
    rows = cover.air[cover.air["technology"].isin(cover.computed)]
    return tuple(
        f"{who}:{key}" for who, key in zip(rows["operator"], rows["installation_key"], strict=True)
    )


def _chances(
    cover: Coverage, ground: AreaService, service: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Count what has service with at least each of some chances, where levels are told."""
    if cover.cells.radio is None:
        return {}
    found = chance_area.coverage_chance(cover, ground, service)
    return {"coverage_chance": _table(found, tables.COVERAGE_CHANCE_OUT, ())}


def _measured(inputs: Inputs, cover: Coverage, indicators: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Lay what was measured beside what is predicted: levels, and speeds of communes."""
    found = {}
    if cover.told is not None:
        found = {"calibration": cover.told.table, "measurements": cover.told.measurements}
    if inputs.speed_checks is not None:
        names = inputs.communes.set_index("commune_code")["name"]
        shares = speeds.served_shares(indicators)
        listed, agreement = speeds.compare(inputs.speed_checks, shares, names)
        found |= {"speed_comparison": listed, "speed_agreement": agreement}
    return found


def _table(frame: pd.DataFrame, table: tables.Table, technologies: tuple[str, ...]) -> pd.DataFrame:
    """Pass a frame through the door of its table; columns of no table stay behind."""
    declared = table.for_technologies(technologies)
    if frame.empty and not len(frame.columns):
        frame = pd.DataFrame(columns=list(declared.names))
    return tables.check(frame, declared)[list(declared.names)]


def _planning_crs(inputs: Inputs, scenario: Scenario) -> str:
    from geoplan import geodesy

    return scenario.planning_crs or geodesy.planning_crs(tuple(inputs.communes.total_bounds))


def _network(ledger: Ledger, inputs: Inputs, cover: Coverage, scenario: Scenario) -> Network:
    start, end = (pd.Timestamp(day) for day in scenario.period)
    counted = ledger.cells[ledger.cells["counted"]]
    return Network(
        network.mark_new_positions(ledger.positions, ledger.cells, start, end),
        ledger.installations,
        ledger.stations,
        counted,
        inputs.communes["commune_code"],
        cover.operators,
        cover.technologies,
    )


def _reconcile(
    inputs: Inputs, ledger: Ledger, cover: Coverage, scenario: Scenario
) -> Reconciled | None:
    """Compare the lists with declared totals and with an earlier report, where they are given."""
    if inputs.declared_totals is None and inputs.sites_before is None:
        return None

    def cells_on(day: datetime.date) -> pd.DataFrame:
        kept = ledger
        if day != scenario.day:
            air = inputs.sites[on_air(inputs.sites, day)].reset_index(drop=True)
            air = air.assign(counted=air["commune_code"] != "")
            review = inputs.position_review
            kept = keep_ledger(air, inputs.communes, cover.operators, scenario, review)
        return kept.cells[kept.cells["counted"]]

    lists = [file for file in inputs.files if file.role == "sites"]
    sender = {file.path: file.sender for file in lists}
    refused: dict[str, int] = {}
    for file in lists:
        refused[file.sender] = refused.get(file.sender, 0) + file.refused
    left_out = {
        (sender[fault.file], fault.key): fault.code
        for fault in inputs.refused
        if fault.file in sender and fault.key
    }
    totals, changes = pd.DataFrame(), pd.DataFrame()
    if inputs.declared_totals is not None:
        totals = reconcile.declared_beside_counted(
            inputs.declared_totals, cache(cells_on), day=scenario.day, refused=refused
        )
    if inputs.sites_before is not None:
        changes = reconcile.site_changes(
            inputs.sites,
            inputs.sites_before,
            left_out,
            merge_distance_m=scenario.sharing.merge_distance_m,
        )
    return Reconciled(
        _table(totals, tables.DECLARED_TOTALS_OUT, ()),
        _table(changes, tables.SITE_CHANGES_OUT, ()),
    )


def _sharing_tables(
    inputs: Inputs, ledger: Ledger, cover: Coverage, scenario: Scenario
) -> SharingTables:
    rules, joined = scenario.sharing, ledger.joined
    near = near_pairs(
        joined.found,
        joined.made,
        merge_distance_m=rules.merge_distance_m,
        structure_ids=rules.structure_ids,
    )
    ids = ledger.positions["position_id"].to_numpy(object)
    counted = joined.cells.assign(position_id=ids[joined.cells["position"]])
    clashes = owners.structure_conflicts(counted)
    years = sharing_years(inputs.sites, cover.operators, scenario, inputs.position_review)
    return SharingTables(
        near_pairs=_table(near, tables.NEAR_PAIRS_OUT, ()),
        structure_conflicts=_table(clashes, tables.STRUCTURE_CONFLICTS_OUT, ()),
        owners=_table(owners.owners(counted, cover.operators), tables.OWNERS_OUT, ()),
        sharing_years=_table(years, tables.SHARING_YEARS_OUT, ()),
    )


def _position_of_cells(cover: Coverage, ledger: Ledger) -> np.ndarray[Any, np.dtype[np.int64]]:
    chosen = ledger.cells["technology"].isin(cover.computed)
    return ledger.cells.loc[chosen, "position"].to_numpy(np.int64)


def _counts(indicators: pd.DataFrame, technologies: tuple[str, ...]) -> dict[str, Any]:
    """Give the counts of the province that the console and run.json show."""
    rows = indicators[
        (indicators["level"] == "province")
        & (indicators["operator"] == "")
        & (indicators["place_class"] == "")
    ].drop_duplicates(["indicator", "technology"])
    value = rows.set_index(["indicator", "technology"])["numerator"].to_dict()
    low = rows.set_index(["indicator", "technology"])["value_radius_90"].to_dict()
    high = rows.set_index(["indicator", "technology"])["value_radius_110"].to_dict()
    counts: dict[str, Any] = {}
    for technology in ("MBB", *technologies):
        for status in ("WHITE", "DEAD_SPOT", "COVERED"):
            key = (f"HAMLETS_{status}", technology)
            counts[f"{status.lower()}_{technology.lower()}"] = {
                "count": int(value[key]),
                "radius_90": int(low[key]),
                "radius_110": int(high[key]),
            }
    for name in (
        "HAMLETS",
        "HAMLETS_UNKNOWN",
        "POSITIONS",
        "SHARED_POSITIONS",
        "INSTALLATIONS",
        "STATIONS",
        "CELLS",
        "NEW_STATIONS",
        "SHARE_NEW",
        "SHARE_NEW_UPGRADES",
        "SHARE_NEW_STRICT",
        "NEW_INSTALLATIONS",
        "SHARE_NEW_JOIN",
    ):
        counts[name.lower()] = int(value[(name, "")])
    return counts


def make_plan(
    inputs: Inputs, baseline: Baseline, scenario: Scenario, *, progress: Progress = silent
) -> Plan:
    """Tell what to do: the shared sites to open next, and where the plans' targets stand.

    Parameters
    ----------
    inputs, baseline
        From :func:`read_inputs` and :func:`assess`.
    scenario
        The same that made them.
    """
    progress("siting", 0.0)
    questions = read_questions(scenario)
    permits = permits_of(inputs, baseline, scenario, questions.rules)
    proposed = prospects.propose_sites(inputs, baseline, scenario, questions.catalogue, permits)
    masts = find_common_masts(
        inputs, baseline, scenario, questions.catalogue, questions.rules, proposed.proposals
    )
    progress("siting", 1.0)
    judged = target_status(
        questions.plans,
        baseline.indicators,
        inputs.reported,
        as_of=scenario.day,
        language=scenario.language,
        merge_distance_m=scenario.sharing.merge_distance_m,
        mbb=scenario.coverage.mbb,
        period=scenario.period,
    )
    answered = reply_states(inputs.replies, baseline.service, scenario.day)
    return Plan(
        proposals=_table(proposed.proposals, tables.PROPOSALS_OUT, baseline.technologies),
        gains=_table(proposed.gains, tables.GAINS_OUT, baseline.technologies),
        targets=_table(judged, tables.TARGETS_OUT, baseline.technologies),
        duties=duty_table(questions.plans, as_of=scenario.day),
        siting=proposed.siting,
        warnings=proposed.warnings,
        candidates=_table(proposed.candidates, tables.SITE_CANDIDATES_OUT, baseline.technologies),
        sharing_potential=_table(masts.potential, tables.SHARING_POTENTIAL_OUT, ()),
        planned_pairs=_table(masts.planned, tables.PLANNED_PAIRS_OUT, ()),
        more={
            **{
                table.name: _table(proposed.more[table.name], table, ())
                for table in tables.MORE_OF_SITING
            },
            tables.REPLIES_OUT.name: answered,
            **_causes(proposed.more),
        },
        rule_breaches=_table(masts.breaches, tables.RULE_BREACHES_OUT, ()),
        free_masts=_table(masts.free, tables.FREE_MASTS_OUT, ()),
    )


def _causes(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give the causes of holes and of hamlets, where levels are told."""
    causes = (tables.HOLE_CAUSES_OUT, tables.HAMLET_CAUSES_OUT)
    return {one.name: _table(found[one.name], one, ()) for one in causes if one.name in found}


@dataclass(frozen=True)
class Questions:
    """What a scenario asks besides its data: plans to judge, costs to reckon with, rules."""

    plans: tuple[ProvincialPlan, ...]
    catalogue: Catalogue
    rules: RuleBook


def read_questions(scenario: Scenario) -> Questions:
    """Read the plans, costs and rules that a scenario names, with all their faults."""
    faults = Faults()
    _check_planning_crs(scenario.planning_crs, faults)
    plans: tuple[ProvincialPlan, ...] = ()
    try:
        plans = find_plans(scenario.targets.plans, scenario.folder)
    except GeoplanError as error:
        faults.extend(error.faults)
    try:
        catalogue = find_catalogue(scenario.siting.costs, scenario.folder)
    except GeoplanError as error:
        faults.extend(error.faults)
    rules = RuleBook()
    try:
        zones_given = scenario.inputs.zones is not None
        rules = find_rules(scenario.sharing.rules, scenario.folder, zones_given=zones_given)
    except GeoplanError as error:
        faults.extend(error.faults)
    faults.raise_if_any(ScenarioError)
    return Questions(plans, catalogue, rules)


def _check_planning_crs(code: str | None, faults: Faults) -> None:
    from geoplan import geodesy

    if code is None:
        return
    try:
        if geodesy.is_geographic(code):
            faults.add("crs_not_metric", column="planning_crs", value=code)
    except ValueError:
        faults.add("unknown_crs", column="planning_crs", value=code)


def read_everything(
    scenario: Scenario, *, strict: bool = False, progress: Progress = silent
) -> Inputs:
    """Read all that a scenario names; files, plans, costs and rules tell their faults together.

    Raises
    ------
    GeoplanError
        With every fault of them.
    """
    from geoplan.report.audiences import check_audiences

    faults, rules = Faults(), RuleBook()
    try:
        rules = read_questions(scenario).rules
    except GeoplanError as error:
        faults.extend(error.faults)
    try:
        inputs = read_inputs(scenario, strict=strict, progress=progress)
    except GeoplanError as error:
        faults.extend(error.faults)
        raise InputError(faults) from error
    try:
        prospects.check_siting(inputs, scenario)
    except ScenarioError as error:
        faults.extend(error.faults)
    try:
        check_audiences(inputs, scenario)
    except ScenarioError as error:
        faults.extend(error.faults)
    check_zones(rules, scenario.sharing.rules or "", set(inputs.zones["class"]), faults)
    faults.raise_if_any(ScenarioError)
    check_review(inputs.sites, inputs.position_review, scenario.sharing.structure_ids)
    return inputs


def write_report(
    result: RunResult,
    folder: Path,
    *,
    outputs: Collection[str] = OUTPUTS,
    previous: PreviousFigures | None = None,
) -> None:
    """Write the files of a run into an empty folder.

    Parameters
    ----------
    result
        From :func:`run`'s stages.
    folder
        Exists and is empty.
    outputs
        Which of ``OUTPUTS``; run.json, rejects.csv and state/ always.
    previous
        Figures of the run before, which stand beside those of this one.
    """
    from geoplan.report.writing import write_run

    write_run(result, folder, outputs, previous)


def run(
    scenario: Scenario,
    target: Path | str,
    *,
    outputs: Collection[str] = OUTPUTS,
    strict: bool = False,
    progress: Progress = silent,
) -> tuple[RunResult, Path]:
    """Do the whole job: read, assess, plan, write.

    Parameters
    ----------
    scenario
        From :func:`read_scenario`.
    target
        Folder to write; refused before anything is computed if it is not ours to replace.
    outputs
        Which of ``OUTPUTS``.
    strict
        Whether one refused row stops the run.

    Returns
    -------
    The run, and the folder where it stands.

    Raises
    ------
    GeoplanError
        With every fault of the scenario, the files or the folder; nothing was written.
    """
    from geoplan.report.folder import Staging, check_target
    from geoplan.report.kept_levels import read_kept_levels
    from geoplan.report.sheets import previous_figures
    from geoplan.report.state import FOLDER

    check_target(target)
    timings: dict[str, float] = {}
    told = Faults()
    if scenario.as_of is None:
        scenario = with_today(scenario)
        told.add("as_of_today", column="as_of", as_of=scenario.day.isoformat())
    with _timed(timings, "read"):
        progress("reading", 0.0)
        inputs = read_everything(scenario, strict=strict, progress=progress)
        inputs = replace(inputs, warnings=(*told, *inputs.warnings))
    with _timed(timings, "assess"):
        kept = None if scenario.coverage.model == "radius" else read_kept_levels(target, FOLDER)
        baseline = assess(inputs, scenario, progress=progress, kept=kept)
    with _timed(timings, "plan"):
        plan = make_plan(inputs, baseline, scenario, progress=progress)
    result = RunResult(scenario, inputs, baseline, plan, timings)
    progress("writing", 0.0)
    previous = previous_figures(target)
    staging = Staging(target)
    with staging as folder:
        write_report(result, folder, outputs=outputs, previous=previous)
    progress("writing", 1.0)
    if staging.warnings:
        plan = replace(plan, warnings=(*plan.warnings, *staging.warnings))
        result = replace(result, plan=plan)
    return result, staging.path


def with_today(scenario: Scenario) -> Scenario:
    """Give the scenario with the day of this run, where it names none."""
    return with_day(scenario, datetime.date.today())


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - begin, 3)
