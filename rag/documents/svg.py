"""The words of a drawing in SVG: what it is called, what it shows; not what it keeps out of sight."""

from __future__ import annotations

from lxml import etree

from rag.documents.office.package import local
from rag.documents.text import one_line

_UNSEEN = frozenset("defs style script metadata symbol clippath mask pattern marker".split())


def words(drawing: etree._Element) -> list[str]:
    """Its title and description, then a text an entry; pieces that stand at places of their own are
    words apart, others are none."""
    found: list[str] = []
    stack = list(reversed(drawing))
    while stack:
        one = stack.pop()
        name = local(one).lower()
        if not name or name in _UNSEEN or _hidden(one):
            continue
        if name in ("title", "desc", "foreignobject"):
            found.append(one_line(" ".join(filter(str.strip, one.itertext()))))
        elif name == "text":
            found.append(one_line("".join(_pieces(one))))
        else:
            stack.extend(reversed(one))
    return list(filter(None, found))


def _pieces(element: etree._Element) -> list[str]:
    parts = [element.text or ""]
    for one in element:
        if (
            isinstance(one.tag, str)
            and local(one).lower() not in ("title", "desc")
            and not _hidden(one)
        ):
            if any(one.get(name) is not None for name in ("x", "y", "dy")):
                parts.append(" ")
            parts.extend(_pieces(one))
        parts.append(one.tail or "")
    return parts


def _hidden(element: etree._Element) -> bool:
    style = "".join((element.get("style") or "").split()).lower()
    return (
        element.get("display") == "none"
        or element.get("visibility") in ("hidden", "collapse")
        or element.get("opacity") == "0"
        or "display:none" in style
        or "visibility:hidden" in style
    )
