"""What the folder that one works in may not choose: code, models, limits, prompts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.answering.prompts import load_prompt
from rag.documents import formats
from rag.embedding.embedder import Embedder
from rag.errors import ModelError, SettingsError
from rag.index import Index
from rag.settings import Settings
from tests.conftest import ROOT, Build


@pytest.mark.parametrize(
    "line",
    [
        'model = "strangers/model"',
        'ocr_language = "../x"',
        "workers = 256",
        "max_file_mb = 1000000",
        "max_memory_mb = 10000000",
        "file_timeout_s = 86400",
        'precision = "f32"',
    ],
)
def test_the_working_folder_chooses_no_model_and_no_limit(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rag.toml").write_text(f"chunk_tokens = 120\n{line}\n")
    config = tmp_path / "config"
    environ = {"XDG_CONFIG_HOME": str(config)}
    name = line.split()[0]
    with pytest.raises(SettingsError, match=f"may not set {name}.*config.rag.rag.toml, or name"):
        Settings.load(environ=environ)
    settings = Settings.load("rag.toml", environ)
    assert getattr(settings, name) != getattr(Settings(), name) and settings.chunk_tokens == 120
    (config / "rag").mkdir(parents=True)
    (tmp_path / "rag.toml").rename(config / "rag/rag.toml")
    (tmp_path / "rag.toml").write_text("chunk_tokens = 90\n")
    merged = Settings.load(environ=environ)
    assert getattr(merged, name) == getattr(settings, name) and merged.chunk_tokens == 90


@pytest.fixture
def strangers(build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An index that names an encoder of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return build(folder, model="strangers/model").path


def test_an_index_chooses_no_encoder(
    strangers: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("rag.index.load_embedder", lambda model, **_: loaded.append(model))
    index = Index.open(strangers)
    assert index.status().model == "strangers/model" and index.verify() == []
    assert index.search("kettle", 1, mode="lexical")
    (folder / "new.txt").write_text("New.")
    for call in (
        lambda: index.search("kettle"),
        index.update,
        lambda: Index.build(folder, strangers),
    ):
        with pytest.raises(ModelError, match=r'encoder "strangers/model".*RAG_MODEL'):
            call()
    assert index.remove("toaster.txt") == ("toaster.txt",) and loaded == []


def test_the_user_chooses_the_encoder_of_an_index(
    strangers: Path,
    folder: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    loaded: list[str] = []

    def load(model: str, **_: object) -> Embedder:
        loaded.append(model)
        return embedder

    monkeypatch.setattr("rag.index.load_embedder", load)
    (folder / "new.txt").write_text("New.")
    Index.build(folder, strangers, model="my/model").close()  # rag index --model my/model
    assert loaded == ["my/model"]  # and that its weights are the index's own is checked
    (tmp_path / "config/rag").mkdir(parents=True)
    (tmp_path / "config/rag/rag.toml").write_text('model = "my/other"')
    assert Index.open(strangers).search("kettle")
    monkeypatch.setenv("RAG_MODEL", "my/third")
    assert Index.open(strangers).search("kettle")
    Index.build(folder, strangers).close()
    assert loaded == ["my/model", "my/other", "my/third", "my/third"]


def test_a_relative_folder_of_prompts_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_PROMPTS", "prompts")
    with pytest.raises(SettingsError, match="a whole path"):
        load_prompt("answer")


def test_a_package_that_is_not_installed_adds_no_loader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "evil-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[rag.loaders]\nevil = evil:load\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    formats._plugins.cache_clear()
    assert formats.format_for("a.evil").name == "content"  # type: ignore[union-attr]


def test_the_command_runs_no_module_of_the_working_folder(tmp_path: Path) -> None:
    for module in ("click", "msgspec", "numpy", "yaml"):
        (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\nraise SystemExit(9)\n")
    done = subprocess.run(
        [sys.executable, "-m", "rag.cli", "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
