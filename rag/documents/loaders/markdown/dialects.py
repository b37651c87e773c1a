"""What site generators add to Markdown, as the text that it becomes: Liquid's tags, shortcodes, MDX,
admonitions, tabs. What only steers the page goes; what a reader of the site would see stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.documents.code_spans import outside
from rag.documents.loaders.markdown.marks import of_myst, unmarked
from rag.documents.loaders.markdown.outliners import upkept
from rag.documents.shortcodes import unbracketed
from rag.documents.templates import WORDS, filled, names, prepared, said_in

_CAPTION = re.compile(r"\bfig\.cap\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")
_ADMONITION = re.compile(r"^(\s*)(?:!!!|\?\?\?\+?)\s*([\w-]+)?[^\"\n]*(?:\"([^\"]*)\")?\s*$")
_TAB = re.compile(r"^(\s*)===[+!]?\s+\"([^\"]*)\"\s*$")
_DIRECTIVE = re.compile(r"^\s*:{3,}\s*(?:\{)?\s*([\w-]*)(?:\})?\s*(?:\[([^\]]*)\])?(.*)$")
_MYST = re.compile(
    r"^\{(note|warning|tip|important|caution|danger|hint|attention|seealso|admonition|dropdown|card|"
    r"tab-item|tab-set|grid-item-card|versionadded|versionchanged|deprecated|sidebar|topic|figure)\}\s*(.*)$"
)
_CALLOUT = re.compile(r"^(\s*>\s*)\[!(\w+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(.*)$")
_LEARN_BOX = re.compile(r"^[ \t]*>[ \t]*\[!div\b[^\]\n]*\][ \t]*$", re.MULTILINE)
_LEARN_CELL = re.compile(r"^[ \t]*:::(?:row|column)(-end)?\b.*:::[ \t]*$")
_LEARN_WORDS = re.compile(r"\[!(?:UICONTROL|DNL|KEY|VIDEO)\s+([^\]\n]+)\]")
_SNIPPET = re.compile(
    r"^[ \t]*-{1,2}8<-{1,2}.*$|^[ \t]*\{!.*!\}[ \t]*$|^@include\b.*$|^[ \t>]*\[!(?:INCLUDE|CODE)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"\{:[^{}\n]*\}|(?<=[^\s:])[ \t]*\{[#.][\w .#=\"'-]*\}[ \t]*$", re.MULTILINE
)
_MDX_LINE = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let|function)\b.*)$"
)
_MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_COMPONENT = re.compile(
    r"(?:(?<!\w)|(?=</))<(/?)([A-Z][\w.]*)((?:\s+[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}))?)*)\s*(/?)>"
)
_CONSTANT = re.compile(
    r"^export const (\w+) = (?:'([^'\n]*)'|\"([^\"\n]*)\"|`([^`$\n]*)`|(-?[\d.]+));?[ \t]*$",
    re.MULTILINE,
)
_TITLE = re.compile(r"\b(?:title|caption|filename)=\"([^\"\n]+)\"")
_HOLDERS = frozenset("tab-set tab-item card grid-item-card figure sidebar".split())
"""Directives that are seen by their titles alone."""

_BLOCK = re.compile(r"^\s*/{3,}[ \t]*(?:([a-z][\w-]*)[ \t]*(?:\|[ \t]*(.*))?)?$")
_CODE_OF = re.compile(r"^:::\s+([A-Za-z_]\w*(?:\.\w+)+)\s*$")
_SETTING = re.compile(r"^\s+\w[\w-]*:(?:\s.*)?$")
_SPAN = re.compile(r"\[([^\[\]\n]+)\]\{[.#][^{}\n]*\}")  # as Pandoc and Quarto have them
_OF_PICTURE = re.compile(r"(?<=\))\{[^{}\n]*\}")
_PAUSE = re.compile(r"^[ \t]*\. \. \.[ \t]*$", re.MULTILINE)
_TITLES = re.compile(r"\A% ([^\n]+)\n(?:% ([^\n]+)\n)?(?:% ([^\n]+)\n)?")
_OPTION = re.compile(r"^:[\w-]+:")
_WIKI = re.compile(r"!?\[\[([^\[\]|#\n]+)(?:#([^\[\]|\n]*))?(?:\|([^\[\]\n]*))?\]\]")


def as_markdown(
    text: str, fields: Mapping[str, str], lists: Mapping[str, Sequence[Any]] | None = None
) -> str:
    """The page in plain Markdown; ``fields`` and ``lists`` are those of its front matter. Code stays as it
    is."""
    text = prepared(_TITLES.sub(_title_block, text), lists or {})
    fields = {**fields, **names(text, fields)}
    constants = {m[1]: m[2] or m[3] or m[4] or m[5] or "" for m in _CONSTANT.finditer(text)}
    if constants:
        text = re.sub(r"(?<![{$=])\{(\w+)\}(?!\})", lambda m: constants.get(m[1], m[0]), text)
    parts: list[str] = []
    myst = of_myst(text)
    for is_code, part in _parts(text):
        parts.append(part if is_code else _prose(part, fields, myst))
    return "\n".join(parts)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The page in pieces: code between fences, and what is around it."""
    prose: list[str] = []
    code: list[str] = []
    closing = ""
    directives: list[str] = []  # the fences of those that are open
    titled = False  # whether options of a directive may follow
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if titled and _OPTION.match(line.strip()):
            continue
        titled = False
        if closing:
            code.append(line)
            if fence and fence[2].startswith(closing) and not fence[3].strip():
                yield True, "\n".join(code)
                if caption := _CAPTION.search(code[0]):
                    prose.append(f"\n{caption[1] or caption[2]}\n")
                code, closing = [], ""
        elif fence and (found := _MYST.match(fence[3].strip())):
            # A directive in a fence is prose: its title, and what stands in it.
            title = found[2] or ("" if found[1] in _HOLDERS else found[1].capitalize())
            prose.append(f"\n**{title}**\n" if title else "")
            directives.append(fence[2])
            titled = True
        elif fence and directives and fence[2] == directives[-1] and not fence[3].strip():
            directives.pop()
            prose.append("")
        elif fence:
            if prose:
                yield False, "\n".join(prose)
                prose = []
            code, closing = [line], fence[2]
            if title := _TITLE.search(line):
                yield False, f"\n**{title[1]}**\n"
        else:
            prose.append(line)
    if prose:
        yield False, "\n".join(prose)
    if code:
        yield True, "\n".join(code)


