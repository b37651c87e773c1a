"""Things that a number tells apart: "the Brio 300", "error 812". Where passages name others of the kind and
never this one, what they say is of those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.retrieval.passages import Passage

RARELY = 0.1  # probability, at most, that what is said of others answers; see BENCHMARKS.md
MOST = 3  # of the others that are named
_NUMBER = r"(\d{3,6}|[A-Z]\d{2,}|\d{2,}[A-Z])(?![\w%]|[.,:]\d)"
_PAIR = re.compile(rf"(?<!\w)([^\W\d_]{{2,}})[ \-–]{_NUMBER}", re.IGNORECASE)
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
# Words that are written small, and number things all the same.
_NOUNS = frozenset("code error form model".split())
# What stands before a number as a capital and names no thing.
_OTHERS = frozenset(
    "a about above after an and around at before below between by chf circa eur for from gbp in least most no number of on only "
    "or over page than that the this to under until up usd with january february march april may june july august september october "
    "november december year".split()
)


def only_others(question: str, passages: Sequence[Passage]) -> str:
    """Where the question asks for a numbered thing, and the passages name only others: a sentence about "they" that says so; else ""."""
    for asked in _pairs(question):
        word, number = (part.lower() for part in asked.groups())
        texts = [text for text in map(_whole, passages) if re.search(rf"(?i)\b{word}\b", text)]
        if any(_may_name(text, word, number) for text in texts):
            continue
        named = {
            other[0]
            for text in texts
            for other in _pairs(text)
            if other[1].lower() == word and (other[1][0].isupper() or word in _NOUNS)
        }
        if named:
            others = ", ".join(sorted(named)[:MOST])
            return f"They speak of {others}, not of {asked[0]}."
    return ""


def _may_name(text: str, word: str, number: str) -> bool:
    """Whether a number stands by itself ("Brio 200, 240 and 300"), or behind the word, and not only behind other names."""
    for match in re.finditer(rf"(?i)(?:([^\W\d_]+)([ \-–]))?(?<!\w){number}(?!\w)", text):
        before, joined = match[1] or "", match[2] == "-"  # as in the names of files
        if (
            before.lower() == word
            or before.lower() in _OTHERS
            or not (joined or before[:1].isupper())
        ):
            return True
    return False


def _pairs(text: str) -> list[re.Match[str]]:
    found = _PAIR.finditer(text)
    return [m for m in found if m[1].lower() not in _OTHERS and not _YEAR.fullmatch(m[2])]


def _whole(passage: Passage) -> str:
    """All that is known of a passage: its text, what stands above it, its file's name."""
    return "\n".join((passage.text, passage.hit.context, passage.hit.source))
