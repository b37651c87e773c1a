"""Dates of birth: a whole date that some word near it says somebody was born on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.found import Found, Reading

_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec mär mai juin juil aoû août okt dez déc fév avr "
    "ene abr ago dic gen mag giu lug set ott mrt mei maj cze lip sie wrz paź lis gru sty lut kwi "
    "dic fev mai out des січ янв фев мар апр мая май июн июл авг сен окт ноя дек tam hel maa huh tou kes hei elo syy lok mar jou"
).split()
_NAME = rf"(?:{'|'.join(sorted(set(_MONTHS), key=len, reverse=True))})[^\W\d_]{{0,9}}\.?"
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![A-Za-z\u00c0-\u024f0-9_.,/-])(?:"
    rf"{_YEAR}([-/.])[01]?[0-9]\1[0-3]?[0-9]"
    rf"|[0-3]?[0-9]([-/.] ?)[01]?[0-9]\2(?:{_YEAR}|[0-9]{{2}})"
    rf"|[01]?[0-9]/[0-3]?[0-9]/(?:{_YEAR}|[0-9]{{2}})"
    rf"|[0-3]?[0-9](?:st|nd|rd|th|\.|er|º|°)?[ -](?:de |of |do )?{_NAME}(?:,? (?:de |del |do )?|-){_YEAR}"
    rf"|{_NAME} [0-3]?[0-9](?:st|nd|rd|th)?(?:,? ){_YEAR}"
    rf"|{_YEAR} ?年 ?[01]?[0-9] ?月 ?[0-3]?[0-9] ?日"
    rf"|{_YEAR}년 ?[01]?[0-9]월 ?[0-3]?[0-9]일"
    rf"|{_YEAR}\. ?[01]?[0-9]\. ?[0-3]?[0-9]\."
    rf")(?![A-Za-z\u00c0-\u024f0-9_]|[-/][0-9])",
)
_BEFORE = (
    "date of birth", "birth date", "birthdate", "birth_date", "birth-date", "date_of_birth", "dateofbirth", "dob", "d.o.b", "born", "birthday", "geboren", "geb.", "geburtsdatum",
    "geburtstag", "né le", "née le", "né(e) le", "né(e)", "date de naissance", "nacido", "nacida", "nació", "fecha de nacimiento", "nato ", "nata ",
    "data di nascita", "nacque", "geboortedatum", "geb.datum", "urodzony", "urodzona", "urodzonego", "urodzonej", "data urodzenia", "ur. ", "urodził", "nascido", "nascida", "nasceu", "data de nascimento",
    "född", "födelsedatum", "født", "fødselsdato", "syntynyt", "syntymäaika", "narozen", "datum narození", "született",
    "születési", "doğum", "дата рождения", "родился", "родилась", "дата народження", "γεννήθηκε", "生年月日", "出生", "生日", "誕生日", "생년월일", "생일", "data nașterii", "născut",
    "nacimiento", "naissance", "nascita", "nascimento", "turned 18 on", "came into the world",
)  # fmt: skip
_BEHIND = (
    "geboren",
    "birth",
    "dob",
    "naissance",
    "nacimiento",
    "生まれ",
    "出生",
    "生",
    "geburt",
    "nascita",
)
_THING = re.compile(
    r"\b(?:company|firm|project|product|idea|brand|city|nation|country|republic|movement|festival|tradition|team|club|star|"
    r"internet|web|standard|protocol|language|party|start-?up|business|bank|service|policy|initiative|programme|program|plan|firma|"
    r"unternehmen|projekt|idee|entreprise|société|projet|empresa|proyecto|azienda|progetto|bedrijf|calf|foal|airborne|newborns?|"
    r"was re-?born|stillborn)\b"
)
_GAP = re.compile(r"[^.!?\n]{0,60}\Z|[^!?\n]{0,24}\Z|\W{0,12}\Z", re.DOTALL)
_PARTED = re.compile(
    r"\b(?:hired|joined|since|started|employed|signed|died|married|until|expires|valid|issued|registered|created|updated|gestorben|"
    r"eingestellt|décédé|fallecid|invoice|due|effective|dated|founded|graduated|appointed)\b|†"
)


def births(reading: Reading) -> Iterator[Found]:
    """Dates of birth, with day, month and year."""
    for word in _BEFORE:
        for at in reading.places(word):
            if _within(reading.lower, at, len(word)):
                continue
            end = at + len(word)
            until = end + len(reading.after(end, 72))
            match = _DATE.search(reading.lower, end, until)
            if match and _speaks(reading, at, reading.lower[end : match.start()]):
                yield Found(*match.span(), "birth-date")
    for word in _BEHIND:
        for at in reading.places(word):
            since = at - len(reading.before(at, 40))
            for match in _DATE.finditer(reading.lower, since, at):
                gap = reading.lower[match.end() : at]
                near = re.fullmatch(
                    r"[\s(,*:–-]{0,4}(?:(?:in|is|was|as|her|his|date|day|of|the|my|zu|ist|sein|ihr) ?){0,5}(?:[a-zäöüß-]{2,18} ?)?[\s(]{0,2}",
                    gap,
                )
                place = len(gap) < 5 or word in ("geboren", "birth", "dob")
                if near and place and not _within(reading.lower, at, len(word)):
                    yield Found(*match.span(), "birth-date")


def _within(lower: str, at: int, length: int) -> bool:
    """Whether a word is the end of another, or of an e-mail or name: "reborn"."""
    if not lower[at].isascii():
        return False
    goes_on = lower[at + length - 1].isalpha() and lower[at + length : at + length + 1].isalpha()
    return lower[max(0, at - 1) : at].isalpha() or goes_on


def _speaks(reading: Reading, at: int, gap: str) -> bool:
    """Whether what stands before a date, from a word on, says that somebody was born on it."""
    if not _GAP.match(gap) or gap.startswith(" of ") or _PARTED.search(gap) or _DATE.search(gap):
        return False
    return not _THING.search(reading.before(at, 40))
