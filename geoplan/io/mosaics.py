"""VRT files: mosaics of rasters that stand beside them, and nothing that reaches further.

A VRT is a text that sends the driver to other files, to the network or to code; only one that
puts files of its own folder or the scenario's side by side passes. Reading it is left to
``tiles``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from geoplan.io import xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from geoplan.faults import Faults
    from geoplan.io.readers import Source

ENDING: Final = ".vrt"
RASTERS: Final = (".tif", ".tiff", ".hgt", ".asc", ".img", ".dt0", ".dt1", ".dt2")
"""Kinds of files that a mosaic may name; none of them names further files."""
_MAX_BYTES: Final = 64 * 2**20
_PLAIN: Final = frozenset(
    (
        *("VRTDataset", "VRTRasterBand", "SRS", "GeoTransform", "Metadata", "MDI", "ColorInterp"),
        *("NoDataValue", "HideNoDataValue", "UnitType", "Offset", "Scale", "Description"),
        *("CategoryNames", "Category", "ColorTable", "Entry", "Histograms", "HistItem"),
        *("HistMin", "HistMax", "BucketCount", "IncludeOutOfRange", "Approximate", "HistCounts"),
        *("SimpleSource", "ComplexSource", "SourceFilename", "SourceBand", "SourceProperties"),
        *("SrcRect", "DstRect", "NODATA", "UseMaskBand", "ScaleOffset", "ScaleRatio"),
        *("OverviewList", "MaskBand", "BlockXSize", "BlockYSize"),
    )
)
"""Elements of a mosaic; whatever else there is may reckon, warp or fetch."""


def is_contained(source: Source, folder: Path, faults: Faults) -> bool:
    """Tell whether a VRT only puts rasters side by side that stand near it; add a fault if not.

    Parameters
    ----------
    folder
        The scenario's; files below it, and below the folder of the VRT, are near.
    """
    root = _root(source, faults)
    if root is None:
        return False
    roots = (folder.resolve(), source.path.parent.resolve())
    for element in root.iter():
        if xml.tag(element) not in _PLAIN or _is_of_another_kind(element):
            faults.add("mosaic_too_much", file=source.name, value=xml.tag(element))
            return False
        if xml.tag(element) != "SourceFilename":
            continue
        named = (element.text or "").strip()
        path = _path(element, named, source.path.parent)
        if path is None or not any(path.is_relative_to(root) for root in roots):
            faults.add("mosaic_outside", file=source.name, value=named)
            return False
        if not path.is_file():
            faults.add("mosaic_lacks_file", file=source.name, value=named)
            return False
    return True


def _root(source: Source, faults: Faults) -> Element | None:
    with source.open() as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        limit = f"{_MAX_BYTES // 2**20} MB"
        faults.add("file_too_large", file=source.name, limit=limit)
        return None
    try:
        root = xml.parse(data)
    except xml.XmlError as error:
        faults.add("unreadable_file", file=source.name, why=str(error))
        return None
    if xml.tag(root) != "VRTDataset":
        faults.add("not_what_it_says", file=source.name, value=ENDING)
        return None
    return root


def _is_of_another_kind(element: Element) -> bool:
    """Tell of a dataset or band that is reckoned or warped, not only put together."""
    kind = element.get("subClass", "")
    return kind not in ("", "VRTSourcedRasterBand")


def _path(element: Element, named: str, beside: Path) -> Path | None:
    """Give the file that is meant, links followed; None for what is no raster file of a kind."""
    if not named or not named.lower().endswith(RASTERS) or "\0" in named:
        return None
    if named.lower().startswith("/vsi") or "://" in named:
        return None
    relative = element.get("relativeToVRT", element.get("relativetoVRT", "0")) == "1"
    if ":" in named and not Path(named).is_absolute():
        return None
    path = beside / named if relative else Path(named)
    return path.resolve() if path.is_absolute() or relative else None
