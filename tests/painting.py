"""PDFs made for tests, and what stands under a rectangle on their pages."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.viewing import PageView, page_picture

Line = tuple[float, float, str]


def pdf(*pages: list[Line], size: float = 12) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for lines in pages:
        page.setFont("Helvetica", size)
        for x, y, line in lines:
            page.drawString(x, y, line)
        page.showPage()
    page.save()
    return out.getvalue()


def below(*lines: str, x: float = 72, top: float = 760, step: float = 16) -> list[Line]:
    return [(x, top - step * i, line) for i, line in enumerate(lines)]


def stored(folder: Path, data: bytes) -> tuple[Document, Path]:
    path = folder / "a.pdf"
    path.write_bytes(data)
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format), path


def span_of(document: Document, words: str, *, nth: int = 0) -> tuple[int, int]:
    at = -1
    for _ in range(nth + 1):
        at = document.text.index(words, at + 1)
    return at, at + len(words)


def under(view: PageView, path: Path) -> list[str]:
    """What stands under each rectangle, read by PDFium from the page as it is, letter by letter."""
    with pdfium.PdfDocument(path.read_bytes()) as file:
        page = file[view.number - 1]
        textpage = page.get_textpage()
        left, bottom, right, top = page.get_bbox()
        turn = page.get_rotation()
        said = ["" for _ in view.rectangles]
        for at, sign in enumerate(textpage.get_text_range()):
            a, b, c, d = textpage.get_charbox(at)
            x = ((a + c) / 2 - left) / (right - left)
            y = ((b + d) / 2 - bottom) / (top - bottom)
            x, y = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[turn]
            for i, (low, head, high, foot) in enumerate(view.rectangles):
                if not sign.isspace() and low <= x <= high and head <= y <= foot:
                    said[i] += sign
    return said


def dark(picture: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where a PNG of ours is printed on, [height, width]; read by the standard alone."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    parts: dict[bytes, bytes] = {}
    at = 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        parts[kind] = data
        at += 12 + length
    width, height, _, colours = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, -1)[:, 1:]
    return rows.reshape(height, width, 3 if colours == 2 else 1).min(2) < 128


def shows(view: PageView, path: Path) -> None:
    """That the picture has ink under each rectangle, and none of it at its edges, where other letters would be cut."""
    ink = dark(page_picture(path, view.number, 800))
    high, wide = ink.shape
    assert abs(wide / high - view.width / view.height) < 0.01
    for left, top, right, bottom in view.rectangles:
        piece = ink[
            int(top * high) : int(bottom * high) + 1, int(left * wide) : int(right * wide) + 1
        ]
        assert piece.any()
