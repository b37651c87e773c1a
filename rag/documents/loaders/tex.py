r"""LaTeX: what is printed, not what makes it: sections, lists, tables, footnotes; formulas as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.documents.aligned import in_lines
from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.tex_macros import expanded, group
from rag.documents.tex_tables import write_tex_table
from rag.documents.tex_units import with_units
from rag.documents.text import one_line, raised
from rag.documents.writer import Writer

_LEVELS = {
    "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
    "subparagraph": 6,
}  # fmt: skip
_TOKEN = re.compile(
    r"\\begin\s*\{(?P<begin>[^}]*)\}|\\end\s*\{(?P<end>[^}]*)\}|"
    r"\\(?P<level>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?\s*(?=[\[{])|"
    r"\\item\b\s*(?:\[(?P<label>[^\]]*)\])?|\\(?P<caption>caption)\*?\s*(?=[\[{])|(?P<blank>\n\s*\n)|"
    r"\\(?P<display>\[)|\$\$"
)
_LISTS = {
    "itemize": "-",
    "enumerate": "#",
    "description": "",
    "compactitem": "-",
    "compactenum": "#",
}
_MATH = frozenset(
    "equation align gather multline eqnarray displaymath math alignat flalign split".split()
)
_CODE = frozenset("verbatim lstlisting minted Verbatim alltt listing".split())
_TABLES = frozenset("tabular tabularx tabulary longtable array supertabular tabu xltabular".split())
# Commands whose arguments are no text; how many of them.
_DROPPED = {
    "label": 1, "usepackage": 1, "documentclass": 1, "bibliographystyle": 1, "bibliography": 1,
    "vspace": 1, "hspace": 1, "setlength": 2, "addtolength": 2, "input": 1, "include": 1,
    "includegraphics": 1, "newcommand": 2, "renewcommand": 2, "providecommand": 2, "def": 0,
    "color": 1, "pagestyle": 1, "thispagestyle": 1, "setcounter": 2, "addcontentsline": 3,
    "cmidrule": 1, "cline": 1, "hypersetup": 1, "graphicspath": 1, "newtheorem": 2, "phantom": 1,
    "index": 1, "nocite": 1, "fontsize": 2, "rule": 2, "newenvironment": 3, "definecolor": 3,
    "DeclareMathOperator": 2, "selectfont": 0, "raisebox": 1, "parbox": 1, "resizebox": 2,
    "rowcolor": 1, "cellcolor": 1, "textcolor": 1, "colorbox": 1, "scalebox": 1,
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_SIGNS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "i", "j": "j", "ldots": "…", "dots": "…", "textellipsis": "…",
    "textendash": "–", "textemdash": "—", "textbackslash": "\\", "textasciitilde": "~", "S": "§",
    "P": "¶", "copyright": "©", "texteuro": "€", "textmu": "µ", "texttimes": "×", "textpm": "±", "textdiv": "÷", "textohm": "Ω", "textperthousand": "‰",
    "textonehalf": "½", "textonequarter": "¼", "textthreequarters": "¾", "texttrademark": "™", "textregistered": "®", "textnumero": "№", "euro": "€", "pounds": "£", "textdegree": "°",
    "LaTeX": "LaTeX", "TeX": "TeX", "today": "", "quad": " ", "qquad": " ", "newline": "\n",
    "textquoteleft": "‘", "textquoteright": "’", "textbullet": "•", "slash": "/", "par": "\n\n",
}  # fmt: skip
_LONGEST = 2_000_000
_NEVER = re.compile(r"\\iffalse(?![A-Za-z])(?:(?!\\(?:if|fi|else)).)*\\fi(?![A-Za-z])", re.DOTALL)
"""What is switched off, and holds no other condition."""


def load(source: Source) -> Document:
    """The printed text; title, author and date as the preamble says."""
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST]
    text = re.sub(r"(?<!\\)((?:\\\\)*)%[^\n]*\n?[ \t]*", _comment, text)
    text = _NEVER.sub("", text)
    text = with_units(expanded(text))
    _, found, body = text.partition("\\begin{document}")
    if not found:
        body = text
    body = body.partition("\\end{document}")[0]
    fields = {name: _plain(_command(text, name)) for name in ("title", "author", "date")}
    reader = _Reader()
    reader.writer.heading(1, fields["title"])
    reader.writer.paragraph(fields["author"])
    reader.writer.paragraph(fields["date"])
    for name in ("title", "author", "date"):
        body = _without(body, name)
    notes = [
        f"the included {name} is not followed"
        for name in re.findall(r"\\(?:input|include)\s*\{([^}]*)\}", body)[:10]
    ]
    reader.read(body)
    pictures = body.count("\\includegraphics")
    if pictures:
        notes.append(f"text in {pictures} pictures is not read")
    document = reader.writer.document(
        "tex", title=fields["title"], author=one_line(fields["author"]), notes=notes
    )
    return in_lines(document, source.text())


def _comment(found: re.Match[str]) -> str:
    # A comment takes its line end with it; a line that is only one ends no paragraph.
    return found[1]


def _option(text: str, at: int) -> int:
    """Where the options in brackets at ``at`` end."""
    while at < len(text) and text[at] == "[":
        end = text.find("]", at)
        if end < 0:
            return at
        at = end + 1
    return at


def _command(text: str, name: str) -> str:
    found = re.search(rf"\\{name}\s*(?=[\[{{])", text)
    return group(text, _option(text, found.end()))[0] if found else ""


def _without(text: str, name: str) -> str:
    found = re.search(rf"\\{name}\s*(?=[\[{{])", text)
    if not found:
        return text
    return text[: found.start()] + text[group(text, _option(text, found.end()))[1] :]


class _Reader:
    """Writes the body, environment by environment."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.lists: list[tuple[str, int]] = []
        self.item = ""
        self.buffer: list[str] = []

    def flush(self) -> None:
        """The end of a paragraph or an item."""
        text, self.buffer = "".join(self.buffer), []
        notes: list[str] = []
        text = _plain(text, notes)
        if text.strip():
            if self.lists:
                indent = "  " * (len(self.lists) - 1)
                self.writer.line(indent + (self.item or "  ") + one_line(text))
                self.item = ""
            else:
                self.writer.paragraph(_reflowed(text))
        for note in notes:
            self.writer.paragraph(f"Footnote: {note}")

    def read(self, text: str) -> None:
        """Read a body, from token to token."""
        at = 0
        while (found := _TOKEN.search(text, at)) is not None:
            self.buffer.append(text[at : found.start()])
            at = found.end()
            if (name := found["begin"]) is not None:
                at = self._begin(name.strip(), text, at)
            elif (name := found["end"]) is not None:
                self.flush()
                if name.strip().rstrip("*") in _LISTS and self.lists:
                    self.lists.pop()
                    self.writer.break_()
            elif found["level"]:
                self.flush()
                title, at = group(text, _option(text, at))
                self.writer.heading(_LEVELS[found["level"]], _plain(title))
            elif found["caption"]:
                self.flush()
                caption, at = group(text, _option(text, at))
                self.writer.paragraph(_plain(caption))
            elif found["blank"] is not None:
                self.flush()
            elif found["display"] or found[0] == "$$":
                closing = "\\]" if found["display"] else "$$"
                end = text.find(closing, at)
                end = len(text) if end < 0 else end
                self.flush()
                self.writer.paragraph(_formula(text[at:end]))
                at = end + 2
            else:
                self._item(found["label"])
        self.buffer.append(text[at:])
        self.flush()

    def _item(self, label: str | None) -> None:
        self.flush()
        if not self.lists:
            return
        mark, count = self.lists[-1]
        self.lists[-1] = (mark, count + 1)
        self.item = f"{count + 1}. " if mark == "#" else "- "
        if label:
            self.item = f"- {_plain(label)}: "

    def _begin(self, name: str, text: str, at: int) -> int:
        kind = name.rstrip("*")
        if kind in _LISTS:
            self.flush()
            if not self.lists:
                self.writer.break_()
            self.lists.append((_LISTS[kind], 0))
            return _option(text, at)
        if kind not in _MATH | _CODE | _TABLES | {"comment", "tikzpicture", "thebibliography"}:
            self.flush() if kind not in ("center", "figure", "table") else None
            at = _option(text, at)
            return group(text, at)[1] if kind in ("minipage", "multicols", "adjustbox") else at
        end = _end_of(name, text, at)
        inside, after = text[at:end], end + len(f"\\end{{{name}}}")
        if kind == "thebibliography":
            _, start = group(inside, 0)
            for entry in re.split(r"\\bibitem(?:\[[^\]]*\])?\{[^}]*\}", inside[start:]):
                self.writer.paragraph(_reflowed(_plain(entry)))
            return after
        self.flush()
        if kind in _MATH:
            self.writer.paragraph(_formula(inside))
        elif kind in _CODE:
            self.writer.code(re.sub(r"^(?:\[[^\]]*\])?(?:\{\w+\})?\n?", "", inside))
        elif kind in _TABLES:
            write_tex_table(inside, name, self.writer, _plain)
        return after


