"""Which segments a publication writes: log-structured, so that one new file costs a small one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import uuid4

import numpy as np

from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.lists import Ids, Vectors, sample_size
from rag.store.folder.segments import Segment, is_small
from rag.store.neighbours import searched

MERGED = 2  # times as many as come: what a segment may hold that is taken in with them


def write_segments(catalog: FolderCatalog, held: Mapping[str, Segment], new: Ids) -> list[str]:
    """Write the chunks that are ``new`` as a segment, and see that there is no large part of any that is gone. The names of
    the files of this generation, of which those ``held`` are there.

    Each segment holds more than ``MERGED`` times what all smaller ones do, so that there are few; and a vector is written
    again only when what comes after it has grown to half of what it stands among.

    Raises:
        OSError, RuntimeError: it cannot be written.
        IndexDamaged: a chunk or vector is missing, or not what was written.
    """
    gone = sum(one.count for one in held.values()) + len(new) > catalog.contents.chunk_count
    left = {name: _left(catalog, one) if gone else one.count for name, one in held.items()}
    kept = {name for name, count in left.items() if count}
    taken: list[str] = []
    size = len(new)
    for name in sorted(kept, key=left.__getitem__):
        segment = held[name]
        outgrown = not segment.lists and not is_small(segment.count)
        if left[name] <= MERGED * size or 2 * left[name] < segment.count or outgrown:
            taken.append(name)
            size += left[name]
    made = []
    if size:
        made.append(f"vectors-{uuid4().hex}.faiss")
        _made(catalog, [held[name] for name in taken], new, size).save(catalog.folder / made[0])
    return sorted({*kept, *made} - {*taken})


def _left(catalog: FolderCatalog, segment: Segment) -> int:
    return int((catalog.contents.owners(segment.ids()) >= 0).sum())


def _made(catalog: FolderCatalog, taken: list[Segment], new: Ids, size: int) -> Segment:
    """A segment of what is new, and what is left of others."""
    if is_small(size):
        return Segment.flat(_batches(catalog, taken, new), catalog.recipe().dimension)
    held = [ids[catalog.contents.owners(ids) >= 0] for ids in (one.ids() for one in taken)]
    ids = np.sort(np.concatenate([new, *held]))
    some = np.random.default_rng(0).choice(len(ids), sample_size(len(ids)), replace=False)
    sample = np.concatenate([vectors for _, vectors in searched(catalog, ids[np.sort(some)])])
    return Segment.coded(searched(catalog, ids), sample, len(ids))


def _batches(
    catalog: FolderCatalog, taken: list[Segment], new: Ids
) -> Iterator[tuple[Ids, Vectors]]:
    for segment in taken:
        ids = segment.ids()
        there = catalog.contents.owners(ids) >= 0
        if segment.lists:
            yield from searched(catalog, ids[there])
        else:
            yield ids[there], segment.vectors()[there]
    yield from searched(catalog, new)
