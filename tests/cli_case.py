"""A small sample province to alter, and the command line to run on it in this process."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from geoplan import demo
from geoplan.cli.app import app
from geoplan.text import translator

SCALE = 0.05
VIETTEL = "sites/sites_viettel.csv"
VNPT = "sites/sites_vnpt.csv"
SITES = tuple(f"sites/sites_{name}.csv" for name in ("viettel", "vnpt", "mobifone", "vietnamobile"))
HAMLETS = "boundaries/hamlets.csv"
CLUSTERS = "boundaries/clusters.csv"
COMMUNES = "boundaries/communes.geojson"


@dataclass(frozen=True)
class Told:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def bullets(self) -> list[str]:
        """The faults that were listed."""
        return [line for line in self.err.splitlines() if line.startswith("  • ")]

    def data(self) -> Any:
        """The JSON that was printed; it is all that was printed."""
        return json.loads(self.out)


def call(*words: str | Path) -> Told:
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Told(result.exit_code, result.stdout, result.stderr)


def write_small_sample(folder: Path) -> Path:
    """Write the sample that the cases are made of: about 75 hamlets and 135 cells."""
    demo.write_sample(folder, scale=SCALE)
    return folder


@dataclass(frozen=True)
class Case:
    """A copy of the sample below ``root``, to be altered and run."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the scenario and its files stand."""
        return self.root / "province"

    @property
    def scenario(self) -> Path:
        """The scenario."""
        return self.folder / "scenario.toml"

    @property
    def out(self) -> Path:
        """Where a run writes."""
        return self.root / "out"

    def run(self, *options: str, out: Path | None = None, outputs: str = "tables") -> Told:
        """Run the scenario."""
        return call("run", self.scenario, "--out", out or self.out, "--outputs", outputs, *options)

    def everything(self) -> list[str]:
        """Every path below the root, hidden ones too."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*"))

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands in a file, the first time it does."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def key(self, name: str, value: str | None) -> None:
        """Give a key of the scenario another value, or take its line out."""
        text = self.scenario.read_text("utf-8")
        line = "" if value is None else f"{name} = {value}"
        changed, count = re.subn(
            rf"(?ms)^{re.escape(name)} = (\[\n.*?^\]|[^\n]*)$", lambda _: line, text, count=1
        )
        assert count == 1, f"no key {name}"
        self.scenario.write_text(changed, "utf-8")

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        with (self.folder / file).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    def write(self, file: str, rows: list[dict[str, str]], header: list[str] | None = None) -> None:
        """Write the rows of a CSV file."""
        with (self.folder / file).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, header or list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, row: int, **cells: str) -> dict[str, str]:
        """Change cells of a row, counted as a person sees it; give the row."""
        rows = self.rows(file)
        rows[row - 2].update(cells)
        self.write(file, rows)
        return rows[row - 2]

    def repeat(self, file: str, row: int, **cells: str) -> int:
        """Add a row like one that is there, with other cells; give its number."""
        rows = self.rows(file)
        rows.append({**rows[row - 2], **cells})
        self.write(file, rows)
        return len(rows) + 1

    def empty(self, file: str) -> None:
        """Leave only the header of a file."""
        self.write(file, [], list(self.rows(file)[0]))

    def rename_column(self, file: str, old: str, new: str) -> None:
        """Give a column of a CSV file another header."""
        path = self.folder / file
        header, rest = path.read_text("utf-8").split("\n", 1)
        names = header.split(",")
        names[names.index(old)] = new
        path.write_text(",".join(names) + "\n" + rest, "utf-8")

    def geojson(self, file: str, alter: Callable[[list[Any]], list[Any]]) -> None:
        """Alter the features of a GeoJSON file."""
        path = self.folder / file
        data = json.loads(path.read_text("utf-8"))
        data["features"] = alter(data["features"])
        path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    def table(self, name: str) -> list[dict[str, str]]:
        """A table that the run wrote, such as ``tables/hamlets`` or ``rejects``."""
        with (self.out / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))


def new_case(sample: Path, root: Path) -> Case:
    """Copy the sample below a folder of the test's own."""
    case = Case(root)
    shutil.copytree(sample, case.folder)
    return case


def in_vietnamese(english: str, domain: str = "cli") -> str:
    """Give a message as the catalogue has it; it must have it."""
    translated = translator("vi", domain)(english)
    assert translated != english, f"no Vietnamese for {english!r}"
    return translated
