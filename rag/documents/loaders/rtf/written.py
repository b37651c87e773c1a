"""What has been read of an RTF file until it is whole: letters of a paragraph, cells of a row, rows of a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.documents.faked_headings import USUAL, Look
from rag.documents.loaders.rtf.forms import Form
from rag.documents.office.layouts import Joined, Layout, laid_out
from rag.documents.pictures import Pictures
from rag.documents.tables import write_table
from rag.documents.text import STRUCK, one_line, raised
from rag.documents.writer import Writer


@dataclass(slots=True)
class State:
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
class RowLayout:
    """Where the cells of the row that is being read end, and how they go on with others."""

    edges: list[int] = field(default_factory=lambda: [0])
    joined: list[Joined] = field(default_factory=list)
    beside: bool = False  # of the cell that is being told
    below: bool = False

    def end_cell(self, edge: int) -> None:
        """The cell that is being told ends there."""
        self.edges.append(edge)
        self.joined.append(Joined(self.beside, self.below))
        self.beside = self.below = False

    def made(self) -> Layout:
        """As far as it is told."""
        return Layout(tuple(self.edges), tuple(self.joined))


@dataclass(slots=True)
class Table:
    """A table that is being read: the texts of a cell, the cells of a row, its rows."""

    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[tuple[list[str], Layout]] = field(default_factory=list)

    def end_cell(self) -> None:
        """The end of a cell."""
        self.row.append(one_line(" ".join(self.cell)))
        self.cell = []

    def end_row(self, layout: Layout) -> None:
        """The end of a row."""
        if self.row:
            self.rows.append((self.row, layout))
        self.row = []

    def write(self, writer: Writer) -> None:
        """Write it, and begin anew."""
        if self.rows:
            write_table(laid_out(self.rows), writer)
        self.rows = []


@dataclass(slots=True)
class Written:
    """What has been read of a file, and is not yet whole; and what becomes of it."""

    writer: Writer
    pictures: Pictures | None  # None: they are passed over
    buffer: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    author: str = ""
    link: list[str] = field(default_factory=list)
    table: Table = field(default_factory=Table)
    inner: Table = field(default_factory=Table)  # in a cell of it
    layout: RowLayout = field(default_factory=RowLayout)
    inner_layout: RowLayout = field(default_factory=RowLayout)
    boxes: list[str] = field(
        default_factory=list
    )  # of text, that hang on the paragraph that is being read
    box: list[str] = field(default_factory=list)
    form: Form = field(default_factory=Form)
    info: dict[str, str] = field(default_factory=dict)
    edges: list[str] = field(default_factory=list)
    in_table: bool = False
    nested: bool = False  # in a table that stands in a cell
    level: int = 0
    headed: bool = False  # whether any paragraph has been marked as a heading
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

    def add(self, text: str, state: State) -> None:
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
        elif state.into == "box":
            self.box.append(text)
        elif state.into == "choice":
            self.form.choices[-1] += text
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

    def add_form(self) -> None:
        """What the field of a form shows that has been read."""
        self.add(self.form.shown(), State())

    def end_box(self) -> None:
        """The end of a text box; it is written behind the paragraph that it hangs on."""
        if text := "".join(self.box).strip():
            self.boxes.append(text)
        self.box = []

    def paragraph(self) -> None:
        """The end of a paragraph."""
        self._strike(False)
        text = "".join(self.buffer)
        runs, self.buffer, self.runs = self.runs, [], []
        if self.in_table:
            (self.inner if self.nested else self.table).cell.append(text)
            return
        self.end_table()
        if text.strip():
            looked_like = self.faked.get(len(self.looks), 0)
            bold, size = all(b for b, _ in runs), min((one for _, one in runs), default=USUAL)
            self.looks.append(Look(one_line(text), bold, size))
            self.headed = self.headed or self.level > 0
            if level := self.level or looked_like:
                self.writer.heading(level, text)
            elif self.listed:
                self.writer.line(one_line(text))
            else:
                self.writer.paragraph(text)
        self._note()
        for one in self.boxes:
            self.writer.paragraph(one)
        self.boxes = []
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

    def end_cell(self, *, inner: bool = False) -> None:
        """The end of a cell of a table, or of one in a cell of it."""
        self._strike(False)
        table = self.inner if inner else self.table
        if not inner:
            self._end_inner()
        table.cell.append("".join(self.buffer))
        self.buffer, self.runs = [], []
        table.end_cell()

    def end_row(self, *, inner: bool = False) -> None:
        """The end of a row of a table, or of one in a cell of it."""
        if inner:
            self.inner.end_row(self.inner_layout.made())
        else:
            self.table.end_row(self.layout.made())

    def end_table(self) -> None:
        """The end of a table, if there was one."""
        self._end_inner()
        self.table.write(self.writer)

    def _end_inner(self) -> None:
        """A table in a cell is part of the cell's text."""
        if not self.inner.rows:
            return
        into = Writer(in_cell=True)
        self.inner.write(into)
        if text := one_line(into.document("rtf").text):
            self.table.cell.append(text)
