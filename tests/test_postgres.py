"""An index in PostgreSQL: what is its own. What every store must do is in the contract's suite."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from rag.answering.qa import QA
from rag.cli import main
from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.errors import (
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    RagError,
    SettingsError,
    StorageError,
)
from rag.forgetting import forget
from rag.index import Index
from rag.store.addresses import store_at
from rag.store.conditions import Condition
from rag.store.postgres import dense, publish, store
from rag.store.postgres.address import parse
from rag.store.postgres.conditions import as_sql
from rag.store.postgres.schema import POLICIES
from rag.store.postgres.values import as_array, as_ranges, as_text, from_text
from rag.store.verify import contents
from tests.a_part import ONLY_HIDDEN, STAFF
from tests.conftest import age
from tests.postgres import Postgres
from tests.test_restricted import WAYS

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ("How many days of annual leave are there?", "How do I connect to the VPN?")
OF_FOLDERS = ("everything", "no such file")  # ways that look into FAISS and tantivy, or at a path


@pytest.fixture(scope="module")
def admin(postgres: Postgres, database: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the module's database."""
    name = urlsplit(database).path.strip("/")
    with psycopg.connect(postgres.superuser, dbname=name, autocommit=True) as db:
        yield db


@pytest.fixture(scope="module")
def mixed(
    database: str, admin: psycopg.Connection[Any], whole: Index, embedder: BundledEmbedder
) -> Iterator[Index]:
    """``whole`` in the database, where an administrator has made the role that reads parts of it."""
    address = f"{database}?index=mixed"
    role = sql.Identifier(parse(address).role(admin.info.dbname))
    admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
    admin.execute(sql.SQL("GRANT {} TO rag").format(role))
    copy_index(whole.address, address)
    with Index.open(address, embedder=embedder) as index:
        yield index


@pytest.fixture
def address(database: str, request: pytest.FixtureRequest) -> str:
    """Of an index of this test's own."""
    return f"{database}?index={request.node.name[5:30].partition('[')[0]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three tiny documents."""
    path = tmp_path / "docs"
    path.mkdir()
    (path / "kettle.md").write_text("# Kettle\n\nThe kettle holds 1.7 litres of water.\n")
    (path / "toaster.txt").write_text("The toaster has four slots and seven levels.\n")
    (path / "leave.md").write_text("# Leave\n\nThere are 30 days of annual leave a year.\n")
    age(path)
    return path


@pytest.fixture
def make(embedder: BundledEmbedder) -> Iterator[Callable[..., Index]]:
    made = []

    def build(folder: Path, address: str) -> Index:
        made.append(Index.build(folder, address, embedder=embedder))
        return made[-1]

    yield build
    for one in made:
        one.close()


def test_what_is_kept_and_found_is_as_in_a_folder(mixed: Index, whole: Index) -> None:
    with mixed.snapshot() as here, whole.snapshot() as there:
        assert contents(here.catalog) == contents(there.catalog)
        assert here.catalog.counts() == there.catalog.counts()
    assert mixed.verify() == []
    for how in ({}, {"mode": "lexical"}, {"mode": "dense"}, {"where": {"source": "*.md"}}):
        for question in (*QUESTIONS, "zephyr merger 2031", "price of the samovar"):
            found, expected = (
                [(hit.source, hit.start) for hit in index.search(question, k=3, **how)]  # type: ignore[arg-type]
                for index in (mixed, whole)
            )
            assert found[:1] == expected[:1], (question, how)
            assert len(set(found) & set(expected)) >= len(expected) - 1
    answers = [QA(index).ask("What does a samovar cost?") for index in (mixed, whole)]
    assert (
        answers[0].text == answers[1].text and answers[0].citations[0].source == "secret/prices.csv"
    )


# Rights -----------------------------------------------------------------------------------------


