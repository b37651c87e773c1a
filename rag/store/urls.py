"""A server's address taken apart, so that no part of a password is taken for anything else, and shown."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from rag.errors import SettingsError

FORM = "scheme://user:password@host:port/name"
_HOST = r"(?:\[[^\]@]*\]|[^@:,\[\]]*)(?::\d*)?"
_PLACE = re.compile(rf"(?:[^@:]*(?::[^@:]*)?@)?{_HOST}(?:,{_HOST})*")  # who asks, at which hosts


def taken_apart(address: str, form: str) -> SplitResult:
    """A server's address in its parts, if there is one way alone to read it. ``form`` is what one looks like.

    Raises:
        SettingsError: a sign that has a meaning stands as it is where a password may be. What is quoted of the address is nothing.

    >>> taken_apart("postgresql://ann:secret@db/wiki?index=a", FORM).netloc
    'ann:secret@db'
    """
    try:
        parts = urlsplit(address)
        beyond = f"{parts.path}{parts.query}{parts.fragment}"
        if _PLACE.fullmatch(parts.netloc) and "@" not in beyond and "#" not in address:
            return parts
    except ValueError:
        pass
    raise SettingsError(
        f"The address of the server cannot be read. It is {form}, where : / @ ? # % in a password are written as %3A %2F "
        "%40 %3F %23 %25."
    ) from None
