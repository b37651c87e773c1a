r"""Numbers with their units in LaTeX, as the packages siunitx and units print them: ``\qty{25}{\kilo\gram}`` is "25 kg"."""

from __future__ import annotations

import re

from rag.documents.tex_macros import VERBATIM, group

_UNITS = {
    "metre": "m", "meter": "m", "gram": "g", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol",
    "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C",
    "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H",
    "lumen": "lm", "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat",
    "radian": "rad", "steradian": "sr", "degreeCelsius": "°C", "celsius": "°C", "minute": "min", "hour": "h",
    "day": "d", "hectare": "ha", "litre": "L", "liter": "L", "tonne": "t", "degree": "°", "arcminute": "′",
    "arcsecond": "″", "percent": "%", "electronvolt": "eV", "bel": "B", "decibel": "dB", "neper": "Np",
    "dalton": "Da", "atomicmassunit": "u", "astronomicalunit": "au", "angstrom": "Å", "barn": "b",
    "knot": "kn", "nauticalmile": "M", "mmHg": "mmHg", "byte": "B", "um": "µm", "us": "µs", "ug": "µg",
    "uA": "µA", "uV": "µV", "uW": "µW", "uF": "µF", "ul": "µL", "uL": "µL", "kohm": "kΩ", "Mohm": "MΩ", "mohm": "mΩ",
    "umol": "µmol", "uJ": "µJ", "micron": "µm",
}  # fmt: skip
"""Units by the commands that name them; one that is not here is its own name ("kWh", "bar")."""

_PREFIXES = {
    "quecto": "q", "ronto": "r", "yocto": "y", "zepto": "z", "atto": "a", "femto": "f", "pico": "p", "nano": "n",
    "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da", "deka": "da", "hecto": "h", "kilo": "k",
    "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y", "ronna": "R",
    "quetta": "Q", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "pebi": "Pi", "exbi": "Ei",
}  # fmt: skip
_POWERS = {"squared": "2", "cubed": "3", "square": "2", "cubic": "3"}
_SETTING = frozenset(
    "text mathrm textrm textup textnormal ensuremath cdot times highlight cancel relax".split()
)
"""Commands in units that set letters, and are none."""

_COMMAND = re.compile(
    r"\\(SIrange|qtyrange|numrange|SIlist|qtylist|numlist|qtyproduct|numproduct|unitfrac|SI|si|qty|"
    r"unit|num|ang)(?![A-Za-z])\*?\s*(?:\[([^\]]{0,500})\])?(?=\s*\{)"
)
_NUMBERS = {"SIrange": 2, "qtyrange": 2, "numrange": 2, "si": 0, "unit": 0, "unitfrac": 0}
"""Arguments that are numbers; one elsewhere."""

_DECLARED = re.compile(
    r"\\DeclareSIUnit\s*(?:\[[^\]]{0,500}\])?\s*\{?\\([A-Za-z]+)\}?\s*\{([^{}]{0,100})\}"
)
_CIRCLE = re.compile(
    r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))\s*|\\(?:textdegree|SIUnitSymbolDegree)(?![A-Za-z])\s*"
)
_PART = re.compile(
    r"\\(?P<of>tothe|raiseto|of)\s*\{(?P<given>[^{}]*)\}|\\(?P<name>[A-Za-z]+)|\^\s*(?:\{(?P<power>[^{}]*)\}|(?P<digit>-?\w+))"
    r"|(?P<per>/)|(?P<letters>°?[^\W\d_]+(?:\([^()]*\))?|[°%′″])(?P<behind>\d?)"
)
_SIGNS = (
    (re.compile(r"\\pm|\+-"), " ± "),
    (re.compile(r"\\times|(?<=[\d.)])\s*x\s*(?=[\d.+-])"), " × "),
    (re.compile(r"\\(?:approx|sim)(?![A-Za-z])"), "≈"),
    (re.compile(r"\\leq?(?![A-Za-z])|<="), "≤"),
    (re.compile(r"\\geq?(?![A-Za-z])|>="), "≥"),
    (re.compile(r"\\[a-zA-Z]+|[{}\\$]"), ""),
    (re.compile(r"^\s*[eE]\+?(-?\d+)\s*$"), r"10^\1"),
    (re.compile(r"(?<=\d)[eEdD]\+?(-?\d+)"), r" × 10^\1"),
    (re.compile(r"~|\s+"), " "),
)


