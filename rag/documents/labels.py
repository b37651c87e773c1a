"""What a document goes by: the names and years that its file name, its title and its first lines give it.

"Boeing" in ``BOEING_2022_10K.pdf`` tells that report from others; "annual" and "report" do not. A name is a word that
the document itself writes with a capital: ``travel`` is what a guide is about, not what it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.documents.traits import Traits
from rag.documents.writing import in_a_row, may_be_names
from rag.documents.years import years_in
from rag.words import STOP


@dataclass(frozen=True, slots=True)
class Labels:
    """Of one document: the names that its file and title give it, and its first lines; the year in its file's
    name or else its title, and years of its title, its date and its first lines. In lower case."""

    names: frozenset[str]
    first_names: frozenset[str]
    years: frozenset[str]
    near_years: frozenset[str]


def labels_of(text: str, traits: Traits, files: Sequence[str]) -> Labels:
    """What a document goes by, which is in these files (names within their folder): by its text, and what was found in it."""
    called = " ".join(str(PurePosixPath(file).with_suffix("")) for file in files)
    words = frozenset(may_be_names(called))
    written = words.intersection(traits.names)
    names = written.union(traits.title_names, in_a_row(text, words - written))
    return Labels(
        names=names,
        first_names=frozenset(traits.first_names) - names,
        years=years_in(called) or frozenset(traits.years),
        near_years=frozenset(traits.near_years),
    )


def name_candidates(text: str) -> frozenset[str]:
    """What may be a name in a question, in lower case: its words, and two or three of them in a row as one, as
    files are named ("Best Buy": "bestbuy")."""
    words = list(may_be_names(text))
    rows = (words[i : i + n] for n in (1, 2, 3) for i in range(len(words) - n + 1))
    return frozenset("".join(row) for row in rows if len(row) > 1 or row[0] not in STOP)
