"""What the style sheets of a page, and its elements themselves, say of how things are shown: of that the few
declarations that tell how their text is to be read. Rules for other media than the screen are not taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

MOST_LOOKED_AT = 1_000_000  # elements that are held against rules
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_NAMED = re.compile(r"[.#][\w-]+")
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_ASIDE = re.compile(r":not\([^)]*\)|\[[^\]]*\]")
_OF_STATES = re.compile(r"::|:(?:hover|focus|active|before|after|first-l|checked|target|visited)")
_SIDES = ("left", "right", "inline", "inline-start", "inline-end")
_SPACES = frozenset(f"{what}-{side}" for what in ("margin", "padding") for side in _SIDES)
_NAMES = {
    "display": "display", "text-decoration": "decoration", "text-decoration-line": "decoration",
    "font-family": "font", "font": "font", "margin": "margin", "padding": "padding",
} | dict.fromkeys(_SPACES, "space")  # fmt: skip
_TELLING = re.compile(r"display|decoration|font|margin|padding", re.IGNORECASE)
_SHORT_FONT = re.compile(r"[\d.]+(?:pt|px|r?em|%)(?:\s*/\s*\S+)?\s+(.+)")
_LENGTH = re.compile(r"(?:0*[1-9]\d*(?:\.\d+)?|0*\.\d*[1-9]\d*|0+\.\d*[1-9]\d*)[a-z]+")
_STYLED: Any = etree.XPath("descendant-or-self::*[@style]")
_NAMING: Any = etree.XPath("descendant-or-self::*[@class or @id]")
_COUNT: Any = etree.XPath("count(descendant-or-self::*)")

Weight = tuple[int, int, int, int]
"""Whether it is "important", and how specific its rule is."""


def blocks(root: etree._Element, words: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The rules (selectors, declarations) of those style sheets in a page that have one of the words, but for
    what holds on some media alone."""
    for style in root.iter("style"):
        text = style.text or ""
        if words.search(text) and (style.get("media") or "all").strip().lower() != "print":
            yield from _blocks(_COMMENT.sub("", text))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    around: list[str] = []
    for part in text.split("}"):
        *heads, body = part.split("{")
        if not heads:
            del around[-1:]
            continue
        around.extend(heads[:-1])
        if not any(head.lstrip().startswith("@media") for head in around):
            yield heads[-1].rpartition(";")[2], body


def deepest(root: etree._Element) -> int:
    """How many elements lie in each other at most."""
    depth = most = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        most = max(most, depth)
    return most


