"""An index as a worker holds it: open, with the chain that answers from it, for callers of any rights."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog

from rag.answering.cache import AnswerCache
from rag.answering.qa import QA
from rag.errors import IndexMismatch, QueryError, RagError, SettingsError
from rag.index import Index
from rag.rights import Rights
from rag.serve.answers import SHARED, SharedAnswerCache
from rag.serve.config import ServedIndex
from rag.serve.state import in_database, open_state

_log = structlog.get_logger("rag.serve")
LOOK_EVERY_S = 1.0  # how often it is seen whether the index was updated


class Opened:
    """One served index. What it holds on disk is taken up when it changes, between two tasks."""

    def __init__(self, served: ServedIndex, cache: str = "") -> None:
        """Opens it; ``cache`` is as in :class:`rag.serve.protocol.Start`.

        Raises:
            RagError: it cannot be opened.
        """
        self.served = served
        self._cache = _cache(cache) if cache and served.paid else None
        self._open()
        self._rights: Rights | SettingsError | None = None
        self._rules = (0, 0)
        self._take_rules()
        if isinstance(self._rights, SettingsError):
            raise self._rights

    def _open(self) -> None:
        self.index = Index.open(self.served.path)
        self._qa: QA | None = None
        self._looked = time.monotonic()

    @property
    def qa(self) -> QA:
        """The chain for who may read all; its model is loaded when it is first needed.

        Raises:
            RagError: it cannot be loaded.
        """
        if self._qa is None:
            served = self.served
            self._qa = QA(
                self.index,
                model=served.model,
                adapter=served.adapter or None,
                k=served.k,
                threshold=served.threshold,
                prompt=served.prompt,
                cache=self._cache,
            )
        return self._qa

    def refresh(self, *, now: bool = False) -> None:
        """Take up what is on disk, if it has changed. An index that is away for now goes on as it was."""
        if not now and time.monotonic() - self._looked < LOOK_EVERY_S:
            return
        self._looked = time.monotonic()
        try:
            self.index.refresh()
        except IndexMismatch:  # built anew in another way
            before = self.index
            with suppress(RagError):
                self._open()
                before.close()
        except RagError:
            pass
        self._take_rules()

    def _take_rules(self) -> None:
        """Read the rules of rights, if their file has changed. While they cannot be read, nobody reads by them."""
        path = self.served.rights
        if not path:
            return
        try:
            found = os.stat(path)
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = (-1, -1)
        if stamp == self._rules:
            return
        self._rules = stamp
        try:
            self._rights = Rights.load(path, outside=self.index.folders)
        except SettingsError as error:
            why = str(error).replace(path, os.path.basename(path))
            _log.error("rules of rights cannot be read: nobody reads by them", why=why)
            self._rights = error

    def chain(self, groups: Sequence[str] | None) -> QA:
        """The chain for who is in these groups; None is for who may read all.

        Raises:
            RagError: the rules cannot be read.
        """
        if groups is None or self._rights is None:
            return self.qa
        if isinstance(self._rights, SettingsError):
            raise self._rights
        return self.qa.over(self.index.restricted(self._rights.for_groups(groups)))

    def warm(self) -> None:
        """Load models, and let what is only computed once be computed."""
        question = "Why were these documents written?"  # of which a few words are no answer: it takes a second look
        with suppress(QueryError):
            if self.served.paid:
                self.qa.retrieve(question)
            else:
                self.qa.ask(question)


def _cache(place: str) -> AnswerCache:
    if in_database(place):
        return SharedAnswerCache(open_state(place, SHARED))
    return AnswerCache(place)


class Library:
    """The indexes that a worker has opened, by name."""

    def __init__(self, indexes: Mapping[str, ServedIndex], *, warm: bool, cache: str = "") -> None:
        """Opens all of them; ``cache`` is as in :class:`rag.serve.protocol.Start`.

        Raises:
            RagError: one cannot be opened, or a model not loaded.
        """
        self._opened = {name: Opened(served, cache) for name, served in indexes.items()}
        if warm:
            for one in self._opened.values():
                one.warm()

    def __getitem__(self, name: str) -> Opened:
        return self._opened[name]

    def refresh(self, **how: Any) -> None:
        """:meth:`Opened.refresh` of all."""
        for one in self._opened.values():
            one.refresh(**how)
