"""reStructuredText, rendered by docutils and then read as HTML is."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import roles, states
from docutils.readers import standalone
from docutils.statemachine import StringList
from docutils.transforms import Transform, universal
from docutils.utils import unescape

from rag.documents.aligned import in_lines
from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer

# A document is data: it may not include other files, embed raw HTML or read a config file.
_SAFE = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "initial_header_level": 2,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "smart_quotes": False,
    "read_unknown": True,  # of ours: see _read_unknown
}
_LISTS_FILES = frozenset(
    "toctree index highlight default-domain currentmodule module automodule autoclass autofunction "
    "automethod autosummary literalinclude bibliography tags meta".split()
)
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
}
_LITERAL = frozenset(
    "code code-block sourcecode doctest testcode testoutput prompt ipython jupyter-execute code-cell "
    "mermaid graphviz digraph graph uml plantuml productionlist parsed-literal csv-table".split()
)
"""Directives whose lines stand as they are."""

_FIRST_LINE_HIDDEN = (_LITERAL - {"csv-table", "parsed-literal", "doctest"}) | frozenset(
    "image figure class container sectnum".split()
)
"""Directives whose first line tells a program how to show them, and not a reader."""

_NEVER_READ = frozenset("include raw contents role default-role date unicode replace".split())
_DEEPEST = 5
"""Directives in directives of which what is refused is read again, which takes twice as long a level."""

_OPTION = re.compile(r":([\w -]+):(?:\s+(.*))?$")
_refuse = states.Body.unknown_directive
_run = states.Body.run_directive
_parse_options = states.Body.parse_extension_options


def _ours(state: Any) -> bool:
    """Whether a state of docutils' parser reads one of our documents: others in the process stay as they are."""
    return getattr(state.document.settings, "read_unknown", False)


def _read_unknown(self: Any, name: str) -> tuple[list[nodes.Node], bool]:
    """A directive that docutils does not know (Sphinx's and others'): what stands in it is read as the
    paragraphs or the code that it is, where the document is one of ours."""
    if not _ours(self):
        refused: tuple[list[nodes.Node], bool] = _refuse(self, name)
        return refused
    found = self.state_machine.get_first_known_indented(0, strip_indent=False)
    lines, offset, finished = list(found[0]), found[2], found[3]
    argument = lines[0].partition("::")[2].strip() if lines else ""
    if name == "literalinclude" and argument:
        self.document.settings.left_out.append(argument)
    if name.rpartition(":")[2].lower() in _LISTS_FILES:
        return [], finished
    return _inside(self, name, lines, offset), finished


def _inside(state: Any, name: str, lines: list[str], offset: int) -> list[nodes.Node]:
    """What stands in a directive, read as what it is: the rest of its first line, its caption, and its body."""
    argument = lines[0].partition("::")[2].strip() if lines else ""
    if name in _FIRST_LINE_HIDDEN:
        argument = ""
    elif argument and name in _VERSIONS:
        argument = f"{_VERSIONS[name]} {argument}"
    body = textwrap.dedent("\n".join(lines[1:])).split("\n")
    caption = ""
    while body and (option := _OPTION.match(body[0])):
        caption = option[2] or "" if option[1] == "caption" else caption
        body.pop(0)
    holder = nodes.container()
    above = [line for said in (argument, caption) if said for line in (said, "")]
    code = "\n".join(body).strip("\n")
    shown = above if name in _LITERAL else [*above, *body]
    state.nested_parse(StringList(shown, source="directive"), offset, holder)
    if name in _LITERAL and code:
        holder += nodes.literal_block(code, code)
    return [holder]


def _run_any(
    self: Any, directive: Any, match: Any, name: str, presets: dict[str, Any]
) -> tuple[list[nodes.Node], bool]:
    """A directive that docutils knows, with the caption that only Sphinx knows; what stands in one that it refuses is
    read as that of one that it does not know."""
    if not _ours(self):
        run: tuple[list[nodes.Node], bool] = _run(self, directive, match, name, presets)
        return run
    captions = self.document.settings.captions
    captions.append("")
    offset = self.state_machine.abs_line_offset()
    found, finished = _run(self, directive, match, name, presets)
    refused = [one for one in found if isinstance(one, nodes.system_message)]
    read: list[nodes.Node] = []
    if captions[-1] and not refused:
        words, _ = self.inline_text(captions[-1], self.state_machine.abs_line_number())
        found = [nodes.paragraph("", "", *words), *found]
    elif name.lower() not in _NEVER_READ | _LISTS_FILES and len(captions) <= _DEEPEST:
        for message in refused:
            for block in message.findall(nodes.literal_block):
                read += _inside(self, name.lower(), block.rawsource.split("\n"), offset)
    captions.pop()
    return [*found, *read], finished


