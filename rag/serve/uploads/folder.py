"""The folder that uploads are put into: inside the one folder of an index, and nowhere else."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.documents.files import IGNORE_FILE, MAX_IGNORE, is_below
from rag.errors import UploadError
from rag.serve.uploads.names import numbered

COMING = ".coming"
"""The folder inside it, hidden and so never indexed, that holds what is still on its way."""
LEFT_OVER_S = 24 * 3600.0  # after that what is on its way was left behind by a server that died
MOST_ALIKE = 10_000  # files of one name


@dataclass(frozen=True, slots=True)
class UploadFolder:
    """``inside`` is its name in ``root``, with "/", as the index knows it."""

    root: Path
    inside: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.root.joinpath(*PurePosixPath(self.inside).parts)

    def coming(self) -> Path:
        """The folder for what is on its way, in the same file system; what was left behind there is removed.

        Raises:
            UploadError: the folder does not lie inside the index's, or cannot be written.
        """
        with in_words(self.inside):
            self.path.mkdir(parents=True, exist_ok=True)
            if not is_below(os.path.realpath(self.path), os.path.realpath(self.root)):
                raise UploadError(
                    "The folder for uploads leads out of the folder of this index. Ask who runs this server."
                )
            coming = self.path / COMING
            with suppress(FileExistsError):
                coming.mkdir(mode=0o700)
            if not stat.S_ISDIR(os.lstat(coming).st_mode):
                raise NotADirectoryError(20, "is not a folder", str(coming))
            for old in coming.iterdir():
                with suppress(OSError):
                    if time.time() - old.lstat().st_mtime > LEFT_OVER_S:
                        old.unlink()
            return coming

    def place(self, came: Path, name: str, *, replace: bool) -> str:
        """Give a file that has come its name, in one step; one that is there under it is replaced, or else the new one
        gets a number. Returns its name as the index knows it.

        Raises:
            UploadError: it cannot be written.
        """
        with in_words(name):
            if replace:
                os.replace(came, self.path / name)
                return f"{self.inside}/{name}"
            for number in range(1, MOST_ALIKE):
                free = name if number == 1 else numbered(name, number)
                try:
                    os.link(came, self.path / free)  # unlike renaming, it replaces nothing
                except FileExistsError:
                    continue
                came.unlink()
                return f"{self.inside}/{free}"
            raise UploadError(f"There are {MOST_ALIKE:,} files called {name}. Rename yours.")

    def holds(self, source: str) -> bool:
        """Whether a file of the index was uploaded, by its name."""
        return source.startswith(f"{self.inside}/")


def upload_folder(roots: list[str], inside: str) -> UploadFolder:
    """The folder for uploads of an index with these folders.

    Raises:
        UploadError: it takes none, or there is no one folder to put them into.
    """
    if not inside:
        raise UploadError("This index takes no uploads.")
    if len(roots) != 1:
        raise UploadError(
            f"This index is of {len(roots)} folders, so that no one of them is that for uploads. Put the file into one "
            "of them, and update the index."
        )
    parts = PurePosixPath(inside).parts
    if not parts or any(part.startswith(".") or part == "/" for part in parts):
        raise UploadError(
            "The folder for uploads must be a name inside the indexed folder, as in "
            'uploads = "uploads". Ask who runs this server.'
        )
    root = Path(roots[0])
    if not root.is_dir():
        raise UploadError(
            "The folder of this index is not there any more, so that nothing can be added to it. Ask who runs this "
            "server."
        )
    return UploadFolder(root, "/".join(parts))


def keep_out(root: Path, source: str) -> None:
    """Name a file in the ``.ragignore`` of its folder, so that no update takes it up again.

    Raises:
        UploadError: that file is too long for one more line, or cannot be written.
    """
    path = root / IGNORE_FILE
    with in_words(IGNORE_FILE):
        before = path.read_bytes() if path.exists() else b""
        line = f"{_pattern(source)}\n".encode()
        if before and not before.endswith(b"\n"):
            line = b"\n" + line
        if len(before) + len(line) > MAX_IGNORE:
            raise UploadError(f"{IGNORE_FILE} has no room for another line. Shorten it.")
        with path.open("ab") as file:
            file.write(line)


def remove_file(root: Path, source: str) -> None:
    """Delete a file that was uploaded.

    Raises:
        UploadError: it cannot be deleted.
    """
    with in_words(source):
        root.joinpath(*source.split("/")).unlink(missing_ok=True)


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """A block that writes what is called ``name`` in the index's folder.

    Raises:
        UploadError: what the system says, without where the folder lies.
    """
    try:
        yield
    except OSError as error:
        raise UploadError(
            f"{name}: {error.strerror or 'cannot be written'}. Ask who runs this server."
        ) from None


def _pattern(source: str) -> str:
    """In git's syntax: that file, and no other; but what cannot be written, or is a star, of which a line may have few,
    is any character."""
    escaped = re.sub(r"([\\?\[\]!# ])", r"\\\1", source)
    return "/" + re.sub(r"[*\x00-\x1f\x7f-\x9f\u2028\u2029]", "?", escaped)
