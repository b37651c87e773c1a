"""Files that come in over HTTP: names, kinds, sizes, the job that reads them, and their removal."""

from __future__ import annotations

import asyncio
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Index
from rag.documents.files import walk
from rag.errors import UploadError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.config import ServeConfig, ServedIndex, Server
from rag.serve.jobs import SCHEMA, Job, Jobs
from rag.serve.state import SqliteState, State
from rag.serve.uploads.folder import UploadFolder, keep_out, upload_folder
from rag.serve.uploads.names import LONGEST, numbered, safe_name
from rag.serve.workers import Failed
from tests.serving import served, uploaded, write_folder

MOST_MB = 1
OWN = "it/a [1] #!*.md"


@dataclass(frozen=True)
class Serving:
    admin: httpx.Client
    uploader: httpx.Client
    other: httpx.Client
    folder: Path

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"

    def add(self, *files: tuple[str, bytes], by: httpx.Client | None = None) -> dict[str, Any]:
        """The job that these files began, when it has ended."""
        return uploaded(by or self.uploader, *files)

    def sources(self) -> set[str]:
        return {one["source"] for one in self.admin.get("/documents").json()["documents"]}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    here = tmp_path_factory.mktemp("serving")
    folder = write_folder(here / "docs")
    (folder / OWN).write_text("# One\n\nThe first.\n")
    (folder / "it/a 1 #!x.md").write_text("# Two\n\nThe second.\n")
    Index.build(folder, here / "demo").close()
    state = SqliteState(here / "state", gate.SCHEMA)
    keys = Keys(state)
    made = [
        keys.create("admin", roles=["ask", "upload", "admin"]),
        keys.create("uploader", roles=["ask", "upload"]),
        keys.create("other", roles=["ask", "upload"]),
    ]
    config = ServeConfig(
        server=Server(workers=1, state="state", max_upload_mb=MOST_MB),
        index={"demo": ServedIndex(path="demo")},
        folder=here,
    )
    with served(config) as address:
        clients = [
            httpx.Client(
                base_url=f"{address}/api", headers={"Authorization": f"Bearer {key}"}, timeout=60
            )
            for key in made
        ]
        yield Serving(*clients, folder)
        for client in clients:
            client.close()
    state.close()


def test_a_file_is_added_asked_and_removed(serving: Serving) -> None:
    job = serving.add(("canteen.md", b"# Canteen\n\nThe canteen opens at 11:30.\n"))
    assert (job["state"], job["added"]) == ("done", ["uploads/canteen.md"])
    assert job["files"] == job["files_total"] > 0 and not job["failed"]
    asked = {"question": "When does the canteen open?"}
    assert "11:30" in serving.admin.post("/ask", json=asked).json()["text"]
    assert serving.other.get(f"/jobs/{job['id']}").status_code == 404
    assert serving.admin.get(f"/jobs/{job['id']}").json() == job
    where = {"source": "uploads/canteen.md"}
    assert serving.uploader.delete("/documents", params=where).status_code == 403
    gone = serving.admin.delete("/documents", params=where)
    assert gone.json() == {"removed": ["uploads/canteen.md"]}
    assert not (serving.uploads / "canteen.md").exists()
    assert "uploads/canteen.md" not in serving.sources()
    assert serving.admin.delete("/documents", params=where).status_code == 404


def test_what_is_kept_out_or_cannot_be_read_is_told_with_its_reason(serving: Serving) -> None:
    gone = serving.admin.delete("/documents", params={"source": OWN})
    assert gone.json() == {"removed": [OWN]}
    assert (serving.folder / OWN).exists()
    with (serving.folder / ".ragignore").open("a") as file:
        file.write("/uploads/secret*\n")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.txt", b"0" * 100_000_000)
    job = serving.add(
        ("bomb.zip", bomb.getvalue()),
        ("fake.pdf", b"MZ\x90\x00 no pdf"),
        ("ok.md", b"# Ok\n\nYes.\n"),
        ("secret.md", b"# Secret\n\nNo.\n"),
    )
    assert job["added"] == ["uploads/ok.md"]
    reasons = {one["path"]: one["reason"] for one in job["failed"]}
    assert set(reasons) == {"uploads/bomb.zip", "uploads/fake.pdf", "uploads/secret.md"}
    assert all(reasons.values()) and "a .ragignore" in reasons["uploads/secret.md"]
    assert OWN not in serving.sources() and "it/a 1 #!x.md" in serving.sources()


