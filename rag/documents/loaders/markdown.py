"""Markdown (CommonMark with tables), rendered and then read as HTML is."""

from __future__ import annotations

from typing import Any

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from rag.documents.document import Document
from rag.documents.encoding import decode
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer


def load(source: Source) -> Document:
    """The rendered page; what its YAML front matter says becomes metadata."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(front_matter_plugin)
    tokens = parser.parse(decode(source.data).replace("\r\n", "\n"))
    front: dict[str, Any] = {}
    if tokens and tokens[0].type == "front_matter":
        try:
            loaded = yaml.safe_load(tokens[0].content)
        except yaml.YAMLError:
            loaded = None
        front = loaded if isinstance(loaded, dict) else {}
    writer = Writer()
    write(parse(parser.renderer.render(tokens, parser.options, {})), writer)
    fields = {str(key).lower(): str(value) for key, value in front.items() if value is not None}
    return writer.document(
        "markdown",
        title=fields.pop("title", ""),
        author=fields.pop("author", ""),
        date=fields.pop("date", ""),
        metadata=fields,
    )
