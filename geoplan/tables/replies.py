"""What operators answer to the annexes of their letters: the table that is read, and written.

The words of the measures stand in ``io/words.toml`` and in the annex itself.
"""

from __future__ import annotations

from typing import Final

from geoplan.tables.schema import Table, date_column, text_column
from geoplan.units import TECHNOLOGIES

MEASURES: Final = ("new_site", "shared_site", "upgrade", "repeater", "other", "not_planned")
REPLY_STATES: Final = ("promised", "done", "overdue", "not_planned")

REPLIES = Table(
    "replies",
    "annexes of the letters, filled in by operators: one row for each hamlet",
    (
        text_column("hamlet_id", "id of the hamlet", need=True),
        text_column("operator", "operator that answers", need=True),
        text_column("missing_technology", "what the annex says is missing"),
        text_column("measure", "what the operator will do", values=MEASURES),
        text_column(
            "technology", "technology to provide; blank = all missing", values=TECHNOLOGIES
        ),
        text_column("shared_position", "id of the site or mast to be shared"),
        date_column("deadline", "day until which it will be done"),
        text_column("note", "remarks"),
    ),
)

REPLIES_OUT = Table(
    "replies",
    "what operators answered about hamlets that they do not serve, and what became of it",
    (
        text_column("hamlet_id", "as in hamlets"),
        text_column("operator", "operator that answered"),
        text_column("technology", "technology that it answered about", values=TECHNOLOGIES),
        text_column("measure", "what it will do", values=MEASURES),
        text_column("shared_position", "id of the site or mast to be shared"),
        date_column("deadline", "day until which it will be done"),
        text_column("note", "remarks of the operator"),
        text_column("source_file", "file that it stands in"),
        text_column(
            "state",
            "promised; done = the operator serves the centre now; overdue = not served, and the "
            "deadline was before as_of; not_planned = the operator plans nothing",
            values=REPLY_STATES,
        ),
    ),
    ("hamlet_id", "operator", "technology"),
)
