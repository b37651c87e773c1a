"""Jupyter notebooks: texts, code, and what the code printed."""

from __future__ import annotations

import json
import re
from typing import Any

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.parts import read_part
from rag.documents.pictures import Pictures, data_uri, write_shown
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

LONGEST_OUTPUT = 50_000  # characters of one output that are read
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def load(source: Source) -> Document:
    """The cells in order: Markdown as such, code as code, below it its output as text.

    Raises:
        LoadError: it is no notebook.
    """
    try:
        book = json.loads(source.text())
    except json.JSONDecodeError as error:
        raise LoadError(f"not a notebook: {error.msg}, line {error.lineno}") from None
    if not isinstance(book, dict):
        raise LoadError("not a notebook")
    cells = book.get("cells")
    if cells is None:  # of before 2015
        sheets = book.get("worksheets") or [{}]
        cells = sheets[0].get("cells") if isinstance(sheets[0], dict) else None
    if not isinstance(cells, list):
        raise LoadError("not a notebook: it has no cells")
    writer = Writer()
    notes: list[str] = []
    pictures = Pictures(source)
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        text = _joined(cell.get("source", cell.get("input", "")))
        kind = cell.get("cell_type")
        if kind == "code":
            writer.code(text)
            for output in cell.get("outputs") or ():
                if isinstance(output, dict):
                    _output(output, writer, notes, pictures, source)
        elif kind == "heading":
            writer.heading(int(cell.get("level") or 1), text)
        elif text.strip():
            try:
                writer.include(read_part("cell.md", text.encode("utf-8", "replace"), source))
            except LoadError:
                writer.paragraph(text)
    notes.extend(pictures.told(writer))
    return writer.document("notebook", notes=notes)


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _output(
    output: dict[str, Any], writer: Writer, notes: list[str], pictures: Pictures, source: Source
) -> None:
    """Write an output as text: that in its picture, where it is one."""
    data = output.get("data")
    data = data if isinstance(data, dict) else output
    if "text/markdown" in data or "text/html" in data:
        html = _joined(data.get("text/html"))
        if html.strip():
            write(parse(html), writer, look=lambda src: write_shown(src, pictures, writer))
            return
        try:
            said = _joined(data.get("text/markdown")).encode("utf-8", "replace")
            writer.include(read_part("output.md", said, source))
        except LoadError:
            pass  # it says nothing; what stands beside it does
        else:
            return
    text = _joined(data.get("text/plain") or data.get("text/markdown") or output.get("text"))
    if "traceback" in output:
        text = _joined([f"{line}\n" for line in output.get("traceback") or ()])
    if len(text) > LONGEST_OUTPUT:
        notes.append(f"only the first {LONGEST_OUTPUT:,} characters of an output are read")
    shown = [key for key in data if key.startswith("image/")]
    for key in shown:
        coded = "" if key == "image/svg+xml" else ";base64"
        pictures.write(data_uri(f"data:{key}{coded},{_joined(data[key])}"), writer)
    if not shown:
        writer.code(_COLOURS.sub("", text[:LONGEST_OUTPUT]))
