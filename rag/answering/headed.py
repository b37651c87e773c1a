"""Steps that are headings: "1. Find what is damaged", "2. Back it up", each with a section of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answering.extent import said
from rag.answering.orders import orders
from rag.answering.reply import Reply
from rag.documents.document import Document, Heading
from rag.retrieval.passages import Passage, PassageSpan

FEWEST, MOST = 3, 20  # steps
_NUMBER = re.compile(r"\W*(?:[^\W\d_]+ )?(\d{1,2})(?:[.):]|\s|$)")
# What leads into steps; of chapters that are numbered, too, nothing does.
_LEADS = re.compile(r"\b(?:steps?|procedure|instructions|as follows|in (?:this|the following) order)\b", re.IGNORECASE)  # fmt: skip


def with_steps_below(
    reply: Reply, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> tuple[Reply, list[Passage]]:
    """An extract whose first piece leads into steps that are the headings below its section: with these, in their
    order, after that piece. Any other reply as it is."""
    if reply.kind != "steps" or reply.tier != "extract" or not reply.text:
        return reply, list(passages)
    first = reply.spans[0]
    passage = passages[first.passage]
    document = documents[passage.hit.document_id]
    start, end = passage.start + first.start, passage.start + first.end
    steps = list(_series(document, start, end))
    if not FEWEST <= len(steps) <= MOST or steps[-1].start < end:
        return reply, list(passages)
    if not _LEADS.search(f"{document.span(start, end)}\n{steps[0].title}"):
        return reply, list(passages)
    # Each is a passage: what lies between them may be a book.
    texts = {step: document.span(step.start, step.end) for step in steps if step.start >= end}
    own = [
        replace(passage, start=step.start, end=step.end, text=text)
        for step, text in texts.items()
        if not orders(text)
    ]
    spans = (
        reply.spans[0],
        *(PassageSpan(len(passages) + i, 0, len(one.text)) for i, one in enumerate(own)),
        *(span for span in reply.spans[1:] if span.passage != first.passage),
    )
    made = [*passages, *own]
    written = "\n".join(said(made[span.passage].text, span) for span in spans)
    return replace(reply, text=written, spans=spans), made


def _series(document: Document, start: int, end: int) -> Iterator[Heading]:
    """The headings in or right after a place that are numbered 1, 2, 3 ... at one level, with none of that level between."""
    level = wanted = 0
    for heading in document.headings:
        if heading.start < start or heading.level > level > 0:
            continue
        number = _NUMBER.match(heading.title)
        counts = number is not None and int(number[1]) == wanted + 1
        if not level and not counts and heading.start < end:
            continue  # its own
        if not counts or heading.level < level or _hidden(document, start, heading.end):
            return
        level, wanted = heading.level, wanted + 1
        yield heading


def _hidden(document: Document, start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in document.hidden)
