"""Numbers as lists print them: decimal, roman, letters, ordinals; shared by Word and OpenDocument."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip

_ONES = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def roman(number: int) -> str:
    """A number in small roman letters; in digits where there are none for it.

    >>> roman(14)
    'xiv'
    """
    if not 0 < number < 5000:
        return str(number)
    letters = ""
    for worth, sign in _ROMAN:
        times, number = divmod(number, worth)
        letters += sign * times
    return letters


def letters(number: int) -> str:
    """a, b, ... z, aa, bb: as Word goes on behind z.

    >>> letters(3), letters(28)
    ('c', 'bb')
    """
    if not 0 < number < 1000:
        return str(number)
    times, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * (times + 1)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th.

    >>> ordinal(2), ordinal(12)
    ('2nd', '12th')
    """
    ending = (
        "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def spelt(number: int) -> str:
    """A number in English words, as Word's lists print it; in digits from a thousand on.

    >>> spelt(1), spelt(21), spelt(112)
    ('One', 'Twenty-one', 'One hundred twelve')
    """
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest < len(_ONES):
        words.extend(filter(None, [_ONES[rest]]))
    else:
        words.append(f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens])
    return " ".join(words).capitalize()


def spelt_ordinal(number: int) -> str:
    """First, Second, Twenty-first.

    >>> spelt_ordinal(3), spelt_ordinal(30), spelt_ordinal(42)
    ('Third', 'Thirtieth', 'Forty-second')
    """
    said = spelt(number)
    if said.isdigit():
        return ordinal(number)
    at = max(said.rfind(" "), said.rfind("-")) + 1
    last = said[at:].lower()
    ending = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return (said[:at] + ending).capitalize()


def counted(number: int, style: str) -> str:
    """A number in a style of Word's (``lowerRoman``) or of OpenDocument's (``i``)."""
    match style:
        case "lowerRoman" | "i":
            return roman(number)
        case "upperRoman" | "I":
            return roman(number).upper()
        case "lowerLetter" | "a":
            return letters(number)
        case "upperLetter" | "A":
            return letters(number).upper()
        case "ordinal":
            return ordinal(number)
        case "cardinalText":
            return spelt(number)
        case "ordinalText":
            return spelt_ordinal(number)
        case "decimalZero":
            return f"{number:02d}"
        case "none" | "":
            return ""
    return str(number)
