"""Types of arguments and options: what cannot be meant is refused before anything runs."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import click

from rag.documents.addresses import is_address
from rag.store.addresses import is_server


class _Text(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.2
    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            self.fail("it is empty.", param, ctx)
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.fail("it is not valid UTF-8.", param, ctx)
        return str(value)


class _Place(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.2
    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        text = os.fspath(value)
        if not text:
            self.fail('it is empty. Name a folder or file; the working folder is ".".', param, ctx)
        try:
            if b"\0" not in os.fsencode(text):
                return Path(text)
        except UnicodeEncodeError:
            pass
        self.fail("no file can have this name.", param, ctx)


class _Address(_Place):
    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if is_server(value):
            return TEXT.convert(value, param, ctx)
        return super().convert(value, param, ctx)


class Number(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.2
    """A number that is one: not "nan", not infinite, and from ``low`` to ``high``."""

    def __init__(
        self, low: float = -math.inf, high: float = math.inf, *, whole: bool = False
    ) -> None:
        self.low, self.high = low, high
        self.digits = click.INT if whole else click.FLOAT
        self.name = self.digits.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number that ``value`` is, in digits or already."""
        number = self.digits.convert(value, param, ctx)
        if not self.low <= number <= self.high or number in (-math.inf, math.inf):
            ends = ((self.low, "at least"), (self.high, "at most"))
            bounds = " and ".join(f"{words} {end:g}" for end, words in ends if math.isfinite(end))
            self.fail(f"{value} is not a number{bounds and ' of ' + bounds}.", param, ctx)
        return number


class _Folder(_Place):
    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if is_address(os.fspath(value)):
            return TEXT.convert(value, param, ctx)
        return super().convert(value, param, ctx)


TEXT = _Text()
"""A text that is not empty, and valid Unicode: arguments that are not UTF-8 come as surrogates."""
PLACE = _Place()
"""A path. An empty one would mean the working folder, which nobody has named."""
ADDRESS = _Address()
"""Where an index is kept: a path, or the URL of a server, a text."""
FOLDER = _Folder()
"""A path, or the address of a folder on a network."""
COUNT = Number(1, 10_000, whole=True)
"""How many of something."""
