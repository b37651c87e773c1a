"""The stores that the contract (tests/test_stores.py and its neighbours) holds for, and how a test writes to one without
parsing files."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from rag.chunking import Chunk
from rag.documents.document import Document
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.staging import embedding_input, text_hash
from rag.settings import Settings
from rag.store.addresses import store_at
from rag.store.folder.connection import FILE_NAME
from rag.store.milvus.address import parsed
from rag.store.postgres.address import parse
from rag.store.recipe import recipe_of
from rag.store.rows import FileRow, Origin
from rag.store.snapshot import Snapshot, Store
from rag.store.verify import contents
from rag.store.writer import NewDocument, Writer

LOADER = "text/1"
_NUMBERS = itertools.count(1)  # of all modules, as a server may be that of several


@dataclass(frozen=True)
class Place:
    """A kind of store. ``at`` makes an address of a name; ``damage`` moves all chunks of an index by a character."""

    name: str
    at: Callable[[str], str]
    damage: Callable[[str], None]

    def new(self) -> str:
        """An address at which nothing is kept yet."""
        return self.at(f"index{next(_NUMBERS)}")


def _folder(request: pytest.FixtureRequest) -> Place:
    base = request.getfixturevalue("tmp_path_factory").mktemp("stores")

    def damage(address: str) -> None:
        with sqlite3.connect(Path(address) / FILE_NAME) as db:
            db.execute("UPDATE chunks SET start = start + 1")
        db.close()

    return Place("folder", lambda name: str(base / name), damage)


def _moved(catalog: str) -> None:
    """Damages the index with its catalog at this address on PostgreSQL."""
    at = parse(catalog)
    with psycopg.connect(at.dsn, autocommit=True) as db:
        moved = "UPDATE {}.chunks SET start = start + 1"
        db.execute(sql.SQL(moved).format(sql.Identifier(at.schema)))


def _postgres(request: pytest.FixtureRequest) -> Place:
    database = request.getfixturevalue("database")
    return Place("postgres", lambda name: f"{database}?index={name}", _moved)


def _milvus(request: pytest.FixtureRequest) -> Place:
    server, database = request.getfixturevalue("milvus"), request.getfixturevalue("database")
    return Place(
        "milvus",
        lambda name: f"milvus://{server}/{name}?catalog={database}",
        lambda address: _moved(parsed(address).catalog),
    )


PLACES: Mapping[str, Callable[[pytest.FixtureRequest], Place]] = {
    "folder": _folder,
    "postgres": _postgres,
    "milvus": _milvus,
}
"""By name: what makes the place of a run of the tests."""


def document(text: str, **given: Any) -> Document:
    """A document of the kind that plain text is."""
    return Document(text, **{"kind": "text", **given})


def stage(
    writer: Writer,
    embedder: BundledEmbedder,
    files: Mapping[str, Document | str],
    folder: str = "/docs",
) -> dict[str, int]:
    """Stage files, each a document with a chunk a paragraph; a text that is there is not embedded again. The ids of the
    documents, by name."""
    writer.settle(recipe_of(Settings(), embedder))
    model, ids = embedder.fingerprint, {}
    for name, given in files.items():
        made = document(given) if isinstance(given, str) else given
        spans, at = [], 0
        for part in made.text.split("\n\n"):
            if part.strip():
                spans.append(Chunk(at, at + len(part)))
            at += len(part) + 2
        texts = {
            text_hash(text): text
            for text in (embedding_input(c.context, made.text[c.start : c.end]) for c in spans)
        }
        known = writer.find_vectors(model, list(texts))
        new = [key for key in texts if key not in known]
        if new:
            known.update(
                writer.add_vectors(model, new, embedder.encode([texts[key] for key in new]))
            )
        sha256 = hashlib.sha256(repr(made).encode("utf-8", "surrogatepass")).hexdigest()
        with writer.transaction():
            root = writer.root(folder)
            origin = Origin(sha256, LOADER)
            identity = writer.find_documents([origin]).get(origin)
            if identity is None:
                vectors = [known[text_hash(made.text[c.start : c.end])] for c in spans]
                (identity,) = writer.add_documents([NewDocument(origin, made, spans, vectors)])
            writer.stage([FileRow(root, name, len(made.text), 1, LOADER, identity, None)])
        ids[name] = identity
    return ids


def write(
    address: str,
    embedder: BundledEmbedder,
    files: Mapping[str, Document | str],
    *,
    removed: Iterable[str] = (),
    folder: str = "/docs",
) -> Store:
    """Publish a generation of the index at an address with these files, and without those that are removed."""
    store = store_at(address)
    with store.writing() as writer:
        stage(writer, embedder, files, folder)
        with writer.transaction():
            root = writer.root(folder)
        writer.publish([(root, name) for name in removed])
    return store


@contextmanager
def seen(store: Store) -> Iterator[Snapshot]:
    """The newest generation, for as long as the block lasts."""
    snapshot = store.snapshot()
    try:
        yield snapshot
    finally:
        snapshot.catalog.close()


def shown(store: Store) -> dict[str, Any]:
    """All that a user could see of an index now, by file."""
    with seen(store) as snapshot:
        return contents(snapshot.catalog)


def found(snapshot: Snapshot, embedder: BundledEmbedder, question: str, k: int = 5) -> list[str]:
    """The texts of the chunks that are nearest to a question by vectors, and of those that its words bring, best first."""
    ((near, _),) = snapshot.dense.search(embedder.encode([question]), k)
    words, _ = snapshot.lexical.search(question, k)
    rows = snapshot.catalog.chunk_rows([*near.tolist(), *words.tolist()])
    return [rows[one].text for one in (*near.tolist(), *words.tolist())]
