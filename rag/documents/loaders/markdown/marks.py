"""Marks that dialects of Markdown set inside of text (MkDocs and its kin, Obsidian, MyST, Critic Markup), as a person sees
them on the page: keys, highlights, roles, links of wikis, comments that nobody sees."""

from __future__ import annotations

import re

_KEPT = re.compile(
    r"\{(?P<role>[a-zA-Z][\w:.+-]*)\}(?P<ticks>`{1,2})(?P<said>[^`\n]{1,500})(?P=ticks)"
    r"|``[^\n]{1,500}?``|`[^`\n]{1,1000}`"  # code
    r"|\$\$.{1,2000}?\$\$|\$(?=\S)[^$\n]{1,300}(?<=\S)\$(?!\d)"  # formulas
    r"|(?<=\])\([^()\s]{1,1000}\)|https?://[^\s<>)\]]{1,1000}|</?[a-zA-Z][^<>\n]{0,1000}>",
    re.DOTALL,
)
"""What is no text of a page, in which a mark is none; and roles of MyST, which are code by their form."""

_TARGET = re.compile(r"^(.*?)\s*<[^<>]*>$")
_PLACE = re.compile("\ue000(\\d+)\ue001")
_KEY = r"(?:\"[^\"\n]{1,40}\"|[A-Za-z0-9][\w-]{0,30})"
_MYST = re.compile(r"\{[a-z][\w:-]*\}`|^\s*(?:`{3,}|:{3,})\{[a-z]", re.MULTILINE)
_OF_MYST = re.compile(r"^%(?: .*)?$|^\+\+\+.*$", re.MULTILINE)
_SUBS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), shown)
    for pattern, flags, shown in (
        # Critic Markup: what is put in, taken out, put in the place of something, said of it.
        (r"\{\+\+([^{}]{1,500})\+\+\}", 0, r"\1"),
        (r"\{--([^{}]{1,500})--\}", 0, r"~~\1~~"),
        (r"\{~~([^{}~]{0,500})~>([^{}]{0,500})~~\}", 0, r"~~\1~~ \2"),
        (r"\{==([^{}]{1,500})==\}", 0, r"\1"),
        (r"\{>>[ \t]*([^{}]{1,500}?)[ \t]*<<\}", 0, r" [Comment: \1]"),
        # Comments of Obsidian, which the page does not show.
        (r"(?<![\w%])%%(?!%)(?:[^%]|%(?!%)){0,3000}%%(?![\w%])", 0, ""),
        (r"(?<![=\w])==(?=\S)([^=\n]{1,500})(?<=\S)==(?![=\w])", 0, r"\1"),
        (r"(?<!\^)\^\^(?=\S)([^^\n]{1,500})(?<=\S)\^\^(?!\^)", 0, r"\1"),
        (r"(?<=[\w)])~([^~\s]{1,20})~(?!~)", 0, r"<sub>\1</sub>"),
        (r"(?<=[\w)])\^([^\^\s\[\]]{1,20})\^(?!\^)", 0, r"<sup>\1</sup>"),
        # Icons, and how a piece is to look.
        (r":(?:material|fontawesome|octicons|simple)-[\w-]+:(?:\{[^{}\n]{0,100}\})?[ \t]?", 0, ""),
        (r"(?<!!)\[([^\[\]\n]{1,300})\]\{[.#][^{}\n]{0,200}\}", 0, r"\1"),
        (r"(?<=[)\]*_`\ue001])\{\s*[#.:][^{}\n]{0,200}\}", 0, ""),
        (r"[ \t]*(?<![^\s])\{\s+[#.:][^{}\n]{0,200}\}[ \t]*$", re.MULTILINE, ""),
        # Names that are given to blocks, and where a table of contents goes.
        (r"[ \t]\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{4,}[ \t]*$", re.MULTILINE, ""),
        (r"^[ \t]*\([\w:.-]+\)=[ \t]*$", re.MULTILINE, ""),
        (r"^[ \t]*\[{1,2}_?TOC_?\]{1,2}[ \t]*$", re.MULTILINE | re.IGNORECASE, ""),
        # Abbreviations, whose words a site shows where they stand; fields among words.
        (r"^[ \t]*\*\[([^\]\n]{1,80})\]:[ \t]*(\S.*)$", re.MULTILINE, r"\n\1: \2\n"),
        (r"(?<!\])[\[(]([A-Za-z][\w -]{0,40})::[ \t]+([^\[\]()\n]{1,300})[\])]", 0, r"\1: \2"),
        # Pictures with a size, links of wikis: to a section of the page itself, within a table.
        (r"(!\[[^\]\n|]{0,300})\|\s*\d+(?:x\d+)?\s*(?=\])", 0, r"\1"),
        (r"!\[\[[^\[\]|\n]{1,200}\.(?:png|jpe?g|gif|svg|webp|bmp)(?:\\?\|[\dx\s]*)?\]\]", 2, ""),
        (r"\[\[([^\[\]|\n]{1,300}?)\\\|([^\[\]|\n]{1,300})\]\]", 0, r"[[\1|\2]]"),
        (r"\[\[#\^?([^\[\]|#\n]{1,200})\]\]", 0, r"\1"),
        (r"\[\[([^\[\]|#\n]{1,200})#\^[\w-]{1,50}((?:\|[^\[\]\n]{0,200})?)\]\]", 0, r"[[\1\2]]"),
    )
)
_KEYS = re.compile(rf"(?<![+\w{{])\+\+({_KEY}(?:\+{_KEY}){{0,5}})\+\+(?![+\w])")


def of_myst(text: str) -> bool:
    """Whether a page has roles or directives of MyST, by which lines that begin with % are comments."""
    return _MYST.search(text) is not None


def unmarked(text: str, *, myst: bool = False) -> str:
    """Text of a page without marks; code and formulas stay as they are.

    >>> unmarked("Press ++ctrl+f5++, ==now==, see {ref}`the list <x>`. %%ask Bo%%")
    'Press Ctrl+F5, now, see the list. '
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_role(found["role"].lower(), found["said"]) if found["role"] else found[0])
        return f"\ue000{len(kept) - 1}\ue001"

    if "\ue000" in text:
        return text
    text = _KEPT.sub(keep, text)
    for pattern, shown in _SUBS:
        text = pattern.sub(shown, text)
    text = _KEYS.sub(lambda m: "+".join(map(_key, re.findall(_KEY, m[1]))), text)
    if myst:
        text = _OF_MYST.sub("", text)
    return _PLACE.sub(lambda m: kept[int(m[1])], text)


def _key(name: str) -> str:
    """A key as it is shown: "Ctrl", "Page Up", what stands in quotes as it is."""
    if name.startswith('"'):
        return name.strip('"')
    return " ".join(part[:1].upper() + part[1:] for part in name.split("-"))


def _role(name: str, said: str) -> str:
    """What a role of MyST shows: the words of a link, the name of a thing, a formula."""
    name = name.rpartition(":")[2]
    if name == "math":
        return f"${said}$"
    if name in ("sub", "sup", "subscript", "superscript"):
        return f"<{name[:3]}>{said}</{name[:3]}>"
    if name == "eq":
        return ""
    if name in ("code", "file", "samp", "command", "option", "envvar"):
        return f"`{said}`"
    found = _TARGET.match(said)
    text = found[1] if found and found[1] else said.strip("<>")
    if text.startswith("~"):
        text = text.rpartition(".")[2]
    return text.removeprefix("!").replace("%s", "").replace("-->", "→").strip()
