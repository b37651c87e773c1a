"""Which files of a folder are to be indexed, and by which format."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from io import BufferedReader
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

from pathspec import GitIgnoreSpec

from rag.documents.content import holds_text
from rag.documents.formats import Format, format_for, is_image, not_read
from rag.errors import FolderError

IGNORE_FILE = ".ragignore"
"""What it names, in git's syntax, is not indexed: in its folder, and below."""

HEAD = 1024
"""Bytes by which a file is judged whose name tells nothing."""

MAX_IGNORE = 1_000_000
"""Bytes that such a file may have."""

MAX_STARS = 3
"""Runs of ``*`` that a pattern in it may have: to match a name takes its length to that power."""

WAITS = "a picture, whose text waits for OCR"
"""Why a picture is skipped where there is no OCR."""

Listed = Callable[[int], None]
"""Is told how many files were found by now."""

INDEX_FILES = frozenset(("catalog.sqlite", "manifest.json"))
"""A folder that has these is an index, and not to be indexed itself."""


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file that is not in the index, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file to index. ``name`` is its path in the folder, with "/", always valid UTF-8. Of a file on a network, ``path``
    is its address, and ``mtime_ns`` may be a negative number that stands for its version (:func:`rag.documents.remote.version`)."""

    name: str
    path: str
    size: int
    mtime_ns: int
    format: Format


def printable(name: str) -> str:
    r"""A file name as valid Unicode: bytes that are not UTF-8 are written ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def literal(path: str) -> str:
    r"""A whole path of Windows in the form that is taken as it is written: below it, CON and NUL, names
    that end in a dot or a blank, and paths of more than 260 characters are files like any other.

    >>> print(literal(r"C:\docs"), literal(r"\\server\share\docs"))
    \\?\C:\docs \\?\UNC\server\share\docs
    """
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def is_below(path: str, root: str, paths: ModuleType = os.path) -> bool:
    """Whether a whole path leads into ``root``; ``paths`` is the system's ``os.path``."""
    try:
        common = paths.commonpath((root, path))
    except ValueError:  # on two drives
        return False
    return bool(paths.normcase(common) == paths.normcase(root))


def open_regular(path: str) -> BufferedReader:
    """A file, opened for reading; nothing is waited for, as it would be for the other end of a pipe.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # who asked for it closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def walk(
    folder: str | os.PathLike[str], listed: Listed | None = None
) -> tuple[list[Found], list[FileNote], list[FileNote]]:
    """Files to index in ``folder`` (or the one file that it is), sorted by name; the files and
    folders left out on purpose; and those that cannot be read.

    Left out: hidden ones, what a ``.ragignore`` names, symbolic links to folders and to files
    outside, special files, formats without a loader, and indexes. ``listed`` is told how many were found by now.

    Raises:
        FolderError: the folder does not exist or cannot be listed.
    """
    root = Path(folder)
    if root.is_file():
        found = _Walk(root.parent, only=root.name)
    elif root.is_dir():
        try:
            os.listdir(root)
        except OSError as error:
            raise FolderError(f"{root}: cannot be read: {error.strerror}.") from None
        found = _Walk(root)
    else:
        raise FolderError(f"{root}: there is no such folder.")
    found.run(listed or (lambda _: None))
    return one_each(found.files, found.failed), found.skipped, found.failed


def one_each(files: Iterable[Found], failed: list[FileNote]) -> list[Found]:
    """Files sorted by name; of those whose names are written the same, the first, and the others are told in ``failed``."""
    kept: dict[str, Found] = {}
    for file in sorted(files, key=attrgetter("name", "path")):
        if kept.setdefault(file.name, file) is not file:  # "\xe9.txt" in bytes, and spelt out
            failed.append(FileNote(file.name, "another file's name is written the same; rename it"))
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder still to be listed; ``prefix`` is its name below the root, with "/" at its end."""

    prefix: str
    path: str
    ignore: tuple[tuple[str, GitIgnoreSpec], ...] = ()  # outermost first, each with its prefix


