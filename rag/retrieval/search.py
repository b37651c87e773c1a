"""A question and a snapshot in, hits out: filtered, then searched both ways, fused, and cut to k.

Each step has its module: :mod:`~rag.retrieval.filters`, :mod:`~rag.retrieval.fusion`,
:mod:`~rag.retrieval.hidden`, :mod:`~rag.retrieval.diversity`, :mod:`~rag.retrieval.hit`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rag.errors import QueryError
from rag.retrieval.aliases import also_called, with_names
from rag.retrieval.diversity import diversify
from rag.retrieval.filters import Where, filter_documents
from rag.retrieval.fusion import Ranked, Scored, joined, put_back, rank
from rag.retrieval.hidden import hidden_behind
from rag.retrieval.hit import Hit, hits_of
from rag.retrieval.naming import BEST, named
from rag.retrieval.spelling import respelled
from rag.store.snapshot import Snapshot

Mode = Literal["hybrid", "dense", "lexical"]
Encode = Callable[[str], NDArray[np.float32]]
"""A question -> its vector, [dimension]."""

POOL = 100  # candidates that each side gives to the fusion, at least
NAMED = 0.7  # of a fused score: by how much a document that is not named falls behind one that is
MAX_K = 10_000
LONGEST_QUESTION = 100_000  # characters


def search(
    snapshot: Snapshot,
    question: str,
    k: int = 5,
    *,
    encode: Encode,
    where: Where | None = None,
    mode: Mode = "hybrid",
    diversity: float = 0.0,
    spelling: bool = False,
) -> list[Hit]:
    """The ``k`` chunks of ``snapshot`` that match ``question`` best, best first.

    ``encode`` makes the question's vector; it is not called when ``mode`` is "lexical".

    ``diversity`` above 0, and up to 1, gives up some of the match for chunks that differ from
    those before them (maximal marginal relevance): near-duplicates do not fill the k.

    ``where`` narrows the search before anything is ranked: {"source": "*.pdf",
    "date": ">=2024-01-01", "type": ["pdf", "docx"]}.

    ``spelling``: misspelt words are put right first; see :func:`asked_as`.

    Raises:
        QueryError: an empty question, or a k, filter or mode that cannot be used.
    """
    _check(question, k, mode, diversity)
    if spelling:
        question = asked_as(snapshot, question)
    documents = filter_documents(snapshot.catalog, where) if where else None
    pool = max(POOL, k)
    also = also_called(question, snapshot.cards)
    vector = encode(with_names(question, also)) if mode != "lexical" else None
    by_words = mode != "dense"
    whole = snapshot.lexical.whole(question) if by_words else 0.0
    names = [name for _, name in also]
    asked = _Asked(snapshot, question, vector, names, by_words, pool, whole)
    worth = named(question, snapshot.cards) if mode == "hybrid" else {}
    ranked = (
        _of_named(asked, worth, documents) if worth else rank(*asked.among(documents), asked.whole)
    )
    ranked = hidden_behind(snapshot.catalog, ranked, pool if diversity else k)
    if diversity:
        ranked = diversify(snapshot.catalog, ranked, k, diversity)
    return hits_of(snapshot.catalog, ranked)


def asked_as(snapshot: Snapshot, question: str) -> str:
    """``question`` with words that the documents of ``snapshot`` don't have put right after those that they
    have; see :mod:`~rag.retrieval.spelling`."""
    return respelled(question, snapshot.lexical, snapshot.cards)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is searched: by its vector, or by its words and other names, or by both. ``whole``: see
    :func:`~rag.retrieval.fusion.fuse`."""

    snapshot: Snapshot
    question: str
    vector: NDArray[np.float32] | None
    also: Sequence[str]
    by_words: bool
    pool: int
    whole: float

    def among(self, documents: Sequence[int] | None) -> tuple[Scored | None, Scored | None]:
        """What the two searches find in these documents (else: in all); None of one that is not made."""
        dense = lexical = None
        if self.vector is not None:
            (dense,) = self.snapshot.dense.search(self.vector[None, :], self.pool, documents)
        if self.by_words:
            lexical = self.snapshot.lexical.search(
                self.question, self.pool, documents, also=self.also
            )
        return dense, lexical


def _of_named(
    asked: _Asked, worth: Mapping[int, float], documents: Sequence[int] | None
) -> list[Ranked]:
    """The ranking where the question names documents: their chunks are candidates too, and those of others
    fall behind by as much as they are named worse."""
    if documents is not None:
        worth = {document: worth[document] for document in worth.keys() & set(documents)}
    best = max(worth.values(), default=0.0)
    meant = [document for document in worth if worth[document] >= BEST * best]
    found = asked.among(documents)
    if not meant:
        return rank(*found, asked.whole)
    dense, lexical = map(joined, found, asked.among(meant))
    ranked = rank(dense, lexical, asked.whole)
    ids = np.array([chunk.chunk_id for chunk in ranked], np.int64)
    owners = asked.snapshot.catalog.contents.owners(ids).tolist()
    behind = [NAMED * (best - worth.get(document, 0.0)) for document in owners]
    return put_back(ranked, behind)


def check_question(question: str, k: int = 1) -> None:
    """Whether ``k`` chunks can be looked for by a question at all.

    Raises:
        QueryError: the question is empty, too long or no text; or the k cannot be used.
    """
    if not question.strip():
        raise QueryError("The question is empty.")
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise QueryError("The question is not valid Unicode: a part of a character stands alone.")
    if len(question) > LONGEST_QUESTION:
        raise QueryError(f"The question has more than {LONGEST_QUESTION:,} characters.")
    if not 1 <= k <= MAX_K:
        raise QueryError(f"k is {k}; it must be from 1 to {MAX_K}.")


def _check(question: str, k: int, mode: str, diversity: float) -> None:
    check_question(question, k)
    if mode not in get_args(Mode):
        raise QueryError(f'mode is "{mode}"; it must be "hybrid", "dense" or "lexical".')
    if not 0 <= diversity <= 1:
        raise QueryError(f"diversity is {diversity}; it must be from 0 to 1.")
