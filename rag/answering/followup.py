"""The turns of a conversation, and follow-up questions made to stand alone by rule: for the bundled
reader, which cannot rewrite.

A follow-up keeps its own words, and the question that it goes on from is put behind it. Nothing is put in the place of a
pronoun: what it stands for is for the reader of both to say. English. BENCHMARKS.md says how often that is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_HISTORY = 600  # tokens of history that a model sees; a token is taken as three characters
MAX_ANSWER = 300  # characters of an earlier answer that are kept of it
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|hers|there|this one|that one|this|that|these|those)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:and |but |or )?(?:what|how) about\b\s*(?P<rest>.+?)\W*$|^\W*(?:and|but|or) "
    r"(?P<bare>(?:for|in|on|at|the|to|from|with|of)\b.+?)\W*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:and|but|or|also|so|then|ok(?:ay)?|well|thanks?(?: you)?)\b[\s,.:;-]*", re.IGNORECASE
)
_NAME = re.compile(r"\b[A-Z][\w'-]*(?:\s+(?:[A-Z][\w'-]*|\d[\w-]*))*|\b\d{3,4}\b")
_REFERRING = re.compile(
    r"\b(?:instead|otherwise|too|the same|(?:no|a|an|the|which|good|new|other) ones?)\b(?!-)"
    r"|\b(?:should|does|do|can|must|may|will|would|is|has) one (?:have|has|cost|take|last|need|weigh|contain|include|be)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\w)|\s[-–—]\s")
_POINTING = ("that", "this", "these", "those")
_STATED = re.compile(
    r"(?:cost|weigh|last|take|work|mean|include|apply|also|cover|happen|is|are|have|has|to|in|for)\b"
)
_CLAUSE = re.compile(
    r"(?:i|we|you|they|he|she|it|the|an?|my|our|your|their|there|this|someone|somebody|people)\b"
)
_AHEAD = re.compile(  # what stands before "that person", and not before a clause
    r"(?:\b(?:can|could|may|might|must|shall|should|will|would|do|does|did|is|are|was|were|has|have|if|when|of|in|on|at|by"
    r"|for|from|with|without|about|before|after|during|until|under|over|to|into|or|and)"
    r"|\b(?:i|we|you|they|he|she|to|can't|don't|cannot) [a-z]+)\s+$"
)
_NOW = re.compile(
    r"(?:year|month|week|quarter|season|time|morning|afternoon|evening|summer|winter|spring|autumn|company|firm"
    r"|organi[sz]ation|project|place|folder|handbook|manual|document|documentation|guide|country|city|site|house)\b"
)
_ANYONE = re.compile(r"(?:who|that|which|whose|of us|of you|days|with|without|on|at)\b")
_PREPOSITIONS = frozenset("for in on at to from with of under during".split())
_HEAD = frozenset(
    "how what when where which who whom whose why many much long often far soon old big large high "
    "fast about on at in for to from with under kind sort type".split()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, as it was asked and as it was answered, and its answer. Without a question:
    something that was told, which a model that makes a follow-up stand alone may look at."""

    question: str
    standalone: str
    answer: str


def recent(turns: Sequence[Turn]) -> list[Turn]:
    """The latest turns that fit MAX_HISTORY, oldest first."""
    left = 3 * MAX_HISTORY
    kept: list[Turn] = []
    for turn in reversed(turns):
        left -= len(turn.question) + min(len(turn.answer), MAX_ANSWER) + 20
        if left < 0:
            break
        kept.insert(0, turn)
    return kept


def standalone(question: str, asked: Sequence[str]) -> str:
    """A follow-up made to stand alone by rule. It keeps its own words; the question that it goes on from stands behind
    it in brackets, whose words carry what the conversation is about into search and reading. One that asks the same of
    something else is the question before it with that put in. One that refers to nothing is left as it is.

    ``asked`` are the questions before it as they were asked, the last one last.

    >>> standalone("Does that also cover my dog?", ["Who looks after my kids while I travel?"])
    'Does that also cover my dog? (Who looks after my kids while I travel?)'
    >>> standalone("And in Paris?", ["How much may a hotel cost in London?"])
    'How much may a hotel cost in Paris?'
    """
    asked = [one for one in asked if one]
    if not asked:
        return question
    topic = last = asked[0]  # the last question that stands by itself; and the last of all
    for follow_up in asked[1:]:
        if instead := _asked_of_another(follow_up, topic):
            topic = last = instead
        elif _depends(follow_up):
            last = _own_words(follow_up)
        else:
            topic = last = follow_up
    if instead := _asked_of_another(question, topic):
        return instead
    if not _depends(question):
        return question
    behind = topic if last == topic else f"{topic} {last}"
    return f"{_own_words(question)} ({behind})"


