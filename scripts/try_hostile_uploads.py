"""Send a server on this machine what nobody should send, and print what came back:

    python scripts/try_hostile_uploads.py [--big-mb 1000]

A real server in a process of its own, on loopback, with a folder of three documents. After each attempt: the code that
came back, in how many seconds; that nothing was written but in the folder for uploads, that nothing was left behind there that was
refused, and that the server still answers. The last table is what became of the files that were taken.
"""

from __future__ import annotations

import argparse
import io
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from served import free_port, small_index, wait_for
from tables import table

from rag.visible import visible

MOST_MB = 20
PATIENCE_S = 3
CONFIG = f"""
[server]
port = PORT
workers = 1
state = "state"
max_upload_mb = {MOST_MB}
body_patience_s = {PATIENCE_S}
[index.demo]
path = "demo"
[limits]
uploads_an_hour = 0
"""
TEXT = b"# Tea\n\nTea is at four.\n"
NAMES = {
    "up and out": b"../../../../outside.md",
    "up and out, of Windows": rb"..\..\..\outside.md",
    "encoded": b"%2e%2e%2f%2e%2e%2foutside.md",
    "overlong UTF-8": b"\xc0\xae\xc0\xae\xc0\xafoutside.md",
    "full-width": "．．／outside.md".encode(),
    "absolute": b"/tmp/outside.md",
    "a drive": rb"C:\outside.md",
    "a share": rb"\\host\share\outside.md",
    "a stream": b"outside.md::$DATA",
    "NUL inside": b"outside.md\x00.pdf",
    "the ignore file": b".ragignore",
    "settings": b"rag.toml",
    "hidden": b".outside.md",
    "only dots": b"...",
    "empty": b"",
    "a device": b"CON.md",
    "a newline": b"a\rb.md",
    "an escape": b"\x1b[2Ja.md",
    "turned round": "a\u202edm.exe".encode() + b".md",
    "a tag": b"<img src=x onerror=alert(1)>.md",
    "5,000 bytes": b"x" * 5_000 + b".md",
    "4,000 bytes": b"x" * 4_000 + b".md",
    "of UTF-16": "ü.md".encode("utf-16"),
    "of Latin-1": "grün.md".encode("latin-1"),
    "of Shift-JIS": "資料.md".encode("shift_jis"),
    "of KOI8-R": "план.md".encode("koi8-r"),
    "of GB18030": "文件.md".encode("gb18030"),
    "of EUC-KR": "문서.md".encode("euc-kr"),
    "decomposed": "u\u0308ber.md".encode(),
    "an emoji": "📄.md".encode(),
    "a lone surrogate": b"\xed\xa0\x80.md",
}


@dataclass
class World:
    """The server and what it may touch."""

    address: str
    here: Path
    big_mb: int

    @property
    def host(self) -> tuple[str, int]:
        """Where its socket is."""
        _, _, port = self.address.rpartition(":")
        return "127.0.0.1", int(port)

    def files(self) -> set[Path]:
        """All that is in its folder but the index's and the state's own."""
        return {
            path
            for path in self.here.rglob("*")
            if path.is_file()
            and path.relative_to(self.here).parts[0] not in ("demo", "state", "server.log")
        }

    def send(
        self, content: Any, kind: str = "multipart/form-data; boundary=b", **headers: str
    ) -> str:
        """The code of an upload, and the beginning of what is said."""
        try:
            answer = httpx.post(
                f"{self.address}/api/documents", content=content,
                headers={"Content-Type": kind, **headers}, timeout=60,
            )  # fmt: skip
        except httpx.TransportError as error:
            return f"hung up ({type(error).__name__})"
        said = answer.json()
        return f"{answer.status_code} {said.get('detail') or ', '.join(said['files'])}"


