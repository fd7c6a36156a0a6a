"""A little run made by hand: two communes, six hamlets, two operators, one name that bites.

The figures agree with each other: H1 and H4 covered, H2 with a dead spot, H3 white but near
the threshold, H5 white, H6 without a location; three positions, one of them shared.
"""

# ruff: noqa: RUF005
from __future__ import annotations

import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan import tables
from geoplan.faults import Fault
from geoplan.rasters import Grid
from geoplan.reach import Reach
from geoplan.results import AreaService, Baseline, Demand, InputFile, Inputs, Plan, RunResult
from geoplan.scenario.model import Scenario
from geoplan.tables import Table

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'
OPERATORS = ("Viettel", "VNPT")
TECHNOLOGIES = ("4G", "5G")
_DAY = pd.Timestamp("2025-12-31")


def small_run(*, language: str = "vi", cost_basis: str = "assumed") -> RunResult:
    """Give the run, in Vietnamese or English, its costs assumed, the user's or unknown."""
    inputs = _inputs()
    return RunResult(
        scenario=_scenario(language),
        inputs=inputs,
        baseline=_baseline(inputs),
        plan=_plan(cost_basis),
        timings_s={"read": 0.25, "coverage": 0.5},
    )


def _scenario(language: str) -> Scenario:
    raw = {
        "schema": 1,
        "name": "Tỉnh mẫu (số liệu giả định)",
        "language": language,
        "as_of": datetime.date(2025, 12, 31),
        "planning_crs": "EPSG:5898",
        "inputs": {
            "communes": "communes.gpkg",
            "hamlets": "hamlets.csv",
            "clusters": "clusters.csv",
            "sites": ["sites_viettel.csv", {"path": "vnpt.xlsx", "operator": "VNPT"}],
        },
        "folder": Path("/home/lan/so-lieu"),
    }
    return Scenario.model_validate(raw)


def _frame(table: Table, rows: list[tuple[object, ...]], *names: str) -> pd.DataFrame:
    """Make a table of rows that may be shorter than the names."""
    frame = pd.DataFrame(rows, columns=list(names[: len(rows[0])]))
    return tables.check(frame, table.for_technologies(TECHNOLOGIES))


def _inputs() -> Inputs:
    communes = gpd.GeoDataFrame(
        {
            "commune_code": ["00101", "00102"],
            "name": ["Ba Tơ", "Đức Phổ"],
            "full_name": ["Xã Ba Tơ", "Phường Đức Phổ"],
            "province_name": ["Tỉnh mẫu", "Tỉnh mẫu"],
        },
        geometry=[
            shapely.box(108.70, 15.00, 108.80, 15.10),
            shapely.box(108.80, 15.00, 108.90, 15.10),
        ],
        crs="EPSG:4326",
    )
    places = gpd.GeoDataFrame(
        {"place_id": ["P1"], "name": ["Trường THCS Ba Tơ"], "class": ["school"]},
        geometry=[shapely.Point(108.75, 15.05)],
        crs="EPSG:4326",
    )
    zones = gpd.GeoDataFrame(
        {"zone_id": ["Z1"], "name": ["KCN Phổ Phong"], "class": ["industrial_park"]},
        geometry=[shapely.box(108.82, 15.02, 108.84, 15.04)],
        crs="EPSG:4326",
    )
    rejects = _frame(
        tables.REJECTS_OUT,
        [("vnpt.xlsx", "Trạm", 17, "V9", "Vĩ độ", "108,8o1", "not_a_number", "write digits only")],
        *tables.REJECTS_OUT.names,
    )
    return Inputs(
        communes=communes,
        hamlets=gpd.GeoDataFrame(
            {"hamlet_id": ["H1"]}, geometry=[shapely.Point(108.75, 15.05)], crs="EPSG:4326"
        ),
        clusters=pd.DataFrame(),
        sites=pd.DataFrame(),
        places=places,
        zones=zones,
        structures=pd.DataFrame(),
        reported=pd.DataFrame(),
        population=None,
        rejects=rejects,
        warnings=(
            Fault("code_mended", "hamlets.csv", row=3, value="101", params={"mended": "00101"}),
        ),
        files=(
            InputFile("communes", "communes.gpkg", "", "a" * 64, 2, 2, 0, {"ma": "commune_code"}),
            InputFile("sites", "/home/lan/so-lieu/vnpt.xlsx", "Trạm", "b" * 64, 4, 3, 1),
        ),
    )


