"""A part of an index, where it is not compared with an index of its files alone (tests/test_restricted.py): ids and hits of
others, copies, the answers' cache, generations."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.answering.cache import AnswerCache
from rag.answering.conversation import Conversation
from rag.answering.qa import QA
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged
from rag.index import Index
from rag.rights import Rights
from rag.store.contents import Contents
from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.restricted import RestrictedCatalog
from rag.store.rows import ChunkRow
from rag.store.snapshot import Snapshot
from tests.a_part import HIDDEN, PUBLIC, RIGHTS, STAFF, write
from tests.test_restricted import WAYS, whole_of

# Ids, hits of others, damage --------------------------------------------------------------------


def test_what_is_asked_for_by_its_id_is_as_missing_as_what_never_was(
    whole: Index, qa: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = whole.restricted(STAFF)
    hidden = whole.search("Klarmont takes over Vexholm", 1)[0]
    assert hidden.source == "secret/merger.md"
    with part.snapshot() as snapshot:
        catalog = snapshot.catalog
        asks: list[Callable[[int, int], Any]] = [
            lambda document, _: part.document(document),
            lambda document, _: snapshot.document(document),
            lambda document, _: snapshot.text(document),
            lambda document, _: list(catalog.outlines([document])),
            lambda document, _: catalog.document_chunks(document),
            lambda _, chunk: catalog.chunk_rows([chunk]),
            lambda _, chunk: list(catalog.vectors(np.array([chunk]))),
            lambda document, _: qa.over(part).answer("Who?", [replace(hidden, document_id=document)]),
        ]  # fmt: skip
        for ask in asks:
            said = []
            for document, chunk in ((hidden.document_id, hidden.chunk_id), (98765, 98765)):
                with pytest.raises((IndexDamaged, KeyError)) as error:
                    ask(document, chunk)
                said.append(re.sub(rf"\b{document}\b", "ID", f"{type(error.value)} {error.value}"))
            assert said[0] == said[1]
        assert (
            catalog.names([hidden.document_id]) == {}
            and catalog.chunk_ids([hidden.document_id]).size == 0
        )
        assert list(snapshot.lexical.search("klarmont", 9, [hidden.document_id])[0]) == []
        query = np.ones((1, 384), np.float32)
        ((found, _),) = snapshot.dense.search(query, 9, [hidden.document_id])
        assert list(found) == []
        assert snapshot.cards is not None
        assert snapshot.cards.of_year("2031", near=True, among=[hidden.document_id]) == []
        assert snapshot.cards.called("klarmont", first_lines=True) == []
        assert set(catalog.roots().values()) == set(whole.folders)
    for name in ("document", "outlines", "chunk_rows", "vectors"):
        monkeypatch.setattr(RestrictedCatalog, name, whole_of(name))
    assert "Klarmont" in part.document(hidden.document_id).text  # what the guards are for


def test_of_copies_only_the_names_are_told_that_may_be_read(whole: Index) -> None:
    part = whole.restricted(STAFF)
    (hit,) = part.search("goods travel at the buyer's risk", 1)
    assert hit.sources == ("public/terms.md",)
    (all_of_it,) = whole.search("goods travel at the buyer's risk", 1)
    assert set(all_of_it.sources) == {"public/terms.md", "secret/Zephyr-terms-2031.md"}
    # A program has its file's name for a title: copies of other names are documents of their own.
    titles = {whole.document_of(name).title for name in whole.sources() if name.endswith(".py")}
    assert titles == {"sums.py", "zephyr_merger.py"}
    assert part.document_of("public/tools/sums.py").title == "sums.py"


def test_a_document_that_an_earlier_version_read_by_a_hidden_name_is_not_shown(
    whole: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FolderCatalog.document
    monkeypatch.setattr(
        FolderCatalog,
        "document",
        lambda self, identity: (
            replace(d, title="Zephyr-terms-2031.md")
            if (d := read(self, identity)).text.startswith("Terms")
            else d
        ),
    )
    part = whole.restricted(lambda *given: STAFF(*given))
    assert "public/terms.md" not in part.sources()
    assert "public/handbook.md" in part.sources()


def test_who_may_read_all_sees_what_the_owner_sees(whole: Index, qa: QA) -> None:
    everything = whole.restricted(Rights(default=frozenset(["everyone"])).for_groups([]))
    for way in ("sources", "files", "hybrid", "lexical", "spelling", "mentions", "other names"):
        assert WAYS[way](everything, qa) == WAYS[way](whole, qa), way
    nothing = whole.restricted(Rights().for_groups(["board"]))
    assert nothing.sources() == () and nothing.files() == () and nothing.folders == ()
    assert (
        nothing.search("VPN") == [] and qa.over(nothing).ask("How many files are there?").abstained
    )


def test_a_part_of_a_part_is_what_both_admit(whole: Index) -> None:
    board = whole.restricted(RIGHTS.for_groups(["board"]))
    both = board.restricted(STAFF)
    assert (
        both.sources() == whole.restricted(STAFF).sources()
        and "secret/merger.md" in board.sources()
    )
    found = both.search("connect to the VPN", 50)
    assert {name for hit in found for name in hit.sources} <= set(both.sources())
    assert both.asked_as("What is the quixelburi clause?") == "What is the quixelburi clause?"


# The answers' cache, conversations --------------------------------------------------------------


def test_an_answer_that_is_kept_goes_to_nobody_of_other_rights(
    whole: Index, qa: QA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = QA(whole, model=qa.reader or "reader", cache=AnswerCache(tmp_path / "answers.sqlite"))
    question = "What does Klarmont pay for Vexholm?"
    board, staff = RIGHTS.for_groups(["board"]), STAFF
    first = kept.over(whole.restricted(board)).ask(question)
    assert "900" in first.text and kept.over(whole.restricted(board)).ask(question).cached
    other = kept.over(whole.restricted(staff)).ask(question)
    assert not other.cached and other.abstained
    near = [one.quote for one in (other.closest, *other.nearest) if one]
    # Not its times, in which there may be any digits.
    assert not any("900" in text for text in (other.text, *near))
    # Groups that may read the same files share their answers.
    assert kept.over(whole.restricted(RIGHTS.for_groups(["board", "x"]))).ask(question).cached
    assert not kept.ask(question).cached
    monkeypatch.setattr(
        Snapshot, "_restricted", lambda self, may: replace(restrict(self, may), part="")
    )
    assert "900" in str(kept.over(whole.restricted(lambda *g: STAFF(*g))).ask(question))


restrict = Snapshot._restricted


def test_a_conversation_stays_within_what_may_be_read(whole: Index, qa: QA) -> None:
    talk = Conversation(qa.over(whole.restricted(STAFF)))
    talk.ask("How do I connect to the VPN?")
    assert "site" not in talk.ask("And what does Klarmont pay?").text


# Generations ------------------------------------------------------------------------------------


def test_a_part_follows_the_index_and_is_worked_out_once_for_each_generation(
    tmp_path: Path, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: text for name, text in {**HIDDEN, **PUBLIC}.items() if "vpn" not in name}
    folder = write(tmp_path / "docs", few)
    made: list[object] = []
    monkeypatch.setattr(
        Snapshot, "_restricted", lambda self, may: made.append(may) or restrict(self, may)
    )
    with Index.build(folder, tmp_path / "index", embedder=embedder) as whole:
        part, same = whole.restricted(STAFF), whole.restricted(RIGHTS.for_groups(["staff"]))
        assert part.sources() == same.sources() and len(made) == 1
        assert part.generation == whole.generation and part.identity == whole.identity
        shutil.move(folder / "public/handbook.md", folder / "secret/handbook.md")
        (folder / "public/new.md").write_text("# New\n\nThe new bicycle shed is open.\n", "utf-8")
        with part.snapshot() as before:
            whole.update()
            assert before.document_of("public/handbook.md").title == "Handbook"
        assert part.search("bicycle shed", 1)[0].source == "public/new.md"
        assert "public/handbook.md" not in part.sources() and len(made) == 2
        assert not [hit for hit in part.search("annual leave", 50) if "annual leave" in hit.text]
        whole.remove("public/*")
        assert part.sources() == ("wiki/plan.md",)


def test_an_index_of_which_parts_are_kept_lets_go_of_them(
    whole: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.snapshot.KEPT", 2)
    with whole.snapshot() as snapshot:
        before = snapshot.restricted(STAFF)
        for group in ("a", "b", "c"):
            snapshot.restricted(RIGHTS.for_groups([group]))
        assert len(snapshot._parts) == 2
        assert snapshot.restricted(STAFF) is not before


def test_what_files_take_is_not_told(whole: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    part = whole.restricted(STAFF).status()
    assert part.bytes == 0 and whole.status().bytes > 0
    assert part.vectors == part.chunks and part.vector_index == "flat fp16 (exact)"


def test_a_large_index_does_not_tell_how_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.folder.segments.FLAT_LIMIT", 100)
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(2000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(5, 2005)
    index = DenseIndex.build([(ids, vectors)], 2000, 8)
    kept = ids[::50]
    part = index.within(kept)
    assert index.kind != "IVF 8 bit" and part.kind == "IVF 8 bit"
    ((found, _),) = part.search(vectors[:1], 40)
    assert set(found.tolist()) == set(
        kept.tolist()
    )  # all that there are are found, few as they may be
    ((found, _),) = part.search(vectors[:1], 40, ids[:100])
    assert set(found.tolist()) == {5, 55}


def test_a_part_of_full_text_weighs_words_by_what_is_in_it(whole: Index, twin: Index) -> None:
    """tantivy counts hidden chunks, too. Of two words, the share of each is that of an index without them; what is left
    is how long chunks are on average, which is one factor for all words of a chunk."""
    with (
        whole.restricted(STAFF).snapshot() as part,
        twin.snapshot() as alone,
        whole.snapshot() as all_,
    ):

        def share(lexical: LexicalIndex) -> float:
            (rare,), (common,) = (lexical.search(word, 1)[1] for word in ("badge", "gateway"))
            return float(rare / common)

        assert share(part.lexical) == pytest.approx(share(alone.lexical), rel=1e-4)
        assert share(all_.lexical) != pytest.approx(share(alone.lexical), rel=0.5)


def test_scores_are_those_of_full_text_of_these_chunks_alone(tmp_path: Path) -> None:
    """Chunks that are removed count for tantivy, as those do that may not be read; where all are equally long, nothing of
    either is left in a score."""
    texts = [
        "badge gateway lamp",
        "badge desk lamp",
        "badge door key",
        "gateway gateway zebra",
        "zebra site one",
    ]
    rows = [
        (
            ChunkRow(n, n, 0, 18, "one path", texts[n % 5]),
            f"{'kept' if n % 5 < 3 else 'hidden'}.txt",
        )
        for n in range(60)
    ]
    with LexicalIndex.writing(tmp_path / "one", base=None, gone=()) as add:
        for row, name in rows:
            add(row, name)
    with LexicalIndex.writing(tmp_path / "two", base=tmp_path / "one", gone=range(3, 30, 5)):
        pass
    held = LexicalIndex.load(tmp_path / "two")
    assert held is not None and held._parts[0].raw("text", "zebra") == (24, 60)
    seen = [row for row in rows if row[0].id % 5 < 3]
    kept = Contents((row.id, row.id, 1, (name,)) for row, name in seen)
    for renamed in ([], seen[:7]):
        part, alone = held.of_files(kept, renamed), LexicalIndex.in_memory(seen)
        for question in ("badge", "gateway lamp", "door path", "kept badge", "zebra site"):
            ours, theirs = part.search(question, 50), alone.search(question, 50)
            by_id = dict(zip(theirs[0].tolist(), theirs[1].tolist(), strict=True))
            assert sorted(ours[0].tolist()) == sorted(by_id)
            assert ours[1].tolist() == pytest.approx([by_id[i] for i in ours[0].tolist()], rel=1e-4)
            assert part.whole(question) == alone.whole(question)
        badge = part.terms("badge")
        assert part.frequency("lamp", badge) == alone.frequency("lamp", badge) == 24
        assert set(part.holding("lamp", 99).tolist()) == set(alone.holding("lamp", 99).tolist())
        assert part.ids().tolist() == alone.ids().tolist()
    unweighed = held.search("badge", 50)[1]
    assert unweighed[0] != pytest.approx(float(alone.search("badge", 50)[1][0]), rel=0.2)


def test_may_read_is_asked_with_what_the_document_says(whole: Index) -> None:
    asked: dict[str, Mapping[str, str] | None] = {}

    def note(name: str, fields: Mapping[str, str] | None) -> bool:
        asked[name] = fields
        return True

    whole.restricted(note).files()
    merger = asked["secret/merger.md"]
    assert merger is not None
    assert merger["project"] == "zephyr" and merger["author"] == "Odalys Quenby"
    assert merger["date"] == "2031-02-03" and merger["type"] == "markdown"
    assert asked["secret/broken.pdf"] is None and set(asked) == {*HIDDEN, *PUBLIC}
