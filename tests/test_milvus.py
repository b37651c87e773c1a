"""What is Milvus's own of an index that is searched there; tests/test_stores.py is about what all stores have in common.

The server is milvus-lite, a stand-in for a cluster: it says nothing about several replicas, logins or TLS.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from pymilvus.grpc_gen import milvus_pb2

from rag.embedding.embedder import BundledEmbedder
from rag.errors import ExtraMissing, IndexDamaged, IndexMismatch, SettingsError, StorageError
from rag.forgetting.forget import forget
from rag.index import Index
from rag.rights import Rights, Rule
from rag.store import addresses
from rag.store.addresses import name_of, store_at
from rag.store.milvus import collection, publish, view
from rag.store.milvus.address import parsed
from rag.store.milvus.collection import ALIVE, Collections
from rag.store.milvus.connection import client
from rag.store.milvus.store import MilvusStore
from rag.store.milvus.writer import MilvusWriter
from rag.store.snapshot import Snapshot
from scripts.served import free_port
from tests.a_part import write
from tests.conftest import report_of
from tests.postgres import Postgres

FILES = {
    "kettle.md": "# Kettle\n\nThe kettle holds two litres of water.\n",
    "toaster.md": "# Toaster\n\nThe toaster has four slots for bread.\n",
    "lamp.md": "# Lamp\n\nThe lamp has a switch on its cable.\n",
}


@pytest.fixture
def address(milvus: str, database: str, request: pytest.FixtureRequest) -> str:
    """Of an index of this test's own."""
    name = request.node.name.removeprefix("test_").split("[")[0][:40].strip("_")
    return f"milvus://{milvus}/{name}?catalog={database}"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write(tmp_path / "docs", FILES)


@pytest.fixture
def index(docs: Path, address: str, embedder: BundledEmbedder) -> Iterator[Index]:
    with Index.build(docs, address, embedder=embedder) as made:
        yield made


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, milvus: str, database: str, embedder: BundledEmbedder
) -> Iterator[Index]:
    """An index to be read and not changed."""
    docs = write(tmp_path_factory.mktemp("kept"), FILES)
    address = f"milvus://{milvus}/kept?catalog={database}"
    with Index.build(docs, address, embedder=embedder) as made:
        yield made


def there(index: Index) -> Collections:
    assert isinstance(index.store, MilvusStore)
    return index.store.collections


def rows(index: Index) -> list[dict[str, Any]]:
    """All rows of the index's one collection."""
    (collection,) = there(index).all()
    fields = ["row", "document", "born", "died"]
    return [row for page in there(index).pages(collection, "row > 0", fields) for row in page]


def sources(index: Index, question: str, **given: Any) -> list[str]:
    return [hit.source for hit in index.search(question, **given)]


def scored(index: Index, question: str) -> list[tuple[str, float]]:
    """What is found, with scores as far as an index and a scan agree on them."""
    return [(hit.source, round(hit.score, 4)) for hit in index.search(question)]


def change(docs: Path) -> None:
    """One file more, one less, and one under another name."""
    write(docs, {"fan.md": "# Fan\n\nThe fan turns slowly.\n"})
    (docs / "toaster.md").unlink()
    (docs / "lamp.md").rename(docs / "desk.md")


# Generations -------------------------------------------------------------------------------------


def test_readers_of_two_generations_each_find_their_own(
    index: Index, docs: Path, address: str, embedder: BundledEmbedder
) -> None:
    before = sources(index, "the toaster")
    with Index.open(address, embedder=embedder) as old:
        change(docs)
        index.update(docs)
        for _ in range(2):  # publications that only time tells apart
            assert sources(old, "the toaster") == before and before[0] == "toaster.md"
            assert not sources(old, "fan", mode="lexical")
            assert sources(old, "lamp", mode="lexical") == ["lamp.md"]
            assert sources(index, "the toaster", mode="lexical") == []
            assert sources(index, "fan", mode="lexical") == ["fan.md"]
            assert sources(index, "desk", mode="lexical") == ["desk.md"]  # by its name alone
            assert set(sources(index, "the toaster")) == {"kettle.md", "desk.md", "fan.md"}
            write(docs, {"pot.md": "# Pot\n\nA pot.\n"})
            index.update(docs)
            (docs / "pot.md").unlink()
            index.update(docs)
        assert old.refresh() and sources(old, "fan", mode="lexical") == ["fan.md"]
    assert index.verify() == []


