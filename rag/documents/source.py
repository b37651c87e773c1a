"""What a loader is given: a file's name and bytes, and its archive opened."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePath

from rag.documents.encoding import decoded
from rag.documents.terminal import printed
from rag.errors import LoadError


@dataclass(frozen=True, slots=True)
class Source:
    """What a loader gets: a file's name (for suffix and title), its bytes, and how to read it.

    ``notes`` is what reading its bytes had to say; :func:`rag.documents.formats.load` puts it to
    the document's own.
    """

    name: str
    data: bytes
    ocr_language: str = "eng"
    notes: list[str] = field(default_factory=list, compare=False)

    def text(self) -> str:
        """Its bytes as text, in whatever encoding, as a terminal would show it; doubts go to ``notes``.

        Raises:
            LoadError: they are not text.
        """
        found = decoded(self.data)
        if found.note and found.note not in self.notes:
            self.notes.append(found.note)
        return printed(found.text)

    @property
    def suffix(self) -> str:
        """What the name ends in, in lower case with its dot: ".pdf"; "" without one."""
        return PurePath(self.name).suffix.lower()


def open_zip(source: Source) -> zipfile.ZipFile:
    """The archive that a DOCX, PPTX, XLSX or EPUB is; what is in it, :func:`guard_archive` has seen.

    Raises:
        LoadError: not an archive, or the old format.
    """
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LoadError(
            "it is password-protected or in the old binary Office format; "
            "save it without a password in the current format"
        )
    try:
        return zipfile.ZipFile(BytesIO(source.data))
    except zipfile.BadZipFile:
        raise LoadError(
            f"not a {source.suffix.lstrip('.')} file, or cut short: it is no ZIP archive"
        ) from None
