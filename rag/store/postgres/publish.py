"""Make a generation visible, and with it what is derived from it: one transaction.

Rows of documents that are new, or known by other names, are written; those of documents that are gone are deleted. The indexes over
them are made after the first load, which is quicker than to fill them row by row.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
import psycopg

from rag.codec import to_json
from rag.store.bm25 import Lengths, lengths_of, terms_in
from rag.store.contents import Contents
from rag.store.neighbours import searched
from rag.store.postgres.cards import Card, card_of
from rag.store.postgres.connection import storage_errors
from rag.store.postgres.dense import HNSW_FROM, WIDEST
from rag.store.postgres.postings import SIZE, Gone, Postings, postings_of, rewrite
from rag.store.postgres.session import UNDERIVED
from rag.store.postgres.values import NAMED, as_text, halves, integers, named_by, strings
from rag.store.terms import BOOSTS

if TYPE_CHECKING:
    from rag.store.postgres.writer import PostgresWriter

DOCUMENTS, CHUNKS = 200, 2_000  # that are read and written at once
SAMPLED = 400  # documents of many, by which chunks' average length is told before all are read
_FIELDS = tuple(BOOSTS)
_INDEXES = {
    "cards_forms": "ON cards USING gin (forms) WITH (fastupdate = off)",
    "labels_label": "ON labels (label, kind)",
    "aliases_stems": "ON aliases (stems)",
}
POSTINGS = 4_000_000  # that are sorted and written at once
BUILD_MEMORY_MB = 2048  # that the server may take to build the index over vectors, at most
_LINKS = 740  # bytes of a chunk in it while it is built, beside its vector; 715 were measured


def publish(writer: PostgresWriter, removed: Iterable[tuple[int, str]]) -> int:
    """Make what is staged visible and what is ``removed`` (root, name) not. The new generation's number.

    Raises:
        StorageError: it cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    before, generation, identity = writer.contents, writer.generation() + 1, uuid4().hex
    try:
        with writer.transaction():
            writer.rows("SET LOCAL synchronous_commit = on")
            writer.rows(f"DELETE FROM files {NAMED}", named_by(removed))
            writer.flip()
            after = _held_now(writer)
            writer.keep_contents(after)
            derive(writer, before, after)
            writer.turn(before, after, identity)
            writer.rows(
                "DELETE FROM documents d WHERE NOT EXISTS (SELECT FROM files f WHERE f.document = d.id)"
            )
            writer.rows(
                "DELETE FROM roots r WHERE NOT EXISTS (SELECT FROM files f WHERE f.root = r.id)"
            )
            writer.put(
                generation=str(generation),
                identity=identity,
                published=str(int(time.time())),
                searched_in=writer.searched_in,
            )
    except BaseException:
        writer.keep_contents(None)  # to be read again
        raise
    return generation


def repair(writer: PostgresWriter) -> None:
    """Make anew what is derived where rows of it are missing, and indexes that are. Embeds nothing."""
    counts = writer.rows(
        "SELECT (SELECT count(*) FROM dense), (SELECT count(*) FROM words), (SELECT count(*) FROM cards), "
        "(SELECT coalesce(sum(postings), 0) FROM words) = (SELECT coalesce(sum(length(packed)), 0) / %s FROM postings)",
        (SIZE,),
    )
    contents = writer.contents
    chunks, documents = len(contents.chunks()), len(contents.held)
    if counts == [(0 if writer.searched_in else chunks, documents, documents, True)]:
        with writer.transaction():
            _make_indexes(writer, chunks)
            writer.drop(UNDERIVED)
        return
    with writer.transaction():
        writer.rows(f"DROP INDEX IF EXISTS {GRAPH}")  # made after, not row by row
        for table in ("dense", "words", "postings", "cards", "forms", "labels", "aliases"):
            writer.rows(f"DELETE FROM {table}")
        writer.put(lengths=to_json(Lengths()), searched_in=writer.searched_in)
        derive(writer, Contents(), contents)


def _held_now(writer: PostgresWriter) -> Contents:
    """What the files hold."""
    files = [(row.document, row.name) for row in writer.files() if row.document is not None]
    rows = writer.rows(
        "SELECT id, first_chunk, chunk_count FROM documents d WHERE EXISTS (SELECT FROM files f WHERE f.document = d.id)"
    )
    return Contents.of(files, {identity: (first, count) for identity, first, count in rows})


