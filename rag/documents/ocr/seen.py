"""What OCR saw on a picture: words with their boxes and how sure each is, in lines and blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture's width and height as it is stored."""

MISSED = 0.1  # share of lines that cannot be read beyond which a page is told as badly read
BADLY = 0.8  # mean confidence below which a page is told as badly read
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zß-ÿ])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands, and how sure it is (0 to 1)."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a line, or of a row of cells, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, or, where ``flows`` is false, rows and list items. A table has
    its ``rows`` of cells, the ``lines_of`` each by their numbers, and where its ``columns`` begin and end."""

    lines: tuple[Line, ...]
    flows: bool = True
    rows: tuple[tuple[str, ...], ...] = ()
    lines_of: tuple[tuple[int, ...], ...] = ()
    columns: tuple[tuple[float, float], ...] = ()

    @property
    def text(self) -> str:
        """A paragraph on one line, words put together again that a hyphen parts; rows, a line each."""
        text = "\n".join(line.text for line in self.lines)
        return _HYPHEN.sub("", text).replace("\n", " ") if self.flows else text


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was looked at. ``turned`` is by how many degrees (0, 90, 180, 270) it had to be
    turned clockwise to stand upright; ``cut`` says that the time for it ran out; ``missed`` counts
    what looks like a line and cannot be read."""

    blocks: tuple[Block, ...] = ()
    turned: int = 0
    cut: bool = False
    missed: int = 0

    @property
    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        return (word for block in self.blocks for line in block.lines for word in line.words)

    @property
    def lines(self) -> list[str]:
        """The text, line by line as it stands on the picture."""
        return [line.text for block in self.blocks for line in block.lines]

    @property
    def text(self) -> str:
        """The text, a block apart from the next by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def confidence(self) -> float:
        """How sure the words are on average, the longer weighing more; 0 where there is none."""
        words = list(self.words)
        letters = sum(len(word.text) for word in words)
        return sum(w.confidence * len(w.text) for w in words) / letters if letters else 0.0

    def within(self, part: Box) -> Seen:
        """The same on a larger picture, of which this one is a ``part``."""
        left, top, right, bottom = part
        wide, high = right - left, bottom - top

        def moved(word: Word) -> Word:
            a, b, c, d = word.box
            box = (left + a * wide, top + b * high, left + c * wide, top + d * high)
            return replace(word, box=box)

        def of_line(line: Line) -> Line:
            return Line(tuple(map(moved, line.words)))

        blocks = (replace(block, lines=tuple(map(of_line, block.lines))) for block in self.blocks)
        return replace(self, blocks=tuple(blocks))

    @property
    def badly(self) -> bool:
        """Whether what was read should not be relied on, or is not all."""
        lines = len(self.lines)
        missing = self.missed > MISSED * (lines + self.missed)
        return self.cut or missing or (lines > 0 and self.confidence < BADLY)
