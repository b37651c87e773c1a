"""Numbers with check digits: bank accounts (IBAN), payment cards, and those by which a state knows a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from rag.privacy.found import Found, Reading

_IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z][0-9]{2}(?:[ \u00a0-]?[A-Z0-9]){10,32}")
_LENGTHS = {
    country: int(length)
    for length, countries in (
        line.split(":")
        for line in (
            "15:NO 16:BE 18:DK,FI,FO,GL,NL,SD,FK 19:MK,SI 20:AT,BA,EE,KZ,LT,LU,XK,MN 21:CH,HR,LI,LV "
            "22:BG,BH,CR,DE,GB,GE,IE,ME,RS,VA 23:AE,GI,IL,IQ,OM,SO,TL 24:AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG "
            "25:LY,PT,ST 26:IS,TR 27:BI,DJ,FR,GR,IT,MC,MR,SM 28:AL,AZ,BY,CY,DO,GT,HU,LB,NI,PL,SV 29:BR,EG,PS,QA,UA "
            "30:JO,KW,MU 31:MT,SC 32:LC 33:RU"
        ).split()
    )
    for country in countries.split(",")
}
"""Characters of each country's IBAN (SWIFT's registry)."""

_CARD = re.compile(
    r"[2-6](?<![A-Za-z\u00c0-\u024f0-9_.,+-].)[0-9]{3}([ \u00a0-]?)(?:[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?|[0-9]{6}\1[0-9]{4,5})"
    r"(?![A-Za-z\u00c0-\u024f0-9_]|[-.,][0-9])"
)
_CARDS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3(?:0[0-5]|[68]|9)"), (14, 16)),
    (re.compile(r"6(?:011|5|4[4-9]|2)"), (16, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16,)),
    (re.compile(r"5[06-8]|6[37]"), (16, 18, 19)),  # Maestro
)
"""First digits and lengths of the brands (ISO/IEC 7812)."""
_NO_CARD = re.compile(
    r"(?:order|invoice|tracking|shipment|parcel|serial|imei|isbn|ean|gtin|upc|sscc|batch|lot|part|ticket|transaction|"
    r"reference|barcode|licen[cs]e|account id|meter|bestell\w*|auftrag\w*|sendung\w*|rechnung\w*|commande|colis|pedido|ordine)"
    r"[\s.:#]{0,3}(?:no|nr|num|number|nummer|id|code|is|ist|of|:|#){0,2}[\s.:#-]{0,4}\Z"
)


def ibans(reading: Reading) -> Iterator[Found]:
    """Bank accounts by IBAN, with the right length for their country and check digits."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    for match in _IBAN.finditer(reading.text):
        length = _LENGTHS.get(match[0][:2], 0)
        end = _end_of(match[0], length)
        if not end or reading.text[match.start() + end : match.start() + end + 1].isalnum():
            continue
        try:
            iban.validate(match[0][:end].replace("\u00a0", ""), check_country=False)
        except ValidationError:
            continue
        yield Found(match.start(), match.start() + end, "iban")


def _end_of(written: str, count: int) -> int:
    """Where the letters and digits of ``written`` are ``count``; 0: never."""
    for i, character in enumerate(written):
        count -= character.isalnum()
        if not count:
            return i + 1
    return 0


def cards(reading: Reading) -> Iterator[Found]:
    """Payment cards: a brand's first digits and length, the usual groups, and Luhn's check digit."""
    from stdnum import luhn

    for match in _CARD.finditer(reading.text):
        digits = re.sub(r"\D", "", match[0])
        known = any(first.match(digits) and len(digits) in lengths for first, lengths in _CARDS)
        right = known and luhn.is_valid(digits) and len(set(digits)) > 1
        if right and not _NO_CARD.search(reading.before(match.start(), 40)):
            yield Found(*match.span(), "card")


@dataclass(frozen=True, slots=True)
class _Identity:
    """A country's number: its forms, what checks it (a module of stdnum; "": the form alone), the words that
    say that it is one, in lower case, and whether ``alone`` its form and check are enough."""

    country: str
    form: str
    check: str
    words: str
    alone: str = ""


