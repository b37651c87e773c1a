"""Short lines that stand beside each other on a page, as the figures in the boxes of a report or of a slide do: told by
where they stand which of them goes on in the next.

What is told is marked at the end of a line (:data:`ENDS`, :data:`GOES_ON`), for :func:`reflow` to read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.lines import (
    ENDS,
    GOES_ON,
    HYPHEN,
    NARROW_COLUMN,
    full_line,
    numbered_lines,
    opens,
)
from rag.documents.loaders.pdf.runs import GAP, SAME_LINE, char_boxes, extent

MOST_LINES = 300  # of a page
SHORT, LEAST_SHORT = (
    30,
    4,
)  # characters of a line, and such lines one after the other, that may be cards
NEXT = 2.5  # heights of a line from one line of a paragraph to the next
FAR = 1.4  # of the usual such step on a page, from which on a line is apart: a text may be set with wide spaces
BELOW = 8.0  # of them from one line of a card to the next
CARD = (2, 3)  # lines
LEAST_OF_COLUMN = 5  # lines; a column may go on at the head of the next one
LEAST_CUT = 2  # lines of one, where the next begins in lower case
PROSE = 0.75  # of the width of its widest line, that the usual line of a column has


def marks_of(
    textpage: Any,
    text: str,
    painted: str,
    spans: Callable[[], Sequence[tuple[int, int]]],
    lines: Sequence[str],
    taken: Collection[int],
) -> list[str]:
    """The mark of each line of a page, "" where its place does not tell more than its length; none where no line has one.
    ``text`` as PDFium reads it, ``painted`` and ``spans`` as it is arranged, ``taken``: the lines that are in tables."""
    if not _may_hold(lines, taken):
        return []
    boxes = _boxes(textpage, text, painted, spans, lines)
    if boxes is None:
        return []
    stacks = _stacks(boxes, taken)
    marks = [""] * len(lines)
    for stack, following in pairwise(stacks):
        if following[0] == stack[-1] + 1 and not _may_go_on(stack, following[0], boxes, lines):
            marks[stack[-1]] = ENDS
    steps = {
        at: _step(boxes[at], boxes[below]) for stack in stacks for at, below in pairwise(stack)
    }
    far = max(NEXT, FAR * median(steps.values())) if steps else NEXT
    for at, step in steps.items():
        if step > far:
            marks[at] = ENDS
    for stack in (*_in_margin(stacks, boxes, lines), *_cards(stacks, boxes, lines)):
        for at in stack[:-1]:
            marks[at] = GOES_ON
        marks[stack[-1]] = ENDS
        if stack[0]:
            marks[stack[0] - 1] = ENDS
    # A large first letter stands beside its word, and a word that is cut goes on wherever that is.
    whole = [len(line) > 1 and not line.endswith(HYPHEN) for line in lines]
    marks = [mark if said else "" for mark, said in zip(marks, whole, strict=True)]
    return marks if any(marks) else []


def _may_hold(lines: Sequence[str], taken: Collection[int]) -> bool:
    """Whether there may be something to be told: it takes time to see where lines stand."""
    free = [line for at, line in enumerate(lines) if at not in taken]
    if not 3 <= len(free) <= MOST_LINES:
        return False
    if full_line(free) <= NARROW_COLUMN:
        return True
    short = 0
    for at, line in enumerate(lines):
        short = short + 1 if len(line) <= SHORT and at not in taken else 0
        if short == LEAST_SHORT:
            return True
    return False


def _boxes(
    textpage: Any,
    text: str,
    painted: str,
    spans: Callable[[], Sequence[tuple[int, int]]],
    lines: Sequence[str],
) -> list[Box] | None:
    """Where the lines stand; None where that cannot be told."""
    if len(text) != textpage.count_chars() or RIGHT_TO_LEFT.search(text):
        return None
    numbers = list(range(len(text)))
    if len(painted) != len(text):
        painted = "\n".join(text[begin:end] for begin, end in spans())
        numbers = [at for begin, end in spans() for at in (*range(begin, end), end - 1)]
    read, places = numbered_lines(painted)
    if read != list(lines):
        return None
    edges = char_boxes(textpage)
    found = [extent(edges[numbers[begin:end]]) for begin, end in places]
    return None if None in found else [box for box in found if box]


def _stacks(boxes: Sequence[Box], taken: Collection[int]) -> list[list[int]]:
    """The numbers of lines that follow each other in the text, each below the one before."""
    stacks: list[list[int]] = []
    for at, box in enumerate(boxes):
        if at in taken:
            continue
        last = stacks[-1][-1] if stacks else -1
        if last == at - 1 >= 0 and _is_below(boxes[last], box):
            stacks[-1].append(at)
        else:
            stacks.append([at])
    return stacks


def _is_below(above: Box, box: Box) -> bool:
    across = box.left < above.right and above.left < box.right
    return across and SAME_LINE < _step(above, box) <= BELOW


def _step(above: Box, below: Box) -> float:
    """From one line to one below, in heights of the higher one."""
    height = max(above.top - above.bottom, below.top - below.bottom, 1.0)
    return (above.top + above.bottom - below.top - below.bottom) / 2 / height


def _may_go_on(stack: Sequence[int], then: int, boxes: Sequence[Box], lines: Sequence[str]) -> bool:
    """Whether the last of some lines may go on in one that does not stand below it: as that of a column of running text
    does at the head of the next one, and what is painted in pieces."""
    last, box = boxes[stack[-1]], boxes[then]
    height = max(last.top - last.bottom, box.top - box.bottom)
    if abs(_step(last, box)) < SAME_LINE and -height < box.left - last.right < GAP * height:
        return True
    low = lines[then][0].islower() and lines[stack[-1]][-1] not in ".!?:;"
    widths = [boxes[at].right - boxes[at].left for at in stack[-LEAST_OF_COLUMN:]]
    if len(stack) < (LEAST_CUT if low else LEAST_OF_COLUMN):
        return False
    return median(widths) >= PROSE * max(widths)


def _cards(
    stacks: Sequence[list[int]], boxes: Sequence[Box], lines: Sequence[str]
) -> list[list[int]]:
    """The stacks of a few lines that stand in a row: a figure and what it is, a name and what somebody does."""
    found: dict[int, list[int]] = {}
    for stack, following in pairwise(stacks):
        # Above the first one a title may stand.
        for first in range(len(stack)):
            own = stack[first:]
            # Below the last one a text may stand.
            level = len(own) < len(following) and _are_level(own, following, boxes)
            then = following[: len(own)] if level else following
            if _are_beside(own, then, boxes):
                found |= {own[0]: own, then[0]: then}
                break
    return [
        one
        for one in found.values()
        if all(len(lines[at]) <= SHORT for at in one)
        and not lines[one[0]][0].islower()
        and not any(opens(lines[at]) for at in one[1:])
    ]


def _in_margin(
    stacks: Sequence[list[int]], boxes: Sequence[Box], lines: Sequence[str]
) -> list[list[int]]:
    """The heads of a few lines that stand in the margin, left of the text that they name."""
    low, high = CARD
    return [
        stack
        for stack, then in pairwise(stacks)
        if low <= len(stack) <= high
        and then[0] == stack[-1] + 1
        and all(len(lines[at]) <= SHORT for at in stack)
        and all(lines[at][0].islower() for at in stack[1:])
        and _are_level(stack[:1], then, boxes)
        and max(boxes[at].right for at in stack) < boxes[then[0]].left
    ]


def _are_level(one: Sequence[int], other: Sequence[int], boxes: Sequence[Box]) -> bool:
    """Whether each line of a stack stands at the height of one of another."""
    pairs = zip(one, other, strict=False)
    return all(abs(_step(boxes[a], boxes[b])) < SAME_LINE for a, b in pairs)


def _are_beside(one: Sequence[int], other: Sequence[int], boxes: Sequence[Box]) -> bool:
    """Whether two stacks of a few lines stand side by side, the first lines of both at one height."""
    low, high = CARD
    if not (low <= len(one) <= high and low <= len(other) <= high):
        return False
    right = max(boxes[at].right for at in one)
    left = min(boxes[at].left for at in other)
    return _are_level(one[:1], other, boxes) and right < left
