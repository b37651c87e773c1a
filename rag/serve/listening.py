"""The socket that a server listens at: what cannot be had is said before anything is loaded."""

from __future__ import annotations

import errno
import os
import socket

from rag.errors import SettingsError

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address of this machine; port 0 is any that is free.

    Raises:
        SettingsError: it is no address of this machine, or the port is taken or not to be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise SettingsError(_no_address(host)) from None
    family, kind, _, _, address = found[0]
    listening = socket.socket(family, kind)
    try:
        if os.name == "posix":  # elsewhere it would share the port with whoever has it
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        said = {
            errno.EADDRINUSE: f"Port {port} of {host} is taken, perhaps by another rag serve. "
            "Choose another with --port; --port 0 takes one that is free.",
            errno.EACCES: f"Port {port} may not be used by you. Choose one from 1024 on with --port.",
            errno.EADDRNOTAVAIL: _no_address(host),
        }
        known = said.get(error.errno or 0, f"{host}, port {port}: {error.strerror}.")
        raise SettingsError(known) from None
    return listening


def address_of(host: str, port: int) -> str:
    """As a browser is told to go there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def _no_address(host: str) -> str:
    return (
        f"{host} is not an address of this machine. --host 127.0.0.1 is for this machine alone, "
        "0.0.0.0 for all that reach it."
    )
