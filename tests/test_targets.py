"""Targets are judged without rounding, and the sentence says so."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from geoplan.indicators import plans, sentences, targets

END_2025 = datetime.date(2025, 12, 31)


def _indicators(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make an indicator table; what a row leaves out is blank."""
    blank: dict[str, Any] = {
        "indicator": "SHARE_POS",
        "level": "province",
        "unit_id": "51",
        "unit_name": "Quảng Ngãi",
        "operator": "",
        "technology": "",
        "place_class": "",
        "numerator": float("nan"),
        "denominator": float("nan"),
        "value": float("nan"),
        "value_low": float("nan"),
        "value_high": float("nan"),
        "unit": "ratio",
    }
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))


def _share(indicator: str, top: float, whole: float, **more: Any) -> dict[str, Any]:
    ratio = top / whole if whole else float("nan")
    return {
        "indicator": indicator,
        "numerator": top,
        "denominator": whole,
        "value": ratio,
        **more,
    }


def _reported(*rows: dict[str, Any]) -> pd.DataFrame:
    blank: dict[str, Any] = {
        "target_id": "",
        "indicator": "",
        "as_of": pd.Timestamp("2025-12-15"),
        "value": float("nan"),
        "numerator": float("nan"),
        "denominator": float("nan"),
        "source": "Sở KH&CN",
        "unit_id": "",
        "technology": "",
        "statistic": "",
        "document": "",
    }
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(blank))


def _status(
    plan: str,
    indicators: pd.DataFrame | None = None,
    reported: pd.DataFrame | None = None,
    *,
    as_of: datetime.date = END_2025,
    **options: Any,
) -> pd.DataFrame:
    frame = targets.target_status(
        [plans.load_plan(plan)],
        _indicators() if indicators is None else indicators,
        reported,
        as_of=as_of,
        **options,
    )
    return frame.set_index(["target_id", "reading"], drop=False)


def _one(target_id: str, frame: pd.DataFrame, reading: str = "plan") -> pd.Series:
    found = frame.loc[(target_id, reading)]
    assert isinstance(found, pd.Series)
    return found


def _made(**keys: Any) -> plans.ProvincialPlan:
    """Make a plan of one target."""
    target = {"id": "A-01", "quote": "q", "indicator": "SHARE_POS", "unit": "%", **keys}
    head = {
        "id": "own",
        "number": "1/KH-UBND",
        "title": "T",
        "issuer": "UBND",
        "date": datetime.date(2026, 1, 5),
        "period": [2024, 2030],
        "footprint": {"name": "toàn tỉnh"},
        "superseded_by": keys.pop("superseded_by", []),
    }
    target.pop("superseded_by", None)
    return plans.parse_plan({"plan": head, "targets": [target]}, file="own.toml")


def _judged(plan: plans.ProvincialPlan, *rows: dict[str, Any], **options: Any) -> pd.Series:
    options.setdefault("as_of", END_2025)
    return targets.target_status([plan], _indicators(*rows), **options).iloc[0]


def test_the_sentence_of_the_contract_to_the_letter() -> None:
    frame = _status("tien-giang-540", _indicators(_share("SHARE_POS", 221, 1437)))
    row = _one("TG-02", frame)
    assert row["sentence"] == (
        "Tỷ lệ dùng chung vị trí BTS đạt 15,4% (221/1.437 vị trí; ghép vị trí trong 30 m; "
        "số liệu đến ngày 31/12/2025); mục tiêu năm 2025 là 35%; chưa đạt, thấp hơn 19,6 điểm "
        "phần trăm."
    )
    assert row["status"] == "not_met"
    assert row["value"] == pytest.approx(100 * 221 / 1437)
    assert row["gap_points"] == pytest.approx(100 * 221 / 1437 - 35)
    assert (row["numerator"], row["denominator"]) == (221, 1437)
    assert (row["baseline"], row["target"], row["year"]) == (30, 35, "2025")
    assert row["footprint"] == "tỉnh Tiền Giang (cũ)"
    assert "Đồng Tháp" in row["footprint_today"]


def test_the_sentence_in_english() -> None:
    table = _indicators(_share("SHARE_POS", 221, 1437))
    row = _one("TG-02", _status("tien-giang-540", table, language="en"))
    assert row["sentence"] == (
        "Share of BTS positions used by two or more operators: 15.4% (221/1,437 positions; "
        "positions joined within 30 m; figures of 31 December 2025); target for 2025: 35%; "
        "not met, 19.6 percentage points below."
    )


