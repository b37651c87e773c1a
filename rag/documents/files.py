"""Which files of a folder are to be indexed, and by which format."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from rag.documents.formats import Format, format_for
from rag.errors import FolderError

IGNORE_FILE = ".ragignore"


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file that is not in the index, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file to index. ``name`` is its path in the folder, with "/", always valid UTF-8."""

    name: str
    path: str
    size: int
    mtime_ns: int
    format: Format


def printable(name: str) -> str:
    r"""A file name as valid Unicode: bytes that are not UTF-8 are written ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def walk(folder: str | os.PathLike[str]) -> tuple[list[Found], list[FileNote], list[FileNote]]:
    """Files to index in ``folder`` (or the one file that it is), sorted by name; the files and
    folders left out on purpose; and those that cannot be read.

    Left out: hidden ones, what a ``.ragignore`` names, symbolic links to folders and to files
    outside, special files, formats without a loader, and indexes.

    Raises:
        FolderError: the folder does not exist or cannot be listed.
    """
    root = Path(folder)
    if root.is_file():
        files, skipped, failed = _files_in(root.parent, only=root.name)
    elif root.is_dir():
        try:
            os.listdir(root)
        except OSError as error:
            raise FolderError(f"{root}: cannot be read: {error.strerror}.") from None
        files, skipped, failed = _files_in(root)
    else:
        raise FolderError(f"{root}: there is no such folder.")
    return sorted(files, key=lambda f: f.name), skipped, failed


def _files_in(
    root: Path, only: str | None = None
) -> tuple[list[Found], list[FileNote], list[FileNote]]:
    files: list[Found] = []
    skipped: list[FileNote] = []
    failed: list[FileNote] = []
    inside = os.path.realpath(root)
    stack: list[tuple[str, str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", str(root), ())]
    while stack:
        prefix, folder, specs = stack.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda e: e.name)
        except OSError as error:
            failed.append(FileNote(printable(prefix or "."), f"cannot be listed: {error.strerror}"))
            continue
        names = {entry.name for entry in listed}
        if {"catalog.sqlite", "manifest.json"} <= names:
            skipped.append(FileNote(printable(prefix.rstrip("/") or "."), "an index of rag"))
            continue
        if IGNORE_FILE in names:
            specs = (*specs, (prefix, _ignore_spec(Path(folder, IGNORE_FILE), failed, prefix)))
        for entry in listed:
            name = prefix + entry.name
            if only is not None and entry.name != only:
                continue
            if only is None and entry.name.startswith("."):
                continue
            try:
                _visit(entry, name, inside, specs, stack, files, skipped)
            except OSError as error:
                failed.append(FileNote(printable(name), _reason(error)))
    return files, skipped, failed


def _visit(
    entry: os.DirEntry[str],
    name: str,
    inside: str,
    specs: tuple[tuple[str, GitIgnoreSpec], ...],
    stack: list[tuple[str, str, tuple[tuple[str, GitIgnoreSpec], ...]]],
    files: list[Found],
    skipped: list[FileNote],
) -> None:
    shown = printable(name)
    is_folder = entry.is_dir(follow_symlinks=False)
    if _ignored(name + "/" if is_folder else name, specs):
        return
    if is_folder:
        stack.append((name + "/", entry.path, specs))
        return
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if os.path.isdir(target):
            skipped.append(FileNote(shown, "a link to a folder is not followed"))
            return
        if os.path.commonpath((inside, target)) != inside:
            skipped.append(FileNote(shown, "a link out of the folder is not followed"))
            return
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        skipped.append(FileNote(shown, "not a regular file"))
        return
    format = format_for(entry.name)
    if format is None:
        suffix = os.path.splitext(entry.name)[1]
        skipped.append(FileNote(shown, f"no loader for {suffix or 'files without a suffix'}"))
        return
    files.append(Found(shown, entry.path, status.st_size, status.st_mtime_ns, format))


def _ignore_spec(path: Path, failed: list[FileNote], prefix: str) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(path.read_text("utf-8", "replace").splitlines())
    except (OSError, ValueError) as error:
        failed.append(FileNote(printable(prefix + IGNORE_FILE), f"cannot be used: {error}"))
        return GitIgnoreSpec.from_lines([])


def _ignored(name: str, specs: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
    """As in git, the innermost file that has a say decides."""
    for prefix, spec in reversed(specs):
        verdict = spec.check_file(name[len(prefix) :]).include
        if verdict is not None:
            return verdict
    return False


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "it vanished while the folder was read"
    return error.strerror or str(error)