def snippets(text: str) -> int:
    """How many places of a page take in pieces of other files."""
    return len(_SNIPPET.findall(text))


def _prose(text: str, fields: Mapping[str, str], myst: bool) -> str:
    text = outside(_MDX_COMMENT, "", text)
    text = unmarked(filled(upkept(text), fields), myst=myst)
    text = unbracketed(text, said_in)
    text = outside(_LEARN_WORDS, r"\1", _LEARN_BOX.sub("", text))
    text = _PAUSE.sub("", outside(_SPAN, r"\1", outside(_OF_PICTURE, _alternative, text)))
    text = outside(_ATTRIBUTES, "", text)
    text = outside(_COMPONENT, _component, text)
    text = outside(_WIKI, lambda m: m[3] or " ".join(filter(None, (m[1], m[2]))), text)
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    """Line by line: admonitions and tabs lose the indent of what stands in them."""
    inside: list[int] = []  # indents of the open admonitions
    beside = False  # whether a column is open, in which all is indented
    options: re.Pattern[str] | None = None  # of a block that has just opened
    for line in text.split("\n"):
        bare = line.strip()
        if options is not None and options.match(line if options is _SETTING else bare):
            continue
        options = None
        indent = len(line) - len(line.lstrip())
        while inside and bare and indent <= inside[-1]:
            inside.pop()
        cut = 4 * len(inside)
        shown = line[cut:] if line[:cut].strip() == "" else line.lstrip()
        if found := _ADMONITION.match(shown):
            inside.append(indent)
            title = found[3] if found[3] is not None else (found[2] or "").capitalize()
            yield f"\n**{title}**\n" if title else ""
        elif found := _TAB.match(shown):
            inside.append(indent)
            yield f"\n**{found[2]}**\n"
        elif found := _LEARN_CELL.match(shown):
            beside = not found[1]
            yield ""
        elif found := _CODE_OF.match(shown):
            options = _SETTING
            yield f"\n**{found[1]}**\n"
        elif found := _BLOCK.match(shown):
            options = _SETTING if found[1] else None
            title = found[2] or (found[1].capitalize() if found[1] in WORDS else "")
            yield f"\n**{title}**\n" if title else ""
        elif bare.startswith(":::") and (found := _DIRECTIVE.match(shown)):
            title = (found[2] or found[3] or "").strip().strip("{}:")
            if "=" in title or title.startswith((".", "#")):
                title = said_in(title)
            named = found[1].capitalize() if found[1] in WORDS else ""
            options = _OPTION if shown.lstrip(": ").startswith("{") else None
            yield f"\n**{title or named}**\n" if title or named else ""
        elif found := _CALLOUT.match(shown):
            yield f"{found[1]}**{found[3] or found[2].capitalize()}**"
            yield found[1].rstrip()
        elif _MDX_LINE.match(shown) or _SNIPPET.match(shown):
            yield ""
        else:
            yield re.sub("^ {1,6}", "", shown) if beside else shown


def _title_block(found: re.Match[str]) -> str:
    """Title, authors and date, as Pandoc takes them from the first lines."""
    title, *more = (part for part in found.groups() if part)
    return "\n\n".join([f"# {title}", *more, ""])


def _alternative(found: re.Match[str]) -> str:
    """The text in the attributes of a picture."""
    said = said_in(found[0].strip("{}"))
    return f" ({said})" if said else ""


def _component(found: re.Match[str]) -> str:
    """What a component of MDX leaves: its title or label."""
    if found[1]:
        return "\n\n"
    said = said_in(found[3], whole=bool(found[4]))
    return f"\n\n**{said}**\n\n" if said else "\n\n"
