"""Indexing on a Ray cluster: several nodes' processes on this machine, one of which is killed."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from click.testing import CliRunner, Result

from rag.cli import main
from rag.documents import formats
from rag.embedding.embedder import BundledEmbedder
from rag.errors import ClusterError, ExtraMissing, ModelError
from rag.index import Index
from rag.ingestion import cluster, staging
from rag.ingestion.report import UpdateReport
from rag.store.verify import contents
from tests.conftest import age, report_of

pytest.importorskip("ray")

LOADER = """
    import os, pathlib
    from rag.documents.document import Document

    def load(source):
        words = source.data.decode()
        if words == "crash": os.abort()
        return Document(words, "plug")
"""
FILES = 60
TRIES = 3
LATE = "timed out during startup"  # what Ray says of a node that it could not start

_Started = TypeVar("_Started")


def started(start: Callable[[], _Started]) -> _Started:
    """What ``start`` starts, tried again where Ray was too slow: it gives the Python processes beside a node fifteen seconds, and
    ends the node where they take longer, as they do at times on a machine that has more to do."""
    for left in reversed(range(TRIES)):
        before = {*psutil.Process().children(recursive=True)}
        try:
            return start()
        except Exception as error:
            if not left or LATE not in str(error):
                raise
            for process in {*psutil.Process().children(recursive=True)} - before:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
    raise AssertionError


class Nodes:
    """A cluster of two nodes with a core each; on the first runs what keeps it together."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        quick = {"health_check_period_ms": 1000, "health_check_failure_threshold": 5}
        node: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80_000_000}
        head = {**node, "include_dashboard": False, "_system_config": quick}
        self.cluster = started(lambda: Cluster(initialize_head=True, head_node_args=head))
        self.second = started(lambda: self.cluster.add_node(**node))
        self.address = self.cluster.address

    def kill(self) -> None:
        """End the second node at once, with all that runs on it."""
        if self.second:
            for process in self.second.all_processes["raylet"]:  # else they go on for a moment
                for child in psutil.Process(process.process.pid).children(recursive=True):
                    child.kill()
            self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = None


