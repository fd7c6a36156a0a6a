"""How much of a run was verified in the field, in one sentence for every output.

By level it also says which model spoke (``model_words``).

Until somebody has checked a hamlet, every output says so; which checks count is told by
``coverage.evidence``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from geoplan.report import model_words

if TYPE_CHECKING:
    from geoplan.report.locale import Locale
    from geoplan.results import RunResult

NOT_VERIFIED: Final = "Not verified in the field."
VERIFIED: Final = "Verified in the field: {checked} of {hamlets} hamlets."


def checked_hamlets(result: RunResult) -> int:
    """Count the hamlets for which a field check speaks."""
    return int((result.baseline.hamlets["source"] == "field").sum())


def sentence(result: RunResult, words: Callable[[str], str], numbers: Locale) -> str:
    """Say how many hamlets were verified in the field, or that none was, and by which model.

    Parameters
    ----------
    words
        Translator of the catalogue of the output; both sentences stand in each.
    """
    checked = checked_hamlets(result)
    told = words(NOT_VERIFIED)
    if checked:
        hamlets = numbers.number(len(result.baseline.hamlets))
        told = words(VERIFIED).format(checked=numbers.number(checked), hamlets=hamlets)
    return f"{told} {model_words.sentence(result)}".rstrip()
