"""Settings: every knob once, from code, environment or ``rag.toml``, in that order of weight.

What a setting is, its unit and the values that it may have stand beside its default, in the
metadata of its field; the checks here and the table in the documentation are made from that.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""The encoder that comes with the package."""

DEFAULT_FILE = "rag.toml"
"""The settings file that is read if the working folder has one, and the name of the user's own."""

MAX_FILE = 1_000_000
"""Bytes that a settings file, or a prompt's, may have."""

FOLDER_MAY = ("chunk_tokens", "overlap_tokens", "context_tokens", "neighbour_share")
"""What the file in the working folder may set. The folder may be a stranger's: what is loaded by name,
and limits that protect, are the user's to choose."""


def _text(default: str, about: str, one_of: tuple[str, ...] = (), form: str = "") -> Any:
    return field(default=default, metadata={"about": about, "one_of": one_of, "form": form})


def _number(default: float, about: str, low: float, high: float) -> Any:
    return field(default=default, metadata={"about": about, "range": (low, high)})


@dataclass(frozen=True, slots=True)
class Settings:
    """How an index is built.

    The first group is fixed when an index is created and stored with it; the second is
    how to run, and may differ from one run to the next. What each field is, is in its metadata:

    >>> from dataclasses import fields
    >>> workers = next(field for field in fields(Settings) if field.name == "workers")
    >>> workers.metadata["about"], workers.metadata["range"]
    ('processes that parse files; 0 picks by the machine', (0, 256))
    """

    model: str = _text(
        DEFAULT_MODEL,
        "the encoder: the bundled one, or any sentence-transformers name or folder",
    )
    chunk_tokens: int = _number(
        150, "the most tokens of its own text that a chunk may have", low=16, high=8192
    )
    overlap_tokens: int = _number(
        25,
        "tokens that are repeated where a budget forces a split inside a paragraph; at most half "
        "of `chunk_tokens`",
        low=0,
        high=4096,
    )
    context_tokens: int = _number(
        32,
        "the most tokens of heading path given to the encoder with a chunk",
        low=0,
        high=256,
    )
    neighbour_share: float = _number(
        0.3,
        "how much of the vectors of the chunks before and after it in its document is added to "
        "the vector that a chunk is searched by, as a share of its own",
        low=0,
        high=1,
    )
    redact: str = _text(
        "none",
        "what is replaced by labels before anything is kept: secrets (keys, passwords), personal data "
        "(e-mail addresses, telephone numbers, accounts, addresses and so on), or both",
        one_of=("none", "secrets", "personal", "all"),
    )
    redact_countries: str = _text(
        "all",
        "whose telephone numbers as they are written at home, numbers of identity and postal addresses are "
        "redacted: ISO codes with commas between them (`DE,AT,CH`), or `all` that are known",
        form=r"all|[A-Z]{2}(,[A-Z]{2})*",
    )

    precision: str = _text(
        "auto",
        "the numbers that the bundled encoder computes with; `auto` picks by the processor",
        one_of=("auto", "f32", "bf16", "int8"),
    )
    workers: int = _number(0, "processes that parse files; 0 picks by the machine", low=0, high=256)
    max_file_mb: int = _number(
        200,
        "the largest file that is read, in megabytes; a larger one is reported as failed",
        low=1,
        high=1_000_000,
    )
    file_timeout_s: float = _number(
        300.0,
        "the seconds that reading one file, or the next part of a long one, may take before it is reported as failed",
        low=0.1,
        high=86_400,
    )
    max_memory_mb: int = _number(
        2048,
        "the memory that a process which reads files may take, in megabytes; a file that needs "
        "more is reported as failed",
        low=256,
        high=10_000_000,
    )
    ocr_language: str = _text(
        "eng",
        "the language(s) of scanned pages and pictures, as tesseract names them (`rus`, `eng+ell`): "
        "letters that are not Latin, Chinese or Japanese are read by it",
    )

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if bounds := setting.metadata.get("range"):
                _check_range(setting.name, value, *bounds)
            elif not value.strip():
                raise SettingsError(f"{setting.name} is empty; leave it out, or name one.")
            one_of = setting.metadata.get("one_of")
            if one_of and value not in one_of:
                raise SettingsError(f'{setting.name} is "{value}"; it must be {_either(one_of)}.')
            form = setting.metadata.get("form")
            if form and not re.fullmatch(form, value):
                raise SettingsError(
                    f'{setting.name} is "{value}"; it must be {setting.metadata["about"]}.'
                )
        _check_range("overlap_tokens", self.overlap_tokens, 0, self.chunk_tokens // 2)

    @classmethod
    def load(
        cls,
        file: str | os.PathLike[str] | None = None,
        environ: Mapping[str, str] | None = None,
        **given: Any,
    ) -> Settings:
        """Settings from ``given``, else ``RAG_<NAME>``, else ``rag.toml``, else the defaults.

        ``file`` names a settings file. Without it there are two, and either may be missing: the
        user's own (:func:`user_file`), and the ``rag.toml`` of the working folder, which outweighs
        it and may set no more than ``FOLDER_MAY``. Keys whose value is None count as not given.

        Raises:
            SettingsError: a file that cannot be read, an unknown key or one that the working
                folder may not set, a value of the wrong type or out of range.
        """
        environ = os.environ if environ is None else environ
        files = _from_file(Path(file), required=True) if file else _from_both_files(environ)
        values = {
            **files,
            **_from_environment(environ),
            **{name: value for name, value in given.items() if value is not None},
        }
        return cls(**{name: _converted(name, value) for name, value in values.items()})

    def countries(self) -> tuple[str, ...]:
        """``redact_countries`` one by one; none means all."""
        return () if self.redact_countries == "all" else tuple(self.redact_countries.split(","))

    def worker_count(self) -> int:
        """``workers``, or what suits this machine: parsing is far cheaper than embedding, which
        uses every core itself."""
        return self.workers or max(1, min(8, (os.cpu_count() or 2) // 2 + 1))


_DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Settings)}


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} is {value}; it must be from {low} to {high}.")


