"""Conditions on documents, as PostgreSQL says them."""

from __future__ import annotations

import re

from rag.store.conditions import COLUMNS, Condition, Conditions, Said, all_of
from rag.store.postgres.values import as_text

_METADATA = (
    "coalesce((SELECT o.value FROM fields o WHERE o.document = d.id AND o.key = %s LIMIT 1), '')"
)
_LIKE = re.compile(r"[\\%_]")
_SPECIAL = re.compile(r"[][\\.*+?^${}()|]")


def as_sql(conditions: Conditions) -> Said:
    """A condition over ``f`` (files) and ``d`` (documents), and the values of its marks."""
    return all_of(conditions, _as_sql)


def _as_sql(condition: Condition) -> Said:
    own = condition.field == "metadata"
    field, key = COLUMNS.get(condition.field, ""), []
    if own:
        field, key = _METADATA, [as_text(condition.key)]
    value = as_text(condition.value)
    if condition.sign == "=":
        return f"{field} = %s", [*key, value]
    if condition.sign == "glob":
        if "[" not in value:
            return f"{field} LIKE %s", [*key, _like(value)]
        pattern = regular(value)
        return ("false", []) if pattern is None else (f"{field} ~ %s", [*key, pattern])
    # A document without a date is neither before nor after any.
    return f"({field} {condition.sign} %s AND {field} <> '')", [*key, value, *key]


def _like(glob: str) -> str:
    """A glob without sets as LIKE has it.

    >>> _like("50%_a*.m?")
    '50\\\\%\\\\_a%.m_'
    """
    escaped = _LIKE.sub(lambda found: "\\" + found[0], glob)
    return escaped.replace("*", "%").replace("?", "_")


def regular(glob: str) -> str | None:
    """A glob of SQLite as a regular expression of PostgreSQL; None of one that nothing fits: a set that is not closed.

    >>> regular("a[^x]*"), regular("[]a]?"), regular("[a")
    ('^a[^x].*$', '^(?:\\\\]|a).$', None)
    """
    made, at = "", 0
    while at < len(glob):
        character = glob[at]
        at += 1
        if character == "[":
            found = _set(glob, at)
            if found is None:
                return None
            said, at = found
            made += said
        else:
            made += {"*": ".*", "?": "."}.get(character) or _quoted(character)
    return f"^{made}$"


def _set(glob: str, at: int) -> tuple[str, int] | None:
    """The set that begins at ``at``, after its bracket, and where it ends; read as SQLite does."""
    other = glob[at : at + 1] == "^"
    at += other
    parts, before = [], ""
    if glob[at : at + 1] == "]":
        parts, at = ["\\]"], at + 1
    while glob[at : at + 1] not in ("]", ""):
        character, at = glob[at], at + 1
        if character == "-" and before and glob[at : at + 1] not in ("]", ""):
            if before <= glob[at]:
                parts.append(f"[{_within(before)}-{_within(glob[at])}]")
            before, at = "", at + 1
        else:
            parts.append(_quoted(character))
            before = character
    if at >= len(glob):
        return None
    one = f"(?{'!' if other else ':'}{'|'.join(parts)})" if parts else ("" if other else "(?!)")
    return one + ("." if other else ""), at + 1


def _quoted(character: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], character)


def _within(character: str) -> str:
    """A character at the end of a range."""
    return "\\" + character if character in "\\]^-[" else character
