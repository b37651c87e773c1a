"""The command line as a user runs it: real processes, their output and exit codes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rag import Index
from rag.cli import main
from scripts.docs.reference import commands
from tests.conftest import ROOT, Build
from tests.waiting import until


def rag(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_index_search_status_verify_remove(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "index"
    done = rag("index", folder, "--index", path)
    assert done.returncode == 0, done.stderr
    assert "3 added" in done.stdout
    found = rag("search", "annual leave in the second year", "--index", path, "-k", 1)
    assert "leave.pdf, page 1" in found.stdout
    assert all(len(line) <= 80 for line in found.stdout.splitlines())
    hits = json.loads(
        rag("search", "slots", "--index", path, "--json", "--where", "source=t*").stdout
    )
    assert hits[0]["source"] == "toaster.txt"
    assert "3 (3 distinct)" in rag("status", "--index", path).stdout
    assert json.loads(rag("status", "--index", path, "--json").stdout)["files"] == 3
    assert "sound" in rag("verify", "--index", path).stdout
    assert "toaster.txt" in rag("remove", "toaster.txt", "--index", path).stdout
    assert json.loads(rag("index", folder, "--index", path, "--json").stdout)["added"] == [
        "toaster.txt"
    ]
    assert "vectors forgotten" in rag("compact", "--index", path).stdout


def test_exit_codes(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")
    done = rag("index", folder, "--index", tmp_path / "index")
    assert done.returncode == 3 and "failed: broken.pdf" in done.stdout
    assert rag("index").returncode == 2
    for command in (("search", "x"), ("status",), ("verify",)):
        done = rag(*command, "--index", tmp_path / "nothing")
        assert done.returncode == 1 and "there is no index here" in done.stderr
        assert "Traceback" not in done.stderr
    assert rag("index", tmp_path / "nothing").returncode == 1
    assert rag("search", "x", "--where", "nonsense", "--index", tmp_path / "index").returncode == 2


def staged(index: Path) -> int:
    """How many files a run that is going on has stored so far."""
    try:
        with sqlite3.connect(f"file:{index / 'catalog.sqlite'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM staged").fetchone()[0])
    except sqlite3.Error:
        return 0  # there is no catalog yet, or no table in it


def test_ctrl_c_stops_cleanly(folder: Path, tmp_path: Path) -> None:
    for n in range(20):
        (folder / f"long{n}.txt").write_text(" ".join(f"Sentence {i} of {n}." for i in range(2000)))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs behind ignores it
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "index", str(folder), "--index", str(tmp_path / "index")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:

        def begun() -> bool:
            assert process.poll() is None, process.communicate()
            return staged(tmp_path / "index") > 0

        until(bool, begun)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert "Stopped early" in out
    assert rag("verify", "--index", tmp_path / "index").returncode == 0


def test_the_script_does_the_same(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "scripts/index.py"),
            str(folder),
            "--index",
            str(tmp_path / "index"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "3 added" in done.stdout


def test_help_waits_for_nothing_heavy() -> None:
    code = (
        "import sys; from rag.cli import main; main(['--help'], standalone_mode=False);"
        "print([m for m in ('numpy', 'faiss', 'openvino', 'rag.index') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_index_is_closed_when_its_command_ends(
    build: Build, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder).close()
    opened, closed = [], []
    init, close = Index.__init__, Index.close
    monkeypatch.setattr(
        Index, "__init__", lambda self, *given: opened.append(self) or init(self, *given)
    )
    monkeypatch.setattr(Index, "close", lambda self: closed.append(self) or close(self))
    where = ("--index", str(tmp_path / "index"))
    for arguments in (
        ("index", str(folder), "--quiet"), ("status",), ("verify",), ("ask", "How many slots?"), ("search", "slots"),
        ("chat",), ("show", "kettle.md"), ("gold", "propose", "-n", "1"), ("remove", "nothing"), ("compact",),
    ):  # fmt: skip
        CliRunner().invoke(main, [*arguments, *where], input="/quit\n")
        assert opened and opened == closed, arguments
        opened.clear(), closed.clear()


def test_every_command_and_option_explains_itself() -> None:
    for names, command in commands():
        assert command.help and command.help.rstrip()[-1] in ".:", names
        for option in command.params:
            if isinstance(option, click.Option):
                told = option.help or ""
                assert told.endswith(".") and told[0].isupper(), (*names, option.name)


def test_help_fits_a_terminal() -> None:
    for names, _ in commands():
        shown = CliRunner().invoke(main, [*names, "--help"], terminal_width=80).output
        assert all(len(line) <= 80 for line in shown.splitlines()), names
