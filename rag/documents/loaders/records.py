"""JSON and JSON Lines, and property lists (PLIST): every value beside the path of names that leads to it."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Iterator
from typing import Any

from rag.documents.aligned import in_lines
from rag.documents.base64_files import decoded_file
from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.struck import struck as as_struck
from rag.documents.told import counted
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_BROKEN = 10  # lines that are told of one by one
_TITLES = ("title", "name", "subject")

ENCODED = "[a file in letters]"  # where a value is one, in base64: what it holds is not read
_PIECES = ("text", "insert", "plain_text")  # what a piece of a text is called
_MARKS = frozenset(
    (*_PIECES, "type", "marks", "attributes", "annotations", "href", "url", "style", "styles")
)


def _values(value: Any) -> list[str]:
    """``{"a": {"b": 1}}`` as ``a.b: 1``, in order, without recursion."""
    lines: list[str] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, dict):
            pairs = [(f"{path}.{k}" if path else str(k), v) for k, v in _whole(item)]
            stack.extend(reversed(pairs))
        elif isinstance(item, list):
            if all(not isinstance(x, dict | list) for x in item):
                if item:
                    text = ", ".join(map(_said, item))
                    lines.append(f"{path}: {text}" if path else text)
            else:
                stack.extend(reversed([(path, x) for x in item]))
        elif item is not None and item != "":
            text = _said(item).lower() if isinstance(item, bool) else _said(item)
            lines.append(f"{path}: {text}" if path else text)
    return lines


def _said(value: Any) -> str:
    return ENCODED if isinstance(value, bytes) or decoded_file(str(value)) else str(value)


def _whole(item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of an object; texts that chats and editors keep in pieces, for their marks, are put
    together, and stand once."""
    seen: set[str] = set()
    for key, value in item.items():
        said = _in_pieces(value) if isinstance(value, list) else ""
        if said and said in seen:
            continue
        if said or isinstance(value, str):
            seen.add(said or str(value))
        yield key, said or value


def _in_pieces(items: list[Any]) -> str:
    """The text that a list holds in pieces: texts among ones with marks, or nothing but such; else ""."""
    mixed = any(isinstance(one, str) for one in items)
    parts: list[str] = []
    marked = False
    for one in items:
        if isinstance(one, str):
            parts.append(one)
            continue
        text = next((one[k] for k in _PIECES if k in one), None) if isinstance(one, dict) else None
        if not isinstance(text, str) or not (mixed or one.keys() <= _MARKS):
            return ""
        marked = True
        struck = "strike" in str(one.get("type")) and text.strip()
        parts.append(as_struck(text) if struck else text)
    return "".join(parts).strip() if marked else ""


def _records(text: str, suffix: str, notes: list[str]) -> list[tuple[int, Any]]:
    """The records of a file, each with the line that it is, 0 where it is none of its own."""
    if suffix not in (".jsonl", ".ndjson"):
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            try:
                return [(n, json.loads(line)) for n, line in _lines(text)]
            except json.JSONDecodeError:
                found = _relaxed(text)
                if found is not None:
                    notes.append("it is not strictly JSON: comments, bare names or commas too many")
                    return [(0, record) for record in found]
                if suffix in (".json5", ".jsonc"):
                    return [(n, line.strip()) for n, line in _lines(text)]
                raise LoadError(
                    f"not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}"
                ) from None
        return [(0, record) for record in (value if isinstance(value, list) else [value])]
    records = []
    broken: list[str] = []
    for number, line in _lines(text):
        try:
            records.append((number, json.loads(line)))
        except (json.JSONDecodeError, RecursionError) as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            broken.append(f"line {number} is not valid JSON and is not read: {said}")
    if broken and not records:
        raise LoadError(broken[0].replace(" and is not read", ""))
    notes.extend(broken[:MOST_BROKEN])
    if len(broken) > MOST_BROKEN:
        notes.append(f"{len(broken) - MOST_BROKEN} more lines are not valid JSON and are not read")
    return records


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers: by newlines alone, as U+2028 and its kin may
    stand inside a string."""
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


def _relaxed(text: str) -> list[Any] | None:
    """JSON with comments, names without quotes, and commas too many: as it is, where it can be
    made valid; else None."""
    bare = re.sub(r"(\"(?:[^\"\\]|\\.)*\")|'((?:[^'\\]|\\.)*)'", _quoted, text)
    parts = re.split(r"(\"(?:[^\"\\]|\\.)*\")", bare)
    for i in range(0, len(parts), 2):
        part = re.sub(r"//[^\n]*|/\*.*?\*/", "", parts[i], flags=re.DOTALL)
        part = re.sub(r"([{,\s])([A-Za-z_$][\w$]*)\s*:", r'\1"\2":', part)
        part = re.sub(r"([{,])([A-Za-z_$][\w$]*)\s*:", r'\1"\2":', part)
        parts[i] = re.sub(r"(?<![\w.])\+(?=[\d.])", "", part)
    joined = re.sub(r",(\s*[}\]])", r"\1", "".join(parts))
    try:
        value = json.loads(joined)
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, list) else [value]


def _quoted(found: re.Match[str]) -> str:
    return found[1] if found[1] is not None else json.dumps(found[2].replace("\\'", "'"))


def load(source: Source) -> Document:
    """A record is a block of lines, under its title or name where there are several.

    Raises:
        LoadError: it is not valid JSON.
    """
    notes: list[str] = []
    if source.data.startswith(b"bplist00") or source.suffix == ".plist":
        records = [(0, plistlib.loads(source.data))]
    else:
        records = _records(source.text(), source.suffix, notes)
    writer = Writer()
    title, letters = "", 0
    for number, record in records:
        if isinstance(record, dict) and len(records) > 1:
            name = next((record[k] for k in _TITLES if isinstance(record.get(k), str)), "")
            if name and len(name) <= 120:
                _at(number, writer)
                writer.heading(2, name)
        elif isinstance(record, dict):
            title = next((record[k] for k in _TITLES if isinstance(record.get(k), str)), "")
        writer.break_()
        for line in _values(record):
            _at(number, writer)
            writer.line(line)
            letters += line.count(ENCODED)
    if letters:
        notes.append(f"{counted(letters, 'file')} in letters (base64) not read")
    document = writer.document("json", title=title, notes=notes)
    return document if document.rows else in_lines(document, source.text())


def _at(number: int, writer: Writer) -> None:
    """What follows stands in this line of the file, all of it."""
    if number:
        writer.row_at(number, height=0)
