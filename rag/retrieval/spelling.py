"""Misspelt words of a question, as the documents spell them.

What counts as misspelt is a word that no document has, in any of its inflected forms, and that is no
word of English either (``english/``), nor one that the bundled encoder knows, as it does many names. It is put right
only by a word of the documents that is an edit or two away and begins with the same letter: the one that is met
most, above all beside the other words of the question. Codes, numbers, paths, options and what stands in quotation
marks are left alone, as are names that differ from the documents' by a letter that was put for another.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from math import log
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.embedding.vocabulary import whole_words
from rag.store.searched import Cards, Lexical
from rag.words import STOP

SHORTEST = 4  # letters of a word that may be misspelt, as far as can be told
LONG = 8  # letters from which on two edits are allowed; one before that
EDIT = 4.6  # a second edit must be made up for by a word that is met a hundred times as often
BESIDE = 3.0  # what it is worth that a word is always met beside others of the question
LOOKED_AT = 8  # candidates whose company is looked at
MOST = 3  # misspelt words, if they are more than half of all: then it is another language
LONGEST = 1000  # characters of a question that is looked at: what is longer is a text

_FOREIGN = (
    frozenset(
        "der die das den dem ein eine einen wie wo wann warum wer welche welcher ich wir ist sind mit und nicht "  # German
        "für auf kann muss gibt werden wird bei nach zum zur viel viele man "
        "le la les des du un une est sont quel quelle quels quelles qui que quand comment combien pourquoi où "  # French
        "je nous dans pour avec sur peut pas ce cette mon ma "
        "el los las una es son qué quién cuál cuáles cuándo cómo cuánto cuántos dónde puedo hay con por para "  # Spanish
        "se mi su al del "
        "il lo gli che chi quale quando come quanto dove perché posso sono per di della nel "  # Italian
        "os um uma qual quem onde são quanto não com em da "  # Portuguese
        "het een hoe wat waar wanneer waarom wie welke ik wij zijn niet voor kan moet bij mijn".split()  # Dutch
    )
    - frozenset("die man war was per come me on an in do no a i van most".split())
)  # which are English too
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|`[^`]*`")
_CHUNK = re.compile(r"\S+")
_PLAIN = re.compile(r"\W*(?P<words>[^\W\d_]+(?:['’-][^\W\d_]+)*)\W*")
_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouy]")
_INFLECTED = ("s", "ed", "ing")


def respelled(question: str, lexical: Lexical, cards: Cards | None) -> str:
    """``question`` with its misspelt words put right; as it is, where there are none, or where the
    index is of an earlier version and doesn't know its documents' words (``cards`` is None)."""
    if cards is None or len(question) > LONGEST:
        return question
    words = list(_words(question))
    if _in_another_language([word.group().lower() for word in words]):
        return question
    shouted = question.isupper()  # else a word in capitals is an abbreviation
    unknown = [
        word
        for word in words
        if (shouted or not word.group().isupper()) and _is_misspelt(word.group(), lexical, cards)
    ]
    if not unknown or (len(unknown) >= MOST and 2 * len(unknown) > len(words)):
        return question
    others = [w.group() for w in words if w not in unknown and w.group().lower() not in STOP]
    made = question
    for word in reversed(unknown):
        right = _put_right(word, others, lexical, cards)
        made = made[: word.start()] + right + made[word.end() :]
    return made


def _words(question: str) -> Iterator[re.Match[str]]:
    """Its words, without those of codes, paths, options and quotations."""
    hidden = _QUOTED.sub(lambda found: " " * len(found.group()), question)
    for chunk in _CHUNK.finditer(hidden):
        plain = _PLAIN.fullmatch(chunk.group())
        if plain and chunk.group()[0] not in "-/\\@#$%&*_<>~.":
            yield from _WORD.finditer(hidden, chunk.start(), chunk.end())


def _in_another_language(words: Sequence[str]) -> bool:
    """Whether small words of other languages are more than small words of English: then what
    English doesn't know is not misspelt."""
    foreign = sum(word in _FOREIGN for word in words)
    english = sum(word in STOP for word in words)
    return foreign > english and (foreign > 1 or len(words) > 3)


def _is_misspelt(word: str, lexical: Lexical, cards: Cards) -> bool:
    low = word.lower()
    if len(word) < SHORTEST or not low.isascii() or not (word[1:].islower() or word.isupper()):
        return False
    if low in STOP or cards.has(low) or is_english(low):
        return False
    if low in whole_words() or not _VOWEL.search(low):
        return False
    return not (low.endswith(_INFLECTED) and any(map(lexical.frequency, lexical.terms(low))))


def is_english(word: str) -> bool:
    """Whether ``word``, in lower case, is a form of an English word of four letters or more."""
    return f"\n{word}\n" in _english().get(word[:2], "")


@cache
def _english() -> dict[str, str]:
    """English words by their first two letters, each between two ends of line: to look through all of them takes a
    quarter of a millisecond."""
    packed = (Path(__file__).parent / "english" / "words.txt.gz").read_bytes()
    words = gzip.decompress(packed).decode("ascii").split()
    return {start: "\n".join(("", *some, "")) for start, some in groupby(words, lambda w: w[:2])}


def _put_right(word: re.Match[str], others: Sequence[str], lexical: Lexical, cards: Cards) -> str:
    """The word of the documents that was meant, written like ``word``; else ``word`` itself."""
    written, low = word.group(), word.group().lower()
    name = word.start() > 0 and written[0].isupper()
    most = 2 if len(low) >= LONG and not name else 1
    found = process.extract(
        low, cards.forms(low[0]), scorer=OSA.distance, score_cutoff=most, limit=None
    )
    near = [
        (form, int(edits))
        for form, edits, _ in found
        if _may_be_meant(low, form, name) and cards.has(form)
    ]
    if not near:
        return written
    beside = lexical.terms(" ".join(others))

    def plain(candidate: tuple[str, int]) -> float:
        form, edits = candidate
        return log(0.5 + sum(map(lexical.frequency, lexical.terms(form)))) - EDIT * edits

    def in_company(candidate: tuple[str, int]) -> float:
        stem = lexical.terms(candidate[0])[0]
        met = lexical.frequency(stem, beside) / max(1, lexical.frequency(stem))
        return plain(candidate) + BESIDE * met

    best = max(sorted(near, key=plain, reverse=True)[:LOOKED_AT], key=in_company)[0]
    if written.isupper():
        return best.upper()
    return best.capitalize() if written[0].isupper() else best


def _may_be_meant(word: str, form: str, name: bool) -> bool:
    if not form.isalpha() or len(form) < SHORTEST:
        return False
    if abs(len(word) - len(form)) > 1 and (word.endswith(form) or form.endswith(word)):
        return False  # "deduplication" is no misspelt "duplication"
    # A letter for another makes another name of it: "Jansen" is not "Jensen".
    return not name or len(word) != len(form) or sorted(word) == sorted(form)
