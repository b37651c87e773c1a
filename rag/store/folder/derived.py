"""What is derived from the catalog: the segments of the dense index, the lexical index, and the cards.

The catalog keeps the sizes and checksums of a generation's files with it: a file of another history, or one that is not
what was written, is never searched, but made anew. A reader opens them at once and adds them up beside that; what it looks
for first waits for it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from operator import eq
from pathlib import Path
from typing import BinaryIO

from rag.store.folder.cards import Cards
from rag.store.folder.catalog import FolderCatalog, Sums
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.seal import checksum
from rag.store.folder.segments import Segment


def lexical_folder(folder: Path, identity: str) -> Path:
    """Where the lexical index of a generation is kept."""
    return folder / f"lexical-{identity}"


def cards_folder(folder: Path, identity: str) -> Path:
    """Where the cards of a generation are kept."""
    return folder / f"cards-{identity}"


@dataclass(frozen=True, slots=True)
class Derived:
    """The segments of a generation that are what was written, by their files' names; its lexical index and its cards, each
    None where it is missing or not what was written."""

    segments: Mapping[str, Segment] = field(default_factory=dict)
    dense: DenseIndex | None = None
    lexical: LexicalIndex | None = None
    cards: Cards | None = None
    made_cards: bool = False  # an earlier version made none

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return not (self.dense is None or self.lexical is None or self.cards is None)


class _Files:
    """Some of a generation's files, held open till they are added up: whatever is removed meanwhile."""

    def __init__(self, folder: Path, sums: Sums, start: str) -> None:
        """Those whose names begin so."""
        names = [name for name in sums if name.startswith(start)]
        self._expected = [sums[name] for name in names]
        self._open: list[BinaryIO] = []
        with suppress(OSError):
            self._open += ((folder / name).open("rb") for name in names)
        sizes = [os.fstat(one.fileno()).st_size for one in self._open]
        self.there = bool(names) and sizes == [size for size, _ in self._expected]

    def sound(self) -> bool:
        """Whether they are there, and what was written; to be asked once."""
        with ExitStack() as closing:
            for one in self._open:
                closing.enter_context(one)
            return self.there and all(map(eq, map(checksum, self._open), self._expected))


class Found:
    """What there is of a generation, as it was opened, and not added up yet."""

    def __init__(self, catalog: FolderCatalog) -> None:
        folder, identity, sums = catalog.folder, catalog.identity(), catalog.sums()
        self.catalog = catalog
        self.segments = {
            name: (
                files := _Files(folder, sums, name),
                Segment.load(folder / name, catalog.recipe().dimension) if files.there else None,
            )
            for name in sums
            if name.startswith("vectors-")
        }
        words, known = lexical_folder(folder, identity), cards_folder(folder, identity)
        self.words = _Files(folder, sums, f"{words.name}/")
        self.known = _Files(folder, sums, f"{known.name}/")
        self._lexical = LexicalIndex.load(words) if self.words.there else None
        self._cards = Cards.load(known) if self.known.there else None
        self.made_cards = any(name.startswith(known.name) for name in sums)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        parts = [self._lexical, *(segment for _, segment in self.segments.values())]
        return not any(part is None for part in parts) and (
            self._cards is not None or not self.made_cards
        )

    def sound_segments(self) -> dict[str, Segment]:
        """Those that are what was written, by their names; to be asked once, as all of these."""
        return {
            name: segment
            for name, (files, segment) in self.segments.items()
            if files.sound() and segment is not None
        }

    def dense(self, segments: Collection[Segment]) -> DenseIndex | None:
        """Of these segments; None if they are not all that there are to be."""
        count, visible = sum(one.count for one in segments), self.catalog.contents.chunk_count
        if len(segments) != len(self.segments) or count < visible:
            return None
        return DenseIndex([*segments], None if count == visible else self.catalog.visible())

    def lexical(self) -> LexicalIndex | None:
        """If it is what was written."""
        return self._lexical if self.words.sound() else None

    def cards(self) -> Cards | None:
        """If they are what was written."""
        return self._cards if self.known.sound() else None


def load_derived(catalog: FolderCatalog) -> Derived:
    """What is derived from the catalog's generation, added up: for who goes on from it, or checks it."""
    found = Found(catalog)
    segments = found.sound_segments()
    dense = found.dense(segments.values())
    return Derived(segments, dense, found.lexical(), found.cards(), found.made_cards)


def sums_of(folder: Path, identity: str, segments: Iterable[str], base: str, known: Sums) -> Sums:
    """The checksums of all that is derived for the generation ``identity``, with these segments. What is there by the
    name, or as a link to a file, of the generation ``base`` has the one that is ``known``.

    Raises:
        OSError: it cannot be read.
    """
    found = {}
    for name in segments:
        found[name] = known[name] if name in known else _sum(folder / name)
    for place in (lexical_folder, cards_folder):
        before, now = place(folder, base), place(folder, identity)
        for file in now.iterdir():
            old, name = before / file.name, f"{now.name}/{file.name}"
            if file.suffix != ".lock":
                linked = f"{before.name}/{file.name}" in known and old.is_file()
                same = linked and old.samefile(file)
                found[name] = known[f"{before.name}/{file.name}"] if same else _sum(file)
    return found


def _sum(file: Path) -> tuple[int, int]:
    with file.open("rb") as opened:
        return checksum(opened)


def sweep(folder: Path, kept: Iterable[str]) -> None:
    """Remove what was derived for other generations, also by a writer that was stopped. Who has it
    open keeps it."""
    staying = {folder / name.split("/")[0] for name in kept}
    found = {file for name in ("vectors*", "lexical*", "cards*") for file in folder.glob(name)}
    for old in found - staying:
        with suppress(OSError):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
