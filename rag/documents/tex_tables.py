"""Tables of LaTeX: rows and cells with what they span, the heads and feet that long ones repeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.documents.tables import Cell, write_table
from rag.documents.tex_macros import group
from rag.documents.text import one_line
from rag.documents.writer import Writer

MOST_SPANNED = 1_000  # rows or columns that one cell may span
_WIDTHS = {"tabularx": 2, "tabulary": 2, "xltabular": 2, "tabular*": 2}  # groups before the rows
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|specialrule|addlinespace|centering|rowcolor|arrayrulecolor)\b"
    r"(?:\[[^\]]*\])*(?:\{[^{}]*\})*|\\(?:cline|cmidrule)(?:\([^)]*\))?(?:\[[^\]]*\])?\{[^}]*\}"
)
_PARTS = re.compile(r"\\(endfirsthead|endhead|endfoot|endlastfoot)\b")
_BOXES = re.compile(
    r"\\begin\{(?:minipage|varwidth)\}(?:\[[^\]]*\])*(?:\{[^{}]*\})?|\\end\{(?:minipage|varwidth)\}"
)
_INNER = re.compile(
    r"\\begin\{tabular\}(?:\[[^\]]*\])?\{(?:[^{}]|\{[^{}]*\})*\}(.*?)\\end\{tabular\}", re.DOTALL
)
_CAPTION = re.compile(r"\\caption\*?\s*(?:\[[^\]]*\])?\s*(?=\{)")
_SPLIT = re.compile(r"\\\\\*?(?:\[[^\]]*\])?|\\tabularnewline\b|\\.|[{}&]", re.DOTALL)
_COLUMNS = re.compile(r"\s*\\multicolumn\s*(?=\{)")
_ROWS = re.compile(r"\s*\\(multirow|multirowcell|multirowthead)\s*(?:\[[^\]]*\])?(?=\{)")

Plain = Callable[[str, list[str]], str]
"""Makes text of TeX; its footnotes are added to the list."""


def write_tex_table(text: str, kind: str, writer: Writer, plain: Plain) -> None:
    """Write what stands in an environment of tables (``kind``)."""
    at = _options(text, 0)
    for _ in range(_WIDTHS.get(kind, 1)):
        _, at = group(text, at)
        at = _options(text, at)
    notes: list[str] = []
    body = _INNER.sub(lambda m: re.sub(r"(?<!\\)&|\\\\", " ", m[1]), _BOXES.sub("", text[at:]))
    body = _shown_once(body)
    captions, body = _captions(body)
    for caption in captions:
        writer.paragraph(plain(caption, notes))
    head, rest = _head(body)
    rows = [list(_cells(row, notes, plain)) for row in _pieces(head, "\\")]
    marked = sum(1 for row in rows if any(cell.text for cell in row)) if rest else 0
    rows.extend(list(_cells(row, notes, plain)) for row in _pieces(rest, "\\"))
    write_table(_spanned(rows), writer, marked=marked)
    for note in notes:
        writer.paragraph(f"Footnote: {note}")


def _options(text: str, at: int) -> int:
    while text[at : at + 1] == "[" and (end := text.find("]", at)) >= 0:
        at = end + 1
    return at


def _shown_once(body: str) -> str:
    """A long table with its first head and its last foot, which stand on its first and last page."""
    pieces = _PARTS.split(body)
    named = dict(zip(pieces[1::2], pieces[::2], strict=False))
    head = named.get("endfirsthead") or named.get("endhead") or ""
    foot = named.get("endlastfoot") or named.get("endfoot") or ""
    return f"{head}{pieces[-1]}{foot}"


def _captions(body: str) -> tuple[list[str], str]:
    captions: list[str] = []
    while found := _CAPTION.search(body):
        caption, end = group(body, found.end())
        captions.append(caption)
        body = body[: found.start()] + body[end:]
    return captions, body


def _head(body: str) -> tuple[str, str]:
    """The rows above the rule that parts names from values, and those below; no second where no rule does."""
    rules = [found.span() for found in re.finditer(r"\\midrule\b", body)]
    if not rules:
        lines = [found.span() for found in re.finditer(r"\\hline\b", body)]
        rules = [span for span in lines if body[: span[0]].replace("\\hline", "").strip()]
        rules = rules if len(lines) > 1 else []
    if not rules:
        return body, ""
    head, rest = body[: rules[0][0]], body[rules[0][1] :]
    return (head, rest) if _RULES.sub("", rest).strip() else (body, "")


def _pieces(text: str, sign: str) -> Iterator[str]:
    """Text between signs that stand in no braces: ``&``, or the end of a row."""
    depth, begin = 0, 0
    text = _RULES.sub(" ", text)
    for found in _SPLIT.finditer(text):
        token = found[0]
        if token in "{}":
            depth = max(0, depth + (1 if token == "{" else -1))
        elif not depth and (
            token == sign or (sign == "\\" and token.startswith(("\\\\", "\\tabularnewline")))
        ):
            yield text[begin : found.start()]
            begin = found.end()
    yield text[begin:]


def _cells(row: str, notes: list[str], plain: Plain) -> Iterator[Cell]:
    for text in _pieces(row, "&"):
        rows = columns = 1
        while found := _COLUMNS.match(text) or _ROWS.match(text):
            count, at = group(text, found.end())
            number = int(count) if count.strip().isdigit() and len(count) < 6 else 1
            if found.re is _COLUMNS:
                columns = min(number, MOST_SPANNED)
                _, at = group(text, at)
            else:
                rows = min(number, MOST_SPANNED)
                if found[1] == "multirow":
                    at = _options(text, at)
                    at = at + 1 if text[at : at + 1] in "*=" else group(text, at)[1]
                at = _options(text, at)
            inside, end = group(text, at)
            text = inside + text[end:]
        yield Cell(one_line(plain(text, notes)), rows, columns)


def _spanned(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows without the empty cells over which cells above them reach."""
    held: dict[int, int] = {}  # by column: rows that are still reached over
    result: list[list[Cell]] = []
    for row in rows:
        if not any(cell.text for cell in row):
            continue
        kept: list[Cell] = []
        column = 0
        for cell in row:
            reached = held.get(column, 0)
            if reached and not cell.text:
                held[column] = reached - 1
            else:
                kept.append(cell)
                for at in range(column, column + cell.columns):
                    held[at] = cell.rows - 1
            column += cell.columns
        result.append(kept)
    return result
