"""Text as it is compared: one form for what looks alike. For matching only; nothing of it is shown."""

from __future__ import annotations

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0456\u0443\u0455\u03bf\u03b1\u03b5\u03b9\u0142\u2019\u2018",
    "aeopcxiysoaeil''",
)  # Cyrillic and Greek letters that look Latin, l with a stroke, curly apostrophes
_SPACED = re.compile(r"\b\w(?:([-._*])\w)(?:\1\w){3,}\b")  # i-g-n-o-r-e


def plain(text: str) -> str:
    """Lower case, without accents, invisible characters, marks of quoted mail and letters set apart.

    >>> plain("I-g-n-o-r-e\\u200b all  pr\\u00e9c\\u00e9dentes")
    'ignore all precedentes'
    """
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn") and c != "\u034f")
    text = text.lower().translate(_LOOKALIKES)
    text = re.sub(r"\n\s*>[> ]*", "\n", text)
    text = _SPACED.sub(lambda m: m.group().replace(m.group(1), ""), text)
    return " ".join(text.split())
