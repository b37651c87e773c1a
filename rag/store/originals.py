"""Where the files of a document lie, and what they were when they were read."""

from __future__ import annotations

import os
from dataclasses import dataclass

from rag.documents.addresses import address_of, is_address
from rag.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Original:
    """The files with a document's content, by path or address; each may have changed since. ``sha256`` (in hex) is of the bytes that
    were read. ``redacted``: they hold what was not to be kept, and are not to be shown."""

    paths: tuple[str, ...]
    sha256: str
    redacted: bool = False

    @property
    def path(self) -> str:
        """The first of them that is there; else the first."""
        return next((path for path in self.paths if os.path.isfile(path)), self.paths[0])


def original_of(catalog: Catalog, identity: int) -> Original:
    """The files of a visible document.

    Raises:
        IndexDamaged: it is not what was written.
    """
    roots = catalog.roots()
    files = [row for row in catalog.files() if row.document == identity]
    if not files:
        raise catalog.damaged(f"document {identity} is missing")
    origin = catalog.origin(identity)
    paths = tuple(_path(roots[row.root], row.name) for row in files)
    return Original(paths, origin.sha256, redacted="~" in origin.loader.partition(" ")[0])


def _path(root: str, name: str) -> str:
    return address_of(root, name) if is_address(root) else os.path.join(root, *name.split("/"))
