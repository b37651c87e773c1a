"""The HTTP API of the page, and of whoever likes it: a module a resource."""

from __future__ import annotations

from rag.serve.api import (
    asking,
    conversations,
    documents,
    feedback,
    pages,
    reports,
    sessions,
    uploads,
    usage,
)

RESOURCES = (sessions, asking, documents, pages, uploads, conversations, feedback, reports, usage)
"""Each has a ``router``."""
