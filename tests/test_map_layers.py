"""What map.html carries: sites and clusters as the tables have them, and nothing for the public."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_run import FORMULA, SCRIPT, small_run

from geoplan.report import embedding, maps
from geoplan.report.layers import changes, clusters, coding, hamlets, positions, sites
from geoplan.report.map_data import After

built = pytest.mark.skipif(
    not (embedding.VENDOR / "leaflet.js").is_file(),
    reason="the package was not built: Leaflet is missing (pip install -e .)",
)


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="gp-data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def cells_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Make rows on air: operator, site, technology, longitude, position, first day."""
    names = ["operator", "installation_key", "technology", "longitude", "position_id"]
    frame = pd.DataFrame([row[:5] for row in rows], columns=names)
    days = pd.to_datetime(pd.Series([row[5] for row in rows], dtype="object"))
    return frame.assign(
        site_id=frame["installation_key"],
        latitude=15.0,
        structure_owner="VNPT",
        commune_code="00101",
        on_air_date=days.astype("datetime64[s]"),
    )


def three_sites() -> pd.DataFrame:
    return cells_of(
        ("VNPT", "V1", "5G", 108.50, "P2", "2021-05-05"),
        ("VNPT", "V1", "4G", 108.52, "P2", "2019-01-02"),
        ("Viettel", "T1", "4G", 108.51, "P2", None),
        ("Viettel", "T2", "4G", 108.60, "P1", "2020-03-04"),
    )


def two_positions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position_id": ["Viettel:T2", "P2"],
            "longitude": [108.60, 108.51],
            "latitude": [15.0, 15.0],
            "commune_code": "00101",
            "operators": ["Viettel", "Viettel;VNPT"],
            "n_operators": [1, 2],
            "technologies": ["4G", "4G;5G"],
            "identity": ["single", "inferred"],
            "members": ["Viettel:T2", "VNPT:V1;Viettel:T1"],
        }
    )


def test_an_installation_is_one_mark_whatever_it_radiates() -> None:
    frame = three_sites().replace({"position_id": {"P1": "Viettel:T2"}})
    found = sites.sites(frame, pd.DataFrame(), two_positions()).set_index("key")
    assert found["technologies"].to_dict() == {"T2": "4G", "V1": "4G;5G", "T1": "4G"}
    assert found["position"].to_dict() == {"T2": 0, "V1": 1, "T1": 1}
    assert found.at["V1", "longitude"] == pytest.approx(108.51)
    assert found.at["V1", "first"] == pd.Timestamp("2019-01-02")
    assert pd.isna(found.at["T1", "first"])


def test_planned_sites_stand_apart_and_those_gone_are_left_out() -> None:
    given = three_sites().assign(status=["planned", "existing", "proposed", "existing"])
    found = sites.sites(three_sites().iloc[:0], given, two_positions())
    assert found["key"].tolist() == ["V1", "T1"]
    assert found["is_planned"].all()
    assert (found["position"] == -1).all()


def test_names_that_follow_from_the_sites_are_left_out() -> None:
    frame = three_sites().replace({"position_id": {"P1": "Viettel:T2"}})
    table = two_positions()
    layer = positions.layer(table, sites.sites(frame, pd.DataFrame(), table))
    assert layer["id"] == ["", "P2"]
    assert layer["members"] == ["", ""]
    other = table.assign(members=["Viettel:T2", "VNPT:V1"])
    layer = positions.layer(other, sites.sites(frame, pd.DataFrame(), other))
    assert layer["members"] == ["", "VNPT:V1"]


def test_nothing_on_air_and_nothing_planned_gives_no_marks() -> None:
    found = sites.sites(three_sites().iloc[:0], pd.DataFrame(), two_positions().iloc[:0])
    layer = sites.layer(found, ("VNPT",))
    assert layer["x"] == layer["id"] == []
    assert layer["operators"] == ["VNPT"]


def test_neighbours_follow_each_other_and_no_row_is_lost() -> None:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"longitude": 107 + 3 * draw.random(500), "latitude": 14 + draw.random(500)}
    )
    near = coding.near_each_other(frame)
    steps = [
        float(np.hypot(*np.abs(np.diff(one[["longitude", "latitude"]], axis=0)).T).sum())
        for one in (near, frame)
    ]
    assert steps[0] < 0.2 * steps[1]
    assert sorted(near["longitude"]) == sorted(frame["longitude"])


