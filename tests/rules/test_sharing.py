"""Sharing: three formulas for new stations, and no name for two of them."""

from __future__ import annotations

import pytest
from build import ORIGIN, Row, at, commune, count, figure, ratio, run, site, square

from geoplan.results import Baseline

OLD, NEW = "2019-05-01", "2025-05-01"


def _run(*sites: Row, **sharing: object) -> Baseline:
    return run(sites=sites, sharing={"structure_ids": "common", **sharing})


def _new(base: Baseline) -> dict[str, tuple[int, int]]:
    names = ("SHARE_NEW", "SHARE_NEW_STRICT", "SHARE_NEW_JOIN")
    return {name: ratio(base, name) for name in names}


def test_joining_anothers_mast_counts_in_all_three() -> None:
    base = _run(
        site("VNPT", "1", at(0), on_air_date=OLD, structure_id="P"),
        site("Viettel", "1", at(0), on_air_date=NEW, structure_id="P", structure_owner="VNPT"),
    )
    assert _new(base) == {
        "SHARE_NEW": (1, 1),
        "SHARE_NEW_STRICT": (1, 1),
        "SHARE_NEW_JOIN": (1, 1),
    }
    assert count(base, "SHARE_NEW_UPGRADES") == 0


def test_an_upgrade_on_ones_own_mast_is_shared_by_the_letter_only() -> None:
    """A new 5G station where the operator has stood since 2019: SHARE_NEW, but no one joined."""
    base = _run(
        site("Viettel", "1", at(0), on_air_date=OLD, structure_owner="Viettel"),
        site("Viettel", "1", at(0), "5G", on_air_date=NEW, structure_owner="Viettel"),
    )
    assert _new(base) == {
        "SHARE_NEW": (1, 1),
        "SHARE_NEW_STRICT": (0, 1),
        "SHARE_NEW_JOIN": (0, 0),
    }
    assert count(base, "SHARE_NEW_UPGRADES") == 1


def test_an_upgrade_on_anothers_mast_is_strict_but_no_joining() -> None:
    base = _run(
        site("Viettel", "1", at(0), on_air_date=OLD, structure_owner="VNPT"),
        site("Viettel", "1", at(0), "5G", on_air_date=NEW, structure_owner="VNPT"),
    )
    assert _new(base)["SHARE_NEW_STRICT"] == (1, 1)
    assert _new(base)["SHARE_NEW_JOIN"] == (0, 0)
    assert count(base, "SHARE_NEW_UPGRADES") == 1


def test_strict_needs_an_owner_who_is_named_and_another() -> None:
    sites = []
    for i, owner in enumerate(("VNPT", "Viettel", "")):
        spot = at(0, 500 * i)
        sites.append(site("VNPT", f"{i}", spot, on_air_date=OLD))
        new = site("Viettel", f"{i}", spot, on_air_date=NEW, structure_owner=owner)
        sites.append(new)
    assert _new(_run(*sites)) == {
        "SHARE_NEW": (3, 3),
        "SHARE_NEW_STRICT": (1, 3),
        "SHARE_NEW_JOIN": (3, 3),
    }


def test_an_owner_written_in_other_letters_is_the_same_owner() -> None:
    base = _run(
        site("Viettel", "1", at(0), on_air_date=OLD),
        site("Viettel", "1", at(0), "5G", on_air_date=NEW, structure_owner="VIETTEL"),
    )
    assert _new(base)["SHARE_NEW_STRICT"] == (0, 1)


@pytest.mark.parametrize(("built", "existing"), [("2024-12-31", 1), ("2025-01-01", 0), (None, 0)])
def test_a_structure_is_old_when_it_was_built_before_the_first_day(
    built: str | None, existing: int
) -> None:
    base = _run(site("Viettel", "1", at(0), on_air_date=NEW, built_date=built, structure_id="P"))
    assert _new(base)["SHARE_NEW"] == (existing, 1)
    assert _new(base)["SHARE_NEW_JOIN"] == (existing, 1)


def test_two_who_come_together_to_a_new_mast_join_nothing() -> None:
    base = _run(
        site("Viettel", "1", at(0), on_air_date="2025-03-01"),
        site("VNPT", "1", at(0), on_air_date="2025-09-01"),
    )
    assert _new(base)["SHARE_NEW_JOIN"] == (0, 2)
    assert ratio(base, "SHARE_POS") == (1, 1)


def test_the_period_includes_both_its_ends() -> None:
    days = ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")
    sites = [site("Viettel", f"{i}", at(0, 500 * i), on_air_date=d) for i, d in enumerate(days)]
    base = run(sites=sites, as_of="2026-06-30", sharing={"period": ["2025-01-01", "2025-12-31"]})
    assert count(base, "NEW_STATIONS") == 2
    assert count(base, "NEW_INSTALLATIONS") == 2


