"""A document of a served index as it may be shown: its text, its names, and the file that its pages are painted from."""

from __future__ import annotations

from dataclasses import dataclass

from rag.documents.document import Document
from rag.errors import NoDocument
from rag.serve.hiding import masked_document
from rag.serve.opened import Opened
from rag.store.originals import original_of
from rag.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Stored:
    """A document, ``names`` of its files, and the ``path`` of one, None where its pages may not be shown as they
    look; ``sha256`` (in hex) is of the bytes that were read."""

    document: Document
    names: tuple[str, ...]
    path: str | None
    sha256: str


def stored(opened: Opened, snapshot: Snapshot, identity: int) -> Stored:
    """A document of the snapshot.

    Raises:
        NoDocument: it has none of this id. One that may not be read is not in it.
    """
    names = snapshot.catalog.names([identity]).get(identity)
    if not names:
        raise NoDocument(f"There is no document {identity} in this index. List them anew.")
    original, what = original_of(snapshot.catalog, identity), opened.served.redact
    bare = what == "none" and not original.redacted
    document = masked_document(snapshot.document(identity), what)
    return Stored(document, names, original.path if bare else None, original.sha256)
