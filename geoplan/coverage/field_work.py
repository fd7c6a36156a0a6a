"""What field checks show beside model and declarations, and which hamlets to check next.

Only tables are made here, out of what ``coverage.evidence`` laid over the model; the sheet that
people fill in is left to ``report``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.coverage import evidence
from geoplan.coverage.model import environment_at
from geoplan.results import FieldWork
from geoplan.units import ENVIRONMENTS

if TYPE_CHECKING:
    from geoplan.coverage.model import Coverage
    from geoplan.results import Evidence, Inputs
    from geoplan.scenario import Scenario

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

Z_95: Final = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


def field_work(
    cover: Coverage, inputs: Inputs, scenario: Scenario, hamlets: pd.DataFrame
) -> FieldWork:
    """Make the tables of field work.

    Parameters
    ----------
    hamlets
        The hamlet table of the run, whose ``source`` and ``near_threshold`` are asked.
    """
    told = _evidence(cover, inputs, scenario)
    return FieldWork(
        evidence=told,
        disagreements=told[_differs(told)],
        agreement=_agreement(told),
        to_check=_to_check(cover, inputs, scenario, hamlets),
    )


def wilson(agree: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Give the interval of a share, after Wilson [1]_; NaN of nothing.

    Parameters
    ----------
    agree, n
        Number of hits, and of trials.
    z
        Normal deviate; default 95 %.

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical inference,"
       J. Am. Stat. Assoc. 22, 1927; R. G. Newcombe, Stat. Med. 17, 1998, method 3.
    """
    if n == 0:
        return float("nan"), float("nan")
    share = agree / n
    middle = share + z * z / (2 * n)
    half = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    scale = 1 + z * z / n
    low = 0.0 if agree == 0 else (middle - half) / scale
    high = 1.0 if agree == n else (middle + half) / scale
    return low, high


# ---------------------------------------------------------------------------- side by side


def _evidence(cover: Coverage, inputs: Inputs, scenario: Scenario) -> pd.DataFrame:
    """Give a row for each point, operator and technology of which more than the model speaks.

    Clusters stand there where they were checked, or where the declaration differs.
    """
    spoken = cover.spoken
    if spoken is None:
        return pd.DataFrame(columns=list(_EVIDENCE))
    parts = [
        _of_service(cover, spoken, technology, o)
        for technology in cover.computed
        for o in range(len(cover.operators))
    ]
    frame = pd.concat(parts, ignore_index=True)
    points = _points(cover, inputs).iloc[frame["point"]].reset_index(drop=True)
    frame = pd.concat([points, frame], axis=1)
    frame = _with_checks(frame, cover, inputs)
    places = points[["longitude", "latitude"]].to_numpy(np.float64)
    frame["environment"] = ""
    if len(frame) and (frame["field"] != "").any():
        found = environment_of(cover, inputs, scenario, places[:, 0], places[:, 1])
        frame["environment"] = found.astype(object)
    return frame


_EVIDENCE: Final = (
    *("hamlet_id", "cluster_id", "operator", "technology", "model", "declared", "field", "final"),
    *("checked_on", "checked_by", "source", "environment", "name", "commune_code"),
    *("longitude", "latitude"),
)


def environment_of(
    cover: Coverage, inputs: Inputs, scenario: Scenario, longitude: Floats, latitude: Floats
) -> NDArray[np.str_]:
    """Give the environment of places by the rule for sites; rural where nothing tells."""
    found = environment_at(inputs, scenario, cover.demand, longitude, latitude)
    return np.where(found == "", "rural", found)


def _of_service(cover: Coverage, spoken: Evidence, technology: str, operator: int) -> pd.DataFrame:
    """Give what each source says of one operator and technology, where more than one speaks."""
    bit = 1 << operator
    model, declared, checked = (
        (codes[technology] & bit) != 0
        for codes in (spoken.modelled, spoken.declared, spoken.checked)
    )
    declares = bool(spoken.declaring[technology] & bit)
    final = (cover.served[1.0][technology] & bit) != 0
    chosen = checked | (declares & (cover.demand.is_centre | (model != declared)))
    point = np.flatnonzero(chosen)
    return pd.DataFrame(
        {
            "point": point,
            "operator": cover.operators[operator],
            "technology": technology,
            "model": _yes_no(model[point]),
            "declared": _yes_no(declared[point]) if declares else "",
            "final": _yes_no(final[point]),
            "source": evidence.SOURCE_NAMES[
                evidence.rank(spoken, technology, operator, len(model))[point]
            ],
        }
    )


def _yes_no(flags: Flags) -> NDArray[np.object_]:
    return np.where(flags, "yes", "no").astype(object)


def _points(cover: Coverage, inputs: Inputs) -> pd.DataFrame:
    """Give id, name, commune and place of every demand point."""
    demand = cover.demand
    n = int(demand.is_centre.sum())
    hamlets = cover.hamlets.iloc[demand.hamlet]
    clusters = inputs.clusters["cluster_id"].to_numpy(object)
    names = hamlets["name"].to_numpy(object).copy()
    of_clusters = inputs.clusters["name"].to_numpy(object)
    names[n:] = np.where(of_clusters == "", names[n:], of_clusters)
    return pd.DataFrame(
        {
            "hamlet_id": hamlets["hamlet_id"].to_numpy(object),
            "cluster_id": np.concatenate((np.full(n, "", dtype=object), clusters)),
            "name": names,
            "commune_code": hamlets["commune_code"].to_numpy(object),
            "longitude": demand.longitude,
            "latitude": demand.latitude,
        }
    )


