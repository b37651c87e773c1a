"""Cells that hold more than a value (rich values): a picture, an entry that a service fills. Older programs
are shown an error in them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from rag.documents.office.package import Package, attribute, child, children, descendants
from rag.documents.text import one_line


@dataclass(frozen=True, slots=True)
class RichValue:
    """What such a cell shows: words, and the part of a picture ("" where there is none)."""

    text: str
    picture: str = ""


def rich_values(package: Package, main: str) -> dict[str, RichValue]:
    """The rich values of a workbook, by the number that cells have for them (``vm``)."""
    kinds, values, pictures = (
        _part(package, main, kind)
        for kind in ("rdRichValueStructure", "rdRichValue", "richValueRel")
    )
    metadata = _part(package, main, "sheetMetadata")
    if metadata is None or values is None:
        return {}
    structures = [
        [attribute(key, "n") or "" for key in children(one, "k")] for one in children(kinds, "s")
    ]
    relations = package.relations(next(iter(package.related(main, "richValueRel")), ""))
    targets = [
        relations[key].target if (key := attribute(one, "id") or "") in relations else ""
        for one in children(pictures, "rel")
    ]
    read = [_read(one, structures, targets) for one in children(values, "rv")]
    blocks = [attribute(one, "i") or "" for one in descendants(metadata, "rvb")]
    found: dict[str, RichValue] = {}
    for number, block in enumerate(children(child(metadata, "valueMetadata"), "bk"), start=1):
        at = _number(attribute(child(block, "rc"), "v"), len(blocks))
        which = _number(blocks[at], len(read)) if at is not None else None
        if which is not None:
            found[str(number)] = read[which]
    return found


def _part(package: Package, main: str, kind: str) -> etree._Element | None:
    part = next(iter(package.related(main, kind)), None)
    return package.xml(part) if part else None


def _read(value: etree._Element, structures: list[list[str]], targets: list[str]) -> RichValue:
    kind = _number(attribute(value, "s"), len(structures))
    texts = [one_line(one.text or "") for one in children(value, "v")]
    named = dict(zip(structures[kind], texts, strict=False)) if kind is not None else {}
    image = _number(named.get("_rvRel:LocalImageIdentifier"), len(targets))
    said = named.get("Text", "")
    if image is not None or "WebImageIdentifier" in named:
        shown = f"[Picture: {said}]" if said else "[Picture]"
        return RichValue(shown, targets[image] if image is not None else "")
    return RichValue(named.get("_DisplayString", ""))


def _number(text: str | None, below: int) -> int | None:
    """A number from 0, where it is one, and small enough."""
    if text is None or not text.isdigit() or len(text) > 9 or int(text) >= below:
        return None
    return int(text)
