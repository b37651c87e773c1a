"""Folders on a network: a bucket on a real object store's server, a web server's listing, a file system in memory."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from rag.cli import main
from rag.documents import remote
from rag.documents.files import FileNote
from rag.errors import ExtraMissing, FolderError
from rag.index import Index
from rag.ingestion import pool
from rag.store.verify import contents
from tests.conftest import DATA, Build, age, report_of
from tests.web import web_server

boto3 = pytest.importorskip("boto3")
fsspec = pytest.importorskip("fsspec")
moto_server = pytest.importorskip("moto.server")
pytest.importorskip("s3fs")

SECRET = "not-to-be-told-5Qk2"
FILES = {
    "kettle.md": "# Kettle\n\nThe kettle holds 1.7 litres of water.\n",
    "kitchen/toaster.txt": "The toaster has four slots and seven levels.\n",
    "kitchen/notes": "The fridge hums at night.\n",
    "kitchen/photo.raw": "\0\1",
    "kitchen/\u00e9t\u00e9 & 50% off?.txt": "Summer prices are half of the others.\n",
    "kitchen/drafts/one.txt": "A draft that nobody wants.\n",
    "kitchen/.ragignore": "drafts/\n!kept.txt\n",
    "kitchen/drafts/kept.txt": "A draft in a folder that is left out.\n",
    ".hidden/plan.txt": "Hidden.\n",
    "old/catalog.sqlite": "",
    "old/manifest.json": "{}",
    "old/readme.txt": "An index of another.\n",
}
WANTED = (
    "kettle.md",
    "kitchen/notes",
    "kitchen/toaster.txt",
    "kitchen/\u00e9t\u00e9 & 50% off?.txt",
    "leave.pdf",
)


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """A client of an object store's server, to which the environment leads."""
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        yield boto3.client("s3")
    server.stop()


@pytest.fixture(autouse=True)
def _one_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_WORKERS", "1")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The same files in a folder of this machine."""
    root = tmp_path / "tree"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    shutil.copy(DATA / "policies/leave-policy-2024.pdf", root / "leave.pdf")
    age(root)
    return root


