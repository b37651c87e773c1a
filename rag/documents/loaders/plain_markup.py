"""Org and Textile: headings, lists, tables, code, links; what stands in a text file as marks."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.documents.aligned import in_lines
from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.tables import cells, write_table
from rag.documents.text import raised
from rag.documents.writer import Writer

_ORG_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_ORG_MARK = re.compile(r"(?<![\w*/_=~+])([*/_=~+])(\S(?:[^\n]*?\S)?)\1(?![\w*/_=~+])")
_ORG_OWN = frozenset(
    "ID CUSTOM_ID CREATED CATEGORY VISIBILITY HEADER-ARGS EXPORT_FILE_NAME ORDERED".split()
)
"""Properties by which Org works, which tell a reader nothing."""
_ORG_ITEM = re.compile(r"(\s*)([-+]|\d+[.)]|(?<=\s)\*)\s+(.*)")
_ORG_BOX = re.compile(r"(?:\[@\w+\]\s+)?\[([ xX-])\](?=\s)")
_ORG_TAGS = re.compile(r"\s+:([\w@#%:]+):$")
_ORG_WORKS = frozenset("noexport ignore archive export crypt".split())
"""Tags by which Org works."""
_ORG_NOTE = re.compile(r"(?P<before>\S?)\[fn:(?P<name>[\w-]*)(?::(?P<said>[^\[\]]*))?\]")
_ORG_NOTE_TEXT = re.compile(r"\[fn:([\w-]+)\]\s*(.*)")
_TEXTILE_LINK = re.compile(r'"([^"\n(]+)(?:\([^)]*\))?":(\S+?)(?=[.,;:!?)]*(?:\s|$))')
_TEXTILE_MARK = re.compile(r"(?<!\w)([*_+@%^~-]{1,2})(?:\{[^}]*\})?(\S(?:[^\n]*?\S)?)\1(?!\w)")
_TEXTILE_BLOCK = re.compile(
    r"(h[1-6]|p|bq|bc|pre|fn\d+|notextile)(?:[<>=()]|\([^)]*\)|\{[^}]*\}|\[[^\]]*\])*\.\.? (.*)"
)


class _Blocks:
    """Collects lines into paragraphs, lists and tables."""

    def __init__(self, inline: Callable[[str], str]) -> None:
        self.writer = Writer()
        self.inline = inline
        self.lines: list[str] = []
        self.rows: list[list[str]] = []
        self.marked = 0
        self.prefix = ""

    def flush(self) -> None:
        """The end of a block."""
        if self.rows:
            write_table(cells(self.rows), self.writer, marked=self.marked)
            self.rows, self.marked = [], 0
        text = self.inline(" ".join(self.lines)).strip()
        self.lines = []
        if text and self.prefix:
            self.writer.line(self.prefix + text)
        elif text:
            self.writer.paragraph(text)
        self.prefix = ""


def load_org(source: Source) -> Document:
    """Org: outline, lists, tables, blocks; ``#+TITLE`` and its kin as metadata."""
    blocks = _Blocks(_org_inline)
    fields: dict[str, str] = {}
    closing = ""
    code: list[str] = []
    drawer = False
    for line in source.text().expandtabs(4).splitlines():
        text = line.strip()
        if drawer and (said := re.fullmatch(r":([\w-]+)\+?:\s+(.+)", text)):
            blocks.flush()
            if said[1].upper() not in _ORG_OWN:
                blocks.writer.line(f"{said[1]}: {_org_inline(said[2])}")
            continue
        drawer = text.upper() == ":PROPERTIES:"
        if closing:
            if text.lower() == closing:
                closing = ""
                blocks.writer.code("\n".join(code))
                code = []
            else:
                code.append(line)
            continue
        if found := re.match(r"#\+begin_(src|example|export)\b", text, re.IGNORECASE):
            blocks.flush()
            closing = f"#+end_{found[1].lower()}"
        elif found := re.match(r"#\+(\w+):\s*(.*)", text):
            fields[found[1].lower()] = found[2]
            if found[1].lower() == "caption":
                blocks.flush()
                blocks.writer.paragraph(_org_inline(found[2]))
        elif re.match(r"#(?:\s|$|\+)", text) or re.fullmatch(r":[\w-]+:(?:\s.*)?", text):
            continue
        elif found := re.match(r"(\*+)\s+(.*)", line):
            blocks.flush()
            _org_heading(len(found[1]), found[2], blocks)
        elif not text:
            blocks.flush()
        elif text.startswith("|"):
            _org_row(text, blocks)
        elif found := _ORG_ITEM.fullmatch(line):
            _org_item(found, blocks)
        elif found := _ORG_NOTE_TEXT.match(line):
            blocks.flush()
            blocks.lines = [f"Footnote {found[1]}: {found[2]}"]
        else:
            if blocks.rows:
                blocks.flush()
            blocks.lines.append(text)
    blocks.writer.code("\n".join(code))
    blocks.flush()
    document = blocks.writer.document(
        "org",
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        date=fields.get("date", ""),
    )
    return in_lines(document, source.text())


