"""The order in which what stands on a page is read: columns one after the other, cells by rows, lines
put together into paragraphs."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.documents.ocr.cells import Row, cells_of, grids
from rag.documents.ocr.fields import Held, held
from rag.documents.ocr.pieces import Piece
from rag.documents.ocr.ruled import Ruled
from rag.documents.ocr.seen import Block, Line, Word

SAME_ROW = 0.5  # share of the lower height that two segments of a row overlap by
COLUMN_LINES = 4  # lines that each column has at least
PROSE = 0.5  # share of a column's width that its lines fill in the median: cells of a table do not
CROSSING = 0.25  # share of a region's segments that may lie across a gutter: titles, captions
NEXT_LINE = 0.6  # line heights between the lines of a paragraph
SAME_HEIGHT = 0.3  # share by which heights of lines of a paragraph differ
AMID = 1.2  # line heights above and below a line within which it lies amid others
FULL = 0.85  # share of its column that a line fills which goes on in the next
WORDY = 3  # words of a line that can go on in the next
DEEPEST = 4  # columns in columns
_ITEM = re.compile(r"[•●▪■◦‣·*]|(?:[-–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")


@dataclass(frozen=True, slots=True)
class Segment:
    """Words found as one piece of a line, with its corners (x, y in pixels, the upper left first,
    clockwise), and where along it each word begins and ends (0 to 1)."""

    words: tuple[Word, ...]
    corners: Sequence[Sequence[float]]
    spans: tuple[tuple[float, float], ...]


def arrange(
    segments: Sequence[Segment],
    grids_at: Callable[[float, float], Sequence[Ruled]] = lambda skew, height: (),
) -> tuple[Block, ...]:
    """The blocks of a page in reading order. ``grids_at`` finds the tables that lines are drawn around, by the page's skew
    (radians) and the height of its lines of text (pixels)."""
    skew = _skew(segments)
    pieces = _straight(segments, skew)
    if not pieces:
        return ()
    height = statistics.median(piece.height for piece in pieces)
    tables = [one for grid in grids_at(skew, height) if (one := held(grid, pieces))]
    regions = list(_regions(pieces, 0))
    places = {id(piece): number for number, region in enumerate(regions) for piece in region}
    if any(len({places.get(id(piece)) for piece in one.pieces}) > 1 for one in tables):
        regions = [pieces]  # what seemed a gutter lies between the columns of a table
    blocks: list[Block] = []
    for region in regions:
        blocks.extend(_around(region, tables))
    return tuple(blocks)


def _around(region: list[Piece], tables: Sequence[Held]) -> Iterable[Block]:
    """What stands above, between and below the tables of a region, and they."""
    inside = {id(piece) for piece in region}
    own = [one for one in tables if any(id(piece) in inside for piece in one.pieces)]
    taken = {id(piece) for one in own for piece in one.pieces}
    rest = [piece for piece in region if id(piece) not in taken]
    for one in own:
        above = [piece for piece in rest if piece.middle < one.top]
        rest = [piece for piece in rest if piece.middle >= one.top]
        yield from _blocks(_rows(above))
        yield one.block
    yield from _blocks(_rows(rest))


def _skew(segments: Sequence[Segment]) -> float:
    """By how much most lines are askew, in radians."""
    angles: list[tuple[float, float]] = []
    for one in segments:
        (x0, y0), (x1, y1) = one.corners[0], one.corners[1]
        if x1 > x0:
            angles.append((math.atan2(y1 - y0, x1 - x0), x1 - x0))
    longest = sorted(angles, key=lambda pair: -pair[1])[: max(5, len(angles) // 3)]
    return statistics.median(angle for angle, _ in longest) if longest else 0.0


def _straight(segments: Sequence[Segment], skew: float) -> list[Piece]:
    """The segments turned so that most lines lie level."""
    cos, sin = math.cos(skew), math.sin(skew)
    pieces: list[Piece] = []
    for one in segments:
        xs = [x * cos + y * sin for x, y in one.corners]
        ys = [y * cos - x * sin for x, y in one.corners]
        left, right = (xs[0] + xs[3]) / 2, (xs[1] + xs[2]) / 2
        top, bottom = (ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2
        left, right = min(left, right), max(left, right)
        spans = tuple((left + a * (right - left), left + b * (right - left)) for a, b in one.spans)
        pieces.append(Piece(left, min(top, bottom), right, max(top, bottom), one.words, spans))
    return pieces


def _regions(pieces: list[Piece], depth: int) -> Iterable[list[Piece]]:
    """Parts of a page, each of one column, in reading order."""
    found = _gutter(pieces) if depth < DEEPEST else None
    if found is None:
        if pieces:
            yield pieces
        return
    gutter = sum(found) / 2
    pieces = [part for piece in pieces for part in _parted(piece, *found, pieces)]
    across = sorted((p for p in pieces if p.left < gutter < p.right), key=lambda p: p.middle)
    rest = [p for p in pieces if not p.left < gutter < p.right]
    # What lies over both columns divides the page into bands; in each the left column comes first.
    edges = [-math.inf, *(p.middle for p in across), math.inf]
    for number, (low, high) in enumerate(pairwise(edges)):
        band = [p for p in rest if low <= p.middle < high]
        yield from _regions([p for p in band if p.right <= gutter], depth + 1)
        yield from _regions([p for p in band if p.left >= gutter], depth + 1)
        if number < len(across):
            yield [across[number]]


def _parted(piece: Piece, low: float, high: float, pieces: list[Piece]) -> list[Piece]:
    """The two lines that a piece is, where it was found as one across a gutter: no word of it stands
    in the gutter, as words of a title do, or lines of both columns lie close above and below it."""
    if not piece.left < low < high < piece.right:
        return [piece]
    quarter = (high - low) / 4
    free = not any(start < high - quarter and end > low + quarter for start, end in piece.spans)
    split = sum(start + end <= low + high for start, end in piece.spans)
    if not 0 < split < len(piece.words) or not (free or _amid(piece, low, high, pieces)):
        return [piece]
    left = replace(piece, right=low, words=piece.words[:split], spans=piece.spans[:split])
    right = replace(piece, left=high, words=piece.words[split:], spans=piece.spans[split:])
    return [left, right]


def _amid(piece: Piece, low: float, high: float, pieces: list[Piece]) -> bool:
    """Whether a line lies between lines of both columns, as close as the next line of each would."""
    near = AMID * piece.height
    middle = (low + high) / 2
    columns = [p for p in pieces if p.right <= middle], [p for p in pieces if p.left >= middle]
    return all(
        any(abs(piece.top - p.bottom) <= near for p in column)
        and any(abs(p.top - piece.bottom) <= near for p in column)
        for column in columns
    )


def _gutter(pieces: list[Piece]) -> tuple[float, float] | None:
    """Where two columns of running text lie side by side: from where to where the gap between them
    goes."""
    if len(pieces) < 2 * COLUMN_LINES:
        return None
    height = statistics.median(p.height for p in pieces)
    low, high = min(p.left for p in pieces), max(p.right for p in pieces)
    width = high - low
    best: tuple[float, float] | None = None  # the widest
    for edge in sorted({p.right for p in pieces}):
        if not low + 0.15 * width < edge < low + 0.85 * width:
            continue
        start = min((p.left for p in pieces if p.left > edge), default=edge)
        at = (edge + start) / 2
        if start - edge < 0.5 * height:
            continue
        left = [p for p in pieces if p.right <= at]
        right = [p for p in pieces if p.left >= at]
        crossing = len(pieces) - len(left) - len(right)
        if crossing > CROSSING * len(pieces):
            continue
        if _is_prose(left) and _is_prose(right):
            best = max(best or (edge, start), (edge, start), key=lambda gap: gap[1] - gap[0])
    return best


def _is_prose(pieces: list[Piece]) -> bool:
    """Whether lines stand below each other that mostly fill their column, with several words each."""
    if len(pieces) < COLUMN_LINES:
        return False
    width = max(p.right for p in pieces) - min(p.left for p in pieces)
    filled = statistics.median(p.right - p.left for p in pieces)
    words = statistics.median(len(p.words) for p in pieces)
    return filled >= PROSE * width and words >= WORDY


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Segments at one height as a row, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        for row in reversed(rows[-3:]):
            last = row[-1]
            shared = min(last.bottom, piece.bottom) - max(last.top, piece.top)
            apart = all(
                p.right <= piece.left + p.height or piece.right <= p.left + p.height for p in row
            )
            if apart and shared > SAME_ROW * min(last.height, piece.height):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _blocks(rows: list[list[Piece]]) -> Iterable[Block]:
    """Tables, and what stands above, between and below them."""
    at = 0
    for grid in grids([_row(row) for row in rows]):
        yield from _texts(rows[at : grid.begin])
        at = grid.end
        yield Block(
            tuple(map(_line, rows[grid.begin : at])),
            flows=False,
            rows=grid.texts,
            lines_of=tuple(tuple(n - grid.begin for n in line) for line in grid.lines),
            columns=grid.columns,
        )
    yield from _texts(rows[at:])


def _row(pieces: list[Piece]) -> Row:
    words = [
        (word, left, right)
        for piece in pieces
        for word, (left, right) in zip(piece.words, piece.spans, strict=True)
    ]
    height = statistics.median(piece.height for piece in pieces)
    top, bottom = min(p.top for p in pieces), max(p.bottom for p in pieces)
    return Row(cells_of(words, height), top, bottom)


def _line(pieces: list[Piece]) -> Line:
    return Line(tuple(word for piece in pieces for word in piece.words))


def _texts(rows: list[list[Piece]]) -> Iterable[Block]:
    """Paragraphs, and rows that stand by themselves."""
    if not rows:
        return
    left = min(p.left for row in rows for p in row)
    right = max(p.right for row in rows for p in row)
    lines = list(map(_line, rows))
    group: list[Line] = []
    flowing = False
    for i, line in enumerate(lines):
        goes_on = i > 0 and _goes_on(rows[i - 1], rows[i], lines[i - 1], line, left, right)
        beside = i > 0 and not goes_on and not flowing and _beside(rows[i - 1], rows[i])
        if group and not goes_on and not beside:
            yield Block(tuple(group), flows=flowing or len(group) == 1)
            group, flowing = [], False
        if group and goes_on and not flowing and len(group) > 1:
            # The last of the rows opens a paragraph.
            yield Block(tuple(group[:-1]), flows=len(group) == 2)
            group = group[-1:]
        group.append(line)
        flowing = flowing or goes_on
    yield Block(tuple(group), flows=flowing or len(group) == 1)


def _goes_on(
    above: list[Piece], row: list[Piece], before: Line, line: Line, left: float, right: float
) -> bool:
    """Whether a line goes on in the next: it is full, of the same height, and close above it."""
    if len(above) != 1 or len(row) != 1 or _ITEM.match(line.text):
        return False
    upper, lower = above[0], row[0]
    height = max(upper.height, lower.height)
    if (
        abs(upper.height - lower.height) > SAME_HEIGHT * height
        or _gap(above, row) > NEXT_LINE * height
    ):
        return False
    if len(before.words) < WORDY:
        return False
    return upper.right - left >= FULL * (right - left)


def _beside(above: list[Piece], row: list[Piece]) -> bool:
    """Whether two rows stand close enough below each other to be of one table or list."""
    height = max(max(p.height for p in above), max(p.height for p in row))
    return _gap(above, row) <= NEXT_LINE * height


def _gap(above: list[Piece], row: list[Piece]) -> float:
    return min(p.top for p in row) - max(p.bottom for p in above)
