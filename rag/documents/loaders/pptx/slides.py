"""The shapes of a slide in reading order: texts, tables, charts, diagrams, pictures by what is said of
them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from rag.documents.loaders.pptx.order import names, ordered, placeholder
from rag.documents.office.drawings import (
    bare_address,
    lines,
    link_address,
    marks,
    numbered_text,
    text_of,
    write_graphic,
)
from rag.documents.office.package import Package, attribute, child, children, descendants, local
from rag.documents.pictures import Pictures
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line
from rag.documents.writer import Writer

_DEEPEST = 50  # groups in groups


@dataclass(slots=True)
class Told:
    """What is left out, to be told; the footers, and the layouts and masters, that have been written."""

    objects: int = 0
    failed: int = 0
    footers: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    embedded: list[str] = field(default_factory=list)


class Slide:
    """Writes the shapes of one slide."""

    def __init__(
        self, package: Package, part: str, writer: Writer, told: Told, pictures: Pictures
    ) -> None:
        """``part`` is the slide's, by which its relations are found."""
        self.pictures = pictures
        self.package = package
        self.part = part
        self.writer = writer
        self.told = told

    def shapes(self, shapes: list[etree._Element], depth: int = 0) -> None:
        """Write shapes in this order."""
        for shape in shapes:
            name = local(shape)
            if name == "grpSp" and depth < _DEEPEST:
                self.shapes(ordered(shape, {}), depth + 1)
                self._said(shape)
            elif name == "graphicFrame":
                self._graphic(shape)
            elif name == "pic":
                self._said(shape)
                self._picture(shape)
            else:
                self._text(shape)
                self._picture(child(shape, "spPr"))

    def _text(self, shape: etree._Element) -> None:
        body = child(shape, "txBody")
        holder = placeholder(shape)
        kind = holder.kind if holder is not None else ""
        if kind == "sldNum":
            return
        if kind in ("ftr", "dt", "hdr"):
            text = one_line(text_of(body))
            if text and text not in self.told.footers:
                self.told.footers.add(text)
                self.writer.paragraph(text)
            return
        relations = self.package.relations(self.part)
        said = list(lines(body, relations))
        self.writer.break_()
        for line, mark in zip(said, marks(said), strict=True):
            if len(said) == 1 and not line.bullet:
                self.writer.paragraph(line.text)
                break
            self.writer.line("  " * line.level + mark + one_line(line.text))
        self.writer.break_()
        if not said:
            self._said(shape)
        for one in shape:
            address = link_address(child(one, "cNvPr"), relations) if names(one) else ""
            if address and not any(bare_address(address) in line.text.lower() for line in said):
                self.writer.line(f"Link: {address}")

    def _graphic(self, frame: etree._Element) -> None:
        data = child(frame, "graphic", "graphicData")
        table = child(data, "tbl")
        if table is not None:
            marked = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
            write_table(list(_rows(table)), self.writer, marked=int(marked))
        elif data is not None and any(local(one) in ("chart", "relIds") for one in data):
            if not write_graphic(data, self.package, self.part, self.writer):
                self.told.failed += 1
        elif data is not None:
            for one in descendants(data, "oleObj"):
                self._object(attribute(one, "id") or "")
                break
        self._said(frame)

    def _object(self, key: str) -> None:
        """Another file on the slide, which is read behind it."""
        found = self.package.relations(self.part).get(key)
        if found is not None and found.kind in ("package", "oleObject") and not found.external:
            self.told.embedded.append(found.target)
        else:
            self.told.objects += 1

    def _picture(self, shape: etree._Element | None) -> None:
        """The text in a picture, or in what a shape is filled with."""
        for one in descendants(shape, "blip"):
            found = self.package.relations(self.part).get(attribute(one, "embed") or "")
            there = found is not None and not found.external
            data = self.package.read(found.target) if found and there else None
            self.pictures.write(data, self.writer)

    def _said(self, shape: etree._Element) -> None:
        """The alternative text of a shape."""
        for one in shape:
            if names(one):
                text = one_line(attribute(child(one, "cNvPr"), "descr") or "")
                if text:
                    self.writer.paragraph(f"[Picture: {text}]")


def _rows(table: etree._Element) -> Iterator[list[Cell]]:
    for row in children(table, "tr"):
        cells: list[Cell] = []
        for one in children(row, "tc"):
            if attribute(one, "hMerge") in ("1", "true") or attribute(one, "vMerge") in (
                "1",
                "true",
            ):
                continue
            wide, high = attribute(one, "gridSpan") or "1", attribute(one, "rowSpan") or "1"
            cells.append(
                Cell(
                    one_line(numbered_text(child(one, "txBody"))),
                    int(high) if high.isdigit() else 1,
                    int(wide) if wide.isdigit() else 1,
                )
            )
        yield cells
