"""Maps as vector drawings (SVG): for commune sheets, documents and walls, without a browser.

``spec`` says what a map shows; ``draw`` makes it. One unit of a drawing is one millimetre.
"""

from geoplan.report.drawing.draw import draw
from geoplan.report.drawing.spec import MapSpec

__all__ = ["MapSpec", "draw"]
