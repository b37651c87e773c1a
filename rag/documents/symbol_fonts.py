"""Symbol fonts (Wingdings, Webdings, Symbol): their letters stand for signs, a "ü" for a tick; here as the signs that they are.

A program that knows such a font writes its signs as letters, or as characters of private use (U+F0FC for "ü").
"""

from __future__ import annotations

import re

_PRIVATE = re.compile("[\uf020-\uf0ff]")
_MOST_LETTERS = (
    3  # different ones in a row; more are a word, which whoever wrote it did not mean as signs
)


def _signs(**runs: str) -> dict[int, str]:
    """Signs by their codes: each run from the code that its name has ("x41"); "·" where there is none to show."""
    found: dict[int, str] = {}
    for first, signs in runs.items():
        found.update(enumerate(signs.replace("·", "\0"), start=int(first[1:], 16)))
    return {code: sign for code, sign in found.items() if sign != "\0"}


_WINGDINGS = _signs(
    x21="✏✂✁👓🔔📖·☎✆✉·📪📫📬📭📁📂📄📄📄·⌛⌨····💾·✇✍✍✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚑⚑✈☼💧❄·✞·✠✡☪☯·☸♈♉♊♋♌♍♎♏♐♑♒♓&&●○■☐☐☐☐◆◆◆❖◆☒·⌘··“”",
    x80="⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿········•••○○○◉◎○▪☐▲✦★✶✴✹✵·⌖···✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛",
    xD5="⌫⌦◀➢▲▼←→↑↓←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⇔⇕⇖⇗⇙⇘▭▫✗✓☒☑",
)
_WINGDINGS_2 = _signs(
    x42="👈👉", x4A="👆👇", x4F="✗✓☒☑☒☒☒⊗⊘⊘&", x69="⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", x95="•••●○○○○◉◉", xA1="■■☐☐☐☐☐▣",
    xAD="◆◆◇", xF8="※⁂",
)  # fmt: skip
_WINGDINGS_3 = _signs(x21="←→↑↓↖↗↙↘", x31="↔↕", x50="↳↲", x70="▲▼△▽◀▶◁▷◣◢◤◥")
_WEBDINGS = _signs(
    x33="◀▶▲▼⏪⏩⏮⏭⏸⏹⏺",
    x61="✓",
    x63="☐",
    x67="■",
    x69="ℹ",
    x6E="●",
    x72="✗❓",
    x78="⦸⊖",
    xCF="🔒🔓",
)
_SYMBOL = {code: chr(code) for code in range(0x21, 0x7F)} | _signs(
    x22="∀#∃", x27="∍", x2D="−", x40="≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
    xA0="€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…··↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑", xF1="〉∫",
)  # fmt: skip
_SIGNS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
_OF_ANY = {
    0xB7: "•", 0xA7: "▪", 0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0xE0: "→", 0xD8: "➢",
    0xDE: "⇒", 0x6D: "μ", 0x57: "Ω", 0x44: "Δ", 0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB4: "×", 0x52: "☑",
    0x61: "α", 0x62: "β", 0x70: "π",
}  # fmt: skip
"""What stands most often for a character of private use whose font is not known."""


def is_symbolic(font: str | None) -> bool:
    """Whether the letters of a font are signs: "Wingdings", and so too "'Wingdings 2', serif"."""
    return _name(font) in _SIGNS


def as_shown(text: str, font: str | None) -> str:
    """What a text shows in a font. Words that somebody has left in a font of pictures stay words, and what the
    font has no letters for is shown in another one.

    >>> as_shown("ü done", "Arial"), as_shown("ü þ", "Wingdings"), as_shown("D = 5 mm", "Symbol")
    ('ü done', '✓ ☑', 'Δ = 5 μμ')
    """
    name = _name(font)
    signs = _SIGNS.get(name)
    if signs is None or (name != "symbol" and _is_words(text)):
        return private_as_shown(text, font)
    return "".join(signs.get(_code(c), "") if _code(c) else c for c in text)


def private_as_shown(text: str, font: str | None = None) -> str:
    """A text whose characters of private use alone are signs of a font; "" where the font's sign is no word or mark.

    >>> private_as_shown("\\uf0fc für", "Wingdings"), private_as_shown("\\uf0b7 one")
    ('✓ für', '• one')
    """
    if text.isascii():
        return text
    signs = _SIGNS.get(_name(font))
    if signs is None:
        return _PRIVATE.sub(lambda found: _OF_ANY.get(ord(found[0]) - 0xF000, found[0]), text)
    return _PRIVATE.sub(lambda found: signs.get(ord(found[0]) - 0xF000, ""), text)


def coded(code: str, font: str | None) -> str:
    """The sign that a font and a code in hexadecimal name; "" for one that is no word or mark.

    >>> coded("F0FE", "Wingdings"), coded("006D", "Symbol"), coded("F0B7", "Unknown"), coded("x", "Symbol")
    ('☑', 'μ', '•', '')
    >>> coded("2612", "MS Gothic")
    '☒'
    """
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", code):
        return ""
    number = int(code, 16)
    in_private = 0xF000 <= number <= 0xF0FF
    if not in_private and not is_symbolic(font):
        return chr(number) if number >= 0x20 else ""
    return _SIGNS.get(_name(font), _OF_ANY).get(number & 0xFF, "")


def _is_words(text: str) -> bool:
    rows = ({c for c in row if c.isascii() and c.isalpha()} for row in text.split())
    return any(len(letters) > _MOST_LETTERS for letters in rows)


def _name(font: str | None) -> str:
    return (font or "").partition(",")[0].strip(" \"'").lower()


def _code(character: str) -> int:
    """Where a character stands in a symbol font; 0 for one that no such font has."""
    number = ord(character)
    number -= 0xF000 if 0xF020 <= number <= 0xF0FF else 0
    return number if 0x21 <= number <= 0xFF and number != 0xA0 else 0
