"""Hits to passages: neighbours joined, so that what stands together is read together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.documents.document import Document
from rag.documents.sentences import sentence_ends
from rag.retrieval.hit import Hit

MAX_CHARACTERS = 1400  # of a joined passage
READER_CHARACTERS = (
    720  # and for the bundled reader, which was trained on passages up to this length
)
LONG_SENTENCE = 400  # characters; of a longer one (a table without full stops) the line is shown


@dataclass(frozen=True, slots=True)
class Passage:
    """``document.text[start:end]`` with its heading path; ``hit`` is the best of those it joins."""

    hit: Hit
    start: int
    end: int
    text: str


def join(hits: Sequence[Hit], texts: dict[int, str], most: int = MAX_CHARACTERS) -> list[Passage]:
    """Passages in the order of their best hit. ``texts`` are documents by id.

    Hits are joined when nothing but white space lies between them, to ``most`` characters.
    """
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda h: (h.document_id, h.start)):
        last = groups[-1] if groups else None
        if (
            last is not None
            and last[-1].document_id == hit.document_id
            and not texts[hit.document_id][last[-1].end : hit.start].strip()
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
        passages.append(Passage(best, start, end, texts[best.document_id][start:end]))
    return sorted(passages, key=lambda p: -p.hit.score)


def widened(
    passages: Sequence[Passage], documents: dict[int, Document], most: int
) -> list[Passage]:
    """Passages shorter than ``most`` characters with the whole sentences or lines that follow and
    precede them, as far as their section goes and no other passage begins."""
    made = []
    for passage in passages:
        document = documents[passage.hit.document_id]
        beside = [p for p in passages if p.hit.document_id == passage.hit.document_id]
        low = max((p.end for p in beside if p.end <= passage.start), default=0)
        high = min((p.start for p in beside if p.start >= passage.end), default=len(document.text))
        for heading in document.headings:
            if heading.start <= passage.start:
                low = max(low, heading.start)
            elif heading.start >= passage.end:
                high = min(high, heading.start)
        start, end = _grown(document.text, passage.start, passage.end, low, high, most)
        made.append(replace(passage, start=start, end=end, text=document.text[start:end]))
    return made


def _grown(text: str, start: int, end: int, low: int, high: int, most: int) -> tuple[int, int]:
    """[start, end) grown within [low, high), forwards and backwards in turn, to ``most``."""
    # A little further, to see whether a sentence ends there.
    first, last = max(low, end - most), min(high, start + most + 8)
    part = text[first:last]
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
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def place(document: Document, hit: Hit, offset: int) -> tuple[str, int | None]:
    """For people, where in a file an offset stands: ("leave.pdf, page 3", 3)."""
    page = document.page_at(offset)
    if page is None:
        return hit.source, None
    label = f" ({page.label})" if page.label not in ("", str(page.number)) else ""
    return f"{hit.source}, {document.page_kind} {page.number}{label}", page.number
