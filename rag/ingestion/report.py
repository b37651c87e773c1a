"""What an update tells: how far it is, and in the end what it did."""

from __future__ import annotations

from dataclasses import dataclass

from rag.documents.files import FileNote


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, file by file. ``moved`` pairs are (old name, new name)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    skipped: tuple[FileNote, ...] = ()
    failed: tuple[FileNote, ...] = ()
    notes: tuple[FileNote, ...] = ()
    chunks: int = 0
    embedded: int = 0
    generation: int = 0
    seconds: float = 0.0
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running update is; handed to the ``progress`` callback."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    chunks: int
    seconds: float

    @property
    def chunks_per_second(self) -> float:
        return self.chunks / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By bytes; None until there is something to judge by."""
        if not self.bytes or self.seconds < 1:
            return None
        return self.seconds * (self.bytes_total - self.bytes) / self.bytes
