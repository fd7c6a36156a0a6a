"""What each audience but the planner gets, in a folder that may be handed on.

Communes get their sheets, an operator its letter and its extract, the public a map and figures of
hamlets and communes. None of it holds coordinates, ids, distances or margins of a site that is not
the reader's own or offered by its owner; who serves a hamlet is told as ``sharing.handed_on`` and
``sharing.extract`` decide, from cells of a grid.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from geoplan.faults import Faults, ScenarioError
from geoplan.io.operators import names_of, standard_name
from geoplan.report import forms
from geoplan.report.tables import csv_bytes
from geoplan.tables.handed_on import PUBLIC_COMMUNES, PUBLIC_TARGETS
from geoplan.text import fold, slug

if TYPE_CHECKING:
    from geoplan.report.sheets import PreviousFigures
    from geoplan.results import Inputs, RunResult
    from geoplan.scenario import Scenario

PLANNER: Final = "planner"
COMMUNE: Final = "commune"
PUBLIC: Final = "public"
OPERATOR: Final = "operator:"

TO_COMMUNES: Final = "gui-xa"
TO_OPERATORS: Final = "gui-doanh-nghiep"
TO_PUBLIC: Final = "cong-khai"


def check_audiences(inputs: Inputs, scenario: Scenario) -> None:
    """Check that the operators for whom a run writes are in the files.

    Raises
    ------
    ScenarioError
        With every operator that is not.
    """
    faults = Faults()
    known = _known(inputs, scenario)
    for name in () if scenario.publish is None else scenario.publish.audiences:
        if name.startswith(OPERATOR) and _operator(name, known, scenario) is None:
            faults.add(
                "extract_operator",
                column="publish.audiences",
                value=name.removeprefix(OPERATOR),
                known=", ".join(known) or "–",
            )
    faults.raise_if_any(ScenarioError)


def _known(inputs: Inputs, scenario: Scenario) -> list[str]:
    return sorted(set(inputs.sites["operator"].astype("str")) | set(scenario.operators))


def _operator(audience: str, known: Collection[str], scenario: Scenario) -> str | None:
    """Give the standard name of the operator that an audience names; None = unknown."""
    written = audience.removeprefix(OPERATOR).strip()
    name = standard_name(written, names_of(scenario))
    return next((one for one in known if one == name or fold(one) == fold(written)), None)


def audiences_of(result: RunResult) -> list[str]:
    """Give the audiences of a run, each once, operators by their standard names."""
    publish = result.scenario.publish
    found: dict[str, None] = {}
    for name in () if publish is None else publish.audiences:
        if name.startswith(OPERATOR):
            known = _known(result.inputs, result.scenario)
            operator = _operator(name, known, result.scenario)
            if operator is not None:
                found[OPERATOR + operator] = None
        else:
            found[name] = None
    return list(found)


def write_audience(
    result: RunResult,
    audience: str,
    folder: Path,
    outputs: Collection[str],
    previous: PreviousFigures | None = None,
) -> None:
    """Write the folder of one audience, not the planner.

    Parameters
    ----------
    audience
        "commune", "public" or "operator:<name>", from :func:`audiences_of`.
    folder
        The folder of the run.
    outputs
        Communes get ``sheets``; an operator its extract with ``tables`` and its letter with
        ``report``; the public a page with ``map`` and figures with ``tables``.
    """
    if audience == COMMUNE:
        if "sheets" in outputs:
            from geoplan.report import sheets

            sheets.write_sheets(result, folder / TO_COMMUNES, previous=previous)
    elif audience == PUBLIC:
        _write_public(result, folder / TO_PUBLIC, outputs)
    else:
        name = audience.removeprefix(OPERATOR)
        _write_operator(result, name, folder / TO_OPERATORS / slug(name), outputs)


def _write_operator(
    result: RunResult, operator: str, folder: Path, outputs: Collection[str]
) -> None:
    from geoplan.report import extract
    from geoplan.report.handing import letters

    folder.mkdir(parents=True)
    if "tables" in outputs:
        extract.write_files(
            operator, result.inputs, result.scenario, result.baseline.operators, folder
        )
    if "report" in outputs and operator in result.baseline.operators:
        letters.write_letter(result, operator, folder)


def _write_public(result: RunResult, folder: Path, outputs: Collection[str]) -> None:
    folder.mkdir(parents=True)
    if "map" in outputs:
        from geoplan.report import maps

        page = maps.render(result, audience="public")
        (folder / "map.html").write_text(page, encoding="utf-8", newline="\n")
    if "tables" in outputs:
        technologies = result.baseline.technologies
        communes = PUBLIC_COMMUNES.for_technologies(technologies)
        rows = _public_communes(result)[list(communes.names)]
        (folder / "xa.csv").write_bytes(csv_bytes(rows, communes))
        targets = _public_targets(result)
        (folder / "chi-tieu.csv").write_bytes(csv_bytes(targets, PUBLIC_TARGETS))


def _public_communes(result: RunResult) -> pd.DataFrame:
    """Give the hamlets of each commune by status, over all operators."""
    communes = result.baseline.communes
    names = forms.commune_names(result)
    return communes.assign(full_name=communes["commune_code"].map(names).astype("str"))


def _public_targets(result: RunResult) -> pd.DataFrame:
    """Give the targets over all operators: what they ask for, and where they stand."""
    targets = result.plan.targets
    named = pd.Series(False, index=targets.index)
    for operator in result.baseline.operators:
        named |= targets["reading"].astype("str").str.contains(operator, regex=False)
    rows = targets[~named].reset_index(drop=True)
    return rows.reindex(columns=list(PUBLIC_TARGETS.names))