def test_a_part_is_as_an_index_of_these_files_alone(mixed: Index, twin: Index, qa: QA) -> None:
    part = mixed.restricted(STAFF)
    with part.snapshot() as snapshot:
        assert snapshot.dense._part.role.startswith("rag_mixed@")  # type: ignore[attr-defined]
    for way in WAYS.keys() - set(OF_FOLDERS):
        seen, expected = WAYS[way](part, qa), WAYS[way](twin, qa)
        if way == "status":
            seen, expected = (str(one).replace("pgvector", "flat") for one in (seen, expected))
            seen, expected = (one.partition("vector_index")[0] for one in (seen, expected))
        assert seen == expected, way


def test_the_server_refuses_what_may_not_be_read(
    mixed: Index, admin: psycopg.Connection[Any]
) -> None:
    """Whatever is asked of it as the role, also by hand."""
    with mixed.restricted(STAFF).snapshot() as snapshot:
        part = snapshot.dense._part  # type: ignore[attr-defined]
        kept = set(snapshot.catalog.contents.names)
    admin.execute("SET search_path = rag_mixed, public")
    whole = {t: admin.execute(f"SELECT count(*) FROM {t}").fetchone() for t in POLICIES}
    with admin.transaction():
        for name, value in part.settings().items():
            admin.execute("SELECT set_config(%s, %s, true)", (name, value))
        (seen,) = admin.execute("SELECT array_agg(id) FROM documents").fetchone()  # type: ignore[misc]
        assert set(seen) == kept
        for table in POLICIES:
            rows = admin.execute(f"SELECT * FROM {table}").fetchall()
            said = "" if table in ("dense", "words") else str(rows).lower()  # else, numbers
            assert len(rows) < whole[table][0] or table == "roots"  # type: ignore[index]
            assert not [word for word in ONLY_HIDDEN if word in said], table
        for table in ("terms", "forms", "meta", "contents", "staged"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
                admin.execute(f"SELECT * FROM {table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
            admin.execute("DELETE FROM documents")
        admin.execute("SELECT set_config('rag.documents', '', true)")
        assert admin.execute("SELECT FROM documents").fetchall() == []


def test_conditions_keep_to_a_part_where_there_is_no_role(
    database: str, whole: Index, twin: Index, qa: QA, embedder: BundledEmbedder
) -> None:
    copy_index(whole.address, f"{database}?index=plain")
    with Index.open(f"{database}?index=plain", embedder=embedder) as index:
        part = index.restricted(STAFF)
        with part.snapshot() as snapshot:
            assert not snapshot.dense._part.role  # type: ignore[attr-defined]
        for way in ("hybrid", "lexical", "words", "has", "rarity", "frequencies", "a name of a copy", "filtered", "files"):  # fmt: skip
            assert WAYS[way](part, qa) == WAYS[way](twin, qa), way


# Writers and readers ----------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from rag.index import Index
from rag.store.postgres import publish, writer
owner, name = (publish, "_make_indexes") if sys.argv[3] == "publishing" else (writer.PostgresWriter, "stage")
real, calls = getattr(owner, name), []
def killed(*given):
    calls.append(given)
    if name == "_make_indexes" or len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
setattr(owner, name, killed)
Index.build(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("moment", ["staging", "publishing"])
def test_a_killed_writer_leaves_the_old_generation_and_what_it_staged(
    moment: str, folder: Path, address: str, make: Callable[..., Index]
) -> None:
    address = f"{address}_{moment}"
    index = make(folder, address)
    before = index.store.published()
    for number in range(4):
        new = folder / f"new{number}.md"
        new.write_text(f"# New\n\nThe {number}th thing that is new.\n")
        os.utime(new, ns=(0, 10**18))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    given = [sys.executable, "-c", KILLED, str(folder), address, moment]
    assert subprocess.run(given, env=environment).returncode == -9
    assert len(index.sources()) == 3 and not index.refresh() and index.verify() == []
    assert index.store.published() == before
    report = index.update(folder)
    assert len(report.added) == 4 and index.generation == 2 and index.verify() == []
    assert report.embedded == 0  # not again


def test_there_is_one_writer(address: str, folder: Path, make: Callable[..., Index]) -> None:
    index = make(folder, address)
    with index.store.writing():
        assert index.status().writing
        with pytest.raises(IndexLocked, match="another process is writing"):
            index.remove("toaster.txt")
    assert not index.status().writing and index.remove("toaster.txt") == ("toaster.txt",)


def test_a_snapshot_stays_as_it_was(
    address: str, folder: Path, make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make(folder, address)
    with index.snapshot() as old:
        (folder / "kettle.md").write_text("# Kettle\n\nThe kettle is made of copper.\n")
        (folder / "toaster.txt").unlink()
        assert index.update(folder).generation == 2
        assert "toaster.txt" in old.sources() and "1.7 litres" in old.document_of("kettle.md").text
        assert old.lexical.frequency("toaster") == 1 and len(old.lexical.search("slots", 5)[0]) == 1
        assert len(index.search("slots", mode="lexical")) == 0 and index.sources() == ("kettle.md", "leave.md")  # fmt: skip
    assert not index.refresh()
    monkeypatch.setattr(store, "RENEWED_S", -1.0)
    with index.snapshot() as before:
        assert not index.refresh()  # but the transaction is another
    with index.snapshot() as after:
        assert after is not before and after.identity == before.identity


def test_a_session_that_the_server_ends_goes_on_in_another(
    address: str, folder: Path, make: Callable[..., Index], database: str
) -> None:
    index = make(folder, address)

    def end_all() -> None:
        with psycopg.connect(database, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user "
                "AND pid <> pg_backend_pid() AND application_name = 'rag' AND datname = current_database() "
                "AND backend_type = 'client backend' AND pid = ANY(%s)",
                (pids,),
            )

    def pid_of(held: Index) -> int:
        with held.snapshot() as snapshot:
            return int(snapshot.catalog.session.rows("SELECT pg_backend_pid()")[0][0])  # type: ignore[attr-defined]

    pids = [pid_of(index)]
    end_all()
    assert index.search("slots", mode="lexical")[0].source == "toaster.txt"
    pids = [pid_of(index)]
    with Index.open(address) as other:
        other.remove("toaster.txt")
    end_all()
    with pytest.raises(StorageError, match="updated since"):
        index.search("slots", mode="lexical")
    assert index.refresh() and index.search("slots", mode="lexical") == []


def test_a_graph_finds_what_comparing_all_finds(
    address: str, folder: Path, make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "HNSW_FROM", 2)
    monkeypatch.setattr(dense, "FEW", 0)
    index = make(folder, address)
    assert index.status().vector_index == "pgvector HNSW fp16" and index.verify() == []
    (folder / "bread.md").write_text("# Bread\n\nThe bread is toasted in four slots.\n")
    age(folder)
    index.update(folder)
    with index.snapshot() as snapshot:
        query = index.encode("toast")[None, :]
        ids, scores = next(snapshot.dense.search(query, 3))
        every = snapshot.catalog.visible()
        vectors = np.concatenate([v for _, v in publish.searched(snapshot.catalog, every)])
        expected = np.sort(vectors @ query[0])[::-1][:3]
        assert np.allclose(scores, expected, atol=2e-3) and len(set(ids.tolist())) == 3
        one = snapshot.catalog.contents.owners(ids[1:2]).tolist()
        assert next(snapshot.dense.search(query, 1, one))[0].tolist() == ids[1:2].tolist()
        plan = snapshot.catalog.session.rows(  # type: ignore[attr-defined]
            "EXPLAIN SELECT id FROM dense ORDER BY vector::halfvec(384) <#> %s::halfvec(384) LIMIT 3",
            (str(query[0].tolist()),), None, {"enable_seqscan": "off"},
        )  # fmt: skip
        assert publish.GRAPH in str(plan)
    with index.restricted(lambda name, _: name == "bread.md").snapshot() as part:
        assert part.catalog.contents.owners(next(part.dense.search(query, 5))[0]).tolist() == [*part.catalog.contents.names]  # fmt: skip


def test_what_is_forgotten_is_in_no_table(
    postgres: Postgres, folder: Path, make: Callable[..., Index]
) -> None:
    (folder / "secret.md").write_text("# Zanzibar\n\nThe Quixotic plan (QXP) of Zanzibar.\n")
    database = postgres.database()  # of which there is no other reader
    index = make(folder, database)
    assert forget(database, ["secret.md"]).read_elsewhere  # this very index reads it still
    index.close()
    assert not forget(database, ["toaster.txt"]).read_elsewhere
    schema = parse(database).schema
    with psycopg.connect(database) as db:
        db.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(schema)))
        tables = [*POLICIES, "terms", "forms", "meta", "contents", "staged"]
        kept = str([db.execute(f"SELECT t::text FROM {t} t").fetchall() for t in tables]).lower()
    gone = ("quixotic", "zanzibar", "qxp", "slots")
    assert "kettle" in kept and not any(word in kept for word in gone)
    name = urlsplit(database).path[1:]
    with psycopg.connect(postgres.superuser, dbname=name, autocommit=True) as db:
        db.execute("CHECKPOINT")  # what is in files is what the server holds
        rows = db.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)), relname FROM pg_class "
            "WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'i')",
            (schema,),
        )
        files = [(bytes(row[0]).lower(), row[1]) for row in rows]
    assert any(b"kettle" in file for file, _ in files)
    assert not [(name, word) for file, name in files for word in gone if word.encode() in file]


