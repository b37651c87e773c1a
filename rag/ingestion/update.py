"""The write side: bring an index up to date with a folder.

Files are compared by size and time, then by content; what is new is parsed in worker
processes, embedded here, and staged file by file; at the end all of it is published as the
next generation, and the derived indexes follow. A crash at any point leaves the published
generation as it was and the staged work for the next run.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents import formats as loaders
from rag.documents.files import FileNote, Found, walk
from rag.documents.loaders.pdf import ocr_available
from rag.embedding.embedder import Embedder
from rag.errors import IndexMismatch
from rag.ingestion.pool import Parsed, Refused, parse_files
from rag.ingestion.report import Progress, UpdateReport
from rag.ingestion.worker import Job
from rag.settings import Settings
from rag.store.catalog import FIXED, Catalog, FileRow
from rag.store.publish import publish, repair

WINDOW = 256  # texts embedded, and committed, at a time
RACY_NS = 2_000_000_000  # a file this fresh may change again within the same time stamp

ProgressCallback = Callable[[Progress], None]


def update(
    path: Path,
    folder: Path,
    *,
    settings: Settings,
    embedder: Embedder,
    progress: ProgressCallback | None = None,
) -> UpdateReport:
    """Bring the index at ``path`` up to date with ``folder`` (or one file). Needs the writer lock.

    Ctrl-C ends it early: what is done by then is published, and the report says
    ``interrupted``.

    Raises:
        FolderError, IndexMismatch, IndexDamaged, StorageError, ModelError.
    """
    return _Run(path, folder, settings, embedder, progress).run()


def embedding_input(context: str, text: str) -> str:
    """What the encoder reads of a chunk: its heading path, then its text."""
    return f"{context}\n{text}" if context else text


def _text_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


@dataclass
class _Run:
    path: Path
    folder: Path
    settings: Settings
    embedder: Embedder
    progress: ProgressCallback | None
    begun: float = field(default_factory=time.monotonic)
    failed: list[FileNote] = field(default_factory=list)
    notes: list[FileNote] = field(default_factory=list)
    waiting: list[Parsed] = field(default_factory=list)
    waiting_chunks: int = 0
    chunks: int = 0
    embedded: int = 0
    files_done: int = 0
    bytes_done: int = 0
    files_total: int = 0
    bytes_total: int = 0

    def run(self) -> UpdateReport:
        found, skipped, self.failed = walk(self.folder)
        self.catalog = Catalog.create_or_open(self.path)
        try:
            check_or_set_identity(self.catalog, self.settings, self.embedder)
            return self._update(found, skipped)
        finally:
            self.catalog.close()

    def _update(self, found: list[Found], skipped: list[FileNote]) -> UpdateReport:
        one_file = self.folder.is_file()
        with self.catalog.transaction():
            root = self._root(self.folder.parent if one_file else self.folder)
        self.root = root
        published = {row.name: row for row in self.catalog.files() if row.root == root}
        staged = {row.name: row for row in self.catalog.files("staged") if row.root == root}
        self.known = {**published, **staged}
        changed = [file for file in found if not self._same(file)]
        self.files_total = len(changed)
        self.bytes_total = sum(file.size for file in changed)
        unseen = {failure.path for failure in self.failed}  # by the walk: there, or perhaps gone
        interrupted = False
        try:
            self._ingest(changed)
        except KeyboardInterrupt:
            interrupted = True
        names = {file.name for file in found}
        kept = names | unseen
        unlisted = tuple(path for path in unseen if path.endswith("/"))
        removed = [
            row.name
            for row in (*published.values(), *staged.values())
            if row.name not in kept
            and not one_file
            and not row.name.startswith(unlisted)
            and "." not in unseen
        ]
        return self._publish(root, published, sorted(set(removed)), names, skipped, interrupted)

    # -- what has changed -------------------------------------------------------------------

    def _root(self, folder: Path) -> int:
        """The id of the folder that names are relative to. When the only known one is gone from
        the disk, the folder has been moved, and its files keep their names."""
        path = os.fsencode(os.path.realpath(folder)).decode("utf-8", "backslashreplace")
        roots = self.catalog.roots()
        if path not in roots.values() and len(roots) == 1:
            identity, old = next(iter(roots.items()))
            if not os.path.exists(old):
                self.catalog.db.execute("UPDATE roots SET path = ? WHERE id = ?", (path, identity))
        return self.catalog.root(path)

    def _same(self, file: Found) -> bool:
        row = self.known.get(file.name)
        return (
            row is not None
            and (row.size, row.mtime_ns) == (file.size, file.mtime_ns)
            and row.loader == _loader_key(file)
        )

    # -- parse and embed --------------------------------------------------------------------

    def _ingest(self, changed: list[Found]) -> None:
        job = Job(
            tokenizer=self.embedder.tokenizer_file() if changed else "",
            chunk_tokens=self.settings.chunk_tokens,
            overlap_tokens=self.settings.overlap_tokens,
            context_tokens=self.settings.context_tokens,
            max_file_mb=self.settings.max_file_mb,
            max_memory_mb=self.settings.max_memory_mb,
            ocr_language=self.settings.ocr_language,
            formats=[
                [f.name, f.version, list(f.suffixes), f.loader]
                for f in reversed(loaders.formats())
                if not f.loader.startswith("rag.documents.formats.")
            ],
        )
        results = parse_files(
            self._unread(changed),
            job,
            workers=min(self.settings.worker_count(), max(1, len(changed))),
            timeout_s=self.settings.file_timeout_s,
        )
        try:
            for result in results:
                if isinstance(result, Refused):
                    self._refuse(result)
                else:
                    self.waiting.append(result)
                    self.waiting_chunks += len(result.chunks)
                    if self.waiting_chunks >= WINDOW:
                        self._flush()
            self._flush()
        finally:
            results.close()  # type: ignore[attr-defined]

    def _unread(self, changed: list[Found]) -> Iterator[Found]:
        """The files that must be parsed; one whose very content is known is staged at once."""
        for file in changed:
            document = None
            if file.size <= self.settings.max_file_mb * 1_000_000:
                try:
                    with open(file.path, "rb") as data:
                        sha256 = hashlib.file_digest(data, "sha256").hexdigest()
                    document = self.catalog.find_document(sha256, _loader_key(file))
                except OSError:
                    pass  # the worker meets the same error, and reports it
            if document is None:
                yield file
            else:
                with self.catalog.transaction():
                    self._stage(file, document, file.size, file.mtime_ns)
                self._count(file)

    def _refuse(self, result: Refused) -> None:
        file, before = result.file, self.known.get(result.file.name)
        self.failed.append(FileNote(file.name, result.reason))
        # A passing failure leaves what was there; a lasting one must not be cited any more.
        if not result.passing or before is None:
            with self.catalog.transaction():
                self.catalog.stage(
                    FileRow(
                        self.root,
                        file.name,
                        file.size,
                        -1 if result.passing else file.mtime_ns,
                        _loader_key(file),
                        None,
                        result.reason,
                    )
                )
        self._count(file)

    def _flush(self) -> None:
        """Embed the chunks of the waiting files and stage the files, one transaction each."""
        waiting, self.waiting, self.waiting_chunks = self.waiting, [], 0
        vectors = self._embed(waiting)
        for parsed in waiting:
            key = _loader_key(parsed.file)
            with self.catalog.transaction():
                document = self.catalog.find_document(parsed.sha256, key)
                if document is None:
                    ids = [vectors[_text_hash(text)] for text in _inputs(parsed)]
                    document = self.catalog.add_document(
                        parsed.sha256, key, parsed.document, parsed.chunks, ids
                    )
                self._stage(parsed.file, document, parsed.size, parsed.mtime_ns)
            self.notes.extend(FileNote(parsed.file.name, note) for note in parsed.document.notes)
            self.chunks += len(parsed.chunks)
            self._count(parsed.file)

    def _embed(self, waiting: list[Parsed]) -> dict[bytes, int]:
        """Vector ids of all chunks of these files by text hash; only new texts are embedded."""
        texts = {_text_hash(text): text for parsed in waiting for text in _inputs(parsed)}
        model = self.embedder.fingerprint
        known = self.catalog.find_vectors(model, list(texts))
        new = sorted((key for key in texts if key not in known), key=lambda key: len(texts[key]))
        for i in range(0, len(new), WINDOW):
            part = new[i : i + WINDOW]
            vectors = self.embedder.encode([texts[key] for key in part])
            with self.catalog.transaction():
                self.catalog.add_vectors(model, part, vectors)
            self.embedded += len(part)
            self._tell(extra=i + len(part))
        return {**known, **self.catalog.find_vectors(model, new)}

    def _stage(self, file: Found, document: int, size: int, mtime_ns: int) -> None:
        racy = time.time_ns() - mtime_ns < RACY_NS
        self.catalog.stage(
            FileRow(
                self.root,
                file.name,
                size,
                -1 if racy else mtime_ns,
                _loader_key(file),
                document,
                None,
            )
        )

    def _count(self, file: Found) -> None:
        self.files_done += 1
        self.bytes_done += file.size
        self._tell()

    def _tell(self, extra: int = 0) -> None:
        if self.progress:
            self.progress(
                Progress(
                    self.files_done,
                    self.files_total,
                    self.bytes_done,
                    self.bytes_total,
                    self.chunks + extra,
                    time.monotonic() - self.begun,
                )
            )

    # -- publish ----------------------------------------------------------------------------

    def _publish(
        self,
        root: int,
        published: dict[str, FileRow],
        removed: list[str],
        names: set[str],
        skipped: list[FileNote],
        interrupted: bool,
    ) -> UpdateReport:
        staged = {row.name: row for row in self.catalog.files("staged") if row.root == root}
        gone = [name for name in removed if name in published]
        real = {
            name: row
            for name, row in staged.items()
            if name not in published
            or (published[name].document, published[name].failure) != (row.document, row.failure)
        }
        pending = set(removed) & set(staged)
        if pending:
            with self.catalog.transaction():
                self.catalog.db.executemany(
                    "DELETE FROM staged WHERE root = ? AND name = ?",
                    [(root, name) for name in pending],
                )
                for name in pending:
                    staged.pop(name, None)
                    real.pop(name, None)
        if real or gone:
            publish(self.catalog, self.path, self.embedder.dimension, [(root, n) for n in gone])
        else:
            # New time stamps on old content: nothing that a reader could see.
            with self.catalog.transaction():
                self.catalog.db.execute("INSERT OR REPLACE INTO files SELECT * FROM staged")
                self.catalog.db.execute("DELETE FROM staged")
            if self.catalog.get("generation") is None:
                publish(self.catalog, self.path, self.embedder.dimension, [])
            else:
                repair(self.catalog, self.path, self.embedder.dimension)
        told = {failure.path for failure in self.failed}
        old_failures = [
            FileNote(row.name, row.failure)
            for row in self.catalog.files()
            if row.root == root and row.failure and row.name in names and row.name not in told
        ]
        added = [
            n
            for n, r in real.items()
            if r.document is not None and (n not in published or published[n].document is None)
        ]
        changed = [n for n, r in real.items() if r.document is not None and n not in added]
        moved = []
        for name in gone:
            twin = next(
                (
                    n
                    for n in added
                    if real[n].document == published[name].document
                    and published[name].document is not None
                ),
                None,
            )
            if twin:
                added.remove(twin)
                moved.append((name, twin))
        lost = [
            n
            for n, r in real.items()
            if r.document is None and n in published and published[n].document is not None
        ]
        was_moved = {old for old, _ in moved}
        failed = [*self.failed, *old_failures]
        touched = {*added, *changed, *(new for _, new in moved), *(f.path for f in failed)}
        return UpdateReport(
            added=tuple(sorted(added)),
            changed=tuple(sorted(changed)),
            removed=tuple(
                n
                for n in sorted({*gone, *lost})
                if n not in was_moved and (n in lost or published[n].document is not None)
            ),
            moved=tuple(moved),
            unchanged=sum(
                1
                for row in self.catalog.files()
                if row.root == root
                and row.document is not None
                and row.name not in touched
                and row.name in names
            ),
            skipped=tuple(skipped),
            failed=tuple(sorted(failed, key=lambda f: f.path)),
            notes=tuple(self.notes),
            chunks=self.chunks,
            embedded=self.embedded,
            generation=self.catalog.generation(),
            seconds=time.monotonic() - self.begun,
            interrupted=interrupted,
        )


def _inputs(parsed: Parsed) -> list[str]:
    text = parsed.document.text
    return [embedding_input(c.context, text[c.start : c.end]) for c in parsed.chunks]


def _loader_key(file: Found) -> str:
    """The loader and its version; with OCR there, scanned pages read differently."""
    ocr = "+ocr" if file.format.name == "pdf" and ocr_available() else ""
    return file.format.key + ocr


def check_or_set_identity(catalog: Catalog, settings: Settings, embedder: Embedder) -> None:
    """A new index takes on the model and chunking of ``settings``; an old one must have them.

    Raises:
        IndexMismatch: it has others.
    """
    mine = {
        "model": settings.model,
        "fingerprint": embedder.fingerprint,
        "dimension": str(embedder.dimension),
        **{name: str(getattr(settings, name)) for name in FIXED},
    }
    if catalog.get("fingerprint") is None:
        with catalog.transaction():
            catalog.set(**mine)
        return
    for name, value in mine.items():
        stored = catalog.get(name)
        if stored != value and name != "model":
            what = "model" if name in ("fingerprint", "dimension") else name
            theirs = catalog.get("model") if what == "model" else stored
            ours = settings.model if what == "model" else value
            if theirs == ours:
                theirs, ours = f"{theirs} ({stored})", f"{ours} ({value})"
            raise IndexMismatch(
                f"{catalog.path.parent}: built with {what} {theirs}, not {ours}. Use {theirs}, "
                "or build a new index in another folder."
            )
