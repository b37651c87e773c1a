"""What a loader is given: a file's name and bytes, and its archive opened with care."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from rag.errors import LoadError

MAX_UNZIPPED = 1_000_000_000  # bytes; beyond it an archive is taken for a bomb
MAX_ZIP_RATIO = 200  # unpacked bytes a packed byte: text packs to a tenth, a bomb to a thousandth
SMALL = 50_000_000  # bytes; what unpacks to less is no bomb, however well it packs


@dataclass(frozen=True, slots=True)
class Source:
    """What a loader gets: a file's name (for suffix and title), its bytes, and how to read it."""

    name: str
    data: bytes
    ocr_language: str = "eng"

    @property
    def suffix(self) -> str:
        """What the name ends in, in lower case with its dot: ".pdf"; "" without one."""
        return PurePath(self.name).suffix.lower()


def open_zip(source: Source) -> zipfile.ZipFile:
    """The archive that a DOCX, PPTX, XLSX or EPUB is, after a look at what it would unpack to.

    Raises:
        LoadError: not an archive, encrypted, or unpacking to far more than it should.
    """
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LoadError(
            "it is password-protected or in the old binary Office format; "
            "save it without a password in the current format"
        )
    try:
        archive = zipfile.ZipFile(BytesIO(source.data))
    except zipfile.BadZipFile:
        raise LoadError(
            f"not a {source.suffix.lstrip('.')} file, or cut short: it is no ZIP archive"
        ) from None
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNZIPPED or size > max(SMALL, MAX_ZIP_RATIO * len(source.data)):
        raise LoadError(
            f"it would unpack to {size / 1e6:.0f} MB from {len(source.data) / 1e6:.2f} MB: "
            "taken for a zip bomb"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise LoadError("it is password-protected")
    return archive
