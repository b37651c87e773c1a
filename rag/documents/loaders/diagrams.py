"""Mind maps and diagrams that are packages (XMind, Visio) or JSON (Excalidraw, Obsidian's canvas)."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from lxml import etree

from rag.documents.diagrams import Thing, write_things, write_ties
from rag.documents.document import Document
from rag.documents.office.package import attribute, child, children, descendants, parse_xml
from rag.documents.source import Source, open_zip
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError


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


def _package(package: zipfile.ZipFile, writer: Writer) -> None:
    names = set(package.namelist())
    if "content.json" in names:
        for sheet in json.loads(package.read("content.json")):
            writer.heading(2, sheet.get("title") or "")
            write_things([_topic(sheet["rootTopic"])], writer)
            write_things(
                (Thing(tie.get("title") or "") for tie in sheet.get("relationships", [])), writer
            )
    elif "content.xml" in names:
        for sheet in descendants(parse_xml(package.read("content.xml")), "sheet"):
            writer.heading(2, _said(sheet, "title"))
            write_things(map(_topic_xml, children(sheet, "topic")), writer)
            write_things(
                (Thing(_said(tie, "title")) for tie in descendants(sheet, "relationship")), writer
            )
    elif pages := sorted((n for n in names if _VISIO.fullmatch(n)), key=_number):
        titles = [attribute(one, "Name") or "" for one in _visio_pages(package)]
        for number, name in enumerate(pages):
            writer.page(number + 1, titles[number] if number < len(titles) else "")
            writer.heading(2, titles[number] if number < len(titles) else "")
            tree = parse_xml(package.read(name))
            write_things(
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
    write_things((Thing(text) for text in labels.values()), writer)
    edges = data.get("edges") or []
    write_ties(((labels.get(e.get("fromNode"), ""), labels.get(e.get("toNode"), ""), e.get("label") or "")
           for e in edges), writer)  # fmt: skip


def _label(shape: Mapping[str, Any]) -> str:
    for name in ("originalText", "text", "label", "name", "file", "url"):
        if isinstance(shape.get(name), str) and shape[name].strip():
            return str(shape[name])
    return ""
