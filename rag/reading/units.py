"""A passage as units: sentences, list items, rows of a table, headings, lines of code.

What an answer of more than a few words is put together from. Line breaks end a unit unless the line
was only wrapped; a list item, or a term with its explanation, is one unit, however many sentences it has, so that it
stays whole: "The default is 9." says nothing by itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.documents.sentences import sentence_ends
from rag.reading.prefix import NEVER, Prefix, Tokens

WRAPPED = 45  # characters; a line at least this long that no punctuation ends goes on in the next
LONGEST_HEADING = 80
LONGITEM = 240  # characters; a longer list item, or explanation of a term, is told by its sentences
ITEM = re.compile(r"[ \t]*(?:[-*•–‣◦]|\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
_WORD = re.compile(r"\w\w")
# What no sentence ends with: it goes on in what is set off below ("please send mail to", and an address by itself).
_HANGS = re.compile(
    r"\b(?:to|at|with|by|from|for|of|is|are|than|like|via|using|and|or|the|an?|simply)$",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"\b(?:the following|as follows|(?:listed|given) below)\b", re.IGNORECASE)
_TERM = re.compile(
    r"[^\s.:;!?](?:[^\n.:;!?]{0,38}[^\s.:;!?])?: +\S"
)  # "MaxCopies number: How many ..."


def is_item(line: str) -> bool:
    """Whether a line opens with a bullet or a number."""
    return bool(ITEM.match(line))


def is_lead(text: str, start: int, end: int) -> bool:
    """Whether a unit leads into what follows it: it ends with a colon or a question mark, is a heading, or speaks of
    "the following" before a list."""
    words = text[start:end].rstrip()
    announces = bool(_FOLLOWING.search(words)) and is_item(text[end:].lstrip("\n"))
    return words.endswith((":", "?")) or announces or is_heading(text, start, end)


def is_heading(text: str, start: int, end: int) -> bool:
    """Whether a unit is short, a paragraph by itself, with no mark at its end."""
    words = text[start:end].rstrip()
    alone = text[end : end + 2] == "\n\n" and (start == 0 or text[start - 1] == "\n")
    return alone and len(words) <= LONGEST_HEADING and words[-1:].isalnum() and not is_item(words)


def headings_above(text: str) -> dict[tuple[int, int], str]:
    """For every unit the last heading, or line that asks, before it; "" where there is none."""
    found, above = {}, ""
    for start, end in units(text):
        found[start, end] = above
        if is_heading(text, start, end) or text[start:end].endswith("?"):
            above = text[start:end]
    return found


def units(text: str) -> list[tuple[int, int]]:
    """[start, end) of every unit, in order, without white space around; what holds no word of two
    letters belongs to the unit before it."""
    found: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        block = text[start:end]
        marker = ITEM.match(block)
        if " | " in block or ((marker or _TERM.match(block)) and len(block) <= LONGITEM):
            cuts = [0, len(block)]
        else:
            skip = marker.end() if marker else 0
            cuts = [0, *(skip + cut for cut in sentence_ends(block[skip:])), len(block)]
        for low, high in itertools.pairwise(cuts):
            part = block[low:high]
            begin = start + low + len(part) - len(part.lstrip())
            stop = start + low + len(part.rstrip())
            if begin >= stop:
                continue
            if found and low and not _WORD.search(text[begin:stop]):
                found[-1] = found[-1][0], stop
            else:
                found.append((begin, stop))
    return found


def weighed(
    parts: Sequence[tuple[int, int]],
    tokens: Tokens,
    windows: Sequence[tuple[Prefix, NDArray[np.float32]]],
) -> NDArray[np.float64]:
    """Of each unit, log P that an answer starts in it less log P that its passage has none, in nats:
    comparable between passages. Of several windows, the best counts.

    ``windows`` are those of the passage, each with log P of its first steps [n].
    """
    found = np.full(len(parts), NEVER)
    for window, starts in windows:
        begins = tokens.begins[window.first : window.first + window.count]
        log_p = starts[window.offset : window.offset + window.count].astype(np.float64)
        for number, (low, high) in enumerate(parts):
            first, last = np.searchsorted(begins, [low, high])
            if first < last:
                inside = float(np.logaddexp.reduce(log_p[first:last])) - float(starts[0])
                found[number] = max(found[number], inside)
    return found


def _blocks(text: str) -> list[tuple[int, int]]:
    """Lines; those that were wrapped, and what is set off in the midst of a sentence, joined."""
    made: list[tuple[int, int]] = []
    at, blank, wrapped, hangs, set_off = 0, False, False, False, False
    for line in text.split("\n"):
        end = at + len(line)
        words = line.strip()
        if words:
            row = " | " in line
            follows = hangs and (line[0].isspace() or words[0].islower())
            set_off = blank and (follows or (set_off and words[0].islower()))
            if (wrapped or set_off) and not row and not is_item(line):
                made[-1] = made[-1][0], end
            else:
                made.append((at, end))
                set_off = False
            wrapped = len(words) >= WRAPPED and words[-1] not in ".!?:;|" and not row
            hangs = bool(_HANGS.search(words)) and not row
        else:
            wrapped = False
        blank = not words
        at = end + 1
    return made
