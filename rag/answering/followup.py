"""The turns of a conversation, and follow-up questions made to stand alone by rule: for the bundled
reader, which cannot rewrite.

A pronoun is replaced by the subject of an earlier question, and "what about X?" asks the last
question of X. English. BENCHMARKS.md says how often that is right.
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
_AUXILIARY = frozenset(
    "is are was were do does did has have had can could may might must shall should will would".split()
)
_HEAD = frozenset(
    "how what when where which who whom whose why many much long often far soon old big large high "
    "fast about on at in for to from with under kind sort type".split()
)
_SELF = frozenset("i we you one they he she it".split())
# Verbs that end what a question is about: "How long does probation last?"
_VERB = re.compile(
    r"(?:\w+ed|cost|weigh|last|take|get|have|work|mean|need|use|start|begin|end|come|go|pay|give|keep|hold|run"
    r"|make|made|sold|paid|kept|held|built|open|close|apply|belong|include|contain|cover|look|sell|rise|fall|grow"
    r"|happen|stand|carry|bring|reach|allow|require|expire|valid|due|possible|allowed)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, as it was asked and as it was answered, and its answer."""

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
    """A follow-up made to stand alone by rule, with the question before it in brackets: its words carry what
    the conversation is about into search and reading. A question that refers to nothing is left as it is.

    ``asked`` are the questions before it as they were asked, one at least, the last one last.

    >>> standalone("Does that also cover my dog?", ["Who looks after my kids while I travel?"])
    'Does that also cover my dog? (Who looks after my kids while I travel?)'
    """
    earlier = [asked[0]]
    for follow_up in asked[1:]:
        earlier.append(rewritten(follow_up, earlier))
    made = rewritten(question, earlier)
    refers = _PRONOUN.search(question) or _LEAD.match(question)
    if _ABOUT.match(question) or (made == question and not refers):
        return made  # the last question asked of something else; one that needs nothing
    return f"{made} ({earlier[-1]})"


def rewritten(question: str, earlier: Sequence[str]) -> str:
    """A follow-up made to stand alone by rule; a question that stands alone is left as it is.

    ``earlier`` are the questions before it, each standing alone, the last one last.

    >>> rewritten("And how heavy is it?", ["What does the Aurora 310 cost?"])
    'How heavy is the Aurora 310?'
    """
    last = earlier[-1]
    about = _ABOUT.match(question)
    if about:
        return _instead(last, about["rest"] or about["bare"])
    asked = _LEAD.sub("", question).strip() or question
    words = asked.lower().split()
    if (
        asked != question
        and len(words) <= 4
        and not _AUXILIARY & set(words)
        and words[0] not in _HEAD
    ):
        return _instead(last, asked.rstrip(" ?.!"))  # "And scales?"
    match = _referring(asked)
    subject = next(filter(None, map(_subject, reversed(earlier))), "")
    if match is not None and subject:
        found = match.group().lower()
        if found == "there":
            subject = f"at {subject}"
        own = (
            "'s"
            if found in ("its", "their", "his")
            or (found == "her" and asked[match.end() :].strip(" ?"))
            else ""
        )
        return _capital(f"{asked[: match.start()]}{subject}{own}{asked[match.end() :]}")
    if subject and len(words) <= 2:  # "How long?"
        return _capital(f"{asked.rstrip(' ?')} for {subject}?")
    return _capital(asked) if asked != question else question


def _referring(question: str) -> re.Match[str] | None:
    """The pronoun that stands for something said before: not "that" before a clause, not "it" that
    stands for nothing ("is it possible")."""
    for match in _PRONOUN.finditer(question):
        word, after = match.group().lower(), question[match.end() :].lstrip().lower()
        if (
            word in ("that", "this", "these", "those")
            and re.match(r"[a-z]", after)
            and not re.match(
                r"(?:cost|weigh|last|take|work|mean|include|apply|cover|happen|is|are|have|has)\b",
                after,
            )
        ):
            continue
        if word == "it" and re.match(r"(?:possible|allowed|necessary|required|true)\b", after):
            continue
        if word == "there" and re.search(r"\b(?:is|are|was|were)\s+$", question[: match.start()]):
            continue
        return match
    return None


def _subject(question: str) -> str:
    """What a question is about: "How long does the warranty last?" -> "the warranty"."""
    span = _subject_span(question)
    return question[span[0] : span[1]] if span else ""


def _subject_span(question: str) -> tuple[int, int] | None:
    words = list(re.finditer(r"[^\s?!.,;]+", question))
    low = [m.group().lower() for m in words]
    aux = next((i for i, w in enumerate(low) if w in _AUXILIARY), None)
    if aux is None:
        # "Who heads the marketing department?"
        first = 2 if low and low[0] in _HEAD else 1
        part = words[first:]
    elif aux + 1 < len(words) and low[aux + 1] in _SELF:
        # "How many days of annual leave do I get?"; "Where do I find the serial number?"
        part = [m for m in words[:aux] if m.group().lower() not in _HEAD]
        if not part:
            part = words[aux + 3 :]
    else:
        part = words[aux + 1 :]
    kept: list[re.Match[str]] = []
    for m in part:
        if kept and _VERB.fullmatch(m.group()):
            break
        kept.append(m)
    while kept and (kept[0].group().lower() in _HEAD or kept[0].group().lower() == "there"):
        kept.pop(0)
    if not kept or len(kept) > 8:
        names = list(_NAME.finditer(question, 1))
        return names[-1].span() if names else None
    return kept[0].start(), kept[-1].end()


def _instead(question: str, other: str) -> str:
    """The last question, asked of something else, which takes the place of what shares its
    preposition ("in Paris"), of a name if it is one, else of the question's subject."""
    preposition = re.match(r"(for|in|on|at|to|from|with|of|under|during)\s+", other, re.IGNORECASE)
    if preposition:
        ending = r"(?=\s+(?:for|in|on|at|to|from|with|of|cost)\b|\W*$)"
        same = list(re.finditer(rf"\b{preposition[1]}\s+[^?,]+?{ending}", question, re.IGNORECASE))
        if same:
            return question[: same[-1].start()] + other + question[same[-1].end() :]
        return f"{question.rstrip(' ?')} {other}?"
    names = list(_NAME.finditer(question, 1))
    if not other[:1].isdigit():  # a year is put in place of a year only
        names = [m for m in names if not m.group().isdigit()]
    span = names[-1].span() if names and _NAME.search(other) else _subject_span(question)
    if span is None:
        return f"{question.rstrip(' ?')} for {other}?"
    start, end = span
    lead = re.search(r"\b(?:the|an?)\s+$", question[:start], re.IGNORECASE)
    if lead and re.match(r"(?:the|an?|my|our)\s", other, re.IGNORECASE):
        start = lead.start()
    return question[:start] + other + question[end:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
