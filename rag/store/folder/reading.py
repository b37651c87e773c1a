"""What is derived, as a reader opens it: at once, while its files are added up beside that.

Nothing is looked for in it before it is known to be what was written. What is not is made anew in memory, where that is
a matter of seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from rag.errors import IndexDamaged
from rag.store.folder.cards import Cards
from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.dense import DenseIndex
from rag.store.folder.derived import Found
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.segments import Segment
from rag.store.folder.sources import named_entries, named_rows
from rag.store.neighbours import searched

MOST_IN_MEMORY = 200_000  # chunks; making the full text of more takes a reader a minute

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """What is derived from a generation; ``whole``: no file of it was missing when it was opened."""

    dense: DenseIndex
    lexical: LexicalIndex
    cards: Cards | None
    whole: bool


def open_derived(catalog: FolderCatalog) -> Opened:
    """What is derived from the catalog's generation. Errors of the catalog, or of what is too much to be made in memory,
    are raised where something is looked for."""
    found = Found(catalog)
    dense, lexical, cards = Future[DenseIndex](), Future[LexicalIndex](), Future[Cards]()

    def add_up() -> None:
        _settle(dense, lambda: _dense(catalog, found))
        _settle(lexical, lambda: found.lexical() or _lexical(catalog))
        if found.made_cards:
            _settle(cards, lambda: found.cards() or Cards.in_memory(named_entries(catalog)))

    catalog.beside = threading.Thread(target=add_up, daemon=True, name="rag-sums")
    catalog.beside.start()
    return Opened(
        DenseIndex.later(dense),
        LexicalIndex.later(lexical, lambda: catalog.contents),
        Cards.later(cards) if found.made_cards else None,
        found.whole,
    )


def _settle(future: Future[T], make: Callable[[], T]) -> None:
    try:
        future.set_result(make())
    except BaseException as error:  # is raised where it is asked for
        future.set_exception(error)


def _dense(catalog: FolderCatalog, found: Found) -> DenseIndex:
    segments = found.sound_segments().values()
    whole = found.dense(segments)
    if whole is not None:
        return whole
    ids = catalog.visible()
    held = [one.ids() for one in segments]
    lost = np.setdiff1d(ids, np.concatenate(held)) if held else ids
    _check(catalog, len(lost), "vectors are")
    made = Segment.flat(searched(catalog, lost), catalog.recipe().dimension)
    return DenseIndex([*segments, made], ids)


def _lexical(catalog: FolderCatalog) -> LexicalIndex:
    _check(catalog, catalog.contents.chunk_count, "full text is")
    return LexicalIndex.in_memory(named_rows(catalog))


def _check(catalog: FolderCatalog, chunks: int, what: str) -> None:
    if chunks > MOST_IN_MEMORY:
        raise IndexDamaged(
            f"{catalog.folder}: the index of the {what} missing or damaged, of {chunks:,} chunks: too many to be made "
            f"anew at each opening. Run rag index FOLDER --index {catalog.folder} once, which makes it and embeds nothing."
        )