def test_what_no_reader_can_ask_for_any_more_is_swept_away_and_said(
    index: Index,
    docs: Path,
    address: str,
    embedder: BundledEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publish, "KEPT", 1)
    with Index.open(address, embedder=embedder) as old:
        change(docs)
        index.update(docs)
        assert "toaster.md" in sources(old, "the toaster")
        write(docs, {"pot.md": "# Pot\n\nA pot.\n"})
        index.update(docs)
        with pytest.raises(
            IndexDamaged, match=r"does not hold generation 1 .* Open the index again"
        ):
            old.search("the toaster")
        assert old.refresh() and "pot.md" in sources(old, "pot")
    assert sorted(row["born"] for row in rows(index)) == [1, 2, 2, 3]


def test_a_writer_that_is_stopped_before_the_turn_leaves_nothing(
    index: Index, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, found = rows(index), scored(index, "the toaster")

    def stopped_after(step: str) -> None:
        real = getattr(Collections, step)

        def stopped(self: Collections, *given: Any, **named: Any) -> None:
            real(self, *given, **named)
            if given[-1] != self.writing and named != {"died": ALIVE}:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Collections, step, stopped)
            with pytest.raises(KeyboardInterrupt):
                index.update(docs)
        assert rows(index) != before
        assert not index.refresh() and scored(index, "the toaster") == found

    change(docs)
    for step in ("insert", "change", "name"):  # each takes back what the one before it did
        stopped_after(step)
    # So does a run that has nothing to write.
    write(docs, {"toaster.md": FILES["toaster.md"], "lamp.md": FILES["lamp.md"]})
    (docs / "fan.md").unlink()
    (docs / "desk.md").unlink()
    index.update(docs)
    assert index.generation == 1 and index.verify() == []
    assert sorted(map(str, rows(index))) == sorted(map(str, before))
    change(docs)
    index.update(docs)
    assert index.verify() == [] and sources(index, "fan", mode="lexical") == ["fan.md"]


def test_a_collection_that_was_dropped_is_said_and_made_anew_without_embedding(
    index: Index, docs: Path, address: str, embedder: BundledEmbedder
) -> None:
    found = scored(index, "the toaster")
    there(index).drop(there(index).all()[0])
    with pytest.raises(IndexDamaged, match="rag index makes it anew from the catalog"):
        index.search("the toaster")
    with pytest.raises(IndexDamaged, match="does not hold generation 1"):
        Index.open(address, embedder=embedder)
    assert [line for line in index.verify() if "generation 1 is not there" in line]
    report = index.update(docs)
    assert report.embedded == 0 and index.generation == 1
    assert index.verify() == [] and scored(index, "the toaster") == found


def test_rows_that_are_missing_or_too_many_are_told_and_mended(index: Index, docs: Path) -> None:
    (collection,) = there(index).all()
    (page,) = there(index).pages(collection, "row > 0", ["*"])
    there(index).delete(collection, f"row in [{page[0]['row']}]")
    there(index).insert(collection, [{**page[1], "row": 99 << 20, "document": 99}])
    assert ["1 chunks are missing" in line for line in index.verify()] == [True, False]
    assert 99 not in [hit.document_id for hit in index.search("the toaster")]
    there(index).delete(collection, "document in [99]")
    index.update(docs)
    assert index.verify() == [] and len(rows(index)) == 3


def test_what_is_forgotten_is_deleted_at_once(index: Index) -> None:
    assert forget(index.store, ["toaster.md"]).names == ("toaster.md",)
    assert len(rows(index)) == 2 and list(
        there(index).generations(there(index).all()[0]).values()
    ) == [2]
    assert index.refresh() and "toaster.md" not in sources(index, "the toaster")
    assert index.verify() == []


