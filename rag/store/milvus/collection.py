"""What an index has on a Milvus server: a collection with a row a chunk, and a name for each generation that it holds.

A row says from which generation on it is there (``born``) and from which on it no longer is (``died``), so that a reader of one
generation finds that generation alone. An alias ``rag_NAME__gN_IDENTITY`` says that the collection holds generation N of the catalog with
that identity. It is made before the catalog's own transaction makes the generation visible: a catalog without its alias
is another one's, or of another time. ``rag_NAME__writing`` is there while a writer is at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexMismatch
from rag.store.contents import Ids
from rag.store.milvus.address import MilvusAddress
from rag.store.milvus.connection import READING, WRITING, NotThere, client, errors_in_words, library

ALIVE = 1 << 62
"""``died`` of a row that is there still."""
MOST_LISTED = 20_000  # documents that one expression names
ROWS = 1000  # of a request that writes: some megabytes
VERSIONS = 20  # bits of a row's id that tell apart the rows that a chunk has had
_M, _EF = 16, 200  # of the graph, as it is built
_ALIAS = re.compile(r"g(\d+)_([0-9a-f]+)")
_OWN = re.compile(r"[0-9a-f]{12}")
Row = dict[str, Any]
T = TypeVar("T")
Found = tuple[Ids, NDArray[np.float32]]
"""Ids and scores, best first."""


def row_id(chunk: int, born: int) -> int:
    """The id of a chunk's row: a file that gets another name gives its chunks new ones, beside those that are to go."""
    return chunk << VERSIONS | born & (1 << VERSIONS) - 1


def chunks_of(rows: Ids) -> Ids:
    """The chunks whose rows these are."""
    return rows >> VERSIONS


def listed(documents: Iterable[int]) -> Iterator[str]:
    """Expressions that are each true of the chunks of some of these documents."""
    for part in _batched(sorted(documents), MOST_LISTED):
        yield f"document in [{','.join(str(int(one)) for one in part)}]"


