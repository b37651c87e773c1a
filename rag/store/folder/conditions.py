"""Conditions on documents, as SQLite says them."""

from __future__ import annotations

from rag.store.conditions import COLUMNS, Condition, Conditions, Said, all_of

_METADATA = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"


def as_sql(conditions: Conditions) -> Said:
    """A condition over ``f`` (files) and ``d`` (documents), and the values of its marks."""
    return all_of(conditions, _as_sql)


def _as_sql(condition: Condition) -> Said:
    own = condition.field == "metadata"
    field, key = (_METADATA, [condition.key]) if own else (COLUMNS[condition.field], [])
    if condition.sign in ("=", "glob"):
        sign = "=" if condition.sign == "=" else "GLOB"
        return f"{field} {sign} ?", [*key, condition.value]
    # A document without a date is neither before nor after any.
    return f"({field} {condition.sign} ? AND {field} <> '')", [*key, condition.value, *key]
