"""Texts of documents fenced, where a larger model reads them: what is between two marks is data."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence


def fence(kind: str, texts: Sequence[tuple[str, str]]) -> str:
    """Texts, each with the place where it stands, as numbered blocks: ``<passage-4fc8... number="1"
    source="it/vpn.md">``. Places are escaped; what looks like a fence's end is taken out of a text.

    The fence's mark is a digest of all texts: whoever writes one of them cannot know it, since it
    depends on the others and on his own text with the mark in it; and the same texts have the same,
    so that a model that repeats itself gives the same answer.
    """
    said = "\0".join(f"{place}\0{text}" for place, text in texts)
    mark = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
    blocks = []
    for number, (place, text) in enumerate(texts, 1):
        text = text.replace(f"</{kind}", f"< /{kind}")
        source = html.escape(" ".join(place.split()))
        head = f'<{kind}-{mark} number="{number}"' + (f' source="{source}">' if source else ">")
        blocks.append(f"{head}\n{text}\n</{kind}-{mark}>")
    return "\n".join(blocks)
