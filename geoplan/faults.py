"""Faults are data: what is wrong, where it stands, and with which value.

The words for a fault are message ids in ``messages`` and come from the gettext catalogue at
the edge; showing or writing them is left to the command line and the reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from geoplan.messages import DATE, HINTS, MESSAGES

_NO_PARAMS: Mapping[str, str] = MappingProxyType({})


_DATABASE = re.compile(r"\b(postgres(?:ql)?://)(.*)", re.DOTALL)
_TABLE = re.compile(r"(?:^|&)(table=[^&]*)")


def without_password(text: str) -> str:
    """Give a text in which the address of a database has neither password nor options.

    >>> without_password("postgresql://lan:bi%20mat@db.example.vn/tinh?sslmode=require")
    'postgresql://lan@db.example.vn/tinh'
    """
    return _DATABASE.sub(_shown_address, text) if "://" in text else text


def _shown_address(found: re.Match[str]) -> str:
    scheme, rest = found[1], found[2]
    before, _, options = rest.partition("?")
    if "@" in options:  # a password with a question mark, or one among the options
        return f"{scheme}***"
    head, at, place = before.rpartition("@")
    user = head.partition(":")[0]
    table = _TABLE.search(options)
    return f"{scheme}{user}{at}{place}" + (f"?{table[1]}" if table else "")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the scenario, a file, a row or a folder.

    ``row`` is the row as a person sees it in the file: the first line is row 1.
    ``params`` holds further named values that the message of ``code`` speaks of.
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    key: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: _NO_PARAMS)


class Faults:
    """A gathering of faults, so that a person sees all of them at once."""

    def __init__(self, items: Iterable[Fault] = ()) -> None:
        self._items: list[Fault] = list(items)

    def add(
        self,
        code: str,
        *,
        file: str = "",
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        value: object = "",
        key: str = "",
        **params: object,
    ) -> None:
        """Add one fault; ``value`` and ``params`` are kept as text, without any password."""
        if code not in MESSAGES:
            raise KeyError(f"fault code without a message: {code}")
        texts = {name: without_password(str(param)) for name, param in params.items()}
        file, shown = without_password(file), without_password(str(value))
        self._items.append(Fault(code, file, sheet, row, column, shown, key, texts))

    def extend(self, items: Iterable[Fault]) -> None:
        """Add faults that were gathered elsewhere."""
        self._items.extend(items)

    def raise_if_any(self, error: type[GeoplanError] | None = None) -> None:
        """Raise ``error`` (:class:`InputError` by default) with all faults, if there are any."""
        if self._items:
            raise (error or InputError)(self._items)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)


class GeoplanError(Exception):
    """Something that the user can mend; it carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(describe(fault) for fault in self.faults))


class ScenarioError(GeoplanError, ValueError):
    """The scenario is wrong."""


class InputError(GeoplanError, ValueError):
    """A file of the user's is wrong or missing."""


class FolderError(GeoplanError, OSError):
    """The target folder is wrong, full or not ours to replace."""


EXIT_DONE, EXIT_DEFECT, EXIT_WRONG_INPUT = 0, 1, 2


def exit_code(error: BaseException) -> int:
    """Give the exit code of an error: 2 for what the user can mend, 1 for a defect of ours."""
    return EXIT_WRONG_INPUT if isinstance(error, GeoplanError) else EXIT_DEFECT


_SECTIONS = ("inputs", "coverage", "sharing", "siting", "operators", "publish", "targets")
_OF_KEYS = frozenset({"as_of_today", "unknown_crs", "crs_not_metric"})
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")

Translate = Callable[[str], str]


def _same(text: str) -> str:
    return text


class _Blank(dict[str, str]):
    """Values for a message; a value that was not given shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def place(fault: Fault, translate: Translate = _same) -> str:
    """Say where a fault stands: file, sheet, row, column and value."""
    parts = [fault.file] if fault.file else []
    if fault.sheet:
        parts.append(translate("sheet {sheet}").format(sheet=fault.sheet))
    if fault.row is not None:
        parts.append(translate("row {row}").format(row=fault.row))
    if fault.column:
        parts.append(translate(_kind_of_column(fault)).format(column=fault.column))
    text = ", ".join(parts)
    if fault.value:
        text += f" = {fault.value!r}" if text else repr(fault.value)
    return text


def _kind_of_column(fault: Fault) -> str:
    """Tell whether a fault speaks of a column of a table, a key of a scenario or an option."""
    section, dot, _ = fault.column.partition(".")
    if fault.column.startswith("--"):
        return "option {column}"
    if fault.file.endswith(".toml") or fault.code in _OF_KEYS or (dot and section in _SECTIONS):
        return "key {column}"
    return "column {column}"


def message(fault: Fault, translate: Translate = _same) -> str:
    """Say what is wrong."""
    return translate(MESSAGES[fault.code][0]).format_map(_values(fault, translate))


def advice(fault: Fault, translate: Translate = _same) -> str:
    """Say what to do about it, after what seems to have happened."""
    text = translate(MESSAGES[fault.code][1]).format_map(_values(fault, translate))
    hint = HINTS.get(fault.params.get("likely", ""))
    return f"{translate(hint)}; {text}" if hint else text


def kind(code: str, translate: Translate = _same) -> str:
    """Say what is wrong with all faults of a code, whatever their values."""
    return translate(MESSAGES[code][0]).format_map(_Blank())


def _values(fault: Fault, translate: Translate) -> _Blank:
    """Give the values of a message, dates among them as the language writes them."""
    values = _Blank(file=fault.file)
    for name, value in fault.params.items():
        date = _ISO_DATE.fullmatch(value)
        values[name] = translate(DATE).format(**date.groupdict()) if date else value
    return values


def describe(fault: Fault, translate: Translate = _same) -> str:
    """Say in one line where a fault stands, what is wrong and what to do."""
    where = place(fault, translate)
    text = f"{message(fault, translate)} → {advice(fault, translate)}"
    return f"{where}: {text}" if where else text