class _Walk:
    """One pass over a folder, without recursion; ``only`` names the one file that is wanted."""

    def __init__(self, root: Path, only: str | None = None) -> None:
        self.only = only
        self.files: list[Found] = []
        self.skipped: list[FileNote] = []
        self.failed: list[FileNote] = []
        path = literal(os.path.abspath(root)) if os.name == "nt" else str(root)
        self.folders = [_Folder("", path)]
        self.root = os.path.realpath(path)

    def run(self, listed: Listed) -> None:
        while self.folders:
            self._list(self.folders.pop(), listed)

    def _list(self, folder: _Folder, listed: Listed) -> None:
        try:
            with os.scandir(folder.path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            name = printable(folder.prefix or ".")
            self.failed.append(FileNote(name, f"cannot be listed: {error.strerror}"))
            return
        names = {entry.name for entry in found}
        if names >= INDEX_FILES:
            name = printable(folder.prefix.rstrip("/") or ".")
            self.skipped.append(FileNote(name, "an index of rag"))
            return
        if IGNORE_FILE in names:
            folder = replace(folder, ignore=(*folder.ignore, (folder.prefix, self._spec(folder))))
        for entry in found:
            hidden = entry.name.startswith(".") if self.only is None else entry.name != self.only
            if hidden:
                continue
            listed(len(self.files))
            try:
                self._visit(entry, folder)
            except OSError as error:
                self.failed.append(FileNote(printable(folder.prefix + entry.name), _reason(error)))

    def _visit(self, entry: os.DirEntry[str], folder: _Folder) -> None:
        name = folder.prefix + entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_ignored(name + "/" if is_folder else name, folder.ignore):
            return
        if is_folder:
            self.folders.append(_Folder(name + "/", entry.path, folder.ignore))
            return
        shown, format = printable(name), format_for(entry.name)
        # Where a link leads is judged before anything there is touched.
        if reason := self._not_followed(entry):
            self.skipped.append(FileNote(shown, reason))
            return
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            self.skipped.append(FileNote(shown, "not a regular file"))
        elif reason := left_out(entry.name, format, lambda: _head(entry.path)):
            self.skipped.append(FileNote(shown, reason))
        else:
            assert format is not None
            self.files.append(Found(shown, entry.path, status.st_size, status.st_mtime_ns, format))

    def _not_followed(self, entry: os.DirEntry[str]) -> str:
        """Why a link is not followed; "" for what is no link, and for a link to a file inside."""
        if not entry.is_symlink():
            return ""
        target = os.path.realpath(entry.path)
        if os.path.isdir(target):
            return "a link to a folder is not followed"
        if not is_below(target, self.root):
            return "a link out of the folder is not followed"
        return ""

    def _spec(self, folder: _Folder) -> GitIgnoreSpec:
        """What the ignore file of a folder says."""
        name = printable(folder.prefix + IGNORE_FILE)
        try:
            lines = _read_ignore(os.path.join(folder.path, IGNORE_FILE)).splitlines()
        except OSError as error:
            self.failed.append(FileNote(name, f"cannot be used: {error.strerror or error}"))
            return GitIgnoreSpec([])
        return ignore_spec(name, lines, self.failed)


def ignore_spec(name: str, lines: Iterable[str], failed: list[FileNote]) -> GitIgnoreSpec:
    """What an ignore file of this name says; a line that is no pattern is told in ``failed``, and the rest holds."""
    patterns: list[Any] = []
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#") and len(re.findall(r"\*+", line)) > MAX_STARS:
            reason = f"line {number} is not used: it has more than {MAX_STARS} runs of *"
            failed.append(FileNote(name, reason))
            continue
        try:
            patterns.extend(GitIgnoreSpec.from_lines([line]).patterns)
        except ValueError:
            failed.append(FileNote(name, f"line {number} is not a pattern"))
    return GitIgnoreSpec(patterns)


def left_out(name: str, format: Format | None, head: Callable[[], bytes]) -> str:
    """Why a file is not read, by its name and, where that tells nothing, by its first bytes; "" for one that is."""
    if format is None:
        return WAITS if is_image(name) else not_read(name)
    if not format.suffixes and not holds_text(head()):
        return f"{not_read(name)}: it is binary"
    return ""


def _read_ignore(path: str) -> str:
    """The text of an ignore file.

    Raises:
        OSError: it cannot be read, is no regular file, or too long.
    """
    with open_regular(path) as file:
        data = file.read(MAX_IGNORE + 1)
    if len(data) > MAX_IGNORE:
        raise OSError(f"more than {MAX_IGNORE / 1e6:.0f} MB")
    return one_form(data.decode("utf-8", "replace"))


def one_form(text: str) -> str:
    """As patterns and names are held against each other: a Mac's disks write accents apart."""
    return unicodedata.normalize("NFC", text)


def _head(path: str) -> bytes:
    """The first bytes of a file whose name tells nothing.

    Raises:
        OSError: it cannot be read.
    """
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(descriptor, "rb") as file:
        return file.read(HEAD)


def is_ignored(name: str, specs: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
    """As in git, the innermost file that has a say decides."""
    for prefix, spec in reversed(specs):
        verdict = spec.check_file(one_form(name[len(prefix) :])).include
        if verdict is not None:
            return verdict
    return False


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it vanished while the folder was read"
    return error.strerror or str(error)