def _baseline(inputs: Inputs) -> Baseline:
    return Baseline(
        operators=OPERATORS,
        technologies=TECHNOLOGIES,
        cells=_cells(),
        demand=_demand(),
        reach=_reach(),
        served={
            "4G": np.array([3, 1, 0, 2, 0, 1, 0], np.uint8),
            "5G": np.array([1, 0, 0, 0, 0, 0, 0], np.uint8),
            "MBB": np.array([3, 1, 0, 2, 0, 1, 0], np.uint8),
        },
        area=_area(),
        hamlets=_hamlets(),
        clusters=_clusters(),
        service=_service(),
        communes=_communes(),
        places=_frame(
            tables.PLACES_OUT,
            [("P1", "Trường THCS Ba Tơ", "school", 108.75, 15.05, "00101", "Viettel;VNPT", "")],
            *("place_id", "name", "class", "longitude", "latitude", "commune_code"),
            *("operators_4g", "operators_5g"),
        ),
        positions=_positions(),
        sharing_sensitivity=_frame(
            tables.SENSITIVITY_OUT,
            [(10.0, 4, 0, 0.0), (30.0, 3, 1, 1 / 3), (200.0, 3, 1, 1 / 3)],
            *tables.SENSITIVITY_OUT.names,
        ),
        holes=_holes(),
        indicators=_indicators(),
        totals={
            "people": {"hamlets": {"all": 1900.0, "4G": 1350.0}, "raster": None},
            "hamlets": {"4G": {"white": 2, "dead_spot": 1, "covered": 2, "unknown": 1}},
        },
    )


_HAMLETS = (
    ("H1", "Thôn 10", "00101", 108.7500, 15.0500, 400.0, 100.0, "covered", "covered", False),
    ("H2", "Thôn 2", "00101", 108.7600, 15.0600, 500.0, 120.0, "dead_spot", "white", False),
    ("H3", SCRIPT, "00101", 108.7700, 15.0700, 300.0, 80.0, "white", "white", True),
    ("H4", "Tổ dân phố Ân Hảo", "00102", 108.85, 15.0500, 600.0, 150.0, "covered", "white", False),
    ("H5", "Tổ dân phố An Hảo", "00102", 108.8600, 15.0600, 100.0, 30.0, "white", "white", False),
    ("H6", "Ấp Đông", "00102", None, None, None, None, "unknown", "unknown", False),
)  # fmt: skip


def _hamlets() -> pd.DataFrame:
    communes = {"00101": "Ba Tơ", "00102": "Đức Phổ"}
    served = {"H1": 400.0, "H2": 350.0, "H4": 600.0, "H3": 0.0, "H5": 0.0}
    rows = [
        (
            *(hamlet, name, "thôn", code, communes[code], lon, lat, "cultural_house"),
            *(people, homes, None if hamlet == "H6" else hamlet != "H3", hamlet in ("H1", "H2")),
            *(on_4g, on_4g, on_5g, near),
            {"H1": "Viettel;VNPT", "H2": "Viettel", "H4": "VNPT"}.get(hamlet, ""),
            *("Viettel" if hamlet == "H1" else "", served.get(hamlet), "model"),
        )
        for hamlet, name, code, lon, lat, people, homes, on_4g, on_5g, near in _HAMLETS
    ]
    return _frame(
        tables.HAMLETS_OUT,
        rows,
        *("hamlet_id", "name", "kind", "commune_code", "commune_name", "longitude", "latitude"),
        *("centre_kind", "population", "households", "has_grid_power", "clusters_known"),
        *("status_mbb", "status_4g", "status_5g", "near_threshold"),
        *("operators_4g", "operators_5g", "served_people_4g", "source"),
    )


