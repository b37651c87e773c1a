"""reStructuredText, rendered by docutils and then read as HTML is."""

from __future__ import annotations

from docutils.core import publish_parts

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer

# A document is data: it may not include other files, embed raw HTML or read a config file.
_SAFE = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "initial_header_level": 2,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "smart_quotes": False,
}


def load(source: Source) -> Document:
    """The rendered page; its first heading is its title."""
    parts = publish_parts(source.text(), writer="html5", settings_overrides=_SAFE)
    writer = Writer()
    write(parse(parts["html_body"]), writer, links=True)
    return writer.document("rst", title=parse(parts["title"] or "<p>").text_content())
