"""OpenDocument (ODT, ODS, ODP, ODG, their templates and flat forms): ``styles`` says what is a
heading, a number, hidden; ``blocks`` walks text and slides, ``sheets`` spreadsheets, ``document``
puts them together."""

from rag.documents.loaders.opendocument.document import load

__all__ = ["load"]
