"""Bytes to text, in whatever encoding they are: shared by all loaders of text formats."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from rag.errors import LoadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64_000  # bytes that encoding detection looks at


def decode(data: bytes) -> str:
    """Text of unknown encoding: by its byte order mark, as UTF-8, else as detected.

    >>> decode("Köln".encode("utf-16"))
    'Köln'

    Raises:
        LoadError: the bytes are not text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:_SAMPLE]:
        best = from_bytes(data[:_SAMPLE]).best()
        if best is None or not best.encoding.startswith("utf_"):
            raise LoadError("it is binary, not text")
        return data.decode(best.encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One bad byte in a long UTF-8 file is damage, not another encoding.
        if error.start > 1000 and data[: error.start].count(b"\xc3") > 3:
            return data.decode("utf-8", errors="replace")
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise LoadError("its text encoding cannot be made out; save it as UTF-8")
    return data.decode(best.encoding, errors="replace")
