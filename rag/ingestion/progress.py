"""How far an update is, how fast it goes, and when what is to be read will have been read.

Nothing is known of a file before it is read but its format and its size, and what a file of these costs differs a
hundredfold. So files are read in an order (:func:`mixed`) in which each part of the way is like the whole, and what is
left is judged by what files of the same format and about the same size have cost so far (:class:`Meter`).
"""

from __future__ import annotations

import math
import time
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from rag.documents.files import Found

Phase = Literal["listing", "comparing", "reading", "publishing"]

OFTEN_S = 0.1
"""How often progress is told at most, but for the first word of a phase."""

WHILE_S = 30.0
"""The last while, of which rates are."""

SETTLED_S = 2.0
"""Nothing is said of the time left before."""

HALF_LIFE_S = 120.0
"""By then, what embedding cost counts half of what it costs now: a machine may have more to do than before."""

ALMOST = 0.999
"""As much is done at the most while something is not."""

A_FILE = 2_000
"""Bytes that opening and keeping a file counts for, however small it is."""

A_CHUNK = 100
"""Characters that a chunk counts for beside its own."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running update is; handed to the ``progress`` callback, at most ten times a second. ``phase``: the
    folder is being listed (``files`` are those found so far, of a total that nobody knows: 0), its files compared
    with what is known of them, those that are new or changed being read and embedded (``files`` of ``files_total``),
    and in the end published: what was read becomes visible, search indexes are written. Rates are of the last half
    minute. ``seconds_left`` is an estimate of what reading will take still, None while there is nothing to judge by;
    ``share``, from 0 to 1, is how much of the work of reading is done; it never falls. ``reading`` is a file of which
    OCR looks at pages or pictures, ``looked`` at which of them; or a long text, of which ``parsed``, from 0 to 1, has been
    read and cut; "" and 0 at all other times.
    """

    phase: Phase
    files: int = 0
    files_total: int = 0
    bytes: int = 0
    bytes_total: int = 0
    chunks: int = 0
    seconds: float = 0.0
    files_per_second: float = 0.0
    bytes_per_second: float = 0.0
    chunks_per_second: float = 0.0
    share: float = 0.0
    seconds_left: float | None = None
    reading: str = ""
    looked: int = 0
    parsed: float = 0.0


ProgressCallback = Callable[[Progress], None]


def _weight(file: Found) -> float:
    """What a file counts for among files that are alike: of two, one of which is four times as large, the larger
    costs something between as much and four times as much."""
    return math.sqrt(file.size + A_FILE)


def _alike(file: Found) -> tuple[str, int]:
    """Files that are judged by each other: of one format, and none eight times as large as another."""
    return file.format.name, (file.size + A_FILE).bit_length() // 3


def mixed(files: Sequence[Found]) -> list[Found]:
    """``files`` in an order in which at each moment about the same share of each format and size has been read, those of a kind
    in no order but always the same. So what was read tells of what is left, and the largest files don't come last."""
    kinds: dict[tuple[str, int], list[Found]] = defaultdict(list)
    for file in sorted(files, key=lambda file: zlib.crc32(file.name.encode())):
        kinds[_alike(file)].append(file)
    placed: list[tuple[float, int, Found]] = []
    for members in kinds.values():
        whole, before = sum(map(_weight, members)), 0.0
        for file in members:
            placed.append((before / whole, file.size, file))
            before += _weight(file)
    return [file for *_, file in sorted(placed, key=lambda one: one[:2])]


def load(characters: int, chunks: int = 1) -> int:
    """What embedding ``chunks`` texts of so many characters, all in all, counts for."""
    return characters + A_CHUNK * chunks


@dataclass(slots=True)
class _Kind:
    """What is known of files that are alike: the weight of those that are not parsed yet, and of those that were, their
    weight, the seconds that it took, and the load that they are to the encoder."""

    left: float = 0.0
    parsed: float = 0.0
    seconds: float = 0.0
    load: int = 0


