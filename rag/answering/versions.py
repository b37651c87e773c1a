"""Versions of one file: where "leave-policy-2024.pdf" and "leave-policy-2023.pdf" say nearly the same,
the newer one is read, unless the question asks for the past."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.retrieval.passages import Passage

ALIKE = 0.5  # share of words that two passages must have in common (Jaccard)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PAST = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\b(?:last year|previous|former|formerly|earlier|old|older|used to|past|history"
    r"|change[sd]?|compare[sd]?|before|versions?)\b",
    re.IGNORECASE,
)


def newest(passages: Sequence[Passage], question: str) -> list[Passage]:
    """The passages without those that a newer version of their file, also among them, says nearly
    the same as. Versions are files whose names are equal but for a year."""
    if _PAST.search(question):
        return list(passages)
    dated = [_version(passage.hit.source) for passage in passages]
    words = [frozenset(re.findall(r"\w+", passage.text.lower())) for passage in passages]
    return [
        passage
        for i, passage in enumerate(passages)
        if not any(
            dated[j][0] == dated[i][0] and dated[j][1] > dated[i][1] and _alike(words[i], words[j])
            for j in range(len(passages))
        )
    ]


def _version(source: str) -> tuple[str, str]:
    """("leave-policy-#.pdf", "2024"); the folder does not count: older versions move to archives."""
    name = PurePosixPath(source).name
    years = _YEAR.findall(name)
    return _YEAR.sub("#", name), years[0] if len(years) == 1 else ""


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one | other)
    return bool(both) and len(one & other) / both >= ALIKE
