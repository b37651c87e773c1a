"""What would tell of documents that are to be forgotten: their own words, sentences, runs of words, vectors, names; all
that no document which stays has as well."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.documents.document import Document
from rag.documents.sentences import sentence_ends
from rag.store.neighbours import searched
from rag.store.terms import analyzer
from rag.store.writer import Writer
from rag.words import WORD

RUN = 5  # words one after another that tell where they are from
SHORTEST = 4  # characters of a word that is looked for
LOOKED_FOR = 300  # words, sentences and vectors each, at most
SENTENCE = range(24, 200)  # characters of a sentence that is looked for, or of its part
_PART = re.compile(r'[^"\\\n\r\t]+')  # as it stands in JSON, too


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells of forgotten documents.

    ``words`` are in lower case, ``sentences`` as they stand, ``names`` those of files, ``vectors`` the first bytes of
    those in the catalog and in the dense index; of each a share that is large enough to find what is left. ``runs`` are hashes of all their
    runs of ``RUN`` words, ``own`` all words that only they have, ``text`` all their words between blanks,
    ``containing`` what they were asked for by.
    """

    names: tuple[str, ...]
    words: tuple[str, ...]
    sentences: tuple[str, ...]
    vectors: tuple[bytes, ...]
    runs: frozenset[int]
    own: frozenset[str]
    text: str
    containing: str = ""

    def told_by(self, kept: str) -> bool:
        """Whether a text, or a text in some JSON, quotes the documents: names one, has a run of words that only they
        have, is a short piece of one, or holds what they were asked for by.

        A word of theirs in a question does not make it a quote.
        """
        return any(self._told(text) for text in _texts(kept))

    def outside(self) -> Traces:
        """What is looked for outside the index, where people ask in words of their own: no single words."""
        return replace(self, words=())

    def _told(self, text: str) -> bool:
        if self.containing and self.containing in folded(text):
            return True
        if any(name in text for name in self.names):
            return True
        words = WORD.findall(text.lower())
        if len(words) >= RUN:
            return not self.runs.isdisjoint(_runs(words))
        short = f" {' '.join(words)} "
        return len(short) > SHORTEST + 2 and short in self.text and not self.own.isdisjoint(words)


def traces_of(
    catalog: Writer, documents: Collection[int], names: Collection[str], containing: str = ""
) -> Traces:
    """What tells of these documents of the catalog, and of these names of files; to be called while they are there."""
    gone = [catalog.document(one) for one in sorted(documents)]
    words = [WORD.findall(_said(one).lower()) for one in gone]
    own = {word for one in words for word in one if len(word) >= SHORTEST and "_" not in word}
    runs = {run for one in words for run in _runs(one)}
    sentences = dict.fromkeys(part for one in gone for part in _sentences(_said(one)))
    files = set(names)
    needles = sorted(own, key=lambda word: (-len(word), word))[: 4 * LOOKED_FOR]
    forms = {word: set(index_forms(word)) for word in needles}
    for identity, others in catalog.names().items():
        if identity in documents:
            continue
        document = catalog.document(identity)
        said = "\n".join((*others, _said(document), document.kind, document.page_kind))
        lower = said.lower()
        kept = WORD.findall(lower)
        own.difference_update(kept)
        runs.difference_update(_runs(kept))
        there = set(index_forms(said))
        needles = [word for word in needles if word not in lower and there.isdisjoint(forms[word])]
        sentences = {part: None for part in sentences if part not in said}
        files -= {name for name in files if name in said}
    form = catalog.form().lower()
    return Traces(
        names=tuple(sorted(files)),
        words=tuple([word for word in needles if word not in form][:LOOKED_FOR]),
        sentences=tuple(sentences)[:LOOKED_FOR],
        vectors=tuple(_vectors(catalog, documents)),
        runs=frozenset(runs),
        own=frozenset(own),
        text=" ".join(["", *(word for one in words for word in one), ""]),
        containing=folded(containing),
    )


def index_forms(text: str) -> Iterator[str]:
    """What the words of a text are in a full-text index: themselves and their stems, without accents."""
    for stemmed in (True, False):
        yield from analyzer(stemmed=stemmed).analyze(text)


def folded(text: str) -> str:
    """In lower case, with single blanks: how a text that is asked for is compared."""
    return " ".join(text.lower().split())


def _said(document: Document) -> str:
    """All that a document says, beside the names of its files."""
    labels = (page.label for page in document.pages)
    return "\n".join(
        filter(
            None,
            (
                document.text,
                document.title,
                document.author,
                *map(str, document.metadata.values()),
                *document.notes,
                *labels,
            ),
        )
    )


def _runs(words: Sequence[str]) -> Iterator[int]:
    return (hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1))


def _sentences(text: str) -> Iterator[str]:
    """Sentences, or the longest part of one that stands in JSON as it is."""
    start = 0
    for end in (*sentence_ends(text), len(text)):
        part = max(_PART.findall(text[start:end]), key=len, default="").strip()[: SENTENCE.stop]
        if len(part) in SENTENCE:
            yield part
        start = end


def _vectors(catalog: Writer, documents: Collection[int]) -> Iterator[bytes]:
    """The first bytes of vectors that only these documents have, in the catalog and as they are searched."""
    yield from (vector[:64] for vector in catalog.own_vectors(documents, LOOKED_FOR))
    chunks = catalog.chunk_ids(set(documents) & set(catalog.names()))[:LOOKED_FOR]
    for _, matrix in searched(catalog, chunks) if len(chunks) else ():
        for vector in matrix.astype("<f2"):  # as FAISS keeps them
            yield vector.tobytes()[:64]


def _texts(kept: str) -> Iterator[str]:
    """The texts in some JSON, or the text itself, if it is none."""
    try:
        value = json.loads(kept)
    except (ValueError, RecursionError):
        start = kept.find(" {")  # the answers of the cache have a seal before them
        try:
            value = json.loads(kept[start:]) if start >= 0 else kept
        except (ValueError, RecursionError):
            value = kept
    yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
