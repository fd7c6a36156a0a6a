"""The tutorial runs from top to bottom."""

from __future__ import annotations

import json
from pathlib import Path

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"


def _code() -> list[str]:
    cells = json.loads(TUTORIAL.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_every_cell_of_the_tutorial_runs() -> None:
    names: dict[str, object] = {}
    for number, source in enumerate(_code()):
        exec(compile(source, f"tutorial cell {number}", "exec"), names)
    assert names["result"]


def test_the_tutorial_carries_no_output() -> None:
    cells = json.loads(TUTORIAL.read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)


def test_every_cell_of_the_what_if_notebook_runs(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names: dict[str, object] = {}
    cells = json.loads((TUTORIAL.parent / "what-if.ipynb").read_text("utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            assert not cell["outputs"]
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    assert names["answer"].province("HAMLETS_WHITE", "4G")["change"] < 0
