"""The map of an answer: the finished run on one side of a handle, what comes of it on the other.

Hamlets and sites are those of the run's ``state/``; drawing is left to ``report.maps``.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from geoplan import tables
from geoplan.coverage.hamlets import STATUS_NAMES
from geoplan.report import maps
from geoplan.report.map_data import After
from geoplan.results import Baseline, Inputs, Plan, RunResult
from geoplan.units import MBB
from geoplan.what_if.loaded import frame_of

_CHANGED: Final = ("change", "operator", "site_id", "technology", "longitude", "latitude")

if TYPE_CHECKING:
    import geopandas as gpd

    from geoplan.scenario import Scenario
    from geoplan.what_if.session import Answer, Session


def write_before_after(
    path: Path, session: Session, answer: Answer, scenario: Scenario, communes: gpd.GeoDataFrame
) -> None:
    """Write map.html of an answer.

    Parameters
    ----------
    path
        The file to write.
    session, answer
        The finished run, and what it was asked.
    scenario
        Of the run, for its name, day and language.
    communes
        ``results.Inputs.communes``.
    """
    hamlets = _hamlets(session)
    result = RunResult(
        scenario,
        _inputs(communes),
        _baseline(session, hamlets, communes),
        _plan(),
    )
    changed = answer.changed
    if changed is None:
        changed = pd.DataFrame(columns=list(_CHANGED))
    after = After(_after(hamlets, answer.hamlets), changed, answer.indicators)
    maps.write_map(path, result, after=after)


def _hamlets(session: Session) -> pd.DataFrame:
    """Give the hamlets of the run with their statuses before."""
    frame = frame_of(session.run.state.hamlets)
    for technology, status in session.statuses_before().items():
        frame[f"status_{technology.lower()}"] = pd.Series(STATUS_NAMES[status], dtype="str")
    return tables.check(frame, tables.HAMLETS_OUT.for_technologies(session.technologies))


def _after(hamlets: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Give the statuses of all hamlets after: those before, where none is told to change."""
    found = hamlets.set_index("hamlet_id")
    for technology, rows in changed[changed["operator"] == ""].groupby("technology", sort=True):
        name = f"status_{str(technology).lower()}"
        now = rows.set_index("hamlet_id")["after"]
        found[name] = found[name].where(~found.index.isin(now.index), now.reindex(found.index))
    return found.reset_index()


def _communes(
    hamlets: pd.DataFrame, communes: gpd.GeoDataFrame, technologies: tuple[str, ...]
) -> pd.DataFrame:
    """Count the hamlets of each commune by their status."""
    frame = pd.DataFrame({name: communes[name] for name in ("commune_code", "name", "full_name")})
    code = hamlets["commune_code"]
    counted = {"hamlets": code.notna(), "hamlets_unknown": hamlets["longitude"].isna()}
    for technology in (MBB, *technologies):
        key = technology.lower()
        for status in ("white", "dead_spot", "covered"):
            counted[f"{status}_{key}"] = hamlets[f"status_{key}"] == status
    for name, rows in counted.items():
        frame[name] = frame["commune_code"].map(code[rows].value_counts()).fillna(0).to_numpy()
    return tables.check(frame, tables.COMMUNES_OUT.for_technologies(technologies))


def _inputs(communes: gpd.GeoDataFrame) -> Inputs:
    none = pd.DataFrame()
    return Inputs(
        communes=communes,
        hamlets=communes.iloc[:0],
        clusters=none,
        sites=none,
        places=communes.iloc[:0],
        zones=communes.iloc[:0],
        structures=none,
        reported=none,
        population=None,
        rejects=none,
        warnings=(),
        files=(),
    )


def _baseline(session: Session, hamlets: pd.DataFrame, communes: gpd.GeoDataFrame) -> Baseline:
    state, technologies = session.run.state, session.technologies

    def empty(table: tables.Table) -> pd.DataFrame:
        whole = table.for_technologies(technologies)
        return tables.check(pd.DataFrame(columns=list(whole.names)), whole)

    return Baseline(
        operators=session.operators,
        technologies=technologies,
        cells=session.cells,
        demand=state.demand,
        reach=state.reach,
        served=state.served,
        area=dataclasses.replace(state.area, bits={}),
        hamlets=hamlets,
        clusters=empty(tables.CLUSTERS_OUT),
        service=empty(tables.SERVICE_OUT),
        communes=_communes(hamlets, communes, technologies),
        places=empty(tables.PLACES_OUT),
        positions=empty(tables.POSITIONS_OUT),
        sharing_sensitivity=empty(tables.SENSITIVITY_OUT),
        holes=empty(tables.HOLES_OUT),
        indicators=empty(tables.INDICATORS_OUT),
        totals={},
    )


def _plan() -> Plan:
    none = pd.DataFrame()
    proposals, gains = (
        tables.check(pd.DataFrame(columns=list(table.names)), table)
        for table in (tables.PROPOSALS_OUT, tables.GAINS_OUT)
    )
    return Plan(proposals, gains, targets=none, duties=none, siting={})
