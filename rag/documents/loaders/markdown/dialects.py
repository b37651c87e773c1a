"""What site generators add to Markdown, as the text that it becomes: Liquid's tags, shortcodes, MDX,
admonitions, tabs. What only steers the page goes; what a reader of the site would see stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.documents.text import one_line

_CAPTION = re.compile(r"\bfig\.cap\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")
_ADMONITION = re.compile(r"^(\s*)(?:!!!|\?\?\?\+?)\s*([\w-]+)?[^\"\n]*(?:\"([^\"]*)\")?\s*$")
_TAB = re.compile(r"^(\s*)===[+!]?\s+\"([^\"]*)\"\s*$")
_DIRECTIVE = re.compile(r"^\s*:{3,}\s*(?:\{)?\s*([\w-]*)(?:\})?\s*(?:\[([^\]]*)\])?(.*)$")
_MYST = re.compile(
    r"^\{(note|warning|tip|important|caution|danger|hint|attention|seealso|admonition|dropdown|card|"
    r"tab-item|tab-set|grid-item-card|versionadded|versionchanged|deprecated|sidebar|topic|figure)\}\s*(.*)$"
)
_CALLOUT = re.compile(r"^(\s*>\s*)\[!(\w+)\][+-]?[ \t]*(.*)$")
_SNIPPET = re.compile(r"^\s*-{1,2}8<-{1,2}.*$|^\s*\{!.*!\}\s*$|^@include\b.*$")
_ATTRIBUTES = re.compile(
    r"\{:[^{}\n]*\}|(?<=[^\s:])[ \t]*\{[#.][\w .#=\"'-]*\}[ \t]*$", re.MULTILINE
)
_MDX_LINE = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let|function)\b.*)$"
)
_MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_COMPONENT = re.compile(
    r"<(/?)([A-Z][\w.]*)((?:\s+[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}))?)*)\s*(/?)>"
)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\}"
    r"|\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\})"
)
_MARKUP = re.compile(r"<[^<>]*>")
_TEXTS = frozenset(
    "title label header summary caption alt name description content text fig-cap fig.cap".split()
)
_TECHNICAL = frozenset(
    "class classname style id href src url to icon srcset sizes params width height rel target "
    "data-toggle layout viewbox d points path styles".split()
)
_STEERING = frozenset(
    "if elsif else unless case when for tablerow assign capture increment decrement cycle raw layout "
    "block extends macro set import from url static load paginate form section schema".split()
)
_CONSTANT = re.compile(
    r"^export const (\w+) = (?:'([^'\n]*)'|\"([^\"\n]*)\"|`([^`$\n]*)`|(-?[\d.]+));?[ \t]*$",
    re.MULTILINE,
)
_OPTION = re.compile(r"^:[\w-]+:")
_QUOTED = re.compile(r"\"([^\"]*)\"|['`]([^'`]*)['`]")
_ASSIGN = re.compile(r"\{%-?\s*assign\s+(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(-?[\d.]+))\s*-?%\}")
_CAPTURE = re.compile(r"\{%-?\s*capture\s+(\w+)\s*-?%\}(.{0,2000}?)\{%-?\s*endcapture", re.DOTALL)
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+page\.(\w+)")
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_HIGHLIGHT = re.compile(
    r"\{%-?\s*(?:highlight|code)\s*(\w*(?![\w=]))([^%]*?)-?%\}(.*?)\{%-?\s*end(?:highlight|code)\s*-?%\}",
    re.DOTALL,
)
# How far an end is looked for is bounded: of marks that are opened and never closed, each would look
# through all the rest.
_TAG = re.compile(r"\{%-?\s*(\w*)\s*(.{0,1000}?)\s*-?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{-?\s*([^{}<%]*?)\s*-?\}\}")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(/?)\s*([\w/.-]*)\s*(.{0,1000}?)\s*/?\s*[%>]\}\}", re.DOTALL)
_WIKI = re.compile(r"!?\[\[([^\[\]|#\n]+)(?:#([^\[\]|\n]*))?(?:\|([^\[\]\n]*))?\]\]")
_WORDS = (
    "alert",
    "note",
    "warning",
    "tip",
    "callout",
    "admonition",
    "info",
    "caution",
    "important",
)


def as_markdown(text: str, fields: Mapping[str, str]) -> str:
    """The page in plain Markdown; ``fields`` are those of its front matter. Code stays as it is."""
    text = _HIGHLIGHT.sub(_highlighted, text)
    text = _COMMENT.sub("", text)
    fields = {**fields, **_set(text, fields)}
    constants = {m[1]: m[2] or m[3] or m[4] or m[5] or "" for m in _CONSTANT.finditer(text)}
    if constants:
        text = re.sub(r"(?<![{$=])\{(\w+)\}(?!\})", lambda m: constants.get(m[1], m[0]), text)
    parts: list[str] = []
    for is_code, part in _parts(text):
        parts.append(part if is_code else _prose(part, fields))
    return "\n".join(parts)


def _set(text: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What Liquid's tags give names to; a loop over a list of the front matter names all of it."""
    found = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ASSIGN.finditer(text)}
    found.update((m[1].lower(), one_line(m[2])) for m in _CAPTURE.finditer(text))
    found.update((m[1].lower(), fields.get(m[2].lower(), "")) for m in _LOOP.finditer(text))
    return found