def test_the_period_is_the_year_of_the_day_unless_given() -> None:
    base = run(sites=[site("Viettel", "1", at(0), on_air_date="2024-12-31")])
    assert count(base, "NEW_STATIONS") == 0


def test_a_blank_date_is_on_air_and_never_new() -> None:
    base = _run(site("Viettel", "1", at(0), on_air_date=None))
    assert count(base, "STATIONS") == 1
    assert count(base, "NEW_STATIONS") == 0
    assert count(base, "NEW_INSTALLATIONS") == 0


def test_the_date_of_a_station_is_the_earliest_of_its_rows() -> None:
    base = _run(
        site("Viettel", "1", at(0), frequency_mhz=1800, on_air_date=OLD),
        site("Viettel", "1", at(0), frequency_mhz=2100, on_air_date=NEW),
    )
    assert count(base, "STATIONS") == 1
    assert count(base, "NEW_STATIONS") == 0


def test_a_declared_structure_has_its_own_date_and_not_that_of_its_neighbour() -> None:
    """Both stand on one position, but the declared mast was only built in 2025."""
    base = _run(
        site("VNPT", "1", at(0), on_air_date=OLD),
        site("Viettel", "1", at(5), on_air_date=NEW, structure_id="P", built_date="2025-02-01"),
    )
    assert len(base.positions) == 1
    assert _new(base)["SHARE_NEW"] == (0, 1)
    assert _new(base)["SHARE_NEW_JOIN"] == (0, 1)


def test_a_row_without_an_id_takes_the_date_of_its_position() -> None:
    base = _run(
        site("VNPT", "1", at(0), on_air_date=OLD, structure_id="P"),
        site("Viettel", "1", at(5), on_air_date=NEW),
    )
    assert _new(base)["SHARE_NEW"] == (1, 1)


def test_a_row_that_is_off_air_dates_nothing() -> None:
    base = _run(
        site("VNPT", "1", at(0), on_air_date=OLD, off_air_date="2024-01-01", structure_id="P"),
        site("Viettel", "1", at(0), on_air_date=NEW, structure_id="P"),
    )
    assert _new(base)["SHARE_NEW"] == (0, 1)


def test_a_second_installation_of_an_operator_at_a_position_did_not_join() -> None:
    """It is new and it counts, but it is not its operator's first there."""
    base = _run(
        site("Viettel", "1", at(0), on_air_date=OLD),
        site("Viettel", "2", at(5), on_air_date=NEW),
    )
    assert _new(base)["SHARE_NEW_JOIN"] == (0, 1)
    assert _new(base)["SHARE_NEW"] == (1, 1)


def test_stock_by_operator_and_tenancy() -> None:
    """Three positions: Viettel and VNPT share one; VNPT has one more, Viettel two rows there."""
    base = _run(
        site("Viettel", "1", at(0)),
        site("VNPT", "1", at(0)),
        site("VNPT", "2", at(0, 500)),
        site("Viettel", "2", at(0, 1000)),
        site("Viettel", "2b", at(0, 1000)),
    )
    assert ratio(base, "SHARE_POS") == (1, 3)
    assert ratio(base, "SHARE_POS_OP", "", "Viettel") == (1, 2)
    assert ratio(base, "SHARE_POS_OP", "", "VNPT") == (1, 2)
    assert ratio(base, "TENANCY") == (5, 3)
    assert figure(base, "TENANCY")["value"] == pytest.approx(5 / 3)


def test_two_installations_of_one_operator_do_not_share() -> None:
    base = _run(site("Viettel", "1", at(0)), site("Viettel", "2", at(3)))
    assert ratio(base, "SHARE_POS") == (0, 1)


def test_stations_of_5g_to_4g() -> None:
    base = _run(
        site("Viettel", "1", at(0)),
        site("Viettel", "1", at(0), "5G"),
        site("Viettel", "2", at(0, 500)),
        site("VNPT", "2", at(0, 500), "3G"),
    )
    assert ratio(base, "STATION_RATIO_5G_4G") == (1, 2)
    assert count(base, "STATIONS", "3G") == 1
    assert count(base, "STATIONS") == 4


def test_a_site_far_over_the_border_serves_and_counts_nowhere() -> None:
    """1.9 km outside counts in its nearest commune, 2.1 km outside in none."""
    box = square(ORIGIN, 3000)
    base = run(
        communes=[commune(polygon=box)],
        sites=[
            site("Viettel", "in", at(0)),
            site("Viettel", "near", at(0, 4900)),
            site("VNPT", "far", at(0, 5100), on_air_date=NEW),
        ],
    )
    names = ("POSITIONS", "INSTALLATIONS", "STATIONS", "CELLS", "NEW_STATIONS")
    assert [count(base, name) for name in names] == [2, 2, 2, 2, 0]
    assert set(base.positions["members"]) == {"Viettel:in", "Viettel:near"}
    assert set(base.positions["commune_code"]) == {"00001"}
