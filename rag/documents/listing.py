"""What is in a folder on a network: a bucket's prefix, a container, a web server's listing."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pathspec import GitIgnoreSpec

from rag.documents.addresses import address_of, checked, is_http
from rag.documents.files import (
    HEAD,
    IGNORE_FILE,
    INDEX_FILES,
    MAX_IGNORE,
    FileNote,
    Found,
    Listed,
    ignore_spec,
    is_ignored,
    left_out,
    one_each,
    one_form,
    printable,
)
from rag.documents.formats import format_for
from rag.documents.remote import file_system, in_words, said, version

AT_ONCE = 16  # requests
FLAT = ("s3://", "s3a://", "gs://", "gcs://", "abfs://", "abfss://", "az://")
"""Where all that is below a prefix is listed at once; elsewhere, folder by folder."""
Specs = tuple[tuple[str, GitIgnoreSpec], ...]


@dataclass(slots=True)
class RemoteFolder:
    """A folder on a network, or one file there.

    address: as an index remembers it; a listing ends in "/", no other.
    alone: the name of the one file, if it is one; then the address is of what that lies in.
    """

    address: str
    alone: str | None = None
    _sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def at(cls, address: str) -> RemoteFolder:
        """What is at an address: ``s3://bucket/handbook``, ``https://host/docs/`` (a listing ends in "/").

        Raises:
            FolderError: there is nothing, it cannot be reached, or the address holds a password.
            ExtraMissing: it takes a package that is not installed.
        """
        address = checked(address)
        files, path = file_system(address)
        if is_http(address):
            root, slash, name = address.rpartition("/")
            return cls(root + slash, unquote(name) or None)
        with in_words(address):
            files.invalidate_cache()
            is_file = files.info(path)["type"] == "file"
        root, _, name = address.rstrip("/").rpartition("/")
        return cls(root, name) if is_file else cls(f"{root}/{name}")

    def size(self, name: str) -> int:
        """The bytes of a file as it was listed; 0 where that is not known."""
        return self._sizes.get(name, 0)

    def walk(self, listed: Listed) -> tuple[list[Found], list[FileNote], list[FileNote]]:
        """As :func:`rag.documents.files.walk`: the files to index, those left out, and those that cannot be read.

        Raises:
            FolderError: it cannot be listed.
        """
        looked = _Listing(self.address, self.alone)
        looked.run(listed)
        files = one_each(looked.found, looked.failed)
        self._sizes = {entry.name: entry.info.get("size") or 0 for entry in looked.entries}
        return files, looked.skipped, looked.failed


@dataclass(slots=True)
class _Entry:
    name: str
    path: str
    info: Mapping[str, Any]


class _Listing:
    """One pass over what is below an address."""

    def __init__(self, address: str, only: str | None) -> None:
        self.only = only
        self.found: list[Found] = []
        self.skipped: list[FileNote] = []
        self.failed: list[FileNote] = []
        self.entries: list[_Entry] = []
        self.address = address
        self.files, root = file_system(address)
        self.root = root.rstrip("/")

    def run(self, listed: Listed) -> None:
        self.files.invalidate_cache()
        with ThreadPoolExecutor(AT_ONCE, "list") as pool, in_words(self.address):
            if self.only is not None:
                path = address_of(self.root, self.only)
                self.entries = [_Entry(self.only, path, self.files.info(path))]
            elif self.address.startswith(FLAT):
                self.entries = list(self._flat())
            else:
                self.entries = list(self._by_folder(pool))
            looked = pool.map(self._look, self._wanted())
            for result in looked:
                if result is not None:
                    self._add(*result)
                    listed(len(self.found))

    def _flat(self) -> Iterator[_Entry]:
        """All that is in a bucket below a prefix."""
        prefix = f"{self.root}/"
        for path, info in self.files.find(self.root, detail=True).items():
            # Buckets have no folders; some programs leave an empty object in place of one.
            if info["type"] != "directory" and path.startswith(prefix) and not path.endswith("/"):
                yield _Entry(path[len(prefix) :], path, info)

    def _by_folder(self, pool: ThreadPoolExecutor) -> Iterator[_Entry]:
        """What is in a folder, and in those below it. One that cannot be listed is told."""
        level, seen = [""], {""}
        while level:
            below = []
            for folder, listed in zip(level, pool.map(self._listed, level), strict=True):
                if isinstance(listed, Exception):
                    if not folder:
                        raise listed
                    name, reason = printable(folder), f"cannot be listed: {said(listed)}"
                    self.failed.append(FileNote(name, reason))
                    continue
                for name, info in sorted(listed, key=lambda pair: pair[0]):
                    if name in seen or not name.startswith(folder) or not _plain(name):
                        continue
                    seen.add(name)
                    if name.endswith("/"):
                        below.append(name)
                    else:
                        yield _Entry(name, info["name"], info)
            level = below

    def _listed(self, folder: str) -> list[tuple[str, Mapping[str, Any]]] | Exception:
        """The names below the root of all that is in a folder; those of folders end in "/"."""
        try:
            listed = self.files.ls(address_of(self.root, folder), detail=True)
        except Exception as error:  # told for this folder
            return error
        found: list[tuple[str, Mapping[str, Any]]] = []
        http = is_http(self.root)
        for info in listed:
            path = html.unescape(info["name"]) if http else info["name"]
            if path.startswith(f"{self.root}/") and not (http and set("?#") & {*path}):
                name = path[len(self.root) + 1 :].rstrip("/")
                end = "/" if info["type"] == "directory" else ""
                found.append(((unquote(name) if http else name) + end, {**info, "name": path}))
        return found

    def _wanted(self) -> list[_Entry]:
        """Those that are not hidden, nor ignored, nor of an index."""
        names = {entry.name: entry for entry in self.entries}
        folders: dict[str, Specs | None] = {"": self._specs("", (), names)}
        wanted = []
        for entry in self.entries:
            *parts, last = entry.name.split("/")
            specs, prefix = folders[""], ""
            for part in parts:
                prefix += f"{part}/"
                if specs is not None and prefix not in folders:
                    folders[prefix] = self._below_folder(prefix, part, specs, names)
                specs = folders.get(prefix) if specs is not None else None
            if specs is None or last.startswith(".") or is_ignored(entry.name, specs):
                continue
            wanted.append(entry)
        return wanted

    def _below_folder(
        self, prefix: str, part: str, specs: Specs, names: Mapping[str, _Entry]
    ) -> Specs | None:
        if part.startswith(".") or is_ignored(prefix, specs):
            return None
        return self._specs(prefix, specs, names)

    def _specs(self, prefix: str, specs: Specs, names: Mapping[str, _Entry]) -> Specs | None:
        """What is ignored in a folder; None where nothing of it is wanted."""
        if {prefix + name for name in INDEX_FILES} <= names.keys():
            self.skipped.append(FileNote(prefix.rstrip("/") or ".", "an index of rag"))
            return None
        name = prefix + IGNORE_FILE
        if name not in names:
            return specs
        try:
            data = self._start(names[name], MAX_IGNORE + 1)
            if len(data) > MAX_IGNORE:
                raise OSError(f"more than {MAX_IGNORE / 1e6:.0f} MB")
        except Exception as error:  # told for this file
            self.failed.append(FileNote(name, f"cannot be used: {said(error)}"))
            return specs
        lines = one_form(data.decode("utf-8", "replace")).splitlines()
        return (*specs, (prefix, ignore_spec(name, lines, self.failed)))

    def _look(self, entry: _Entry) -> tuple[_Entry, str, Exception | None] | None:
        """An entry with what is known of it, and why it is left out or cannot be read."""
        format = format_for(entry.name.rpartition("/")[2])
        try:
            self._complete(entry)
            reason = left_out(entry.name, format, lambda: self._start(entry, HEAD))
        except Exception as error:  # told for this file
            return entry, "", error
        return entry, reason, None

    def _complete(self, entry: _Entry) -> None:
        if entry.info.get("size") is None:  # of a listing of links
            entry.info = self.files.info(entry.path)

    def _start(self, entry: _Entry, count: int) -> bytes:
        """The first bytes of a file."""
        self._complete(entry)
        if not is_http(self.root):
            end = min(count, entry.info.get("size") or 0)
            return bytes(self.files.cat_file(entry.path, start=0, end=end)) if end else b""
        data = b""
        with self.files.open(entry.path, block_size=0) as stream:  # not every server sends a part
            while len(data) < count and (part := stream.read(count - len(data))):
                data += part
        return data

    def _add(self, entry: _Entry, reason: str, error: Exception | None) -> None:
        name = printable(entry.name)
        format = format_for(entry.name.rpartition("/")[2])
        if error is not None:
            self.failed.append(FileNote(name, said(error)))
        elif reason:
            self.skipped.append(FileNote(name, reason))
        else:
            assert format is not None
            address = self.files.unstrip_protocol(entry.path)
            size = entry.info.get("size") or 0
            self.found.append(Found(name, address, size, version(entry.info), format))


def _plain(name: str) -> bool:
    """Whether a link leads below the listing that it is in."""
    return bool(name) and not {"", ".", ".."} & {*name.rstrip("/").split("/")}
