"""Which markup language a file called plain text is written in, by marks that prose does not have."""

from __future__ import annotations

import re

LOOKED_AT = 200_000  # bytes
_SEVERAL = 2  # marks: one may be an example, or chance


def _marks(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.MULTILINE)


_RST = _marks(
    r"^[ \t]*\.\. (?:\w[\w-]*:)?\w[\w-]*::(?=[ \t]|$)",  # a directive
    r"^\.\. _[^:\n]{1,80}:(?=[ \t]|$)",  # a target
    r":\w[\w:+.-]{1,40}:`[^`]{1,200}`",  # a role
    r"`[^`\n]{2,200}`__?(?=[\s.,;:)]|$)",  # a link
    r"`[^`<]{1,200}[ \n]<[^>`\s]+>`__?",
)
_MARKDOWN = _marks(
    r"^ {0,3}(?:```|~~~)",
    r"(?<![\w`])\[[^\]\n]{1,200}\]\((?:\w+:|#|\.{0,2}/|[\w./-]*\w\.\w{2,5}\b)[^()\s]{0,500}\)",
    r"^ {0,3}\[[^\]\n]{1,80}\]:[ \t]+\S+$",
    r"(?<![\w*'\"`])\*\*[^\s*][^*\n]{0,200}\*\*(?![\w*])",
    r"^\|?[ \t]*:?-{3,}:?[ \t]*\|[-|: \t]*$",
)
_MARKDOWN_HEADING = re.compile(r"^#{1,6} +[^\s#].*$", re.MULTILINE)
_ASCIIDOC = _marks(
    r"^\[\[[\w-]+\]\]$",
    r"\b(?:link|xref|image|include|linkgit):{1,2}[^\s\[\]]*\[[^\]\n]*\]",
    r"^:[\w-]+:(?=[ \t]\S|$)",
    r"^\[(?:source|NOTE|TIP|WARNING|options|cols|verse|quote|horizontal)\b[^\]\n]*\]$",
    r"^(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION): \S",
)
_ASCIIDOC_HEADING = re.compile(r"^={1,5} [^\s=].*[^\s=]$", re.MULTILINE)
_WIKI = _marks(r"\[\[[^\[\]\n]{1,200}\]\]", r"'''[^'\n]+'''", r"^\{\|", r"\{\{[^{}\n]{1,200}\}\}")
_WIKI_HEADING = re.compile(r"^==+ ?[^\s=].*[^\s=] ?==+[ \t]*$", re.MULTILINE)


def markup_language(text: str) -> str:
    """The format of a text by its marks: "rst", "markdown", "asciidoc" or "wiki"; "" where it is plain.

    reStructuredText has marks that nothing else has; the others are told by headings and something else.
    """
    if _count(_RST, text):
        return "rst"
    for name, heading, marks in (
        ("wiki", _WIKI_HEADING, _WIKI),
        ("asciidoc", _ASCIIDOC_HEADING, _ASCIIDOC),
        ("markdown", _MARKDOWN_HEADING, _MARKDOWN),
    ):
        if _count(heading, text) and _count(marks, text):
            return name
    return ""


def _count(marks: re.Pattern[str], text: str) -> bool:
    """Whether there are several."""
    found = marks.finditer(text)
    return all(next(found, None) is not None for _ in range(_SEVERAL))
