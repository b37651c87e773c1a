"""Files to documents to chunks to vectors, and all of it into the catalog, staged.

Parsing and embedding are done by a crew (:mod:`rag.ingestion.crew`), a window of chunks at a time, so that
memory is bounded by the largest files, and a crash costs the last windows.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from rag.chunking import Chunk
from rag.documents.addresses import is_address
from rag.documents.document import NOTHING
from rag.documents.files import FileNote, Found, open_regular
from rag.documents.ocr import ocr_key
from rag.ingestion.admission import FORGOTTEN
from rag.ingestion.changes import (
    NEVER,
    Known,
    failed_key,
    holds_name,
    named_key,
    ocr_helps,
    read_key,
    read_keys,
    waiting,
)
from rag.ingestion.crew import Coming, Crew, job_of
from rag.ingestion.pool import Looking
from rag.ingestion.progress import Meter, load, mixed
from rag.ingestion.protocol import Parsed, Refused
from rag.ingestion.tally import Tally
from rag.settings import Settings
from rag.store.rows import FileRow, Origin
from rag.store.writer import NewDocument, Writer

WINDOW = 256  # texts embedded, and committed, at a time
LOOKED_UP = (
    4096  # chunks of which it is asked at once which are new, and which are sorted by length
)
# A file this fresh when the run begins may have been read before its last change of the same time stamp.
RACY_NS = 2_000_000_000


@dataclass(slots=True)
class _Part:
    """Texts that are being embedded: their hashes, their load, their vectors to come, and where the ids of these are to go."""

    hashes: list[bytes]
    load: int
    coming: Coming
    known: dict[bytes, int]


@dataclass(slots=True)
class _Window:
    """Files that wait for the vectors of their chunks: the hashes of what is embedded of these, all in one, the ids that are
    known, and after how many parts all are."""

    files: Sequence[tuple[Found, Parsed]]
    hashes: bytes
    known: dict[bytes, int]
    after: int


class Staging:
    """Stages files of one folder, and counts what it does.

    notes: what is to be said of files that were read.
    tally: what was read, by kind.
    done: the names of the files that are dealt with.
    sight: the pages and pictures that were read by OCR.
    chunks, embedded: chunks made, and texts embedded for them; a text that was embedded before, for
    whichever file, is not embedded again.
    """

    def __init__(
        self,
        catalog: Writer,
        known: Known,
        settings: Settings,
        model: str,
        *,
        crew: Crew,
        meter: Meter,
    ) -> None:
        """``model`` is the fingerprint of what the crew embeds by. ``meter`` is told of each file, each batch of texts that
        was embedded, and each page that OCR looks at."""
        self.catalog = catalog
        self.known = known
        self.settings = settings
        self.model = model
        self.crew = crew
        self.meter = meter
        self._reader = ocr_key(settings.ocr_language)  # to ask takes a look at the disk
        self.notes: list[FileNote] = []
        self.tally = Tally()
        self.done: set[str] = set()
        self.sight = NOTHING
        self.chunks = 0
        self.embedded = 0
        self._fresh_ns = time.time_ns() - RACY_NS
        self._embedding: deque[_Part] = deque()
        self._waiting: deque[_Window] = deque()
        self._coming: set[bytes] = set()  # texts of the first
        self._sent = self._come = 0  # parts: how many there were, and are back

    def stage(self, files: Sequence[Found]) -> None:
        """Read, embed and stage these files. Stopped at any point, what is in ``done`` is staged.

        Raises:
            StorageError: the disk is full.
            ModelError: the texts cannot be embedded.
        """
        self.meter.read(files)
        results = self.crew.parse(self._unread(mixed(files)), job_of(self.settings), len(files))
        waiting: list[tuple[Found, Parsed]] = []
        chunks = 0
        with closing(results):  # its workers end with it
            for file, result in results:
                if isinstance(result, Looking):
                    self.meter.tell(reading=file.name, looked=result.number, parsed=result.share)
                    continue
                self.meter.parsed(file, result.seconds, _load(result))
                if isinstance(result, Parsed) and result.sha256 in self.known.forgotten:
                    result = Refused(FORGOTTEN)
                if isinstance(result, Refused):
                    self._refuse(file, result)
                    continue
                waiting.append((file, result))
                chunks += len(result.chunks)
                if chunks >= WINDOW:
                    self._send(waiting)
                    waiting, chunks = [], 0
            self._send(waiting)
            self._write(0)

    def _unread(self, files: Iterable[Found]) -> Iterator[Found]:
        """The files that must be parsed; one whose very content is known is staged at once."""
        for file in files:
            begun = time.monotonic()
            known = self._content(file)
            if known is None:
                yield file
                continue
            self.meter.parsed(file, time.monotonic() - begun)
            if isinstance(known, Refused):
                self._refuse(file, known)
            else:
                with self.catalog.transaction():
                    self.catalog.stage([self._row(file, *known)])
                self._count(file)

    def _content(self, file: Found) -> tuple[int, str] | Refused | None:
        """What is known of a file's very content: its document and what has read it, or that its
        loader cannot read it. Of a file that is read elsewhere that is seen when it has been."""
        if (
            not self.crew.near
            or is_address(file.path)
            or file.size > self.settings.max_file_mb * 1_000_000
        ):
            return None
        try:
            with open_regular(file.path) as data:
                sha256 = hashlib.file_digest(data, "sha256").hexdigest()
        except OSError:
            return None  # the worker meets the same error, and reports it
        row = self.known.row(file.name)
        for key in read_keys(file, row, self._reader):
            for kept in (named_key(key, file.name), key):
                origin = Origin(sha256, kept)
                document = self.catalog.find_documents([origin]).get(origin)
                if document is not None:
                    return document, key
        if row and row.failure:
            refused = Refused(row.failure, sha256, sight=waiting(row))
            same = row.loader == failed_key(file, refused, self.settings)
            return refused if same and not ocr_helps(row, self.settings, self._reader) else None
        return None

    def _refuse(self, file: Found, refused: Refused) -> None:
        """A file that could not be read this time keeps its last good version; what its loader cannot
        read must not be cited any more."""
        kept = None if refused.sha256 else self.known.document(file.name)
        key = failed_key(file, refused, self.settings)
        with self.catalog.transaction():
            self.catalog.stage([self._row(file, kept, key, refused)])
        self._count(file)

    def _send(self, files: Sequence[tuple[Found, Parsed]]) -> None:
        """Have the chunks of these files embedded, and stage what is ready."""
        with self.meter.embedding(sum(_load(parsed) for _, parsed in files)):
            self._embed(files)
            self._write(self.crew.ahead)

    def _embed(self, files: Sequence[tuple[Found, Parsed]]) -> None:
        """Have the chunks of these files embedded, a part at a time; only new texts are, and none that is on its way
        already."""
        known: dict[bytes, int] = {}
        hashes = bytearray()
        chunks = ((parsed, chunk) for _, parsed in files for chunk in parsed.chunks)
        while some := list(islice(chunks, LOOKED_UP)):
            # Not the texts: a long file has more of them than need be held beside it.
            texts: dict[bytes, tuple[Parsed, Chunk]] = {}
            for one in some:
                texts[key := text_hash(_input(*one))] = one
                hashes += key
            there = [key for key in texts if key not in self._coming and key not in known]
            known |= self.catalog.find_vectors(self.model, there)
            new = [key for key in there if key not in known]
            new.sort(key=lambda key: _length(texts[key][1]))
            for i in range(0, len(new), WINDOW):
                part = new[i : i + WINDOW]
                coming = self.crew.encode([_input(*texts[key]) for key in part])
                characters = sum(_length(texts[key][1]) for key in part)
                self._embedding.append(_Part(part, load(characters, len(part)), coming, known))
                self._coming.update(part)
                self._sent += 1
                self._write(self.crew.ahead)
        self._waiting.append(_Window(files, bytes(hashes), known, self._sent))

    def _write(self, most: int) -> None:
        """Keep the vectors that have come, and stage the files that have all of theirs, in the order in which they were
        sent; wait while more than ``most`` parts, or files behind them, are on their way."""
        while True:
            while self._waiting and self._waiting[0].after <= self._come:
                self._flush(self._waiting.popleft())
            behind = max(len(self._embedding), len(self._waiting))
            if not self._embedding or (behind <= most and not self._embedding[0].coming.done()):
                return
            part = self._embedding.popleft()
            vectors = part.coming.result()
            part.known.update(self.catalog.add_vectors(self.model, part.hashes, vectors))
            self._coming.difference_update(part.hashes)
            self._come += 1
            self.embedded += len(part.hashes)
            self.meter.embedded(len(part.hashes), part.load)

    def _flush(self, window: _Window) -> None:
        """Stage the files of a window, all in one transaction."""
        vectors = window.known
        elsewhere = {
            key for key in _each(window.hashes) if key not in vectors
        }  # embedded for another
        vectors |= self.catalog.find_vectors(self.model, [*elsewhere])
        each = _each(window.hashes)
        ids_of = [
            [vectors[key] for key in islice(each, len(parsed.chunks))] for _, parsed in window.files
        ]
        keys = [read_key(file, one.document.sight, self._reader) for file, one in window.files]
        origins = [
            Origin(
                parsed.sha256,
                named_key(key, file.name) if holds_name(parsed.document, file.name) else key,
            )
            for key, (file, parsed) in zip(keys, window.files, strict=True)
        ]
        with self.catalog.transaction():
            ids = self.catalog.find_documents(origins)
            new = {
                origin: NewDocument(
                    origin,
                    parsed.document,
                    parsed.chunks,
                    found,
                    parsed.traits,
                )
                for origin, (_, parsed), found in zip(origins, window.files, ids_of, strict=True)
                if origin not in ids
            }
            ids.update(zip(new, self.catalog.add_documents([*new.values()]), strict=True))
            self.catalog.stage(
                [
                    self._row(
                        replace(file, size=parsed.size, mtime_ns=parsed.mtime_ns), ids[origin], key
                    )
                    for key, origin, (file, parsed) in zip(keys, origins, window.files, strict=True)
                ]
            )
        for file, parsed in window.files:
            self.tally.add(parsed.document)
            self.notes.extend(FileNote(file.name, note) for note in parsed.document.notes)
            self.sight += replace(parsed.document.sight, waiting_pages=0, waiting_pictures=0)
            self.chunks += len(parsed.chunks)
            self._count(file, len(parsed.chunks))

    def _row(
        self, file: Found, document: int | None, key: str, refused: Refused | None = None
    ) -> FileRow:
        racy = file.mtime_ns > self._fresh_ns
        again = refused is not None and not (refused.sha256 or refused.limit)
        return FileRow(
            self.known.root,
            file.name,
            file.size,
            NEVER if racy or again else file.mtime_ns,
            key,
            document,
            refused.reason if refused else None,
        )

    def _count(self, file: Found, chunks: int = 0) -> None:
        self.done.add(file.name)
        self.meter.done(file, chunks)


def _load(result: Parsed | Refused) -> int:
    """What a file is to the encoder."""
    chunks = result.chunks if isinstance(result, Parsed) else []
    return load(sum(chunk.end - chunk.start for chunk in chunks), len(chunks))


def embedding_input(context: str, text: str) -> str:
    """What the encoder reads of a chunk: its heading path, then its text.

    >>> embedding_input("Kettle > Cleaning", "Use vinegar.")
    'Kettle > Cleaning\\nUse vinegar.'
    """
    return f"{context}\n{text}" if context else text


def _input(parsed: Parsed, chunk: Chunk) -> str:
    return embedding_input(chunk.context, parsed.document.span(chunk.start, chunk.end))


def _length(chunk: Chunk) -> int:
    return len(chunk.context) + chunk.end - chunk.start


HASH = 16  # bytes


def text_hash(text: str) -> bytes:
    """By which the vector of a text is kept: of what the encoder reads, see :func:`embedding_input`."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:HASH]


def _each(hashes: bytes) -> Iterator[bytes]:
    return (hashes[i : i + HASH] for i in range(0, len(hashes), HASH))
