"""What is written to the audit and to the log holds no secret and no personal data."""

from __future__ import annotations

import re

# Until the patterns of rag.privacy are there: what is plainly a secret.
_SECRETS = re.compile(r"\b(?:rag|sk|ghp|xox[abp])[-_][\w-]{16,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")


def scrubbed(text: str) -> str:
    """A text without what looks like a secret or like personal data."""
    return _SECRETS.sub("[secret]", text)
