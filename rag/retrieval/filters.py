"""Which documents a search is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from rag.errors import QueryError
from rag.store.catalog import Catalog
from rag.store.conditions import Condition, Field, Sign

Where = Mapping[str, str | Sequence[str]]
"""Field -> what it must be: a glob, a comparison, or a list of them, any of which will do."""

_FIELDS: dict[str, Field] = {
    "source": "source",
    "type": "type",
    "kind": "type",
    "title": "title",
    "author": "author",
    "date": "date",
}
_OWN = "metadata."  # before the name of a field that a document gives itself
_OF_HITS = frozenset(
    "sources page page_end page_label cells line line_end page_kind hidden place start end text context score dense lexical "
    "chunk_id document_id metadata".split()
)
LONGEST_VALUE = 4096  # characters of a glob: what is longer than any path is a mistake
MOST_VALUES = 300  # of a filter; SQLite nests 1,000 conditions deep
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)


def filter_documents(catalog: Catalog, where: Where) -> Sequence[int]:
    """Ids of the documents that ``where`` admits.

    Keys are source, type, title, author, date, or any field that documents give themselves; one of
    theirs that has the name of one of these is "metadata.source". A value is a glob ("*.pdf"), a
    comparison (">=2024-01-01"), or a list of them, any of which will do. A source that is the
    exact name of a file is that file and no other.

    Raises:
        QueryError: a key that does not narrow, or a value that is not text.
    """
    conditions: list[list[Condition]] = []
    for key, value in where.items():
        choices: list[Any] = list(value) if isinstance(value, list | tuple | set) else [value]
        if not choices or not all(isinstance(choice, str) for choice in choices):
            raise QueryError(
                f'The filter "{key}" must be a text such as "*.pdf" or ">=2024-01-01", '
                "or a list of texts."
            )
        if key in _OF_HITS:
            raise QueryError(
                f'A search cannot be narrowed by "{key}", which only a hit has; a document\'s own '
                f'field of that name is "{_OWN}{key}".'
            )
        for text in (key, *choices):
            _check_text(text)
        conditions.append(
            [
                one
                for choice in choices
                # "report [1].txt" is a glob too, which does not match itself.
                for one in (
                    [Condition("source", "=", choice)]
                    if key == "source" and choice in catalog.contents.sources
                    else _meant(key, choice)
                )
            ]
        )
    if sum(map(len, conditions)) > MOST_VALUES:
        raise QueryError("The filter has too many values: a few hundred can be. Use globs.")
    return catalog.documents_where(conditions)


def _check_text(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise QueryError(f"A filter has more than {LONGEST_VALUE} characters.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryError("A filter is not valid Unicode: a part of a character stands alone.")


def _meant(key: str, choice: str) -> list[Condition]:
    """What ``choice`` says of the field ``key``: that it is just this, or fits it as a comparison or a glob."""
    field = _FIELDS.get(key, "metadata")
    own = key.removeprefix(_OWN) if field == "metadata" else ""
    sign: Sign = "glob"
    value = choice
    if comparison := _COMPARISON.fullmatch(choice):
        sign, value = cast(Sign, comparison[1]), comparison[2].strip()
    return [Condition(field, "=", choice, own), Condition(field, sign, value, own)]
