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
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath

from rag.documents.archive import guard_archive, is_archive
from rag.documents.content import by_content, by_head
from rag.documents.document import Document, WaitsForOcr
from rag.documents.heard import heard
from rag.documents.ocr import ocr_available
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
    beside: str = ""  # what else is done to its documents

    @property
    def key(self) -> str:
        """What an index remembers of how a file was read: "pdf/1", "pdf/1~all.1" where it is redacted."""
        return f"{self.name}/{self.version}" + (f"~{self.beside}" if self.beside else "")


def _builtin(
    name: str, version: int, suffixes: str, module: str = "", function: str = "load"
) -> Format:
    loader = f"rag.documents.loaders.{module or name}:{function}"
    return Format(name, version, tuple(suffixes.split()), loader)


_PLACES = ("purelib", "platlib")
_FORMATS: list[Format] = [
    _builtin("pdf", 19, ".pdf"),
    _builtin("docx", 13, ".docx .docm .dotx .dotm"),
    _builtin("pptx", 12, ".pptx .pptm .ppsx .ppsm .potx .potm"),
    _builtin("xlsx", 13, ".xlsx .xlsm .xltx .xltm .xlam"),
    _builtin("opendocument", 11, ".odt .ods .odp .odg .ott .ots .otp .odm .fodt .fods .fodp"),
    _builtin("legacy", 6, ".doc .dot .ppt .pps .pot"),
    _builtin("sheets", 10, ".xls .xlt"),
    _builtin("xlsb", 7, ".xlsb"),
    _builtin("rtf", 8, ".rtf"),
    _builtin("html", 14, ".html .htm .xhtml .shtml"),
    _builtin("mhtml", 10, ".mhtml .mht"),
    _builtin("markdown", 13, ".md .markdown .mdown .mkd .mdx .qmd .rmd"),
    _builtin(
        "template", 4, ".njk .liquid .hbs .handlebars .mustache .twig", "markdown", "load_template"
    ),
    _builtin("rst", 8, ".rst .rest"),
    _builtin("asciidoc", 7, ".adoc .asciidoc .asc"),
    _builtin("org", 5, ".org", "plain_markup", "load_org"),
    _builtin("textile", 6, ".textile", "plain_markup", "load_textile"),
    _builtin("wiki", 3, ".mediawiki .wiki .wikitext"),
    _builtin("manual", 4, ".man .mdoc"),
    _builtin("tex", 8, ".tex .latex .ltx"),
    _builtin(
        "xml",
        10,
        ".xml .nxml .xsd .rss .atom .fb2 .dbk .tei .svg .kml .gpx .xbrl .opml .drawio .dio",
        "structured",
    ),
    _builtin("text", 8, ".txt .text .log"),
    _builtin("csv", 11, ".csv .tsv .tab .psv", "table"),
    _builtin("json", 7, ".json .jsonl .ndjson .geojson .json5 .jsonc .plist", "records"),
    _builtin("notebook", 7, ".ipynb"),
    _builtin("epub", 10, ".epub"),
    _builtin("eml", 10, ".eml .emlx", "mail"),
    _builtin("mbox", 9, ".mbox .mbx", "mail", "load_box"),
    _builtin("msg", 9, ".msg .oft", "outlook"),
    _builtin("calendar", 5, ".ics .vcf .vcard .ical"),
    _builtin("subtitles", 2, ".srt .vtt"),
    _builtin("diagram", 2, ".xmind .vsdx .vsdm .canvas .excalidraw", "diagrams"),
    _builtin("archive", 4, ".zip .kmz .tar .tgz .tbz2 .txz .gz .bz2 .xz"),
    _builtin("parquet", 2, ".parquet", "columns"),
    _builtin(
        "code",
        3,
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .kts .scala .groovy .gradle .go .rs .c .h .cc "
        ".cpp .cxx .hpp .hh .cs .fs .vb .rb .php .swift .m .mm .sh .bash .zsh .fish .ps1 .psm1 .bat "
        ".cmd .sql .r .jl .lua .pl .pm .dart .ex .exs .erl .hs .elm .clj .ml .nim .zig .v .sv .vhd "
        ".f .f90 .pas .asm .s .toml .yaml .yml .ini .cfg .conf .properties .env .tf .hcl .proto "
        ".graphql .gql .thrift .vue .svelte .astro .css .scss .sass .less .styl .cmake .mk .mak "
        ".diff .patch .sol .cl .cu .glsl .lisp .el .scm .tcl .awk .sed .vim .bib .wsdl .xsl .xslt .j2 "
        ".jinja .tmpl .http .puml .dot .mermaid .mmd .lock .gitignore .dockerfile .nix .bzl .bazel",
    ),
]
_IMAGE = _builtin(
    "image",
    5,
    ".png .jpg .jpeg .tif .tiff .webp .bmp .gif .jfif .jpe .mpo .apng .avif .jp2 .j2k .jpx .dib .ppm .pgm "
    ".pbm .pnm",
)
"""Only where OCR is installed: else a folder's pictures are skipped, and not failed."""

_CONTENT = _builtin("content", 7, "", "text")
"""What no suffix tells: by its content, else text."""

