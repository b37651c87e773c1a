"""Where sentences end. A rule, not a model: it must be fast, exact in its offsets and the same
everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

# A run of full stops is taken whole or not at all: what would be given back could not end a sentence,
# and to try each of n takes n² steps.
_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’)\]]*+(?=\s)|[。！？]["'”’」』）]*+""",
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]?|mr|mrs|ms|dr|prof|sr|jr|st|vs|etc|inc|ltd|"
    r"co|corp|no|nos|fig|figs|eq|sec|ch|vol|pp|ed|eds|al|cf|approx|dept|est|jan|feb|mar|apr|jun|"
    r"jul|aug|sep|sept|oct|nov|dec|ca|bzw|ggf|z\.b|d\.h|u\.a|usw|nr|abs|art)\.$",
    re.IGNORECASE,
)
LONG_SENTENCE = 400  # characters; of a longer one (a table without full stops) the line is taken
SAMPLE = 20_000  # characters by which a text is taken for one without capitals
FEW_LETTERS = 40  # of them, too few to tell
RARE_CAPITALS = 0.002  # of its letters: a name here and there
_OPENS = re.compile(r"""\s+["'“‘(\[]*[^\W_]""")


def sentence_ends(text: str, *, lower_case: bool | None = None) -> Iterator[int]:
    """Offsets just behind each sentence of ``text`` but the last, in order.

    A full stop ends a sentence when what follows opens one: a capital, a digit, a quote.
    In text that is all lower case (``lower_case``; None looks for itself) any letter opens one.

    >>> list(sentence_ends("Dr. Smith came. He left."))
    [15]
    >>> list(sentence_ends("It costs 3.50 euros, approx. Really!"))
    []
    """
    if lower_case is None:
        lower_case = is_lower_case(text)
    for found in _END.finditer(text):
        end = found.end()
        if found[0][0] in "。！？":
            if end < len(text):
                yield end
            continue
        opening = _OPENS.match(text, end)
        if opening is None:
            continue
        if opening[0][-1].islower() and not lower_case:
            continue
        if (
            found[0].startswith(".")
            and len(found[0]) == 1
            and _ABBREVIATION.search(text[max(0, end - 12) : end])
        ):
            continue
        yield end


def is_lower_case(text: str) -> bool:
    """Whether ``text`` is written without capitals (as some exports and transcripts are).

    Its first 20,000 characters decide; with 40 letters or fewer there is nothing to tell by.
    """
    sample = text[:SAMPLE]
    letters = sum(1 for c in sample if c.isalpha())
    capitals = sum(1 for c in sample if c.isupper())
    return letters > FEW_LETTERS and capitals < RARE_CAPITALS * letters


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of every sentence, in order; together they are all of ``text``.

    >>> [("One. Two.")[start:end] for start, end in sentence_spans("One. Two.")]
    ['One.', ' Two.']
    """
    yield from pairwise([0, *sentence_ends(text), len(text)])


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence or sentences of ``text`` that hold ``[start, end)``, within their paragraph;
    the lines, where that would be long.

    >>> text = "Closed on Monday. Open until nine. Ring the bell."
    >>> start, end = sentence_around(text, text.index("nine"), text.index("nine") + 4)
    >>> text[start:end]
    'Open until nine.'
    """
    low = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    high = text.find("\n\n", end)
    high = len(text) if high < 0 else high
    cuts = [low, *(low + e for e in sentence_ends(text[low:high])), high]
    begin = max(cut for cut in cuts if cut <= start)
    stop = min(cut for cut in cuts if cut >= end)
    if stop - begin > LONG_SENTENCE:
        begin = max(begin, text.rfind("\n", 0, start) + 1)
        line = text.find("\n", end)
        stop = stop if line < 0 else min(stop, line)
    while begin < start and text[begin].isspace():
        begin += 1
    while stop > end and text[stop - 1].isspace():
        stop -= 1
    return begin, stop
