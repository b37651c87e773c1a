"""What documents a search is narrowed to, as values: each store says one condition in its own SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Field = Literal["source", "type", "title", "author", "date", "metadata"]
"""What a condition looks at: the name of one of a document's files, what the document says of itself, or a field that
it gives itself, whose name is then the condition's ``key``."""

Sign = Literal["=", "glob", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Condition:
    """That a field is ``value`` ("="), fits it ("glob": * any characters, ? one, [a-z] one of these; in their very case),
    or stands before or after it, as texts do by their code points. What a document does not say is the empty text, which
    is neither before nor after any."""

    field: Field
    sign: Sign
    value: str
    key: str = ""


Conditions = Sequence[Sequence[Condition]]
"""Groups, of each of which one condition at least must hold."""

COLUMNS = {
    "source": "f.name",
    "type": "d.kind",
    "title": "d.title",
    "author": "d.author",
    "date": "d.date",
}
"""Where fields but "metadata" are, among ``f`` (files) and ``d`` (documents)."""

Said = tuple[str, list[str]]
"""SQL, and the values of its marks."""


def all_of(conditions: Conditions, say: Callable[[Condition], Said]) -> Said:
    """All groups, by what one condition is in SQL."""
    said = [[say(one) for one in group] for group in conditions]
    where = " AND ".join(f"({' OR '.join(sql for sql, _ in group)})" for group in said)
    return where or "true", [value for group in said for _, some in group for value in some]