def _clusters() -> pd.DataFrame:
    return _frame(
        tables.CLUSTERS_OUT,
        [
            ("C1", "H2", "Xóm Trên", 108.761, 15.061, 84.0, "Viettel", ""),
            ("C2", "H2", "@Xóm Dưới", 108.765, 15.065, 36.0, "", ""),
        ],
        *("cluster_id", "hamlet_id", "name", "longitude", "latitude", "households"),
        *("operators_4g", "operators_5g"),
    )


def _service() -> pd.DataFrame:
    rows = [
        (
            *(hamlet, operator, technology, "model", "white", False, 0.0, 100.0),
            *(FORMULA if operator == "Viettel" else "-5", 1234.56, "", -0.04, None),
        )
        for hamlet, *_ in _HAMLETS
        for operator in OPERATORS
        for technology in TECHNOLOGIES
    ]
    return _frame(tables.SERVICE_OUT, rows, *tables.SERVICE_OUT.names)


def _communes() -> pd.DataFrame:
    names = (
        *("commune_code", "name", "full_name", "area_km2", "population", "hamlets"),
        *("hamlets_unknown", "positions", "shared_positions", "installations", "stations"),
        *("white_mbb", "dead_spot_mbb", "covered_mbb"),
        *("white_4g", "dead_spot_4g", "covered_4g", "white_5g", "dead_spot_5g", "covered_5g"),
        *("served_people_4g", "served_people_5g", "area_served_4g", "area_served_5g"),
    )
    return _frame(
        tables.COMMUNES_OUT,
        [
            ("00101", "Ba Tơ", "Xã Ba Tơ", 118.9, 1200.0, 3, 0, 2, 1, 3, 4)
            + (1, 1, 1, 1, 1, 1, 2, 0, 1, 750.0, 400.0, 0.99996, 0.1),
            ("00102", "Đức Phổ", "Phường Đức Phổ", 118.9, 700.0, 3, 1, 1, 0, 1, 1)
            + (1, 0, 1, 1, 0, 1, 2, 0, 0, 600.0, 0.0, 0.5, 0.0),
        ],
        *names,
    )


def _positions() -> pd.DataFrame:
    return _frame(
        tables.POSITIONS_OUT,
        [
            ("M1", 108.751, 15.051, "00101", "Viettel;VNPT", 2, 2, "4G;5G", "M1")
            + (f"VNPT:V1;Viettel:{FORMULA}", "declared", 12.3),
            ("Viettel:B2", 108.761, 15.061, "00101", "Viettel", 1, 1, "4G", "")
            + ("Viettel:B2", "single", 0.0),
            ("VNPT:V2", 108.851, 15.051, "00102", "VNPT", 1, 1, "4G", "")
            + ("VNPT:V2", "single", 0.0),
        ],
        *tables.POSITIONS_OUT.names,
    )


def _holes() -> pd.DataFrame:
    return _frame(
        tables.HOLES_OUT,
        [
            ("4G-T-1", "total", "4G", "Viettel;VNPT", "00101", 108.77, 15.07, 300.0, 80.0, 1),
            ("4G-P-1", "partial", "4G", "VNPT", "00101", 108.76, 15.06, 350.0, 84.0, 1),
        ],
        *tables.HOLES_OUT.names,
    )