def test_the_merge_distance_is_the_one_that_was_used() -> None:
    table = _indicators(_share("SHARE_POS", 221, 1437))
    row = _one("TG-02", _status("tien-giang-540", table, merge_distance_m=50))
    assert "ghép vị trí trong 50 m" in row["sentence"]


@pytest.mark.parametrize(
    ("top", "whole", "status"),
    [(360, 1000, "exceeded"), (350, 1000, "met"), (349, 1000, "not_met"), (7, 20, "met")],
)
def test_at_least(top: int, whole: int, status: str) -> None:
    frame = _status("tien-giang-540", _indicators(_share("SHARE_POS", top, whole)))
    assert _one("TG-02", frame)["status"] == status


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        (">", 0.50, "not_met"),
        (">", 0.51, "met"),
        ("<", 0.50, "not_met"),
        ("<", 0.49, "met"),
        ("<=", 0.50, "met"),
        ("<=", 0.49, "met"),
        ("<=", 0.51, "not_met"),
        ("=", 0.50, "met"),
        ("=", 0.51, "not_met"),
        ("hold", 0.50, "met"),
        ("hold", 0.51, "exceeded"),
        ("hold", 0.49, "not_met"),
    ],
)
def test_every_direction(direction: str, value: float, status: str) -> None:
    plan = _made(direction=direction, target=50, year=2025)
    assert _judged(plan, {"value": value})["status"] == status


def test_hold_without_a_figure_holds_the_baseline() -> None:
    plan = _made(direction="hold", baseline={"value": 40, "source": "kỳ trước"}, year=2025)
    row = _judged(plan, {"value": 0.39})
    assert (row["target"], row["status"]) == (40, "not_met")
    assert "duy trì 40%" in row["sentence"]


@pytest.mark.parametrize(
    ("top", "whole", "text"),
    [(9996, 10000, "99,96%"), (89999, 90000, "99,999%"), (1551, 1552, "99,9%")],
)
def test_nearly_all_is_not_all(top: int, whole: int, text: str) -> None:
    table = _indicators(_share("HAMLET_NOT_WHITE", top, whole, technology="MBB"))
    row = _one("TG-01", _status("tien-giang-540", table), "centre")
    assert row["status"] == "not_met"
    assert f"đạt {text} (" in row["sentence"]
    assert "duy trì 100%" in row["sentence"]
    assert row["gap_points"] < 0


def test_all_is_all() -> None:
    table = _indicators(_share("HAMLET_NOT_WHITE", 1552, 1552, technology="MBB"))
    row = _one("TG-01", _status("tien-giang-540", table), "centre")
    assert row["status"] == "met"
    assert row["sentence"] == (
        "Tỷ lệ ấp, khu phố được phủ sóng di động băng rộng đạt 100% (1.552/1.552 ấp, khu phố; "
        "có sóng tại trung tâm; số liệu đến ngày 31/12/2025); mục tiêu năm 2025 là duy trì 100%; "
        "đạt mục tiêu."
    )


def test_a_value_just_below_its_target_does_not_read_as_the_target() -> None:
    row = _judged(_made(direction=">=", target=35, year=2025), _share("SHARE_POS", 34996, 100000))
    assert "đạt 34,996% (" in row["sentence"]
    assert row["sentence"].endswith("chưa đạt, thấp hơn 0,004 điểm phần trăm.")
    assert row["status"] == "not_met"


def test_hamlets_without_a_location_give_a_range() -> None:
    bounds = {"technology": "MBB", "value_low": 90 / 110, "value_high": 100 / 110}
    table = _indicators(_share("HAMLET_NOT_WHITE", 90, 100, **bounds))
    row = _one("QN-01", _status("quang-ngai-194", table), "centre")
    assert "từ 81,8% đến 90,9% nếu kể cả nơi chưa có tọa độ" in row["sentence"]


def test_before_the_year_is_over_a_target_is_in_progress() -> None:
    table = _indicators(_share("POP_SERVED", 30, 100, technology="5G"))
    frame = _status("ca-mau-164", table)
    assert _one("CM-01", frame)["status"] == "exceeded"
    later = _one("CM-02", frame)
    assert later["status"] == "in_progress"
    assert later["sentence"].endswith(
        "mục tiêu năm 2030 là 99%; đang thực hiện, còn thấp hơn 69 điểm phần trăm."
    )


