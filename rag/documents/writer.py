"""A writer that keeps the map of a text (pages, headings, code) while it grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from rag.documents.boxes import WordBox, pack_boxes, unpack_boxes
from rag.documents.document import Document, Heading, Page, PageKind, Rows, Sight
from rag.documents.lines import numbered
from rag.documents.ocr.seen import Word
from rag.documents.text import clean, iso_date, looks_dated, one_line

LONGEST_NAME = 300  # characters kept of a title, and of an author
LONGEST_ENTRY = 1000  # characters kept of an entry of the metadata, and of a note
LONGEST_KEY = 100  # characters kept of the name of an entry
MOST_ENTRIES = 64  # entries kept of the metadata, the first of them
AHEAD = 300  # characters within which the next word of a page is looked for


class Writer:
    """Builds a Document block by block. Loaders say what a thing is; this knows where it stands.

    >>> writer = Writer()
    >>> writer.heading(1, "Kettle")
    >>> writer.paragraph("It holds 1.7 litres.")
    (8, 28)
    >>> document = writer.document("text")
    >>> document.text, document.title, document.headings[0].end
    ('Kettle\\n\\nIt holds 1.7 litres.', 'Kettle', 6)
    """

    def __init__(self, *, in_cell: bool = False) -> None:
        """Nothing is written yet. ``in_cell``: what is written becomes one line, a cell of a table."""
        self.in_cell = in_cell
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[Page] = []
        self._headings: list[Heading] = []
        self._code: list[tuple[int, int]] = []
        self._tight = False
        self._glue: str | None = None
        self._rows: list[Rows] = []
        self._row: tuple[int, str, str, int] | None = None  # where the next block stands
        self._below: tuple[int, str, str, int] | None = None
        self._boxes: list[WordBox] = []
        self._hidden_pages: set[int] = set()  # by their places in the list of pages
        self._hidden: list[tuple[int, int]] = []  # of parts
        self.sight = Sight()
        self._counts: Counter[str] = Counter()

    @property
    def length(self) -> int:
        """The characters written so far."""
        return self._length

    def _add(self, text: str, *, tight: bool) -> tuple[int, int]:
        """Append a block; tight blocks (rows, list items) follow each other without a blank line."""
        if self._length:
            gap = self._glue or ("\n" if tight and self._tight else "\n\n")
            self._parts.append(gap)
            self._length += len(gap)
        self._glue = None
        start = self._length
        self._place(start, gap_is_line=bool(self._parts) and self._parts[-1] == "\n")
        self._parts.append(text)
        self._length += len(text)
        self._tight = tight
        # A page that was opened before the gap starts with its first text, after the gap.
        for i in range(len(self._pages) - 1, -1, -1):
            if self._pages[i].start >= 0:
                break
            self._pages[i] = Page(self._pages[i].number, start, self._pages[i].label)
        return start, self._length

    def _place(self, start: int, *, gap_is_line: bool) -> None:
        """Keep where a block stands, unless it is the row below the one before."""
        row, self._row = self._row, None
        if row is None:
            if self._rows and self._rows[-1].row:
                self._rows.append(Rows(start, 0))
        elif row != self._below or (row[3] and not gap_is_line):
            self._rows.append(Rows(start, *row))
        self._below = (row[0] + row[3], *row[1:]) if row else None

    def row_at(self, number: int, left: str = "", right: str = "", *, height: int = 1) -> None:
        """The next block is this row of a sheet, from column ``left`` to ``right``, or this line of the
        file; ``height`` as in :class:`Rows`."""
        self._row = (number, left, right, height)

    def verbatim(self, text: str, *, code: bool = False, first: int = 1) -> str:
        """Text of the file itself, each line of which stands where it stands there; line ``first`` of
        the file is its first. Returns it as it is stored."""
        text, lines = numbered(text)
        if text.strip():
            start, end = self._add(text, tight=False)
            if code:
                self._code.append((start, end))
            self._rows.extend(Rows(start + at, number + first - 1) for at, number in lines)
        return text

    def page(self, number: int, label: str = "", *, hidden: bool = False) -> None:
        """What follows stands on this page; ``hidden``: a sheet or slide that the author has hidden."""
        if hidden:
            self._hidden_pages.add(len(self._pages))
        self._pages.append(Page(number, -1, one_line(label)))

    def glue(self) -> None:
        """The next block goes on in the same sentence (a paragraph that crosses a page)."""
        if self._length:
            self._glue = " "

    def heading(self, level: int, text: str) -> None:
        """A heading, on a line of its own; level 1 is the outermost."""
        if text := one_line(text):
            start, end = self._add(text, tight=False)
            self._headings.append(Heading(level, start, end, text))

    def mark_heading(self, level: int, start: int, end: int, title: str) -> None:
        """A heading whose text was already written, at ``start:end``."""
        self._headings.append(Heading(level, start, end, title))

    def paragraph(self, text: str) -> tuple[int, int] | None:
        """Text whose line breaks mean something (an address, a poem); the span it stands at, None
        where there is none."""
        text = clean(text).strip("\n ")
        return self._add(text, tight=False) if text else None

    def line(self, text: str) -> None:
        """A list item or a table row; what it is indented by stays, and tells its level."""
        text = clean(text).strip("\n").rstrip()
        if text.strip():
            self._add(text, tight=True)

    def row(self, cells: Iterable[str]) -> None:
        """A table row; empty cells at its end are dropped."""
        values = [one_line(cell) for cell in cells]
        while values and not values[-1]:
            values.pop()
        if any(values):
            self.line(" | ".join(values))

    def break_(self) -> None:
        """A blank line before the next row or item: another table or list starts."""
        self._tight = False

    def code(self, text: str) -> None:
        """Preformatted text: its white space stays, inside lines and before them."""
        text = clean(text).strip("\n")
        if text.strip():
            self._code.append(self._add(text, tight=False))

    def count(self, what: str, times: int = 1) -> None:
        """That a table was read, say; see ``counts`` of a Document."""
        self._counts[what] += times

    def include(self, document: Document, *, lines: bool = False) -> None:
        """Another document as a part of this one: its text, its headings, its code; and its lines, where
        the page that is open says of which file they are."""
        self.sight += document.sight
        if not document.text.strip():
            return
        start, _ = self._add(document.text, tight=False)
        for one in document.headings:
            heading = Heading(one.level, one.start + start, one.end + start, one.title)
            self._headings.append(heading)
        self._code.extend((begin + start, end + start) for begin, end in document.code)
        self._hidden.extend((begin + start, end + start) for begin, end in document.hidden)
        self._counts.update(document.counts)
        if rows := [one for one in document.rows if lines or one.left or not one.row]:
            self._rows.extend(replace(one, start=one.start + start) for one in rows)
            self._rows.append(Rows(self._length, 0))
        for word in unpack_boxes(document.boxes):
            moved = WordBox(word.start + start, word.end + start, word.page, word.box)
            self._boxes.append(moved)

    def boxes(self, words: Iterable[Word], begin: int, page: int) -> None:
        """Where the words stand that OCR saw on ``page``, and that were written from ``begin`` on: in
        their order, some left out perhaps (running lines), some put together (at hyphens)."""
        text = "".join(self._parts)[begin:]
        at = 0
        for word in words:
            said = word.text
            found = _found(said, text, at)
            if found < 0 and said.endswith("-"):
                said = said[:-1]
                found = _found(said, text, at)
            if found >= 0:
                start = begin + found
                self._boxes.append(WordBox(start, start + len(said), page, word.box))
                at = found + len(said)

    def document(
        self,
        kind: str,
        *,
        title: str = "",
        author: str = "",
        date: str = "",
        page_kind: PageKind = "page",
        metadata: Mapping[str, str] | None = None,
        notes: Iterable[str] = (),
    ) -> Document:
        """The Document. Its title is ``title``, else its first heading if that comes first; its
        ``date`` is kept in ISO form, or not at all. Entries are cleaned, and cut where too long or
        too many; a note says so."""
        first = min(self._headings, key=lambda h: h.start, default=None)
        if not title and first and first.start == 0:
            title = first.title
        entries = {
            key: one_line(str(v))[:LONGEST_ENTRY]
            for k, v in (metadata or {}).items()
            if v and (key := one_line(k)[:LONGEST_KEY])
        }
        said = list(notes)
        if looks_dated(date) and not iso_date(date):
            said.append(f'its date "{date}" is not in the calendar and is left out')
        if len(entries) > MOST_ENTRIES:
            said.append(f"only the first {MOST_ENTRIES} of its {len(entries)} fields are kept")
        pages = tuple(
            p if p.start >= 0 else Page(p.number, self._length, p.label) for p in self._pages
        )
        return Document(
            text="".join(self._parts),
            kind=kind,
            title=one_line(title)[:LONGEST_NAME],
            author=one_line(author)[:LONGEST_NAME],
            date=iso_date(date),
            page_kind=page_kind,
            pages=pages,
            headings=tuple(sorted(self._headings, key=lambda h: (h.start, h.level))),
            code=tuple(self._code),
            metadata=dict(islice(entries.items(), MOST_ENTRIES)),
            notes=tuple(one_line(note)[:LONGEST_ENTRY] for note in said),
            sight=self.sight,
            boxes=pack_boxes(self._boxes),
            counts=dict(self._counts),
            rows=tuple(self._rows),
            hidden=self._hidden_in(pages),
        )

    def _hidden_in(self, pages: Sequence[Page]) -> tuple[tuple[int, int], ...]:
        """The spans of hidden pages and of hidden parts, in order."""
        ends = [page.start for page in pages[1:]] + [self._length]
        spans = [(pages[i].start, ends[i]) for i in self._hidden_pages]
        return tuple(sorted(span for span in (*spans, *self._hidden) if span[0] < span[1]))


def _found(word: str, text: str, at: int) -> int:
    """Where a word stands next in a text, -1 where not near; a number not within another one."""
    end = at + AHEAD + len(word)
    while (found := text.find(word, at, end)) >= 0:
        after = found + len(word)
        within = text[max(0, found - 1) : found].isdigit() and word[:1].isdigit()
        if not within and not (text[after : after + 1].isdigit() and word[-1:].isdigit()):
            break
        at = found + 1
    return found