def _indicators() -> pd.DataFrame:
    names = (
        *("indicator", "operator", "technology", "numerator", "denominator", "value"),
        *("value_low", "value_high", "value_radius_90", "value_radius_110", "unit"),
    )
    none = (None,) * 4
    rows = [
        ("HAMLETS", "", "", 6, None, 6, *none, "hamlets"),
        ("HAMLETS_WHITE", "", "4G", 2, None, 2, None, None, 3, 1, "hamlets"),
        ("HAMLETS_DEAD_SPOT", "", "4G", 1, None, 1, None, None, 1, 1, "hamlets"),
        ("HAMLETS_COVERED", "", "4G", 2, None, 2, None, None, 1, 3, "hamlets"),
        ("HAMLETS_UNKNOWN", "", "4G", 1, None, 1, *none, "hamlets"),
        ("HAMLET_NOT_WHITE", "", "4G", 3, 5, 0.6, 0.5, 2 / 3, 0.4, 0.8, "ratio"),
        ("HAMLET_WHITE", "", "4G", 2, 5, 0.4, 1 / 3, 0.5, 0.6, 0.2, "ratio"),
        ("HAMLET_DEAD_SPOT", "", "4G", 1, 3, 1 / 3, None, None, 0.5, 0.25, "ratio"),
        ("HAMLET_WHITE", "Viettel", "4G", 3, 5, 0.6, 0.5, 2 / 3, None, None, "ratio"),
        ("HAMLET_WHITE", "", "5G", 4, 5, 0.8, 2 / 3, 5 / 6, 0.8, 0.8, "ratio"),
        ("POP_SERVED", "", "4G", 1350, 1900, 1350 / 1900, *none, "ratio"),
        ("AREA_SERVED", "", "4G", 237.79, 237.8, 0.99996, *none, "ratio"),
        ("POSITIONS", "", "", 3, None, 3, *none, "positions"),
        ("SHARED_POSITIONS", "", "", 1, None, 1, *none, "positions"),
        ("INSTALLATIONS", "", "", 4, None, 4, *none, "installations"),
        ("STATIONS", "", "", 5, None, 5, *none, "stations"),
        ("SHARE_POS", "", "", 1, 3, 1 / 3, *none, "ratio"),
        ("SHARE_POS_OP", "Viettel", "", 1, 2, 0.5, *none, "ratio"),
        ("SHARE_POS_OP", "VNPT", "", 1, 2, 0.5, *none, "ratio"),
        ("TENANCY", "", "", 4, 3, 4 / 3, *none, "installations per position"),
        ("NEW_STATIONS", "", "", 2, None, 2, *none, "stations"),
        ("SHARE_NEW", "", "", 1, 2, 0.5, *none, "ratio"),
        ("SHARE_NEW_STRICT", "", "", 0, 2, 0.0, *none, "ratio"),
        ("SHARE_NEW_UPGRADES", "", "", 1, None, 1, *none, "stations"),
        ("SHARE_NEW_JOIN", "", "", 0, 0, None, *none, "ratio"),
    ]
    frame = _frame(tables.INDICATORS_OUT, [("province", "", "Tỉnh mẫu", *row) for row in rows],
                   "level", "unit_id", "unit_name", *names)  # fmt: skip
    return frame.assign(as_of=_DAY.as_unit("s"))


def _plan(cost_basis: str) -> Plan:
    cost = {"assumed": 1_250_000_000.0, "user": 900_000_000.0}.get(cost_basis)
    proposals = _frame(
        tables.PROPOSALS_OUT,
        [
            (1, "existing", "Viettel:B2", "", 108.761, 15.061, "00101", "4G", "Viettel;VNPT")
            + (300.0, 300.0, 80.0, 1, 300.0, cost, cost_basis if cost else "", 40.0, "", None),
            (2, "new", "", "", 108.86, 15.06, "00102", "4G", "Viettel;VNPT")
            + (100.0, 100.0, 30.0, 1, 400.0, None, "", None, "VNPT:V2", 95.0),
        ],
        *("rank", "kind", "position_id", "structure_id", "longitude", "latitude"),
        *("commune_code", "technology", "operators", "gained_people", "gained_value"),
        *("gained_households", "gained_hamlets", "cumulative_people", "cost_vnd", "cost_basis"),
        *("road_m", "existing_tried", "existing_loss_people"),
    )
    gains = _frame(
        tables.GAINS_OUT,
        [(1, "VNPT", 650.0), (1, "Viettel", 300.0), (2, "VNPT", 100.0), (2, "Viettel", 100.0)],
        *tables.GAINS_OUT.names,
    )
    targets = _frame(
        tables.TARGETS_OUT,
        [
            ("mau-1", "TM-01", "Tỷ lệ dùng chung vị trí BTS đạt 35%", "SHARE_POS", "", "province")
            + ("≥", 30.0, 35.0, "2025", 1, 3, 100 / 3, 100 / 3 - 35, "not_met", "Sở KH&CN", "")
            + ("Tỷ lệ dùng chung vị trí BTS đạt 33,3% (1/3 vị trí); chưa đạt.",)
            + ("%",),
        ],
        *tables.TARGETS_OUT.names,
    )
    promised = _frame(
        tables.PROPOSAL_HAMLETS_OUT,
        [("H5", 1, 2026, "4G", "white", "covered", 300.0)],
        *tables.PROPOSAL_HAMLETS_OUT.names,
    )
    return Plan(
        more={"proposal_hamlets": promised},
        proposals=proposals,
        gains=gains,
        targets=targets,
        duties=pd.DataFrame(),
        siting={"value": 400.0, "bound": 400.0, "gap": 0.0},
        warnings=(Fault("costs_assumed"),),
    )


