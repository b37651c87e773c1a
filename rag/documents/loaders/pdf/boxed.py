"""Forms drawn as boxes: in each a label and, below it, what was filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.documents.headers import LONGEST_NAME
from rag.documents.loaders.pdf.rows import Row, number
from rag.documents.loaders.pdf.runs import Line, Run
from rag.documents.loaders.pdf.unlined import Field

SMALLER = 0.9  # times the size of what is filled in: that of a label
LEAST_LABELLED = 3  # boxes of a form, and
MOSTLY = 0.5  # share of those in which something stands

Spans = tuple[tuple[int, int], ...]
Said = tuple[str, Spans]
"""The text of a field, and the characters of the page that it is made of."""


def labels_of(
    lines: Mapping[Field, Sequence[Line]], size: Callable[[int], float]
) -> dict[Field, int]:
    """With which character the label of each field of a form ends, which is in smaller letters than what stands below; none
    where this is no form."""
    labels = {field: end for field, cell in lines.items() if (end := _label_end(cell, size))}
    return labels if len(labels) >= max(LEAST_LABELLED, MOSTLY * len(lines)) else {}


def _label_end(cell: Sequence[Line], size: Callable[[int], float]) -> int:
    sizes = [size(line[0].start) for line in cell]
    count = next((i for i, one in enumerate(sizes) if sizes[0] <= SMALLER * one), 0)
    label = [run for line in cell[:count] for run in line]
    said = " ".join(run.text for run in label)
    return label[-1].end if 0 < len(said) <= LONGEST_NAME and not number(said) else 0


def is_label(above: Run, below: Run, size: Callable[[int], float]) -> bool:
    """Whether a piece is in smaller letters than the one right below it, which PDFium may have on the same line."""
    under = below.box.top < above.middle and below.box.left < above.box.right
    return under and size(above.start) <= SMALLER * size(below.start)


def in_boxes(fields: Sequence[Field]) -> bool:
    """Whether the second row of fields is not in the columns of the first, nor in parts of them: boxes of a form, and no names
    above what they name."""
    first = [field for field in fields if field.row == 0]
    second = [field for field in fields if field.row == 1]
    return any(
        above.column < field.column < above.column + above.columns < field.column + field.columns
        or field.column < above.column < field.column + field.columns < above.column + above.columns
        for field in second
        for above in first
    )


def box_rows(texts: Mapping[Field, Said], length: int, width: int) -> tuple[Row, ...]:
    """The rows of a form: what is in a box stands once, where that begins."""
    rows: list[Row] = []
    for i in range(length):
        held = {field.column: said for field, said in texts.items() if field.row == i}
        if held:
            cells = tuple(held[j][0] if j in held else "" for j in range(width))
            rows.append(Row(cells, tuple(span for j in sorted(held) for span in held[j][1])))
    return tuple(rows)
