"""Outlines, mind maps and diagrams: things with words on them, in each other or tied to each other; those that
are XML (OPML, FreeMind, draw.io)."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from rag.documents.markup import parse, write
from rag.documents.office.package import child, children, descendants, local, parse_xml
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError

DEEPEST = 60  # things in things that are indented; deeper ones stand at that level
MOST_UNPACKED = 50_000_000  # characters of one page of draw.io
_MARKUP = re.compile(r"<[a-zA-Z/][^<>]*>|&(?:#?\w+);")


@dataclass(slots=True)
class Thing:
    """A topic, a shape: what stands on it, what is noted of it, and what is in it."""

    text: str
    notes: list[str] = field(default_factory=list)
    inside: list[Thing] = field(default_factory=list)


def write_things(things: Iterable[Thing], writer: Writer) -> None:
    """Things as a list, those in a thing below it, without recursion."""
    writer.break_()
    stack = [(one, 0) for one in reversed(list(things))]
    while stack:
        thing, level = stack.pop()
        indent = "  " * min(level, DEEPEST)
        if text := _plain(thing.text):
            writer.line(f"{indent}- {text}")
        for note in filter(None, map(_plain, thing.notes)):
            writer.line(f"{indent}  {note}")
        stack.extend((one, level + bool(text)) for one in reversed(thing.inside))
    writer.break_()


def _plain(text: str) -> str:
    """The text of a label, which may be HTML."""
    if _MARKUP.search(text):
        inner = Writer()
        write(parse(f"<div>{text}</div>"), inner)
        text = inner.document("html").text
    return one_line(text)


def write_ties(ties: Iterable[tuple[str, str, str]], writer: Writer) -> None:
    """Arrows, with what stands on them: (from, to, words)."""
    writer.break_()
    for begin, end, words in ties:
        ends = " → ".join(filter(None, (_plain(begin), _plain(end))))
        if said := _plain(words):
            writer.line(f"{ends}: {said}" if ends else said)
        elif "→" in ends:
            writer.line(ends)
    writer.break_()


def write_opml(tree: etree._Element, writer: Writer) -> None:
    """An outline: what stands on its items, the notes below them."""
    writer.heading(1, "".join(t.text or "" for t in descendants(child(tree, "head"), "title")))

    def thing(one: etree._Element) -> Thing:
        said = dict(one.attrib)
        text = said.pop("text", "") or said.get("title", "")
        said.pop("title", None)
        note = said.pop("_note", "")
        address = next((said[k] for k in ("url", "htmlUrl", "xmlUrl") if said.get(k)), "")
        more = [f"{k.strip('_')}: {v}" for k, v in said.items() if v and k not in _OPML_OWN]
        text = f"{text} ({address})" if address else text
        return Thing(
            text, [*note.splitlines(), *more], [thing(i) for i in children(one, "outline")]
        )

    write_things(map(thing, children(child(tree, "body"), "outline")), writer)


_OPML_OWN = frozenset(
    "url htmlUrl xmlUrl type created isComment isBreakpoint version language".split()
)


def write_freemind(tree: etree._Element, writer: Writer) -> None:
    """A mind map: its nodes, notes, attributes, and the words on its arrows."""

    def rich(one: etree._Element, *kinds: str) -> list[str]:
        found = [r for r in children(one, "richcontent") if (r.get("TYPE") or "").upper() in kinds]
        return ["; ".join(filter(None, map(one_line, _blocks(r)))) for r in found]

    def thing(one: etree._Element) -> Thing:
        text = one.get("TEXT") or " ".join(rich(one, "NODE"))
        notes = rich(one, "NOTE", "DETAILS")
        notes += [f"{a.get('NAME')}: {a.get('VALUE')}" for a in children(one, "attribute")]
        arrows = [a.get(f"{end}_LABEL") for a in children(one, "arrowlink") for end in _ENDS]
        link = one.get("LINK") or ""
        notes += [*filter(None, arrows), *([link] if "://" in link else [])]
        return Thing(text, notes, [thing(i) for i in children(one, "node")])

    write_things(map(thing, children(tree, "node")), writer)


_ENDS = ("SOURCE", "MIDDLE", "TARGET")


def _blocks(element: etree._Element) -> list[str]:
    """The paragraphs of a piece of HTML."""
    found = ["".join(p.itertext()) for p in descendants(element, "p", "li", "pre")]
    return found or ["".join(element.itertext())]


def write_drawio(tree: etree._Element, writer: Writer) -> None:
    """A diagram of draw.io: a page is a section; arrows by what they tie."""
    for page in descendants(tree, "diagram"):
        writer.heading(2, page.get("name") or "")
        inner = page if len(page) else _inflated("".join(page.itertext()))
        if inner is not None:
            _cells(inner, writer)
    if local(tree) == "mxGraphModel":
        _cells(tree, writer)


def _cells(model: etree._Element, writer: Writer) -> None:
    cells = [one for one in descendants(model, *_NAMED, "mxCell") if not _is_named(one.getparent())]
    arrows = {one.get("id"): one for one in cells if _drawn_as(one).get("edge") == "1"}
    labels = {one.get("id"): one.get("value") or one.get("label") or "" for one in cells}
    on_arrows: dict[str | None, list[str]] = {number: [labels[number]] for number in arrows}
    shapes: list[Thing] = []
    for one in cells:
        number, above = one.get("id"), _drawn_as(one).get("parent")
        if above in on_arrows:
            on_arrows[above].append(labels[number])
        elif number not in arrows:
            more = one.attrib.items() if local(one) in _NAMED else ()
            shapes.append(Thing(labels[number], [f"{k}: {v}" for k, v in more if k not in _CELL]))
    write_things(shapes, writer)
    ties = ((_drawn_as(one), on_arrows[number]) for number, one in arrows.items())
    write_ties(((labels.get(one.get("source"), ""), labels.get(one.get("target"), ""), " ".join(text))
           for one, text in ties), writer)  # fmt: skip


_NAMED = ("UserObject", "object")  # around a cell that has more than a label


def _is_named(element: etree._Element | None) -> bool:
    return element is not None and local(element) in _NAMED


def _drawn_as(cell: etree._Element) -> etree._Element:
    inner = child(cell, "mxCell") if local(cell) in _NAMED else cell
    return cell if inner is None else inner


_CELL = frozenset("label id placeholders link style".split())


def _inflated(text: str) -> etree._Element | None:
    """A page that is packed: base64 of deflated text, in which signs are written as in addresses."""
    if not text.strip():
        return None
    try:
        packed = base64.b64decode(text)
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MOST_UNPACKED)
    except (ValueError, zlib.error):
        data = b""
    tree = parse_xml(unquote(data.decode("utf-8", "replace")).encode()) if data else None
    if tree is None:
        raise LoadError(
            "a page of the diagram is packed in a way that is not known; save it uncompressed"
        )
    return tree


WRITERS: dict[str, Callable[[etree._Element, Writer], None]] = {
    "opml": write_opml, "map": write_freemind, "mxfile": write_drawio, "mxGraphModel": write_drawio,
}  # fmt: skip
"""By the roots of those that are XML."""
