"""Which shared sites to open next: candidates, a covering model, a plan with a proved bound.

Pure: arrays, tables and a scenario in, new ones out.
"""