class Collections:
    """The collections of one index on a server, by their aliases. Nothing is kept of what the server says.

    Raises:
        StorageError: from all that asks the server, where it cannot be asked.
    """

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._start = f"rag_{address.name}__"

    def call(self, what: str, *given: Any, **named: Any) -> Any:
        """What a method of the server's client gives."""
        line = client(self.address)
        with errors_in_words(self.address):
            return getattr(line, what)(*given, **{"timeout": WRITING, **named})

    # -- names ----------------------------------------------------------------------------

    def alias(self, generation: int, identity: str) -> str:
        """The name for a generation."""
        return f"{self._start}g{generation}_{identity}"

    @property
    def writing(self) -> str:
        """The name for what a writer is at."""
        return f"{self._start}writing"

    @property
    def owner(self) -> str:
        """The name that says whose an index is: a digest of where its catalog is."""
        return f"{self._start}of_{self.address.catalog_key}"

    def check_owner(self) -> None:
        """That what is on the server is this index's, or nobody's.

        Raises:
            IndexMismatch: it is an index's whose catalog is elsewhere.
        """
        start = f"{self._start}of_"
        for collection in self.all():
            owners = [one for one in self._aliases(collection) if one.startswith(start)]
            if owners and self.owner not in owners:
                raise IndexMismatch(
                    f"{self.address.shown}: the collection {collection} there belongs to an index whose catalog is in "
                    "another database. Give this index another name; or drop that collection in Milvus, if its catalog is "
                    "gone, or is the same one under another address."
                )

    def behind(self, alias: str) -> str | None:
        """The collection that goes by this name; None if there is none."""
        try:
            found = self.call("describe_alias", alias, timeout=READING)
        except NotThere:
            return None
        return str(found["collection_name"])

    def all(self) -> list[str]:
        """The collections that were made for this index."""
        names = self.call("list_collections", timeout=READING)
        return sorted(
            name
            for name in names
            if name.startswith(self._start) and _OWN.fullmatch(name.removeprefix(self._start))
        )

    def generations(self, collection: str) -> dict[str, int]:
        """The aliases of a collection that stand for a generation, with its number."""
        found = self._aliases(collection)
        ours = {name: _ALIAS.fullmatch(name.removeprefix(self._start)) for name in found}
        return {name: int(match[1]) for name, match in ours.items() if match}

    def _aliases(self, collection: str) -> list[str]:
        return list(self.call("list_aliases", collection, timeout=READING)["aliases"])

    def name(self, collection: str, alias: str) -> None:
        """Let a collection go by this name, and no other by it any more."""
        held = self.behind(alias)
        if held != collection:
            self.call("alter_alias" if held else "create_alias", collection, alias)

    def unname(self, alias: str) -> None:
        """Nothing goes by this name any more."""
        if self.behind(alias) is not None:
            self.call("drop_alias", alias)

    # -- collections ----------------------------------------------------------------------

    def create(self, dimension: int) -> str:
        """A new collection, empty and ready to be searched; its name."""
        made, kind = library().MilvusClient, library().DataType
        name = f"{self._start}{uuid4().hex[:12]}"
        schema = made.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", kind.INT64, is_primary=True)
        indexed = made.prepare_index_params()
        for field in ("document", "born", "died"):
            schema.add_field(field, kind.INT64)
            indexed.add_index(field, index_type="INVERTED")
        schema.add_field("dense", kind.FLOAT_VECTOR, dim=dimension)
        schema.add_field("words", kind.SPARSE_FLOAT_VECTOR)
        build = {"M": _M, "efConstruction": _EF}
        indexed.add_index("dense", index_type="HNSW", metric_type="IP", params=build)
        indexed.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        self.call("create_collection", name, schema=schema, consistency_level="Bounded")
        self.call("create_index", name, indexed, sync=False)
        self.call("load_collection", name)
        return name

    def drop(self, collection: str) -> None:
        """A collection goes, with its aliases."""
        for alias in self._aliases(collection):
            self.call("drop_alias", alias)
        self.call("drop_collection", collection)

    def ready(self, alias: str) -> bool:
        """Whether a generation is there; then it can be searched from now on, in all that it has."""
        if self.behind(alias) is None:
            return False
        if self.call("get_load_state", alias)["state"].name != "Loaded":
            self.call("load_collection", alias)
        self.call(
            "query",
            alias,
            filter="row in [0]",
            output_fields=["row"],
            consistency_level="Strong",
            timeout=READING,
        )
        return True

    # -- rows -----------------------------------------------------------------------------

    def insert(self, collection: str, rows: Iterable[Row]) -> None:
        """Write rows. Who makes the collection :meth:`ready` from then on finds them."""
        for part in _batched(rows, ROWS):
            self.call("upsert", collection, part)

    def change(self, collection: str, where: str, **values: int) -> None:
        """Give these values to the fields of each row of which an expression is true."""
        for rows in self.pages(collection, where, ["*"]):
            self.call("upsert", collection, [{**row, **values} for row in rows])

    def delete(self, collection: str, where: str) -> None:
        """Delete each row of which an expression is true."""
        self.call("delete", collection, filter=where)

    def pages(self, collection: str, where: str, fields: Sequence[str]) -> Iterator[list[Row]]:
        """These fields of the rows of which an expression is true, a part at a time."""
        iterator = self.call(
            "query_iterator",
            collection,
            batch_size=ROWS,
            filter=where,
            output_fields=list(fields),
            consistency_level="Strong",
        )
        try:
            while True:
                with errors_in_words(self.address):
                    page = list(iterator.next())
                if not page:
                    return
                yield page
        finally:
            iterator.close()

    def count(self, collection: str, where: str) -> int:
        """Of how many rows an expression is true."""
        found = self.call(
            "query",
            collection,
            filter=where,
            output_fields=["count(*)"],
            consistency_level="Strong",
        )
        return int(found[0]["count(*)"])

    def flush(self, collection: str) -> None:
        """Have all rows written to files, over which indexes are then made. It is for many: the server does it by itself,
        and lets nobody ask for it often."""
        self.call("flush", collection)

    def compact(self, collection: str) -> None:
        """Have the server write files anew without rows that were deleted, when it comes to it."""
        self.flush(collection)
        self.call("compact", collection)

    def search(
        self, alias: str, field: str, vectors: Sequence[Any], k: int, where: str, **params: int
    ) -> list[Found]:
        """Ids of rows and inner products, best first, for each vector; among rows of which an expression is true."""
        found = self.call(
            "search",
            alias,
            data=list(vectors),
            anns_field=field,
            limit=k,
            filter=where,
            search_params={"metric_type": "IP", "params": params},
            consistency_level="Bounded",
            timeout=READING,
        )
        return [
            (
                np.array([hit["row"] for hit in hits], np.int64),
                np.array([hit["distance"] for hit in hits], np.float32),
            )
            for hits in found
        ]


def _batched(values: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(values)
    while part := list(islice(left, most)):
        yield part