def test_a_taken_name_gets_a_number_but_an_admins_replaces(serving: Serving) -> None:
    first, second, third = (f"# Plan\n\nVersion {n}.\n".encode() for n in (1, 2, 3))
    named = [
        by.post("/documents", files={"file": ("plan.md", data)}).json()["files"]
        for by, data in (
            (serving.uploader, first),
            (serving.uploader, second),
            (serving.admin, third),
        )
    ]
    assert named == [["uploads/plan.md"], ["uploads/plan (2).md"], ["uploads/plan.md"]]
    assert (serving.uploads / "plan.md").read_bytes() == third
    assert (serving.uploads / "plan (2).md").read_bytes() == second


HOSTILE = {
    "../../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/cron.d/x.md": "x.md",
    "C:\\Windows\\x.md": "x.md",
    ".ragignore": "_ragignore",
    "a/.ragignore": "_ragignore",
    "RAG.toml": "_RAG.toml",
    "a.md\x00.pdf": "a.md.pdf",
    "…/..": "…",
    "..": "file",
    "\u202egnp.md": "gnp.md",
    "x" * 300 + ".md": "x" * 197 + ".md",
    "ä" * 300: "ä" * 100,
    "con.md": "_con.md",
    "a.md ": "a.md",
    "a:b|c?.md": "a_b_c_.md",
    "<script>.md": "_script_.md",
    "%2e%2e%2fx.md": "%2e%2e%2fx.md",
}


@pytest.mark.parametrize("given", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_the_name_of_a_file(given: str) -> None:
    assert safe_name(given) == HOSTILE[given]


@given(st.text(st.characters(), max_size=300) | st.text("./\\ab\x00:~ ", max_size=20))
@settings(max_examples=300, deadline=None)
def test_whatever_the_name_it_is_one_in_the_folder(given: str) -> None:
    name = safe_name(given)
    assert name and name not in (".", "..") and not name.startswith(".")
    assert not set(name) & set('/\\\x00\n:*?"<>|')
    assert len(name.encode("utf-8")) <= LONGEST
    assert all(unicodedata.category(one) not in ("Cc", "Cs") for one in name)
    assert safe_name(name) == name
    assert len(numbered(name, 9999).encode("utf-8")) <= 255


def test_names_in_every_encoding_are_taken(serving: Serving) -> None:
    boundary = "xx"

    def part(name: bytes) -> bytes:
        head = (
            b'--xx\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
        )
        return head + b"# T\n\nText of " + name.hex().encode() + b".\r\n"

    names = [
        "übung.md".encode(),
        "übung-latin.md".encode("latin-1"),
        "日本語.md".encode(),
        "日本語.md".encode("shift_jis"),
        "план.md".encode("cp1251"),
        b"\xff\xfe.md",
        b"../../up.md",
        b"=?utf-8?q?=2e=2e=2fx?=.md",
    ]
    body = b"".join(map(part, names)) + b"--xx--\r\n"
    sent = serving.uploader.post(
        "/documents",
        content=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert sent.status_code == 202, sent.text
    added = sent.json()["files"]
    assert len(set(added)) == len(names)
    assert {"uploads/übung.md", "uploads/übung-latin.md", "uploads/日本語.md"} <= set(added)
    outside = set(serving.folder.parent.rglob("*up.md"))
    assert outside == {serving.uploads / "up.md"}
    assert all((serving.folder / name).is_file() for name in added)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"files": {"file": ("a.exe", b"MZ")}}, 415, "a.exe: no loader for .exe"),
        ({"files": {"file": ("a", b"\x00\x01\x02\xff" * 9)}}, 415, "it is binary"),
        ({"files": {"file": ("a.db", b"x")}}, 415, "export its tables as CSV"),
        ({"files": {"other": ("a.md", b"x")}}, 422, "The form holds no file"),
        ({"data": {"file": "x"}}, 415, "multipart/form-data"),
        ({"json": {}}, 415, "multipart/form-data"),
        ({"files": {"file": ("a.md", b"x" * 1_100_000)}}, 413, "more than 1 MB"),
    ],
)
def test_what_is_refused(serving: Serving, body: dict[str, Any], status: int, said: str) -> None:
    before = sorted(serving.folder.rglob("*"))
    answer = serving.uploader.post("/documents", **body)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert said in answer.json()["detail"] and str(serving.folder) not in answer.text
    assert sorted(serving.folder.rglob("*")) == before


