"""Lists of links that only repeat the headings of their page: its table of contents.

The headings themselves follow, so that nothing is lost without it; with it, the list is what is most like
any question about the page, and answers none.
"""

from __future__ import annotations

import re

from lxml import etree

from rag.documents.html_parts import HEADINGS, local
from rag.words import normalise

FEWEST = 3  # links
LINKED = 0.9  # share of the list's text that is links
REPEATED = 0.8  # share of the links that are headings of the page
TITLE = 40  # characters of what is written above it: "Contents", "On this page"
_NUMBER = re.compile(r"^\W*(?:\d+[.)]?)+\s+")
_OF_LISTS = frozenset(
    ("ul", "ol", "li")
)  # a list in one of these is looked at with it, however deep
_WRAPPERS = frozenset(("div", "nav", "details", "aside", "section"))


def tables_of_contents(root: etree._Element) -> set[etree._Element]:
    """The elements to leave out: each list, with what is around it or above it and of it alone."""
    headings = {_key(_text(one)) for one in root.iter(*HEADINGS, "summary")}
    if len(headings) < FEWEST:
        return set()
    found: set[etree._Element] = set()
    for element in root.iter("ul", "ol"):
        above = element.getparent()
        inner = above is not None and local(above) in _OF_LISTS
        if not inner and _repeats(element, headings):
            whole = _wrapper(element)
            found.add(whole)
            if (title := _title(whole)) is not None:
                found.add(title)
    return found


def _repeats(element: etree._Element, headings: set[str]) -> bool:
    links = [_text(one) for one in element.iter("a") if one.get("href")]
    if len(links) < FEWEST or _letters(" ".join(links)) < LINKED * _letters(_text(element)):
        return False
    known = sum(_key(link) in headings for link in links)
    return known >= max(FEWEST, REPEATED * len(links))


def _wrapper(element: etree._Element) -> etree._Element:
    """The outermost element that holds little else than the list."""
    length = len(_text(element))
    while (above := element.getparent()) is not None and local(above) in _WRAPPERS:
        if len(_text(above)) > length + TITLE:
            break
        element = above
    return element


def _title(element: etree._Element) -> etree._Element | None:
    """The heading above, where nothing would be left of its section."""
    title, after = element.getprevious(), element.getnext()
    if title is None or local(title) not in HEADINGS or len(_text(title)) > TITLE:
        return None
    if after is not None and not (
        local(after) in HEADINGS and HEADINGS[local(after)] <= HEADINGS[local(title)]
    ):
        return None
    return title


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _letters(text: str) -> int:
    return len(text) - text.count(" ")


def _key(text: str) -> str:
    return normalise(_NUMBER.sub("", text))
