"""A PostGIS server of the tests' own: an ordinary user's, on loopback, gone when they are done."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

PASSWORD = "Bí mật?/@:9"  # every letter that means something in an address


@dataclass(frozen=True)
class Server:
    """Where a server listens, and as whom it is asked."""

    port: int
    user: str = "planner"
    password: str = PASSWORD
    database: str = "tinh"

    def address(self, *, user: str = "", password: str | None = None, options: str = "") -> str:
        """Give the address of its database."""
        secret = self.password if password is None else password
        shown = f"{user or self.user}:{quote(secret, safe='')}" if secret else user or self.user
        place = f"127.0.0.1:{self.port}/{self.database}"
        return f"postgresql://{shown}@{place}" + (f"?{options}" if options else "")

    def run(self, *statements: str) -> None:
        """Execute statements as the owner of the database."""
        import psycopg

        with psycopg.connect(self.address()) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        import psycopg

        with psycopg.connect(self.address()) as connection:
            return connection.execute(query).fetchall()


def _programs() -> Path | None:
    """Give the folder of initdb and pg_ctl: Debian's newest, else what stands in the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


def _version(path: Path) -> int:
    name = path.parents[1].name
    return int(name) if name.isdigit() else 0


def _ordinary_user() -> str | None:
    """Give whom to run the server as, where the tests run as root, which servers refuse."""
    import pwd

    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise LookupError("no ordinary user to run a server as")


def _lack(why: str) -> None:
    if os.environ.get("GEOPLAN_NEED_POSTGIS"):
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with PostGIS; skip where Debian's packages are absent."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        _lack("psycopg is not installed: pip install geoplan[postgis]")
    programs = _programs()
    if programs is None:
        _lack("PostgreSQL is not installed: apt-get install postgresql postgresql-postgis")
        raise AssertionError
    user = _ordinary_user()
    folder = Path(tempfile.mkdtemp(prefix="geoplan-pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def call(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run(
            command, user=user, cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    try:
        call("initdb", "-D", str(data), "-U", "root", "-A", "trust", "-E", "UTF8", "-N")
        (data / "pg_hba.conf").write_text(
            "local all root trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        port = _free_port()
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} "
            "-c fsync=off -c shared_buffers=16MB -c max_connections=20"
        )
        log = str(folder / "log")
        call("pg_ctl", "-D", str(data), "-l", log, "-w", "-t", "60", "-o", options, "start")
        try:
            yield _prepared(folder, port)
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepared(folder: Path, port: int) -> Server:
    """Make the database, its owner and PostGIS."""
    import psycopg
    from psycopg import sql

    made = Server(port)
    where = f"host={folder} port={port} user=root"
    with psycopg.connect(f"{where} dbname=postgres", autocommit=True) as connection:
        role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(role.format(sql.Identifier(made.user), sql.Literal(made.password)))
        guest = sql.SQL("CREATE ROLE guest LOGIN PASSWORD {}")
        connection.execute(guest.format(sql.Literal(made.password)))
        connection.execute("CREATE DATABASE tinh OWNER planner")
    with psycopg.connect(f"{where} dbname=tinh", autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"
        ).fetchone()
        if found is None:
            _lack("PostGIS is not installed: apt-get install postgresql-postgis")
        connection.execute("CREATE EXTENSION postgis")
    return made
