"""Archives that would fill the memory, lie, or hold two texts in one place; and XML that would blow
up, read other files, or fetch."""

from __future__ import annotations

import http.server
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from rag.documents.archive import Limits, guard_archive
from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError
from tests.conftest import DATA
from tests.web import web_server

DOCX = DATA / "policies/quality-manual.docx"
XLSX = DATA / "finance/budget-2024.xlsx"
PPTX = DATA / "finance/strategy-2027.pptx"
EPUB = DATA / "archive/history.epub"
SMALL = Limits(members=10, unpacked=10_000_000, small=1_000_000, ratio=200)


def read(name: str, data: bytes) -> Document:
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


ODT = zipped(
    ("mimetype", b"application/vnd.oasis.opendocument.text"),
    (
        "content.xml",
        b'<?xml version="1.0"?><office:document-content '
        b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        b"<text:p>The kettle is blue.</text:p>"
        b"</office:text></office:body></office:document-content>",
    ),
)


def with_member(path: Path | bytes, name: str, change: object) -> bytes:
    """A sample, one member of it changed (a function of its bytes) or new (bytes)."""
    source = zipfile.ZipFile(io.BytesIO(path) if isinstance(path, bytes) else path)
    members = [(m.filename, source.read(m)) for m in source.infolist()]
    if callable(change):
        return zipped(*((n, change(data) if n == name else data) for n, data in members))
    assert isinstance(change, bytes)
    return zipped(*members, (name, change))


def claiming(data: bytes, size: int) -> bytes:
    """An archive of one member whose headers, both of them, say that it unpacks to ``size``."""
    changed = bytearray(data)
    directory = changed.index(b"PK\x01\x02")
    struct.pack_into("<I", changed, 22, size)
    struct.pack_into("<I", changed, directory + 24, size)
    return bytes(changed)


def test_every_sample_passes() -> None:
    for path in (DOCX, XLSX, PPTX, EPUB):
        guard_archive(path.read_bytes())


def test_what_unpacks_is_counted_and_not_believed() -> None:
    bomb = zipped(("a.xml", b"0" * 2_000_000))
    with pytest.raises(LoadError, match="zip bomb"):
        guard_archive(bomb, SMALL)
    with pytest.raises(LoadError, match="zip bomb"):
        guard_archive(claiming(bomb, 10), SMALL)
    with pytest.raises(
        LoadError, match="zip bomb"
    ):  # what room is made for before anything is read
        guard_archive(claiming(zipped(("a.xml", b"0")), 2_000_000_000), SMALL)
    # A library may go by the one directory or by the other; the member is the same.
    other = bomb.replace(b"a.xml", b"b.xml", 1)
    with pytest.raises(LoadError, match="zip bomb"):
        guard_archive(claiming(other, 10), SMALL)
    guard_archive(zipped(("a.xml", b"0" * 900_000)), SMALL)
    noise = zlib.compress(bytes(range(256)) * 4000, 0)
    guard_archive(zipped(*((f"{n}.bin", noise) for n in range(9)), method=0), SMALL)


def test_a_bomb_in_a_document_is_refused_at_any_size_it_claims() -> None:
    bomb = zipped(("word/document.xml", b"0" * 100_000_000))
    for data in (bomb, claiming(bomb, 100)):
        with pytest.raises(LoadError, match="zip bomb"):
            read("a.docx", data)


def test_members_that_share_their_bytes_are_counted_each() -> None:
    data = zipped(("a", b"0" * 300_000))
    start = data.index(b"PK\x01\x02")
    directory = data[start : data.index(b"PK\x05\x06")]
    entries = b"".join(directory[:46] + b"%c" % (97 + n) + directory[47:] for n in range(9))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, len(entries), start, 0)
    with pytest.raises(LoadError, match="zip bomb"):
        guard_archive(data[:start] + entries + end, SMALL)


