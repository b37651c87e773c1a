"""The items of a list, word for word: those of a list block, rows of a table, or of a series in a sentence.

"You need a helmet, gloves and a vest." has three. A series is split by rule, at the commas, semicolons and "and" or "or"
of its own level: what stands in brackets or quotes is not touched.
"""

from __future__ import annotations

import itertools
import re

from rag.answering.tables.words import singular, stem
from rag.reading.asked import Kind
from rag.reading.units import is_item, is_lead, units
from rag.words import STOP, WORD

FEW = 3  # items that a series in a sentence has at least
LONGEST = 90  # characters of an item of a series
_MARK = re.compile(r"[ \t]*(?:[-*•–‣◦]|\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?:\[[ xX]?\][ \t]+)?")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"")
_BREAK = re.compile(r"[;:]\s|\s[-–—]+\s|[.!?…]+(?=\s|$)")
_JOIN = re.compile(
    r",\s+(?:and/or|and also|and|or|as well as|nor)\s+|,\s+|\s(?:and/or|and|or|as well as)\s+"
)
_COMMAS = re.compile(r",\s+(?:(?:and/or|and also|and|or|as well as|nor)\s+)?")
_OXFORD = re.compile(r",[^,]*,\s+(?:and/or|and|or|nor)\s")
_LAST = re.compile(r"\b(?:and/or|and|or|as well as|nor)\s")
_SEMICOLON = re.compile(r";\s+(?:(?:and|or)\s+)?")
_FINITE = re.compile(
    r"(?<=\s)(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|must|shall|should|will|would"
    r"|needs?|includ(?:es?|ing)|contains?|covers?|gets?|takes?|gives?|means?|like|namely|such as)\b(?:\s+(?:not|also"
    r"|only|be|been|have|to|include|contain|cover|take|get|give|all|always|never)\b)*"
)
_LEADS = re.compile(r"\b(?:for|with|from|of|in|on|by|to|at|about|than|as|between|against|under)\s")
_BEFORE = re.compile(  # what stands before a sentence, and is no item of it
    r"(?:in|on|at|if|when|while|after|before|since|as|once|where|unless|because|although|though)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(  # what stands behind an item, and is none
    r"(?:if|when|while|since|as|once|where|unless|because|although|though|so|but|which|who|that|it|they|we|you|he|she"
    r"|then|otherwise|however|instead)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:what|which|whats|wich)(?: [\w'’-]+){0,3} [\w-]+[^su\W]s\b|\b(?:kinds|types|sorts) of\b|^(?:list|name) "
    r"|^(?:[\w'’-]+ ){0,5}[\w-]{3,}[^su\W]s\W*$|\b(?:contents?|include|consist|contain)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?<![\w-])\w+(?=\s)")
Span = tuple[int, int]


def wants_items(question: str, kind: Kind) -> bool:
    """Whether several things are asked for: a list, or something in the plural.

    >>> wants_items("Which languages is the form in?", "fact"), wants_items("Who is the head?", "fact")
    (True, False)
    """
    return kind == "list" or (kind == "fact" and bool(_SEVERAL.search(question.strip())))


def items(text: str, at: int, question: str = "") -> list[Span]:
    """[start, end) of each item of the list that the unit which begins at ``at`` is one of, leads into, or holds as a
    series; none where there is no list.

    >>> text = "Bring:\\n- a helmet\\n- gloves\\n\\nThat is all."
    >>> [text[a:b] for a, b in items(text, 0)]
    ['a helmet', 'gloves']
    """
    parts = units(text)
    number = next((i for i, (start, end) in enumerate(parts) if start <= at < end), None)
    if number is None:
        return []
    unit = parts[number]
    block = _block(text, parts, number)
    inside = series(text, *unit, question)
    own = ": " in text[slice(*unit)] or _names(text, unit, question)
    if len(block) < 2 or (inside and own):
        return inside
    return block


def series(text: str, start: int, end: int, question: str = "") -> list[Span]:
    """[start, end) of the items of the longest series in the sentence ``text[start:end]``, :data:`FEW` at least.

    >>> text = "We speak German, French (a little) and Polish."
    >>> [text[a:b] for a, b in series(text, 0, len(text), "Which languages do you speak?")]
    ['German', 'French (a little)', 'Polish']
    """
    whole = text[start:end]
    flat = _BRACKETS.sub(lambda found: "_" * len(found[0]), whole)
    if flat.count("; ") >= FEW - 1:
        low = flat.find(": ") + 2 if ": " in flat.split(";")[0] else 0
        found = _pieces(flat, low, len(flat.rstrip(" .")), _SEMICOLON)
        return [(start + a, start + b) for a, b in found]
    edges = [
        0,
        *itertools.chain.from_iterable((m.start(), m.end()) for m in _BREAK.finditer(flat)),
        len(flat),
    ]
    clauses = list(zip(edges[::2], edges[1::2], strict=True))
    told = [_series_of(flat, low, high, question) for low, high in clauses]
    best = max(told, key=len, default=[])
    return [(start + low, start + high) for low, high in best] if len(best) >= FEW else []


