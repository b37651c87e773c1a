"""Rows of little boxes in forms, one for each sign of a number: what is written into them is one word, and their lines
part no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np

from rag.documents.loaders.pdf.lines import NOTHING
from rag.documents.loaders.pdf.runs import Run, around, char_boxes
from rag.documents.loaders.pdf.strokes import SAME, TOUCH, Stroke, Strokes

LEAST_BOXES = 4  # of a comb
LEAST_WIDE, MOST_WIDE = 7.0, 36.0  # points of one box
MOST_HIGH = 36.0  # points
NARROW, BROAD = 0.4, 1.6  # how wide a box is, in its heights
EVEN = 0.3  # share of the width of a box by which others may differ
BETWEEN = 0.65  # of that width: what is narrower parts two boxes, and may hold a hyphen
LEAST_SIGNS = 3  # that stand in boxes side by side

Boxes = tuple[tuple[float, float], ...]
"""From where to where each box of a row goes."""


class Comb(NamedTuple):
    """A row of boxes: how high it stands, its boxes, and the character of the page in each, None in an empty one."""

    low: float
    high: float
    boxes: Boxes
    signs: tuple[int | None, ...]


def combs_of(textpage: Any, text: str, strokes: Strokes) -> list[Comb]:
    """The combs of a page: no box holds more than one sign, and lines do not go on above or below, as those of a table
    do."""
    short: dict[tuple[int, int], list[float]] = {}
    for at, low, high in strokes.down:
        if high - low <= MOST_HIGH:
            short.setdefault((round(low), round(high)), []).append(at)
    rows = [
        (low, high, boxes)
        for (low, high), edges in short.items()
        if len(edges) > LEAST_BOXES
        for boxes in _rows(sorted(edges), high - low)
    ]
    if not rows or len(text) != textpage.count_chars():
        return []
    left, bottom, right, top = char_boxes(textpage).T
    across, middle = (left + right) / 2, (bottom + top) / 2
    combs: list[Comb] = []
    for low, high, boxes in rows:
        level = (middle > low) & (middle < high) & (right > left)
        held = [
            [
                i
                for i in np.flatnonzero(level & (across > a) & (across < b))
                if not text[i].isspace()
            ]
            for a, b in boxes
        ]
        if all(len(signs) < 2 for signs in held):
            signs = tuple(int(one[0]) if one else None for one in held)
            combs.append(Comb(low, high, boxes, signs))
    return combs


def _rows(edges: Sequence[float], high: float) -> Iterator[Boxes]:
    """Boxes side by side, about as wide as each other, between lines down that are as high as each other."""
    run: list[tuple[float, float]] = []
    for box in [*pairwise(edges), (0.0, 0.0)]:
        wide = box[1] - box[0]
        usual = run[0][1] - run[0][0] if run else wide
        if run and 0 < wide < BETWEEN * usual:
            continue
        fits = LEAST_WIDE <= wide <= MOST_WIDE and NARROW * high <= wide <= BROAD * high
        if fits and abs(wide - usual) <= EVEN * usual:
            run.append(box)
            continue
        if len(run) >= LEAST_BOXES:
            yield tuple(run)
        run = [box] if fits else []


def without_combs(strokes: Strokes, combs: Sequence[Comb]) -> Strokes:
    """Lines but for those of combs."""

    def beside(one: Stroke) -> bool:
        return any(
            comb.low - 2 <= one.low and one.high <= comb.high + 2
            and comb.boxes[0][0] - 1 <= one.at <= comb.boxes[-1][1] + 1
            for comb in combs
        )  # fmt: skip

    def along(one: Stroke) -> bool:
        return any(
            min(abs(one.at - comb.low), abs(one.at - comb.high)) <= SAME
            and comb.boxes[0][0] - TOUCH <= one.low and one.high <= comb.boxes[-1][1] + TOUCH
            for comb in combs
        )  # fmt: skip

    return Strokes(
        [one for one in strokes.across if not along(one)],
        [one for one in strokes.down if not beside(one)],
    )


def written(text: str, combs: Sequence[Comb]) -> str:
    """The text of a page, with ``NOTHING`` for the spaces between signs that stand in the boxes of a comb side by side."""
    signs = list(text)
    for comb in combs:
        for filled, group in groupby(comb.signs, key=lambda at: at is not None):
            places = [at for at in group if at is not None]
            if not filled or len(places) < LEAST_SIGNS or _counts([text[at] for at in places]):
                continue
            for one, other in pairwise(places):
                if set(text[one + 1 : other]) == {" "}:
                    signs[one + 1 : other] = NOTHING * (other - one - 1)
    return "".join(signs)


def _counts(signs: Sequence[str]) -> bool:
    """Whether they are the steps of a scale, one of which is ticked."""
    return all(ord(b) == ord(a) + 1 for a, b in pairwise(signs))


def in_one(pieces: Sequence[Run], text: str) -> list[Run]:
    """Pieces, those of one word in a comb put together."""
    found: list[Run] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last and NOTHING in text[last.end - 1 : piece.start + 1] and last.end <= piece.start:
            found[-1] = Run(around(last.box, piece.box), "", last.start, piece.end)
        else:
            found.append(piece)
    return found
