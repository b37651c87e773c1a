"""What a document is: normalised text, and a map of it.

Offsets count characters from zero, pages count from one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
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
class Cells:
    """From ``start`` on, each line of the text is a row of a sheet: the first is row ``row``, the next the
    row below it; they reach from column ``left`` to column ``right``, in letters."""

    start: int
    row: int
    left: str
    right: str


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

    ``counts`` says how much of what was read: "tables". ``cells`` says where the rows of
    sheets stand. ``pages`` and ``headings`` are ordered by ``start``. ``code`` lists spans of
    preformatted text, where white space means something. ``notes`` are for the person
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
    cells: tuple[Cells, ...] = ()
    sight: Sight = NOTHING
    boxes: bytes = b""

    def words_at(self, start: int, end: int) -> list[WordBox]:
        """Where the words of ``text[start:end]`` stand on their pages, for those that OCR has read."""
        return unpack_boxes(self.boxes, start, end)

    def cells_at(self, start: int, end: int) -> str:
        """The cells of a sheet that ``text[start:end]`` was read from, "B4:D9"; "" where it is none."""
        first = max(0, bisect_right(self.cells, start, key=lambda one: one.start) - 1)
        rows: list[tuple[int, Cells]] = []
        for i in range(first, len(self.cells)):
            one = self.cells[i]
            if one.start >= end:
                break
            begin = max(start, one.start)
            stop = min(end, self.cells[i + 1].start if i + 1 < len(self.cells) else end)
            if one.row and begin < stop:
                top = one.row + self.text.count("\n", one.start, begin)
                rows.append((top, one))
                rows.append((top + self.text[begin:stop].rstrip("\n").count("\n"), one))
        if not rows:
            return ""
        top, bottom = min(row for row, _ in rows), max(row for row, _ in rows)
        left = min((one.left for _, one in rows), key=lambda name: (len(name), name))
        right = max((one.right for _, one in rows), key=lambda name: (len(name), name))
        return f"{left}{top}:{right}{bottom}" if (left, top) != (right, bottom) else f"{left}{top}"

    def page_at(self, offset: int) -> Page | None:
        """The page that holds the character at ``offset``; None where there are no pages."""
        i = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[i] if i >= 0 else None
