"""Which rows of a sheet belong to which others: by how far their labels are indented, or by a group that is named once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.headers import LONGEST_NAME, is_value

_TOTAL = re.compile(
    r"\b(?:(?:sub|grand|sous)?[\s-]?totale?s?|(?:zwischen|gesamt)?summe|gesamt|insgesamt|saldo|somme|sum|average|durchschnitt|mean)\b",
    re.IGNORECASE,
)
_LEAST_GROUPS = 2
_BLANKS = 2  # at least before a label: one may have slipped in
_AS_WIDE = 3  # blanks, as which one step of an indentation is shown
_SET_APART = frozenset(
    "title salutation prefix note notes remark remarks comment comments flag status priority mark alias nickname warning alert new changed "
    "allergen allergens exception exceptions discount offer special deviation absence holiday reason error "
    "allergene ausnahme rabatt aktion abweichung abwesenheit ferien grund fehler "
    "anrede titel notiz bemerkung bemerkungen hinweis anmerkung kommentar priorität markierung neu civilité titre remarque remarques".split()
)
"""Names of columns in which a blank cell means that there is none."""


def depth(text: str, steps: int = 0) -> int:
    """How far a text is indented, by its cell and by the blanks before it.

    >>> depth("Bikes"), depth("   Bikes"), depth("Bikes", steps=1)
    (0, 3, 3)
    """
    blanks = len(text) - len(text.lstrip(" \u00a0"))
    return steps * _AS_WIDE + (blanks if blanks >= _BLANKS else 0)


def is_total(label: str) -> bool:
    """Whether a label says that its row sums up others.

    >>> is_total("Grand Total"), is_total("North total"), is_total("Totem")
    (True, True, False)
    """
    return _TOTAL.search(label) is not None


def with_parents(labels: Sequence[str], indents: Sequence[int]) -> list[str]:
    """Labels of rows with those that they belong to, each indented less than the ones below it.

    A row that sums up others is often indented further than they are, and belongs to none of them.

    >>> with_parents(["North", "Bikes", "Hats", "South", "Bikes"], [0, 1, 1, 0, 1])
    ['North', 'North > Bikes', 'North > Hats', 'South', 'South > Bikes']
    """
    over: list[tuple[int, str]] = []  # what the next row may belong to
    groups: set[int] = set()  # places in it of what something belongs to
    said: list[str] = []
    for label, indent in zip(labels, indents, strict=True):
        if not label:
            said.append("")
            continue
        while over and over[-1][0] >= indent:
            groups.discard(len(over) - 1)
            over.pop()
        total = is_total(label)
        parents = [one for at, (_, one) in enumerate(over) if not total or at in groups]
        if not total:
            groups.update(range(len(over)))
        said.append(" > ".join([*parents, label]))
        if len(label) <= LONGEST_NAME and not total:
            over.append((indent, label))
    return said


def with_groups(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows with the name of their group in the first column, where that stands in the first row of each only.

    A blank cell may as well mean "none". So it takes a table that is filled but for this column, which begins
    with a group; groups of words, none of them twice, most of several rows; and rows told apart within their group.

    >>> with_groups(["Floor", "Room"], [["Ground", "1"], ["", "2"], ["First", "1"], ["", "2"]])
    [['Ground', '1'], ['Ground', '2'], ['First', '1'], ['First', '2']]
    """
    kept = [list(row) for row in rows]
    body = [row for row in kept if not is_total(row[0])]
    while body and not any(body[-1][1:]):
        body.pop()
    groups = _groups(names, body)
    if len(groups) < _LEAST_GROUPS:
        return kept
    for group in groups:
        for row in group[1:]:
            row[0] = group[0][0]
    return kept


def _groups(names: Sequence[str], body: Sequence[list[str]]) -> list[list[list[str]]]:
    """The groups of a table; none where it is not plain that there are any."""
    columns = [i for i, name in enumerate(names) if name and i]
    if not columns or not body or not body[0][0] or not names[0]:
        return []
    if any(word in _SET_APART for word in re.findall(r"[^\W\d_]+", names[0].lower())):
        return []
    groups: list[list[list[str]]] = []
    for row in body:
        if not all(row[i] for i in columns) or is_total(row[columns[0]]):
            return []
        if row[0]:
            groups.append([])
        groups[-1].append(row)
    labels = [group[0][0] for group in groups]
    if len(set(labels)) < len(labels) or any(map(is_value, labels)):
        return []
    if max(map(len, labels)) > LONGEST_NAME or sum(len(one) > 1 for one in groups) * 2 <= len(
        groups
    ):
        return []
    keys = [[row[columns[0]] for row in group] for group in groups]
    return groups if all(len(set(one)) == len(one) for one in keys) else []
