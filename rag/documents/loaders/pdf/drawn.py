"""Tables whose cells are drawn: lines across and down part a page into fields, and what stands in a field is a cell,
however many lines it has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise, zip_longest

from rag.documents.headers import LONGEST_NAME, MOST_HEADERS, column_names
from rag.documents.loaders.pdf.boxed import Said, Spans, box_rows, in_boxes, is_label, labels_of
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.grid import MOST_COLUMNS, Bold, Grid
from rag.documents.loaders.pdf.headings import Probe
from rag.documents.loaders.pdf.rows import Row, wrapped
from rag.documents.loaders.pdf.runs import Run, around, lines_of, shown
from rag.documents.loaders.pdf.sharing import one_by_one, without_foreign
from rag.documents.loaders.pdf.strokes import Strokes, drawn_at, places, touching
from rag.documents.loaders.pdf.unlined import Field, by_rows

LEAST_FILLED = 0.4  # share of a table's fields in which something stands
MOST_ROWS = 200
LEAST_FIELD = 5.0  # points: what is narrower or lower holds no text
SPACE = 2.5  # heights of a line: what is that far apart in a field stands in columns of its own

Pieces = Callable[[], Sequence[Run]]
"""Gives what was painted at once on a page; to find that takes time."""

CharBox = Callable[[int], Box]
"""Tells where a character of the page stands."""


def drawn_grids(
    strokes: Strokes, pieces: Pieces, char_box: CharBox, letters: Probe, text: str, height: float
) -> list[Grid]:
    """The tables that lines part into cells; ``height`` is that of a line."""
    found: list[Grid] = []
    for part in chain.from_iterable(map(one_by_one, map(without_foreign, touching(strokes)))):
        if (
            len(part.across) > 1
            and len(part.down) > 1
            and (grid := _grid(part, pieces, char_box, letters, text, height))
        ):
            found.append(grid)
    return found


def _grid(
    strokes: Strokes, pieces: Pieces, char_box: CharBox, letters: Probe, text: str, height: float
) -> Grid | None:
    left, right = min(one.low for one in strokes.across), max(one.high for one in strokes.across)
    low, high = min(one.low for one in strokes.down), max(one.high for one in strokes.down)
    columns = _wide(places(strokes.down, left, right))
    rows = _wide(places(strokes.across, low, high))[::-1]
    if not 2 < len(columns) <= MOST_COLUMNS + 1 or not 2 < len(rows) <= MOST_ROWS + 1:
        return None
    fields, mended = _fields(strokes, rows, columns)
    cells = _held(fields, rows, columns, pieces(), char_box, letters, text, height)
    if mended and _cuts_words(cells, text):  # a drawing, with words across its lines
        return None
    fields, cells = _parted(fields, cells, columns)
    if not _is_table(fields, cells, len(rows) - 1, height):
        return None
    apart = by_rows(fields, cells, columns, len(rows) - 1, height)
    if apart is None:
        return None
    fields, cells, length = apart
    width = len(columns) - 1
    labels = labels_of({one: lines_of(runs, height) for one, runs in cells.items()}, letters.size)
    texts = {
        field: _said(list(_in_order(runs, height)), text, labels.get(field, 0))
        for field, runs in cells.items()
    }
    if labels or in_boxes(fields):
        made = box_rows(texts, length, width)
        return Grid(made, False, tuple(pairwise(columns)), rows[0], rows[-1])
    made, heads = _rows(fields, texts, length, width)
    named = bool(heads) or _names(fields, texts, letters.bold) or None
    lead = max(0, heads - 1)
    reaching = tuple(
        (field.column, field.row - lead, field.rows)
        for field in fields
        if field.row <= MOST_HEADERS and field.rows > 1 == field.columns and field not in cells
    )
    foot = drawn_at(strokes.across, rows[-1])
    closed = [foot((a + b) / 2) for a, b in pairwise(columns)]
    opened = tuple(at for at, drawn in enumerate(closed) if not drawn and any(closed))
    edges = tuple(pairwise(columns))
    return Grid(made, named, edges, rows[0], rows[-1], reaching, opened)


def _wide(edges: Sequence[float]) -> list[float]:
    return [at for i, at in enumerate(edges) if not i or at - edges[i - 1] >= LEAST_FIELD]


def _fields(
    strokes: Strokes, rows: Sequence[float], columns: Sequence[float]
) -> tuple[list[Field], bool]:
    """The fields between lines, from top to bottom. One that is no rectangle, since a piece of a line is missing, is parted
    as if it were there; whether there is such."""
    width, length = len(columns) - 1, len(rows) - 1
    middles = [(a + b) / 2 for a, b in pairwise(columns)]
    levels = [(a + b) / 2 for a, b in pairwise(rows)]
    beside = [drawn_at(strokes.down, x) for x in columns[1:]]
    under = [drawn_at(strokes.across, y) for y in rows[1:]]
    right = [[line(y) for line in beside] for y in levels]
    below = [[line(x) for x in middles] for line in under]
    fields: list[Field] = []
    taken: set[tuple[int, int]] = set()
    mended = False
    for i in range(length):
        for j in range(width):
            if (i, j) in taken:
                continue
            wide = high = 1
            while j + wide < width and not right[i][j + wide - 1]:
                wide += 1
            while i + high < length and not any(below[i + high - 1][j : j + wide]):
                high += 1
            for deep, broad in ((high, wide), (1, wide), (high, 1), (1, 1)):
                inside = [(a, b) for a in range(i, i + deep) for b in range(j, j + broad)]
                parts = any(right[a][b] for a, b in inside if b < j + broad - 1)
                if taken.isdisjoint(inside) and not parts:
                    break
                mended = True
            taken.update(inside)
            fields.append(Field(i, j, deep, broad))
    return fields, mended


def _cuts_words(cells: Mapping[Field, Sequence[Run]], text: str) -> bool:
    """Whether a word begins in one field and goes on in another."""
    ends = {run.end for runs in cells.values() for run in runs}
    starts = {run.start for runs in cells.values() for run in runs}
    return any(text[at - 1 : at + 1].isalnum() for at in ends & starts)


def _parted(
    fields: Sequence[Field], cells: Mapping[Field, list[Run]], columns: Sequence[float]
) -> tuple[list[Field], dict[Field, list[Run]]]:
    """Fields, and what they hold: one over several columns that holds something of its own in each, and nothing over their
    edges, is as many fields, of which the line between was not drawn."""
    parted: list[Field] = []
    held: dict[Field, list[Run]] = {}
    for field in fields:
        runs = cells.get(field, [])
        within: dict[int, list[Run]] = {}
        for run in runs:
            column = bisect_right(columns, run.box.left + 1) - 1
            if 0 <= column < len(columns) - 1 and run.box.right - 1 <= columns[column + 1]:
                within.setdefault(column, []).append(run)
        apart = field.columns > 1 and sum(map(len, within.values())) == len(runs)
        if apart and len(within) == field.columns:
            own = {field._replace(column=n, columns=1): part for n, part in within.items()}
        else:
            own = {field: runs}
        parted += own
        held |= {one: part for one, part in own.items() if part}
    return parted, held


def _held(
    fields: Sequence[Field],
    rows: Sequence[float],
    columns: Sequence[float],
    pieces: Sequence[Run],
    char_box: CharBox,
    letters: Probe,
    text: str,
    height: float,
) -> dict[Field, list[Run]]:
    """What stands in each field; what reaches over a line is parted there."""
    feet = [-y for y in rows]
    at = {
        (field.row + i, field.column + j): field
        for field in fields
        for i in range(field.rows)
        for j in range(field.columns)
    }
    held: dict[Field, list[Run]] = {}

    def field_at(x: float, y: float) -> Field | None:
        return at.get((bisect_right(feet, -y) - 1, bisect_right(columns, x) - 1))

    def put(field: Field, run: Run) -> None:
        inside = held.setdefault(field, [])
        last = inside[-1] if inside else run
        apart = run.box.left - last.box.right > SPACE * height
        apart = apart or is_label(last, run, letters.size)
        if last.end <= run.start and "\n" not in text[last.start : run.start] and not apart:
            run = Run(around(inside.pop().box, run.box), "", last.start, run.end)
        inside.append(run._replace(text=text[run.start : run.end].strip()))

    for piece, after in zip_longest(pieces, pieces[1:]):
        left, _, right, _ = piece.box
        if right < columns[0] or left > columns[-1] or not rows[-1] < piece.middle < rows[0]:
            continue
        if after and after.start == piece.end and after.middle <= rows[-1]:
            continue  # the raised mark of a note below the table
        begin, end = field_at(left + 1, piece.middle), field_at(right - 1, piece.middle)
        if begin is not None and begin == end:
            put(begin, piece)
            continue
        signs = [(i, char_box(i)) for i in range(piece.start, piece.end)]
        solid = [(i, box) for i, box in signs if box.right > box.left]
        for field, group in groupby(
            solid, key=lambda one: field_at((one[1].left + one[1].right) / 2, piece.middle)
        ):
            part = list(group)
            if field is not None:
                box = piece.box._replace(left=part[0][1].left, right=part[-1][1].right)
                put(field, Run(box, "", part[0][0], part[-1][0] + 1))
    return held


def _is_table(
    fields: Sequence[Field], cells: Mapping[Field, Sequence[Run]], length: int, height: float
) -> bool:
    """Whether most fields hold something, side by side in two rows at least, and none holds columns of its own."""
    if len(cells) < LEAST_FILLED * len(fields):
        return False
    beside = [[field for field in cells if field.row == i] for i in range(length)]
    if sum(len(row) > 1 for row in beside) < 2:
        return False
    lines = {field: lines_of(runs, height) for field, runs in cells.items()}
    wide = sum(
        b.box.left - a.box.right > SPACE * height
        for cell in lines.values() for line in cell for a, b in pairwise(line)
    )  # fmt: skip
    return wide < 2


def _in_order(runs: Sequence[Run], height: float) -> Iterator[Run]:
    """What stands in a cell as it is read: as PDFium has it, or line by line where that goes up and down."""
    known = sorted(runs, key=lambda run: run.start)
    if all(b.middle - a.middle < height for a, b in pairwise(known)):
        return iter(known)
    return chain.from_iterable(lines_of(runs, height))


def _rows(
    fields: Sequence[Field], cells: Mapping[Field, Said], length: int, width: int
) -> tuple[tuple[Row, ...], int]:
    """Each row by itself: a cell that reaches over several stands in each of them, a title once. And how many rows of
    names have become the first."""
    texts = [[""] * width for _ in range(length)]
    spans: list[list[Spans]] = [[()] * width for _ in range(length)]
    for field, (said, where) in cells.items():
        wide = 1 if field.columns == width else field.columns
        for i in range(field.row, field.row + field.rows):
            for j in range(field.column, field.column + wide):
                texts[i][j], spans[i][j] = said, where
    made = [
        Row(tuple(line), tuple(chain.from_iterable(where)))
        for line, where in zip(texts, spans, strict=True)
    ]
    heads = _heads(fields, cells, width)
    if heads:
        names = column_names([row.cells for row in made[:heads]])
        where = tuple(dict.fromkeys(chain.from_iterable(row.spans for row in made[:heads])))
        made = [Row(tuple(names), where), *made[heads:]]
    return tuple(row for row in made if any(row.cells)), heads


def _heads(fields: Sequence[Field], cells: Mapping[Field, Said], width: int) -> int:
    """How many rows name the columns, where a name reaches over several of them; else 0."""
    first = [field for field in fields if field.row == 0]
    if not any(1 < field.columns < width for field in first if field in cells):
        return 0
    heads = max(2, *(field.rows for field in first))
    opened = [field for field in fields if field.row < heads]
    whole = all(field.row + field.rows <= heads for field in opened)
    short = all(len(cells[field][0]) <= LONGEST_NAME for field in opened if field in cells)
    nested = all(_is_under(field, fields) for field in opened if field.row)
    return heads if whole and short and nested and heads <= MOST_HEADERS else 0


def _is_under(field: Field, fields: Sequence[Field]) -> bool:
    """Whether all of a field is under one other, of which it may be a part: a name under that of its group is."""
    return any(
        above.row + above.rows == field.row
        and above.column <= field.column
        and field.column + field.columns <= above.column + above.columns
        for above in fields
    )


def _names(fields: Sequence[Field], cells: Mapping[Field, Said], bold: Bold) -> bool:
    """Whether the first row names the columns: it alone is bold, and short."""
    first, second = (
        [cells[field] for field in fields if field.row == row and field in cells] for row in (0, 1)
    )
    return (
        len(first) > 1
        and all(len(said) <= LONGEST_NAME for said, _ in first)
        and all(bold(begin) and bold(end - 1) for _, spans in first for begin, end in spans)
        and not all(bold(spans[0][0]) for _, spans in second)
    )


def _said(runs: Sequence[Run], text: str, label: int = 0) -> Said:
    """The text of a cell, line by line, and the characters of the page that it is made of; a colon stands behind its label,
    where that ends with a character."""
    said = ""
    spans: list[tuple[int, int]] = []
    for run in runs:
        said = wrapped(said, shown(text[run.start : run.end]))
        if run.end == label and not said.endswith(":"):
            said += ":"
        spans.append((run.start, run.end))
    return said, tuple(spans)
