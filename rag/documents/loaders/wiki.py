"""MediaWiki's markup (Wikipedia): headings, lists, tables, notes, links; of templates the values that they are
given, as nobody can know how they are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer

DEEPEST = 8  # templates in templates
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_QUIET = re.compile(r"<nowiki>(.{0,20000}?)</nowiki>", re.DOTALL | re.IGNORECASE)
_NOTE = re.compile(r"<ref\b[^>/]*>(.{0,5000}?)</ref>", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(r"<ref\b[^>]*/>|<references[^>]*/?>|__[A-Z]+__", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{\{((?:[^{}]|\{(?!\{)|\}(?!\})){0,5000})\}\}")
_LINK = re.compile(r"\[\[([^\[\]]{0,2000})\]\]")
_OUT = re.compile(r"\[((?:https?:)?//[^\s\]]+)(?:\s+([^\]]*))?\]")
_QUOTES = re.compile(r"'{2,5}")
_HEADING = re.compile(r"^(={1,6})\s*(.+?)\s*\1\s*$")
_PREFIX = re.compile(
    r"(?i)^(?:category|kategorie|catégorie|categoría|categoria|categorie|[a-z]{2,3}(?:-[a-z]+)?):(?!//)"
)
_PICTURE = re.compile(r"(?i)^(?:file|image|datei|bild|fichier|archivo|bestand|media):")
_SETTING = re.compile(
    r"(?:thumb\w*|frame\w*|border|left|right|center|none|upright.*|\d*x?\d+px|(?:alt|link|lang|page)=.*)\s*$"
)
_ATTRIBUTES = re.compile(r"^\s*(?:[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s|\"']+)\s*)+\|(?!\|)")
_TECHNICAL = re.compile(
    r"^\s*(?:style|class|width|align|image_?size|colou?r|bgcolou?r|url|archive-?url|access-?date|doi|isbn)\b"
)


def load(source: Source) -> Document:
    """The page as a reader of the wiki sees it, but for its templates."""
    writer = Writer()
    notes = write(parse(_html(source.text())), writer, links=True)
    return writer.document("wiki", notes=notes)


def _html(text: str) -> str:
    """The page as HTML."""
    text = _COMMENT.sub("", text.replace("\r\n", "\n"))
    text = _QUIET.sub(lambda m: escape(m[1]).replace("'", "&#39;").replace("[", "&#91;"), text)
    footnotes: list[str] = []

    def note(found: re.Match[str]) -> str:
        footnotes.append(found[1])
        return f" [{len(footnotes)}]"

    text = _NAMED.sub("", _NOTE.sub(note, text))
    for _ in range(DEEPEST):
        text, count = _TEMPLATE.subn(_template, text)
        if not count:
            break
    body = "\n".join(_blocks(iter(text.split("\n"))))
    below = "".join(f"<p>Footnote {n}: {_inline(one)}</p>" for n, one in enumerate(footnotes, 1))
    return f"<html><body>{body}{below}</body></html>"


def _template(found: re.Match[str]) -> str:
    """What a template is given: of one with names a line each, else its words."""
    _, *values = re.split(r"\|(?![^\[\]]*\]\])", found[1])
    named = [
        value.partition("=") for value in values if "=" in value and not _TECHNICAL.match(value)
    ]
    lines = [f"{key.strip()}: {value.strip()}" for key, _, value in named if value.strip()]
    words = [value.strip() for value in values if "=" not in value and value.strip()]
    if lines and len(lines) >= len(words):
        return "\n\n" + "\n\n".join([*lines, *words]) + "\n\n"
    return " ".join([*words, *lines]) if words else ""


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    """Lines as blocks of HTML."""
    paragraph: list[str] = []
    depth = ""  # the marks of the open lists
    for line in lines:
        marks = re.match(r"[*#;:]*", line)
        prefix = marks[0] if marks else ""
        if paragraph and (prefix or not line.strip() or line.startswith(("{|", "="))):
            yield f"<p>{_inline(' '.join(paragraph))}</p>"
            paragraph = []
        if prefix != depth:
            yield _lists(depth, prefix)
            depth = prefix
        if found := _HEADING.match(line):
            level = len(found[1])
            yield f"<h{level}>{_inline(found[2])}</h{level}>"
        elif line.lstrip().startswith("{|"):
            yield from _table(lines)
        elif prefix:
            term, colon, said = line[len(prefix) :].partition(" : ")
            if prefix[-1] == ";" and colon:
                yield f"<li>{_inline(term)}: {_inline(said)}</li>"
            else:
                yield f"<li>{_inline(line[len(prefix) :])}</li>"
        elif line.strip():
            paragraph.append(line)
    if paragraph:
        yield f"<p>{_inline(' '.join(paragraph))}</p>"
    yield _lists(depth, "")


def _lists(before: str, after: str) -> str:
    """The ends and beginnings of lists between two lines with these marks."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    closed = "".join(f"</{_list(mark)}>" for mark in reversed(before[same:]))
    return closed + "".join(f"<{_list(mark)}>" for mark in after[same:])


def _list(mark: str) -> str:
    return "ol" if mark == "#" else "ul"


def _table(lines: Iterator[str]) -> Iterator[str]:
    """The rows of a table, up to its end."""
    yield "<table>"
    row: list[str] = []
    for line in lines:
        bare = line.strip()
        if bare.startswith(("|}", "|-")):
            yield f"<tr>{''.join(row)}</tr>" if row else ""
            row = []
            if bare.startswith("|}"):
                break
        elif bare.startswith("|+"):
            yield f"<caption>{_inline(_ATTRIBUTES.sub('', bare[2:]))}</caption>"
        elif bare[:1] in ("|", "!"):
            tag = "th" if bare[0] == "!" else "td"
            for cell in re.split(r"\|\||!!" if tag == "th" else r"\|\|", bare[1:]):
                spans = "".join(
                    f" {m[0]}"
                    for m in re.finditer(r"(?:col|row)span\s*=\s*\"?\d+\"?", cell.partition("|")[0])
                )
                row.append(f"<{tag}{spans}>{_inline(_ATTRIBUTES.sub('', cell))}</{tag}>")
        elif bare and row:
            row[-1] = row[-1].replace("</t", f" {_inline(bare)}</t", 1)
    if row:
        yield f"<tr>{''.join(row)}</tr>"
    yield "</table>"


def _inline(text: str) -> str:
    text = _LINK.sub(_linked, _QUOTES.sub("", text))
    return _OUT.sub(lambda m: f'<a href="{escape(m[1])}">{m[2] or m[1]}</a>', text)


def _linked(found: re.Match[str]) -> str:
    """What a link shows; of a picture its caption."""
    target, *rest = found[1].split("|")
    if _PICTURE.match(target):
        said = [one for one in rest if not _SETTING.match(one.strip())]
        alternative = [one.strip()[4:] for one in rest if one.strip().startswith("alt=")]
        return "".join(f" [Picture: {one.strip()}] " for one in [*said[-1:], *alternative])
    if not rest and _PREFIX.match(target):
        return ""
    return rest[-1] if rest else target.lstrip(":")
