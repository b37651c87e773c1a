"""AsciiDoc: sections, lists, tables, listings, admonitions; includes are named, and not followed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.documents.aligned import in_lines
from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.tables import cells, write_table
from rag.documents.writer import Writer

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*)")
_ITEM = re.compile(r"\s*(\*{1,6}|-|\.{1,6}|\d+\.)\s+(?:\[(?P<box>[ xX*])\]\s+)?(\S.*)")
_TERM = re.compile(r"(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):\s*(.*)")
_BLOCK = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```.*)$")
_INLINE = (
    (re.compile(r"<<[^<,>]*,\s*([^<>]*)>>"), r"\1"),
    (re.compile(r"<<#?([^<,>]*)>>"), r"\1"),
    (re.compile(r"\bimage::?([^\[\s]*)\[([^\],]*)[^\]]*\]"), r"\2"),
    (re.compile(r"\b(?:link|xref|mailto):(\S+?)\[([^\],]+?)\^?(?:,[^\]]*)?\]"), r"\2 (\1)"),
    (re.compile(r"\b(https?://[^\s\[\]]+)\[([^\],]+?)\^?(?:,[^\]]*)?\]"), r"\2 (\1)"),
    (re.compile(r"\b(https?://[^\s\[\]]+)\[\]"), r"\1"),
    (
        re.compile(r"\b(?:kbd|btn|menu|stem|latexmath|asciimath|icon):[^\[]*\[([^\]]*)\]"),
        r"\1",
    ),
    (re.compile(r"\[\.?[\w\-.#]*\](?=[#*_`])"), ""),
    (re.compile(r"\[\[[^\[\]]*\]\]|\(\(\([^()]*\)\)\)"), ""),
    (re.compile(r"(?<=[\d)])\^([-−+]?\d[^\s^]*)\^"), r"^\1"),
    (re.compile(r"(?<=\w)([\^~])([^\s^~]+)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_`#+])\1?(\S(?:.*?\S)?)\1\1?(?!\w)"), r"\2"),
)
_LITERAL = re.compile(
    r"\bpass:(?P<signs>[a-z,]*)\[(?P<passed>[^\]]*)\]|\+{3}(?P<plus>\S(?:.*?\S)?)\+{3}|`\+(?P<code>\S(?:.*?\S)?)\+`"
)
"""What stands as it is, whatever signs are in it."""

_KEPT = re.compile("\ue000(\\d+)\ue001")
_FOOTNOTE = re.compile(r"footnote(?:ref)?:[^\[]*\[([^\]]*)\]")


def load(source: Source) -> Document:
    """The document as it would be printed; its attributes as its metadata."""
    reader = _Reader(source.text().expandtabs(4).splitlines())
    reader.run()
    fields = reader.fields
    document = reader.writer.document(
        "asciidoc",
        title=reader.title,
        author=fields.get("author", ""),
        date=fields.get("revdate", ""),
        metadata={k: fields[k] for k in ("description", "keywords") if k in fields},
        notes=reader.notes,
    )
    return in_lines(document, source.text())


class _Reader:
    """One pass over the lines."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.writer = Writer()
        self.fields: dict[str, str] = {}
        self.notes: list[str] = []
        self.title = ""
        self.style = ""  # what an attribute line says of the next block
        self.paragraph: list[str] = []
        self.item = ""
        self.listed = False
        self.counts: dict[int, int] = {}
        self.at = 0

    def inline(self, text: str) -> str:
        """A line without its marks; attributes of the document put in."""
        text = re.sub(r"\{([\w-]+)\}", lambda m: self.fields.get(m[1].lower(), m[0]), text)
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            said: str = found["passed"] or found["plus"] or found["code"] or ""
            if "q" in (found["signs"] or ""):  # its marks are marks
                return said
            kept.append(said)
            return f"\ue000{len(kept) - 1}\ue001"

        text = _FOOTNOTE.sub(r" (\1)", _LITERAL.sub(keep, text.replace("\ue000", "")))
        for pattern, into in _INLINE:
            text = pattern.sub(into, text)
        return _KEPT.sub(lambda m: kept[int(m[1])], text).removesuffix(" +")

    def flush(self) -> None:
        """The end of a paragraph or an item."""
        text = self.inline(" ".join(self.paragraph)).strip()
        self.paragraph = []
        if not text:
            return
        if self.item:
            if not self.listed:
                self.writer.break_()
            self.listed = True
            self.writer.line(self.item + text)
        else:
            self.listed = False
            self.writer.paragraph(text)
        self.item = ""

    def run(self) -> None:
        """Read all lines."""
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip()
            self.at += 1
            self._line(line)
        self.flush()

    def _line(self, line: str) -> None:
        text = line.strip()
        if not text or text == "+":
            self.flush()
            again = self.at > 1 and not self.lines[self.at - 2].strip()
            if not text and not again and not self._item_follows():
                self.listed, self.counts = False, {}
            return
        if text.startswith("//") and not text.startswith("////"):
            return
        if found := _ATTRIBUTE.fullmatch(text):
            self.fields[found[1].lower()] = found[2]
        elif text.startswith(("|===", ",===", ":===")):
            self.flush()
            self._table(text)
        elif _BLOCK.fullmatch(text):
            self.flush()
            self._block(text)
        elif found := _HEADING.fullmatch(line):
            self.flush()
            self.listed, self.counts = False, {}
            title = self.inline(found[2])
            self.writer.heading(len(found[1]), title)
            self.title = self.title or (title if len(found[1]) == 1 else "")
        elif re.fullmatch(r"\[.*\]", text) and not self.paragraph:
            self.style = text[1:-1]
        elif found := re.fullmatch(r"(?:include)::(\S+?)\[.*\]", text):
            self.notes.append(f"the included {found[1]} is not followed")
        elif re.fullmatch(r"\.[^\s.].*", text) and not self.paragraph:
            self.flush()
            self.writer.paragraph(self.inline(text[1:]))
        elif text in ("<<<", "'''", "---", "***", "toc::[]") or re.fullmatch(
            r"(?:ifdef|ifndef|endif|ifeval)::.*", text
        ):
            self.flush()
        elif found := _ITEM.match(line):
            self.flush()
            self._item(found[1])
            self.item += {None: "", " ": "[ ] "}.get(found["box"], "[x] ")
            self.paragraph = [found[3]]
        elif (found := _TERM.fullmatch(text)) and not self.paragraph:
            self.flush()
            self.item = "- "
            self.paragraph = [f"{found[1]}: {found[3] or ''}"]
        else:
            self.paragraph.append(text)

    def _item_follows(self) -> bool:
        rest = (self.lines[i] for i in range(self.at, len(self.lines)) if self.lines[i].strip())
        return _ITEM.match(next(rest, "")) is not None

    def _item(self, mark: str) -> None:
        depth = len(mark) if mark[0] in "*." else 1
        if mark[0] in ".0123456789":
            self.counts = {k: v for k, v in self.counts.items() if k <= depth}
            self.counts[depth] = self.counts.get(depth, 0) + 1
            self.item = "  " * (depth - 1) + f"{self.counts[depth]}. "
        else:
            self.item = "  " * (depth - 1) + "- "

    def _until(self, fence: str) -> Iterator[str]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip() == fence:
                return
            yield line

    def _block(self, fence: str) -> None:
        """A delimited block: a listing as code, a comment not at all, others as what they hold."""
        closing = "```" if fence.startswith("```") else fence
        kind = fence[0]
        if kind in "-.`+" and fence != "--":
            self.writer.code("\n".join(self._until(closing)))
        elif kind == "/":
            list(self._until(closing))
        # The lines of an example, a sidebar, a quotation are read on; its end is a fence as well.
        self.style = ""

    def _table(self, fence: str) -> None:
        lines = list(self._until(fence))
        style, self.style = self.style, ""
        divider = {"|": "|", ",": ",", ":": ":"}[fence[0]]
        rows: list[list[str]] = []
        first_line = 0
        for line in lines:
            if not line.strip() or line.lstrip().startswith("//"):
                continue
            if divider != "|":
                rows.append([cell.strip() for cell in line.split(divider)])
                continue
            parts = re.split(
                r"(?<!\\)(?:(?<=\s)|^)(?:\d*\.?\d*[*+])?(?:[<^>]?\.?[<^>]?)[aehlmdsv]?\|", line
            )
            more = parts[0].strip().removesuffix(" +")
            if more not in ("", "+") and rows:
                rows[-1][-1] += f" {more}"
            inside = [p.strip().removesuffix(" +") for part in parts[1:] for p in part.split("|")]
            if inside:
                first_line = first_line or len(inside)
                rows.append(inside)
        found = re.search(r'cols="?([^"\]]*)"?', style)
        columns = first_line
        if found and divider == "|":
            wanted = found[1]
            times = re.match(r"(\d+)\*", wanted)
            columns = (
                int(times[1]) if times else len([c for c in re.split("[,;]", wanted) if c.strip()])
            )
        if divider == "|" and columns and columns < 1000:
            flat = [cell for row in rows for cell in row]
            rows = [flat[i : i + columns] for i in range(0, len(flat), columns)]
        if divider == "|":
            rows = [[self.inline(cell) for cell in row] for row in rows]
        marked = "header" in style or (
            len(lines) > 1 and bool(lines[0].strip()) and not lines[1].strip()
        )
        self.listed = False
        write_table(cells(rows), self.writer, marked=int(marked))
