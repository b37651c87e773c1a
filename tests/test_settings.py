"""Settings: where they come from, which outweighs which, and what is refused with which words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


def test_settings_come_from_code_environment_and_file(tmp_path: Path) -> None:
    file = tmp_path / "rag.toml"
    file.write_text("chunk_tokens = 120\nworkers = 3\n")
    settings = Settings.load(file, {"RAG_WORKERS": "4"}, chunk_tokens=150, model=None)
    assert (settings.chunk_tokens, settings.workers) == (150, 4)
    assert settings.model == Settings().model


def test_the_file_in_the_working_folder_is_read_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = {"XDG_CONFIG_HOME": str(tmp_path / "none")}
    assert Settings.load(environ=nothing) == Settings()
    (tmp_path / "rag.toml").write_text("chunk_tokens = 70\n")
    assert Settings.load(environ=nothing) == Settings(chunk_tokens=70)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chunk_tokns = 1", "not a setting. Known: chunk_tokens, context_tokens"),
        ("chunk_tokens = 1", "must be from 16 to 8192"),
        (
            "chunk_tokens = 100\noverlap_tokens = 51",
            "overlap_tokens is 51; it must be from 0 to 50",
        ),
        ("chunk_tokens =", "not valid TOML"),
        ("workers = 'x'", "must be a whole number"),
        ("workers = 2.5", "must be a whole number"),
        ("workers = true", "must be a whole number"),
        ("workers = inf", "must be a whole number"),
        ("neighbour_share = nan", "must be a number"),
        ("precision = 'f64'", 'must be "auto", "f32", "bf16" or "int8"'),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rag.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says):
        Settings.load(file, {})


def test_a_file_that_is_named_must_be_readable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such settings file"):
        Settings.load(tmp_path / "none.toml")
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be read: Not a directory"):
        Settings.load(tmp_path / "file" / "rag.toml")


def test_every_setting_says_what_it_is_and_holds_its_own_bounds() -> None:
    for setting in dataclasses.fields(Settings):
        assert setting.metadata["about"]
        for bound in setting.metadata.get("range", ()):
            rest = {"chunk_tokens": 8192} if setting.name == "overlap_tokens" else {}
            low = {"overlap_tokens": 0} if setting.name == "chunk_tokens" else {}
            value = getattr(Settings(**{**rest, **low, setting.name: bound}), setting.name)
            assert value == bound