def _highlighted(found: re.Match[str]) -> str:
    """Code in tags, under its title, between fences."""
    title, code = _said(found[2]), found[3].strip("\n")
    if not code.lstrip().startswith(("```", "~~~")):
        code = f"```{found[1]}\n{code}\n```"
    return f"\n**{title}**\n\n{code}\n" if title else f"\n{code}\n"


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The page in pieces: code between fences, and what is around it."""
    prose: list[str] = []
    code: list[str] = []
    closing = ""
    directives: list[str] = []  # the fences of those that are open
    titled = False  # whether options of a directive may follow
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if titled and _OPTION.match(line.strip()):
            continue
        titled = False
        if closing:
            code.append(line)
            if fence and fence[2].startswith(closing) and not fence[3].strip():
                yield True, "\n".join(code)
                if caption := _CAPTION.search(code[0]):
                    prose.append(f"\n{caption[1] or caption[2]}\n")
                code, closing = [], ""
        elif fence and (found := _MYST.match(fence[3].strip())):
            # A directive in a fence is prose: its title, and what stands in it.
            prose.append(f"\n**{found[2] or found[1].capitalize()}**\n")
            directives.append(fence[2])
            titled = True
        elif fence and directives and fence[2] == directives[-1] and not fence[3].strip():
            directives.pop()
            prose.append("")
        elif fence:
            if prose:
                yield False, "\n".join(prose)
                prose = []
            code, closing = [line], fence[2]
        else:
            prose.append(line)
    if prose:
        yield False, "\n".join(prose)
    if code:
        yield True, "\n".join(code)


def _prose(text: str, fields: Mapping[str, str]) -> str:
    text = _MDX_COMMENT.sub("", text)
    text = _SHORTCODE.sub(lambda m: _shortcode(m, fields), text)
    text = _TAG.sub(_tag, text)
    text = _VALUE.sub(lambda m: _value(m[1], fields), text)
    text = _ATTRIBUTES.sub("", text)
    text = _COMPONENT.sub(_component, text)
    text = _WIKI.sub(lambda m: m[3] or " ".join(filter(None, (m[1], m[2]))), text)
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    """Line by line: admonitions and tabs lose the indent of what stands in them."""
    inside: list[int] = []  # indents of the open admonitions
    for line in text.split("\n"):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        while inside and bare and indent <= inside[-1]:
            inside.pop()
        cut = 4 * len(inside)
        shown = line[cut:] if line[:cut].strip() == "" else line.lstrip()
        if found := _ADMONITION.match(shown):
            inside.append(indent)
            title = found[3] if found[3] is not None else (found[2] or "").capitalize()
            yield f"\n**{title}**\n" if title else ""
        elif found := _TAB.match(shown):
            inside.append(indent)
            yield f"\n**{found[2]}**\n"
        elif bare.startswith(":::") and (found := _DIRECTIVE.match(shown)):
            title = (found[2] or found[3] or "").strip().strip("{}")
            if "=" in title or title.startswith((".", "#")):
                title = _said(title)
            named = found[1].capitalize() if found[1] in _WORDS else ""
            yield f"\n**{title or named}**\n" if title or named else ""
        elif found := _CALLOUT.match(shown):
            yield f"{found[1]}**{found[3] or found[2].capitalize()}**"
            yield found[1].rstrip()
        elif _MDX_LINE.match(shown) or _SNIPPET.match(shown):
            yield ""
        else:
            yield shown


def _tag(found: re.Match[str]) -> str:
    """What a Liquid tag leaves: the words of an include, the name that a link leads to, the last
    word of a variable; nothing of what only steers."""
    name, rest = found[1], found[2]
    if name == "data" or name == "variable":
        return rest.split(".")[-1].replace("_", " ").strip()
    if name in ("include", "render", "include_relative", "note", "callout", "alert", "embed"):
        return _said(rest)
    if name == "link":
        return rest.strip("\"' ")
    if name in ("trans", "translate"):
        return " ".join(a or b for a, b in _QUOTED.findall(rest))
    if name not in _STEERING and (said := _said(rest)):
        return f"\n\n**{said}**\n\n"
    return ""


def _value(path: str, fields: Mapping[str, str]) -> str:
    """What ``{{ page.title }}`` prints where the front matter says it; of a text its words."""
    bare = path.partition("|")[0].strip()
    if (quoted := _QUOTED.fullmatch(bare)) is not None:
        return quoted[1] or quoted[2] or ""
    kind, _, name = bare.rpartition(".")
    if kind in ("page", "frontmatter", "$frontmatter", "this", "", "meta"):
        return fields.get(name.lower(), "")
    return ""


def _shortcode(found: re.Match[str], fields: Mapping[str, str]) -> str:
    """What a Hugo shortcode leaves: the texts that it is given, a field of the front matter."""
    closes, name, rest = found[1], found[2], found[3]
    if name == "param":
        key = rest.strip("\"'` ").lower()
        return fields.get(key) or fields.get(f"params.{key}", "")
    if closes or name in ("ref", "relref", "figure-ref", "highlight"):
        return ""
    text = _said(rest)
    if (
        not text
        and "=" not in rest
        and name not in ("youtube", "vimeo", "gist", "include", "param")
    ):
        text = " ".join(a or b for a, b in _QUOTED.findall(rest))
    if not text and name in _WORDS:
        text = name.capitalize()
    return f"\n\n**{text}**\n\n" if text else ""


def _component(found: re.Match[str]) -> str:
    """What a component of MDX leaves: its title or label."""
    if found[1]:
        return "\n\n"
    said = _said(found[3], whole=bool(found[4]))
    return f"\n\n**{said}**\n\n" if said else "\n\n"


def _said(attributes: str, *, whole: bool = False) -> str:
    """The texts among attributes: by their names, and what has several words; of a ``whole`` component,
    in which nothing stands, its value."""
    said: list[str] = []
    for found in _ATTRIBUTE.finditer(attributes):
        name, text = found[1].lower(), found[2] or found[3] or found[4] or ""
        if found[5] and found[5].lstrip().startswith("<"):
            text = one_line(_MARKUP.sub(" ", found[5]))
        elif found[5]:
            text = " ".join(f"{a or b}." for a, b in _QUOTED.findall(found[5]) if " " in (a or b))
        shown = name in _TEXTS or (whole and name == "value")
        if shown or (" " in text.strip() and name not in _TECHNICAL and "=" not in text):
            said.append(text)
    return " ".join(said)
