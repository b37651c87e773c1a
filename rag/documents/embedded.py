"""Files that an Office file brings along: packages of its own kind, and what is wrapped into OLE objects."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterable
from io import BytesIO

import olefile

from rag.documents.office.package import Package
from rag.documents.parts import read_part
from rag.documents.source import Source
from rag.documents.told import counted
from rag.documents.writer import Writer
from rag.errors import LoadError

_NATIVE = "\x01Ole10Native"
_WRAPPED = {"Package": "docx", "CONTENTS": "pdf"}  # streams that are files of their own
_OLD = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}


class _Foreign(LoadError):
    """An object of another program."""


def write_embedded(
    parts: Iterable[str], package: Package, source: Source, writer: Writer
) -> list[str]:
    """The text of embedded files (parts of ``package``), as their own loaders read them; what is to be told
    of them."""
    notes: list[str] = []
    foreign = 0
    for part in dict.fromkeys(parts):
        name = posixpath.basename(part)
        try:
            data = package.read(part)
            if data is None:
                raise LoadError("it is missing from the file")
            if olefile.isOleFile(BytesIO(data)):
                name, data = _unwrapped(name, data)
            document = read_part(name, data, source)
        except _Foreign:
            foreign += 1
            continue
        except LoadError as error:
            notes.append(f"the embedded {name} is not read: {error}")
            continue
        writer.include(document)
        notes.extend(f"{name}: {note}" for note in document.notes)
    return [*notes, *told(foreign)]


def told(objects: int) -> list[str]:
    """The note of so many objects that are not read."""
    verb = "is" if objects == 1 else "are"
    return [f"{counted(objects, 'embedded object')} {verb} not read"] if objects else []


def _unwrapped(name: str, data: bytes) -> tuple[str, bytes]:
    """The file that an OLE object holds, with a name that tells what it is.

    Raises:
        _Foreign: it holds none that is read.
        LoadError: it is damaged.
    """
    stem = posixpath.splitext(name)[0]
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            for stream, suffix in _OLD.items():
                if file.exists(stream):
                    return f"{stem}.{suffix}", data
            for stream, suffix in _WRAPPED.items():
                if file.exists(stream):
                    return f"{stem}.{suffix}", file.openstream(stream).read()
            if file.exists(_NATIVE):
                return _native(file.openstream(_NATIVE).read())
    except (OSError, struct.error, ValueError, IndexError, TypeError):
        raise LoadError("it is damaged") from None
    raise _Foreign("it is an object of another program")


def _native(data: bytes) -> tuple[str, bytes]:
    """A file in a package of Windows' object packager: its name, where it came from, its bytes."""
    at = 6
    labels: list[str] = []
    for _ in range(2):
        end = data.index(b"\0", at)
        labels.append(data[at:end].decode("cp1252", errors="replace"))
        at = end + 1
    at += 4
    at += 4 + struct.unpack_from("<I", data, at)[0]
    size = struct.unpack_from("<I", data, at)[0]
    name = labels[0] or labels[1]
    return name.replace("\\", "/").rpartition("/")[2] or "object", data[at + 4 : at + 4 + size]
