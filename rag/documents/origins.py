"""Where the files of an index come from: a folder of this machine, or one on a network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from rag.documents.addresses import is_address
from rag.documents.files import FileNote, Found, Listed, walk
from rag.documents.listing import RemoteFolder


class Origin(Protocol):
    """A folder, or one file of it."""

    @property
    def address(self) -> str:
        """The folder, as an index remembers it."""
        ...

    @property
    def alone(self) -> str | None:
        """The name of the one file that is meant; None for the whole folder."""
        ...

    def walk(self, listed: Listed) -> tuple[list[Found], list[FileNote], list[FileNote]]:
        """The files to index, those left out on purpose, and those that cannot be read. ``listed`` is told how many
        files were found by now.

        Raises:
            FolderError: it cannot be listed.
        """
        ...

    def size(self, name: str) -> int:
        """The bytes of a file; 0 where that cannot be said."""
        ...


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of this machine, or one file there."""

    path: Path

    @property
    def address(self) -> str:
        """The folder's real path, as text."""
        folder = self.path.parent if self.alone else self.path
        return os.fsencode(os.path.realpath(folder)).decode("utf-8", "backslashreplace")

    @property
    def alone(self) -> str | None:
        """The name of the one file."""
        return self.path.name if self.path.is_file() else None

    def walk(self, listed: Listed) -> tuple[list[Found], list[FileNote], list[FileNote]]:
        """See :func:`rag.documents.files.walk`."""
        return walk(self.path, listed)

    def size(self, name: str) -> int:
        """The bytes of a file as it is now."""
        try:
            return ((self.path.parent if self.alone else self.path) / name).stat().st_size
        except (OSError, ValueError):
            return 0


def origin_at(folder: str | os.PathLike[str]) -> Origin:
    """The folder of a path or an address.

    Raises:
        FolderError: there is nothing at the address.
        ExtraMissing: it takes a package that is not installed.
    """
    text = os.fspath(folder)
    if not is_address(text):
        return LocalFolder(Path(folder))
    if text.lower().startswith("file://"):
        return LocalFolder(Path(unquote(urlsplit(text).path)))
    return RemoteFolder.at(text)


def is_gone(address: str) -> bool:
    """Whether a folder that an index remembers is not there any more, for certain."""
    return not is_address(address) and not os.path.exists(address)