@pytest.mark.parametrize(
    ("day", "status"), [("2025-12-30", "in_progress"), ("2025-12-31", "not_met")]
)
def test_a_year_is_over_on_its_last_day(day: str, status: str) -> None:
    table = _indicators(_share("SHARE_POS", 1, 10))
    frame = _status("tien-giang-540", table, as_of=datetime.date.fromisoformat(day))
    assert _one("TG-02", frame)["status"] == status


def test_after_its_year_a_target_gives_closing_figures() -> None:
    table = _indicators(_share("SHARE_POS", 1, 10))
    row = _one("TG-02", _status("tien-giang-540", table, as_of=datetime.date(2026, 6, 30)))
    assert "(kỳ kế hoạch đã kết thúc, số liệu quyết toán)" in row["sentence"]
    assert row["status"] == "not_met"


def test_a_successor_takes_later_targets_only() -> None:
    table = _indicators(
        _share("HAMLET_NOT_WHITE", 9, 10, technology="MBB"),
        _share("HAMLET_COVERED", 9, 10, technology="5G"),
    )
    frame = _status("quang-ngai-194", table)
    assert _one("QN-01", frame, "centre")["status"] == "not_met"
    later = _one("QN-03", frame, "hamlets")
    assert (later["status"], later["value"]) == ("superseded", 90)
    assert "đã được thay bằng Kế hoạch 252/KH-UBND" in later["sentence"]


def test_a_successor_counts_from_its_day() -> None:
    for day, status in (("2025-09-25", "in_progress"), ("2025-09-26", "superseded")):
        table = _indicators(_share("SHARE_NEW", 1, 10))
        frame = _status("can-tho-216", table, as_of=datetime.date.fromisoformat(day))
        assert _one("CT-10-2030", frame, "letter")["status"] == status
        assert _one("CT-10-2025", frame, "letter")["status"] == "in_progress"


def test_without_a_figure_the_row_says_what_is_missing() -> None:
    row = _one("HT-05", _status("huong-tra-1529"))
    assert row["status"] == "no_data"
    assert "cột treo cáp" in row["missing"]
    assert "reported.csv" in row["missing"]
    assert row["sentence"].startswith("Tỷ lệ dùng chung cột treo cáp: chưa có số liệu (thiếu: ")
    assert row["sentence"].endswith("; mục tiêu năm 2024 là 95%.")
    assert pd.isna(row["value"])


@pytest.mark.parametrize(
    ("plan", "target_id", "reading", "word"),
    [
        ("quang-ngai-194", "QN-02", "union", "urban_area"),
        ("quang-ngai-194", "QN-08", "plan", "has_fibre"),
        ("quang-ngai-194", "QN-11-3G", "area", "3G"),
        ("can-tho-216", "CT-03", "per_class", "hospital"),
        ("can-tho-216", "CT-05", "plan", "demand_area"),
        ("ca-mau-164", "CM-09", "radius", "post_office"),
    ],
)
def test_missing_inputs_are_named(plan: str, target_id: str, reading: str, word: str) -> None:
    row = _one(target_id, _status(plan), reading)
    assert row["status"] in ("no_data", "superseded")
    assert word in row["missing"]


def test_nothing_new_is_no_data_and_says_so() -> None:
    table = _indicators(_share("SHARE_NEW", 0, 0))
    row = _one("CT-10-2025", _status("can-tho-216", table), "letter")
    assert row["status"] == "no_data"
    assert "mẫu số bằng 0" in row["missing"]


def test_a_ratio_that_could_not_be_tested_is_no_data() -> None:
    untested = _share("HAMLET_DEAD_SPOT", 0, 100, technology="MBB") | {"value": float("nan")}
    row = _one("QN-05", _status("quang-ngai-194", _indicators(untested)), "dead_spots")
    assert row["status"] == "no_data"
    assert "cụm dân cư" in row["missing"]


def test_a_sentence_without_a_figure_is_tracked() -> None:
    table = _indicators(_share("SHARE_POS", 221, 1437))
    row = _one("QN-07", _status("quang-ngai-194", table, as_of=END_2025))
    assert row["status"] == "tracked"
    assert pd.isna(row["target"])
    assert row["sentence"].endswith("kế hoạch không nêu con số mục tiêu; theo dõi, không đánh giá.")


