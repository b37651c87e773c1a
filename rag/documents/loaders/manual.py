r"""Pages of manuals (man, mdoc): what troff would print of them. Requests that lay out go, macros leave their
words, escapes their signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.tables import cells, write_table
from rag.documents.text import raised
from rag.documents.writer import Writer

_SIGNS = {
    "em": "—", "en": "–", "hy": "-", "mi": "-", "mu": "×", "di": "÷", "+-": "±", "de": "°", "aq": "'", "dq": '"',
    "cq": "’", "oq": "‘", "lq": "“", "rq": "”", "bu": "•", "co": "©", "rg": "®", "tm": "™", "ti": "~", "ha": "^",
    "rs": "\\", "sc": "§", "Eu": "€", "Po": "£", "<=": "≤", ">=": "≥", "->": "→", "<-": "←", "!=": "≠", "ss": "ß",
    "ae": "æ", "AE": "Æ", "oe": "œ", "/o": "ø", "/O": "Ø", "oa": "å", "oA": "Å", "12": "½", "14": "¼", "34": "¾",
    "ga": "`", "sq": "□", "ct": "¢", "Ye": "¥", "at": "@", "sh": "#", "Fo": "«", "Fc": "»", "ci": "○", "if": "∞",
    "bv": "|", "ba": "|", "pl": "+", "eq": "=", "u2014": "—", "u2013": "–",
}  # fmt: skip
_STRINGS = {
    'L"': "“", 'R"': "”", "lq": "“", "rq": "”", "Lq": "“", "Rq": "”", "Aq": "'", "--": "—", "Tm": "™",
}  # fmt: skip
"""What macros and Perl's pages define for all pages alike."""

_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    ":": "\u0308",
    "~": "\u0303",
    ",": "\u0327",
}
_ESCAPE = re.compile(
    r"\\(?:\"(?P<comment>.*)|[fFmMY](?:\(..|\[[^\]]*\]|.)|s[-+]?(?:\(..|\[[^\]]*\]|\d{1,2})|\*(?:\((?P<string>..)|\[[^\]]*\]|.)"
    r"|[hvwlLDobx]'[^']*'|n[-+]?(?:\(..|\[[^\]]*\]|.)|\((?P<two>..)|\[(?P<long>[^\]]*)\]|(?P<one>.)|$)"
)
_RAISED = re.compile(
    r"\\u(?:\\s-\d)?(?P<up>[-−+]?\d+)(?:\\s0|\\s\+?\d)?\\d"
)  # half a line up, and down again
_ONE = {
    "-": "-",
    " ": " ",
    "~": " ",
    "0": " ",
    "e": "\\",
    "'": "'",
    "`": "`",
    ".": ".",
    "\\": "\\",
    "t": "\t",
}
_LAYS_OUT = frozenset("PP P LP Pp sp br Bl El Bd Ed RS RE nf fi EX EE Vb Ve".split())
_REFERS = frozenset("UR UE MT ME MR URL MTO".split())
_ALTERNATING = frozenset("BR BI IB IR RB RI SB".split())
_WORDS = re.compile(r"\"((?:[^\"]|\"\")*)\"?|((?:\\ |[^\s])+)")
_DEFINES = re.compile(r"[.']\s*(?:(?:de|am)i?1?\s+\S+|ig)(?:\s+([^\s\\]\S*))?\s*(?:\\\".*)?$")
_CONDITION = re.compile(
    r"[.']\s*(?:(?P<kind>i[ef])\s+(?P<condition>!?(?:\\n(?:\[[^\]]*\]|\(..|.)|\([^)]*\)|\S+))|el)\s*(?P<rest>.*)"
)
_HOLDS = ("n", "!t", r"\n(.g", r"\n[.g]")  # on a terminal, by groff
_BLANK = re.compile(r"\s+")
_SETTING = re.compile(r"(?<=\b)tab\((.)\)|\btab (.)")
# Of mdoc: how the words behind a macro are printed.
_CALLED = {
    "Op": ("[", "]"), "Oo": ("[", ""), "Oc": ("]", ""), "Dq": ("“", "”"), "Sq": ("‘", "’"), "Qq": ('"', '"'),
    "Pq": ("(", ")"), "Bq": ("[", "]"), "Brq": ("{", "}"), "Aq": ("<", ">"), "Ar": ("", ""), "Cm": ("", ""),
    "Ic": ("", ""), "Li": ("", ""), "Em": ("", ""), "Sy": ("", ""), "Pa": ("", ""), "Ev": ("", ""), "Va": ("", ""),
    "Fn": ("", "()"), "Ql": ("‘", "’"), "Dv": ("", ""), "Er": ("", ""), "Vt": ("", ""), "Ft": ("", ""), "Fa": ("", ""),
    "In": ("<", ">"), "No": ("", ""), "Ns": ("", ""), "Tn": ("", ""), "Mt": ("<", ">"), "Lk": ("", ""), "An": ("", ""),
    "Ad": ("", ""), "St": ("", ""), "Bx": ("BSD ", ""), "Nx": ("NetBSD ", ""), "Ox": ("OpenBSD ", ""), "Fx": ("FreeBSD ", ""),
    "Ms": ("", ""), "Sx": ("", ""), "Do": ("“", ""), "Dc": ("”", ""), "Po": ("(", ""), "Pc": (")", ""),
}  # fmt: skip
_PUNCTUATION = frozenset(". , : ; ) ] ? !".split())


