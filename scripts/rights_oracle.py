"""What must come out of rules, groups, a question and a filter, worked out by going through files one by one; and such
cases, drawn by chance. It shares no code with the package. See scripts/bench_rights.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GROUPS = ("staff", "hr", "legal", "board")
FOLDERS = ("", "a/", "a/b/", "a/b c/", "d/", "hr/", "hr/old/", "x[1]/")
TYPES = {".md": "markdown", ".txt": "text", ".csv": "csv", ".py": "code", ".docx": "docx"}


@dataclass(frozen=True)
class File:
    """A file of the folder, as it was written."""

    name: str
    text: str
    words: frozenset[str]  # of its text
    says: Mapping[str, str] = field(default_factory=dict)  # its front matter
    readable: bool = True

    @property
    def type(self) -> str:
        return TYPES[Path(self.name).suffix]

    @property
    def called(self) -> frozenset[str]:
        """The words of its name."""
        return frozenset(re.findall(r"[a-z]+", self.name))


@dataclass(frozen=True)
class Case:
    """What is asked, by whom, under which rules."""

    rules: tuple[Mapping[str, Any], ...]
    default: tuple[str, ...]
    groups: tuple[str, ...]
    question: str
    where: Mapping[str, str | list[str]]
    k: int


# The folder -------------------------------------------------------------------------------------


def vocabulary(rng: random.Random, count: int) -> list[str]:
    """Made-up words that no stemmer shortens and no dictionary has."""
    made: set[str] = set()
    while len(made) < count:
        made.add("".join(rng.choice("bdfgklmnprtvz") + rng.choice("aou") for _ in range(4)))
    return sorted(made)


def files(rng: random.Random, words: Sequence[str], count: int = 60) -> list[File]:
    """Files of all folders and types; some are copies of others under other names, some cannot be read."""
    made: list[File] = []
    for number in range(count):
        suffix = rng.choice([".md", ".md", ".txt", ".csv", ".py"])
        folder, own = rng.choice(FOLDERS), rng.sample(list(words), 12)
        name = f"{folder}{rng.choice(list(words))}-{number}{suffix}"
        copied = [one for one in made if one.readable and one.type == TYPES[suffix]]
        if copied and rng.random() < 0.3:
            other = rng.choice(copied)
            made.append(File(name, other.text, other.words, other.says))
            continue
        says: dict[str, str] = {}
        if suffix == ".md":
            if rng.random() < 0.6:
                says["audience"] = ", ".join(rng.sample([*GROUPS, "guests"], rng.randint(1, 3)))
            if rng.random() < 0.4:
                says["level"] = rng.choice(["open", "Closed", "closed 2"])
            if rng.random() < 0.5:
                says["date"] = f"20{rng.randint(20, 25)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
            front = "".join(f"{key}: {value}\n" for key, value in says.items())
            head = f"---\n{front}---\n" if says else ""
            text = f"{head}# {own[0]}\n\n{' '.join(own[1:6])}.\n\n## {own[6]}\n\n{' '.join(own[7:])}.\n"
        elif suffix == ".csv":
            text = f"{own[0]},{own[1]}\n" + "".join(
                f"{own[i]},{own[i + 1]}\n" for i in range(2, 12, 2)
            )
        elif suffix == ".py":
            text = f"{own[0]} = 1\n" + "\n".join(f"# {word}" for word in own[1:]) + "\n"
        else:
            text = f"{' '.join(own[:6])}.\n\n{' '.join(own[6:])}.\n"
        made.append(File(name, text, frozenset(own), says))
    broken = [
        File(f"{folder}broken{n}.docx", "none", frozenset(), {}, False)
        for n, folder in enumerate(FOLDERS)
    ]
    return [*made, *broken]


def write(folder: Path, made: Sequence[File]) -> None:
    """The files, on disk."""
    for one in made:
        path = folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, "utf-8")


# The cases --------------------------------------------------------------------------------------


def cases(rng: random.Random, made: Sequence[File], words: Sequence[str]) -> Iterator[Case]:
    """Without an end."""
    names = [one.name for one in made]

    def glob() -> str:
        name = rng.choice(names)
        return rng.choice(
            ["*", "*.md", "*.csv", "a/*", "hr/*.txt", f"{name[:4]}*", f"*{name[-5:]}", "?/*", name]
        )

    def groups(most: int) -> list[str]:
        return rng.sample([*GROUPS, "everyone"], rng.randint(0, most))

    def rule() -> dict[str, Any]:
        found: dict[str, Any] = {"groups": groups(4)}
        kind = rng.random()
        if kind < 0.4:
            found["folder"] = rng.choice([f.rstrip("/") for f in FOLDERS if f])
        elif kind < 0.75:
            found["glob"] = glob()
        if kind >= 0.75 or rng.random() < 0.15:
            found["field"] = rng.choice(["audience", "Level", "level", "type", "nothing"])
            if found["field"] != "audience":
                found["value"] = rng.choice(["closed*", "OPEN", "*", "code", "m*"])
        return found

    def where() -> dict[str, str | list[str]]:
        kind = rng.random()
        if kind < 0.4:
            return {}
        found: dict[str, str | list[str]] = {}
        if kind < 0.7:
            found["source"] = [glob(), glob()] if rng.random() < 0.3 else glob()
        if rng.random() < 0.3:
            found["type"] = rng.choice(list(TYPES.values())[:4])
        if rng.random() < 0.3:
            found["audience"] = rng.choice(["*hr*", "board", "*"])
        if rng.random() < 0.2:
            found["date"] = f">=20{rng.randint(20, 26)}"
        return found

    while True:
        asked = rng.sample(list(words), rng.randint(1, 4))
        if rng.random() < 0.2:  # a word of a file's name
            asked.append(
                rng.choice([one for one in sorted(rng.choice(made).called) if len(one) > 2])
            )
        rules = tuple(rule() for _ in range(rng.randint(1, 6)))
        default = tuple(groups(2)) if rng.random() < 0.5 else ()
        yield Case(
            rules,
            default,
            tuple(rng.sample(GROUPS, rng.randint(0, 3))),
            " ".join(asked),
            where(),
            rng.choice([1, 3, 10]),
        )


def toml(case: Case) -> str:
    """The rules as an owner writes them."""
    lines = [f"default = {list(case.default)!r}"]
    for one in case.rules:
        lines += ["[[rule]]", *(f"{key} = {value!r}" for key, value in one.items())]
    return "\n".join(lines) + "\n"


# The oracle -------------------------------------------------------------------------------------


def like(text: str, glob: str) -> bool:
    """Whether a text is as a glob says; by trying."""
    if not glob:
        return not text
    if glob[0] == "*":
        return like(text, glob[1:]) or (bool(text) and like(text[1:], glob))
    return bool(text) and glob[0] in ("?", text[0]) and like(text[1:], glob[1:])


def named(name: str, glob: str) -> bool:
    """Whether a glob means a file: its brackets stand for one of what is in them, but in a file's whole name."""
    return name == glob or like(name, glob.replace("[1]", "1"))


