"""What a writer does in Milvus: a generation is written beside the one before, and named before the catalog turns to it.

Milvus has no transactions. So rows of the next generation say that they are born with it, rows that it no longer has say that they
die with it, and no reader of the one before sees any difference. Then the alias is made, then the catalog's own
transaction ends. A writer that is killed on the way leaves the alias ``writing``, and the next one takes back what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.store.bm25 import DIMENSIONS, Lengths, Sparse, chunk_vector, terms_in
from rag.store.contents import Contents
from rag.store.milvus.collection import ALIVE, Collections, Row, listed, row_id
from rag.store.neighbours import searched
from rag.store.postgres.catalog import PostgresCatalog

KEPT = 8  # generations before the newest whose readers find all that was in theirs
CHUNKS = 2000  # that are read at once
_NOTHING: Sparse = {DIMENSIONS: 1.0}
"""The vector of a chunk without a term, in a dimension that no term has: Milvus takes none that is empty."""


def publish(
    there: Collections,
    catalog: PostgresCatalog,
    lengths: Lengths,
    *,
    before: tuple[str, Contents],
    after: tuple[str, Contents],
) -> None:
    """Write the generation that ``catalog`` is about to turn to, from within its transaction: ``before`` and ``after``
    are the identity and contents of its generation and of the next. Nobody sees a difference until it does.

    Raises:
        StorageError: it cannot be written.
        IndexMismatch: the name is another index's.
    """
    number, (old, held), (new, wanted) = catalog.generation() + 1, before, after
    collection = there.behind(there.alias(number - 1, old)) if number > 1 else None
    if collection is None:
        _make(there, catalog, lengths, number, new, wanted)
        return
    if there.behind(there.writing):
        take_back(there, collection, number - 1)
    stale = [doc for doc, names in held.names.items() if wanted.names.get(doc) != names]
    fresh = [doc for doc, names in wanted.names.items() if held.names.get(doc) != names]
    there.name(collection, there.writing)
    there.insert(collection, rows_of(catalog, wanted, fresh, lengths, born=number))
    for some in listed(stale):
        there.change(collection, f"{some} and born < {number} and died == {ALIVE}", died=number)
    there.name(collection, there.alias(number, new))


def published(there: Collections, catalog: PostgresCatalog) -> None:
    """Sweep away what no reader can ask for any more, once the catalog has turned to its newest generation."""
    keep(there, catalog, catalog.generation() - KEPT)


def keep(there: Collections, catalog: PostgresCatalog, oldest: int) -> None:
    """Sweep away all but the catalog's generation and those before it from ``oldest`` on."""
    number = catalog.generation()
    newest = there.alias(number, catalog.identity())
    collection = there.behind(newest)
    if collection is None:
        return
    for alias, one in there.generations(collection).items():
        if alias != newest and not oldest <= one < number:
            there.unname(alias)
    if oldest > 0:
        there.delete(collection, f"died <= {oldest}")
    for other in there.all():
        if other != collection:
            there.drop(other)
    there.unname(there.writing)


def repair(there: Collections, catalog: PostgresCatalog, lengths: Lengths) -> None:
    """Make anew what does not belong to the catalog's generation. Embeds nothing.

    Raises:
        StorageError: it cannot be written.
        IndexMismatch: the name is another index's.
    """
    number, identity, contents = catalog.generation(), catalog.identity(), catalog.contents
    collection = there.behind(there.alias(number, identity))
    if collection is not None and there.behind(there.writing):
        take_back(there, collection, number)
    if collection is None or there.count(collection, seen_by(number)) != len(contents.chunks()):
        _make(there, catalog, lengths, number, identity, contents)
    elif there.all() == [collection] and not there.behind(there.writing):
        return
    published(there, catalog)


def erase(there: Collections, catalog: PostgresCatalog) -> None:
    """See that nothing is kept of what is no longer in the index, as far as Milvus can be told: readers of generations
    before lose theirs."""
    keep(there, catalog, catalog.generation())
    collection = there.behind(there.alias(catalog.generation(), catalog.identity()))
    if collection is not None:
        there.compact(collection)


def compact(there: Collections, catalog: PostgresCatalog) -> None:
    """Give back the space of what no reader can ask for any more."""
    published(there, catalog)
    collection = there.behind(there.alias(catalog.generation(), catalog.identity()))
    if collection is not None:
        there.compact(collection)


def take_back(there: Collections, collection: str, number: int) -> None:
    """Undo what a writer that was killed did to the collection after the generation of that number."""
    there.delete(collection, f"born > {number}")
    there.change(collection, f"died > {number} and died < {ALIVE}", died=ALIVE)


def seen_by(number: int) -> str:
    """The expression that is true of the rows which readers of a generation see."""
    return f"born <= {number} and died > {number}"


def rows_of(
    catalog: PostgresCatalog,
    contents: Contents,
    documents: Sequence[int],
    lengths: Lengths,
    *,
    born: int,
) -> Iterator[Row]:
    """The rows of the chunks of these documents."""
    for some in _batches(documents, contents):
        words = {
            row.id: chunk_vector(terms_in(row, " ".join(contents.names[document])), lengths)
            for document, _, chunks in catalog.read(some)
            for row in chunks
        }
        for ids, vectors in searched(catalog, contents.chunks(some)):
            owners = contents.owners(ids).tolist()
            for chunk, document, vector in zip(ids.tolist(), owners, vectors, strict=True):
                yield {
                    "row": row_id(chunk, born),
                    "document": document,
                    "born": born,
                    "died": ALIVE,
                    "dense": vector,
                    "words": words[chunk] or _NOTHING,
                }


def _make(
    there: Collections,
    catalog: PostgresCatalog,
    lengths: Lengths,
    number: int,
    identity: str,
    contents: Contents,
) -> None:
    """A new collection with this generation alone; others are dropped once the catalog has turned to it."""
    there.check_owner()
    collection = there.create(catalog.recipe().dimension)
    there.name(collection, there.owner)
    there.insert(collection, rows_of(catalog, contents, [*contents.names], lengths, born=number))
    there.flush(collection)
    there.name(collection, there.alias(number, identity))


def _batches(documents: Iterable[int], contents: Contents) -> Iterator[list[int]]:
    some: list[int] = []
    chunks = 0
    for document in documents:
        some.append(document)
        chunks += contents.ranges[document][1]
        if chunks >= CHUNKS:
            yield some
            some, chunks = [], 0
    if some:
        yield some
