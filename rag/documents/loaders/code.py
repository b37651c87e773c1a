"""Source code and configuration: the text as it is, definitions as headings."""

from __future__ import annotations

import re

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.writer import Writer

# A line that opens a definition in the languages people index; what follows it is its body.
_DEFINITION = re.compile(
    r"^(?P<indent>[ \t]*)(?:export |default |public |private |protected |static |abstract |final |"
    r"async |pub(?:\([a-z]+\))? |unsafe |virtual |inline |override )*"
    r"(?:def|class|function|func|fn|interface|struct|enum|trait|impl|type|module|namespace|"
    r"object|record|protocol|CREATE (?:TABLE|VIEW|FUNCTION|PROCEDURE))[ \t]+"
    r"(?P<name>[^\s({:;=<][^({:;=\n]*)",
    re.MULTILINE,
)


_ESCAPE = re.compile(r"(?<!\\)\\u([0-9a-fA-F]{4})")


def load(source: Source) -> Document:
    """The text as it is, its definitions as headings: a function in a class below the class."""
    writer = Writer()
    said = source.text()
    if source.suffix == ".properties":  # Java's, in which letters beyond Latin-1 are escapes
        said = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), said)
    text = writer.verbatim(said, code=True)
    for found in _DEFINITION.finditer(text):
        level = 2 + len(found["indent"].expandtabs(4)) // 4
        start = found.end("indent")
        writer.mark_heading(level, start, found.end(), found["name"].strip())
    return writer.document("code", title=source.name.rpartition("/")[2])
