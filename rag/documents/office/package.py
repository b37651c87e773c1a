"""A package of XML parts and the relations between them, as DOCX, PPTX and XLSX are (OPC,
ECMA-376 part 2), and its XML by local names: the transitional and the strict namespaces differ,
the names in them don't."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from rag.documents.source import Source, open_zip

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, recover=True, huge_tree=True, remove_pis=True,
    remove_comments=True,
)  # fmt: skip


def parse_xml(data: bytes) -> etree._Element | None:
    """The tree of an XML file, as much of it as is well formed; None where nothing is. Nothing
    that it names is fetched, and no entity of its own is expanded."""
    try:
        return etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace."""
    if element is None:
        return None
    if (value := element.get(name)) is not None:
        return str(value)
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along ``path``, by local names; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children with a local name."""
    if element is not None:
        yield from (one for one in element if local(one) == name)


def descendants(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """All below an element with one of these local names, in document order."""
    if element is not None:
        yield from (one for one in element.iter() if local(one) in names)


def value(element: etree._Element | None) -> str | None:
    """The attribute ``val``, which most properties have."""
    return attribute(element, "val")


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is there and on."""
    return element is not None and (value(element) or "1") not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: its kind (the last word of the type), and a part's name or an address."""

    kind: str
    target: str
    external: bool = False


class Package:
    """The parts of a file, read when they are asked for."""

    def __init__(self, source: Source) -> None:
        """Open it.

        Raises:
            LoadError: it is no archive, encrypted, or a bomb.
        """
        self.archive = open_zip(source)
        self.names = {name.lower(): name for name in self.archive.namelist()}
        self._relations: dict[str, dict[str, Relation]] = {}

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where it is missing or damaged."""
        stored = self.names.get(name.lower())
        if stored is None:
            return None
        try:
            return self.archive.read(stored)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
            return None
        except Exception as error:  # zlib.error, lzma.LZMAError
            if type(error).__name__ in ("error", "LZMAError"):
                return None
            raise

    def xml(self, name: str) -> etree._Element | None:
        """The tree of a part; None where it is missing or no XML."""
        data = self.read(name)
        return parse_xml(data) if data else None

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by the names that its XML uses for them."""
        found = self._relations.get(part)
        if found is None:
            folder, _, file = part.rpartition("/")
            found = {}
            for one in children(
                self.xml(f"{folder}/_rels/{file}.rels".lstrip("/")), "Relationship"
            ):
                kind = (one.get("Type") or "").rpartition("/")[2]
                target = one.get("Target") or ""
                external = one.get("TargetMode") == "External"
                if not external:
                    target = unquote(target)
                    absolute = target.startswith("/")
                    target = target if absolute else posixpath.join(folder, target)
                    target = posixpath.normpath(target).lstrip("/")
                found[one.get("Id") or ""] = Relation(kind, target, external)
            self._relations[part] = found
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part refers to as ``kind``, in the order of its list."""
        return [
            one.target
            for one in self.relations(part).values()
            if one.kind == kind and not one.external
        ]

    def main(self, default: str) -> str:
        """The part that the package is about ("word/document.xml")."""
        return next(iter(self.related("", "officeDocument")), default)

    def properties(self) -> dict[str, str]:
        """Title, author, date, subject and keywords, as the document's properties say."""
        names = {
            "title": "title",
            "creator": "author",
            "modified": "date",
            "subject": "subject",
            "keywords": "keywords",
        }
        part = next(iter(self.related("", "core-properties")), "docProps/core.xml")
        core = self.xml(part)
        found = dict.fromkeys(names.values(), "")
        for one in core if core is not None else ():
            if (name := names.get(local(one))) and one.text:
                found[name] = one.text.strip()
        return found
