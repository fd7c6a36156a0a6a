"""Figures by unit, and the targets of the plans that they are held against."""
