"""What if: every answer is that of a whole run on the changed files, and each site is recounted."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geoplan import geodesy, what_if
from geoplan.faults import InputError
from tests.cli_case import SITES, VNPT, call, write_small_sample

QUANG_NGAI = Path(__file__).parents[2] / "shared/cases/quang-ngai/scenario.toml"
KEYS = ["indicator", "level", "unit_id", "operator", "technology"]


@pytest.fixture(scope="module", params=["type", "density", "tr38901"])
def province(request, tmp_path_factory):
    """A small province, with a polygon hamlet among others, and its finished run."""
    folder = write_small_sample(tmp_path_factory.mktemp("province"))
    toml = next(folder.rglob("*.toml"))
    text = toml.read_text("utf-8")
    if request.param == "tr38901":
        text = text.replace('model = "radius"', 'model = "tr38901"', 1)
    else:
        text = text.replace('environment_from = "type"', f'environment_from = "{request.param}"')
    toml.write_text(text, "utf-8")
    run = folder / "run"
    assert call("run", toml, "--out", run, "--outputs", "tables", "-q").code == 0
    return toml, run


def sites_file(toml, name=VNPT):
    return next(path for path in toml.parent.rglob("*.csv") if path.as_posix().endswith(name))


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def holes(run):
    """Where people have no 4G at all."""
    found = read(run / "tables/holes.csv")
    found = found[(found["kind"] == "total") & (found["technology"] == "4G")]
    return found[["longitude", "latitude"]].astype(float).to_numpy()


def asked(province, tmp_path, *words):
    toml, run = province
    out = tmp_path / "out"
    told = call("whatif", toml, "--run", run, "--out", out, "-q", *words)
    assert told.code == 0, told.err
    return {
        name: read(out / f"{name}.csv") for name in ("whatif", "whatif_hamlets", "whatif_sites")
    }


def run_again(toml, tmp_path, change):
    """Run the province with one list of sites changed, then put it back."""
    path = sites_file(toml)
    before = path.read_bytes()
    try:
        change(read(path)).to_csv(path, index=False)
        assert call("run", toml, "--out", tmp_path / "again", "--outputs", "tables", "-q").code == 0
    finally:
        path.write_bytes(before)
    return tmp_path / "again"


def same_as_run(answer, run, column):
    """Every figure of the answer stands in the run's indicators, to the last decimal told."""
    told = read(run / "tables/indicators.csv")
    told = told[(told["place_class"] == "") & told["level"].isin(["province", "commune"])]
    told.loc[told["level"] == "province", "unit_id"] = ""
    told = told[~told["unit_version"].str.contains("2025-06-30")].set_index(KEYS)
    mine = answer["whatif"].set_index(KEYS)
    assert len(mine) > 500
    theirs = told.loc[mine.index, "value"]
    one, other = (pd.to_numeric(values).to_numpy() for values in (mine[column], theirs))
    np.testing.assert_allclose(one, other, atol=2e-6, rtol=1e-9, equal_nan=True)


def added_rows(run, n=3):
    places = holes(run)[:n]
    return pd.DataFrame(
        {
            "site_id": [f"NEW{k}" for k in range(len(places))],
            "operator": "VNPT",
            "technology": ["4G", "5G", "4G"][: len(places)],
            "frequency_mhz": ["1800", "2600", ""][: len(places)],
            "longitude": [f"{x:.6f}" for x in places[:, 0]],
            "latitude": [f"{y:.6f}" for y in places[:, 1]],
            "azimuth_deg": ["", "", "40"][: len(places)],
            "status": "existing",
        }
    )


def test_added_sites_give_what_a_whole_run_gives(province, tmp_path):
    toml, run = province
    rows = added_rows(run)
    rows.to_csv(tmp_path / "add.csv", index=False)
    answer = asked(province, tmp_path, "--add", tmp_path / "add.csv")
    again = run_again(toml, tmp_path, lambda old: pd.concat([old, rows]).fillna(""))
    same_as_run(answer, run, "before")
    same_as_run(answer, again, "after")
    changes = answer["whatif_hamlets"]
    assert len(changes)
    old, new = (read(one / "tables/hamlets.csv").set_index("hamlet_id") for one in (run, again))
    any_4g = changes[(changes["operator"] == "") & (changes["technology"] == "4G")]
    differ = old.index[old["status_4g"] != new.loc[old.index, "status_4g"]]
    assert sorted(any_4g["hamlet_id"]) == sorted(differ)
    for row in any_4g.itertuples():
        assert (row.before, row.after) == (
            old.loc[row.hamlet_id, "status_4g"],
            new.loc[row.hamlet_id, "status_4g"],
        )