class Meter:
    """Measures an update and tells its :class:`Progress`.

    Work is measured in seconds: those in which a file was parsed, and those in which texts were embedded and
    stored. How much of it gets done in a second (parsing goes on beside) is seen as it goes.
    """

    def __init__(
        self, callback: ProgressCallback | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._callback = callback
        self._clock = clock
        self._begun, self._told = clock(), -math.inf
        self._phase: Phase = "listing"
        self._files = self._files_total = self._bytes = self._bytes_total = self._chunks = 0
        self._underway = 0  # chunks that have been embedded, of files that are not staged
        self._samples: deque[tuple[float, int, int, int]] = deque()
        self._kinds: dict[tuple[str, int], _Kind] = {}
        self._waiting = 0  # the load of what is parsed and not embedded
        self._parsing: float | None = None  # since when
        self._worked = 0.0
        self._embedding: tuple[float, int] | None = None  # since when, and the load by now
        self._recent = (0.0, 0.0)  # seconds of embedding, and the load, what is long ago less
        self._share = 0.0

    def listed(self, files: int) -> None:
        """So many files have been found in the folder."""
        self._files = files
        self.tell()

    def comparing(self, files: int) -> None:
        """The folder has been listed."""
        self._phase, self._files, self._files_total = "comparing", 0, files
        self.tell(at_once=True)

    def read(self, files: Sequence[Found]) -> None:
        """These files are to be read."""
        self._phase, self._files = "reading", 0
        self._files_total, self._bytes_total = len(files), sum(file.size for file in files)
        for file in files:
            self._kinds.setdefault(_alike(file), _Kind()).left += _weight(file)
        self.tell(at_once=True)

    def parsed(self, file: Found, seconds: float, load: int = 0) -> None:
        """A file has been parsed, or refused, or was known: in so many seconds, with so much to embed."""
        if self._parsing is None:
            self._parsing = self._clock() - seconds
        kind = self._kinds.setdefault(_alike(file), _Kind())
        kind.left -= _weight(file)
        kind.parsed += _weight(file)
        kind.seconds += seconds
        kind.load += load
        self._worked += seconds
        self._waiting += load

    @contextmanager
    def embedding(self, load: int) -> Iterator[None]:
        """The block embeds and stores ``load`` of what was parsed."""
        begun = self._clock()
        self._embedding = (begun, 0)
        try:
            yield
        finally:
            self._embedding, self._underway = None, 0
            spent = self._clock() - begun
            self._worked += spent
            self._waiting -= load
            faded = 0.5 ** (spent / HALF_LIFE_S)
            seconds, loads = self._recent
            self._recent = (seconds * faded + spent, loads * faded + load)

    def embedded(self, chunks: int, load: int) -> None:
        """So much of what is being embedded has been."""
        if self._embedding:
            self._underway += chunks
            self._embedding = (self._embedding[0], self._embedding[1] + load)
        self.tell()

    def done(self, file: Found, chunks: int = 0) -> None:
        """A file is dealt with."""
        self._files += 1
        self._bytes += file.size
        self._chunks += chunks
        self._underway = max(0, self._underway - chunks)
        self.tell()

    def publishing(self) -> None:
        """All is read, or no more is to be."""
        self._phase = "publishing"
        self.tell(at_once=True)

    def tell(
        self, *, at_once: bool = False, reading: str = "", looked: int = 0, parsed: float = 0.0
    ) -> None:
        """Hand the progress to the callback, unless that has just been done."""
        now = self._clock()
        if not self._callback or not (at_once or reading or now - self._told >= OFTEN_S):
            return
        self._told = now
        files, size, chunks = self._rates(now)
        left = self._seconds_left(now) if self._phase == "reading" else None
        if left is not None and self._parsing is not None:
            spent = now - self._parsing
            self._share = max(self._share, min(ALMOST, spent / max(spent + left, 1e-9)))
        self._callback(
            Progress(
                phase=self._phase,
                files=self._files,
                files_total=self._files_total,
                bytes=self._bytes,
                bytes_total=self._bytes_total,
                chunks=self._chunks + self._underway,
                seconds=now - self._begun,
                files_per_second=files,
                bytes_per_second=size,
                chunks_per_second=chunks,
                share=self._share,
                seconds_left=left,
                reading=reading,
                looked=looked,
                parsed=parsed,
            )
        )

    def _rates(self, now: float) -> tuple[float, float, float]:
        """Files, bytes and chunks a second, of the last while."""
        sample = (now, self._files, self._bytes, self._chunks + self._underway)
        if self._phase != "reading":
            self._samples.clear()
            return 0.0, 0.0, 0.0
        if not self._samples or now - self._samples[-1][0] >= 1.0:
            self._samples.append(sample)
        while len(self._samples) > 2 and now - self._samples[1][0] >= WHILE_S:
            self._samples.popleft()
        since, *before = self._samples[0]
        if now - since < 1.0:
            return 0.0, 0.0, 0.0
        files, size, chunks = (
            (new - old) / (now - since) for new, old in zip(sample[1:], before, strict=True)
        )
        return files, size, chunks

    def _seconds_left(self, now: float) -> float | None:
        """What is left, by what has been seen of files that are alike, at the pace of so far."""
        begun, embedded = self._embedding or (now, 0)
        spent = now - begun
        seconds, loads = self._recent[0] + spent * bool(embedded), self._recent[1] + embedded
        parsed = sum(kind.parsed for kind in self._kinds.values())
        waiting = self._waiting - embedded
        if (
            self._parsing is None
            or now - self._begun < SETTLED_S
            or not parsed
            or (waiting > 0 and not loads)
        ):
            return None
        each = seconds / loads if loads else 0.0  # seconds of embedding, for each of the load
        usual = sum(kind.seconds + kind.load * each for kind in self._kinds.values()) / parsed
        left = waiting * each
        for kind in self._kinds.values():
            seen = (kind.seconds + kind.load * each) / kind.parsed if kind.parsed else usual
            left += kind.left * seen
        return (now - self._parsing) * left / max(self._worked + spent, 1e-9)
