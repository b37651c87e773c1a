"""Every command works on an index on a server, by RAG_INDEX, and none shows its password."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from rag.cli import main
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.serve.config import load_config
from rag.store.addresses import store_at

GOLD = {
    "id": "1", "question": "How many litres of water does the kettle hold?", "answers": ["1.7"],
    "evidence": [{"source": "kettle.md", "quote": "1.7 litres of water"}],
}  # fmt: skip


@pytest.fixture
def address(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"{database}?index=house"
    monkeypatch.setenv("RAG_INDEX", address)
    return address


def test_every_command_takes_an_address(
    address: str, folder: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    password = urlsplit(address).password
    assert password
    shown = store_at(address).address
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(GOLD) + "\n")

    def run(*arguments: object, code: int = 0, given: str | None = None) -> Result:
        done = CliRunner().invoke(main, [str(one) for one in arguments], input=given)
        assert done.exit_code == code, (arguments, done.output, done.exception)
        assert password not in done.output, arguments
        return done

    assert "no index" in run("status", code=1).output.lower()
    assert f"{shown}: 3 files" in run("index", folder, "--quiet").output
    assert json.loads(run("index", folder, "--json").output)["unchanged"] == 3
    assert shown in run("status").output and "kettle.md" in run("status", "--files").output
    assert json.loads(run("status", "--json").output)["path"] == shown
    assert "1.7" in run("ask", "How many litres of water does the kettle hold?").output
    assert "kettle.md" in run("search", "litres of water", "--where", "source=*.md").output
    assert "1.7 litres" in run("show", "kettle.md").output
    assert "Did you mean kettle.md" in run("show", "kettle.mx", code=1).output
    assert (
        "1.7" in run("chat", given="How many litres of water does the kettle hold?\n/quit\n").output
    )
    run("evaluate", gold, "--out", report := tmp_path / "report")
    files = [one for one in report.rglob("*") if one.is_file()]
    assert files and not [one for one in files if password.encode() in one.read_bytes()]
    run("gold", "check", gold)
    run("calibrate", gold, code=1)  # of one question there is nothing to choose
    assert f"{shown}: sound" in run("verify").output
    run("copy", address, tmp_path / "copy")
    assert "4 slots" not in run("forget", "toaster.txt").output
    assert "kettle.md" in run("remove", "kettle.md").output
    assert shown in run("remove", "kettle.md", code=1).output
    assert "forgotten" in run("compact").output
    with Index.open(tmp_path / "copy", embedder=embedder) as copy:
        assert copy.sources() == ("kettle.md", "leave.pdf", "toaster.txt")
    (served,) = load_config(None, index=(address,)).index.values()
    assert served.path == address
