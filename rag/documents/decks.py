"""Slides that are written in Markdown: decks of Marp and Slidev, and pages that make slides of Markdown in
them (reveal.js, remark)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from lxml import etree

from rag.documents.markdown_text import as_html
from rag.documents.markup import parse

_MADE_BY = frozenset("marp slidev routeralias linenumbers highlighter drawings mdc".split())
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_DIRECTIVES = re.compile(r"(?:\s*[_$]?[\w-]+[ \t]*:[^\n]*(?:\n|$))+\s*")
_OWN_FRONT = re.compile(r"^---[ \t]*\n((?:[\w-]+:[^\n]*\n)+)---[ \t]*$", re.MULTILINE)
_ON_SLIDE = re.compile(r"^(?:author|subtitle|caption):[ \t]*(\S.*)$", re.MULTILINE)
_SLOT = re.compile(r"^::[\w-]+::[ \t]*$", re.MULTILINE)  # where on a slide what follows stands
_BEHIND = re.compile(r"!\[bg\b[^\[\]]*\]\([^()]*\)")  # a picture behind a slide
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_NEXT = re.compile(r"^[ \t]*-{2,5}[ \t]*$", re.MULTILINE)
_NOTES = re.compile(
    r"^[ \t]*(?:speaker[ \t]+)?notes?:[ \t]*|^\?\?\?[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_PROPERTIES = re.compile(
    r"\s*(?:(?:class|name|layout|template|count|exclude|background-[\w-]+):[^\n]*\n)+"
)
_CLASSED = re.compile(r"\.[\w-]+(?:\.[\w-]+)*\[([^\[\]]*)\]")


def is_deck(fields: Mapping[str, str], body: str) -> bool:
    """Whether a page is slides: its front matter says so, or has a theme while rules divide the page."""
    if not _MADE_BY.isdisjoint(fields):
        return True
    return "theme" in fields and (_SLOT.search(body) or _OWN_FRONT.search(body)) is not None


def deck_as_markdown(text: str, fields: Mapping[str, str]) -> str:
    """A deck with what its speaker sees, and with what stands on all of its slides, once."""
    code = [found.span() for found in _FENCED.finditer(text)]

    def note(found: re.Match[str]) -> str:
        said = found[1].strip()
        if any(begin <= found.start() < end for begin, end in code):
            return found[0]
        return "" if not said or _DIRECTIVES.fullmatch(said) else f"\n\nNotes: {said}\n\n"

    text = _COMMENT.sub(note, text)
    text = (
        _BEHIND.sub("", text) if "marp" in fields else _SLOT.sub("", _OWN_FRONT.sub(_front, text))
    )
    edges = [fields[name] for name in ("header", "footer") if fields.get(name)]
    return "\n\n".join([text, *edges])


def _front(found: re.Match[str]) -> str:
    """What the front matter of one slide shows: whom it quotes."""
    said = [text.strip("'\" ") for text in _ON_SLIDE.findall(found[1])]
    return "\n\n".join(["---", *said, ""])


def draw_slides(root: etree._Element) -> None:
    """Put slides where their Markdown stands in a page, and say what is for the speaker, and what is hidden."""
    for holder in list(root.iter("script", "textarea", "section")):
        if holder.tag == "section":
            _say(holder)
        elif _is_source(holder):
            slides = "<hr>".join(
                _slide(part) for part in _NEXT.split(textwrap.dedent(holder.text or ""))
            )
            body = parse(slides).find("body")
            if body is not None:
                body.tag, body.tail = "div", holder.tail
                parent = holder.getparent()
                if parent is not None:
                    parent.replace(holder, body)
    for aside in root.iter("aside"):
        if "notes" in (aside.get("class") or "").split():
            first = next((one for one in aside if one.tag == "p"), None)
            told = aside if (aside.text or "").strip() or first is None else first
            told.text = f"Notes: {(told.text or '').lstrip()}"


def _is_source(element: etree._Element) -> bool:
    """Whether a script or a field holds Markdown that the page makes slides of."""
    parent = element.getparent()
    inside = parent is not None and parent.get("data-markdown") is not None
    if element.tag == "textarea":
        return element.get("id") == "source" or (
            inside and element.get("data-template") is not None
        )
    kind = (element.get("type") or "").lower()
    return kind in ("text/markdown", "text/x-markdown") or (inside and kind == "text/template")


def _slide(text: str) -> str:
    """The HTML of a slide, the notes for its speaker below it."""
    shown, *notes = _NOTES.split(_PROPERTIES.sub("", text, count=1), maxsplit=1)
    html = as_html(_CLASSED.sub(r"\1", shown))
    return html + "".join(f'<aside class="notes">{as_html(note)}</aside>' for note in notes)


def _say(section: etree._Element) -> None:
    """Say of a slide that it is hidden, at its first heading."""
    if section.get("data-visibility") != "hidden":
        return
    heading = next(section.iter("h1", "h2", "h3", "h4"), None)
    if heading is None:
        heading = etree.Element("p")
        section.insert(0, heading)
    last = heading[-1] if len(heading) else None
    if last is not None:
        last.tail = f"{last.tail or ''} (hidden slide)"
    else:
        heading.text = f"{heading.text or ''} (hidden slide)"
