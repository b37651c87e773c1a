"""Files that XML holds as base64: what comes with an electronic invoice, the pictures of a text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from mimetypes import guess_extension, guess_type

from lxml import etree

from rag.documents.formats import is_image
from rag.documents.office.package import attribute, local
from rag.documents.parts import write_attachment
from rag.documents.pictures import Pictures
from rag.documents.source import Source
from rag.documents.told import counted
from rag.documents.writer import Writer

LEAST = 120  # letters: shorter ones may be words, or a key that somebody asks for
LINE = 40  # letters of every line but the last, at the least
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)", re.DOTALL)
_OF_SIGNATURES = frozenset("X509Certificate SignatureValue DigestValue Modulus".split())

File = tuple[str, bytes]
"""A name, "" where nothing gives one, and what the file holds."""


def decoded_file(text: str) -> bytes | None:
    """What a text holds that is nothing but base64, in one line or many; None of any other text."""
    if len(text) < LEAST:
        return None
    lines = text.split()
    bare = "".join(lines)
    if len(bare) < LEAST or any(len(line) < LINE for line in lines[:-1]):
        return None
    if not (_MIXED.match(bare) and _BASE64.fullmatch(bare)):
        return None
    try:
        return base64.b64decode(bare)
    except binascii.Error:
        return None


def taken_out(tree: etree._Element) -> list[File]:
    """The files in a tree, which is left without them; those of signatures are dropped."""
    found: list[File] = []
    for one in tree.iter(etree.Element):
        data = None if len(one) else decoded_file(one.text or "")
        if data is None:
            continue
        if local(one) not in _OF_SIGNATURES:
            found.append((_name(one), data))
        one.text = ""
    return found


def write_files(files: Iterable[File], source: Source, writer: Writer) -> list[str]:
    """The text of files, as their own loaders read them; what is to be told of them."""
    notes: list[str] = []
    pictures = Pictures(source)
    nameless = 0
    for name, data in files:
        if not name:
            nameless += 1
            continue
        if is_image(name):
            pictures.write(data, writer)
            continue
        notes += write_attachment(name, data, source, writer, level=2)
    notes += pictures.told(writer)
    if nameless:
        verb = "is" if nameless == 1 else "are"
        notes.append(f"{counted(nameless, 'embedded file')} of no known kind {verb} not read")
    return notes


def _name(element: etree._Element) -> str:
    """What an element calls its file; with a suffix by its kind, where it tells one."""
    kind, name = (
        next(filter(None, (attribute(element, key) for key in keys)), "")
        for keys in (("mimeCode", "mime-type", "content-type"), ("filename", "name", "id"))
    )
    name = name.replace("\\", "/").rpartition("/")[2]
    if guess_type(name)[0] or (not kind and "." in name):
        return name
    suffix = guess_extension(kind) or ""
    return f"{name or 'file'}{suffix}" if suffix else ""
