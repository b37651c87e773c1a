"""Whether a question is about whole documents, by the words that it is asked with.

A rule about words, made to err on one side: what it takes for such a question reads like one from its first word
to its last, and names documents that there are (:mod:`~rag.answering.whole.named`). All others go the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

What = Literal["summary", "changes", "mentions", "files"]
"""What a document says, in short; what differs between two; which mention something; which there are."""

LONGEST = 300  # characters of a question that is looked at

_OPENING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok|okay|so|and|but|also|then|thanks)\b\W*)*"
    r"(?:(?:(?:can|could|would|will) you|i(?:'d| would) like you to|i want you to) (?:please |kindly )?)?"
    r"(?:(?:quickly|briefly|shortly|just) )?(?:tell me (?=what|which|how|in )|do you know )?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[\s,.?!]*\b(?:please|thanks|thank you|for me|for us|briefly|shortly))*[\s.?!]*$",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"\s*\((?P<topic>[^()]*)\)$")  # of a follow-up: see rag.answering.followup
_REFERS = re.compile(
    r"\b(?:it|its|this|that|these|those|them|they|he|she|him|her)\b", re.IGNORECASE
)
_NUMBERS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_LENGTH = re.compile(
    rf"\s*,?\s*\b(?:in|with) (?P<n>\d\d?|{'|'.join(_NUMBERS)}|a few|some) "
    r"(?:short |brief )?(?:sentences?|lines?|(?:bullet |key |main )?points?|bullets?)$",
    re.IGNORECASE,
)
_SHORT = r"(?:short |brief |quick |concise |one[- ]page |executive )?"
_FILES = r"(?:documents?|files?|docs)"
_PLURAL = r"(?:documents|files|docs|pages|texts)"
_MENTION = r"(?:mention(?:s|ed|ing)?|(?:use|uses|contain|contains|include|includes|have|has) the (?:words?|terms?|phrase))"
_SPEAK = r"(?:talks? about|discuss(?:es)?|refers? to|(?:is|are) about|deals? with|says? (?:something|anything) about)"
_NOUN = r"(?:document|file|guide|manual|report|page|presentation)"
_SINCE = r"(?: (?:since|after) .+| (?:in|this|since last|over the) (?:\d{4}|year))?"

_SUMMARY = (
    r"(?:summari[sz]e|sum up) (?P<a>.+)",
    rf"(?:(?:give|write|show|make|get) (?:me |us )?)?(?:an? |the )?{_SHORT}(?:summary|overview|outline|gist"
    r"|digest|tl;?dr) of (?P<a>.+)",
    r"tl;?dr:? (?P<a>.+)",
    r"what(?:'s|s| is| are| was) (?P<a>.+?) (?:all )?(?P<soft>about)",
    r"what(?:'s|s| is| are) the (?:gist|essence|(?:main|key|most important) (?:points?|topics?|ideas?|takeaways?|"
    r"messages?)) (?:of|in) (?P<a>.+)",
    rf"what (?:does|do) (?P<a>.*\b{_NOUN}) (?:cover|deal with|talk about|discuss)",
)
_CHANGED = (
    r"(?:what(?:'s|s)?(?: is| are| has| have| had| was| were)?(?: been)? (?:changed|different|new|"
    r"(?:the )?(?:main )?(?:changes|differences?))|(?:show |list |give )?(?:me )?(?:all |the )*(?:diff|changes|differences?))"
)
_TWO = (
    rf"{_CHANGED} (?:between|from) (?P<pair>.+)",
    r"(?:compare|diff) (?P<pair>.+)",
    r"how (?:do|does|did) (?P<pair>.+?) differ",
    r"how (?:do|does|did) (?P<a>.+?) (?:differ|change) (?:from|to) (?P<b>.+)",
)
_VERSIONS = (
    rf"{_CHANGED} (?:in|of|with|to) (?:the )?(?:(?:latest|newest|new|current) (?:version|edition) of )?(?P<a>.+?){_SINCE}",
    rf"how (?:has|have|did) (?P<a>.+?) changed?{_SINCE}",
)
_BOTH = re.compile(
    r"^(?:(?:the|both|our|these|all)\s+)*(?:(?:two|both|different|various)\s+)?"
    r"(?:(?:versions?|editions?) of )?(?P<name>.+?)(?:\s+versions?|\s+editions?)?$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:two|both|versions|editions)\b", re.IGNORECASE)
_DOCUMENTS = re.compile(  # of two things that are named by none of these, the things are meant and not texts about them
    r"\b(?:documents?|files?|docs?|guides?|manuals?|reports?|pages?|presentations?|decks?|slides|polic(?:y|ies)|handbooks?"
    r"|versions?|editions?|drafts?|revisions?|releases?|contracts?|agreements?|minutes|notes|letters?|memos?|lists?|terms"
    r"|rules|statements?|plans?|proposals?|old|new|latest|previous|current)\b|\d|\.\w{2,5}\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:and|to|with|against|vs\.?|versus)\s+", re.IGNORECASE)
_YEAR_ALONE = re.compile(
    r"^(?:the\s+)?(?:(?:19|20)\d\d|old|older|new|newer|previous|former|current)(?:\s+(?:one|version))?$",
    re.IGNORECASE,
)
_MENTIONS = (
    rf"(?:(?:which|what)(?: of (?:the|these|our|my))?|(?:list|show|find)(?: me)?(?: all)?(?: the)?) {_FILES} "
    rf"(?:that |which |where )?(?P<verb>{_MENTION}) (?P<a>.+)",
    rf"(?:(?:which|what)(?: of (?:the|these|our|my))?|(?:list|show|find)(?: me)?(?: all)?(?: the)?) {_PLURAL} "
    rf"(?:that |which )?(?P<verb>{_MENTION}|{_SPEAK}) (?P<a>.+)",
    rf"(?:in )?(?:which|what) {_FILES} (?:is|are) (?P<a>.+?) (?P<verb>mentioned)",
    r"where(?: all)? (?:is|are) (?P<a>.+?) (?P<verb>mentioned)",
    rf"(?P<count>how many)(?: of (?:the|these|our|my))? {_PLURAL} (?P<verb>{_MENTION}|{_SPEAK}) (?P<a>.+)",
    rf"(?P<count>in how many) {_PLURAL} (?:is|are) (?P<a>.+?) (?P<verb>mentioned)",
    r"(?P<count>how (?:often|many times)) (?:is|are) (?P<a>.+?) (?P<verb>mentioned)"
    r"(?: in (?:the|these|this|our|my|all)(?: the)? (?:documents|files|docs|folder|index))?",
)
_HERE = (
    r"(?:are there(?: in (?:total|all))?|do (?:you|we|i) have|are (?:indexed|here)|have (?:you|been) (?:read|indexed)|"
    r"does (?:the|this) (?:index|folder) (?:hold|have|contain)|"
    r"(?:are )?in (?:the|this|my|our) (?:index|folder|collection))"
)
_THERE = (
    rf"(?P<count>how many) (?P<a>(?:[\w.]+ )?){_FILES}(?: {_HERE}){{1,2}}",
    rf"(?:which|what) (?P<a>(?:[\w.]+ )?)(?:documents|files) (?:are there|do (?:you|we|i) have)(?: {_HERE})?",
    r"list (?:me )?(?:all )?(?:the )?(?P<a>(?:[\w.]+ )?)(?:documents|files)(?: (?:that|which) there are| in (?:the|this|"
    r"my|our) (?:index|folder))?",
)


def _compiled(*rules: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rule, re.IGNORECASE) for rule in rules)


_RULES: tuple[tuple[What, tuple[re.Pattern[str], ...]], ...] = (
    ("mentions", _compiled(*_MENTIONS)),
    ("files", _compiled(*_THERE)),
    ("changes", _compiled(*_TWO, *_VERSIONS)),
    ("summary", _compiled(*_SUMMARY)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question about whole documents.

    ``names`` are the words that name a document, each possible reading of them: one name, or the two of a pair
    to be compared. Of "mentions" it is what is mentioned, of "files" their type or "". ``together``: one name stands for
    several documents ("the two policies"). ``count``: how many is asked. ``plain``: it can hardly mean
    anything else ("which documents mention", "summarise"). ``length``: how many sentences are wanted, 0 if that is left open. ``topic``: the question
    before a follow-up.
    """

    what: What
    names: tuple[tuple[str, ...], ...]
    together: bool = False
    count: bool = False
    plain: bool = True
    length: int = 0
    topic: str = ""


