"""Keys and sessions, against a server as the command line starts it: what opens, what is refused, what stays secret."""

from __future__ import annotations

import hmac
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from rag import Index
from rag.cli import main
from rag.errors import SettingsError
from rag.serve.access import gate, usage
from rag.serve.access.keys import Keys
from rag.serve.config import load_config
from rag.serve.running import check_keys
from rag.serve.state import SqliteState, State
from tests.serving import write_folder
from tests.waiting import PATIENCE_S

QUESTION = {"question": "How many days of paid holiday are there?"}
CONFIG = """
[server]
workers = 1
proxies = ["127.0.0.1"]
[log]
level = "debug"
[limits]
failed_tries_a_minute = 3
"""


@dataclass
class House:
    """A running server, and all that anybody got to see of it."""

    address: str
    state: State
    keys: Keys
    log: Path
    seen: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    _addresses: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, name: str, **options: Any) -> str:
        key = self.keys.create(name, **options)
        self.secrets.append(key)
        return key

    def client(self, key: str = "", address: str = "", **headers: str) -> httpx.Client:
        """One from an address of its own, unless it names one."""
        shown = {"Authorization": f"Bearer {key}"} if key else {}
        address = address or f"203.0.113.{next(self._addresses)}"
        every = {"X-Forwarded-For": address, **shown, **headers}
        hooks: Any = {"response": [self._note]}
        return httpx.Client(
            base_url=self.address, headers=every, event_hooks=hooks, timeout=PATIENCE_S
        )

    def _note(self, response: httpx.Response) -> None:
        response.read()
        headers = [f"{k}: {v}" for k, v in response.headers.items() if k != "set-cookie"]
        self.seen.append("\n".join([*headers, response.text]))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    Index.build(write_folder(folder / "docs"), folder / "demo").close()
    (folder / "serve.toml").write_text(CONFIG)
    state = SqliteState(folder / "state", gate.SCHEMA, usage.SCHEMA)
    Keys(state).create("first")
    command = [sys.executable, "-m", "rag.cli", "serve", "--config", str(folder / "serve.toml")]
    for name in ("demo", "other"):
        command += ["--index", f"{name}={folder / 'demo'}"]
    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [*command, "--port", "0", "--state", str(folder / "state")],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
        assert process.stdout
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address, log.read_text()
        yield House(address[0], state, Keys(state), log)
        process.terminate()
        process.communicate()
    state.close()


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["detail"]


def test_a_key_opens_what_it_is_for(house: House) -> None:
    with house.client(house.create("alice", indexes=["other"])) as client:
        found = client.get("/api/indexes").json()["indexes"]
        assert [(one["name"], one["roles"]) for one in found] == [("other", ["ask"])]
        refused = client.post("/api/ask", json={**QUESTION, "index": "demo"})
        assert (refused.status_code, refused.json()["title"]) == (404, "No such index")
        refused = client.get("/api/feedback")
        assert refusal(refused) == (
            403,
            'This takes a key with the role "admin". Ask who runs this server for one.',
        )
    used = next(one.used for one in house.keys.list() if one.name == "alice")
    assert used is not None and used > time.time() - 60


def test_without_a_key_every_route_is_shut_but_those_that_say_so(house: House) -> None:
    with house.client() as client:
        paths = client.get("/api/openapi.json").json()["paths"]
        open_to_all = set()
        for path, methods in paths.items():
            for method in methods:
                shown = client.request(method, re.sub(r"\{\w+\}", "1", path), json={})
                if shown.status_code != 401:
                    open_to_all.add(f"{method} {path}")
                else:
                    assert shown.headers["www-authenticate"].startswith("Bearer")
        assert open_to_all == {
            *("get /healthz", "get /readyz"),
            *(f"{method} /api/session" for method in ("get", "post", "delete")),
        }
        assert len(paths) > 15
        status, said = refusal(client.post("/api/ask", json=QUESTION))
        assert status == 401 and 'makes one with "rag key create NAME"' in said
        assert client.post("/mcp", json={}).status_code == 401
        assert client.get("/").status_code == 200
        said = client.get("/v1/models").json()["error"]
        assert said["type"] == "authentication_error" and "Bearer rag_" in said["message"]
        assert client.get("/api/session").json() == {"name": "", "roles": [], "needs_key": True}


