"""Progress of long stages, as a function that a stage calls.

How progress is shown, or whether, is left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of the work that is done, 0 to 1."""


def silent(stage: str, share: float) -> None:
    """Show nothing."""
