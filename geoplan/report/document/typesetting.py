"""Runs typst with the typefaces that the package carries, and with no others.

What is set is left to ``as_pdf`` and to the layouts in ``templates/documents``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from geoplan.report import cells, embedding

FONTS: Final = embedding.VENDOR / "fonts"
PNG_PPI: Final = 200.0
_PICTURE: Final = """\
#set page(width: auto, height: auto, margin: 0mm)
#for i in range(int(sys.inputs.count)) {
  image(bytes(sys.inputs.at("picture" + str(i))), format: "svg")
  if i + 1 < int(sys.inputs.count) { pagebreak() }
}
"""


def pdf(source: str, inputs: Mapping[str, str], day: datetime.date) -> bytes:
    """Set a document and give its PDF, the same bytes for the same input.

    Parameters
    ----------
    source
        A layout in typst's language, of our own; nothing from data stands in it.
    inputs
        What the layout reads as ``sys.inputs``.
    day
        The day that stands inside the file.

    Raises
    ------
    FileNotFoundError
        The package was not built: the typefaces are missing.
    """
    made = _compile(source, inputs, "pdf", day)
    assert isinstance(made, bytes)
    return made


def pngs(drawings: Sequence[str], *, ppi: float = PNG_PPI) -> list[bytes]:
    """Give drawings (SVG with a size in millimetres) as PNG pictures."""
    if not drawings:
        return []
    inputs = {f"picture{i}": drawing for i, drawing in enumerate(drawings)}
    inputs["count"] = str(len(drawings))
    made = _compile(_PICTURE, inputs, "png", None, ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compile(
    source: str,
    inputs: Mapping[str, str],
    kind: str,
    day: datetime.date | None,
    ppi: float | None = None,
) -> bytes | list[bytes]:
    import typst

    if not FONTS.is_dir():
        raise FileNotFoundError("the package was not built: pip install -e . brings the typefaces")
    written = None if day is None else cells.file_date(day).replace(tzinfo=datetime.UTC)
    compiler: Any = typst.Compiler  # its types know no text that is given as bytes
    made: bytes | list[bytes] = compiler(
        source.encode("utf-8"),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs=dict(inputs),
    ).compile(format=kind, ppi=ppi, timestamp=written)
    return made
