"""Markdown (CommonMark with tables, footnotes and definition lists), rendered and then read as HTML is."""

from __future__ import annotations

from lxml import etree
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from rag.documents.aligned import in_lines
from rag.documents.document import Document
from rag.documents.loaders.markdown.dialects import as_markdown
from rag.documents.loaders.markdown.front import divided
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer

_SHOWN = ("title", "description", "summary", "subtitle", "abstract", "excerpt", "intro")
"""Fields that the reader of a site sees on the page."""


def load(source: Source) -> Document:
    """The rendered page; what its front matter says becomes metadata, and where the page itself does
    not say them, title and description stand above it."""
    notes: list[str] = []
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")
    fields, body = divided(text, notes)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin)
    root = parse(parser.render(as_markdown(body, fields)))
    page = one_line("".join(root.itertext()))
    writer = Writer()
    title = fields.get("title", "")
    if title and (root.find(".//h1") is None or not page):
        writer.heading(1, title)
    own = root.find(".//h1")
    for name in reversed(_SHOWN[1:]):
        if (said := one_line(fields.get(name, ""))) and said not in page:
            _below(own, said, root)
    if not page:
        for name, value in fields.items():
            if name not in _SHOWN:
                writer.line(f"{name}: {value}")
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


def _below(heading: etree._Element | None, said: str, root: etree._Element) -> None:
    """A paragraph below the title of a page, or above all of it."""
    paragraph = etree.Element("p")
    paragraph.text = said
    body = root.find("body")
    if heading is not None:
        heading.addnext(paragraph)
    else:
        (root if body is None else body).insert(0, paragraph)
