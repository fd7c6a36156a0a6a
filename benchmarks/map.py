"""map.html with many sites beside folium's own layers: size, first frame, panning, zooming.

python benchmarks/map.py SCENARIO --markercluster FOLDER

Chromium without a screen and without network; folium's addresses are answered from files.
FOLDER holds leaflet.markercluster.js and its two style sheets, as npm has them (1.1.0).
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
from folium.plugins import FastMarkerCluster
from playwright.sync_api import sync_playwright

from geoplan import planner, read_scenario
from geoplan.report import embedding
from geoplan.report.maps import write_map
from geoplan.results import RunResult

SIZES = (5_000, 20_000, 100_000)
MOST = {"Marker": 5_000, "CircleMarker": 20_000}
"""Beyond these a page takes minutes to write or does not open in one."""

_PATIENCE_MS = 240_000
_SLOW_MS = 5_000
"""A page that takes longer is opened once, not three times."""
_FIRST = """() => new Promise(done => requestAnimationFrame(
    () => setTimeout(() => done(performance.now()), 0)))"""
_MOVE = """([kind, k]) => new Promise(done => {
    const map = window[Object.keys(window).find(name => name.startsWith("map_"))];
    const start = performance.now();
    if (kind === "pan") map.panBy([k % 2 ? 260 : -260, k % 2 ? 120 : -120], {animate: false});
    else map.setZoom(map.getZoom() + (k % 2 ? -1 : 1), {animate: false});
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
})"""


@dataclasses.dataclass(frozen=True)
class Measured:
    """What one page costs."""

    write_s: float
    megabytes: float
    first_ms: float
    pan_ms: float
    zoom_ms: float


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--markercluster", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as engine:
        work = Path(folder)
        result, _ = planner.run(read_scenario(given.scenario), work / "run", outputs=())
        chromium = engine.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        print("| page | sites | MB | first frame | pan | zoom | written in |")
        print("|---|---|---|---|---|---|---|")
        for n in given.sizes:
            whole = with_sites(result, n)
            for name, write in pages(whole, with_cluster=given.markercluster is not None):
                if n > MOST.get(name, n):
                    print(f"| {name} | {n:,} | not tried | | | | |")
                    continue
                found = measured(chromium, work / "page.html", write, name, given.markercluster)
                print(
                    f"| {name} | {n:,} | {found.megabytes:.1f} | {found.first_ms:,.0f} ms | "
                    f"{found.pan_ms:,.0f} ms | {found.zoom_ms:,.0f} ms | {found.write_s:.1f} s |",
                    flush=True,
                )
        chromium.close()


def with_sites(result: RunResult, n: int) -> RunResult:
    """Put n invented sites of all operators around the hamlets, each a position of its own."""
    draw = np.random.default_rng(7)
    operators = np.array(result.baseline.operators)
    hamlets = result.baseline.hamlets.dropna(subset=["longitude", "latitude"])
    near = hamlets.iloc[draw.integers(0, len(hamlets), n)]
    operator = operators[draw.integers(0, len(operators), n)]
    ids = np.array([f"{name[:3].upper()}{i:06d}" for i, name in enumerate(operator)])
    position = np.char.add(np.char.add(operator.astype("U24"), ":"), ids)
    days = np.datetime64("2012-01-01") + draw.integers(0, 5000, n)
    cells = pd.DataFrame(
        {
            "operator": operator,
            "technology": draw.choice(list(result.baseline.technologies), n),
            "longitude": near["longitude"].to_numpy() + draw.normal(0, 0.02, n),
            "latitude": near["latitude"].to_numpy() + draw.normal(0, 0.02, n),
            "site_id": ids,
            "installation_key": ids,
            "structure_owner": operators[draw.integers(0, len(operators), n)],
            "structure_height_m": draw.choice([30.0, 36.0, 42.0, 45.0], n),
            "on_air_date": days.astype("datetime64[s]"),
            "commune_code": near["commune_code"].to_numpy(),
            "position_id": position,
        }
    )
    positions = cells.assign(
        operators=cells["operator"],
        technologies=cells["technology"],
        members=position,
        n_operators=1,
        n_installations=1,
        identity="single",
    ).sort_values("position_id")
    baseline = dataclasses.replace(
        result.baseline, cells=cells, positions=positions.reset_index(drop=True)
    )
    return dataclasses.replace(result, baseline=baseline)


def pages(
    result: RunResult, *, with_cluster: bool
) -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Give each page's name and how to write it."""
    cells = result.baseline.cells
    places = cells[["latitude", "longitude"]].to_numpy().tolist()
    yield "geoplan", lambda path: write_map(path, result)
    yield "Marker", lambda path: _each(path, places, folium.Marker)
    yield "CircleMarker", lambda path: _each(path, places, folium.CircleMarker, radius=4)
    if with_cluster:
        plain = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"
        yield (
            "FastMarkerCluster",
            lambda path: _saved(path, [FastMarkerCluster(places, callback=plain)]),
        )
    yield "GeoJson", lambda path: _geojson(path, cells)


def _each(path: Path, places: list[list[float]], kind: Any, **options: Any) -> None:
    _saved(path, [kind(place, **options) for place in places])


def _geojson(path: Path, cells: pd.DataFrame) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        }
        for name, x, y in zip(
            cells["site_id"].tolist(),
            cells["longitude"].round(5).tolist(),
            cells["latitude"].round(5).tolist(),
            strict=True,
        )
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features}, marker=folium.CircleMarker(radius=4)
    )
    _saved(path, [layer])


def _saved(path: Path, layers: list[Any]) -> None:
    """Write a page without tiles; canvas is the faster of folium's two ways to draw."""
    chart = folium.Map([15.0, 108.5], zoom_start=9, tiles=None, prefer_canvas=True, maxZoom=18)
    for layer in layers:
        layer.add_to(chart)
    chart.save(str(path))


def measured(
    chromium: Any, path: Path, write: Callable[[Path], object], name: str, cluster: Path | None
) -> Measured:
    """Write a page, open it, move it about."""
    start = time.perf_counter()
    write(path)
    write_s = time.perf_counter() - start
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.route(re.compile("^https?:"), lambda route: _answer(route, cluster))
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.on("pageerror", lambda error: print(f"<!-- {name}: {error} -->"))
    address = path.as_uri()
    if name == "geoplan":
        address += "#l=" + ",".join(
            f"sites.{operator}" for operator in ("Viettel", "VNPT", "MobiFone", "Vietnamobile")
        )
    firsts = []
    for _ in range(3):
        page.goto("about:blank")
        page.goto(address, wait_until="load", timeout=_PATIENCE_MS)
        firsts.append(page.evaluate(_FIRST))
        if firsts[0] > _SLOW_MS:
            break
    moved = {
        kind: statistics.median(page.evaluate(_MOVE, [kind, k]) for k in range(6))
        for kind in ("pan", "zoom")
    }
    context.close()
    size = path.stat().st_size / 1e6
    return Measured(write_s, size, statistics.median(firsts), moved["pan"], moved["zoom"])


def _answer(route: Any, cluster: Path | None) -> None:
    """Answer what folium asks of the network from files, and the rest with nothing."""
    name = route.request.url.rsplit("/", 1)[-1]
    if name in ("leaflet.js", "leaflet.css"):
        route.fulfill(body=embedding.vendor_text(name))
    elif cluster is not None and (cluster / name).is_file():
        route.fulfill(path=str(cluster / name))
    else:
        route.fulfill(body="")


if __name__ == "__main__":
    main()