def wanted(question: str) -> Wanted | None:
    """What a question wants of whole documents, if its words ask for that; None for all others.

    >>> wanted("Can you summarise the VPN guide?").names
    (('the VPN guide',),)
    >>> wanted("How many documents mention the works council?").what
    'mentions'
    >>> wanted("How long is the notice period?") is None
    True
    """
    if len(question) > LONGEST:
        return None
    asked = " ".join(question.split())
    topic = _TOPIC.search(asked)
    asked = _OPENING.sub("", _TOPIC.sub("", asked), count=1)
    asked = _CLOSING.sub("", asked)
    length = _LENGTH.search(asked)
    for what, rules in _RULES:
        for rule in rules:
            found = rule.fullmatch(_LENGTH.sub("", asked))
            if found and (made := _made(what, found.groupdict())) is not None:
                return replace(
                    made,
                    length=_number(length["n"]) if length else 0,
                    topic=topic["topic"] if topic else "",
                )
    return None


def stands_alone(question: str) -> bool:
    """Whether a question is about whole documents and names them itself, so that no question before it
    need be known.

    >>> stands_alone("How many files are there?"), stands_alone("Which documents mention it?")
    (True, False)
    """
    asked = wanted(question)
    if asked is None:
        return False
    return not any(_REFERS.search(name) for names in asked.names for name in names)


