"""Compiled loops of the covering model: opening and closing sites, filling, swapping, pricing.

They work on the plain arrays of ``siting.problem``; what the arrays mean, and the plain twins that
define these loops (tests/twins.py), are left to others.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geoplan import settings

settings.use_numba_cache()

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Arrays(NamedTuple):
    """The model, as the loops take it; see :class:`siting.problem.Problem`."""

    indptr: Indices
    copies: Counts
    starts: Indices
    candidates: Counts
    weight: Indices
    use: Floats
    most: Floats
    clash_indptr: Indices
    clashes: Counts


class State(NamedTuple):
    """What is open, and what that makes of every copy and candidate.

    ``covers`` open candidates cover each copy; ``gain`` is what each candidate would add, in
    weight; ``is_open`` and ``clashing`` (open candidates that forbid it) stand for each
    candidate, ``used`` for each limit.
    """

    covers: Counts
    gain: Indices
    is_open: Mask
    clashing: Counts
    used: Floats


@njit(cache=True)
def open_site(a: Arrays, s: State, site: int) -> int:  # pragma: no cover - compiled
    """Open a candidate; give what it adds."""
    added = 0
    for k in range(a.indptr[site], a.indptr[site + 1]):
        copy = a.copies[k]
        s.covers[copy] += 1
        if s.covers[copy] == 1:
            weight = a.weight[copy]
            added += weight
            for m in range(a.starts[copy], a.starts[copy + 1]):
                s.gain[a.candidates[m]] -= weight
    s.is_open[site] = True
    for r in range(len(a.most)):
        s.used[r] += a.use[r, site]
    for k in range(a.clash_indptr[site], a.clash_indptr[site + 1]):
        s.clashing[a.clashes[k]] += 1
    return added


@njit(cache=True)
def close_site(a: Arrays, s: State, site: int) -> int:  # pragma: no cover - compiled
    """Close an open candidate; give what is lost."""
    lost = 0
    for k in range(a.indptr[site], a.indptr[site + 1]):
        copy = a.copies[k]
        s.covers[copy] -= 1
        if s.covers[copy] == 0:
            weight = a.weight[copy]
            lost += weight
            for m in range(a.starts[copy], a.starts[copy + 1]):
                s.gain[a.candidates[m]] += weight
    s.is_open[site] = False
    for r in range(len(a.most)):
        s.used[r] -= a.use[r, site]
    for k in range(a.clash_indptr[site], a.clash_indptr[site + 1]):
        s.clashing[a.clashes[k]] -= 1
    return lost


@njit(cache=True)
def alone(a: Arrays, s: State, site: int) -> int:  # pragma: no cover - compiled
    """Give what an open candidate wins that no other open one does."""
    won = 0
    for k in range(a.indptr[site], a.indptr[site + 1]):
        if s.covers[a.copies[k]] == 1:
            won += a.weight[a.copies[k]]
    return won


@njit(cache=True)
def fits(a: Arrays, s: State, site: int) -> bool:  # pragma: no cover - compiled
    """Tell whether a candidate fits into what is left of every limit and clashes with none."""
    if s.clashing[site] > 0:
        return False
    within = True
    for r in range(len(a.most)):
        # Sums of money in another order differ in the last digits.
        within &= s.used[r] + a.use[r, site] <= a.most[r] * (1 + 1e-12)
    return within


@njit(cache=True)
def _draw(seed: NDArray[np.uint64]) -> float:  # pragma: no cover - compiled
    """Give the next number of a stream, 0 ≤ number < 1 (xorshift64*, Vigna 2016)."""
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def _best(
    a: Arrays,
    s: State,
    allowed: Mask,
    per: Floats,
    least: int,
    blink: float,
    seed: NDArray[np.uint64],
) -> int:  # pragma: no cover - compiled
    """Give the allowed candidate of most gain per ``per``, the first of equals; −1 = none."""
    best, score = -1, 0.0
    for i in range(len(allowed)):
        if s.gain[i] < least or s.is_open[i] or not allowed[i]:
            continue
        value = s.gain[i] / per[i]
        if value > score and fits(a, s, i) and (blink == 0.0 or _draw(seed) >= blink):
            best, score = i, value
    return best


@njit(cache=True)
def fill(
    a: Arrays,
    s: State,
    allowed: Mask,
    per: Floats,
    least: int,
    blink: float,
    seed: NDArray[np.uint64],
    picked: Indices,
) -> Any:  # pragma: no cover - compiled
    """Open the candidate of most gain per ``per``, again and again; give the sum and the number.

    ``least`` is the smallest gain worth opening; with ``blink`` the best is overlooked now and
    then, so that another plan comes out. ``picked`` takes the opened candidates in order.
    """
    n, added = 0, 0
    while n < len(picked):
        best = _best(a, s, allowed, per, least, blink, seed)
        if best < 0:
            break
        added += open_site(a, s, best)
        picked[n] = best
        n += 1
    return added, n


@njit(cache=True)
def _refill(
    a: Arrays,
    s: State,
    out: Indices,
    n_out: int,
    allowed: Mask,
    per: Floats,
    blink: float,
    seed: NDArray[np.uint64],
    picked: Indices,
) -> Any:  # pragma: no cover - compiled
    """Close some sites and fill again; give the change of the value and how many were opened."""
    lost = 0
    for k in range(n_out):
        lost += close_site(a, s, out[k])
    added, n = fill(a, s, allowed, per, 1, blink, seed, picked)
    return added - lost, n


@njit(cache=True)
def _undo(
    a: Arrays, s: State, out: Indices, n_out: int, picked: Indices, n_in: int
) -> None:  # pragma: no cover - compiled
    for k in range(n_in):
        close_site(a, s, picked[k])
    for k in range(n_out):
        open_site(a, s, out[k])


@njit(cache=True)
def swap(
    a: Arrays, s: State, allowed: Mask, per: Floats, rounds: int
) -> int:  # pragma: no cover - compiled
    """Close each open site in turn and fill again where that wins more; give what was won.

    Without a budget that is a swap of one for one, with one of one for several.
    """
    seed = np.ones(1, np.uint64)
    out, picked = np.zeros(1, np.int64), np.zeros(64, np.int64)
    won = 0
    for _ in range(rounds):
        better = False
        for site in range(len(allowed)):
            if not s.is_open[site]:
                continue
            out[0] = site
            change, n = _refill(a, s, out, 1, allowed, per, 0.0, seed, picked)
            if change > 0:
                won += change
                better = True
            else:
                _undo(a, s, out, 1, picked, n)
        if not better:
            break
    return won


@njit(cache=True)
def ruin_and_recreate(
    a: Arrays,
    s: State,
    allowed: Mask,
    pers: Floats,
    place: Floats,
    rounds: int,
    heat: float,
    blink: float,
    seed: NDArray[np.uint64],
) -> int:  # pragma: no cover - compiled
    """Close 2 to 15 open sites near each other and fill again; leave the best; give what it wins.

    ``pers`` holds, in rows, what gains are divided by in the filling: one row is drawn each time.
    A plan that is worse is kept by chance, as in annealing: ``heat`` is the loss at the
    beginning that is kept every e-th time; it falls to a hundredth. [weight]
    """
    opened = np.zeros(len(allowed), np.int64)
    n = 0
    for i in range(len(allowed)):
        if s.is_open[i]:
            opened[n] = i
            n += 1
    won, out, picked = 0, np.zeros(16, np.int64), np.zeros(64, np.int64)
    away = np.zeros(len(allowed))
    here_value, best_open = 0, s.is_open.copy()
    cooling = 0.01 ** (1.0 / max(rounds, 1))
    for _ in range(rounds):
        if n == 0:
            break
        heat *= cooling
        centre = opened[int(_draw(seed) * n)]
        many = min(n, 2 + int(_draw(seed) * 14))
        per = pers[int(_draw(seed) * len(pers))]
        for k in range(n):
            here = opened[k]
            gap = 0.0
            for d in range(place.shape[1]):
                gap += (place[here, d] - place[centre, d]) ** 2
            away[k] = gap * (0.7 + 0.6 * _draw(seed))
        for k in range(many):
            nearest = -1
            for m in range(n):
                if nearest < 0 or away[m] < away[nearest]:
                    nearest = m
            out[k] = opened[nearest]
            away[nearest] = np.inf
        change, n_in = _refill(a, s, out, many, allowed, per, blink, seed, picked)
        if change < 0 and (heat <= 0.0 or _draw(seed) >= np.exp(change / heat)):
            _undo(a, s, out, many, picked, n_in)
            continue
        here_value += change
        if here_value > won:
            won = here_value
            best_open[:] = s.is_open
        kept = 0
        for k in range(n):
            if s.is_open[opened[k]]:
                opened[kept] = opened[k]
                kept += 1
        for k in range(n_in):
            fresh = True
            for m in range(kept):
                if opened[m] == picked[k]:
                    fresh = False
                    break
            if fresh:
                opened[kept] = picked[k]
                kept += 1
        n = kept
    for i in range(len(allowed)):
        if s.is_open[i] and not best_open[i]:
            close_site(a, s, i)
    for i in range(len(allowed)):
        if best_open[i] and not s.is_open[i]:
            open_site(a, s, i)
    return won


@njit(cache=True)
def worths(indptr: Indices, copies: Counts, price: Floats, out: Floats) -> None:  # pragma: no cover
    """Sum the prices of the copies that each candidate covers."""
    for i in range(len(out)):
        total = 0.0
        for k in range(indptr[i], indptr[i + 1]):
            total += price[copies[k]]
        out[i] = total


@njit(cache=True)
def step(
    indptr: Indices,
    copies: Counts,
    chosen: Indices,
    take: Floats,
    direction: Floats,
    keep: float,
) -> float:  # pragma: no cover - compiled
    """Turn the direction of prices towards what the chosen cover; give its squared length."""
    n = len(direction)
    for j in range(n):
        direction[j] = keep * direction[j] - (1.0 - keep)
    for c in range(len(chosen)):
        part = (1.0 - keep) * take[c]
        for k in range(indptr[chosen[c]], indptr[chosen[c] + 1]):
            direction[copies[k]] += part
    length = 0.0
    for j in range(n):
        length += direction[j] * direction[j]
    return length


@njit(cache=True)
def move(price: Floats, weight: Floats, direction: Floats, by: float) -> float:  # pragma: no cover
    """Move the prices against the direction, within 0 and the weights; give Σ (weight − price)."""
    left = 0.0
    for j in range(len(price)):
        p = price[j] - by * direction[j]
        if p < 0.0:
            p = 0.0
        elif p > weight[j]:
            p = weight[j]
        price[j] = p
        left += weight[j] - p
    return left
