"""A line of the audit, and how lines are read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Protocol

from rag.codec import DecodeError, from_json
from rag.errors import StorageError
from rag.serve.scrubbing import scrubbed

Outcome = Literal["answered", "refused", "problem", "left", "done"]
"""An answer or abstention was given; the caller may not ask this, or so much; something went wrong; the caller went
away before the answer; something other than a question was done."""


@dataclass(frozen=True, slots=True)
class Read:
    """A passage that was found for a question: ``text[start:end]`` of the document."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question, search, upload, removal or change of keys.

    ``time`` is UTC, ``key`` the name of the key, ``prompt`` name, version and hash of the prompt, ``cost`` what a paid
    model took, in the price table's currency, ``seconds`` those of each stage. ``status`` and ``problem`` say how it was
    refused or went wrong. ``about`` are names: of files that were uploaded or removed, of keys.
    """

    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    what: str = "question"
    request: str = ""
    door: str = ""
    key: str = ""
    index: str = ""
    outcome: Outcome = "done"
    generation: int = 0
    question: str = ""
    passages: tuple[Read, ...] = ()
    prompt: str = ""
    model: str = ""
    answer: str = ""
    tier: str = ""
    confidence: float | None = None
    abstained: bool = False
    tokens: Mapping[str, int] = field(default_factory=dict)
    cost: float | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    status: int = 200
    problem: str = ""
    about: tuple[str, ...] = ()


class Kept(Protocol):
    """Where lines are kept."""

    name: str

    def append(self, lines: Sequence[Line]) -> None:
        """Keep these lines, or none of them.

        Raises:
            OSError, StorageError: they cannot be kept now.
        """

    def lines(self) -> Iterator[Line]:
        """All that are kept, oldest first.

        Raises:
            StorageError: there are none, or one is no line.
        """

    def rewrite(self, change: Callable[[Line], Line | None]) -> int:
        """Change lines that are kept, or remove them where ``change`` gives None; how many there were. For what must
        be forgotten alone: an audit is not changed otherwise.

        Raises:
            StorageError: a line is not one, or they cannot be changed.
        """


def line_of(text: str | bytes, place: str) -> Line:
    """The line that a text is; ``place`` is where it stands.

    Raises:
        StorageError: it is none.
    """
    try:
        return from_json(text, Line)
    except DecodeError as error:
        raise StorageError(f"{place}: not a line of an audit: {error}.") from None


def scrubbed_line(line: Line) -> Line:
    """As it is kept: without secrets and personal data."""
    return replace(
        line,
        question=scrubbed(line.question),
        answer=scrubbed(line.answer),
        problem=scrubbed(line.problem),
    )
