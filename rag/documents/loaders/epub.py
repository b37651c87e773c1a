"""EPUB: a chapter (an item of the spine) is a page."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from rag.documents.document import Document
from rag.documents.encoding import decode
from rag.documents.markup import parse, write
from rag.documents.pictures import Pictures, data_uri
from rag.documents.source import Source, open_zip
from rag.documents.writer import Writer
from rag.errors import LoadError

_CONTAINER = "META-INF/container.xml"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)


def _path(folder: str, address: str) -> str:
    """The name of a file in the archive, by an address in the package: without the place in it."""
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _text(package: etree._Element, name: str) -> str:
    found = package.find(".//{http://purl.org/dc/elements/1.1/}" + name)
    return (found.text or "") if found is not None else ""


def _package(archive: ZipFile, names: set[str]) -> str:
    """The name of the file that tells what the book consists of. Some books are packed with the folder that they were made in."""
    found = min((name for name in names if name.endswith(_CONTAINER)), key=len, default="")
    above = found.removesuffix(_CONTAINER)
    if {f"{above}META-INF/encryption.xml", f"{above}META-INF/rights.xml"} <= names:
        raise LoadError("it is protected by DRM")
    if not found or above.strip("/").count("/"):
        raise LoadError("it is a ZIP archive, but not an EPUB book")
    container = etree.fromstring(archive.read(found), _PARSER)
    root_file = container.find(".//{*}rootfile")
    path = above + (root_file.get("full-path") or "") if root_file is not None else ""
    if path not in names:
        raise LoadError("its table of contents is missing")
    return path


def load(source: Source) -> Document:
    """The chapters in reading order; the package tells title, author and date.

    Raises:
        LoadError: it is no EPUB book, or it is protected.
    """
    with open_zip(source) as archive:
        names = set(archive.namelist())
        path = _package(archive, names)
        package = etree.fromstring(archive.read(path), _PARSER)
        folder = posixpath.dirname(path)
        items = {
            item.get("id"): _path(folder, item.get("href"))
            for item in package.iterfind(".//{*}manifest/{*}item")
            if item.get("href")
        }
        contents = {
            item.get("id")
            for item in package.iterfind(".//{*}manifest/{*}item")
            if "nav" in (item.get("properties") or "").split()
        }
        writer, pictures = Writer(), Pictures(source)
        read: set[str] = set()
        missing: list[str] = []
        for reference in package.iterfind(".//{*}spine/{*}itemref"):
            if reference.get("idref") in contents:  # the table of contents is no chapter
                continue
            name = items.get(reference.get("idref"))
            if name is None or name not in names:
                missing.append(reference.get("idref") or "?")
                continue
            if name in read:  # once, however many of its parts are named
                continue
            read.add(name)
            root = parse(decode(archive.read(name) or b" "))
            title = root.findtext(".//h1") or root.findtext(".//title") or ""
            writer.page(len(read), title)
            write(root, writer, look=_look(archive, names, name, pictures, writer))
    notes = pictures.told(writer)
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        notes.append(f"{len(missing)} of its chapters {verb} missing from the file")
    return writer.document(
        "epub",
        title=_text(package, "title"),
        author=_text(package, "creator"),
        date=_text(package, "date"),
        page_kind="chapter",
        notes=notes,
    )


def _look(
    archive: zipfile.ZipFile, names: set[str], chapter: str, pictures: Pictures, writer: Writer
) -> Callable[[str], None]:
    """Writes the text in a picture that a chapter shows."""

    def look(address: str) -> None:
        data = data_uri(address)
        path = unquote(address.partition("#")[0])
        name = posixpath.normpath(posixpath.join(posixpath.dirname(chapter), path))
        if data is None and name in names:
            data = archive.read(name)
        if data is not None or ":" not in address:
            pictures.write(data, writer)

    return look