_ANY = "national id|identity number|identification number|id number|personal number|id no|ausweisnummer|identity card|id card".split(
    "|"
)
_IDENTITIES = (
    _Identity("US", r"(?!9)[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}|9[0-9]{2}-[0-9]{2}-[0-9]{4}", "", "social security|ssn|ss#|taxpayer id|tin:|itin", r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}"),
    _Identity("GB", r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]", "", "national insurance|nino|ni number|ni no", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]"),
    _Identity("GB", r"[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}", "gb.nhs", "nhs"),
    _Identity("GB", r"[0-9]{5} ?[0-9]{5}", "gb.utr", "utr|unique taxpayer"),
    _Identity("IE", r"[0-9]{7} ?[A-W][A-IW]?", "ie.pps", "pps"),
    _Identity("DE", r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}", "de.idnr", "steuer-id|steuerid|steueridentifikationsnummer|identifikationsnummer|steuerliche|idnr|steuernummer|tax id"),
    _Identity("DE", r"[0-9]{2} ?[0-3][0-9][01][0-9]{3} ?[A-Z] ?[0-9]{3}", "", "sozialversicherung|rentenversicherung|sv-nummer|versicherungsnummer|rvnr", r"[0-9]{2} [0-3][0-9][01][0-9]{3} [A-Z] [0-9]{3}"),
    _Identity("AT", r"[0-9]{4} ?[0-3][0-9][01][0-9][0-9]{2}", "at.vnr", "sozialversicherung|svnr|sv-nr|versicherungsnummer|sv-nummer|e-card"),
    _Identity("CH", r"756\.?[0-9]{4}\.?[0-9]{4}\.?[0-9]{2}", "ch.ssn", "ahv|avs|avs-nummer", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}|756[0-9]{10}"),
    _Identity("FR", r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", "fr.nir", "sécurité sociale|nir|insee|sécu|social", r"[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"),
    _Identity("FR", r"[0-3][0-9]{12}|[0-3][0-9] [0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}", "fr.nif", "numéro fiscal|fiscal|spi"),
    _Identity("ES", r"[0-9]{8}[- ]?[A-Z]|[0-9]{2}\.[0-9]{3}\.[0-9]{3}[- ]?[A-Z]", "es.dni", "dni|nif|documento nacional|identidad|n.i.f|d.n.i", r"[0-9]{8}-?[A-Z]|[0-9]{2}\.[0-9]{3}\.[0-9]{3}-[A-Z]"),
    _Identity("ES", r"[XYZ]-?[0-9]{7}-?[A-Z]", "es.nie", "nie|extranjero", r"[XYZ]-?[0-9]{7}-?[A-Z]"),
    _Identity("IT", r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]", "it.codicefiscale", "codice fiscale|c.f.", r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]"),
    _Identity("NL", r"[0-9]{9}|[0-9]{4}[ .][0-9]{2}[ .][0-9]{3}|[0-9]{3} [0-9]{3} [0-9]{3}", "nl.bsn", "bsn|burgerservice|sofi"),
    _Identity("BE", r"[0-9]{2}\.?[0-9]{2}\.?[0-9]{2}[- ]?[0-9]{3}[. ]?[0-9]{2}", "be.nn", "rijksregister|registre national|numéro national|insz|niss", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}[.-][0-9]{2}"),
    _Identity("PL", r"[0-9]{11}", "pl.pesel", "pesel"),
    _Identity("PT", r"[1-3][0-9]{2} ?[0-9]{3} ?[0-9]{3}", "pt.nif", "nif|contribuinte|fiscal"),
    _Identity("SE", r"(?:19|20)?[0-9]{6}[-+ ]?[0-9]{4}", "se.personnummer", "personnummer|personnr|pnr|pers.nr|persnr", r"(?:19|20)[0-9]{6}-[0-9]{4}"),
    _Identity("DK", r"[0-3][0-9][01][0-9]{3}[- ]?[0-9]{4}", "dk.cpr", "cpr|personnummer"),
    _Identity("NO", r"[0-7][0-9]{5} ?[0-9]{5}", "no.fodselsnummer", "fødselsnummer|fødselsnr|personnummer|fodselsnummer"),
    _Identity("FI", r"[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-Y]", "fi.hetu", "hetu|henkilötunnus", r"[0-3][0-9][01][0-9]{3}[-+A][0-9]{3}[0-9A-Y]"),
    _Identity("IS", r"[0-7][0-9]{5}-?[0-9]{4}", "is_.kennitala", "kennitala"),
    _Identity("CZ", r"[0-9]{6}/?[0-9]{3,4}", "cz.rc", "rodné číslo|rodne cislo|r.č.", r"[0-9]{2}[0-8][0-9][0-3][0-9]/[0-9]{4}"),
    _Identity("SK", r"[0-9]{6}/?[0-9]{3,4}", "sk.rc", "rodné číslo"),
    _Identity("HU", r"[0-9][- ]?[0-9]{6}[- ]?[0-9]{4}", "", "személyi szám|személyi azonosító"),
    _Identity("RO", r"[1-9][0-9]{12}", "ro.cnp", "cnp|cod numeric"),
    _Identity("BG", r"[0-9]{10}", "bg.egn", "егн|egn"),
    _Identity("HR", r"[0-9]{11}", "hr.oib", "oib"),
    _Identity("SI", r"[0-3][0-9][01][0-9]{10}", "si.emso", "emšo|emso"),
    _Identity("RS", r"[0-3][0-9][01][0-9]{10}", "si.emso", "jmbg|јмбг"),
    _Identity("EE", r"[1-8][0-9]{10}", "ee.ik", "isikukood"),
    _Identity("LT", r"[1-8][0-9]{10}", "lt.asmens", "asmens kodas"),
    _Identity("LV", r"[0-9]{6}-?[0-9]{5}", "", "personas kods"),
    _Identity("GR", r"[0-3][0-9][01][0-9]{8}", "gr.amka", "αμκα|amka"),
    _Identity("TR", r"[1-9][0-9]{10}", "tr.tckimlik", "kimlik|tckn|t.c."),
    _Identity("RU", r"[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}|[0-9]{12}|[0-9]{4} [0-9]{6}", "", "снилс|инн|паспорт"),
    _Identity("UA", r"[0-9]{10}", "ua.rntrc", "рнокпп|ідентифікаційний|іпн|ипн"),
    _Identity("IL", r"[0-9]{8,9}|[0-9]-[0-9]{7}-[0-9]|[0-9]{8}-[0-9]", "il.idnr", "teudat|תעודת זהות|ת.ז"),
    _Identity("ZA", r"[0-9]{6} ?[0-9]{4} ?[0-9]{3}", "za.idnr", "south african id|sa id|id number|identity number"),
    _Identity("IN", r"[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}", "in_.aadhaar", "aadhaar|aadhar|uidai|आधार"),
    _Identity("IN", r"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]", "in_.pan", "pan|permanent account"),
    _Identity("BR", r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", "br.cpf", "cpf", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"),
    _Identity("MX", r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]", "mx.curp", "curp", r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]"),
    _Identity("MX", r"[A-Z]{4}-?[0-9]{6}-?[0-9A-Z]{3}", "mx.rfc", "rfc"),
    _Identity("AR", r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}|[0-9]{7,8}", "ar.dni", "dni"),
    _Identity("CL", r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-[0-9Kk]", "cl.rut", "rut|run", r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9Kk]"),
    _Identity("CO", r"[0-9]{1,3}(?:\.[0-9]{3}){2,3}|[0-9]{8,10}", "", "cédula|cedula"),
    _Identity("CA", r"[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{3}", "ca.sin", "social insurance|assurance sociale|sin:|sin |sin#|nas "),
    _Identity("AU", r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}", "au.tfn", "tfn|tax file"),
    _Identity("AU", r"[2-6][0-9]{3} ?[0-9]{5} ?[0-9]", "", "medicare"),
    _Identity("NZ", r"[0-9]{2,3}-?[0-9]{3}-?[0-9]{3}", "nz.ird", "ird"),
    _Identity("JP", r"[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}", "jp.in_", "マイナンバー|個人番号|my number"),
    _Identity("KR", r"[0-9]{6}-?[0-8][0-9]{6}", "kr.rrn", "주민등록|resident registration", r"[0-9]{2}[01][0-9][0-3][0-9]-[1-4][0-9]{6}"),
    _Identity("CN", r"[1-9][0-9]{16}[0-9Xx]", "cn.ric", "身份证|身分證|resident identity", r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"),
    _Identity("TW", r"[A-Z][12][0-9]{8}", "", "身分證|national id"),
    _Identity("SG", r"[STFGM][0-9]{7}[A-Z]", "", "nric|fin"),
    _Identity("TH", r"[1-8][- ]?[0-9]{4}[- ]?[0-9]{5}[- ]?[0-9]{2}[- ]?[0-9]", "th.pin", "ประชาชน|thai id"),
    _Identity("MY", r"[0-9]{6}-?[0-9]{2}-?[0-9]{4}", "my.nric", "mykad|nric"),
    _Identity("", r"(?=[A-Z]{0,3}[0-9]?[A-Z]{0,2}[0-9]{2})[A-Z0-9]{6,10}|[A-Z]{1,2} ?[0-9]{6,8}", "", "passport|reisepass|passeport|pasaporte|passaporto|paspoort|paszport|passaporte|driving licence|driver's license|driver’s license|driver license|driving license|führerschein|personalausweis|perso-nr|dowód osobisty|carte d'identité|carta d'identità"),
)  # fmt: skip
_START = re.compile(
    r"[0-9A-Z](?=[0-9A-Z./ -]{8})(?<![A-Za-z\u00c0-\u024f0-9_.\-/].)(?:[0-9 ]|[A-Z]{1,5}[0-9]|[A-Z] ?[0-9]|-[0-9])"
)
_NO_NUMBER = re.compile(
    r"(?:order|invoice|part|serial|model|item|sku|isbn|issn|ean|gtin|tracking|ticket|batch|lot|catalogue|catalog|ref|"
    r"bestell\w*|rechnung\w*|artikel\w*|aktenzeichen|cnpj|case|docket|form|product|version|bates|doi)"
    r"[\s.:#]{0,3}(?:no|nr|num|number|nummer|id|code|is|:|#){0,2}[\s.:#-]{0,4}\Z"
)
_ALONE = tuple(
    (one, re.compile(rf"(?:{one.alone})(?![A-Za-z\u00c0-\u024f0-9_]|[-./][0-9])"))
    for one in _IDENTITIES
    if one.alone
)
_ANY_ALONE = re.compile("|".join(one.alone for one in _IDENTITIES if one.alone))
_Form = tuple[_Identity, re.Pattern[str]]