def _either(values: Iterable[str]) -> str:
    *most, last = (f'"{value}"' for value in values)
    return f"{', '.join(most)} or {last}"


def user_file(environ: Mapping[str, str]) -> Path | None:
    """The user's own settings file: ``rag/rag.toml`` in ``XDG_CONFIG_HOME``, else in ``~/.config``.
    None where there is no home. A relative path would be the working folder's, and does not count."""
    given = environ.get("XDG_CONFIG_HOME", "")
    try:
        base = Path(given) if os.path.isabs(given) else Path.home() / ".config"
    except RuntimeError:
        return None
    return base / "rag" / DEFAULT_FILE


def _from_both_files(environ: Mapping[str, str]) -> dict[str, Any]:
    own = user_file(environ)
    found = _from_file(Path(DEFAULT_FILE), required=False)
    for name in found:
        if name in _DEFAULTS and name not in FOLDER_MAY:
            place = f"put it into {own}, or " if own else ""
            raise SettingsError(
                f"{DEFAULT_FILE} in the working folder may not set {name}, as the folder may be a "
                f"stranger's: {place}name the file with --settings {DEFAULT_FILE}, or set "
                f"RAG_{name.upper()}."
            )
    return {**(_from_file(own, required=False) if own else {}), **found}


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return read_toml(path)
    except (FileNotFoundError, IsADirectoryError):
        if not required:
            return {}
        raise SettingsError(f"{path}: there is no such settings file.") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}.") from None


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds. It may be anything's: no more than MAX_FILE bytes of it are read, and
    nothing of a device or pipe, which may have no end.

    Raises:
        SettingsError: it is no regular file, too large, or not valid TOML.
        OSError: it cannot be read.
    """
    if not stat.S_ISREG((status := path.stat()).st_mode) and not path.is_dir():
        raise SettingsError(f"{path}: not a regular file.")
    if status.st_size > MAX_FILE:
        raise SettingsError(f"{path}: larger than {MAX_FILE:,} bytes.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise SettingsError(f"{path}: not valid TOML: it is nested too deeply.") from None
    except ValueError as error:  # also of numbers with too many digits, and of what is not UTF-8
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {name: f"RAG_{name.upper()}" for name in _DEFAULTS}
    return {name: text for name, variable in names.items() if (text := environ.get(variable))}


def _converted(name: str, value: Any) -> Any:
    """``value`` as the type of the setting's default; no number is rounded on the way."""
    if name not in _DEFAULTS:
        raise SettingsError(f'"{name}" is not a setting. Known: {", ".join(sorted(_DEFAULTS))}.')
    want = type(_DEFAULTS[name])
    try:
        converted = want(value)
        fits = want is str or not (isinstance(value, bool) or converted != float(value))
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        kind = {str: "a text", int: "a whole number", float: "a number"}[want]
        raise SettingsError(f'{name} is "{value}"; it must be {kind}.')
    return converted
