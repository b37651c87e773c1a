"""The blocks of OpenDocument text and slides in the order they stand: paragraphs, headings, lists,
tables, frames, and below each its notes and comments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from rag.documents.loaders.opendocument.controls import field_mark
from rag.documents.loaders.opendocument.styles import ListLevel, Styles, number, rows_repeated
from rag.documents.office.equations import mathml
from rag.documents.office.package import attribute, child, children, descendants, local
from rag.documents.readings import Readings
from rag.documents.struck import struck as as_struck
from rag.documents.symbol_fonts import as_shown
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line, raised
from rag.documents.writer import Writer

MOST_REPEATED = 200  # columns that one repeated cell stands for
_SKIPPED = frozenset(
    "tracked-changes sequence-decls variable-decls user-field-decls forms alphabetical-index "
    "alphabetical-index-auto-mark-file bookmark bookmark-start bookmark-end soft-page-break "
    "index-title-template table-of-content-source title-style event-listeners settings "
    "date-time-decl footer-decl header-decl animations par page-thumbnail".split()
)
PAGE_FIELDS = frozenset(("page-number", "page-count"))
_NUMBERED = frozenset(("table-of-content", "illustration-index", "table-index"))


@dataclass(slots=True)
class Told:
    """What is left out of the text, to be told."""

    hidden: int = 0
    deleted: int = 0
    readings: Readings = field(default_factory=Readings)
    notes: list[str] = field(default_factory=list)  # of cells, until their table is written


class Blocks:
    """Writes the blocks below an element."""

    def __init__(
        self,
        writer: Writer,
        styles: Styles,
        told: Told,
        embedded: Callable[[str, Writer], bool] | None = None,
        picture: Callable[[etree._Element, Writer], None] | None = None,
    ) -> None:
        """``embedded`` writes the chart or the equation that a frame refers to, ``picture`` the text
        in an image."""
        self.writer = writer
        self.styles = styles
        self.told = told
        self.embedded = embedded
        self.picture = picture
        self._later: list[tuple[str, etree._Element]] = []
        self._counts: list[int] = []
        self._style = ""  # of the list that is being read
        self._lists: dict[str, list[int]] = {}
        self._headings: list[int] = []
        self.faked: dict[
            etree._Element, int
        ] = {}  # levels of paragraphs that only look like headings

    def blocks(self, element: etree._Element | None, depth: int = 0) -> None:
        """Write all blocks in an element."""
        for one in element if element is not None else ():
            name = local(one)
            if name == "h":
                self._heading(one)
            elif name == "p":
                self._paragraph(one)
            elif name == "list":
                self._list(one, depth)
            elif name == "table":
                self.table(one)
            elif name in _NUMBERED:
                continue  # the headings stand where they are
            elif name in (
                "frame",
                "custom-shape",
                "rect",
                "ellipse",
                "line",
                "connector",
                "g",
                "a",
                "control",
            ):
                self.drawn(one)
            elif name == "section" and attribute(one, "display") == "none":
                self.told.hidden += 1
            elif name == "annotation":
                self.comment(one)
            elif name and name not in _SKIPPED:
                self.blocks(one, depth)

    def comment(self, element: etree._Element) -> None:
        """Write a comment that hangs on no paragraph."""
        self._hang("annotation", element)
        self._flush()

    def _heading(self, element: etree._Element) -> None:
        level = attribute(element, "outline-level") or "1"
        depth = max(1, int(level)) if level.isdigit() else 1
        text = self.inline(element)
        if text.strip():
            label = self._outline(depth, element)
            self.writer.heading(depth, f"{label} {text}" if label else text)
        self._flush()

    def _outline(self, depth: int, element: etree._Element) -> str:
        """The number of a heading, where headings are numbered."""
        levels = self.styles.lists.get("Outline", {})
        level = levels.get(depth, ListLevel())
        if level.bullet or not level.style or attribute(element, "is-list-header") == "true":
            return ""
        self._headings = (self._headings + [0] * depth)[:depth]
        self._headings[-1] += 1
        return number(levels, depth, [max(1, count) for count in self._headings])

    def _paragraph(self, element: etree._Element) -> None:
        text = self.inline(element)
        style = attribute(element, "style-name")
        if text.strip():
            title = self.styles.ancestor(style, "Title")
            if level := 1 if title else self.faked.get(element, 0):
                self.writer.heading(level, text)
            else:
                self.writer.paragraph(text)
        self._flush()

    def _list(self, element: etree._Element, depth: int) -> None:
        depth += 1
        style = attribute(element, "style-name")
        if depth == 1:
            self.writer.break_()
            self._style = style or self._style
            key = attribute(element, "id") or ""
            goes_on = attribute(element, "continue-numbering") == "true"
            if before := attribute(element, "continue-list"):
                self._counts = list(self._lists.get(before, []))
            elif not goes_on:
                self._counts = []
            self._lists[key] = self._counts
        elif style:
            self._style = style
        if depth > 1:
            self._counts = self._counts[: depth - 1]
        levels = self.styles.lists.get(self._style, {})
        for item in element:
            name = local(item)
            if name not in ("list-item", "list-header"):
                continue
            if name == "list-item":
                start = attribute(item, "start-value") or ""
                first = levels.get(depth, ListLevel()).start
                self._counts = (self._counts + [0] * depth)[:depth]
                now = self._counts[depth - 1]
                self._counts[depth - 1] = (
                    int(start) if start.isdigit() else now + 1 if now else first
                )
            label = number(levels, depth, self._counts) if name == "list-item" else ""
            self._item(item, depth, label or "")
        if depth == 1:
            self._lists[attribute(element, "id") or ""] = list(self._counts)
            self.writer.break_()

    def _item(self, item: etree._Element, depth: int, label: str) -> None:
        indent = "  " * (depth - 1)
        for one in item:
            name = local(one)
            if name in ("p", "h"):
                text = one_line(self.inline(one))
                if name == "h" and text:
                    level = attribute(one, "outline-level") or "1"
                    self.writer.heading(
                        int(level) if level.isdigit() else 1, f"{label} {text}".strip()
                    )
                elif text:
                    self.writer.line(indent + (f"{label} {text}" if label else f"  {text}"))
                label = "" if text else label
                self._flush()
            elif name == "list":
                self._list(one, depth)
            elif name == "table":
                self.table(one)

    def inline(self, element: etree._Element, font: str = "") -> str:
        """The text of a paragraph; what hangs on it is kept for :meth:`_flush`."""
        parts: list[str] = [as_shown(element.text or "", font)]
        for one in element:
            text = self._span(one)
            up = text and local(one) == "span" and self._raised(one)
            parts.append(raised("".join(parts[-4:]), text) if up else text)
            parts.append(as_shown(one.tail or "", font))
        return "".join(parts)

    def _raised(self, span: etree._Element) -> bool:
        return self.styles.inherits(attribute(span, "style-name"), self.styles.raised)

    def _span(self, one: etree._Element) -> str:
        name = local(one)
        match name:
            case "s":
                return " " * rows_repeated(one, "c", 100)
            case "tab":
                return "\t"
            case "line-break":
                return "\n"
            case "note":
                self._hang("note", one)
                return ""
            case "annotation":
                self._hang("annotation", one)
                return ""
            case (
                "annotation-end"
                | "bookmark"
                | "change"
                | "change-start"
                | "change-end"
                | "reference-mark"
            ):
                return ""
            case "hidden-text" | "hidden-paragraph":
                self.told.hidden += 1
                return ""
            case "ruby":
                base = child(one, "ruby-base")
                text = self.inline(base) if base is not None else ""
                above = child(one, "ruby-text")
                if above is not None:
                    self.told.readings.add(text, "".join(above.itertext()))
                return text
            case "a" if local(one.getparent()) in ("p", "h", "span"):
                text, address = self.inline(one), attribute(one, "href") or ""
                bare = address.removeprefix("mailto:").rstrip("/")
                if "://" in address or address.startswith("mailto:"):
                    return text if bare.lower() in text.lower() else f"{text} ({bare})"
                return text
            case "span":
                style = attribute(one, "style-name")
                if self.styles.inherits(style, self.styles.hidden):
                    self.told.hidden += 1
                    return ""
                text = self.inline(one, self.styles.font(style))
                struck = self.styles.inherits(style, self.styles.struck) and text.strip()
                return as_struck(text.strip()) if struck else text
            case "fieldmark":
                return field_mark(one) or self.inline(one)
            case _ if name in PAGE_FIELDS:
                return ""
            case _ if name in ("frame", "custom-shape", "rect", "ellipse", "g", "line", "control"):
                self._hang("drawn", one)
                return ""
        return self.inline(one)

    def _hang(self, kind: str, element: etree._Element | None) -> None:
        if element is not None:
            self._later.append((kind, element))

    def _flush(self) -> None:
        """Write what hangs on the paragraph that was written last."""
        later, self._later = self._later, []
        for kind, one in later:
            if kind == "drawn":
                self.drawn(one)
            elif kind == "note":
                self._note(one)
            else:
                author = child(one, "creator")
                by = f" by {author.text}" if author is not None and author.text else ""
                inner = [self.text_of(p) for p in one if local(p) in ("p", "list")]
                if text := " ".join(filter(None, inner)):
                    self.writer.paragraph(f"[Comment{by}: {text}]")

    def _note(self, note: etree._Element) -> None:
        """A footnote or an endnote; of a cell below its table, since it might be one that names a column."""
        body, citation = child(note, "note-body"), child(note, "note-citation")
        if body is None or not (text := self.text(body)):
            return
        kind = "Endnote" if attribute(note, "note-class") == "endnote" else "Footnote"
        number = one_line("".join(citation.itertext())) if citation is not None else ""
        said = f"{kind} {number}: {text}" if number else f"{kind}: {text}"
        if self.writer.in_cell:
            self.told.notes.append(said)
        else:
            self.writer.paragraph(said)

    def text(self, element: etree._Element) -> str:
        """The blocks of an element in one line."""
        inner = Writer(in_cell=True)
        Blocks(inner, self.styles, self.told, self.embedded).blocks(element)
        return one_line(inner.document("odt").text)

    def text_of(self, element: etree._Element) -> str:
        """One block in one line."""
        return one_line(self.inline(element)) if local(element) == "p" else self.text(element)

    def drawn(self, element: etree._Element) -> None:
        """A frame, a shape or a group: text boxes, tables, charts, equations, pictures."""
        name = local(element)
        if name == "g":
            for one in element:
                self.drawn(one)
            self._described(element)
            return
        if name == "control":
            self.writer.paragraph(self.styles.controls.get(attribute(element, "control") or "", ""))
        images: list[etree._Element] = []
        for one in element:
            kind = local(one)
            if kind == "text-box":
                self.blocks(one)
            elif kind == "p":
                self._paragraph(one)
            elif kind == "list":
                self._list(one, 0)
            elif kind == "table":
                self.table(one)
            elif kind == "object":
                inline = next(descendants(one, "math"), None)
                if inline is not None:
                    self.writer.paragraph(mathml(inline))
                elif self.embedded is not None:
                    self.embedded(attribute(one, "href") or "", self.writer)
            elif kind == "image" and name == "frame":
                if not any(local(other) == "object" for other in element):
                    images.append(one)
            elif kind in ("frame", "custom-shape", "g", "a"):
                self.drawn(one)
        self._described(element)
        if self.picture is not None:
            for one in images:
                self.picture(one, self.writer)

    def _described(self, element: etree._Element) -> None:
        """What is said of a drawing for those who do not see it."""
        said = [
            text
            for tag in ("title", "desc")
            for one in children(element, tag)
            if (text := one_line(one.text or ""))
        ]
        if said:
            self.writer.paragraph(f"[Picture: {': '.join(dict.fromkeys(said))}]")

    def table(self, table: etree._Element) -> None:
        """Write a table of running text."""
        rows: list[list[Cell]] = []
        marked = 0
        elements = [one for one in descendants(table, "table-row") if _owner(one) is table]
        cells_of = [
            [c for c in row if local(c) in ("table-cell", "covered-table-cell")] for row in elements
        ]
        if all(len([c for c in row if local(c) == "table-cell"]) <= 1 for row in cells_of):
            for row in cells_of:
                for cell in row:
                    self.blocks(cell)
            return
        for at, row in enumerate(cells_of):
            if local(elements[at].getparent()) == "table-header-rows" and marked == at:
                marked += 1
            line: list[Cell] = []
            for cell in row:
                if local(cell) == "covered-table-cell":
                    continue
                text = self.text(cell)
                columns = rows_repeated(cell, "number-columns-spanned", 100)
                spanned = rows_repeated(cell, "number-rows-spanned", 10_000)
                again = rows_repeated(cell, "number-columns-repeated", MOST_REPEATED if text else 1)
                line.extend([Cell(text, spanned, columns)] * again)
            rows.append(line)
        write_table(rows, self.writer, marked=marked)
        if not self.writer.in_cell:
            for said in self.told.notes:
                self.writer.paragraph(said)
            self.told.notes.clear()


def _owner(row: etree._Element) -> etree._Element | None:
    parent = row.getparent()
    while parent is not None and local(parent) != "table":
        parent = parent.getparent()
    return parent
