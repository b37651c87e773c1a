"""An index in PostgreSQL: what people name, what they are told, and how values are written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from rag.cli import main
from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.errors import (
    IndexMismatch,
    IndexMissing,
    RagError,
    SettingsError,
    StorageError,
)
from rag.index import Index
from rag.store.addresses import name_of, store_at
from rag.store.conditions import Condition
from rag.store.postgres.address import parse
from rag.store.postgres.conditions import as_sql
from rag.store.postgres.values import as_array, as_ranges, as_text, from_text, integers, strings
from rag.store.postgres.writing import WritingSession
from tests.postgres import Postgres
from tests.waiting import until

# What people name, and what they are told -----------------------------------------------------------


@pytest.mark.parametrize(
    "name", ['a"; DROP SCHEMA x; --', "a.b", "ä", "a" * 41, "a b", "%00", "%22"]
)
def test_hostile_names_of_indexes_are_refused(name: str, database: str) -> None:
    with pytest.raises(SettingsError, match="the name of an index"):
        store_at(f"{database}?index={name}")


@pytest.mark.parametrize("name", ["select", "Rag-1", "_", "1"])
def test_unusual_names_are_names(name: str, database: str, small: Path, make: Any) -> None:
    assert len(make(small, f"{database}?index={name}").sources()) == 3


def test_errors_are_said_in_words_and_tell_no_password(
    postgres: Postgres, database: str, small: Path
) -> None:
    parts = urlsplit(database)
    bare = postgres.database()
    name = urlsplit(bare).path.strip("/")
    with psycopg.connect(postgres.superuser, autocommit=True) as db:
        db.execute("CREATE ROLE looker LOGIN PASSWORD 'pass%word'")
        with psycopg.connect(postgres.superuser, dbname=name, autocommit=True) as own:
            own.execute("DROP EXTENSION vector")
    looker = f"looker:pass%25word@{parts.hostname}:{parts.port}"
    for address, words in (
        (f"postgresql://rag:secret@127.0.0.1:1{parts.path}", "server is up"),
        (f"postgresql://rag:secret@nohost.invalid{parts.path}", "Check the address"),
        (database.replace("rag:", "rag:secret"), "Check user and password"),
        (database.replace(parts.path, "/secretdb"), "does not exist"),
        ("postgresql://rag:se%zz-secret@127.0.0.1:1/x", "cannot be read"),
        (bare, "CREATE EXTENSION vector"),
        (f"postgresql://{looker}{parts.path}?index=none", "own the schema"),
    ):
        with pytest.raises(RagError, match=words) as error:
            Index.build(small, address)
        said = str(error.value).replace("secretdb", "")
        assert not any(one in said for one in ("secret", parts.password, "pass%", "\n", "?.")), said
    with pytest.raises(IndexMissing, match="Make one: rag index"):
        Index.open(f"{database}?index=none")


def test_a_run_whose_connection_ends_says_what_is_safe(postgres: Postgres) -> None:
    session = WritingSession(parse(postgres.database()))
    name = session.db.info.dbname
    with psycopg.connect(postgres.superuser, autocommit=True) as db:
        of_it = "FROM pg_stat_activity WHERE datname = %s"
        db.execute(f"SELECT pg_terminate_backend(pid) {of_it}", (name,))
        until(lambda left: not left, lambda: db.execute(f"SELECT {of_it}", (name,)).fetchall())
    for _ in range(2):  # it ends, and it has ended
        with pytest.raises(StorageError, match="indexed so far is safe: see that the server is up"):
            session.rows("SELECT 1")
    session.close()


def test_limits_of_time_that_are_meant_for_questions_end_no_run(postgres: Postgres) -> None:
    address = postgres.database()
    name = sql.Identifier(urlsplit(address).path.strip("/"))
    with psycopg.connect(postgres.superuser, autocommit=True) as db:
        for limit in ("statement", "transaction", "idle_in_transaction_session", "idle_session"):
            setting = sql.Identifier(f"{limit}_timeout")
            db.execute(sql.SQL("ALTER DATABASE {} SET {} = '200ms'").format(name, setting))
    session = WritingSession(parse(address))
    time.sleep(0.4)
    with session.transaction():
        session.rows("SELECT pg_sleep(0.4)")
        time.sleep(0.4)
        assert session.rows("SELECT 1") == [(1,)]
    session.close()


SIGNS = ("/", "@", ":", "?", "#", "%", "[", "]", "/@", "@/", ":/", "?index=", "&index=", "#@", "//", "\\", " ", "é", "%2F", "@:1/")  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS)
def test_no_part_of_a_password_is_shown_however_it_is_written(sign: str) -> None:
    """Whatever is not refused is shown without it; and what is refused is not quoted."""
    for password in (f"zqx{sign}jvk", f"zqx{sign}", f"{sign}jvk", f"zqx{sign}jvk{sign}wqy"):
        for address in (
            f"postgresql://ann:{password}@127.0.0.1:1/wiki?index=a",
            f"postgresql://ann:{password}@127.0.0.1:1/wiki",
            f"postgresql://127.0.0.1:1/wiki?index=a&password={password}",
            f"milvus://root:{password}@127.0.0.1:1/wiki?catalog=postgresql://db/rag",
            f"milvus://127.0.0.1:1/wiki?catalog=postgresql://ann:{password}@127.0.0.1:1/rag",
        ):
            said = []
            for ask in (store_at, name_of, lambda where: store_at(where).snapshot()):
                try:
                    made = ask(address)
                except RagError as error:
                    said += [str(error), repr(error.__cause__)]
                else:
                    said += [getattr(made, "address", ""), str(made)]
            parts = [part for part in ("zqx", "jvk", "wqy") if part in "".join(said)]
            assert not parts, (address, said)


def test_a_password_with_signs_that_are_written_as_they_should_be_is_taken(
    postgres: Postgres, database: str, small: Path
) -> None:
    with psycopg.connect(postgres.superuser, autocommit=True) as db:
        db.execute("CREATE ROLE signs LOGIN SUPERUSER PASSWORD 'a/b@c:d?e#f%g'")
    there = urlsplit(database)
    written = f"signs:{quote('a/b@c:d?e#f%g', safe='')}@{there.hostname}:{there.port}"
    address = f"postgresql://{written}{there.path}?index=signs"
    with Index.build(small, address) as index:
        assert index.address == address.replace(written.partition("@")[0], "signs")


def test_a_role_that_may_only_read_reads(
    postgres: Postgres, address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    make(small, address)
    schema = sql.Identifier(parse(address).schema)
    with psycopg.connect(postgres.superuser, dbname=urlsplit(database).path[1:], autocommit=True) as db:  # fmt: skip
        db.execute("CREATE ROLE reader LOGIN PASSWORD 'reads'")
        db.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO reader").format(schema))
        db.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO reader").format(schema))
        db.execute(sql.SQL("UPDATE {}.meta SET value = '99' WHERE key = 'none'").format(schema))
    parts = urlsplit(address)
    reads = f"postgresql://reader:reads@{parts.hostname}:{parts.port}{parts.path}?{parts.query}"
    with Index.open(reads) as index:
        assert index.search("slots", mode="lexical") and index.verify() == []
        with pytest.raises(StorageError, match="may not do that"):
            index.remove("kettle.md")


def test_a_newer_format_is_left_alone(
    address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    make(small, address).close()
    with psycopg.connect(database, autocommit=True) as db:
        schema = sql.Identifier(parse(address).schema)
        db.execute(sql.SQL("UPDATE {}.meta SET value = '99' WHERE key = 'format'").format(schema))
    for use in (Index.open, lambda where: Index.build(small, where)):
        with pytest.raises(IndexMismatch, match="newer version"):
            use(address)  # type: ignore[operator]


def test_commands_show_no_password(
    address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    make(small, address)
    password = str(urlsplit(database).password)
    for command in (["status"], ["verify"], ["search", "kettle"], ["show", "kettle.md"], ["show", "none"], ["compact"]):  # fmt: skip
        done = CliRunner().invoke(main, [*command, "--index", address])
        assert password not in done.output + str(done.exception), command
        assert done.exit_code == 0 or command[-1] == "none"


def test_damage_is_told(database: str, whole: Index, embedder: BundledEmbedder) -> None:
    address = f"{database}?index=damage"
    copy_index(whole.address, address)
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("SET search_path = rag_damage, public")
        db.execute("UPDATE documents SET text = '\\x00' WHERE id = (SELECT min(id) FROM documents)")
        db.execute("DELETE FROM postings WHERE first = (SELECT max(first) FROM postings)")
        turned = f"[{','.join(['1'] * 384)}]"
        db.execute("UPDATE dense SET vector = %s WHERE id = (SELECT min(id) FROM dense)", (turned,))
    problems = store_at(address).problems()
    assert any("is damaged" in one for one in problems)
    assert any("that it is searched by is damaged" in one for one in problems)
    assert any("full-text index is missing or damaged" in one for one in problems)
    with store_at(address).writing() as writer, pytest.raises(RagError, match="restore the schema"):
        writer.repair()  # from a text that is damaged


# Values -------------------------------------------------------------------------------------------

NAMES = [
    "a.md",
    "A.md",
    "b[1].txt",
    "50%_x",
    "a\\b",
    "ä.md",
    "a]b",
    "x-y",
    "",
    "a\nb",
    "docs/z.pdf",
    "^",
    "😀.md",
]
GLOBS = [
    "*", "?.md", "a*", "[a-z].md", "[^a-z].md", "[]a]*", "b[[]1].txt", "b[1].txt", "50%_?", "a\\b", "[", "a[", "*[-]*", "[z-a]*",
    "[a-]*", "*.MD", "a?b", "[^]]", "*[a-c-e]*", "[ä-ö].md", "?", "(a|b)*", "^", "[😀-😎]*", "*/*.pdf", "[a",
]  # fmt: skip


def test_globs_and_comparisons_are_those_of_a_folder(database: str) -> None:
    lite = sqlite3.connect(":memory:")
    with psycopg.connect(database) as db:
        db.execute('CREATE TEMP TABLE f (name text COLLATE "C")')
        for name in NAMES:
            db.execute("INSERT INTO f VALUES (%s)", (name,))
        for sign, value in [("glob", glob) for glob in GLOBS] + [(s, v) for s in ("<", ">=", "=") for v in ("a.md", "B", "é", "")]:  # fmt: skip
            where, values = as_sql([[Condition("source", sign, value)]])  # type: ignore[arg-type]
            found = {row[0] for row in db.execute(f"SELECT name FROM f WHERE {where}", values)}  # type: ignore[arg-type]
            said = f"? {sign.upper()} ?" + ("" if sign in ("glob", "=") else " AND ? <> ''")
            marks = 3 if sign not in ("glob", "=") else 2
            expected = {n for n in NAMES if lite.execute(f"SELECT {said}", (n, value, n)[:marks]).fetchone() == (1,)}  # fmt: skip
            assert found == expected, (sign, value)
    lite.close()


def test_values_come_back() -> None:
    assert from_text(as_text("a\x00b")) == "a\x00b"
    assert as_ranges([]) == "{}" and as_ranges([5, 6, 9]) == "{[5,7),[9,10)}"
    assert as_array(['a"b', "c\\d", "e,f"]) == '{"a\\"b","c\\\\d","e,f"}'


@pytest.mark.parametrize("words", [[], ["tea"], ["kettle", "", "Straße", 'a"b', "NULL", "x" * 300]])
def test_arrays_are_copied_as_they_are(words: list[str], database: str) -> None:
    numbers = np.array([len(word) * 3_000_000 for word in words], np.int32)
    with psycopg.connect(database) as db:
        db.execute("CREATE TEMP TABLE t (words text[], numbers integer[])")
        with db.cursor().copy("COPY t FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["bytea", "bytea"])
            copy.write_row((strings(words), integers(numbers)))
        assert db.execute("SELECT words, numbers FROM t").fetchone() == (words, numbers.tolist())
