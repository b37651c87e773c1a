"""What is known of each document as a whole, in rows: its words, the names and years it goes by, other names it defines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Any

from rag.documents.document import Document
from rag.documents.labels import labels_of
from rag.documents.traits import Traits
from rag.documents.writing import READ
from rag.store.postgres.catalog import Asking
from rag.store.postgres.session import Part
from rag.store.terms import analyzer, forms_of, terms_of

LABELS = ("names", "first_names", "years", "near_years")
MOST = 2000  # documents of one name or year; what more have tells nothing
HELD = 500_000  # labels and stems that are held
KEPT = 32  # initials whose words are kept once they have been looked up


@dataclass(frozen=True, slots=True)
class Card:
    """What one document is known by: all its words, labels by their kinds, other names by the stems of one."""

    document: int
    forms: frozenset[str]
    labels: frozenset[tuple[str, str]]
    aliases: frozenset[tuple[str, str]]


def card_of(identity: int, document: Document, traits: Traits, names: Sequence[str]) -> Card:
    """The card of a document, in which that was found, in files of these names."""
    labels = labels_of(document.span(0, READ), traits, names)
    both = [*traits.aliases, *((other, one) for one, other in traits.aliases)]
    return Card(
        identity,
        forms_of(chain(names, (document.title,), document.pieces())),
        # As they are searched for: lower case without accents.
        frozenset(
            (kind, form)
            for kind in LABELS
            for form in _plain().analyze(" ".join(getattr(labels, kind)))
        ),
        frozenset((" ".join(terms_of(one)), other) for one, other in both),
    )


@cache
def _plain() -> Any:
    return analyzer(stemmed=False)


class PostgresCards:
    """The cards of one generation, or of a part of it."""

    def __init__(
        self, session: Asking, count: int, part: Part | None = None, renamed: Iterable[Card] = ()
    ) -> None:
        """``count``: how many documents there are; ``renamed``: the cards of those of a part that have fewer names in it
        than in the whole."""
        self.count = count
        self._session = session
        self._part = part
        self._renamed = tuple(renamed)
        self._in_part = "document <@ (SELECT searchable())" if part else "true"
        self.forms = lru_cache(KEPT)(self._forms)
        self.holders = lru_cache(4096)(self._holders)

    def has(self, word: str) -> bool:
        """Whether a document has ``word``, in lower case without accents, in just this form."""
        return self.holders(word) > 0

    def aliases(self, stems: str) -> list[str]:
        """Other names for what goes by a name with these stems, a blank between them: those that most documents give
        first."""
        found = Counter[str]()
        if self._known is None or ("aliases", stems) in self._known:
            asked = f"SELECT other, count(*) FROM aliases WHERE stems = %s AND {self._in_part} GROUP BY other"
            found.update(dict(self._rows(asked, (stems,))))
        found.update(
            other for card in self._renamed for known, other in card.aliases if known == stems
        )
        return [other for other, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]

    def called(self, name: str, *, first_lines: bool = False) -> list[int]:
        """Documents that go by ``name``, in lower case: by their file's name or title, or else ``first_lines``. None
        where too many do."""
        return self._labelled("first_names" if first_lines else "names", name)

    def of_year(
        self, year: str, *, near: bool = False, among: Collection[int] | None = None
    ) -> list[int]:
        """Documents of ``year`` by their file's name, or else title; ``near``: by any of title, date and first lines.
        ``among`` these only; else none where too many are."""
        return self._labelled("near_years" if near else "years", year, among)

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]] | None:
        """All labels by their kinds, and all stems that have other names, unless they are too many to be held: most words
        of a question are none, and need not be asked for one by one."""
        rows = self._rows(
            f"SELECT DISTINCT kind, label FROM labels WHERE {self._in_part} UNION ALL "
            f"SELECT DISTINCT 'aliases', stems FROM aliases WHERE {self._in_part} LIMIT {HELD + 1}",
            (),
        )
        return frozenset(map(tuple, rows)) if len(rows) <= HELD else None

    def like(self, other: PostgresCards) -> PostgresCards:
        """This one, of the same generation as ``other``, of which more is known."""
        if "_known" in other.__dict__:
            self.__dict__["_known"] = other._known
        return self

    def _labelled(self, kind: str, label: str, among: Collection[int] | None = None) -> list[int]:
        found: list[int] = []
        if self._known is None or (kind, label) in self._known:
            asked = (
                f"SELECT document FROM labels WHERE kind = %s AND label = %s AND {self._in_part}"
            )
            values: list[Any] = [kind, label]
            if among is not None:
                asked, values = f"{asked} AND document = ANY(%s)", [*values, list(among)]
            rows = self._rows(f"{asked} ORDER BY document LIMIT {MOST + 1}", values)
            found = [row[0] for row in rows]
        found += [
            card.document
            for card in self._renamed
            if (kind, label) in card.labels and (among is None or card.document in among)
        ]
        return found if among is not None or len(found) <= MOST else []

    def _holders(self, word: str) -> int:
        """How many documents have ``word`` somewhere."""
        if self._part:
            asked = "SELECT holders_of(%s)"
        else:
            asked = "SELECT coalesce((SELECT documents FROM forms WHERE form = %s), 0)"
        ((count,),) = self._rows(asked, (word,))
        return int(count) + sum(word in card.forms for card in self._renamed)

    def _forms(self, start: str) -> tuple[str, ...]:
        """All words of documents that begin so, in lower case without accents."""
        if self._part:
            asked = (
                "SELECT DISTINCT form FROM cards CROSS JOIN unnest(forms) AS form "
                f"WHERE {self._in_part} AND form ^@ %s"
            )
        else:
            asked = "SELECT form FROM forms WHERE form ^@ %s"
        found = {form for (form,) in self._rows(asked, (start,))}
        found |= {form for card in self._renamed for form in card.forms if form.startswith(start)}
        return tuple(sorted(found))

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        return self._session.rows(statement, values, self._part)