def test_a_body_that_does_not_say_its_length_is_cut_off(serving: Serving) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n'
        for _ in range(1000):
            yield b"0" * 65536

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    try:
        answer = serving.uploader.post("/documents", content=endless(), headers=kind)
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the server has hung up, which it may
    cut = serving.uploader.post("/documents", content=b"--x\r\nContent", headers=kind)
    assert cut.status_code == 400
    assert not list((serving.uploads / ".coming").iterdir())
    assert serving.uploader.get("/session").status_code == 200


@pytest.mark.parametrize(
    ("roots", "inside", "said"),
    [
        (2, "uploads", "of 2 folders"),
        (0, "uploads", "of 0 folders"),
        (1, "", "takes no uploads"),
        (1, "../elsewhere", "must be a name"),
        (1, "/tmp", "must be a name"),
        (1, "in/.hidden", "must be a name"),
    ],
)
def test_an_index_without_a_folder_for_uploads(
    tmp_path: Path, roots: int, inside: str, said: str
) -> None:
    with pytest.raises(UploadError, match=said):
        upload_folder([str(tmp_path)] * roots, inside)


def test_an_uploads_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "docs", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "uploads").symlink_to(outside)
    with pytest.raises(UploadError, match="leads out"):
        UploadFolder(root, "uploads").coming()
    (root / "other").mkdir()
    (root / "other" / ".coming").symlink_to(outside)
    with pytest.raises(UploadError, match="not a folder"):
        UploadFolder(root, "other").coming()
    root.rename(tmp_path / "moved")
    with pytest.raises(UploadError, match="not there any more") as error:
        upload_folder([str(root)], "uploads")
    assert str(tmp_path) not in str(error.value)


@given(st.text(st.characters(exclude_characters="/\x00", codec="utf-8"), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_kept_out_is_left_out_by_a_walk(tmp_path_factory: Any, stem: str) -> None:
    root = tmp_path_factory.mktemp("root")
    (root / f"x{stem}.md").write_text("a")
    (root / "y.md").write_text("b")
    (source,) = (file.name for file in walk(root)[0] if file.name != "y.md")
    keep_out(root, source)
    assert [file.name for file in walk(root)[0]] == ["y.md"]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(SqliteState(tmp_path / "jobs", SCHEMA)) as opened:
        yield opened


async def test_an_index_that_another_writes_to_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    class Locked:
        tries = 0

        async def once(self, operation: str, index: str, heard: Any, **arguments: Any) -> None:
            self.tries += 1
            if self.tries < 3:
                raise Failed("IndexLocked", "another process is writing to this index")

    monkeypatch.setattr("rag.serve.jobs.AGAIN_S", 0.0)
    monkeypatch.setattr("rag.serve.jobs.LOOK_EVERY_S", 0.0)
    workers = Locked()
    jobs = Jobs(workers, state)  # type: ignore[arg-type]
    several = [await jobs.add(Job("demo", "me", "docs", (name,))) for name in "ab"]
    while jobs._running:
        await asyncio.sleep(0)
    assert workers.tries >= 3 and [job.state for job in several] == ["done", "done"]
    monkeypatch.setattr("rag.serve.jobs.LOCKED_S", -1.0)
    workers.tries = 0
    job = await jobs.add(Job("demo", "me", "docs", ("c",)))
    while jobs._running:
        await asyncio.sleep(0)
    assert job.state == "failed" and "Another process is writing" in job.message


async def test_what_was_asked_for_is_done_after_a_restart(state: State) -> None:
    done: list[tuple[str, ...]] = []

    class Workers:
        def __init__(self, ends: bool) -> None:
            self.ends, self.begun = ends, asyncio.Event()

        async def once(self, _operation: str, index: str, heard: Any, **arguments: Any) -> None:
            self.begun.set()
            while not self.ends:
                await asyncio.sleep(3600)
            done.append((index, *arguments["names"]))

    first = Workers(ends=False)
    jobs = Jobs(first, state)  # type: ignore[arg-type]
    asked = [await jobs.add(Job("demo", "me", "docs", (name,))) for name in "ab"]
    await first.begun.wait()
    await jobs.add(Job("gone", "me", "docs", ("c",)))
    await jobs.close()
    for _ in range(2):  # and once only
        jobs = Jobs(Workers(ends=True), state)  # type: ignore[arg-type]
        jobs.resume(["demo"])
        known = [await jobs.get(one.id) for one in asked]
        await asyncio.gather(*jobs._running.values())
    assert done == [("demo", "a", "b")] and known == [None, None]
