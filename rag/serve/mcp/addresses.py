"""Documents as resources have addresses: ``rag://INDEX/SOURCE``."""

from __future__ import annotations

from urllib.parse import quote, unquote

SCHEME = "rag://"
TEMPLATE = f"{SCHEME}{{index}}/{{+source}}"


def address(index: str, source: str) -> str:
    """A document's, by its index and its name.

    >>> address("demo", "hr/leave and pay.md")
    'rag://demo/hr/leave%20and%20pay.md'
    """
    return f"{SCHEME}{quote(index, safe='')}/{quote(source)}"


def meant_by(uri: str) -> tuple[str, str]:
    """The index and the name of a document; two empty ones where it is no such address.

    >>> meant_by("rag://demo/hr/leave%20and%20pay.md")
    ('demo', 'hr/leave and pay.md')
    """
    scheme, _, rest = uri.partition("://")
    index, _, source = rest.partition("/")
    known = f"{scheme}://" == SCHEME and index and source
    return (unquote(index), unquote(source)) if known else ("", "")