def busiest(run, toml, n=3):
    """Sites of VNPT that are the best of most hamlets, so that something changes."""
    service = read(run / "tables/service.csv")
    service = service[(service["operator"] == "VNPT") & (service["status"] != "white")]
    return service["best_site_id"].value_counts().index[:n].tolist()


def test_removed_sites_give_what_a_whole_run_gives(province, tmp_path):
    toml, run = province
    gone = busiest(run, toml)
    words = [word for site in gone for word in ("--remove", f"VNPT:{site}")]
    answer = asked(province, tmp_path, *words)
    again = run_again(toml, tmp_path, lambda old: old[~old["site_id"].isin(gone)])
    same_as_run(answer, again, "after")
    assert len(answer["whatif_hamlets"])


def test_a_moved_site_gives_what_a_whole_run_gives(province, tmp_path):
    toml, run = province
    site, (x, y) = busiest(run, toml)[0], holes(run)[0]
    answer = asked(province, tmp_path, "--move", f"VNPT:{site}={x:.6f},{y:.6f}")

    def change(old):
        mine = old["site_id"] == site
        old.loc[mine, ["longitude", "latitude"]] = [f"{x:.6f}", f"{y:.6f}"]
        return old

    same_as_run(answer, run_again(toml, tmp_path, change), "after")


def test_a_technology_that_is_turned_on_gives_what_a_whole_run_gives(province, tmp_path):
    toml, run = province
    old = read(sites_file(toml))
    with_5g = set(old.loc[old["technology"] == "5G", "site_id"])
    site = next(s for s in busiest(run, toml, 20) if s not in with_5g)
    answer = asked(province, tmp_path, "--turn-on", f"VNPT:{site}=5G")

    def change(old):
        rows = old[old["site_id"] == site].drop_duplicates("azimuth_deg")
        return pd.concat([old, rows.assign(technology="5G", frequency_mhz="")])

    same_as_run(answer, run_again(toml, tmp_path, change), "after")
    assert answer["whatif_sites"]["technology"].tolist() == ["5G"]


# ---------------------------------------------------------------- sessions


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = write_small_sample(tmp_path_factory.mktemp("session"))
    toml = next(folder.rglob("*.toml"))
    text = toml.read_text("utf-8").replace(
        'environment_from = "type"', 'environment_from = "density"'
    )
    toml.write_text(text, "utf-8")
    run = folder / "run"
    assert call("run", toml, "--out", run, "--outputs", "tables", "-q").code == 0
    return what_if.load(run)


