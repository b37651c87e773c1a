"""A name for a file that somebody sent: always the name of one file in the folder for uploads, and of no other thing."""

from __future__ import annotations

import re
import unicodedata

from rag.visible import UNSAFE

LONGEST = 200  # bytes of UTF-8; file systems take 255, and a number may come behind it
LONGEST_SUFFIX = 20  # bytes of what is kept of the end where a name is cut
_BETWEEN = re.compile(r"[/\\]+")
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.I)
_POWERFUL = frozenset(("rag.toml", "serve.toml", "rights.toml", "ragignore", "catalog.sqlite"))
NAMELESS = "file"


def safe_name(given: str) -> str:
    r"""The name to keep a file under that was sent as ``given``: the last part of a path, without what could lead out
    of the folder, hide the file, turn its name round, or mean a device, a setting or a rule.

    >>> safe_name("../../etc/passwd"), safe_name(r"C:\docs\Plan.pdf"), safe_name(".ragignore")
    ('passwd', 'Plan.pdf', '_ragignore')
    >>> safe_name("nul.txt"), safe_name("a\x00b\u202efdp.exe"), safe_name(" .. ")
    ('_nul.txt', 'abfdp.exe', 'file')
    """
    parts = [part for part in _BETWEEN.split(given) if part.strip(". ")]
    name = UNSAFE.sub("", parts[-1] if parts else "").replace("\t", " ").replace("\n", " ")
    name = _RESERVED.sub("_", unicodedata.normalize("NFC", name))
    name = _cut(name.lstrip(". ").rstrip(". ")) or NAMELESS
    powerful = name.casefold() in _POWERFUL or _DEVICE.match(name)
    return f"_{name}" if powerful else name


def numbered(name: str, number: int) -> str:
    """The name with a number, for a file of a name that is taken.

    >>> numbered("plan.pdf", 2), numbered("plan", 3)
    ('plan (2).pdf', 'plan (3)')
    """
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} ({number}).{suffix}" if stem and dot else f"{name} ({number})"


def _cut(name: str) -> str:
    if len(name.encode("utf-8")) <= LONGEST:
        return name
    stem, _, suffix = name.rpartition(".")
    end = f".{suffix}" if stem and len(suffix.encode("utf-8")) <= LONGEST_SUFFIX else ""
    kept = (name.removesuffix(end)).encode("utf-8")[: LONGEST - len(end.encode("utf-8"))]
    return kept.decode("utf-8", "ignore").rstrip(". ") + end
