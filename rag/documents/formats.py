"""The registry of formats: which loader reads which file; and one way to call them all.

A loader is a function ``Source -> Document``. To add one from outside, put it in a
module that can be imported and name it, in code::

    rag.register_format(Format("wiki", 1, (".wiki",), "my_package.wiki:load"))

or in a package's metadata, under the entry point group ``rag.loaders`` (the name is the
suffix, the value ``my_package.wiki:load``). Loaders are named, not passed, because files
are parsed in worker processes that import them by that name.
"""

from __future__ import annotations

import importlib
import os
import site
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath

from rag.documents.archive import guard_archive, is_archive
from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.errors import LoadError

Loader = Callable[[Source], Document]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. Raise ``version`` when its loader changes: its files are then read anew."""

    name: str
    version: int
    suffixes: tuple[str, ...]
    loader: str  # "module:function"

    @property
    def key(self) -> str:
        """What an index remembers of how a file was read: "pdf/1"."""
        return f"{self.name}/{self.version}"


def _builtin(name: str, version: int, suffixes: str, module: str = "") -> Format:
    return Format(
        name, version, tuple(suffixes.split()), f"rag.documents.loaders.{module or name}:load"
    )


_PLACES = ("purelib", "platlib")
_FORMATS: list[Format] = [
    _builtin("pdf", 1, ".pdf"),
    _builtin("docx", 2, ".docx .docm .dotx .dotm"),
    _builtin("pptx", 1, ".pptx .pptm"),
    _builtin("xlsx", 1, ".xlsx .xlsm"),
    _builtin("html", 1, ".html .htm .xhtml"),
    _builtin("markdown", 2, ".md .markdown .mdown"),
    _builtin("rst", 1, ".rst"),
    _builtin("text", 1, ".txt .text .log"),
    _builtin("csv", 1, ".csv .tsv", "table"),
    _builtin("json", 1, ".json .jsonl .ndjson", "records"),
    _builtin("epub", 1, ".epub"),
    _builtin("eml", 1, ".eml", "mail"),
    _builtin(
        "code",
        1,
        ".py .pyi .js .jsx .ts .tsx .java .kt .scala .go .rs .c .h .cc .cpp .hpp .cs .rb .php "
        ".swift .sh .bash .ps1 .sql .r .lua .pl .toml .yaml .yml .ini .cfg .xml .css .tex",
    ),
]


def register(format: Format) -> None:
    """Add a format; its suffixes win over those known before."""
    _FORMATS.insert(0, format)


def formats() -> tuple[Format, ...]:
    """All known formats, the first that has a suffix wins it."""
    return (*_FORMATS, *_plugins())


@cache
def _plugins() -> tuple[Format, ...]:
    return tuple(
        Format(
            f"{point.dist.name if point.dist else 'plugin'}:{point.name}",
            1,
            (f".{point.name.lstrip('.')}",),
            point.value,
        )
        for point in entry_points(group="rag.loaders")
        if _installed(point)
    )


def _installed(point: EntryPoint) -> bool:
    """Whether its package is where packages are installed. What else is on the module path, the
    working folder for one, may have been downloaded with the documents."""
    if point.dist is None:
        return False
    paths = (*site.getsitepackages(), site.getusersitepackages(), *map(sysconfig.get_path, _PLACES))
    home = os.path.realpath(str(point.dist.locate_file("")))
    return home in {os.path.realpath(path) for path in paths if path}


def format_for(name: str, head: bytes = b"") -> Format | None:
    """The format of a file by its suffix; a clear signature in ``head`` outweighs the suffix.

    None: no loader reads such a file.
    """
    suffix = PurePath(name).suffix.lower()
    known = {s: f for f in reversed(formats()) for s in f.suffixes}
    by_suffix = known.get(suffix)
    if by_suffix is None:
        return None
    if b"%PDF-" in head[:1024] and by_suffix.name in ("text", "html", "docx", "pptx", "xlsx"):
        return known[".pdf"]
    if by_suffix.name == "pdf" and b"%PDF" not in head and head:
        start = head.lstrip()[:64].lower()
        if start.startswith((b"<!doctype html", b"<html")):
            return known[".html"]
    return by_suffix


def load(source: Source, format: Format) -> Document:
    """Read a file with its format's loader.

    Raises:
        LoadError: the file is broken, protected, empty, or not what its name says.
    """
    if not source.data:
        raise LoadError("the file is empty")
    if is_archive(source.data):
        guard_archive(source.data)
    loader = _loader(format)
    try:
        document = loader(source)
    except LoadError:
        raise
    except MemoryError:
        raise LoadError("reading it takes more memory than max_memory_mb allows") from None
    except RecursionError:
        raise LoadError("it is nested too deeply to be read") from None
    except Exception as error:
        # The parsers raise whatever a broken file makes them raise; to the user it is one thing.
        detail = one_line(str(error))[:200]
        raise LoadError(
            f"not readable as {format.name} ({type(error).__name__}: {detail}); "
            "the file may be damaged or have the wrong suffix"
        ) from error
    if not isinstance(document, Document):
        raise LoadError(f'its loader "{format.loader}" gave no Document')
    if not document.text.strip():
        raise LoadError("; ".join(document.notes) or "there is no text in it")
    return document


def _loader(format: Format) -> Loader:
    module, _, function = format.loader.partition(":")
    try:
        loader: Loader = getattr(importlib.import_module(module), function)
    except Exception as error:  # whatever a module does when it is imported
        raise LoadError(f'its loader "{format.loader}" cannot be imported: {error}') from error
    return loader
