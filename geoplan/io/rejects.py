"""Which rows of a file stand and why others were left out: a row is refused once.

The words of the reasons stand in ``faults``; deciding what is wrong is left to the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geoplan import faults, tables, text
from geoplan.faults import Fault, Faults
from geoplan.io.columns import Matched
from geoplan.io.readers import RawTable, Source

Mask = NDArray[np.bool_]

SHOWN_ROWS = 20
"""Row faults shown beside a fault of the whole file."""


class Ledger:
    """The rows of one file: ``alive`` tells those that still stand."""

    def __init__(self, source: Source, raw: RawTable, matched: Matched, key: str) -> None:
        self.source = source
        self.raw = raw
        self.matched = matched
        self.alive: Mask = np.ones(len(raw), dtype=bool)
        self.warnings: list[Fault] = list(raw.remarks)
        self._refused: dict[int, Fault] = {}
        self._key = key

    def refuse(self, where: ArrayLike, code: str, *, column: str = "", **params: Any) -> None:
        """Refuse the rows of a mask that still stand.

        Parameters
        ----------
        where
            Mask of rows, shape (n,).
        column
            Our name of the column at fault; shown by its header, with its cell as the value.
        params
            Values of the message: one for all, or an array with one for each row.
        """
        hit = np.flatnonzero(np.asarray(where, dtype=bool) & self.alive)
        for row in hit.tolist():
            self._refused[row] = self._fault(row, code, column, params)
        self.alive[hit] = False

    def pardon(self, where: ArrayLike) -> None:
        """Let refused rows of a mask stand again: lines that are no rows of their table."""
        hit = np.flatnonzero(np.asarray(where, dtype=bool))
        for row in hit.tolist():
            self._refused.pop(row, None)
        self.alive[hit] = True

    def warn(self, where: ArrayLike, code: str, *, column: str = "", **params: Any) -> None:
        """Warn of the rows of a mask that still stand."""
        hit = np.flatnonzero(np.asarray(where, dtype=bool) & self.alive)
        self.warnings.extend(self._fault(row, code, column, params) for row in hit.tolist())

    def remark(self, code: str, **params: Any) -> None:
        """Tell something of the whole file."""
        told = Faults()
        told.add(code, file=self.source.name, sheet=self.raw.sheet, **params)
        self.warnings.extend(told)

    def _fault(self, row: int, code: str, column: str, params: dict[str, Any]) -> Fault:
        one = Faults()
        one.add(
            code,
            file=self.source.name,
            sheet=self.raw.sheet_of(row),
            row=int(self.raw.rows[row]),
            column=self.matched.header(column) if column else "",
            value=self._cell(row, column),
            key=self._cell(row, self._key),
            **{
                name: value[row] if isinstance(value, np.ndarray) else value
                for name, value in params.items()
            },
        )
        return next(iter(one))

    def _cell(self, row: int, column: str) -> str:
        place = self.matched.place(column)
        return "" if place is None else str(self.raw.cells.iat[row, place])

    @property
    def refused(self) -> list[Fault]:
        """The faults of the refused rows, in the order of the file."""
        return [self._refused[row] for row in sorted(self._refused)]

    def check_share(self, limit: float, *, strict: bool, gathered: Faults) -> None:
        """Add the fault of a file too many of whose rows are refused."""
        refused, read = len(self._refused), len(self.raw)
        if not refused:
            return
        if refused <= limit * read and not strict:
            return
        gathered.add(
            "too_many_rejects" if refused > limit * read else "strict",
            file=self.source.name,
            sheet=self.raw.sheet,
            refused=refused,
            read=read,
            limit=f"{100 * limit:g} %",
        )
        gathered.extend(self.refused[:SHOWN_ROWS])


def rejects_table(refused: Iterable[Fault], language: str) -> pd.DataFrame:
    """Give rejects.csv: every refused row with what is wrong with it and what to do."""
    translate = text.translator(language, "faults")
    records = [
        {
            "file": fault.file,
            "sheet": fault.sheet,
            "row": fault.row,
            "key": fault.key,
            "column": fault.column,
            "value": fault.value,
            "reason": fault.code,
            "advice": f"{faults.message(fault, translate)}; {faults.advice(fault, translate)}",
        }
        for fault in refused
    ]
    frame = pd.DataFrame(records, columns=list(tables.REJECTS_OUT.names))
    return tables.check(frame, tables.REJECTS_OUT)
