"""Best levels of an earlier run, used again where nothing changed.

A new cell is laid over what is known; where a cell that served is gone, the others are asked
again. Where files of earlier runs stand is left to ``report``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geoplan.coverage.best_levels import Best, best_of_points, centres, is_better
from geoplan.propagation.antennas import Mounted
from geoplan.results import LevelsOrigin

if TYPE_CHECKING:
    from geoplan.coverage.build import Cells
    from geoplan.coverage.radio import Radio
    from geoplan.rasters import Grid

Names = tuple[str, ...]


@dataclass(frozen=True)
class KeptLevels:
    """What an earlier run found: by technology and operator, margins and rows of its cells.

    Margins [dB] and rows are flat arrays over the cells of its grid, as in
    :data:`~geoplan.coverage.best_levels.Best`.
    """

    origin: LevelsOrigin
    best: dict[tuple[str, str], tuple[NDArray[np.float32], NDArray[np.int32]]]


def origin_of(
    grid: Grid, cells: Cells, technologies: Names, operators: Names, least_db: float
) -> LevelsOrigin:
    """Tell what best levels are made of, so that another run can see what changed.

    Parameters
    ----------
    technologies, operators
        Names of the indices of cells.
    least_db
        Smaller margins are not looked at. [dB]
    """
    assert cells.radio is not None
    air = cells.radio.air
    world: list[Any] = [grid, least_db, air.range_m, air.profile_m, air.inputs]
    if air.relief is not None:
        relief = air.relief
        world += [relief.grid, *map(_digest, (relief.ground_m, relief.clutter_m, relief.zone))]
    return LevelsOrigin(_digest(world), _digests(cells, cells.radio, technologies, operators))


def renewed(
    kept: KeptLevels | None,
    origin: LevelsOrigin,
    grid: Grid,
    cells: Cells,
    names: tuple[Names, Names],
    least_db: float,
) -> Best:
    """Give the best cells at the centres of a grid: what changed anew, the rest as it was kept.

    Parameters
    ----------
    kept
        None: everything is computed.
    origin
        Of ``cells`` on ``grid``.
    names
        Of technologies and operators.

    Returns
    -------
    As by :func:`~geoplan.coverage.best_levels.best_of_points`; levels that are computed among
    other cells may differ by less than 1e-9 dB, before they are rounded to float32.
    """
    lon, lat = centres(grid)
    row_of = None if kept is None else _rows(kept, origin)
    if kept is None or row_of is None:
        return best_of_points(cells, lon, lat, least_db)
    group = list(zip(cells.technology.tolist(), cells.operator.tolist(), strict=True))
    stood = set(row_of[row_of >= 0].tolist())
    held = {key: kept.best.get((names[0][key[0]], names[1][key[1]])) for key in set(group)}
    best: Best = {}
    for key, of_key in held.items():
        if of_key is None:
            continue
        margin, old = of_key
        server = np.append(row_of, -1)[old].astype(np.int32)
        gone = np.flatnonzero((old >= 0) & (server < 0))
        margin, server = margin.copy(), server
        margin[gone] = np.nan
        best[key] = margin, server
        others = np.array([at for at, one in enumerate(group) if one == key and at in stood], int)
        if len(gone) and len(others):
            again = best_of_points(cells.take(others), lon[gone], lat[gone], least_db)
            _lay_over(best, again, others, gone)
    new = np.array(
        [at for at, key in enumerate(group) if at not in stood or held[key] is None], np.int64
    )
    if len(new):
        found = best_of_points(cells.take(new), lon, lat, least_db)
        _lay_over(best, found, new, np.arange(len(lon)))
    return best


def _rows(kept: KeptLevels, origin: LevelsOrigin) -> NDArray[np.int64] | None:
    """Give the row that each cell of the earlier run has now, −1 = it is gone.

    None: nothing is comparable. Of equal cells the first serves, so that their order must stand.
    """
    if kept.origin.world != origin.world:
        return None
    now = {digest: row for row, digest in enumerate(origin.cells)}
    rows = np.array([now.get(digest, -1) for digest in kept.origin.cells], np.int64)
    return rows if (np.diff(rows[rows >= 0]) > 0).all() else None


def _lay_over(best: Best, found: Best, rows: NDArray[np.int64], at: NDArray[np.int64]) -> None:
    """Lay what some cells give at some points over the best so far.

    Parameters
    ----------
    rows
        Which cells they were.
    at
        Which points they were.
    """
    for key, (margin, among) in found.items():
        if key not in best:
            count = int(at.max()) + 1
            best[key] = np.full(count, np.nan, np.float32), np.full(count, -1, np.int32)
        whole, servers = best[key]
        server = np.append(rows, -1)[among].astype(np.int32)
        better = is_better(margin, server, whole[at], servers[at])
        whole[at[better]] = margin[better]
        servers[at[better]] = server[better]


def _digests(cells: Cells, radio: Radio, technologies: Names, operators: Names) -> Names:
    """Give what tells each cell from every other; cells that are the same are counted."""
    kinds = [repr(one) for one in radio.kinds]
    patterns = [_digest([*map(_plain, vars(one).values())]) for one in radio.patterns]
    hung = [getattr(radio.mounted, one.name).tolist() for one in fields(Mounted)][1:]
    told = zip(
        cells.longitude.tolist(),
        cells.latitude.tolist(),
        [technologies[at] for at in cells.technology.tolist()],
        [operators[at] for at in cells.operator.tolist()],
        [kinds[at] for at in radio.kind.tolist()],
        [patterns[at] for at in radio.mounted.pattern.tolist()],
        *hung,
        strict=True,
    )
    seen: Counter[str] = Counter()
    digests = []
    for one in told:
        digest = _digest(one)
        digests.append(f"{digest}{seen[digest] or ''}")
        seen[digest] += 1
    return tuple(digests)


def _digest(value: Any) -> str:
    """Give a name that no other value shares."""
    plain = _plain(value)
    whole = plain if isinstance(plain, bytes) else repr(plain).encode()
    return blake2b(whole, digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """Give an array as bytes with its shape, and everything else as it is."""
    if isinstance(value, np.ndarray):
        return repr((value.dtype.str, value.shape)).encode() + value.tobytes()
    return value
