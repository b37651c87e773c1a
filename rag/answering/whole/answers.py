"""Answers to questions about whole documents: extracts, every line of which stands in a document."""

from __future__ import annotations

import re

from rag.answering.answer import Answer
from rag.answering.whole.extracts import Extract, Extracts, which
from rag.answering.whole.named import YEAR, Named, Shelf, families, family
from rag.answering.whole.summary import Encode
from rag.answering.whole.wanted import Wanted, What, wanted
from rag.reading.asked import Kind
from rag.retrieval.filters import Where, filter_documents
from rag.store.snapshot import Snapshot

CONSIDERED = 5  # documents that are offered where it is open which is meant
_KINDS: dict[What, Kind] = {
    "summary": "summary",
    "changes": "comparison",
    "mentions": "list",
    "files": "list",
}


def answer_of_whole(
    snapshot: Snapshot,
    question: str,
    encode: Encode,
    *,
    where: Where | None = None,
    summaries: bool = True,
    read_orders: bool = False,
) -> Answer | None:
    """The answer to a question about whole documents of ``snapshot``, all or those that ``where`` admits; None
    for all others, and where it names no document that there is.

    ``encode`` makes vectors of texts. ``summaries``: whether summaries are extracts, too; a model that writes
    reads and writes them itself. ``read_orders``: as in :class:`rag.QA`.
    """
    asked = wanted(question)
    if asked is None or (asked.what == "summary" and not summaries):
        return None
    among = filter_documents(snapshot.catalog, where) if where else None
    shelf = Shelf(snapshot, among)
    if not len(shelf):
        return None
    made = _extract(asked, shelf, Extracts(snapshot, shelf, encode, read_orders=read_orders))
    if made is None:
        return None
    kind: Kind = "quantity" if asked.count else _KINDS[asked.what]
    found = bool(made.citations)
    return Answer(
        question=question,
        text="\n".join((made.lead, *made.lines)),
        citations=made.citations,
        confidence=float(found),
        abstained=not found,
        kind=kind,
        tier="extract" if found else "none",
        passage_confidence=float(found),
        generation=snapshot.generation,
        flagged=made.flagged,
        lead=made.lead,
    )


def _extract(asked: Wanted, shelf: Shelf, extracts: Extracts) -> Extract | None:
    if asked.what == "mentions":
        return extracts.mentions(asked.names[0][0], plain=asked.plain)
    if asked.what == "files":
        return extracts.files(asked.names[0][0])
    if asked.what == "changes":
        pair = _pair(asked, shelf)
        return extracts.changes(*pair) if isinstance(pair, tuple) else pair
    meant = shelf.meant(asked.names[0][0])
    if (
        meant.best is None and not meant.others and asked.topic
    ):  # "summarise it", of what was asked before
        before = wanted(asked.topic)
        meant = shelf.meant(before.names[0][0]) if before else meant
    if meant.best is not None:
        return extracts.summary(meant.best, meant.others, asked.length)
    open_ = asked.plain and meant.others
    return which([(named,) for named in meant.others], CONSIDERED) if open_ else None


def _pair(asked: Wanted, shelf: Shelf) -> tuple[Named, Named] | Extract | None:
    """The two documents that are to be compared, the older first; which they may be; None for neither."""
    for names in asked.names:
        if len(names) == 2:
            one, other = shelf.meant(names[0]).best, shelf.meant(names[1]).best
            if one is not None and other is not None and one.document != other.document:
                return _in_order(one, other)
    if len(asked.names[0]) == 2:
        return None
    close = shelf.close(asked.names[0][0]) or shelf.close(_timeless(asked.names[0][0]))
    groups = [some for some in families(close) if len(some) > 1]
    if (
        not groups and len(close) == 1
    ):  # "what is new in the travel policy 2024?": against the one before
        relatives = [
            d for d, files in shelf.names.items() if family(files[0]) == family(close[0].sources[0])
        ]
        older = [n for n in shelf.named(relatives) if n.version < close[0].version]
        if older:
            return max(older, key=lambda named: named.version), close[0]
        return None
    if not groups and len(close) == 2 and asked.together:
        return _in_order(*close)
    if len(groups) == 1:
        *_, one, other = groups[0]
        return (one, other) if one.version != other.version else None
    return which(groups, CONSIDERED) if groups and asked.together else None


def _in_order(one: Named, other: Named) -> tuple[Named, Named]:
    """The older version first; as they are named, where they are no versions of each other."""
    later = one.version and other.version and one.version > other.version
    return (other, one) if later else (one, other)


def _timeless(words: str) -> str:
    """A name without years: "travel policy from 2023 to 2024"."""
    return re.sub(r"\b(?:from|to|and|between|since|in)\b", " ", YEAR.sub(" ", words))
