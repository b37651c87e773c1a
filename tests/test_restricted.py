"""An index of which a part may be read: as if the rest were not there, whichever way one asks.

``whole`` (tests/a_part.py) holds files that the staff may read and files that they may not; ``part`` is what the staff see of it, ``twin`` an
index of these files alone. Whatever can be asked is asked of both, and must come out the same. Each way is then tried with
its guard taken away: a test that cannot see a leak proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from rag.answering.qa import QA
from rag.errors import IndexDamaged, QueryError
from rag.index import Index
from rag.readable import Readable
from rag.retrieval.filters import filter_documents
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.folder.cards import Cards
from rag.store.folder.dense import DenseIndex, DenseSearch
from rag.store.folder.lexical import LexicalIndex
from rag.store.restricted import RestrictedCatalog
from rag.store.snapshot import Snapshot
from tests.a_part import ONLY_HIDDEN, STAFF

# What can be asked, by ways ---------------------------------------------------------------------

Way = Callable[[Readable, QA], Any]


def hits(question: str, k: int = 5, **how: Any) -> Way:
    """Which are found, in their order, and how they are shown; scores to some per cent, as it is told that they hang on
    the average length of all chunks."""
    return lambda index, _: [
        (
            hit.sources, hit.place, hit.start, hit.end, hit.text, hit.context, hit.title, hit.metadata,
            pytest.approx(hit.score, rel=0.5, abs=0.05),
        )
        for hit in index.search(question, k, **how)
    ]  # fmt: skip


def answers(question: str) -> Way:
    def way(index: Readable, qa: QA) -> Any:
        answer = qa.over(index).ask(question)
        quotes = [(c.source, c.sources, c.start, c.end, c.quote) for c in answer.citations]
        closest = answer.closest and (answer.closest.source, answer.closest.quote)
        return answer.text, answer.lead, answer.asked_as, quotes, closest, answer.abstained

    return way


def raised(ask: Callable[[Readable], Any]) -> Way:
    def way(index: Readable, _: QA) -> str:
        with pytest.raises((QueryError, IndexDamaged)) as error:
            ask(index)
        return str(error.value).replace(index.address, "INDEX")

    return way


def held(ask: Callable[[Snapshot], Any]) -> Way:
    def way(index: Readable, _: QA) -> Any:
        with index.snapshot() as snapshot:
            return ask(snapshot)

    return way


def status(index: Readable, _: QA) -> Any:
    found = index.status()
    return replace(found, path="", bytes=0, folders=(f"{len(found.folders)} folders",), vectors=0)


WAYS: dict[str, Way] = {
    "sources": lambda index, _: index.sources(),
    "files": lambda index, _: index.files(),
    "status": status,
    "dense": hits("how do I connect to the VPN?", mode="dense"),
    "lexical": hits("connect VPN gateway client", mode="lexical"),
    "hybrid": hits("how do I connect to the VPN?"),
    "diverse": hits("how do I connect to the VPN?", diversity=0.5),
    "a name of a copy": hits("zephyr terms", mode="lexical"),
    "a year of a copy": hits("terms of 2031"),
    "a name, hybrid": hits("zephyr_merger", mode="lexical"),
    "filter by folder": hits("payment", where={"source": "secret/*"}),
    "filter by name": hits("sum of prices", where={"source": "secret/zephyr_merger.py"}),
    "filter by field": hits("payment", where={"project": "*"}),
    "filter by author": hits("payment", where={"author": "Odalys*"}),
    "filter by date": hits("payment", where={"date": ">=2030"}),
    "filter by type": hits("prices", k=50, where={"type": ["csv", "code"]}),
    "filtered": held(lambda snapshot: [
        sorted(snapshot.catalog.names(found).values()) if len(found) < 9 else len(found)
        for field, glob in (("project", "zeph*"), ("author", "Oda*"), ("date", ">2030"), ("source", "secret/*"), ("type", "*"))
        for found in [filter_documents(snapshot.catalog, {field: glob})]
    ]),
    "spelling": lambda index, _: index.asked_as("What is the quixelburi clause of Klarmomt?"),
    "words": held(lambda snapshot: [snapshot.cards.forms(letter) for letter in "kqzvu"]),  # type: ignore[union-attr]
    "has": held(lambda snapshot: [snapshot.cards.has(word) for word in ONLY_HIDDEN]),  # type: ignore[union-attr]
    "frequencies": held(lambda snapshot: [snapshot.lexical.frequency(w) for w in ("klarmont", "vpn", "connect")]),
    "rarity": held(lambda snapshot: snapshot.lexical.whole("connect to the VPN of Klarmont")),
    "other names": hits("How much PUL is there?"),
    "mentions": answers("Which documents mention Klarmont?"),
    "mentions of some": answers("Which documents mention the gateway?"),
    "how many": answers("How many files are there?"),
    "which files": answers("List all csv files"),
    "summary": answers("Summarise the Zephyr merger"),
    "table": answers("What is the price of the kettle?"),
    "answer": answers("How do I connect to the VPN?"),
    "no answer": answers("What does Klarmont pay for Vexholm?"),
    "no such file": raised(lambda index: index.document_of("secret/merger.md")),
    "described": held(lambda snapshot: sorted(snapshot.catalog.described().values())),
    "everything": held(lambda snapshot: len(snapshot.lexical.ids()) == len(snapshot.dense.index.ids()) == len(snapshot.catalog.visible())),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_part_is_as_an_index_of_these_files_alone(
    way: str, whole: Index, twin: Index, qa: QA
) -> None:
    seen = WAYS[way](whole.restricted(STAFF), qa)
    assert seen == WAYS[way](twin, qa)
    asked_for = (
        "zephyr",
        "klarmont",
        "vexholm",
        "secret/merger.md",
        "INDEX",
    )  # an answer may repeat it
    said = str(seen).lower()
    for word in asked_for if way in ("mentions", "summary", "no such file") else ():
        said = said.replace(word, "")
    if way != "spelling":  # which gives back the question
        assert not [word for word in ONLY_HIDDEN if word in said]


# Guards, each taken away ------------------------------------------------------------------------


def whole_of(name: str) -> Callable[..., Any]:
    return lambda self, *given, **how: getattr(self._whole, name)(*given, **how)


GUARDS: dict[str, tuple[type, str, Callable[..., Any], tuple[str, ...]]] = {
    "dense": (DenseIndex, "within", lambda self, chunks: self, ("dense", "hybrid", "diverse", "everything")),
    "full text": (LexicalIndex, "of_files", lambda self, kept, renamed: self,
                  ("lexical", "hybrid", "a name of a copy", "frequencies", "rarity", "everything")),
    "cards": (Cards, "of_files", lambda self, kept, renamed: self,
              ("spelling", "words", "has", "other names", "a year of a copy")),
    "rarity": (LexicalIndex, "_count", property(lambda self: self._parts[0]._searcher.num_docs), ("rarity",)),
    "files": (RestrictedCatalog, "files", whole_of("files"), ("files", "status")),
    "counts": (RestrictedCatalog, "counts", whole_of("counts"), ("status",)),
    "names": (Contents, "of_files", lambda self, kept: self, ("sources", "how many", "which files", "mentions")),
    "filters": (RestrictedCatalog, "documents_where", whole_of("documents_where"),
                ("filter by folder", "filtered")),
    "described": (RestrictedCatalog, "stated", whole_of("stated"), ("described",)),
}  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS)
def test_without_its_guard_a_way_leaks(
    guard: str, whole: Index, twin: Index, qa: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, unguarded, ways = GUARDS[guard]
    monkeypatch.setattr(owner, name, unguarded)
    open_ = whole.restricted(lambda *given: STAFF(*given))  # another value: made without the guard
    for way in ways:
        expected = WAYS[way](twin, qa)
        with suppress(IndexDamaged, KeyError):  # there is a second wall behind the first
            assert WAYS[way](open_, qa) != expected, way


def test_all_that_can_be_asked_of_a_store_is_known_here() -> None:
    """Who adds a way to read the store makes sure that a part of it keeps to itself, and adds it here."""
    ways = {
        Catalog: "close damaged generation identity threshold forgotten recipe contents roots files counts names document documents outlines origin "
        "stated files_where described documents_where chunk_rows document_chunks each_chunk vectors visible chunk_ids traits kept_traits found_traits",
        DenseSearch: "kind within on search",
        DenseIndex: "build ids search kind within later exact",
        LexicalIndex: "load in_memory writing later search whole terms frequency holding ids of_files",
        Cards: "load in_memory writing later has count holders aliases called of_year of_files",
        Snapshot: "document document_of text sources restricted stamp store catalog dense lexical cards generation identity threshold part",
        Readable: "address path snapshot embedder refresh restricted search asked_as encode document document_of sources folders identity "
        "generation threshold status files",
    }  # fmt: skip
    for owner, known in ways.items():
        assert {name for name in vars(owner) if name[0] != "_"} == set(known.split()), owner
