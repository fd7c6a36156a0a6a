"""Everything of a page inside the page: scripts, styles and typeface, and the proof of it.

A page may name no address that a browser would fetch: an unknown link raises, and the
Content-Security-Policy allows the page's own scripts by checksum and no connection at all.
What the page says is left to its writer.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

STATIC: Final = Path(__file__).parent / "static"
VENDOR: Final = STATIC / "vendor"

FONTS: Final[tuple[tuple[str, int, str], ...]] = tuple(
    (f"be-vietnam-pro-{subset}-{weight}.woff2", weight, ranges)
    for weight in (400, 600)
    for subset, ranges in (
        (
            "latin",
            "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,"
            "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
        ),
        (
            "vietnamese",
            "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
            "U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
        ),
    )
)
"""File, weight and characters of each part of the typeface, as Fontsource cuts it."""

LICENCES: Final = {"Leaflet": "leaflet.txt", "Be Vietnam Pro": "be-vietnam-pro.txt"}

_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_DATA: Final = re.compile(r'<script type="application/json".*?</script>', re.DOTALL)
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_TAG: Final = re.compile(r"""<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")
_ADDRESSES: Final = frozenset({"src", "href", "xlink:href", "srcset", "data", "action", "poster"})
_STYLED: Final = re.compile(r"""(?:url\(|@import)\s*["']?(?!data:|#)([^)"';]+)""", re.IGNORECASE)

POLICY_MARK: Final = "content-security-policy-goes-here"


def vendor_text(name: str) -> str:
    """Give a file that the build brought; raise :class:`FileNotFoundError` with the cure."""
    return _vendor(name).read_text("utf-8")


def _vendor(name: str) -> Path:
    path = VENDOR / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} is not in the package: install it with pip (pip install -e . in a working "
            "copy), which brings the files of the map"
        )
    return path


def own_text(name: str) -> str:
    """Give a file of our own that pages carry."""
    return (STATIC / name).read_text("utf-8")


def script(code: str) -> str:
    """Give code that cannot end the element it stands in."""
    return re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE).replace("<!--", "<\\!--")


def style(code: str) -> str:
    """Give style rules that cannot end the element they stand in."""
    return re.sub(r"</(?=style)", r"<\\/", code, flags=re.IGNORECASE)


def json_text(value: Any) -> str:
    """Give JSON that is also harmless inside HTML, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@lru_cache(maxsize=1)
def font_faces() -> str:
    """Give the typeface as style rules that carry their files."""
    return "\n".join(
        "@font-face{font-family:'Be Vietnam Pro';font-style:normal;font-display:swap;"
        f"font-weight:{weight};src:url(data:font/woff2;base64,{_base64(name)}) format('woff2');"
        f"unicode-range:{ranges}}}"
        for name, weight, ranges in FONTS
    )


def _base64(name: str) -> str:
    return base64.b64encode(_vendor(name).read_bytes()).decode("ascii")


def licences() -> dict[str, str]:
    """Give the licences of what the pages carry, by name."""
    return {name: vendor_text(f"licences/{file}").strip() for name, file in LICENCES.items()}


def sealed(page: str) -> str:
    """Put the policy in its place: the page's own scripts by checksum, and nothing else.

    Raises
    ------
    ValueError
        The page names an address that a browser would fetch.
    """
    visible = _DATA.sub("", _SCRIPT.sub("", page))
    fetched = [address for tag in _TAG.findall(visible) for address in _addresses(tag)]
    fetched += [part for rules in _STYLE.findall(visible) for part in _STYLED.findall(rules)]
    if fetched:
        raise ValueError(f"the page would fetch {', '.join(sorted(set(fetched)))}")
    checksums = " ".join(f"'{_checksum(code)}'" for code in _SCRIPT.findall(page))
    policy = (
        f"default-src 'none'; script-src {checksums}; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    return page.replace(POLICY_MARK, policy, 1)


def _addresses(tag: str) -> Iterator[str]:
    """Give what the attributes of a tag point at outside the page."""
    for name, quoted in _ATTRIBUTE.findall(tag):
        address = quoted.strip("\"'")
        if name.lower() in _ADDRESSES and not address.startswith(("data:", "#")):
            yield address


def _checksum(code: str) -> str:
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
