"""Front matter: what stands above a Markdown page between lines of --- (YAML) or +++ (TOML)."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

from rag.documents.text import one_line

LONGEST_FRONT = 50_000  # characters of front matter that are read; people write some hundred
_FIELD = re.compile(r"([A-Za-z][\w -]{0,40})\s*[:=](?=\s|$)[ \t]*(.*)$")
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_YAML = re.compile(
    r"\ufeff?---[ \t]*(?:json|yaml)?[ \t]*\n(.*?)\n?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL
)


def divided(text: str, notes: list[str]) -> tuple[dict[str, str], str]:
    """The fields of the front matter, and the page below it. What cannot be read costs a note, and
    not the text."""
    found = _YAML.match(text) or _TOML.match(text)
    if not found:
        return {}, text
    try:
        fields = _fields(found[1]) if found.re is _YAML else _toml(found[1])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        lines = [line for line in found[1].split("\n") if line.strip()]
        if not any(map(_FIELD.match, lines)):
            return {}, text  # a letter between rules
        notes.append(f"its front matter is not used: {one_line(str(error))[:200]}")
        fields = _simple(lines) if len(found[1]) <= LONGEST_FRONT else {}
    if not fields and not any(map(_FIELD.match, found[1].split("\n"))):
        return {}, text if found[1].strip() else text[found.end() :]
    return fields, text[found.end() :]


def lists(text: str) -> dict[str, list[Any]]:
    """The lists of the front matter, for what loops over them."""
    found = _YAML.match(text)
    try:
        loaded = yaml.load(found[1], _Front) if found and len(found[1]) <= LONGEST_FRONT else {}  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    pairs = loaded.items() if isinstance(loaded, dict) else ()
    return {str(name): value for name, value in pairs if isinstance(value, list)}


def _simple(lines: list[str]) -> dict[str, str]:
    """The fields that stand in one line each, of front matter that is not valid."""
    found = (m for line in lines if (m := _FIELD.match(line)))
    return {m[1].lower(): m[2].strip().strip("'\"") for m in found if m[2].strip()}


def _toml(front: str) -> dict[str, str]:
    if len(front) > LONGEST_FRONT:
        raise ValueError(f"it has more than {LONGEST_FRONT:,} characters")
    return _flat(tomllib.loads(front))


def _fields(front: str) -> dict[str, str]:
    if len(front) > LONGEST_FRONT:
        raise ValueError(f"it has more than {LONGEST_FRONT:,} characters")
    # _Front is yaml's safe loader: it makes plain values, and no objects.
    loaded = yaml.load(front, _Front)  # noqa: S506
    return _flat(loaded) if isinstance(loaded, dict) else {}


def _flat(loaded: dict[Any, Any]) -> dict[str, str]:
    """The fields as texts: those of a table by its name and theirs, "params.contact", lists joined."""
    found: dict[str, str] = {}
    for key, value in loaded.items():
        name = str(key).lower()
        if isinstance(value, dict) and value:
            inner = {k: v for k, v in value.items() if not isinstance(v, dict | list)}
            found.update((f"{name}.{str(k).lower()}", str(v)) for k, v in inner.items())
            if len(inner) < len(value):
                found[name] = str({k: v for k, v in value.items() if k not in inner})
        elif isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
            found[name] = ", ".join(map(str, value))
        elif value is not None:
            found[name] = str(value)
    return found


class _Front(yaml.SafeLoader):  # type: ignore[misc]
    """YAML's plain values; a field whose value is none of its type stays as it is written."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            # A few lines of them are gigabytes when they are written out.
            raise yaml.YAMLError("it refers to its own parts (*name)")
        return super().compose_node(parent, index)


def _as_written(tag: str) -> Any:
    construct = yaml.SafeLoader.yaml_constructors[tag]

    def value(loader: Any, node: Any) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError):
            return getattr(node, "value", "")  # 2024-02-30, or a number of 5,000 digits

    return value


for _kind in ("timestamp", "int", "float", "bool", "binary"):
    _TAG = f"tag:yaml.org,2002:{_kind}"
    _Front.add_constructor(_TAG, _as_written(_TAG))
