"""Whether a rule says yes or no to a question: only where its words leave no doubt.

A rule on the words alone, fitted by hand on questions that people wrote (scripts/bench_kinds.py): most rules decide
a question by what they mean, not by its words, and then nothing is said. It is silent wherever there is a
condition, an exception or a limit in the rule, or an exception behind it: whether that is met, words don't tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.answering.answer import Verdict
from rag.answering.tables.words import singular, stem
from rag.reading.units import units
from rag.words import STOP

_About = Literal["duty", "leave", "fact"]
CERTAIN = 0.6  # confidence in the rule below which nothing is said
HELD = 0.5  # of the question's words that a rule which says yes has to have
SCOPE = 5  # words behind a "not" that it may deny
DENIED = 0.5  # of them that have to be the question's
BEHIND = 2  # units behind a rule in which an exception may stand

_ASKS = r"(?:does|do|did|is|are|was|were|can|could|may|might|must|should|shall|will|would|has|have|had|am)"
_LIGHT = STOP | frozenset(
    "may must might shall ought need needs needed never only also just even still yes ok okay fine allowed permitted "
    "possible required mandatory get gets got go goes one ll ve re really then too now any some all every please nor "
    "none nobody nothing neither without cannot".split()
)
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_PAST = re.compile(r"ied$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_TOLD = re.compile(rf"^.*?,\s+(?:(?:so|and|but|then)\s+)?{_ASKS}\s")  # "If it fails, can ..."
_CLAUSE = re.compile(
    r"[.;:!?]\s+|,\s+|\s[-–—]+\s|[()]|\s(?=(?:but|and|because|unless|except|if|provided|whereas|although|though"
    r"|since|or|when|until|which|who|as long as|while|even)\s)"
)
_SUBORDINATE = re.compile(
    r"(?:because|unless|except|if|provided|whereas|although|though|since|when|until|which|who|as long as|while"
    r"|even if|as)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nor|neither|nowhere)\b(?! (?:only|later|more than|less than"
    r"|longer than|matter|doubt|problem|one else))"
)
_WITHOUT = re.compile(r"\b(?:without|with no)\b[^,.;]*")
_BANNED = re.compile(
    r"\b(?:forbidden|prohibited|banned|refused|rejected|denied|excluded|impossible|unsupported|off limits"
    r"|out of the question|against the rules|disallowed|ineligible|illegal)\b"
)
_DUE = re.compile(
    r"\b(?:must|ha(?:ve|s) to|requires?|required|needs? to|needs|needed|need|necessary|mandatory|compulsory"
    r"|obligatory|always|shall)\b"
)
_MUST_NOT = re.compile(r"\b(?:must|shall) not\b")
_FREE = re.compile(
    r"\b(?:may|can|could|allowed|permitted|ok|okay|fine|welcome|free to|possible|accepted|acceptable|entitled"
    r"|eligible|covered|supported|permits?|allows?)\b"
)
_REFUSED = re.compile(
    r"(?:\W+\w+){0,2}?\W+(?:allowed|permitted|possible|accepted|acceptable|supported|available|covered)\b"
)
_LIMITED = re.compile(
    r"\b(?:if|when|provided|as long as|until|where|while|once|after|before|within|up to|at least|at most|only"
    r"|unless|except(?:ed|ions?)?|exempt\w*|other than|apart from|otherwise|however|but|not even|waived?"
    r"|save (?:where|if|for|when|that|in))\b"
)
_EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ed|ions?)?|exempt\w*|other than|apart from|waived?|save (?:where|if|for|when|that|in))\b"
    r"|^\W*(?:but|however|still|only|instead|that said|otherwise)\b"
)
_NARROW = re.compile(r"\b(?:limited|restricted|instead)\b")
_TURNED = re.compile(r"\b(?:without|only|w/o|still|enough|too|or|both|alike|same|differ\w*)\b")
_ASKS_BAN = re.compile(r"\b(?:forbidden|prohibited|banned|not allowed|against the rules|illegal)\b")
_ASKS_DUTY = re.compile(
    r"\b(?:do|does|did|will|would)\s+(?:[\w'-]+\s+){1,4}?(?:(?:still|really|also|always|actually) )?(?:have to|need)\b"
    r"|\b(?:must|should|shall|ought|needs?|required|mandatory|necessary|needed|compulsory|obligatory|obliged"
    r"|optional)\b|\b(?:am|are|is)\s+[\w' -]+ (?:supposed|expected) to"
)
_ASKS_LEAVE = re.compile(
    r"\b(?:can|may|could|might)\s+[\w-]+|\b(?:allowed|ok|okay|possible|permitted|acceptable|fine|alright|safe"
    r"|free to|legal)\b"
)
_OPENS = re.compile(r"\W*(yes|no)\b(?=[.,:;!]|$)")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: whether it asks for a duty, for leave or for a fact; the words of its last sentence; those of
    its last clause, in order; all."""

    about: _About
    words: frozenset[str]
    told: tuple[str, ...]
    whole: frozenset[str]