def test_what_is_no_key_opens_nothing(house: House) -> None:
    key = house.create("bob")
    changed = key[:-1] + ("0" if key[-1] != "0" else "1")
    for shown, said in {
        f"Bearer {changed}": "This is no key of this server.",
        f"Bearer rag_{'0' * 12}_{'0' * 48}": "This is no key of this server.",
        f"Bearer {key.upper()}": "This is no key of this server.",
        f"Bearer {key}0": "This is no key of this server.",
        f"Bearer {key[:-1]}٣": "This is no key of this server.",
        "Bearer": "This is no key of this server.",
        f"Bearer {'x' * 20_000}": "This is no key of this server.",
        f"Basic {key}": 'Send the key as "Authorization: Bearer rag_...".',
        key: 'Send the key as "Authorization: Bearer rag_...".',
    }.items():
        with house.client() as client:
            header = {"Authorization": shown.encode()}
            status, detail = refusal(client.get("/api/indexes", headers=header))
            assert status == 401 and said in detail
    with house.client() as client:
        twice = [("Authorization", f"Bearer {key}")] * 2
        status, detail = refusal(client.get("/api/indexes", headers=twice))
        assert (status, detail) == (401, "Send one Authorization header, not several.")
        assert client.get("/api/indexes", params={"key": key}).status_code == 401
        assert (
            client.get("/api/indexes", headers={"Cookie": f"rag_session={key}"}).status_code == 401
        )
        assert client.get("/api/indexes", headers={"Authorization": f"bearer  {key}"}).is_success


def test_a_key_ends_while_the_server_runs(house: House) -> None:
    revoked, expired = house.create("carol"), house.create("dave", expires=time.time() + 3600)
    with house.client(revoked) as client, house.client(expired) as other, house.client() as page:
        assert page.post("/api/session", json={"key": revoked}).status_code == 200
        assert client.get("/api/indexes").is_success and other.get("/api/indexes").is_success
        done = CliRunner().invoke(
            main, ["key", "revoke", "carol", "--state", str(house.state.folder)]
        )
        assert (done.exit_code, done.output) == (0, "carol is revoked.\n")
        update = "UPDATE keys SET expires = 1 WHERE name = 'dave'"
        house.state.run(lambda db: db.execute(update))
        said = "This key is {}. Ask who runs the server for another."
        assert refusal(client.get("/api/indexes")) == (401, said.format("revoked"))
        assert refusal(page.get("/api/indexes")) == (401, said.format("revoked"))
        assert refusal(other.get("/api/indexes")) == (401, said.format("expired"))


def test_the_page_signs_in_and_out(house: House) -> None:
    key = house.create("erin", roles=["ask", "upload"])
    with house.client() as page:
        begun = page.post("/api/session", json={"key": f" {key}\n"})
        assert begun.json() == {"name": "erin", "roles": ["ask", "upload"], "needs_key": True}
        cookie = begun.headers["set-cookie"]
        token = page.cookies["rag_session"]
        house.secrets.append(token)
        assert set(cookie.removeprefix(f"rag_session={token}; ").split("; ")) == {
            *("HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict")
        }
        assert page.get("/api/session").json()["name"] == "erin"
        assert page.get("/api/indexes").is_success
        own = {"Origin": house.address}
        assert page.delete("/api/session", headers=own).status_code == 204
        assert "rag_session" not in page.cookies
        kept = {"Cookie": f"rag_session={token}"}
        assert refusal(page.get("/api/indexes", headers=kept)) == (
            401,
            "This session has ended. Sign in again.",
        )
    with house.client(**{"X-Forwarded-Proto": "https"}) as page:
        begun = page.post("/api/session", json={"key": key})
        assert "; Secure" in begun.headers["set-cookie"]
    with house.client() as page:
        assert page.post("/api/session", json={"key": key}).is_success
        house.state.run(lambda db: db.execute("UPDATE sessions SET expires = 1"))
        assert page.get("/api/indexes").status_code == 401
    with house.client() as page:
        refused = page.post("/api/session", json={"key": "rag_no"})
        assert refused.status_code == 401 and "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),  # no browser is so silent
        ({"Origin": "{own}"}, 200),
        ({"Origin": "{own}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "{own}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://localhost"}, 403),
        ({"Origin": "http://["}, 403),
    ],
)
def test_a_cookie_counts_where_the_servers_own_page_asks(
    house: House, headers: dict[str, str], status: int
) -> None:
    found = [one for one in house.secrets if one.startswith("rag_")]
    key = next((one for one in found if house.keys.found(one).name == "frank"), None)  # type: ignore[union-attr]
    with house.client() as page:
        page.post("/api/session", json={"key": key or house.create("frank")})
        own = {name: value.format(own=house.address) for name, value in headers.items()}
        assert page.post("/api/search", json=QUESTION, headers=own).status_code == status
        assert page.get("/api/indexes", headers=own).is_success  # which changes nothing
        # With the key in a header it does not matter who asks: no page can have a browser send that.
        shown = {"Authorization": f"Bearer {key or house.secrets[-1]}"}
        assert page.post("/api/search", json=QUESTION, headers={**own, **shown}).is_success


def test_what_no_page_of_ours_sends_is_refused(house: House) -> None:
    with house.client() as page:
        page.post("/api/session", json={"key": house.create("grace")})
        own = {"Origin": house.address}
        for kind in ("text/plain", "application/x-www-form-urlencoded", "text/json", ""):
            body = json.dumps(QUESTION).encode()
            headers = {**own, "Content-Type": kind}
            sent = page.post("/api/search", content=body, headers=headers)
            assert refusal(sent) == (
                415,
                'Send JSON, with "Content-Type: application/json"; files as multipart/form-data.',
            )
        kind = "Application/JSON; charset=utf-8"
        sent = page.post("/api/search", content=body, headers={**own, "Content-Type": kind})
        assert sent.is_success


