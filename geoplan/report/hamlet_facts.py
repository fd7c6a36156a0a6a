"""What can be told of a hamlet without signal: why, what is proposed, by when, and who says so.

Taken from the tables of the run, for the forms, letters and dossiers that list hamlets; laying
them out is left to those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geoplan.report import forms
from geoplan.report.collation import vietnamese_key
from geoplan.report.forms import Words
from geoplan.report.locale import Locale
from geoplan.tables import CAUSES

if TYPE_CHECKING:
    from geoplan.results import RunResult

SOURCES: Final = {
    "model": "model",
    "declared": "declared by operator",
    "field": "field check",
}
_MOST_CLUSTERS: Final = 6
MEASURES: Final = {
    "new_site": "build a new site",
    "shared_site": "use an existing mast",
    "upgrade": "upgrade a site",
    "repeater": "install a repeater",
    "other": "other",
    "not_planned": "not planned",
}
"""Answers as the table ``replies`` keeps them → words."""


@dataclass(frozen=True)
class HamletFacts:
    """Answers about the hamlets of one run on one technology."""

    result: RunResult
    technology: str
    words: Words
    locale: Locale
    _memory: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def nearest(self) -> Mapping[str, list[tuple[str, float]]]:
        """hamlet_id → (operator, metres to its nearest station), the nearest first."""
        service = self.result.baseline.service
        rows = service[(service["technology"] == self.technology) & service["nearest_m"].notna()]
        rows = rows.sort_values(["hamlet_id", "nearest_m", "operator"], kind="stable")
        found: dict[str, list[tuple[str, float]]] = {}
        for hamlet, operator, metres in zip(
            rows["hamlet_id"], rows["operator"], rows["nearest_m"], strict=True
        ):
            found.setdefault(str(hamlet), []).append((str(operator), float(metres)))
        return found

    @cached_property
    def _unserved(self) -> Mapping[str, tuple[list[str], int]]:
        """hamlet_id → names of its clusters that nobody serves, and how many it has."""
        clusters = self.result.baseline.clusters
        column = f"operators_{self.technology.lower()}"
        found: dict[str, tuple[list[str], int]] = {}
        if column not in clusters:
            return found
        names = clusters["name"].astype("str").where(clusters["name"] != "", clusters["cluster_id"])
        is_bad = clusters[column] == ""
        for hamlet, name, bad in zip(clusters["hamlet_id"], names, is_bad, strict=True):
            unserved, every = found.get(str(hamlet), ([], 0))
            found[str(hamlet)] = ([*unserved, str(name)] if bad else unserved, every + 1)
        return found

    @cached_property
    def _causes(self) -> Mapping[str, Mapping[Any, Any]]:
        """hamlet_id → its row of ``hamlet_causes``; none by radius, or of another technology."""
        sheet = self.result.plan.more.get("hamlet_causes", pd.DataFrame())
        if sheet.empty:
            return {}
        own = sheet[sheet["technology"] == self.technology]
        return {str(row["hamlet_id"]): row for row in own.to_dict("records")}

    @cached_property
    def _promised(self) -> Mapping[str, Mapping[Any, Any]]:
        sheet = self.result.plan.more.get("proposal_hamlets", pd.DataFrame())
        proposals = {row["rank"]: row for row in self.result.plan.proposals.to_dict("records")}
        return {
            str(row["hamlet_id"]): {**proposals[row["rank"]], **row}
            for row in sheet.to_dict("records")
            if row["rank"] in proposals
        }

    @cached_property
    def _covered(self) -> frozenset[tuple[str, str, str]]:
        """Hamlet, operator and technology where all groups of houses are served."""
        service = self.result.baseline.service
        covered = service[service["status"] == "covered"]
        names = (covered[name] for name in ("hamlet_id", "operator", "technology"))
        return frozenset(zip(*names, strict=True))

    @cached_property
    def _replies(self) -> Mapping[str, list[Mapping[Any, Any]]]:
        """hamlet_id → what operators answered, by deadline, then operator.

        What was done is left out where the operator serves all groups of houses now.
        """
        sheet = self.result.plan.more.get("replies", pd.DataFrame())
        found: dict[str, list[Mapping[Any, Any]]] = {}
        if sheet.empty:
            return found
        sheet = sheet.sort_values(
            ["hamlet_id", "deadline", "operator", "technology"], kind="stable", na_position="last"
        )
        for row in sheet.to_dict("records"):
            service = row["hamlet_id"], row["operator"], row["technology"]
            if row["state"] == "done" and service in self._covered:
                continue
            found.setdefault(str(row["hamlet_id"]), []).append(row)
        own = {
            hamlet: [row for row in rows if row["technology"] == self.technology]
            for hamlet, rows in found.items()
        }
        return {hamlet: own[hamlet] or rows for hamlet, rows in found.items()}

    def _promises(self, row: Mapping[str, Any]) -> list[Mapping[Any, Any]]:
        rows = self._replies.get(str(row["hamlet_id"]), [])
        return [one for one in rows if one["measure"] != "not_planned"]

    def _reply(self, reply: Mapping[Any, Any], *, public: bool) -> str:
        """Say what an operator answered: measure, site to be shared, technology, and who."""
        measure = self.words(MEASURES[reply["measure"]])
        if reply["measure"] == "other" and reply["note"] and not public:
            measure = f"{measure}: {reply['note']}"
        if reply["shared_position"] and not public:
            measure = f"{measure} ({reply['shared_position']})"
        return self.words("{measure}, {technology} (as replied by {operator})").format(
            measure=measure, technology=reply["technology"], operator=reply["operator"]
        )

    def clusters(self, hamlet_id: str) -> str:
        """Name the groups of houses that nobody serves."""
        names, every = self._unserved.get(hamlet_id, ([], 0))
        if not names:
            return ""
        listed = ", ".join(sorted(names, key=vietnamese_key)[:_MOST_CLUSTERS])
        more = ", …" if len(names) > _MOST_CLUSTERS else ""
        return f"{self.locale.number(len(names))}/{self.locale.number(every)}: {listed}{more}"

    def cause(self, row: Mapping[str, Any]) -> str:
        """Say why the hamlet lacks signal, as far as the model knows."""
        if row["status_mbb"] == "unknown":
            return self.words("no coordinates yet")
        near = self.nearest.get(str(row["hamlet_id"]), [])
        if not near:
            return self.words("no station of {technology}").format(technology=self.technology)
        operator, metres = near[0]
        far = self.locale.number(metres / 1000.0, 1)
        if row.get(f"status_{self.technology.lower()}") == "dead_spot":
            return self.words("groups of houses beyond the reach of the stations around")
        told = self._causes.get(str(row["hamlet_id"]))
        if told is not None:
            return self._by_level(told)
        text = self.words("nearest station {km} km away ({operator})")
        return text.format(km=far, operator=operator)

    def _by_level(self, told: Mapping[Any, Any]) -> str:
        """Say what the prediction of levels knows of the cause."""
        why = self.words(CAUSES[str(told["cause"])])
        if not told["site_id"]:
            return why
        return self.words("{why}; {lacking} dB are lacking of {operator}, {km} km away").format(
            why=why,
            lacking=self.locale.number(float(told["lacking_db"]), 1),
            operator=told["operator"],
            km=self.locale.number(float(told["distance_m"]) / 1000.0, 1),
        )

    def remedy(self, row: Mapping[str, Any], *, public: bool = False) -> str:
        """Say what operators answered, else what is proposed for the hamlet, and who leads.

        Parameters
        ----------
        public
            Whether everybody may read it: ids of sites and remarks of operators are left out.
        """
        answers = self._promises(row) or self._replies.get(str(row["hamlet_id"]), [])
        said = list(dict.fromkeys(self._reply(one, public=public) for one in answers))
        if self._promises(row):
            return "; ".join(said)
        return "; ".join([self._proposed(row), *said])

    def _proposed(self, row: Mapping[str, Any]) -> str:
        """Say which proposal is for the hamlet."""
        found = self._promised.get(str(row["hamlet_id"]))
        if found is None:
            return self.words("not in the proposals")
        kinds = {"existing": self.words("existing position"), "new": self.words("new build")}
        text = self.words("proposal {rank} ({kind}); {operators}")
        return text.format(
            rank=int(found["rank"]),
            kind=kinds[found["kind"]],
            operators=forms.operators_text(found["operators"]),
        )

    def deadline(self, row: Mapping[str, Any]) -> str:
        """Give the days that operators answered, else the year in which it is to be built.

        Blank where nobody gave a day, and the plan has no years.
        """
        if self._promises(row):
            return self.promised_by(row)
        found = self._promised.get(str(row["hamlet_id"]))
        if found is None or pd.isna(found["year"]):
            return ""
        return str(int(found["year"]))

    def promised_by(self, row: Mapping[str, Any]) -> str:
        """Give the day until which operators promised the hamlet, each its own where they differ.

        Blank where nobody promised a day.
        """
        days: dict[str, list[str]] = {}
        for one in self._promises(row):
            if pd.isna(one["deadline"]):
                continue
            day = self.locale.date(one["deadline"].date())
            if one["state"] == "overdue":
                day = self.words("{date} (overdue)").format(date=day)
            days.setdefault(day, []).append(str(one["operator"]))
        if len(days) == 1:
            return next(iter(days))
        return "; ".join(f"{day} {', '.join(dict.fromkeys(who))}" for day, who in days.items())

    def source(self, row: Mapping[str, Any]) -> str:
        """Say who speaks of the hamlet."""
        source = str(row.get("source", "") or "")
        return self.words(SOURCES[source]) if source in SOURCES else source


def list_technology(result: RunResult) -> str:
    """Give the technology by which hamlets without signal are listed."""
    technologies = result.baseline.technologies
    return "4G" if "4G" in technologies else technologies[0] if technologies else "4G"


def hamlets_without_signal(result: RunResult) -> list[dict[str, Any]]:
    """Give the hamlets that are not covered, by commune, worst first, then by name."""
    hamlets = result.baseline.hamlets
    rank = {"white": 0, "dead_spot": 1, "unknown": 2}
    column = f"status_{list_technology(result).lower()}"
    own = hamlets.get(column, hamlets["status_mbb"])
    worst = [
        min(rank.get(one, 3), rank.get(two, 3))
        for one, two in zip(own, hamlets["status_mbb"], strict=True)
    ]
    names = forms.commune_names(result)
    records = hamlets.to_dict("records")
    keyed = [
        (
            vietnamese_key(names.get(row["commune_code"], row["commune_name"])),
            row["commune_code"],
            worst[place],
            vietnamese_key(row["name"]),
            row["hamlet_id"],
            place,
        )
        for place, row in enumerate(records)
        if worst[place] < 3
    ]
    return [{str(k): v for k, v in records[key[-1]].items()} for key in sorted(keyed)]
