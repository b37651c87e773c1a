"""The prompt library: versioned files, which a folder of the user's may override."""

from __future__ import annotations

import hashlib
import os
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.codec import from_builtins
from rag.errors import SettingsError
from rag.settings import read_toml

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt for a chat model. ``key`` names it in an answer: ``answer@1:3f2a...``."""

    name: str
    version: int
    variables: tuple[str, ...]
    system: str
    user: str
    path: Path

    @property
    def key(self) -> str:
        """Name, version and the beginning of a SHA-256 of the text: what was asked, exactly."""
        digest = hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()
        return f"{self.name}@{self.version}:{digest[:12]}"

    def messages(self, **values: str) -> list[tuple[str, str]]:
        """(role, text) pairs. Values are put in as they are: braces in them mean nothing."""
        return [("system", self.system), ("user", self.user.format_map(values))]


def load_prompt(name: str, folder: str | Path | None = None) -> Prompt:
    """The prompt of that name: from ``folder`` (else ``RAG_PROMPTS``), else the bundled one.

    Raises:
        SettingsError: there is none, or its file is not a prompt.
    """
    files = _files(folder)
    if name not in files:
        raise SettingsError(f'There is no prompt "{name}". Known: {", ".join(sorted(files))}.')
    return _read(files[name])


def prompts(folder: str | Path | None = None) -> Iterator[Prompt]:
    """All prompts that :func:`load_prompt` would find."""
    yield from map(_read, _files(folder).values())


def _files(folder: str | Path | None) -> dict[str, Path]:
    """Files of prompts by name; none that a name given could lead out of the folders."""
    files: dict[str, Path] = {}
    for place in _folders(folder):
        for path in sorted(place.glob("*.toml")):
            files.setdefault(path.stem, path)
    return files


def _folders(folder: str | Path | None) -> list[Path]:
    own = folder or os.environ.get("RAG_PROMPTS")
    if own and not folder and not os.path.isabs(own):
        # Which folder that is would depend on where one works, and it may be a stranger's.
        raise SettingsError(f'RAG_PROMPTS is "{own}"; it must be a whole path, from the root.')
    if own and not os.path.isdir(own):
        raise SettingsError(f"{own}: there is no such folder of prompts (RAG_PROMPTS).")
    return [Path(own), FOLDER] if own else [FOLDER]


@dataclass(frozen=True, slots=True)
class _File:
    """A prompt's file."""

    name: str
    version: int
    variables: tuple[str, ...]
    system: str
    user: str


def _read(path: Path) -> Prompt:
    try:
        found = from_builtins(read_toml(path), _File)
        parts = list(string.Formatter().parse(found.user))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path}: not a prompt: {error}. It needs name, version, variables, system and user."
        ) from None
    # "{question}" stands for it; "{question!r:>9}" is more than that, and is not taken.
    used = {
        f"{name}!{sign}:{spec}" if spec or sign else name
        for _, name, spec, sign in parts
        if name is not None
    }
    if used != set(found.variables):
        raise SettingsError(
            f"{path}: its text uses {sorted(used)} but its variables are "
            f"{sorted(found.variables)}. Make them the same."
        )
    return Prompt(
        found.name, found.version, found.variables, found.system.strip(), found.user.strip(), path
    )
