"""Which documents a question means, by the words that it names them with: their files' names and titles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rapidfuzz import fuzz

from rag.store.searched import Lexical
from rag.store.snapshot import Snapshot
from rag.words import STOP

LOOKED_AT = 200  # documents whose titles are looked at, where there are more
CLOSE = 0.5  # share of a name's words that have to be said, where that is what tells it from others
NEARLY = 0.15  # as much less is as close as the closest
ALIKE = 85  # of 100, by rapidfuzz: a misspelt word of a name
LONG = 5  # letters of a word that may be misspelt
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_WORD = re.compile(r"[^\W_]+")
_QUOTES = re.compile(r"[\"“”„«»'‘’`]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OLD = frozenset("old older previous former last".split())
_NEW = frozenset("new newer newest current latest recent".split())
_GENERIC = frozenset(
    "document documents file files doc docs page pages text texts pdf article one".split()
)
_MARK = re.compile(r"^(?:v|ver|version|rev|r)?\d+(?:\d|[._-]\d+)*$|^(?:old|new|draft|final)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A document with the names of its files, the first of which it is shown by, and its title."""

    document: int
    sources: tuple[str, ...]
    title: str = ""
    date: str = ""

    @property
    def version(self) -> str:
        """What tells it from other versions of the same: the year in its name, else its date, else its mark."""
        name = PurePosixPath(self.sources[0])
        years = YEAR.findall(name.name)
        marks = [word for word in _WORD.findall(name.stem.lower()) if _MARK.match(word)]
        return years[-1] if years else " ".join(marks) or self.date


@dataclass(frozen=True, slots=True)
class Meant:
    """``best`` is the document that is meant, None where that is open between ``others``: all that
    come close, the closest first, the best not among them."""

    best: Named | None
    others: tuple[Named, ...] = ()


class Shelf:
    """The documents of a snapshot (all, or those of ``among``) by their names and titles."""

    def __init__(self, snapshot: Snapshot, among: Collection[int] | None = None) -> None:
        self._snapshot = snapshot
        names = snapshot.catalog.names(among)
        self.names = {document: found for document, found in names.items() if found}

    def __len__(self) -> int:
        return len(self.names)

    def named(self, documents: Iterable[int]) -> list[Named]:
        """These documents, with their titles."""
        return [
            Named(document, self.names[document], outline.title, outline.date)
            for document, outline in self._snapshot.catalog.outlines(documents)
        ]

    def meant(self, words: str) -> Meant:
        """The document that is called so. Without one: no ``best``, and no ``others``."""
        close = self.close(words)
        if not close:
            return Meant(None)
        versions = {named.version for named in close}
        if len(close) == 1 or (len(families(close)) == 1 and len(versions) == len(close)):
            old = _OLD & set(words.lower().split())
            order = sorted(close, key=lambda named: named.version, reverse=not old)
            return Meant(order[0], tuple(order[1:]))
        return Meant(None, tuple(close))

    def close(self, words: str) -> list[Named]:
        """All documents that may be called so, equally close, by name."""
        said = _QUOTES.sub("", words).strip()
        exact = [d for d, names in self.names.items() if any(_is(said, name) for name in names)]
        if exact:
            return sorted(self.named(exact), key=lambda named: named.sources)
        terms, years = self._terms(said)
        if not terms and len(self) > 1:
            return []
        if not terms:
            return self.named(self.names)
        scored = [
            (closeness, named)
            for named in self.named(self._shortlist(said, terms))
            if (closeness := self._closeness(terms, years, named))
        ]
        if not scored:
            return []
        most = max(closeness for closeness, _ in scored)
        close = [named for closeness, named in scored if closeness >= most - NEARLY]
        if most < CLOSE and (len(close) > 1 or len(terms) < 2):
            return []
        return sorted(close, key=lambda named: named.sources)

    def _terms(self, said: str) -> tuple[list[str], list[str]]:
        """What a name's words are looked up by, and the years among them."""
        years = YEAR.findall(said)
        words = [w for w in _WORD.findall(YEAR.sub(" ", said)) if w.lower() not in STOP]
        words = [w for w in words if w.lower() not in _OLD | _NEW]
        own = [w for w in words if w.lower() not in _GENERIC] or (words if years else [])
        return self._snapshot.lexical.terms(" ".join(own)), years

    def _shortlist(self, said: str, terms: Sequence[str]) -> list[int]:
        if len(self) <= LOOKED_AT:
            return sorted(self.names)
        lexical, catalog = self._snapshot.lexical, self._snapshot.catalog
        stems = {term[:4] for term in terms}
        by_name = [
            document
            for document, names in self.names.items()
            if any(stem in name.lower() for name in names for stem in stems)
        ]
        by_name.sort(key=lambda d: -max(fuzz.token_set_ratio(said, n) for n in self.names[d]))
        chunks, _ = lexical.search(said, LOOKED_AT)
        by_text = [d for d in catalog.contents.owners(chunks).tolist() if d in self.names]
        return list(dict.fromkeys([*by_name[:LOOKED_AT], *by_text]))

    def _closeness(self, terms: Sequence[str], years: Sequence[str], named: Named) -> float:
        """0 where a word is said that neither name, folder nor title has; else the share of the words of
        name or title that are said."""
        lexical = self._snapshot.lexical
        title = _words_of(named.title, lexical)
        best = 0.0
        for source in named.sources:
            path = PurePosixPath(source)
            own, folder = _words_of(path.stem, lexical), _words_of(str(path.parent), lexical)
            known = [*own, *title, *folder]
            if any(year not in source and year not in named.title and not named.date.startswith(year)
                   for year in years):  # fmt: skip
                continue
            found = [_like(term, known) for term in terms]
            if not all(found):
                continue
            said = set(filter(None, found))
            best = max(
                [best, *(len(said & set(name)) / len(set(name)) for name in (own, title) if name)]
            )
        return best


def families(documents: Iterable[Named]) -> list[list[Named]]:
    """Documents put together whose names are equal but for a year or a version, the oldest of each first;
    the folder does not count: older versions move to archives."""
    found: dict[str, list[Named]] = {}
    for named in documents:
        found.setdefault(family(named.sources[0]), []).append(named)
    return [sorted(some, key=lambda named: named.version) for some in found.values()]


def family(source: str) -> str:
    """A file's name without the year, date or version in it.

    >>> family("archive/leave-policy-2023.pdf"), family("leave_policy v2.docx")
    ('leave policy', 'leave policy')
    """
    words = _WORD.findall(PurePosixPath(source).stem.lower())
    return " ".join(word for word in words if not _MARK.match(word)) or source


def _is(said: str, source: str) -> bool:
    """Whether that is a file's path, or its name with or without suffix."""
    path = PurePosixPath(source)
    return said.lower() in (source.lower(), path.name.lower(), path.stem.lower())


def _words_of(text: str, lexical: Lexical) -> list[str]:
    words = _WORD.findall(_CAMEL.sub(" ", text))
    plain = [w for w in words if w.lower() not in STOP and not w.isdigit()]
    return lexical.terms(" ".join(plain))


def _like(term: str, known: Sequence[str]) -> str:
    """The word among those known that is meant; "" for none."""
    if term in known:
        return term
    if len(term) < LONG:
        return ""
    return next((word for word in known if fuzz.ratio(term, word) >= ALIKE), "")
