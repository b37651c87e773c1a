"""What the stores' own catalogs have in common: values by name, one record of what a generation holds, documents by their ids.

A store says how rows are read and written; what they mean is said here, once.
"""

from __future__ import annotations

import threading
import zlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.codec import from_json, to_json
from rag.documents.document import Document
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.recipe import Recipe, check_recipe
from rag.store.writer import Writer

KEPT = 32  # documents that are kept unpacked: hits tend to share documents


class KeptCatalog(Catalog):
    """A catalog whose rows a store reads: those of :meth:`meta`, and what begins with an underscore."""

    def __init__(self, address: str, contents: Contents | None = None) -> None:
        """``contents``: what may be read, where that is not all that there is."""
        self.address = address
        self._lock = threading.RLock()
        self._documents: dict[int, Document] = {}
        self._contents = contents

    @abstractmethod
    def meta(self) -> Mapping[str, str]:
        """Whatever is kept by name: the generation, the recipe, the threshold."""

    @abstractmethod
    def _packed_contents(self) -> bytes:
        """The record of what the published generation holds; an error if it is not what was written."""

    @abstractmethod
    def _count(self, table: str, where: str = "true") -> int:
        """How many rows there are."""

    @abstractmethod
    def _read_documents(self, ids: Sequence[int]) -> Mapping[int, Document]:
        """These documents, those of them that there are."""

    @abstractmethod
    def _read_vectors(self, chunks: list[int]) -> Sequence[bytes]:
        """The vectors of chunks, whose ids are sorted, as they are kept; of those of them that there are."""

    # -- the index ------------------------------------------------------------------------

    def generation(self) -> int:
        """How many generations have been published; 0 before the first."""
        return int(self.meta().get("generation", 0))

    def identity(self) -> str:
        """What tells this generation from every other, of this index and of all there ever were; "" before the first. A
        copy of the index has the same, until one of them is changed."""
        return self.meta().get("identity", "")

    def threshold(self) -> float | None:
        """The confidence from which to answer, if one has been chosen."""
        stored = self.meta().get("threshold")
        return None if stored is None else float(stored)

    def forgotten(self) -> list[tuple[str, str]]:
        """Digests of name and content of each file that is kept out: see :meth:`rag.store.writer.Writer.forget`."""
        return from_json(self.meta().get("forgotten", "[]"), list[tuple[str, str]])

    def recipe(self) -> Recipe:
        """How the index is made.

        Raises:
            IndexDamaged: the catalog does not say.
        """
        recipe = Recipe.from_meta(self.meta())
        if recipe is None:
            raise self.damaged("it does not say which model it was built with")
        return recipe

    @property
    def contents(self) -> Contents:
        """What the published generation holds.

        Raises:
            IndexDamaged: it is not what was written.
        """
        with self._lock:
            if self._contents is None:
                if not self.generation():
                    return Contents()
                try:
                    self._contents = Contents.unpack(self._packed_contents())
                except (ValueError, zlib.error):
                    raise self.damaged("the record of what it holds") from None
            return self._contents

    def counts(self) -> Mapping[str, int]:
        """files, failed, documents, chunks (visible ones), and vectors (all that are kept)."""
        held = self.contents.held
        return {
            "files": sum(len(names) for *_, names in held),
            "failed": self._count("files", "document IS NULL"),
            "documents": len(held),
            "chunks": self.contents.chunk_count,
            "vectors": self._count("vectors"),
        }

    # -- documents ------------------------------------------------------------------------

    def document(self, identity: int) -> Document:
        """A stored document, as its loader made it. The last few are kept unpacked.

        Raises:
            IndexDamaged: there is no such document, or it is not what was written.
        """
        with self._lock:
            if (known := self._documents.pop(identity, None)) is not None:
                self._documents[identity] = known
                return known
        return self.documents([identity])[identity]

    def documents(self, ids: Iterable[int]) -> dict[int, Document]:
        """These documents; those that are not kept are read at once.

        Raises:
            As :meth:`document`.
        """
        wanted = list(dict.fromkeys(ids))
        with self._lock:
            found = {one: self._documents[one] for one in wanted if one in self._documents}
            unknown = [one for one in wanted if one not in found]
            if unknown:
                found.update(self._read_documents(unknown))
            for one in wanted:
                if one not in found:
                    raise self.damaged(f"document {one} is missing")
                self._documents.pop(one, None)
                self._documents[one] = found[one]
            while len(self._documents) > KEPT:
                del self._documents[next(iter(self._documents))]
            return found

    # -- chunks ---------------------------------------------------------------------------

    def vectors(
        self, chunk_ids: NDArray[np.int64], batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, float32 [n, dimension]) of these chunks, ``batch`` at a time, ids sorted.

        Raises:
            IndexDamaged: a vector is missing, or not what was written.
        """
        ids, dimension = np.sort(chunk_ids), self.recipe().dimension
        for i in range(0, len(ids), batch):
            part = ids[i : i + batch]
            found = self._read_vectors(part.tolist())
            blob = b"".join(found)
            if len(found) != len(part) or len(blob) != len(part) * dimension * 2:
                raise self.damaged("vectors are missing")
            yield part, np.frombuffer(blob, "<f2").reshape(-1, dimension).astype(np.float32)


class KeptWriter(KeptCatalog, Writer):
    """The writer of such a catalog."""

    @abstractmethod
    def put(self, **values: str) -> None:
        """Keep these values by name, all or none."""

    @abstractmethod
    def _add_root(self, path: str) -> int:
        """Keep a folder that is not known yet; its id."""

    def stored_recipe(self) -> Recipe | None:
        """How the index is made; None of one that is new."""
        return Recipe.from_meta(self.meta())

    def settle(self, given: Recipe) -> None:
        """A new index takes on this recipe; an old one must have been made by it, but for what may change.

        Raises:
            IndexMismatch: it was made otherwise.
        """
        stored = self.stored_recipe()
        if stored is not None:
            check_recipe(self.address, stored, given)
        else:
            self.adopt(given)

    def adopt(self, given: Recipe) -> None:
        """From now on this is the recipe. A model keeps the name that it had first."""
        stored = self.stored_recipe()
        recipe = replace(given, model=(stored or given).model)
        if recipe != stored:
            self.put(**recipe.to_meta())

    def forget(self, digests: Iterable[tuple[str, str]], *, instead: bool = False) -> None:
        """Keep files out from now on, by digests of name and content; ``instead`` of those so far."""
        kept = set(digests) if instead else {*self.forgotten(), *digests}
        self.put(forgotten=to_json(sorted(kept)))

    def set_threshold(self, value: float) -> None:
        """Keep the confidence from which to answer."""
        self.put(threshold=repr(float(value)))

    def root(self, path: str) -> int:
        """The id of a folder that file names are relative to; a new one if it is not known."""
        known = {name: identity for identity, name in self.roots().items()}
        return known[path] if path in known else self._add_root(path)