def _made(what: What, found: dict[str, str | None]) -> Wanted | None:
    name, pair = (found.get("a") or "").strip(), found.get("pair")
    if what == "changes":
        if pair is not None:
            both = tuple(_pairs(pair))
            if both and not _DOCUMENTS.search(pair):
                return None
            if both:
                return Wanted(what, both, together=bool(_TOGETHER.search(pair)))
            if not _TOGETHER.search(pair):
                return None
            name = pair
        if found.get("b"):
            return Wanted(what, ((name, found["b"] or ""),))
        match = _BOTH.match(name)
        return Wanted(what, ((match["name"] if match else name,),), together=pair is not None)
    plain = not found.get("soft")
    if what == "mentions":
        plain = re.fullmatch(_MENTION, found["verb"] or "", re.IGNORECASE) is not None
    return Wanted(what, ((name,),), count=bool(found.get("count")), plain=plain)


def _pairs(pair: str) -> Iterator[tuple[str, ...]]:
    """Each way to read two names out of "A and B"; "the 2023 and the 2024 policy" are two policies."""
    for cut in _AND.finditer(pair):
        one, other = pair[: cut.start()], pair[cut.end() :]
        if not one or not other:
            continue
        if _YEAR_ALONE.match(one):
            noun = re.sub(r"\b(?:the|19\d\d|20\d\d|old|older|new|newer|current)\b", "", other)
            one = f"{one} {noun.strip()}"
        elif _YEAR_ALONE.match(other):
            noun = re.sub(r"\b(?:the|19\d\d|20\d\d|old|older|new|newer|current)\b", "", one)
            other = f"{other} {noun.strip()}"
        yield one, other


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS.get(said.lower(), 0)
