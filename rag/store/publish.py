"""Make a generation visible: the catalog first, then what is derived from it.

The vectors for FAISS, the full text for tantivy and the manifest are all made from the catalog.
Each carries the generation it was made from, so that one that is missing, damaged or left behind
by a crash is seen and written anew, without embedding anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rag.codec import to_json
from rag.errors import StorageError
from rag.store.catalog import Catalog, ChunkRow
from rag.store.dense import DenseIndex, searched
from rag.store.lexical import LexicalIndex
from rag.store.schema import FORMAT_VERSION
from rag.store.writer import CatalogWriter

Names = Mapping[int, tuple[str, ...]]  # document -> the names of its files


def publish(catalog: CatalogWriter, removed: Iterable[tuple[int, str]]) -> int:
    """Publish what is staged less what is ``removed`` (root, name), then bring the derived indexes
    to the new generation, which is returned.

    Raises:
        StorageError: the catalog, or what is derived from it, cannot be written.
    """
    path, base, dimension = catalog.folder, catalog.generation(), catalog.recipe().dimension
    before = catalog.names()
    dense = DenseIndex.load(path, base, catalog.visible(), dimension) if base else None
    lexical_is_current = bool(base) and LexicalIndex.load(path, base) is not None
    generation = catalog.publish(removed)
    after = catalog.names()
    with _derived_errors(
        path, "The documents are safely stored; make room and run rag index again."
    ):
        _write_dense(catalog, generation, dense)
        stale = [doc for doc, names in before.items() if after.get(doc) != names]
        fresh = [doc for doc, names in after.items() if before.get(doc) != names]
        LexicalIndex.update(
            path,
            generation,
            base=base if lexical_is_current else None,
            gone=stale,
            rows=_rows(catalog, after, fresh if lexical_is_current else after),
        )
        _write_manifest(catalog)
    # An open reader is not waited for; the log is taken in when it is done.
    catalog.write_back()
    return generation


def repair(catalog: CatalogWriter) -> None:
    """Write anew whatever is derived and not of the catalog's generation. Embeds nothing.

    Raises:
        StorageError: it cannot be written.
    """
    path, generation, ids = catalog.folder, catalog.generation(), catalog.visible()
    with _derived_errors(path):
        if DenseIndex.load(path, generation, ids, catalog.recipe().dimension) is None:
            _write_dense(catalog, generation, None)
        lexical = LexicalIndex.load(path, generation)
        if lexical is None or not np.array_equal(lexical.ids(), ids):
            LexicalIndex.update(path, generation, base=None, gone=(), rows=named_rows(catalog))
        _write_manifest(catalog)


def named_rows(catalog: Catalog) -> Iterator[tuple[ChunkRow, str]]:
    """Every visible chunk with the names of its files, as the full-text index wants them."""
    names = catalog.names()
    return _rows(catalog, names, names)


def _rows(
    catalog: Catalog, names: Names, documents: Iterable[int]
) -> Iterator[tuple[ChunkRow, str]]:
    for document in documents:
        source = " ".join(names[document])
        for row in catalog.document_chunks(document):
            yield row, source


def _write_dense(catalog: Catalog, generation: int, base: DenseIndex | None) -> None:
    ids = catalog.visible()
    # An index that has outgrown its kind, or changed by half, is better built afresh.
    if base is not None:
        old = base.ids()
        new = np.setdiff1d(ids, old, assume_unique=True)
        if len(new) <= len(old):
            base.remove(np.setdiff1d(old, ids, assume_unique=True))
            base.add(searched(catalog, new))
            if base.fits(len(ids)):
                base.save(catalog.folder, generation)
                return
    built = DenseIndex.build(searched(catalog, ids), len(ids), catalog.recipe().dimension)
    built.save(catalog.folder, generation)


def _write_manifest(catalog: Catalog) -> None:
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
