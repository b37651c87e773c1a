"""JSON and JSON Lines: every value beside the path of names that leads to it."""

from __future__ import annotations

import json
from typing import Any

from rag.documents.document import Document
from rag.documents.encoding import decode
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

_TITLES = ("title", "name", "subject")


def _lines(value: Any) -> list[str]:
    """``{"a": {"b": 1}}`` as ``a.b: 1``, in order, without recursion."""
    lines: list[str] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, dict):
            pairs = [(f"{path}.{k}" if path else str(k), v) for k, v in item.items()]
            stack.extend(reversed(pairs))
        elif isinstance(item, list):
            if all(not isinstance(x, dict | list) for x in item):
                if item:
                    text = ", ".join(map(str, item))
                    lines.append(f"{path}: {text}" if path else text)
            else:
                stack.extend(reversed([(path, x) for x in item]))
        elif item is not None and item != "":
            text = str(item).lower() if isinstance(item, bool) else str(item)
            lines.append(f"{path}: {text}" if path else text)
    return lines


def _records(text: str, suffix: str) -> list[Any]:
    if suffix == ".json":
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            try:
                return [json.loads(line) for line in text.splitlines() if line.strip()]
            except json.JSONDecodeError:
                raise LoadError(
                    f"not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}"
                ) from None
        return value if isinstance(value, list) else [value]
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise LoadError(f"not valid JSON on line {number}: {error.msg}") from None
    return records


def load(source: Source) -> Document:
    """A record is a block of lines, under its title or name where there are several.

    Raises:
        LoadError: it is not valid JSON.
    """
    records = _records(decode(source.data), source.suffix)
    writer = Writer()
    title = ""
    for record in records:
        if isinstance(record, dict) and len(records) > 1:
            name = next((record[k] for k in _TITLES if isinstance(record.get(k), str)), "")
            if name and len(name) <= 120:
                writer.heading(2, name)
        elif isinstance(record, dict):
            title = next((record[k] for k in _TITLES if isinstance(record.get(k), str)), "")
        writer.break_()
        for line in _lines(record):
            writer.line(line)
    return writer.document("json", title=title)
