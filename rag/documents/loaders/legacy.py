"""Word and PowerPoint of before 2007 (DOC, DOT, PPT, PPS): their text, from the binary records.

The text of a DOC lies in pieces that its piece table puts in order ([MS-DOC] 2.4.1); that of a
PPT in records of characters, slide by slide ([MS-PPT] 2.9). Neither keeps more than paragraphs, rows
of tables and slides here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import olefile

from rag.documents.document import Document
from rag.documents.edges import without_pages
from rag.documents.source import Source
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError

_EDGE = "Header or footer: "
_SAVE = "open it in Word, PowerPoint or LibreOffice and save it in the current format"
_FIELD = re.compile("\x13([^\x13\x14\x15]*)(?:\x14([^\x13\x15]*))?\x15")
_ADDRESS = re.compile(r'HYPERLINK\s+"([^"]+)"')
_MOST_RECORDS = 2_000_000
_SLIDE, _LIST, _NOTES, _MASTER = 1006, 4080, 1008, 1016  # records that hold others
LONGEST_TITLE = 150  # characters of the first text of a slide that are its title


def load(source: Source) -> Document:
    """Paragraphs and tables of a document, or the slides of a presentation.

    Raises:
        LoadError: it is neither, encrypted, or damaged.
    """
    try:
        file = olefile.OleFileIO(BytesIO(source.data))
    except (OSError, ValueError, IndexError, struct.error):
        raise LoadError("it is no file of the old Office formats, or damaged") from None
    with file:
        try:
            if file.exists("WordDocument"):
                document = _word(file)
            elif file.exists("PowerPoint Document"):
                document = _slides(file)
            else:
                raise LoadError("it is neither a Word document nor a presentation")
        except (struct.error, IndexError, OSError, UnicodeDecodeError) as error:
            raise LoadError(f"it is damaged ({one_line(str(error))[:100]}); {_SAVE}") from None
    return document


def _property(file: olefile.OleFileIO, name: str) -> str:
    try:
        value = getattr(file.get_metadata(), name)
    except Exception:  # olefile raises whatever a damaged file makes it raise
        return ""
    if isinstance(value, bytes):
        return value.decode("cp1252", errors="replace")
    return str(value.date().isoformat()) if hasattr(value, "date") else ""


def _word(file: olefile.OleFileIO) -> Document:
    head = file.openstream("WordDocument").read()
    if len(head) < 0x200:
        raise LoadError(f"it is damaged; {_SAVE}")
    flags = struct.unpack_from("<H", head, 0x0A)[0]
    if flags & 0x0100:
        raise LoadError("it is password-protected; save it without a password")
    name = "1Table" if flags & 0x0200 else "0Table"
    if not file.exists(name):
        raise LoadError(f"it is of a Word of before 1997; {_SAVE}")
    counts = struct.unpack_from("<8i", head, 0x4C)  # main, footnotes, headers, macros, comments ...
    start, size = struct.unpack_from("<II", head, 0x01A2)
    table = file.openstream(name).read()
    text = "".join(_pieces(table[start : start + size], head))
    writer = Writer()
    at = 0
    names = ("", "Footnote: ", _EDGE, "", "Comment: ", "Endnote: ", "", "")
    for label, count in zip(names, counts, strict=True):
        part, at = text[at : at + max(0, count)], at + max(0, count)
        if label:
            for line in dict.fromkeys(map(one_line, _visible(part).split("\r"))):
                said = without_pages(line) if label == _EDGE else line
                if any(c.isalpha() for c in said):
                    writer.paragraph(label + said)
        else:
            _write_word(_visible(part), writer)
    return writer.document(
        "doc",
        title=_property(file, "title"),
        author=_property(file, "author"),
        date=_property(file, "last_saved_time"),
        notes=["read from the old Word format: headings, list numbers and pictures are not told"],
    )


def _pieces(table: bytes, stream: bytes) -> Iterator[str]:
    """The pieces of text in order."""
    at = 0
    while at < len(table) and table[at] == 1:  # properties of pieces
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at >= len(table) or table[at] != 2:
        raise LoadError(f"its text cannot be found; {_SAVE}")
    size = struct.unpack_from("<I", table, at + 1)[0]
    plc = table[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for i in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
        length = ends[i + 1] - ends[i]
        if length < 0 or length > len(stream):
            raise LoadError(f"its text is damaged; {_SAVE}")
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            yield stream[start : start + length].decode("cp1252", errors="replace")
        else:
            start = place & 0x3FFFFFFF
            yield stream[start : start + 2 * length].decode("utf-16-le", errors="replace")


def _visible(text: str) -> str:
    """The text without the instructions of its fields, and the marks of what is drawn."""
    for _ in range(10):
        shorter = _FIELD.sub(_result, text)
        if shorter == text:
            break
        text = shorter
    text = text.replace("\x1e", "-").replace("\x1f", "").replace("\x0b", "\n").replace("\x0c", "\r")
    return re.sub("[\x01-\x06\x08\x13-\x15]", "", text)


def _result(found: re.Match[str]) -> str:
    """What a field shows, and where it leads."""
    shown = found[2] or ""
    address = _ADDRESS.search(found[1])
    bare = address[1].removeprefix("mailto:") if address else ""
    return f"{shown} ({bare})" if bare and bare not in shown else shown


def _write_word(text: str, writer: Writer) -> None:
    """Paragraphs end with \\r, cells with \\x07, a row with an empty cell."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    for block in re.split("(?<=[\r\x07])", text):
        if block.endswith("\x07"):
            cell = one_line(block[:-1].replace("\r", " "))
            if not cell and row and (not rows or len(row) >= len(rows[0])):
                rows.append(row)
                row = []
            else:
                row.append(Cell(cell))
            continue
        if row:  # a further paragraph of a cell
            row[-1] = Cell(f"{row[-1].text} {one_line(block)}".strip())
            continue
        if rows:
            write_table(rows, writer)
            rows = []
        writer.paragraph(block)
    if row:
        rows.append(row)
    if rows:
        write_table(rows, writer)


