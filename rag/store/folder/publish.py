"""Make a generation visible, and with it what is derived from it.

The vectors for FAISS and the full text for tantivy are made from the catalog as it will be, and then
become visible with it, in one moment. One that is missing or damaged is written anew, without
embedding anything. The manifest is for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.codec import to_json
from rag.errors import StorageError
from rag.store.folder.cards import Cards
from rag.store.folder.catalog import FolderCatalog, Sums
from rag.store.folder.connection import log_size, write_back
from rag.store.folder.derived import (
    Derived,
    cards_folder,
    lexical_folder,
    load_derived,
    sums_of,
    sweep,
)
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.merging import write_segments
from rag.store.folder.schema import FORMAT_VERSION
from rag.store.folder.sources import entry_of, rows_of
from rag.store.folder.writer import FolderWriter


def publish(catalog: FolderWriter, removed: Iterable[tuple[int, str]]) -> int:
    """Publish what is staged less what is ``removed`` (root, name), and the derived indexes with it.
    The new generation's number is returned.

    Raises:
        StorageError: the catalog, or what is derived from it, cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    path, before = catalog.folder, catalog.names()
    held = load_derived(catalog) if before else Derived()
    base, known = catalog.identity(), catalog.sums()

    def derive(identity: str) -> Sums:
        after = catalog.names()
        stale = [doc for doc, names in before.items() if after.get(doc) != names]
        fresh = [doc for doc, names in after.items() if before.get(doc) != names]
        advice = "What was read is stored; make room and run rag index again."
        with _derived_errors(path, advice), ThreadPoolExecutor(1) as beside:
            # FAISS lets go of the interpreter where it works.
            segments = beside.submit(_write_dense, catalog, held, after.keys() - before.keys())
            words, cards = lexical_folder(path, base), cards_folder(path, base)
            _write_texts(
                catalog,
                _Texts(lexical_folder(path, identity), words, stale, fresh)
                if held.lexical
                else _Texts(lexical_folder(path, identity), None, (), after),
                _Texts(cards_folder(path, identity), cards, stale, fresh)
                if held.cards
                else _Texts(cards_folder(path, identity), None, (), after),
            )
            return sums_of(path, identity, segments.result(), base, known)

    generation = catalog.make_generation(removed, derive)
    _tidy(catalog)
    return generation


def repair(catalog: FolderWriter) -> None:
    """Write anew whatever is derived and not what belongs to the catalog's generation. Embeds
    nothing.

    Raises:
        StorageError: it cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    path, identity = catalog.folder, catalog.identity()
    held = load_derived(catalog)
    if not held.whole:
        with _derived_errors(path):
            segments = [*held.segments] if held.dense else _write_dense(catalog, held, ())
            every = catalog.names()
            with catalog.transaction():  # what was found in documents may be kept
                _write_texts(
                    catalog,
                    None
                    if held.lexical
                    else _Texts(lexical_folder(path, identity), None, (), every),
                    None if held.cards else _Texts(cards_folder(path, identity), None, (), every),
                )
            catalog.keep_sums(sums_of(path, identity, segments, "", {}))
    _tidy(catalog)


def erase(catalog: FolderWriter) -> bool:
    """See that no file of the index has a byte of what is no longer in it: vectors, pages of the catalog and of its log,
    and all that is derived, which is made anew. False where another process holds on to the log; what it reads
    is gone when the next writer finds it closed.

    Raises:
        StorageError: it cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    sweep(catalog.folder, ())
    catalog.sweep_vectors()
    catalog.vacuum()
    repair(catalog)
    write_back(catalog.folder, empty=True)
    return not log_size(catalog.folder)


def _tidy(catalog: FolderWriter) -> None:
    sweep(catalog.folder, catalog.sums())
    with _derived_errors(catalog.folder):
        _write_manifest(catalog)
    write_back(catalog.folder)


def _write_dense(catalog: FolderCatalog, held: Derived, fresh: Iterable[int]) -> list[str]:
    """The names of the segments of a generation, to which these documents are new."""
    new = catalog.chunk_ids(fresh)
    if held.dense is None:
        there = [np.empty(0, np.int64), *(one.ids() for one in held.segments.values())]
        new = np.setdiff1d(catalog.visible(), np.concatenate(there), assume_unique=True)
    return write_segments(catalog, held.segments, new)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is to be written at ``path``: the index at ``base`` (None: nothing) less the documents ``gone``, plus ``fresh``."""

    path: Path
    base: Path | None
    gone: Iterable[int]
    fresh: Collection[int]


def _write_texts(catalog: FolderCatalog, lexical: _Texts | None, cards: _Texts | None) -> None:
    """Write full text and cards in one go through the documents, each of which is unpacked once."""
    names = catalog.names()
    words, whole = (set(one.fresh) if one else set() for one in (lexical, cards))
    with ExitStack() as stack:
        if lexical:
            add_row = stack.enter_context(
                LexicalIndex.writing(lexical.path, base=lexical.base, gone=lexical.gone)
            )
        if cards:
            add_card = stack.enter_context(
                Cards.writing(cards.path, base=cards.base, gone=cards.gone)
            )
        for document in names:
            if document in words:
                for row, source in rows_of(catalog, document, names[document]):
                    add_row(row, source)
            if document in whole:
                add_card(entry_of(catalog, document, names[document]))


def _write_manifest(catalog: FolderCatalog) -> None:
    """What the index is, for people and for a quick look; the catalog is what counts."""
    manifest = {
        "format_version": FORMAT_VERSION,
        "generation": catalog.generation(),
        **catalog.recipe().to_meta(),
        **catalog.counts(),
    }
    scratch = catalog.folder / "manifest.tmp"
    scratch.write_text(to_json(manifest, indent=2) + "\n", "utf-8")
    scratch.replace(catalog.folder / "manifest.json")


@contextmanager
def _derived_errors(path: Path, advice: str = "") -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        raise StorageError(
            f"{path}: the search indexes cannot be written ({error}). {advice}".rstrip()
        ) from error
