"""What a page's style sheet writes: texts before and behind elements (``content``), and numbers that it counts.
They are put into the tree, where a reader of the page sees them. Rules for paper alone are not taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from cssselect import HTMLTranslator, Selector, SelectorError, parse
from lxml import etree

from rag.documents.counting import counted
from rag.documents.html_parts import CONTROL, MARKER
from rag.documents.style_sheets import blocks, deepest

MOST_LOOKED_AT = 100_000_000  # elements, times how deep they lie, times rules
LONGEST = 1_000  # characters that a rule writes at one place
_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_DECLARATION = re.compile(
    rf"(?:^|;)\s*(content|counter-reset|counter-increment)\s*:((?:{_STRING}|[^;\"'])*)",
    re.IGNORECASE | re.DOTALL,
)
_WRITING = re.compile("content|counter-")
_TOKEN = re.compile(
    rf"({_STRING})|attr\(\s*([\w-]+)[^)]*\)|(counters?)\(\s*([\w-]+)\s*(?:,\s*({_STRING})\s*)?(?:,\s*([\w-]+)\s*)?\)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|(.))", re.DOTALL)
_COUNT = re.compile(r"([a-zA-Z_][\w-]*)(?:\s+(-?\d{1,9}))?")
_AT_POINTING = re.compile(r":(?:hover|focus(?:-within|-visible)?|active)\b")
_STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I", "decimal-leading-zero": "decimalZero",
}  # fmt: skip
_SIGNS = frozenset("✓✔✗✘☐☑☒✅❌❎🗸🗹")
"""Signs that answer a question; other ones (bullets, arrows, quotation marks) are there for looks."""

_OF_STATES = (":checked", "[aria-checked")  # the box itself says it
_NO_INSIDE = frozenset("img input br hr script style template head title meta link wbr col".split())


@dataclass(slots=True)
class _Written:
    """What rules say of one element: declarations by their place ("", "before", "after") and name, each
    with how much its rule weighs against others."""

    said: dict[tuple[str, str], tuple[tuple[int, int, int], str]] = field(default_factory=dict)

    def add(self, place: str, name: str, weight: tuple[int, int, int], value: str) -> None:
        """A declaration; of two the weightier holds, of equals the later."""
        if weight >= self.said.get((place, name), ((0, 0, 0), ""))[0]:
            self.said[place, name] = (weight, value)

    def get(self, place: str, name: str) -> str:
        """The declaration that holds, "" for none."""
        return self.said.get((place, name), ((0, 0, 0), ""))[1]


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: Selector
    said: tuple[tuple[str, str], ...]  # declarations


def generate(root: etree._Element) -> list[str]:
    """Write into a page's tree what its own style sheets write; notes on what was not."""
    rules = list(_rules(root))
    if not rules:
        return []
    room = MOST_LOOKED_AT // (sum(1 for _ in root.iter()) * deepest(root))
    written = _matched(rules[:room], root)
    counters, for_looks = _Counters(), _for_looks(written)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        said = written.get(element)
        if event == "end":
            counters.close(element)
        elif said is not None:
            counters.count(element, said)
            _put(element, said, counters, element not in for_looks)
    left = len(rules) - room
    return [f"{left} rules by which its style sheet writes texts are not read"] if left > 0 else []


def _rules(root: etree._Element) -> Iterator[_Rule]:
    """The rules that write or count something."""
    for selectors, body in blocks(root, _WRITING):
        said = tuple((name.lower(), value.strip()) for name, value in _DECLARATION.findall(body))
        states = any(one in selectors for one in _OF_STATES)
        if not any(
            name != "content" or _speaks(value) or (_sign(value) and not states)
            for name, value in said
        ):
            continue
        try:
            for selector in parse(_AT_POINTING.sub("", selectors.strip())):
                if selector.pseudo_element in (None, "before", "after"):
                    yield _Rule(selector, said)
        except SelectorError:
            continue


def _speaks(content: str) -> bool:
    """Whether a text has letters or digits, or takes some from elsewhere: icons and signs do not."""
    return any(
        not found[1] or any(map(str.isalnum, _shown(found[1])))
        for found in _TOKEN.finditer(content)
    )


def _sign(content: str) -> str:
    """The sign that a text is that says something: a tick, a cross, a box; "" for any other."""
    found = _TOKEN.fullmatch(content.strip())
    text = _shown(found[1]).strip(" \xa0\ufe0e\ufe0f") if found and found[1] else ""
    return text if text in _SIGNS else ""


