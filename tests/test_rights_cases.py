"""Generated rules, groups, questions and filters against a plain oracle: a few of those of scripts/bench_rights.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged
from rag.store.contents import Contents
from rag.store.folder.cards import Cards
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.restricted import RestrictedCatalog
from scripts.bench_rights import Trial

CASES = 25


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Trial]:
    made = Trial(tmp_path_factory.mktemp("rights"), seed=20, embedder=embedder)
    yield made
    made.index.close()


def test_no_case_leaks_or_lacks(trial: Trial) -> None:
    for _ in range(CASES):
        case = next(trial.cases)
        assert not trial.leaks(case), case
    assert trial.counts["that would find more without rights"] > CASES / 4
    assert trial.counts["that find something by words"] > CASES / 4
    assert trial.counts["with a copy of which some names are hidden"] > CASES / 10


@pytest.mark.parametrize(
    ("owner", "name", "unguarded"),
    [
        (DenseIndex, "within", lambda self, _: self),
        (LexicalIndex, "of_files", lambda self, *_: self),
        (Cards, "of_files", lambda self, *_: self),
        (Contents, "of_files", lambda self, _: self),
        (RestrictedCatalog, "files", lambda self: self._whole.files()),
        (RestrictedCatalog, "document", lambda self, identity: self._whole.document(identity)),
    ],
)
def test_a_leak_is_seen(
    trial: Trial,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    unguarded: Callable[..., Any],
) -> None:
    monkeypatch.setattr(owner, name, unguarded)

    def leaks() -> bool:
        try:
            return bool(trial.leaks(next(trial.cases)))
        except (IndexDamaged, KeyError):
            return True  # the second wall, behind the first

    assert any(leaks() for _ in range(CASES))
