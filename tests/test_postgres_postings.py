"""An index in PostgreSQL, searched by words: how postings are kept, and how an older format's words are taken up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
import pytest
from psycopg import sql

from rag.errors import IndexMismatch
from rag.index import Index
from rag.store.addresses import store_at
from rag.store.postgres import postings, schema
from rag.store.postgres.address import parse
from rag.store.postgres.postings import Gone, Postings, rewrite
from rag.store.postgres.writing import WritingSession


def some(pairs: dict[tuple[int, int], float]) -> Postings:
    dims, chunks = ([pair[i] for pair in pairs] for i in (0, 1))
    arrays = np.array(dims, np.int32), np.array(chunks, np.int64)
    return Postings.joined([Postings(*arrays, np.array([*pairs.values()], np.float32))])


def test_blocks_hold_what_was_put_in_and_not_taken_out(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents come, go, and come again with the same chunks, as those do that are renamed."""
    monkeypatch.setattr(postings, "BLOCK", 5)
    monkeypatch.setattr(postings, "_DIMENSIONS", 7)
    chance = np.random.default_rng(0)
    session = WritingSession(parse(address))
    held: dict[int, tuple[int, int, dict[tuple[int, int], float]]] = {}  # by document
    last = 1
    try:
        for turn in range(12):
            leaving = [one for one in held if chance.random() < 0.4]
            back = [one for one in leaving if chance.random() < 0.5]
            gone, new = [], dict[tuple[int, int], float]()
            places = {one: held[one][:2] for one in back}
            for one in leaving:
                first, end, pairs = held.pop(one)
                gone.append(Gone(np.unique([dim for dim, _ in pairs]).astype(np.int32), first, end))
            for number in range(4):
                count = int(chance.integers(1, 9))
                places[turn * 10 + number] = (last, last + count - 1)
                last += count + int(chance.integers(0, 2**33))
            for one, (first, end) in places.items():
                pairs = {
                    (int(dim), chunk): float(np.float16(chance.random() + 0.1))
                    for chunk in range(first, end + 1)
                    for dim in chance.choice(23, 6, replace=False)
                }
                held[one] = (first, end, pairs)
                new |= pairs
            rewrite(session, gone, some(new))
            rows = session.rows("SELECT dim, first, packed FROM postings ORDER BY dim, first")
            assert max(len(packed) for *_, packed in rows) <= 5 * postings.SIZE
            found, wanted = Postings.unpacked(rows), some({k: v for *_, one in held.values() for k, v in one.items()})  # fmt: skip
            for ours, theirs in zip((found.dims, found.chunks, found.weights), (wanted.dims, wanted.chunks, wanted.weights), strict=True):  # fmt: skip
                assert np.array_equal(ours, theirs)
    finally:
        session.close()


KEPT = ("meta", "contents", "roots", "documents", "fields", "files", "staged", "vectors", "chunks")


def test_an_index_of_the_first_format_is_taken_up(
    address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    asked = "slots of the kettle"
    index = make(small, address)
    before = [(hit.source, hit.lexical) for hit in index.search(asked, mode="lexical")]
    old, new = (sql.Identifier(parse(one).schema) for one in (f"{address}_old", address))
    with psycopg.connect(database, autocommit=True) as db:
        db.execute(sql.SQL("CREATE SCHEMA {}").format(old))
        db.execute(sql.SQL("SET search_path = {}, public").format(old))
        db.execute(schema.MIGRATIONS[0])
        for table in KEPT:
            columns = db.execute(f"SELECT * FROM {table}").description or ()
            names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
            copied = sql.SQL("INSERT INTO {t} ({n}) SELECT {n} FROM {new}.{t}")
            db.execute(copied.format(t=sql.Identifier(table), n=names, new=new))
        db.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    with pytest.raises(IndexMismatch, match="older version"):
        Index.open(f"{address}_old")
    assert store_at(f"{address}_old").recipe() == index.store.recipe()  # brings it up
    with Index.open(f"{address}_old", embedder=index.embedder) as again:
        assert again.verify() == []
        after = [(hit.source, hit.lexical) for hit in again.search(asked, mode="lexical")]
        assert after == before


def test_postings_that_are_missing_are_found_and_made_anew(
    address: str, small: Path, make: Callable[..., Index], database: str
) -> None:
    index = make(small, address)
    with psycopg.connect(database, autocommit=True) as db:
        table = sql.Identifier(parse(address).schema, "postings")
        gone = "DELETE FROM {} WHERE dim = (SELECT min(dim) FROM {})"
        db.execute(sql.SQL(gone).format(table, table))
    assert any("full-text index is missing" in one for one in index.store.problems())
    index.update(small)  # nothing is new
    assert index.store.problems() == []