def derive(writer: PostgresWriter, before: Contents, after: Contents) -> None:
    """Bring what is derived from one generation to another."""
    stale = [doc for doc, names in before.names.items() if after.names.get(doc) != names]
    fresh = [doc for doc, names in after.names.items() if before.names.get(doc) != names]
    gone = [doc for doc in stale if doc not in after.names]
    new = [doc for doc in fresh if doc not in before.names]
    dropped, words = _drop(writer, before, stale)
    lengths = writer.lengths() - dropped
    if gone:
        writer.rows("DELETE FROM dense WHERE document = ANY(%s)", (gone,))
    if new and not writer.searched_in:
        _add_dense(writer, after, new)
    writer.put(lengths=to_json(lengths + _add_words(writer, after, fresh, lengths, words)))
    _count_forms(writer, fresh)
    _make_indexes(writer, len(after.chunks()))
    writer.drop(UNDERIVED)
    if 2 * len(fresh) > len(after.held):  # else the server sees for itself
        writer.rows("ANALYZE dense, words, postings, cards, forms, labels, aliases, chunks, files")


def _drop(
    writer: PostgresWriter, before: Contents, documents: Collection[int]
) -> tuple[Lengths, list[Gone]]:
    """Take documents out of what is known of their words; the lengths of their chunks, and what is still to go out of
    postings."""
    if not documents:
        return Lengths(), []
    listed = (list(documents),)
    asked = "DELETE FROM words WHERE document = ANY(%s) RETURNING document, lengths, dims"
    lengths, gone = Lengths(), []
    for document, terms, dims in writer.rows(asked, listed):
        first, count = before.ranges[document]
        lengths += Lengths(count, dict(zip(_FIELDS, terms, strict=True)))
        gone.append(Gone(np.array(dims, np.int32), first, first + count - 1))
    writer.rows(
        "WITH gone AS (DELETE FROM cards WHERE document = ANY(%s) RETURNING forms), "
        "less AS (SELECT form, count(*) AS n FROM gone CROSS JOIN unnest(forms) AS form GROUP BY form) "
        "UPDATE forms f SET documents = f.documents - less.n FROM less WHERE f.form = less.form",
        listed,
    )
    writer.rows("DELETE FROM forms WHERE documents <= 0")
    for table in ("labels", "aliases"):
        writer.rows(f"DELETE FROM {table} WHERE document = ANY(%s)", listed)
    return lengths, gone


def _count_forms(writer: PostgresWriter, documents: Collection[int]) -> None:
    """Count the words of documents that have come."""
    writer.rows(
        "INSERT INTO forms AS t SELECT one, count(*) FROM cards CROSS JOIN unnest(forms) AS one WHERE document = ANY(%s) "
        "GROUP BY one ON CONFLICT (form) DO UPDATE SET documents = t.documents + excluded.documents",
        (list(documents),),
    )


def _add_dense(writer: PostgresWriter, after: Contents, documents: Collection[int]) -> None:
    for ids, vectors in searched(writer, after.chunks(documents), CHUNKS):
        owners = after.owners(ids).tolist()
        rows = zip(ids.tolist(), owners, halves(vectors), strict=True)
        writer.session.copy("dense (id, document, vector)", ("int8", "int8", "bytea"), rows)