@pytest.fixture
def bucket(store: Any, tree: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"b{abs(hash(request.node.name))}"
    store.create_bucket(Bucket=name)
    for path in tree.rglob("*"):
        if path.is_file():
            store.upload_file(str(path), name, f"docs/{path.relative_to(tree).as_posix()}")
    store.put_object(Bucket=name, Key="docs/kitchen/", Body=b"")  # as programs mark a folder
    store.put_object(Bucket=name, Key="docs-of-others/a.txt", Body=b"Not of this folder.")
    yield name


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that have been fetched."""
    seen: list[str] = []
    real = remote.fetched

    def fetched(address: str, **limits: Any) -> Any:
        seen.append(address)
        return real(address, **limits)

    monkeypatch.setattr("rag.ingestion.fetching.fetched", fetched)
    return seen


def held(index: Index) -> dict[str, Any]:
    with index.snapshot() as snapshot:
        return contents(snapshot.catalog)


def test_a_bucket_is_indexed_as_the_same_folder_would_be(
    bucket: str, tree: Path, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    here = build(tree, tmp_path / "here")
    there = build(f"s3://{bucket}/docs", tmp_path / "there")
    assert there.sources() == WANTED and held(there) == held(here)
    assert there.folders == (f"s3://{bucket}/docs",) and there.verify() == []
    ours, theirs = report_of(there), report_of(here)
    assert (ours.added, ours.skipped, ours.failed) == (theirs.added, theirs.skipped, theirs.failed)
    assert ours.unread == theirs.unread and ours.embedded == theirs.embedded
    assert list(scratch.iterdir()) == []


def test_only_what_has_changed_is_fetched_again(
    bucket: str, store: Any, build: Build, fetches: list[str]
) -> None:
    index = build(f"s3://{bucket}/docs/")
    assert len(fetches) == len(WANTED)
    fetches.clear()
    store.put_object(Bucket=bucket, Key="docs/kettle.md", Body=FILES["kettle.md"].encode())
    report = index.update()
    assert fetches == [] and report.unchanged == len(WANTED)  # written anew, the same content
    store.put_object(
        Bucket=bucket, Key="docs/kettle.md", Body=b"# Kettle\n\nIt holds 9.9 litres of oil.\n"
    )
    store.delete_object(Bucket=bucket, Key="docs/leave.pdf")
    store.put_object(Bucket=bucket, Key="docs/new.txt", Body=b"A new one.")
    report = index.update()
    assert (report.added, report.changed, report.removed) == (
        ("new.txt",),
        ("kettle.md",),
        ("leave.pdf",),
    )
    assert sorted(fetches) == [f"s3://{bucket}/docs/kettle.md", f"s3://{bucket}/docs/new.txt"]
    assert index.update(f"s3://{bucket}/docs/new.txt").unchanged == 1
    assert "kettle.md" in index.sources()


def test_what_cannot_be_fetched_is_a_line_and_keeps_its_last_version(
    bucket: str, store: Any, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(f"s3://{bucket}/docs", max_file_mb=1)
    for name in ("kettle.md", "kitchen/toaster.txt"):
        store.put_object(Bucket=bucket, Key=f"docs/{name}", Body=b"Changed, and more of it.")
    store.put_object(Bucket=bucket, Key="docs/large.txt", Body=b"large " * 200_000)
    real = pool.read_where_it_lies

    def read(path: str, *more: Any) -> Any:
        if path.endswith("kettle.md"):
            store.delete_object(Bucket=bucket, Key="docs/kettle.md")  # after it was listed
        return real(path, *more)

    monkeypatch.setattr(pool, "read_where_it_lies", read)
    report = index.update()
    assert FileNote("kettle.md", "it vanished while the folder was being indexed") in report.stale
    assert [(note.path, note.reason[:25]) for note in report.failed] == [
        ("large.txt", "1 MB is over the limit of")
    ]
    assert "1.7 litres" in index.document_of("kettle.md").text
    monkeypatch.setattr(pool, "read_where_it_lies", real)
    report = index.update()
    assert report.removed == ("kettle.md",) and not report.stale
    assert [note.path for note in report.failed] == ["large.txt"]


def test_a_folder_that_cannot_be_listed_changes_nothing(
    bucket: str, build: Build, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(f"s3://{bucket}/docs")
    with pytest.raises(FolderError, match="there is no such folder"):
        index.update(f"s3://{bucket}/dcos")
    with pytest.raises(FolderError, match="there is no such folder"):
        index.update("s3://no-such-bucket-of-ours/docs")

    def lost(*_: object, **__: object) -> None:
        raise ConnectionError("the network is unreachable")

    monkeypatch.setattr("s3fs.S3FileSystem.find", lost)
    with pytest.raises(FolderError, match="cannot be read: the network is unreachable"):
        index.update()
    assert index.sources() == WANTED and index.generation == 1


def test_the_command_line_tells_no_secret(bucket: str, tmp_path: Path) -> None:
    at = tmp_path / "index"
    run = CliRunner().invoke(main, ["index", f"s3://{bucket}/docs", "--index", str(at), "--quiet"])
    assert run.exit_code == 0, run.output
    told = run.output + CliRunner().invoke(main, ["status", "--index", str(at)]).output
    assert f"s3://{bucket}/docs" in told and SECRET not in told
    assert not any(SECRET.encode() in file.read_bytes() for file in at.rglob("*") if file.is_file())
    for address in (
        f"s3://somebody:{SECRET}@{bucket}/docs",
        f"https://me:{SECRET}@127.0.0.1/docs/",
    ):
        run = CliRunner().invoke(main, ["index", address, "--index", str(tmp_path / "other")])
        assert run.exit_code == 1 and "a password is no part" in run.output
        assert SECRET not in run.output


class Listing(SimpleHTTPRequestHandler):
    """A web server's listing; of the folders in ``closed``, it has none for anybody."""

    closed: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.path in self.closed:
            self.send_error(403)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(tree: Path) -> Iterator[str]:
    with web_server(partial(Listing, directory=str(tree))) as address:
        yield f"{address}/"


def test_a_listing_is_indexed_as_the_same_folder_would_be_and_one_that_closes_is_stale(
    web: str,
    tree: Path,
    build: Build,
    tmp_path: Path,
    fetches: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = build(tree, tmp_path / "here"), build(web, tmp_path / "there")
    assert there.sources() == WANTED and held(there) == held(here)
    fetches.clear()
    (tree / "kettle.md").write_text("# Kettle\n\nIt is blue.\n")
    (tree / "leave.pdf").unlink()
    monkeypatch.setattr(Listing, "closed", ["/kitchen/"])
    report = there.update()
    assert (report.changed, report.removed) == (("kettle.md",), ("leave.pdf",))
    assert fetches == [f"{web}kettle.md"]
    inside = [name for name in WANTED if name.startswith("kitchen/")]
    assert [note.path for note in report.stale] == inside and not report.added
    assert all("403" in note.reason for note in report.stale)
    monkeypatch.undo()
    report = there.update()
    assert not report.stale and report.unchanged == len(WANTED) - 1


def test_any_file_system_of_fsspec(build: Build, tmp_path: Path, tree: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(f"{tree}/", "/shelf/", recursive=True)
    try:
        index = build("memory://shelf")
        assert index.sources() == WANTED
    finally:
        memory.rm("/shelf", recursive=True)
    assert build(f"file://{tree}", tmp_path / "file").folders == (os.path.realpath(tree),)


def test_what_was_forgotten_stays_out_under_any_name(
    bucket: str, store: Any, build: Build, embedder: Any
) -> None:
    from rag.forgetting.forget import forget

    index = build(f"s3://{bucket}/docs")
    forget(index.path, ["kettle.md"])
    store.put_object(Bucket=bucket, Key="docs/again.md", Body=FILES["kettle.md"].encode())
    report = index.update()
    assert not report.added and [note.path for note in report.skipped].count("kettle.md") == 1
    assert [note.path for note in report.failed] == ["again.md"]
    assert "forgotten" in report.failed[0].reason


def test_without_the_packages_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(ExtraMissing, match=r"rag-folder\[remote\]"):
        Index.build("s3://bucket/docs", tmp_path / "index")
    run = CliRunner().invoke(
        main, ["index", "s3://bucket/docs", "--index", str(tmp_path / "index"), "--json"]
    )
    assert run.exit_code == 1 and "rag-folder[remote]" in run.output
    assert not json.dumps(run.output).count("Traceback")
