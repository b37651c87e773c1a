"""Rich Text Format: paragraphs, tables, notes, list numbers; hidden and deleted text is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rag.documents.document import Document
from rag.documents.edges import without_pages
from rag.documents.faked_headings import USUAL, Look, faked_headings
from rag.documents.pictures import Pictures
from rag.documents.rich_text import SIGNS, pieces, symbol_fonts
from rag.documents.source import Source
from rag.documents.symbol_fonts import as_shown
from rag.documents.tables import Cell, write_table
from rag.documents.text import STRUCK, one_line, raised
from rag.documents.writer import Writer
from rag.errors import LoadError

_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator themedata "
    "colorschememapping latentstyles datastore objdata xmlnstbl filetbl fldinst bkmkstart "
    "bkmkend nonshppict mmathPr wgrffmtfilter listpicture pnseclvl sp sn pgptbl xe tc "
    "atnid atnref atndate atntime atrfstart atrfend atnicn shprslt ftnsep ftnsepc aftnsep aftnsepc passwordhash factoidname".split()
)
_READ_ANYWAY = frozenset(
    (
        "shptxt",
        "shpinst",
        "fldinst",
        "annotation",
        "atnauthor",
        "footnote",
        "dptxbxtext",
        "do",
        "shppict",
    )
)
_DEEPEST = 2_000
_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')


@dataclass(slots=True)
class _State:
    """What holds inside a group."""

    into: str = "text"  # "text", "skip", "info:title", "note", "link" ...
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    result: bool = False  # of a field
    font: str = ""  # where its letters are signs
    bold: bool = False
    size: int = USUAL  # half points
    struck: bool = False


@dataclass(slots=True)
class _Reader:
    """What has been read of a file."""

    writer: Writer
    pictures: Pictures | None  # None: they are passed over
    buffer: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    author: str = ""
    link: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)
    edges: list[str] = field(default_factory=list)
    in_table: bool = False
    level: int = 0
    listed: bool = False
    raised: bool = False  # whether what was added last is
    struck: bool = False  # whether what was added last is
    target: str = ""
    left_out: int = 0
    picture: list[str] = field(default_factory=list)  # that is being read, as digits
    shown: list[bytes] = field(default_factory=list)  # in the paragraph that is being read
    runs: list[tuple[bool, int]] = field(default_factory=list)  # of it: whether bold, and how large
    looks: list[Look] = field(default_factory=list)  # of all paragraphs before it
    faked: dict[int, int] = field(
        default_factory=dict
    )  # levels of those that only look like headings

    def add(self, text: str, state: _State) -> None:
        """Text, to where the group it stands in puts it."""
        if state.into == "skip":
            return
        if state.into == "pict":
            self.picture.append(text)
            return
        if state.into.startswith("info:"):
            key = state.into[5:]
            self.info[key] = self.info.get(key, "") + text
        elif state.into == "link":
            self.link.append(text)
        elif state.into == "note":
            self.notes.append(text)
        elif state.into == "comment":
            self.comments.append(text)
        elif state.into == "author":
            self.author = text.strip()
        elif state.into == "edge":
            self.edges.append(text)
        elif state.hidden or state.deleted:
            self.left_out += bool(text.strip())
        elif text:
            self._strike(state.struck, blank=not text.strip())
            before = "".join(self.buffer[-3:])
            if state.raised and not self.raised:
                text = raised(before, text)
            self.raised = state.raised
            self.buffer.append(text)
            if text.strip():
                self.runs.append((state.bold, state.size))

    def _strike(self, on: bool, *, blank: bool = False) -> None:
        """What follows is struck out, or no longer; blanks say neither."""
        if on != self.struck and not blank:
            self.buffer.append(STRUCK if on else "]")
            self.struck = on

    def paragraph(self) -> None:
        """The end of a paragraph."""
        self._strike(False)
        text = "".join(self.buffer)
        runs, self.buffer, self.runs = self.runs, [], []
        if self.in_table:
            self.cell.append(text)
            return
        self.table()
        if text.strip():
            looked_like = self.faked.get(len(self.looks), 0)
            bold, size = all(b for b, _ in runs), min((one for _, one in runs), default=USUAL)
            self.looks.append(Look(one_line(text), bold, size))
            if level := self.level or looked_like:
                self.writer.heading(level, text)
            elif self.listed:
                self.writer.line(one_line(text))
            else:
                self.writer.paragraph(text)
        self._note()
        if self.pictures is not None:
            for data in self.shown:
                self.pictures.write(data, self.writer)
        self.shown = []

    def _note(self) -> None:
        if note := one_line("".join(self.notes)):
            self.writer.paragraph(f"Footnote: {note}")
        self.notes = []
        if comment := one_line("".join(self.comments)):
            by = f" by {self.author}" if self.author else ""
            self.writer.paragraph(f"[Comment{by}: {comment}]")
        self.comments, self.author = [], ""

    def end_cell(self) -> None:
        """The end of a cell of a table."""
        self._strike(False)
        self.cell.append("".join(self.buffer))
        self.buffer = []
        self.row.append(one_line(" ".join(self.cell)))
        self.cell = []

    def end_row(self) -> None:
        """The end of a row of a table."""
        if self.row:
            self.rows.append(self.row)
        self.row = []

    def table(self) -> None:
        """The end of a table, if there was one."""
        if self.rows:
            write_table([[Cell(text) for text in row] for row in self.rows], self.writer)
        self.rows = []


def load(source: Source) -> Document:
    """The text of the file; its title and author as its properties say.

    Raises:
        LoadError: it is no RTF.
    """
    data = source.data
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise LoadError("not an RTF file: it does not start as one")
    pictures = Pictures(source)
    reader = _Reader(Writer(), pictures, faked=_looked_like(data))
    _read(data, reader)
    reader.paragraph()
    reader.table()
    if edges := without_pages(one_line("".join(reader.edges))):
        reader.writer.paragraph(f"Header or footer: {edges}")
    notes: list[str] = []
    if reader.left_out:
        notes.append(f"{reader.left_out} pieces of hidden or deleted text are left out")
    notes.extend(pictures.told(reader.writer))
    info = reader.info
    return reader.writer.document(
        "rtf", title=info.get("title", ""), author=info.get("author", ""), notes=notes
    )


def _looked_like(data: bytes) -> dict[int, int]:
    """Levels of the paragraphs that are headings by their looks; none where headings are marked as such."""
    reader = _Reader(Writer(), None)
    _read(data, reader)
    reader.paragraph()
    return {} if reader.writer.document("rtf").headings else faked_headings(reader.looks)


def _read(data: bytes, reader: _Reader) -> None:
    stack: list[_State] = []
    state = _State()
    fonts = symbol_fonts(data)
    for piece in pieces(data):
        match piece.kind:
            case "open":
                if len(stack) > _DEEPEST:
                    raise LoadError("it is nested too deeply to be read")
                stack.append(state)
                state = replace(state)
            case "close":
                _close(state, stack[-1] if stack else state, reader)
                state = stack.pop() if stack else state
            case "text":
                shown = as_shown(piece.text, state.font) if state.font else piece.text
                reader.add(shown, state)
            case "word" if piece.text == "f":
                state.font = fonts.get(piece.value or 0, "")
            case "bytes" if state.into == "pict":
                reader.picture.append(piece.data.hex())
            case "word":
                _control(piece.text, piece.value, piece.starred, state, reader)


def _bytes_of(digits: str) -> bytes:
    """Bytes that are written as two digits each; none where they are not."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


