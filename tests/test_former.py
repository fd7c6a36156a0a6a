"""Figures of former units and targets on them, against counts made by hand or by brute force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from build import Row, figure, place, site
from units_case import at as hamlet_at
from units_case import read, spot

from geoplan.indicators import plans
from geoplan.indicators.former import group_name
from geoplan.indicators.targets import target_status
from geoplan.planner import assess
from geoplan.results import Baseline

HAMLETS: list[Row] = [
    hamlet_at("a1", "00010", 0.2),
    hamlet_at("a2", "00010", 0.8),
    hamlet_at("b1", "00020", 1.2),
    hamlet_at("b2", "00020", 1.8),
    hamlet_at("c1", "00030", 2.2),
    hamlet_at("c2", "00030", 2.7),
    hamlet_at("c3", "00030", None, old_commune_code="00031"),
    hamlet_at("d1", "00040", 3.5),
    hamlet_at("d2", "00040", None),
]
WEST = {"a1", "a2", "b1", "b2", "c1"}
EAST = {"c2", "c3", "d1", "d2"}
SITES = [
    site("Viettel", "S1", spot(0.2)),
    site("VNPT", "S1", spot(0.2)),
    site("Viettel", "S2", spot(2.21)),
    site("VNPT", "S3", spot(2.71)),
    site("Viettel", "S4", spot(3.9)),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The province with crosswalk and former polygons."""
    folder = tmp_path_factory.mktemp("units")
    places = [place("P1", spot(0.3)), place("P2", spot(2.4)), place("P3", spot(2.8))]
    return assess(*read(folder, HAMLETS, sites=SITES, before=True, places=places))


def _counts(base: Baseline, indicator: str, level: str, **split: str) -> dict[str, float]:
    table = base.indicators
    kept = (table["indicator"] == indicator) & (table["level"] == level)
    for column in ("operator", "technology", "place_class"):
        kept &= table[column] == split.get(column, "")
    rows = table[kept]
    return dict(zip(rows["unit_id"], rows["numerator"], strict=True))


def test_a_commune_of_two_provinces_is_divided_hamlet_by_hamlet(base: Baseline) -> None:
    assert _counts(base, "HAMLETS", "old_province") == {"82": 5, "87": 4}
    assert _counts(base, "HAMLETS", "old_district") == {"101": 5, "102": 4}
    communes = _counts(base, "HAMLETS", "old_commune")
    assert list(communes) == ["00010", "00011", "00020", "00021", "00031", "00040"]
    assert list(communes.values()) == [1, 1, 1, 2, 2, 2]
    assert _counts(base, "HAMLETS", "commune")["00030"] == 3


def test_code_82_is_two_units(base: Baseline) -> None:
    rows = base.indicators[(base.indicators["indicator"] == "HAMLETS")]
    rows = rows[rows["unit_id"] == "82"]
    found = rows.set_index("level")[["unit_version", "numerator"]]
    assert found.loc["province"].tolist() == ["2025-07-01", 9]
    assert found.loc["old_province"].tolist() == ["../2025-06-30", 5]


def test_area_groups_are_named_as_a_leader_would(base: Baseline) -> None:
    rows = base.indicators[base.indicators["level"] == "area"]
    assert set(rows["unit_name"]) == {"địa bàn Tây cũ", "địa bàn Đông cũ"}
    assert group_name("Thành phố Cần Thơ", "en") == "former Cần Thơ"


def test_positions_stand_where_their_point_is(base: Baseline) -> None:
    assert _counts(base, "POSITIONS", "old_province") == {"82": 2, "87": 2}
    assert _counts(base, "SHARED_POSITIONS", "old_province") == {"82": 1, "87": 0}
    assert _counts(base, "STATIONS", "old_province") == {"82": 3, "87": 2}
    assert _counts(base, "INSTALLATIONS", "old_commune")["00021"] == 1
    share = figure(base, "SHARE_POS", level="old_province", unit_id="82")
    assert (share["numerator"], share["denominator"], share["value"]) == (1, 2, 0.5)


def test_places_stand_where_their_point_is(base: Baseline) -> None:
    served = figure(base, "PLACE_SERVED", "4G", level="old_province", unit_id="82")
    assert served["denominator"] == 2


