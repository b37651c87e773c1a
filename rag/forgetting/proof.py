"""The proof: look through every file for what tells of forgotten documents.

Bytes alone prove little, since much is packed: so each kind of file is also read as what it is. Of a SQLite file every
value of every row is read, and what is compressed is unpacked; of a full-text index, which keeps words and no text, all words
are read. The same is looked for in the same way *before* the documents are removed: what finds nothing then
proves nothing later.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import tantivy

from rag.forgetting.traces import Traces, folded, index_forms
from rag.store.folder import fulltext
from rag.words import WORD

LONG = 8  # bytes of a word that is looked for among bytes, where a shorter one may stand by chance
SQLITE = b"SQLite format 3\0"
_IDENTITY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Looked:
    """A file, or a full-text index: ``read`` is how it was read ("bytes", "120 values, 14 unpacked", "5,120 words"),
    ``found`` what was found in it of what tells of the documents."""

    file: str
    read: str
    found: tuple[str, ...]


def look(paths: Iterable[Path], traces: Traces) -> list[Looked]:
    """Look through all files of these folders, and these files."""
    looked: list[Looked] = []
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        base = path if path.is_dir() else path.parent
        for file in files:
            if file.is_file():
                looked += _in_file(file, _shown(file, base), traces)
            elif (file / "meta.json").is_file():
                looked.append(_in_words(file, _shown(file, base), traces))
    return looked


def look_through(name: str, texts: Iterable[str], traces: Traces) -> Looked:
    """Look through texts that are kept in no file, under the name ``name``."""
    found: dict[str, None] = {}
    count = 0
    for text in texts:
        count += 1
        found |= dict.fromkeys(_in_text(text, traces))
    return Looked(name, f"{count:,} values of its rows", tuple(found))


def _shown(file: Path, base: Path) -> str:
    """The name of a file, without what changes with each generation."""
    return _IDENTITY.sub("*", file.relative_to(base).as_posix())


def _in_file(file: Path, name: str, traces: Traces) -> Iterator[Looked]:
    try:
        data = file.read_bytes()
    except OSError as error:
        yield Looked(name, f"cannot be read: {error.strerror}", ())
        return
    yield Looked(name, f"{len(data):,} bytes", tuple(_among_bytes(data, traces)))
    if data.startswith(SQLITE):
        yield _in_rows(file, name, traces)


def _among_bytes(data: bytes, traces: Traces) -> Iterator[str]:
    """What stands among bytes, in UTF-8 or UTF-16, in any case."""
    lower = data.lower()
    for text in (*traces.sentences, *traces.names, *traces.words, traces.containing):
        forms = {text.encode(), text.lower().encode(), text.encode("utf-16-le").lower()}
        if len(text.encode()) >= LONG and any(form in lower or form in data for form in forms):
            yield text
    for i, vector in enumerate(traces.vectors):
        if vector in data:
            yield f"vector {i}"


def _in_rows(file: Path, name: str, traces: Traces) -> Looked:
    """Every value of every row of a SQLite file; what is compressed is unpacked."""
    values = unpacked = 0
    found: dict[str, None] = {}
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            tables = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            for table in tables:
                for row in db.execute(f'SELECT * FROM "{table}"'):
                    for value in row:
                        if not isinstance(value, str | bytes):
                            continue
                        text, was_packed = _text_of(value)
                        values, unpacked = values + 1, unpacked + was_packed
                        found |= dict.fromkeys(_in_text(text, traces))
    except sqlite3.Error as error:
        return Looked(name, f"cannot be read as SQLite: {error}", ())
    return Looked(
        name, f"{values:,} values of its rows, {unpacked:,} of them unpacked", tuple(found)
    )


def _text_of(value: str | bytes) -> tuple[str, bool]:
    if isinstance(value, str):
        return value, False
    try:
        return zlib.decompress(value).decode("utf-8", "replace"), True
    except zlib.error:
        return value.decode("utf-8", "replace"), False


def _in_text(text: str, traces: Traces) -> Iterator[str]:
    for one in (*traces.sentences, *traces.names):
        if one in text:
            yield one
    there = set(WORD.findall(text.lower())) if traces.words else set()
    yield from (word for word in traces.words if word in there)
    if traces.containing and traces.containing in folded(text):
        yield traces.containing


def _in_words(folder: Path, name: str, traces: Traces) -> Looked:
    """All words of a full-text index, which keeps no text (and what does is read whole)."""
    try:
        schema = json.loads((folder / "meta.json").read_bytes())["schema"]
        index = fulltext.registered(tantivy.Index.open(str(folder)))
        searcher = index.searcher()
        fields = [one["name"] for one in schema if one["type"] == "text"]
        terms = {term for field in fields for term, _ in searcher.terms_with_prefix(field, "")}
    except (ValueError, OSError, KeyError) as error:
        return Looked(name, f"cannot be read as a full-text index: {error}", ())
    stored = [one["name"] for one in schema if one["options"].get("stored")]
    if stored:
        return Looked(name, f"keeps texts ({', '.join(stored)}), which nothing here reads", ("?",))
    found = [word for word in traces.words if not terms.isdisjoint(index_forms(word))]
    return Looked(name, f"{len(terms):,} words; no texts are kept in it", tuple(found))
