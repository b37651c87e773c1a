"""Conditions on documents, as SQLite says them."""

from __future__ import annotations

from rag.store.conditions import Condition, Conditions

_COLUMNS = {
    "source": "f.name",
    "type": "d.kind",
    "title": "d.title",
    "author": "d.author",
    "date": "d.date",
}
_METADATA = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"


def as_sql(conditions: Conditions) -> tuple[str, tuple[str, ...]]:
    """A condition over ``f`` (files) and ``d`` (documents), and the values of its marks."""
    said = [[_as_sql(one) for one in group] for group in conditions]
    where = " AND ".join(f"({' OR '.join(sql for sql, _ in group)})" for group in said)
    return where or "1", tuple(value for group in said for _, some in group for value in some)


def _as_sql(condition: Condition) -> tuple[str, list[str]]:
    own = condition.field == "metadata"
    field, key = (_METADATA, [condition.key]) if own else (_COLUMNS[condition.field], [])
    if condition.sign in ("=", "glob"):
        sign = "=" if condition.sign == "=" else "GLOB"
        return f"{field} {sign} ?", [*key, condition.value]
    # A document without a date is neither before nor after any.
    return f"({field} {condition.sign} ? AND {field} <> '')", [*key, condition.value, *key]