def _said_by() -> dict[str, list[_Form]]:
    """What each word may speak of."""
    said: dict[str, list[_Form]] = {}
    for one in _IDENTITIES:
        form = re.compile(
            rf"(?<![A-Za-z\u00c0-\u024f0-9_.,-])(?:{one.form})(?![A-Za-z\u00c0-\u024f0-9_]|[-./][0-9])"
        )
        for word in (*one.words.split("|"), *(_ANY if one.check or one.country == "US" else ())):
            said.setdefault(word, []).append((one, form))
    return said


_SAID_BY = _said_by()
_GAP = re.compile(r"[\s(,:;/-]{0,4}(?:[a-z]{1,4} ){0,4}")


def identities(reading: Reading) -> Iterator[Found]:
    """Numbers by which a state knows a person: where form and check digit say enough, or where a word does."""
    text = reading.text
    for match in _START.finditer(text):
        for one, form in _ALONE if _ANY_ALONE.match(text, match.start()) else ():
            found = form.match(text, match.start())
            right = found and reading.of(one.country) and _checked(one.check, found[0])
            if found and right and not _NO_NUMBER.search(reading.before(match.start(), 40)):
                yield Found(*found.span(), "id-number")
    for word, meant in _SAID_BY.items():
        for at in reading.places(word):
            for one, form in meant:
                if not one.country or reading.of(one.country):
                    yield from _beside(reading, at, at + len(word), one, form)