def test_a_cluster_without_a_name_is_called_by_its_hamlet() -> None:
    run = small_run().baseline
    layer = clusters.layer(run.clusters, run.hamlets, run.technologies)
    assert layer["id"] == ["C1", "C2"]
    assert layer["hamlet"]["values"] == ["Thôn 2"]
    assert layer["commune"]["values"] == ["00101"]
    assert layer["operators"]["4G"]["values"] == ["Viettel", ""]


def test_hamlets_carry_the_status_of_each_operator_alone() -> None:
    run = small_run().baseline
    service = run.service.copy()
    mine = (service["operator"] == "VNPT") & (service["technology"] == "5G")
    service.loc[mine & (service["hamlet_id"] == "H2"), "status"] = "dead_spot"
    own = hamlets.layer(run.hamlets, service, run.technologies, "MBB")["points"]["own"]
    assert own["5G"] == {"VNPT": "wdwww", "Viettel": "wwwww"}


def test_sites_that_change_are_one_mark_with_their_technologies() -> None:
    rows = [("added", "VNPT", "V9", name, 108.8, 15.0) for name in ("5G", "4G")]
    names = ["change", "operator", "site_id", "technology", "longitude", "latitude"]
    layer = changes.layer(pd.DataFrame(rows, columns=names))
    assert layer["technologies"] == ["4G;5G"]
    assert changes.layer(pd.DataFrame(columns=names))["id"] == []


# ---------------------------------------------------------------------------- audiences


@built
def test_the_public_is_told_of_no_site_and_no_operator() -> None:
    page = maps.render(small_run(), audience="public")
    data = data_of(page)
    assert set(data) == {
        *("words", "format", "bounds", "technologies", "start", "theme", "communes", "hamlets")
    }
    assert set(data["hamlets"]["points"]) == {
        *("id", "name", "commune", "kind", "people", "x", "y", "status")
    }
    assert not {"positions", "shared"} & set(data["communes"])
    del data["words"]
    seen = re.sub(r"<(script|style).*?</\1>|<meta[^>]*>", "", page, flags=re.DOTALL)
    carried = json.dumps(data, ensure_ascii=False)
    for word in ("V1", "V2", "M1", "B2", FORMULA, "image/png"):
        assert word not in carried
    for word in ("Viettel", "VNPT", "±10", "30 m"):
        assert word not in carried + seen
    assert SCRIPT in data["hamlets"]["points"]["name"]["values"]


@built
def test_a_what_if_is_not_for_the_public() -> None:
    none = pd.DataFrame()
    with pytest.raises(ValueError, match="public"):
        maps.render(small_run(), audience="public", after=After(none, none, none))


@built
@pytest.mark.parametrize(
    ("language", "mark"), [("vi", "LƯU HÀNH NỘI BỘ"), ("en", "For internal use only")]
)
def test_an_internal_page_says_so_with_and_without_javascript(language: str, mark: str) -> None:
    run = small_run(language=language)
    body = re.sub(r"<script.*?</script>", "", maps.render(run, internal=True), flags=re.DOTALL)
    assert body.count(mark) == 2
    assert mark not in re.sub(r"<script.*?</script>", "", maps.render(run), flags=re.DOTALL)


@built
def test_what_a_what_if_changes_stands_beside_what_was() -> None:
    run = small_run()
    table = run.baseline.hamlets
    after = After(
        table.assign(status_4g=table["status_4g"].replace("white", "covered")).iloc[::-1],
        pd.DataFrame(
            [("removed", "VNPT", "V2", "4G", 108.851, 15.051)],
            columns=["change", "operator", "site_id", "technology", "longitude", "latitude"],
        ),
        pd.DataFrame(
            [("HAMLETS_WHITE", "province", "", "4G", 2.0, 0.0)],
            columns=["indicator", "level", "operator", "technology", "before", "after"],
        ),
    )
    page = maps.render(run, after=after)
    status = data_of(page)["after"]["status"]["4G"]
    assert [status["values"][k] for k in status["index"]] == [
        *("covered", "dead_spot", "covered", "covered", "covered")
    ]
    assert data_of(page)["after"]["sites"]["id"] == ["V2"]
    assert "2 → 0" in page
