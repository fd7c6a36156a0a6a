"""Layers of GIS files: GeoPackage, GeoJSON, Shapefile, MapInfo TAB and MIF, and GeoParquet.

The CRS is the file's own; transforming is left to ``geodesy``, text to ``charsets``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan import geodesy
from geoplan.faults import Faults
from geoplan.io import archives, charsets, readers
from geoplan.io.readers import RawTable, Source

Mask = NDArray[np.bool_]

_MULTI_POINT = 4
"""Type number of a multi-point in shapely."""
_MAPINFO: Final = (".tab", ".mif")
_STYLES: Final = "layer_styles"
"""The table in which QGIS keeps styles inside a GeoPackage: no layer."""
_BEGINNINGS: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".gpkg": (b"SQLite format 3\0",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".geojson": (b"{", b"["),
    ".json": (b"{", b"["),
    ".tab": (b"!table",),
    ".mif": (b"version",),
}
"""How each kind of file begins. The driver is chosen by content: without this look, a file that
is called a layer could be a recipe that sends the driver to other files or into the network."""
_RECIPE: Final = b"gdal_streamed_alg"
_OWN_ROWS: Final = re.compile(rb'(?i)\btype\s+"?(native|dbf)\b')
"""What a MapInfo table says that holds its rows itself, and does not fetch them elsewhere."""
_SHX_HEAD, _SHX_RECORD = 100, 8
"""Bytes of the head of an index of shapes, and of each of its entries."""
_STUMBLES: Final = (LookupError, NameError, TypeError, RuntimeError)
"""What the libraries themselves stumble with over the header of a broken file."""
_HEAD: Final = 2**16
_BEGINNING: Final = 2**10


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read one layer of a file; give None, and add the faults, where it cannot be read."""
    if source.ending in readers.PARQUET:
        return _read_parquet(source, faults)
    import pyogrio

    try:
        opened = _open(source, faults)
        if opened is None:
            return None
        place, declared = opened
        encoding = charsets.RAW if declared is not None else _of_driver(source.given.encoding)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            layer = _layer(place, source, faults)
            if layer is None:
                return None
            frame = pyogrio.read_dataframe(place, layer=layer, encoding=encoding)
        if source.ending == ".mif" and not _has_row_each(source, len(frame), faults):
            return None
    except UnicodeError:
        faults.add("encoding", file=source.name, value=source.given.encoding or "")
        return None
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.FieldError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.CRSError,
        shapely.errors.GEOSException,
        OSError,
        ValueError,
        *_STUMBLES,
    ) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    raw = _with_remarks(_as_raw(frame, source.given.layer or ""), source, told)
    if declared is None:
        return readers.mend_text(readers.tidy(raw), source)
    decoded = charsets.decode(raw, source, declared, faults)
    return None if decoded is None else readers.tidy(decoded)


def _open(source: Source, faults: Faults) -> tuple[str | bytes, str | None] | None:
    """Give what the driver opens, and the encoding that the file declares for its text.

    A file is opened where it stands, but for what is inside an archive and for MapInfo's, whose
    character set has to be taken out. The encoding is None where the format has one of its own.
    """
    if _is_disguised(source):
        faults.add("not_what_it_says", file=source.name, value=source.ending)
        return None
    if not _begins_well(source):
        faults.add("unreadable_file", file=source.name, why=f"≠ {source.ending}")
        return None
    companions = _companions(source)
    missing = _missing(source.ending, companions)
    if missing:
        faults.add("missing_companion", file=source.name, names=", ".join(missing))
        return None
    parts = dict(source.parts)
    if source.ending in _MAPINFO:
        parts = {ending: content() for ending, content in companions.items()}
        parts[source.ending], declared = charsets.without_charset(source.content())
        return archives.repack(parts), declared
    if source.ending != ".shp":
        return (archives.repack(parts) if parts else str(source.path)), None
    page = companions[".cpg"]() if ".cpg" in companions else None
    table = companions[".dbf"]()
    rows = int.from_bytes(table[4:8], "little")
    shapes = max(len(companions[".shx"]()) - _SHX_HEAD, 0) // _SHX_RECORD
    if rows != shapes:
        faults.add("companion_differs", file=source.name, rows=rows, shapes=shapes)
        return None
    declared = charsets.of_shapefile(table, page)
    parts.pop(".cpg", None)
    return (archives.repack(parts) if parts else str(source.path)), declared


