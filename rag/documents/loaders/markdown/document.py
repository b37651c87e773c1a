"""Markdown (CommonMark with tables, footnotes and definition lists), rendered and then read as HTML is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from rag.documents.aligned import in_lines
from rag.documents.decks import deck_as_markdown, is_deck
from rag.documents.document import Document
from rag.documents.loaders.markdown.dialects import as_markdown, snippets
from rag.documents.loaders.markdown.front import divided, lists
from rag.documents.markdown_text import as_html
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.told import counted
from rag.documents.writer import Writer

_SAID = re.compile(r"\*\*(.+?)\*\*")  # the texts of tags, as they stand in Markdown
_SHOWN = ("title", "description", "summary", "subtitle", "abstract", "excerpt", "intro")
"""Fields that the reader of a site sees on the page."""


def load(source: Source) -> Document:
    """The rendered page; what its front matter says becomes metadata, and where the page itself does
    not say them, title and description stand above it."""
    return _page(source, as_html)


def load_template(source: Source) -> Document:
    """A page in HTML with tags of a template, as Markdown with such tags is read."""
    return _page(source, lambda text: _SAID.sub(r"<p>\1</p>", text))


def _page(source: Source, render: Callable[[str], str]) -> Document:
    notes: list[str] = []
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")
    fields, body = divided(text, notes)
    if is_deck(fields, body):
        body = deck_as_markdown(body, fields)
    loops = lists(text) if "{%" in body else {}
    root = parse(render(as_markdown(body, fields, loops)))
    page = one_line("".join(root.itertext()))
    writer = Writer()
    title = fields.get("title", "")
    if title and (root.find(".//h1") is None or not page):
        writer.heading(1, title)
    own = root.find(".//h1")
    for said in filter(
        None, (_also_called(fields), *(fields.get(name) for name in reversed(_SHOWN[1:])))
    ):
        if (said := one_line(said)) not in page:
            _below(own, said, root)
    if not page:
        for name, value in fields.items():
            if name not in _SHOWN:
                writer.line(f"{name}: {value}")
    if count := snippets(body):
        said = counted(count, "place")
        notes.append(f"{said} where other files are put in: they are read where they lie")
    notes.extend(write(root, writer, links=True))
    document = writer.document(
        "markdown",
        title=fields.pop("title", ""),
        author=fields.pop("author", ""),
        date=fields.pop("date", ""),
        metadata=fields,
        notes=notes,
    )
    return in_lines(document, text)


def _also_called(fields: Mapping[str, str]) -> str:
    """Other names of a note; on a site they are addresses that lead to it."""
    names = fields.get("aliases") or fields.get("alias") or ""
    return f"Also called: {names}" if names.strip() and "/" not in names else ""


def _below(heading: etree._Element | None, said: str, root: etree._Element) -> None:
    """A paragraph below the title of a page, or above all of it."""
    paragraph = etree.Element("p")
    paragraph.text = said
    body = root.find("body")
    if heading is not None:
        heading.addnext(paragraph)
    else:
        (root if body is None else body).insert(0, paragraph)
