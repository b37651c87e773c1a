"""A page's tree as browsers show it: what stands in attributes and elsewhere in the source is brought to
where a reader of the page sees it, before anything is read of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html import escape
from urllib.parse import unquote_to_bytes

from lxml import etree

from rag.documents.drawn_tables import draw_tables
from rag.documents.encoding import decode
from rag.documents.html_parts import CONTROL, MARKER
from rag.documents.readings import Readings
from rag.documents.text import one_line
from rag.errors import LoadError

DEEPEST = 4  # pages in frames of pages
_PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/plain")
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_WORD_LIST = re.compile(r"mso-list:\s*\w+\s+level([1-9])", re.IGNORECASE)
_HANGING = re.compile(r"text-indent:\s*-", re.IGNORECASE)
_PADDING = 'font:7.0pt"timesnewroman"'
_MARGIN = re.compile(r"margin-left:\s*(\d+(?:\.\d+)?)pt", re.IGNORECASE)
_STEP = 36  # points that Word indents each level of a list by
LONGEST_NUMBER = 12  # characters of the number of an item

Frame = Callable[[str], str | None]
"""The HTML of the page at an address, where the file brings it along."""


def parse(markup: str) -> etree._Element:
    """A tree from any HTML, however broken. Entities and DTDs are never fetched."""
    # Not by lxml.html, whose elements are of classes of their own: each costs a call of Python.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    markup = CONTROL.sub("", markup)
    end = _END.search(markup)
    if end and not markup[end.end() :].isspace():  # the parser would drop what browsers still show
        markup = _END.sub("", markup)
    data = markup.encode("utf-8", errors="replace")
    root = etree.fromstring(data or b"<p></p>", parser)
    if root is None:
        raise LoadError("there is nothing in it")
    return root


def show(root: etree._Element, frame: Frame | None = None) -> None:
    """Bring frames, shadow trees, feet of tables and readings of ruby to where they are shown; ``frame``
    gives the pages that a file brings along for its frames."""
    _frames(root, frame, 0)
    for template in list(root.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            _shadow(template)
    draw_tables(root)
    for foot in list(root.iter("tfoot")):
        table = foot.getparent()
        if table is not None and foot.getnext() is not None:
            table.append(foot)
    _word_lists(root)
    _readings(root)


def _word_lists(root: etree._Element) -> None:
    """Items of lists in pages of Word are paragraphs, in which the number stands as text to be passed over; in those
    that it saves "filtered" only the space behind the number tells."""
    for one in root.iter("p"):
        found = _WORD_LIST.search(one.get("style") or "")
        if not found and _HANGING.search(one.get("style") or ""):
            _filtered_item(one)
        ignored = next((s for s in one.iter("span") if "mso-list:ignore" in _bare(s)), None)
        if not found or ignored is None:
            continue
        _number(one, one_line("".join(ignored.itertext())), int(found[1]))
        ignored.text = None
        del ignored[:]


def _number(paragraph: etree._Element, number: str, level: int) -> None:
    """Make an item of a list of a paragraph."""
    bullet = len(number) < 2 or not any(map(str.isalnum, number))
    paragraph.set(MARKER, "  " * (level - 1) + ("- " if bullet else f"{number} "))
    paragraph.tag = "li"


def _filtered_item(paragraph: etree._Element) -> None:
    """A paragraph that hangs, and begins with a number, or a bullet, and spaces that are set in small letters."""
    pad = next((s for s in paragraph.iter("span") if _PADDING in _bare(s).replace("'", '"')), None)
    if pad is None or "".join(pad.itertext()).strip():
        return
    parts = [(paragraph, "text")]  # what stands before it
    for one in paragraph.iterdescendants():
        if one is pad:
            break
        parts.append((one, "text"))
        if pad not in one.iterdescendants():
            parts.append((one, "tail"))
    number = one_line("".join(getattr(part, name) or "" for part, name in parts))
    if 0 < len(number) <= LONGEST_NUMBER:
        margin = _MARGIN.search(paragraph.get("style") or "")
        _number(paragraph, number, max(1, round(float(margin[1]) / _STEP)) if margin else 1)
        for part, name in parts:
            setattr(part, name, None)


def _bare(element: etree._Element) -> str:
    return "".join((element.get("style") or "").lower().split())


def _frames(root: etree._Element, frame: Frame | None, depth: int) -> None:
    shown = frame is not None
    for one in list(root.iter("iframe", "frame", "object", "embed")):
        address = one.get("src") or one.get("data") or ""
        html = one.get("srcdoc") or _in_address(address) or (frame(address) if frame else None)
        if html and html.strip() and depth < DEEPEST:
            inner = parse(html)
            _frames(inner, frame, depth + 1)
            body = inner.find("body")
            _replace(one, body if body is not None else inner)
            shown = shown or one.tag == "frame"
    for one in list(root.iter("noframes")):  # its markup is read as text
        if shown:
            one.text = ""
        else:
            _replace(one, parse(one.text or ""))


def _in_address(address: str) -> str | None:
    """The page that an address holds itself ("data:text/html,..."); None where it is another."""
    kind, data = data_of(address)
    if not data or kind not in _PAGES:
        return None
    try:
        text = decode(data)
    except LoadError:  # it is no text
        return None
    return f"<pre>{escape(text)}</pre>" if kind == "text/plain" else text


def data_of(address: str) -> tuple[str, bytes]:
    """The media type of an address that holds its data itself, and the data; ("", b"") for another.

    >>> data_of("data:text/plain;charset=utf-8;base64,SGk=")
    ('text/plain', b'Hi')
    """
    head, comma, body = address.partition(",")
    if not comma or head[:5].lower() != "data:":
        return "", b""
    data = unquote_to_bytes(body)
    try:
        if head.lower().rstrip().endswith(";base64"):
            data = base64.b64decode(data)
    except ValueError:
        return "", b""
    return head[5:].partition(";")[0].strip().lower() or "text/plain", data


def _replace(element: etree._Element, by: etree._Element) -> None:
    """Put another element, as a block, where one stands."""
    by.tag, by.tail = "div", element.tail
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, by)


def _shadow(template: etree._Element) -> None:
    """A declarative shadow tree is shown in place of its host's own content, which stands in its slots."""
    host = template.getparent()
    if host is None:
        return
    light = [one for one in host if one is not template]
    slots = {slot.get("name") or "": slot for slot in template.iter("slot")}
    for one in light:
        slot = slots.get((one.get("slot") or "") if isinstance(one.tag, str) else "")
        if slot is not None:
            slot.append(one)
    template.tag = "div"


def _readings(root: etree._Element) -> None:
    """How letters are read stands behind the page, and their words stay whole: a note on each letter would
    cut them in pieces."""
    found = Readings()
    for ruby in root.iter("ruby"):
        above = "".join("".join(one.itertext()) for one in ruby.iter("rt"))
        base = (ruby.text or "") + "".join(map(_base, ruby))
        found.add(base, above)
    if found.found:
        body = root.find("body")
        said = etree.SubElement(root if body is None else body, "p")
        said.text = found.line()


def _base(part: etree._Element) -> str:
    """The letters that a part of a ruby has below their reading, and what follows it."""
    read = part.tag in ("rt", "rp", "rtc") or not isinstance(part.tag, str)
    inner = "" if read else (part.text or "") + "".join(map(_base, part))
    return inner + (part.tail or "")