def _companions(source: Source) -> dict[str, Callable[[], bytes]]:
    """Give what reads each companion of a file, which has its name and another ending."""
    if source.parts:
        return {ending: partial(source.parts.__getitem__, ending) for ending in source.parts}
    wanted = archives.COMPANIONS.get(source.ending, ())
    stem = source.path.stem.casefold()
    found: dict[str, Callable[[], bytes]] = {}
    for path in sorted(source.path.parent.iterdir()) if wanted else ():
        ending = path.suffix.lower()
        if ending in wanted and path.stem.casefold() == stem and path.is_file():
            found.setdefault(ending, path.read_bytes)
    return found


def _has_row_each(source: Source, shapes: int, faults: Faults) -> bool:
    """Tell whether a .mid has as many rows as its .mif has objects; the driver drops the rest."""
    rows = sum(1 for line in _companions(source)[".mid"]().splitlines() if line.strip())
    if rows != shapes:
        faults.add("companion_differs", file=source.name, rows=rows, shapes=shapes)
    return rows == shapes


def _missing(ending: str, companions: Iterable[str]) -> list[str]:
    """Give the endings of the files without which this one cannot be read."""
    there = set(companions)
    if ending == ".tab":
        return [] if there & {".dat", ".dbf"} else [".dat"]
    needed = {".shp": (".dbf", ".shx"), ".mif": (".mid",)}.get(ending, ())
    return [one for one in needed if one not in there]


def _is_disguised(source: Source) -> bool:
    """Tell whether a file is a recipe that names other files, under the name of a layer."""
    with source.open() as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if source.ending in (".geojson", ".json") and _RECIPE in head:
        return True
    if source.ending == ".tab" and not _OWN_ROWS.search(head):
        return True
    return head[:1] == b"<"


def _begins_well(source: Source) -> bool:
    with source.open() as file:
        head = file.read(_BEGINNING).removeprefix(b"\xef\xbb\xbf")
    known = _BEGINNINGS[source.ending]
    return head.startswith(known) or head.lower().lstrip().startswith(known)


def _of_driver(encoding: str | None) -> str | None:
    """Give an encoding that the driver knows; old font encodings are mended afterwards."""
    from geoplan.io import encodings

    return None if encoding is not None and encodings.mender(encoding) else encoding


def _with_remarks(
    raw: RawTable, source: Source, told: Sequence[warnings.WarningMessage] = ()
) -> RawTable:
    """Tell what the driver remarked, and of a grid that lost its datum, unless its CRS is named."""
    words = dict.fromkeys(str(one.message).splitlines()[0] for one in told)
    remarks = [
        readers.remark(source, "driver_remarked", sheet=raw.sheet, words=one)
        for one in words
        if "/vsi" not in one and str(source.path) not in one
    ]
    if raw.crs and not source.given.crs and geodesy.is_datumless_grid(raw.crs):
        remarks.append(readers.remark(source, "datum_doubtful", sheet=raw.sheet))
    return replace(raw, remarks=(*raw.remarks, *remarks))


def _read_parquet(source: Source, faults: Faults) -> RawTable | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with source.open() as file:
            schema = parquet.read_schema(file)
        has_shapes = b"geo" in (schema.metadata or {})
        with source.open() as file:
            frame = gpd.read_parquet(file) if has_shapes else pd.read_parquet(file)
    except (
        pa.ArrowException,
        shapely.errors.GEOSException,
        ValueError,
        OSError,
        *_STUMBLES,
    ) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    raw = _with_remarks(_as_raw(frame), source)
    return readers.mend_text(readers.tidy(raw), source)


