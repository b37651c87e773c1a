r"""Fields of Word that show their instruction, with no result saved: formulas (``EQ \f(1;2)``), signs,
buttons, quoted text."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.documents.readings import Readings
from rag.documents.symbol_fonts import coded

_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_SYMBOL = re.compile(r"\s*SYMBOL\s+(0x[0-9a-f]+|\d+)(.*)", re.IGNORECASE | re.DOTALL)
_FONT = re.compile(r'\\f\s+(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.+)", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(r'\s*QUOTE\s+"([^"]*)"', re.IGNORECASE)
_FORMAT = re.compile(r'\\\*\s*(?:"[^"]*"|\w+)')  # how a result is set: \* MERGEFORMAT
_SWITCH = re.compile(r"\\([a-z]+)", re.IGNORECASE)
_OPTION = re.compile(r"\s*\\(?:(?:lc|rc|bc|fc|vc)\\?(\S)|([a-z]+)\s?\d*)", re.IGNORECASE)
_DEEPEST = 20


def shown_by(instruction: str, readings: Readings | None = None) -> str:
    r"""What a field without a result shows by its instruction; "" where that is nothing. Ruby that is set by
    a formula goes to ``readings``.

    >>> shown_by(r" EQ \f(17;48) ")
    '\\frac{17}{48}'
    >>> shown_by(" MACROBUTTON NoMacro [Enter the date] ")
    '[Enter the date]'
    """
    instruction = _FORMAT.sub("", instruction)
    if found := _EQUATION.match(instruction):
        return " ".join(_formula(instruction[found.end() :], readings, 0).split())
    if found := _SYMBOL.match(instruction):
        number = int(found[1], 0)
        if font := _FONT.search(found[2]):  # a sign of its font alone
            return coded(f"{number:X}", font[1] or font[2])
        if not 0x20 <= number < 0xD800:
            return ""
        return chr(number) if r"\u" in found[2] else _ansi(number)
    for pattern in (_BUTTON, _QUOTE):
        if found := pattern.match(instruction):
            return found[1].strip()
    return ""


def _ansi(number: int) -> str:
    return bytes([number]).decode("cp1252", errors="ignore") if number < 256 else chr(number)


def _formula(text: str, readings: Readings | None, depth: int) -> str:
    """A formula as LaTeX, as far as its switches say."""
    out: list[str] = []
    at = 0
    while at < len(text):
        found = _SWITCH.match(text, at)
        if found is None or depth > _DEEPEST:
            at += text[at] == "\\" and at + 1 < len(text)  # an escaped sign
            out.append(text[at])
            at += 1
            continue
        name, at = found[1].lower(), found.end()
        options: list[str] = []
        bracket = ""
        while option := _OPTION.match(text, at):
            options.append((option[2] or "").lower())
            bracket += option[1] or ""
            at = option.end()
        at += len(text[at:]) - len(text[at:].lstrip())
        parts, at = _arguments(text, at)
        if name[0] == "o":
            parts = [_ruby(parts, readings)]
        said = [_formula(part, readings, depth + 1).strip() for part in parts]
        out.append(_set(name, options, bracket, said))
    return "".join(out)


def _arguments(text: str, at: int) -> tuple[list[str], int]:
    """The arguments in the brackets that open at ``at``, and where these end."""
    if at >= len(text) or text[at] != "(":
        return [], at
    level, begin, cuts = 0, at, []
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 1
        elif sign == "(":
            level += 1
        elif sign == ")":
            level -= 1
            if not level:
                break
        elif sign in ",;" and level == 1:
            cuts.append(at)
        at += 1
    if any(text[cut] == ";" for cut in cuts):  # the comma is that of numbers
        cuts = [cut for cut in cuts if text[cut] == ";"]
    ends = [begin, *cuts, min(at, len(text))]
    return [text[a + 1 : b] for a, b in pairwise(ends)], at + 1


def _ruby(parts: list[str], readings: Readings | None) -> str:
    """Signs set over each other; where one is set above the other, that is how the other is read."""
    if len(parts) == 2 and (found := re.match(r"\s*\\s\\up\s?\d*", parts[0], re.IGNORECASE)):
        above, _ = _arguments(parts[0], found.end())
        if readings is not None:
            readings.add(parts[1], "".join(above))
        return parts[1]
    return " ".join(parts)


def _set(name: str, options: list[str], bracket: str, said: list[str]) -> str:
    first, second = [*said, "", ""][:2]
    match name:
        case "f":
            return rf"\frac{{{first}}}{{{second}}}"
        case "r":
            return rf"\sqrt[{first}]{{{second}}}" if second else rf"\sqrt{{{first}}}"
        case "s":
            sign = "_" if "do" in options else "^"
            return "".join(f"{sign}{{{one}}}" for one in said if one)
        case "b":
            closing = {"{": "}", "[": "]", "(": ")", "<": ">"}
            left = bracket[:1] or "("
            return f"{left}{', '.join(said)}{bracket[1:2] or closing.get(left, left)}"
        case "i":
            sign = r"\sum" if "su" in options else r"\prod" if "pr" in options else r"\int"
            return rf"{sign}_{{{first}}}^{{{second}}} {' '.join(said[2:])}"
        case "d":
            return " "
        case "a":
            return "; ".join(said)
    return ", ".join(said) if name == "l" else " ".join(said)
