"""Long texts in blocks: what is read of them is what it would be of the whole, wherever they are kept."""

from __future__ import annotations

import os
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from rag import errors
from rag.cli.progress import progress_line
from rag.copying import copy_index
from rag.documents import blocks, formats
from rag.documents.blocks import BlockDocument, Blocks, ends_of, packed, whole
from rag.documents.document import Document, Rows
from rag.documents.loaders.text import load
from rag.documents.source import Source
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.pool import Looking, ParserProcess
from rag.ingestion.progress import Progress
from rag.ingestion.protocol import Job, Parsed, Request
from rag.retrieval.passages import passages_of
from rag.retrieval.search import Encode, search
from rag.store import catalog
from tests.stores import Place, seen, write

LONG = "\n\n".join(
    f"Kettle {n} holds {n} litres of water.\nIt is descaled with vinegar by team {n % 7}."
    for n in range(40)
)


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 300)
    monkeypatch.setattr(catalog, "BATCH", 8)


def in_blocks(text: str, ends: tuple[int, ...]) -> BlockDocument:
    starts = (0, *ends)
    parts = [packed(text[a:b]) for a, b in zip(starts, ends, strict=False)]
    outline = Document("", "text", rows=(Rows(0, 1),))
    return BlockDocument.of(outline, Blocks(ends, parts.__getitem__))


def test_a_text_in_blocks_is_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 40)
    chance = random.Random(1)
    for _ in range(60):
        text = "".join(chance.choices("ab é\U0001f600 \n", k=chance.randrange(1, 400)))
        ends = ends_of(text)
        assert max(b - a for a, b in zip((0, *ends), ends, strict=False)) <= 40
        document = in_blocks(text, ends)
        assert document == Document(text, "text", rows=(Rows(0, 1),)) == document
        assert document.text == text == "".join(document.pieces())
        assert document.length == len(text)
        for _ in range(20):
            start, end = sorted(chance.choices(range(len(text) + 5), k=2))
            assert document.span(start, end) == text[start:end]
            assert document.place_at(start, end) == whole(document).place_at(start, end)
        titled = replace(document, title="A title")
        assert type(titled) is type(whole(document)) is Document and titled.text == text


def test_a_block_that_is_not_what_was_packed_is_an_error() -> None:
    for wrong in (
        b"no block",
        packed("short"),
        packed("too long for it")[:-4],
        packed("x" * 10**7),
    ):
        document = BlockDocument.of(
            Document("", "text"), Blocks((15,), [wrong].__getitem__, LookupError)
        )
        with pytest.raises(LookupError, match="its text"):
            document.span(0, 3)


@pytest.mark.usefixtures("short_blocks")
def test_every_store_keeps_long_texts_in_blocks(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {"long.txt": LONG, "lamp.txt": "A lamp."})
    other = place.new()
    copy_index(address, other)
    for one in (address, other):
        with seen(write(one, embedder, {})) as held:
            assert held.document_of("long.txt") == Document(LONG, "text")
            assert isinstance(held.document_of("long.txt"), BlockDocument)
            hits = search(held, "Which kettle holds 31 litres?", 5, encode=encoding(embedder))
            documents = {hit.document_id: held.document(hit.document_id) for hit in hits}
            for hit in hits:
                assert hit.text == documents[hit.document_id].text[hit.start : hit.end]
            found = passages_of(hits, documents, most=400, widen=True)
            texts = {i: whole(document) for i, document in documents.items()}
            assert found == passages_of(hits, texts, most=400, widen=True)
            identity = held.catalog.contents.sources["long.txt"]
            chunks = held.catalog.document_chunks(identity)
            assert [*held.catalog.each_chunk(identity)] == chunks and len(chunks) > 8
            assert held.cards and held.cards.has("vinegar") and held.cards.has("39")
    assert store.problems() == []
    store = write(address, embedder, {}, removed=["long.txt"])
    with seen(store) as held:
        assert held.sources() == ("lamp.txt",)


def encoding(embedder: BundledEmbedder) -> Encode:
    return lambda question: embedder.encode_queries([question])[0]


@pytest.mark.usefixtures("short_blocks")
def test_damage_to_a_block_is_an_error(tmp_path: Path, embedder: BundledEmbedder) -> None:
    store = write(str(tmp_path / "index"), embedder, {"long.txt": LONG})
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        ((count,),) = db.execute("SELECT count(*) FROM blocks").fetchall()
        db.execute("UPDATE blocks SET packed = zeroblob(20) WHERE number = 2")
    db.close()
    assert count >= 10
    with seen(store) as held:
        document = held.document_of("long.txt")
        assert document.span(0, 100) == LONG[:100]
        with pytest.raises(errors.IndexDamaged, match="blocks"):
            document.span(0, len(LONG))
    assert any("blocks" in line for line in store.problems())
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("DELETE FROM blocks WHERE number = 2")
    db.close()
    with seen(store) as held, pytest.raises(errors.IndexDamaged, match="missing"):
        _ = held.document_of("long.txt").text


def test_a_long_text_of_before_is_read_as_it_is(
    tmp_path: Path, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = write(str(tmp_path / "index"), embedder, {"long.txt": LONG})  # one block, as all were
    monkeypatch.setattr(blocks, "BLOCK", 300)
    with seen(store) as held:
        assert type(held.document_of("long.txt")) is Document
        assert held.document_of("long.txt").text == LONG


def test_a_long_file_comes_in_parts(tmp_path: Path, embedder: BundledEmbedder) -> None:
    text = LONG * 300
    (tmp_path / "long.txt").write_text(text)
    (tmp_path / "short.txt").write_text(LONG)
    job = Job(embedder.tokenizer_file(), 150, 25, 32, 5, 2048, 60.0, "eng", formats.formats())
    process, heard = ParserProcess(job), list[Looking]()

    def parsed(name: str) -> Parsed:
        path = tmp_path / name
        found = process.ask(Request(os.fsencode(path), path.name), heard.append)
        assert isinstance(found, Parsed)
        return found

    try:
        long, short = parsed("long.txt"), parsed("short.txt")
    finally:
        process.close()
    assert isinstance(long.document, BlockDocument) and len(long.ends) > 3
    assert long.document == load(Source("long.txt", text.encode()))
    assert long.chunks[0].start == 0 and long.chunks[-1].end == len(text)
    assert len(long.chunks) > len(short.chunks) and type(short.document) is Document
    shares = [one.share for one in heard]
    assert shares == sorted(shares) and len(shares) > 3 and shares[-1] == 1.0


def test_progress_says_how_much_of_a_long_file_has_been_read() -> None:
    said = progress_line(Progress("reading", files_total=1, reading="a/long.txt", parsed=0.34))
    assert said == "0 of 1 files · long.txt: 34% read"
