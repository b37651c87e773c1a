"""What every store gives to those who read: the contract of rag.store.snapshot.Store, Catalog, Dense, Lexical and Cards.

The same documents are in the folder ``sample``, the first store and the measure of the others, and in ``kept``, an index
of the kind that is tested. test_stores_writing.py is about those who write, test_stores_filters.py about filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from rag.answering.answer import Answer
from rag.answering.qa import QA
from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged, IndexMissing, QueryError
from rag.evaluation import read_gold
from rag.evaluation.relevance import judge
from rag.evaluation.retrieval import ndcg
from rag.index import Index
from rag.store.addresses import store_at
from rag.store.neighbours import searched
from rag.store.snapshot import Snapshot
from rag.store.verify import contents
from tests.a_part import ONLY_HIDDEN, STAFF
from tests.conftest import DATA
from tests.stores import Place
from tests.test_restricted import WAYS

GOLD = [one for one in read_gold(DATA / "gold.jsonl").questions if one.answerable and one.evidence][
    ::2
]
ASKED = (
    "Who is the managing director of Meridian Home?",
    "What was the name of the first kettle?",
    "How many days of annual leave are there?",
    "How do I connect to the VPN?",
    "What does the Corso 200 cost?",
    "Which documents mention the works council?",
    "How many files are there?",
    "What is the wifi password of the moon base?",
)


@pytest.fixture(scope="module")
def kept(place: Place, sample: Index, embedder: BundledEmbedder) -> Iterator[Index]:
    """The sample, in a store of this kind."""
    address = place.new()
    copy_index(sample.store, address)
    with Index.open(address, embedder=embedder) as index:
        yield index


@pytest.fixture(scope="module")
def here(sample: Index) -> Iterator[Snapshot]:
    with sample.snapshot() as snapshot:
        yield snapshot


@pytest.fixture(scope="module")
def there(kept: Index) -> Iterator[Snapshot]:
    with kept.snapshot() as snapshot:
        yield snapshot


def of_names(snapshot: Snapshot, documents: list[int]) -> list[tuple[str, ...]]:
    """The names of documents, whose ids are each store's own."""
    names = snapshot.catalog.names()
    return sorted(names[document] for document in documents)


# What is kept -----------------------------------------------------------------------------------


def test_all_that_a_user_could_see_is_the_same(here: Snapshot, there: Snapshot) -> None:
    assert contents(there.catalog) == contents(here.catalog)


def test_what_is_said_of_the_index_is_the_same(sample: Index, kept: Index) -> None:
    ours, theirs = sample.status(), kept.status()
    own = {"path", "generation", "vector_index", "bytes", "vectors"}
    for name in {*ours.__slots__} - own:
        assert getattr(theirs, name) == getattr(ours, name), name
    assert theirs.path == kept.address == kept.store.address
    assert theirs.bytes > 10_000 and theirs.vectors == ours.vectors and theirs.generation == 1
    assert kept.files() == sample.files() and kept.sources() == sample.sources()
    assert kept.verify() == []


def test_what_a_catalog_says(here: Snapshot, there: Snapshot) -> None:
    ours, theirs = here.catalog, there.catalog
    assert theirs.recipe() == ours.recipe() and theirs.counts() == ours.counts()
    assert theirs.forgotten() == [] and theirs.threshold() == ours.threshold()
    assert list(theirs.roots().values()) == list(ours.roots().values())
    assert [replace(row, root=1, document=None) for row in theirs.files()] == [
        replace(row, root=1, document=None) for row in ours.files()
    ]
    for catalog in (ours, theirs):
        assert catalog.generation() >= 1 and catalog.identity() and catalog.address
        assert [*catalog.names()] == [*catalog.contents.names]
    said = [sorted(one.stated().values()) for one in (ours, theirs)]
    assert said[0] == said[1] and len(said[0]) == ours.counts()["documents"]
    origins = [{one.origin(document) for document in one.names()} for one in (ours, theirs)]
    assert origins[0] == origins[1]
    outlines = [sorted(map(str, dict(one.outlines()).values())) for one in (ours, theirs)]
    assert outlines[0] == outlines[1]
    assert {one.text for _, one in theirs.outlines()} == {""}
    some = sorted(theirs.names())[:3]
    assert [one for one, _ in theirs.outlines(some)] == some