def _org_item(found: re.Match[str], blocks: _Blocks) -> None:
    blocks.flush()
    mark = "- " if found[2] in "-+*" else f"{found[2]} "
    blocks.prefix = "  " * (len(found[1]) // 2) + mark
    blocks.lines = [_ORG_BOX.sub(lambda box: f"[{box[1].lower()}]", found[3], count=1)]


def _org_heading(level: int, text: str, blocks: _Blocks) -> None:
    """A heading; its tags below it, as they are none of its words."""
    tags = _ORG_TAGS.search(text)
    blocks.writer.heading(level, _org_inline(text[: tags.start()] if tags else text))
    said = [tag for tag in (tags[1] if tags else "").split(":") if tag.lower() not in _ORG_WORKS]
    if any(said):
        blocks.writer.line(f"Tags: {', '.join(filter(None, said))}")


def _org_row(text: str, blocks: _Blocks) -> None:
    if not blocks.rows:
        blocks.flush()
    if re.fullmatch(r"\|[-+|]+", text):
        if blocks.rows and not blocks.marked:
            blocks.marked = len(blocks.rows)
        return
    blocks.rows.append([_org_inline(cell.strip()) for cell in text.strip("|").split("|")])


def _org_inline(text: str) -> str:
    def link(found: re.Match[str]) -> str:
        address, words = found[1], found[2]
        if words is None:
            return address.removeprefix("file:")
        return f"{words} ({address})" if "://" in address else words

    def note(found: re.Match[str]) -> str:
        said = f"({found['said'].strip()})" if found["said"] else f"[{found['name']}]"
        return f"{found['before']} {said}" if found["before"] else said

    text = _ORG_NOTE.sub(note, text)
    return _ORG_MARK.sub(r"\2", _ORG_LINK.sub(link, text)).replace("\\\\", "")


def load_textile(source: Source) -> Document:
    """Textile: blocks, lists, tables and links."""
    blocks = _Blocks(_textile_inline)
    counts: list[int] = []
    for line in source.text().splitlines():
        text = line.strip()
        if not text:
            blocks.flush()
            counts = []
        elif found := _TEXTILE_BLOCK.fullmatch(text):
            blocks.flush()
            kind, words = found[1], found[2]
            if kind[0] == "h":
                blocks.writer.heading(int(kind[1]), _textile_inline(words))
            elif kind in ("bc", "pre"):
                blocks.writer.code(words)
            else:
                blocks.lines = [f"Footnote {kind[2:]}: {words}" if kind.startswith("fn") else words]
        elif found := re.fullmatch(r"([*#]+)\s+(.*)", text):
            blocks.flush()
            depth = len(found[1])
            counts = [*counts, *[0] * depth][:depth]
            counts[-1] = counts[-1] + 1 if found[1][-1] == "#" else 0
            mark = f"{counts[-1]}. " if counts[-1] else "- "
            blocks.prefix = "  " * (depth - 1) + mark
            blocks.lines = [found[2]]
        elif text.startswith("|") and text.endswith("|"):
            if not blocks.rows:
                blocks.flush()
            row = [cell.strip() for cell in text[1:-1].split("|")]
            if not blocks.rows and all(cell.startswith("_.") for cell in row if cell):
                blocks.marked = 1
            row = [re.sub(r"^(?:[_<>=^~]|[\\/]\d+)+\.\s*", "", cell) for cell in row]
            blocks.rows.append([_textile_inline(cell) for cell in row])
        else:
            if blocks.rows:
                blocks.flush()
            blocks.lines.append(text)
    blocks.flush()
    return in_lines(blocks.writer.document("textile"), source.text())


def _textile_inline(text: str) -> str:
    text = _TEXTILE_LINK.sub(lambda m: f"{m[1]} ({m[2]})" if "://" in m[2] else m[1], text)
    text = re.sub(r"!(?:[<>=])?[^\s!(]+(?:\(([^)]*)\))?!(?::\S+)?", r"\1", text)
    text = re.sub(r"(?<=\w)\^([^\s^]+)\^", lambda up: raised(text[: up.start()], up[1]), text)
    return _TEXTILE_MARK.sub(r"\2", text)
