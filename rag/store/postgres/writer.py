"""How the catalog is written: documents are staged some at a time, and published together.

staging:     some documents a transaction, while the run goes on; a crash keeps all of them
publishing:  :mod:`rag.store.postgres.publish`
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.traits import VERSION, Traits
from rag.store.contents import Contents
from rag.store.kept import KeptWriter
from rag.store.packing import COLUMNS, blocks_of, further, pack, pack_traits
from rag.store.postgres.catalog import FILE, PostgresCatalog, file_row
from rag.store.postgres.erase import compact, erase
from rag.store.postgres.publish import publish, repair
from rag.store.postgres.values import NAMED, as_text, key_of, named_by
from rag.store.postgres.writing import WritingSession
from rag.store.rows import FileRow, Origin
from rag.store.writer import NewDocument

_TYPES = ["bytea" if name == "text" else "text" for name in COLUMNS]


class PostgresWriter(PostgresCatalog, KeptWriter):
    """The writer's connection: it sees what is there now, its own changes included.

    What it stages is in the catalog at once and invisible to readers until :meth:`publish`.
    """

    session: WritingSession
    searched_in = ""
    """Where vectors of meaning and of words are searched: in the catalog's own database, or where :meth:`turn` writes them."""

    def meta(self) -> Mapping[str, str]:
        """Whatever is kept by name: the generation, the recipe, the threshold."""
        return dict(self.rows("SELECT key, value FROM meta"))

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what a block writes; see :meth:`rag.store.postgres.writing.WritingSession.transaction`."""
        return self.session.transaction()

    def take_back(self) -> None:
        """End a transaction that an interrupt has left open: Ctrl-C may come between any two steps of its own code."""
        self.session.take_back()

    def put(self, **values: str) -> None:
        """Keep these values by name, all or none."""
        self.rows(
            "INSERT INTO meta SELECT * FROM unnest(%s::text[], %s::text[]) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ([*values], [*values.values()]),
        )

    def drop(self, key: str) -> None:
        """Keep nothing under this name any more."""
        self.rows("DELETE FROM meta WHERE key = %s", (key,))

    def _next(self, sequence: str, count: int) -> int:
        """The first of ``count`` ids in a row, one at least; this writer is the only one."""
        asked = f"SELECT setval('{sequence}', nextval('{sequence}') + %s)"
        ((last,),) = self.rows(asked, (count - 1,))
        return int(last) - count + 1

    # -- staging --------------------------------------------------------------------------

    def _add_root(self, path: str) -> int:
        added = "INSERT INTO roots SELECT coalesce(max(id), 0) + 1, %s FROM roots RETURNING id"
        ((identity,),) = self.rows(added, (as_text(path),))
        return int(identity)

    def move_root(self, root: int, path: str) -> None:
        """The folder of that id is elsewhere now; its files keep their names."""
        self.rows("UPDATE roots SET path = %s WHERE id = %s", (as_text(path), root))

    def staged(self) -> list[FileRow]:
        """What the files will be with the next publication, where it differs, by folder and name."""
        return [
            file_row(row) for row in self.rows(f"SELECT {FILE} FROM staged ORDER BY root, name")
        ]

    def stage(self, rows: Sequence[FileRow]) -> None:
        """Keep what these files will be with the next publication."""
        last = {(row.root, row.name): row for row in rows}
        self.unstage(last)
        self.session.copy(
            f"staged (key, {FILE})",
            ("bytea", "int4", "text", "int8", "int8", "text", "int8", "text"),
            ((key_of(row.name), *map(_kept, astuple(row))) for row in last.values()),
        )

    def unstage(self, files: Iterable[tuple[int, str]]) -> None:
        """Forget what was staged for these files (root, name)."""
        self.rows(f"DELETE FROM staged {NAMED}", named_by(files))

    def find_documents(self, origins: Collection[Origin]) -> dict[Origin, int]:
        """The ids of the documents of these origins, of those that are here."""
        keys = {key_of(*astuple(one)): one for one in origins}
        rows = self.rows("SELECT key, id FROM documents WHERE key = ANY(%s::bytea[])", ([*keys],))
        return {keys[key]: identity for key, identity in rows}

    def find_vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Which of these texts have been embedded before: hash -> vector id."""
        asked = "SELECT hash, id FROM vectors WHERE model = %s AND hash = ANY(%s::bytea[])"
        return dict(self.rows(asked, (model, list(hashes))))

    def add_vectors(
        self, model: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]
    ) -> dict[bytes, int]:
        """Keep the vectors [n, dimension] of these texts, new ones, as fp16: hash -> vector id."""
        if not len(hashes):
            return {}
        first = self._next("vector_ids", len(hashes))
        rows = enumerate(zip(hashes, vectors.astype("<f2"), strict=True), first)
        self.session.copy(
            "vectors (id, model, hash, vector)",
            ("int8", "text", "bytea", "bytea"),
            ((i, model, one, row.tobytes()) for i, (one, row) in rows),
        )
        return {one: i for i, one in enumerate(hashes, first)}

    def add_documents(self, documents: Sequence[NewDocument]) -> list[int]:
        """Store documents with their chunks; their ids. Within a transaction."""
        if not documents:
            return []
        counts = [len(new.chunks) for new in documents]
        ends = list(accumulate(counts))
        at = self._next("document_ids", len(documents))
        chunk = self._next("chunk_ids", max(1, ends[-1]))
        ids = list(range(at, at + len(documents)))
        blocks = [blocks_of(new.document) for new in documents]
        firsts = [chunk + end - count for end, count in zip(ends, counts, strict=True)]
        self.session.copy(
            f"documents (id, key, sha256, loader, first_chunk, chunk_count, {', '.join(COLUMNS)})",
            ("int8", "bytea", "text", "text", "int8", "int4", *_TYPES),
            (
                (
                    identity,
                    key_of(*astuple(new.origin)),
                    *map(_kept, (*astuple(new.origin), first, count)),
                    *map(_kept, pack(new.document, text).values()),
                )
                for identity, new, text, first, count in zip(
                    ids, documents, blocks, firsts, counts, strict=True
                )
            ),
        )
        long = [one for one in zip(ids, blocks, strict=True) if len(one[1].ends) > 1]
        if long:
            self.session.copy(
                "blocks (document, number, packed)",
                ("int8", "int4", "bytea"),
                ((identity, *block) for identity, text in long for block in further(text)),
            )
        self.session.copy(
            "fields (document, key, value)",
            ("int8", "text", "text"),
            (
                (identity, as_text(str(key)), as_text(str(value)))
                for identity, new in zip(ids, documents, strict=True)
                for key, value in new.document.metadata.items()
            ),
        )
        self.session.copy(
            "chunks (id, document, start, stop, context, vector)",
            ("int8", "int8", "int8", "int8", "text", "int8"),
            (
                (i, identity, c.start, c.end, as_text(c.context), vector)
                for identity, new, first in zip(ids, documents, firsts, strict=True)
                for i, (c, vector) in enumerate(zip(new.chunks, new.vectors, strict=True), first)
            ),
        )
        named = zip(ids, documents, strict=True)
        self.keep_traits({one: new.traits for one, new in named if new.traits is not None})
        return ids

    def keep_traits(self, traits: Mapping[int, Traits]) -> None:
        """Keep what documents are known by, by their ids. Within a transaction."""
        if not traits:
            return
        self.rows(
            "INSERT INTO traits SELECT document, %s, packed FROM unnest(%s::bigint[], %s::bytea[]) AS new (document, packed) "
            "ON CONFLICT (document) DO UPDATE SET version = excluded.version, packed = excluded.packed",
            (VERSION, [*traits], [pack_traits(found) for found in traits.values()]),
        )

    def chunk_count(self, documents: Collection[int]) -> int:
        """How many chunks these documents have, published or staged."""
        asked = "SELECT count(*) FROM chunks WHERE document = ANY(%s)"
        ((count,),) = self.rows(asked, (list(documents),))
        return int(count)

    def own_vectors(self, documents: Collection[int], most: int) -> list[bytes]:
        """None: there are no files of this index that could be looked through for them."""
        return []

    def form(self) -> str:
        """Nothing, as :meth:`own_vectors`."""
        return ""

    # -- publishing -----------------------------------------------------------------------

    def publish(self, removed: Iterable[tuple[int, str]]) -> int:
        """See :func:`rag.store.postgres.publish.publish`."""
        return publish(self, removed)

    def keep_contents(self, contents: Contents | None) -> None:
        """Keep the record of what the next generation holds; None: it comes to nothing, what is kept counts."""
        self._contents = contents
        if contents is not None:
            self.rows("DELETE FROM contents")
            self.rows("INSERT INTO contents VALUES (%s)", (contents.pack(),))

    def turn(self, before: Contents, after: Contents, identity: str) -> None:
        """Called before the transaction ends that turns the index to its next generation, of that identity: for what is kept
        elsewhere."""

    def restamp(self) -> None:
        """Take over what is staged where it is new time stamps on old content, and nothing that a reader could see."""
        with self.transaction():
            self.flip()

    def flip(self) -> None:
        """Make the files what is staged."""
        self.rows(
            f"INSERT INTO files (key, {FILE}) SELECT key, {FILE} FROM staged ON CONFLICT (root, key) DO UPDATE "
            "SET size = excluded.size, mtime_ns = excluded.mtime_ns, loader = excluded.loader, "
            "document = excluded.document, failure = excluded.failure"
        )
        self.rows("DELETE FROM staged")

    def repair(self) -> None:
        """See :func:`rag.store.postgres.publish.repair`."""
        repair(self)

    def erase(self) -> bool:
        """See :func:`rag.store.postgres.erase.erase`."""
        return erase(self.session)

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index, and give the space back; how many there were."""
        return compact(self.session)


def _kept(value: Any) -> Any:
    return as_text(value) if isinstance(value, str) else value
