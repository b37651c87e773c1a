"""Templates of sites (Liquid, Nunjucks and their kin, Hugo's shortcodes, ERB): what they leave on the page. Nothing
is run: names stand for what the page itself gives them, lists for their entries, tags for their texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.documents.code_spans import outside
from rag.documents.text import one_line

MOST_TURNS = 200  # entries of a list that a loop writes
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
    "block extends macro set import from else with url static load paginate form section schema".split()
)
_IN_CODE = frozenset("raw endraw data variable".split())
_QUOTED = re.compile(r"\"([^\"]*)\"|['`]([^'`]*)['`]")
_ASSIGN = re.compile(
    r"\{%-?\s*(?:assign|set)\s+(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(-?[\d.]+))\s*-?%\}"
)
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
# In code between backticks, pages about such templates show them.
_ERB = re.compile(r"(`[^`\n]{1,300}`)|<%(?!%)([-=#]*)\s*(.{0,1000}?)\s*[-=]*%>", re.DOTALL)
_LIST = re.compile(r"\{%-?\s*(?:assign|set)\s+(\w+)\s*=\s*\[([^\]%]{0,2000})\]\s*-?%\}")
_TURNS = re.compile(
    r"\{%-?\s*for\s+(\w+)\s+in\s+(?:page\.)?(\w+)[^%{}]{0,100}%\}"
    r"((?:(?!\{%-?\s*(?:for|endfor)\b).){0,3000})\{%-?\s*endfor\s*-?%\}",
    re.DOTALL,
)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}([^`\n]{0,500}?)\{%-?\s*endraw")
_NOTE = re.compile(r"\{#[\s-].{0,2000}?#\}", re.DOTALL)
_CALL = re.compile(r"[\w.]+\(.*\)", re.DOTALL)
_COMMAND = re.compile(r"[\w.]+ ['\"]")  # a call as Ruby writes it: warning_text 'Do not ...'
WORDS = frozenset("alert note warning tip callout admonition info caution important".split())
"""Names of boxes, which stand above them where they have no title."""


def prepared(text: str, lists: Mapping[str, Sequence[Any]]) -> str:
    """A whole page: code in tags stands between fences, comments are gone, loops over ``lists`` (of the
    front matter, and of the page) are written out."""
    text = _HIGHLIGHT.sub(_highlighted, text)
    text = _COMMENT.sub("", text)
    text = outside(_RAW, lambda m: m[0].replace(m[1], m[1].replace("{", "&#123;")), text)
    known: dict[str, Sequence[Any]] = {name.lower(): values for name, values in lists.items()}
    for found in _LIST.finditer(text):
        known[found[1].lower()] = [a or b for a, b in _QUOTED.findall(found[2])]
    return _TURNS.sub(lambda m: _turns(m, known), text) if known else text


def _turns(found: re.Match[str], lists: Mapping[str, Sequence[Any]]) -> str:
    """What a loop writes, turn by turn."""
    name, body = found[1], found[3]
    place = re.compile(r"\{\{-?\s*" + name + r"(?:\.(\w+))?\s*(?:\|[^{}]*)?-?\}\}")
    turns: list[str] = []
    for entry in lists.get(found[2].lower(), ())[:MOST_TURNS]:

        def value(at: re.Match[str], entry: Any = entry) -> str:
            said = entry.get(at[1], "") if isinstance(entry, dict) and at[1] else entry
            return "" if isinstance(said, dict | list) else str(said)

        turns.append(place.sub(value, body))
    return "".join(turns) if turns else found[0]


def names(text: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What Liquid's tags give names to; a loop over a list of the front matter names all of it."""
    found = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ASSIGN.finditer(text)}
    found.update((m[1].lower(), one_line(m[2])) for m in _CAPTURE.finditer(text))
    found.update((m[1].lower(), fields.get(m[2].lower(), "")) for m in _LOOP.finditer(text))
    return found


def _highlighted(found: re.Match[str]) -> str:
    """Code in tags, under its title, between fences."""
    title, code = said_in(found[2]), found[3].strip("\n")
    if not code.lstrip().startswith(("```", "~~~")):
        code = f"```{found[1]}\n{code}\n```"
    return f"\n**{title}**\n\n{code}\n" if title else f"\n{code}\n"


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Prose with what its tags, values and shortcodes leave. In code they are mostly shown to be read: there values stand for
    what is known of them alone, and tags but for a few stay."""
    text = outside(_NOTE, "", text)
    text = outside(_SHORTCODE, lambda m: _shortcode(m, fields), text)
    text = _ERB.sub(lambda m: m[1] or (_value(m[3], fields) if "=" in m[2] else ""), text)
    text = outside(_TAG, _tag, text)
    text = _TAG.sub(lambda m: _tag(m) if m[1] in _IN_CODE else m[0], text)
    text = outside(_VALUE, lambda m: _value(m[1], fields), text)
    return _VALUE.sub(lambda m: _value(m[1], fields) or m[0], text)


def texts(arguments: str) -> str:
    """The texts among the arguments of a tag or a call: by their names, and what is quoted and reads like
    words, and not like a path or a word of the program."""
    named = _COLON.sub(r"\1=\2", arguments)
    quoted = (a or b for a, b in _QUOTED.findall(_ATTRIBUTE.sub("", named)))
    return ". ".join(filter(None, [*filter(_reads, quoted), said_in(named)]))


_COLON = re.compile(r"(\w+)\s*:\s*([\"'])")


def _reads(text: str) -> bool:
    bare = text.strip()
    return " " in bare or not bare.isascii() or (bare[:1].isupper() and bare.isalpha())


def _tag(found: re.Match[str]) -> str:
    """What a Liquid tag leaves: the words of an include, the name that a link leads to, the last
    word of a variable; nothing of what only steers."""
    name, rest = found[1], found[2]
    if name == "data" or name == "variable":
        return rest.split(".")[-1].replace("_", " ").strip()
    if name in ("include", "render", "include_relative", "note", "callout", "alert", "embed"):
        return texts(rest)
    if name in ("else", "elsif", "elif"):
        return " "
    if name == "blockquote":
        return f"\n\n{rest}\n\n"
    if name == "link":
        return rest.strip("\"' ")
    if name in ("trans", "translate"):
        return " ".join(a or b for a, b in _QUOTED.findall(rest))
    if name not in _STEERING and (said := texts(rest)):
        return f"\n\n**{said}**\n\n"
    return ""


def _value(path: str, fields: Mapping[str, str]) -> str:
    """What ``{{ page.title }}`` or ``<%= current_page.data.title %>`` prints where the front matter says it; of a text its words."""
    bare = path.partition("|")[0].strip()
    if (quoted := _QUOTED.fullmatch(bare)) is not None:
        return quoted[1] or quoted[2] or ""
    if _CALL.fullmatch(bare) or _COMMAND.match(bare):
        said = texts(bare)
        return f"\n\n**{said}**\n\n" if said else ""
    kind, _, name = bare.rpartition(".")
    kind = kind.removesuffix(".data")
    if kind in ("page", "current_page", "frontmatter", "$frontmatter", "this", "", "meta"):
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
    text = said_in(rest)
    if (
        not text
        and "=" not in rest
        and name not in ("youtube", "vimeo", "gist", "include", "param")
    ):
        text = " ".join(a or b for a, b in _QUOTED.findall(rest))
    if not text and name in WORDS:
        text = name.capitalize()
    return f"\n\n**{text}**\n\n" if text else ""


def said_in(attributes: str, *, whole: bool = False) -> str:
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