def may_read(one: File, case: Case) -> bool:
    """Whether the rules give a file to the groups; by going through all of them."""
    says = {"type": one.type, **one.says}
    readers = set(case.default)
    for rule in case.rules:
        if "folder" in rule and one.name.split("/")[: rule["folder"].count("/") + 1] != rule[
            "folder"
        ].split("/"):
            continue
        if "folder" in rule and one.name.count("/") <= rule["folder"].count("/"):
            continue
        if "glob" in rule and not named(one.name, rule["glob"]):
            continue
        if "field" in rule:
            if not one.readable:  # what it says, nobody knows
                readers = set()
                continue
            said = says.get(rule["field"].lower(), "").lower()
            if not said or not like(said, rule.get("value", "*").lower()):
                continue
            if "value" not in rule:
                readers = set(rule["groups"]) & set(said.split(", "))
                continue
        readers = set(rule["groups"])
    return bool(readers & {"everyone", *case.groups})


def admitted(one: File, where: Mapping[str, str | list[str]]) -> bool:
    """Whether a filter admits a file."""
    says = {"type": one.type, **one.says}
    for key, given in where.items():
        choices = given if isinstance(given, list) else [given]
        if key == "source":
            fits = any(named(one.name, choice) for choice in choices)
        elif key == "date":
            fits = any(says.get("date", "") >= choice[2:] and "date" in says for choice in choices)
        else:
            fits = any(like(says.get(key, ""), choice) for choice in choices)
        if not fits:
            return False
    return True


@dataclass(frozen=True)
class Truth:
    """Of a case: the files that may be read; by document, those that the filter admits; those with a word asked for."""

    allowed: frozenset[str]
    admitted: frozenset[frozenset[str]]
    found: frozenset[frozenset[str]]
    words: frozenset[str]


def truth(case: Case, made: Sequence[File]) -> Truth:
    """What must come out. Files of one content are one document; a program is one by its name, too."""
    allowed = [one for one in made if may_read(one, case)]
    documents: dict[tuple[str, str], list[File]] = {}
    for one in allowed:
        if one.readable:
            own = Path(one.name).name if one.type == "code" else ""
            documents.setdefault((one.type + one.text, own), []).append(one)
    kept = [some for some in documents.values() if any(admitted(one, case.where) for one in some)]
    asked = set(case.question.split())
    found = [
        some for some in kept if asked & some[0].words or any(asked & one.called for one in some)
    ]

    def names(group: list[list[File]]) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(one.name for one in some) for some in group)

    words = frozenset(word for one in allowed for word in one.words | one.called)
    return Truth(frozenset(one.name for one in allowed), names(kept), names(found), words)
