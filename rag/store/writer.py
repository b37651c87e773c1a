"""What a writer can do with an index, wherever it is kept: stage documents some at a time, publish them together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.chunking import Chunk
from rag.documents.document import Document
from rag.documents.traits import Traits
from rag.store.catalog import Catalog
from rag.store.recipe import Recipe
from rag.store.rows import FileRow, Origin


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that is to be kept: ``vectors[i]`` is the id of the vector of ``chunks[i]``. What it is known by, its
    ``traits``, is found when it is published, where it has not been yet."""

    origin: Origin
    document: Document
    chunks: Sequence[Chunk]
    vectors: Sequence[int]
    traits: Traits | None = None


class Writer(Catalog):
    """The one writer of an index: it sees what is there now, its own changes included.

    What it stages is kept at once, survives a crash, and is invisible to readers until :meth:`publish`.
    """

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what a block writes. Blocks do not nest.

        Raises:
            StorageError: it cannot be written.
        """

    @abstractmethod
    def take_back(self) -> None:
        """End a transaction that an interrupt has left open: Ctrl-C may come between any two steps of its own code."""

    @abstractmethod
    def stored_recipe(self) -> Recipe | None:
        """How the index is made; None of one that is new."""

    @abstractmethod
    def settle(self, given: Recipe) -> None:
        """A new index takes on this recipe; an old one must have been made by it, but for what may change.

        Raises:
            IndexMismatch: it was made otherwise.
        """

    @abstractmethod
    def adopt(self, given: Recipe) -> None:
        """From now on this is the recipe. A model keeps the name that it had first."""

    @abstractmethod
    def set_threshold(self, value: float) -> None:
        """Keep the confidence from which to answer."""

    # -- what stays out -------------------------------------------------------------------

    @abstractmethod
    def forget(self, digests: Iterable[tuple[str, str]], *, instead: bool = False) -> None:
        """Keep files out from now on, by digests of name and content; ``instead`` of those so far."""

    # -- staging --------------------------------------------------------------------------

    @abstractmethod
    def root(self, path: str) -> int:
        """The id of a folder that file names are relative to; a new one if it is not known."""

    @abstractmethod
    def move_root(self, root: int, path: str) -> None:
        """The folder of that id is elsewhere now; its files keep their names."""

    @abstractmethod
    def staged(self) -> list[FileRow]:
        """What the files will be with the next publication, where it differs, by folder and name."""

    @abstractmethod
    def stage(self, rows: Sequence[FileRow]) -> None:
        """Keep what these files will be with the next publication. Within a transaction."""

    @abstractmethod
    def unstage(self, files: Iterable[tuple[int, str]]) -> None:
        """Forget what was staged for these files (root, name)."""

    @abstractmethod
    def find_documents(self, origins: Collection[Origin]) -> dict[Origin, int]:
        """The ids of the documents of these origins, of those that are here."""

    @abstractmethod
    def find_vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Which of these texts have been embedded before: hash -> vector id."""

    @abstractmethod
    def add_vectors(
        self, model: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]
    ) -> dict[bytes, int]:
        """Keep the vectors [n, dimension] of these texts, new ones, as fp16: hash -> vector id. In a transaction of its own."""

    @abstractmethod
    def add_documents(self, documents: Sequence[NewDocument]) -> list[int]:
        """Store documents with their chunks; their ids. The ids of a document's chunks run in their order. Within a
        transaction."""

    @abstractmethod
    def keep_traits(self, traits: Mapping[int, Traits]) -> None:
        """Keep what documents are known by, by their ids. Within a transaction."""

    def found_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What is found in these documents now, by their ids: kept, so that it is found once. Within a transaction."""
        found = super().found_traits(documents)
        self.keep_traits(found)
        return found

    @abstractmethod
    def chunk_count(self, documents: Collection[int]) -> int:
        """How many chunks these documents have, published or staged."""

    @abstractmethod
    def own_vectors(self, documents: Collection[int], most: int) -> list[bytes]:
        """Vectors that no visible document but these has, as they are kept; at most so many. None, as in :meth:`form`, of a
        server, which has no files that could be looked through for them."""

    @abstractmethod
    def form(self) -> str:
        """Names of tables, fields, settings, folders and loaders: what stands in an index whatever its documents say."""

    # -- publishing -----------------------------------------------------------------------

    @abstractmethod
    def publish(self, removed: Iterable[tuple[int, str]]) -> int:
        """Make what is staged visible and what is ``removed`` (root, name) not, at one moment, with all that is derived
        from it to be searched. Documents that no file names any more are swept away. The new generation's number.

        Raises:
            StorageError: it cannot be written.
            IndexDamaged: a part of the catalog is not what was written.
        """

    @abstractmethod
    def restamp(self) -> None:
        """Take over what is staged where it is new time stamps on old content, and nothing that a reader could see."""

    @abstractmethod
    def repair(self) -> None:
        """Make anew whatever is derived and not what belongs to the published generation. Embeds nothing."""

    @abstractmethod
    def erase(self) -> bool:
        """See that nothing is kept of what is no longer in the index, as far as the store can. False where a reader holds
        on to some of it still."""

    @abstractmethod
    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index, and give the space back; how many there were."""
