"""A folder without a scenario: which file is what, told by the headers.

The scenario that is found is text for the user to keep and correct; running it is left to the
command line.
"""

from __future__ import annotations

from pathlib import Path

from geoplan import tables
from geoplan.faults import Faults, InputError
from geoplan.io import columns, readers
from geoplan.io.readers import RawTable, Source
from geoplan.scenario import SourceFile
from geoplan.tables import Table

_CANDIDATES: tuple[Table, ...] = (
    tables.SITES,
    tables.CLUSTERS,
    tables.HAMLETS,
    tables.COMMUNES,
    tables.STRUCTURES,
    tables.PLACES,
    tables.ZONES,
    tables.REPORTED,
)
_POLYGONS = ("communes", "zones")
_RASTERS = (".tif", ".tiff", ".hgt", ".vrt")
_SEVERAL = ("sites", "terrain", "land_cover")
"""Inputs of which there may be several files."""
_REQUIRED = {
    table.name: [name for name in table.required if name != "geometry"]
    for table in (tables.COMMUNES, tables.HAMLETS, tables.SITES)
}


def recognise_folder(folder: Path) -> str:
    """Give the text of a scenario for the files of a folder, recognised by their headers.

    Parameters
    ----------
    folder
        Its files are looked at, not those of folders inside.

    Raises
    ------
    InputError
        ``no_scenario``: communes, hamlets or sites are missing; ``several_files``: two files
        could be the same input.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        role = _role(path)
        if role is not None:
            found.setdefault(role, []).append(path.name)
    faults = Faults()
    for role in _REQUIRED:
        if role not in found:
            known = ", ".join(_REQUIRED[role])
            faults.add("no_scenario", file=folder.name, column=f"inputs.{role}", known=known)
    for role, files in found.items():
        if role not in _SEVERAL and len(files) > 1:
            names = ", ".join(files)
            faults.add("several_files", file=folder.name, column=f"inputs.{role}", files=names)
    faults.raise_if_any(InputError)
    return _toml(folder, found)


def _role(path: Path) -> str | None:
    """Give the input that a file is, None where its headers tell none."""
    ending = path.suffix.lower()
    if not path.is_file():
        return None
    if ending in _RASTERS:
        return _raster_role(path)
    if ending not in readers.TABLE_FORMATS:
        return None
    best: tuple[int, str] | None = None
    for table in _CANDIDATES:
        source = Source(table, SourceFile(path=path.name), path, preview=True)
        raw = readers.read(source, Faults())
        if raw is None or not _is_table(raw, table):
            continue
        score = columns.recognised(raw.headers, table)
        if best is None or score > best[0]:
            best = score, table.name
    return None if best is None else best[1]


def _raster_role(path: Path) -> str | None:
    """Give what a raster is by its name: people, classes, or metres."""
    name = columns.normal(path.stem)
    if any(word in name for word in ("pop", "danso", "people")):
        return "population"
    if any(word in name for word in ("landcover", "worldcover", "lopphu")):
        return "land_cover"
    if path.suffix.lower() == ".hgt":
        return "terrain"
    if any(word in name for word in ("dem", "terrain", "elevation", "diahinh", "docao")):
        return "terrain"
    return None


def _is_table(raw: RawTable, table: Table) -> bool:
    """Tell whether a file has every required column of a table, and its kind of shape."""
    matched = columns.match(raw.headers, table, file="", sheet="", faults=Faults())
    have = matched.columns.keys()
    kinds = set() if raw.geometry is None else {getattr(s, "geom_type", "") for s in raw.geometry}
    has_polygons = bool(kinds & {"Polygon", "MultiPolygon"})
    has_point = {"longitude", "latitude"} <= have or {"x", "y"} <= have or "Point" in kinds
    needed = [name for name in table.required if name != "geometry"]
    if not all(name in have for name in needed):
        return False
    if table.name in _POLYGONS:
        return has_polygons
    if table.name == "reported":
        return True
    return has_point or (table.name == "hamlets" and ("commune_code" in have or has_polygons))


def _toml(folder: Path, files: dict[str, list[str]]) -> str:
    """Write a scenario with the defaults of everything but the inputs."""
    lines = ["schema = 1", f"name = {_quoted(folder.resolve().name)}", "", "[inputs]"]
    order = ["communes", "hamlets", "clusters", "sites", "places", "zones", "structures"]
    order += ["population", "terrain", "land_cover", "reported"]
    for role in order:
        names = [_quoted(name) for name in files.get(role, ())]
        if role == "sites" or len(names) > 1:
            lines.append(f"{role} = [{', '.join(names)}]")
        elif names:
            lines.append(f"{role} = {names[0]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
