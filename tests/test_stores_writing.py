"""What every store gives to those who write: the contract of rag.store.writer.Writer, and of what readers see of it.

Documents are written by hand (tests/stores.py), so that no file has to be parsed, but where the whole way is tested.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import errors
from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.settings import Settings
from rag.store.addresses import store_at
from rag.store.recipe import recipe_of
from rag.store.rows import FileRow, Origin
from rag.store.snapshot import Snapshot
from rag.store.verify import contents
from tests.conftest import age, report_of
from tests.stores import LOADER, Place, found, seen, shown, stage, write

KETTLE = "The kettle holds 1.7 litres of water.\n\nIt is descaled with vinegar."
TOASTER = "The toaster has four slots.\n\nCrumbs fall into a drawer."
LAMP = "The lamp has a bulb of 40 watts."


# Generations ------------------------------------------------------------------------------------


def test_documents_come_and_go(place: Place, embedder: BundledEmbedder) -> None:
    address = place.new()
    store = write(address, embedder, {"kettle.md": KETTLE, "toaster.md": TOASTER})
    with seen(store) as first:
        assert first.sources() == ("kettle.md", "toaster.md") and first.generation == 1
        assert "The kettle holds 1.7 litres of water." in found(first, embedder, "kettle litres", 1)
    write(address, embedder, {"lamp.md": LAMP, "kettle.md": "It is gone."}, removed=["toaster.md"])
    with seen(store) as second:
        assert second.sources() == ("kettle.md", "lamp.md") and second.generation == 2
        assert not [
            text
            for text in found(second, embedder, "kettle toaster slots water", 9)
            if "toaster" in text or "litres" in text
        ]
        assert found(second, embedder, "bulb", 1) == [LAMP, LAMP]
        assert second.catalog.counts()["documents"] == 2
        assert second.cards and not second.cards.has("toaster") and second.cards.has("bulb")
        assert not second.lexical.frequency(*second.lexical.terms("toaster"))
    assert first.identity != second.identity and store.stamp() == (second.identity, None)
    assert store.problems() == []


def test_equal_content_has_two_names(place: Place, embedder: BundledEmbedder) -> None:
    store = write(
        address := place.new(), embedder, {"a/kettle.md": KETTLE, "b/teapot 1999.md": KETTLE}
    )
    with seen(store) as both:
        ((document, names),) = both.catalog.names().items()
        assert names == ("a/kettle.md", "b/teapot 1999.md") and len(both.catalog.visible()) == 2
        assert both.lexical.search("teapot", 5)[0].tolist()  # by the name of either
        assert both.catalog.counts()["files"] == 2
    write(address, embedder, {"c/samovar 2001.md": KETTLE}, removed=["b/teapot 1999.md"])
    with seen(store) as moved:
        assert moved.catalog.names() == {document: ("a/kettle.md", "c/samovar 2001.md")}
        assert not moved.lexical.search("teapot", 5)[0].tolist()
        assert moved.lexical.search("samovar", 5)[0].tolist()
        assert moved.cards and moved.cards.of_year("1999") == [] != moved.cards.of_year("2001")


def test_failed_and_stale_files(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE})
    with store.writing() as writer:
        (row,) = writer.files()
        with writer.transaction():
            writer.stage([replace(row, failure="no permission", mtime_ns=-1)])
            writer.stage(
                [FileRow(row.root, "b.pdf", 7, 8, "pdf/1 sha256=00", None, "it is broken")]
            )
        writer.publish(())
    with Index.open(store, embedder=embedder) as index:
        status = index.status()
        assert [(one.path, one.reason) for one in status.stale] == [("kettle.md", "no permission")]
        assert [(one.path, one.reason) for one in status.failed] == [("b.pdf", "it is broken")]
        assert status.files == status.documents == 1 and index.sources() == ("kettle.md",)
        assert [hit.source for hit in index.search("water in litres", 1)] == ["kettle.md"]


def test_a_snapshot_stays_as_it_was(place: Place, embedder: BundledEmbedder) -> None:
    address = place.new()
    store = write(address, embedder, {"kettle.md": KETTLE, "toaster.md": TOASTER})

    def asked(snapshot: Snapshot) -> list[Any]:
        catalog = snapshot.catalog
        assert snapshot.cards
        return [
            contents(catalog), catalog.files(), catalog.roots(), catalog.identity(), catalog.generation(), catalog.counts(),
            found(snapshot, embedder, "toaster slots", 5), [v.tolist() for _, v in catalog.vectors(catalog.visible())],
            snapshot.cards.has("toaster"), snapshot.cards.count, snapshot.lexical.frequency(*snapshot.lexical.terms("slots")),
            catalog.stated(), catalog.files_where(()), snapshot.sources(),
        ]  # fmt: skip

    with Index.open(store, embedder=embedder) as index, index.snapshot() as held:
        # Not all of it has been asked before the index moves on.
        before = [held.sources(), held.identity]
        write(address, embedder, {"lamp.md": LAMP}, removed=["toaster.md"])
        with seen(store) as now:
            assert "toaster.md" not in now.sources()
        with store.writing() as writer:
            writer.compact()
        told = asked(held)
        assert "toaster.md" in told[0] and told[-1] == before[0] and told[3] == before[1]
        assert "The toaster has four slots." in told[6] and LAMP not in told[6]
        assert index.sources() == ("kettle.md", "toaster.md")
        assert index.refresh() and index.sources() == ("kettle.md", "lamp.md")
        assert not index.refresh()
        assert asked(held) == told
        with index.snapshot() as newest:
            assert newest.identity == store.stamp()[0] != held.identity


def test_a_threshold_is_news(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE})
    with Index.open(store, embedder=embedder) as index, Index.open(store) as other:
        assert index.threshold is None
        index.set_threshold(0.25)
        assert index.threshold == 0.25 and other.threshold is None
        identity = other.identity
        assert other.refresh() and other.threshold == 0.25 and other.identity == identity


# Staging ----------------------------------------------------------------------------------------


def test_what_is_staged_is_seen_by_nobody(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {"kettle.md": KETTLE})
    before, stamp = shown(store), store.stamp()
    with store.writing() as writer:
        ids = stage(writer, embedder, {"lamp.md": LAMP, "kettle.md": TOASTER})
        assert shown(store) == before and store.stamp() == stamp
        assert writer.document(ids["lamp.md"]).text == LAMP  # the writer's own
    with seen(store) as snapshot:
        assert LAMP not in found(snapshot, embedder, "lamp bulb watts", 9)
        assert {**snapshot.catalog.counts(), "vectors": 0} == {
            "files": 1, "failed": 0, "documents": 1, "chunks": 2, "vectors": 0,
        }  # fmt: skip
    with store.writing() as writer:  # it has been kept
        assert [row.name for row in writer.staged()] == ["kettle.md", "lamp.md"]
        writer.unstage([(row.root, row.name) for row in writer.staged() if row.name == "lamp.md"])
        writer.publish(())
        assert writer.staged() == []
    assert {name: one["text"] for name, one in shown(store).items()} == {"kettle.md": TOASTER}
    assert write(address, embedder, {}).stamp()[0] != stamp[0]


def test_a_transaction_is_all_or_nothing(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE})
    with store.writing() as writer:
        (row,) = writer.files()
        with pytest.raises(RuntimeError), writer.transaction():
            writer.stage([replace(row, name="other.md")])
            raise RuntimeError
        assert writer.staged() == []
        block = writer.transaction()
        block.__enter__()
        writer.stage([replace(row, name="other.md")])
        writer.take_back()  # Ctrl-C came between two steps of the block's own code
        with contextlib.suppress(RuntimeError):
            block.__exit__(RuntimeError, RuntimeError(), None)
        assert writer.staged() == []
        with writer.transaction():
            writer.stage([replace(row, name="other.md")])
        writer.restamp()
        assert writer.staged() == []


def test_texts_are_embedded_once(place: Place, embedder: BundledEmbedder) -> None:
    store = write(
        address := place.new(), embedder, {"kettle.md": KETTLE, "copy.md": KETTLE + "\n\n" + LAMP}
    )
    model = embedder.fingerprint
    with store.writing() as writer:
        assert writer.counts()["vectors"] == 3
        some = writer.add_vectors(
            model, [b"0" * 16], np.full((1, embedder.dimension), 0.5, np.float32)
        )
        assert writer.find_vectors(model, [b"0" * 16, b"1" * 16]) == some
        assert writer.find_vectors("another", [b"0" * 16]) == {} == writer.find_vectors(model, [])
        assert writer.find_documents([Origin("none", LOADER)]) == {}
    write(address, embedder, {}, removed=["copy.md"])
    with store.writing() as writer:
        assert writer.counts()["vectors"] == 4  # kept, for texts that come back
        assert writer.compact() == 2 and writer.counts()["vectors"] == 2
    assert store.problems() == [] and [*shown(store)] == ["kettle.md"]


def test_roots(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {"a.md": KETTLE}, folder="/one")
    write(address, embedder, {"a.md": LAMP}, folder="/two ünï'\\%s")
    with store.writing() as writer:
        first, second = sorted(writer.roots())
        assert writer.roots() == {first: "/one", second: "/two ünï'\\%s"}
        assert writer.root("/one") == first
        with writer.transaction():
            writer.move_root(first, "/three")
        writer.publish([(second, "a.md")])
        assert writer.roots() == {first: "/three"}
        assert [row.name for row in writer.files()] == ["a.md"]


def test_another_recipe_is_refused(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE})
    recipe = recipe_of(Settings(), embedder)
    assert store.recipe() == recipe
    with store.writing() as writer:
        for other in (replace(recipe, fingerprint="x"), replace(recipe, chunk_tokens=99)):
            with pytest.raises(errors.IndexMismatch, match="built with"):
                writer.settle(other)
        writer.settle(replace(recipe, model="another name"))
        writer.adopt(replace(recipe, model="another name", redact="secrets"))
        assert writer.recipe() == replace(recipe, redact="secrets")


# Two at once, and those that are killed ---------------------------------------------------------


def test_two_writers(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {"kettle.md": KETTLE})
    assert not store.is_writing()
    with store.writing() as writer:
        stage(writer, embedder, {"lamp.md": LAMP})
        assert store.is_writing()
        with (
            pytest.raises(errors.IndexLocked, match="another process is writing"),
            store_at(address).writing(),
        ):
            pass
        with seen(store_at(address)) as reader:  # is not held up
            assert reader.sources() == ("kettle.md",)
            writer.publish(())
            assert reader.sources() == ("kettle.md",) and reader.catalog.document(
                1 * next(iter(reader.catalog.names()))
            )
    assert not store.is_writing() and [*shown(store)] == ["kettle.md", "lamp.md"]
    with write(place.new(), embedder, {"a.md": LAMP}).writing(), store.writing():
        pass  # of two indexes


KILLED = """
import os, signal, sys
from rag import copying

