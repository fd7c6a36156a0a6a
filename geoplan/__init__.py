"""geoplan: who has 4G/5G signal in a province, who has none, and which shared sites to open next.

The six functions that the command line, notebooks and servers share are offered here and are
imported only when they are first asked for, so that ``import geoplan`` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "assess",
    "make_plan",
    "read_inputs",
    "read_scenario",
    "run",
    "write_report",
]

if TYPE_CHECKING:
    from geoplan.planner import (
        assess,
        make_plan,
        read_inputs,
        read_scenario,
        run,
        write_report,
    )


def __getattr__(name: str) -> Any:
    """Import one of the public functions of :mod:`geoplan.planner` on first use."""
    if name in __all__:
        from geoplan import planner

        return getattr(planner, name)
    raise AttributeError(f"module 'geoplan' has no attribute {name!r}")
