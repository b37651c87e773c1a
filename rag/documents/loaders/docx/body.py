"""The blocks of a Word part in the order they stand: paragraphs, lists, tables, controls, and below
each what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from rag.documents.loaders.docx.inline import Hanging, Inline, Told, chosen
from rag.documents.loaders.docx.styles import Style, Styles
from rag.documents.office.drawings import write_graphic
from rag.documents.office.list_numbers import Numbering
from rag.documents.office.package import (
    Package,
    attribute,
    child,
    children,
    descendants,
    is_on,
    local,
    value,
)
from rag.documents.pictures import Pictures
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line
from rag.documents.writer import Writer

LONG_CELL = 400  # characters; a table of longer cells lays out a page, and holds no data
_TOC = ("toc ", "table of figures", "inhaltsverzeichnis ")
_DEEPEST = 30  # tables in tables, boxes in boxes


@dataclass(slots=True)
class Word:
    """What all parts of one document share; ``notes`` are the footnotes, endnotes and comments by
    kind and identifier, ``include`` reads an embedded part."""

    package: Package
    styles: Styles
    numbering: Numbering
    told: Told
    pictures: Pictures
    notes: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    include: Callable[[str, Writer], None] = lambda part, writer: None
    headings: set[str] = field(default_factory=set)
    faked: dict[etree._Element, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    below: list[str] = field(default_factory=list)  # notes of cells, until their table is written


class Body:
    """Writes the blocks of one part (the body, a header, a note)."""

    def __init__(self, word: Word, part: str, writer: Writer, depth: int = 0) -> None:
        """``part`` is the name of the part, by which its relations are found."""
        self.word = word
        self.part = part
        self.writer = writer
        self.depth = depth
        self.inline = Inline(word.styles, word.package.relations(part), word.told)
        self._listed = False

    def blocks(self, element: etree._Element | None) -> None:
        """Write all blocks in an element."""
        for one in element if element is not None else ():
            name = local(one)
            if name == "p":
                self.paragraph(one)
            elif name == "tbl":
                self.table(one)
            elif name == "altChunk":
                relation = self.word.package.relations(self.part).get(attribute(one, "id") or "")
                if relation is not None:
                    self.word.include(relation.target, self.writer)
            elif name in ("del", "moveFrom"):
                self.word.told.deleted += 1
            elif name == "AlternateContent":
                self.blocks(chosen(one))
            elif name in ("oMath", "oMathPara"):
                wrapped = etree.Element("p")
                wrapped.append(one)
                self.paragraph(wrapped)
            elif not name.endswith("Pr"):  # sdt, sdtContent, customXml, ins, moveTo, ...
                self.blocks(one)

    def paragraph(self, paragraph: etree._Element) -> None:
        """Write a paragraph as what it is, and below it what hangs on it."""
        text, hanging = self.inline.read(paragraph)
        style, label, indent = self._kind(paragraph, bool(text.strip()))
        if text.strip() and not self._repeats(style, text, paragraph):
            self._write(style, label, indent, text)
        for one in hanging:
            self._hang(one)

    def _kind(self, paragraph: etree._Element, filled: bool) -> tuple[Style, str | None, int]:
        properties = child(paragraph, "pPr")
        style = self.word.styles.get(value(child(properties, "pStyle")))
        number = child(properties, "numPr")
        identifier = value(child(number, "numId")) or style.number
        at = value(child(number, "ilvl")) or style.indent or "0"
        indent = int(at) if at.isdigit() else 0
        label = None
        if identifier and identifier != "0" and filled:
            label = self.word.numbering.label(identifier, indent)
        if label is None and not style.number and style.name.lower().startswith("list bullet"):
            label = "-"
        outline = value(child(properties, "outlineLvl"))
        if outline is not None and outline.isdigit():
            level = int(outline) + 1 if int(outline) < 9 else 0
            style = replace(style, level=level)
        elif paragraph in self.word.faked and label != "-":
            style = replace(style, level=self.word.faked[paragraph])
        return style, label, indent

    def _repeats(self, style: Style, text: str, paragraph: etree._Element) -> bool:
        """Whether a line of the table of contents says what a heading will say. It is known by its style, by the
        frame around it, or by its number of a page, which is fetched from where it leads."""
        asks = "\t" in text and any(
            "PAGEREF" in (one.text or "") for one in descendants(paragraph, "instrText")
        )
        if not (style.name.lower().startswith(_TOC) or asks or _in_contents(paragraph)):
            return False
        entry = one_line(text.rpartition("\t")[0] or text).lower()
        return any(entry.endswith(title) for title in self.word.headings if title)

    def _write(self, style: Style, label: str | None, indent: int, text: str) -> None:
        lines = text.replace("\t", " ") if label is not None else text
        if style.level:
            self.writer.heading(style.level, f"{label} {text}" if label and label != "-" else text)
            self._listed = False
        elif label is not None:
            if not self._listed:
                self.writer.break_()
            self._listed = True
            one = one_line(lines.replace("\n", " "))
            self.writer.line("  " * indent + (f"{label} {one}" if label else one))
        else:
            self.writer.paragraph(text)
            self._listed = False

    def _hang(self, one: Hanging) -> None:
        if self.depth > _DEEPEST:
            return
        if one.kind == "textbox":
            Body(self.word, self.part, self.writer, self.depth + 1).blocks(one.element)
        elif one.kind == "graphic" and one.element is not None:
            if not write_graphic(one.element, self.word.package, self.part, self.writer):
                self.word.told.failed.append("a chart or diagram is not read")
        elif one.kind == "picture":
            self.writer.paragraph(f"[Picture: {one.key}]")
        elif one.kind == "image":
            found = self.word.package.relations(self.part).get(one.key)
            there = found is not None and not found.external
            data = self.word.package.read(found.target) if found and there else None
            self.word.pictures.write(data, self.writer)
        elif (note := self.word.notes.get((one.kind, one.key))) is not None:
            self._note(one.kind, note)

    def _note(self, kind: str, note: etree._Element) -> None:
        text = self._text(note, f"word/{kind}s.xml")
        if not text:
            return
        if kind == "comment":
            author = attribute(note, "author")
            self.writer.paragraph(f"[Comment{f' by {author}' if author else ''}: {text}]")
        else:
            number = self.word.counted[kind] = self.word.counted.get(kind, 0) + 1
            said = f"{kind.capitalize()} {number}: {text}"
            if self.writer.in_cell:  # which may be one that names a column
                self.word.below.append(said)
            else:
                self.writer.paragraph(said)

    def _text(self, element: etree._Element, part: str = "") -> str:
        """The blocks of a cell or a note in one line."""
        inner = Writer(in_cell=True)
        body = Body(self.word, part or self.part, inner, self.depth + 1)
        if self.depth <= _DEEPEST:
            body.blocks(element)
        return one_line(inner.document("docx").text.replace("\n\n", "\n"))

    def table(self, table: etree._Element) -> None:
        """Write a table; one that lays out a page as the blocks in its cells."""
        rows = list(_rows(table))
        if _lays_out(rows):
            for row in rows:
                for cell in _cells(row):
                    self.blocks(cell)
            return
        above: dict[int, tuple[int, int]] = {}  # by column: the row and place of the last cell
        grid: list[list[Cell]] = []
        marked = 0
        for at, row in enumerate(rows):
            properties = child(row, "trPr")
            if is_on(child(properties, "tblHeader")) and marked == at:
                marked += 1
            if child(properties, "del") is not None:
                self.word.told.deleted += 1
                continue
            before = value(child(properties, "gridBefore")) or "0"
            line = [Cell("")] * (int(before) if before.isdigit() and len(before) < 3 else 0)
            column = len(line)
            grid.append(line)
            for cell in _cells(row):
                one, goes_on = self._cell(cell)
                origin = above.get(column) if goes_on and not one.text else None
                held = grid[origin[0]][origin[1]] if origin is not None else None
                if origin and held and origin[0] + held.rows == len(grid) - 1:
                    if held.columns == one.columns:
                        grid[origin[0]][origin[1]] = replace(held, rows=held.rows + 1)
                        column += one.columns
                        continue
                    one = replace(one, text=held.text)
                above[column] = len(grid) - 1, len(line)
                column += one.columns
                line.append(one)
        properties = child(table, "tblPr")
        caption = value(child(properties, "tblCaption")) or ""
        text = value(child(properties, "tblDescription")) or ""
        write_table(
            grid, self.writer, marked=marked, caption=": ".join(filter(None, (caption, text)))
        )
        if not self.writer.in_cell:
            for said in self.word.below:
                self.writer.paragraph(said)
            self.word.below.clear()
        self._listed = False

    def _cell(self, cell: etree._Element) -> tuple[Cell, bool]:
        """A cell, and whether it goes on with the one above it."""
        properties = child(cell, "tcPr")
        span = value(child(properties, "gridSpan")) or "1"
        columns = int(span) if span.isdigit() and len(span) < 4 else 1
        merge = child(properties, "vMerge")
        goes_on = merge is not None and value(merge) != "restart"
        return Cell(self._text(cell), columns=columns), goes_on


def _in_contents(paragraph: etree._Element) -> bool:
    frames = paragraph.iterancestors("{*}sdt")
    galleries = (child(one, "sdtPr", "docPartObj", "docPartGallery") for one in frames)
    return any(value(gallery) == "Table of Contents" for gallery in galleries)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for one in table:
        name = local(one)
        if name == "tr":
            yield one
        elif name == "AlternateContent":
            yield from _rows(chosen(one))
        elif name not in ("tblPr", "tblGrid", "del", "moveFrom"):
            yield from _rows(one)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for one in row:
        name = local(one)
        if name == "tc":
            yield one
        elif name not in ("trPr", "tblPrEx", "del"):
            yield from _cells(one)


def _lays_out(rows: list[etree._Element]) -> bool:
    """Whether a table divides a page rather than data: one column, or cells with whole texts,
    several paragraphs of them, or tables of some size."""
    most = 0
    for row in rows:
        cells = list(_cells(row))
        most = max(most, len(cells))
        for cell in cells:
            if sum(1 for one in children(cell, "tbl") for _ in _rows(one)) > 4:
                return True
            texts = sum(len(t.text or "") for t in descendants(cell, "t"))
            if len(rows) < 4 and texts > LONG_CELL and sum(1 for _ in children(cell, "p")) > 1:
                return True
    return most <= 1
