"""Writes both workbooks of a run: report.xlsx for people to sign, bang-so-lieu.xlsx to filter.

What stands in them is left to ``report_workbook`` and ``tables_workbook``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geoplan.report.report_workbook import write_report_workbook
from geoplan.report.tables_workbook import write_tables_workbook

if TYPE_CHECKING:
    from geoplan.results import RunResult


def write_workbooks(result: RunResult, folder: Path) -> None:
    """Write ``report.xlsx`` and ``bang-so-lieu.xlsx`` (PRODUCT.md §6)."""
    write_report_workbook(result, folder)
    write_tables_workbook(result, folder)
