"""The text of an old Word file ([MS-DOC] 2.4.1): it lies in pieces that a table puts in order, and is told what it is by where
each letter lies in the stream.

What a paragraph is, is written into the text in front of it, between control characters that Word does not use; what is not
shown is taken out. So fields, which may reach over paragraphs, are resolved as text.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import olefile

from rag.documents.edges import without_pages
from rag.documents.faked_headings import USUAL, Look, faked_headings
from rag.documents.loaders.legacy.drawings import pictures_in
from rag.documents.loaders.legacy.forms import filled_in
from rag.documents.loaders.legacy.lists import numbering
from rag.documents.loaders.legacy.pieces import SAVE, Piece, pieces, visible
from rag.documents.loaders.legacy.properties import Paragraph, Properties, Run, stored
from rag.documents.office.layouts import NO_LAYOUT, Layout, laid_out
from rag.documents.office.list_numbers import Numbering
from rag.documents.pictures import Pictures
from rag.documents.readings import Readings
from rag.documents.symbol_fonts import as_shown
from rag.documents.tables import write_table
from rag.documents.text import MOST_OF_WORD, STRUCK, one_line, raised
from rag.documents.told import left_out
from rag.documents.writer import Writer
from rag.errors import LoadError

_EDGE = "Header or footer: "
_STORIES = ("", "Footnote: ", _EDGE, "", "Comment: ", "Endnote: ", "", "")
_PIECES, _DRAWINGS = 33, 50  # in the file's table of what lies where
_HEADING, _ITEM, _PICTURE, _ROW, _SAID = "\x10", "\x11", "\x12", "\x16", "\x0f"
_MARK = re.compile(f"([{_HEADING}{_ITEM}{_PICTURE}{_ROW}])([^{_SAID}]*){_SAID}")
_CLEARED = {ord(c): " " for c in _HEADING + _ITEM + _PICTURE + _ROW + _SAID}
_NAMED = 0x66  # of a picture: the name of its file stands before it
_BLOCKS = re.compile(f"(?<=[\r\x07])|(?<={_ROW}.{{6}}{_SAID})")
_ENDS = "\r\x07\x0c"  # of a paragraph, a cell, a section
_SHOWN_BY_DATA = "\x01"


@dataclass(frozen=True, slots=True)
class _Letters:
    """Those of the file that look alike, by their numbers."""

    start: int
    end: int
    run: Run


def read_word(file: olefile.OleFileIO, writer: Writer, pictures: Pictures) -> list[str]:
    """Write its text, and say what of it is left out.

    Raises:
        LoadError: it is encrypted, older than 1997, or damaged.
        struct.error: it is damaged.
    """
    head = file.openstream("WordDocument").read()
    if len(head) < 0x200:
        raise LoadError(f"it is damaged; {SAVE}")
    flags = struct.unpack_from("<H", head, 0x0A)[0]
    if flags & 0x0100:
        raise LoadError("it is password-protected; save it without a password")
    name = "1Table" if flags & 0x0200 else "0Table"
    if not file.exists(name):
        raise LoadError(f"it is of a Word of before 1997; {SAVE}")
    counts = struct.unpack_from("<8i", head, 0x4C)  # main, footnotes, headers, macros, comments ...
    table = file.openstream(name).read()
    data = file.openstream("Data").read() if file.exists("Data") else b""
    text = _Text(list(pieces(stored(head, table, _PIECES), head)), Properties(head, table), data)
    text.mark_letters()
    try:
        lists, notes = numbering(head, table), []
    except (struct.error, IndexError):
        lists, notes = Numbering({}), ["its list numbers are damaged, and left out"]
    text.mark_paragraphs(max(0, counts[0]), lists)
    _write_stories(text, counts, writer, pictures)
    writer.paragraph(text.readings.line())
    over_the_text = pictures_in(stored(head, table, _DRAWINGS), head)
    _write_pictures(over_the_text, pictures, writer)
    return [*text.told(), *notes]


class _Text:
    """The letters of a file, one place each, to be marked and taken out; letters of two places stay two until they are shown."""

    def __init__(self, pieces: Sequence[Piece], properties: Properties, data: bytes) -> None:
        self._pieces = pieces
        self._properties = properties
        self._data = data
        self._text = "".join(piece.text for piece in pieces)  # as it is stored
        self._letters = list(self._text.translate(_CLEARED))  # as it is shown, with marks
        self._runs = list(self._alike())
        self._gone = 0
        self.readings = Readings()
        self.rows: list[Layout] = []

    def shown(self, start: int, end: int) -> str:
        """A part of it, without the instructions of its fields."""
        letters = "".join(self._letters[start:end])
        whole = letters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace")
        return visible(whole, self.readings)

    def told(self) -> list[str]:
        """What of it is left out."""
        notes = []
        if self._gone:
            notes.append(left_out(self._gone, "piece", "of hidden or deleted text"))
        return notes

    def pictures(self, pictures: Pictures, writer: Writer) -> Callable[[int], None]:
        """Writes the text of the pictures whose data lies at a place of the stream "Data"."""

        def write(place: int) -> None:
            if len(self._data) < place + 8:
                return
            size, header, mode = struct.unpack_from("<IHH", self._data, place)
            stored = self._data[place + header : place + size]
            if mode == _NAMED and stored:  # behind the name of its file
                stored = stored[1 + stored[0] :]
            _write_pictures(pictures_in(stored), pictures, writer)

        return write

    def mark_letters(self) -> None:
        """Take out what is hidden or deleted; show what is struck out, signs, what forms hold, and where pictures are."""
        for one in self._runs:
            run, place = one.run, slice(one.start, one.end)
            text = self._text[place]
            if run.gone:
                self._gone += bool(text.strip() and text.strip() not in _ENDS)
                self._letters[place] = [c if c in _ENDS else "" for c in text]
            elif run.data is not None and _SHOWN_BY_DATA in text:
                self._show_data(one.start + text.index(_SHOWN_BY_DATA), run)
            elif run.symbol:
                self._letters[place] = [as_shown(run.symbol, run.font)] * len(text)
            elif run.font and as_shown(text, run.font) != text:
                self._letters[place] = [as_shown(letter, run.font) for letter in text]
            if run.raised and text.strip() and not run.gone:
                before = "".join(self._letters[max(0, one.start - MOST_OF_WORD) : one.start])
                self._letters[one.start] = raised(before, text)
                self._letters[one.start + 1 : one.end] = [""] * (one.end - one.start - 1)
        for start, end in self._struck():
            self._letters[start] = STRUCK + self._letters[start]
            self._letters[end - 1] += "]"

    def mark_paragraphs(self, count: int, lists: Numbering) -> None:
        """Say of each paragraph among the first ``count`` letters what it is."""
        places = [(a, b, self._paragraph(b)) for a, b in _ends(self._text[:count])]
        words = [one_line(_bare(self.shown(start, end))) for start, end, _ in places]
        alone = [at for at, (_, _, one) in enumerate(places) if words[at] and not one.in_table]
        levels = {at: places[at][2].level for at in alone if places[at][2].level}
        titles = {words[at].lower() for at in levels}
        if not levels:
            looks = [self._look(words[at], *places[at]) for at in alone]
            levels = {alone[at]: level for at, level in faked_headings(looks).items()}
        for at, (start, end, one) in enumerate(places):
            if one.in_contents and words[at].rpartition("\t")[0].lower() in titles:
                self._letters[start : end + 1] = [""] * (end + 1 - start)
            elif one.in_table and self._text[end] == "\r":
                self._letters[end] = "\n"  # a cell has more
            elif one.ends_row:
                self._letters[start : end + 1] = [
                    f"{_ROW}{len(self.rows):06}{_SAID}",
                    *[""] * (end - start),
                ]
                self.rows.append(one.row)
            elif words[at]:
                label = lists.label(str(one.list), one.indent) if one.list else None
                self._letters[start] = _mark(levels.get(at, 0), one, label) + self._letters[start]

    def _alike(self) -> Iterator[_Letters]:
        for piece in self._pieces:
            at, end = 0, len(piece.text)
            while at < end:
                place = piece.place + at * piece.width
                run, until = self._properties.run(place)
                last = min(end, at + max(1, -((place - until) // piece.width)))
                yield _Letters(piece.start + at, piece.start + last, run)
                at = last

    def _paragraph(self, at: int) -> Paragraph:
        """That which ends with a letter."""
        piece = self._pieces[bisect_right(self._pieces, at, key=lambda one: one.start) - 1]
        return self._properties.paragraph(piece.place + (at - piece.start) * piece.width)

    def _look(self, words: str, start: int, end: int, paragraph: Paragraph) -> Look:
        first = bisect_right(self._runs, start, key=lambda one: one.start) - 1
        said: list[tuple[bool, int]] = []
        for one in self._runs[first:]:
            if one.start >= end:
                break
            if self._text[max(start, one.start) : min(end, one.end)].strip():
                bold = paragraph.bold if one.run.bold is None else one.run.bold
                said.append((bold, one.run.size or paragraph.size))
        return Look(words, all(b for b, _ in said), min((size for _, size in said), default=USUAL))

    def _struck(self) -> Iterator[tuple[int, int]]:
        """Where something is struck out: from which letter to which, each in one paragraph."""
        lined = "".join(
            (c if one.run.struck and not one.run.gone else "\r")
            for one in self._runs
            for c in self._text[one.start : one.end]
        )
        for start, end in _ends(f"{lined}\r"):
            text = lined[start:end]
            if text.strip():
                yield start + len(text) - len(text.lstrip()), start + len(text.rstrip())

    def _show_data(self, at: int, run: Run) -> None:
        """Put what lies in the stream "Data" in place of the letter that stands for it; of a field, which has it among its
        instructions, among what it shows."""
        if not run.is_field:
            self._letters[at] = f"{_PICTURE}{run.data}{_SAID}"
            return
        try:
            shown = filled_in(self._data, run.data or 0)
        except (struct.error, IndexError):
            return
        if found := re.search("[\x14\x15]", self._text[at:]):
            end = at + found.start()
            self._letters[end] = f"\x14{shown}" + found[0].strip("\x14")


def _write_stories(text: _Text, counts: Sequence[int], writer: Writer, pictures: Pictures) -> None:
    """Write the text, then what belongs to it: notes, headers, comments, boxes; ``counts`` are their letters."""
    at = 0
    for label, count in zip(_STORIES, counts, strict=True):
        part, at = text.shown(at, at + max(0, count)), at + max(0, count)
        if label:
            for line in dict.fromkeys(one_line(_bare(line)) for line in part.split("\r")):
                said = without_pages(line) if label == _EDGE else line
                if any(c.isalpha() for c in said):
                    writer.paragraph(label + said)
        else:
            written = _Written(writer, text.rows, text.pictures(pictures, writer))
            for block in re.split(_BLOCKS, part):
                written.block(block)
            written.end()


def _write_pictures(found: Iterator[bytes], pictures: Pictures, writer: Writer) -> None:
    try:
        for one in found:
            pictures.write(one, writer)
    except struct.error:  # cut off
        pictures.write(None, writer)


def _ends(text: str) -> Iterator[tuple[int, int]]:
    """Where each paragraph begins, and the letter that ends it."""
    start = 0
    for found in re.finditer(f"[{_ENDS}]", text):
        yield start, found.start()
        start = found.end()


def _mark(level: int, paragraph: Paragraph, label: str | None) -> str:
    """What is written in front of a paragraph."""
    if level:
        number = f"{label} " if label and label != "-" else ""
        return f"{_HEADING}{level}{_SAID}{number}"
    if label is None:
        return ""
    indent = "  " * paragraph.indent
    return f"{_ITEM}{indent}{_SAID}{label} " if label else f"{_ITEM}{indent}{_SAID}"


def _bare(text: str) -> str:
    """A text without marks."""
    return _MARK.sub("", text)


@dataclass(slots=True)
class _Written:
    """What is written of a story, block by block; a table when it is whole, and pictures in it behind it."""

    writer: Writer
    layouts: Sequence[Layout]
    picture: Callable[[int], None]
    rows: list[tuple[list[str], Layout]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    listed: bool = False

    def block(self, block: str) -> None:
        """A paragraph, which ends with \\r; a cell, which ends with \\x07; or the end of a row, which is a mark, or an empty
        cell where the file does not say."""
        marks = dict(_MARK.findall(block))
        pictures = [int(one[2]) for one in _MARK.finditer(block) if one[1] == _PICTURE]
        words = _bare(block).rstrip("\x07")
        if _ROW in marks:
            self._end_row(self.layouts[int(marks[_ROW])])
        elif block.endswith("\x07"):
            self._cell(one_line(words))
        elif self.row and not self.layouts:  # a further paragraph of a cell
            self.row[-1] = f"{self.row[-1]} {one_line(words)}".strip()
        else:
            self.end()
            self._paragraph(words, marks)
            self.pictures, pictures = pictures, []
            self.end()
        self.pictures.extend(pictures)

    def end(self) -> None:
        """The end of a table, if there was one, and of what waits for it."""
        if self.row:
            self._end_row(NO_LAYOUT)
        if self.rows:
            write_table(laid_out(self.rows), self.writer)
            self.rows = []
        for one in self.pictures:
            self.picture(one)
        self.pictures = []

    def _cell(self, text: str) -> None:
        whole = self.row and (not self.rows or len(self.row) >= len(self.rows[0][0]))
        if whole and not text and not self.layouts:
            self._end_row(NO_LAYOUT)
        else:
            self.row.append(text)

    def _end_row(self, layout: Layout) -> None:
        self.rows.append((self.row, layout))
        self.row = []

    def _paragraph(self, words: str, marks: Mapping[str, str]) -> None:
        if _ITEM in marks and not self.listed:
            self.writer.break_()
        self.listed = _ITEM in marks
        if _HEADING in marks:
            self.writer.heading(int(marks[_HEADING]), words)
        elif self.listed:
            self.writer.line(marks[_ITEM] + one_line(words))
        else:
            self.writer.paragraph(words)
