"""What a document is known by, whatever its file is called: the words that it writes as names, its years, and other names for
what it speaks of.

To look for it in a whole text takes longer than all else that a publication does with that, so it is done when the document is
read, beside others, and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rag.documents.aliases import aliases_in
from rag.documents.document import Document
from rag.documents.writing import READ, Writing, may_be_names
from rag.documents.years import years_in

VERSION = 1
"""Of what is looked for: what was found by another is looked for anew."""

HEAD = 1000  # characters of a document's beginning in which it is looked for what it is called
OFTEN = 5  # times that a document must have written a name of its first lines, at least


@dataclass(frozen=True, slots=True)
class Traits:
    """``names`` are the words that a text writes as names, ``title_names`` those of them that its title has, ``first_names`` those
    of its first lines, if it writes them often. ``years`` are its title's, ``near_years`` those of title, date and first
    lines. ``aliases`` are pairs of names for the same. All sorted, in lower case."""

    names: tuple[str, ...] = ()
    title_names: tuple[str, ...] = ()
    first_names: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    near_years: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()


def traits_of(document: Document) -> Traits:
    """What a document is known by.

    >>> found = traits_of(Document("Ask Kim. Kim knows paid time off (PTO).", "text", title="2021"))
    >>> found.names, found.years, found.aliases
    (('kim',), ('2021',), (('pto', 'paid time off'),))
    """
    head, writes = document.span(0, HEAD), Writing(document.span(0, READ))
    titles = f"{document.title} {document.metadata.get('subject', '')}"
    found: tuple[Iterable[Any], ...] = (
        writes.names(),
        {word for word in may_be_names(titles) if writes.as_name(word)},
        {word for word in may_be_names(head) if writes.as_name(word, OFTEN)},
        years_in(titles),
        years_in(f"{titles} {document.date} {head}"),
        aliases_in(document),
    )
    return Traits(*(tuple(sorted(some)) for some in found))
