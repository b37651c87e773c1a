"""Foreign text made safe for a place where people look at it: a terminal, a page.

File names, texts of documents, questions and errors are foreign. A control character among them could
colour, hide or overwrite what is shown; one that turns or hides letters could make it read otherwise.
"""

from __future__ import annotations

import re

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters but tab and newline; what is invisible, or turns the direction of writing; line
separators; lone surrogates; tags. A zero-width joiner has its place in names, and shows there."""
_BREAK = re.compile("[\t\n]")
# What makes brackets a link, picture or definition of one; addresses; tags and entities.
_LIVE = re.compile(r"(?<=\])[\[(:]|(?<=!)\[|(?<=:)//|(?<=www)\.|<|&(?=#?\w+;)", re.IGNORECASE)
_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def visible(text: str) -> str:
    r"""``text`` with every character that a terminal or browser would act on, or not show, spelt out.

    >>> print(visible("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return UNSAFE.sub(lambda found: _spelt(found[0]), text)


def name(text: str) -> str:
    r"""The same for what is to be one line, such as the name of a file: its line breaks too.

    >>> print(name("a\nb.txt"))
    a\nb.txt
    """
    return _BREAK.sub(lambda found: "\\n" if found[0] == "\n" else "\\t", visible(text))


def literal(text: str) -> str:
    r"""The same for Markdown, in which no link, picture or HTML of the text is live.

    >>> print(literal("![x](https://a.example) <b>"))
    !\[x]\(https:\//a.example) &lt;b>
    """
    return _LIVE.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), visible(text))


def _spelt(character: str) -> str:
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
