"""Ways to reach somebody: e-mail addresses, telephone numbers, and the IP addresses of their machines."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

from rag.privacy.found import Found, Reading

_LOCAL = re.compile(r"[\w.+%'-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}([^\W\d_]{2,24}|xn--[a-z0-9-]{2,40})(?![\w@])")
_IN_URL = re.compile(r"://[^\s/@]{0,200}\Z")
_SPELT = re.compile(r"\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?")
_SPELT_DOMAIN = re.compile(
    r"[\w-]{1,63}(?:(?:\.|\s?[\[({<]\s?(?:dot|punkt|point|punto|\.)\s?[\])}>]\s?)[\w-]{1,63}){1,5}"
)
_NO_DOMAINS = frozenset(
    "png jpg jpeg gif svg webp css js json py html md pdf txt yaml yml toml sh ts service socket timer "
    "target mount".split()
)

_COUNTRIES = tuple(
    "US GB DE FR ES IT NL BE AT CH PL PT SE DK NO FI IE CA AU NZ IN BR MX AR JP CN KR ZA CZ GR RO HU TR "
    "UA RU IL SG HK".split()
)
"""Whose way of writing numbers at home is known, the likeliest first."""
_NUMBER = re.compile(
    r"[+(0-9](?<![A-Za-z\u00c0-\u024f0-9_.,+-].)[0-9 ()\-./\u00a0\u2010\u2011]{5,26}[0-9]"
)
_EXTENSION = re.compile(
    r"(?:,? ?(?:ext\.?|extension|x|poste|durchwahl|anexo|int\.) ?\.?)[0-9]{1,6}(?![A-Za-z\u00c0-\u024f0-9_])",
    re.I,
)
_WORDS = frozenset(
    "tel tlf cell mob mobile mobil mobiel móvil celular cellulare portable handy call calls calling called fax whatsapp "
    "signal sms text texting ring ringing dial hotline helpline switchboard extension anruf anrufen erreichbar erreichen "
    "llame llamar llamen llámame appeler appelez joindre joignable chiamare chiami chiama bel bellen zadzwoń dzwonić komórka "
    "mobilnummer puhelin puh gsm numéro rufnummer rufen rufe ruf ligue ligar contact contacto contatto kontakt reach reached "
    "direct line office landline desk тел телефон телефону звоните позвоните mob cel gsm kom kontakttelefon durchwahl "
    "dzwoń dzwonic soittakaa numero móviles pager beeper".split()
)
_STARTS = (
    "phone",
    "telef",
    "teléf",
    "téléph",
    "télé",
    "telepho",
    "handynummer",
    "mobiltelefon",
    "ringnummer",
)
_ENDS = (
    "phone",
    "telefon",
    "telefoon",
    "phones",
    *(f"{x}nummer" for x in ("telefon", "telefoon", "handy", "ruf", "mobil", "fax", "ring")),
)
_NO_PHONE = re.compile(
    r"[0-9]+\.[0-9]+|(?:19|20)[0-9]{6}|.*(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9].*|(?:1[89]|20)[0-9]{2} .*"
)
_WEAK = frozenset(
    "cell signal text line direct contact contacto contatto kontakt office desk landline number numero numéro extension bel ring call on".split()
)
"""Words that say something else as often."""
_LETTER = re.compile(r"(?:\A|[\s(|])[tmfp]:\s{0,2}\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = (
    "電話",
    "电话",
    "전화",
    "휴대",
    "携帯",
    "手机",
    "手機",
    "тел",
    "連絡先",
    "联系",
    "☎",
    "📞",
    "✆",
)
_OTHER = re.compile(
    r"(?:order|invoice|part|ref(?:erence)?|ticket|case|serial|model|item|article|sku|isbn|issn|ean|gtin|upc|imei|doi|version|"
    r"tracking|shipment|parcel|po|batch|lot|account|customer|contract|policy|booking|bestell\w*|rechnung\w*|artikel\w*|"
    r"kunden\w*|auftrag\w*|vertrag\w*|commande|facture|pedido|factura|ordine|fattura|zamówieni\w*|faktur\w*|iban|"
    r"build|revision|section|chapter|page|id|nr|code|patent|standard|iso|din|rfc|ticker|meter|licen[cs]e|product|номер заказа)"
    r"[\s.:#]{0,3}(?:no|nr|num|number|nummer|numéro|número|numero|n°|id|code|key|is|ist|was|of|:|#|-){0,2}[\s.:#-]{0,4}\Z"
)
_PLAIN = (  # forms that say enough by themselves, and where
    ("US CA", re.compile(r"\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[-. ][0-9]{4}|[2-9][0-9]{2}([-.])[2-9][0-9]{2}\1[0-9]{4}")),
    ("US CA", re.compile(r"1[-. ]\(?[2-9][0-9]{2}\)?[-. ][2-9][0-9]{2}[-. ][0-9]{4}")),
    ("FR", re.compile(r"0[1-9](?:([ .])[0-9]{2})(?:\1[0-9]{2}){3}")),
    ("GB", re.compile(r"\(?0(?:[0-9]{2}\)? [0-9]{4} [0-9]{4}|[0-9]{3}\)? [0-9]{3} [0-9]{4}|[0-9]{4}\)? [0-9]{6}|7[0-9]{3} [0-9]{3} [0-9]{3})")),
    ("DE AT", re.compile(r"\(0[0-9]{2,5}\) ?[0-9][0-9 -]{2,10}|0[0-9]{2,5} ?/ ?[0-9][0-9 -]{2,10}")),
    ("JP", re.compile(r"0[0-9]{1,3}-[0-9]{2,4}-[0-9]{4}")),
    ("BR", re.compile(r"\([1-9][0-9]\) ?9?[0-9]{4}-[0-9]{4}")),
    ("IT ES", re.compile(r"[369][0-9]{2}([ .])[0-9]{3}\1[0-9]{3}")),
)  # fmt: skip
_FICTION = re.compile(
    r"(?:\(?[2-9][0-9]{2}\)?[-. ]{0,2})?555[-. ]01[0-9]{2}"
)  # reserved for invented people in North America


def emails(reading: Reading) -> Iterator[Found]:
    """E-mail addresses, also with "[at]" and "[dot]"."""
    text = reading.text
    for at in reading.exact("@"):
        local = _LOCAL.search(text, max(0, at - 64), at)
        domain = _DOMAIN.match(text, at + 1, at + 255)
        if local is None or domain is None or domain[1].lower() in _NO_DOMAINS:
            continue
        start = local.end() - len(local[0].lstrip(".'-%"))
        remote = text[start:at] == "git" and text[domain.end() : domain.end() + 1] in (":", "/")
        if start < at and not remote and not _IN_URL.search(text, max(0, start - 220), start):
            yield Found(start, domain.end(), "e-mail")
    for word in ("[at]", "(at)", "{at}", "<at>", "[ at ]", "( at )", "(@)", "[@]"):
        for at in reading.inside(word):
            begin = at - (text[at - 1 : at] == " ")
            local = _LOCAL.search(text, max(0, begin - 64), begin)
            sign = _SPELT.match(reading.lower, begin)
            domain = sign and _SPELT_DOMAIN.match(text, sign.end(), sign.end() + 200)
            if local and domain:
                yield Found(local.start(), domain.end(), "e-mail")


def phones(reading: Reading) -> Iterator[Found]:
    """Telephone numbers: with their country's code, in a form of their own, or where a word says so; of the
    countries that are meant, and such as could be given out there, by libphonenumber."""
    text = reading.text
    for match in _NUMBER.finditer(text):
        start, longest = match.span()
        tail = text[longest : longest + 2]
        if (tail[:1].isascii() and tail[:1].isalnum()) or (tail[:1] == "-" and tail[1:].isalnum()):
            longest = text.rfind(" ", start, longest)
        if sum(map(str.isdigit, text[start:longest])) < 7:
            continue
        distance = _said(reading, start, longest)
        end = _number_at(reading, start, longest, distance < 56, distance < 16)
        if end and not _OTHER.search(reading.before(start, 48)):
            extension = _EXTENSION.match(text, end, end + 24)
            yield Found(start, extension.end() if extension else end, "phone")
    if reading.of("US", "CA"):
        windows = (_FICTION.search(text, max(0, at - 7), at + 8) for at in reading.exact("555"))
        for match in filter(None, windows):
            edge = (
                text[max(0, match.start() - 1) : match.start()],
                text[match.end() : match.end() + 1],
            )
            if not any(c.isalnum() or c == "-" for c in edge) and not _OTHER.search(
                reading.before(match.start(), 48)
            ):
                yield Found(*match.span(), "phone")


def _said(reading: Reading, start: int, end: int) -> int:
    """How many characters before a number a word says that it is a telephone's; a word just behind it counts as
    one that is not so near."""
    text, before = reading.text, reading.before(start, 56)
    if _LETTER.search(before):
        return 1
    for match in reversed(list(_LETTERS.finditer(before))):
        word = match[0]
        if word in _WORDS or word.startswith(_STARTS) or word.endswith(_ENDS):
            gap = before[match.end() :]
            if "=" not in gap and (
                word not in _WEAK or text[start] in "(+0" or "-" in text[start:end]
            ):
                return len(gap)
    if not before.isascii():
        for sign in _SIGNS:
            if (at := before.rfind(sign)) >= 0:
                return len(before) - at - len(sign)
    behind = _LETTERS.findall(reading.after(end, 16))
    return 32 if any(word in _WORDS or word.startswith(_STARTS) for word in behind) else 99


def _number_at(reading: Reading, start: int, end: int, near: bool, direct: bool) -> int:
    """Where the number that begins at ``start`` ends, at ``end`` or a gap before it; 0: it is none."""
    text = reading.text
    for _ in range(5):
        written = text[start:end].rstrip(" (-./")
        end = start + len(written)
        if _is_number(reading, written, near, direct):
            return end
        end = text.rfind(" ", start, end)
        if end <= start:
            break
    return 0


def _is_number(reading: Reading, written: str, near: bool, direct: bool) -> bool:
    digits = sum(c.isdigit() for c in written)
    if not 7 <= digits <= 15 or written.count("(") != written.count(")"):
        return False
    plain = written.replace("(0)", "")
    if written.startswith("00") and digits > 9:
        plain = "+" + plain[2:]
    if plain.startswith(("+", "(+")):
        parted = len(plain.strip()) > digits + 1
        return _reaches("+" + plain.lstrip("(+"), "", not (near or parted))
    for countries, form in _PLAIN:
        homes = [c for c in countries.split() if reading.of(c)]
        if homes and form.fullmatch(written) and any(_reaches(plain, c, True) for c in homes):
            return True
    if _NO_PHONE.fullmatch(written) or (written.isdigit() and not direct and written[0] != "0"):
        return False
    if not near or re.fullmatch(
        r"[12][0-9]{3}([-/.])[0-9]{2}\1[0-9]{2}|[0-9]{2}([-/.])[0-9]{2}\2[12][0-9]{3}", written
    ):
        return False
    if re.search(r"[0-9]\.[0-9]{1,2}\Z|\A[0-9]{1,3}(?:[.,][0-9]{3})+\Z", written) and not direct:
        return False  # an amount
    if not direct and written[0] not in "0(":
        return False
    homes = [country for country in _COUNTRIES if reading.of(country)]
    return any(_reaches(plain, country, not direct) for country in homes)


@lru_cache(4096)
def _reaches(written: str, country: str, certain: bool) -> bool:
    """Whether a number could be given out; ``certain``: by its first digits too, not by its length alone."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, country or None)
    except phonenumbers.NumberParseException:
        return False
    if certain:
        return phonenumbers.is_valid_number(number)
    return phonenumbers.is_possible_number(number)


