"""The log: lines on standard error, as JSON or for a person, each with the id of the request that it is about.

Above debug no line holds a question, a path of the owner's, a key or words of a document: what is logged are names
of things and numbers, every text is scrubbed, of paths the last part is left, and of an error its class and the places in
the code, without its message, which may quote anything; unless it is one of ours, which says what to do. What libraries log is not known to keep to that, and is shown at debug alone.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from rag.serve.config import LogSettings
from rag.serve.current import current_id
from rag.serve.scrubbing import scrubbed

_INSTALLED = Path(__file__).parents[2]

_PATH = re.compile(r"(?<![\w:/.<])/(?:[^/\s:,\"']+/)+")
"""The folders before a file's name, as errors have them."""

Event = MutableMapping[str, Any]


def configure(settings: LogSettings) -> None:
    """Log as ``settings`` say from here on, in this process."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    debug = level <= logging.DEBUG
    for_people = settings.format == "console" or (
        settings.format == "auto" and sys.stderr is not None and sys.stderr.isatty()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _with_request,
            structlog.processors.format_exc_info if debug else _places_of_error,
            _scrub,
            structlog.dev.ConsoleRenderer(colors=False)
            if for_people
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Stderr(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Libraries)]:
        root.removeHandler(old)
    root.addHandler(_Libraries(level))
    root.setLevel(level)


class _Stderr:
    """A line a write, so that lines of several processes do not get into each other."""

    def msg(self, line: str) -> None:
        os.write(2, f"{line}\n".encode(errors="backslashreplace"))

    debug = info = warning = error = critical = msg


class _Libraries(logging.Handler):
    """What is logged by the standard library's means: that of this package, and at debug all."""

    def emit(self, record: logging.LogRecord) -> None:
        if self.level <= logging.DEBUG or record.name.partition(".")[0] == "rag":
            said = structlog.get_logger()
            exc_info = {"exc_info": record.exc_info} if record.exc_info else {}
            said.log(record.levelno, record.getMessage(), logger=record.name, **exc_info)


def _with_request(_logger: Any, _method: str, event: Event) -> Event:
    if identity := current_id():
        event.setdefault("request", identity)
    return event


def _places_of_error(_logger: Any, _method: str, event: Event) -> Event:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["at"] = [
            f"{_shown(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def _shown(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(_INSTALLED):
        return path.relative_to(_INSTALLED).as_posix()
    return "/".join(path.parts[-2:])


def _scrub(_logger: Any, _method: str, event: Event) -> Event:
    for name, value in event.items():
        if isinstance(value, str) and name not in ("timestamp", "request", "level", "route"):
            event[name] = scrubbed(value if name == "exception" else _PATH.sub("", value))
    return event
