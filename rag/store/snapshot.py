"""One generation of an index, as a reader holds it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.store.catalog import Catalog
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index, as a reader holds it."""

    catalog: Catalog
    vectors: DenseIndex
    lexical: LexicalIndex
    generation: int
