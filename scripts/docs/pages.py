"""What a page of the documentation holds, and whether that is what was printed."""

from __future__ import annotations

import doctest
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
RUN = ("console", "pycon", "python")
SHOWN = ("text", "sh")
ELISION = "[...]"


@dataclass(frozen=True)
class Block:
    """A fenced block: ``line`` is that of its first line in the page, from 0; ``indent`` its own."""

    page: Path
    line: int
    language: str
    file: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line + 1}"

    @property
    def needs(self) -> str:
        """What it cannot be run without, as the page says it; "" where it can be run."""
        found = re.match(r"# Needs (.+)", self.text)
        return found[1] if found else ""


@dataclass(frozen=True)
class Step:
    """A command or statement, and what the page says that it prints."""

    source: str
    expected: str
    line: int  # of ``expected``, in the block, from 0
    lines: int  # how many it has there


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    lines = page.read_text("utf-8").splitlines()
    number = 0
    while number < len(lines):
        opened = re.match(r"```(\w*) ?(\S*)", lines[number])
        number += 1
        if opened is None:
            continue
        begin = number
        while not lines[number].startswith("```"):
            number += 1
        text = "".join(f"{line}\n" for line in lines[begin:number])
        found.append(Block(page, begin, opened[1], opened[2], text))
        number += 1
    return found


def steps(block: Block) -> list[Step]:
    """The commands of a console block, or the statements of a Python session."""
    if block.language == "pycon":
        return [
            Step(e.source, e.want, e.lineno + e.source.count("\n"), e.want.count("\n"))
            for e in doctest.DocTestParser().get_examples(block.text)
        ]
    lines = block.text.splitlines()
    found, number = [], 0
    while number < len(lines):
        source = lines[number]
        number += 1
        if not source.startswith("$ "):
            continue
        while source.endswith("\\"):
            source = source[:-1] + lines[number].strip()
            number += 1
        begin = number
        while number < len(lines) and not lines[number].startswith("$ "):
            number += 1
        end = number
        while end > begin and not lines[end - 1].strip():
            end -= 1
        expected = "".join(f"{line}\n" for line in lines[begin:end])
        found.append(Step(source[2:], expected, begin, end - begin))
    return found


def builds(page: Path) -> bool:
    """Whether a page builds indexes/demo itself."""
    commands = (
        s.source for b in blocks(page) if b.language == "console" and not b.needs for s in steps(b)
    )
    return next(commands, "").startswith("rag index data")


def same(expected: str, actual: str) -> bool:
    """Whether a page shows what was printed, but for times, sizes, dates and a last decimal.

    Times differ from run to run. Confidence and scores differ in the second decimal from
    processor to processor, as the precision does that is picked for it.
    """
    parts = re.split(r"^\[\.\.\.\]\n", expected, flags=re.MULTILINE)
    pattern, given = [_plain(part) for part in parts], _plain(actual)
    if len(pattern) == 1:
        return _alike(pattern[0], given)
    at = 0
    for number, part in enumerate(pattern):
        ends = range(len(given) - len(part), len(given) - len(part) + 1)
        places = (
            range(1)
            if not number
            else ends
            if number == len(pattern) - 1
            else range(at, len(given))
        )
        found = next(
            (p for p in places if p >= at and _alike(part, given[p : p + len(part)])), None
        )
        if found is None:
            return False
        at = found + len(part)
    return True


def _plain(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        line = re.sub(r"\d+ min \d\d s|\d+(\.\d+)? m?s\b", "TIME", line)
        line = re.sub(r" \(\d+/s\)", "", line)
        line = re.sub(r"[\d.,]+ MB", "SIZE", line)
        line = re.sub(r"\d{1,3}(,\d{3})+", "COUNT", line)  # of tokens
        line = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?(?!\w)", "DATE", line)
        if re.match(r"\s*(ms, |latency/)", line):
            line = re.sub(r"[\d.,]+( (ms|–|better|worse))?", "", line)
        if words := " ".join(line.split()):
            lines.append(words)
    return lines


_DECIMAL = re.compile(r"\d+\.\d+")


def _alike(expected: list[str], actual: list[str]) -> bool:
    if len(expected) != len(actual):
        return False
    for a, b in zip(expected, actual, strict=True):
        if _DECIMAL.sub("#", a) != _DECIMAL.sub("#", b):
            return False
        pairs = zip(_DECIMAL.findall(a), _DECIMAL.findall(b), strict=True)
        if any(abs(float(x) - float(y)) > 0.05 for x, y in pairs):
            return False
    return True
