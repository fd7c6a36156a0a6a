"""What an output says of the model behind its coverage: by radius, or by the level of the signal.

Under the radius model every text stays as it is; by level, margins are decibels, and each output
says once which model spoke, whether it saw terrain, and whether measurements corrected it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from geoplan.propagation.link_inputs import default_inputs
from geoplan.report.locale import locale_of
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

MODELS: Final = {
    "hata": "Coverage is predicted by level: Hata, COST 231 and 3GPP TR 38.901 by environment.",
    "tr38901": "Coverage is predicted by level: 3GPP TR 38.901, no line of sight.",
    "p1812": "Coverage is predicted by level: ITU-R P.1812 over terrain.",
    "auto": "Coverage is predicted by level: the model that fits each environment.",
}
TERRAIN: Final = "Terrain: {files}."
NO_TERRAIN: Final = "No terrain: no ridge is seen."
NOT_CALIBRATED: Final = "Levels are not calibrated by measurements."
CALIBRATED: Final = "Levels are calibrated by measurements."


def is_by_level(result: RunResult) -> bool:
    """Whether service is told by level."""
    return result.scenario.coverage.model != "radius"


def sigma(result: RunResult) -> str:
    """Give the standard deviation of the model's error as people read it. [dB]"""
    error_db = result.baseline.error_db
    if error_db is None:
        error_db = float(result.scenario.coverage.model_sigma_db)
    return locale_of(result.scenario.language).number(error_db, 1)


def threshold(result: RunResult) -> dict[str, str | bool]:
    """Give the level that counts as service, in how many locations, and whether indoors."""
    inputs, locale = default_inputs(), locale_of(result.scenario.language)
    indoors = result.scenario.coverage.indoors
    return {
        "rsrp": locale.number(inputs.rsrp_dbm),
        "locations": locale.percent(inputs.indoor_share if indoors else inputs.outdoor_share, 0),
        "indoors": indoors,
    }


def sentence(result: RunResult) -> str:
    """Say which model spoke; nothing under the radius model."""
    if not is_by_level(result):
        return ""
    words = _words(result)
    ether = result.baseline.ether
    relief = None if ether is None else ether.relief
    told = [words(MODELS[result.scenario.coverage.model])]
    if relief is None or result.scenario.coverage.model not in ("p1812", "auto"):
        told.append(words(NO_TERRAIN))
    else:
        told.append(words(TERRAIN).format(files=", ".join(relief.sources)))
    corrected = ether is not None and any(
        one.offset_db or one.slope_db for one in ether.corrections.values()
    )
    told.append(words(CALIBRATED if corrected else NOT_CALIBRATED))
    return " ".join(told)


def or_level(result: RunResult, by_radius: str, by_level: str) -> str:
    """Give a text as it stands under the radius model, else its counterpart by level.

    Parameters
    ----------
    by_radius
        Already translated.
    by_level
        A message id of the catalogue ``levels``; ``{sigma}`` is the model's error.
    """
    if not is_by_level(result):
        return by_radius
    return _words(result)(by_level).replace("{sigma}", sigma(result))


def _words(result: RunResult) -> Callable[[str], str]:
    return translator(result.scenario.language, "levels")
