"""How much of a passage answers a question: a span of words, or whole sentences and lists.

"How long is probation?" wants two words; "How do I connect?" wants all the steps, as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.reply import Reply
from rag.documents.sentences import sentence_around, sentence_ends
from rag.retrieval.passages import Passage, PassageSpan

MOST = 700  # characters of a whole answer
_PROCEDURE = re.compile(
    r"^\W*(?:how (?:do|can|should|could|would|must) (?:i|we|you|one|someone|customers?|employees?)\b"
    r"|how (?:to\b|is (?:it|this) done)|what (?:should|must|do|can) (?:i|we|you|one) do\b"
    r"|(?:please )?(?:explain|describe|list|show)\b|why\b"
    r"|(?:what|which) (?:are|were) (?:(?:all|the|our|your|its|their|main|two|three|four|five|six|seven"
    r"|\d+) )+[\w-]*(?:\s[\w-]+)?s\b"
    r"|(?:what|which) (?:[\w-]+ ){0,2}[\w-]+s (?:are|do|does|must|have|go)\b"
    r"|what is the (?:procedure|process|way)\b)",
    re.IGNORECASE,
)
_MUCH = re.compile(
    r"^\W*how (?:do|can|should) \w+ (?:often|long|much|many|fast|far|soon)\b", re.IGNORECASE
)
_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)]|[a-z][.)])[ \t]+\S")


def in_full(reply: Reply, question: str, passages: Sequence[Passage]) -> Reply:
    """A reply that is a quote, made whole sentences or a list where the question asks for them; the
    closest of an abstention too. A number is all that was asked for, and stays as it is."""
    if not reply.spans or not wants_whole(question):
        return reply
    span = reply.spans[0]
    passage = passages[span.passage].text
    if passage[span.start : span.end][:1].isdigit():
        return reply
    start, end = whole(passage, span.start, span.end)
    lines = (" ".join(line.split()) for line in passage[start:end].split("\n"))
    text = "\n".join(line for line in lines if line)
    found = PassageSpan(span.passage, start, end)
    return replace(reply, text=text if reply.text else "", spans=(found,))


def wants_whole(question: str) -> bool:
    """Whether its answer is sentences or a list rather than a few words.

    >>> wants_whole("How do I connect to the VPN?"), wants_whole("How long is probation?")
    (True, False)
    """
    return bool(_PROCEDURE.search(question)) and not _MUCH.search(question)


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The list that holds ``text[start:end]``, or that its sentence leads into; else its sentence and
    those after it in the paragraph. At most MOST characters, in whole lines or sentences."""
    lines = _lines(text)
    at = next(i for i, (a, b) in enumerate(lines) if a <= start <= b)
    items = [bool(_ITEM.match(text[a:b])) for a, b in lines]
    if not items[at]:
        at = _list_after(text, lines, items, at)
    if at >= 0 and items[at]:
        return _list_at(text, lines, items, at)
    begin, stop = sentence_around(text, start, end)
    paragraph = text.find("\n\n", stop)
    paragraph = len(text) if paragraph < 0 else paragraph
    final = stop
    for cut in [*sentence_ends(text[stop:paragraph]), paragraph - stop]:
        if stop + cut - begin > MOST:
            break
        final = stop + cut
    return begin, _trimmed(text, begin, final)


def _lines(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _list_after(text: str, lines: list[tuple[int, int]], items: list[bool], at: int) -> int:
    """The first item of a list that a line leads into: nothing but blank lines between them, and the
    line a heading or ending with a colon; -1 if there is none."""
    line = text[lines[at][0] : lines[at][1]].strip()
    if not line.endswith(":") and (line.endswith((".", "!", "?")) or len(line) > 80):
        return -1
    following = at + 1
    while following < len(lines) and not text[slice(*lines[following])].strip():
        following += 1
    return following if following < len(lines) and items[following] else -1


def _list_at(
    text: str, lines: list[tuple[int, int]], items: list[bool], at: int
) -> tuple[int, int]:
    """All items of the list around line ``at``; lines between items that are indented belong to it."""
    first = last = at
    while first > 0 and (items[first - 1] or _continues(text, lines[first - 1])):
        first -= 1
    while not items[first]:
        first += 1
    while last + 1 < len(lines) and (items[last + 1] or _continues(text, lines[last + 1])):
        last += 1
    while lines[last][1] - lines[first][0] > MOST and last > at:
        last -= 1
    begin = lines[first][0]
    begin += len(text[begin:]) - len(text[begin:].lstrip())
    return begin, _trimmed(text, begin, lines[last][1])


def _continues(text: str, line: tuple[int, int]) -> bool:
    words = text[slice(*line)]
    return words.startswith(("  ", "\t")) and bool(words.strip())


def _trimmed(text: str, begin: int, end: int) -> int:
    while end > begin and text[end - 1].isspace():
        end -= 1
    return end
