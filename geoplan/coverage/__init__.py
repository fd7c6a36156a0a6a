"""From sites to service: who is served, which hamlets are white, where the holes are.

Pure: arrays, tables and a scenario in, new ones out.
"""
