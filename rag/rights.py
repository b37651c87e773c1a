"""Who may read which file: rules that the owner of an index keeps in a TOML file of their own.

    default = []                  # who may read a file that no rule reaches: nobody, if this is left out

    [[rule]]
    glob = "*"
    groups = ["staff"]

    [[rule]]
    folder = "hr"
    groups = ["hr"]

    [[rule]]
    folder = "hr/public"
    groups = ["everyone"]

**The last rule that reaches a file decides, alone**, as in ``.gitignore``: what holds in general stands above, exceptions
below. Everyone is in the group "everyone".

The folder that is indexed is not trusted: no rule is ever looked for in it, and what a document says of itself (its front
matter, its fields) counts only where a rule names that field.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import SettingsError, in_words

EVERYONE = "everyone"
"""The group that everyone is in."""

MAX_FILE = 1_000_000
"""Bytes that a file of rules may have."""

_KEYS = ("glob", "folder", "field", "value", "groups")
_BETWEEN = re.compile(r"[,;]")  # groups that a document names


@dataclass(frozen=True, slots=True)
class Rule:
    """Files, by what they are called or say of themselves, and the groups that may read them. All that is given
    must hold:

    glob: of a file's name as hits show it; ``*`` is any text, also with "/" in it.
    folder: the files in it and below.
    field: what a document says of itself under this name: of its front matter, or as a filter names it. Without
    ``value``, it names groups, of which those count that are in ``groups``, too.
    value: a glob of what the field says, in upper or lower case.

    What a file says that could not be read, nobody knows (None): where a rule by a field may reach it, nobody may read it.
    """

    groups: frozenset[str]
    glob: str = ""
    folder: str = ""
    field: str = ""
    value: str = ""

    def reaches(self, name: str, fields: Mapping[str, str] | None) -> bool:
        """Whether it is about a file of that name, whose document says this of itself."""
        if self.folder and not name.startswith(f"{self.folder}/"):
            return False
        if self.glob and name != self.glob and not _pattern(self.glob).match(name):
            return False
        if not self.field or fields is None:
            return True
        said = _said(fields, self.field)
        return bool(said) and (not self.value or bool(_pattern(self.value).match(said)))

    def readers(self, fields: Mapping[str, str] | None) -> frozenset[str]:
        """The groups that may read a file that it reaches."""
        if self.field and fields is None:
            return frozenset()
        if not self.field or self.value:
            return self.groups
        named = {one.strip() for one in _BETWEEN.split(_said(fields or {}, self.field))}
        return frozenset(group for group in self.groups if group.casefold() in named)

    def __str__(self) -> str:
        """As it is written, less its groups."""
        found = ((key, getattr(self, key)) for key in _KEYS if key != "groups")
        return ", ".join(f'{key} = "{value}"' for key, value in found if value)


@dataclass(frozen=True, slots=True)
class Rights:
    """Rules, in the order of their file: the last one that reaches a file decides; of one that none reaches, the
    ``default``.

    >>> rights = Rights((Rule(frozenset(["staff"]), glob="*"), Rule(frozenset(["hr"]), folder="hr")))
    >>> rights.readers("hr/pay.md", {}), rights.for_groups(["hr"])("hr/pay.md", {})
    (frozenset({'hr'}), True)
    >>> rights.for_groups(["staff"])("hr/pay.md", {}), rights.for_groups(["staff"])("tea.md", {})
    (False, True)
    """

    rules: tuple[Rule, ...] = ()
    default: frozenset[str] = frozenset()

    @classmethod
    def load(cls, path: str | Path, *, outside: Iterable[str | Path] = ()) -> Rights:
        """The rules in a TOML file; see :mod:`rag.rights`. It must not lie in one of the folders ``outside``: who may
        add a document there could change it.

        Raises:
            SettingsError: it cannot be read, or a rule in it cannot be used; which one, and what to do.
        """
        path = Path(path)
        for folder in outside:
            if path.resolve().is_relative_to(Path(folder).resolve()):
                raise SettingsError(
                    f"{path}: lies in the folder that is indexed, {folder}, where those who may add documents "
                    "could change it. Move it elsewhere."
                )
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE + 1)
            if len(data) > MAX_FILE:
                raise SettingsError(f"{path}: has more than {MAX_FILE:,} bytes; use fewer rules.")
            found = tomllib.loads(data.decode("utf-8"))
        except OSError as error:
            raise SettingsError(in_words(error, path)) from None
        except UnicodeDecodeError:
            raise SettingsError(f"{path}: is not UTF-8; save it as that.") from None
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path}: is no TOML: {error}.") from None
        return _rights(str(path), found)

    def deciding(self, name: str, fields: Mapping[str, str] | None) -> int | None:
        """The number of the rule that decides who may read a file, from 0; None if none reaches it."""
        name = unicodedata.normalize("NFC", name)
        reaching = (
            i for i in reversed(range(len(self.rules))) if self.rules[i].reaches(name, fields)
        )
        return next(reaching, None)

    def readers(self, name: str, fields: Mapping[str, str] | None) -> frozenset[str]:
        """The groups that may read a file of this name, whose document says this of itself (None: it could not be
        read)."""
        number = self.deciding(name, fields)
        return self.default if number is None else self.rules[number].readers(fields)

    def groups(self) -> frozenset[str]:
        """All groups that are named."""
        return self.default.union(*(rule.groups for rule in self.rules))

    def for_groups(self, groups: Iterable[str]) -> MayRead:
        """What those who are in these groups may read, and in "everyone" in any case."""
        return MayRead(self, frozenset((EVERYONE, *groups)))


@dataclass(frozen=True, slots=True)
class MayRead:
    """Which files the members of some groups may read: a value, equal to another of the same rules and groups."""

    rights: Rights
    members: frozenset[str]

    def __call__(self, name: str, fields: Mapping[str, str] | None) -> bool:
        """Whether they may read a file of that name, whose document says this of itself (None: it could not be read)."""
        return not self.members.isdisjoint(self.rights.readers(name, fields))


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def _said(fields: Mapping[str, str], field: str) -> str:
    return unicodedata.normalize("NFC", str(fields.get(field) or "")).strip().casefold()


def _rights(path: str, found: Mapping[str, Any]) -> Rights:
    for key in found:
        if key not in ("rule", "default"):
            raise SettingsError(
                f'{path}: knows "default" and [[rule]], not "{key}". Put it into a [[rule]], or leave it out.'
            )
    rules = found.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise SettingsError(f"{path}: write each rule below a line [[rule]], in two brackets.")
    made = tuple(_rule(f"{path}, rule {n}", rule) for n, rule in enumerate(rules, start=1))
    return Rights(made, _groups(f"{path}, default", found.get("default", [])))


def _rule(where: str, found: Mapping[str, Any]) -> Rule:
    for key, value in found.items():
        if key not in _KEYS:
            raise SettingsError(f'{where}: knows {", ".join(_KEYS)}, not "{key}".')
        if key != "groups" and (not isinstance(value, str) or not value.strip()):
            raise SettingsError(f'{where}: {key} must be a text that is not empty, such as "hr".')
    if "groups" not in found:
        raise SettingsError(f'{where}: say who may read it: groups = ["hr"]; [] is nobody.')
    if not {"glob", "folder", "field"} & found.keys():
        raise SettingsError(
            f'{where}: say which files it is about by glob, folder or field; glob = "*" are all.'
        )
    if "value" in found and "field" not in found:
        raise SettingsError(f'{where}: value is what a field says; name it: field = "audience".')
    texts = {key: unicodedata.normalize("NFC", found[key]) for key in _KEYS[:4] if key in found}
    for key in ("glob", "folder"):
        if re.match(r"\.{0,2}/|\.{1,2}$|[A-Za-z]:|.*\\", texts.get(key, "")):
            raise SettingsError(
                f'{where}: {key} = "{texts[key]}" is no name as rag status shows it: write it from the indexed '
                'folder on, with "/", as in "hr/contracts".'
            )
    if "folder" in texts:
        texts["folder"] = texts["folder"].rstrip("/")
    for key in ("field", "value"):
        if key in texts:
            texts[key] = texts[key].strip().casefold()
    return Rule(_groups(where, found["groups"]), **texts)


def _groups(where: str, found: Any) -> frozenset[str]:
    if not isinstance(found, list) or not all(
        isinstance(one, str) and one.strip() for one in found
    ):
        raise SettingsError(f'{where}: groups are a list of names, such as ["hr", "board"].')
    return frozenset(one.strip() for one in found)
