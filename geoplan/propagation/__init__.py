"""Published propagation models as pure functions on arrays, and the link budget on top of them.

One module holds one publication, with its edition, its range of validity and its citation:
:mod:`~geoplan.propagation.free_space` (ITU-R P.525), :mod:`~geoplan.propagation.hata` (Hata
1980), :mod:`~geoplan.propagation.cost231` (COST 231), :mod:`~geoplan.propagation.tr38901`
(3GPP TR 38.901) and, over terrain, :mod:`~geoplan.propagation.itu_p1812` (ITU-R P.1812). What
stands around a terminal is added by :mod:`~geoplan.propagation.itu_p2108` (clutter),
:mod:`~geoplan.propagation.itu_p2109` and :mod:`~geoplan.propagation.tr38901_indoors` (buildings).
:mod:`~geoplan.propagation.ranges` says what lies beyond a model's range;
:mod:`~geoplan.propagation.link_budget` makes a radius of a band and an environment, out of the
inputs that :mod:`~geoplan.propagation.link_inputs` reads from ``link_budget.toml``, and
:mod:`~geoplan.propagation.uplink` looks at the way back. :mod:`~geoplan.propagation.antennas` and
:mod:`~geoplan.propagation.hanging` say what antennas take off,
:mod:`~geoplan.propagation.levels` what comes to a point, :mod:`~geoplan.propagation.servers` who
serves it, :mod:`~geoplan.propagation.chance` how surely.

In every model a loss is positive [dB], a distance lies on the ground, heights are above ground,
NaN in is NaN out, and a distance that makes no sense (negative; zero where the formula has a
logarithm of it) is NaN.
"""
