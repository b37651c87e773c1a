r"""Commands that a LaTeX file defines for itself, in its text by what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_BODY = 2_000  # characters of a definition; longer ones lay pages out
DEEPEST = 10  # commands in what commands stand for
MOST = 20_000  # uses that are replaced in one file
LARGEST = 4_000_000  # characters that a text may grow to

_DEFINITION = re.compile(
    r"\\newcommand\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*(?=\{)"
    r"|\\(?:renew|provide)command\*?\s*\{?\\([A-Za-z]+)\}?\s*(?:\[(\d)\])?\s*(?:\[([^\]]*)\])?\s*(?=\{)"
    r"|\\def\s*\\([A-Za-z]+)((?:#\d)*)\s*(?=\{)"
)
VERBATIM = re.compile(
    r"(\\begin\s*\{(?:verbatim|lstlisting|minted|Verbatim|alltt)\*?\}.*?\\end\s*\{(?:verbatim|lstlisting|minted|Verbatim|alltt)\*?\})",
    re.DOTALL,
)
"""What stands as it is written; in a group, so that what is split by it has it in every second piece."""

_KEPT = frozenset(
    "begin end item section subsection subsubsection chapter part paragraph subparagraph caption title "
    "author date footnote maketitle par label ref cite includegraphics input include".split()
)
"""Commands that a file may define anew, and that are read as what they are."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for: ``#1`` is its first argument; ``default`` that of one in brackets."""

    body: str
    arguments: int = 0
    default: str | None = None
    spaced: bool = False  # whether a blank behind it is printed (xspace)


def expanded(text: str) -> str:
    r"""``text`` with the commands that it defines replaced by what they stand for.

    >>> expanded(r"\newcommand{\firm}{Aqua AS}\newcommand{\unit}[1]{#1 mg/l}By \firm{}: \unit{7}.")
    'By Aqua AS{}: 7 mg/l.'
    """
    text, macros = _defined(text)
    if not macros:
        return text
    names = re.compile(
        rf"\\({'|'.join(sorted(map(re.escape, macros), key=len, reverse=True))})(?![A-Za-z])"
    )
    room = [MOST, LARGEST - len(text)]
    parts = VERBATIM.split(text)
    return "".join(
        part if i % 2 else _replaced(part, macros, names, room, 0) for i, part in enumerate(parts)
    )


def group(text: str, at: int) -> tuple[str, int]:
    """The contents of the braces that open at ``at`` (blanks before them), and where they end."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or text[at] != "{":
        return "", at
    depth = 0
    for end in range(at, len(text)):
        c = text[end]
        if c == "{" and (end == 0 or text[end - 1] != "\\"):
            depth += 1
        elif c == "}" and text[end - 1] != "\\":
            depth -= 1
            if depth == 0:
                return text[at + 1 : end], end + 1
    return text[at + 1 :], len(text)


def _defined(text: str) -> tuple[str, dict[str, Macro]]:
    """The text without its definitions, and what they define."""
    macros: dict[str, Macro] = {}
    kept: list[str] = []
    at = 0
    while (found := _DEFINITION.search(text, at)) is not None:
        kept.append(text[at : found.start()])
        body, at = group(text, found.end())
        name = found[1] or found[4] or found[7]
        count = found[2] or found[5] or str((found[8] or "").count("#"))
        default = found[3] if found[3] is not None else found[6]
        whole = len(body) <= LONGEST_BODY and not re.search(rf"\\{name}(?![A-Za-z])", body)
        if whole and name not in _KEPT:
            spaced = "\\xspace" in body
            macros[name] = Macro(body.replace("\\xspace", ""), int(count), default, spaced)
    return "".join([*kept, text[at:]]), macros


def _replaced(
    text: str, macros: dict[str, Macro], names: re.Pattern[str], room: list[int], depth: int
) -> str:
    """``text`` with uses replaced, as long as there is ``room``: for uses, and for characters."""
    out: list[str] = []
    at = 0
    while depth < DEEPEST and room[0] > 0 and (found := names.search(text, at)) is not None:
        out.append(text[at : found.start()])
        macro, at = macros[found[1]], found.end()
        body, at = _filled(macro, text, at)
        if not macro.arguments and not macro.spaced and text[at : at + 1] == " ":
            at += 1  # a blank behind a command ends it, and is not printed
        room[0] -= 1
        room[1] -= len(body)
        if room[1] < 0:
            room[0] = 0
            break
        out.append(_replaced(body, macros, names, room, depth + 1))
    return "".join([*out, text[at:]])


def _filled(macro: Macro, text: str, at: int) -> tuple[str, int]:
    """What a use prints, with its arguments in place, and where it ends."""
    body, arguments = macro.body, list[str]()
    if macro.default is not None:
        given = re.compile(r"\s*\[([^\]]*)\]").match(text, at)
        arguments.append(given[1] if given else macro.default)
        at = given.end() if given else at
    while len(arguments) < macro.arguments:
        argument, end = group(text, at)
        if end == at or not text[at:end].strip():
            single = re.compile(r"\s*(\\[A-Za-z]+|\S)?").match(text, at)
            argument, end = ((single[1] or ""), single.end()) if single else ("", at)
        arguments.append(argument)
        at = end
    return re.sub(r"#(\d)", lambda m: _nth(arguments, int(m[1])), body), at


def _nth(arguments: list[str], number: int) -> str:
    return arguments[number - 1] if 0 < number <= len(arguments) else ""
