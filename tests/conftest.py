"""Fixtures that every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of shared cases and documents, which is no part of the repository."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent: the shared cases stand beside the repository only")
    return SHARED