def _beside(
    reading: Reading, start: int, end: int, one: _Identity, form: re.Pattern[str]
) -> Iterator[Found]:
    """The number that a word at ``start`` to ``end`` speaks of: soon after it, else just before."""
    text, lower = reading.text, reading.lower
    if lower[start].isalpha() and lower[max(0, start - 1) : start].isalpha() and end - start < 6:
        return  # a part of another word
    if lower[end - 1].isalpha() and lower[end : end + 1].isalpha() and end - start < 4:
        return
    until = end + len(reading.after(end, 64))
    behind = (match for match in form.finditer(text, end, until) if _is_one(one, match[0]))
    if (found := next(behind, None)) is not None:
        yield Found(*found.span(), "id-number")
        return
    since = start - len(reading.before(start, 24))
    for match in form.finditer(text, since, start):
        if _GAP.fullmatch(text, match.end(), start) and _is_one(one, match[0]):
            yield Found(*match.span(), "id-number")


def _is_one(one: _Identity, written: str) -> bool:
    return sum(c.isdigit() for c in written) >= 4 and _checked(one.check, written)


@lru_cache(4096)
def _checked(module: str, written: str) -> bool:
    """Whether the check digits are right, by this module of stdnum; "": there are none to check."""
    return not module or bool(import_module(f"stdnum.{module}").is_valid(written))
