"""How often a key may come, what it may spend, and what it is told when the server has enough to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from click.testing import CliRunner

from rag import Index
from rag.cli import main
from rag.errors import SettingsError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import load_config
from rag.serve.state import SqliteState
from tests.serving import served, write_folder
from tests.waiting import until
from tests.web import web_server

QUESTION = "How many days of paid holiday are there?"
ANSWER = 'Full-time employees get 30 days of paid holiday a year. [1 "30 days of paid holiday"]'
CONFIG = """
[server]
workers = 1
queue = 1
[limits]
asks_a_minute = 0
searches_a_minute = 3
[limits.keys.alice]
asks_a_minute = 2
[budget]
tokens = 6000
[budget.keys.bob]
tokens = 400
[budget.keys.carol]
money = 0.001
[prices."openai:tiny"]
input = 1.0
output = 10.0
[index.free]
path = "demo"
[index.paid]
path = "demo"
model = "openai:tiny"
"""


class Provider(BaseHTTPRequestHandler):
    """Answers as OpenAI's chat completions do, and counts how often it was asked."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body["messages"][-1]["content"])
        head = {"id": "1", "created": 0, "model": "tiny"}
        usage = {"prompt_tokens": 320, "completion_tokens": 22, "total_tokens": 342}
        if not body.get("stream"):
            message = {"role": "assistant", "content": ANSWER}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
            return self._send("application/json", json.dumps(whole))
        head["object"] = "chat.completion.chunk"
        deltas = [({"content": ANSWER}, None), ({}, "stop")]
        chunks: list[dict[str, Any]] = [
            {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
            for delta, reason in deltas
        ]
        chunks.append({**head, "choices": [], "usage": usage})
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
        self._send("text/event-stream", "".join(lines) + "data: [DONE]\n\n")

    def _send(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Shop:
    """A running server that a provider's model answers for, and its keys."""

    address: str
    folder: Path
    keys: dict[str, str]

    def client(self, name: str) -> httpx.Client:
        shown = {"Authorization": f"Bearer {self.keys[name]}"}
        return httpx.Client(base_url=self.address, headers=shown, timeout=60)

    def ask(self, name: str, question: str = QUESTION, index: str = "paid") -> httpx.Response:
        with self.client(name) as client:
            return client.post("/api/ask", json={"question": question, "index": index})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    Index.build(write_folder(folder / "docs"), folder / "demo").close()
    (folder / "serve.toml").write_text(CONFIG)
    state = SqliteState(folder / "demo.serve", gate.SCHEMA)
    keys = {name: Keys(state).create(name) for name in ("alice", "bob", "carol", "dave", "erin")}
    state.close()
    with web_server(Provider) as provider, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", f"{provider}/v1")
        patch.setenv("OPENAI_API_KEY", "none")
        config = load_config(folder / "serve.toml")
        with served(replace(config, folder=folder)) as address:
            yield Shop(address, folder / "demo.serve", keys)


def test_a_key_may_ask_so_often(shop: Shop) -> None:
    first, second, third = (shop.ask("alice", index="free") for _ in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert first.headers["ratelimit-policy"] == '"asks";q=2;w=60'
    assert first.headers["ratelimit"].startswith('"asks";r=1;t=')
    assert third.headers["ratelimit"].startswith('"asks";r=0;t=')
    wait = int(third.headers["retry-after"])
    assert 1 <= wait <= 60
    assert third.json()["detail"] == f"This key may send 2 asks a minute. Try again in {wait} s."
    assert shop.ask("dave", index="free").status_code == 200  # another key's are its own
    with shop.client("alice") as client:
        asked = {"model": "free", "messages": [{"role": "user", "content": QUESTION}]}
        refused = client.post("/v1/chat/completions", json=asked)  # another door to the same
        assert refused.status_code == 429 and "retry-after" in refused.headers
        assert refused.json()["error"]["type"] == "rate_limit_error"
        searched = [client.post("/api/search", json={"question": "pay"}) for _ in range(4)]
        assert [one.status_code for one in searched] == [200, 200, 200, 429]


def test_a_paid_answer_says_what_it_cost_and_costs_once(shop: Shop) -> None:
    assert Provider.asked == []  # starting has cost nothing
    first = shop.ask("dave").json()
    assert "30 days of paid holiday" in first["text"] and first["model"] == "openai:tiny"
    cost = (320 * 1.0 + 22 * 10.0) / 1_000_000
    assert first["usage"]["cost"] == pytest.approx(cost)
    assert first["usage"]["tokens_left"] == 6000 - 342
    again = shop.ask("erin").json()
    assert again["cached"] and again["text"] == first["text"]
    assert (again["usage"]["cost"], again["usage"]["tokens_left"]) == (0, 6000)
    assert len(Provider.asked) == 1
    with shop.client("dave") as client:
        assert client.get("/api/usage").json() == {
            "tokens": 342,
            "money": pytest.approx(cost),
            "tokens_left": 6000 - 342,
            "money_left": None,
        }


def test_what_is_not_left_is_not_spent(shop: Shop) -> None:
    assert shop.ask("bob", "When are salaries paid?").status_code == 200
    before = len(Provider.asked)
    refused = shop.ask("bob", "What is the VPN called?")
    assert refused.status_code == 429 and refused.json()["title"] == "Budget spent"
    assert refused.json()["detail"] == (
        "58 of 400 tokens are left of this key's budget for today, and a question takes about 342. "
        "It is whole again at midnight."
    )
    assert 1 <= int(refused.headers["retry-after"]) <= 86_400
    assert shop.ask("bob", "What is the VPN called?", index="free").status_code == 200
    assert shop.ask("carol", "When are salaries due?").status_code == 200
    refused = shop.ask("carol", "What is the VPN called?")
    assert refused.json()["detail"].startswith(
        "0.0005 of 0.001 is left of this key's budget for today, and a question costs about 0.0005."
    )
    assert len(Provider.asked) == before + 1


def test_who_goes_away_has_spent_what_was_asked_for_him(shop: Shop) -> None:
    with shop.client("erin") as client:
        spent = client.get("/api/usage").json()["tokens"]
        asked = {"question": "Which day is pay day?", "index": "paid", "stream": True}
        with client.stream("POST", "/api/ask", json=asked) as streamed:
            next(streamed.iter_lines())
        # The server sees in its own time that he has gone.
        now = until(lambda now: now > spent, lambda: client.get("/api/usage").json()["tokens"])
        assert now >= spent + 300


def test_usage_is_kept_by_key_day_index_and_model(shop: Shop) -> None:
    shown = CliRunner().invoke(main, ["key", "usage", "--json", "--state", str(shop.folder)])
    found = {(one["key"], one["index"], one["model"]): one for one in json.loads(shown.output)}
    bob = found["bob", "paid", "openai:tiny"]
    assert (bob["questions"], bob["cached"], bob["input_tokens"]) == (1, 0, 320)
    assert found["bob", "free", "reader"]["cost"] == 0
    assert found["erin", "paid", "openai:tiny"]["cached"] == 1
    shown = CliRunner().invoke(main, ["key", "usage", "--state", str(shop.folder)])
    assert "bob  paid  openai:tiny: 1 asked, 320 tokens in, 22 out, cost 0.0005" in shown.output


async def test_too_much_at_once_is_told_to_come_back_at_every_door(shop: Shop) -> None:
    shown = {"Authorization": f"Bearer {shop.keys['dave']}"}
    messages = [{"role": "user", "content": QUESTION}]
    doors: dict[str, dict[str, Any]] = {
        "/api/ask": {"question": QUESTION, "index": "free"},
        "/v1/chat/completions": {"model": "free", "messages": messages},
    }
    async with httpx.AsyncClient(base_url=shop.address, headers=shown, timeout=60) as client:
        for door, asked in doors.items():
            for stream in (False, True):
                body = {**asked, "stream": stream}
                sent = [client.post(door, json=body) for _ in range(6)]
                got = await asyncio.gather(*sent)
                refused = [one for one in got if one.status_code == 503]
                assert {one.status_code for one in got} == {200, 503}
                assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
                assert "Too many questions wait already." in refused[0].text


def test_limits_that_cannot_be_kept_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "serve.toml"
    for before, after, said in (
        ("asks_a_minute = 2", "asks = 2", r"asks is not a setting of \[limits.keys.alice\]"),
        ("asks_a_minute = 2", "asks_a_minute = -1", "asks_a_minute is -1; it must be at least 0"),
        ("output = 10.0", "", r"\[prices.openai:tiny\] needs output"),
        (
            'prices."openai:tiny"',
            'prices."openai:big"',
            '"openai:tiny" of the index paid has no price',
        ),
        (
            "[limits.keys.alice]\nasks_a_minute = 2",
            "keys = 3",
            r"\[limits.keys\] must hold tables",
        ),
        ("queue = 1", "queue = 0", "queue is 0; it must be from 1"),
        ("tokens = 6000", "money = nan", "money is nan; it must be at least 0"),
    ):
        file.write_text(CONFIG.replace(before, after))
        with pytest.raises(SettingsError, match=said):
            load_config(file)