@pytest.mark.parametrize("indicator", ["HAMLET_NOT_WHITE", "HAMLET_COVERED", "HAMLET_WHITE"])
@pytest.mark.parametrize(("unit", "names"), [("82", WEST), ("87", EAST)])
def test_a_share_is_made_anew_of_numerators_and_denominators(
    base: Baseline, indicator: str, unit: str, names: set[str]
) -> None:
    mine = base.hamlets[base.hamlets["hamlet_id"].isin(names)]
    status = mine["status_4g"]
    good = {
        "HAMLET_NOT_WHITE": ("covered", "dead_spot"),
        "HAMLET_COVERED": ("covered",),
        "HAMLET_WHITE": ("white",),
    }[indicator]
    top, whole = status.isin(good).sum(), (status != "unknown").sum()
    row = figure(base, indicator, "4G", level="old_province", unit_id=unit)
    assert (row["numerator"], row["denominator"]) == (top, whole)
    assert row["value"] == pytest.approx(top / whole)


def test_people_served_are_those_of_the_units_hamlets(base: Baseline) -> None:
    mine = base.hamlets[base.hamlets["hamlet_id"].isin(WEST)]
    row = figure(base, "POP_SERVED", "4G", level="old_province", unit_id="82")
    assert row["numerator"] == pytest.approx(mine["served_people_4g"].sum())
    assert row["denominator"] == pytest.approx(mine["population"].sum())


def test_hamlets_name_their_former_units(base: Baseline) -> None:
    frame = base.hamlets.set_index("hamlet_id")
    columns = ["old_commune_code", "old_district", "old_province"]
    assert frame.loc["a2", columns].tolist() == ["00011", "101", "82"]
    assert frame.loc["c2", columns].tolist() == ["00031", "102", "87"]
    assert frame.loc["d2", columns].tolist() == ["00040", "102", "87"]


def test_areas_stand_only_at_units_of_whole_communes(base: Baseline) -> None:
    assert "00040" in _counts(base, "AREA_SERVED", "old_commune", technology="4G")
    assert "00021" not in _counts(base, "AREA_SERVED", "old_commune", technology="4G")
    assert _counts(base, "AREA_SERVED", "old_province", technology="4G") == {}


def test_what_nothing_tells_is_counted_in_no_former_unit_and_told(tmp_path: Path) -> None:
    inputs, rules = read(tmp_path, HAMLETS, sites=SITES)
    found = assess(inputs, rules)
    # c1 and c2 lie in a commune of both provinces, and no polygon says in which half.
    assert _counts(found, "HAMLETS", "old_province") == {"82": 4, "87": 3}
    told = [one for one in inputs.warnings if one.code == "former_unit_unknown"]
    assert [(one.value, one.params["count"]) for one in told] == [("00030", "2")]
    # What the former communes of a commune have in common is still known.
    assert _counts(found, "HAMLETS", "old_district") == {"101": 4, "102": 3}
    assert _counts(found, "HAMLETS", "old_commune")["00010"] == 0


def test_older_polygons_alone_are_enough(tmp_path: Path) -> None:
    found = assess(*read(tmp_path, HAMLETS, sites=SITES, links="", before=True))
    assert _counts(found, "HAMLETS", "old_province") == {"82": 5, "87": 3}
    assert _counts(found, "POSITIONS", "old_commune")["00021"] == 1


def test_older_polygons_with_other_codes_are_matched_by_name(tmp_path: Path) -> None:
    from build import written
    from units_case import LINKS, communes, former_communes

    other = [{**row, "commune_code": f"9{row['commune_code']}"} for row in former_communes()]
    written(tmp_path, communes=other, hamlets=[], sites=[])
    (tmp_path / "communes.geojson").rename(tmp_path / "before.geojson")
    (tmp_path / "crosswalk.csv").write_text(LINKS, "utf-8")
    given = {"crosswalk": "crosswalk.csv", "communes_before": "before.geojson"}
    inputs, rules = written(
        tmp_path, communes=communes(), hamlets=HAMLETS, sites=SITES, inputs=given
    )
    assert "former_codes_differ" in {one.code for one in inputs.warnings}
    assert _counts(assess(inputs, rules), "HAMLETS", "old_province") == {"82": 5, "87": 4}


def test_the_communes_own_columns_go_first(tmp_path: Path) -> None:
    from build import written
    from units_case import LINKS, communes

    (tmp_path / "crosswalk.csv").write_text(LINKS, "utf-8")
    area = [{**row, "old_province": "Tỉnh Cũ"} for row in communes()]
    found = assess(
        *written(
            tmp_path, communes=area, hamlets=HAMLETS, sites=SITES,
            inputs={"crosswalk": "crosswalk.csv"},
        )
    )  # fmt: skip
    assert _counts(found, "HAMLETS", "old_province") == {"Tỉnh Cũ": 9}


# ------------------------------------------------------------------------------- targets


