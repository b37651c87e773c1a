"""The pictures in a document: the text in them by OCR, each once, and what is not read of them told."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import warnings
from io import BytesIO
from typing import Any

from rag.documents.document import Sight
from rag.documents.ocr import INSTALL, ocr_available, read_image
from rag.documents.ocr.seen import Seen
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_PICTURES = 500  # different ones that are looked at in a document
MOST_PIXELS = 100_000_000  # of one; beyond it a picture is taken for a bomb
LONGEST_SIDE = 4_200  # pixels; what is larger is made smaller: A4 at 360 dots an inch
LEAST_SIDE, LEAST_PIXELS = 16, 2_500  # what is smaller is a bullet, a rule or an icon
LEAST_LETTERS = 3  # of a picture's text; a lone letter is what a shape was taken for
SURE = 0.75  # mean confidence below which nothing in a picture is taken for text
_DRAWN = (b"\x01\x00\x00\x00", b"\xd7\xcd\xc6\x9a")  # EMF, WMF: drawn by commands, not by dots


def open_picture(data: bytes) -> Any:
    """A picture, not yet decoded.

    Raises:
        LoadError: it is none, of a kind that is not read, or has too many pixels.
    """
    pillow: Any = importlib.import_module("PIL.Image")
    if data.startswith(_DRAWN):
        raise LoadError("it is a drawing (EMF, WMF), whose text is not read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own, lower limit
            image = pillow.open(BytesIO(data))
    except pillow.DecompressionBombError:
        raise LoadError(f"it has more than {MOST_PIXELS:,} pixels") from None
    except (OSError, ValueError, SyntaxError):
        raise LoadError("it is no picture, or damaged") from None
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise LoadError(f"it has more than {MOST_PIXELS:,} pixels")
    return image


def upright(image: Any) -> Any:
    """A picture as it is shown: turned as its camera says, on white where it is transparent (on black
    where it is light), in eight bits, and not larger than is of use.

    Raises:
        LoadError: it is damaged.
    """
    pillow: Any = importlib.import_module("PIL.Image")
    operations: Any = importlib.import_module("PIL.ImageOps")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image = operations.exif_transpose(image)
            if image.mode.startswith(("I", "F")):  # sixteen bits and more
                low, high = image.getextrema()
                scale = 255 / ((high - low) or 1)
                image = image.convert("F").point(lambda v: v * scale - low * scale).convert("L")
            if image.has_transparency_data:
                layers = image.convert("RGBA")
                opaque = layers.getchannel("A").point(lambda v: 255 * (v > 127))
                grey = layers.convert("L").histogram(opaque)
                count = sum(grey)
                light = count and sum(i * n for i, n in enumerate(grey)) / count > 200
                ground = pillow.new("RGBA", layers.size, "black" if light else "white")
                image = pillow.alpha_composite(ground, layers)
            image = image.convert("RGB")
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    except (OSError, ValueError, SyntaxError, EOFError, pillow.DecompressionBombError):
        raise LoadError("it is damaged") from None
    return image


def write_seen(seen: Seen, writer: Writer, page: int) -> None:
    """What was seen on a page that is a picture, paragraph by paragraph."""
    begin = writer.length
    for block in seen.blocks:
        if block.flows:
            writer.paragraph(block.text)
            continue
        writer.break_()
        for line in block.lines:
            writer.line(line.text)
        writer.break_()
    writer.boxes(seen.words, begin, page)


class Pictures:
    """Reads the pictures of one document where they stand in it."""

    def __init__(self, writer: Writer, language: str) -> None:
        """``language`` is tesseract's name of what is written in them."""
        self._writer = writer
        self._language = language
        self._known: set[bytes] = set()
        self._badly = 0
        self._unread: dict[str, int] = {}
        self._over = 0

    def write(self, data: bytes | None, *, page: int = 0) -> None:
        """The text in a picture, if there is any; a picture that comes again is not read again."""
        if not data or data.lstrip()[:5] in (b"<?xml", b"<svg "):
            return
        digest = hashlib.sha1(data, usedforsecurity=False).digest()
        if digest in self._known:
            return
        self._known.add(digest)
        if len(self._known) > MOST_PICTURES:
            self._over += 1
            return
        try:
            self._look(data, page)
        except LoadError as error:
            self._unread[str(error)] = self._unread.get(str(error), 0) + 1

    def _look(self, data: bytes, page: int) -> None:
        if importlib.util.find_spec("PIL") is None:
            if len(data) > LEAST_PIXELS:
                self._writer.sight += Sight(waiting_pictures=1)
            return
        image = open_picture(data)
        if min(image.size) < LEAST_SIDE or image.size[0] * image.size[1] < LEAST_PIXELS:
            return
        if not ocr_available():
            self._writer.sight += Sight(waiting_pictures=1)
            return
        seen = read_image(upright(image), self._language)
        letters = sum(c.isalnum() for word in seen.words for c in word.text)
        if letters < LEAST_LETTERS or seen.confidence < SURE:
            return
        write_seen(seen, self._writer, page)
        self._writer.sight += Sight(pictures=1)
        self._badly += seen.badly

    def notes(self) -> list[str]:
        """What is to be told of the pictures: those that wait for OCR, and those not or badly read."""
        notes: list[str] = []
        if waiting := self._writer.sight.waiting_pictures:
            notes.append(
                f"{counted(waiting, 'picture')} not read: to read text in pictures, {INSTALL}"
            )
        if self._badly:
            notes.append(
                f"the text in {counted(self._badly, 'picture')} was hard to read: check it"
            )
        for reason, count in self._unread.items():
            notes.append(f"{counted(count, 'picture')} not read: {reason}")
        if self._over:
            notes.append(
                f"only the first {MOST_PICTURES} pictures are looked at, not {self._over} more"
            )
        return notes


def counted(count: int, word: str) -> str:
    """A count with its noun.

    >>> counted(1, "picture"), counted(2_000, "page")
    ('1 picture', '2,000 pages')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"
