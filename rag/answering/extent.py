"""How much of the passages answers a question: the likeliest sentences, list items or rows, with what
belongs to them. Lists and steps come whole, with the line that leads into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.asked import Kind
from rag.reading.ranking import Unit
from rag.reading.units import is_heading, is_item, is_lead
from rag.retrieval.passages import Passage, PassageSpan

PIECES = 3  # of an extract
FAR = 4.0  # nats that a piece may be behind the first: e^4 times less likely
LONG = 850  # characters of an extract
WHOLE: tuple[Kind, ...] = ("steps", "list")  # kinds answered by a section, not by sentences
# Kinds for which a few words are rarely enough.
SENTENCES: tuple[Kind, ...] = ("steps", "list", "reason", "yesno", "comparison", "summary")


def extract(units: Sequence[Unit], passages: Sequence[Passage], kind: Kind) -> list[PassageSpan]:
    """What to show, likeliest first, of units ranked so. Of steps and lists, all of the first's section as
    far as it was read, and one piece of another."""
    shown: list[PassageSpan] = []
    room = LONG
    for unit in units:
        if unit.score < units[0].score - FAR:
            break
        if any(s.passage == unit.passage and s.start <= unit.start < s.end for s in shown):
            continue
        whole = kind in WHOLE and not shown
        beside = sorted((u for u in units if u.passage == unit.passage), key=lambda u: u.start)
        text = passages[unit.passage].text
        start, end = _section(text, unit, beside) if whole else _around(text, unit, beside)
        if shown and end - start > room:
            continue
        shown.append(PassageSpan(unit.passage, start, end))
        room -= end - start
        if len(shown) == (2 if kind in WHOLE else PIECES):
            break
    return shown


def marked(shown: list[PassageSpan], likely: PassageSpan) -> list[PassageSpan]:
    """The pieces, with the likely words marked in the one that holds them, if any does."""
    return [
        replace(span, likely=(likely.start, likely.end))
        if span.passage == likely.passage and span.start <= likely.start and likely.end <= span.end
        else span
        for span in shown
    ]


def _section(text: str, unit: Unit, beside: Sequence[Unit]) -> tuple[int, int]:
    """All units from the heading above one to the next heading."""
    headings = [u for u in beside if is_heading(text, u.start, u.end)]
    above = [u.start for u in headings if u.start <= unit.start]
    below = [u.start for u in headings if u.start > unit.start]
    own = [u for u in beside if u.start < min(below, default=len(text))]
    return max(above, default=beside[0].start), own[-1].end


def _around(text: str, unit: Unit, beside: Sequence[Unit]) -> tuple[int, int]:
    """A unit, and the list that it belongs to or leads into, with its lead. ``beside`` are all units of its
    passage, in order."""
    items = [is_item(text[u.start :]) for u in beside]
    first = last = beside.index(unit)
    if is_lead(text, unit.start, unit.end) and last + 1 < len(beside):
        last += 1
    if items[last]:
        while first > 0 and items[first] and items[first - 1]:
            first -= 1
        while last + 1 < len(beside) and items[last + 1]:
            last += 1
        before = beside[first - 1]
        if first > 0 and items[first] and is_lead(text, before.start, before.end):
            first -= 1
    return beside[first].start, beside[last].end
