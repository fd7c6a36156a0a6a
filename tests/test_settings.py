"""Where compiled code is kept: a changed kernel never meets code of the old one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geoplan import settings


def _state(package: Path) -> str:
    settings.kernels_state.cache_clear()
    return settings.kernels_state(package)


def test_the_kernels_state_changes_with_any_kernel_and_nothing_else(tmp_path: Path) -> None:
    kernel, other = tmp_path / "radio" / "kernel_rows.py", tmp_path / "words.py"
    kernel.parent.mkdir()
    kernel.write_text("a = 1", encoding="utf-8")
    other.write_text("b = 1", encoding="utf-8")
    first = _state(tmp_path)
    other.write_text("b = 22", encoding="utf-8")
    assert _state(tmp_path) == first
    kernel.write_text("a = 22", encoding="utf-8")
    assert _state(tmp_path) != first
    settings.kernels_state.cache_clear()


def test_numba_keeps_its_code_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core import config

    monkeypatch.setattr(config, "CACHE_DIR", config.CACHE_DIR)
    monkeypatch.setenv("NUMBA_CACHE_DIR", os.fspath(tmp_path))
    settings.use_numba_cache()
    assert Path(config.CACHE_DIR).parent == tmp_path
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("GEOPLAN_CACHE_DIR", os.fspath(tmp_path))
    settings.use_numba_cache()
    assert Path(config.CACHE_DIR).parent == tmp_path / "numba"
