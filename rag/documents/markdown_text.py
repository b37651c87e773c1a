"""Markdown as HTML: CommonMark with tables, footnotes, definition lists."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin


def as_html(text: str) -> str:
    """The HTML of a text in Markdown."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin)
    return str(parser.render(text))
