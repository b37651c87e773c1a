"""Full-text search: BM25 by tantivy, derived from the catalog.

Weighed against SQLite FTS5, which would have lived in the catalog itself: on 100,000 passages
tantivy answers in 0.1 ms and FTS5 in 56 (BENCHMARKS.md). tantivy adds and removes single
documents, commits atomically, and a reader keeps its snapshot while a writer goes on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from rag.errors import IndexDamaged
from rag.store.catalog import ChunkRow
from rag.words import STOP, WORD

BOOSTS = {"text": 1.0, "context": 0.5, "source": 0.3}
HEAP = 64_000_000  # bytes the writer may hold before it writes a segment
MAX_TERMS = 256  # of a question; what is longer is a text, and its first words say enough
Ids = NDArray[np.int64]


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=False, indexed=True, fast=True)
    builder.add_integer_field("document", stored=False, indexed=True)
    # Positions are left out: BM25 needs frequencies alone.
    for field in BOOSTS:
        builder.add_text_field(field, stored=False, tokenizer_name="words", index_option="freq")
    return builder.build()


def _analyzer() -> Any:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _register(index: Any) -> Any:
    index.register_tokenizer("words", _analyzer())
    return index


class LexicalIndex:
    """A snapshot of the full-text index, safe to search from many threads."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._searcher = index.searcher()
        self._analyzer = _analyzer()

    @classmethod
    def load(cls, path: Path) -> LexicalIndex | None:
        """From a folder whose files are what was written; None if it is missing."""
        try:
            with _no_panic():
                # Opened under our schema: one of another format is refused here.
                return cls(_register(tantivy.Index(_schema(), path=str(path), reuse=True)))
        except (ValueError, OSError):
            return None

    @classmethod
    def in_memory(cls, rows: Iterable[tuple[ChunkRow, str]]) -> LexicalIndex:
        """Built anew, for a reader that finds none on disk of its generation."""
        index = _register(tantivy.Index(_schema()))
        writer = index.writer(HEAP, 1)
        for row, source in rows:
            writer.add_document(_document(row, source))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def update(
        cls,
        path: Path,
        *,
        base: Path | None,
        gone: Iterable[int],
        rows: Iterable[tuple[ChunkRow, str]],
    ) -> None:
        """Write a new index at ``path``: the one at ``base`` less the documents ``gone`` plus
        ``rows``; from nothing when ``base`` is None.

        Raises:
            OSError, ValueError: it cannot be written.
        """
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        if base is not None:
            _copy(base, path)
        with _no_panic():
            index = _register(tantivy.Index(_schema(), path=str(path), reuse=base is not None))
            writer = index.writer(HEAP, 1)
            for document in gone:
                writer.delete_documents_by_term("document", document)
            for row, source in rows:
                writer.add_document(_document(row, source))
            writer.commit()
            writer.wait_merging_threads()

    def search(
        self, question: str, k: int, documents: list[int] | None = None
    ) -> tuple[Ids, NDArray[np.float32]]:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only.

        Raises:
            IndexDamaged: its files were changed while it is open.
        """
        terms = self._analyzer.analyze(" ".join(_words(question)))
        if not terms or not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # Built term by term: the query parser would make a phrase of a word that the analyzer
        # splits, and read syntax into what people type.
        schema = self._index.schema
        query = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(schema, field, term, index_option="freq"), boost
                    ),
                )
                for term in terms
                for field, boost in BOOSTS.items()
            ]
        )
        if documents is not None:
            among = tantivy.Query.term_set_query(self._index.schema, "document", documents)
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
        try:
            with _no_panic():
                hits = self._searcher.search(query, k, count=False).hits
                addresses = [address for _, address in hits]
                found = self._searcher.fast_field_values("id", addresses) if addresses else []
                ids = np.array(found, np.int64)
        except (ValueError, TypeError) as error:
            raise IndexDamaged(
                f"The full-text index was changed while it is open ({error}): open the index "
                "again, which makes it anew; nothing is lost."
            ) from None
        return (
            ids,
            np.array([score for score, _ in hits], np.float32),
        )

    def ids(self) -> Ids:
        """All chunk ids in the index, sorted."""
        count = self._searcher.num_docs
        everything = tantivy.Query.all_query()
        hits = self._searcher.search(everything, max(1, count), count=False).hits
        values = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array([value for value in values if value is not None], np.int64))


@contextmanager
def _no_panic() -> Iterator[None]:
    """tantivy's panics, which pass by every ``except Exception``, as a ValueError."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"tantivy: {error}") from None


def _copy(base: Path, path: Path) -> None:
    """What tantivy needs of an index, in a folder of its own. Its segments are never written again
    and take no space twice, where the disk has hard links; the JSON files are replaced."""
    for file in base.iterdir():
        if file.suffix == ".lock":
            continue
        try:
            if file.suffix == ".json":
                raise OSError
            os.link(file, path / file.name)
        except OSError:
            shutil.copyfile(file, path / file.name)


def _document(row: ChunkRow, source: str) -> Any:
    return tantivy.Document(
        id=row.id, document=row.document, text=row.text, context=row.context, source=source
    )


def _words(question: str) -> list[str]:
    """The words that say what a question is about; all of them where nothing else is left."""
    words = [word.lower() for word in WORD.findall(question)[:MAX_TERMS]]
    return [word for word in words if word not in STOP] or words