# What is found -----------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", [1, 20_000])
def test_filters_hold_however_many_documents_are_named(
    kept: Index, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    for module in (view, collection):
        monkeypatch.setattr(module, "MOST_LISTED", listed)
    for mode in ("dense", "lexical", "hybrid"):
        both = sources(kept, "the kettle of the toaster", where={"source": ["kettle.md", "toaster.md"]}, mode=mode)  # fmt: skip
        assert sorted(both) == ["kettle.md", "toaster.md"]
        assert sources(kept, "the kettle", where={"source": "kettle.md"}, mode=mode) == [
            "kettle.md"
        ]
        assert sources(kept, "the kettle", where={"source": "none.md"}, mode=mode) == []


def test_a_part_is_searched_as_if_there_were_nothing_else(
    tmp_path: Path, address: str, embedder: BundledEmbedder
) -> None:
    files = {
        "open/kettle.md": FILES["kettle.md"],
        "open/lamp.md": FILES["lamp.md"],
        "secret/zephyr-lamp.md": FILES["lamp.md"],  # the same document under a name that tells
        "secret/merger.md": "# Merger\n\nThe lamp and the kettle are sold to Klarmont.\n",
    }
    may_read = Rights((Rule(frozenset(["staff"]), folder="open"),)).for_groups(["staff"])
    folder, alone = write(tmp_path / "all", files), tmp_path / "alone"
    write(alone, {name: text for name, text in files.items() if name.startswith("open")})
    with (
        Index.build(folder, address, embedder=embedder) as index,
        Index.build(alone, tmp_path / "twin", embedder=embedder) as twin,
        index.snapshot() as whole,
        twin.snapshot() as same,
    ):
        part = whole.restricted(may_read)
        assert part.lexical.search("Zephyr", 9)[0].tolist() == []
        assert part.lexical.search("Klarmont", 9)[0].tolist() == []
        assert whole.lexical.search("Zephyr", 9)[0].tolist()
        for question in ("lamp", "kettle", "the lamp and the kettle"):
            assert _found(part, question, embedder) == _found(same, question, embedder)
            assert part.lexical.whole(question) == pytest.approx(same.lexical.whole(question))
        assert part.lexical.frequency("lamp", ["sold"]) == 0 == part.lexical.frequency("klarmont")
        assert [part.text(d)[:4] for d in part.catalog.contents.owners(part.lexical.holding("lamp", 9))] == ["Lamp"]  # fmt: skip


def _found(snapshot: Snapshot, question: str, embedder: BundledEmbedder) -> tuple[Any, ...]:
    """What both searches find, by names."""
    names, contents = snapshot.catalog.names(), snapshot.catalog.contents
    ((near, cosines),) = snapshot.dense.search(embedder.encode([question]), 9)
    words, _ = snapshot.lexical.search(question, 9)
    of = [[names[one] for one in contents.owners(ids).tolist()] for ids in (near, words)]
    return (*of, [round(float(one), 2) for one in cosines])


# Addresses and errors ----------------------------------------------------------------------------


def test_an_address_is_taken_apart_and_shown_without_its_secrets() -> None:
    at = parsed("milvus://root:p%40ss@[::1]:19531/wiki?tls=yes&database=two&catalog=postgresql://a:b@db/rag?sslmode=require")  # fmt: skip
    assert (at.uri, at.token, at.database) == ("https://[::1]:19531", "root:p@ss", "two")
    assert at.catalog == "postgresql://a:b@db/rag?sslmode=require&index=wiki"
    assert parsed(
        "milvus://key@host/wiki?catalog=postgresql%3A%2F%2Fdb%2Frag%3Findex%3Dx"
    ) == parsed("milvus://key@host:19530/wiki?catalog=postgresql://db/rag?index=x")
    address = "milvus://root:secret@host/wiki?catalog=postgresql://ann:secret@db/rag"
    assert (
        store_at(address).address
        == "milvus://host:19530/wiki?catalog=postgresql://ann@db/rag?index=wiki"
    )
    assert name_of(address) == name_of(f"{address}?sslmode=require&index=other") == "wiki"
    assert "secret" not in repr(parsed(address))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("milvus://host/wiki", "keeps its documents in PostgreSQL"),
        ("milvus://host/wiki?catalog=indexes/demo", "is in PostgreSQL"),
        ("milvus://host/a__b?catalog=postgresql://db/rag", 'not "a__b"'),
        ("milvus://host:x/wiki?catalog=postgresql://db/rag", "cannot be read"),
        ("milvus:///wiki?catalog=postgresql://db/rag", "Not the address"),
        ("milvus://host/wiki?tls=perhaps&catalog=postgresql://db/rag", "tls is yes or no"),
        ("milvus://host/wiki?index=x&catalog=postgresql://db/rag", "unknown index"),
    ],
)
def test_an_address_that_is_none_is_said_with_what_one_looks_like(address: str, said: str) -> None:
    with pytest.raises(SettingsError, match="milvus://host:19530/NAME") as error:
        store_at(address)
    assert said in str(error.value)