def _depends(question: str) -> bool:
    """Whether it refers to what was said before, or goes on from it."""
    asked = _LEAD.sub("", question).strip()
    return (
        asked != question.strip()
        or _refers(question)
        or _ABOUT.match(question) is not None
        or len(asked.split()) <= 2
    )


def _refers(question: str) -> bool:
    """Whether a word of its first sentence, which nothing in it stands before, stands for something said before: not
    "that" before a clause, not "it" that stands for nothing ("is it possible")."""
    question = _SENTENCE.split(question.strip(), maxsplit=1)[0]
    if _REFERRING.search(question):
        return True
    for match in _PRONOUN.finditer(question):
        word, after = match.group().lower(), question[match.end() :].lstrip().lower()
        if word in _POINTING and re.match(r"[a-z]", after) and not _STATED.match(after):
            before = question[: match.start()].lower()
            if not _points(word, before, after):
                continue
            return True
        if word == "it" and re.match(r"(?:possible|allowed|necessary|required|true)\b", after):
            continue
        if (
            word == "there"
            and after.strip("?!. ")
            and re.search(r"\b(?:is|are|was|were)\s+$", question[: match.start()], re.IGNORECASE)
        ):
            continue
        if word == "there" and re.match(r"(?:is|are|was|were)\b", after):
            continue
        return True
    return False


def _points(word: str, before: str, after: str) -> bool:
    """Whether "that person", "these files" or "I run that again" points back: not "a box that opens", "think that
    it does", "those who", "this year"."""
    if word == "that":
        return not _CLAUSE.match(after) and _AHEAD.search(before) is not None
    return not (_NOW if word == "this" else _ANYONE).match(after)


def _own_words(question: str) -> str:
    """Without the "and", "so" or "ok" that it begins with."""
    asked = _LEAD.sub("", question).strip() or question.strip()
    return asked[:1].upper() + asked[1:]


def _asked_of_another(question: str, last: str) -> str:
    """The last question, asked of something else: of what has the same preposition ("in Paris"), of another
    name for its only one, of another of the same kind ("the quality department", "level 2", "scales"). "" where
    that is not sure to be what is meant."""
    about = _ABOUT.match(question)
    asked = about["rest"] or about["bare"] if about else _LEAD.sub("", question).strip()
    if not about and (asked == question.strip() or len(asked.split()) > 4):
        return ""
    other = asked.rstrip(" ?.!")
    words = other.lower().split()
    if not words or len(words) > 5 or words[0] in _HEAD - _PREPOSITIONS or _refers(other):
        return ""
    span = (_after_preposition if words[0] in _PREPOSITIONS else _like)(other, last)
    return f"{last[: span[0]]}{other}{last[span[1] :]}" if span else ""


def _after_preposition(other: str, last: str) -> tuple[int, int] | None:
    word = other.split()[0]
    ending = rf"(?=\s+(?:{'|'.join(_PREPOSITIONS)})\b|\W*$)"
    same = list(re.finditer(rf"\b{word}\s+[^?,]+?{ending}", last, re.IGNORECASE))
    return same[0].span() if len(same) == 1 else None


def _like(other: str, last: str) -> tuple[int, int] | None:
    """Where in the last question something stands that is plainly of the kind of ``other``."""
    names = list(_NAME.finditer(last, 1))
    if _NAME.fullmatch(re.sub(r"^the |\b(?:and|or) ", "", other)):
        if len(names) != 1 or names[0].group().isdigit() != other.isdigit():
            return None
        start = names[0].start()
        if other.lower().startswith("the ") and last[:start].lower().endswith("the "):
            start -= len("the ")
        return start, names[0].end()
    words = re.escape(other).split("\\ ")
    if re.fullmatch(r"\d+", words[-1]) and len(words) == 2:  # "level 2"
        found = re.search(rf"\b{words[0]} \d+\b", last, re.IGNORECASE)
        return found.span() if found else None
    if re.match(r"(?:the|an?|my|our)\s", other, re.IGNORECASE) and len(words) > 2:
        found = re.search(
            rf"\b(?:the|an?|my|our) (?:[\w-]+ ){{1,2}}{words[-1]}\b", last, re.IGNORECASE
        )
        return found.span() if found else None
    plural = re.search(r"\b(?:are|were|do|did|can|may|must|should) ([a-z-]{3,}s) [a-z]", last)
    return plural.span(1) if plural and re.fullmatch(r"(?:[a-z-]+ )?[a-z-]{3,}s", other) else None
