"""Whether a sentence of a document supports what a model says: by numbers, names, negations, opposites
and words.

A rule, not a model: it can say of each sentence that it refuses why, and it refuses rather too much. It
knows no synonyms, and an active sentence that names two people the other way round than a passive
one is refused, as it might as well have confused them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"(?P<code>https?://[^\s)>\]\"”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w-])--?[A-Za-z][\w-]*|\w*[A-Za-z]\w*_\w+)|"
    r"(?P<number>\d+(?:[.,:]\d+)*)|(?P<word>[^\W\d_]+?n['’]t\b|[^\W\d_]+)(?:['’][^\W\d_]{1,2}\b)?"
)
_CLAUSE = re.compile(r"[,;:](?!\d)|[()|–—\n]|\s-\s|\b(?:and|or|but|while|whereas)\b", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[.!?:|]\s+|\n)[\W\d_]*$")
_SMALL = frozenset(
    "a about after all also an and any are as at be been before being but by can could do does for "
    "from had has have he her his i if in into is it its itself may me more most must my no not of "
    "on one only or other our ours she should so some such than that the their them then there "
    "these they this those to up us very was we were what when where which who whose will with "
    "would yes you your".split()
)
_NEGATIONS = frozenset("no not never none nobody nothing neither nor without cannot non".split())
_LIMITS = frozenset("only unless except excluding".split())
_CONDITIONS = frozenset("if unless example".split())
_NUMERALS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_SCALES = tuple(
    tuple(frozenset(pole.split()) for pole in scale.split("|"))
    for scale in (
        "more over above exceed exceeds exceeding greater longer higher larger beyond least minimum"
        "|less fewer under below shorter lower smaller most maximum up within",
        "before until prior earlier|after following later|during",
        "must required mandatory obliged obligatory need needs"
        "|may can optional allowed permitted|should recommended",
        "always every all each any|sometimes some often usually occasionally|never no none",
        "first initial|last final",
        "include includes including included|exclude excludes excluding excluded except",
        "increase increases increased rise rose grew|decrease decreases decreased fall fell cut",
        "allowed permitted accepted allow allows|forbidden prohibited banned refused disallowed",
        "enable enables enabled|disable disables disabled",
        "internal|external", "public|private", "daily|weekly|monthly|quarterly|yearly annually annual",
        "day days|week weeks|month months|year years|hour hours|minute minutes|second seconds",
    )
)  # fmt: skip


OF_HEADINGS = 0.5  # how much a word counts that only what it is about has


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or number: ``stem`` is what is compared, ``entity`` whether it is a number or a name."""

    stem: str
    word: str
    entity: bool
    content: bool


def support(sentence: str, stated: Sequence[str], about: str = "") -> float:
    """How much of a sentence the stated ones support, in [0, 1]: 0 where a number or name, a negation or
    an opposite says otherwise, else the share of its content words that they have.

    ``about`` is what the stated ones are about, their headings: it may bring names and words, and
    says nothing itself.

    >>> support("Nights cost up to 140 euros.", ["A night may cost up to 140 euros with breakfast."])
    1.0
    >>> support("Nights cost up to 190 euros.", ["A night may cost up to 140 euros with breakfast."])
    0.0
    """
    said = _tokens(sentence)
    content = [token for token in said if token.content]
    told = [token for text in stated for token in _tokens(text)]
    known = {token.stem for token in told} | {token.stem for token in _tokens(about)}
    if any(token.entity and token.stem not in known for token in said):
        return 0.0
    if not _in_order(said, told) or not _on_the_same_terms(said, stated):
        return 0.0
    if _opposed(said, told) or _of_another(said, stated, about):
        return 0.0
    own = {token.stem for token in told}
    content = [token for token in content if token.stem in own or not token.entity]
    if not content:
        return 1.0 if own else 0.0
    alike = _alike(told)
    words = (
        1.0 if t.stem in own or t.word in alike else OF_HEADINGS * (t.stem in known)
        for t in content
    )
    return sum(words) / len(content)


def content(sentence: str) -> int:
    """How many words and numbers of a sentence carry its content."""
    return sum(token.content for token in _tokens(sentence))


def _in_order(said: Sequence[_Token], told: Sequence[_Token]) -> bool:
    """Whether numbers and names come in the order in which they are stated."""
    at = 0
    stems = [token.stem for token in told]
    for token in dict.fromkeys(said):
        if token.entity and token.stem in stems:
            if token.stem not in stems[at:]:
                return False
            at = stems.index(token.stem, at)
    return True