def _with_checks(frame: pd.DataFrame, cover: Coverage, inputs: Inputs) -> pd.DataFrame:
    """Add what was found on the spot, by whom and when."""
    key = ["point", "operator", "technology"]
    columns = {"result": "field", "checked_on": "checked_on", "checked_by": "checked_by"}
    checks = inputs.field_checks
    if checks is None:
        blank = pd.Series([None] * len(frame), dtype="datetime64[s]")
        return frame.assign(field="", checked_on=blank, checked_by="")
    points = evidence.check_points(inputs, cover.demand, checks)
    known = checks[["operator", "technology", *columns]].assign(point=points)[points >= 0]
    merged = frame.merge(known.rename(columns=columns), on=key, how="left", validate="1:1")
    return merged.assign(
        field=merged["field"].fillna(""), checked_by=merged["checked_by"].fillna("")
    )


def _differs(told: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell the rows whose sources do not all say what counts; weak is what it counts as."""
    differs = (told["model"] != told["final"]).to_numpy(dtype=bool)
    declared = (told["declared"] != "") & (told["declared"] != told["final"])
    return differs | declared.to_numpy(dtype=bool)


# ---------------------------------------------------------------------------- agreement


def _agreement(told: pd.DataFrame) -> pd.DataFrame:
    """Count how often model and declarations say what was found, by technology and environment."""
    checked = told[told["field"] != ""]
    records = [
        record
        for source in ("model", "declared")
        for technology in sorted(set(checked["technology"]))
        for record in _of_source(checked, source, technology)
    ]
    return pd.DataFrame(records)


def _of_source(checked: pd.DataFrame, source: str, technology: str) -> Iterator[dict[str, Any]]:
    rows = checked[(checked["technology"] == technology) & (checked[source] != "")]
    for environment in ("", *ENVIRONMENTS):
        some = rows if environment == "" else rows[rows["environment"] == environment]
        if not len(some):
            continue
        says, served = some[source] == "yes", some["final"] == "yes"
        agree, n = int((says == served).sum()), len(some)
        low, high = wilson(agree, n)
        yield {
            "source": source,
            "technology": technology,
            "environment": environment,
            "checks": n,
            "agree": agree,
            "share_agree": agree / n,
            "share_low": low,
            "share_high": high,
            "false_served": int((says & ~served).sum()),
            "false_unserved": int((~says & served).sum()),
        }


# ---------------------------------------------------------------------------- what to check next


def _to_check(
    cover: Coverage, inputs: Inputs, scenario: Scenario, hamlets: pd.DataFrame
) -> pd.DataFrame:
    """Draw hamlets that nobody has checked: at random first, then from the borderline ones."""
    rules = scenario.checks
    open_ = hamlets[hamlets["longitude"].notna() & (hamlets["source"] != "field")]
    open_ = open_.sort_values("hamlet_id", kind="stable").reset_index(drop=True)
    if open_.empty or rules.random + rules.borderline == 0:
        return pd.DataFrame(columns=["hamlet_id", "commune_code"])
    lon, lat = (open_[name].to_numpy(np.float64) for name in ("longitude", "latitude"))
    open_["environment"] = environment_of(cover, inputs, scenario, lon, lat).astype(object)
    rng = np.random.default_rng(rules.seed)
    drawn = draw_stratified(open_["environment"].to_numpy("U8"), rules.random, rng)
    at_random = np.zeros(len(open_), bool)
    at_random[drawn] = True
    border = np.flatnonzero(open_["near_threshold"].to_numpy(bool) & ~at_random)
    border = rng.permutation(border)[: rules.borderline]
    open_["drawn_from"] = np.where(at_random, "random", "")
    open_.loc[border, "drawn_from"] = "borderline"
    return open_[open_["drawn_from"] != ""]


def draw_stratified(
    strata: NDArray[np.str_], size: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw without putting back, each stratum by its size (largest remainders), one at least.

    Parameters
    ----------
    strata
        Stratum of each item.
    size
        How many to draw; all where there are fewer.

    Returns
    -------
    Places of the drawn items, ascending.
    """
    names, counts = np.unique(strata, return_counts=True)
    size = min(size, len(strata))
    if size < len(names) or size == 0:
        return np.sort(rng.permutation(len(strata))[:size])
    # One of each stratum first, so that none is left unseen.
    exact = (size - len(names)) * (counts - 1) / max(int((counts - 1).sum()), 1)
    quota = np.floor(exact).astype(np.int64)
    order = np.lexsort((names, -(exact - quota)))
    quota[order[: size - len(names) - int(quota.sum())]] += 1
    drawn = [
        rng.permutation(np.flatnonzero(strata == name))[: number + 1]
        for name, number in zip(names, quota.tolist(), strict=True)
    ]
    return np.sort(np.concatenate(drawn))


def totals(work: FieldWork, hamlets: pd.DataFrame) -> dict[str, Any]:
    """Give the figures of field work for run.json and the console."""
    checked = hamlets["source"] == "field"
    return {
        "hamlets": len(hamlets),
        "hamlets_checked": int(checked.sum()),
        "checks": int((work.evidence["field"] != "").sum()),
        "disagreements": len(work.disagreements),
        "to_check": len(work.to_check),
        "agreement": [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in work.agreement.to_dict("records")
        ],
    }
