"""Make a generation visible: the catalog first, then what is derived from it.

The vectors for FAISS, the full text for tantivy and the manifest are all made from the catalog.
Each carries the generation it was made from, so that one that is missing, damaged or left behind
by a crash is seen and written anew, without embedding anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag.errors import StorageError
from rag.store.catalog import FIXED, Catalog, ChunkRow
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex
from rag.store.schema import FORMAT_VERSION


def publish(catalog: Catalog, path: Path, dimension: int, removed: list[tuple[int, str]]) -> int:
    """Publish what is staged, then bring the derived indexes to the new generation."""
    base = catalog.generation()
    before = _named(catalog)
    vectors = DenseIndex.load(path, base, catalog.visible(), dimension) if base else None
    lexical_is_current = bool(base) and LexicalIndex.load(path, base) is not None
    generation = catalog.publish(removed)
    after = _named(catalog)
    try:
        _write_vectors(catalog, path, dimension, generation, vectors)
        stale = [doc for doc, names in before.items() if after.get(doc) != names]
        fresh = [doc for doc, names in after.items() if before.get(doc) != names]
        LexicalIndex.update(
            path,
            generation,
            base=base if lexical_is_current else None,
            gone=stale,
            rows=_rows(catalog, after, fresh if lexical_is_current else list(after)),
        )
        _write_manifest(catalog, path)
    except (OSError, RuntimeError, ValueError) as error:
        raise StorageError(
            f"{path}: the search indexes cannot be written ({error}). The documents are safely "
            "stored; make room and run rag index again."
        ) from error
    # Passive: an open reader is not waited for; the log is taken in when it is done.
    catalog.db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return generation


def repair(catalog: Catalog, path: Path, dimension: int) -> None:
    """Write anew whatever is derived and not of the catalog's generation. Embeds nothing."""
    generation = catalog.generation()
    ids = catalog.visible()
    try:
        if DenseIndex.load(path, generation, ids, dimension) is None:
            _write_vectors(catalog, path, dimension, generation, None)
        lexical = LexicalIndex.load(path, generation)
        if lexical is None or not np.array_equal(lexical.ids(), ids):
            names = _named(catalog)
            LexicalIndex.update(
                path, generation, base=None, gone=(), rows=_rows(catalog, names, list(names))
            )
        _write_manifest(catalog, path)
    except (OSError, RuntimeError, ValueError) as error:
        raise StorageError(f"{path}: the search indexes cannot be written ({error}).") from error


def _write_vectors(
    catalog: Catalog, path: Path, dimension: int, generation: int, base: DenseIndex | None
) -> None:
    ids = catalog.visible()
    # An index that has outgrown its kind, or changed by half, is better built afresh.
    if base is not None:
        old = base.ids()
        new = np.setdiff1d(ids, old, assume_unique=True)
        if len(new) <= len(old):
            base.remove(np.setdiff1d(old, ids, assume_unique=True))
            base.add(catalog.search_vectors(new, dimension))
            if base.fits(len(ids)):
                base.save(path, generation)
                return
    built = DenseIndex.build(catalog.search_vectors(ids, dimension), len(ids), dimension)
    built.save(path, generation)


def _named(catalog: Catalog) -> dict[int, tuple[str, ...]]:
    """document -> the names of its files, of all that is visible."""
    names: dict[int, list[str]] = {}
    for row in catalog.files():
        if row.document is not None:
            names.setdefault(row.document, []).append(row.name)
    return {document: tuple(found) for document, found in names.items()}


def _rows(
    catalog: Catalog, names: dict[int, tuple[str, ...]], documents: list[int]
) -> Iterator[tuple[ChunkRow, str]]:
    for document in documents:
        source = " ".join(names[document])
        for row in catalog.document_chunks(document):
            yield row, source


def rows_of(catalog: Catalog) -> Iterator[tuple[ChunkRow, str]]:
    """Every visible chunk with the names of its files, as the full-text index wants them."""
    names = _named(catalog)
    return _rows(catalog, names, list(names))


def _write_manifest(catalog: Catalog, path: Path) -> None:
    """What the index is, for people and for a quick look; the catalog is what counts."""
    manifest = {
        "format_version": FORMAT_VERSION,
        "generation": catalog.generation(),
        **{key: catalog.get(key) for key in ("model", "fingerprint", "dimension", *FIXED)},
        **catalog.counts(),
    }
    scratch = path / "manifest.tmp"
    scratch.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    scratch.replace(path / "manifest.json")
