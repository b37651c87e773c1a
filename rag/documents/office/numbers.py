"""Numbers as a sheet shows them: percent, currency, thousands, leading zeros, dates, times.

The format codes are Excel's (ECMA-376 part 1, 18.8.30 and 18.8.31). A whole date is written as
ISO 8601 whatever its format, so that day and month cannot be taken for each other; what shows
parts of a date alone ("Mar 2026", "14:30") stays as shown. Exponents are decimals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 44: "#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss", 49: "@",
}  # fmt: skip
_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|General|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[0#?,.%]+|E[+-]|.',
    re.DOTALL,
)
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_FRACTION = re.compile(r"([#0?]*)[ _]*([#0?]+)/([#0?]+|\d+)")
_MOST_DIGITS = 5  # of a denominator
_UNITS = {"h": 3600, "m": 60, "s": 1}
_CONDITION = re.compile(r"\[([<>=]+)(-?[\d.]+)\]")
_LAST_DAY = 2_958_466  # the serial number behind 9999-12-31


@dataclass(frozen=True, slots=True)
class _Section:
    """One of up to four sections of a format code, as its tokens."""

    tokens: tuple[str, ...]
    is_date: bool
    condition: tuple[str, float] | None


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    tokens: list[str] = []
    for token in [*_TOKEN.findall(code), ";"]:
        if token != ";":
            tokens.append(token)
            continue
        found = next((m for t in tokens if (m := _CONDITION.fullmatch(t))), None)
        condition = (found[1], float(found[2])) if found and _is_number(found[2]) else None
        sections.append(_Section(tuple(tokens), any(map(_dated, tokens)), condition))
        tokens = []
    return tuple(sections[:4])


def shows_date(code: str) -> bool:
    """Whether a format shows a date or a time, of some numbers at least."""
    return any(section.is_date for section in _sections(code))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _dated(token: str) -> bool:
    return bool(re.fullmatch(r"[yYdDhH]+|[mM]+|[sS]+(?:\.0+)?|AM/PM|A/P|\[[hmsHMS]+\]", token))


def shown(number: float, code: str, *, from_1904: bool = False) -> str:
    """A number as its format shows it.

    >>> shown(0.0475, "0.00%"), shown(1250.5, "#,##0.00 [$€-407]"), shown(7001, "00000")
    ('4.75%', '1,250.50 €', '07001')
    >>> shown(46096, "dd.mm.yyyy"), shown(0.604166667, "hh:mm"), shown(1.5, "[h]:mm")
    ('2026-03-15', '14:30', '36:00')
    >>> shown(2.75, "# ?/?"), shown(0.5, "# ??/100")
    ('2 3/4', '50/100')
    >>> shown(4755501823, "+00 000 00 000"), shown(123456789, "000-00-0000")
    ('+47 555 01 823', '123-45-6789')
    >>> shown(0, '#,##0.00 "kr"_-;-#,##0.00 "kr"_-;_-* "-"??"kr"_-'), shown(0, "0.0")
    ('-kr', '0.0')
    """
    if (
        not code
        or code.lower() == "general"
        or code == "@"
        or number != number
        or abs(number) == float("inf")
    ):
        return plain(number)
    sections = _sections(code)
    section, negative = _chosen(sections, number)
    if section.is_date:
        if any(map(_elapsed, section.tokens)):
            return _duration(number, section.tokens)
        if from_1904:
            number += 1462
        if 0 <= number < _LAST_DAY:
            return _date(number, section.tokens)
        return plain(number)
    text = _number(abs(number), section.tokens)
    if text is None:
        return plain(number)
    return f"-{text}" if negative and any(c in "123456789" for c in text) else text


def shown_text(text: str, code: str) -> str:
    """A text as its format shows it.

    >>> shown_text("Lund", '"Mr "@'), shown_text("Lund", "0.00")
    ('Mr Lund', 'Lund')
    """
    if "@" not in code or code == "@":
        return text
    for section in reversed(_sections(code)):
        if "@" in section.tokens:
            return "".join(text if t == "@" else _literal(t) for t in section.tokens).strip()
    return text


def plain(number: float) -> str:
    """A number without a format: up to eleven digits, as Excel's "General" shows it.

    >>> plain(2740.0), plain(0.1 + 0.2)
    ('2740', '0.3')
    """
    if number == int(number) and abs(number) < 1e15 if abs(number) < 1e300 else False:
        return str(int(number))
    return f"{number:.11g}"


def _chosen(sections: tuple[_Section, ...], number: float) -> tuple[_Section, bool]:
    """The section for a number, and whether the sign is still to be written."""
    for section in sections:
        if section.condition is not None:
            sign, limit = section.condition
            holds = {
                "<": number < limit, "<=": number <= limit, ">": number > limit,
                ">=": number >= limit, "=": number == limit, "<>": number != limit,
            }.get(sign, False)  # fmt: skip
            if holds:
                return section, number < 0
    if sections[0].condition is not None:
        return sections[-1], number < 0
    if number < 0 and len(sections) > 1:
        return sections[1], False
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], number < 0


def _number(number: float, tokens: tuple[str, ...]) -> str | None:
    """The number in its places; None for a format that shows it in a form of its own."""
    before, after, pattern = "", "", ""
    inner: list[tuple[int, str]] = []  # what stands between digits, and behind how many of them
    for token in tokens:
        if (
            token[0] in "0#?,"
            or (token[0] in ".%" and len(token) > 1)
            or (token == "." and pattern)
        ):
            if after and "." not in pattern:
                inner.append((len(re.sub(r"[^0#?]", "", pattern)), after))
                after = ""
            pattern += token
        elif token == "/" and pattern:
            return _fraction(number, tokens)
        elif token in ("E+", "E-"):
            return None
        elif token == "%":
            pattern += token
        else:
            text = _literal(token)
            if token in ("General", "@"):
                pattern, text = "General", ""
            if pattern:
                after += text
            else:
                before += text
    if not pattern:
        return (before + after).strip()
    if pattern == "General":
        return (before + plain(number) + after).strip()
    if "%" in pattern:
        number *= 100
        after = "%" + after
        pattern = pattern.replace("%", "")
    whole, _, decimals = pattern.partition(".")
    scale = len(pattern) - len(pattern.rstrip(","))  # commas at the end: thousands, millions
    number /= 1000**scale
    whole = whole.rstrip(",") if not decimals else whole
    places = len(re.sub(r"[^0#?]", "", decimals))
    needed = len(re.sub(r"[^0]", "", decimals))
    digits = f"{round_half_up(number, places):.{places}f}"
    left, _, right = digits.partition(".")
    while len(right) > needed and right.endswith("0"):
        right = right[:-1]
    if not number and "0" not in pattern:  # only places for digits that zero has not
        return (before + after).strip()
    left = left.rjust(whole.count("0"), "0")
    if left == "0" and "0" not in whole and right:
        left = ""
    if inner:
        left = _between(left, len(re.sub(r"[^0#?]", "", whole)), inner)
    elif "," in whole:
        left = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", left)
    return (before + left + (f".{right}" if right else "") + after).strip()


def _between(digits: str, places: int, inner: Sequence[tuple[int, str]]) -> str:
    """Digits with what stands between them, as in a telephone number: the first place takes all that are
    more than there are places."""
    behind = ""
    for place, text in reversed(inner):
        at = max(0, len(digits) - (places - place))
        behind = text + digits[at:] + behind
        digits, places = digits[:at], place
    return digits + behind


def _fraction(number: float, tokens: tuple[str, ...]) -> str | None:
    """A number as a whole and a fraction, "2 3/4"; None for a format that is none of these."""
    found = _FRACTION.search("".join(tokens))
    if not found:
        return None
    whole, _, below = found.groups()
    if below.strip("#0?"):
        parts = int(below)
        count = round(number * parts) if parts else 0
    else:
        nearest = Fraction(number).limit_denominator(10 ** min(len(below), _MOST_DIGITS) - 1)
        count, parts = nearest.numerator, nearest.denominator
    if not parts:
        return None
    if not whole:
        return f"{count}/{parts}"
    full, count = divmod(count, parts)
    if not count:
        return str(full)
    return f"{full} {count}/{parts}" if full else f"{count}/{parts}"


def round_half_up(number: float, places: int) -> Decimal:
    """A number rounded as a sheet rounds it, 2.5 to 3; by its digits as they are written, fifteen of which a
    sheet keeps.

    >>> round_half_up(2.5, 0), round_half_up(1.005, 2), round_half_up(4006381333931.0, 0)
    (Decimal('3'), Decimal('1.01'), Decimal('4006381333931'))
    """
    exact = Decimal(f"{number:.15g}")
    try:
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than a decimal has
        return exact


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token.strip('"')
    if token.startswith("\\"):
        return token[1:]
    if token.startswith("_"):
        return " "
    if token.startswith("*"):
        return ""
    if token.startswith("["):
        return token[2:-1].partition("-")[0] if token.startswith("[$") else ""
    return token


def _elapsed(token: str) -> bool:
    """Whether a token is a whole stretch of time, [h] of [h]:mm."""
    return token.startswith("[") and _dated(token)


def _duration(number: float, tokens: tuple[str, ...]) -> str:
    """A stretch of time, longer than a day perhaps: "37:30"."""
    places = max((len(t.partition(".")[2]) for t in tokens if _dated(t)), default=0)
    left = round(abs(number) * 86_400, places)
    written: list[str] = ["-" if number < 0 else ""]
    for token in tokens:
        name = token.strip("[]").lower()
        if not _dated(token) or name[0] not in _UNITS:
            written.append(_literal(token))
            continue
        unit = _UNITS[name[0]]
        count = left if unit == 1 else left // unit
        left -= count * unit
        width = len(name.partition(".")[0])
        decimals = places if unit == 1 else 0
        written.append(f"{count:0{width + (decimals + 1 if decimals else 0)}.{decimals}f}")
    return "".join(written).strip()


def _date(number: float, tokens: tuple[str, ...]) -> str:
    places = max((len(t.partition(".")[2]) for t in tokens if _dated(t)), default=0)
    seconds = round(number * 86_400, places)
    # Excel takes 1900 for a leap year, as Lotus did.
    moment = datetime(1899, 12, 31 if seconds < 60 * 86_400 else 30) + timedelta(seconds=seconds)
    letters = [t.lower() for t in tokens if _dated(t)]
    parts = {t[0] for t in letters}
    minutes_only = "m" in parts and not parts & {"y", "d"} and (parts & {"h", "s"} or "[" in parts)
    if "y" in parts and "d" in parts:
        text = moment.date().isoformat()
        if "h" in parts:
            text += f" {moment:%H:%M}" + (f":{moment:%S}" if "s" in parts else "")
        return text
    twelve = any(t in ("am/pm", "a/p") for t in letters)
    written: list[str] = []
    after_hour = False
    for token in tokens:
        lower = token.lower()
        if not _dated(token):
            written.append(_literal(token) if token not in ("General", "@") else "")
            continue
        is_minute = lower[0] == "m" and (after_hour or bool(minutes_only))
        written.append(_field(moment, lower, is_minute, twelve))
        after_hour = lower[0] == "h"
    return "".join(written).strip()


def _field(moment: datetime, token: str, is_minute: bool, twelve: bool) -> str:
    two = len(token) > 1
    match token[0]:
        case "y":
            return f"{moment.year:04d}"
        case "m" if not is_minute:
            name = _MONTHS[moment.month - 1]
            if len(token) > 2:
                return name[:3] if len(token) == 3 else name
            return f"{moment.month:02d}" if two else str(moment.month)
        case "m":
            return f"{moment.minute:02d}"
        case "d":
            if len(token) > 2:
                name = _DAYS[moment.weekday()]
                return name[:3] if len(token) == 3 else name
            return f"{moment.day:02d}" if two else str(moment.day)
        case "h":
            hour = (moment.hour - 1) % 12 + 1 if twelve else moment.hour
            return f"{hour:02d}" if two else str(hour)
        case "s":
            places = len(token.partition(".")[2])
            return f"{moment.second:02d}" + f".{moment.microsecond:06d}"[: places + 1] * bool(
                places
            )
    return "AM" if moment.hour < 12 else "PM"
