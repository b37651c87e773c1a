"""Headings that only look so: where no style makes any, short paragraphs that are bold or larger than the text."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from rag.documents.loaders.docx.styles import Styles
from rag.documents.office.package import attribute, child, descendants, is_on, local, value
from rag.documents.text import one_line

LONGEST = 100  # characters of a heading
LARGER = 4  # half points
MOST = 0.4  # of all paragraphs: a text that is bold throughout has no headings
DEEPEST = 6
USUAL = 22  # half points, where nothing says it


def faked_headings(body: etree._Element, styles: Styles) -> dict[etree._Element, int]:
    """Levels of paragraphs that are headings by their looks, the largest letters outermost; none where styles make headings."""
    paragraphs = [
        (one, text)
        for one in body
        if local(one) == "p"
        and (text := one_line("".join(t.text or "" for t in descendants(one, "t"))))
    ]
    sizes: Counter[int] = Counter()
    looks: list[tuple[bool, int]] = []
    for one, text in paragraphs:
        style = styles.get(value(child(one, "pPr", "pStyle")))
        outline = value(child(one, "pPr", "outlineLvl"))
        if (style.level and style.name.lower() != "title") or outline:
            return {}
        runs = [run for run in descendants(one, "r") if any(t.text for t in descendants(run, "t"))]
        bold = all(_is_bold(run, style.bold) for run in runs)
        size = min((_size(run) or style.size or USUAL for run in runs), default=USUAL)
        sizes[size] += len(text)
        looks.append((bold, size))
    usual = sizes.most_common(1)[0][0] if sizes else USUAL
    found = {
        one: size
        for (one, text), (bold, size) in zip(paragraphs, looks, strict=True)
        if (bold or size >= usual + LARGER) and size >= usual and _is_short(text)
    }
    if len(found) > MOST * len(paragraphs):
        return {}
    levels = {
        size: level for level, size in enumerate(sorted(set(found.values()), reverse=True), 1)
    }
    return {one: min(levels[size], DEEPEST) for one, size in found.items()}


def _is_short(text: str) -> bool:
    ends = text.endswith((".", ",", ";", ":", "!"))
    return len(text) <= LONGEST and not ends and any(map(str.isalpha, text))


def _is_bold(run: etree._Element, otherwise: bool) -> bool:
    said = child(run, "rPr", "b")
    return otherwise if said is None else is_on(said)


def _size(run: etree._Element) -> int:
    said = attribute(child(run, "rPr", "sz"), "val") or ""
    return int(said) if said.isdecimal() else 0
