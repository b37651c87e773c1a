"""The slides of an OpenDocument presentation: title, shapes, notes; footers that are declared once for
all, and what their master shows on them."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from rag.documents.loaders.opendocument.blocks import Blocks
from rag.documents.loaders.opendocument.styles import Styles
from rag.documents.office.package import attribute, children, descendants, local
from rag.documents.text import one_line
from rag.documents.writer import Writer

_DECLARED = ("header", "footer", "date-time")


class Slides:
    """Writes slides one by one; what many of them show is written below the first."""

    def __init__(
        self,
        body: etree._Element,
        styles_tree: etree._Element | None,
        styles: Styles,
        writer: Writer,
        make: Callable[[Writer], Blocks],
    ) -> None:
        """``body`` holds the slides, ``styles_tree`` their masters."""
        self._styles = styles
        self._writer = writer
        self._make = make
        self._masters = {
            attribute(one, "name") or "": one for one in descendants(styles_tree, "master-page")
        }
        self._declared = {
            (kind, attribute(one, "name") or ""): one_line("".join(one.itertext()))
            for kind in _DECLARED
            for one in children(body, f"{kind}-decl")
        }
        self._written: set[str] = set()

    def write(self, page: etree._Element, number: int) -> None:
        """Write a slide."""
        writer, blocks = self._writer, self._make(self._writer)
        style = attribute(page, "style-name")
        hidden = attribute(page, "visibility") == "hidden" or self._styles.inherits(
            style, self._styles.hidden
        )
        writer.page(number, hidden=hidden)
        shapes = [one for one in page if local(one) not in ("notes", "forms", "page-thumbnail")]
        title = next((one for one in shapes if attribute(one, "class") == "title"), None)
        heading = blocks.text(title) if title is not None else ""
        if heading or hidden:
            mark = " (hidden slide)" if hidden else ""
            writer.heading(2, (heading or f"Slide {number}") + mark)
        for one in shapes:
            if local(one) == "annotation":
                blocks.comment(one)
            elif one is not title:
                blocks.drawn(one)
        self._declarations(page)
        for notes in children(page, "notes"):
            for frame in children(notes, "frame"):
                if text := blocks.text(frame):
                    writer.paragraph(f"Notes: {text}")
            self._declarations(notes)
        if not hidden:
            self._master(attribute(page, "master-page-name") or "", blocks)

    def _declarations(self, page: etree._Element) -> None:
        """Header, footer and date of a slide, or of its notes."""
        off = self._styles.switched_off.get(attribute(page, "style-name") or "", set())
        for kind in _DECLARED:
            key = kind, attribute(page, f"use-{kind}-name") or ""
            text = self._declared.get(key, "")
            if text and text not in self._written and kind not in off:
                self._written.add(text)
                self._writer.paragraph(text)

    def _master(self, name: str, blocks: Blocks) -> None:
        """What stands on the master of a slide itself, and is not the place of what a slide says."""
        if name not in self._masters or f"master {name}" in self._written:
            return
        self._written.add(f"master {name}")
        for one in self._masters[name]:
            if local(one) not in ("notes", "forms", "style") and not attribute(one, "class"):
                blocks.drawn(one)
