"""One writer and many readers: a question keeps its generation, whatever the index moves on to."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from filelock import FileLock

from rag import errors
from rag.answering.cache import AnswerCache
from rag.answering.qa import QA
from rag.cli import main
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.retrieval.search import search
from rag.store.folder import publish as publish_module
from rag.store.folder import store as store_module
from rag.store.folder.store import FolderStore
from tests.conftest import ROOT, Build
from tests.test_index import stop_midway


def test_a_reader_keeps_its_generation(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    build(folder).close()
    reader = Index.open(tmp_path / "index", embedder=embedder)
    before = reader.search("toaster slots", k=20)
    (folder / "toaster.txt").unlink()
    (folder / "kettle.md").write_text("All new.")
    build(folder).close()
    assert reader.search("toaster slots", k=20) == before
    assert reader.refresh()
    assert all(h.source != "toaster.txt" for h in reader.search("toaster slots", k=20))
    assert not reader.refresh()


def test_many_threads_search_one_index(folder: Path, build: Build) -> None:
    index = build(folder)
    expected = index.search("annual leave", k=3)
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(10):
            if index.search("annual leave", k=3) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


@contextmanager
def questions_without_end(index: Index, expected: list[str]) -> Iterator[Callable[[], None]]:
    """Threads that ask all the while; what is yielded waits until each has asked once more."""
    stop, errors_met, asked = threading.Event(), [], [0, 0, 0]
    again = threading.Condition()

    def ask(number: int) -> None:
        try:
            while not stop.is_set():
                hits = index.search("annual leave", k=3)
                assert [hit.source for hit in hits] == expected
                with again:
                    asked[number] += 1
                    again.notify_all()
        except BaseException as error:
            errors_met.append(error)
            with again:
                again.notify_all()

    def wait() -> None:
        with again:
            before = list(asked)
            again.wait_for(
                lambda: errors_met or all(a > b for a, b in zip(asked, before, strict=True))
            )

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    try:
        yield wait
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not errors_met, errors_met


def test_questions_go_on_while_the_index_is_compacted_and_refreshed(
    folder: Path, build: Build
) -> None:
    index = build(folder)
    expected = [hit.source for hit in index.search("annual leave", k=3)]
    with questions_without_end(index, expected) as asked_again:
        for turn in range(5):
            asked_again()
            index.compact()
            index.set_threshold(turn / 10)
            (folder / "new.txt").write_text(f"A juicer squeezes {turn} oranges.")
            index.update()
            asked_again()
    assert index.threshold == 0.4 and index.verify() == []


def test_a_question_keeps_its_snapshot_while_the_index_moves_on(folder: Path, build: Build) -> None:
    index = build(folder)
    with index.snapshot() as before:
        (hit,) = search(before, "toaster slots", 1, encode=index.encode)
        (folder / "toaster.txt").unlink()
        index.update()
        index.compact()
        index.set_threshold(0.25)
        with index.snapshot() as after:
            assert after.generation == before.generation + 1
            assert (before.threshold, after.threshold) == (None, 0.25)
            assert "toaster.txt" not in after.sources()
        assert "toaster.txt" in before.sources()
        assert before.document(hit.document_id).text[hit.start : hit.end] == hit.text
        assert search(before, "toaster slots", 1, encode=index.encode) == [hit]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):  # nobody holds it any more
        before.catalog.files()
    assert index.search("toaster slots", k=1)[0].source != "toaster.txt"


def test_a_closed_index_says_so_and_running_questions_end(folder: Path, build: Build) -> None:
    index = build(folder)
    with index.snapshot() as snapshot:
        index.close()
        assert len(snapshot.sources()) == 3
        with pytest.raises(errors.IndexClosed, match="Open it again"):
            index.search("anything")
    index.close()


def test_compacting_gives_space_back_though_a_reader_is_open(folder: Path, build: Build) -> None:
    rng = np.random.default_rng(0)
    numbers = (f"{word} is a number." for word in rng.integers(0, 10**9, 1500))
    (folder / "numbers.txt").write_text(" ".join(numbers))
    index = build(folder)
    (folder / "numbers.txt").unlink()
    index.update()
    before = index.status().bytes
    with index.snapshot():  # as a question that is running would
        assert index.compact() > 50
    assert index.compact() == 0
    assert index.status().bytes < 0.7 * before
    assert index.search("annual leave", k=1)[0].source == "leave.pdf"


def test_compacting_tells_of_no_growth(folder: Path, build: Build, tmp_path: Path) -> None:
    build(folder).close()
    (folder / "leave.pdf").unlink()
    build(folder).close()

    def compacted() -> str:
        return CliRunner().invoke(main, ["compact", "--index", str(tmp_path / "index")]).stdout

    with Index.open(tmp_path / "index") as other:
        assert "Another process is reading the index as it was" in compacted()
        other.refresh()
    (folder / "toaster.txt").unlink()
    build(folder).close()
    before, after = re.findall(r"([\d.]+) MB", compacted())
    assert float(after) <= float(before)


def test_nothing_is_waited_for_while_another_process_writes(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    """What is derived and damaged is made anew at once, and not after half a minute."""
    index = build(folder)
    before = index.search("annual leave", k=3)
    index.close()
    for file in (tmp_path / "index").glob("vectors-*"):
        file.unlink()
    with FileLock(tmp_path / "index/writer.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", None)
        with Index.open(tmp_path / "index", embedder=embedder) as index:
            assert index.search("annual leave", k=3) == before


def test_an_index_in_which_nothing_was_published_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_midway(tmp_path / "index", folder, monkeypatch)
    with pytest.raises(errors.IndexMissing, match="nothing has been indexed yet"):
        Index.open(tmp_path / "index")
    for command in (["ask", "How many slots?"], ["search", "slots"], ["status"], ["verify"]):
        done = CliRunner().invoke(main, [*command, "--index", str(tmp_path / "index")])
        assert done.exit_code == 1 and "nothing has been indexed yet" in done.stderr


def test_the_log_is_written_back_after_publishing(
    folder: Path,
    build: Build,
    tmp_path: Path,
    embedder: BundledEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = tmp_path / "index/catalog.sqlite-wal"
    index = build(folder)
    for turn in range(3):
        (folder / "new.txt").write_text(f"A juicer squeezes {turn} oranges.")
        index.update()
        assert log.stat().st_size == 0
    monkeypatch.setattr(store_module, "LOG_LIMIT", 0)
    with Index.open(tmp_path / "index", embedder=embedder) as reader:
        for turn in range(3):  # of two that move on by turns, one always reads the log
            (folder / "new.txt").write_text(f"A juicer squeezes {turn} lemons.")
            index.update()
            assert reader.refresh() and not index.refresh()
            assert log.stat().st_size == 0


def test_nothing_is_opened_where_nothing_is_new(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    index.set_threshold(0.5)
    monkeypatch.setattr(FolderStore, "snapshot", None)
    assert not index.refresh()
    index.set_threshold(0.5)


def test_an_index_reads_whole_generations_while_another_process_publishes(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    """What is derived is there as soon as the generation is: nothing is waited for or made anew."""
    index = build(folder)
    seen: list[str] = []
    real = publish_module.sums_of

    def while_publishing(*given: Any) -> object:
        with Index.open(tmp_path / "index", embedder=embedder) as other:
            seen.append(other.identity)
            assert other.verify() == [] and len(other.sources()) == 3
        return real(*given)

    before = index.identity
    (folder / "new.txt").write_text("A juicer squeezes oranges.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish_module, "sums_of", while_publishing)
        index.update()
    assert seen == [before] and index.identity != before and len(index.sources()) == 4


def test_every_generation_has_an_identity_of_its_own(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    """A backup that is restored and indexed again, and a copy, go on under other identities: nothing
    that was kept of the one history is taken for the other's."""
    index = build(folder)
    first = index.identity
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    cache = AnswerCache(tmp_path / "answers.sqlite")

    def answer(text: str, at: Path) -> tuple[str, str]:
        (folder / "kettle.md").write_text(f"# Kettle\n\nThe kettle holds {text} of water.\n")
        with build(folder, at) as changed:
            qa = QA(changed, cache=cache)
            qa.ask("How much water does the kettle hold?")
            said = qa.ask("How much water does the kettle hold?")
            assert said.cached and said.generation == 2 and changed.verify() == []
            return said.text, changed.identity

    one, identity = answer("five litres", tmp_path / "index")
    two, other = answer("nine litres", tmp_path / "copy")
    assert "five" in one and "nine" in two and len({first, identity, other}) == 3
    index.close()
    # Derived files of the other history, under the number of this one's generation.
    for file in (tmp_path / "copy").glob("*-*"):
        target = tmp_path / "index" / file.name
        shutil.copytree(file, target) if file.is_dir() else shutil.copy(file, target)
    with Index.open(tmp_path / "index", embedder=embedder) as index:
        assert "five" in index.search("kettle", 1)[0].text and index.verify() == []


