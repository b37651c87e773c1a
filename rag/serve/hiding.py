"""What is not shown to those who ask, where the owner wants it so: secrets and personal data in answers, hits and documents.

An answer has labels in their places ("[phone]"). The text of a document has as many blocks as they have characters, so
that offsets stay true. Whoever must not have them on disk either indexes with ``--redact``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rag.documents.document import Document
from rag.privacy import What, find, redacted

BLOCK = "\u2588"


def masked(text: str, what: What) -> str:
    """The text with blocks in the places of what is found in it; as long as before.

    Raises:
        ExtraMissing: personal data are looked for, and the packages for it are not there.

    >>> masked("mail jane@example.org", "personal")
    'mail ████████████████'
    """
    parts, done = [], 0
    for one in find(text, what):
        parts += [text[done : one.start], BLOCK * (one.end - one.start)]
        done = one.end
    return "".join((*parts, text[done:]))


def masked_document(document: Document, what: What) -> Document:
    """A document whose text, title, headings and notes are :func:`masked`."""
    if what == "none":
        return document
    return replace(
        document,
        text=masked(document.text, what),
        title=redacted(document.title, what),
        author=redacted(document.author, what),
        headings=tuple(replace(one, title=redacted(one.title, what)) for one in document.headings),
        notes=tuple(redacted(note, what) for note in document.notes),
    )


def masked_hits(hits: Iterable[Mapping[str, Any]], what: What) -> list[dict[str, Any]]:
    """Hits, as :class:`rag.serve.shapes.ShownHit` has them, whose text is :func:`masked`."""
    if what == "none":
        return [dict(hit) for hit in hits]
    return [
        {
            **hit,
            "text": masked(hit["text"], what),
            **{name: redacted(hit[name], what) for name in ("context", "title")},
        }
        for hit in hits
    ]
