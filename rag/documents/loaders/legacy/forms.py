"""What is filled into the fields of a form in an old Word file: ticks, and what is chosen of a list ([MS-DOC] 2.9.78 FFData)."""

from __future__ import annotations

import struct

from rag.documents.office.form_fields import BOX, CHOICE, field_shown

_BEHIND_NAME = 5  # texts that say more of the field, between its name and its choices


def filled_in(data: bytes, place: int) -> str:
    """What a field shows whose data lies at a place of the stream "Data"; "" where that is a text or no field of a form.

    Raises:
        struct.error: it is cut off.
    """
    size, header = struct.unpack_from("<IH", data, place)
    field = data[place + header : place + size]
    if len(field) < 10 or field[:4] != b"\xff\xff\xff\xff":
        return ""
    bits = struct.unpack_from("<H", field, 4)[0]
    kind, result = bits & 3, bits >> 2 & 31
    if kind not in (BOX, CHOICE):
        return ""
    _, at = _text(field, 10)
    default = struct.unpack_from("<H", field, at)[0]
    if kind == BOX:
        return field_shown(kind, result, default)
    at += 2
    for _ in range(_BEHIND_NAME):
        _, at = _text(field, at)
    count = struct.unpack_from("<H", field, at + 2)[0]
    at += 6
    choices = []
    for _ in range(count):
        length = struct.unpack_from("<H", field, at)[0]
        choices.append(field[at + 2 : at + 2 + 2 * length].decode("utf-16-le", errors="replace"))
        at += 2 + 2 * length
    return field_shown(kind, result, default, choices)


def _text(field: bytes, at: int) -> tuple[str, int]:
    """A text that ends with a zero, and where the next begins."""
    length = struct.unpack_from("<H", field, at)[0]
    end = at + 2 + 2 * length
    return field[at + 2 : end].decode("utf-16-le", errors="replace"), end + 2
