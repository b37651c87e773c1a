"""The writer of an index on Milvus: PostgreSQL's, which has each generation written in Milvus before it turns to it."""

from __future__ import annotations

from collections.abc import Iterable

from rag.store.contents import Contents
from rag.store.milvus import publish
from rag.store.milvus.collection import Collections
from rag.store.postgres.writer import PostgresWriter


class MilvusWriter(PostgresWriter):
    """See :class:`rag.store.writer.Writer`. Vectors are in Milvus alone; the catalog keeps those that were embedded."""

    searched_in = "Milvus"
    there: Collections
    """Where its generations are searched."""

    def publish(self, removed: Iterable[tuple[int, str]]) -> int:
        """As of PostgreSQL; then what no reader can ask for any more is swept away in Milvus.

        Raises:
            IndexMismatch: the name in Milvus is another index's.
            StorageError, IndexDamaged.
        """
        number = super().publish(removed)
        publish.published(self.there, self)
        return number

    def turn(self, before: Contents, after: Contents, identity: str) -> None:
        """Write the next generation in Milvus, whose readers see it once the catalog's transaction has ended."""
        publish.publish(
            self.there,
            self,
            self.lengths(),
            before=(self.identity(), before),
            after=(identity, after),
        )

    def repair(self) -> None:
        """Make anew, here and in Milvus, what does not belong to the published generation. Embeds nothing."""
        super().repair()
        publish.repair(self.there, self, self.lengths())

    def erase(self) -> bool:
        """As of PostgreSQL; Milvus is told to forget what is no longer in the index, and does when it next writes its
        files anew."""
        alone = super().erase()
        publish.erase(self.there, self)
        return alone

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index, and rows that no reader can ask for; how many vectors there
        were."""
        gone = super().compact()
        self.repair()
        publish.compact(self.there, self)
        return gone
