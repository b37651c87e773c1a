"""The audit: who asked what, and what was answered from which passages."""

from rag.serve.audit.files import AuditFiles, append, files_of, folder_of
from rag.serve.audit.line import Kept, Line, Outcome, Read
from rag.serve.audit.places import lines_of, note, rewrite
from rag.serve.audit.table import AuditTable
from rag.serve.audit.writing import Audit

__all__ = [
    "Audit",
    "AuditFiles",
    "AuditTable",
    "Kept",
    "Line",
    "Outcome",
    "Read",
    "append",
    "files_of",
    "folder_of",
    "lines_of",
    "note",
    "rewrite",
]
