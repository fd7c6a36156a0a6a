"""The same rules through files: what the reader makes of rows before they are judged."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import shapely
from build import (
    ORIGIN,
    Row,
    at,
    cluster,
    commune,
    count,
    groups,
    hamlet,
    operators,
    place,
    province,
    ratio,
    site,
    square,
    status,
    written,
    zone,
)

from geoplan.planner import assess


def _rich() -> dict[str, list[Row]]:
    return {
        "hamlets": [
            hamlet("a", at(0, 100), population=100, households=25),
            hamlet("b", at(0, 3000), households=25),
            hamlet("c"),
        ],
        "clusters": [cluster("c1", "a", at(0, 50), households=20), cluster("c2", "a", at(0, 1500))],
        "sites": [
            site("Viettel", "1", ORIGIN, frequency_mhz=1800, azimuth_deg=10, beamwidth_deg=65),
            site("Viettel", "1", at(2, 3), "5G", on_air_date="2025-02-03", status="existing"),
            site("VNPT", "", at(12), structure_id="P9", structure_owner="VNPT"),
            site("VNPT", "7", at(0, 7000), on_air_date=None, built_date="2020-01-01"),
            site("MobiFone", "4", at(0, 9500), off_air_date="2026-05-05"),
        ],
        "places": [place("p", at(0, 10)), place("q", square(at(0, 500), 100), "market")],
        "zones": [zone("z", square(ORIGIN, 500))],
    }


def test_the_builder_in_memory_makes_what_the_reader_reads(tmp_path: Path) -> None:
    """So that the rules worked in memory are the rules of the files."""
    made, _ = province(**_rich())
    read, _ = written(tmp_path, **_rich())
    assert read.rejects.empty
    for name in ("communes", "hamlets", "clusters", "sites", "places", "zones"):
        ours, theirs = getattr(made, name), getattr(read, name)
        shared = [column for column in ours.columns if column in theirs.columns]
        assert {"commune_code", "installation_key"} & set(shared) or name != "sites"
        ours, theirs = pd.DataFrame(ours[shared]), pd.DataFrame(theirs[shared])
        if "geometry" in shared:
            for mine, its in zip(ours.pop("geometry"), theirs.pop("geometry"), strict=True):
                assert (mine is None and its is None) or shapely.equals_exact(mine, its, 1e-9)
        pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=1e-9)


def test_the_first_of_two_equal_rows_stays(tmp_path: Path) -> None:
    twin = site("Viettel", "1", ORIGIN, frequency_mhz=1800, antenna_agl_m=30)
    other = {**twin, "antenna_agl_m": 45}
    inputs, rules = written(tmp_path, sites=[twin, twin, other], inputs={"max_rejected_share": 0.9})
    assert inputs.rejects["reason"].tolist() == ["duplicate_row", "conflicting_row"]
    assert inputs.sites["antenna_agl_m"].tolist() == [30]
    assert count(assess(inputs, rules), "CELLS") == 1


def test_rows_of_one_site_over_thirty_metres_apart_are_a_fault(tmp_path: Path) -> None:
    sites = [
        site("Viettel", "1", ORIGIN),
        site("Viettel", "1", at(29.9), "5G"),
        site("Viettel", "1", at(30.2), "3G"),
    ]
    inputs, _ = written(tmp_path, sites=sites, inputs={"max_rejected_share": 0.9})
    assert inputs.sites["technology"].tolist() == ["4G", "5G"]
    assert len(inputs.rejects) == 1


def test_a_site_over_the_border_serves_and_farther_than_15_km_is_refused(tmp_path: Path) -> None:
    inputs, rules = written(
        tmp_path,
        communes=[commune(polygon=square(ORIGIN, 3000))],
        hamlets=[hamlet("h", at(0, 2900))],
        sites=[
            site("Viettel", "near", at(0, 3500)),
            site("VNPT", "over", at(0, 5100)),
            site("MobiFone", "far", at(0, 18_100)),
        ],
        inputs={"max_rejected_share": 0.9},
        coverage={"radius_m": {"4G": 2500}},
    )
    base = assess(inputs, rules)
    assert operators(base, "h") == ["Viettel", "VNPT"]
    assert groups(base) == {frozenset({"Viettel:near"})}
    assert inputs.rejects["reason"].tolist() == ["outside_area"]
    assert inputs.rejects["key"].tolist() == ["far"]


def test_the_tolerance_is_the_scenarios(tmp_path: Path) -> None:
    inputs, rules = written(
        tmp_path,
        communes=[commune(polygon=square(ORIGIN, 3000))],
        sites=[site("Viettel", "1", at(0, 3500)), site("VNPT", "1", ORIGIN)],
        inputs={"outside_tolerance_m": 400},
    )
    assert count(assess(inputs, rules), "POSITIONS") == 1


def test_a_hamlet_with_only_a_commune_is_unknown(tmp_path: Path) -> None:
    inputs, rules = written(
        tmp_path,
        hamlets=[hamlet("a", at(0, 10)), hamlet("b")],
        sites=[site("Viettel", "1", ORIGIN)],
    )
    base = assess(inputs, rules)
    assert (status(base, "a"), status(base, "b")) == ("covered", "unknown")
    assert ratio(base, "HAMLET_NOT_WHITE", "4G") == (1, 1)


def test_a_polygon_hamlet_gets_a_point_inside_marked_inferred(tmp_path: Path) -> None:
    """A U of three bars: its mean lies in the gap, the point must not."""
    west, south, east, north = square(ORIGIN, 900).bounds
    third = (east - west) / 3
    gap = shapely.box(west + third, south + (north - south) / 4, east - third, north)
    shape = shapely.box(west, south, east, north).difference(gap)
    assert not shape.contains(shape.centroid)
    inputs, _ = written(tmp_path, hamlets=[hamlet("u", geometry=shape)], sites=[])
    row = inputs.hamlets.iloc[0]
    assert row["centre_kind"] == "inferred"
    assert shape.contains(shapely.Point(row["longitude"], row["latitude"]))


def test_a_blank_status_is_existing_and_a_planned_row_of_the_past_is_a_warning(
    tmp_path: Path,
) -> None:
    inputs, rules = written(
        tmp_path,
        sites=[
            site("Viettel", "1", ORIGIN, status=""),
            site("VNPT", "1", ORIGIN, status="planned", on_air_date="2024-01-01"),
        ],
    )
    assert inputs.sites["status"].tolist() == ["planned", "existing"]
    assert "planned_in_past" in {fault.code for fault in inputs.warnings}
    assert count(assess(inputs, rules), "STATIONS") == 1


@pytest.mark.parametrize("parts", [{"hamlets": [], "sites": []}, {"hamlets": [], "clusters": []}])
def test_nothing_at_all_still_runs(tmp_path: Path, parts: dict[str, list[Row]]) -> None:
    inputs, rules = written(tmp_path, **parts)
    base = assess(inputs, rules)
    assert count(base, "HAMLETS") == 0
    assert count(base, "POSITIONS") == 0