def _on_the_same_terms(said: Sequence[_Token], stated: Sequence[str]) -> bool:
    """Whether it denies as often as what is stated does, all of it or one sentence, limits nothing more, and
    leaves no condition out."""
    told = [_tokens(text) for text in stated]
    denied = [_count(tokens, _NEGATIONS) for tokens in told]
    return (
        _count(said, _NEGATIONS) in {sum(denied), *denied}
        and _count(said, _LIMITS) <= sum(_count(tokens, _LIMITS) for tokens in told)
        and _count(said, _CONDITIONS) >= min(_count(tokens, _CONDITIONS) for tokens in told or [()])
    )


def _count(tokens: Sequence[_Token], words: frozenset[str]) -> int:
    return sum(
        token.word in words or (words is _NEGATIONS and token.word.endswith(("n't", "n’t")))
        for token in tokens
    )


def _alike(told: Sequence[_Token]) -> set[str]:
    """Words that stand in the same place of a scale as one that is stated: "over" for "more than"."""
    words = {token.word for token in told}
    return {word for scale in _SCALES for pole in scale if pole & words for word in pole}


def _opposed(said: Sequence[_Token], told: Sequence[_Token]) -> bool:
    """Whether a word of it stands on a scale where the stated ones have only other places."""
    ours, theirs = {t.word for t in said}, {t.word for t in told}
    for scale in _SCALES:
        here = {number for number, pole in enumerate(scale) if pole & ours}
        there = {number for number, pole in enumerate(scale) if pole & theirs}
        if there and not here <= there:
            return True
    return False


def _of_another(said: Sequence[_Token], stated: Sequence[str], about: str) -> bool:
    """Whether it says of its numbers and names what is stated of others alone: words that only clauses
    have whose own numbers and names it does not mention. What stands before a sentence's first
    number or name is said of all of them."""
    entities = {token.stem for token in said if token.entity}
    if not entities:
        return False
    near = {token.stem for token in _tokens(about)}
    far: set[str] = set()
    for text in stated:
        shared = True
        for clause in _clauses(text):
            own = {token.stem for token in clause if token.entity}
            other = bool(own) and not own & entities
            for token in clause:
                shared = shared and not token.entity
                (far if other and not shared else near).add(token.stem)
    return any(token.content and token.stem in far - near for token in said)


def _clauses(text: str) -> Iterator[list[_Token]]:
    at = 0
    tokens = list(_located(text))
    for end in [*(match.start() for match in _CLAUSE.finditer(text)), len(text)]:
        yield [token for start, token in tokens if at <= start < end]
        at = end


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    return tuple(token for _, token in _located(text))


def _located(text: str) -> Iterator[tuple[int, _Token]]:
    """Tokens with their offsets. A capital makes a name, but at the beginning of a sentence."""
    opening = True
    previous = 0
    for match in _TOKEN.finditer(text):
        if _OPENS.search(text[previous : match.start()]) or not previous:
            opening = True
        word = match["word"] or ""
        lower = word.casefold()
        if match["code"]:
            yield match.start(), _Token(match["code"].casefold(), match["code"], True, True)
        elif match["number"] or (lower in _NUMERALS and lower != "one"):
            stem = _NUMERALS.get(lower) or _value(match["number"])
            yield match.start(), _Token(stem, lower, True, True)
        else:
            small = lower in _SMALL or lower.endswith(("n't", "n’t"))
            capital = word[0].isupper() and not small
            following = text[match.end() : match.end() + 2]
            name = capital and (
                not opening or word.isupper() or (following[:1] == " " and following[1:].isupper())
            )
            if name and len(word) == 1:
                name = False
            yield match.start(), _Token(stem_of(lower), lower, name, not small)
        opening = False
        previous = match.end()


def _value(number: str) -> str:
    """A number without separators of thousands: "2,000" and "2000" are one."""
    whole = re.fullmatch(r"\d{1,3}(?:,\d{3})+(\.\d+)?", number)
    return number.replace(",", "") if whole else number


def stem_of(word: str) -> str:
    """Enough to make "employees" and "employee", "approved" and "approves" one."""
    word = word.casefold()
    if word.endswith("ss"):
        return word
    return re.sub(r"(ies|ing|ed|es|s|e|y)$", "", word) if len(word) > 4 else word.removesuffix("s")