def test_a_second_writer_is_told(folder: Path, build: Build, tmp_path: Path) -> None:
    index = build(folder)
    lock = FileLock(tmp_path / "index/writer.lock")
    with lock:
        with pytest.raises(errors.IndexLocked, match="another process"):
            index.update(folder)
        assert index.status().writing
    index.update(folder)


def test_an_index_built_anew_at_the_same_place_is_seen(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    reader = build(folder)
    shutil.rmtree(tmp_path / "index")
    (folder / "kettle.md").write_text("All new.")
    build(folder).close()
    assert reader.refresh()  # to the first generation of another index
    assert reader.generation == 1 and reader.document_of("kettle.md").text == "All new."
    shutil.rmtree(tmp_path / "index")
    build(folder, chunk_tokens=64).close()
    with pytest.raises(errors.IndexMismatch, match="Open it again"):
        reader.refresh()


def test_a_lock_that_cannot_be_taken_is_nobodys(folder: Path, build: Build, tmp_path: Path) -> None:
    index = build(folder)
    (tmp_path / "index/writer.lock").unlink(missing_ok=True)
    (tmp_path / "index/writer.lock").mkdir()
    assert not index.status().writing
    with pytest.raises(errors.IndexLocked, match="cannot be written"):
        index.remove("kettle.md")


def test_threads_and_processes_ask_while_the_index_is_written() -> None:
    """For some seconds; ``scripts/concurrency_test.py`` does it for minutes."""
    script = ROOT / "scripts/concurrency_test.py"
    arguments = ["--seconds", "4", "--threads", "4", "--processes", "2"]
    done = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 not in their generation's document; no errors" in done.stdout