def test_a_reported_value_fills_what_geometry_cannot() -> None:
    said = _reported({"target_id": "TG-03", "value": 54.34, "statistic": "median"})
    row = _one("TG-03", _status("tien-giang-540", reported=said))
    assert (row["value"], row["status"]) == (54.34, "not_met")
    assert row["sentence"] == (
        "Tốc độ băng rộng di động theo i-Speed đạt 54,34 Mb/s (trung vị, kế hoạch tính theo trung "
        "bình; nguồn: Sở KH&CN; số liệu đến ngày 15/12/2025); mục tiêu năm 2025 là 70 Mb/s; "
        "chưa đạt, thấp hơn 15,66 Mb/s."
    )


def test_a_reported_fraction_is_a_percentage() -> None:
    said = _reported({"target_id": "HT-05", "numerator": 96, "denominator": 100})
    row = _one("HT-05", _status("huong-tra-1529", reported=said))
    assert (row["value"], row["status"]) == (96, "exceeded")
    assert "(96/100 cột; nguồn: Sở KH&CN" in row["sentence"]


def test_the_newest_reported_value_up_to_the_day_counts() -> None:
    said = _reported(
        {"target_id": "HT-05", "value": 90, "as_of": pd.Timestamp("2024-11-30")},
        {"target_id": "HT-05", "value": 80, "as_of": pd.Timestamp("2024-06-30")},
        {"target_id": "HT-05", "value": 99, "as_of": pd.Timestamp("2025-06-30")},
    )
    frame = _status("huong-tra-1529", reported=said, as_of=datetime.date(2024, 12, 31))
    assert _one("HT-05", frame)["value"] == 90


def test_a_reported_value_of_another_unit_does_not_count() -> None:
    said = _reported(
        {"target_id": "QN-13", "value": 90, "unit_id": "21005"},
        {"target_id": "QN-14", "value": 90, "unit_id": "51"},
    )
    frame = _status("quang-ngai-194", reported=said)
    assert pd.isna(_one("QN-13", frame)["value"])
    assert _one("QN-14", frame)["value"] == 90


def test_reported_by_formula_and_technology() -> None:
    said = _reported(
        {"indicator": "SPEED_MEAN", "technology": "4G", "value": 52.5, "statistic": "mean"}
    )
    frame = _status("ca-mau-164", reported=said)
    assert _one("CM-03-4G", frame)["status"] == "exceeded"
    assert _one("CM-03-5G", frame)["status"] == "no_data"


def test_a_reported_value_stands_beside_a_computed_one() -> None:
    said = _reported({"target_id": "TG-02", "value": 36})
    table = _indicators(_share("SHARE_POS", 221, 1437))
    frame = _status("tien-giang-540", table, said)
    assert _one("TG-02", frame)["status"] == "not_met"
    assert _one("TG-02", frame, "reported")["status"] == "exceeded"


def test_a_reported_value_may_name_its_reading_or_leave_out_the_year() -> None:
    said = _reported(
        {"target_id": "QN-04:new", "value": 3001},
        {"target_id": "QN-09a", "value": 85},
    )
    frame = _status("quang-ngai-194", reported=said)
    assert _one("QN-04", frame, "new")["status"] == "met"
    assert _one("QN-04", frame, "total")["status"] == "no_data"
    assert _one("QN-09a-2025", frame)["status"] == "exceeded"
    assert _one("QN-09a-2030", frame)["status"] == "superseded"


def test_less_than_reads_as_such() -> None:
    said = _reported({"target_id": "CT-09", "value": 4.2})
    row = _one("CT-09", _status("can-tho-216", reported=said))
    assert row["sentence"] == (
        "Tỷ lệ người chỉ sử dụng điện thoại 2G ở mức 4,2% (nguồn: Sở KH&CN; số liệu đến ngày "
        "15/12/2025); mục tiêu năm 2025 là dưới 5%; đạt mục tiêu, thấp hơn 0,8 điểm phần trăm."
    )


def test_masts_are_counted_both_ways() -> None:
    table = _indicators(
        {"indicator": "MASTS_TOTAL", "numerator": 1437, "value": 1437, "unit": "positions"},
        {"indicator": "MASTS_NEW", "numerator": 210, "value": 210, "unit": "positions"},
    )
    frame = _status("quang-ngai-194", table)
    row = _one("QN-04", frame, "total")
    assert row["sentence"] == (
        "Tổng số vị trí cột ăng ten thu phát sóng đạt 1.437 vị trí (ghép vị trí trong 30 m; tính "
        "cả vị trí đã có; số liệu đến ngày 31/12/2025); mục tiêu năm 2025 là trên 3.000 vị trí; "
        "chưa đạt, thấp hơn 1.563 vị trí."
    )
    assert row["gap_points"] == 1437 - 3000
    assert _one("QN-04", frame, "new")["value"] == 210


