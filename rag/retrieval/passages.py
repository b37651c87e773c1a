"""Hits to passages: neighbours joined, so that what stands together is read together, and short
ones widened, so that what is read makes sense by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.documents.document import Document
from rag.documents.sentences import sentence_ends
from rag.retrieval.hit import Hit


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` is ``document.text[start:end]`` of the document that ``hit`` names, which is the best
    of the hits that it joins. What must not be read may be blanked out in it: offsets stay true."""

    hit: Hit
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """Words of a passage: ``passages[passage].text[start:end]``; ``likely``, inside them, is where the answer
    itself stands, if that is less than all."""

    passage: int
    start: int
    end: int
    likely: tuple[int, int] | None = None


FAR = 0.3  # of a fused score: of passages further behind the best, one of a hundred answers, and none alone


LEAST = 3  # passages that are read however far behind: where few are found, scores are drawn apart


def near(passages: Sequence[Passage]) -> list[Passage]:
    """Those whose hits are not far behind the best one, and the first few: what is worth reading. ``passages``
    come best first. Scores that are not fused ones (of full text alone) say nothing of this."""
    best = max((passage.hit.score for passage in passages), default=0.0)
    return [
        passage
        for i, passage in enumerate(passages)
        if i < LEAST or best > 1.0 or passage.hit.score >= best - FAR
    ]


def passages_of(
    hits: Sequence[Hit], documents: Mapping[int, Document], *, most: int, widen: bool = False
) -> list[Passage]:
    """The passages to be read for these hits, in the order of each one's best hit.

    ``documents`` are those of the hits, by id. Hits are joined when nothing but white space lies
    between them; ``widen`` adds the sentences around a passage. Neither makes one longer than
    ``most`` characters; a single chunk may be.
    """
    joined = _joined(hits, documents, most)
    return _widened(joined, documents, most) if widen else joined


def _joined(hits: Sequence[Hit], documents: Mapping[int, Document], most: int) -> list[Passage]:
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda h: (h.document_id, h.start)):
        last = groups[-1] if groups else None
        if (
            last is not None
            and last[-1].document_id == hit.document_id
            and last[-1].hidden == hit.hidden
            and not documents[hit.document_id].span(last[-1].end, hit.start).strip()
            and hit.end - last[0].start <= most
        ):
            last.append(hit)
        else:
            groups.append([hit])
    passages: list[Passage] = []
    for group in groups:
        best = max(group, key=lambda h: h.score)
        start, end = group[0].start, max(h.end for h in group)
        if passages and passages[-1].hit.document_id == best.document_id:
            start = max(start, passages[-1].end)  # what two of them share is read once
        text = documents[best.document_id].span(start, end)
        passages.append(Passage(best, start, end, text))
    return sorted(passages, key=lambda p: -p.hit.score)


def _widened(
    passages: Sequence[Passage], documents: Mapping[int, Document], most: int
) -> list[Passage]:
    """Passages shorter than ``most`` characters with the whole sentences or lines that follow and
    precede them, as far as their section goes and no other passage begins."""
    made = []
    for passage in passages:
        document = documents[passage.hit.document_id]
        beside = [p for p in passages if p.hit.document_id == passage.hit.document_id]
        low = max((p.end for p in beside if p.end <= passage.start), default=0)
        high = min((p.start for p in beside if p.start >= passage.end), default=document.length)
        for edge in (*(h.start for h in document.headings), *chain(*document.hidden)):
            if edge <= passage.start:
                low = max(low, edge)
            elif edge >= passage.end:
                high = min(high, edge)
        start, end = _grown(document, passage.start, passage.end, low, high, most)
        made.append(replace(passage, start=start, end=end, text=document.span(start, end)))
    return made


def _grown(
    document: Document, start: int, end: int, low: int, high: int, most: int
) -> tuple[int, int]:
    """[start, end) of a document grown within [low, high), forwards and backwards in turn, to ``most``."""
    # A little further, to see whether a sentence ends there.
    first, last = max(low, end - most), min(high, start + most + 8)
    part = document.span(first, last)
    cuts = {first + e for e in sentence_ends(part)}
    cuts |= {first + m.start() for m in re.finditer("\n", part)} | {first, last} & {low, high}
    after = sorted(cut for cut in cuts if cut > end)
    before = sorted((cut for cut in cuts if cut < start), reverse=True)
    while after or before:
        if after and (end_ := after.pop(0)) - start <= most:
            end = end_
        else:
            after = []
        if before and end - (start_ := before.pop(0)) <= most:
            start = start_
        else:
            before = []
    grown = document.span(start, end)
    return start + len(grown) - len(grown.lstrip()), start + len(grown.rstrip())
