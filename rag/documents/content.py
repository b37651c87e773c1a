"""What a file is by its content: its signature, or the names in its archive, outweigh its suffix."""

from __future__ import annotations

import codecs
import re
import zipfile
from io import BytesIO

import olefile

from rag.documents.delimited import delimiter
from rag.documents.markup_language import LOOKED_AT, markup_language
from rag.errors import LoadError

HEAD = 4096  # bytes that tell what a file is, mostly
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEFINED = re.compile(
    rb"^[.'][ \t]*(?:de|am|ig)i?1?\b.{0,4000}?^\.[ \t]*\.[ \t]*$", re.MULTILINE | re.DOTALL
)
_LOOSE = frozenset(
    (
        "text",
        "html",
        "csv",
        "legacy",
        "sheets",
        "content",
        "rtf",
        "pdf",
        "xlsx",
        "xlsb",
        "docx",
        "pptx",
        "code",
        "epub",
    )
)
_IMAGES = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
)  # fmt: skip
_OPENDOCUMENT = "application/vnd.oasis.opendocument"
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_SAVED_PAGE = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_OFFICE_2003 = re.compile(
    rb"mso-application\s+progid=.(?:Word|Excel)|office/word/2003/wordml|<(?:\w+:)?Workbook\b"
)
_HEADER = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Message-ID):", re.IGNORECASE | re.MULTILINE
)


def by_head(head: bytes, expected: str) -> str:
    """The format that the first bytes of a file show, where that is not what ``expected`` (the
    format by its suffix) says; else "". Archives are told by :func:`by_content`."""
    if b"%PDF-" in head[:1024] and expected in _LOOSE and expected != "pdf":
        return "pdf"
    if head.startswith(b"{\\rtf") and expected in _LOOSE and expected != "rtf":
        return "rtf"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if (
        expected in _LOOSE - {"html", "code"}
        and start.startswith((b"<!doctype html", b"<html"))
        and b"%PDF" not in head
    ):
        return "html"
    if expected in _LOOSE - {"code"} and start.startswith(b"<?xml") and _OFFICE_2003.search(head):
        return "xml"
    if expected in ("sheets", "legacy") and not head.startswith(OLE[:4]):
        if (mail := _MAIL.match(head.replace(b"\r\n", b"\n"))) and _SAVED_PAGE.search(mail[0]):
            return "mhtml"
        if holds_text(head):
            return "csv" if expected == "sheets" else "text"
    if expected in ("code", "content") and start.startswith(
        b"<map version"
    ):  # a mind map, called .mm
        return "xml"
    if expected == "content":
        if head.startswith(b"bplist00"):
            return "json"
        if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
            return "image"
        if start.startswith(b"<?xml") or start.startswith(b"<!doctype"):
            return "xml"
        if start.startswith(b"webvtt"):
            return "subtitles"
        if _is_manual(head):
            return "manual"
        if head.startswith(b"From ") and _HEADER.search(head):
            return "mbox"
        if _HEADER.search(head) and _MAIL.match(head.replace(b"\r\n", b"\n")):
            return "eml"
    return ""


def _is_manual(head: bytes) -> bool:
    """Whether requests of troff stand first, and among them one that opens a page of a manual, or so many that it comes later
    (Perl's pages begin with five thousand characters of definitions)."""
    for line in _DEFINED.sub(b"", head).split(b"\n"):
        bare = line.strip()
        if bare.startswith((b".TH ", b".Dd ", b".SH ")):
            return True
        if bare and not bare.startswith((b".", b"'", b"\\")):
            return False
    return len(head) >= HEAD and head.lstrip()[:1] in (b".", b"'")


def holds_text(head: bytes) -> bool:
    """Whether a file of no known suffix, by its first bytes, is text or of a format that is read."""
    if head.startswith((b"PK\x03\x04", OLE[:4], b"\x1f\x8b")) or by_head(head, "content"):
        return not head.startswith(_IMAGES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head:
        return True
    # UTF-16 without a mark: every other byte of most characters is nought.
    return min(len(head[0::2].strip(b"\x00")), len(head[1::2].strip(b"\x00"))) == 0


def by_content(data: bytes, expected: str) -> str:
    """The format that a whole file shows, where that is not what ``expected`` says; else "".

    Raises:
        LoadError: it is encrypted.
    """
    if data.startswith(b"PK\x03\x04") and expected != "archive":
        found = _archived(data)
        return "" if found == expected else found
    if data.startswith(OLE[:4]):
        found = _compound(data)
        return "" if found == expected else found
    if data.startswith(b"\x1f\x8b") and expected == "content":
        return "archive"
    found = by_head(data[:HEAD], expected)
    if not found and expected in ("text", "content"):
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = data[:LOOKED_AT].decode("utf-16" if wide else "utf-8", errors="replace")
        return markup_language(text) or ("csv" if delimiter(text) else "")
    return found


def _archived(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {name.lower() for name in archive.namelist()}
            kind = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, KeyError, ValueError):
        return ""
    if kind.startswith(_OPENDOCUMENT.encode()):
        return "opendocument"
    if kind.startswith(b"application/epub") or "meta-inf/container.xml" in names:
        return "epub"
    if "xl/workbook.bin" in names:
        return "xlsb"
    for part, format in (
        ("word/", "docx"),
        ("xl/", "xlsx"),
        ("ppt/", "pptx"),
        ("visio/", "diagram"),
    ):
        if "[content_types].xml" in names and any(name.startswith(part) for name in names):
            return format
    return ""


def _compound(data: bytes) -> str:
    """Which of the old binary formats a compound file holds.

    Raises:
        LoadError: it is an encrypted file of the new ones, or damaged.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            names = {"/".join(path).lower() for path in file.listdir()}
    except Exception:  # olefile raises whatever a damaged file makes it raise
        raise LoadError(
            "it is in the old binary Office format, and damaged: its parts cannot be listed"
        ) from None
    if "encryptedpackage" in names:
        raise LoadError("it is password-protected; save it without a password")
    if "worddocument" in names or "powerpoint document" in names:
        return "legacy"
    if names & {"workbook", "book"}:
        return "sheets"
    if any(name.startswith("__substg1.0_") or name.startswith("__properties") for name in names):
        return "msg"
    raise LoadError("it is in the old binary Office format, of a kind that is not read")
