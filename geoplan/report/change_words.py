"""English words of the report of changes, as message ids of the catalogue ``compare``.

Which of them a row gets is left to ``change_forms``.
"""

from __future__ import annotations

from typing import Final

PART_WORDS: Final = {
    "covered": "became covered",
    "lost": "lost signal",
    "rules": "under other rules of coverage, the network's part unknown",
    "data": "only by mended data",
    "merged": "only by merged hamlets",
    "split": "only by divided hamlets",
    "reused": "only by ids that went to another hamlet",
    "added": "only by hamlets that are new in the list",
    "removed": "only by hamlets that left the list",
    "moved": "only by hamlets of another unit now",
}
"""Part of an account → what it says behind its number."""

KINDS: Final = {
    "merged": "Hamlet merged",
    "split": "Hamlet divided",
    "renamed": "Hamlet with another id or name",
    "reused": "Id went to another hamlet",
    "commune": "Hamlet in another commune, or in one that was redrawn",
    "added": "Hamlet new in the list",
    "removed": "Hamlet no longer in the list",
    "rules": "Status under other rules",
    "data": "Location, people or source of the status",
}

STATUS: Final = {
    "white": "white",
    "dead_spot": "dead spot",
    "covered": "covered",
    "unknown": "no location",
    "": "–",
}

CAUSES: Final = {
    "": "–",
    "opened": "new station",
    "listed": "station listed only now",
    "moved": "station moved",
    "radius": "another radius of the station (surroundings)",
    "data": "location found, lost or moved",
    "told": "told by another source",
    "clusters": "clusters listed in one run only",
    "rules": "rule changed",
    "unclear": "unclear",
}
STATUS_LOST: Final = {
    "off_air": "station off air",
    "missing": "row of the station missing",
    "refused": "row of the station left out",
    "planned": "station is a plan now",
    "moved": "station moved",
    "re_dated": "station has another date",
    "radius": "another radius of the station (surroundings)",
    "unclear": "unclear",
}
"""Likely causes where service went."""

SERIES: Final = {
    "HAMLETS_WHITE": "White hamlets",
    "HAMLETS_DEAD_SPOT": "Hamlets with dead spots",
    "POP_SERVED": "People served",
    "POSITIONS": "BTS positions",
    "SHARED_POSITIONS": "Shared positions",
    "SHARE_POS": "Share of positions that are shared",
    "STATIONS": "Stations on air",
}
"""Indicator of the main series → its name."""