def with_units(text: str) -> str:
    r"""``text`` with its numbers and units as they are printed.

    >>> with_units(r"\SI{1.8}{\metre}, \qtyrange{1}{5}{\kilo\gram}, \num{3e8}, \si{\metre\per\second\squared}")
    '1.8 m, 1–5 kg, 3 × 10^8, m/s2'
    """
    if not _COMMAND.search(text):
        return text
    own = {name: said.replace("\\", "") for name, said in _DECLARED.findall(text)}
    parts = VERBATIM.split(text)
    return "".join(part if i % 2 else _printed(part, own) for i, part in enumerate(parts))


def _printed(text: str, own: dict[str, str]) -> str:
    out: list[str] = []
    at = 0
    while (found := _COMMAND.search(text, at)) is not None:
        out.append(text[at : found.start()])
        said, at = _quantity(found[1], found[2] or "", text, found.end(), own)
        out.append(re.sub(r"[%$&#]", r"\\\g<0>", said))
    return "".join([*out, text[at:]])


def _quantity(name: str, option: str, text: str, at: int, own: dict[str, str]) -> tuple[str, int]:
    """What a command prints, and where its arguments end."""
    numbers: list[str] = []
    for _ in range(_NUMBERS.get(name, 1)):
        number, at = group(text, at)
        numbers.append(number)
    if name == "ang":
        return _angle(numbers[0]), at
    if name == "unitfrac":
        above, at = group(text, at)
        below, at = group(text, at)
        return _joined(_number(option), f"{_unit(above, own)}/{_unit(below, own)}"), at
    said = _said(name, numbers)
    if name.startswith("num"):
        return said, at
    before = re.compile(r"\s*\[([^\]]{0,100})\](?=\s*\{)").match(text, at)
    at = before.end() if before else at
    if not text[at : at + 20].lstrip().startswith("{"):  # \qty{...} of physics: brackets that grow
        return "".join(numbers), at
    unit, at = group(text, at)
    if not numbers and "=" not in option:  # \unit[5]{m}
        said = _number(option)
    return (before[1].replace("\\", "") if before else "") + _joined(said, _unit(unit, own)), at


def _said(name: str, numbers: list[str]) -> str:
    """Its numbers: a range, a list, or one."""
    if name.endswith("list"):
        return ", ".join(_number(one) for one in numbers[0].split(";"))
    read = [_number(one) for one in numbers]
    return (" to " if any(one.startswith(("-", "−")) for one in read) else "–").join(read)


def _joined(number: str, unit: str) -> str:
    if number and unit.startswith("1/"):
        return number + unit[1:]
    close = not number or not unit or (unit[0] in "°%′″" and not unit.startswith("°C"))
    return f"{number}{unit}" if close else f"{number} {unit}"


def _number(text: str) -> str:
    for pattern, into in _SIGNS:
        text = pattern.sub(into, text)
    return text.strip()


def _angle(text: str) -> str:
    """Degrees, minutes and seconds: "12;30;" is 12°30′."""
    parts = [_number(one) for one in text.split(";")]
    return "".join(part + sign for part, sign in zip(parts, "°′″", strict=False) if part)


def _unit(text: str, own: dict[str, str]) -> str:
    """A unit as a line of text: powers behind their unit, what it is divided by behind a stroke."""
    parts: list[tuple[str, str, bool]] = []
    prefix, power, per = "", "", False
    for found in _PART.finditer(_CIRCLE.sub("°", text)):
        name = found["name"] or ""
        raised = _POWERS.get(name) or found["power"] or found["digit"] or ""
        if name == "per" or found["per"]:
            per = True
        elif name in _SETTING:
            continue
        elif name in _PREFIXES or name in ("mu", "textmu"):
            prefix += _PREFIXES.get(name, "µ")
        elif name in ("square", "cubic") or found["of"] == "raiseto":
            power = raised or found["given"]
        elif raised or found["of"]:
            if parts:
                symbol, before, under = parts[-1]
                mark = f"({found['given']})" if found["of"] == "of" else ""
                parts[-1] = symbol + mark, before if mark else raised or found["given"], under
        else:
            symbol = own.get(name) or _UNITS.get(name) or name or found["letters"]
            parts.append((prefix + symbol, power or found["behind"] or "", per))
            prefix, power, per = "", "", False
    above = [_raised(symbol, power) for symbol, power, under in parts if not under]
    below = [_raised(symbol, power) for symbol, power, under in parts if under]
    divided = f"({' '.join(below)})" if len(below) > 1 else "".join(below)
    return "/".join(filter(None, [" ".join(above) or ("1" if divided else ""), divided]))


def _raised(symbol: str, power: str) -> str:
    power = power.strip()
    return f"{symbol}{power}" if re.fullmatch(r"\d?", power) else f"{symbol}^{power}"
