"""Archives (ZIP, TAR, also compressed, GZ): a member is a part, read as the file that it is."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from rag.documents.archive import Limits
from rag.documents.document import Document
from rag.documents.parts import read_part
from rag.documents.source import Source, open_zip
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_MEMBERS = 2_000
MOST_NOTES = 50
_PACKED = {".gz": gzip, ".tgz": gzip, ".bz2": bz2, ".tbz2": bz2, ".xz": lzma, ".txz": lzma}


def load(source: Source) -> Document:
    """The members in the order of their names; what cannot be read is named.

    Raises:
        LoadError: it is no archive, encrypted, a bomb, or nothing in it can be read.
    """
    writer = Writer()
    notes: list[str] = []
    failed = 0
    number = 0
    for name, data in _members(source):
        if number >= MOST_MEMBERS:
            notes.append(f"only the first {MOST_MEMBERS:,} of its files are read")
            break
        if not data:
            continue
        try:
            document = read_part(name, data, source)
        except LoadError as error:
            failed += 1
            if failed <= MOST_NOTES:
                notes.append(f"{name} is not read: {error}")
            continue
        number += 1
        writer.page(number, name)
        writer.heading(1, name)
        writer.include(document, lines=True)
        notes.extend(f"{name}: {note}" for note in document.notes)
    if failed > MOST_NOTES:
        notes.append(f"{failed - MOST_NOTES} more of its files are not read")
    return writer.document("archive", page_kind="part", notes=notes)


def _members(source: Source) -> Iterator[tuple[str, bytes]]:
    if source.data.startswith(b"PK"):
        with open_zip(source) as archive:
            for entry in sorted(archive.infolist(), key=lambda one: one.filename):
                if not entry.is_dir() and _wanted(entry.filename):
                    try:
                        yield entry.filename, archive.read(entry)
                    except (
                        OSError,
                        RuntimeError,
                        EOFError,
                        NotImplementedError,
                        zlib.error,
                    ) as error:
                        raise LoadError(f"it is damaged at {entry.filename}: {error}") from None
        return
    data, name = source.data, source.name
    packer = _PACKED.get(source.suffix)
    if packer is None and data.startswith(b"\x1f\x8b"):
        packer = gzip
    if packer is not None:
        data = _unpacked(data, packer)
        name = name[: -len(source.suffix)] if source.suffix in _PACKED else name
    try:
        with tarfile.open(fileobj=BytesIO(data)) as tar:
            for member in sorted(tar.getmembers(), key=lambda one: one.name):
                file = tar.extractfile(member) if member.isfile() else None
                if file is not None and _wanted(member.name):
                    yield member.name, file.read()
    except (tarfile.TarError, OSError, EOFError, ValueError):
        if packer is None:
            raise LoadError("it is no archive, or damaged") from None
        yield PurePosixPath(name).name, data


def _unpacked(data: bytes, packer: object) -> bytes:
    limit = Limits().room(len(data))
    try:
        with packer.open(BytesIO(data)) as file:  # type: ignore[attr-defined]
            out: bytes = file.read(limit + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise LoadError(f"it is damaged: {error}") from None
    if len(out) > limit:
        raise LoadError(f"it would unpack to more than {limit / 1e6:.0f} MB: taken for a zip bomb")
    return out


def _wanted(name: str) -> bool:
    """Not what systems leave behind, and not hidden."""
    parts = PurePosixPath(name).parts
    return bool(parts) and "__MACOSX" not in parts and not any(p.startswith(".") for p in parts)