def rows(session, n, seed=2):
    """Sites of every operator, beside hamlets chosen at random."""
    rng = np.random.default_rng(seed)
    demand = session.ground
    at = rng.integers(0, demand.n_demand, n)
    return pd.DataFrame(
        {
            "operator": [session.operators[k % 4] for k in range(n)],
            "site_id": [f"X{k}" for k in range(n)],
            "technology": ["4G", "5G"] * (n // 2),
            "longitude": demand.longitude[at] + 0.002,
            "latitude": demand.latitude[at],
            "azimuth_deg": np.where(np.arange(n) % 3 == 0, 90.0, np.nan),
        }
    )


def test_each_of_many_sites_is_recounted_alone_and_without(session):
    add = rows(session, 12)
    found = session.ask(add=add).sites.set_index("site_id")
    joint = session.ask(add=add)
    for k, row in add.iterrows():
        alone = session.ask(add=add.loc[[k]])
        without = session.ask(add=add.drop(k))
        mine, tech = found.loc[row["site_id"]], row["technology"]
        people = {
            name: answer.province("POP_SERVED", tech, row["operator"])["after"]
            for name, answer in (("alone", alone), ("without", without), ("joint", joint))
        }
        total = np.nansum(session.run.people)
        before = alone.province("POP_SERVED", tech, row["operator"])["before"]
        assert mine["alone_people"] == pytest.approx((people["alone"] - before) * total, abs=1e-3)
        lost = (people["joint"] - people["without"]) * total
        assert mine["marginal_people"] == pytest.approx(lost, abs=1e-3)
        first = alone.province("POP_SERVED", tech)
        assert mine["alone_first_people"] == pytest.approx(first["change"] * total, abs=1e-3)
        left = joint.province("POP_SERVED", tech)["after"]
        left -= without.province("POP_SERVED", tech)["after"]
        assert mine["marginal_first_people"] == pytest.approx(left * total, abs=1e-3)
        white = alone.province("HAMLETS_WHITE", tech)
        assert mine["alone_hamlets"] == -white["change"]
        if mine["redundant"] == "yes":
            assert joint.indicators["after"].equals(without.indicators["after"])


def test_what_comes_and_goes_again_changes_nothing(session):
    key = next(iter(session._sites_there))
    there = session.cells.iloc[session._sites_there[key]]
    answer = session.ask(remove=[key], add=there)
    assert answer.hamlets.empty
    assert (answer.indicators["change"].fillna(0.0) == 0).all()
    still = session.ask(move={key: tuple(there[["longitude", "latitude"]].iloc[0])})
    assert still.hamlets.empty


def test_removing_twice_is_removing_once(session):
    key = next(iter(session._sites_there))
    once, twice = session.ask(remove=[key]), session.ask(remove=[key, key])
    pd.testing.assert_frame_equal(once.indicators, twice.indicators)
    every = [one for one in session._sites_there if one[0] == "VNPT"]
    gone = session.ask(remove=[*every, *every])
    assert gone.province("POP_SERVED", "4G", "VNPT")["after"] == 0


def test_operators_that_roam_are_served_alike_and_any_is_unchanged(session):
    names = session.operators[:2]
    answer = session.ask(together=[names])
    one, other = (answer.province("POP_SERVED", "4G", name) for name in names)
    assert one["after"] == other["after"] >= max(one["before"], other["before"])
    assert answer.province("POP_SERVED", "4G")["change"] == 0
    assert answer.province("POP_SERVED", "4G", session.operators[2])["change"] == 0


def test_plans_of_others_within_the_distance_for_common_masts_are_named(session):
    add = rows(session, 4)
    add[["longitude", "latitude"]] = [add["longitude"][0], add["latitude"][0]]
    add.loc[3, "longitude"] += 0.2
    found = session.ask(add=add).sites.set_index("site_id")
    assert found.loc["X0", "near_plan"] in {"VNPT:X1", "MobiFone:X2"}
    assert found.loc["X0", "near_plan_m"] == 0
    limit = session.scenario.sharing.potential_m.rural
    for row in found[found["near_plan"] != ""].itertuples():
        assert row.near_plan.split(":")[0] != row.operator
        assert row.near_plan_m <= limit
    away = geodesy.distance_m(
        *add.loc[0, ["longitude", "latitude"]], *add.loc[3, ["longitude", "latitude"]]
    )
    assert away > limit
    assert found.loc["X3", "near_plan"] == ""


def test_a_site_that_is_not_there_is_named_with_those_like_it(session):
    operator, site = next(iter(session._sites_there))
    with pytest.raises(InputError) as caught:
        session.ask(remove=[(operator, f"{site}9")])
    fault = next(iter(caught.value.faults))
    assert fault.code == "site_not_in_run"
    assert f"{operator}:{site}" in fault.params["known"]
    with pytest.raises(InputError):
        session.ask(together=[["Nobody", operator]])


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "whatif_nothing"),
        (["--remove", "VNPT"], "whatif_form"),
        (["--move", "VNPT:1=north"], "whatif_form"),
        (["--turn-on", "VNPT:1"], "whatif_form"),
        (["--remove", "VNPT:none"], "site_not_in_run"),
        (["--roaming", "Viettel,Nobody"], "unknown_operator"),
        (["--add", "nowhere.csv"], "missing_file"),
        (["--move", "VNPT:MAU-VNP-0003=1.2.3,4"], "whatif_form"),
        (["--move", "VNPT:MAU-VNP-0003=999,15"], "whatif_place"),
        (["--move", "VNPT:MAU-VNP-0003=0,0"], "outside_area"),
        (
            ["--move", "VNPT:{site}={x},{y}", "--remove", "VNPT:{site}"],
            "whatif_twice",
        ),
    ],
)
def test_what_cannot_be_asked_is_a_fault_and_nothing_is_written(province, tmp_path, words, code):
    toml, run = province
    out = tmp_path / "out"
    one = read(sites_file(toml)).iloc[0]
    words = [
        word.format(site=one["site_id"], x=one["longitude"], y=one["latitude"]) for word in words
    ]
    told = call("whatif", toml, "--run", run, "--out", out, "--json", *words)
    assert told.code == 2
    assert code in {fault["code"] for fault in told.data()["faults"]}
    assert not out.exists()


