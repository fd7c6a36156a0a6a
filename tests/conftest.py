"""Fixtures that every test may ask for."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import stub_server

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of shared cases and documents, which is no part of the repository."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent: the shared cases stand beside the repository only")
    return SHARED


@pytest.fixture
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no connection leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1"), f"a connection to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Do not wait; give how long each wait would have been."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture
def stub(only_loopback: None, slept: list[float]) -> Iterator[stub_server.Stub]:
    """Run the stub server with the invented province in it; no other network, no waiting."""
    with stub_server.running() as running:
        running.elements = stub_server.draw_province().elements
        outline, point = stub_server.PROVINCE, {"type": "Point", "coordinates": [108.1, 15.05]}
        running.places = {
            "Thử Nghiệm": [stub_server.place("Tỉnh Thử Nghiệm, Việt Nam", outline)],
            "Điểm": [stub_server.place("Điểm", point)],
        }
        yield running
