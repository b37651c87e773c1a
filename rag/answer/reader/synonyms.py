"""Questions in other words than their passage's, to learn from.

Who asks does not know how a document puts it, but the questions of reading sets were written with the
passage in sight: a reader learns to look for the same words. Here words of the question that stand in
the passage give way to synonyms (Wei and Zou 2019) from WordNet (Princeton; Debian: wordnet-base).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

from rag.errors import LoadError

_WORD = re.compile(r"\b[a-z]{4,}\b")
_FUNCTION = frozenset(
    "what which when where whose whom that this these those does have been were will would could "
    "should many much long with from into there their they more most than then also other first "
    "name kind type being about after before during between made make called used year".split()
)
_PARTS = {"noun": "1", "verb": "2", "adj": "3"}


class Thesaurus:
    """Synonyms of a word in its commonest sense. ``folder`` holds WordNet's files.

    Raises:
        LoadError: it does not.
    """

    def __init__(self, folder: Path) -> None:
        try:
            counts = dict(_counts(folder / "cntlist.rev"))
            senses: dict[str, list[tuple[int, list[tuple[str, int]]]]] = defaultdict(list)
            for part, number in _PARTS.items():
                for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
                    if line[0] == " ":  # the licence
                        continue
                    fields = line.split(" ")
                    file, words = fields[1], fields[4 : 4 + 2 * int(fields[3], 16)]
                    names = []
                    for word, lex in zip(words[::2], words[1::2], strict=True):
                        word = word.partition("(")[0].lower()
                        ids = (word, number, file, int(lex, 16))
                        names.append((word.replace("_", " "), counts.get(ids, 0)))
                    for name, count in names:
                        senses[name].append((count, names))
        except (OSError, ValueError, IndexError) as error:
            raise LoadError(f"{folder}: not WordNet's files (wordnet-base): {error}") from None
        self._synonyms: dict[str, list[str]] = {}
        for name, found in senses.items():
            most, likes = max(found, key=lambda pair: pair[0])
            # A sense that is most of the word's use, and synonyms used in it about as often.
            if most and 2 * most >= sum(count for count, _ in found):
                rest = [like for like, count in likes if like != name and 8 * count >= most]
                if rest:
                    self._synonyms[name] = rest

    def of(self, word: str) -> list[str]:
        for ending in ("", "s", "d", "ed"):
            if word.endswith(ending) and (found := self._synonyms.get(word.removesuffix(ending))):
                return [_ended(name, ending) for name in found]
        return []

    def reworded(self, question: str, passage: str, rng: random.Random, share: float = 0.7) -> str:
        """The question with ``share`` of its words that the passage holds said otherwise."""
        there = set(_WORD.findall(passage.lower()))

        def other(match: re.Match[str]) -> str:
            word = match.group()
            if word in _FUNCTION or word not in there or rng.random() > share:
                return word
            choice = [name for name in self.of(word) if name not in there]
            return rng.choice(choice) if choice else word

        return _WORD.sub(other, question)


def _counts(path: Path) -> list[tuple[tuple[str, str, str, int], int]]:
    made = []
    for line in path.read_text("utf-8").splitlines():
        key, _, count = line.split(" ")
        lemma, _, rest = key.partition("%")
        part, file, lex, *_ = rest.split(":")
        made.append(((lemma, "3" if part == "5" else part, file, int(lex)), int(count)))
    return made


def _ended(name: str, ending: str) -> str:
    first, *rest = name.split(" ")
    if not ending:
        return name
    if ending == "s":
        *rest, last = name.split(" ")
        if re.search(r"(s|x|ch|sh)$", last):
            last += "es"
        elif re.search(r"[^aeiou]y$", last):
            last = last[:-1] + "ies"
        else:
            last += "s"
        return " ".join([*rest, last])
    first += "d" if first.endswith("e") else "ed"
    return " ".join([first, *rest])
