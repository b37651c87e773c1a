"""What secrets and personal data look like; find them, and put labels in their places."""

from rag.privacy.finding import find, redacted
from rag.privacy.found import KINDS, LABELS, VERSION, WHAT, Found, Kind, What

__all__ = ["KINDS", "LABELS", "VERSION", "WHAT", "Found", "Kind", "What", "find", "redacted"]
