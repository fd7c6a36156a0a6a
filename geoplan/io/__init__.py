"""All reading of outside data: files in, checked tables in WGS 84 out.

What the tables mean is left to the stages that take them.
"""

from geoplan.io.inputs import read_inputs
from geoplan.io.recognise import recognise_folder

__all__ = ["read_inputs", "recognise_folder"]
