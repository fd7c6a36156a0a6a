"""Costs: every amount has a year and a source, and what is not known stays unknown."""

import math
import tomllib
from importlib.resources import files

import pytest

from geoplan.costs import cost_vnd, read_catalogue
from geoplan.faults import ScenarioError

ITEM = {"amount_vnd": 100, "price_year": 2025, "source": "tender 12/2025"}
OWN = {
    "equipment_per_operator": {**ITEM, "amount_vnd": 10},
    "existing_position": {**ITEM, "amount_vnd": 5},
    "new_site": {**ITEM, "amount_vnd": 20},
    "structure": {"mast": {**ITEM, "amount_vnd": 7}},
    "new_mast": [{**ITEM, "up_to_m": 60}, {**ITEM, "up_to_m": 42, "amount_vnd": 70}],
}


def faults_of(raw):
    with pytest.raises(ScenarioError) as error:
        read_catalogue(raw, file="costs.toml")
    return [(fault.code, fault.column) for fault in error.value.faults]


def test_nobody_has_verified_our_own_amounts():
    catalogue = read_catalogue()
    assert catalogue.basis == "assumed"
    every = [*catalogue.items.values(), *(item for _, item in catalogue.masts)]
    assert len(every) == 10
    assert all(item.assumption and item.source and item.price_year == 2025 for item in every)


def test_our_own_catalogue_knows_every_kind_of_site():
    catalogue = read_catalogue()
    for kind in ("mast", "public_building", "power_mast", ""):
        assert not catalogue.missing("structure", structure_kind=kind)
    assert not catalogue.missing("position")
    assert not catalogue.missing("new", height_m=40.0)


def test_a_users_catalogue_is_not_assumed():
    assert read_catalogue(OWN).basis == "user"
    marked = {**OWN, "new_site": {**ITEM, "assumption": True}}
    assert read_catalogue(marked).basis == "assumed"


@pytest.mark.parametrize(
    ("kind", "n", "structure", "height", "cost"),
    [
        ("position", 1, "", 0.0, 15),
        ("position", 3, "", 0.0, 35),
        ("structure", 2, "mast", 0.0, 27),
        ("structure", 2, "", 0.0, 27),
        ("new", 4, "", 42.0, 130),
        ("new", 4, "", 42.5, 160),
    ],
)
def test_a_site_costs_its_parts_and_each_operators_equipment(kind, n, structure, height, cost):
    catalogue = read_catalogue(OWN)
    assert (
        cost_vnd(catalogue, kind, n_operators=n, structure_kind=structure, height_m=height) == cost
    )


def test_what_a_users_catalogue_leaves_out_is_unknown_and_never_ours():
    catalogue = read_catalogue(OWN)
    assert math.isnan(cost_vnd(catalogue, "structure", n_operators=1, structure_kind="power_mast"))
    assert catalogue.missing("structure", structure_kind="power_mast") == ("structure.power_mast",)
    assert catalogue.missing("new", height_m=80.0) == ("new_mast",)
    assert read_catalogue({}).missing("position") == ("equipment_per_operator", "existing_position")


def test_every_fault_of_a_catalogue_is_named_at_once():
    raw = {
        "price": 1,
        "equipment_per_operator": {**ITEM, "amount_vnd": -1},
        "existing_position": {"amount_vnd": "5"},
        "new_site": 7,
        "structure": {"pole": ITEM},
        "new_mast": [ITEM, {**ITEM, "up_to_m": 40, "assumption": "no"}],
    }
    assert set(faults_of(raw)) == {
        ("unknown_key", "price"),
        ("bad_value", "equipment_per_operator.amount_vnd"),
        ("bad_value", "existing_position.amount_vnd"),
        ("missing_key", "existing_position.price_year"),
        ("missing_key", "existing_position.source"),
        ("bad_value", "new_site"),
        ("unknown_key", "structure.pole"),
        ("missing_key", "new_mast[1].up_to_m"),
        ("bad_value", "new_mast[2].assumption"),
    }


@pytest.mark.parametrize("value", [math.inf, math.nan, True, "x"])
def test_an_amount_is_a_number(value):
    raw = {"new_site": {**ITEM, "amount_vnd": value}}
    assert faults_of(raw) == [("bad_value", "new_site.amount_vnd")]


def test_other_versions_and_forms_are_refused():
    assert faults_of({"schema": 2}) == [("bad_value", "schema")]
    assert faults_of({"new_mast": ITEM}) == [("bad_value", "new_mast")]
    assert faults_of({"structure": 1}) == [("bad_value", "structure")]


def test_our_own_file_reads_like_a_users():
    text = (files("geoplan.costs") / "catalogue.toml").read_text("utf-8")
    assert read_catalogue(tomllib.loads(text)) == read_catalogue()
