"""Elements of OpenStreetMap by OSMnx: Nominatim finds the area, Overpass what is in it.

The network is asked here only, by OSMnx with settings that are put back after every call. What
the elements mean is left to ``osm``.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import logging
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import shapely

from geoplan import __version__, geodesy
from geoplan.faults import Fault, InputError
from geoplan.io import fetched, osm_tags
from geoplan.io.osm import Area, Feature
from geoplan.io.osm_answers import AgainError, Servers, Watch, fault, host_of
from geoplan.io.osm_files import Collected
from geoplan.io.osm_tags import Wanted
from geoplan.progress import Progress, silent

_log = logging.getLogger(__name__)
T = TypeVar("T")

SOURCE: Final = "OpenStreetMap, Overpass API"
MAX_AREA_KM2: Final = 200_000.0
"""The largest hull that is asked for: eight times the largest province. Beyond it the servers
are asked for more than is polite; a file of the country serves better."""
_BLUR_DEG: Final = 0.005
"""How far outlines are simplified and widened for the question, to keep it short. [degrees]"""
_ISLANDS_DEG: Final = 0.1
"""Islands nearer to each other than twice this are asked for together. [degrees]"""
_GREETING_S: Final = 30
_AGENT: Final = f"geoplan/{__version__} (by OSMnx)"
_DATES: Final = "dates.txt"
CACHE: Final = ".cache"
CACHE_S: Final = 24 * 3600
"""How long answers are kept after a fetch that broke off. [s]"""


def need_osmnx() -> None:
    """Raise the fault ``osm_missing`` where OSMnx is not installed."""
    if importlib.util.find_spec("osmnx") is None:
        raise InputError([Fault("osm_missing", value="osmnx")])


def find_area(name: str, servers: Servers) -> Area:
    """Give the outline of a place by its name: of several, the most important with an outline.

    Raises
    ------
    InputError
        ``no_such_place``, ``place_without_outline``, or what a server can do wrong.
    """
    need_osmnx()
    import osmnx

    watch = Watch(servers.nominatim, servers)

    def ask() -> Any:
        try:
            return osmnx.geocode_to_gdf(name)
        except osmnx._errors.InsufficientResponseError as error:
            raise fault("no_such_place", value=name) from error
        except TypeError as error:
            raise fault("place_without_outline", value=name) from error
        except (KeyError, ValueError) as error:
            raise fault("server_odd", file=host_of(servers.nominatim)) from error

    with _settings(servers, watch, cache=None):
        found = _patiently(ask, servers, host_of(servers.nominatim))
    shape = shapely.make_valid(found.geometry.iloc[0])
    return Area(_polygons(shape), str(found["display_name"].iloc[0]))


def _polygons(shape: Any) -> Any:
    """Give the polygons of a mended shape as one."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(parts)


def check_area(area: Area) -> None:
    """Refuse an area that is too large to ask the servers for (``osm_area_too_large``)."""
    size = float(geodesy.areas_m2([part.convex_hull for part in _regions(area)]).sum()) / 1e6
    if size > MAX_AREA_KM2:
        raise fault("osm_area_too_large", size=f"{size:.0f}", limit=f"{MAX_AREA_KM2:.0f}")


def collect(
    area: Area,
    servers: Servers,
    *,
    layers: tuple[str, ...],
    wanted: Wanted,
    folder: Path,
    progress: Progress = silent,
) -> Collected:
    """Give the elements of an area and a little around it, by layer.

    Parameters
    ----------
    folder
        Its ``.cache`` keeps the answers for a day until all have come, so that a fetch that
        broke off goes on where it was.

    Raises
    ------
    InputError
        ``osm_area_too_large``, ``server_unreachable``, ``server_slow``, ``server_busy``,
        ``server_refused``, ``server_partial``, ``server_odd`` or ``answer_too_large``.
    """
    need_osmnx()
    check_area(area)
    with _cache(folder) as cache:
        answers = {
            layer: _ask_for(layer, area, servers, wanted, cache, progress) for layer in layers
        }
        date = _data_date(cache)
    found = {layer: answer[0] for layer, answer in answers.items()}
    broken = [name for answer in answers.values() for name in answer[1]]
    return Collected(found, area, SOURCE, servers.overpass, date, tuple(broken))


def _regions(area: Area) -> list[Any]:
    """Give the parts of an area that are asked for one by one, simplified and a little widened.

    OSMnx asks for the hull of what it is given: a province with far islands would be an ocean.
    """
    groups = shapely.get_parts(area.shape.buffer(_ISLANDS_DEG, quad_segs=2))
    parts = [area.shape.intersection(group) for group in groups]
    return [part.simplify(_BLUR_DEG).buffer(_BLUR_DEG, quad_segs=2) for part in parts]


@contextmanager
def _cache(folder: Path) -> Iterator[Path]:
    """Give the folder of answers: gone when all is well, kept for a day where some have come."""
    cache = folder / CACHE
    if cache.is_dir() and time.time() - cache.stat().st_mtime > CACHE_S:
        shutil.rmtree(cache, ignore_errors=True)
    with fetched.refusing(folder.name):
        made = fetched.make_folder(cache)
    try:
        yield cache
    except BaseException:
        fetched.drop_if_empty(made)
        raise
    shutil.rmtree(cache, ignore_errors=True)
    fetched.drop_if_empty(made)


