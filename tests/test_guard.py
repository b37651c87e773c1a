"""What stands before every route, over raw sockets: whom a request means, who sends it, how much and how slowly."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from rag import Index
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import Server, load_config
from rag.serve.http1 import Bounded
from rag.serve.state import SqliteState
from tests.serving import served, write_folder
from tests.waiting import PATIENCE_S

JSON = "Content-Type: application/json\r\n"


@dataclass
class Door:
    """A server on loopback for which no key was made, and where it keeps things."""

    address: str
    state: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def send(self, text: str, *, line: str = "GET /healthz HTTP/1.1") -> tuple[int, str]:
        """The status, and all that came back until the server closed or was silent after a whole response."""
        with self.connect() as one:
            one.sendall(f"{line}\r\n{text}".encode("latin-1"))
            return read(one)


def read(one: socket.socket) -> tuple[int, str]:
    """A response: its status, and its head and body."""
    got = b""
    while b"\r\n\r\n" not in got and (more := one.recv(65_536)):
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (
            int(h.split(b":")[1])
            for h in head.lower().split(b"\r\n")
            if h.startswith(b"content-length")
        ),
        None,
    )
    while (length is None or len(body) < length) and (more := one.recv(65_536)):
        body += more
    return int(head.split()[1]) if head else 0, (head + b"\n\n" + body).decode()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    Index.build(write_folder(folder / "docs"), folder / "demo").close()
    config = load_config(None, index=(f"demo={folder / 'demo'}",), state=str(folder / "state"))
    server = Server(
        state=str(folder / "state"),
        workers=1,
        max_body_mb=1,
        max_upload_mb=2,
        body_patience_s=0.2,
        hosts=("Docs.example",),
        origins=("https://intranet.example",),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bounded, "headers_s", 0.4)
        patch.setattr(Bounded, "read_s", 0.4)
        with served(replace(config, server=server)) as address:
            yield Door(address, folder / "state")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:{port}", 200),
        ("LocalHost:{port}", 200),
        ("localhost.", 200),
        ("[::1]:{port}", 200),
        ("192.168.1.7:80", 200),  # an address in digits: no name server can make it another's
        ("docs.example", 200),
        ("DOCS.EXAMPLE:443", 200),
        ("evil.example", 421),
        ("evil.example:{port}", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("notdocs.example", 421),
        ("127.1", 421),
        ("0x7f000001", 421),
        ("2130706433", 421),
        ("", 400),
        (" ", 400),
        ("a b", 400),
        ("me@localhost", 400),
        ("localhost:99999", 400),
        ("localhost:", 400),
        ("localhost/", 400),
        ("[::1", 400),
        ("[localhost]", 400),
        ("lоcalhost", 400),  # the second letter is Cyrillic
    ],
)
def test_it_answers_to_its_own_names(door: Door, host: str, status: int) -> None:
    with door.connect() as one:
        sent = host.format(port=door.port).encode()
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: " + sent + b"\r\n\r\n")
        found, text = read(one)
    assert found == status
    if status == 421:
        assert "does not go by that name" in text and "evil" not in text


def test_one_host_header_counts_and_no_other(door: Door) -> None:
    own = "Host: localhost\r\n"
    for text in ("\r\n", f"{own}Host: evil.example\r\n\r\n", f"{own}{own}\r\n"):
        assert door.send(text)[0] == 400
    assert door.send("\r\n", line="GET /healthz HTTP/1.0")[0] == 400
    status, text = door.send(f"{own}\r\n", line="GET http://evil.example/healthz HTTP/1.1")
    assert status == 400 and "Send the path alone" in text
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded"):
        assert door.send(f"Host: evil.example\r\n{name}: localhost\r\n\r\n")[0] == 421
        assert door.send(f"{own}{name}: evil.example\r\n\r\n")[0] == 200


def test_what_a_proxy_passed_on_is_not_the_owners(door: Door) -> None:
    with httpx.Client(base_url=door.address, timeout=PATIENCE_S) as client:
        assert client.get("/api/session").json()["name"] == "owner"
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            assert client.get("/api/indexes", headers={name: "10.0.0.1"}).status_code == 401


def test_other_sites_pages_change_nothing_on_a_server_without_keys(door: Door) -> None:
    with httpx.Client(base_url=door.address, timeout=PATIENCE_S) as client:
        asked = {"question": "vacation"}
        for headers, status in (
            ({}, 200),  # no browser: every browser says where such a request is from
            ({"Origin": door.address}, 200),
            ({"Origin": "https://intranet.example"}, 200),
            ({"Origin": "https://intranet.example.evil.example"}, 403),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
        ):
            assert client.post("/api/search", json=asked, headers=headers).status_code == status
        upload = {"file": ("x.md", b"# x")}
        evil = {"Origin": "http://evil.example"}
        refused = client.post("/api/documents", files=upload, headers=evil)
        assert refused.status_code == 403
        assert refused.json()["detail"].startswith("This came from another site's page.")
        text = {"Content-Type": "text/plain"}
        assert (
            client.post("/api/search", content=b'{"question":"x"}', headers=text).status_code == 415
        )


def test_other_sites_pages_read_only_what_is_theirs_to_read(door: Door) -> None:
    with httpx.Client(base_url=door.address, timeout=PATIENCE_S) as client:
        ask = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }
        named = {"Origin": "https://intranet.example"}
        allowed = client.options("/api/ask", headers={**named, **ask})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == "https://intranet.example"
        assert "access-control-allow-credentials" not in allowed.headers
        assert client.get("/api/indexes", headers=named).headers["access-control-allow-origin"]
        evil = {"Origin": "https://evil.example"}
        refused = client.options("/api/ask", headers={**evil, **ask})
        assert refused.status_code == 400
        for response in (refused, client.get("/api/indexes", headers=evil)):
            assert "access-control-allow-origin" not in response.headers


def test_every_response_tells_browsers_to_be_careful(door: Door) -> None:
    with httpx.Client(base_url=door.address, timeout=PATIENCE_S) as client:
        responses = [
            client.get("/"),
            client.get("/static/page.css"),
            client.get("/api/indexes"),
            client.get("/api/nothing"),
            client.get("/api/indexes", headers={"Via": "x"}),
            client.get("/healthz", headers={"Host": "evil.example"}),
            client.post(
                "/api/ask", content=b"x" * 1_000_001, headers={"Content-Type": "application/json"}
            ),
        ]
    assert [one.status_code for one in responses] == [200, 200, 200, 404, 401, 421, 413]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in response.headers["permissions-policy"]
        assert len(response.headers["x-request-id"]) == 16
        assert "server" not in response.headers
        page = response.url.path in ("/", "/static/page.css")
        assert response.headers["cache-control"] == ("no-cache" if page else "no-store")


def chunked(size: int) -> str:
    return "".join(f"{50_000:x}\r\n{'x' * 50_000}\r\n" for _ in range(size // 50_000)) + "0\r\n\r\n"


def test_bodies_are_bounded_whatever_they_say_of_their_length(door: Door) -> None:
    ask, upload = "POST /api/ask HTTP/1.1", "POST /api/documents HTTP/1.1"
    own = "Host: localhost\r\n"
    said = "The request's body has more than 1 MB, which is the most that is taken here."
    status, text = door.send(f"{own}{JSON}Content-Length: 1000001\r\n\r\n", line=ask)
    assert status == 413 and said in text  # at once: nothing of it was sent
    parts = f"{own}{JSON}Transfer-Encoding: chunked\r\n\r\n"
    status, text = door.send(parts + chunked(1_100_000), line=ask)
    assert status == 413 and said in text
    form = f"{own}Content-Type: multipart/form-data; boundary=x\r\n"
    status, text = door.send(f"{form}Content-Length: 2000001\r\n\r\n", line=upload)
    assert status == 413 and "more than 2 MB" in text
    status, text = door.send(
        f"{form}Transfer-Encoding: chunked\r\n\r\n{chunked(1_500_000)}", line=upload
    )
    assert status not in (200, 413, 500)  # it is no file, but not too large either


def test_who_is_nobody_has_no_body_read(door: Door) -> None:
    text = f"Host: localhost\r\nVia: x\r\n{JSON}Content-Length: 900000\r\n\r\n"
    assert door.send(text, line="POST /api/ask HTTP/1.1")[0] == 401  # and not 408


def test_who_sends_too_slowly_is_cut_off(door: Door) -> None:
    text = f"Host: localhost\r\n{JSON}Content-Length: 100\r\n\r\n{{"
    status, said = door.send(text, line="POST /api/ask HTTP/1.1")
    assert status == 408 and "came too slowly" in said
    with door.connect() as one:  # headers that never end
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        drops = 0
        one.settimeout(0.05)
        while drops < 400:
            try:
                one.sendall(b"X: y\r\n")
                if not one.recv(1):
                    break
            except TimeoutError:
                drops += 1
            except OSError:
                break
        assert 0 < drops < 400
    with door.connect() as one:
        assert one.recv(1) == b""  # a connection that says nothing
    with door.connect() as one:  # a body that nobody reads, after its refusal
        one.sendall(
            f"POST /api/x HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        assert read(one)[0] == 404
        with pytest.raises(OSError):
            for _ in range(100_000):
                one.sendall(b"1\r\nx\r\n")


def test_who_reads_nothing_is_cut_off(door: Door) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        one.connect(("127.0.0.1", door.port))
        # More than the system's buffers take, asked for at once; and nobody looks at what comes.
        one.sendall(b"GET /static/page.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000)
        closed = select.poll()
        closed.register(one, 0)  # which tells of nothing but its end
        assert closed.poll(20_000)


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 3\r\nContent-Length: 30\r\n",
        "Content-Length: 3, 30\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: 0x3\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: x\r\n",
        "Transfer-Encoding: x, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "No colon\r\n",
        "X: a\x00b\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_read_in_none(door: Door, headers: str) -> None:
    smuggled = "0\r\n\r\nGET /api/indexes HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, text = door.send(
        f"Host: localhost\r\n{JSON}{headers}\r\n{smuggled}", line="POST /api/search HTTP/1.1"
    )
    assert status in (400, 501) and text.count("HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        (f"X: {'y' * 40_000}\r\n", ""),
        ("".join(f"X-{n}: y\r\n" for n in range(101)), ""),
        ("", "y" * 40_000),
    ],
)
def test_heads_are_bounded(door: Door, headers: str, path: str) -> None:
    line = f"GET /healthz?{path} HTTP/1.1"
    status, text = door.send(f"Host: localhost\r\n{headers}\r\n", line=line)
    assert status == 431 and "at most 100 headers, and 32,768 bytes" in text
    with door.connect() as one:  # and as it comes, before there is any end of it
        one.sendall(b"GET /healthz HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for _ in range(10_000):
                one.sendall(b"X: y\r\n" * 1_000)


def test_a_length_beside_chunks_does_not_smuggle(door: Door) -> None:
    """Chunks count, as RFC 9112 has it: what comes after them is a request of its own, which says so itself."""
    body = '{"question": "vacation"}'
    one = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    text = f"Host: localhost\r\n{JSON}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{one}"
    status, said = door.send(text, line="POST /api/search HTTP/1.1")
    assert status == 200 and "leave.md" in said


def test_a_running_server_wants_keys_once_one_was_made(door: Door) -> None:
    """The last: it changes what all the others stand on."""
    with httpx.Client(base_url=door.address, timeout=PATIENCE_S) as client:
        assert client.get("/api/session").json()["needs_key"] is False
        state = SqliteState(door.state, gate.SCHEMA)
        key = Keys(state).create("first")
        assert client.get("/api/indexes").status_code == 401
        assert client.get("/api/indexes", headers={"Authorization": f"Bearer {key}"}).is_success
        Keys(state).revoke("first")
        assert client.get("/api/indexes").status_code == 401  # and does not stand open again
        state.close()
