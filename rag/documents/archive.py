"""Archives: Office files and e-books are ZIP archives. Each is gone through here, counting, before
any library opens it; so loaders need not care, and nothing that is unpacked is kept or written.
"""

from __future__ import annotations

import posixpath
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from rag.errors import LoadError

PIECE = 1_000_000  # bytes unpacked at a time
LOCAL_HEADER = 30  # bytes before a member's name; the lengths of name and extra field end it
ENTITY = "<!ENTITY"
_ENTITIES = tuple(ENTITY.encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be"))
_PACKAGE = frozenset(
    ("[content_types].xml", "mimetype", "meta-inf/container.xml", "meta-inf/manifest.xml")
)
_DRAWN_OR_READ_AS_HTML = (".svg", ".htm", ".html", ".xhtml")  # where entities are never resolved


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may be. Sizes are bytes; ``ratio`` is of unpacked to packed ones (text packs
    to a tenth, a bomb to a thousandth), and counts from ``small`` unpacked ones on."""

    members: int = 50_000
    unpacked: int = 1_000_000_000
    small: int = 50_000_000
    ratio: int = 200

    def room(self, packed: int) -> int:
        """What an archive of so many bytes may unpack to."""
        return min(self.unpacked, max(self.small, self.ratio * packed))


def is_archive(data: bytes) -> bool:
    """Whether ``data`` is, or begins as, a ZIP archive."""
    return data.startswith(b"PK\x03\x04") or zipfile.is_zipfile(BytesIO(data))


def guard_archive(data: bytes, limits: Limits = Limits()) -> None:
    """Look through an archive before a library opens it, unpacking every member and keeping none:
    what its directory says of sizes need not be true.

    Names are never used as paths, so absolute ones, "..", and backslashes do no harm. In a document
    (and not in any archive of files) two members in one place do: two programs read two different
    texts of it. So do entities of XML, which no program writes into one.

    Raises:
        LoadError: it is cut short, encrypted, unpacks to far more than it should, or a document with
            two members in one place, or with entities.
    """
    try:
        members = [m for m in zipfile.ZipFile(BytesIO(data)).infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise LoadError("cut short or damaged: it is no ZIP archive that can be opened") from None
    if len(members) > limits.members:
        raise LoadError(f"it holds {len(members):,} members: taken for a zip bomb")
    package = any(_place(member.filename) in _PACKAGE for member in members)
    places: set[str] = set()
    room = limits.room(len(data))
    declared = unpacked = 0
    for member in members:
        if member.flag_bits & 1:
            raise LoadError("it is password-protected")
        place = _place(member.filename) if package else member.filename
        if place in places:
            raise LoadError(f"it holds two different members named {member.filename}")
        places.add(place)
        declared += member.file_size
        for piece in _pieces(data, member, without_entities=package):
            unpacked += len(piece)
            _check_room(unpacked, room, len(data))
        _check_room(declared, room, len(data))


def _place(name: str) -> str:
    """Where a member's name points, however it is spelt."""
    path = posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
    return unicodedata.normalize("NFC", path).casefold()


def _check_room(unpacked: int, room: int, packed: int) -> None:
    if unpacked > room:
        raise LoadError(
            f"it would unpack to {unpacked / 1e6:,.0f} MB or more from {packed / 1e6:.2f} MB: "
            "taken for a zip bomb"
        )


def _pieces(data: bytes, member: zipfile.ZipInfo, *, without_entities: bool) -> Iterator[bytes]:
    """What a member really unpacks to, looked at for entities if it is to have none."""
    looked_at = without_entities and not member.filename.lower().endswith(_DRAWN_OR_READ_AS_HTML)
    tail = b""
    for piece in _unpacked(data, member):
        if looked_at and any(e in piece or e in tail + piece[:64] for e in _ENTITIES):
            raise LoadError(f"its part {member.filename} declares entities of XML ({ENTITY})")
        tail = piece[-64:]
        yield piece


def _unpacked(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member, piece by piece, up to where it is damaged."""
    at = member.header_offset
    name_and_extra = data[at + LOCAL_HEADER - 4 : at + LOCAL_HEADER]
    at += LOCAL_HEADER + sum(
        int.from_bytes(part, "little") for part in (name_and_extra[:2], name_and_extra[2:])
    )
    packed = memoryview(data)[at : at + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for start in range(0, len(packed), PIECE):
            yield bytes(packed[start : start + PIECE])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise LoadError(
            "it is packed in a way that documents are not (neither stored nor deflated)"
        )
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    while len(rest) and not inflate.eof:
        try:
            piece = inflate.decompress(rest, PIECE)
        except zlib.error:
            return
        rest = inflate.unconsumed_tail
        yield piece
