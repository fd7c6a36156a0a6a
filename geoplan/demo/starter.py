"""The starter folder: a scenario and a template of every input, filled with a small sample.

The province in it is the invented one; keeping other people's folders safe is left to the
command line.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan import tables

if TYPE_CHECKING:
    from geoplan.demo import Sample

SCALE: Final = 0.1
"""Size of the sample: nine communes, 150 hamlets, some 230 cells."""

_BOOKS: Final = (
    tables.HAMLETS,
    tables.CLUSTERS,
    tables.PLACES,
    tables.STRUCTURES,
    tables.REPORTED,
)
_GUIDE: Final = {"vi": "HUONG-DAN.txt", "en": "README.txt"}


def write_starter(folder: Path, *, language: str = "vi") -> list[Path]:
    """Write the starter folder; give the files, sorted by name.

    Parameters
    ----------
    folder
        An empty folder.
    language
        "vi" or "en": the language of headers, notes and the scenario.
    """
    from geoplan.demo import generate

    sample = generate(scale=SCALE)
    _write_texts(folder, language)
    _write_layers(folder, sample)
    _write_books(folder, sample, language)
    return sorted(folder.iterdir())


def _write_texts(folder: Path, language: str) -> None:
    texts = files("geoplan.demo") / "templates"
    guide = _GUIDE[language]
    for source, name in ((f"scenario.{language}.toml", "scenario.toml"), (guide, guide)):
        text = (texts / source).read_text("utf-8")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _write_layers(folder: Path, sample: Sample) -> None:
    from geoplan.demo.files import write_geojson

    write_geojson(folder / "communes.geojson", sample.communes)
    write_geojson(folder / "zones.geojson", sample.zones)


def _write_books(folder: Path, sample: Sample, language: str) -> None:
    from geoplan.demo.template_book import workbook
    from geoplan.demo.template_words import Words

    words = Words(language)
    for table in _BOOKS:
        book = workbook(table, getattr(sample, table.name), words)
        (folder / f"{table.name}.xlsx").write_bytes(book)
    for operator, rows in sample.sites.groupby("operator", sort=True):
        book = workbook(tables.SITES, rows, words)
        (folder / f"sites_{str(operator).lower()}.xlsx").write_bytes(book)