def test_chunks_and_vectors_are_found_by_their_ids(here: Snapshot, there: Snapshot) -> None:
    ours = {  # by file and place, as ids are each store's own
        (here.catalog.names()[row.document], row.start): vector
        for ids, vectors in here.catalog.vectors(here.catalog.visible())
        for row, vector in zip(here.catalog.chunk_rows(ids.tolist()).values(), vectors, strict=True)
    }
    catalog, seen = there.catalog, 0
    visible = catalog.visible()
    assert visible.dtype == np.int64 and (np.diff(visible) > 0).all()
    for ids, vectors in catalog.vectors(visible[::-1].copy(), batch=7):
        assert len(ids) <= 7 and (np.diff(ids) > 0).all() and vectors.dtype == np.float32
        rows = catalog.chunk_rows(ids.tolist())
        for identity, vector in zip(ids.tolist(), vectors, strict=True):
            row = rows[identity]
            assert row.text == catalog.document(row.document).text[row.start : row.stop]
            assert (ours[catalog.names()[row.document], row.start] == vector).all()
            seen += 1
    assert seen == len(ours) == len(visible)
    for document in catalog.names():
        rows_of = catalog.document_chunks(document)
        assert [row.id for row in rows_of] == catalog.chunk_ids([document]).tolist()
        assert {*catalog.contents.owners(catalog.chunk_ids([document])).tolist()} <= {document}
    assert catalog.chunk_rows([]) == {} and [*catalog.vectors(visible[:0])] == []


def test_what_is_not_there_is_said_to_be_missing(there: Snapshot) -> None:
    catalog, none = there.catalog, 10**9
    for ask in (
        lambda: catalog.document(none),
        lambda: catalog.origin(none),
        lambda: catalog.chunk_rows([none]),
        lambda: [*catalog.vectors(np.array([none]))],
    ):
        with pytest.raises(IndexDamaged, match="missing"):
            ask()
    with pytest.raises(QueryError, match=r"nothing\.md is not in"):
        there.document_of("nothing.md")


def test_where_there_is_no_index(place: Place) -> None:
    store = store_at(place.new())
    for ask in (store.snapshot, store.stamp, store.problems):
        with pytest.raises(IndexMissing):
            ask()
    assert store.recipe() is None and not store.is_writing()


# What is found ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_the_same_sources_are_found_at_the_top(mode: str, sample: Index, kept: Index) -> None:
    figures: dict[str, list[float]] = {"here": [], "there": []}
    same = 0
    for question in GOLD:
        hits = [one.search(question.question, 10, mode=mode) for one in (sample, kept)]  # type: ignore[arg-type]
        same += hits[0][0].sources == hits[1][0].sources
        for figure, some in zip(figures.values(), hits, strict=True):
            judged = judge(question, some, "passage")
            if judged is not None:
                figure.append(ndcg(judged, 10))
    here, there = map(fmean, figures.values())
    assert abs(here - there) < 0.01, (here, there)
    assert same >= 0.97 * len(GOLD), same


def test_the_same_is_quoted(sample: Index, kept: Index) -> None:
    qa = QA(sample)

    def said(answer: Answer) -> object:
        quotes = [(c.sources, c.start, c.end, c.quote) for c in answer.citations]
        return answer.text, answer.abstained, quotes, round(answer.confidence, 1)

    for question in ASKED:
        assert said(qa.over(kept).ask(question)) == said(qa.ask(question)), question


def test_the_nearest_by_vectors(there: Snapshot, embedder: BundledEmbedder) -> None:
    catalog = there.catalog
    (ids, matrix), *_ = searched(catalog, catalog.visible())
    queries = embedder.encode([one.question for one in GOLD[:8]])
    for query, (near, scores) in zip(queries, there.dense.search(queries, 10), strict=True):
        exact = matrix @ query
        assert np.allclose(scores, exact[np.searchsorted(ids, near)], atol=2e-3)
        assert (np.diff(scores) <= 0).all() and len({*near.tolist()}) == 10
        best = {*ids[np.argsort(-exact)[:10]].tolist()}
        assert len(best & {*near.tolist()}) >= 9
    one = int(catalog.contents.owners(ids[:1])[0])
    ((near, scores),) = there.dense.search(queries[:1], 1000, [one])
    assert sorted(near.tolist()) == catalog.chunk_ids([one]).tolist()
    ((near, scores),) = there.dense.search(queries[:1], 5, [])
    assert len(near) == len(scores) == 0
    assert there.dense.kind


def test_what_words_bring(here: Snapshot, there: Snapshot) -> None:
    for question in ("the annual leave of employees", "kettle limescale", "VPN", "zzyzx", "", "?!"):
        (first_ids, first), (second_ids, second) = (
            one.lexical.search(question, 10) for one in (here, there)
        )
        assert len(first_ids) == len(second_ids), question
        assert np.allclose(first, second, rtol=0.02), question
        assert there.lexical.whole(question) == pytest.approx(
            here.lexical.whole(question), rel=0.02
        )
        assert there.lexical.terms(question) == here.lexical.terms(question)
    ours, theirs = here.lexical, there.lexical
    for term in ours.terms("leave kettle vpn days limescale zzyzx price"):
        assert theirs.frequency(term) == ours.frequency(term), term
        beside = ours.terms("days water")
        assert theirs.frequency(term, beside) == ours.frequency(term, beside), term
        found = theirs.holding(term, 1000)
        assert len(found) == ours.frequency(term)
        assert len(theirs.holding(term, 2)) == min(2, len(found))
    document = int(there.catalog.contents.owners(theirs.search("kettle", 1)[0])[0])
    only, _ = theirs.search("the kettle", 50, [document])
    assert {*there.catalog.contents.owners(only).tolist()} == {document}
    assert len(theirs.search("kettle", 5, [])[0]) == 0
    more, _ = theirs.search("vpn", 50, also=["kettle"])
    assert len(more) > len(theirs.search("vpn", 50)[0])


