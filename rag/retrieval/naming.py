"""Which documents a question names: "Boeing's 2022 report" is that report, of many that say nearly the same.

A document is known by names and years (:mod:`rag.documents.labels`). A name counts the more the fewer documents have it,
and the fewer speak of it beside those; then, among the documents that are named best, the year decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from rag.documents.labels import name_candidates
from rag.documents.years import years_in
from rag.store.searched import Cards

COMMON = 0.5  # share of all documents from which on a name is none
FIRST_LINES = 0.5  # what a name in a document's first lines is worth, beside one of file or title
LEAST = 0.2  # worth below which a name is taken for a word like others
CLEAR = 0.5  # worth from which on a document is named beyond doubt
BEST = 0.7  # of the best one's worth: documents that are named as well, among which years decide
YEAR = 1.0  # what the year of a document is worth; the last of several in the question
OTHER_YEAR = 0.5  # another of them
NEAR_YEAR = 0.5  # and the share of that for a year in title, date or first lines alone
YEAR_ALONE = 0.3  # where the question names no document otherwise


def named(question: str, cards: Cards | None) -> Mapping[int, float]:
    """How surely the question names each of these documents, from 0 to 2; empty where it names none."""
    if cards is None or not cards.count:
        return {}
    years = sorted(years_in(question))
    worth: dict[int, float] = {}
    for word in name_candidates(question):
        _add_name(worth, word, cards)
    if max(worth.values(), default=0.0) < LEAST:
        found = cards.of_year(years[-1]) if years else []
        return dict.fromkeys(found, YEAR_ALONE) if len(found) <= COMMON * cards.count else {}
    most = max(worth.values())
    worth = {document: value / max(most, CLEAR) for document, value in worth.items()}
    best = [document for document in worth if worth[document] >= BEST * max(worth.values())]
    dated: dict[int, float] = {}
    for year in years:
        share = YEAR if year == years[-1] else OTHER_YEAR
        for near, part in ((True, NEAR_YEAR), (False, 1.0)):
            for document in cards.of_year(year, near=near, among=best):
                dated[document] = max(dated.get(document, 0.0), share * part)
    return {document: value + dated.get(document, 0.0) for document, value in worth.items()}


def _add_name(worth: dict[int, float], word: str, cards: Cards) -> None:
    by_name, by_lines = cards.called(word), cards.called(word, first_lines=True)
    count = len(by_name) + len(by_lines)
    if not count or count > COMMON * cards.count:
        return
    rare = log(1 + (cards.count - count + 0.5) / (count + 0.5)) / log(1 + cards.count)
    value = rare * count / max(count, cards.holders(word))
    for documents, share in ((by_name, 1.0), (by_lines, FIRST_LINES)):
        for document in documents:
            worth[document] = worth.get(document, 0.0) + value * share
