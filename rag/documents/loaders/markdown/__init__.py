"""Markdown: ``front`` reads what stands above a page, ``dialects`` turns what site generators add to
the language into text, ``document`` renders the page and reads it as HTML is read."""

from rag.documents.loaders.markdown.document import load, load_template

__all__ = ["load", "load_template"]
