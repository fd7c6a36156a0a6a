"""The cost catalogue: checked when it is read, then asked for the cost of one site.

Amounts that a user's catalogue leaves out are unknown: they are never taken from ours.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geoplan.faults import Faults, ScenarioError
from geoplan.tables import STRUCTURE_KINDS

SiteKind = Literal["position", "structure", "new"]
"""What a site is built on: a position on air, a structure without a station, or nothing yet."""

ASSUMED, USER = "assumed", "user"
"""Values of ``proposals.cost_basis``."""

_ITEMS: Final = ("equipment_per_operator", "existing_position", "new_site")
_ACCESS: Final = ("track", "haul", "power", "fibre")
_KEYS: Final = ("schema", *_ITEMS, "structure", "new_mast", "access")
_ITEM_KEYS: Final = ("amount_vnd", "price_year", "source", "assumption")


@dataclass(frozen=True)
class Item:
    """One amount, with the year of its price and where it comes from.

    Attributes
    ----------
    amount_vnd
        The amount, not negative. [VND]
    price_year
        Year of the price.
    source
        Where it comes from.
    assumption
        Whether nobody has verified it.
    """

    amount_vnd: float
    price_year: int
    source: str
    assumption: bool


@dataclass(frozen=True)
class Catalogue:
    """A cost catalogue: items by key, and masts as (height in m, item) from low to high.

    ``access`` holds, for a metre of track, haul, power and fibre, from how many metres on it is
    paid beside the site itself, and the item; what is left out costs nothing further.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    masts: tuple[tuple[float, Item], ...] = ()
    access: Mapping[str, tuple[float, Item]] = field(default_factory=dict)

    @property
    def basis(self) -> str:
        """``assumed`` where any amount is an assumption, else ``user``."""
        every = [*self.items.values(), *(item for _, item in self.masts)]
        every += [item for _, item in self.access.values()]
        return ASSUMED if any(item.assumption for item in every) else USER

    def mast(self, height_m: float) -> Item | None:
        """Give the lowest mast that is high enough; none where all are lower."""
        return next((item for up_to, item in self.masts if height_m <= up_to), None)

    def parts(
        self, kind: SiteKind, *, structure_kind: str = "", height_m: float = 0.0
    ) -> dict[str, Item | None]:
        """Give what a site is made of besides equipment, by key; None = not in the catalogue.

        A structure of unknown kind counts as a mast.
        """
        if kind == "position":
            return {"existing_position": self.items.get("existing_position")}
        if kind == "structure":
            key = f"structure.{structure_kind or STRUCTURE_KINDS[0]}"
            return {key: self.items.get(key)}
        return {"new_site": self.items.get("new_site"), "new_mast": self.mast(height_m)}

    def missing(
        self, kind: SiteKind, *, structure_kind: str = "", height_m: float = 0.0
    ) -> tuple[str, ...]:
        """Give the keys that the cost of a site needs and the catalogue lacks."""
        needed = {
            "equipment_per_operator": self.items.get("equipment_per_operator"),
            **self.parts(kind, structure_kind=structure_kind, height_m=height_m),
        }
        return tuple(key for key, item in needed.items() if item is None)


def cost_vnd(
    catalogue: Catalogue,
    kind: SiteKind,
    *,
    n_operators: int,
    structure_kind: str = "",
    height_m: float = 0.0,
) -> float:
    """Give the cost of one site: its parts, and equipment for each operator.

    Parameters
    ----------
    catalogue
        From :func:`read_catalogue`.
    kind
        What the site is built on.
    n_operators
        Operators that open there.
    structure_kind
        ``mast``, ``public_building`` or ``power_mast``, for a structure; blank = a mast.
    height_m
        Height of a new mast. [m]

    Returns
    -------
    The cost, NaN where the catalogue lacks a part of it. [VND]
    """
    equipment = catalogue.items.get("equipment_per_operator")
    parts = catalogue.parts(kind, structure_kind=structure_kind, height_m=height_m).values()
    total = math.nan if equipment is None else n_operators * equipment.amount_vnd
    return total + sum(math.nan if item is None else item.amount_vnd for item in parts)


