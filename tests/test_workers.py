"""Worker processes: they end with their parent, take with them what they started, and hold nothing
that is not theirs."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.codec import to_json
from rag.documents.files import Found
from rag.documents.formats import Format
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.pool import parse_files
from rag.ingestion.protocol import Job, Parsed, Refused

pytestmark = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="waits for processes as Linux lets one"
)
WAIT_S = 60  # for a process to end; it takes milliseconds

LOADER = """
    import os, re, subprocess, sys, time
    from rag.documents.document import Document

    def load(source):
        word, _, fifo = source.data.decode().partition(" ")
        if word == "look":
            files = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
                     if os.path.exists(f"/proc/self/fd/{n}")]
            child = subprocess.run(["cat"], stdout=subprocess.PIPE)
            return Document("|".join([f"stdin {len(child.stdout)}", *files]), "plug")
        if word == "loaded": return Document(" ".join(sys.modules), "plug")
        child = subprocess.Popen(["sleep", "600"])
        with open(fifo, "w") as out:
            print(os.getpid(), child.pid, file=out)
        if word == "crash": os.abort()
        if word == "sleep": time.sleep(600)
        if word == "compute": re.match("(a+)+$", "a" * 80 + "b")  # in C, and lets go of nothing
        return Document("done", "plug")
"""

PARENT = """
    import json, signal, sys
    from rag.codec import from_json
    from rag.documents.files import Found
    from rag.ingestion.pool import parse_files
    from rag.ingestion.protocol import Job

    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup ignores
    job, found = from_json(sys.argv[1], Job), from_json(sys.argv[2], Found)
    for _ in parse_files([found], job, workers=1): pass
"""


@pytest.fixture
def job(embedder: BundledEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    (tmp_path / "plug.py").write_text(textwrap.dedent(LOADER))
    (tmp_path / "parent.py").write_text(textwrap.dedent(PARENT))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    format = Format("plug", 1, (".plug",), "plug:load")
    return Job(embedder.tokenizer_file(), 150, 25, 32, 1, 2048, 600.0, "eng", (format,))


def file(folder: Path, text: str) -> Found:
    path = folder / "a.plug"
    path.write_text(text)
    return Found(path.name, str(path), len(text), 0, Format("plug", 1, (".plug",), "plug:load"))


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """Where a loader says who it is."""
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


def said(fifo: Path) -> list[int]:
    """The worker and its child, as soon as the loader has said who they are."""
    descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    assert ended(descriptor)
    with open(descriptor) as numbers:
        return [os.pidfd_open(int(number)) for number in numbers.readline().split()]


class Running:
    """A program that parses one file, of which the worker and its child are known."""

    def __init__(self, folder: Path, job: Job, text: str, fifo: Path) -> None:
        found = file(folder, f"{text} {fifo}")
        self.parent = subprocess.Popen(
            [sys.executable, str(folder / "parent.py"), to_json(job), to_json(found)]
        )
        self.worker, self.child = said(fifo)

    def close(self) -> None:
        self.parent.kill()
        self.parent.wait()
        for descriptor in (self.worker, self.child):
            os.close(descriptor)


def ended(descriptor: int) -> bool:
    """Whether a process ends (or a pipe has something to read)."""
    return bool(select.select([descriptor], [], [], WAIT_S)[0])


@pytest.fixture
def running(
    request: pytest.FixtureRequest, tmp_path: Path, job: Job, fifo: Path
) -> Iterator[Running]:
    program = Running(tmp_path, job, request.param, fifo)
    yield program
    program.close()


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name
)
@pytest.mark.parametrize("running", ["sleep", "compute"], indirect=True)
def test_workers_end_with_their_parent(running: Running, number: int) -> None:
    running.parent.send_signal(number)
    assert ended(running.worker) and ended(running.child)


@pytest.mark.parametrize("running", ["sleep"], indirect=True)
def test_what_a_worker_started_ends_with_it(running: Running) -> None:
    signal.pidfd_send_signal(running.worker, signal.SIGKILL)
    assert ended(running.child)


class Stopped:
    """A clock that never strikes."""

    def __init__(self, *_: object) -> None:
        self.daemon = False

    def start(self) -> None:
        """It does not."""

    cancel = start


@pytest.mark.parametrize(
    ("word", "limit", "timeout_s", "clock"),
    [
        ("crash", "", 600, threading.Timer),
        ("sleep", "file_timeout_s", 5, threading.Timer),
        ("compute", "file_timeout_s", 1, Stopped),  # by the worker's own limit
    ],
)
def test_what_a_parser_started_ends_with_a_crash_and_with_the_time(
    word: str,
    limit: str,
    timeout_s: float,
    clock: type,
    tmp_path: Path,
    job: Job,
    fifo: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[int] = []

    def listen() -> None:
        worker, child = said(fifo)
        os.close(worker)
        children.append(child)

    listener = threading.Thread(target=listen)
    listener.start()
    monkeypatch.setattr(threading, "Timer", clock)
    job = replace(job, file_timeout_s=timeout_s)
    ((_, result),) = parse_files([file(tmp_path, f"{word} {fifo}")], job, workers=1)
    listener.join()
    assert isinstance(result, Refused) and result.limit == limit
    assert ended(children[0])
    os.close(children[0])


def test_a_worker_holds_its_pipes_and_nothing_else(tmp_path: Path, job: Job) -> None:
    with open(tmp_path / "secret", "w") as secret:
        os.set_inheritable(secret.fileno(), True)
        ((_, result),) = parse_files([file(tmp_path, "look")], job, workers=1)
    assert isinstance(result, Parsed)
    stdin, *files = result.document.text.split("|")
    assert stdin == "stdin 0"  # a program that a parser calls reads none of our requests
    others = [name for name in files if not name.startswith(("pipe:", "/dev/", "/proc/"))]
    assert others == [] and sum(name.startswith("pipe:") for name in files) == 3


def test_a_worker_that_reads_text_loads_nothing_for_pictures(tmp_path: Path, job: Job) -> None:
    ((_, result),) = parse_files([file(tmp_path, "loaded")], job, workers=1)
    assert isinstance(result, Parsed)
    loaded = set(result.document.text.split())
    assert "rag.documents.ocr" in loaded and "numpy" not in loaded
