"""Groups of operators that could open a site: one candidate for each, one chosen at most.

With a budget of its own, an operator joins a site only where it pays for it, so who joins is
part of the plan. What a bundle costs and wins is left to ``siting.modelling``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from geoplan.siting.candidates import Candidates


class Bundles(NamedTuple):
    """Bundles site by site: the site and the operators of each, and which exclude each other."""

    site_of: NDArray[np.int64]
    opened: NDArray[np.uint8]
    clashes: csr_matrix


def bundle(
    sites: Candidates, *, least_on_new: int, chosen: int, clashes: csr_matrix | None = None
) -> Bundles:
    """List the groups of operators that could open each site, larger ones first.

    Parameters
    ----------
    sites
        ``opened`` are the operators that lack the technology there.
    least_on_new
        Operators on a new mast, at least; where fewer are chosen at all, all of them.
    chosen
        Bits of the operators that plan together.
    clashes
        Sites that may not stand beside each other, shape (sites, sites); None = all may.
    """
    from scipy.sparse import csr_matrix, identity

    least = min(least_on_new, chosen.bit_count())
    groups: dict[tuple[int, bool], list[int]] = {}
    site_of, opened = list[int](), list[int]()
    for site, (bits, existing) in enumerate(zip(sites.opened, sites.is_existing, strict=True)):
        key = int(bits), bool(existing)
        if key not in groups:
            groups[key] = _subsets(key[0], 1 if key[1] else least)
        site_of += [site] * len(groups[key])
        opened += groups[key]
    sites_of = np.array(site_of, np.int64)
    n, m = len(sites_of), len(sites)
    member = csr_matrix((np.ones(n, np.int32), (np.arange(n), sites_of)), shape=(n, m))
    apart = csr_matrix(member @ member.T - identity(n, np.int32))
    if clashes is not None:
        apart = csr_matrix(apart + member @ clashes.astype(np.int32) @ member.T)
    apart.eliminate_zeros()
    return Bundles(sites_of, np.array(opened, np.uint8), apart.astype(bool))


def _subsets(bits: int, least: int) -> list[int]:
    """List the groups among some operators, the larger first."""
    found, group = [], bits
    while group:
        if group.bit_count() >= least:
            found.append(group)
        group = (group - 1) & bits
    return sorted(found, key=lambda one: (-one.bit_count(), -one))
