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
    usage,
)

RESOURCES = (sessions, asking, documents, pages, conversations, feedback, reports, usage)
"""Each has a ``router``."""
