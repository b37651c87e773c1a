"""The pictures in a document: the text in them by OCR, each once, and what is not read of them told."""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.util
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from rag.documents.document import NOTHING, Sight
from rag.documents.frames import MOST_SHOTS, moves, pages_of, shots, unknown
from rag.documents.ocr import HARD, how_to_read, ocr_available, read_image
from rag.documents.ocr.seen import Seen
from rag.documents.office.package import parse_xml
from rag.documents.source import Source
from rag.documents.svg import words
from rag.documents.tables import cells, write_table
from rag.documents.text import one_line
from rag.documents.told import counted
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_PICTURES = 500  # different ones that are looked at in a document
MOST_PIXELS = 100_000_000  # of one; beyond it a picture is taken for a bomb
MOST_DETAIL = 16_000_000  # pixels; what has more is made smaller: A4 at 400 dots an inch
LEAST_SIDE, LEAST_PIXELS = 16, 2_500  # what is smaller is a bullet, a rule or an icon
LEAST_LETTERS = 3  # of a picture's text; a lone letter is what a shape was taken for
SURE = 0.75  # mean confidence below which nothing in a picture is taken for text
ABSENT = "it is not in the file"
_DRAWN = (
    b"\x01\x00\x00\x00",
    b"\xd7\xcd\xc6\x9a",
    b"\x01\x00\x09\x00",
)  # EMF, WMF: drawn by commands, not by dots


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
    except MemoryError:
        raise
    except Exception:  # Pillow raises whatever a damaged file makes it raise
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
            smaller = min(1.0, (MOST_DETAIL / (image.width * image.height)) ** 0.5)
            size = max(1, round(image.width * smaller)), max(1, round(image.height * smaller))
            image.draft("RGB", size)
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
            image.thumbnail((max(size), max(size)), reducing_gap=2.0)
    except MemoryError:
        raise
    except Exception:
        raise LoadError("it is damaged") from None
    return image


def write_seen(seen: Seen, writer: Writer, page: int = 0) -> None:
    """What was seen on a picture, paragraph by paragraph; where its words stand is kept if it is a
    ``page``."""
    begin = writer.length
    for block in seen.blocks:
        if block.flows:
            writer.paragraph(block.text)
            continue
        if block.rows:
            write_table(cells(block.rows), writer)
            continue
        writer.break_()
        for line in block.lines:
            writer.line(line.text)
        writer.break_()
    if page:
        writer.boxes(seen.words, begin, page)


def write_shown(address: str, pictures: Pictures, writer: Writer) -> None:
    """The text in the picture that an address holds itself; others are not fetched."""
    data = data_uri(address)
    if data is not None:
        pictures.write(data, writer)


def data_uri(address: str) -> bytes | None:
    """The bytes that an address holds itself ("data:image/png;base64,..."); None where it is another."""
    head, comma, body = address.partition(",")
    if not (comma and head.lower().startswith("data:image/")):
        return None
    data = unquote_to_bytes(body)
    try:
        return base64.b64decode(data) if head.lower().endswith(";base64") else data
    except ValueError:
        return None


def _write_drawing(data: bytes, writer: Writer) -> None:
    """The words of an SVG drawing."""
    tree = parse_xml(data)
    if tree is not None and (text := one_line(" ".join(words(tree)))):
        writer.paragraph(f"[Drawing: {text}]")


class Pictures:
    """Reads the pictures of one document where they stand in it.

    sight: those that were read, and those that wait for OCR.
    """

    def __init__(self, source: Source) -> None:
        """``source`` is the file that they are in."""
        self.sight = NOTHING
        self._language = source.ocr_language
        self._known: set[bytes] = set()
        self._badly = 0
        self._unread: dict[str, int] = {}
        self._over = 0

    def write(self, data: bytes | None, writer: Writer) -> None:
        """The text in a picture, if there is any; one that comes again is not read again, and one that
        is not there (None) is told, an empty frame (b"") is not."""
        if data is None:
            self._unread[ABSENT] = self._unread.get(ABSENT, 0) + 1
        if not data:
            return
        digest = hashlib.sha1(data, usedforsecurity=False).digest()
        try:
            if data.lstrip()[:5] in (b"<?xml", b"<svg "):
                if self._is_new(digest):
                    _write_drawing(data, writer)
            elif importlib.util.find_spec("PIL") is None:
                if len(data) > LEAST_PIXELS and self._is_new(digest):
                    self.sight += Sight(waiting_pictures=1)
            elif digest not in self._known:
                image = open_picture(data)
                small = min(image.size) < LEAST_SIDE or image.width * image.height < LEAST_PIXELS
                if not small:
                    self._frames(digest, image, writer)
        except LoadError as error:
            self._unread[str(error)] = self._unread.get(str(error), 0) + 1

    def _frames(self, digest: bytes, image: Any, writer: Writer) -> None:
        """What a picture says; of a moving one each frame what those before did not."""
        if not moves(image) or pages_of(image) == 1:
            if (seen := self.see(digest, lambda: upright(image))) is not None:
                write_seen(seen, writer)
            return
        known = set[str]()
        for count, number in enumerate(shots(image)):
            if count == MOST_SHOTS:
                reason = f"of moving ones the first {MOST_SHOTS} different frames are read"
                self._unread[reason] = self._unread.get(reason, 0) + 1
                break
            key = digest if not count else digest + number.to_bytes(4, "big")
            if (seen := self.see(key, lambda: upright(image))) is not None:
                write_seen(unknown(seen, known), writer)
            elif not ocr_available(self._language):
                break

    def see(self, key: bytes, paint: Callable[[], Any]) -> Seen | None:
        """What is written on the picture that ``paint`` gives; None where that is nothing, or it waits,
        or a picture of this ``key`` was seen before.

        Raises:
            LoadError: it is damaged.
        """
        if not self._is_new(key):
            return None
        if not ocr_available(self._language):
            self.sight += Sight(waiting_pictures=1)
            return None
        seen = read_image(paint(), self._language)
        letters = sum(c.isalnum() for word in seen.words for c in word.text)
        if letters < LEAST_LETTERS or seen.confidence < SURE:
            return None
        self.sight += Sight(pictures=1)
        self._badly += seen.badly
        return seen

    def has_seen(self, key: bytes) -> bool:
        """Whether a picture of this ``key`` was looked at before, so that it is not again."""
        return key in self._known

    def _is_new(self, key: bytes) -> bool:
        if key in self._known:
            return False
        self._known.add(key)
        over = len(self._known) > MOST_PICTURES
        self._over += over
        return not over

    def told(self, writer: Writer) -> list[str]:
        """What is to be told of the pictures: those that wait for OCR, and those not or badly read. They
        are counted with what else ``writer``, the document's, has seen."""
        writer.sight += self.sight
        notes: list[str] = []
        if waiting := self.sight.waiting_pictures:
            notes.append(
                f"{counted(waiting, 'picture')} not read: to read text in pictures, {how_to_read(self._language)}"
            )
        if self._badly:
            notes.append(f"the text in {counted(self._badly, 'picture')} {HARD}")
        for reason, count in self._unread.items():
            notes.append(f"{counted(count, 'picture')} not read: {reason}")
        if self._over:
            notes.append(
                f"only the first {MOST_PICTURES} pictures are looked at, not {self._over} more"
            )
        return notes
