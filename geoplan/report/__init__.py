"""What a run writes for people and machines: maps, tables, workbooks, layers for GIS."""
