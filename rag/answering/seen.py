"""Hits to what a replier sees of them: passages, the newer of two versions, without what gives orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.orders import quiet
from rag.answering.versions import newest
from rag.documents.document import Document
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, near, passages_of


@dataclass(frozen=True, slots=True)
class Seen:
    """``flagged`` are sentences that look like orders to a model; plain ones are blanked in the passages."""

    passages: list[Passage]
    flagged: list[str]


def seen(
    hits: Sequence[Hit],
    documents: Mapping[int, Document],
    question: str,
    *,
    most: int,
    widen: bool = False,
    near_alone: bool = True,
    read_orders: bool = False,
) -> Seen:
    """The passages of these hits, of at most ``most`` characters; ``documents`` are theirs, by id.

    ``widen`` and ``most`` are as for :func:`rag.retrieval.passages.passages_of`; ``near_alone`` leaves out
    those whose scores lie far behind the best one's; ``read_orders`` leaves sentences that give orders in.
    """
    passages = newest(passages_of(hits, documents, most=most, widen=widen), question)
    if near_alone:
        passages = near(passages)
    if read_orders:
        return Seen(passages, [])
    return Seen(*quiet(passages))
