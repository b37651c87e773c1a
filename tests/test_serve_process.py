"""``rag serve`` as a process: how it starts, what it says when it cannot, how it ends, what it logs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rag import Index
from rag.errors import SettingsError
from rag.serve.audit import files_of, folder_of, lines_of
from rag.serve.listening import listen
from tests.conftest import ROOT
from tests.serving import write_folder
from tests.waiting import PATIENCE_S, until

QUESTION = "How many days of paid holiday are there?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


def rag_serve(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "serve", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves, and its address."""
    process = rag_serve("--port", "0", *arguments)
    try:
        assert process.stdout
        first = process.stdout.readline()
        address = re.search(r"http://\S+", first)
        assert address, first + process.communicate()[1]
        yield process, address[0]
    finally:
        process.kill()
        process.communicate()


def test_told_to_stop_it_answers_first(index: Path, tmp_path: Path) -> None:
    arguments = ("--index", f"demo={index}", "--workers", "1", "--state", str(tmp_path / "state"))
    with running(*arguments) as (process, address):
        got: list[httpx.Response] = []

        def ask(n: int) -> None:
            asked = {"question": f"{QUESTION} ({n})"}
            got.append(httpx.post(f"{address}/api/ask", json=asked, timeout=PATIENCE_S))

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        until(
            lambda count: count >= 5, lambda: waiting(address) + len(got)
        )  # one is with the worker
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        # Not communicate(): it would lose what readline() has taken from the pipe with the first line.
        assert process.stderr and process.stdout
        log, said = process.stderr.read(), process.stdout.read()
        assert process.wait(timeout=60) == 0, log
        assert [one.status_code for one in got] == [200] * 6
        assert {one.json()["question"] for one in got} == {f"{QUESTION} ({n})" for n in range(6)}
        assert "demo" in said and str(tmp_path / "state") in said

        # All of it is in the audit, and nothing that was asked is in the log.
        lines = list(lines_of(tmp_path / "state"))
        assert [line.outcome for line in lines] == ["answered"] * 6
        assert {line.request for line in lines} == {one.headers["x-request-id"] for one in got}
        (file,) = files_of(folder_of(tmp_path / "state"))
        assert file.stat().st_mode & 0o777 == 0o600
        assert "holiday" not in log and "30 days" not in log and str(index) not in log
        requests = [json.loads(line) for line in log.splitlines()]
        answered = {one["request"] for one in requests if one.get("route") == "/api/ask"}
        assert answered == {line.request for line in lines}


def waiting(address: str) -> int:
    text = httpx.get(f"{address}/metrics", timeout=PATIENCE_S).text
    found = re.search(r"^rag_queue_length (\d+)", text, re.MULTILINE)
    assert found, text
    return int(found[1])


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine"),
        ("no.invalid", "no.invalid is not an address"),
    ],
)
def test_where_it_cannot_listen_is_said(host: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        listen(host, 0)


def test_what_hinders_it_is_said_in_a_line(index: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments, said in (
            (("--index", str(index), "--port", str(port)), f"Port {port} of 127.0.0.1 is taken"),
            (("--index", str(tmp_path / "none"), "--port", "0"), "no index"),
        ):
            process = rag_serve(*arguments, "--state", str(tmp_path / "state"))
            out, error = process.communicate(timeout=60)
            assert process.returncode == 1
            assert said in error and out == ""
            assert len(error.splitlines()) == 1, error
