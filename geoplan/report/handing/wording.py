"""Words that letters, dossiers, wall maps and the calendar share, and the name of the province.

What each of them says is left to the modules beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geoplan.report.forms import Words
from geoplan.text import nfc, slug, translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

MARKING: Final = "FOR INTERNAL USE"
_KIND: Final = re.compile(r"^(tỉnh|thành phố|tp\.?|province of|city of)\s", re.IGNORECASE)


def words_of(result: RunResult) -> Words:
    """Give the translator of this package's own domain."""
    return translator(result.scenario.language, "letters")


def area_name(result: RunResult, words: Words) -> str:
    """Name the area: the province, with its kind, where a table tells it, else the scenario."""
    communes = result.inputs.communes
    names = set()
    if "province_name" in communes:
        names = {nfc(str(name)) for name in communes["province_name"] if str(name).strip()}
    if len(names) != 1:
        return nfc(result.scenario.name)
    name = names.pop()
    return name if _KIND.match(name) else words("{name} province").format(name=name)


def file_names(names: list[str]) -> dict[str, str]:
    """Give each name as it stands in names of files: plain letters, no two the same.

    >>> file_names(["Viettel", "Việt-Tel", "!"])
    {'Viettel': 'viettel', 'Việt-Tel': 'viet-tel', '!': 'x'}
    """
    found: dict[str, str] = {}
    for name in names:
        base = slug(name)[:60].strip("-") or "x"
        shown, number = base, 2
        while shown in found.values():
            shown, number = f"{base}-{number}", number + 1
        found[name] = shown
    return found
