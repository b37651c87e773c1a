"""Where the shapes of a slide stand, and in which order they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from rag.documents.office.package import attribute, child, children, descendants, local

LINE = 180_000  # EMU (half a centimetre): what starts within it stands on one line
NEAR = 0.5  # share of the space beside a text within which the one below belongs to it
BELOW = 1.5  # times its own height below a text at most stands what is said of it, in columns that are the same
ALIKE = 1.5  # times as wide as another that a text of a row of cards is at most
_SHAPES = frozenset("sp grpSp graphicFrame pic cxnSp AlternateContent contentPart".split())


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a shape fills: its type ("title", "body"), and its number in the layout."""

    kind: str = ""
    number: str = ""


def placeholder(shape: etree._Element) -> Placeholder | None:
    """The placeholder that a shape is; None for one of its own."""
    for one in shape:
        if names(one):
            found = child(one, "nvPr", "ph")
            if found is not None:
                return Placeholder(
                    attribute(found, "type") or "body", attribute(found, "idx") or ""
                )
    return None


def names(element: etree._Element) -> bool:
    """Whether an element of a shape says what it is called, and what it fills."""
    return local(element).startswith("nv")


def is_title(shape: etree._Element) -> bool:
    """Whether a shape is the title of its slide."""
    found = placeholder(shape)
    return found is not None and found.kind in ("title", "ctrTitle")


class Box(NamedTuple):
    """Where a shape stands, in EMU from the upper left of its slide."""

    top: int
    left: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.left + self.width


class _Placed(NamedTuple):
    box: Box
    shape: etree._Element


def _box(shape: etree._Element) -> Box | None:
    """Where a shape stands; None where the layout says it."""
    for path in (("spPr", "xfrm"), ("grpSpPr", "xfrm"), ("xfrm",)):
        frame = child(shape, *path)
        offset, extent = child(frame, "off"), child(frame, "ext")
        if offset is not None:
            place = [attribute(offset, name) or "" for name in ("y", "x")]
            size = [attribute(extent, name) or "0" for name in ("cx", "cy")]
            if all(n.lstrip("-").isdigit() for n in (*place, *size)):
                return Box(*map(int, (*place, *size)))
    return None


def places(layout: etree._Element | None) -> dict[Placeholder, Box]:
    """Where the placeholders of a layout stand."""
    found: dict[Placeholder, Box] = {}
    for shape in descendants(layout, "sp", "pic", "graphicFrame"):
        holder, box = placeholder(shape), _box(shape)
        if holder is not None and box is not None:
            found[holder] = box
            found.setdefault(Placeholder("", holder.number), box)
    return found


def ordered(tree: etree._Element | None, layout: dict[Placeholder, Box]) -> list[etree._Element]:
    """The shapes of a slide or a group, top to bottom, and left to right on one line; of cards that stand side
    by side one after the other."""
    shapes: list[etree._Element] = []
    for one in tree if tree is not None else ():
        name = local(one)
        if name == "AlternateContent":
            for option in ("Choice", "Fallback"):
                inside = [s for c in children(one, option) for s in c if local(s) in _SHAPES]
                if inside:
                    shapes.extend(inside)
                    break
        elif name in _SHAPES:
            shapes.append(one)

    def placed(shape: etree._Element) -> _Placed:
        box = _box(shape)
        holder = placeholder(shape)
        if box is None and holder is not None:
            box = layout.get(holder) or layout.get(Placeholder("", holder.number))
        return _Placed(box or Box(0, 0, 0, 0), shape)

    # What starts within half a centimetre of the line's first shape stands beside it.
    lines: list[list[_Placed]] = []
    for one in sorted(map(placed, shapes), key=lambda one: one.box[:2]):
        if not lines or one.box.top - lines[-1][0].box.top > LINE:
            lines.append([])
        lines[-1].append(one)
    return [one.shape for one in _by_cards([sorted(line, key=_left) for line in lines])]


def _left(one: _Placed) -> int:
    return one.box.left


def _by_cards(lines: Sequence[list[_Placed]]) -> list[_Placed]:
    """Line by line; lines of texts that belong to those above them column by column."""
    found: list[_Placed] = []
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _cards(lines[end - 1], lines[end]):
            end += 1
        if end == at + 1 and _are_pairs(lines[at : at + 3]):
            end += 1
        rows = lines[at:end]
        columns = zip(*rows, strict=True) if end > at + 1 else rows
        found.extend(one for column in columns for one in column)
        at = end
    return found


def _cards(above: Sequence[_Placed], below: Sequence[_Placed]) -> bool:
    """Whether each text has its own above it, nearer than what stands beside it, and all are about as wide:
    a number and what it counts, a heading and its text."""
    if not _are_rows(above, below):
        return False
    pairs = list(zip(above, below, strict=True))
    apart = [
        min(c.box.left, d.box.left) - max(a.box.right, b.box.right)
        for (a, b), (c, d) in pairwise(pairs)
    ]
    gap = max(b.box.top - a.box.top - a.box.height for a, b in pairs)
    over = all(a.box.left < b.box.right and b.box.left < a.box.right for a, b in pairs)
    return over and min(apart) > 0 and gap < NEAR * min(apart)


def _are_pairs(lines: Sequence[Sequence[_Placed]]) -> bool:
    """Whether the first two lines stand in the same columns, one right below the other, and no third goes on with them, as
    in a table: dates and what was done then."""
    if len(lines) < 2 or not _in_columns(lines[0], lines[1]):
        return False
    return len(lines) < 3 or not _in_columns(lines[1], lines[2])


def _in_columns(above: Sequence[_Placed], below: Sequence[_Placed]) -> bool:
    return _are_rows(above, below) and all(
        abs(a.box.left + a.box.right - b.box.left - b.box.right) < 2 * LINE
        and b.box.top - a.box.top - a.box.height < max(2 * LINE, BELOW * a.box.height)
        for a, b in zip(above, below, strict=True)
    )


def _are_rows(above: Sequence[_Placed], below: Sequence[_Placed]) -> bool:
    """Whether two lines are as many texts, and those of each about as wide."""
    if len(above) != len(below) or len(above) < 2:
        return False
    for line in (above, below):
        widths = [one.box.width for one in line]
        if min(widths) <= 0 or max(widths) > ALIKE * min(widths):
            return False
    return all(child(one.shape, "txBody") is not None for one in (*above, *below))
