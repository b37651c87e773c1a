"""Settings of a server, a frozen dataclass a table of ``serve.toml``: what each is and may be stands in its field, and
is checked, and shown in the documentation, from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, field, fields
from pathlib import Path
from typing import Any, TypeVar

from rag.codec import DecodeError, from_builtins
from rag.errors import SettingsError

T = TypeVar("T")


def setting(default: Any, about: str, low: float | None = None, high: float | None = None) -> Any:
    """A field: its default (MISSING, where there is none), what it is, and the numbers that it may be."""
    metadata = {"about": about, "range": None if low is None else (low, high)}
    return field(default=default, metadata=metadata)


def named(about: str) -> Any:
    """A field that holds tables by a name of their own; none, unless some are given."""
    return field(default_factory=dict, metadata={"about": about})


class Checked:
    """A table whose numbers are held to what they may be when one is made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """
        Raises:
            SettingsError: one is out of range.
        """
        for one in fields(self):  # type: ignore[arg-type]
            value, bounds = getattr(self, one.name), one.metadata.get("range")
            if bounds is None or value is None:
                continue
            low, high = bounds
            if not low <= value or (high is not None and value > high):
                wanted = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
                raise SettingsError(f"{one.name} is {value:g}; it must be {wanted}.")


def table_of(
    file: Path, table: str, values: Any, kind: type[T], named_kind: type[Any] | None = None
) -> T:
    """The value of type ``kind`` that a table of a file is. ``named_kind`` is that of the tables in its ``keys``.

    Raises:
        SettingsError: it is no table, names what there is not, or a value cannot be used.
    """
    if not isinstance(values, Mapping):
        raise SettingsError(f"{file}: [{table}] must be a table.")
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    for name in values.keys() - known:
        raise SettingsError(
            f"{file}: {name} is not a setting of [{table}]; there are {', '.join(sorted(known))}."
        )
    for name in sorted(required(kind) - values.keys()):
        raise SettingsError(f"{file}: [{table}] needs {name}.")
    inner = {}
    if named_kind is not None and "keys" in values:
        inner = {"keys": tables_of(file, f"{table}.keys", values["keys"], named_kind)}
    plain = {name: value for name, value in values.items() if name not in inner}
    try:
        return kind(**{**_plain(plain, kind), **inner})
    except DecodeError as error:
        raise SettingsError(f"{file}: [{table}]: {error}.") from None
    except SettingsError as error:
        raise SettingsError(f"{file}: [{table}]: {error}") from None


def tables_of(file: Path, table: str, values: Any, kind: type[T]) -> dict[str, T]:
    """The tables in a table, by name.

    Raises:
        SettingsError: as :func:`table_of`.
    """
    if not isinstance(values, Mapping):
        raise SettingsError(f"{file}: [{table}] must hold tables, as [{table}.NAME].")
    return {name: table_of(file, f"{table}.{name}", one, kind) for name, one in values.items()}


def required(kind: type[Any]) -> set[str]:
    """The settings that have no default."""
    return {
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    }


def _plain(values: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """The values, as their fields' types have them."""
    made = from_builtins(dict(values), kind)
    return {name: getattr(made, name) for name in values}
