"""Mail threads: what a message quotes of those before it, in the same file, stands once."""

from __future__ import annotations

import re

from rag.documents.text import clean

LEAST_LINES = 2  # of quoted text that is worth leaving out
KNOWN = 0.8  # share of its lines that the messages before must have
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]*)+")
_FORWARD = re.compile(
    r"^[ \t]*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}|_{20,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


class Thread:
    """The lines of the messages of one file that were written so far.

    >>> thread = Thread()
    >>> _ = thread.once("The lift is out of order.\\nPlease take the stairs.")
    >>> thread.once("Thanks!\\n> The lift is out of order.\\n> Please take the stairs.")
    'Thanks!\\n[Quoted: 2 lines of a message above]'
    """

    def __init__(self) -> None:
        self._lines: set[str] = set()

    def once(self, text: str) -> str:
        """``text`` without the quotes of what was written before; what it quotes of others stays."""
        text = clean(text)
        kept: list[str] = []
        quote: list[str] = []
        for line in [*text.split("\n"), ""]:
            if _QUOTE.match(line):
                quote.append(line)
                continue
            kept.extend(self._shown(quote))
            quote = []
            kept.append(line)
        text = "\n".join(kept[:-1])
        if found := _FORWARD.search(text):
            behind = text[found.end() :].split("\n")
            if len(said := self._shown(behind, headers=True)) == 1:
                text = f"{text[: found.start()].rstrip()}\n{said[0]}"
        self._lines.update(filter(None, map(_bare, text.split("\n"))))
        return text.strip("\n")

    def _shown(self, quote: list[str], *, headers: bool = False) -> list[str]:
        """A quote as it stands, or the line that says that it stands above."""
        said = [bare for line in quote if (bare := _bare(line))]
        if headers:  # From, Sent, To, Subject: they stand with the message itself
            said = [line for line in said if not re.match(r"[A-Za-zÀ-ÿ-]{2,12}:\s", line)]
        known = sum(line in self._lines for line in said)
        if len(said) < LEAST_LINES or known < KNOWN * len(said):
            return quote
        return [f"[Quoted: {len(said)} lines of a message above]"]


def _bare(line: str) -> str:
    return " ".join(_QUOTE.sub("", line).split())
