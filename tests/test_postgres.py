"""The server that tests of PostgreSQL run on."""

from __future__ import annotations

import psycopg

from tests.postgres import Postgres


def test_a_database_is_empty_and_its_own_and_takes_vectors(
    postgres: Postgres, database: str
) -> None:
    with psycopg.connect(database) as db:
        near = db.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector").fetchone()
        who = db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        kept = db.execute("SHOW server_encoding").fetchone()
        db.execute("CREATE TABLE kept (one text)")
    assert (near, who, kept) == ((2.0,), (False,), ("UTF8",))
    with psycopg.connect(postgres.database()) as other:
        assert other.execute("SELECT to_regclass('kept')").fetchone() == (None,)
