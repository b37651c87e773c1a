"""A document from the pages of a PDF: running lines left out, paragraphs joined, headings marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from rag.documents.document import Document, Sight
from rag.documents.loaders.pdf.headings import MOST_LETTERS, MOST_LINES, Title
from rag.documents.loaders.pdf.lines import (
    HYPHEN,
    continues,
    full_line,
    join_hyphens,
    reflow,
    with_initials,
    without_numbers,
    word_counts,
)
from rag.documents.loaders.pdf.over_pages import Part, join_tables
from rag.documents.loaders.pdf.pages import OutlineItem, Pages, read_pages
from rag.documents.loaders.pdf.running import Running
from rag.documents.loaders.pdf.tables import Table, without, write
from rag.documents.parts import write_attachment
from rag.documents.pictures import write_seen
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer
from rag.errors import LoadError

LONG_BLOCK = 120  # characters; a longer block is a paragraph, however it ends
FULL_TITLE = 35  # characters of a line of a heading that may go on in the next
_CUT = re.compile(rf"(.*[^\W\d_])(?:-|{HYPHEN})")
_REST = re.compile(r"[a-zß-öø-ÿ]\w*[.,;:!?)]*(?:\s+|$)")
_UNDONE = re.compile(
    r"\b(?:of|the|and|for|to|in|on|with|by|an?|und|der|die|das|für|von|zu|de|la|le|et|pour|y|del)$|[-,&–]$"
)
_NO_TITLE = re.compile(
    r"\W*|(?:page|slide|seite|sheet|p\.?|s\.?)?\s*[\divxlIVXL]+|\S*_\S*|\S+\.\w{2,4}", re.IGNORECASE
)  # what programs call a page
TITLE_WORDS = 30  # words of an outline's title that are looked for on its page


def load(source: Source) -> Document:
    """The document, page by page; its headings are those of the outline.

    Raises:
        LoadError: it is no PDF, protected by a password, without pages, or past repair.
    """
    read = read_pages(source)
    if not read.lines:
        raise LoadError("it has no pages")
    writer = Writer()
    writer.sight += Sight(pages=len(read.seen), waiting_pages=read.waiting)
    unsaid = _unsaid(read)
    spans = _write(read, unsaid, writer)
    said = [item for item in read.outline if item not in unsaid]
    _mark_outline(said, spans, writer.document("pdf").text, writer)
    notes = list(read.notes)
    notes.extend(read.pictures.told(writer) if read.pictures is not None else ())
    _attach(read, source, writer, notes)
    info = read.info
    return writer.document(
        "pdf",
        title=_title(info.get("Title", "")),
        author=info.get("Author", ""),
        date=info.get("ModDate", "") or info.get("CreationDate", ""),
        metadata={"subject": info.get("Subject", ""), "keywords": info.get("Keywords", "")},
        notes=notes,
    )


def _unsaid(read: Pages) -> list[OutlineItem]:
    """The entries of the outline that say what their pages do not, by the letters of both."""
    letters: dict[int, str] = {}
    found: list[OutlineItem] = []
    for item in read.outline:
        if not 0 <= item.page < len(read.lines) or _NO_TITLE.fullmatch(item.title):
            continue
        if item.page not in letters:
            letters[item.page] = _letters("".join(read.lines[item.page]))
        if _letters(item.title) not in letters[item.page]:
            found.append(item)
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _write(read: Pages, unsaid: list[OutlineItem], writer: Writer) -> list[tuple[int, int]]:
    """Write the pages, each below those entries of the outline that say what it does not; the span of text
    that each has become."""
    pages = _parts(read)
    for parts, following in pairwise(pages):
        _join_pages(parts, following)
    words = word_counts([lines for parts in pages for lines in parts if isinstance(lines, list)])
    spans: list[tuple[int, int]] = []
    before: Part = []
    names: list[str] = []
    for i, parts in enumerate(pages):
        writer.page(i + 1, read.label(i))
        begin = writer.length
        for item in (one for one in unsaid if one.page == i):
            writer.heading(item.level + 1, item.title)
        full = full_line([line for part in parts if isinstance(part, list) for line in part])
        for number, part in enumerate(parts):
            last = before if number == 0 else parts[number - 1]
            if isinstance(part, Title):
                writer.heading(part.level, join_hyphens(part.text, words))
            elif isinstance(part, Table):
                names = write(part, writer, words, names)
            else:
                _write_lines(part, last if number == 0 else [], words, full, writer)
        if seen := read.seen.get(i):
            writer.boxes(seen.words, begin, i + 1)
        writer.break_()
        for line in read.extras[i] if i < len(read.extras) else ():
            writer.line(line)
        for figure in read.figures.get(i, ()):
            write_seen(figure, writer, i + 1)
        before = parts[-1] if parts else []
        spans.append((begin, writer.length))
    return spans


def _parts(read: Pages) -> list[list[Part]]:
    """The pages without their running lines, parted into text and tables."""
    running = Running(read.lines)
    pages: list[list[Part]] = []
    for number, lines in enumerate(read.lines):
        kept = running.without(number)
        tables = [without(table, set(kept)) for table in read.tables.get(number, ())]
        of_line = {line: table for table in tables for line in table.all_lines}
        parts: list[Part] = []
        for line in kept:
            table = of_line.get(line)
            if table is None:
                _add_line(parts, lines, line, read.levels.get((number, line), 0))
            elif not any(part is table for part in parts):
                parts.append(table)
        pages.append(parts)
    join_tables(pages)
    return pages


def _add_line(parts: list[Part], lines: list[str], at: int, level: int) -> None:
    """One more line of a page: of a heading that has a level, else of its text."""
    last = parts[-1] if parts else None
    if level and isinstance(last, Title) and last.level == level and _in_one(last.text, lines[at]):
        parts[-1] = Title(level, f"{last.text}\n{lines[at]}")
    elif level:
        parts.append(Title(level, lines[at]))
    elif isinstance(last, list):
        last.append(lines[at])
    else:
        parts.append([lines[at]])


def _in_one(title: str, line: str) -> bool:
    """Whether a heading goes on in the next line that is painted as it is."""
    last = title.rpartition("\n")[2]
    wrapped = line[0].islower() or len(last) > FULL_TITLE or bool(_UNDONE.search(last))
    return wrapped and title.count("\n") < MOST_LINES - 1 and len(title) + len(line) <= MOST_LETTERS


def _join_pages(parts: list[Part], following: list[Part]) -> None:
    """A word that is cut between two pages stands on the first."""
    last, first = (parts or [[]])[-1], (following or [[]])[0]
    if not (isinstance(last, list) and isinstance(first, list) and last and first):
        return
    begun, word = _CUT.fullmatch(last[-1]), _REST.match(first[0])
    if begun and word:
        last[-1] = f"{begun[1]}{HYPHEN}{word[0].rstrip()}"
        first[0] = first[0][word.end() :]
        if not first[0]:
            first.pop(0)


def _write_lines(
    lines: list[str], before: Part, words: Counter[str], full: float, writer: Writer
) -> None:
    """Lines as the paragraphs, items and rows that they are; ``before`` is what the page before ends
    with."""
    lines = with_initials(without_numbers(lines), words)
    joined = join_hyphens("\n".join(lines), words).split("\n")
    blocks = reflow([line for line in joined if line], full)
    if isinstance(before, list) and before and blocks and continues(before, blocks[0]):
        writer.glue()
    for block in blocks:
        # A block of one line is a row, a heading or a list item: they stay together.
        if len(block) > LONG_BLOCK or block.endswith((".", "!", "?")):
            writer.paragraph(block)
        else:
            writer.line(block)


def _attach(read: Pages, source: Source, writer: Writer, notes: list[str]) -> None:
    """The files that the document brings along, behind its pages."""
    for name, data in read.attached:
        notes += write_attachment(name, data, source, writer, level=1)


def _mark_outline(
    outline: Iterable[OutlineItem], pages: list[tuple[int, int]], text: str, writer: Writer
) -> None:
    """Headings from the outline: each at the line of its page that reads as its title does."""
    after = 0
    for item in outline:
        if not 0 <= item.page < len(pages):
            continue
        start, end = pages[item.page]
        low = max(start, after)
        words = [re.escape(word) for word in item.title.split()[:TITLE_WORDS]]
        found = re.compile(r"\s+".join(words), re.IGNORECASE).search(text, low, end)
        at = (found.start(), found.end()) if found else (low, low)
        writer.mark_heading(item.level + 1, *at, item.title)
        after = at[1]


# What programs write where nobody has named a document.
_UNNAMED = frozenset(("untitled", "unknown", "unspecified", "document", "no title", "title"))


def _title(text: str) -> str:
    """The title in the metadata, if it is one: many are file names or numbers of a system."""
    text = re.sub(r"^Microsoft (?:Word|PowerPoint|Excel) - ", "", one_line(text))
    letters = sum(1 for c in text if c.isalpha())
    if text.lower() in _UNNAMED:
        return ""
    is_file_name = re.search(r"\.\w{2,4}$", text) and " " not in text
    return "" if letters < 4 or letters < len(text) / 3 or is_file_name else text
