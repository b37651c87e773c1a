"""Make a generation visible, and with it what is derived from it.

The vectors for FAISS and the full text for tantivy are made from the catalog as it will be, and then
become visible with it, in one moment. One that is missing or damaged is written anew, without
embedding anything. The manifest is for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rag.codec import to_json
from rag.errors import StorageError
from rag.store.catalog import Catalog
from rag.store.folder.cards import Cards, Entry
from rag.store.folder.catalog import FolderCatalog, Sums
from rag.store.folder.connection import log_size, write_back
from rag.store.folder.dense import DenseIndex
from rag.store.folder.derived import (
    Derived,
    cards_folder,
    dense_file,
    lexical_folder,
    load_derived,
    sums_of,
    sweep,
)
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.schema import FORMAT_VERSION
from rag.store.folder.writer import FolderWriter
from rag.store.neighbours import searched
from rag.store.rows import ChunkRow

Names = Mapping[int, tuple[str, ...]]  # document -> the names of its files


def publish(catalog: FolderWriter, removed: Iterable[tuple[int, str]]) -> int:
    """Publish what is staged less what is ``removed`` (root, name), and the derived indexes with it.
    The new generation's number is returned.

    Raises:
        StorageError: the catalog, or what is derived from it, cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    path, before = catalog.folder, catalog.names()
    held = load_derived(catalog) if before else Derived()
    base = lexical_folder(path, catalog.identity()) if held.lexical else None
    cards = cards_folder(path, catalog.identity()) if held.cards else None

    def derive(identity: str) -> Sums:
        after = catalog.names()
        stale = [doc for doc, names in before.items() if after.get(doc) != names]
        fresh = [doc for doc, names in after.items() if before.get(doc) != names]
        with _derived_errors(path, "What was read is stored; make room and run rag index again."):
            _write_dense(catalog, identity, held.dense)
            LexicalIndex.update(
                lexical_folder(path, identity),
                base=base,
                gone=stale,
                rows=_rows(catalog, after, fresh if base else after),
            )
            Cards.update(
                cards_folder(path, identity),
                base=cards,
                gone=stale,
                entries=_entries(catalog, after, fresh if cards else after),
            )
            return sums_of(path, identity)

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
            if held.dense is None:
                _write_dense(catalog, identity, None)
            if held.lexical is None:
                rows = named_rows(catalog)
                LexicalIndex.update(lexical_folder(path, identity), base=None, gone=(), rows=rows)
            if held.cards is None:
                entries = named_entries(catalog)
                Cards.update(cards_folder(path, identity), base=None, gone=(), entries=entries)
            catalog.keep_sums(sums_of(path, identity))
    _tidy(catalog)


def erase(catalog: FolderWriter) -> bool:
    """See that no file of the index has a byte of what is no longer in it: vectors, pages of the catalog and of its log,
    and all that is derived, which is made anew. False where another process holds on to the log; what it reads
    is gone when the next writer finds it closed.

    Raises:
        StorageError: it cannot be written.
        IndexDamaged: a part of the catalog is not what was written.
    """
    sweep(catalog.folder, "")
    catalog.sweep_vectors()
    catalog.vacuum()
    repair(catalog)
    write_back(catalog.folder, empty=True)
    return not log_size(catalog.folder)


def _tidy(catalog: FolderWriter) -> None:
    sweep(catalog.folder, catalog.identity())
    with _derived_errors(catalog.folder):
        _write_manifest(catalog)
    write_back(catalog.folder)


def named_rows(catalog: Catalog) -> Iterator[tuple[ChunkRow, str]]:
    """Every visible chunk with the names of its files, as the full-text index wants them."""
    names = catalog.names()
    return _rows(catalog, names, names)


def named_entries(catalog: Catalog) -> Iterator[Entry]:
    """Every visible document with the names of its files, as its card is made of."""
    names = catalog.names()
    return _entries(catalog, names, names)


def _rows(
    catalog: Catalog, names: Names, documents: Iterable[int]
) -> Iterator[tuple[ChunkRow, str]]:
    for document in documents:
        source = " ".join(names[document])
        for row in catalog.document_chunks(document):
            yield row, source


def _entries(catalog: Catalog, names: Names, documents: Iterable[int]) -> Iterator[Entry]:
    return ((document, catalog.document(document), names[document]) for document in documents)


def _write_dense(catalog: FolderCatalog, identity: str, base: DenseIndex | None) -> None:
    ids, file = catalog.visible(), dense_file(catalog.folder, identity)
    # An index that has outgrown its kind, or changed by half, is better built afresh.
    if base is not None:
        old = base.ids()
        new = np.setdiff1d(ids, old, assume_unique=True)
        if len(new) <= len(old):
            base.remove(np.setdiff1d(old, ids, assume_unique=True))
            base.add(searched(catalog, new))
            if base.fits(len(ids)):
                base.save(file)
                return
    built = DenseIndex.build(searched(catalog, ids), len(ids), catalog.recipe().dimension)
    built.save(file)


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
