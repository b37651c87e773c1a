"""What is known of each document as a whole: a small full-text index with one entry a document.

It is derived from the catalog like the index of chunks, and kept beside it. An index folder of an earlier
version has none: it is searched without, and gains it when it is indexed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import tantivy

from rag.documents.document import Document
from rag.documents.labels import labels_of
from rag.documents.traits import Traits
from rag.documents.writing import READ
from rag.store.contents import Contents
from rag.store.folder import fulltext
from rag.store.terms import forms_of, terms_of

LABELS = ("names", "first_names", "years", "near_years")
BETWEEN = "="  # a name's stems and another name for the same, in a term of the field "aliases"
MOST = 2000  # documents of one name or year; what more have tells nothing
LONG = 1_000_000  # characters of a text; of a longer one, words are put together before tantivy is given them
KEPT = 32  # initials whose words are kept once they have been looked up


class Entry(NamedTuple):
    """What a card is made of: a document's id, the document, what was found in it when it was read, and the names of the files
    that hold it."""

    identity: int
    document: Document
    traits: Traits
    names: tuple[str, ...]


@cache
def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("document", stored=False, indexed=True, fast=True)
    for field in ("forms", *LABELS):
        builder.add_text_field(field, stored=False, tokenizer_name="forms", index_option="basic")
    builder.add_text_field("aliases", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Cards:
    """A snapshot of the index of documents, safe to use from many threads.

    Raises:
        IndexDamaged: from all that looks something up, where its files were changed while it is open.
    """

    def __init__(self, *parts: fulltext.Part) -> None:
        """Of parts with one schema, each document in one of them."""
        self._own = parts
        self._later: Future[Cards] | None = None
        self.forms = lru_cache(KEPT)(self._forms)

    @classmethod
    def later(cls, future: Future[Cards]) -> Cards:
        """Those that are not known to be sound yet: who looks for something in them waits."""
        made = cls()
        made._later = future
        return made

    @cached_property
    def _parts(self) -> tuple[fulltext.Part, ...]:
        return self._own if self._later is None else self._later.result()._own

    def of_files(self, kept: Contents, renamed: Iterable[Entry]) -> Cards:
        """The cards of the documents that are ``kept``; ``renamed`` are those of them that have fewer names than
        in here, with these."""
        entries = list(renamed)
        as_here = kept.names.keys() - {entry.identity for entry in entries}
        parts = [part.within(as_here) for part in self._parts]
        return Cards(*parts, *Cards.in_memory(entries)._parts) if entries else Cards(*parts)

    @classmethod
    def load(cls, path: Path) -> Cards | None:
        """From a folder whose files are what was written; None if it is missing."""
        index = fulltext.opened(path, _schema())
        return None if index is None else cls(fulltext.Part(index))

    @classmethod
    def in_memory(cls, entries: Iterable[Entry]) -> Cards:
        """Built anew, kept nowhere."""
        index = fulltext.in_memory(_schema(), map(_card, entries))
        return cls(fulltext.Part(index))

    @classmethod
    @contextmanager
    def writing(
        cls, path: Path, *, base: Path | None, gone: Iterable[int]
    ) -> Iterator[Callable[[Entry], object]]:
        """Write a new index at ``path``: the one at ``base`` less the documents ``gone``, plus the entries that the
        block adds, by what is yielded; from nothing when ``base`` is None.

        Raises:
            OSError, ValueError: it cannot be written.
        """
        with fulltext.writing(path, _schema(), base=base, gone=gone) as add:
            yield lambda entry: add(_card(entry))

    def has(self, word: str) -> bool:
        """Whether a document has ``word``, in lower case without accents, in just this form."""
        return bool(self._documents(_term("forms", word), 1))

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        return sum(part.count for part in self._parts)

    def holders(self, word: str) -> int:
        """How many documents have ``word`` somewhere."""
        return self._frequency("forms", word)

    def aliases(self, stems: str) -> list[str]:
        """Other names for what goes by a name with these stems, a blank between them: those that most documents
        give first."""
        start = f"{stems}{BETWEEN}"
        found = Counter[str]()
        for part in self._parts:
            found.update(dict(part.terms("aliases", start)))
        return [
            term.removeprefix(start)
            for term, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
            if self._documents(_term("aliases", term), 1)
        ]

    def called(self, name: str, *, first_lines: bool = False) -> list[int]:
        """Documents that go by ``name``, in lower case: by their file's name or title, or else
        ``first_lines``. None where too many do."""
        return self._few("first_names" if first_lines else "names", name)

    def of_year(
        self, year: str, *, near: bool = False, among: Collection[int] | None = None
    ) -> list[int]:
        """Documents of ``year`` by their file's name, or else title; ``near``: by any of title, date and
        first lines. ``among`` these only; else none where too many are."""
        field = "near_years" if near else "years"
        if among is None:
            return self._few(field, year)
        return self._documents(_term(field, year), len(among), among)

    def _few(self, field: str, term: str) -> list[int]:
        count = self._frequency(field, term)
        return self._documents(_term(field, term), count) if 0 < count <= MOST else []

    def _frequency(self, field: str, term: str) -> int:
        return sum(part.frequency(field, term) for part in self._parts)

    def _documents(self, query: Any, most: int, among: Collection[int] | None = None) -> list[int]:
        found = [part.find(query, most, "document", among)[0] for part in self._parts]
        return [int(document) for some in found for document in some]  # of damage, None

    def _forms(self, start: str) -> tuple[str, ...]:
        """All words of documents that begin so, in lower case without accents; also of some that have been
        removed, until tantivy merges what held them."""
        words = [word for part in self._parts for word, _ in part.terms("forms", start)]
        return tuple(sorted(set(words)) if len(self._parts) > 1 else words)


def _term(field: str, term: str) -> Any:
    return tantivy.Query.term_query(_schema(), field, term, index_option="basic")


def _words(document: Document) -> str:
    """The text; of a long one each word once, as it says most of its words again and again."""
    if document.length <= LONG:
        return document.text
    return "\n".join(forms_of(document.pieces()))


def _aliases(traits: Traits) -> Iterator[str]:
    for one, other in traits.aliases:
        yield f"{' '.join(terms_of(one))}{BETWEEN}{other}"
        yield f"{' '.join(terms_of(other))}{BETWEEN}{one}"


def _card(entry: Entry) -> Any:
    identity, document, traits, names = entry
    labels = labels_of(document.span(0, READ), traits, names)
    return tantivy.Document(
        document=identity,
        forms="\n".join((*names, document.title, _words(document))),
        aliases=list(_aliases(traits)),
        **{field: " ".join(sorted(getattr(labels, field))) for field in LABELS},
    )