def _block(text: str, parts: list[Span], at: int) -> list[Span]:
    """The items, or rows, around a unit, or behind one that leads into them, without their marks."""
    kinds = ["item" if is_item(text[a:]) else "row" if " | " in text[a:b] else "" for a, b in parts]
    if not kinds[at]:
        if not is_lead(text, *parts[at]) or at + 1 == len(parts) or not kinds[at + 1]:
            return []
        at += 1
    first = last = at
    while first > 0 and kinds[first - 1] == kinds[at]:
        first -= 1
    while last + 1 < len(parts) and kinds[last + 1] == kinds[at]:
        last += 1
    marks = [_MARK.match(text, a, b) for a, b in parts[first : last + 1]]
    return [
        (mark.end() if mark else a, b)
        for mark, (a, b) in zip(marks, parts[first : last + 1], strict=True)
    ]


def _series_of(flat: str, low: int, high: int, question: str) -> list[Span]:
    joint = _COMMAS if _OXFORD.search(flat, low, high) else _JOIN
    pieces = _pieces(flat, low, high, joint)
    after_colon = flat[max(0, low - 2) : low].startswith(":")
    pieces = _without_aside(flat, pieces)
    if len(pieces) < FEW or not (after_colon or _joined(flat, pieces)):
        return []
    if not after_colon:
        finite = (
            i
            for i in range(len(pieces) - 2, 0, -1)
            if _FINITE.search(" " + flat[slice(*pieces[i])], 3)
        )
        first = next(finite, 0)
        if first == 0 and len(pieces) > FEW and _BEFORE.match(flat[slice(*pieces[0])]):
            first = 1
        pieces = pieces[first:]
        pieces[0] = _without_lead(flat, pieces[0], pieces[1], question)
    return [] if len(pieces) < FEW or any(b - a > LONGEST for a, b in pieces[1:]) else pieces


def _without_aside(flat: str, pieces: list[Span]) -> list[Span]:
    """The pieces before the first that only goes on about one; all, where they are alike ("if ..., if ...")."""
    aside = [bool(_ASIDE.match(flat[slice(*piece)])) for piece in pieces]
    if sum(aside[1:]) > 1:
        return pieces
    return next((pieces[:i] for i in range(1, len(pieces)) if aside[i]), pieces)


def _pieces(flat: str, low: int, high: int, joint: re.Pattern[str]) -> list[Span]:
    found, at = [], low
    for join in joint.finditer(flat, low, high):
        found.append((at, join.start()))
        at = join.end()
    found.append((at, high))
    return [(a + len(flat[a:b]) - len(flat[a:b].lstrip()), a + len(flat[a:b].rstrip(" .,"))) for a, b in found if flat[a:b].strip(" .,")]  # fmt: skip


def _joined(flat: str, pieces: list[Span]) -> bool:
    """Whether an "and" or "or" stands before the last piece, and commas before the others."""
    gaps = [flat[b:a] for (_, b), (a, _) in itertools.pairwise(pieces)]
    return bool(_LAST.search(gaps[-1])) and all("," in gap for gap in gaps[:-1])


def _without_lead(flat: str, first: Span, second: Span, question: str) -> Span:
    """The first item without what leads into it: from the word on that the second begins with, too, or behind its
    last verb, preposition or word of the question."""
    low, high = first
    head = flat[low:high]
    opens = WORD.match(flat, *second)
    if opens:
        same = r"\d+" if opens[0].isdigit() else re.escape(opens[0])
        alike = list(re.finditer(rf"(?<!\w){same}(?!\w)", head, re.IGNORECASE))
        if alike:
            return low + alike[-1].start(), high
    asked = set(_stems(question))
    cuts = [m.end() for m in _FINITE.finditer(head)]
    cuts += [m.end() for m in _WORDS.finditer(head) if set(_stems(m[0])) & asked]
    leads = [m.end() for m in _LEADS.finditer(head)]
    cut = max((c for c in cuts or leads if head[c:].strip()), default=0)
    rest = head[cut:].lstrip()
    if lead := _LEADS.match(rest):
        rest = rest[lead.end() :].lstrip()
    return high - len(rest), high


def _names(text: str, unit: Span, question: str) -> bool:
    """Whether one item of a block is what is asked for: it has words of the question."""
    asked = set(_stems(question))
    return bool(asked) and 2 * len(asked & set(_stems(text[slice(*unit)]))) >= len(asked)


def _stems(text: str) -> list[str]:
    return [stem(singular(w)) for w in WORD.findall(text.lower()) if w not in STOP and len(w) > 1]