def _data_date(cache: Path) -> str:
    """Give the earliest day of the data of all answers, those of an earlier try among them."""
    dates = cache / _DATES
    return min(dates.read_text("utf-8").split(), default="") if dates.exists() else ""


def _ask_for(
    layer: str, area: Area, servers: Servers, wanted: Wanted, cache: Path, progress: Progress
) -> tuple[list[Feature], list[str]]:
    """Give the elements of one layer, and the names of relations that gave no outline."""
    import osmnx

    level = wanted.admin_level if layer == "communes" else ""
    watch = Watch(servers.overpass, servers, dates=cache / _DATES, admin_level=level)
    tags: dict[str, bool | str | list[str]] = {**wanted.tags(layer)}

    def ask(shape: Any) -> Any:
        try:
            return osmnx.features_from_polygon(shape, tags)
        except osmnx._errors.InsufficientResponseError:
            return None  # a good answer, without elements
        except osmnx._errors.ResponseStatusCodeError as error:
            raise fault("server_odd", file=host_of(servers.overpass)) from error

    found: dict[str, Feature] = {}
    regions = _regions(area)
    with _settings(servers, watch, cache=cache):
        _greet(servers)
        for done, shape in enumerate(regions):
            progress(layer, done / len(regions))
            frame = _patiently(partial(ask, shape), servers, host_of(servers.overpass))
            found |= {} if frame is None else {one.id: one for one in _features(frame)}
    progress(layer, 1.0)
    seen = {one.number for one in found.values() if one.kind == "relation"}
    broken = sorted(name for number, name in watch.named.items() if number not in seen)
    return list(found.values()), broken


def _features(frame: Any) -> Iterator[Feature]:
    """Give the rows of OSMnx's frame as elements, with the tags that are looked at."""
    columns = [column for column in frame.columns if column in osm_tags.KEYS]
    cells = [frame[column].to_numpy(dtype=object) for column in columns]
    for row, ((kind, number), shape) in enumerate(
        zip(frame.index, frame.geometry.to_numpy(), strict=True)
    ):
        values = ((column, cell[row]) for column, cell in zip(columns, cells, strict=True))
        tags = {column: value for column, value in values if isinstance(value, str)}
        yield Feature(str(kind), int(number), tags, shape)


def _is_local(url: str) -> bool:
    """Tell whether a server is on this machine: one's own has no slots to wait for."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _settings(servers: Servers, watch: Watch, cache: Path | None) -> Iterator[None]:
    """Give OSMnx our settings, and everything back that it had; it changes the resolver too."""
    from osmnx import settings

    ours: dict[str, Any] = {
        "overpass_url": servers.overpass,
        "nominatim_url": servers.nominatim,
        "overpass_rate_limit": not _is_local(servers.overpass),
        "requests_timeout": servers.timeout_s,
        "requests_kwargs": {"hooks": {"response": watch}, "stream": True},
        "http_user_agent": _AGENT,
        "http_referer": "geoplan",
        "http_accept_language": "vi,en",
        "doh_url_template": None,  # names are resolved by this machine or not at all
        "use_cache": cache is not None,
        "cache_folder": str(cache or ""),
        "cache_only_mode": False,
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(settings, name) for name in ours}
    resolver = socket.getaddrinfo
    try:
        for name, value in ours.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = resolver


def _greet(servers: Servers) -> None:
    """Ask for a server's status once: OSMnx would wait a minute for one that is not there."""
    if _is_local(servers.overpass):
        return
    import requests

    try:
        headers = {"User-Agent": _AGENT}
        url = servers.overpass.rstrip("/") + "/status"
        requests.get(url, timeout=_GREETING_S, headers=headers).close()
    except requests.exceptions.RequestException as error:
        host = host_of(servers.overpass)
        raise fault("server_unreachable", file=host, why=_why(error)) from error


def _patiently(ask: Callable[[], T], servers: Servers, host: str) -> T:
    """Ask up to ``tries`` times, waiting longer each time, or as long as the server says."""
    import requests

    wait = servers.first_wait_s
    for tried in range(1, servers.tries + 1):
        try:
            return ask()
        except AgainError as error:
            last = fault(error.code, file=host, **error.params)
            pause = wait if error.wait_s is None else error.wait_s
        except requests.exceptions.Timeout:
            last = fault("server_slow", file=host, seconds=f"{servers.timeout_s:g}")
            pause = wait
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise fault("bad_url", value=host) from error
        except requests.exceptions.RequestException as error:
            last = fault("server_unreachable", file=host, why=_why(error))
            pause = wait
            if tried > 1:
                break
        if tried < servers.tries:
            pause = min(pause, servers.longest_wait_s)
            _log.info("%s is asked again in %.0f s", host, pause)
            time.sleep(pause)
            wait *= 2
    raise last


def _why(error: BaseException) -> str:
    """Say in a word why a connection failed, without its address."""
    inner: BaseException | None = error
    for _ in range(8):
        if inner is None or (isinstance(inner, OSError) and inner.strerror):
            break
        reasons = (getattr(inner, "reason", None), *inner.args, inner.__cause__)
        inner = next((one for one in reasons if isinstance(one, BaseException)), None)
    said = getattr(inner, "strerror", None)
    return str(said or type(error).__name__)
