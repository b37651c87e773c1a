"""Shortcodes in brackets, as WordPress and its page builders write them into pages: [tab title="Altos"]...[/tab].
Their texts stay, in a paragraph of their own before what they stand around."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_CODE = re.compile(
    r"(?<![\[\\])\[(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+\s*=\s*(?:\"[^\"\]]*\"|'[^'\]]*'|[^\s\]\"']+))*)\s*/?\](?![(:\]])"
)
_CLOSED = re.compile(r"\[/([a-zA-Z][\w-]*)\]")
_INLINE = frozenset(
    "b i u s em strong color size font url email dropcap highlight span sup sub".split()
)


def unbracketed(text: str, said_in: Callable[[str], str]) -> str:
    """A page without its shortcodes: those that are closed somewhere, or have attributes. ``said_in``
    gives the texts among attributes.

    >>> unbracketed('[a]Mr Pratt[/a] brings [x] two [1].', str)
    '\\n\\nMr Pratt\\n\\n brings [x] two [1].'
    """
    if "]" not in text:
        return text
    closed = set(_CLOSED.findall(text))

    def shown(found: re.Match[str]) -> str:
        ends, name, attributes = found.groups()
        if not attributes and name not in closed:
            return found[0]
        if said := "" if ends else said_in(attributes):
            return f"\n\n<p>{escape(said, quote=False)}</p>\n\n"
        return "" if name.lower() in _INLINE else "\n\n"

    return _CODE.sub(shown, text)
