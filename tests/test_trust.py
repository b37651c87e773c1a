"""What the folder that one works in may not choose: code, models, limits, prompts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.answering.prompts import load_prompt
from rag.documents import formats
from rag.errors import SettingsError
from rag.settings import Settings
from tests.conftest import ROOT


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
    assert formats.format_for("a.evil") is None


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
