"""Where the lines of a text stand in its file: the text that is stored has fewer blank ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.documents.text import BLANK_LINES, clean_lines

FAR = 100_000
"""Characters from one line whose number is kept to the next, about, at most."""

_NEWLINE = re.compile("\r\n?")
_BREAK = re.compile("([\x0b\x0c\x85\u2028\u2029])")
"""What breaks a line of the stored text, but not one that an editor counts."""


def numbered(text: str) -> tuple[str, list[tuple[int, int]]]:
    r"""``text`` of a file as :func:`rag.documents.text.clean` has it, without blank lines at both ends,
    and its lines: (where one starts in it, its number in the file), for the first, and for each that
    does not follow the one above it in the file.

    >>> numbered("\n\nLoad\nlist\n\n\n\nBoat")
    ('Load\nlist\n\nBoat', [(0, 3), (11, 8)])
    """
    parts: list[str] = []
    starts: list[tuple[int, int]] = []  # of pieces between breaks: where, and in which line
    length, line = 0, 1
    for i, piece in enumerate(_BREAK.split(_NEWLINE.sub("\n", text))):
        if not i % 2:
            starts.append((length, line))
            line += piece.count("\n")
        parts.append(clean_lines(piece))
        length += len(parts[-1])
    whole = "".join(parts)
    begin = len(whole) - len(whole.lstrip("\n"))
    end = len(whole)
    while end > begin and whole[end - 1] == "\n":
        end -= 1
    gaps = [found.span() for found in BLANK_LINES.finditer(whole, begin, end)]
    marks = [at for at, _ in starts if begin < at < end]
    out: list[tuple[int, int]] = []
    dropped, piece_number, gap_number = begin, 0, 0
    for at in sorted({begin, *marks, *(stop for _, stop in gaps)}):
        while gap_number < len(gaps) and gaps[gap_number][1] <= at:
            low, high = gaps[gap_number]
            dropped += high - low - 2
            gap_number += 1
        if gap_number < len(gaps) and gaps[gap_number][0] < at < end:
            continue  # inside a gap, at whose end the next line starts
        while piece_number + 1 < len(starts) and starts[piece_number + 1][0] <= at:
            piece_number += 1
        start, number = starts[piece_number]
        out.append((at - dropped, number + whole.count("\n", start, at)))
    stored = BLANK_LINES.sub("\n\n", whole[begin:end])
    return stored, list(_often(stored, out)) if len(stored) > FAR else out


def _often(text: str, marks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The marks of a long text, and between two that are far apart more of them, so that whoever looks for the number of
    a line need not count from far away."""
    for (at, number), stop in zip(marks, [*(at for at, _ in marks[1:]), len(text)], strict=True):
        yield at, number
        while 0 < (following := text.find("\n", at + FAR, stop) + 1) < stop:
            number += text.count("\n", at, following)
            at = following
            yield at, number
