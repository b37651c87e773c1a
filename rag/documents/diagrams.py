"""Outlines, mind maps and diagrams: things with words on them, in each other or tied to each other. OPML,
FreeMind and draw.io are XML, XMind and Visio are packages, Excalidraw and Obsidian's canvas are JSON."""

from __future__ import annotations

import base64
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.office.package import attribute, child, children, descendants, local, parse_xml
from rag.documents.source import Source, open_zip
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


def load(source: Source) -> Document:
    """The words of a diagram.

    Raises:
        LoadError: it is damaged, or none of its kind.
    """
    writer = Writer()
    try:
        if source.data.startswith(b"PK"):
            with open_zip(source) as package:
                _package(package, writer)
        else:
            _drawn(json.loads(source.text()), writer)
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise LoadError(f"it is no diagram, or damaged ({type(error).__name__})") from None
    return writer.document("diagram")


def _write(things: Iterable[Thing], writer: Writer) -> None:
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


def _ties(ties: Iterable[tuple[str, str, str]], writer: Writer) -> None:
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

    _write(map(thing, children(child(tree, "body"), "outline")), writer)


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

    _write(map(thing, children(tree, "node")), writer)


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
    _write(shapes, writer)
    ties = ((_drawn_as(one), on_arrows[number]) for number, one in arrows.items())
    _ties(((labels.get(one.get("source"), ""), labels.get(one.get("target"), ""), " ".join(text))
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
    try:
        packed = base64.b64decode(text)
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MOST_UNPACKED)
    except (ValueError, zlib.error):
        raise LoadError(
            "a page of the diagram is packed in a way that is not known; save it uncompressed"
        ) from None
    return parse_xml(unquote(data.decode("utf-8", "replace")).encode())


def _package(package: zipfile.ZipFile, writer: Writer) -> None:
    names = set(package.namelist())
    if "content.json" in names:
        for sheet in json.loads(package.read("content.json")):
            writer.heading(2, sheet.get("title") or "")
            _write([_topic(sheet["rootTopic"])], writer)
            _write(
                (Thing(tie.get("title") or "") for tie in sheet.get("relationships", [])), writer
            )
    elif "content.xml" in names:
        for sheet in descendants(parse_xml(package.read("content.xml")), "sheet"):
            writer.heading(2, _said(sheet, "title"))
            _write(map(_topic_xml, children(sheet, "topic")), writer)
            _write(
                (Thing(_said(tie, "title")) for tie in descendants(sheet, "relationship")), writer
            )
    elif pages := sorted((n for n in names if _VISIO.fullmatch(n)), key=_number):
        titles = [attribute(one, "Name") or "" for one in _visio_pages(package)]
        for number, name in enumerate(pages):
            writer.page(number + 1, titles[number] if number < len(titles) else "")
            writer.heading(2, titles[number] if number < len(titles) else "")
            tree = parse_xml(package.read(name))
            _write(
                (Thing(one_line("".join(t.itertext()))) for t in descendants(tree, "Text")), writer
            )
    else:
        raise LoadError("there is no diagram in it")


_VISIO = re.compile(r"visio/pages/page\d+\.xml")


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name) or 0)


def _visio_pages(package: zipfile.ZipFile) -> list[etree._Element]:
    try:
        return list(descendants(parse_xml(package.read("visio/pages/pages.xml")), "Page"))
    except KeyError:
        return []


def _said(element: etree._Element, *path: str) -> str:
    found = child(element, *path)
    return one_line("".join(found.itertext())) if found is not None else ""


def _topic(topic: Mapping[str, Any]) -> Thing:
    """A topic of XMind, and all that hangs on it, lies beside it or sums it up."""
    note = ((topic.get("notes") or {}).get("plain") or {}).get("content") or ""
    inside = [_topic(one) for kind in (topic.get("children") or {}).values() for one in kind]
    bounds = [one.get("title") or "" for one in topic.get("boundaries") or []]
    return Thing(
        topic.get("title") or "", [*topic.get("labels", []), *note.splitlines(), *bounds], inside
    )


def _topic_xml(topic: etree._Element) -> Thing:
    """The same of XMind before 2020."""
    labels = [
        one_line("".join(one.itertext())) for one in descendants(child(topic, "labels"), "label")
    ]
    inside = [
        t
        for group in children(child(topic, "children"), "topics")
        for t in children(group, "topic")
    ]
    return Thing(
        _said(topic, "title"),
        [*labels, _said(topic, "notes", "plain")],
        list(map(_topic_xml, inside)),
    )


def _drawn(data: Any, writer: Writer) -> None:
    """Excalidraw's elements, or the cards of a canvas: from top to bottom, from left to right."""
    shapes = [
        one for one in data.get("elements") or data.get("nodes") or [] if not one.get("isDeleted")
    ]  # fmt: skip
    shapes.sort(key=lambda one: (one.get("y") or 0, one.get("x") or 0))
    labels = {one.get("id"): _label(one) for one in shapes}
    _write((Thing(text) for text in labels.values()), writer)
    edges = data.get("edges") or []
    _ties(((labels.get(e.get("fromNode"), ""), labels.get(e.get("toNode"), ""), e.get("label") or "")
           for e in edges), writer)  # fmt: skip


def _label(shape: Mapping[str, Any]) -> str:
    for name in ("originalText", "text", "label", "name", "file", "url"):
        if isinstance(shape.get(name), str) and shape[name].strip():
            return str(shape[name])
    return ""


WRITERS: dict[str, Callable[[etree._Element, Writer], None]] = {
    "opml": write_opml, "map": write_freemind, "mxfile": write_drawio, "mxGraphModel": write_drawio,
}  # fmt: skip
"""By the roots of those that are XML."""
