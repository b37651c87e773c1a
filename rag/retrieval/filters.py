"""Which documents a search is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import QueryError
from rag.store.catalog import Catalog

Where = Mapping[str, str | Sequence[str]]


_COLUMNS = {
    "source": "f.name",
    "type": "d.kind",
    "kind": "d.kind",
    "title": "d.title",
    "author": "d.author",
    "date": "d.date",
}
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
        column = _COLUMNS.get(key)
        alternatives = []
        for choice in choices:
            if column is None:
                expression = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"
                values.append(key)
            else:
                expression = column
            comparison = _COMPARISON.fullmatch(choice)
            if comparison:
                # A document without a date is neither before nor after any.
                alternatives.append(f"({expression} {comparison[1]} ? AND {expression} <> '')")
                values.append(comparison[2].strip())
                if column is None:
                    values.append(key)
            else:
                alternatives.append(f"{expression} GLOB ?")
                values.append(choice)
        conditions.append("(" + " OR ".join(alternatives) + ")")
    return catalog.documents_where(" AND ".join(conditions) or "1", values)
