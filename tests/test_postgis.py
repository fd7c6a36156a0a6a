"""Tables of a real PostGIS server, read as inputs and written by ``geoplan publish``."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from cli_case import call as geoplan
from io_case import COMMUNES, HAMLETS, SITES, codes_of, faults_of, read, refused, write_province
from postgis_server import PASSWORD, Server, server

from geoplan import geodesy
from geoplan.faults import GeoplanError, without_password
from geoplan.report.publish import publish

pytestmark = pytest.mark.postgis


@pytest.fixture(scope="module")
def postgis() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def province(tmp_path: Path) -> Path:
    write_province(tmp_path)
    return tmp_path


@pytest.fixture
def base(postgis: Server) -> Iterator[Server]:
    """A database in which the tiny province stands in the schema ``nguon``."""
    postgis.run("CREATE SCHEMA nguon", *_tables())
    yield postgis
    schemas = postgis.rows(
        "SELECT nspname FROM pg_namespace WHERE nspowner = 'planner'::regrole AND "
        "nspname NOT IN ('public') AND left(nspname, 3) <> 'pg_'"
    )
    postgis.run(*(f'DROP SCHEMA "{name}" CASCADE' for (name,) in schemas))
    postgis.run("DROP TABLE IF EXISTS public.only")


def _tables() -> list[str]:
    statements = [
        "CREATE TABLE nguon.xa (commune_code text PRIMARY KEY, name text, "
        "geom geometry(Polygon, 5898))",
        'CREATE TABLE nguon."Thôn" (hamlet_id text PRIMARY KEY, name text, commune_code text, '
        "longitude double precision, latitude numeric(9,5), population integer, households int)",
        "CREATE TABLE nguon.tram (id serial PRIMARY KEY, site_id text, operator text, "
        "technology text, frequency_mhz numeric(8,2), azimuth_deg real, on_air_date date, "
        "geom geometry(Point, 4326))",
    ]
    for code, (name, shape) in COMMUNES.items():
        metres = geodesy.shapes_from_wgs84([shape], "EPSG:5898")[0]
        values = f"'{code}', '{name}', ST_GeomFromText('{shapely.to_wkt(metres, -1)}', 5898)"
        statements.append(f"INSERT INTO nguon.xa VALUES ({values})")
    statements += [
        f'INSERT INTO nguon."Thôn" VALUES ({_literals(line)})' for line in HAMLETS.splitlines()[1:]
    ]
    for line in SITES.splitlines()[1:]:
        site, operator, technology, lon, lat, frequency, azimuth, date = line.split(",")
        date = date if "-" in date else "-".join(reversed(date.split("/")))
        values = _literals(",".join((site, operator, technology, frequency, azimuth, date)))
        point = f"ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)"
        statements.append(f"INSERT INTO nguon.tram VALUES (DEFAULT, {values}, {point})")
    return statements


def _literals(line: str) -> str:
    return ", ".join(f"'{cell}'" if cell else "NULL" for cell in line.split(","))


def inputs(address: str) -> dict[str, Any]:
    return {
        "communes": {"path": address, "layer": "nguon.xa"},
        "hamlets": {"path": address, "layer": "nguon.Thôn"},
        "sites": [{"path": f"{address}?table=nguon.tram"}],
    }


# ------------------------------------------------------------------ reading


def test_a_province_from_a_database_is_the_one_from_files(base: Server, province: Path) -> None:
    wanted, found = read(province), read(province, **inputs(base.address()))
    for name in ("sites", "hamlets", "communes"):
        left = [one for one in getattr(wanted, name) if not one.startswith(("source_", "geom"))]
        assert (
            getattr(found, name)[left].astype("str").values.tolist()
            == getattr(wanted, name)[left].astype("str").values.tolist()
        )
    shapes = [shapely.normalize(one.communes.geometry.to_numpy()) for one in (found, wanted)]
    assert shapely.equals_exact(*shapes, tolerance=1e-8).all()
    assert refused(found) == []


def test_the_file_is_named_without_password_and_told_by_its_rows(
    base: Server, province: Path
) -> None:
    first = read(province, **inputs(base.address()))
    names = {file.role: file.path for file in first.files}
    place = f"postgresql://planner@127.0.0.1:{base.port}/tinh"
    assert names["sites"] == f"{place}?table=nguon.tram"
    assert names["communes"] == f"{place}?table=nguon.xa"
    sums = {file.role: file.sha256 for file in first.files}
    again = read(province, **inputs(base.address()))
    assert {file.role: file.sha256 for file in again.files} == sums
    base.run("UPDATE nguon.tram SET azimuth_deg = 10 WHERE id = 1")
    changed = {file.role: file.sha256 for file in read(province, **inputs(base.address())).files}
    assert changed["sites"] != sums["sites"]
    assert changed["communes"] == sums["communes"]


def test_rows_stand_in_the_order_of_their_key(base: Server, province: Path) -> None:
    base.run(
        "INSERT INTO nguon.tram VALUES (0, 'S9', 'Viettel', '4G', NULL, NULL, NULL, NULL)",
        "UPDATE nguon.tram SET azimuth_deg = 5 WHERE id = 1",
    )
    found = read(province, **inputs(base.address()))
    assert refused(found) == [(1, "longitude", "missing_coordinates")]
    assert found.rejects["sheet"].tolist() == ["nguon.tram"]


def test_a_view_and_a_table_without_key_come_in_one_order(base: Server, province: Path) -> None:
    base.run(
        "CREATE VIEW nguon.v AS SELECT * FROM nguon.tram ORDER BY id DESC",
        "CREATE TABLE nguon.k AS SELECT * FROM nguon.tram ORDER BY id DESC",
    )
    view, table = (
        read(province, sites=[{"path": base.address(), "layer": layer}]).sites
        for layer in ("nguon.v", "nguon.k")
    )
    columns = ["operator", "frequency_mhz", "longitude", "source_row"]
    assert view[columns].equals(table[columns])
    assert len(view) == 3


def test_points_by_columns_in_a_database_without_shapes(base: Server, province: Path) -> None:
    base.run(
        "CREATE TABLE nguon.plain AS SELECT site_id, operator, technology, "
        "ST_X(geom) AS longitude, ST_Y(geom) AS latitude FROM nguon.tram WHERE id <> 2"
    )
    found = read(province, sites=[{"path": base.address(), "layer": "nguon.plain"}])
    # Without a key the order is that of all columns as text: VNPT before Viettel.
    assert found.sites["longitude"].tolist() == [108.15, 108.05]


def test_a_moment_is_a_day_in_vietnam(base: Server, province: Path) -> None:
    base.run(
        "ALTER TABLE nguon.tram ALTER on_air_date TYPE timestamptz "
        "USING '2020-01-30 20:00:00+00'::timestamptz"
    )
    found = read(province, sites=[{"path": base.address(), "layer": "nguon.tram"}])
    assert set(found.sites["on_air_date"].astype("str")) == {"2020-01-31"}


def test_a_session_that_reads_can_change_nothing(base: Server, province: Path) -> None:
    base.run(
        "CREATE FUNCTION nguon.f() RETURNS text LANGUAGE sql VOLATILE AS "
        "$$ DELETE FROM nguon.xa; SELECT 'x' $$",
        "CREATE VIEW nguon.trap AS SELECT nguon.f() AS site_id, 'Viettel' AS operator",
    )
    (fault,) = faults_of(province, sites=[{"path": base.address(), "layer": "nguon.trap"}])
    assert fault.code == "database_failed"
    assert "read-only" in fault.params["why"]
    assert base.rows("SELECT count(*) FROM nguon.xa") == [(2,)]


# ------------------------------------------------------------------ faults of the database


def code_of(folder: Path, address: str, layer: str | None = "nguon.tram") -> Any:
    given = {"path": address} if layer is None else {"path": address, "layer": layer}
    (fault,) = faults_of(folder, sites=[given])
    told = json.dumps([fault.file, fault.value, dict(fault.params)], ensure_ascii=False)
    assert PASSWORD not in told
    assert "B%C3%AD" not in told
    return fault


def test_a_table_that_is_not_there(base: Server, province: Path) -> None:
    fault = code_of(province, base.address(), "nguon.cot")
    assert (fault.code, fault.value) == ("unknown_table", "nguon.cot")
    assert "nguon.tram" in fault.params["tables"]
    assert code_of(province, base.address(), None).code == "table_not_named"
    assert code_of(province, base.address(), "nguon.tram.nothing").code == "unknown_table"


def test_several_columns_of_shapes_must_be_told_apart(base: Server, province: Path) -> None:
    base.run("ALTER TABLE nguon.tram ADD old geometry(Point, 4326)")
    fault = code_of(province, base.address())
    assert (fault.code, fault.params["columns"]) == ("several_geometries", "geom, old")
    given = {"path": base.address(), "layer": "nguon.tram.geom"}
    assert len(read(province, sites=[given]).sites) == 3


def test_shapes_without_srid_have_no_crs(base: Server, province: Path) -> None:
    base.run("ALTER TABLE nguon.tram ALTER geom TYPE geometry(Point) USING ST_SetSRID(geom, 0)")
    assert code_of(province, base.address()).code == "missing_crs"
    given = {"path": base.address(), "layer": "nguon.tram", "crs": "EPSG:4326"}
    assert len(read(province, sites=[given]).sites) == 3


def test_shapes_in_several_systems(base: Server, province: Path) -> None:
    base.run(
        "ALTER TABLE nguon.tram ALTER geom TYPE geometry",
        "UPDATE nguon.tram SET geom = ST_SetSRID(geom, 4756) WHERE id = 1",
    )
    assert code_of(province, base.address()).code == "several_crs"


def test_no_right_to_read(base: Server, province: Path) -> None:
    fault = code_of(province, base.address(user="guest"))
    assert (fault.code, fault.params["user"]) == ("permission_denied", "guest")


def test_a_wrong_password_and_no_server(base: Server, province: Path) -> None:
    wrong = code_of(province, base.address(password="đoán-mò"))
    assert wrong.code == "database_unreachable"
    assert "đoán-mò" not in str(wrong)
    nobody = f"postgresql://planner:{PASSWORD[-1]}xyz@127.0.0.1:1/tinh"
    refused_one = code_of(province, nobody)
    assert refused_one.code == "database_unreachable"
    assert "xyz" not in str(refused_one)


def test_an_address_that_is_none(province: Path) -> None:
    (fault,) = faults_of(province, sites=[{"path": "postgresql://a:s3cret@h:port/x?no=1"}])
    assert fault.code == "bad_database_url"
    assert "s3cret" not in str(fault)


def test_a_server_that_is_too_slow(
    base: Server, province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.run("CREATE VIEW nguon.slow AS SELECT pg_sleep(30)::text AS site_id")
    monkeypatch.setattr("geoplan.settings.DATABASE_STATEMENT_S", 1)
    assert code_of(province, base.address(), "nguon.slow").code == "database_slow"


def test_too_many_rows(base: Server, province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoplan.settings.MAX_DATABASE_ROWS", 2)
    assert code_of(province, base.address()).code == "too_many_rows"


def test_a_shape_that_is_no_point_refuses_its_row(base: Server, province: Path) -> None:
    base.run(
        "ALTER TABLE nguon.tram ALTER geom TYPE geometry(Geometry, 4326)",
        "UPDATE nguon.tram SET azimuth_deg = 3 WHERE id = 1",
        "UPDATE nguon.tram SET geom = "
        "ST_GeomFromText('CIRCULARSTRING(108 15, 108.1 15, 108.1 15.1)', 4326) WHERE id = 3",
    )
    found = read(province, sites=[{"path": base.address(), "layer": "nguon.tram"}])
    assert [(row, reason) for row, _, reason in refused(found)] == [(3, "bad_geometry")]


# ------------------------------------------------------------------ the whole job


SCENARIO = """schema = 1
as_of = 2025-12-31
[inputs]
communes = {{ path = "{address}", layer = "nguon.xa" }}
hamlets = {{ path = "{address}", layer = "nguon.Thôn" }}
sites = [{{ path = "{address}", layer = "nguon.tram" }}]
"""


@pytest.fixture
def finished(base: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Path:
    """A run from the database, with the password in the scenario."""
    (tmp_path / "scenario.toml").write_text(SCENARIO.format(address=base.address()), "utf-8")
    with caplog.at_level(logging.DEBUG):
        done = geoplan("run", str(tmp_path / "scenario.toml"), "--out", str(tmp_path / "out"))
    assert done.code == 0, done.err
    assert not secrets_in((done.out + done.err + caplog.text).encode())
    return tmp_path / "out"


def secrets_in(data: bytes) -> bool:
    return any(secret.encode() in data for secret in (PASSWORD, "B%C3%AD", "m%E1%BA%ADt"))


def test_no_file_of_a_run_holds_the_password(finished: Path) -> None:
    files = [path for path in finished.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path.name for path in files if secrets_in(path.read_bytes())] == []
    assert "planner@127.0.0.1" in (finished / "run.json").read_text("utf-8")


def test_a_run_is_published_and_published_again(base: Server, finished: Path) -> None:
    done = geoplan("publish", str(finished), base.address(), "--schema", "ket_qua")
    assert done.code == 0, done.err
    assert not secrets_in((done.out + done.err).encode())
    first = base.rows("SELECT * FROM ket_qua.hamlets ORDER BY fid")
    assert len(first) == 3
    kinds = dict(
        base.rows(
            "SELECT f_table_name, type || srid FROM geometry_columns "
            "WHERE f_table_schema = 'ket_qua'"
        )
    )
    assert kinds["communes"] == "MULTIPOLYGON4326"
    assert kinds["hamlets"] == kinds["positions"] == "POINT4326"
    (east,) = base.rows("SELECT ST_X(geometry) FROM ket_qua.hamlets WHERE hamlet_id = 'H1'")
    assert east[0] == pytest.approx(108.05)
    shown = (finished / "tables" / "indicators.csv").read_text("utf-8").splitlines()
    assert base.rows("SELECT count(*) FROM ket_qua.indicators") == [(len(shown) - 1,)]
    (comment,) = base.rows("SELECT obj_description('ket_qua.hamlets'::regclass)")
    assert comment[0].startswith("geoplan: ")
    base.run("CREATE VIEW nguon.mine AS SELECT name FROM ket_qua.hamlets")
    written = publish(finished, base.address(), schema="ket_qua")
    assert written["hamlets"] == 3
    assert base.rows("SELECT * FROM ket_qua.hamlets ORDER BY fid") == first
    record = base.rows("SELECT record->>'schema' FROM ket_qua.run")
    assert record == [("1",)]


def test_what_was_published_can_be_read(base: Server, finished: Path, province: Path) -> None:
    publish(finished, base.address(), schema="ket_qua")
    given = {"path": base.address(), "layer": "ket_qua.communes"}
    found = read(province, communes=given).communes
    assert found["commune_code"].tolist() == list(COMMUNES)


def test_a_schema_of_somebody_else_is_left_alone(base: Server, finished: Path) -> None:
    with pytest.raises(GeoplanError) as caught:
        publish(finished, base.address(), schema="nguon")
    assert {fault.code for fault in caught.value.faults} == {"schema_not_ours"}
    assert len(base.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'nguon'")) == 3


def test_all_or_nothing(base: Server, finished: Path) -> None:
    publish(finished, base.address(), schema="ket_qua")
    base.run(
        "ALTER TABLE ket_qua.positions ADD mine text",
        "CREATE VIEW nguon.p AS SELECT mine FROM ket_qua.positions",
        "DELETE FROM ket_qua.hamlets",
    )
    with pytest.raises(GeoplanError) as caught:
        publish(finished, base.address(), schema="ket_qua")
    (fault,) = caught.value.faults
    assert (fault.code, fault.params["name"]) == ("schema_in_use", "positions")
    assert base.rows("SELECT count(*) FROM ket_qua.hamlets") == [(0,)]


def test_a_table_without_rows(base: Server, province: Path) -> None:
    base.run("DELETE FROM nguon.tram")
    found = read(province, sites=[{"path": base.address(), "layer": "nguon.tram"}])
    assert len(found.sites) == 0
    assert [warning.code for warning in found.warnings] == ["empty_file"]


def test_who_may_not_write_is_told(base: Server, finished: Path) -> None:
    done = geoplan("publish", str(finished), base.address(user="guest"), "--lang", "en")
    assert done.code == 2
    assert "guest" in done.err
    assert not secrets_in((done.out + done.err).encode())


def test_the_password_may_come_from_outside(
    base: Server, province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = base.address(password="")
    given = {"path": address, "layer": "nguon.tram"}
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert len(read(province, sites=[given]).sites) == 3
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    assert codes_of(province, sites=[given]) == ["database_unreachable"]
    line = f"127.0.0.1:*:*:planner:{PASSWORD.replace(':', chr(92) + ':')}\n"
    (tmp_path / "pgpass").write_text(line, "utf-8")
    (tmp_path / "pgpass").chmod(0o600)
    assert len(read(province, sites=[given]).sites) == 3


# ------------------------------------------------------------------ without a server


def test_without_its_driver_a_database_is_told(
    province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    given = {"path": "postgresql://a:s3cret@h/d", "layer": "s.t"}
    (fault,) = faults_of(province, sites=[given])
    assert (fault.code, fault.file) == ("database_driver_missing", "postgresql://a@h/d?table=s.t")


def test_a_folder_that_is_no_run_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("[]", "utf-8")
    done = geoplan("publish", str(tmp_path), "postgresql://a:s3cret@127.0.0.1:1/d", "--lang", "en")
    assert done.code == 2
    assert "finished run" in done.err
    assert "s3cret" not in done.out + done.err


@pytest.mark.parametrize("key", ["population", "terrain", "roads"])
def test_a_raster_does_not_come_from_a_database(province: Path, key: str) -> None:
    found = faults_of(province, **{key: "postgresql://a:s3cret@h/d"})
    assert [fault.code for fault in found] == ["missing_file"]
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://a:b@h:5432/d", "postgresql://a@h:5432/d"),
        ("postgres://a@h/d?sslmode=require", "postgres://a@h/d"),
        ("postgresql://a:b@c@h/d", "postgresql://a@h/d"),
        ("postgresql://a:b/c@h/d", "postgresql://a@h/d"),
        ("postgresql://a:b?c@h/d", "postgresql://***"),
        ("postgresql://h/d?user=a&password=b@c", "postgresql://***"),
        ("postgresql://h/d?password=b", "postgresql://h/d"),
        ("postgresql://a:b@h/d?table=s.t&password=b", "postgresql://a@h/d?table=s.t"),
        ("postgresql://a:b c d@h/d", "postgresql://a@h/d"),
        ("sites.csv", "sites.csv"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown
