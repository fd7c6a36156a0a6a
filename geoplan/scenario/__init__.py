"""The scenario: one TOML file that says what is read, by which rules, and what is asked."""

from geoplan.scenario.model import Scenario, SourceFile
from geoplan.scenario.reader import parse_scenario, read_scenario

__all__ = ["Scenario", "SourceFile", "parse_scenario", "read_scenario"]
