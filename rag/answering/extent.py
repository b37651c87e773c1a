"""How much of the passages answers a question: the likeliest sentences, list items or rows, with what
belongs to them. Lists and steps come whole, with the line that leads into them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.reading.asked import Kind
from rag.reading.ranking import Unit
from rag.reading.units import is_heading, is_item, is_lead
from rag.reading.units import units as units_of
from rag.retrieval.passages import Passage, PassageSpan

PIECES = 3  # of an extract
FAR = 3.0  # nats that a piece may be behind the first: e^3 times less likely
SIDES = (
    5  # pieces of a comparison, which has a side more: those of both are rarely the likeliest three
)
SIDES_FAR = 5.0  # nats that a piece of a comparison may be behind
NEAREST = 3  # passages that are shown where nothing answers
LONG = 850  # characters of an extract
WRAPPED = 40  # characters, from which on a line may be one that was wrapped
PARAGRAPH = 400  # characters of a piece that is put together from others of its paragraph
WHOLE: tuple[Kind, ...] = ("steps", "list")  # kinds answered by a section, not by sentences
NEVER_SHORT: tuple[Kind, ...] = ("steps", "reason")  # kinds of which a few words are a part
# Kinds for which a few words are rarely enough.
SENTENCES: tuple[Kind, ...] = ("steps", "list", "reason", "yesno", "comparison", "summary")

# How a sentence begins that is not understood without the one before it, and one without which that is not true.
_REFERS = re.compile(
    r"(?:this|that|these|those|it|they|he|she|such|then|thus|therefore|hence|otherwise|however|but|instead|the same"
    r"|in (?:that|this|such a|which) case|for (?:this|that) reason|if (?:so|not)|doing so|both|neither)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:otherwise|however|but|except|unless|(?:the )?(?:only )?exceptions?|because|(?:this|that|it)(?: i|['’])s because"
    r"|the reason|for (?:this|that) reason|therefore|(?:this|that) way)\b",
    re.IGNORECASE,
)
_BREAKS_OFF = re.compile(r"^[^|]*[\w,)’'\"-]$")


def extract(
    units: Sequence[Unit],
    passages: Sequence[Passage],
    kind: Kind,
    suspect: Sequence[PassageSpan] = (),
) -> list[PassageSpan]:
    """What to show, likeliest first, of units ranked so. Of steps and lists, all of the first's section as
    far as it was read, and one piece of another; of comparisons more pieces, so that both sides are among them.
    Pieces of one paragraph are one, with what stands between them. Nothing of what is ``suspect``."""
    shown: list[PassageSpan] = []
    most, far = (SIDES, SIDES_FAR) if kind == "comparison" else (PIECES, FAR)
    if kind in WHOLE:
        most = 2
    room = LONG
    for unit in units:
        if unit.score < units[0].score - far:
            break
        if any(_overlap(unit, span) for span in suspect):
            continue
        text = passages[unit.passage].text
        beside = _clear(text, unit, suspect)
        whole = kind in WHOLE and not shown
        start, end = _section(text, unit, beside) if whole else _around(text, unit, beside)
        piece = PassageSpan(unit.passage, start, end)
        if any(_overlap(piece, span) for span in shown):
            continue
        if any(said(text, piece) == said(passages[span.passage].text, span) for span in shown):
            continue  # two documents say it in the same words
        at = next((i for i, p in enumerate(shown) if _one_paragraph(text, p, piece, beside)), None)
        if at is not None:
            start, end = min(start, shown[at].start), max(end, shown[at].end)
        longer = end - start - (shown[at].end - shown[at].start if at is not None else 0)
        if shown and longer > room:
            continue
        if at is not None:
            shown[at] = PassageSpan(unit.passage, start, end)
        elif len(shown) < most:
            shown.append(piece)
        else:
            continue
        room -= longer
    return shown


def nearest(
    units: Sequence[Unit],
    passages: Sequence[Passage],
    best: PassageSpan,
    suspect: Sequence[PassageSpan] = (),
) -> list[PassageSpan]:
    """What to show where nothing answers: the best, and the likeliest sentences of other passages, in other words."""
    shown = [best]
    for unit in units:
        if len(shown) == NEAREST or unit.score < units[0].score - FAR:
            break
        if unit.passage in {span.passage for span in shown} or any(
            _overlap(unit, span) for span in suspect
        ):
            continue
        text = passages[unit.passage].text
        piece = PassageSpan(unit.passage, *_around(text, unit, _clear(text, unit, suspect)))
        if all(said(text, piece) != said(passages[span.passage].text, span) for span in shown):
            shown.append(piece)
    return shown


def said(text: str, span: PassageSpan) -> str:
    """A span's words of its passage's text, as :func:`lines_of` gives them."""
    return "\n".join(lines_of(text[span.start : span.end]))


def lines_of(quote: str) -> list[str]:
    r"""A quote's lines that are not empty, white space inside them as one blank, set in as far as they are beside each other:
    an item of an inner list stays one. A line that only breaks off, as wrapped text does, is one with the next.

    >>> lines_of("To pack:\n    1. Papers\n       - passport\n    2. Tea")
    ['To pack:', '1. Papers', '   - passport', '2. Tea']
    """
    lines = [line.expandtabs(4) for line in quote.split("\n") if line.strip()]
    # Where the first begins is not in the quote; it stands above the others, or beside the outermost.
    depths = [len(line) - len(line.lstrip()) for line in lines]
    outermost = 0 if lines and is_item(lines[0]) else min(depths[1:], default=0)
    made: list[str] = []
    for depth, line in zip(depths, lines, strict=True):
        words = " ".join(line.split())
        if (
            made
            and len(made[-1]) >= WRAPPED
            and _BREAKS_OFF.search(made[-1])
            and words[0].islower()
        ):
            made[-1] += f" {words}"
        else:
            made.append(" " * max(0, depth - outermost) + words)
    return made


def _overlap(one: Unit | PassageSpan, other: PassageSpan) -> bool:
    return one.passage == other.passage and one.start < other.end and other.start < one.end


def _clear(text: str, unit: Unit, suspect: Sequence[PassageSpan]) -> list[tuple[int, int]]:
    """[start, end) of all units around one that nothing suspect parts from it, in order."""
    apart = [s for s in suspect if s.passage == unit.passage]
    low = max((s.end for s in apart if s.end <= unit.start), default=0)
    high = min((s.start for s in apart if s.start >= unit.end), default=len(text))
    return [(start, end) for start, end in units_of(text) if low <= start and end <= high]


def one_of_several(text: str, span: PassageSpan) -> bool:
    """Whether words are the better part of a list's item that has others beside it, or stand in a line that leads into
    what follows: what asks for these words asks, nine times of ten, for the others too."""
    parts = units_of(text)
    items = [is_item(text[start:end]) for start, end in parts]
    for i, (start, end) in enumerate(parts):
        if start <= span.start < end:
            if text[start:end].endswith(":") and i + 1 < len(parts):
                return True
            beside = any(items[max(0, i - 1) : i] + items[i + 1 : i + 2])
            return items[i] and beside and 2 * (span.end - span.start) >= end - start
    return False


def marked(shown: list[PassageSpan], likely: PassageSpan) -> list[PassageSpan]:
    """The pieces, with the likely words marked in the one that holds them, if any does."""
    return [
        replace(span, likely=(likely.start, likely.end))
        if span.passage == likely.passage and span.start <= likely.start and likely.end <= span.end
        else span
        for span in shown
    ]


def _section(text: str, unit: Unit, beside: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """All units from the heading above one to the next heading."""
    headings = [start for start, end in beside if is_heading(text, start, end)]
    above = max((start for start in headings if start <= unit.start), default=beside[0][0])
    below = min((start for start in headings if start > unit.start), default=len(text))
    return above, max(end for start, end in beside if start < below)


def _around(text: str, unit: Unit, beside: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A unit, with the list that it belongs to or leads into and its lead, or with the sentence that it refers back
    to, and the one that limits or explains it or refers back to it. What answers a question of the
    document's own ("When does it end?" "On your last day.") comes with that."""
    items = [is_item(text[start:]) for start, _ in beside]
    first = last = beside.index((unit.start, unit.end))
    if is_lead(text, unit.start, unit.end) and last + 1 < len(beside):
        last += 1
    if items[last]:
        while first > 0 and items[first] and items[first - 1]:
            first -= 1
        while last + 1 < len(beside) and items[last + 1]:
            last += 1
        if first > 0 and items[first] and is_lead(text, *beside[first - 1]):
            first -= 1
    elif first == last:
        if first > 0 and _REFERS.match(text, unit.start) and _in_one(text, beside, first - 1):
            first -= 1
        if last + 1 < len(beside) and _in_one(text, beside, last):
            start, end = beside[last + 1]
            refers = _REFERS.match(text, start) and end - beside[first][0] <= PARAGRAPH
            last += bool(_GOES_ON.match(text, start) or refers)
    if first > 0 and _asks(text, beside[first - 1]):
        first -= 1
    return beside[first][0], beside[last][1]


def _one_paragraph(
    text: str, one: PassageSpan, other: PassageSpan, beside: Sequence[tuple[int, int]]
) -> bool:
    """Whether two pieces are sentences of one paragraph, and together not too long."""
    start, end = min(one.start, other.start), max(one.end, other.end)
    clear = beside[0][0] <= start and end <= beside[-1][1]  # nothing suspect between them
    if one.passage != other.passage or not clear or end - start > PARAGRAPH:
        return False
    inside = [i for i, (a, b) in enumerate(beside) if start <= a and b <= end]
    return all(_in_one(text, beside, i) or _asks(text, beside[i]) for i in inside[:-1])


def _asks(text: str, part: tuple[int, int]) -> bool:
    return text[slice(*part)].endswith("?")


def _in_one(text: str, beside: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a unit and the next are sentences of one paragraph, or of one line."""
    between = text[beside[at][1] : beside[at + 1][0]]
    return not between.strip() and "\n\n" not in between and not is_item(text[beside[at + 1][0] :])
