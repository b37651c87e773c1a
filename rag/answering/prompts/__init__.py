"""The prompt library: versioned files, which a folder of the user's may override."""

from __future__ import annotations

import hashlib
import os
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError

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
    for place in _folders(folder):
        if (place / f"{name}.toml").is_file():
            return _read(place / f"{name}.toml")
    known = ", ".join(sorted({p.name for p in prompts(folder)}))
    raise SettingsError(f'There is no prompt "{name}". Known: {known}.')


def prompts(folder: str | Path | None = None) -> Iterator[Prompt]:
    """All prompts that :func:`load_prompt` would find."""
    seen = set()
    for place in _folders(folder):
        for path in sorted(place.glob("*.toml")):
            if path.stem not in seen:
                seen.add(path.stem)
                yield _read(path)


def _folders(folder: str | Path | None) -> list[Path]:
    own = folder or os.environ.get("RAG_PROMPTS")
    if own and not folder and not os.path.isabs(own):
        # Which folder that is would depend on where one works, and it may be a stranger's.
        raise SettingsError(f'RAG_PROMPTS is "{own}"; it must be a whole path, from the root.')
    return [Path(own), FOLDER] if own else [FOLDER]


def _read(path: Path) -> Prompt:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        prompt = Prompt(
            name=found["name"],
            version=int(found["version"]),
            variables=tuple(found["variables"]),
            system=found["system"].strip(),
            user=found["user"].strip(),
            path=path,
        )
        used = {field for _, field, _, _ in string.Formatter().parse(prompt.user) if field}
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path}: not a prompt: {error}. It needs name, version, variables, system and user."
        ) from None
    if used != set(prompt.variables):
        raise SettingsError(
            f"{path}: its text uses {sorted(used)} but its variables are "
            f"{sorted(prompt.variables)}. Make them the same."
        )
    return prompt
