"""Layers of GIS files: GeoPackage, GeoJSON, Shapefile (also zipped) and GeoParquet.

The CRS is the file's own; transforming is left to ``geodesy``.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geoplan.faults import Faults
from geoplan.io import readers
from geoplan.io.readers import RawTable, Source

Mask = NDArray[np.bool_]

_MULTI_POINT = 4
"""Type number of a multi-point in shapely."""


def read(source: Source, faults: Faults) -> RawTable | None:
    """Read one layer of a file; give None, and add the faults, where it cannot be read."""
    if source.path.suffix.lower() in readers.PARQUET:
        return _read_parquet(source, faults)
    import pyogrio

    inside = _path_and_layer(source, faults)
    if inside is None:
        return None
    path, layer = inside
    try:
        encoding = source.given.encoding or _shapefile_encoding(source.path)
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding)
    except UnicodeError:
        faults.add("encoding", file=source.name, value=source.given.encoding or "")
        return None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    return raw_table(frame, layer=layer if source.given.layer else "")


def _read_parquet(source: Source, faults: Faults) -> RawTable | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(source.path)
        has_shapes = b"geo" in (schema.metadata or {})
        frame = gpd.read_parquet(source.path) if has_shapes else pd.read_parquet(source.path)
    except (pa.ArrowException, ValueError, OSError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    return raw_table(frame)


def _path_and_layer(source: Source, faults: Faults) -> tuple[str, str] | None:
    """Give the path that the driver opens and the layer: named, or the only one."""
    import pyogrio

    path = str(source.path)
    if source.path.suffix.lower() == ".zip":
        packed = _packed(source, faults)
        if packed is None:
            return None
        path = packed
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    wanted = source.given.layer
    if wanted is not None and source.path.suffix.lower() != ".zip" and wanted not in layers:
        known = ", ".join(layers)
        faults.add("unknown_layer", file=source.name, column="layer", value=wanted, layers=known)
        return None
    if wanted in layers:
        return path, str(wanted)
    if len(layers) > 1:
        faults.add("several_layers", file=source.name, layers=", ".join(layers))
        return None
    if not layers:
        faults.add("no_layer", file=source.name)
        return None
    return path, layers[0]


def _packed(source: Source, faults: Faults) -> str | None:
    """Give the path of the one layer file inside a zip file."""
    endings = tuple(ending for ending in readers.LAYERS if ending != ".zip")
    try:
        with zipfile.ZipFile(source.path) as packed:
            names = sorted(name for name in packed.namelist() if name.lower().endswith(endings))
    except (zipfile.BadZipFile, OSError) as error:
        faults.add("unreadable_file", file=source.name, why=type(error).__name__)
        return None
    if source.given.layer is not None and len(names) > 1:
        names = [name for name in names if Path(name).stem == source.given.layer]
    if len(names) > 1:
        stems = ", ".join(Path(name).stem for name in names)
        faults.add("several_layers", file=source.name, layers=stems)
        return None
    if not names:
        faults.add("no_layer", file=source.name)
        return None
    return f"/vsizip/{source.path}/{names[0]}"


def _shapefile_encoding(path: Path) -> str | None:
    """Give UTF-8 for a shapefile that does not say its encoding, so that a wrong one is told."""
    ending = path.suffix.lower()
    if ending == ".shp":
        if path.with_suffix(".cpg").exists() or path.with_suffix(".CPG").exists():
            return None
        table = path.with_suffix(".dbf")
        if not table.exists():
            return None
        with table.open("rb") as file:
            return _of_dbf(file.read(30))
    if ending == ".zip":
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            tables = [name for name in names if name.lower().endswith(".dbf")]
            if not tables or any(name.lower().endswith(".cpg") for name in names):
                return None
            with packed.open(tables[0]) as inside:
                return _of_dbf(inside.read(30))
    return None


def _of_dbf(head: bytes) -> str | None:
    """Tell from byte 29 of a dBASE table, its language driver, whether it says its encoding."""
    return "UTF-8" if len(head) == 30 and head[29] == 0 else None


def raw_table(frame: pd.DataFrame, *, layer: str = "") -> RawTable:
    """Give a frame as cells of text; numbers are marked as such. Rows count from 1."""
    geometry, crs = None, ""
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        geometry = _single_points(frame.geometry.to_numpy())
        crs = _crs_code(frame.crs)
        frame = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    headers = tuple(str(name) for name in frame.columns)
    frame = frame.set_axis(range(len(headers)), axis=1).reset_index(drop=True)
    cells, exact = {}, {}
    for i in range(len(headers)):
        cells[i], numeric = _text(frame[i])
        if numeric is not None:
            exact[i] = numeric
    return readers.tidy(
        RawTable(
            headers=headers,
            cells=pd.DataFrame(cells, index=range(len(frame))),
            rows=np.arange(1, len(frame) + 1),
            sheet=layer,
            geometry=geometry,
            crs=crs,
            exact=exact,
        )
    )


def _single_points(shapes: NDArray[Any]) -> NDArray[Any]:
    """Give points for multi-points of one point, which some programs write."""
    multiple = shapely.get_type_id(shapes) == _MULTI_POINT
    single = multiple & (shapely.get_num_geometries(shapes) == 1)
    if single.any():
        shapes = shapes.copy()
        shapes[single] = shapely.get_geometry(shapes[single], 0)
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
    """Give the code of a file's CRS, or its full text where it has none; empty without one."""
    if crs is None:
        return ""
    if crs.to_authority() == ("OGC", "CRS84"):
        return "EPSG:4326"
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
