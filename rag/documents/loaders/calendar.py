"""Calendars (ICS) and address cards (VCF): a line a property, under the name of what it is of."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rag.documents.document import Document
from rag.documents.encoding import codec, decode
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

_NAMES = {
    "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "DURATION": "Duration", "LOCATION": "Location",
    "DESCRIPTION": "Description", "ORGANIZER": "Organizer", "ATTENDEE": "Attendee", "URL": "URL",
    "RRULE": "Repeats", "STATUS": "Status", "CATEGORIES": "Categories", "COMMENT": "Comment",
    "CONTACT": "Contact", "COMPLETED": "Completed", "PRIORITY": "Priority", "EXDATE": "Except",
    "RDATE": "Also on", "RECURRENCE-ID": "Instead of", "RESOURCES": "Resources", "TEL": "Phone", "EMAIL": "E-mail",
    "ADR": "Address", "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role", "NOTE": "Note",
    "BDAY": "Birthday", "NICKNAME": "Nickname", "N": "Name", "IMPP": "Messenger", "LABEL": "Address",
    "ANNIVERSARY": "Anniversary", "RELATED": "Related", "X-ABDATE": "Date",
}  # fmt: skip
_REPLIES = {"DECLINED": "declined", "TENTATIVE": "tentative", "DELEGATED": "delegated"}
_DATES = frozenset("DTSTART DTEND DUE BDAY COMPLETED EXDATE RDATE RECURRENCE-ID".split())
_KINDS = {"VEVENT": "Event", "VTODO": "To do", "VJOURNAL": "Journal", "VCARD": "Card"}
_STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?\d{2})?(Z)?)?")


def load(source: Source) -> Document:
    """Events, tasks and cards, each under its name.

    Raises:
        LoadError: there is none in it.
    """
    writer = Writer()
    stack: list[str] = []
    title = ""
    heading = ""
    lines: list[str] = []
    count = 0
    # Lines are folded by bytes, in the midst of a letter too.
    whole = replace(source, data=re.sub(rb"\r?\n[ \t](?=[\x80-\xbf])", b"", source.data))
    labels: dict[str, int] = {}  # the line of each group, "item1"
    for line in _unfolded(whole.text()):
        head, _, value = line.partition(":")
        name, *parameters = head.split(";")
        group, _, name = name.upper().rpartition(".")
        if name == "BEGIN":
            stack.append(value.strip().upper())
            if stack[-1] in _KINDS:
                heading, lines, labels = "", [], {}
        elif name == "END":
            kind = stack.pop() if stack else ""
            if kind in _KINDS:
                count += 1
                _write(heading or _KINDS[kind], _whole_days(lines), writer)
        elif name == "X-WR-CALNAME":
            title = value
        elif stack and stack[-1] in _KINDS:
            said = _value(name, value, parameters)
            if name in ("SUMMARY", "FN"):
                heading = said
            elif name == "X-ABLABEL" and group in labels:
                label = said.removeprefix("_$!<").removesuffix(">!$_")
                lines[labels[group]] = lines[labels[group]].replace(": ", f" ({label}): ", 1)
            elif name in _NAMES and said and not (name == "N" and heading):
                labels[group] = len(lines)
                lines.append(f"{_NAMES[name]}{_kind(name, parameters)}: {said}")
    if stack and (kind := next((k for k in reversed(stack) if k in _KINDS), "")) and lines:
        count += 1
        _write(heading or _KINDS[kind], _whole_days(lines), writer)  # the file is cut short
    if not count:
        raise LoadError("there is no event and no card in it")
    return writer.document("calendar", title=title)


def _whole_days(lines: list[str]) -> list[str]:
    """The lines of an event. The end of one that takes whole days is kept as the day behind its last one: said is the last
    day, and nothing where that is the first one.

    >>> _whole_days(["Start: 2026-04-03", "End: 2026-04-06"]), _whole_days(["Start: 2026-04-03", "End: 2026-04-04"])
    (['Start: 2026-04-03', 'End: 2026-04-05'], ['Start: 2026-04-03'])
    """
    said = dict(line.split(": ", 1) for line in lines if line.startswith(("Start: ", "End: ")))
    try:
        start, end = (date.fromisoformat(said.get(name, "")) for name in ("Start", "End"))
        last = end - timedelta(days=1)
    except (ValueError, OverflowError):  # it has no end, or begins and ends at an hour
        return lines
    shown = [f"End: {last}"] if last > start else []
    at = next(i for i, line in enumerate(lines) if line.startswith("End: "))
    return [*lines[:at], *shown, *lines[at + 1 :]]


def _write(heading: str, lines: list[str], writer: Writer) -> None:
    writer.heading(2, heading)
    writer.break_()
    for one in lines:
        writer.line(one)


def _unfolded(text: str) -> Iterator[str]:
    """The lines of a file, each with those that continue it: what begins with a blank, and in what is
    quoted-printable what follows a line that ends in "="."""
    parts: list[str] = []
    quoted = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if quoted and parts[-1].endswith("="):
            parts[-1] = parts[-1][:-1]
            parts.append(line.lstrip(" \t"))
        elif line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        else:
            yield "".join(parts)
            parts = [line]
            quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    yield "".join(parts)


def _kind(name: str, parameters: list[str]) -> str:
    """Which phone or address it is."""
    if name not in ("TEL", "EMAIL", "ADR"):
        return ""
    types = [
        p.partition("=")[2] or p for p in parameters if p.upper().startswith("TYPE") or "=" not in p
    ]
    said = ", ".join(
        t.lower()
        for t in ",".join(types).split(",")
        if t and t.lower() not in ("pref", "voice", "internet")
    )
    return f" ({said})" if said else ""


def _value(name: str, value: str, parameters: list[str]) -> str:
    if any(p.upper() == "ENCODING=QUOTED-PRINTABLE" for p in parameters):
        raw = quopri.decodestring(value.encode("latin-1", "replace"))
        named = next(
            (p.partition("=")[2] for p in parameters if p.upper().startswith("CHARSET=")), ""
        )
        try:
            value = raw.decode(codec(named) or "utf-8")
        except UnicodeDecodeError:
            value = decode(raw)
    value = re.sub(r"\\[nN]", "\n", value)
    value = re.sub(r"\\([,;\\])", r"\1", value.replace("\\;", "\0")).replace("\0", "\\;")
    if name in _DATES:
        zone = next((p.partition("=")[2] for p in parameters if p.upper().startswith("TZID")), "")
        return ", ".join(_stamp(one, zone) for one in value.split(","))
    if name in ("ADR", "ORG", "N"):
        return ", ".join(part for part in re.split(r"(?<!\\);", value) if part.strip()).replace(
            "\\;", ";"
        )
    if name in ("ORGANIZER", "ATTENDEE"):
        who = next(
            (p.partition("=")[2].strip('"') for p in parameters if p.upper().startswith("CN")), ""
        )
        address = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
        said = next((p.upper() for p in parameters if p.upper().startswith("PARTSTAT=")), "")
        reply = _REPLIES.get(said.partition("=")[2].strip('"'), "")
        shown = f"{who} <{address}>" if who and who != address else address
        return f"{shown} ({reply})" if reply else shown
    if name == "RRULE":
        return value.lower().replace(";", ", ").replace("=", " ")
    return re.sub("^(?:tel|mailto):", "", value.replace("\\;", ";"))


def _stamp(text: str, zone: str) -> str:
    found = _STAMP.fullmatch(text.strip())
    if not found:
        return text
    year, month, day, hour, minute, utc = found.groups()
    said = f"{year}-{month}-{day}"
    if hour:
        said += f" {hour}:{minute}"
        said += " UTC" if utc else f" ({zone})" if zone else ""
    return said
