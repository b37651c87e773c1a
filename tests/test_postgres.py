"""An index in PostgreSQL: what is its own. What every store must do is in the contract's suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psycopg
import pytest
from psycopg import sql

from rag.answering.qa import QA
from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.errors import (
    IndexLocked,
    StorageError,
)
from rag.forgetting import forget
from rag.index import Index
from rag.store.contents import Contents
from rag.store.postgres import dense, publish, store
from rag.store.postgres.address import parse
from rag.store.postgres.schema import POLICIES
from rag.store.postgres.values import halves
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
            said = "" if table == "dense" else str(rows).lower()  # else, numbers
            few = ("roots", "blocks")  # the same folder; no text here is long
            assert len(rows) < whole[table][0] or table in few  # type: ignore[index]
            assert not [word for word in ONLY_HIDDEN if word in said], table
        for table in ("words", "postings", "forms", "meta", "contents", "staged"):
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
from rag.ingestion import staging
from rag.store.postgres import publish, writer
staging.WINDOW = 1  # each file is one
owner, name = (publish, "_make_indexes") if sys.argv[3] == "publishing" else (writer.PostgresWriter, "stage")
real, calls = getattr(owner, name), []
def killed(*given):
    calls.append(given[1])
    if name == "_make_indexes" or sum(map(bool, calls)) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)
setattr(owner, name, killed)
Index.build(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("moment", ["staging", "publishing"])
def test_a_killed_writer_leaves_the_old_generation_and_what_it_staged(
    moment: str, small: Path, address: str, make: Callable[..., Index]
) -> None:
    address = f"{address}_{moment}"
    index = make(small, address)
    before = index.store.published()
    for number in range(4):
        new = small / f"new{number}.md"
        new.write_text(f"# New\n\nThe {number}th thing that is new.\n")
        os.utime(new, ns=(0, 10**18))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    given = [sys.executable, "-c", KILLED, str(small), address, moment]
    assert subprocess.run(given, env=environment).returncode == -9
    assert len(index.sources()) == 3 and not index.refresh() and index.verify() == []
    assert index.store.published() == before
    with index.store.writing() as kept:
        assert len(kept.staged()) == (4 if moment == "publishing" else 2)
    report = index.update(small)
    assert len(report.added) == 4 and index.generation == 2 and index.verify() == []
    assert report.embedded == (0 if moment == "publishing" else 1)  # none again


def test_there_is_one_writer(address: str, small: Path, make: Callable[..., Index]) -> None:
    index = make(small, address)
    with index.store.writing():
        assert index.status().writing
        with pytest.raises(IndexLocked, match="another process is writing"):
            index.remove("toaster.txt")
    assert not index.status().writing and index.remove("toaster.txt") == ("toaster.txt",)


def test_a_snapshot_stays_as_it_was(
    address: str, small: Path, make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make(small, address)
    with index.snapshot() as old:
        (small / "kettle.md").write_text("# Kettle\n\nThe kettle is made of copper.\n")
        (small / "toaster.txt").unlink()
        assert index.update(small).generation == 2
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
    address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    index = make(small, address)

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
    address: str, small: Path, make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "HNSW_FROM", 2)
    monkeypatch.setattr(dense, "FEW", 0)
    index = make(small, address)
    assert index.status().vector_index == "pgvector HNSW fp16" and index.verify() == []
    (small / "bread.md").write_text("# Bread\n\nThe bread is toasted in four slots.\n")
    age(small)
    index.update(small)
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


def test_a_graph_is_built_in_the_memory_that_it_is_given(database: str) -> None:
    said = []
    with psycopg.connect(database) as db:
        db.add_notice_handler(lambda notice: said.append(notice.message_primary))
        db.execute("CREATE TEMP TABLE dense (vector halfvec(8))")
        vectors = np.random.default_rng(0).standard_normal((12_000, 8)).astype(np.float32)
        with db.cursor().copy("COPY dense FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["bytea"])
            for one in halves(vectors):
                copy.write_row((one,))
        making = "CREATE INDEX {} ON dense USING hnsw (vector halfvec_ip_ops)"
        size = publish.graph_size(12_000, 8)
        for given, notices in ((size + 2**20, 0), (size - 2**20, 1)):  # it is taken by the megabyte
            db.execute(f"SET maintenance_work_mem = {given >> 10}")
            db.execute(making.format(f"made_{notices}"))
            assert len(said) == notices, said


def test_of_more_chunks_more_are_looked_at(address: str, small: Path, make: Any) -> None:
    index = make(small, address)
    query = index.encode("toast")[None, :]
    for chunks, wanted in ((10_000, "200"), (250_000, "500"), (4_000_000, "1000")):
        with index.snapshot() as snapshot:
            session = snapshot.catalog.session
            many = Contents([(1, 1, chunks, ("a.md",))])
            list(dense.PostgresDense(session, many, 384, by_graph=True).search(query, 3))
            assert session.rows("SELECT current_setting('hnsw.ef_search')") == [(wanted,)]


def test_what_is_forgotten_is_in_no_table(
    postgres: Postgres, small: Path, make: Callable[..., Index]
) -> None:
    (small / "secret.md").write_text("# Zanzibar\n\nThe Quixotic plan (QXP) of Zanzibar.\n")
    database = postgres.database()  # of which there is no other reader
    index = make(small, database)
    assert forget(database, ["secret.md"]).read_elsewhere  # this very index reads it still
    index.close()
    assert not forget(database, ["toaster.txt"]).read_elsewhere
    schema = parse(database).schema
    with psycopg.connect(database) as db:
        db.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(schema)))
        tables = [*POLICIES, "words", "postings", "forms", "meta", "contents", "staged"]
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