@dataclass(slots=True)
class _Deck:
    """The texts of a presentation: of each slide those of its outline, those of its shapes, and its
    notes; slides by the identifiers that notes refer to them by."""

    outline: list[list[str]] = field(default_factory=list)
    shapes: list[list[str]] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)
    identifiers: list[int] = field(default_factory=list)


def _slides(file: olefile.OleFileIO) -> Document:
    deck = _deck(file.openstream("PowerPoint Document").read())
    writer = Writer()
    for number in range(max(len(deck.outline), len(deck.shapes))):
        writer.page(number + 1)
        texts = [_printed(text) for part in deck.outline[number : number + 1] for text in part]
        outline = set(texts)  # the shapes may say it again
        for part in deck.shapes[number : number + 1]:
            texts.extend(said for text in part if (said := _printed(text)) not in outline)
        first, *rest = list(filter(None, texts)) or [""]
        writer.heading(2, first if len(first) <= LONGEST_TITLE else "")
        for text in rest if len(first) <= LONGEST_TITLE else [first, *rest]:
            writer.paragraph(text)
        if number < len(deck.identifiers):
            for text in filter(None, map(_printed, deck.notes.get(deck.identifiers[number], ()))):
                writer.paragraph(f"Notes: {text}")
    return writer.document(
        "ppt",
        title=_property(file, "title"),
        author=_property(file, "author"),
        date=_property(file, "last_saved_time"),
        page_kind="slide",
        notes=["read from the old PowerPoint format: charts, diagrams and pictures are not read"],
    )


def _printed(text: str) -> str:
    return text.replace("\x0b", "\n").replace("\r", "\n").strip("\n *")


def _deck(data: bytes) -> _Deck:
    """All texts, by where their records stand."""
    deck = _Deck()
    into: list[str] = []  # where the next text goes
    at = seen = listed = 0
    while at + 8 <= len(data) and seen < _MOST_RECORDS:
        seen += 1
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if version & 0xF == 0xF:  # a container: its records follow
            if kind == _SLIDE:
                into = []
                deck.shapes.append(into)
            elif kind == _LIST:
                listed = version >> 4  # 0: slides, 1: masters, 2: notes
                into = []
            elif kind == _NOTES:
                into = []
            elif kind == _MASTER:  # its texts are prompts
                at += size
            continue
        body = data[at : at + size]
        at += size
        if kind == 1011:  # a slide of the list; the texts of its outline follow
            into = []
            if listed == 0 and len(body) >= 16:
                deck.outline.append(into)
                deck.identifiers.append(struct.unpack_from("<I", body, 12)[0])
        elif kind == 1009 and len(body) >= 4:  # whose notes these are
            into = deck.notes.setdefault(struct.unpack_from("<I", body)[0], [])
        elif kind == 4000:  # characters of two bytes
            into.append(body.decode("utf-16-le", errors="replace"))
        elif kind == 4008:
            into.append(body.decode("latin-1"))
    return deck
