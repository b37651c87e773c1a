"""Which documents a search is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import QueryError
from rag.store.catalog import Catalog

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
_METADATA = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)


def filter_documents(catalog: Catalog, where: Where) -> list[int]:
    """Ids of the documents that ``where`` admits.

    Keys are source, type, title, author, date or any metadata field. A value is a glob
    ("*.pdf"), a comparison (">=2024-01-01"), or a list of them, any of which will do.

    Raises:
        QueryError: a value is not text.
    """
    conditions: list[str] = []
    values: list[Any] = []
    for key, value in where.items():
        choices: list[Any] = list(value) if isinstance(value, list | tuple | set) else [value]
        if not choices or not all(isinstance(choice, str) for choice in choices):
            raise QueryError(
                f'The filter "{key}" must be a text such as "*.pdf" or ">=2024-01-01", '
                "or a list of texts."
            )
        alternatives = [_condition(key, choice) for choice in choices]
        conditions.append("(" + " OR ".join(sql for sql, _ in alternatives) + ")")
        values.extend(value for _, some in alternatives for value in some)
    return catalog.documents_where(" AND ".join(conditions) or "1", tuple(values))


def _condition(key: str, choice: str) -> tuple[str, list[str]]:
    """In SQL, that the field ``key`` is as ``choice`` says; and the values of its marks."""
    field, names = (_COLUMNS[key], []) if key in _COLUMNS else (_METADATA, [key])
    if comparison := _COMPARISON.fullmatch(choice):
        # A document without a date is neither before nor after any.
        sql = f"({field} {comparison[1]} ? AND {field} <> '')"
        return sql, [*names, comparison[2].strip(), *names]
    return f"{field} GLOB ?", [*names, choice]