_IPV4 = re.compile(
    r"[0-9](?<![A-Za-z\u00c0-\u024f0-9_.-].)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![A-Za-z\u00c0-\u024f0-9_-]|\.[0-9])"
)
_HOST = re.compile(
    r"\bip\b|ipv4|address|adresse|host|server|client|dns|ping|log(?:ged )?(?:in|on)|connect|request|\bfrom\b|firewall|gateway|"
    r"subnet|network|router|port\b|://|dirección|indirizzo|resolver|nameserver"
)
_IPV6 = re.compile(
    r"[0-9A-Fa-f:](?<![\w:.].)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,36}(?:%[a-z0-9]{1,12})?(?![\w:])"
)
_VERSION = re.compile(
    r"(?:version|ver|release|rel|build|firmware|driver|update|patch|upgrade[ds]?(?: to)?|v|section|sec|§|chapter|clause|oid|para(?:graph)?|"
    r"kapitel|abschnitt|ziffer|release notes|artikel|article|edition|revision|rev|appendix|annex|table|figure|chrome|firefox)"
    r"[\s.:]{0,3}(?:number|no|nr|to|from|is|of)?[\s.:]{0,3}\Z|[<>=~!]=\s?\Z"
)


def ip_addresses(reading: Reading) -> Iterator[Found]:
    """IP addresses, of version 4 and 6; none that every machine has, such as 127.0.0.1, and no masks."""
    for match in _IPV4.finditer(reading.text):
        parts = match[0].split(".")
        if any((len(part) > 1 and part[0] == "0") or int(part) > 255 for part in parts):
            continue
        before = reading.before(match.start(), 40)
        if len(parts[0]) == 1 and not _HOST.search(before):
            continue
        if parts[0] in ("0", "127", "255") or _VERSION.search(before):
            continue
        yield Found(*match.span(), "ip")
    for match in _IPV6.finditer(reading.text) if ":" in reading.text else ():
        written = match[0].rstrip(":") if not match[0].endswith("::") else match[0]
        if written.count(":") < 2 or not any(c.isdigit() for c in written):
            continue
        try:
            address = ipaddress.IPv6Address(written)
        except ValueError:
            continue
        groups = [group for group in written.split("%")[0].split(":") if group]
        if not (address.is_loopback or address.is_unspecified) and (
            len(groups) > 2 or max(map(len, groups)) > 2
        ):
            yield Found(match.start(), match.start() + len(written), "ip")