def load(source: Source) -> Document:
    """The page: sections, options with what they do, tables, examples."""
    page = _Page()
    page.read(iter(_undefined(source.text().replace("\r\n", "\n").split("\n"))))
    return page.writer.document("manual", title=page.title, date=page.date)


def _undefined(lines: list[str]) -> list[str]:
    """The lines without those that only define macros, or are ignored; of a definition that never ends, the first alone."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        found = _DEFINES.match(lines[at])
        if found:
            end = f".{found[1] or '.'}"
            ends = (i for i in range(at + 1, len(lines)) if _BLANK.sub("", lines[i]) == end)
            at = next(ends, at)
        else:
            kept.append(lines[at])
        at += 1
    return kept


def said(text: str) -> str:
    r"""A line without escapes.

    >>> said(r"\fBcaf\['e]\fR \-n\ 4\(em\&quiet \" not shown")
    'café -n 4—quiet '
    """

    def sign(found: re.Match[str]) -> str:
        name = found["two"] or found["long"] or ""
        if found["string"]:
            return _STRINGS.get(found["string"], "")
        if name:
            if name in _SIGNS:
                return _SIGNS[name]
            if len(name) == 2 and name[0] in _ACCENTS:
                return unicodedata.normalize("NFC", name[1] + _ACCENTS[name[0]])
            return chr(int(name[1:], 16)) if re.fullmatch(r"u[0-9A-F]{4}", name) else ""
        return _ONE.get(found["one"] or "", "") if not found["comment"] else ""

    return _ESCAPE.sub(sign, _RAISED.sub(lambda up: raised(text[: up.start()], up["up"]), text))


def _words(text: str) -> list[str]:
    """The arguments of a macro."""
    return [a.replace('""', '"') if a else b for a, b in _WORDS.findall(text)]


def _set(line: str) -> str:
    """A line of a cell, which a macro may set in another face."""
    if not line.startswith("."):
        return said(line)
    name, _, rest = line[1:].lstrip().partition(" ")
    arguments = [said(word) for word in _words(rest)]
    if name in _ALTERNATING:
        return "".join(arguments)
    return " ".join(arguments) if name in ("B", "I", "SM") else ""


class _Page:
    """What is written so far, and what the lines that follow are."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.title = ""
        self.name = ""
        self.date = ""
        self.address = ""  # that the words which follow lead to
        self.buffer: list[str] = []
        self.term: list[str] | None = None  # the words of an item, while they are read
        self.otherwise = False  # whether what holds else is read
        self.indent = 0
        self.plain = False  # whether lines stand as they are

    def flush(self) -> None:
        """The end of a paragraph."""
        text = " ".join(self.buffer)
        self.buffer = []
        if self.term is not None:
            head, self.term = " ".join(self.term), None
            if len(head) == 1 and not head.isalnum():
                head = "-"
            between = " " if head == "-" or not text else ": "
            self.writer.line("  " * self.indent + (head + between + text).strip())
        elif text.strip():
            self.writer.paragraph(text)

    def read(self, lines: Iterator[str]) -> None:
        """All lines of a page."""
        for given in lines:
            line = self.conditioned(given)
            if line.rstrip() in (".", "'"):
                continue
            if line.startswith((".", "'")):
                name, _, rest = line[1:].lstrip().partition(" ")
                if name == "TS":
                    self.flush()
                    self.table(lines)
                elif not name.startswith('\\"'):
                    self.macro(name, rest.strip())
            elif self.plain:
                self.writer.line(said(line))
            elif line.strip():
                self.words(said(line).strip())
            else:
                self.flush()
        self.flush()

    def conditioned(self, line: str) -> str:
        """What a terminal would be given of a line under a condition; "." for nothing. Blocks are read on, whatever theirs."""
        found = _CONDITION.match(line)
        if not found or "\\{" in line:
            return line
        kind, condition, rest = found["kind"], found["condition"], found["rest"]
        if kind is None:
            holds, self.otherwise = self.otherwise, False
        else:
            holds = condition in _HOLDS
            self.otherwise = kind == "ie" and not holds
        return rest if holds and rest else "."

    def words(self, text: str) -> None:
        """Text of a paragraph; the first behind an item that waits for its words is them."""
        if self.term == []:
            self.term.append(text)
        elif text:
            self.buffer.append(text)

    def macro(self, name: str, rest: str) -> None:
        """One request."""
        arguments = [said(word) for word in _words(rest)]
        if name in ("TH", "Dt"):
            self.title = "({})".join(arguments[:1]) + (f"({arguments[1]})" if arguments[1:] else "")
            self.writer.heading(1, self.title)
            if name == "TH":  # what stands at head and foot of its pages
                self.date = "".join(arguments[2:3])
                self.writer.paragraph(", ".join(filter(None, reversed(arguments[2:5]))))
        elif name == "Dd":
            self.date = " ".join(arguments)
        elif name in ("SH", "SS", "Sh", "Ss"):
            self.flush()
            self.indent = 0
            self.writer.heading(2 if name[1].upper() == "H" else 3, " ".join(arguments))
        elif name in ("TP", "TQ", "HP", "It", "IP"):
            self.flush()
            self.term = (
                [] if name == "TP" else [self.called(arguments)] if name == "It" else arguments[:1]
            )
        elif name in _LAYS_OUT:
            self.flush()
            self.indent = max(0, self.indent + (name in ("RS", "Bl")) - (name in ("RE", "El")))
            self.plain = name in ("nf", "EX", "Bd", "Vb") or (
                self.plain and name not in ("fi", "EE", "Ed", "Ve")
            )
            self.writer.break_()
        elif name in ("B", "I", "SM"):
            self.words(" ".join(arguments))
        elif name in _ALTERNATING:
            self.words("".join(arguments))
        elif name in _REFERS:
            self.reference(name, arguments)
        elif name in ("SY", "YS"):
            self.flush()
            self.words(" ".join(arguments[:1]))
        elif name == "OP":
            self.words(f"[{' '.join(arguments)}]")
        elif name == "Nd":
            self.words(f"– {self.called(arguments)}")
        elif (
            name[:1].isupper()
            and len(name) in (2, 3)
            and (name in _CALLED or name in ("Nm", "Fl", "Xr"))
        ):
            self.words(self.called([name, *arguments]))

    def reference(self, name: str, arguments: list[str]) -> None:
        """Words that lead elsewhere: a link and its end, a link whole, another page."""
        first, second, third = (*arguments, "", "", "")[:3]
        if name in ("UR", "MT"):
            self.address = first
        elif name in ("UE", "ME"):
            self.words(f"<{self.address}>{first}")
        elif name == "MR":
            self.words(f"{first}({second}){third}")
        else:  # as Asciidoctor writes them: address, words, what follows
            self.words(f"{second} <{first}>{third}".strip())

    def called(self, arguments: list[str]) -> str:
        """Words among which macros of mdoc are called."""
        out: list[str] = []
        closing: list[str] = []
        words = iter(arguments)
        join = False
        for word in words:
            if word == "Fl":
                flag = next(words, "")
                word = f"-{flag}"
            elif word == "Nm":
                given = next(words, "")
                self.name = self.name or given
                word = given or self.name
            elif word == "Xr":
                word = f"{next(words, '')}({next(words, '')})"
            elif word in ("Ns", "Pf"):
                join = True
                continue
            elif word in _CALLED:
                begin, end = _CALLED[word]
                closing.append(end)
                if not begin:
                    continue
                word, join = begin, bool(out) and join
                out.append(word)
                join = True
                continue
            if out and (join or word in _PUNCTUATION):
                out[-1] += word
            else:
                out.append(word)
            join = False
        end = "".join(reversed(closing))
        return " ".join(out) + end

    def table(self, lines: Iterator[str]) -> None:
        """A table of tbl: options, formats up to a full stop, rows."""
        divider, heading, rows = "\t", True, list[list[str]]()
        block: list[str] | None = None
        for line in lines:
            if line.startswith(".TE"):
                break
            if heading:
                if found := _SETTING.search(line):
                    divider = found[1] or found[2]
                heading = not line.rstrip().endswith(".")
                continue
            if block is not None:  # a cell of several lines
                if not line.startswith("T}"):
                    block.append(_set(line))
                    continue
                rows[-1][-1] = " ".join(block)
                rows[-1].extend(map(said, line[2:].split(divider)[1:]))
                block = None
            elif line.startswith(".") or not line.strip("_= "):
                continue
            else:
                rows.append([said(cell).strip() for cell in line.split(divider)])
            if rows[-1][-1] == "T{":
                block = []
        write_table(cells(rows), self.writer, marked=1 if len(rows) > 1 else 0)