def test_too_many_members_other_packings_and_passwords_are_refused() -> None:
    with pytest.raises(LoadError, match="11 members"):
        guard_archive(zipped(*((f"{n}", b"") for n in range(11))), SMALL)
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(LoadError, match="packed in a way"):
            guard_archive(zipped(("a", b"0" * 1000), method=method))
    locked = bytearray(zipped(("a", b"0")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(LoadError, match="password"):
        guard_archive(bytes(locked))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "twin",
    [
        "word/document.xml",
        "Word/Document.XML",
        "word\\document.xml",
        "/word/document.xml",
        "../word/document.xml",
        "word/x/../document.xml",
        "word/document.xml\x00.png",
    ],
)
def test_two_texts_in_one_place_are_refused(twin: str) -> None:
    with pytest.raises(LoadError, match="two different members"):
        read("a.docx", with_member(DOCX, twin, b"<other/>"))


@pytest.mark.parametrize("name", ["../../evil.sh", "/etc/cron.d/evil", "..\\evil", "CON", "a\x00b"])
def test_odd_names_alone_do_no_harm_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = read("a.docx", DOCX.read_bytes())
    assert read("a.docx", with_member(DOCX, name, b"evil")) == before
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_files_may_hold_what_no_document_does() -> None:
    dtd = f"<!DOCTYPE a [{laughs()}]><a>&l9;</a>".encode()
    guard_archive(zipped(("a.txt", b"one"), ("A.txt", b"two"), ("in/a.xml", dtd)))
    inside = with_member(DOCX, "word/document.xml", lambda _: dtd)
    with pytest.raises(LoadError, match="ENTITY"):
        read("a.docx", inside)
    guard_archive(zipped(("inside.docx", inside)))  # which is guarded when it is read


# -- XML ------------------------------------------------------------------------------------


class Server(http.server.BaseHTTPRequestHandler):
    """Says what was asked for, if anything is."""

    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        """Write it down."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"FETCHED")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with web_server(Server) as address:
        yield address


@pytest.fixture
def web(server: str) -> tuple[str, list[str]]:
    """A server's address, and what is asked of it."""
    Server.asked = []
    return server, Server.asked


def laughs() -> str:
    lines = ['<!ENTITY l0 "HAHAHAHAHA">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return "".join(lines)


def subsets(secret: Path, web: str) -> dict[str, tuple[str, str]]:
    """What can stand in a document type, and how the text would bring it in."""
    return {
        "laughs": (f"[{laughs()}]", "&l9;"),
        "quadratic": (f'[<!ENTITY q "{"Q" * 100_000}">]', "&q;" * 10_000),
        "file": (f'[<!ENTITY x SYSTEM "file://{secret}">]', "&x;"),
        "web": (f'[<!ENTITY x SYSTEM "{web}/entity">]', "&x;"),
        "parameter": (f'[<!ENTITY % p SYSTEM "{web}/parameter"> %p;]', ""),
        "subset": (f'SYSTEM "{web}/subset.dtd"', ""),
        "local subset": (f'SYSTEM "file://{secret}"', ""),
        "include": (
            "",
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>'
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{web}/include"/>',
        ),
    }


KINDS = tuple(subsets(Path("/"), ""))
PARTS = (
    ("a.docx", DOCX, "word/document.xml"),
    ("a.docx", DOCX, "word/styles.xml"),
    ("a.docx", DOCX, "docProps/core.xml"),
    ("a.docx", DOCX, "_rels/.rels"),
    ("a.docx", DOCX, "[Content_Types].xml"),
    ("a.xlsx", XLSX, "xl/workbook.xml"),
    ("a.xlsx", XLSX, "xl/worksheets/sheet1.xml"),
    ("a.xlsx", XLSX, "xl/styles.xml"),
    ("a.xlsx", XLSX, "[Content_Types].xml"),
    ("a.pptx", PPTX, "ppt/presentation.xml"),
    ("a.pptx", PPTX, "ppt/slides/slide1.xml"),
    ("a.odt", ODT, "content.xml"),
    ("a.epub", EPUB, "META-INF/container.xml"),
    ("a.epub", EPUB, "OEBPS/content.opf"),
)


def infected(xml: bytes, subset: str, use: str, encoding: str) -> bytes:
    """An XML file with a document type before its root, and a use of it in its first element."""
    text = xml.decode("utf-8")
    _, mark, rest = text.partition("?>")
    body = rest if mark else text
    at = body.index("<")
    end = at + body[at:].index(">")
    name = body[at + 1 : end].split()[0].rstrip("/")
    if body[end - 1] == "/":
        filled = f"{body[: end - 1]}>{use}</{name}>{body[end + 1 :]}"
    else:
        filled = f"{body[: end + 1]}{use}{body[end + 1 :]}"
    kind = f"<!DOCTYPE {name} {subset}>" if subset else ""
    return f'<?xml version="1.0" encoding="{encoding}"?>{kind}{filled}'.encode(encoding)


# Seen by the guard; and one that it does not see, where the libraries' own settings must do.
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "path", "part"), PARTS, ids=[f"{n}:{m}" for n, _, m in PARTS])
def test_xml_in_an_archive_reads_and_fetches_nothing(
    name: str,
    path: Path | bytes,
    part: str,
    kind: str,
    encoding: str,
    tmp_path: Path,
    web: tuple[str, list[str]],
) -> None:
    address, asked = web
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    subset, use = subsets(secret, address)[kind]
    data = with_member(path, part, lambda xml: infected(xml, subset, use, encoding))
    seen = subset.startswith("[") and encoding != "utf-7"
    try:
        document = read(name, data)
    except LoadError as error:
        said = str(error)
        assert "ENTITY" in said or not seen
    else:
        assert not seen, "entities were not refused"
        said = document.text + "".join(document.metadata.values()) + document.title
        assert len(said) < 200_000
    assert "SECRET" not in said and "FETCHED" not in said and asked == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["a.html", "a.xhtml", "a.md", "a.xml", "chapter"])
