"""The heading path of a chunk: what a reader of its page knows from the headings above it."""

from __future__ import annotations

from rag.chunking.graphemes import whole_before
from rag.chunking.tokens import MOST_CHARACTERS, Offsets, TokenStarts
from rag.documents.document import Document

JOINT = " > "
"""What stands between the titles of a path: "Leave policy > Special leave"."""


class HeadingPaths:
    """The heading path at each offset of a document, asked for in order of the offsets.

    A path is the document's title and the titles of the open headings, outermost first; of one
    that has more than ``max_tokens`` tokens, the innermost titles that fit (0: no paths).
    """

    def __init__(self, document: Document, offsets: Offsets, max_tokens: int) -> None:
        self._headings = document.headings
        self._title = document.title
        self._offsets = offsets
        self._max_tokens = max_tokens
        self._longest = max_tokens * MOST_CHARACTERS  # characters; more of a title does not fit
        self._next = 0  # the first heading that is not behind us
        self._open: list[tuple[int, str]] = []  # levels and titles
        self._shortened: dict[str, str] = {}

    def at(self, offset: int) -> str:
        """The path for a chunk that starts at ``offset``. Headings at or behind ``offset`` are in
        the chunk's own text and so not in its path."""
        self._pass_headings(offset)
        if not self._max_tokens:
            return ""
        near = self._open[-self._max_tokens :]  # a title is a token at least
        titles = [title for level, title in near if self._stays_open(level, offset)]
        if self._title and self._title not in titles and offset > 0:
            titles.insert(0, self._title)
        path = JOINT.join(titles)
        if path not in self._shortened:
            self._shortened[path] = self._shorten(path)
        return self._shortened[path]

    def _pass_headings(self, offset: int) -> None:
        while self._next < len(self._headings) and self._headings[self._next].start < offset:
            heading = self._headings[self._next]
            while self._open and self._open[-1][0] >= heading.level:
                self._open.pop()
            self._open.append((heading.level, heading.title[: self._longest]))
            self._next += 1

    def _stays_open(self, level: int, offset: int) -> bool:
        """A heading that opens the chunk closes its like, and what is deeper, before it."""
        if self._next == len(self._headings):
            return True
        heading = self._headings[self._next]
        return heading.start != offset or level < heading.level

    def _shorten(self, path: str) -> str:
        while (over := len(tokens := TokenStarts(path, self._offsets)) - self._max_tokens) > 0:
            joint = path.find(JOINT, max(0, tokens[over] - len(JOINT)))
            joint = path.rfind(JOINT) if joint < 0 else joint
            if joint < 0:
                return path[: whole_before(path, tokens[self._max_tokens], 0)].rstrip()
            path = path[joint + len(JOINT) :]
        return path
