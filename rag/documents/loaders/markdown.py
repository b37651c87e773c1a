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
from rag.documents.text import one_line
from rag.documents.writer import Writer

LONGEST_FRONT = 50_000  # characters of front matter that are read; people write some hundred


def load(source: Source) -> Document:
    """The rendered page; what its YAML front matter says becomes metadata. Front matter that cannot
    be read costs a note, and not the text."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(front_matter_plugin)
    tokens = parser.parse(decode(source.data).replace("\r\n", "\n"))
    fields: dict[str, str] = {}
    notes: list[str] = []
    if tokens and tokens[0].type == "front_matter":
        try:
            fields = _fields(tokens[0].content)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            notes.append(f"its front matter is not used: {one_line(str(error))[:200]}")
    writer = Writer()
    write(parse(parser.renderer.render(tokens, parser.options, {})), writer)
    return writer.document(
        "markdown",
        title=fields.pop("title", ""),
        author=fields.pop("author", ""),
        date=fields.pop("date", ""),
        metadata=fields,
        notes=notes,
    )


def _fields(front: str) -> dict[str, str]:
    if len(front) > LONGEST_FRONT:
        raise ValueError(f"it has more than {LONGEST_FRONT:,} characters")
    # _Front is yaml's safe loader: it makes plain values, and no objects.
    loaded = yaml.load(front, _Front)  # noqa: S506
    pairs = loaded.items() if isinstance(loaded, dict) else ()
    return {str(key).lower(): str(value) for key, value in pairs if value is not None}


class _Front(yaml.SafeLoader):  # type: ignore[misc]
    """YAML's plain values; a field whose value is none of its type stays as it is written."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            # A few lines of them are gigabytes when they are written out.
            raise yaml.YAMLError("it refers to its own parts (*name)")
        return super().compose_node(parent, index)


def _as_written(tag: str) -> Any:
    construct = yaml.SafeLoader.yaml_constructors[tag]

    def value(loader: Any, node: Any) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError):
            return getattr(node, "value", "")  # 2024-02-30, or a number of 5,000 digits

    return value


for _kind in ("timestamp", "int", "float", "bool", "binary"):
    _TAG = f"tag:yaml.org,2002:{_kind}"
    _Front.add_constructor(_TAG, _as_written(_TAG))