# What people name, and what they are told -----------------------------------------------------------


@pytest.mark.parametrize(
    "name", ['a"; DROP SCHEMA x; --', "a.b", "ä", "a" * 41, "a b", "%00", "%22"]
)
def test_hostile_names_of_indexes_are_refused(name: str, database: str) -> None:
    with pytest.raises(SettingsError, match="the name of an index"):
        store_at(f"{database}?index={name}")


@pytest.mark.parametrize("name", ["select", "Rag-1", "_", "1"])
def test_unusual_names_are_names(name: str, database: str, folder: Path, make: Any) -> None:
    assert len(make(folder, f"{database}?index={name}").sources()) == 3


def test_errors_are_said_in_words_and_tell_no_password(
    postgres: Postgres, database: str, folder: Path
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
            Index.build(folder, address)
        said = str(error.value).replace("secretdb", "")
        assert not any(one in said for one in ("secret", parts.password, "pass%", "\n")), said
    with pytest.raises(IndexMissing, match="Make one: rag index"):
        Index.open(f"{database}?index=none")


def test_a_role_that_may_only_read_reads(
    postgres: Postgres, address: str, folder: Path, make: Callable[..., Index], database: str
) -> None:
    make(folder, address)
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
    address: str, folder: Path, make: Callable[..., Index], database: str
) -> None:
    make(folder, address).close()
    with psycopg.connect(database, autocommit=True) as db:
        schema = sql.Identifier(parse(address).schema)
        db.execute(sql.SQL("UPDATE {}.meta SET value = '99' WHERE key = 'format'").format(schema))
    for use in (Index.open, lambda where: Index.build(folder, where)):
        with pytest.raises(IndexMismatch, match="newer version"):
            use(address)  # type: ignore[operator]


def test_commands_show_no_password(mixed: Index, database: str) -> None:
    password = str(urlsplit(database).password)
    for command in (["status"], ["verify"], ["search", "kettle"], ["show", "public/terms.md"], ["show", "none"], ["compact"]):  # fmt: skip
        done = CliRunner().invoke(main, [*command, "--index", f"{database}?index=mixed"])
        assert password not in done.output + str(done.exception), command
        assert done.exit_code == 0 or command[-1] == "none"


def test_damage_is_told(database: str, whole: Index, embedder: BundledEmbedder) -> None:
    address = f"{database}?index=damage"
    copy_index(whole.address, address)
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("SET search_path = rag_damage, public")
        db.execute("UPDATE documents SET text = '\\x00' WHERE id = (SELECT min(id) FROM documents)")
        db.execute("DELETE FROM words WHERE id = (SELECT max(id) FROM words)")
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
