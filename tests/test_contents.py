"""The record of what a generation holds."""

from __future__ import annotations

import numpy as np

from rag.store.contents import Contents


def test_chunks_stand_where_they_are_listed() -> None:
    chance = np.random.default_rng(0)
    held, first = [], 1
    for document in range(200):
        first += int(chance.choice((0, 0, 0, 1, 7)))  # ids that have gone
        count = int(chance.integers(0, 4))
        held.append((document, first, count, (f"{document}.md",)))
        first += count
    contents = Contents(held)
    chunks = contents.chunks()
    assert contents.places(chunks).tolist() == [*range(len(chunks))]
    asked = np.arange(-2, first + 3)
    listed = chunks.tolist()
    wanted = [listed.index(one) if one in listed else -1 for one in asked.tolist()]
    assert contents.places(asked).tolist() == wanted
    assert Contents().places(asked).tolist() == [-1] * len(asked)
