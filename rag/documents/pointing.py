"""What a page says in attributes: to who points at a thing (``title``), of pictures that are drawn (``aria-label``),
in fields, lists to choose from and gauges."""

from __future__ import annotations

from lxml import etree

from rag.documents import svg
from rag.documents.text import one_line

MOST_OPTIONS = (
    30  # of a list to choose from; longer ones are countries, years, sizes: of these one is shown
)
WORDS_OF_LINK = 4  # words from which on what is said of a link is more than where it leads
LONGEST_TOOLTIP = 500  # characters
MOST_LOOKED_AT = 2_000_000  # characters of texts that are held against what is said of them
_NO_TOOLTIP = frozenset("html head body main img svg iframe link style button select".split())


class Tooltips:
    """What is said of the things of one page to who points at them."""

    def __init__(self) -> None:
        self._room = MOST_LOOKED_AT

    def of(self, tag: str, element: etree._Element) -> str:
        """What stands behind the text of an element: what is said of it and is not in it; "" for nothing."""
        title = element.get("title")
        if not title or tag in _NO_TOOLTIP or self._room <= 0:
            return ""
        said = one_line(title)[:LONGEST_TOOLTIP]
        text = one_line("".join(element.itertext()))
        self._room -= len(text)
        if not any(map(str.isalnum, text)) or said.casefold() in text.casefold():
            return ""
        if tag == "a" and (
            len(said.split()) < WORDS_OF_LINK or (element.get("href") or "#").startswith("#")
        ):
            return ""
        return f" ({said})" if any(map(str.isalnum, said)) else ""


def drawn(tag: str, element: etree._Element) -> str | None:
    """What stands for an element that is drawn by its attributes: the label of a picture, the value of a
    gauge, the entries of a list to choose from. None: its text is what it says."""
    if tag == "select":
        return _options(element)
    if tag == "svg":
        return _words(element)
    if tag in ("meter", "progress") and not _says(element):
        value, most = element.get("value"), element.get("max")
        return f" {value} of {most} " if value and most else f" {value or ''} "
    if element.get("role") == "img" and not _says(element):
        return f" {element.get('aria-label') or element.get('title') or ''} "
    if tag == "textarea" and not _says(element):
        return f" {element.get('placeholder') or ''} "
    return None


def field(element: etree._Element) -> str:
    """What a field of a form holds, or is ticked; "" for what holds nothing to be seen."""
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "[x] " if element.get("checked") is not None else "[ ] "
    if kind in ("text", "email", "tel", "number", "date", "url", "search"):
        return (
            f" {element.get('value') or (kind != 'search' and element.get('placeholder')) or ''} "
        )
    return ""


def _words(drawing: etree._Element) -> str:
    """The words of a drawing; of one without only what it is called, and not if it is there for looks."""
    if next(drawing.iter("text", "{*}text", "foreignobject"), None) is not None:
        return f" {' '.join(svg.words(drawing))} "
    said = drawing.get("aria-label") or (drawing.get("role") == "img" and drawing.findtext("title"))
    return f" {one_line(said)} " if said else ""


def _says(element: etree._Element) -> bool:
    return any(map(str.isalnum, "".join(element.itertext())))


def _options(select: etree._Element) -> str:
    """The entries, each group of them under its name; of very many the one that is shown, and how many there are."""
    groups: dict[str, list[str]] = {}
    count, shown = 0, ""
    for one in select.iter("option"):
        above = one.getparent()
        name = (above.get("label") or "") if above is not None and above.tag == "optgroup" else ""
        if said := one_line("".join(one.itertext())) or one_line(one.get("label") or ""):
            groups.setdefault(name, []).append(said)
            count += 1
            if not shown or one.get("selected") is not None:
                shown = said
    if count > MOST_OPTIONS:
        return f" {shown} (one of {count}) "
    said_of = (f"{name}: " if name else "" for name in groups)
    return (
        f" {'; '.join(a + ' / '.join(b) for a, b in zip(said_of, groups.values(), strict=True))} "
    )