def test_new_positions_say_since_when() -> None:
    table = _indicators({"indicator": "MASTS_NEW", "value": 210, "unit": "positions"})
    period = (datetime.date(2022, 1, 1), END_2025)
    row = _one("QN-04", _status("quang-ngai-194", table, period=period), "new")
    assert "mới từ 01/01/2022 đến 31/12/2025; chỉ tính vị trí phát triển mới" in row["sentence"]
    english = _status("quang-ngai-194", table, period=period, language="en")
    assert "less" not in _one("QN-04", english, "new")["sentence"]
    assert "2,790 positions below" in _one("QN-04", english, "new")["sentence"]


def test_metres_become_the_kilometres_of_the_plan() -> None:
    table = _indicators(
        {"indicator": "POST_RADIUS", "place_class": "post_office", "value": 2903, "unit": "m"}
    )
    row = _one("CM-09", _status("ca-mau-164", table), "radius")
    assert (row["value"], row["status"]) == (2.903, "met")
    assert "ở mức 2,9 km" in row["sentence"]
    assert "tối đa 3 km" in row["sentence"]


def test_4g_and_5g_by_inclusion_and_exclusion() -> None:
    zone = {"level": "zone", "unit_id": "urban_area"}
    rows = [
        _share("POP_SERVED", top, 1000, technology=name, **zone)
        for name, top in (("4G", 900), ("5G", 400), ("MBB", 950))
    ]
    frame = _status("quang-ngai-194", _indicators(*rows))
    assert _one("QN-02", frame, "union")["value"] == 95
    assert _one("QN-02", frame, "both")["value"] == 35
    assert "khu công nghiệp" in _one("QN-02", frame, "union")["note"]


def test_4g_and_5g_is_unknown_where_3g_is_broadband() -> None:
    table = _indicators(_share("POP_SERVED", 9, 10, technology="MBB"))
    frame = _status("ca-mau-164", table, mbb=("3G", "4G", "5G"))
    assert _one("CM-17a", frame, "both")["status"] == "no_data"
    assert _one("CM-17a", frame, "union")["status"] == "no_data"


def test_zones_of_two_classes_are_added_up() -> None:
    rows = [
        _share("POP_SERVED", top, whole, technology="MBB", level="zone", unit_id=kind)
        for kind, top, whole in (("urban_area", 80, 100), ("industrial_park", 10, 10))
    ]
    row = _one("QN-02", _status("quang-ngai-194", _indicators(*rows)), "union")
    assert row["value"] == pytest.approx(100 * 90 / 110)
    assert "tính hai lần" in row["note"]


PLACES = [
    _share("PLACE_SERVED", 60, 100, technology="5G"),
    _share("PLACE_SERVED", 40, 50, technology="5G", place_class="school"),
    _share("PLACE_SERVED", 21, 52, technology="5G", place_class="hospital"),
]


def test_places_pool_where_the_list_holds_them_all() -> None:
    frame = _status("can-tho-216", _indicators(*PLACES))
    row = _one("CT-03", frame, "pooled")
    assert (row["value"], row["status"]) == (60, "exceeded")
    assert "Chưa có dữ liệu loại" in row["note"]
    assert _one("CT-03", frame, "per_class:hospital")["status"] == "not_met"
    assert "(bệnh viện)" in _one("CT-03", frame, "per_class:hospital")["sentence"]


def test_places_are_summed_where_the_table_has_others() -> None:
    offices = _share("PLACE_SERVED", 1, 10, technology="5G", place_class="government_office")
    frame = _status("can-tho-216", _indicators(*PLACES, offices))
    row = _one("CT-04", frame, "pooled")
    assert (row["numerator"], row["denominator"]) == (61, 102)
    assert "tính hai lần" in row["note"]


def test_places_of_a_class_are_counted() -> None:
    rows = [
        _share("PLACE_SERVED", 10, 301, technology=name, place_class="post_office")
        for name in ("4G", "5G")
    ]
    row = _one("CM-10a", _status("ca-mau-164", _indicators(*rows)))
    assert (row["value"], row["status"]) == (301, "exceeded")