def test_a_run_of_other_files_is_refused(province, tmp_path):
    toml, run = province
    path = sites_file(toml, SITES[0])
    before = path.read_bytes()
    try:
        path.write_bytes(before.replace(b"existing", b"planned ", 1))
        told = call(
            "whatif", toml, "--run", run, "--out", tmp_path / "o", "--json", "--remove", "VNPT:x"
        )
    finally:
        path.write_bytes(before)
    assert told.code == 2
    assert told.data()["faults"][0]["code"] == "run_out_of_date"


def test_the_answer_is_told_in_vietnamese_and_as_data(province, tmp_path):
    toml, run = province
    added_rows(run).to_csv(tmp_path / "add.csv", index=False)
    words = ("whatif", toml, "--run", run, "--out", tmp_path / "out", "--add", tmp_path / "add.csv")
    assert "thôn trắng sóng" in call(*words).out
    assert "white hamlets" in call(*words, "--lang", "en").out
    data = call(*words, "--json").data()
    assert data["sites"] == len(added_rows(run))
    before, after = data["hamlets_white_4g"]
    assert after < before
    assert json.loads((tmp_path / "out/run.json").read_text("utf-8"))["outputs"]


def test_the_map_of_an_answer_shows_both_sides(province, tmp_path):
    toml, run = province
    gone = busiest(run, toml)[0]
    out = tmp_path / "out"
    told = call(
        "whatif", toml, "--run", run, "--out", out, "-q", "--map", "--remove", f"VNPT:{gone}"
    )
    assert told.code == 0, told.err
    page = (out / "map.html").read_text("utf-8")
    found = re.search(r'id="gp-data">(.*?)</script>', page)
    data = json.loads(found[1])
    changed = read(out / "whatif_hamlets.csv")
    for technology in ("4G", "MBB"):
        before, after = (
            dict(zip(data["hamlets"]["points"]["id"], texts(side[technology]), strict=True))
            for side in (data["hamlets"]["points"]["status"], data["after"]["status"])
        )
        mine = changed[(changed["technology"] == technology) & (changed["operator"] == "")]
        assert {key for key in before if before[key] != after[key]} == set(mine["hamlet_id"])
        for row in mine.to_dict("records"):
            assert (before[row["hamlet_id"]], after[row["hamlet_id"]]) == (
                row["before"],
                row["after"],
            )
    assert data["after"]["sites"]["id"] == [gone]
    assert "map.html" in json.loads((out / "run.json").read_text("utf-8"))["outputs"]


def texts(column):
    return [column["values"][k] for k in column["index"]]


@pytest.mark.skipif(not QUANG_NGAI.exists(), reason="../shared/cases/quang-ngai is not here")
def test_a_removed_site_of_quang_ngai_gives_what_a_whole_run_gives(tmp_path):
    run = tmp_path / "run"
    assert call("run", QUANG_NGAI, "--out", run, "--outputs", "tables", "-q").code == 0
    session = what_if.load(run)
    service = read(run / "tables/service.csv")
    best = service[service["operator"] == "VNPT"]["best_site_id"].value_counts().index[0]
    answer = session.ask(remove=[("VNPT", best)])
    case = tmp_path / "case"
    shutil.copytree(QUANG_NGAI.parent, case)
    path = case / "sites_vnpt.csv"
    old = read(path)
    old[old["site_id"] != best].to_csv(path, index=False)
    again = tmp_path / "again"
    assert (
        call("run", case / "scenario.toml", "--out", again, "--outputs", "tables", "-q").code == 0
    )
    table = answer.indicators.astype({"unit_id": "str"}).copy()
    same_as_run({"whatif": table}, again, "after")
