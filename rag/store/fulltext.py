"""What the indexes of tantivy have in common: how words are taken apart, how a new one is written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from rag.errors import IndexDamaged

HEAP = 64_000_000  # bytes the writer may hold before it writes a segment


def analyzer(*, stemmed: bool = True) -> Any:
    """What makes terms of a text: lower case, without accents, English endings cut off if ``stemmed``."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    return (builder.filter(tantivy.Filter.stemmer("english")) if stemmed else builder).build()


def registered(index: Any) -> Any:
    """The index, able to make the terms that its schema names."""
    index.register_tokenizer("words", analyzer())
    index.register_tokenizer("forms", analyzer(stemmed=False))
    return index


def opened(path: Path, schema: Any) -> Any | None:
    """The index in a folder whose files are what was written; None if it is missing, or of another
    format: it is opened under ``schema``."""
    try:
        with no_panic():
            return registered(tantivy.Index(schema, path=str(path), reuse=True))
    except (ValueError, OSError):
        return None


def in_memory(schema: Any, documents: Iterable[Any]) -> Any:
    """An index of these documents that is kept nowhere."""
    index = registered(tantivy.Index(schema))
    writer = index.writer(HEAP, 1)
    for document in documents:
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def write(
    path: Path, schema: Any, *, base: Path | None, gone: Iterable[int], documents: Iterable[Any]
) -> None:
    """Write a new index at ``path``: the one at ``base`` less what has an id of ``gone`` in its field
    "document", plus ``documents``; from nothing when ``base`` is None.

    Raises:
        OSError, ValueError: it cannot be written.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    if base is not None:
        _copy(base, path)
    with no_panic():
        index = registered(tantivy.Index(schema, path=str(path), reuse=base is not None))
        writer = index.writer(HEAP, 1)
        for document in gone:
            writer.delete_documents_by_term("document", document)
        for document in documents:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()


@contextmanager
def no_panic() -> Iterator[None]:
    """tantivy's panics, which pass by every ``except Exception``, as a ValueError."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"tantivy: {error}") from None


@contextmanager
def while_open() -> Iterator[None]:
    """What goes wrong where an index that was found whole is read, in a sentence.

    Raises:
        IndexDamaged: its files were changed while it is open.
    """
    try:
        with no_panic():
            yield
    except (ValueError, TypeError) as error:
        raise IndexDamaged(
            f"The full-text index was changed while it is open ({error}): open the index "
            "again, which makes it anew; nothing is lost."
        ) from None


def _copy(base: Path, path: Path) -> None:
    """What tantivy needs of an index, in a folder of its own. Its segments are never written again
    and take no space twice, where the disk has hard links; the JSON files are replaced."""
    for file in base.iterdir():
        if file.suffix == ".lock":
            continue
        try:
            if file.suffix == ".json":
                raise OSError
            os.link(file, path / file.name)
        except OSError:
            shutil.copyfile(file, path / file.name)