def _for_looks(written: dict[etree._Element, _Written]) -> set[etree._Element]:
    """The elements whose sign says nothing, as all items beside have the same: it is the bullet of their list.
    In a table it is what a cell says."""
    lists: dict[etree._Element, dict[etree._Element, list[tuple[str, etree._Element]]]] = {}
    for element, said in written.items():
        sign = "".join(_sign(said.get(place, "content")) for place in ("before", "after"))
        if not sign or next(element.iterancestors("td", "th"), element).tag in ("td", "th"):
            continue
        item = element if element.tag == "li" else next(element.iterancestors("li"), element)
        above = item.getparent()
        if above is not None:
            lists.setdefault(above, {}).setdefault(item, []).append((sign, element))
    found: set[etree._Element] = set()
    for above, items in lists.items():
        kind = next(iter(items)).tag
        alike = len({tuple(sign for sign, _ in signs) for signs in items.values()}) == 1
        if alike and all(one in items for one in above if one.tag == kind):
            found.update(element for signs in items.values() for _, element in signs)
    return found


def _shown(string: str) -> str:
    """The text of a string of CSS, without letters that only a font of icons has."""

    def letter(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else 0
        return (chr(code) if 0 < code < 0x110000 else "\ufffd") if found[1] else found[3] or ""

    text = _ESCAPE.sub(letter, string[1:-1])
    return "".join(one for one in text if unicodedata.category(one) not in ("Co", "Cs"))


def _matched(rules: list[_Rule], root: etree._Element) -> dict[etree._Element, _Written]:
    """What is said of each element, the weightier rule before the other."""
    found: dict[etree._Element, _Written] = {}
    translator = HTMLTranslator()
    for rule in rules:
        try:
            path = translator.selector_to_xpath(rule.selector)
            elements = etree.XPath(path)(root)
        except (SelectorError, etree.XPathError):
            continue
        place, weight = rule.selector.pseudo_element or "", rule.selector.specificity()
        for element in elements if isinstance(elements, list) else ():
            if element.tag not in _NO_INSIDE:
                said = found.setdefault(element, _Written())
                for name, value in rule.said:
                    said.add(str(place), name, weight, value)
    return found


class _Counters:
    """Counts as a browser does: a counter holds for the siblings of what sets it, and in them."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[int]] = {}
        self._set: dict[etree._Element | None, list[str]] = {}  # by the parents of what set them

    def close(self, element: etree._Element) -> None:
        """What was set inside an element is over with it."""
        for name in self._set.pop(element, ()):
            self._stacks[name].pop()

    def count(self, element: etree._Element, said: _Written) -> None:
        """Set and count what the rules for an element name."""
        above = element.getparent()
        for place in ("", "before"):
            for name, number in _COUNT.findall(said.get(place, "counter-reset")):
                self._begin(above, name, int(number or 0))
            for name, number in _COUNT.findall(said.get(place, "counter-increment")):
                if not self._stacks.get(name):
                    self._begin(above, name, 0)
                self._stacks[name][-1] += int(number or 1)

    def _begin(self, above: etree._Element | None, name: str, number: int) -> None:
        if name in self._set.get(above, ()):
            self._stacks[name][-1] = number
        else:
            self._stacks.setdefault(name, []).append(number)
            self._set.setdefault(above, []).append(name)

    def shown(self, name: str, style: str, joint: str | None) -> str:
        """A counter as it is printed; with a ``joint`` all that it stands in."""
        numbers = self._stacks.get(name) or [0]
        numbers = numbers if joint is not None else numbers[-1:]
        return (joint or "").join(counted(one, _STYLES.get(style, style)) for one in numbers)


def _text(content: str, element: etree._Element, counters: _Counters) -> str:
    """The text that ``content`` is at an element."""
    parts: list[str] = []
    for string, attribute, kind, name, joint, style in _TOKEN.findall(content):
        if string:
            parts.append(_shown(string))
        elif attribute:
            parts.append(element.get(attribute) or "")
        else:
            between = _shown(joint) if kind == "counters" and joint else None
            parts.append(counters.shown(name, style or "decimal", between))
    text = "".join(parts)[:LONGEST]
    text = CONTROL.sub("", text)
    return text if any(map(str.isalnum, text)) else ""


def _put(element: etree._Element, said: _Written, counters: _Counters, signs: bool) -> None:
    """Write what is generated before and behind the text of an element. Numbers of lines of code are
    none of its text; that of an item of a list stands in place of its own. ``signs``: ticks and the like too."""
    if element.tag == "pre" or any(True for _ in element.iterancestors("pre")):
        return
    content, behind = said.get("before", "content"), said.get("after", "content")
    text, text_behind = _text(content, element, counters), _text(behind, element, counters)
    if signs:  # a sign is a word of its own
        text = text or (f"{_sign(content)} " if _sign(content) else "")
        text_behind = text_behind or (f" {_sign(behind)}" if _sign(behind) else "")
    if text:
        if element.tag == "li" and "counter" in content:
            element.set(MARKER, text)
        else:
            element.text = text + CONTROL.sub("", element.text or "")
    if text_behind:
        if len(element):
            element[-1].tail = CONTROL.sub("", element[-1].tail or "") + text_behind
        else:
            element.text = CONTROL.sub("", element.text or "") + text_behind
