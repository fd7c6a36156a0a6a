"""``python -m geoplan`` is the command ``geoplan``."""

from geoplan.cli.app import main

if __name__ == "__main__":
    main()
