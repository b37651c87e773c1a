"""What is asked, and what a good system should find and answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands. Without ``source`` the quote may stand in any file; without ``quote``
    all of the page, or of the file, will do. ``grade`` is how relevant it is, from 1."""

    source: str = ""
    page: int | None = None
    quote: str = ""
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """``answers`` are right answers, any of which will do. Answerable without answers: only what is
    retrieved can be judged. ``line`` is where it stands in its file; 0 if there are no lines."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    answerable: bool = True
    tags: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class GoldSet:
    """``sha256`` is of the questions as read, whatever file they came from."""

    name: str
    questions: tuple[Question, ...]

    @property
    def sha256(self) -> str:
        """Of the questions as read: two files that hold the same ones have the same."""
        text = "\n".join(repr(question) for question in self.questions)
        return hashlib.sha256(text.encode()).hexdigest()