@dataclass(slots=True)
class _Said:
    """What is said of one element, by the names of properties, each with its weight."""

    values: dict[str, tuple[Weight, str]] = field(default_factory=dict)

    def add(self, name: str, value: str, weight: Weight) -> None:
        """A declaration; of two the weightier holds, of equals the later."""
        if name not in self.values or weight >= self.values[name][0]:
            self.values[name] = (weight, value)


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of a selector: a tag ("" for any), classes and identifiers; whether it lies right in the part before."""

    tag: str
    names: list[str]
    child: bool


class Styles:
    """What holds for each element of one page: ``display``, ``decoration`` (of text), ``font``, and ``space``,
    which is "yes" where it keeps its neighbours in the line away."""

    def __init__(self, root: etree._Element) -> None:
        """Find the elements of all rules."""
        self._said: dict[etree._Element, _Said] = {}
        self._named: dict[str, list[etree._Element]] = {}
        self._room = MOST_LOOKED_AT
        rules = [
            (selector, declared)
            for selectors, body in blocks(root, _TELLING)
            if (declared := list(_declared(body)))
            for selector in selectors.split(",")
        ]
        if rules:
            self._match(root, rules)
        for one in _STYLED(root):
            if (style := one.get("style")) and _TELLING.search(style):
                self._add(one, list(_declared(style)), (1_000, 0, 0))

    def of(self, element: etree._Element, name: str) -> str:
        """What holds for an element, "" for nothing."""
        said = self._said.get(element)
        return said.values[name][1] if said is not None and name in said.values else ""

    def having(self, name: str) -> list[etree._Element]:
        """The elements of which something is said."""
        return [one for one, said in self._said.items() if name in said.values]

    def _add(
        self,
        element: etree._Element,
        declared: list[tuple[str, str, bool]],
        specific: tuple[int, int, int],
    ) -> None:
        said = self._said.setdefault(element, _Said())
        for name, value, important in declared:
            said.add(name, value, (int(important), *specific))

    def _match(
        self, root: etree._Element, rules: list[tuple[str, list[tuple[str, str, bool]]]]
    ) -> None:
        for one in _NAMING(root):
            for name in {f".{part}" for part in (one.get("class") or "").split()}:
                self._named.setdefault(name, []).append(one)
            if key := one.get("id"):
                self._named.setdefault(f"#{key}", []).append(one)
        whole = int(_COUNT(root)) * deepest(root) // 10  # in C
        for selector, declared in rules:
            selector = selector.strip()
            names = _NAMED.findall(_ASIDE.sub("", selector))
            if _OF_STATES.search(selector) or any(name not in self._named for name in names):
                continue  # most rules of most pages are of what is not on them
            steps = _steps(selector)
            if steps is not None and self._room > 0:
                tags = sum(bool(step.tag) for step in steps)
                specific = (selector.count("#"), selector.count("."), tags)
                for one in self._alike(root, steps):
                    self._add(one, declared, specific)
            elif steps is None and self._room > whole:
                self._room -= whole
                for one, weight in _selected(root, selector):
                    self._add(one, declared, weight)

    def _alike(self, root: etree._Element, steps: list[_Step]) -> Iterator[etree._Element]:
        """The elements that a selector of plain steps names."""
        last = steps[-1]
        for one in self._named[last.names[0]] if last.names else list(root.iter(last.tag)):
            self._room -= 1
            if _is(one, last) and (len(steps) == 1 or self._lies_in(one, steps)):
                yield one

    def _lies_in(self, element: etree._Element, steps: list[_Step]) -> bool:
        """Whether an element lies in others as a selector wants it, each in the nearest that will do."""
        at = len(steps) - 1
        for above in element.iterancestors():
            self._room -= 1
            if _is(above, steps[at - 1]):
                at -= 1
                if not at:
                    return True
            elif steps[at].child:
                return False
        return False


def _steps(selector: str) -> list[_Step] | None:
    """The parts of a selector of tags, classes and identifiers in each other; None for another."""
    steps: list[_Step] = []
    child = False
    for part in selector.replace(">", " > ").split():
        if part == ">":
            child = True
            continue
        found = _COMPOUND.fullmatch(part)
        if not found:
            return None
        steps.append(_Step((found[1] or "").lower(), _NAMED.findall(found[2]), child))
        child = False
    return steps if steps and not child else None


def _is(element: etree._Element, step: _Step) -> bool:
    if step.tag and element.tag != step.tag:
        return False
    classes = (element.get("class") or "").split() if step.names else ()
    return all(
        name[1:] in classes if name[0] == "." else name[1:] == element.get("id")
        for name in step.names
    )


def _selected(
    root: etree._Element, selector: str
) -> Iterator[tuple[etree._Element, tuple[int, int, int]]]:
    """The elements that a selector names, and how specific it is."""
    try:
        for one in parse(selector):
            elements = etree.XPath(HTMLTranslator().selector_to_xpath(one))(root)
            for element in elements if isinstance(elements, list) else ():
                yield element, one.specificity()
    except (SelectorError, etree.XPathError):
        return


def _declared(body: str) -> Iterator[tuple[str, str, bool]]:
    """The declarations that tell something: name, value, whether it is important."""
    for part in body.split(";"):
        said, colon, value = part.partition(":")
        said = said.strip().lower()
        name = _NAMES.get(said)
        if name is None or not colon:
            continue
        value, important, _ = value.strip().partition("!")
        value = value.strip().lower()
        if name == "font":
            short = _SHORT_FONT.search(value) if said == "font" else None
            if said == "font" and short is None:
                continue
            value = short[1] if short else value
        elif name in ("margin", "padding", "space"):
            value, name = _aside(value, name), "space"
            if said in _SPACES and not value:  # the other side may still be apart
                continue
        yield name, value, bool(important)


def _aside(value: str, name: str) -> str:
    """Whether lengths keep something away to the left or the right: "yes", else ""."""
    lengths = value.split()
    sides = lengths if name == "space" else lengths[1::2] or lengths
    return "yes" if any(map(_LENGTH.fullmatch, sides)) else ""