def form(name: bytes, data: bytes = TEXT) -> bytes:
    """A form with one file."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    return head + data + b"\r\n--b--\r\n"


def raw(world: World, *pieces: bytes, pause_s: float = 0.0) -> str:
    """What comes back for bytes sent as they are."""
    with socket.create_connection(world.host, timeout=30) as one:
        try:
            for piece in pieces:
                one.sendall(piece)
                time.sleep(pause_s)
            found = one.recv(65536)
        except OSError as error:
            return f"hung up ({type(error).__name__})"
    head, _, body = found.partition(b"\r\n\r\n")
    said = body.decode("utf-8", "replace").partition('"detail":"')[2].partition('"')[0]
    return f"{head.split(b' ')[1].decode() if head else 'hung up'} {said}"


def big(world: World) -> Iterator[bytes]:
    """A file that does not end, and does not say how long it is."""
    yield form(b"big.md", b"")[:-8]
    for _ in range(world.big_mb):
        yield b"0" * 1_000_000


def zipped(*sizes: int, inside: bytes | None = None) -> bytes:
    """A ZIP of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, size in enumerate(sizes):
            archive.writestr(f"{number}.txt", b"0" * size)
        if inside is not None:
            archive.writestr("../../outside.md", inside)
    return packed.getvalue()


HEAD = b"POST /api/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
BODIES: dict[str, Callable[[World], str]] = {
    "{big} MB, and says so": lambda w: raw(w, HEAD + b"Content-Length: %d\r\n\r\n" % (w.big_mb * 10**6)),
    "{big} MB, and does not say": lambda w: w.send(big(w)),
    "21 MB in one file": lambda w: w.send(form(b"a.md", b"0" * 21_000_000)),
    "5,000 files": lambda w: w.send(form(b"a.md")[:-7].join([b""] * 5_001) + b"--b--\r\n"),
    "a byte each second": lambda w: raw(
        w, HEAD + b"Content-Length: 1000\r\n\r\n", *[b"-"] * (PATIENCE_S + 3), pause_s=1.0
    ),
    "less than it says, then nothing": lambda w: raw(w, HEAD + b"Content-Length: 1000\r\n\r\n--b\r\n"),
    "cut off in a header": lambda w: w.send(b'--b\r\nContent-Disposition: form-data; name="fi'),
    "cut off in a file": lambda w: w.send(form(b"a.md")[:-9]),
    "another boundary": lambda w: w.send(form(b"a.md"), "multipart/form-data; boundary=c"),
    "no boundary": lambda w: w.send(form(b"a.md"), "multipart/form-data"),
    "a boundary of 100 kB": lambda w: w.send(form(b"a.md"), f"multipart/form-data; boundary={'x' * 20_000}"),
    "1,000 headers in a part": lambda w: w.send(form(b"a.md").replace(b"\r\n\r\n", b"\r\nX: y" * 1000 + b"\r\n\r\n", 1)),
    "no file in it": lambda w: w.send(form(b"a.md").replace(b'name="file"', b'name="x"')),
    "JSON": lambda w: w.send(b"{}", "application/json"),
    "two lengths": lambda w: raw(w, HEAD + b"Content-Length: 5\r\nContent-Length: 500\r\n\r\nabcde"),
    "a length of -1": lambda w: raw(w, HEAD + b"Content-Length: -1\r\n\r\n"),
    "length and chunks": lambda w: raw(
        w, HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a program": lambda w: w.send(form(b"setup.exe", b"MZ\x90\x00" * 100)),
    "binary without a suffix": lambda w: w.send(form(b"thing", bytes(range(256)) * 9)),
    "a database": lambda w: w.send(form(b"catalog.sqlite", b"SQLite format 3\x00")),
}  # fmt: skip
TAKEN: dict[str, tuple[bytes, bytes]] = {
    "a bomb: 2 GB of zeros": (b"bomb.zip", zipped(*[500_000_000] * 4)),
    "a ZIP that leads out": (b"out.zip", zipped(inside=TEXT)),
    "a program called PDF": (b"setup.pdf", b"MZ\x90\x00" * 1000),
    "a PDF cut in half": (b"half.pdf", b"%PDF-1.7\n1 0 obj <</Type/Catalog"),
    "XML that grows": (
        b"laughs.xml",
        b'<!DOCTYPE l [<!ENTITY a "' + b"a" * 1000 + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 50) for i in range(6))
        + b"]><l>&g;</l>",
    ),
    "XML that reads files": (
        b"xxe.xml", b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>Tea &x; here</l>'
    ),
    "an empty file": (b"empty.md", b""),
    "script in a page": (b"page.html", b"<p>Tea</p><script>alert(1)</script>"),
    "nested 20,000 deep": (b"deep.json", b"[" * 20_000 + b"]" * 20_000),
    "a document": (b"fine.md", TEXT),
}  # fmt: skip