_BINARY = frozenset(
    ".exe .dll .so .dylib .a .o .obj .lib .bin .dat .db .sqlite .sqlite3 .mdb .accdb .pyc .pyo .class "
    ".jar .war .whl .egg .deb .rpm .msi .dmg .iso .img .apk .ipa .7z .rar .zst .lz4 .br .cab .mp3 .mp4 "
    ".m4a .m4v .wav .ogg .oga .flac .aac .wma .avi .mov .mkv .webm .wmv .flv .mpg .mpeg .heic .heif "
    ".psd .ai .eps .ps .ico .icns .emf .wmf .raw .cr2 .nef .dng .ttf .otf .woff .woff2 .eot .npy "
    ".npz .pkl .pickle .joblib .h5 .hdf5 .feather .arrow .avro .orc .pt .pth .onnx .safetensors .gguf "
    ".tflite .pb .model .faiss .idx .pack .swp .bak .tmp .part .crdownload .lnk .pst .ost .pages .numbers "
    ".key .one .vsd .mpp .pub .indd .dwg .dxf .stl .step .blend .fbx .glb .gltf .wasm .min.js "
    ".map .pem .crt .cer .der .p12 .pfx .p7s .p7m .gpg .sig .rdata .rds .sav .dta .sas7bdat .mat".split()
)
"""Suffixes of files that are no documents, or of a kind that nothing here reads: they are skipped."""


_INSTEAD = {
    ".sqlite .sqlite3 .db .mdb .accdb": "a database; export its tables as CSV",
    ".pages .numbers .key": "export it as PDF, or to the formats of Word, Excel, PowerPoint",
    ".vsd .pub .mpp .one .indd .ai .eps .ps .dwg .dxf": "export it as PDF",
    ".pst .ost": "a mailbox of Outlook; export its messages as MSG, EML or MBOX",
    ".7z .rar .zst .lz4 .br .cab": "unpack it, or pack it as ZIP",
    ".p7m .gpg": "it is encrypted; save it decrypted",
    ".heic .heif .avif .psd": "save it as PNG or JPEG",
    ".sav .dta .sas7bdat .rdata .rds .mat .feather .arrow .avro .orc .h5 .hdf5": "export it as CSV",
}
"""What to do with files that no loader reads and that may hold text, by their suffixes."""


_BUILT_IN = frozenset(format.loader for format in (*_FORMATS, _IMAGE, _CONTENT))


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
    """The format of a file by its suffix; a clear signature in ``head`` outweighs the suffix, and
    tells where there is none, or one that nobody knows.

    None: no loader reads such a file.
    """
    suffix = _suffix(name).lower()
    if suffix in (
        ".erb",
        ".ejs",
    ):  # "page.html.md.erb": what is written out is read as what it is then
        inner = format_for(PurePath(name).stem)
        if inner is not None and inner.name in ("markdown", "html"):
            return inner if inner.name == "markdown" else _named("template")
    by_suffix = next((format for format in formats() if suffix in format.suffixes), None)
    if by_suffix is None and suffix in _IMAGE.suffixes:
        by_suffix = _IMAGE if ocr_available() else None
    elif by_suffix is None and suffix not in _BINARY:
        by_suffix = _CONTENT
    if not head or by_suffix is None or by_suffix.loader not in _BUILT_IN:
        return by_suffix
    return _named(by_head(head, by_suffix.name)) or by_suffix


def _suffix(name: str) -> str:
    """As :attr:`pathlib.PurePath.suffix`, which takes as long as all else that is asked of a name in a folder of many."""
    name = name.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def not_read(name: str) -> str:
    """Why a file that has no loader is not read, and what to do.

    >>> not_read("staff.db")
    'no loader for .db: a database; export its tables as CSV'
    """
    suffix = PurePath(name).suffix
    what = next((do for those, do in _INSTEAD.items() if suffix.lower() in those.split()), "")
    said = f"no loader for {suffix or 'files without a suffix'}"
    return f"{said}: {what}" if what else said


def is_image(name: str) -> bool:
    """Whether a file is a picture by its suffix: read where there is OCR, and waiting for it else."""
    return PurePath(name).suffix.lower() in _IMAGE.suffixes


def _named(name: str) -> Format | None:
    """The built-in format of that name."""
    return next((f for f in (*_FORMATS, _IMAGE, _CONTENT) if name and f.name == name), None)


def load(source: Source, format: Format) -> Document:
    """Read a file with its format's loader.

    Raises:
        LoadError: the file is broken, protected, empty, or not what its name says.
        MemoryError: its limit of memory stopped the loader.
    """
    if not source.data:
        raise LoadError("the file is empty")
    if is_archive(source.data):
        guard_archive(source.data)
    try:
        if format.loader in _BUILT_IN:
            format = _named(by_content(source.data, format.name)) or format
        with heard() as errors:
            document = _loader(format)(source)
    except (LoadError, MemoryError):
        raise
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
    if said := [note for note in source.notes if note not in document.notes]:
        document = replace(document, notes=(*said, *document.notes))
    if errors:
        document = replace(document, notes=(*document.notes, *errors))
    if not document.text.strip():
        reason = "; ".join(document.notes) or "there is no text in it"
        raise WaitsForOcr(reason, document.sight) if document.sight.waiting else LoadError(reason)
    return document


def _loader(format: Format) -> Loader:
    module, _, function = format.loader.partition(":")
    try:
        loader: Loader = getattr(importlib.import_module(module), function)
    except Exception as error:  # whatever a module does when it is imported
        raise LoadError(f'its loader "{format.loader}" cannot be imported: {error}') from error
    return loader