def _close(state: _State, outer: _State, reader: _Reader) -> None:
    """The end of a group: behind a field's words comes where it leads."""
    if state.into == "link" and outer.into != "link":
        found = _LINK.search("".join(reader.link))
        reader.link = []
        reader.target = found[1] if found else ""
    if state.result and not outer.result and reader.target:
        bare = reader.target.removeprefix("mailto:")
        if bare not in "".join(reader.buffer):
            reader.add(f" ({bare})", outer)
        reader.target = ""
    if state.into == "pict" and outer.into != "pict":
        reader.shown.append(_bytes_of("".join(reader.picture)))
        reader.picture = []
    if state.into == "edge" and outer.into != "edge":
        reader.edges.append(" ")


def _control(name: str, value: int | None, starred: bool, state: _State, reader: _Reader) -> None:
    """A control word: what it does to the state, or to the text."""
    on = value != 0
    if starred and name not in _READ_ANYWAY:
        state.into = "skip"
        return
    match name:
        case "fldinst":
            state.into = "link"
        case "fldrslt":
            state.result = True
        case "pict" if state.into != "skip":
            state.into = "pict"
        case "info":
            state.into = "info:"
        case "title" | "author" | "subject" if state.into.startswith("info:"):
            state.into = f"info:{name}"
        case "footnote":
            state.into = "note"
        case "annotation":
            state.into = "comment"
        case "atnauthor":
            state.into = "author"
        case (
            "header"
            | "footer"
            | "headerl"
            | "headerr"
            | "headerf"
            | "footerl"
            | "footerr"
            | "footerf"
        ):
            state.into = "edge"
        case _ if name in _SKIPPED:
            state.into = "skip"
        case "v":
            state.hidden = on
        case "deleted":
            state.deleted = on
        case "super" | "up":
            state.raised = on
        case "nosupersub" | "sub" | "dn":
            state.raised = False
        case "plain":
            state.hidden = state.deleted = state.raised = state.bold = False
            state.struck = False
            state.font, state.size = "", USUAL
        case "b":
            state.bold = on
        case "strike" | "striked":
            state.struck = on
        case "fs" if value:
            state.size = value
        case _:
            _text_control(name, value, state, reader)


def _text_control(name: str, value: int | None, state: _State, reader: _Reader) -> None:
    if state.into != "text":
        if name in SIGNS:
            reader.add(" " if SIGNS[name] in "\n\t" else SIGNS[name], state)
        return
    match name:
        case "par" | "sect":
            reader.paragraph()
        case "pard":
            reader.in_table, reader.level, reader.listed = False, 0, False
        case "intbl":
            reader.in_table = True
        case "cell" | "nestcell":
            reader.end_cell()
        case "row" | "nestrow":
            reader.end_row()
        case "outlinelevel" if value is not None and 0 <= value < 9:
            reader.level = value + 1
        case "ls" | "ilvl":
            reader.listed = True
        case _ if name in SIGNS:
            reader.add(SIGNS[name], state)
