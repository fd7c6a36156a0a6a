"""A PNG of few colours, as bytes and as a data address: enough for masks on a map.

Which pixels are set, and where the picture lies, is left to the caller.
"""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mask_png(mask: NDArray[np.bool_], colour: str, *, level: int = 6) -> bytes:
    """Give a PNG of one bit a pixel: clear where false, ``colour`` where true.

    Parameters
    ----------
    mask
        Shape (rows, columns), north up.
    colour
        Six hexadecimal digits after a #.
    level
        Effort of the compression, 1 to 9.
    """
    rows, columns = mask.shape
    packed = np.packbits(mask, axis=1)
    lines = np.zeros((rows, packed.shape[1] + 1), dtype=np.uint8)  # first byte: no filter
    lines[:, 1:] = packed
    header = struct.pack(">IIBBBBB", columns, rows, 1, 3, 0, 0, 0)
    palette = b"\xff\xff\xff" + bytes.fromhex(colour.removeprefix("#"))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette),
            _chunk(b"tRNS", b"\x00\xff"),
            _chunk(b"IDAT", zlib.compress(_bytes(lines), level)),
            _chunk(b"IEND", b""),
        )
    )


def grey_png(grey: NDArray[np.uint8], *, level: int = 6) -> bytes:
    """Give a PNG of 256 greys, shape (rows, columns), north up."""
    rows, columns = grey.shape
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)  # first byte: no filter
    lines[:, 1:] = grey
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(_bytes(lines), level)),
            _chunk(b"IEND", b""),
        )
    )


def data_address(png: bytes) -> str:
    """Give the picture as an address that needs no file and no network."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _bytes(array: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array).tobytes()