def test_roaming_has_a_row_for_each_operator() -> None:
    rows = [
        {"indicator": "ROAMING_GAIN", "operator": name, "technology": "4G", "value": gain}
        for name, gain in (("Viettel", 1200.3), ("VNPT", 35000.0))
    ]
    frame = _status("can-tho-216", _indicators(*rows))
    assert _one("CT-07", frame, "4g:VNPT")["value"] == 35000
    assert _one("CT-07", frame, "4g:Viettel")["sentence"].startswith(
        "Số dân Viettel phủ thêm được nếu roaming 4G ở mức 1.200 người ("
    )


def test_the_area_of_the_plan_comes_before_todays_province() -> None:
    old = {"level": "old_province", "unit_id": "Tỉnh Quảng Ngãi", "unit_name": "Tỉnh Quảng Ngãi"}
    table = _indicators(
        _share("HAMLET_NOT_WHITE", 90, 100, technology="MBB"),
        _share("HAMLET_NOT_WHITE", 50, 50, technology="MBB", **old),
        _share(
            "HAMLET_NOT_WHITE",
            40,
            50,
            technology="MBB",
            level="old_province",
            unit_id="Tỉnh Kon Tum",
            unit_name="Tỉnh Kon Tum",
        ),
    )
    row = _one("QN-01", _status("quang-ngai-194", table), "centre")
    assert (row["value"], row["area"]) == (100, "tỉnh Quảng Ngãi (cũ)")
    whole = _indicators(_share("HAMLET_NOT_WHITE", 90, 100, technology="MBB"))
    row = _one("QN-01", _status("quang-ngai-194", whole), "centre")
    assert row["value"] == 90
    assert "chưa tách theo địa bàn cũ" in row["area"]


def test_of_several_provinces_the_one_of_today_counts() -> None:
    table = _indicators(
        _share("SHARE_POS", 1, 10, unit_id="", unit_name="Hai tỉnh"),
        _share("SHARE_POS", 4, 10, unit_id="82", unit_name="Đồng Tháp"),
        _share("SHARE_POS", 2, 10, unit_id="96", unit_name="Cà Mau"),
    )
    assert _one("TG-02", _status("tien-giang-540", table))["value"] == 40
    assert _one("HT-04", _status("huong-tra-1529", table))["value"] == 10


def test_columns_are_those_of_the_contract_and_more() -> None:
    frame = targets.target_status([], _indicators(), as_of=END_2025)
    assert tuple(frame.columns) == targets.COLUMNS
    assert targets.COLUMNS[:18] == (
        *("plan", "target_id", "quote", "indicator", "reading", "footprint", "direction"),
        *("baseline", "target", "year", "numerator", "denominator", "value", "gap_points"),
        *("status", "lead", "deadline", "sentence"),
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_row_of_the_register_has_a_sentence(language: str) -> None:
    chosen = [plans.load_plan(name) for name in plans.registered()]
    frame = targets.target_status(chosen, _indicators(), as_of=END_2025, language=language)
    assert not frame.duplicated(["plan", "target_id", "reading"]).any()
    assert set(frame["status"]) == {"no_data", "superseded"}
    assert (frame["missing"] != "").all()
    assert not frame["sentence"].str.contains(r"[{}]|\(\)|;;|None|nan").any()
    assert frame["sentence"].str.endswith(".").all()


@pytest.mark.parametrize(
    ("value", "limits", "text"),
    [
        ("15.379", (), "15.4"),
        ("99.96", (100,), "99.96"),
        ("99.94", (100,), "99.9"),
        ("0.04", (0,), "0.04"),
        ("35.04", (35,), "35.04"),
        ("99.99999999", (100,), "99.999999"),
    ],
)
def test_rounding_stays_on_its_side(value: str, limits: tuple[int, ...], text: str) -> None:
    rounded = sentences.shown(Decimal(value), tuple(map(Decimal, limits)))
    assert rounded == Decimal(text)


def test_numbers_as_people_write_them() -> None:
    assert sentences.number(1234.5, "vi") == "1.234,5"
    assert sentences.number(1234.5, "en") == "1,234.5"
    assert sentences.number(Decimal("1000"), "vi") == "1.000"


def test_status_compares_exactly() -> None:
    target = _made(direction=">=", target=33.3, year=2025).targets[0]
    assert targets.status_of(Fraction("33.3"), target, as_of=END_2025) == "met"
    assert targets.status_of(Fraction(33299, 1000), target, as_of=END_2025) == "not_met"