def test_what_is_known_of_whole_documents(here: Snapshot, there: Snapshot) -> None:
    ours, theirs = here.cards, there.cards
    assert ours is not None and theirs is not None and theirs.count == ours.count
    for start in "abkvz":
        assert sorted(theirs.forms(start)) == sorted(ours.forms(start))
    for word in ("kettle", "vpn", "meridian", "zzyzx", "kettl", ""):
        assert (theirs.has(word), theirs.holders(word)) == (ours.has(word), ours.holders(word))
    for name in ("vpn guide", "leave policy", "glossary", "faq", "annual report", "zzyzx"):
        for first_lines in (False, True):
            assert of_names(there, theirs.called(name, first_lines=first_lines)) == of_names(
                here, ours.called(name, first_lines=first_lines)
            )
    for year in ("2023", "2024", "1871"):
        for near in (False, True):
            assert of_names(there, theirs.of_year(year, near=near)) == of_names(
                here, ours.of_year(year, near=near)
            )
    among = sorted(there.catalog.names())[:5]
    assert {*theirs.of_year("2024", near=True, among=among)} <= {*among}
    for stems in ("annual leav", "virtual privat network", "zzyzx"):
        assert theirs.aliases(stems) == ours.aliases(stems)


def test_questions_that_are_no_words(kept: Index) -> None:
    for question in (
        "\0",
        "kettle \0 price",
        "a' OR 1=1; --",
        "NEAR(a b) AND *",
        "%_\\",
        "é" * 3000,
    ):
        assert len(kept.search(question, 3)) <= 3


# What only some may read ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def part_and_twin(
    place: Place, whole: Index, twin: Index, embedder: BundledEmbedder
) -> Iterator[tuple[Index, Index]]:
    """An index of which the staff may read a part, and one of this part alone, in a store of this kind."""
    addresses = place.new(), place.new()
    for index, address in zip((whole, twin), addresses, strict=True):
        copy_index(index.store, address)
    with (
        Index.open(addresses[0], embedder=embedder) as first,
        Index.open(addresses[1], embedder=embedder) as second,
    ):
        yield first, second


def test_a_part_is_as_an_index_of_these_files_alone(part_and_twin: tuple[Index, Index]) -> None:
    """By the standard of test_restricted.py: whatever can be asked is asked of both."""
    first, second = part_and_twin
    part, qa = first.restricted(STAFF), QA(second)
    asked_for = ("zephyr", "klarmont", "vexholm", "secret/merger.md", "index")
    for name, way in WAYS.items():
        if name == "everything":  # asks the folder's own parts
            continue
        seen, alone = way(part, qa), way(second, qa)
        assert seen == alone, name
        said = str(seen).lower().replace(first.address.lower(), "")
        for word in asked_for if name in ("mentions", "summary", "no such file") else ():
            said = said.replace(word, "")
        leaked = [word for word in ONLY_HIDDEN if word in said] if name != "spelling" else []
        assert not leaked, name
    with part.snapshot() as seen_now, first.snapshot() as all_of_it:
        visible = seen_now.catalog.visible()
        hidden = np.setdiff1d(all_of_it.catalog.visible(), visible)
        for ask in (
            lambda: seen_now.catalog.chunk_rows(hidden[:1].tolist()),
            lambda: [*seen_now.catalog.vectors(hidden[:1])],
            lambda: seen_now.catalog.document(
                int(all_of_it.catalog.contents.owners(hidden[:1])[0])
            ),
            lambda: seen_now.catalog.documents(
                all_of_it.catalog.contents.owners(np.append(visible[:1], hidden[:1])).tolist()
            ),
        ):
            with pytest.raises(IndexDamaged, match="missing"):
                ask()
        query = qa.index.embedder.encode(["connect to the VPN"])
        ((near, _),) = seen_now.dense.search(query, 1000)
        assert {*near.tolist()} == {*visible.tolist()}
        words, _ = seen_now.lexical.search("connect to the VPN of the merger", 1000)
        assert {*words.tolist()} <= {*visible.tolist()}
        assert seen_now.part and seen_now.identity == all_of_it.identity


def test_a_part_of_nothing_is_empty(part_and_twin: tuple[Index, Index]) -> None:
    first, _ = part_and_twin
    nothing = first.restricted(lambda name, says: False)
    assert nothing.sources() == () and nothing.search("VPN", 5) == []
    assert nothing.status().files == nothing.status().chunks == 0
