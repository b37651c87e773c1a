"""A request's files, written to disk as they come: never whole in memory, never under a name that was sent."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from rag.documents.files import HEAD, left_out
from rag.documents.formats import format_for, formats
from rag.serve.problems import ProblemError
from rag.serve.uploads.folder import UploadFolder, in_words
from rag.serve.uploads.names import safe_name

FIELD = b"file"
MOST_FILES = 1_000  # of one request
AT_ONCE = 1_000_000  # bytes that are gathered before they are written


@dataclass(slots=True)
class Came:
    """A file that has come: its safe name, where it lies for now, its first bytes."""

    name: str
    path: Path
    head: bytes = b""
    pending: list[bytes] = field(default_factory=list)

    def write(self) -> None:
        """Write what has come since. It is not kept open: a form may have many files."""
        with open(self.path, "ab") as file:
            file.writelines(self.pending)
        self.pending.clear()

    def take(self, data: bytes) -> None:
        """Some more bytes."""
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self.pending.append(data)


@asynccontextmanager
async def received(request: Request, folder: UploadFolder) -> AsyncIterator[list[Came]]:
    """The files of a request, on disk; what the block has not placed is gone behind it.

    Raises:
        ProblemError: it is no form of files, or holds none, too many, or one of a kind that is not read.
        UploadError: the disk is full, or cannot be written.
    """
    form = _Form(_boundary(request), await asyncio.to_thread(folder.coming))
    try:
        try:
            async for chunk in request.stream():
                form.feed(chunk)
                if form.waiting >= AT_ONCE:
                    await asyncio.to_thread(form.write)
            form.end()
        except FormParserError as error:
            raise ProblemError(
                400, "No form", f"The body is not a form as it says: {error}."
            ) from None
        except ClientDisconnect:
            raise ProblemError(400, "Cut off", "The upload was cut off. Send it again.") from None
        await asyncio.to_thread(form.write)
        form.check()
        yield form.files
    finally:
        await asyncio.to_thread(form.close)


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise ProblemError(
            415, "No form", 'Send the files as multipart/form-data, in fields called "file".'
        )
    boundary = options.get(b"boundary", b"")
    if not boundary or len(boundary) > 200:
        raise ProblemError(400, "No form", "The form's Content-Type names no boundary.")
    return boundary


class _Form:
    """A form that is being read. Parts that are no files are passed over."""

    def __init__(self, boundary: bytes, coming: Path) -> None:
        self.coming = coming
        self.files: list[Came] = []
        self.waiting = 0  # bytes not yet written
        self._unwritten: list[Came] = []
        self._open: Came | None = None
        self._ended = False
        self._name, self._value, self._disposition = b"", b"", b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_begin,
                "on_header_field": self._on_header_name,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_end": self._on_end,
            },
        )

    def feed(self, data: bytes) -> None:
        """Some more of the body."""
        self._parser.write(data)

    def end(self) -> None:
        """The body has ended."""
        self._parser.finalize()
        if not self._ended:
            raise FormParserError("it ends in the middle")

    def write(self) -> None:
        """Write to disk what has come since."""
        with in_words("the upload"):
            for came in self._unwritten:
                came.write()
        self.waiting = 0
        self._unwritten = [self._open] if self._open else []

    def check(self) -> None:
        """That there are files, and all of a kind that is read."""
        if not self.files:
            raise ProblemError(
                422, "No file", 'The form holds no file. Send one or more as "file".'
            )
        for came in self.files:
            reason = left_out(came.name, format_for(came.name, came.head), lambda: came.head)  # noqa: B023
            if reason:
                read = " ".join(one.suffixes[0] for one in formats())
                said = f"{came.name}: {reason}. Nothing was added. What is read: text, {read} and more."
                raise ProblemError(415, "Not a document", said)

    def close(self) -> None:
        """Remove the files that were not placed."""
        for came in self.files:
            with suppress(OSError):
                came.path.unlink(missing_ok=True)

    def _on_begin(self) -> None:
        self._name, self._value, self._disposition = b"", b"", b""
        self._open = None

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name, self._value = b"", b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        given = options.get(b"filename")
        if options.get(b"name") != FIELD or given is None:
            return
        if len(self.files) >= MOST_FILES:
            raise ProblemError(413, "Too many", f"At most {MOST_FILES:,} files are taken at once.")
        self._open = Came(safe_name(_decoded(given)), self.coming / uuid.uuid4().hex)
        self.files.append(self._open)
        self._unwritten.append(self._open)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.take(data[start:end])
            self.waiting += end - start

    def _on_end(self) -> None:
        self._ended = True


def _decoded(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")
