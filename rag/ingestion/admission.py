"""Which files of a folder an index takes in, beside what can be read: none whose name would bring back what is redacted, and
none that was forgotten; and how what is read of the others is kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import cast

from rag.documents.addresses import is_address
from rag.documents.files import FileNote, Found, open_regular
from rag.privacy import LABELS, VERSION, What, find
from rag.settings import Settings
from rag.store.rows import FileRow

FORGOTTEN = "it was forgotten (rag forget); rag forget NAME --allow-again takes it back"


def what_of(settings: Settings) -> What:
    """What is redacted."""
    return cast(What, settings.redact)


def how_kept(settings: Settings) -> str:
    """What a format's key says of redaction ("all.1", "personal.1.DE+AT"); "" where there is none. Files that are kept
    otherwise are read again: those read before, and those by patterns of an earlier version."""
    if settings.redact == "none":
        return ""
    countries = "+".join(settings.countries())
    return f"{settings.redact}.{VERSION}" + (f".{countries}" if countries else "")


def how_read(row: FileRow) -> str:
    """What :func:`how_kept` was when a file was read."""
    return row.loader.partition(" ")[0].partition("~")[2]


def admitted(
    found: Sequence[Found],
    forgotten: Iterable[tuple[str, str]],
    settings: Settings,
    known: Callable[[str], FileRow | None],
) -> tuple[list[Found], list[FileNote]]:
    """The files to index, as they are to be kept, and those that stay out. ``forgotten`` are digests of name
    and content of each (:func:`digest_of_name`, SHA-256 in hex); ``known`` is what the index knows of a file by its name."""
    out = frozenset(digest for pair in forgotten for digest in pair if digest)
    how = how_kept(settings)
    if not out and not how:
        return list(found), []
    formats = {file.format: replace(file.format, beside=how) for file in found}
    taken, notes = [], []
    for file in found:
        if why := _why_not(file, out, settings, known):
            notes.append(FileNote(file.name, why))
        else:
            taken.append(replace(file, format=formats[file.format]))
    return taken, notes


def _why_not(
    file: Found,
    forgotten: frozenset[str],
    settings: Settings,
    known: Callable[[str], FileRow | None],
) -> str:
    for name in (file.name, os.path.splitext(file.name)[0]):
        if held := find(name, what_of(settings), countries=settings.countries()):
            label = LABELS[held[0].kind].strip("[]")
            return f"its name holds what is redacted ({label}): rename it"
    if not forgotten:
        return ""
    row = known(
        file.name
    )  # what the index holds is not forgotten: only of another file the content is looked at
    same = row is not None and (row.size, row.mtime_ns) == (file.size, file.mtime_ns)
    if digest_of_name(file.name) in forgotten or (not same and _content_of(file) in forgotten):
        return FORGOTTEN
    return ""


def digest_of_name(name: str) -> str:
    """By which a forgotten file's name is kept: not as it is, since it may say whose it was."""
    return "name:" + hashlib.sha256(name.encode("utf-8")).hexdigest()


def _content_of(file: Found) -> str:
    if is_address(file.path):
        return ""  # it is known when it has been fetched
    try:
        with open_regular(file.path) as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError:
        return ""  # it cannot be read, and will be reported
