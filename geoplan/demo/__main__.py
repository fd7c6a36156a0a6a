"""``python -m geoplan.demo [ROOT]`` writes the sample's files in the repository again."""

from __future__ import annotations

import sys
from pathlib import Path

from geoplan.demo import write_repository

if __name__ == "__main__":
    write_repository(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
