"""What the indexes of tantivy have in common: how words are taken apart, how a new one is written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import tantivy

from rag.errors import IndexDamaged
from rag.store.terms import analyzer

HEAP = 64_000_000  # bytes the writer may hold before it writes a segment
KEPT = 4096  # terms whose frequencies in a part are kept


def registered(index: Any) -> Any:
    """The index, able to make the terms that its schema names."""
    index.register_tokenizer("words", analyzer())
    index.register_tokenizer("forms", analyzer(stemmed=False))
    return index


class Part:
    """An open index, or what of it is of some documents alone: then nothing of the others can be found or counted.
    Safe to use from many threads.

    Raises:
        IndexDamaged: from all that looks something up, where its files were changed while it is open.
    """

    def __init__(self, index: Any, among: Collection[int] | None = None) -> None:
        """``among``: the documents that there are, by what is in the field "document"; None: all."""
        self.among = among
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self._only = None if among is None else self._of(among)
        self.frequency = lru_cache(KEPT)(self._frequency)

    def within(self, documents: Collection[int]) -> Part:
        """What is of these documents alone, of those that are here."""
        kept = documents if self.among is None else set(self.among) & set(documents)
        return Part(self._index, sorted(kept))

    @cached_property
    def count(self) -> int:
        """How many entries there are."""
        return int(self._searcher.num_docs) if self._only is None else self.matching(self._only)

    def matching(self, query: Any) -> int:
        """How many entries a query finds."""
        with WhileOpen():
            return int(self._searcher.search(self._seen(query), 1).count)

    def find(
        self, query: Any, most: int, field: str, documents: Collection[int] | None = None
    ) -> tuple[list[int], list[float]]:
        """What the best ``most`` entries have in a ``field``, a number, and their scores, best first; of those of
        these ``documents``, if they are given."""
        if most <= 0:
            return [], []
        if documents is not None:
            query = _both(query, self._of(documents))
        with WhileOpen():
            hits = self._searcher.search(self._seen(query), most, count=False).hits
            addresses = [address for _, address in hits]
            values = self._searcher.fast_field_values(field, addresses) if addresses else []
            numbers = [int(value) for value in values]  # of damage, None
            return numbers, [score for score, _ in hits]

    def terms(self, field: str, start: str) -> list[tuple[str, int]]:
        """The terms of a field that begin so, and how many entries have each; of all documents also terms of some
        that have been removed, until tantivy merges what held them."""
        with WhileOpen():
            found: list[tuple[str, int]] = self._searcher.terms_with_prefix(field, start)
            if found and self._only is not None:  # which takes long, if it is for nothing
                found = self._searcher.terms_with_prefix(field, start, self._only)
            return found

    def everything(self) -> list[Any]:
        """The numbers in the field "id" of all entries."""
        return self.find(tantivy.Query.all_query(), self.count, "id")[0]

    def raw(self, field: str, term: str) -> tuple[int, int]:
        """How many entries tantivy counts that have a term, and in all, when it scores: of all documents, and
        of removed ones, until it merges what held them."""
        with WhileOpen():
            return int(self._searcher.doc_freq(field, term)), self._raw_count

    @cached_property
    def _raw_count(self) -> int:
        hits = self._searcher.search(tantivy.Query.all_query(), 1, count=False).hits
        if not hits:
            return 0
        (value,) = self._searcher.fast_field_values("id", [hits[0][1]])
        told = tantivy.Query.term_query(self._schema, "id", value).explain(
            self._searcher, hits[0][1]
        )
        idf = json.loads(told.to_json())["details"][1]["details"]
        return int(next(one["value"] for one in idf if one["description"].startswith("N,")))

    def _frequency(self, field: str, term: str) -> int:
        """How many entries have a term."""
        with WhileOpen():
            count = int(self._searcher.doc_freq(field, term))
        if self._only is None or not count:
            return count
        return self.matching(
            tantivy.Query.term_query(self._schema, field, term, index_option="basic")
        )

    def _seen(self, query: Any) -> Any:
        return query if self._only is None else _both(query, self._only)

    def _of(self, documents: Collection[int]) -> Any:
        return tantivy.Query.term_set_query(self._schema, "document", [*documents])


def _both(query: Any, condition: Any) -> Any:
    """What a query finds under a condition, with the query's scores."""
    unscored = tantivy.Query.const_score_query(condition, 0.0)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
    )


def opened(path: Path, schema: Any) -> Any | None:
    """The index in a folder whose files are what was written; None if it is missing, or of another
    format: it is opened under ``schema``."""
    try:
        with no_panic():
            return registered(tantivy.Index(schema, path=str(path), reuse=True))
    except (ValueError, OSError):
        return None


def in_memory(schema: Any, documents: Iterable[Any]) -> Any:
    """An index of these documents that is kept nowhere."""
    index = registered(tantivy.Index(schema))
    writer = index.writer(HEAP, 1)
    for document in documents:
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


@contextmanager
def writing(
    path: Path, schema: Any, *, base: Path | None, gone: Iterable[int]
) -> Iterator[Callable[[Any], object]]:
    """Write a new index at ``path``: the one at ``base`` less what has an id of ``gone`` in its field
    "document", plus what the block adds, by what is yielded; from nothing when ``base`` is None.

    Raises:
        OSError, ValueError: it cannot be written.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True, exist_ok=True)  # who has it open still may have locked it just now
    if base is not None:
        _copy(base, path)
    with no_panic():
        index = registered(tantivy.Index(schema, path=str(path), reuse=base is not None))
        writer = index.writer(HEAP, 1)
        for document in gone:
            writer.delete_documents_by_term("document", document)
        yield writer.add_document
        writer.commit()
        writer.wait_merging_threads()


@contextmanager
def no_panic() -> Iterator[None]:
    """tantivy's panics, which pass by every ``except Exception``, as a ValueError."""
    try:
        yield
    except BaseException as error:
        if not _is_panic(error):
            raise
        raise ValueError(f"tantivy: {error}") from None


def _is_panic(error: BaseException | None) -> bool:
    return type(error).__name__ == "PanicException"


class WhileOpen:
    """What goes wrong where an index that was found whole is read, in a sentence. It is entered a hundred times in a
    question, so it is no generator.

    Raises:
        IndexDamaged: its files were changed while it is open.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError | TypeError) or _is_panic(error):
            raise IndexDamaged(
                f"The full-text index was changed while it is open ({error}): open the index "
                "again, which makes it anew; nothing is lost."
            ) from None


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