def _end_of(name: str, text: str, at: int) -> int:
    """Where an environment ends that is open at ``at``, others of its name in it passed over."""
    opening, closing = f"\\begin{{{name}}}", f"\\end{{{name}}}"
    end = text.find(closing, at)
    inner = text.find(opening, at)
    while 0 <= inner < end:
        end = text.find(closing, end + 1)
        inner = text.find(opening, inner + 1)
    return len(text) if end < 0 else end


def _formula(text: str) -> str:
    text = re.sub(r"\\label\{[^}]*\}|\\(?:nonumber|notag)\b", "", text)
    return " ".join(text.split())


def _reflowed(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _plain(text: str, notes: list[str] | None = None) -> str:
    """Text without commands: their arguments where these are text. Formulas in dollars stay."""
    return "".join(_pieces(text, notes if notes is not None else [], 0)).strip()


def _pieces(text: str, notes: list[str], depth: int) -> Iterator[str]:
    at = 0
    while (found := _NEXT.search(text, at)) is not None:
        yield text[at : found.start()]
        at = found.end()
        token = found[0]
        if token == "$":
            end = re.compile(r"(?<!\\)\$").search(text, at)
            stop = end.start() if end else len(text)
            yield text[at:stop]
            at = stop + 1
        elif token in "{}":
            continue
        elif token == "~":
            yield " "
        elif token in ("``", "''"):
            yield "“" if token == "``" else "”"
        elif token in ("---", "--"):
            yield "—" if token == "---" else "–"
        elif token == "\\\\":
            yield "\n"
        elif found[1] is None:
            sign = token[1]
            if sign in _ACCENTS and (letter := re.match(r"\{?\\?([A-Za-z])\}?", text[at:])):
                yield letter[1] + _ACCENTS[sign]
                at += letter.end()
            else:
                yield {
                    ",": " ",
                    ";": " ",
                    " ": " ",
                    "!": "",
                    "/": "",
                    "-": "",
                    "(": "",
                    ")": "",
                }.get(sign, sign)
        else:
            piece, at = _named(found[1], text, at, notes, depth)
            yield piece
    yield text[at:]


_NEXT = re.compile(r"\\([A-Za-z]+)\*?[ \t]*|\\\\|\\.|\$|[{}]|~|``|''|---?", re.DOTALL)


def _named(name: str, text: str, at: int, notes: list[str], depth: int) -> tuple[str, int]:
    """What a command prints, and where its arguments end."""
    if name in _SIGNS:
        return _SIGNS[name], at
    if name in _ACCENTS and (letter := re.match(r"\{\\?([A-Za-z])\}", text[at:])):
        return letter[1] + _ACCENTS[name], at + letter.end()
    start, at = at, _option(text, at)
    if depth > 50:
        return "", at
    if name == "footnote":
        note, at = group(text, at)
        notes.append(one_line("".join(_pieces(note, [], depth + 1))))
        return "", at
    if name in (
        "cite",
        "citep",
        "citet",
        "ref",
        "eqref",
        "autoref",
        "cref",
        "pageref",
        "citeauthor",
    ):
        key, at = group(text, at)
        return f"[{key}]", at
    if name == "href":
        address, at = group(text, at)
        words, at = group(text, at)
        return f"{''.join(_pieces(words, notes, depth + 1))} ({address})", at
    if name == "textsuperscript":
        up, at = group(text, at)
        return raised(
            text[:start].removesuffix("\\textsuperscript"), "".join(_pieces(up, notes, depth + 1))
        ), at
    if name in _DROPPED:
        for _ in range(_DROPPED[name]):
            _, at = group(text, _option(text, at))
        return "", at
    if start != at and text[at : at + 1] != "{":
        at = start  # the brackets were text
    return "", at
