"""What agents speak: the SDK's own client over pipes and HTTP, and what no client would send."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from rag import Index
from rag.serve.access import gate
from rag.serve.access.caller import OWNER
from rag.serve.access.keys import Keys
from rag.serve.config import load_config
from rag.serve.mcp.addresses import address, meant_by
from rag.serve.mcp.server import AgentServer
from rag.serve.starting import services_for
from rag.serve.state import SqliteState
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S, until

QUESTION = "How many days of paid holiday are there?"
ASKED = {"question": QUESTION}
TOOLS = ["ask", "search", "read_document", "list_documents"]
RULES = """
[[rule]]
glob = "*"
groups = ["everyone"]
[[rule]]
folder = "hr"
groups = ["hr"]
"""
both_eras = pytest.mark.parametrize("mode", ["auto", "legacy"])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_folder(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


class Served:
    """A server over HTTP, and a key for all of it, one of the group hr and one that is of no group, for "demo" alone."""

    def __init__(self, address: str, keys: Keys) -> None:
        self.url = f"{address}/mcp"
        self.address = address
        self.all = keys.create("all", roles=("ask", "admin"))
        self.hr = keys.create("hr", groups=("hr",))
        self.one = keys.create("one", indexes=("demo",))

    @asynccontextmanager
    async def client(self, key: str, mode: str = "auto") -> AsyncIterator[Client]:
        """The SDK's client with this key."""
        http = create_mcp_http_client({"Authorization": f"Bearer {key}"})
        async with http, Client(streamable_http_client(self.url, http_client=http), mode=mode) as c:
            yield c

    def left(self) -> float:
        """How many questions of agents were not waited for to their end."""
        lines = httpx.get(
            f"{self.address}/metrics", headers=self.headers, timeout=PATIENCE_S
        ).text.splitlines()
        found = [line for line in lines if 'door="mcp",outcome="left"' in line]
        return float(found[0].rpartition(" ")[2]) if found else 0.0

    @property
    def headers(self) -> dict[str, str]:
        """Those of a request with the key for all."""
        return {"Authorization": f"Bearer {self.all}"}


@pytest.fixture(scope="module")
def server(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "rights.toml").write_text(RULES)
    (folder / "serve.toml").write_text(
        f'[server]\nstate = "state"\nworkers = 1\n[index.demo]\npath = "{index}"\nrights = "rights.toml"\n'
        f'title = "The handbook"\n[index.other]\npath = "{index}"\n'
    )
    config = load_config(folder / "serve.toml")
    with served(config) as address:
        state = SqliteState(config.state_place(), gate.SCHEMA)
        yield Served(address, Keys(state))
        state.close()


@pytest.fixture
def pipes(index: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=_command(index), env=_ENVIRONMENT)


def _command(index: Path) -> list[str]:
    return ["-m", "rag.cli", "mcp", "--index", f"demo={index}", "--state", f"{index}.agents"]


_ENVIRONMENT = {"PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"}


async def test_an_agent_over_pipes(pipes: StdioServerParameters, index: Path) -> None:
    async with Client(pipes) as client:
        (process,) = [one for one in psutil.Process().children() if "mcp" in one.cmdline()[-6:]]
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == TOOLS
        assert all(tool.output_schema and tool.annotations for tool in listed)
        told: list[str | None] = []

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            assert progress == len(told) + 1
            told.append(message)

        answered = await client.call_tool("ask", ASKED, progress_callback=tell)
        assert told == ["Searching", "Reading 3 passages of 3 documents"]
        answer = answered.structured_content
        assert "30 days" in answer["text"] and not answer["abstained"]
        assert json.loads(answered.content[0].text) == answer  # type: ignore[union-attr]
        (citation,) = answer["citations"]
        with Index.open(index) as opened:
            stored = opened.document_of("leave.md").text
        assert stored[citation["start"] : citation["end"]] == citation["quote"]
        (read,) = (await client.read_resource(citation["uri"])).contents
        assert read.text == stored  # type: ignore[union-attr]
    assert not process.is_running()


def test_on_standard_output_there_is_nothing_but_the_protocol(tmp_path: Path) -> None:
    command = [sys.executable, *_command(tmp_path / "nowhere")]
    with _process(command) as (tell, hear, process):
        tell("this is no JSON")
        tell('{"jsonrpc": "2.0", "method": 7}')
        tell('[{"jsonrpc": "2.0"}] \x00')
        client = {"name": "a test", "version": "1"}
        told = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
        tell({"id": 1, "method": "initialize", "params": told})
        assert hear()["result"]["serverInfo"]["name"] == "rag"  # whatever there is to open
        tell({"method": "notifications/initialized"})
        tell({"id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": ASKED}})
        answer = hear()
        assert answer["id"] == 2 and answer["result"]["isError"]
        assert "no index" in answer["result"]["content"][0]["text"]
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout and process.stdout.read() == ""
        assert process.stderr and "no index" in process.stderr.read()


