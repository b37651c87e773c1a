"""What a page has struck out: by its elements (``s``, ``del``), or by its styles."""

from __future__ import annotations

from lxml import etree

from rag.documents.style_sheets import Styles
from rag.documents.text import STRUCK

_TAGS = ("s", "del", "strike")
_BLOCKS = frozenset(
    "address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main ol p pre section summary table tbody tfoot thead tr td th ul caption".split()
)
_NOT_IN = ("pre", "svg", "math", "s", "del", "strike")


def struck(text: str) -> str:
    """A text that is struck out, as it is read."""
    return f"{STRUCK}{text}]"


def is_struck(text: str) -> bool:
    """Whether something in a text is marked as struck out."""
    return STRUCK in text


def strike(written: list[str], begin: int) -> None:
    """Mark what has been written since ``begin`` as struck out, in one with what is so right before it: a line
    through two runs of text is one line.

    >>> written = ["Fee: ", "30 "]
    >>> strike(written, 1)
    >>> written.append("EUR")
    >>> strike(written, len(written) - 1)
    >>> "".join(written)
    'Fee: [struck out: 30 EUR]'
    """
    text = "".join(written[begin:])
    said = text.strip()
    if not said or begin > len(written):
        return
    lead, _, trail = text.partition(said)
    if begin > 2 and written[begin - 2].startswith(STRUCK) and written[begin - 2].endswith("]"):
        said = written[begin - 2][len(STRUCK) : -1] + written[begin - 1] + lead + said
        begin -= 3  # what is written here is three pieces
        lead = written[begin]
    written[begin:] = [lead, struck(said), trail]


def mark_struck(root: etree._Element, styles: Styles) -> None:
    """Make elements of HTML of what styles strike out; a block in such an element is struck out itself. A task
    that is ticked has its line only for that it is done."""
    for one in list(root.iter(*_TAGS)):
        if _holds_blocks(one):
            one.tag = "div"
            _mark(one)
    decorated = styles.having("decoration")
    lined = {one for one in decorated if "line-through" in styles.of(one, "decoration")}
    for one in [one for one in decorated if one in lined and not _done(one)]:
        if one.tag not in _TAGS and not any(
            above in lined or above.tag in _NOT_IN for above in one.iterancestors()
        ):
            _mark(one)


def _mark(element: etree._Element) -> None:
    """Put the text of an element, and that of each block in it, into elements that strike it out."""
    waiting = [element]
    while waiting:
        block = waiting.pop()
        inner = [one for one in block if one.tag in _BLOCKS or _holds_blocks(one)]
        if not inner:
            _wrap(block, list(block), block.text)
            continue
        waiting.extend(inner)
        among = set(inner)
        _wrap(block, block[: block.index(inner[0])], block.text)
        for one in inner:
            row: list[etree._Element] = []
            while (after := (row[-1] if row else one).getnext()) is not None and after not in among:
                row.append(after)
            text, one.tail = one.tail, None
            _wrap(block, row, text, one)


def _wrap(
    block: etree._Element,
    row: list[etree._Element],
    text: str | None,
    after: etree._Element | None = None,
) -> None:
    """Put a text and the elements behind it, which stand first in a block or after another in it, into one that
    strikes them out."""
    if not row and not (text or "").strip():
        if after is not None:
            after.tail = text
        return
    line = etree.Element("s")
    line.text = text
    line.extend(row)
    if after is None:
        block.text = None
        block.insert(0, line)
    else:
        after.addnext(line)


def _holds_blocks(element: etree._Element) -> bool:
    return next(element.iterdescendants(*_BLOCKS), None) is not None


def _done(element: etree._Element) -> bool:
    """Whether an element is of a task that is ticked."""
    above = element.getparent()
    item = element if element.tag == "li" else next(element.iterancestors("li"), above)
    box = next(item.iter("input"), None) if item is not None else None
    return box is not None and box.get("checked") is not None
