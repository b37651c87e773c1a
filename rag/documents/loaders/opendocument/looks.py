"""Paragraphs of an OpenDocument text that are headings by their looks alone."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rag.documents.faked_headings import USUAL, Look, faked_headings
from rag.documents.loaders.opendocument.styles import Styles
from rag.documents.office.package import attribute, descendants, local
from rag.documents.text import one_line


def looked_like(body: etree._Element, styles: Styles) -> dict[etree._Element, int]:
    """Their levels; none where headings are marked as such."""
    if next(descendants(body, "h"), None) is not None:
        return {}
    paragraphs = [one for one in body if local(one) == "p" and one_line("".join(one.itertext()))]
    found = faked_headings([_look(one, styles) for one in paragraphs])
    return {paragraphs[at]: depth for at, depth in found.items()}


def _look(paragraph: etree._Element, styles: Styles) -> Look:
    said = list(_runs(paragraph, False, USUAL, styles))
    text = one_line("".join(paragraph.itertext()))
    bold, size = all(b for b, _ in said), min((size for _, size in said), default=USUAL)
    return Look(text, bold, size)


def _runs(
    element: etree._Element, bold: bool, size: int, styles: Styles
) -> Iterator[tuple[bool, int]]:
    """Whether what has a text of its own is bold, and its size in half points."""
    style = attribute(element, "style-name")
    own, points = styles.said(style, styles.bold), styles.said(style, styles.sizes)
    bold, size = bold if own is None else own, points or size
    if (element.text or "").strip() or any((one.tail or "").strip() for one in element):
        yield bold, size
    for one in element:
        if local(one) in ("span", "a"):
            yield from _runs(one, bold, size, styles)