source, target, where = sys.argv[1:]
copying.BATCH = 1
batches = calls = 0

def count(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")
    if calls == int(where[1:] or -1):
        os.kill(os.getpid(), signal.SIGKILL)

def told(progress):
    global batches
    batches += 1
    if where == "staging" and batches == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if progress.phase == "publishing" and where[0] == "p":
        sys.setprofile(count)

copying.copy_index(source, target, progress=told)
sys.setprofile(None)
print(calls)
"""


def run(source: Path, target: str, where: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-c", KILLED, str(source), target, where]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120)


def test_a_killed_writer_leaves_the_old_generation(
    place: Place, embedder: BundledEmbedder, tmp_path: Path
) -> None:
    """Killed while it stages, and at some of its steps while it publishes: what is seen is the old generation, or the
    new one, whole; and the next run finishes without embedding again what was."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(6):
        (docs / f"{number}.md").write_text(
            f"# Item {number}\n\nItem {number} weighs {number} kg.\n"
        )
    age(docs)
    source, target = tmp_path / "source", place.new()
    Index.build(docs, source, embedder=embedder).close()
    copy_index(source, target)
    store = store_at(target)
    old = shown(store)
    for number in (0, 3):
        (docs / f"{number}.md").write_text(f"# Item {number}\n\nItem {number} is sold out.\n")
    (docs / "9.md").write_text("# Item 9\n\nItem 9 is new.\n")
    (docs / "1.md").rename(docs / "7.md")
    age(docs)
    Index.build(docs, source, embedder=embedder).close()
    new = shown(store_at(source))

    done = run(source, probe := place.new(), "p")
    assert done.returncode == 0, done.stderr
    calls = int(done.stdout)
    assert shown(store_at(probe)) == new
    for where in ("staging", f"p{calls // 3}", f"p{calls * 4 // 5}"):
        done = run(source, target, where)
        assert done.returncode == -signal.SIGKILL, (where, done.stderr)
        assert shown(store) in (old, new), where
        assert store.problems() == [], where
        if where == "staging":
            assert shown(store) == old
            with store.writing() as writer:
                assert writer.staged()
    with Index.build(docs, target, embedder=embedder) as index:
        report = report_of(index)
        assert report.embedded == 0 and index.verify() == []
    assert shown(store) == new


# Damage, space and what is forgotten ------------------------------------------------------------


def test_damage_is_found(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {"kettle.md": KETTLE})
    assert store.problems() == []
    place.damage(address)
    assert store.problems()


def test_forgetting(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE, "lamp.md": LAMP})
    with store.writing() as writer:
        assert writer.forgotten() == []
        names = {name: one for one, (name,) in writer.names().items()}
        document = names["lamp.md"]
        assert writer.chunk_count([document]) == 1 and writer.chunk_count([*names.values()]) == 3
        here = bool(store.places())  # else there are no files that could be looked through for them
        assert len(writer.own_vectors([document], 10)) == 1 * here
        assert len(writer.own_vectors([*names.values()], 2)) == 2 * here
        writer.forget([("name:1", "2")])
        writer.forget([("name:3", ""), ("name:1", "2")])
        assert sorted(writer.forgotten()) == [("name:1", "2"), ("name:3", "")]
        writer.forget([("name:3", "")], instead=True)
        root = writer.root("/docs")
        writer.publish([(root, "lamp.md")])
        assert writer.erase()
        assert writer.counts()["vectors"] == 2 and "bulb" not in writer.form()
    with seen(store) as snapshot:
        assert snapshot.catalog.forgotten() == [("name:3", "")]
        assert snapshot.sources() == ("kettle.md",)
    assert store.problems() == [] and store.size() > 0


def test_repair_leaves_what_is_sound(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, {"kettle.md": KETTLE})
    before = shown(store), store.stamp()
    with store.writing() as writer:
        writer.repair()
    assert (shown(store), store.stamp()) == before and store.problems() == []