def test_an_address_that_fails_too_often_waits(house: House) -> None:
    key, wrong = house.create("heidi"), f"rag_{'1' * 12}_{'2' * 48}"
    one, same, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::7", "2001:db8:1:3::1"
    with house.client(wrong, address=one) as client:
        assert [client.get("/api/indexes").status_code for _ in range(4)] == [401, 401, 401, 429]
        assert int(client.get("/api/indexes").headers["retry-after"]) in range(1, 61)
    with house.client(address=same) as client:  # of the same network
        sent = client.post("/api/session", json={"key": wrong})
        assert sent.status_code == 429 and "from this address were none" in sent.json()["detail"]
        assert client.post("/api/session", json={"key": key}).is_success
    with house.client(key, address=same) as client:  # who has a key is not shut out by who has none
        assert client.get("/api/indexes").is_success
    with house.client(wrong, address=other) as client:
        assert client.get("/api/indexes").status_code == 401


def test_secrets_are_compared_in_constant_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((len(a), len(b)))
        return real(a, b)

    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", compare)
    key = house.create("ivan")
    shown = [key, key[:-4] + "0000", f"rag_{'0' * 12}_{'0' * 48}"]  # no such id, either
    assert [house.keys.found(one) is not None for one in shown] == [True, False, False]
    assert compared == [(32, 32)] * 3


def run(house: House, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--state", str(house.state.folder)])


def test_keys_on_the_command_line(house: House) -> None:
    made = run(
        house, *"key create judy --role upload --index demo --group hr --expires 30d".split()
    )
    key = made.stdout.strip()
    assert re.fullmatch(r"rag_[0-9a-f]{12}_[0-9a-f]{48}", key)
    house.secrets.append(key)
    assert made.stderr == "Keep it now: it is not shown again.\n"
    found = next(one for one in house.keys.list() if one.name == "judy")
    assert (found.roles, found.indexes, found.groups) == (("upload",), ("demo",), ("hr",))
    assert found.expires is not None and 29.9 < (found.expires - time.time()) / 86_400 < 30.1
    for arguments in (["key", "list"], ["key", "list", "--json"]):
        shown = run(house, *arguments).output
        assert "judy" in shown and key.split("_")[1] in shown and key.split("_")[2] not in shown
    for arguments, said in {
        "key create judy": 'There is a key "judy" already.',
        "key create a/b": '"a/b" cannot name a key',
        "key create kim --expires 30": '"30" is no time like 12h, 30d or 8w.',
        "key create kim --role admin --group hr": "An admin reads whatever there is",
        "key create kim --role root": "'root' is not one of",
        "key revoke nobody": 'There is no key "nobody"',
    }.items():
        refused = run(house, *arguments.split())
        assert refused.exit_code in (1, 2) and said in refused.output


def test_an_admin_may_do_and_read_whatever_there_is(house: House) -> None:
    house.create("kate", roles=["admin"])
    callers = {one.name: one.caller for one in house.keys.list()}
    assert callers["kate"].groups is None and callers["kate"].roles == {"ask", "upload", "admin"}
    assert callers["judy"].groups == ("hr",)
    assert callers["alice"].groups == ()


def test_it_listens_to_others_only_with_a_key(house: House, tmp_path: Path) -> None:
    state, index = str(tmp_path / "state"), str(house.log.parent / "demo")
    arguments = ["serve", "--index", index, "--host", "0.0.0.0", "--state", state]
    refused = CliRunner().invoke(main, arguments)
    said = f"0.0.0.0 is open to others, and there is no key yet. Make one first: rag key create NAME --state {state}"
    assert refused.exit_code == 1 and said in refused.output
    config = load_config(None, index=(index,), host="::", state=state)
    kept = SqliteState(tmp_path / "state", gate.SCHEMA)
    Keys(kept).create("old", expires=1.0)
    with pytest.raises(SettingsError, match="there is no key yet"):
        check_keys(config)
    Keys(kept).create("new")
    check_keys(config)
    kept.close()


def test_no_secret_is_kept_logged_or_told(house: House) -> None:
    """The last: of all that the tests above made, nothing stands in the state's files, the log, or a response."""
    asked = {
        "question": f"What is {house.secrets[0]}?"
    }  # it is told back to who asks, and kept scrubbed
    shown = {"Authorization": f"Bearer {house.secrets[0]}"}
    answer = httpx.post(f"{house.address}/api/ask", json=asked, headers=shown, timeout=PATIENCE_S)
    assert answer.json()["question"] == asked["question"]
    kept = b"".join(path.read_bytes() for path in house.state.folder.rglob("*") if path.is_file())
    log = house.log.read_text()
    assert '"event": "request"' in log and b"alice" in kept and len(house.seen) > 50
    assert len(house.secrets) >= 10
    for secret in house.secrets:
        own = secret.rpartition("_")[2]
        assert own.encode() not in kept
        assert own not in log
        assert not any(own in text for text in house.seen)