def test_without_the_extra_the_one_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r"rag-folder\[milvus\]"):
        store_at("milvus://host/wiki?catalog=postgresql://db/rag")


def test_a_server_that_is_down_is_said_in_words_and_nothing_is_printed(
    database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    address = f"milvus://127.0.0.1:{free_port()}/wiki?catalog={database}"
    with (
        pytest.raises(StorageError, match=r"does not answer\. Is it running"),
        store_at(address).writing(),
    ):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_server_that_wants_another_login_is_said_in_words(database: str) -> None:
    def refuse(_: bytes, context: grpc.ServicerContext) -> None:
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure, please check username")

    with _answering(lambda method: refuse) as port:
        address = f"milvus://root:wrong@127.0.0.1:{port}/wiki?catalog={database}"
        with pytest.raises(StorageError, match="does not let us in") as error:
            store_at(address).writing().__enter__()
    assert "wrong" not in str(error.value)


def test_an_alias_that_is_not_there_is_known_by_a_cluster_s_code_too() -> None:
    missing = milvus_pb2.DescribeAliasResponse(status={"code": 1600, "reason": "alias not found"})
    there = milvus_pb2.ConnectResponse(status={})

    def answer(method: str) -> Any:
        said = missing if method.endswith("DescribeAlias") else there
        return lambda *_: said.SerializeToString()

    with _answering(answer) as port:
        address = parsed(f"milvus://127.0.0.1:{port}/wiki?catalog=postgresql://db/rag")
        assert Collections(address).behind("rag_wiki__g1_0") is None


@contextmanager
def _answering(answer: Callable[[str], Any]) -> Iterator[int]:
    """The port of a server that answers each method by what ``answer`` gives for it: for what the stand-in cannot do."""

    class Answers(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, call: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(answer(call.method))

    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Answers()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(None)


def test_the_name_of_another_index_is_not_taken(
    kept: Index, milvus: str, postgres: Postgres, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    before, docs = rows(kept), write(tmp_path, FILES)
    other = f"milvus://{milvus}/kept?catalog={postgres.database()}"
    with pytest.raises(IndexMismatch, match="an index whose catalog is in another database"):
        Index.build(docs, other, embedder=embedder)
    assert rows(kept) == before and kept.verify() == []


def test_its_catalog_alone_is_not_taken_for_an_index_in_postgres(
    kept: Index, database: str, embedder: BundledEmbedder
) -> None:
    catalog = store_at(f"{database}?index=kept")
    for use in (catalog.snapshot, catalog.problems, catalog.writing().__enter__):
        with pytest.raises(IndexMismatch, match="searched in Milvus"):
            use()


def test_threads_share_a_line(kept: Index) -> None:
    expected, found = sources(kept, "the toaster"), []
    threads = [threading.Thread(target=lambda: found.append(sources(kept, "the toaster"))) for _ in range(4)]  # fmt: skip
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [expected] * 4 and client(there(kept).address) is client(there(kept).address)
    assert report_of(kept).embedded and MilvusWriter.searched_in == "Milvus"