def test_who_started_it_can_stop_it(tmp_path: Path) -> None:
    command = [sys.executable, *_command(tmp_path / "nowhere")]
    with _process(command) as (_tell, _hear, process):
        assert process.stderr and "no index" in process.stderr.readline()
        process.send_signal(signal.SIGINT)  # while it waits for input
        assert process.wait(60) == 130


@contextmanager
def _process(command: list[str]) -> Iterator[tuple[Any, Any, subprocess.Popen[str]]]:
    pipe = subprocess.PIPE
    environment = {**os.environ, **_ENVIRONMENT}
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
    ) as process:
        assert process.stdin and process.stdout
        incoming, outgoing = process.stdin, process.stdout

        def tell(message: str | dict[str, Any]) -> None:
            text = (
                message if isinstance(message, str) else json.dumps({"jsonrpc": "2.0", **message})
            )
            incoming.write(f"{text}\n")
            incoming.flush()

        try:
            yield tell, lambda: json.loads(outgoing.readline()), process
        finally:
            process.kill()


@both_eras
async def test_an_agent_over_http(server: Served, mode: str) -> None:
    async with server.client(server.all, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == TOOLS
        named = tools["ask"].input_schema["properties"]["index"]
        assert named["enum"] == ["demo", "other"] and "The handbook" in named["description"]
        found = (await client.call_tool("search", {**ASKED, "k": 1})).structured_content
        (passage,) = found["passages"]
        assert passage["source"] == "leave.md" and passage["uri"] == "rag://demo/leave.md"
        part = {"source": "leave.md", "start": 7, "characters": 9, "index": "other"}
        read = (await client.call_tool("read_document", part)).structured_content
        assert (read["text"], read["next"], read["title"]) == ("Full-time", 16, "Leave")
        page = {"limit": 2}
        listing = (await client.call_tool("list_documents", page)).structured_content
        assert [one["source"] for one in listing["documents"]] == ["hr/pay.md", "it/vpn.md"]
        assert listing["total"] == 3 and listing["next"] == 2
        where = {**ASKED, "where": {"source": "it/*"}}
        assert (await client.call_tool("ask", where)).structured_content["abstained"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "  "}, "The question is empty."),
        ("ask", {}, "question: Field required."),
        ("ask", {"question": "x" * 4001}, "at most 4,000"),
        ("ask", {**ASKED, "index": "hr"}, 'There is no index "hr" here for you.'),
        ("search", {**ASKED, "k": 1000}, "k: Input should be less than or equal to 50"),
        ("search", {**ASKED, "where": {"score": "1"}}, 'cannot be narrowed by "score"'),
        ("read_document", {"source": "../secret"}, 'There is no document "../secret"'),
        ("read_document", {"source": "leave.md", "start": 9999}, "begin before them"),
    ],
)
async def test_what_goes_wrong_is_said_to_the_model(
    server: Served, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with server.client(server.all) as client:
        result = await client.call_tool(tool, arguments)
        assert result.is_error and said in result.content[0].text  # type: ignore[union-attr]


async def test_documents_are_listed_a_part_at_a_time(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.serve.mcp.server.A_PAGE", 2)
    async with server.client(server.all) as client:
        sizes: list[int] = []
        uris: list[str] = []
        cursor = None
        while cursor is not None or not sizes:
            part = await client.list_resources(cursor=cursor)
            sizes.append(len(part.resources))
            uris += [one.uri for one in part.resources]
            cursor = part.next_cursor
        assert sizes == [2, 1, 2, 1]
        assert uris[:3] == ["rag://demo/hr/pay.md", "rag://demo/it/vpn.md", "rag://demo/leave.md"]
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "rag://{index}/{+source}"
        for wrong in ("x", "demo/-1", "hr/0"):
            with pytest.raises(MCPError, match="list from the beginning"):
                await client.list_resources(cursor=wrong)
        for wrong in ("rag://demo/no.md", "rag://hr/leave.md", "file:///etc/passwd"):
            with pytest.raises(MCPError, match="There is no"):
                await client.read_resource(wrong)
        with pytest.raises(MCPError, match='no tool "delete"'):
            await client.call_tool("delete", {})


async def test_nobody_comes_in_without_a_key(server: Served) -> None:
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    for method, headers in (("POST", {}), ("GET", {}), ("POST", {"Authorization": "Bearer rag_x"})):
        answer = httpx.request(method, server.url, json=hello, headers=headers)
        assert answer.status_code == 401 and "leave" not in answer.text
    # One key's session is not another's.
    start = {
        **hello,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "a test", "version": "1"},
        },
    }
    accepts = {"Accept": "application/json, text/event-stream"}
    begun = httpx.post(
        server.url, json=start, headers={**server.headers, **accepts}, timeout=PATIENCE_S
    )
    session = {"Mcp-Session-Id": begun.headers["mcp-session-id"], **accepts}
    for key, status in ((server.all, 200), (server.one, 404)):
        headers = {**session, "Authorization": f"Bearer {key}"}
        assert (
            httpx.post(server.url, json=hello, headers=headers, timeout=PATIENCE_S).status_code
            == status
        )