def attempts(world: World) -> Iterator[tuple[str, str, str]]:
    """Each attempt, what came back, and what is wrong with that; "" where nothing is."""
    tried: list[tuple[str, Callable[[World], str]]] = [
        (f"name: {what}", lambda w, name=name: w.send(form(name))) for what, name in NAMES.items()
    ]
    tried += [
        (f"body: {what.format(big=f'{world.big_mb:,}')}", one) for what, one in BODIES.items()
    ]
    for what, attempt in tried:
        before, begun = world.files(), time.monotonic()
        came = attempt(world)
        seconds = time.monotonic() - begun
        new = world.files() - before
        uploads = world.here / "docs" / "uploads"
        wrong = [f"wrote {path}" for path in new if path.parent != uploads]
        if not came.startswith("202") and new:
            wrong.append("kept what it refused")
        if came.startswith("5"):
            wrong.append("an error of its own")
        if str(world.here) in came:
            wrong.append("told where it lies")
        if httpx.get(f"{world.address}/healthz", timeout=10).status_code != 200:
            wrong.append("is not well")
        yield what, f"{came[:110]} ({seconds:.1f} s)", "; ".join(wrong)


def outcomes(world: World) -> Iterator[tuple[str, str, str]]:
    """What became of files that are taken, and cannot all be read."""
    body = b"".join(form(name, data)[:-7] for name, data in TAKEN.values()) + b"--b--\r\n"
    sent = httpx.post(
        f"{world.address}/api/documents", content=body, timeout=60,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    ).json()  # fmt: skip
    while True:
        job = httpx.get(f"{world.address}/api/jobs/{sent['job']}", timeout=60).json()
        if job["state"] in ("done", "failed"):
            break
        time.sleep(0.2)
    failed = {one["path"]: one["reason"] for one in job["failed"]}
    for (what, _), name in zip(TAKEN.items(), sent["files"], strict=True):
        known = name in failed or name in job["added"]
        said = f"not read: {failed[name][:120]}" if name in failed else "read"
        yield what, said if known else "?", "" if known else "nothing is told of it"
    found = httpx.post(
        f"{world.address}/api/search", json={"question": "root:x:0:0", "k": 50}, timeout=60
    ).text
    yield "a file of the system, found by a search", "", "it is" if "root:x:0" in found else ""


def main() -> int:
    """Print the tables; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--big-mb", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder).resolve() / "in" / "here"
        here.mkdir(parents=True)
        small_index(here)
        port = free_port()
        (here / "serve.toml").write_text(CONFIG.replace("PORT", str(port)))
        with (here / "server.log").open("w") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "rag.cli", "serve", "--config", str(here / "serve.toml")],
                stdout=log, stderr=log,
            )  # fmt: skip
            world = World(f"http://127.0.0.1:{port}", here, given.big_mb)
            try:
                wait_for(world.address, running)
                rows = [*attempts(world), *outcomes(world)]
            finally:
                running.terminate()
                running.wait()
        traces = (here / "server.log").read_text().count("Traceback")
    shown = [[one.replace("|", "&#124;") for one in map(visible, row)] for row in rows]
    table("Hostile uploads", ["tried", "came back", "wrong"], shown)
    bad = sum(bool(wrong) for *_, wrong in rows)
    print(f"\n{len(rows)} tried, {bad} wrong, {traces} tracebacks in the server's log")
    return int(bool(bad or traces))


if __name__ == "__main__":
    sys.exit(main())
