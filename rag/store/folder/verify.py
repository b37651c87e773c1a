"""Everything about an index that can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.derived import load_derived
from rag.store.verify import unsound

REBUILT = "(rag index rebuilds it; searches rebuild it in memory until then)"


def problems(path: Path) -> list[str]:
    """What is wrong with the newest generation on disk, a line each.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: there is nothing that could be checked.
    """
    catalog = FolderCatalog.open(path)
    try:
        return list(_problems(catalog))
    finally:
        catalog.close()


def _problems(catalog: FolderCatalog) -> Iterator[str]:
    for line in catalog.damage():
        yield f"catalog: {line}"
    yield from unsound(catalog)
    ids = catalog.visible()
    held = load_derived(catalog)
    if held.dense is None or not np.array_equal(held.dense.ids(), ids):
        yield f"the vector index is missing or damaged {REBUILT}"
    if held.lexical is None or not np.array_equal(held.lexical.ids(), ids):
        yield f"the full-text index is missing or damaged {REBUILT}"
    if held.made_cards and held.cards is None:
        yield f"the cards of documents are missing or damaged {REBUILT}"
