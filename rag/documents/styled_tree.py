"""A page's tree as its styles show it: texts that they write, signs of symbol fonts, boxes that are ticked, what is
struck out, words that they set apart. All that is put into the tree, for whoever reads no styles."""

from __future__ import annotations

from lxml import etree

from rag.documents.generated import generate
from rag.documents.set_apart import set_apart
from rag.documents.struck import mark_struck
from rag.documents.style_sheets import Styles
from rag.documents.symbol_fonts import as_shown, is_symbolic
from rag.documents.ticked import boxes

MOST_LETTERS = 12  # in a piece of text that is signs
MOST_BESIDE = 20  # elements that are looked at for what stands before a sign
_BULLETS = "•▪■●○◦◆◇❖➢⇒→▶·"
_NO_SIGNS = ("pre", "code", "svg", "math", "script", "style")
_BLOCKS = frozenset("p li div td th dd dt h1 h2 h3 h4 h5 h6 body".split())


def style(root: etree._Element) -> list[str]:
    """Put into a page's tree what its styles say of its text; notes on what was not."""
    styles = Styles(root)  # before anything is put in, by which selectors would find other elements
    notes = generate(root)
    _signs(root, styles)
    boxes(root)
    mark_struck(root, styles)
    set_apart(root, styles)
    return notes


def _signs(root: etree._Element, styles: Styles) -> None:
    """The letters of symbol fonts as the signs that they paint. A bullet that a paragraph begins with is none of
    its text."""
    fonts = {one: styles.of(one, "font") for one in styles.having("font")}
    fonts |= {one: one.get("face") or "" for one in root.iter("font") if one.get("face")}
    for element, font in fonts.items():
        if not is_symbolic(font) or next(element.iterancestors(*_NO_SIGNS), None) is not None:
            continue
        if sum(map(str.isalpha, "".join(element.itertext()))) > MOST_LETTERS:
            continue  # whoever wrote so much meant words
        first = True
        waiting = [element]
        while waiting:
            one = waiting.pop()
            if one is not element and one in fonts:
                continue
            for part, name in ((one, "text"), *((inner, "tail") for inner in one)):
                if text := getattr(part, name):
                    setattr(part, name, _sign(text, font, first and _begins(element)))
                    first = first and not text.strip()
            waiting.extend(inner for inner in one if isinstance(inner.tag, str))


def _sign(text: str, font: str, begins: bool) -> str:
    shown = as_shown(text, font)
    return shown.strip(_BULLETS) if begins and not shown.strip(f" \xa0{_BULLETS}") else shown


def _begins(element: etree._Element) -> bool:
    """Whether nothing stands before an element in its paragraph."""
    while element.tag not in _BLOCKS and (above := element.getparent()) is not None:
        if (above.text or "").strip():
            return False
        for count, before in enumerate(element.itersiblings(preceding=True)):
            said = (before.tail or "").strip() or any(part.strip() for part in before.itertext())
            if said or count > MOST_BESIDE:
                return False
        element = above
    return True
