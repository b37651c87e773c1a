"""Which documents a search is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import QueryError
from rag.store.folder.catalog import Catalog

Where = Mapping[str, str | Sequence[str]]
"""Field -> what it must be: a glob, a comparison, or a list of them, any of which will do."""

_COLUMNS = {
    "source": "f.name",
    "type": "d.kind",
    "kind": "d.kind",
    "title": "d.title",
    "author": "d.author",
    "date": "d.date",
}
_OWN = "metadata."  # before the name of a field that a document gives itself
_METADATA = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"
_OF_HITS = frozenset(
    "sources page page_end page_label cells line line_end page_kind hidden place start end text context score dense lexical "
    "chunk_id document_id metadata".split()
)
LONGEST_VALUE = 4096  # characters of a glob: what is longer than any path is a mistake
MOST_VALUES = 900  # marks in the SQL, of which a value takes one to three; SQLite nests 1,000 deep
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)


def filter_documents(catalog: Catalog, where: Where) -> list[int]:
    """Ids of the documents that ``where`` admits.

    Keys are source, type, title, author, date, or any field that documents give themselves; one of
    theirs that has the name of one of these is "metadata.source". A value is a glob ("*.pdf"), a
    comparison (">=2024-01-01"), or a list of them, any of which will do. A source that is the
    exact name of a file is that file and no other.

    Raises:
        QueryError: a key that does not narrow, or a value that is not text.
    """
    named = {name for names in catalog.names().values() for name in names}
    conditions: list[str] = []
    values: list[Any] = []
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
        alternatives = [
            # "report [1].txt" is a glob too, which does not match itself.
            ("f.name = ?", [choice])
            if key == "source" and choice in named
            else _condition(key, choice)
            for choice in choices
        ]
        conditions.append("(" + " OR ".join(sql for sql, _ in alternatives) + ")")
        values.extend(value for _, some in alternatives for value in some)
    if len(values) > MOST_VALUES:
        raise QueryError("The filter has too many values: SQLite takes a few hundred. Use globs.")
    return catalog.documents_where(" AND ".join(conditions) or "1", tuple(values))


def _check_text(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise QueryError(f"A filter has more than {LONGEST_VALUE} characters.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryError("A filter is not valid Unicode: a part of a character stands alone.")


def _condition(key: str, choice: str) -> tuple[str, list[str]]:
    """In SQL, that the field ``key`` is as ``choice`` says; and the values of its marks."""
    field, names = (_COLUMNS[key], []) if key in _COLUMNS else (_METADATA, [key.removeprefix(_OWN)])
    if comparison := _COMPARISON.fullmatch(choice):
        # A document without a date is neither before nor after any.
        sql = f"({field} {comparison[1]} ? AND {field} <> '')"
        values = [*names, comparison[2].strip(), *names]
    else:
        sql, values = f"{field} GLOB ?", [*names, choice]
    return f"({field} = ? OR {sql})", [*names, choice, *values]
