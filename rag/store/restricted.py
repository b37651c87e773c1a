"""The catalog as those see it who may read some of its files alone: as if there were no others.

The record of what the generation holds, by which all reading goes, names these and no others; what is asked for by an id
that is not in it is missing, as an id is that never was. See :meth:`rag.store.snapshot.Snapshot.restricted`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.codec import from_json
from rag.documents.document import Document
from rag.documents.traits import Traits
from rag.errors import RagError
from rag.store.catalog import Catalog, Stated
from rag.store.conditions import Conditions
from rag.store.contents import Contents, Names
from rag.store.recipe import Recipe
from rag.store.rows import ChunkRow, FileRow, Origin

MayRead = Callable[[str, Mapping[str, str] | None], bool]
"""Whether a file may be read, by its name and what its document says of itself; None of that for a file that could not
be read. See :mod:`rag.rights`."""


_FIELDS = ("type", "title", "date", "author")


def said_by(catalog: Catalog) -> dict[int, dict[str, str]]:
    """What each document says of itself, by the names that a filter has for it, in lower case.

    Raises:
        IndexDamaged: it is not what was written.
    """
    found = {}
    for identity, (*values, metadata) in catalog.stated().items():
        own = from_json(metadata, dict[str, Any])
        own = {key.casefold(): str(value) for key, value in own.items()}
        clash = {f"metadata.{key}": own[key] for key in _FIELDS if key in own}
        found[identity] = {**own, **clash, **dict(zip(_FIELDS, values, strict=True))}
    return found


def tells(document: Document, names: Names, kept: Names) -> bool:
    """Whether a document, one for several files with the same content, says what one of them is called that is not
    among those ``kept``: as an index of an earlier version may, which read a program by the name of one of its copies."""
    hidden = {PurePosixPath(name).name for name in names} - {
        PurePosixPath(name).name for name in kept
    }
    said = chain((document.title,), document.pieces())
    return bool(hidden) and any(name in piece for piece in said for name in hidden)


class RestrictedCatalog(Catalog):
    """A reader's view of another catalog, in which there are those files alone that may be read."""

    def __init__(self, whole: Catalog, contents: Contents, may_read: MayRead) -> None:
        """``contents``: what of the other's may be read; ``may_read`` is asked for files that could not be."""
        self.address = whole.address
        self._whole = whole
        self._contents = contents
        self._may_read = may_read

    def close(self) -> None:
        """Nothing: what is open is the other catalog's."""

    def damaged(self, what: str) -> RagError:
        """As of the whole catalog."""
        return self._whole.damaged(what)

    def generation(self) -> int:
        """As of the whole catalog."""
        return self._whole.generation()

    def identity(self) -> str:
        """As of the whole catalog."""
        return self._whole.identity()

    def threshold(self) -> float | None:
        """As of the whole catalog."""
        return self._whole.threshold()

    def forgotten(self) -> list[tuple[str, str]]:
        """None: what they were is not for those who may not read all."""
        return []

    def recipe(self) -> Recipe:
        """As of the whole catalog."""
        return self._whole.recipe()

    @property
    def contents(self) -> Contents:
        """What of the generation may be read."""
        return self._contents

    def roots(self) -> dict[int, str]:
        """The folders of the files that there are, by their ids."""
        there = {row.root for row in self.files()}
        return {root: path for root, path in self._whole.roots().items() if root in there}

    def files(self) -> list[FileRow]:
        """All files that may be read, also those that could not be, by folder and name."""
        return [row for row in self._whole.files() if self._has(row)]

    def _has(self, row: FileRow) -> bool:
        if row.document is None:
            return self._may_read(row.name, None)
        return row.name in self.contents.names.get(row.document, ())

    def counts(self) -> Mapping[str, int]:
        """As of the whole catalog; a vector a chunk, whatever they share."""
        held = self.contents.held
        chunks = sum(count for _, _, count, _ in held)
        return {
            "files": sum(len(names) for *_, names in held),
            "failed": sum(row.document is None for row in self.files()),
            "documents": len(held),
            "chunks": chunks,
            "vectors": chunks,
        }

    def document(self, identity: int) -> Document:
        """As of the whole catalog; one that may not be read is as missing as one that never was."""
        self._check((identity,))
        return self._whole.document(identity)

    def documents(self, ids: Iterable[int]) -> dict[int, Document]:
        """As of the whole catalog."""
        wanted = list(ids)
        self._check(wanted)
        return self._whole.documents(wanted)

    def outlines(self, among: Iterable[int] | None = None) -> Iterator[tuple[int, Document]]:
        """As of the whole catalog."""
        wanted = list(self.contents.names if among is None else among)
        self._check(wanted)
        return self._whole.outlines(wanted)

    def kept_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """As of the whole catalog."""
        self._check(documents)
        return self._whole.kept_traits(documents)

    def origin(self, identity: int) -> Origin:
        """As of the whole catalog."""
        self._check((identity,))
        return self._whole.origin(identity)

    def stated(self) -> dict[int, Stated]:
        """As of the whole catalog, of what may be read."""
        names = self.contents.names
        return {one: said for one, said in self._whole.stated().items() if one in names}

    def files_where(self, conditions: Conditions) -> list[tuple[int, str]]:
        """As of the whole catalog, of what may be read."""
        names = self.contents.names
        found = self._whole.files_where(conditions)
        return [(document, name) for document, name in found if name in names.get(document, ())]

    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """As of the whole catalog."""
        wanted = list(ids)
        self._check_chunks(np.array(wanted, np.int64), "chunks are missing")
        return self._whole.chunk_rows(wanted)

    def document_chunks(self, document: int) -> list[ChunkRow]:
        """As of the whole catalog."""
        self._check((document,))
        return self._whole.document_chunks(document)

    def vectors(
        self, chunk_ids: NDArray[np.int64], batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """As of the whole catalog."""
        self._check_chunks(chunk_ids, "vectors are missing")
        return self._whole.vectors(chunk_ids, batch)

    def _check(self, documents: Iterable[int]) -> None:
        names = self.contents.names
        missing = next((one for one in documents if one not in names), None)
        if missing is not None:
            raise self.damaged(f"document {missing} is missing")

    def _check_chunks(self, ids: NDArray[np.int64], what: str) -> None:
        if (self.contents.owners(ids) < 0).any():
            raise self.damaged(what)