@both_eras
async def test_a_key_sees_its_indexes_and_its_groups_documents_alone(
    server: Served, mode: str
) -> None:
    async with server.client(server.one, mode) as client:
        tool = (await client.list_tools()).tools[0]
        assert tool.input_schema["properties"]["index"]["enum"] == ["demo"]
        listing = (await client.call_tool("list_documents", {})).structured_content
        assert listing["total"] == 2 and "hr/pay.md" not in str(listing)
        assert "hr" not in str((await client.list_resources()).resources)
        pay = {"question": "When are salaries paid?"}
        answer = (await client.call_tool("ask", pay)).structured_content
        assert "25th" not in str(answer) and "pay.md" not in str(answer)
        found = (await client.call_tool("search", pay)).structured_content
        assert "hr/pay.md" not in str(found)
        for hidden in ("rag://demo/hr/pay.md", "rag://demo/hr/none.md", "rag://other/leave.md"):
            with pytest.raises(MCPError, match="There is no"):
                await client.read_resource(hidden)
    # To OpenAI's clients neither.
    key = {"Authorization": f"Bearer {server.one}"}
    with httpx.Client(base_url=f"{server.address}/v1", headers=key, timeout=60) as http:
        assert [one["id"] for one in http.get("/models").json()["data"]] == ["demo"]
        asked = {"model": "demo", "messages": [{"role": "user", "content": pay["question"]}]}
        assert "25th" not in http.post("/chat/completions", json=asked).text
        refused = http.post("/chat/completions", json={**asked, "model": "other"})
        assert refused.json()["error"]["code"] == "model_not_found"
        nobody = http.post("/chat/completions", json=asked, headers={"Authorization": "Bearer x"})
        assert nobody.status_code == 401
        assert nobody.json()["error"]["code"] == "invalid_api_key"
    async with server.client(server.hr, mode) as client:
        assert "25th" in (await client.call_tool("ask", pay)).structured_content["text"]


@both_eras
async def test_who_cancels_is_not_waited_for(server: Served, mode: str) -> None:
    workers = [one for one in psutil.Process().children() if "rag.serve.worker" in one.cmdline()]
    before = server.left()
    reading = asyncio.Event()

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        reading.set()

    async with server.client(server.all, mode) as client:
        for worker in workers:  # this server's will not answer
            worker.send_signal(signal.SIGSTOP)
        try:
            asking = asyncio.ensure_future(client.call_tool("ask", ASKED, progress_callback=tell))
            await reading.wait()
            asking.cancel()
            await asyncio.wait({asking})
            await asyncio.to_thread(until, lambda left: left != before, server.left)
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGCONT)
        answered = await client.call_tool("ask", ASKED)
        assert "30 days" in answered.structured_content["text"]


async def test_a_call_ends_before_agents_hang_up(index: Path, tmp_path: Path) -> None:
    services = services_for(load_config(None, index=(str(index),), state=str(tmp_path / "state")))
    try:  # whose workers never start
        server = AgentServer(services, lambda _: OWNER, limit_s=0.05)
        async with Client(server.protocol()) as client:
            result = await client.call_tool("ask", ASKED)
            said = result.content[0].text  # type: ignore[union-attr]
            assert result.is_error and said.startswith("It took longer than 0.05 s")
    finally:
        await services.close()


def test_an_address_leads_back_to_its_document() -> None:
    for index, source in (("demo", "a b/ü#?%41.md"), ("a/b", "x://y"), ("ü", "mail.eml/1.pdf")):
        assert meant_by(address(index, source)) == (index, source)
    for wrong in ("", "rag://", "rag://demo", "rag://demo/", "http://demo/x"):
        assert meant_by(wrong) == ("", "")
