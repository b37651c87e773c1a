"""A LangChain ``VectorStore``: texts with metadata of one's own, rather than a folder of files.

What langchain-community's FAISS store was used for, without its pickle: SQLite is the one truth
(or memory), FAISS is derived from it when it is opened, and texts are replaced and deleted in place.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import faiss
import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from numpy.typing import NDArray

from rag.errors import IndexMismatch, StorageError

Filter = Mapping[str, Any] | Callable[[Document], bool]
FILE_NAME = "store.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL, metadata TEXT NOT NULL, vector BLOB NOT NULL
);
"""


class RagVectorStore(VectorStore):
    """Texts, their metadata and vectors, in ``folder``; without one, in memory.

    >>> store = RagVectorStore(RagEmbeddings(), "notes")  # doctest: +SKIP
    >>> store.add_texts(["Kettles boil water."], [{"group": "kitchen"}], ids=["a"])  # doctest: +SKIP
    >>> store.similarity_search("tea", 1, filter={"group": "kitchen"})  # doctest: +SKIP

    ``embedding`` is any LangChain ``Embeddings``; without one, the bundled encoder. Similarity is the
    cosine. A filter is {metadata field: value, or list of values, any of which will do}, or a function
    of a document; it is applied before the cut, so ``k`` come back if there are that many. Metadata
    must be what JSON can hold. It is safe between threads; what another process writes to the same
    folder is seen by the next search.

    Raises:
        StorageError: the folder cannot be used.
        IndexMismatch: the vectors in it are of another length than the embedding's.
    """

    def __init__(
        self, embedding: Embeddings | None = None, folder: str | Path | None = None
    ) -> None:
        if embedding is None:
            from rag.integrations.langchain.embeddings import RagEmbeddings

            embedding = RagEmbeddings()
        self._embedding = embedding
        self._lock = threading.RLock()
        self._faiss: Any = None
        self._seen = -1  # SQLite's data_version when the vectors were read
        path = ":memory:" if folder is None else str(Path(folder) / FILE_NAME)
        try:
            if folder is not None:
                Path(folder).mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10.0, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(_SCHEMA)
            with self._transaction():
                pass  # reads the vectors
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path}: cannot be used as a vector store: {error}.") from None

    @property
    def embeddings(self) -> Embeddings:
        """What makes vectors of texts and queries."""
        return self._embedding

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        folder: str | Path | None = None,
        **kwargs: Any,
    ) -> RagVectorStore:
        """A store in ``folder`` (without one, in memory), with these texts added to it.

        Raises:
            StorageError, IndexMismatch: as the class.
        """
        store = cls(embedding, folder)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Add texts, or replace those with the same id; all of them, or on an error none. Their ids.

        Raises:
            ValueError: texts, metadatas and ids differ in number.
            TypeError: metadata is not what JSON can hold.
            IndexMismatch: the vectors are of another length than those in the store.
        """
        texts = list(texts)
        told = metadatas if metadatas is not None else [{} for _ in texts]
        names = [name or str(uuid4()) for name in (ids or [None] * len(texts))]
        if not len(texts) == len(told) == len(names):
            raise ValueError("texts, metadatas and ids differ in length.")
        if not texts:
            return []
        vectors = _unit(np.array(self._embedding.embed_documents(texts), np.float32))
        # The last of equal ids counts.
        last = {name: i for i, name in enumerate(names)}
        rows = [
            (name, texts[i], json.dumps(told[i]), vectors[i].astype("<f4").tobytes())
            for name, i in last.items()
        ]
        with self._lock:
            with self._transaction() as db:
                index = self._index(vectors.shape[1])
                gone = self._forget(db, list(last))
                insert = "INSERT INTO texts (id, text, metadata, vector) VALUES (?, ?, ?, ?)"
                numbers = [db.execute(insert, row).lastrowid for row in rows]
            # Only when it is on disk: what failed there must not be found here.
            index.remove_ids(gone)
            index.add_with_ids(vectors[list(last.values())], np.array(numbers, np.int64))
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool | None:
        """Delete texts; without ids all of them. Ids that are not there are passed over."""
        with self._lock:
            with self._transaction() as db:
                if ids is None:
                    ids = [row[0] for row in db.execute("SELECT id FROM texts")]
                gone = self._forget(db, ids)
            if self._faiss is not None:
                self._faiss.remove_ids(gone)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of these ids, in their order; ids that are not there are passed over."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT id, text, metadata FROM texts WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        found = {row[0]: _document(row) for row in rows}
        return [found[name] for name in ids if name in found]

    def similarity_search(
        self, query: str, k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[Document]:
        """The ``k`` documents nearest to ``query``, nearest first."""
        return [d for d, _ in self.similarity_search_with_score(query, k, filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """Documents with their cosine, best first."""
        vector = np.array(self._embedding.embed_query(query), np.float32)
        return [(d, s) for d, s, _ in self._nearest(vector, k, filter)]

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Filter | None = None, **kwargs: Any
    ) -> list[Document]:
        """The ``k`` documents nearest to a vector of the embedding's length, nearest first."""
        return [d for d, _, _ in self._nearest(np.array(embedding, np.float32), k, filter)]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """``k`` of the ``fetch_k`` nearest that also differ from each other (maximal marginal
        relevance, Carbonell and Goldstein 1998): the lower ``lambda_mult``, the more."""
        return self.max_marginal_relevance_search_by_vector(
            self._embedding.embed_query(query), k, fetch_k, lambda_mult, filter
        )

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """The same, for a vector."""
        vector = np.array(embedding, np.float32)
        found = self._nearest(vector, max(k, fetch_k), filter)
        chosen = maximal_marginal_relevance(
            vector, [v.tolist() for _, _, v in found], lambda_mult=lambda_mult, k=k
        )
        return [found[i][0] for i in chosen]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (cosine + 1.0) / 2.0

    def __len__(self) -> int:
        with self._transaction() as db:
            return int(db.execute("SELECT count(*) FROM texts").fetchone()[0])

    # -- inside -----------------------------------------------------------------------------

    def _nearest(
        self, vector: NDArray[np.float32], k: int, filter: Filter | None
    ) -> list[tuple[Document, float, NDArray[np.float32]]]:
        with self._transaction() as db:
            if self._faiss is None or not self._faiss.ntotal or k < 1:
                return []
            parameters = None
            if filter is not None:
                admitted = np.array(list(self._admitted(db, filter)), np.int64)
                selector = faiss.IDSelectorBatch(admitted)
                parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            k = min(k, self._faiss.ntotal)
            unit = _unit(vector[None, :])
            scores, numbers = self._index(unit.shape[1]).search(unit, k, params=parameters)
            found = []
            for score, number in zip(scores[0], numbers[0], strict=True):
                if number >= 0:
                    row = db.execute(
                        "SELECT id, text, metadata, vector FROM texts WHERE number = ?",
                        (int(number),),
                    ).fetchone()
                    found.append((_document(row), float(score), np.frombuffer(row[3], "<f4")))
            return found

    def _admitted(self, db: sqlite3.Connection, filter: Filter) -> Iterator[int]:
        for number, *row in db.execute("SELECT number, id, text, metadata FROM texts"):
            document = _document(row)
            if filter(document) if callable(filter) else _matches(document.metadata, filter):
                yield number

    def _forget(self, db: sqlite3.Connection, ids: list[str]) -> NDArray[np.int64]:
        """Numbers of the texts that were deleted, to be taken out of the vectors too."""
        rows = db.execute(
            "DELETE FROM texts WHERE id IN (SELECT value FROM json_each(?)) RETURNING number",
            (json.dumps(ids),),
        ).fetchall()
        return np.array([row[0] for row in rows], np.int64)

    def _index(self, dimension: int) -> Any:
        if self._faiss is None or (self._faiss.d != dimension and not self._faiss.ntotal):
            self._faiss = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        if self._faiss.d != dimension:
            raise IndexMismatch(
                f"The store holds vectors of length {self._faiss.d}, the embedding gives "
                f"{dimension}. Use the embedding it was filled with, or another folder."
            )
        return self._faiss

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._read_vectors()
            yield self._db

    def _read_vectors(self) -> None:
        """Those on disk, if another process has changed them since they were last read."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version == self._seen:
            return
        self._seen = version
        rows = self._db.execute("SELECT number, vector FROM texts ORDER BY number").fetchall()
        self._faiss = None
        if rows:
            vectors = np.stack([np.frombuffer(blob, "<f4") for _, blob in rows])
            numbers = np.array([number for number, _ in rows], np.int64)
            self._index(vectors.shape[1]).add_with_ids(vectors, numbers)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(norms, 1e-12), np.float32)


def _document(row: Sequence[Any]) -> Document:
    return Document(id=row[0], page_content=row[1], metadata=json.loads(row[2]))


def _matches(metadata: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        metadata.get(name) in value
        if isinstance(value, list | tuple | set)
        else metadata.get(name) == value
        for name, value in wanted.items()
    )
