"""Rich Text Format: paragraphs, tables, notes, list numbers; hidden and deleted text is left out."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.documents.document import Document
from rag.documents.edges import without_pages
from rag.documents.faked_headings import USUAL, faked_headings
from rag.documents.loaders.rtf.forms import Form
from rag.documents.loaders.rtf.written import RowLayout, State, Written
from rag.documents.pictures import Pictures
from rag.documents.rich_text import SIGNS, pieces, symbol_fonts
from rag.documents.source import Source
from rag.documents.symbol_fonts import as_shown
from rag.documents.text import one_line
from rag.documents.told import left_out
from rag.documents.writer import Writer
from rag.errors import LoadError

_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator themedata "
    "colorschememapping latentstyles datastore objdata xmlnstbl filetbl fldinst bkmkstart "
    "bkmkend nonesttables nonshppict mmathPr wgrffmtfilter listpicture pnseclvl sp sn pgptbl xe tc "
    "atnid atnref atndate atntime atrfstart atrfend atnicn shprslt ftnsep ftnsepc aftnsep aftnsepc passwordhash factoidname".split()
)
_READ_ANYWAY = frozenset(
    (
        "shptxt",
        "shpinst",
        "fldinst",
        "annotation",
        "atnauthor",
        "footnote",
        "dptxbxtext",
        "do",
        "shppict",
        "formfield",
        "ffl",
        "nesttableprops",
    )
)
_EDGES = frozenset("header footer headerl headerr headerf footerl footerr footerf".split())
_DEEPEST = 2_000
_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')


def load(source: Source) -> Document:
    """The text of the file; its title and author as its properties say.

    Raises:
        LoadError: it is no RTF.
    """
    data = source.data
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise LoadError("not an RTF file: it does not start as one")
    pictures = Pictures(source)
    reader = Written(Writer(), pictures, faked=_looked_like(data))
    _read(data, reader)
    reader.paragraph()
    reader.end_table()
    if edges := without_pages(one_line("".join(reader.edges))):
        reader.writer.paragraph(f"Header or footer: {edges}")
    notes: list[str] = []
    if reader.left_out:
        notes.append(left_out(reader.left_out, "piece", "of hidden or deleted text"))
    notes.extend(pictures.told(reader.writer))
    info = reader.info
    return reader.writer.document(
        "rtf", title=info.get("title", ""), author=info.get("author", ""), notes=notes
    )


def _looked_like(data: bytes) -> dict[int, int]:
    """Levels of the paragraphs that are headings by their looks; none where headings are marked as such."""
    reader = Written(Writer(), None)
    _read(data, reader)
    reader.paragraph()
    return {} if reader.headed else faked_headings(reader.looks)


def _read(data: bytes, reader: Written) -> None:
    stack: list[State] = []
    state = State()
    fonts = symbol_fonts(data)
    for piece in pieces(data):
        match piece.kind:
            case "open":
                if len(stack) > _DEEPEST:
                    raise LoadError("it is nested too deeply to be read")
                stack.append(state)
                state = replace(state)
            case "close":
                _close(state, stack[-1] if stack else state, reader)
                state = stack.pop() if stack else state
            case "text":
                shown = as_shown(piece.text, state.font) if state.font else piece.text
                reader.add(shown, state)
            case "word" if piece.text == "f":
                state.font = fonts.get(piece.value or 0, "")
            case "bytes" if state.into == "pict":
                reader.picture.append(piece.data.hex())
            case "word":
                _control(piece.text, piece.value, piece.starred, state, reader)


def _bytes_of(digits: str) -> bytes:
    """Bytes that are written as two digits each; none where they are not."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


def _close(state: State, outer: State, reader: Written) -> None:
    """The end of a group: behind a field's words comes where it leads."""
    if state.into == "link" and outer.into != "link":
        found = _LINK.search("".join(reader.link))
        reader.link = []
        reader.target = found[1] if found else ""
    if state.result and not outer.result and reader.target:
        bare = reader.target.removeprefix("mailto:")
        if bare not in "".join(reader.buffer):
            reader.add(f" ({bare})", outer)
        reader.target = ""
    if state.into == "pict" and outer.into != "pict":
        reader.shown.append(_bytes_of("".join(reader.picture)))
        reader.picture = []
    if state.into == "edge" and outer.into != "edge":
        reader.edges.append(" ")
    if state.into == "form" and outer.into != "form":
        reader.add_form()
    if state.into == "box" and outer.into != "box":
        reader.end_box()


def _control(name: str, value: int | None, starred: bool, state: State, reader: Written) -> None:
    """A control word: what it does to the state, or to the text."""
    on = value != 0
    if starred and name not in _READ_ANYWAY:
        state.into = "skip"
        return
    match name:
        case "fldinst":
            state.into = "link"
        case "fldrslt":
            state.result = True
        case "pict" if state.into != "skip":
            state.into = "pict"
        case "info":
            state.into = "info:"
        case "title" | "author" | "subject" if state.into.startswith("info:"):
            state.into = f"info:{name}"
        case "footnote":
            state.into = "note"
        case "shptxt" | "dptxbxtext":
            state.into = "box"
        case "formfield":
            state.into, reader.form = "form", Form()
        case "ffl":
            state.into = "choice"
            reader.form.choices.append("")
        case "nesttableprops":
            state.into = "inner row"
        case "annotation":
            state.into = "comment"
        case "atnauthor":
            state.into = "author"
        case _ if name in _EDGES:
            state.into = "edge"
        case _ if name in _SKIPPED:
            state.into = "skip"
        case "v":
            state.hidden = on
        case "deleted":
            state.deleted = on
        case "super" | "up":
            state.raised = on
        case "nosupersub" | "sub" | "dn":
            state.raised = False
        case "plain":
            state.hidden = state.deleted = state.raised = state.bold = False
            state.struck = False
            state.font, state.size = "", USUAL
        case "b":
            state.bold = on
        case "strike" | "striked":
            state.struck = on
        case "fs" if value:
            state.size = value
        case _ if state.into == "form":
            reader.form.tell(name, value)
        case _ if not _row_control(name, value, state, reader):
            _text_control(name, value, state, reader)


def _row_control(name: str, value: int | None, state: State, reader: Written) -> bool:
    """Whether a control word says how a row of a table is laid out."""
    inner = state.into == "inner row"
    layout = reader.inner_layout if inner else reader.layout
    match name:
        case "trowd" if inner:
            reader.inner_layout = RowLayout()
        case "trowd":
            reader.layout = RowLayout()
        case "trleft":
            layout.edges[0] = value or 0
        case "clmrg":
            layout.beside = True
        case "clvmrg":
            layout.below = True
        case "cellx":
            layout.end_cell(value or 0)
        case "nestrow":
            reader.end_row(inner=True)
        case _:
            return False
    return True


def _text_control(name: str, value: int | None, state: State, reader: Written) -> None:
    if state.into != "text":
        if name in SIGNS:
            reader.add(" " if SIGNS[name] in "\n\t" else SIGNS[name], state)
        return
    match name:
        case "par" | "sect":
            reader.paragraph()
        case "pard":
            reader.in_table, reader.nested, reader.level, reader.listed = False, False, 0, False
        case "intbl":
            reader.in_table = True
        case "cell" | "nestcell":
            reader.end_cell(inner=name == "nestcell")
        case "row":
            reader.end_row()
        case "itap":
            reader.nested = (value or 0) > 1
        case "outlinelevel" if value is not None and 0 <= value < 9:
            reader.level = value + 1
        case "ls" | "ilvl":
            reader.listed = True
        case _ if name in SIGNS:
            reader.add(SIGNS[name], state)