def test_markup_reads_and_fetches_nothing(
    name: str, kind: str, tmp_path: Path, web: tuple[str, list[str]]
) -> None:
    address, asked = web
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    subset, use = subsets(secret, address)[kind]
    page = (
        f'<?xml version="1.0"?><?xml-stylesheet href="{address}/style.xsl" type="text/xsl"?>'
        f'<!DOCTYPE html {subset}><html><head><link rel="stylesheet" href="{address}/style.css">'
        f'<base href="{address}/"><script src="x.js"></script></head><body><p>Kettle {use}</p>'
        f'<img src="{address}/image.png" alt="picture"><img src="file://{secret}">'
        f'<iframe src="{address}/frame"></iframe><object data="file://{secret}"></object>'
        "</body></html>"
    ).encode()
    if name == "chapter":
        book = zipfile.ZipFile(EPUB)
        chapter = next(n for n in book.namelist() if n.endswith("html") and "nav" not in n)
        document = read("a.epub", with_member(EPUB, chapter, lambda _: page))
    elif name == "a.xml":
        try:
            document = read(name, page.replace(b"html", b"article"))
        except LoadError:
            assert subset and asked == []
            return
    else:
        document = read(name, page)
    assert "Kettle" in document.text and len(document.text) < 200_000
    assert "SECRET" not in document.text and "FETCHED" not in document.text and asked == []


@pytest.mark.parametrize(
    "kind", ["image", "attachedTemplate", "oleObject", "externalLinkPath", "hyperlink"]
)
@pytest.mark.parametrize(
    ("name", "path", "part"),
    [
        ("a.docx", DOCX, "word/_rels/document.xml.rels"),
        ("a.xlsx", XLSX, "xl/_rels/workbook.xml.rels"),
        ("a.pptx", PPTX, "ppt/slides/_rels/slide1.xml.rels"),
    ],
)
def test_what_an_office_file_links_to_is_not_fetched(
    name: str, path: Path, part: str, kind: str, tmp_path: Path, web: tuple[str, list[str]]
) -> None:
    address, asked = web
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    types = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"

    def link(xml: bytes) -> bytes:
        links = "".join(
            f'<Relationship Id="far{n}" Type="{types}" Target="{target}" TargetMode="External"/>'
            for n, target in enumerate((f"{address}/far", f"file://{secret}", "\\\\host\\share\\x"))
        )
        return xml.replace(b"</Relationships>", links.encode() + b"</Relationships>")

    data = with_member(path, part, link)
    assert read(name, data).text == read(name, path.read_bytes()).text and asked == []
