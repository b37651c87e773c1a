"""Addresses of files and folders on a network, as texts: ``s3://bucket/handbook``, ``https://host/docs/``."""

from __future__ import annotations

import re
from urllib.parse import quote

from rag.errors import FolderError


def is_address(text: str) -> bool:
    """Whether a text is an address on a network, and not the path of a file.

    >>> is_address("s3://bucket/handbook"), is_address("data/handbook"), is_address("C:/data")
    (True, False, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def address_of(root: str, name: str) -> str:
    """The address of a file by its name below a root.

    >>> address_of("s3://bucket/handbook", "it/vpn 2.md"), address_of("https://host/docs", "it/vpn 2.md")
    ('s3://bucket/handbook/it/vpn 2.md', 'https://host/docs/it/vpn%202.md')
    """
    return f"{root.rstrip('/')}/{quote(name) if is_http(root) else name}"


def checked(address: str) -> str:
    """An address that can be kept and printed.

    Raises:
        FolderError: it holds a password, or is a request.
    """
    scheme, _, rest = address.partition("://")
    authority, _, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    shown = f"{scheme.lower()}://{host}/{path}"
    if at and (":" in user or is_http(shown)):
        raise FolderError(
            f"{shown.partition('?')[0]}: a password is no part of the address of a folder, which is kept in the index: "
            "give it by the environment (docs/remote-folders.md)."
        )
    if is_http(shown) and set("?#") & {*rest}:
        raise FolderError(f"{shown.partition('?')[0]}: leave out what follows the path (? or #).")
    return f"{scheme.lower()}://{rest}"


def is_http(address: str) -> bool:
    """Whether an address is of a web server."""
    return address.startswith(("http://", "https://"))
