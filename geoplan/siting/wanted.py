"""What a scenario asks of a plan besides people: targets of operators and floors of communes.

A share is of all people of a commune or of the province, those served today included; what is
left to win is a need. Which sites meet the needs is left to ``siting.meeting``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geoplan.siting.needs import Needs
from geoplan.siting.problem import PER_PERSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geoplan.scenario import Scenario
    from geoplan.siting.demand import Stakes
    from geoplan.siting.problem import Copies

_COLUMNS: Final = ("operator", "commune_code", "people", "served")


@dataclass(frozen=True)
class Standing:
    """How many people there are and who serves them today.

    Attributes
    ----------
    people
        ``operator, commune_code, people, served``; a blank operator = any, a blank commune =
        the province.
    commune
        Code of the commune of each demand point, shape (demand,).
    """

    people: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_COLUMNS)))
    commune: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, object))

    def changed(
        self,
        people: NDArray[np.float64],
        before: NDArray[np.uint8],
        after: NDArray[np.uint8],
        operators: Sequence[str],
    ) -> Standing:
        """Give where things stand when other operators serve the demand than today.

        Parameters
        ----------
        people
            Of each demand point, unknown = 0.
        before, after
            Bits of the operators that serve it today, and then.
        operators
            Names of the bits.
        """
        if not len(self.people) or (before == after).all():
            return self
        more: dict[tuple[str, str], float] = {}
        for name, mask in [("", 255), *((name, 1 << i) for i, name in enumerate(operators))]:
            turned = people * (((after & mask) != 0).astype(float) - ((before & mask) != 0))
            more[name, ""] = float(turned.sum())
            by_commune = pd.Series(turned).groupby(self.commune).sum()
            more |= {(name, str(code)): float(one) for code, one in by_commune.items()}
        keys = zip(self.people["operator"], self.people["commune_code"], strict=True)
        served = self.people["served"] + [more.get(key, 0.0) for key in keys]
        return Standing(self.people.assign(served=served), self.commune)


class Wish(NamedTuple):
    """A share that is asked for: of whom, and where; blank = any operator, the province."""

    operator: str
    commune_code: str
    share: float

    @property
    def name(self) -> str:
        """The operator and the commune, parted by a bar."""
        return f"{self.operator}|{self.commune_code}"


def wishes(scenario: Scenario, standing: Standing) -> list[Wish]:
    """List the targets of the scenario, then, where none is to be left behind, every commune."""
    rules = scenario.siting
    found = [Wish(one.operator or "", one.commune or "", one.share) for one in rules.targets]
    if rules.priority == "no_commune_left":
        asked = {(one.operator, one.commune_code) for one in found}
        people = standing.people
        codes = people.loc[people["operator"] == "", "commune_code"]
        found += [
            Wish("", str(code), rules.commune_floor)
            for code in sorted(set(codes) - {""})
            if ("", code) not in asked
        ]
    return found


def wanted(
    scenario: Scenario,
    operators: Sequence[str],
    standing: Standing,
    stakes: Stakes,
    copies: Copies,
    points: NDArray[np.int64],
) -> Needs:
    """Say how much of each wish is still to be won; wishes that hold today are left out.

    Parameters
    ----------
    scenario, operators, standing
        What is asked, the names of the bits, and where things stand.
    stakes
        Of the demand at stake.
    copies
        Copies of the same demand.
    points
        Number of each demand at stake among all demand.
    """
    from scipy.sparse import csr_matrix, vstack

    told = standing.people
    keys = zip(told["operator"], told["commune_code"], strict=True)
    counts = told[["people", "served"]].to_numpy(np.float64).tolist()
    known = dict(zip(keys, counts, strict=True))
    names, rows, least = list[str](), [], list[int]()
    units = np.rint(stakes.people[copies.point] * PER_PERSON).astype(np.int64)
    for wish in wishes(scenario, standing):
        people, served = known.get((wish.operator, wish.commune_code), (0.0, 0.0))
        missing = wish.share * people - served
        if not missing > 0:
            continue
        service = 1 << operators.index(wish.operator) if wish.operator else 0
        mine = copies.service == service
        if wish.commune_code:
            mine &= standing.commune[points][copies.point] == wish.commune_code
        names.append(wish.name)
        least.append(int(np.ceil(missing * PER_PERSON)))
        rows.append(csr_matrix(np.where(mine, units, 0)[None, :]))
    rows.append(csr_matrix(np.zeros((1, len(copies.weight)), np.int64)))
    measure = vstack(rows, format="csr").astype(np.int64)[:-1]
    return Needs(tuple(names), measure, np.array(least, np.int64))
