"""What paragraphs of a Word document are by themselves: their level as headings, their words, their looks."""

from __future__ import annotations

from lxml import etree

from rag.documents.faked_headings import USUAL, Look, faked_headings
from rag.documents.loaders.docx.styles import Styles
from rag.documents.office.package import attribute, child, descendants, is_on, local, value
from rag.documents.text import one_line


def level(paragraph: etree._Element, styles: Styles) -> int:
    """As a heading, by its own properties or its style; 0 for none."""
    properties = child(paragraph, "pPr")
    outline = value(child(properties, "outlineLvl"))
    if outline is not None and outline.isdigit():
        return int(outline) + 1 if int(outline) < 9 else 0
    return styles.get(value(child(properties, "pStyle"))).level


def words(paragraph: etree._Element) -> str:
    """Its text in one line, without what hangs on it."""
    return one_line("".join(t.text or "" for t in descendants(paragraph, "t")))


def looked_like(body: etree._Element, styles: Styles) -> dict[etree._Element, int]:
    """Levels of paragraphs that are headings by their looks; none where styles make headings, be they one more than a title."""
    paragraphs = [one for one in body if local(one) == "p" and words(one)]
    if any(level(one, styles) and not _is_title(one, styles) for one in paragraphs):
        return {}
    found = faked_headings([_look(one, styles) for one in paragraphs])
    return {paragraphs[at]: depth for at, depth in found.items()}


def _is_title(paragraph: etree._Element, styles: Styles) -> bool:
    return styles.get(value(child(paragraph, "pPr", "pStyle"))).name.lower() == "title"


def _look(paragraph: etree._Element, styles: Styles) -> Look:
    style = styles.get(value(child(paragraph, "pPr", "pStyle")))
    runs = [
        run for run in descendants(paragraph, "r") if any(t.text for t in descendants(run, "t"))
    ]
    bold = all(_is_bold(run, style.bold) for run in runs)
    size = min((_size(run) or style.size or USUAL for run in runs), default=USUAL)
    return Look(words(paragraph), bold, size)


def _is_bold(run: etree._Element, otherwise: bool) -> bool:
    said = child(run, "rPr", "b")
    return otherwise if said is None else is_on(said)


def _size(run: etree._Element) -> int:
    said = attribute(child(run, "rPr", "sz"), "val") or ""
    return int(said) if said.isdecimal() else 0
