"""Settings: every knob once, from code, environment or ``rag.toml``, in that order of weight."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

DEFAULT_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an index is built.

    The first group is fixed when an index is created and stored with it; the second is
    how to run, and may differ from one run to the next.

    model: the encoder: the bundled one, or any sentence-transformers name or folder.
    chunk_tokens: the most tokens of its own text that a chunk may have.
    overlap_tokens: what is repeated where a budget forces a split inside a paragraph.
    context_tokens: the most tokens of heading path given to the encoder with a chunk.
    neighbour_share: how much of the vectors of the chunks before and after it in its document is
    added to the vector that a chunk is searched by.

    precision: "auto", "f32", "bf16" or "int8" (bundled encoder only).
    workers: processes that parse files; 0 picks by the machine.
    max_file_mb, file_timeout_s, max_memory_mb: what one file may cost before it is
    reported as failed (its size on disk; seconds of parsing; memory of the parser).
    ocr_language: tesseract's name of the language(s) of scanned pages, e.g. "eng+deu".
    """

    model: str = DEFAULT_MODEL
    chunk_tokens: int = 150
    overlap_tokens: int = 25
    context_tokens: int = 32
    neighbour_share: float = 0.3

    precision: str = "auto"
    workers: int = 0
    max_file_mb: int = 200
    file_timeout_s: float = 300.0
    max_memory_mb: int = 2048
    ocr_language: str = "eng"

    def __post_init__(self) -> None:
        for name, low, high in (
            ("chunk_tokens", 16, 8192),
            ("overlap_tokens", 0, self.chunk_tokens // 2),
            ("context_tokens", 0, 256),
            ("neighbour_share", 0, 1),
            ("workers", 0, 256),
            ("max_file_mb", 1, 1_000_000),
            ("file_timeout_s", 0.1, 86_400),
            ("max_memory_mb", 256, 10_000_000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}; it must be from {low} to {high}.")
        if self.precision not in ("auto", "f32", "bf16", "int8"):
            raise SettingsError(
                f'precision is "{self.precision}"; it must be "auto", "f32", "bf16" or "int8".'
            )

    @classmethod
    def load(
        cls,
        file: str | os.PathLike[str] | None = None,
        environ: Mapping[str, str] | None = None,
        **given: Any,
    ) -> Settings:
        """Settings from ``given``, else ``RAG_<NAME>``, else ``rag.toml``, else the defaults.

        ``file`` names another settings file; without it a ``rag.toml`` in the working
        folder is read if there is one. Keys whose value is None count as not given.

        Raises:
            SettingsError: an unknown key, a value of the wrong type or out of range.
        """
        fields = {f.name: f for f in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        path = Path(file) if file else Path("rag.toml")
        if file and not path.is_file():
            raise SettingsError(f"{path}: there is no such settings file.")
        if path.is_file():
            try:
                values.update(tomllib.loads(path.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(f"{path}: not valid TOML: {error}") from None
        for name in fields:
            if text := (os.environ if environ is None else environ).get(f"RAG_{name.upper()}"):
                values[name] = text
        values.update({k: v for k, v in given.items() if v is not None})
        for name, value in values.items():
            if name not in fields:
                raise SettingsError(
                    f'"{name}" is not a setting. Known: {", ".join(sorted(fields))}.'
                )
            want: type[Any] = type(getattr(cls(), name))
            try:
                values[name] = want(value)
            except (TypeError, ValueError):
                raise SettingsError(f'{name} is "{value}"; it must be a {want.__name__}.') from None
        return cls(**values)

    def worker_count(self) -> int:
        """Parsing is far cheaper than embedding, which uses every core itself."""
        return self.workers or max(1, min(8, (os.cpu_count() or 2) // 2 + 1))