def access_cost_vnd(
    catalogue: Catalogue, kind: SiteKind, lengths_m: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Give what it costs to bring road, power and fibre to sites, on top of their own cost.

    A position has all of them; a structure stands where a track leads and needs fibre only. What
    is not known costs nothing here.

    Parameters
    ----------
    catalogue
        From :func:`read_catalogue`.
    kind
        What the sites are built on.
    lengths_m
        ``track`` to the nearest road, ``haul`` from there to a main road, ``power``, ``fibre``;
        NaN = not known, shape (sites,) each. [m]

    Returns
    -------
    Shape (sites,). [VND]
    """
    paid = {"position": (), "structure": ("fibre",), "new": _ACCESS}[kind]
    total = np.zeros(len(next(iter(lengths_m.values()))))
    for name in paid:
        if name in catalogue.access and name in lengths_m:
            beyond, item = catalogue.access[name]
            length = np.nan_to_num(lengths_m[name], nan=0.0)
            total += item.amount_vnd * np.maximum(length - beyond, 0.0)
    return total


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads((files("geoplan.costs") / "catalogue.toml").read_text("utf-8"))


def read_catalogue(
    raw: Mapping[str, Any] | None = None, *, file: str = "catalogue.toml"
) -> Catalogue:
    """Make a catalogue from parsed TOML; from our own assumptions where there is none.

    Parameters
    ----------
    raw
        The tables of the user's TOML file, with the keys of ``catalogue.toml``.
    file
        Name of the file in faults.

    Raises
    ------
    ScenarioError
        With every key that is unknown, missing or wrong.
    """
    raw = _own() if raw is None else raw
    faults = Faults()
    _check_keys(raw, _KEYS, "", file, faults)
    if raw.get("schema", 1) != 1:
        _bad(faults, file, "schema", raw["schema"], "schema = 1 is known")
    tables = {key: raw[key] for key in _ITEMS if key in raw}
    structures = _table(raw.get("structure", {}), "structure", file, faults)
    _check_keys(structures, STRUCTURE_KINDS, "structure.", file, faults)
    tables |= {f"structure.{key}": structures[key] for key in STRUCTURE_KINDS if key in structures}
    items = {key: _item(table, key, file, faults) for key, table in tables.items()}
    masts = _masts(raw.get("new_mast", []), file, faults)
    access = _access(_table(raw.get("access", {}), "access", file, faults), file, faults)
    faults.raise_if_any(ScenarioError)
    return Catalogue(items, masts, access)


def _access(raw: Mapping[str, Any], file: str, faults: Faults) -> dict[str, tuple[float, Item]]:
    """Read the costs of a metre; ``beyond_m`` may be left out and is 0 then."""
    _check_keys(raw, _ACCESS, "access.", file, faults)
    access = {}
    for name in _ACCESS:
        if name not in raw:
            continue
        key = f"access.{name}"
        item = _item(raw[name], key, file, faults, more=("beyond_m",))
        table = {"beyond_m": 0.0, **_table(raw[name], key, file, Faults())}
        access[name] = (_number(table, key, "beyond_m", file, faults), item)
    return access


def _masts(raw: Any, file: str, faults: Faults) -> tuple[tuple[float, Item], ...]:
    if not isinstance(raw, list):
        _bad(faults, file, "new_mast", raw, "a list of [[new_mast]] is needed")
        return ()
    masts = []
    for number, table in enumerate(raw, start=1):
        key = f"new_mast[{number}]"
        item = _item(table, key, file, faults, more=("up_to_m",))
        height = _number(_table(table, key, file, Faults()), key, "up_to_m", file, faults)
        masts.append((height, item))
    return tuple(sorted(masts, key=lambda mast: (mast[0], mast[1].amount_vnd)))


def _item(raw: Any, key: str, file: str, faults: Faults, *, more: tuple[str, ...] = ()) -> Item:
    table = _table(raw, key, file, faults)
    if table is not raw:
        return Item(0.0, 0, "", False)
    _check_keys(table, (*more, *_ITEM_KEYS), f"{key}.", file, faults)
    amount = _number(table, key, "amount_vnd", file, faults)
    year = _number(table, key, "price_year", file, faults)
    if year != int(year):
        _bad(faults, file, f"{key}.price_year", year, "a whole year is needed")
    source, assumption = table.get("source", ""), table.get("assumption", False)
    if not isinstance(source, str) or not source.strip():
        _absent(faults, file, f"{key}.source", "source" in table, source)
    if not isinstance(assumption, bool):
        _bad(faults, file, f"{key}.assumption", assumption, "true or false is needed")
    return Item(amount, int(year), str(source), assumption is True)


def _number(table: Mapping[str, Any], key: str, name: str, file: str, faults: Faults) -> float:
    """Give a number that is not negative; 0 after a fault."""
    value = table.get(name)
    if name not in table:
        faults.add("missing_key", file=file, column=f"{key}.{name}")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        _bad(faults, file, f"{key}.{name}", value, "a number is needed")
    elif not math.isfinite(value) or value < 0:
        _bad(faults, file, f"{key}.{name}", value, "a number not below 0 is needed")
    else:
        return float(value)
    return 0.0


def _table(raw: Any, key: str, file: str, faults: Faults) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    _bad(faults, file, key, raw, f"a table [{key}] is needed")
    return {}


def _check_keys(
    table: Mapping[str, Any], known: tuple[str, ...], prefix: str, file: str, faults: Faults
) -> None:
    for key in table:
        if key not in known:
            faults.add("unknown_key", file=file, column=f"{prefix}{key}", known=", ".join(known))


def _absent(faults: Faults, file: str, column: str, given: bool, value: object) -> None:
    if given:
        _bad(faults, file, column, value, "a text is needed")
    else:
        faults.add("missing_key", file=file, column=column)


def _bad(faults: Faults, file: str, column: str, value: object, why: str) -> None:
    faults.add("bad_value", file=file, column=column, value=value, why=why)