def _cells() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "operator": pd.Series(["Viettel", "VNPT", "Viettel", "VNPT"], dtype="str"),
            "technology": pd.Series(["4G", "4G", "5G", "4G"], dtype="str"),
            "longitude": [108.751, 108.7511, 108.751, 108.851],
            "latitude": [15.051, 15.051, 15.051, 15.051],
            "site_id": pd.Series([FORMULA, "V1", FORMULA, "V2"], dtype="str"),
            "frequency_mhz": [1800.0, 1800.0, 2600.0, np.nan],
            "azimuth_deg": [np.nan, 120.0, np.nan, np.nan],
            "beamwidth_deg": [np.nan] * 4,
            "status": pd.Series(["existing"] * 4, dtype="str"),
            "on_air_date": pd.to_datetime(["2020-01-01", "2021-05-05", "2025-03-01", None]).astype(
                "datetime64[s]"
            ),
            "emitter": np.array([0, 1, 0, 2]),
            "radius_m": [3500.0, 3500.0, 1900.0, 3500.0],
            "environment": pd.Series(["rural"] * 4, dtype="str"),
            "operator_index": np.array([0, 1, 0, 1]),
            "commune_code": pd.Series(["00101", "00101", "00101", "00102"], dtype="str"),
            "counted": [True] * 4,
            "position_id": pd.Series(["M1", "M1", "M1", "VNPT:V2"], dtype="str"),
        }
    )


def _demand() -> Demand:
    people = np.array([400.0, 0.0, 300.0, 600.0, 100.0, 350.0, 150.0])
    weighs = np.array([True, False, True, True, True, True, True])
    return Demand(
        longitude=np.array([108.75, 108.76, 108.77, 108.85, 108.86, 108.761, 108.765]),
        latitude=np.array([15.05, 15.06, 15.07, 15.05, 15.06, 15.061, 15.065]),
        hamlet=np.array([0, 1, 2, 3, 4, 1, 1], np.int32),
        is_centre=np.array([True] * 5 + [False] * 2),
        weighs=weighs,
        share=np.array([1.0, 0.0, 1.0, 1.0, 1.0, 0.7, 0.3]),
        people=people,
        households=people / 4,
    )


def _reach() -> Reach:
    return Reach(
        indptr=np.array([0, 2, 3, 4], np.int64),
        demand=np.array([0, 1, 0, 3], np.int32),
        distance_m=np.array([150.0, 1400.0, 151.0, 149.0]),
        azimuth_deg=np.array([10.0, 45.0, 11.0, 12.0], np.float32),
        n_demand=7,
        cut_m=np.array([4375.0, 4375.0, 4375.0]),
    )


def _area() -> AreaService:
    grid = Grid(580_000.0, 1_670_000.0, 1000.0, 1000.0, (4, 6), "EPSG:5898")
    commune = np.full((4, 6), -1, np.int32)
    commune[1:3, 1:3], commune[1:3, 3:5] = 0, 1
    bits = {"4G": np.zeros((4, 6), np.uint8), "5G": np.zeros((4, 6), np.uint8)}
    bits["4G"][1, 1], bits["4G"][1, 2], bits["4G"][2, 3], bits["4G"][0, 0] = 3, 1, 2, 3
    return AreaService(grid, bits, commune)
