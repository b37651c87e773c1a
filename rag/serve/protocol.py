"""What front and workers say to each other: a JSON value a line, over pipes.

The front sends a :class:`Start` and then a :class:`Task` at a time; the worker answers with :class:`Said`: any
number of events, then one that is done or failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.codec import from_json, to_json
from rag.serve.config import LogSettings, ServedIndex


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker opens: indexes by name, their paths absolute. ``cache`` is the file, or the database, that
    keeps answers of models that are paid for; "" is none."""

    indexes: Mapping[str, ServedIndex]
    warm: bool = True  # load models now, not with the first question
    log: LogSettings = field(default_factory=LogSettings)
    cache: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """An operation of :mod:`rag.serve.worker`, and its arguments by name; ``request`` is the id of what it is for."""

    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    request: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An event of a task by its ``kind`` and ``value``; or the end of one, ``done``; ``failed`` names the class of
    an error of :mod:`rag.errors` and ``value`` its text."""

    kind: str = ""
    value: Any = None
    done: bool = False
    failed: str = ""


def to_line(message: Start | Task | Said) -> bytes:
    """As it goes over a pipe."""
    return to_json(message).encode() + b"\n"


def said_of(line: bytes) -> Said:
    """What a worker's line says."""
    return from_json(line, Said)