def _options(self: Any, spec: Any, lines: Any) -> tuple[bool, Any]:
    """The options of a directive, without those that docutils does not know or whose value it does not take:
    for Sphinx, or another program, they are fine."""
    if not _ours(self):
        parsed: tuple[bool, Any] = _parse_options(self, spec, lines)
        return parsed
    holder = nodes.field_list()
    at, finished = self.nested_list_parse(
        lines, 0, holder, initial_state="ExtensionOptions", blank_finish=True
    )
    if at != len(lines) or not finished:
        return False, "invalid option block"
    options: dict[str, Any] = {}
    for field in holder:
        name, value = field[0].astext().lower(), field[1].astext() or None
        if name == "caption" and name not in spec and value:
            self.document.settings.captions[-1] = value
        try:
            options.setdefault(name, spec[name](value))
        except (KeyError, ValueError, TypeError):
            continue
    return True, options


_MARKED = re.compile(r"(?::[\w:+.-]+:)?(?P<mark>[`|]?)(?P<words>[^`|]+?)(?P=mark)_{0,2}")
_TITLED = re.compile(r"(?P<title>.+?)\s*<[^<>]+>", re.DOTALL)
_interpret = states.Inliner.interpreted


def _interpret_unknown(
    self: Any, rawsource: str, text: str, role: str, lineno: int
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """A role that docutils does not know, such as Sphinx's references: its words, where the document is one of ours."""
    if getattr(self.document.settings, "read_unknown", False):
        known, _ = roles.role(role, self.language, lineno, self.reporter)
        if known is None:
            plain = unescape(text)
            titled = _TITLED.fullmatch(plain)
            short = plain.rpartition(".")[2] if plain.startswith("~") else plain.lstrip("!")
            return [nodes.inline(rawsource, titled["title"] if titled else short)], []
    found: tuple[list[nodes.Node], list[nodes.Node]] = _interpret(
        self, rawsource, text, role, lineno
    )
    return found


states.Body.unknown_directive = _read_unknown
states.Body.run_directive = _run_any
states.Body.parse_extension_options = _options
states.Inliner.interpreted = _interpret_unknown


def _unresolved(marked: str) -> str:
    """The words of what refers to something that stands in another file, or is not there.

    >>> _unresolved("|release|"), _unresolved("`The forum`_"), _unresolved(":pep:`Naming <8#naming>`")
    ('release', 'The forum', 'Naming')
    """
    found = _MARKED.fullmatch(marked)
    words = found["words"] if found else marked
    titled = _TITLED.fullmatch(words)
    return titled["title"] if titled else words


_REFUSED = re.compile(r"\.\.\s+include::\s+([^\s<]\S*)|:(?:file|url):\s+(\S+)")


def _left_out(document: nodes.document) -> list[str]:
    """The files that directives name and that are not taken in."""
    told = (message.astext() for message in document.findall(nodes.system_message))
    found = (_REFUSED.search(text) for text in told)
    return [one[1] or one[2] for one in found if one]


class _Unmarked(Transform):  # type: ignore[misc]
    """Puts words in the place of what refers to nothing, before its marks become text."""

    default_priority = universal.FilterMessages.default_priority - 1

    def apply(self) -> None:
        """See docutils."""
        self.document.settings.left_out += _left_out(self.document)
        for node in list(self.document.findall(nodes.problematic)):
            node.parent.replace(node, nodes.Text(_unresolved(node.astext())))


class _Reader(standalone.Reader):  # type: ignore[misc]
    def get_transforms(self) -> list[type[Transform]]:
        """See docutils."""
        return [*super().get_transforms(), _Unmarked]


def load(source: Source) -> Document:
    """The rendered page; its first heading is its title."""
    left_out: list[str] = []
    settings = _SAFE | {"left_out": left_out, "captions": []}
    parts = publish_parts(
        source.text(), reader=_Reader(), writer="html5", settings_overrides=settings
    )
    writer = Writer()
    write(parse(parts["html_body"]), writer, links=True)
    title = "".join(parse(parts["title"] or "<p>").itertext())
    notes = [f"the included {name} is not followed" for name in dict.fromkeys(left_out)]
    document = writer.document("rst", title=title, notes=notes)
    return in_lines(document, source.text())
