"""What a shared site costs, from a catalogue whose every amount has a year and a source.

Our own catalogue holds assumptions only and says so; reading a user's file from disk is left to
``io``, choosing sites to ``siting``.
"""

from geoplan.costs.catalogue import (
    Catalogue,
    Item,
    SiteKind,
    access_cost_vnd,
    cost_vnd,
    read_catalogue,
)

__all__ = ["Catalogue", "Item", "SiteKind", "access_cost_vnd", "cost_vnd", "read_catalogue"]