def _layer(place: str | bytes, source: Source, faults: Faults) -> str | None:
    """Give the layer that is meant: named, or the only one."""
    import pyogrio

    layers = [str(name) for name in pyogrio.list_layers(place)[:, 0] if name != _STYLES]
    wanted = source.given.layer
    if wanted is not None and source.ending in (".gpkg", ".geojson", ".json"):
        if wanted in layers:
            return wanted
        known = ", ".join(layers)
        faults.add("unknown_layer", file=source.name, column="layer", value=wanted, layers=known)
        return None
    if len(layers) > 1:
        faults.add("several_layers", file=source.name, layers=", ".join(layers))
        return None
    if not layers:
        faults.add("no_layer", file=source.name)
        return None
    return layers[0]


def raw_table(frame: pd.DataFrame, *, layer: str = "") -> RawTable:
    """Give a frame as clean cells of text; numbers are marked as such. Rows count from 1."""
    return readers.tidy(_as_raw(frame, layer))


def _as_raw(frame: pd.DataFrame, layer: str = "") -> RawTable:
    geometry, crs = None, ""
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        geometry = single_points(frame.geometry.to_numpy())
        crs = _crs_code(frame.crs)
        frame = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    headers = tuple(str(name) for name in frame.columns)
    frame = frame.set_axis(range(len(headers)), axis=1).reset_index(drop=True)
    cells, exact = {}, {}
    for i in range(len(headers)):
        cells[i], numeric = _text(frame[i])
        if numeric is not None:
            exact[i] = numeric
    return RawTable(
        headers=headers,
        cells=pd.DataFrame(cells, index=range(len(frame))),
        rows=np.arange(1, len(frame) + 1),
        sheet=layer,
        geometry=geometry,
        crs=crs,
        exact=exact,
    )


def single_points(shapes: NDArray[Any]) -> NDArray[Any]:
    """Give points for multi-points of one point, and nothing for points without a place."""
    multiple = shapely.get_type_id(shapes) == _MULTI_POINT
    single = multiple & (shapely.get_num_geometries(shapes) == 1)
    if single.any():
        shapes = shapes.copy()
        shapes[single] = shapely.get_geometry(shapes[single], 0)
    nowhere = (shapely.get_type_id(shapes) == 0) & shapely.is_empty(shapes)
    if nowhere.any():
        shapes = shapes.copy()
        shapes[nowhere] = None
    return shapes


def _text(values: pd.Series) -> tuple[pd.Series, Mask | None]:
    """Give values as text, blank where missing; and the cells that are numbers."""
    missing = values.isna().to_numpy(dtype=bool)
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind):
        return values.astype("str").str.lower().mask(missing, ""), None
    if pd.api.types.is_numeric_dtype(kind):
        return number_text(values).mask(missing, ""), ~missing
    if pd.api.types.is_datetime64_any_dtype(kind):
        return values.dt.strftime("%Y-%m-%d").mask(missing, "").astype("str"), None
    return values.astype("str").mask(missing, ""), None


def number_text(values: pd.Series) -> pd.Series:
    """Write numbers as text, whole ones without a decimal point, so that codes stay codes."""
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("str")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 1e15)
    texts = pd.Series(numbers, index=values.index).astype("str").astype(object)
    texts[whole] = numbers[whole].astype(np.int64).astype("str")
    return texts.astype("str")


def _crs_code(crs: Any) -> str:
    """Give the code of a file's CRS, or its full text where it has none; empty without one.

    A plane that lies nowhere on the earth (MapInfo's NonEarth) is none.
    """
    if crs is None or crs.is_engineering:
        return ""
    if crs.to_authority() == ("OGC", "CRS84"):
        return "EPSG:4326"
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