def verdict(question: str, passage: str, start: int, end: int) -> Verdict:
    """What the rule ``passage[start:end]``, one of its units, says to a question; "" unless it is certain.

    >>> rule = "Lockers are free. Mail cannot be restored from a backup."
    >>> verdict("Can old mail be restored?", rule, 18, len(rule))
    'no'
    >>> verdict("Can I get my old mail back?", rule, 18, len(rule))
    ''
    """
    asked = _asked(question)
    if asked is None or " | " in passage[start:end]:
        return ""
    parts = units(passage)
    at = next((i for i, part in enumerate(parts) if part == (start, end)), None)
    if at is None:
        return ""
    behind = [_plain(passage[slice(*part)]) for part in parts[at + 1 : at + 1 + BEHIND]]
    rule = _plain(passage[start:end])
    if any(_EXCEPTION.search(text) for text in behind):
        return ""
    if opens := _OPENS.match(rule):
        before = _plain(passage[slice(*parts[at - 1])]) if at else ""
        limited = _LIMITED.search(rule.replace("not even if", ""))
        same = _same(asked, before) and not limited
        return ("yes" if opens[1] == "yes" else "no") if same else ""
    return _said(asked, rule)


def _same(asked: _Asked, text: str) -> bool:
    """Whether a text is a question that has most of the words of the one that is asked."""
    return text.endswith("?") and 2 * len(asked.words & set(_stems(text))) > len(asked.words)


def _asked(question: str) -> _Asked | None:
    """What is asked for; None where the question itself is negated or bounded, or asks for a ban."""
    text = _plain(question)
    last = _SENTENCE.split(text)[-1]
    if _NOT.search(last) or _TURNED.search(last) or _ASKS_BAN.search(last):
        return None
    duty, leave = _ASKS_DUTY.search(last), _ASKS_LEAVE.search(last)
    words = frozenset(_stems(last)) or frozenset(_stems(text))
    told = tuple(_stems(_TOLD.sub("", last)))
    about: _About = "duty" if duty else "leave" if leave else "fact"
    return _Asked(about, words, told, frozenset(_stems(text)))


def _said(asked: _Asked, rule: str) -> Verdict:
    if _LIMITED.search(rule) or rule.endswith("?"):
        return ""
    clauses = [part.strip() for part in _CLAUSE.split(rule) if part and part.strip(" .,;:!?")]
    main = [clause for clause in clauses if not _SUBORDINATE.match(clause)] or clauses
    if not main:
        return ""
    clause = max(main, key=lambda clause: len(asked.words & set(_stems(clause))))
    body = _WITHOUT.sub("", clause)
    negated, banned = _NOT.search(body), _BANNED.search(body)
    if negated and (banned or _WITHOUT.search(clause, negated.end())):
        return ""  # "not without leave": with leave, one may
    if negated or banned:
        shared = asked.whole & set(_stems(rule))
        return "no" if shared and _denies(asked, body, negated) else ""
    return "yes" if _grants(asked, rule, clause) else ""


def _denies(asked: _Asked, body: str, negated: re.Match[str] | None) -> bool:
    """Whether what is negated is what is asked for: "cannot be restored", and not "is not withheld"."""
    if negated is None:
        return any(word in _stems(body) for word in asked.told[:3])
    if asked.about == "leave" and _DUE.search(body) and not _MUST_NOT.search(body):
        return False  # what one need not do, one may
    behind = body[negated.end() :]
    if _REFUSED.match(behind):
        return True
    scope = _stems(behind)[:SCOPE]
    known = [word in asked.whole for word in scope]
    return any(word in asked.words for word in scope[:3]) and sum(known) >= DENIED * len(known)


def _grants(asked: _Asked, rule: str, clause: str) -> bool:
    """Whether the clause allows, or demands, what is asked for, and the rule narrows it nowhere."""
    speaks = (_DUE if asked.about == "duty" else _FREE).search(clause)
    if (
        asked.about == "fact"
        or not speaks
        or _NOT.search(rule)
        or _BANNED.search(rule)
        or _NARROW.search(rule)
    ):
        return False
    held = len(asked.words & set(_stems(rule)))
    return (
        any(word in _stems(clause) for word in asked.told[:3])
        and held >= HELD * len(asked.words) > 0
    )


def _plain(text: str) -> str:
    """Lower case, "can't" as "can not", without marks of emphasis and quotes."""
    text = text.replace("’", "'").lower()
    text = re.sub(r"\bcan(?:not|'t)\b", "can not", text)
    text = re.sub(r"\bwon't\b", "will not", text)
    text = re.sub(r"n't\b", " not", text)
    return " ".join(re.sub(r"[*_`\"“”]", "", text).split())


def _stems(text: str) -> list[str]:
    """Its words of content and numbers, in order, without their endings."""
    return [
        stem(singular(_PAST.sub("y", word)))
        for word in _WORD.findall(text)
        if word not in _LIGHT and (len(word) > 1 or word.isdigit())
    ]