@pytest.fixture(scope="module")
def plug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A format whose loader lies where the cluster's processes import from."""
    home = tmp_path_factory.mktemp("plug")
    (home / "plug.py").write_text(textwrap.dedent(LOADER))
    root = Path(__file__).parent.parent
    scratch = tempfile.mkdtemp(prefix="rag-")  # a short path, for sockets
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cluster.QUIET.items():
            patch.setenv(name, value)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(root), str(home)]))
        patch.setenv("RAY_TMPDIR", scratch)
        patch.setenv("RAY_raylet_start_wait_time_s", "60")  # where much else runs
        patch.syspath_prepend(str(home))
        patch.setattr(formats, "_FORMATS", list(formats._FORMATS))
        formats.register(formats.Format("plug", 1, (".plug",), "plug:load"))
        yield
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="module")
def nodes(plug: None) -> Iterator[Nodes]:
    made = Nodes()
    yield made
    made.cluster.shutdown()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few texts in a batch, so that small files make many."""
    monkeypatch.setattr(staging, "WINDOW", 4)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Files each of which says something that others say too; one that cannot be read, and one that ends its reader."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for n in range(FILES):
        (folder / f"{n:02}.md").write_text(
            f"# Shelf {n}\n\nThe box {n} is green.\n\n# House\n\nThe house has {n % 3} doors.\n"
        )
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 of nothing")
    (folder / "crash.plug").write_text("crash")
    age(folder)
    return folder


def held(index: Index) -> dict[str, Any]:
    with index.snapshot() as snapshot:
        return contents(snapshot.catalog)


def seen(path: Path, folder: Path) -> tuple[UpdateReport, dict[str, Any]]:
    """What this machine by itself makes of a folder."""
    with Index.build(folder, path, workers=1) as index:
        return report_of(index), held(index)


def test_a_node_that_is_killed_costs_nothing_and_nothing_is_embedded_twice(
    nodes: Nodes, few: None, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, there = seen(tmp_path / "plain", shelf)
    asked: list[str] = []
    killed: list[Any] = []
    real_lose = cluster.ClusterCrew._lose
    real_encode = cluster.ClusterCrew.encode

    def encode(own: Any, texts: list[str]) -> Any:
        asked.extend(texts)
        while nodes.second and not all(worker.ready for worker in own._workers):
            own.go_on(wait=True)
        vectors = real_encode(own, texts)
        if len({worker.actor for worker, _ in own._calls.values()}) == 2:
            nodes.kill()  # while each node has something that it was given
        return vectors

    def lose(own: Any, worker: Any, call: Any, error: Exception) -> None:
        killed.append(call.method)
        real_lose(own, worker, call, error)

    monkeypatch.setattr(cluster.ClusterCrew, "encode", encode)
    monkeypatch.setattr(cluster.ClusterCrew, "_lose", lose)

    index = Index.build(shelf, tmp_path / "index", ray=nodes.address)
    report = report_of(index)
    assert killed and nodes.second is None
    assert held(index) == there and index.verify() == []
    assert (report.added, report.failed) == (expected.added, expected.failed)
    assert [note.path for note in report.failed] == ["bad.pdf", "crash.plug"]
    assert report.embedded == expected.embedded == len(asked) == len(set(asked))


def test_what_a_run_has_left_is_not_done_again(
    nodes: Nodes, few: None, shelf: Path, tmp_path: Path
) -> None:
    written, real = itertools.count(1), staging.Staging._flush

    def flush(own: Any, window: Any) -> None:
        real(own, window)
        if next(written) == 2:  # of some ten
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging.Staging, "_flush", flush)
        stopped = report_of(Index.build(shelf, tmp_path / "index", ray=nodes.address))
    assert stopped.interrupted and 0 < len(stopped.added) < FILES
    index = Index.build(shelf, tmp_path / "index", ray=nodes.address)
    expected, there = seen(tmp_path / "plain", shelf)
    assert held(index) == there
    assert stopped.embedded + report_of(index).embedded == expected.embedded


def test_files_that_wait_to_be_embedded_are_bounded_by_their_bytes(
    nodes: Nodes, few: None, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, largest, real = 0, 0, cluster.ClusterCrew.encode

    def encode(own: Any, texts: list[str]) -> Any:
        nonlocal most, largest
        while any(call.method == cluster.PARSE for _, call in own._calls.values()):
            own.go_on(wait=True)  # embedding may take for ever
        sizes = [len(call.answer) for call in own._parsed]
        most, largest = max(most, sum(sizes)), max(largest, *sizes, 0)
        return real(own, texts)

    for name in ("bad.pdf", "crash.plug"):
        (shelf / name).unlink()
    monkeypatch.setattr(cluster.ClusterCrew, "encode", encode)
    monkeypatch.setattr(cluster, "PARSED_AHEAD", 3000)
    index = Index.build(shelf, tmp_path / "index", ray=nodes.address, workers=1)
    assert len(report_of(index).added) == FILES
    in_flight = cluster.AT_ONCE[cluster.PARSE] + cluster.QUEUED
    assert 3000 <= most < 3000 + in_flight * largest < FILES * largest / 2


def test_a_file_over_which_workers_are_lost_is_a_line(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelf: Path
) -> None:
    real = cluster.ClusterCrew._give_out

    def give_out(own: Any) -> None:
        real(own)
        for worker, call in own._calls.values():
            if call.about and call.about.name == "00.md":
                own._ray.kill(worker.actor)

    monkeypatch.setattr(cluster.ClusterCrew, "_give_out", give_out)
    monkeypatch.setattr(cluster, "MOST_LOST", 1)
    for path in sorted(shelf.iterdir())[1:]:
        path.unlink()
    index = Index.build(shelf, tmp_path / "index", ray=nodes.address)
    assert [(note.path, note.reason) for note in report_of(index).failed] == [
        ("00.md", "it was given up: over it, workers of the cluster were lost: 1")
    ]


def test_a_cluster_of_this_machine_on_the_command_line(
    plug: None,
    shelf: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for path in sorted(shelf.iterdir())[2:]:
        path.unlink()
    (shelf / "rag.py").write_text("raise SystemExit('imported from the folder that is indexed')")
    monkeypatch.chdir(shelf)

    def index() -> Result:
        at = ["index", ".", "--index", str(tmp_path / "index"), "--ray", "local", "--workers", "1"]
        run = CliRunner().invoke(main, at)
        if LATE in run.output:
            capfd.readouterr()
            raise TimeoutError(run.output)
        return run

    run = started(index)
    assert run.exit_code == 0, run.output
    assert "3 added" in run.output and "ray" not in run.output.lower()
    assert "ray" not in "".join(capfd.readouterr()).lower()


def test_what_is_missing_is_said(
    plug: None, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ClusterError, match="there is no cluster that can be joined"):
        Index.build(shelf, tmp_path / "index", ray="127.0.0.1:9")

    class Own(BundledEmbedder):
        name = ""

        def __init__(self) -> None:
            super().__init__()
            self.name = ""

    with pytest.raises(ModelError, match="by its name"):
        Index.build(shelf, tmp_path / "index", embedder=Own(), ray="local")
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"rag-folder\[ray\]"):
        Index.build(shelf, tmp_path / "index", ray="local")
