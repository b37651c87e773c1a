"""Steps and lists that go on beyond the passage that was read are shown to the end of their section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from rag.answering.extent import LONG, WHOLE, said
from rag.answering.headed import with_steps_below
from rag.answering.orders import orders, quieted
from rag.answering.reply import Reply
from rag.documents.document import Document
from rag.reading.units import is_item, units
from rag.retrieval.passages import Passage, PassageSpan

LONGEST = 1500  # characters of items that are shown; of other sentences no more than of any extract
SECTION = (
    1100  # characters of a section that says how something is done: up to these it is shown whole
)
AROUND = 4 * LONGEST  # characters of a section that are looked at on each side


def completed(
    reply: Reply, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> tuple[Reply, list[Passage]]:
    """A reply with what its first piece is a part of: the rest of its section, and the steps below it that are headings."""
    return with_steps_below(*whole_section(reply, passages, documents), documents)


def whole_section(
    reply: Reply, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> tuple[Reply, list[Passage]]:
    """An extract whose first piece is steps, or a list, that its passage cuts off: with that passage and piece drawn
    out over the rest of the section, up to :data:`LONGEST` and to what is suspicious. Any other reply as it is."""
    if reply.kind not in WHOLE or reply.tier != "extract" or not reply.spans:
        return reply, list(passages)
    first, passage = reply.spans[0], passages[reply.spans[0].passage]
    document = documents[passage.hit.document_id]
    start, end = passage.start + first.start, passage.start + first.end
    low, high = _section(document, start, end)
    fits = reply.kind == "steps" and high - low <= SECTION
    room = SECTION if fits else LONG - sum(span.end - span.start for span in reply.spans[1:])
    # A text without headings is one section, however long.
    low, high = max(low, start - AROUND), min(high, end + AROUND)
    grown = _grown(document.span(low, high), start - low, end - low, room, reply.kind == "list")
    start, end = low + grown[0], low + grown[1]
    begin, stop = min(passage.start, start), max(passage.end, end)
    if (begin, stop) == (passage.start, passage.end):
        return reply, list(passages)
    # What was read stays as it was read: judged with more around it, an order might be let through.
    before, _ = quieted(document.span(begin, passage.start))
    after, _ = quieted(document.span(passage.end, stop))
    wider = replace(passage, start=begin, end=stop, text=before + passage.text + after)
    shown = [i for i, other in enumerate(passages) if not _inside(other, passage, start, end)]
    made = [wider if i == first.passage else other for i, other in enumerate(passages)]
    spans = [
        PassageSpan(first.passage, start - begin, end - begin),
        *(
            span
            for span in reply.spans[1:]
            if span.passage in shown and span.passage != first.passage
        ),
    ]
    written = "\n".join(said(made[span.passage].text, span) for span in spans)
    unit = None if reply.unit is None else reply.unit + passage.start - begin
    return replace(reply, text=written if reply.text else "", spans=tuple(spans), unit=unit), made


def _inside(other: Passage, passage: Passage, start: int, end: int) -> bool:
    """Whether another passage lies in ``[start, end)`` of the document, in part at least."""
    same = other.hit.document_id == passage.hit.document_id
    return same and other is not passage and other.start < end and start < other.end


def _section(document: Document, start: int, end: int) -> tuple[int, int]:
    """[low, high) around [start, end) without another heading, and not half hidden."""
    edges = [*(h.start for h in document.headings), *chain(*document.hidden)]
    low = max((edge for edge in edges if edge <= start), default=0)
    return low, min((edge for edge in edges if edge >= end), default=document.length)


def _grown(text: str, start: int, end: int, room: int, items: bool) -> tuple[int, int]:
    """[start, end) with the units after it, then those before it, in ``room`` characters, items in more;
    ``items``: only with those."""
    suspicious = [(order.start, order.end) for order in orders(text)]
    parts = units(text)
    before = [part for part in reversed(parts) if part[1] <= start]
    after = [part for part in parts if part[0] >= end]

    def fits(added: tuple[int, int], low: int, high: int, item: bool) -> bool:
        return high - low <= (LONGEST if item else room) and not _meets(suspicious, *added)

    # A list from its first item on: what is left out of it is its end.
    while before and is_item(text[slice(*before[0])]) and is_item(text[start:]):
        if not fits(before[0], before[0][0], end, True):
            break
        start = before.pop(0)[0]
    for part in after:
        item = is_item(text[slice(*part)])
        if (items and not item) or not fits(part, start, part[1], item):
            break
        end = part[1]
    for part in before:
        if not fits(part, part[0], end, False):
            break
        start = part[0]
    return start, end


def _meets(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in spans)
