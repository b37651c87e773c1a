"""What a document is: normalised text, and a map of it.

Offsets count characters from zero, pages count from one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.documents.boxes import WordBox, unpack_boxes
from rag.errors import LoadError

PageKind = Literal["page", "slide", "sheet", "chapter", "part"]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page (slide, sheet, chapter ...) starts in the text.

    ``label`` is what is printed on it, when that differs from its number: "iv", "Prices".
    """

    number: int
    start: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands at ``text[start:end]``; level 1 is the outermost."""

    level: int
    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Rows:
    """From ``start`` on, each line of the text is a row of a sheet, or a line of a file of text: the first is
    row ``row``, from 1, the next the row below it; 0: they are none.

    Rows of a sheet reach from column ``left`` to column ``right``, in letters; lines of a file have none.
    ``height`` is how many lines of the file each is: more than one where a cell has line breaks in it, none
    where all of them stand in one line of the file.
    """

    start: int
    row: int
    left: str = ""
    right: str = ""
    height: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span of a document stands: the pages it starts and ends on, the cells of a sheet ("B4:D9"),
    the lines of a file of text; None and "" where the format has no such thing. ``hidden``: its author has
    hidden that sheet or slide."""

    kind: PageKind = "page"
    page: int | None = None
    page_end: int | None = None
    label: str = ""
    cells: str = ""
    line: int | None = None
    line_end: int | None = None
    hidden: bool = False

    def shown(self, source: str) -> str:
        """For people, behind the name of its file.

        >>> Place(page=3, label="iii").shown("leave.pdf")
        'leave.pdf, page 3 (iii)'
        >>> Place(line=12, line_end=18).shown("notes.txt")
        'notes.txt, lines 12-18'
        >>> Place("sheet", 4, label="Drafts", hidden=True).shown("prices.xlsx")
        'prices.xlsx, sheet 4 (Drafts, hidden)'
        """
        if self.page is not None and self.page_end is not None and self.page_end > self.page:
            said = " (hidden)" if self.hidden else ""
            return f"{source}, {self.kind}s {self.page}-{self.page_end}{said}"
        parts = [source]
        if self.page is not None:
            label = self.label if self.label != str(self.page) else ""
            said = ", ".join(filter(None, (label, "hidden" if self.hidden else "")))
            parts.append(f"{self.kind} {self.page}" + (f" ({said})" if said else ""))
        elif self.hidden:  # of a file in a file
            parts.append("hidden")
        if self.cells:
            parts.append(self.cells)
        if self.line is not None:
            several = self.line_end is not None and self.line_end > self.line
            parts.append(f"lines {self.line}-{self.line_end}" if several else f"line {self.line}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a document has to be looked at: the pages and pictures whose text OCR has read, and those
    that wait for it, as it is not installed."""

    pages: int = 0
    pictures: int = 0
    waiting_pages: int = 0
    waiting_pictures: int = 0

    def __add__(self, other: Sight) -> Sight:
        """Both together."""
        return Sight(
            self.pages + other.pages,
            self.pictures + other.pictures,
            self.waiting_pages + other.waiting_pages,
            self.waiting_pictures + other.waiting_pictures,
        )

    @property
    def waiting(self) -> int:
        """The pages and pictures that wait."""
        return self.waiting_pages + self.waiting_pictures


NOTHING = Sight()


class WaitsForOcr(LoadError):
    """All that a file says is on pages and pictures that wait for OCR."""

    def __init__(self, said: str, sight: Sight) -> None:
        """``said`` is what a person reads."""
        super().__init__(said)
        self.sight = sight


@dataclass(frozen=True, slots=True)
class Document:
    """What a loader makes of one file: normalised text, and a map of it.

    ``counts`` says how much of what was read: "tables". ``rows`` says where the rows of
    sheets and the lines of files stand. ``pages`` and ``headings`` are ordered by ``start``. ``code`` lists spans of
    preformatted text, where white space means something; ``hidden`` those of sheets and slides that the
    author has hidden. ``notes`` are for the person
    who indexed the file ("page 7 has no text layer"). ``boxes`` holds where the words stand that OCR
    has read (:func:`rag.documents.boxes.unpack_boxes`).
    """

    text: str
    kind: str
    title: str = ""
    author: str = ""
    date: str = ""
    page_kind: PageKind = "page"
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    code: tuple[tuple[int, int], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Rows, ...] = ()
    sight: Sight = NOTHING
    boxes: bytes = b""
    hidden: tuple[tuple[int, int], ...] = ()

    @property
    def length(self) -> int:
        """Characters of the text."""
        return len(self.text)

    def span(self, start: int, end: int) -> str:
        """``text[start:end]``, offsets from 0 on; of a long document that is stored, all that is unpacked for it."""
        return self.text[start:end]

    def pieces(self) -> Iterator[str]:
        """The text, one piece after another; a long one is cut at ends of lines, where it has any."""
        yield self.text

    def words_at(self, start: int, end: int) -> list[WordBox]:
        """Where the words of ``text[start:end]`` stand on their pages, for those that OCR has read."""
        return unpack_boxes(self.boxes, start, end)

    def place_at(self, start: int, end: int) -> Place:
        """Where ``text[start:end]`` stands: its pages, and the cells or lines that it was read from."""
        page, last = self.page_at(start), self.page_at(max(start, end - 1))
        cells, line, line_end = self._rows_at(start, end)
        return Place(
            kind=self.page_kind,
            page=page.number if page else None,
            page_end=last.number if last else None,
            label=page.label if page else "",
            cells=cells,
            line=line,
            line_end=line_end,
            hidden=self.hides(start, end),
        )

    def hides(self, start: int, end: int) -> bool:
        """Whether something of ``text[start:end]`` stands in a hidden part."""
        return any(begin < end and start < stop for begin, stop in self.hidden)

    def _rows_at(self, start: int, end: int) -> tuple[str, int | None, int | None]:
        """The cells of a sheet, or the first and the last line of a file."""
        found: list[tuple[int, int, Rows]] = []
        first = max(0, bisect_right(self.rows, start, key=lambda one: one.start) - 1)
        for i in range(first, len(self.rows)):
            one = self.rows[i]
            if one.start >= end:
                break
            begin = max(start, one.start)
            stop = self.rows[i + 1].start if i + 1 < len(self.rows) else end
            piece = self.span(begin, min(stop, end))
            if one.row and piece.strip():
                begin += len(piece) - len(piece.lstrip())
                top = one.row + one.height * self.span(one.start, begin).count("\n")
                bottom = top + one.height * piece.strip().count("\n") + max(0, one.height - 1)
                found.append((top, bottom, one))
        if not found:
            return "", None, None
        top, bottom = min(one[0] for one in found), max(one[1] for one in found)
        if not all(one.left for *_, one in found):
            return "", top, bottom
        left = min((one.left for *_, one in found), key=lambda name: (len(name), name))
        right = max((one.right for *_, one in found), key=lambda name: (len(name), name))
        single = (left, top) == (right, bottom)
        return f"{left}{top}" if single else f"{left}{top}:{right}{bottom}", None, None

    def page_at(self, offset: int) -> Page | None:
        """The page that holds the character at ``offset``; None where there are no pages."""
        i = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[i] if i >= 0 else None