def _add_words(
    writer: PostgresWriter,
    after: Contents,
    documents: Sequence[int],
    known: Lengths,
    gone: Sequence[Gone],
) -> Lengths:
    """Write what documents are searched by words by, among chunks of the lengths that are ``known``, of a sample, and of what
    was read so far, and take out what is ``gone``; the lengths of theirs."""
    sample = documents[:: len(documents) // SAMPLED + 1]
    average = known + sum(
        (_lengths(writer, after, part) for part in _batches(sample, after)), Lengths()
    )
    added, waiting, held, sampled = Lengths(), list[Postings](), 0, frozenset(sample)
    for part in _batches(documents, after):
        rows, cards, traits = [], [], writer.traits(part)
        for document, text, chunks in writer.read(part):
            names = " ".join(after.names[document])
            own, count, dims = Lengths(), 0, np.empty(0, np.int32)
            while some := list(islice(chunks, CHUNKS)):
                terms = [terms_in(row, names) for row in some]
                found = postings_of(some, terms, average)
                own, count, dims = (
                    own + lengths_of(terms),
                    count + len(found),
                    np.union1d(dims, found.dims),
                )
                waiting.append(found)
                held += len(found)
                if held >= POSTINGS:
                    rewrite(writer.session, gone, Postings.joined(waiting))
                    gone, waiting, held = (), [], 0
            lengths = [own.terms.get(name, 0) for name in _FIELDS]
            rows.append((document, lengths, count, integers(dims)))
            cards.append(card_of(document, text, traits[document], after.names[document]))
            added += own
            if document not in sampled:
                average += own
        writer.session.copy(
            "words (document, lengths, postings, dims)", ("int8", "int8[]", "int4", "bytea"), rows
        )
        _add_cards(writer, cards)
    rewrite(writer.session, gone, Postings.joined(waiting))
    return added


def _lengths(writer: PostgresWriter, after: Contents, documents: Sequence[int]) -> Lengths:
    return lengths_of(
        terms_in(row, " ".join(after.names[document]))
        for document, _, chunks in writer.read(documents)
        for row in chunks
    )


def _add_cards(writer: PostgresWriter, cards: Sequence[Card]) -> None:
    copy = writer.session.copy
    copy(
        "cards (document, forms)",
        ("int8", "bytea"),
        ((c.document, strings(sorted(c.forms))) for c in cards),
    )
    for table, columns in (("labels", "kind, label"), ("aliases", "stems, other")):
        rows = (
            (card.document, *map(as_text, pair))
            for card in cards
            for pair in sorted(card.labels if table == "labels" else card.aliases)
        )
        copy(f"{table} (document, {columns})", ("int8", "text", "text"), rows)


def _batches(documents: Sequence[int], contents: Contents) -> Iterator[list[int]]:
    """Documents by so many that they, or their chunks, can be held at once."""
    batch: list[int] = []
    chunks = 0
    for document in documents:
        batch.append(document)
        chunks += contents.ranges[document][1]
        if len(batch) >= DOCUMENTS or chunks >= CHUNKS:
            yield batch
            batch, chunks = [], 0
    if batch:
        yield batch


def _make_indexes(writer: PostgresWriter, chunks: int) -> None:
    """Those that are missing."""
    there = {
        name
        for (name,) in writer.rows(
            "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'i'",
            (f'"{writer.session.address.schema}"',),
        )
    }
    for name, over in _INDEXES.items():
        if name not in there:
            writer.rows(f"CREATE INDEX {name} {over}")
    dimension = writer.recipe().dimension
    if (
        GRAPH not in there
        and not writer.searched_in
        and chunks >= HNSW_FROM
        and dimension <= WIDEST
    ):
        _make_graph(writer, chunks, dimension)


GRAPH = "dense_graph"
"""The index by HNSW."""


def graph_size(chunks: int, dimension: int) -> int:
    """Bytes that the index over vectors takes while it is built. Where there is less, the server goes on in its tables, several
    times as slow."""
    return chunks * (2 * dimension + _LINKS)


def _make_graph(writer: PostgresWriter, chunks: int, dimension: int) -> None:
    needed = min(BUILD_MEMORY_MB, 16 + (graph_size(chunks, dimension) >> 20))
    writer.rows(
        "SELECT set_config('maintenance_work_mem', greatest(%s, setting::bigint)::text, true) FROM pg_settings "
        "WHERE name = 'maintenance_work_mem'",
        (needed * 1024,),
    )
    made = (
        f"CREATE INDEX {GRAPH} ON dense USING hnsw ((vector::halfvec({dimension})) halfvec_ip_ops)"
    )
    try:
        with writer.session.db.transaction():
            writer.session.db.execute(made)
    except psycopg.errors.DiskFull:
        # Workers share memory that a container may have little of.
        writer.rows("SET LOCAL max_parallel_maintenance_workers = 0")
        writer.rows(made)
    except psycopg.Error:
        with storage_errors(writer.session.address):
            raise
