"""What is known of each document as a whole: a small full-text index with one entry a document.

It is derived from the catalog like the index of chunks, and kept beside it. An index folder of an earlier
version has none: it is searched without, and gains it when it is indexed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy

from rag.documents.document import Document
from rag.store import fulltext

Entry = tuple[int, Document, tuple[str, ...]]
"""A document's id, the document, and the names of the files that hold it."""

KEPT = 32  # initials whose words are kept once they have been looked up


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("document", stored=False, indexed=True, fast=True)
    builder.add_text_field("forms", stored=False, tokenizer_name="forms", index_option="basic")
    return builder.build()


class Cards:
    """A snapshot of the index of documents, safe to use from many threads."""

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self.forms = lru_cache(KEPT)(self._forms)

    @classmethod
    def load(cls, path: Path) -> Cards | None:
        """From a folder whose files are what was written; None if it is missing."""
        index = fulltext.opened(path, _schema())
        return None if index is None else cls(index)

    @classmethod
    def in_memory(cls, entries: Iterable[Entry]) -> Cards:
        """Built anew, kept nowhere."""
        return cls(fulltext.in_memory(_schema(), (_entry(*entry) for entry in entries)))

    @classmethod
    def update(
        cls, path: Path, *, base: Path | None, gone: Iterable[int], entries: Iterable[Entry]
    ) -> None:
        """Write a new index at ``path``: the one at ``base`` less the documents ``gone`` plus
        ``entries``; from nothing when ``base`` is None.

        Raises:
            OSError, ValueError: it cannot be written.
        """
        documents = (_entry(*entry) for entry in entries)
        fulltext.write(path, _schema(), base=base, gone=gone, documents=documents)

    def has(self, word: str) -> bool:
        """Whether a document has ``word``, in lower case without accents, in just this form."""
        term = tantivy.Query.term_query(self._schema, "forms", word, index_option="basic")
        with fulltext.no_panic():
            return bool(self._searcher.search(term, 1, count=False).hits)

    def _forms(self, start: str) -> tuple[str, ...]:
        """All words of documents that begin so, in lower case without accents; also of some that have been
        removed, until tantivy merges what held them."""
        with fulltext.no_panic():
            found = self._searcher.terms_with_prefix("forms", start)
        return tuple(word for word, _ in found)


def _entry(identity: int, document: Document, names: tuple[str, ...]) -> Any:
    return tantivy.Document(
        document=identity, forms="\n".join((*names, document.title, document.text))
    )
