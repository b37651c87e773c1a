"""Bytes to text, in whatever encoding they are: shared by all loaders of text formats.

What states itself wins: a byte order mark, zero bytes at every other place (UTF-16), escapes
(ISO-2022), valid UTF-8, a name that the file gives (``<meta charset>``, ``# coding:``). For the rest
chardet ranks what could be, and the text that comes out is looked at: a capital in the midst of a
word, or a Greek letter in a Latin one, is what a wrong guess looks like. scripts/bench_encodings.py measures it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

import chardet
from chardet import EncodingEra

from rag.errors import LoadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64_000  # bytes that encoding detection looks at
MARK = "\ufffd"
"""What stands where a byte is no letter of the file's encoding."""

DOUBT = 0.97
"""How near the next encoding has to come, that gives another text, for a person to be told."""

DOUBT_OF_FEW = 0.9
LEAST_LETTERS = 3  # of UTF-8, for lines of it among others to be believed
FEW = 2  # bytes beyond ASCII in all of a text

_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_ESCAPED = re.compile(rb"\x1b\$(?:[@AB]|\([CD])")
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,80}\bencoding\s*=\s*[\"']([\w.:-]{2,40})|<meta[^>]{0,200}\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|^(?:[^\n]*\n)?[ \t\f]*(?:#|//|/\*|%|;|--|\.\.|-\*-).{0,40}?coding[:=][ \t]*([\w.-]{2,40})|@charset [\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_READ_AS = {  # what is called so is more than that, as browsers have it
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_PAIRS = frozenset(
    "cp932 gb18030 big5 big5hkscs cp950 cp949 euc_jp johab euc_jis_2004 shift_jis_2004 hz".split()
)
_ERAS = EncodingEra.ALL & ~EncodingEra.MAINFRAME
_RARE = frozenset(
    "cp720 cp737 cp775 cp855 cp856 cp857 cp861 cp862 cp863 cp864 cp865 cp869 cp1006 cp1125 hp-roman8 johab "
    "kz1048 ptcp154 iso8859-3 iso8859-4 iso8859-6 iso8859-10 iso8859-13 iso8859-14 iso8859-16 koi8-t mac-croatian "
    "mac-greek mac-iceland mac-romanian mac-turkish mac-farsi mac-arabic viscii big5hkscs cp858 shift_jis_2004 euc_jis_2004".split()
)
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_OTHER = "\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\ufb50-\ufdff\ufe70-\ufefc"
_MIXED = re.compile(f"[{_LATIN}\\d][{_OTHER}]|[{_OTHER}][{_LATIN}\\d]")
_INSIDE = re.compile(r"[^\W\d_](?:[^\w\s'’‘·.,;:/\\@&|+*=~-]|[¼½¾¹²³])[^\W\d_]")  # Pr£fung
_BEFORE = re.compile(r"[”†‡ˆ‰•™˜¨¸´][a-z]")
_NEXT = re.compile(r"(?=([^\W\d_]{2}))")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_WIDE_LETTER = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was read by, and what a person should know of that; "" for nothing."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes) -> str:
    """The text alone of :func:`decoded`.

    >>> decode("Köln".encode("utf-16"))
    'Köln'

    Raises:
        LoadError: the bytes are not text.
    """
    return decoded(data).text


def decoded(data: bytes) -> Decoded:
    """Text of unknown encoding: by what it says of itself, as UTF-8, else as detected.

    >>> decoded("Maße und Gewichte der Körbe".encode("cp437")).encoding
    'cp437'

    Raises:
        LoadError: the bytes are not text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _marked(data, encoding, "")
    sample = data[:_SAMPLE]
    if b"\x00" in sample:
        if wide := _wide(sample):
            return _marked(data, wide, "")
        if (bare := _without_noughts(data)) is not None:
            return decoded(bare)
        raise LoadError("it is binary, not text")
    if _ESCAPED.search(sample) and data.isascii():
        return _marked(data, "iso2022_kr" if b"\x1b$)C" in data else "iso2022_jp_2", "")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if len(data) % 2 == 0 and (wide := _wide(sample)):
        return _marked(data, wide, "")
    if damaged := _damaged_utf8(data):
        return damaged
    if (named := _declared(data)) and _fits(data, named):
        return Decoded(data.decode(named), named)
    return _mixed(data) or _detected(data, sample)


def _without_noughts(data: bytes) -> bytes | None:
    """UTF-8 in which some bytes are nought, as a log has them that a crash cut short; None for what is
    no text."""
    bare = data.replace(b"\x00", b"")
    if len(bare) * 10 < len(data) * 9 or _CONTROL.search(bare[:_SAMPLE].decode("utf-8", "replace")):
        return None
    try:
        bare.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return bare


def _marked(data: bytes, encoding: str, note: str) -> Decoded:
    """``data`` read as ``encoding``; what it cannot hold is marked, and told."""
    text = data.decode(encoding, errors="replace")
    if not note and (count := text.count(MARK)) and not _marks(data, encoding):
        line = text.count("\n", 0, text.index(MARK)) + 1
        places = "1 place" if count == 1 else f"{count} places, the first"
        note = f"{places} in line {line} cannot be read as {encoding.upper()}; it is marked with {MARK}"
    return Decoded(text, encoding, note)


def _marks(data: bytes, encoding: str) -> bool:
    """Whether the mark itself stands in ``data``; most encodings have none."""
    try:
        return MARK.encode(encoding) in data
    except UnicodeEncodeError:
        return False


def _wide(sample: bytes) -> str:
    """The encoding of two or four bytes a letter that makes letters in use of ``sample``; ""."""
    best, found = 0.9, ""
    for encoding in _WIDE:
        size = 4 if "32" in encoding else 2
        cut = sample[: len(sample) // size * size]
        if len(cut) < 4 or (size == 4 and b"\x00\x00" not in cut):
            continue
        try:
            text = cut[: 8 * 1024].decode(encoding, "strict")
        except UnicodeDecodeError:
            continue
        share = sum(map(_in_use, text)) / len(text)
        if share > best:
            best, found = share, encoding
    return found


def _in_use(letter: str) -> bool:
    """Whether a letter stands in ordinary texts: two bytes that mean something else seldom make one."""
    code = ord(letter)
    if code < 0x600:
        return (code >= 0x20 or letter in "\t\n\r\f") and not 0x7F <= code < 0xA0
    if 0x600 <= code < 0x700 or 0xE00 <= code < 0xE80 or 0x2010 <= code < 0x2040 or code == 0x20AC:
        return True
    if 0x3000 <= code < 0x3100 or 0xFF00 <= code < 0xFF60:
        return True
    for common in ("gb2312", "shift_jis", "euc-kr"):
        try:
            pair = letter.encode(common)
        except UnicodeEncodeError:
            continue
        if common == "euc-kr":
            return len(pair) == 2 and code >= 0xAC00
        if pair[0] < (0xD8 if common == "gb2312" else 0x98):
            return True
    return False


def _damaged_utf8(data: bytes, *, sure: bool = False) -> Decoded | None:
    """UTF-8 in which some bytes are wrong: one bad byte is damage, and not another encoding."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count(MARK) - data.count(MARK.encode())
    good = sum(1 for letter in text if letter > "\x7f" and letter != MARK)
    sure = sure or (good >= 3 and good >= 8 * bad)
    # What every Latin letter of UTF-8 starts with is hardly ever a letter before a sign.
    likely = good >= bad == 1 and re.search(
        rb"[\xc3\xc4\xc5][\x80-\xbf]|\xe2\x80|[\xd0\xd1][\x80-\xbf][\xd0\xd1]", data
    )
    if not sure and not likely:
        return None
    line = text.count("\n", 0, text.index(MARK)) + 1
    what = "1 byte" if bad == 1 else f"{bad} bytes, the first"
    return Decoded(
        text, "utf-8", f"{what} in line {line} cannot be read as UTF-8; marked with {MARK}"
    )


def _mixed(data: bytes) -> Decoded | None:
    """Lines of UTF-8 among those of another encoding, as logs and put together files have them; of
    another that has one byte a letter, as pairs of bytes that mean something else may look like UTF-8."""
    lines = data.splitlines(keepends=True)
    utf8: set[int] = set()
    others: list[int] = []
    letters = 0
    for i, line in enumerate(lines):
        if not line.isascii():
            text = line.decode("utf-8", "replace")
            bad = text.count(MARK) - line.count(MARK.encode())
            good = len(text) - bad - sum(byte < 0x80 for byte in line)
            letters += good
            (utf8.add if good >= bad else others.append)(i)
    if letters < LEAST_LETTERS or len(utf8) * 10 < len(others):
        return None
    if not others:
        return _damaged_utf8(data, sure=True)
    rest = b"".join(lines[i] for i in others)
    encoding = _detected(rest, rest[:_SAMPLE]).encoding
    if encoding in _PAIRS:
        return None
    text = "".join(
        line.decode("utf-8" if line.isascii() or i in utf8 else encoding, "replace")
        for i, line in enumerate(lines)
    )
    count = "1 line is" if len(others) == 1 else f"{len(others)} lines are"
    note = f"{count} not UTF-8 as the others are, and read as {encoding.upper()}; the first is line {others[0] + 1}"
    return Decoded(text, "utf-8", note)


def _declared(data: bytes) -> str:
    """The codec of the encoding that a file gives itself in its first lines; "" without one."""
    found = _DECLARED.search(data[:1024])
    label = next((g for g in found.groups() if g), b"").decode("ascii").lower() if found else ""
    return codec(label)


def codec(label: str) -> str:
    """Python's codec for the name of an encoding, as browsers take it; "" where there is none.

    >>> codec("ISO-8859-1"), codec("x-sjis"), codec("klingon")
    ('cp1252', 'cp932', '')
    """
    label = label.strip().lower().removeprefix("x-")
    label = re.sub(r"^(iso-8859-[68])-[ie]$", r"\1", label)  # which way it runs says nothing here
    label = {"sjis": "cp932", "ks_c_5601-1987": "cp949", "windows-31j": "cp932"}.get(label, label)
    try:
        name = codecs.lookup(label.replace("windows-", "cp").replace("ibm", "cp")).name
        "".encode(name)
    except (LookupError, ValueError):
        return ""
    return "" if name in ("utf-8", "utf-7", "punycode", "idna") else _READ_AS.get(name, name)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        return not _CONTROL.search(data.decode(encoding)[:_SAMPLE])
    except (UnicodeDecodeError, LookupError):
        return False


def _detected(data: bytes, sample: bytes) -> Decoded:
    """By chardet's ranking and the look of the text: of a bit of it for all that could be, of more for
    the likeliest."""
    found = chardet.detect_all(
        sample, ignore_threshold=True, encoding_era=_ERAS, compat_names=False, max_bytes=_SAMPLE
    )
    likely = {_READ_AS.get(one["encoding"] or "", one["encoding"] or ""): 0.0 for one in found}
    for one in found:
        name = _READ_AS.get(one["encoding"] or "", one["encoding"] or "")
        likely[name] = max(likely[name], one["confidence"])
    telling = _telling(sample)
    first = _ranked(telling[:2_000], likely)
    if first:
        least = 0.9 * first[0][0]
        likely = {name: likely[name] for score, name, _ in first[:8] if score >= least}
    ranked = _ranked(telling[:20_000], likely)
    name = next(
        (name for _, name, _ in ranked if _fits(data, name)), ranked[0][1] if ranked else ""
    )
    if not name:
        raise LoadError("its text encoding cannot be made out; save it as UTF-8")
    best = next(one for one in ranked if one[1] == name)
    rival = next((one for one in ranked if one[2] != best[2]), None)
    note = ""
    few = sum(byte > 0x7F for byte in telling[:100]) <= FEW
    doubt = 0.0 if few and name in _RARE else DOUBT_OF_FEW if few else DOUBT
    if rival is not None and rival[0] > doubt * best[0]:
        note = f"read as {name.upper()}, but it could be {rival[1].upper()}; save it as UTF-8 to be sure"
    return _marked(data, name, note)


def _telling(sample: bytes) -> bytes:
    """The lines of a sample in which a byte is beyond ASCII."""
    lines = (line for line in sample.splitlines(keepends=True) if not line.isascii())
    return b"".join(lines)


def _ranked(sample: bytes, likely: Mapping[str, float]) -> list[tuple[float, str, str]]:
    """(score, encoding, text) of the encodings that can read a sample, the best first."""
    ranked = []
    for name, confidence in likely.items():
        try:
            text = sample.decode(name)
        except UnicodeDecodeError as error:  # the sample may be cut inside a letter
            if error.start < len(sample) - 4:
                continue
            text = sample[: error.start].decode(name)
        except LookupError:
            continue
        ranked.append((confidence * _plausible(text, name), name, text))
    return sorted(ranked, key=lambda one: -one[0])


def _humps(text: str) -> int:
    """Capitals behind small letters, in one of which there is more than ASCII."""
    return sum(
        1
        for pair in _NEXT.findall(text)
        if not pair.isascii() and pair[0].islower() and pair[1].isupper()
    )


def _plausible(text: str, name: str) -> float:
    """How much a text that came out of an encoding looks like one, times how usual that one is."""
    odd = len(_MIXED.findall(text)) + len(_INSIDE.findall(text)) + _humps(text)
    odd += len(_BEFORE.findall(text)) + 3 * len(_CONTROL.findall(text))
    if wide := len(_WIDE_LETTER.findall(text)):
        small = sum(map(str.islower, text))
        odd += 3 * (small > 3 * wide)
    foreign = sum(1 for letter in text if letter > "\x7f") or 1
    prior = 0.9 if name in _RARE else 1.01 if name == "cp1252" else 1.0
    if "¤" in text:  # what nobody types; in ISO 8859-15 it is the euro
        prior *= 0.95
    # Each counts however long the text is: encodings that differ in one sign are told by that sign.
    return prior * (1 - min(0.9, odd / foreign)) * 0.98 ** min(odd, 5)
