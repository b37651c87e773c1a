"""What Outlook's items say beside their text: place and time of an appointment, telephones of a contact, when
a task is due. Some are properties with numbers of their own, some go by names that each file gives numbers to
([MS-OXPROPS], [MS-OXMSG] 2.2.3)."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

Stream = Callable[[str], bytes]
"""The bytes of a stream of the file's table of names; b"" without it."""

MAIL = "IPM.Note"
_LAST = 2_650_467_743_999_999_999  # ticks: the end of the year 9999
_DATE = 0x40  # the kind of a property that is one
_NUMBERED = {
    0x3A45: "Title", 0x3A16: "Organisation", 0x3A17: "Job title", 0x3A18: "Department",
    0x3A46: "Profession", 0x3A4F: "Nickname", 0x3A08: "Phone (work)", 0x3A1B: "Phone (work)",
    0x3A09: "Phone (home)", 0x3A2F: "Phone (home)", 0x3A1C: "Phone (mobile)", 0x3A1F: "Phone (other)",
    0x3A1A: "Phone", 0x3A57: "Phone (company)", 0x3A2E: "Phone (assistant)", 0x3A1D: "Phone (radio)",
    0x3A24: "Fax (work)", 0x3A25: "Fax (home)", 0x3A51: "Web page", 0x3A50: "Web page",
    0x3A15: "Address", 0x3A42: "Birthday", 0x3A41: "Anniversary", 0x3A30: "Assistant", 0x3A4E: "Manager",
    0x3A48: "Partner",
}  # fmt: skip
_APPOINTMENT, _TASK = "00062002", "00062003"
_ADDRESS, _COMMON, _LOG = "00062004", "00062008", "0006200a"
_NAMED = {
    (_APPOINTMENT, 0x8208): "Place", (_APPOINTMENT, 0x820D): "Start", (_APPOINTMENT, 0x820E): "End",
    (_APPOINTMENT, 0x8232): "Repeats", (_TASK, 0x8104): "Start", (_TASK, 0x8105): "Due",
    (_TASK, 0x810F): "Completed", (_TASK, 0x811F): "Owner", (_ADDRESS, 0x8083): "E-mail",
    (_ADDRESS, 0x8093): "E-mail", (_ADDRESS, 0x80A3): "E-mail", (_ADDRESS, 0x801B): "Address (work)",
    (_ADDRESS, 0x801A): "Address (home)", (_ADDRESS, 0x801C): "Address (other)",
    (_ADDRESS, 0x802B): "Web page", (_ADDRESS, 0x8062): "Messenger", (_COMMON, 0x8539): "Companies",
    (_COMMON, 0x853A): "Contacts", (_LOG, 0x8700): "Kind", (_LOG, 0x8706): "Start", (_LOG, 0x8708): "End",
}  # fmt: skip
_ORDER = list(dict.fromkeys((*_NAMED.values(), *_NUMBERED.values())))


def fields(
    text: Callable[[str], str], numbers: Mapping[int, bytes], stream: Stream
) -> list[tuple[str, str]]:
    """The fields of an item as (name, value): ``text`` reads a property by its number in four digits,
    ``numbers`` are those of fixed size, ``stream`` reads the table of names."""
    known = {**_NUMBERED, **_named(stream)}
    found: list[tuple[str, str]] = []
    for number, name in known.items():
        date = numbers.get(number << 16 | _DATE)
        said = moment(date) if date else text(f"{number:04X}")
        if said.strip() and (name, said) not in found:
            found.append((name, said.strip()))
    return sorted(found, key=lambda one: _ORDER.index(one[0]))


def moment(stamp: bytes, form: str = "%Y-%m-%d %H:%M UTC") -> str:
    """A date of eight bytes, written; "" for none."""
    ticks = struct.unpack("<Q", stamp.ljust(8, b"\0")[:8])[0]
    if not 0 < ticks < _LAST:
        return ""
    return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).strftime(form)


def _named(stream: Stream) -> dict[int, str]:
    """The numbers that this file gives to the properties that go by names."""
    groups, entries = stream("0002"), stream("0003")
    found: dict[int, str] = {}
    for at in range(0, len(entries) - 7, 8):
        name, group, number = struct.unpack_from("<IHH", entries, at)
        place = ((group >> 1) - 3) * 16
        if (
            group & 1 or not 0 <= place <= len(groups) - 16
        ):  # called by words; by a group that is not listed
            continue
        said = str(uuid.UUID(bytes_le=groups[place : place + 16]))
        if (label := _NAMED.get((said[:8], name))) is not None:
            found[0x8000 + number] = label
    return found
