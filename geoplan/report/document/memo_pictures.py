"""The maps that the report of a run may show.

Drawing them is left to ``drawing``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from geoplan.report.document.model import Part, Picture
from geoplan.report.drawing import MapSpec, draw
from geoplan.text import translator

if TYPE_CHECKING:
    from geoplan.results import RunResult

Maker = Callable[[], Sequence[Part]]


def makers(result: RunResult) -> Mapping[str, Maker]:
    """Give the name of each picture and what makes it; one of a technology is empty without it."""
    words = translator(result.scenario.language, "document")
    name = result.scenario.name
    technologies = result.baseline.technologies

    def shown(title: str, spec: MapSpec) -> Maker:
        def make() -> Sequence[Part]:
            if spec.technology not in ("MBB", *technologies):
                return ()
            caption = title.format(technology=spec.technology, name=name)
            own = MapSpec(**{**vars(spec), "title": caption})
            return (Picture(draw(result, own), "", caption),)

        return make

    status = words("{technology} signal: hamlets by status, {name}")
    area = words("Area served by {technology}, any operator, by the model, {name}")
    return {
        **{f"status {t}": shown(status, MapSpec(technology=t)) for t in ("4G", "5G")},
        **{
            f"area {t}": shown(area, MapSpec(ground="area", points=(), technology=t))
            for t in ("4G", "5G")
        },
        "sharing": shown(
            words("BTS positions by number of operators, {name}"),
            MapSpec(ground="plain", points=("positions",)),
        ),
        "proposals": shown(
            words("Proposed shared positions, {name}"),
            MapSpec(ground="plain", points=("hamlets", "holes", "proposals")),
        ),
    }
