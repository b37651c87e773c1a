"""Questions to grounded answers."""

from rag.answer.chain import QA

__all__ = ["QA"]
