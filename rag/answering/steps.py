"""Generators as steps of answering: their pieces as events, or only what they return."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from rag.answering.answer import Answer, Event


def events(pieces: Generator[str, None, Any]) -> Generator[Event, None, Any]:
    """A generator's pieces of text as events; what it returns is passed on."""
    while True:
        try:
            yield Event("text", text=next(pieces))
        except StopIteration as done:
            return done.value


def returned(steps: Generator[Any, None, Answer]) -> Answer:
    """What a generator returns, whatever it yields."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            answer: Answer = done.value
            return answer
