"""What is derived from the catalog: the files of the dense and the lexical index, and of the cards.

They are named by the identity of their generation, and the catalog keeps their checksums with it: a
file of another history, or one that is not what was written, is never searched, but made anew.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.store.folder.cards import Cards
from rag.store.folder.catalog import FolderCatalog, Sums
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.seal import checksum


def dense_file(folder: Path, identity: str) -> Path:
    """Where the dense index of a generation is kept."""
    return folder / f"vectors-{identity}.faiss"


def lexical_folder(folder: Path, identity: str) -> Path:
    """Where the lexical index of a generation is kept."""
    return folder / f"lexical-{identity}"


def cards_folder(folder: Path, identity: str) -> Path:
    """Where the cards of a generation are kept."""
    return folder / f"cards-{identity}"


@dataclass(frozen=True, slots=True)
class Derived:
    """The dense and the lexical index of a generation and its cards, each None where it is missing or not
    what was written."""

    dense: DenseIndex | None = None
    lexical: LexicalIndex | None = None
    cards: Cards | None = None

    made_cards: bool = False  # an earlier version made none

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return not (self.dense is None or self.lexical is None or self.cards is None)


def load_derived(catalog: FolderCatalog, *, mapped: bool = False) -> Derived:
    """What is derived from the catalog's generation; ``mapped`` as of :meth:`DenseIndex.load`."""
    folder, identity, sums = catalog.folder, catalog.identity(), catalog.sums()
    dense = lexical = cards = None
    file, words = dense_file(folder, identity), lexical_folder(folder, identity)
    known = cards_folder(folder, identity)
    if _intact(folder, file.name, sums):
        dense = DenseIndex.load(file, catalog.visible(), catalog.recipe().dimension, mapped=mapped)
    if _intact(folder, f"{words.name}/", sums):
        lexical = LexicalIndex.load(words)
    if _intact(folder, f"{known.name}/", sums):
        cards = Cards.load(known)
    made = any(name.startswith(known.name) for name in sums)
    return Derived(dense, lexical, cards, made)


def sums_of(folder: Path, identity: str) -> Sums:
    """The checksums of all that is derived for this generation.

    Raises:
        OSError: it cannot be read.
    """
    folders = lexical_folder(folder, identity), cards_folder(folder, identity)
    files = [dense_file(folder, identity), *(file for part in folders for file in part.iterdir())]
    return {
        file.relative_to(folder).as_posix(): checksum(file)
        for file in files
        if file.suffix != ".lock"
    }


def sweep(folder: Path, identity: str) -> None:
    """Remove what was derived for other generations, also by a writer that was stopped. Who has it
    open keeps it."""
    kept = {f(folder, identity) for f in (dense_file, lexical_folder, cards_folder)}
    found = {file for name in ("vectors*", "lexical*", "cards*") for file in folder.glob(name)}
    for old in found - kept:
        with suppress(OSError):
            shutil.rmtree(old) if old.is_dir() else old.unlink()


def _intact(folder: Path, start: str, sums: Sums) -> bool:
    """Whether the files whose names begin so are there, and what was written."""
    names = [name for name in sums if name.startswith(start)]
    try:
        return bool(names) and all(checksum(folder / name) == sums[name] for name in names)
    except OSError:
        return False
