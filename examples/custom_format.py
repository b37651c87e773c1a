"""A format of one's own, with headings between "==": python examples/custom_format.py FOLDER INDEX

The loader is named, not passed: files are parsed in processes of their own, which import it by that
name. So it stands in a module that can be imported; here, this file.
"""

from __future__ import annotations

import sys

from rag import Document, Format, Index, register_format
from rag.documents.source import Source
from rag.documents.writer import Writer


def load(source: Source) -> Document:
    writer = Writer()
    for line in source.data.decode("utf-8").splitlines():
        if line.startswith("=="):
            writer.heading(2, line.strip("= "))
        else:
            writer.paragraph(line)
    return writer.document("minutes")


def main(folder: str, path: str) -> None:
    register_format(Format("minutes", 1, (".minutes",), "custom_format:load"))
    index = Index.build(folder, path)
    for source in index.sources():
        print(source, [heading.title for heading in index.document_of(source).headings])


if __name__ == "__main__":
    main(*sys.argv[1:])
