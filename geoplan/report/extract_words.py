"""Words of an extract: what its codes read in its language, and the page that explains it.

Vietnamese stands in the catalogue ``extract``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geoplan.report.locale import locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.scenario import Scenario

_ASK = "an existing mast stands within 1 km; ask through the Department of Science and Technology"
_FILES = (
    ("own_sites.csv", "your own rows as you handed them in, and whether each is on air"),
    ("own_service.csv", "your own service of every hamlet, with your own nearest and best site"),
    (
        "hamlets.csv",
        "every hamlet: whether you serve its centre (own_…), whether anybody does (anybody_…), "
        "and whether that is sure (sure_…)",
    ),
    ("own_holes.csv", "by cell: hamlets and people that you do not serve"),
    (
        "candidate_areas.csv, candidate_areas.geojson",
        "cells where a mast would win people, in order; people without any signal first",
    ),
    (
        "shared_masts.csv",
        "structures that their owners offer, with their place; of those to be asked for the cell",
    ),
    ("run.json", "the list of the files, and their counts"),
)
_TOLD = (
    "Cells are squares of 0.01 degrees (about 1.1 km) of one grid for the whole country, which "
    "does not move with any mast. The id of a cell is its south-western corner.",
    "Whether anybody serves a hamlet is reckoned as if only the cells of the other operators' "
    "masts were known. Where that leaves it open, the likelier answer stands there with sure = no: "
    "ask the Department of Science and Technology about these hamlets.",
    "A hamlet counts as served where its centre is; dead spots are told for your own network "
    "only. What was found on the spot is told as it was found.",
    "Figures come from a model of coverage, not from measurements.",
)
_WITHHELD = (
    "sites, stations, positions and owners of other operators: their places, names, numbers, "
    "distances, margins and how many there are",
    "who serves a hamlet, how many serve it, and its groups of houses",
    "sharing ratios, proposals and gains of other operators, and the maps of coverage that they "
    "declare",
    "masts whose owner does not offer them; of a mast to be asked for, all but its cell",
    "ids of offered structures and owners that are operators: name the offer_id instead",
)


@dataclass(frozen=True)
class Words:
    """What codes read: yes and no, an offer, and a mast in a cell."""

    yes_no: Mapping[str, str]
    offer: Mapping[str, str]
    mast: Mapping[str, str]


def words(language: str) -> Words:
    """Give the words of a language."""
    say = translator(language, "extract")
    ask = say(_ASK)
    return Words(
        yes_no={"": "", "yes": say("yes"), "no": say("no")},
        offer={"yes": say("offered by its owner"), "ask": ask},
        mast={
            "": "",
            "yes": say("a mast in the cell is offered: see shared_masts.csv"),
            "ask": ask,
        },
    )


def readme(operator: str, scenario: Scenario, counts: Mapping[str, Any]) -> str:
    """Give the page that says what an extract tells and what was withheld, in Markdown."""
    say, numbers = translator(scenario.language, "extract"), locale_of(scenario.language)
    lines = [
        "# " + say("Extract for {operator}").format(operator=operator),
        "",
        say("{name}; figures as of {date}.").format(
            name=scenario.name, date=numbers.date(scenario.day)
        ),
        "",
        "## " + say("What stands here"),
        "",
        *(f"- `{name}`: {say(text)}" for name, text in _FILES),
        "",
        "## " + say("How to read it"),
        "",
        *(f"- {say(text)}" for text in _TOLD),
        "",
        "## " + say("What was withheld"),
        "",
        *(f"- {say(text)}" for text in _WITHHELD),
        "",
        "## " + say("Counts"),
        "",
        *_counted(counts, scenario.language),
    ]
    return "\n".join(lines)


def _counted(counts: Mapping[str, Any], language: str) -> list[str]:
    say, numbers = translator(language, "extract"), locale_of(language)
    lines = [
        (say("your own rows"), counts["own_rows"]),
        (say("hamlets"), counts["hamlets"]),
    ]
    for technology, count in counts["hamlets_without_signal"].items():
        told = say("hamlets without any signal, {technology}").format(technology=technology)
        lines.append((told, count))
        told = say("hamlets of which that is not sure, {technology}").format(technology=technology)
        lines.append((told, counts["hamlets_not_sure"][technology]))
    lines += [
        (say("candidate areas"), counts["candidate_areas"]),
        (say("masts offered"), counts["masts_offered"]),
        (say("cells with a mast to be asked for"), counts["cells_to_ask"]),
    ]
    return [f"- {text}: {numbers.number(count)}" for text, count in lines]