def _plan(**footprint: Any) -> plans.ProvincialPlan:
    raw = {
        "plan": {
            "id": "tay-1",
            "number": "1/KH-UBND",
            "title": "Thử",
            "issuer": "Tây",
            "date": "2024-01-01",
            "period": [2024, 2025],
            "footprint": {"name": "tỉnh Tây (cũ)", "level": "old_province", **footprint},
        },
        "targets": [
            {
                "id": "T-01",
                "quote": "Dùng chung 40%",
                "indicator": "SHARE_POS",
                "unit": "%",
                "direction": ">=",
                "target": 40,
                "year": 2025,
            },
            {
                "id": "T-02",
                "quote": "Bưu chính",
                "indicator": "POST_RADIUS",
                "unit": "km",
                "place_classes": ["school"],
                "direction": "<=",
                "target": 3,
                "year": 2025,
            },
        ],
    }
    return plans.parse_plan(raw, file="tay-1.toml")


def test_a_target_is_judged_on_its_footprint_and_on_todays_area(base: Baseline) -> None:
    plan = _plan(codes=["82"], names=["Tây"], today_code="82")
    day = pd.Timestamp("2025-12-31").date()
    frame = target_status([plan], base.indicators, as_of=day).set_index("target_id")
    row = frame.loc["T-01"]
    assert (row["value"], row["status"], row["area"]) == (50, "exceeded", "tỉnh Tây (cũ)")
    assert (row["numerator_today"], row["denominator_today"]) == (1, 4)
    assert (row["value_today"], row["status_today"]) == (25, "not_met")
    assert row["gap_points_today"] == -15
    assert "địa bàn: tỉnh Tây (cũ)" in row["sentence"]
    assert "(mã 82), toàn bộ địa bàn hiện nay" in row["sentence_today"]


def test_what_is_known_of_the_whole_area_only_says_so(base: Baseline) -> None:
    plan = _plan(codes=["82"], names=["Tây"], today_code="82")
    day = pd.Timestamp("2025-12-31").date()
    row = target_status([plan], base.indicators, as_of=day).set_index("target_id").loc["T-02"]
    assert row["value"] == row["value_today"] > 0
    assert "chưa tách theo địa bàn cũ" in row["area"]


def test_a_code_goes_before_a_name() -> None:
    from geoplan.indicators.figures import Indicators

    rows = [
        {"indicator": "HAMLETS", "level": "old_district", "unit_id": code, "unit_name": name}
        for code, name in (("816", "Huyện Châu Thành"), ("905", "Huyện Châu Thành"))
    ]
    table = Indicators(pd.DataFrame(rows))
    footprint = plans.Footprint("Châu Thành", "old_district", ("905",), ("Châu Thành",))
    assert table.unit_of(footprint) == ("old_district", "905")


@pytest.mark.parametrize("name", plans.registered())
def test_every_plan_of_the_register_has_a_footprint_of_former_units(name: str) -> None:
    footprint = plans.load_plan(name).plan.footprint
    assert footprint.level in ("old_province", "old_district")
    assert footprint.codes
    assert footprint.today_code


# ------------------------------------------------------------------------------- the real one


def test_quang_ngai_by_its_two_former_provinces(shared: Path) -> None:
    from geoplan.io import read_inputs
    from geoplan.scenario import read_scenario

    path = shared / "cases" / "quang-ngai" / "scenario.toml"
    links = shared / "data" / "commune_crosswalk_2025.csv.gz"
    if not (path.is_file() and links.is_file()):
        pytest.skip("../shared/cases/quang-ngai or ../shared/data is absent")
    plain = read_scenario(path)
    given = plain.inputs.model_copy(
        update={"crosswalk": type(plain.inputs.communes)(path=str(links))}
    )
    rules = plain.model_copy(update={"inputs": given})
    inputs = read_inputs(rules)
    found = assess(inputs, rules)
    assert not [one for one in inputs.warnings if one.code == "former_unit_unknown"]
    for indicator in ("HAMLETS", "POSITIONS", "STATIONS", "PEOPLE"):
        parts = _counts(found, indicator, "old_province")
        assert set(parts) == {"51", "62"}
        assert sum(parts.values()) == pytest.approx(_counts(found, indicator, "province")["51"])
    communes = _counts(found, "COMMUNE_SERVED_STATION", "old_province")
    assert set(communes) == {"51", "62"}
    table = found.indicators[found.indicators["indicator"] == "COMMUNE_SERVED_STATION"]
    whole = table[(table["level"] == "old_province") & (table["operator"] == "")]
    assert set(whole["denominator"]) == {56, 40}
