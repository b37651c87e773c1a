"""Keys, sessions, and what stands before every request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from rag import Index
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import Limits, load_config
from rag.serve.state import State
from tests.serving import served, write_folder

QUESTION = {"question": "How many days of paid holiday are there?"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    state = State(tmp_path_factory.mktemp("state"), gate.SCHEMA)
    yield state
    state.close()


@pytest.fixture(scope="module")
def keys(state: State) -> Keys:
    """The keys of the server, from another process's point of view: a connection of its own."""
    return Keys(state)


@pytest.fixture(scope="module")
def address(index: Path, state: State, keys: Keys) -> Iterator[str]:
    keys.create("first")
    config = load_config(
        None, index=(f"demo={index}", f"other={index}"), state=str(state.folder), workers=1
    )
    with served(replace(config, limits=Limits(failed_tries_a_minute=1000))) as address:
        yield address


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_opens_what_it_is_for(address: str, keys: Keys) -> None:
    key = keys.create("alice", indexes=["other"])
    found = httpx.get(f"{address}/api/indexes", headers=bearer(key)).json()["indexes"]
    assert [(one["name"], one["roles"]) for one in found] == [("other", ["ask"])]
    refused = httpx.post(
        f"{address}/api/ask", json={**QUESTION, "index": "demo"}, headers=bearer(key)
    )
    assert (refused.status_code, refused.json()["title"]) == (404, "No such index")
    assert next(one.used for one in keys.list() if one.name == "alice") > time.time() - 60
