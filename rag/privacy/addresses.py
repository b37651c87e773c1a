"""Postal addresses: a house number beside the name of a street, with the town that follows; post boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.found import Found, Reading

_HOUSE = re.compile(
    r"[0-9](?<![A-Za-z\u00c0-\u024f0-9_.,/-].)[0-9]{0,4}(?: ?(?:bis|ter)(?=[ ,])|[a-zA-Z](?![A-Za-z\u00c0-\u024f0-9_]))?(?:[-/–] ?[0-9]{1,4}[a-zA-Z]?)?(?![A-Za-z\u00c0-\u024f0-9_])"
)
_N = r"[A-ZÀ-ÝŁŚŻŹĆŠČŘŽŐŰ][\w'’.-]{0,24}"  # a word of a name
_EN = (
    r"street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace way close crescent "
    r"gardens parkway pkwy highway hwy circle cir trail grove mews row walk hill park rise green quay view parade loop alley "
    r"esplanade plaza broadway"
)
_EN_WORDS = frozenset(_EN.split())
_EN_STREET = re.compile(
    rf"(?: [NSEW]\.?| (?:North|South|East|West))?(?: (?:{_N}|[0-9]{{1,3}}(?:st|nd|rd|th)|the|of)){{1,3}}? "
    rf"({'|'.join(word.capitalize() for word in _EN.split())})\b\.?(?: (?:N|S|E|W|NW|NE|SW|SE|North|South|East|West)\b)?"
)
_FR_STREET = re.compile(
    r",? (rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|allées|quai|cours|route|passage|square|faubourg|montée|sentier|"
    r"Rue|Avenue|Boulevard|Place|Chemin|Impasse|Allée|Quai|Cours|Route)"
    rf"(?: (?:de la|de l['’]|des|du|de|d['’]|la|le|les|aux|et|{_N}|[A-ZÀ-Ý]?['’]?[\w'’-]{{3,20}}(?=,))){{1,6}}?(?=[,;.)\n]| [0-9]{{5}}| à | \(|$)"
)
_FR_WORDS = frozenset(
    "rue avenue av. boulevard bd place chemin impasse allée allées quai cours route passage square faubourg montée sentier".split()
)
_ENDINGS = (
    "straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "damm", "ufer", "steig", "chaussee", "stieg", "promenade",
    "straat", "laan", "plein", "gracht", "kade", "singel", "dreef", "gatan", "vägen", "gränd", "torget", "stigen", "gade", "gata",
    "gate", "veien", "vej", "plads", "allé", "katu", "kuja", "polku", "utca", "út", "tér", "körút", "ulice", "třída", "náměstí", "cad.", "caddesi", "sok.", "sokak",
)  # fmt: skip
_ALONE_TOO = frozenset(
    "straße strasse str. straat utca út tér körút třída náměstí cad. caddesi sok. sokak gatan".split()
)
_NO_STREETS = frozenset(
    "tabellenplatz arbeitsplatz parkplatz stellplatz sitzplatz startplatz listenplatz speicherplatz umweg ausweg rückweg hinweg keinesweg "
    "brigade dekade blockade barrikade kaskade watergate surrogate colgate norwegen bewegen wegen billgate fortschritt bahndamm vorhof bahnhof friedhof gerichtshof spring string during bring boring monitoring engineering steering ring "
    "investigate aggregate delegate gate propagate navigate mitigate hof markt berg tor tie direktor faktor motor sektor autor reaktor "
    "doktor factor vector sector editor author director tutor actor doctor indicator operator monitor supermarkt weg platz damm "
    "herring wiring firing spelling hearing offering heidelberg hamburg nürnberg frankfurt mei vei via neuerungen absatz".split()
)
_NAMED_FIRST = re.compile(
    r"(?<!\w)(?:Calle|C/|Avda?\.?|Avenida|Av\.|Plaza|Pza\.?|Paseo|P\.º|Carrer|Ronda|Camino|Carretera|Ctra\.|Travesía|Glorieta|Rambla|"
    r"Via|Viale|V\.le|Piazza|P\.za|Corso|C\.so|Largo|Vicolo|Strada|Piazzale|Lungarno|"
    r"Rua|Travessa|Praça|Alameda|Estrada|Rodovia|Beco|"
    r"ul\.|Ul\.|ulica|al\.|Al\.|aleja|os\.|pl\.|plac|Plac|"
    r"ул\.|улица|пр\.|проспект|пер\.|переулок|бул\.|вул\.|вулиця|наб\.|Οδός|οδός|Str\.|Strada|Bd\.|Bulevardul|Calea|Aleea|"
    r"Am|An der|Im|In der|Auf der|Auf dem|Zum|Zur|Unter den|Unter der|Hinter der|Neuer|Alter|Jalan|Jl\.|rue|Rue)"
    rf" ?(?:(?:{_N}|[А-ЯІЇЄ][\w.-]{{1,24}}|[Α-Ω][\w.-]{{1,24}}|de la|de los|de las|del|de|della|delle|degli|dei|di|da|das|dos|do|la|el|e|y|i|св\.|[0-9]{{1,2}}(?= [A-Z]))[ ,]{{1,2}}){{1,6}}"
    r"(?:n[º°.]|nº|nr\.?|no\.?:?|núm\.|número|d\.|д\.|дом|s/n|буд\.)? ?\Z"
)
_GERMAN_LEAD = re.compile(
    r"(?:Am|An der|Im|In der|Auf der|Auf dem|Zum|Zur|Unter den|Unter der|Hinter der|Neuer|Alter)\b"
)
_LEFT_NAME = re.compile(rf"(?:(?:{_N}|van|de|den|der|von|ter|Sankt|St\.) ?){{0,4}}\Z")
_UNIT = r"(?:(?:,| ){1,3}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Whg|Wohnung|App|Apto|piso|bajo|int|interno|scala|lok|m|кв|apt|étage|dör|lgh|bus|Top|Tür|Stiege|izq|dcha|izda|[0-9]{1,2}[º°ª](?![0-9])(?: (?:izq|dcha|izda|[A-D])\b)?|#)\.? ?[\w/-]{0,6}(?:\.(?=,))?)"
_T = r"(?:St\.|Ft\.|Mt\.|Sta\.|[A-ZÀ-ÝŁŚŻŹĆŠČŘŽŐŰ][\w'’]{1,24})"  # a word of a town's name
_CITY = rf"(?:{_T}|['’]s-{_T})(?:[ -](?:{_T}|de|la|del|am|an der|im|der|den|upon|on|sur|di|do|da|in|under|nad|\([A-Z]{{2}}\))){{0,3}}"
_CYR = r"[А-ЯІЇЄ][а-яёіїє-]{2,24}"
_SEP = r"(?:,\s{0,2}|\s{1,2}|\s?[-–·|]\s|;\s)"
_TAIL = re.compile(
    rf"{_UNIT}{{0,2}}(?:"
    rf"{_SEP}(?:{_CITY}{_SEP}){{0,3}}?(?:[A-Z]{{1,2}}[0-9][A-Z0-9]? ?[0-9][A-Z]{{2}})(?![A-Za-z\u00c0-\u024f0-9_])"  # GB
    rf"|{_SEP}(?:{_CITY}{_SEP}){{1,2}}?(?:[A-Z]{{2,3}}|[A-Z][a-z]{{3,12}}),? {{1,2}}[0-9]{{5}}(?:-[0-9]{{4}})?(?![A-Za-z\u00c0-\u024f0-9_])"  # US
    rf"|{_SEP}(?:{_CITY}{_SEP}){{1,2}}?(?:[A-Z]{{2,3}} )?[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9](?![A-Za-z\u00c0-\u024f0-9_])"  # CA
    rf"|{_SEP}(?:{_CITY},? ?){{1,2}}?(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT) [0-9]{{4}}(?![A-Za-z\u00c0-\u024f0-9_])"
    rf"|{_SEP}(?:[A-Z]{{1,2}}-)?(?:[0-9]{{2}}-[0-9]{{3}}|[0-9]{{4}}-[0-9]{{3}}|[0-9]{{5}}-[0-9]{{3}}|[0-9]{{3}} [0-9]{{2}}|[0-9]{{4,6}}(?: ?[A-Z]{{2}})?)(?:,? | - ){_CITY}(?:,? [A-Z]{{2}}(?![A-Za-z\u00c0-\u024f0-9_]))?"
    rf"|,\s{{0,2}}(?:{_CITY},? ){{1,2}}?(?!(?:19|20)[0-9]{{2}}\b)[0-9]{{4,6}}(?:-[0-9]{{3}})?(?![\w-])"
    rf"|{_SEP}(?:[0-9]{{5,6}},? )?(?:г\. ?|м\. ?)?{_CYR}(?:,? [0-9]{{5,6}})?"
    rf"|{_SEP}(?:Dublin|Cork|Galway)(?: [0-9]{{1,2}})?(?:, [A-Z][0-9]{{2}} ?[A-Z0-9]{{4}})?"
    rf")?"
)
_CITY_BEHIND = re.compile(
    rf",\s{_T}(?:[ -]{_T}){{0,2}}(?=[.;)\n]|$|,\s(?:[A-Z]{{2}}\b|USA|UK|Ireland|India|Germany|France|Australia|New Zealand))"
)
_BOX = re.compile(
    r"(?:P\.? ?O\.? ?Box|Post Office Box|Postfach|Apartado(?: de Correos| Postal)?|Casella Postale|Boîte [Pp]ostale|BP|Postbus|Caixa Postal|Skrytka pocztowa|Boks|Postboks|Box)"
    r"(?: nr\.?| n[º°])?:? [0-9](?:[0-9 ]{0,6}[0-9])?(?![A-Za-z\u00c0-\u024f0-9_])"
)
_BOX_WORDS = (
    "box ",
    "postfach ",
    "apartado ",
    "casella postale ",
    "boîte postale ",
    "bp ",
    "postbus ",
    "caixa postal ",
    "postboks ",
)
_JAPANESE = re.compile(
    r"〒?\s?[0-9]{3}-[0-9]{4}\s{0,2}[^\s\n。、,]{2,6}[都道府県][^\n。、,（(]{2,40}|[一-龥]{2,3}[都道府県][一-龥ぁ-んァ-ヶ]{1,8}[市区郡町村][^\n。、,（(は]{1,30}?[0-9０-９][0-9０-９\-−丁目番地号]{1,14}"
)
_CHINESE = re.compile(
    r"(?:[一-龥]{2,8}[省市])?[一-龥]{2,8}[市区县區縣][一-龥]{2,12}[路街道巷][一-龥]{0,4}[0-9]{1,5}[号號](?:[0-9一-龥]{0,12}[室楼樓层])?"
)
_KOREAN = re.compile(
    r"[가-힣]{2,8}(?:시|도)\s[가-힣]{1,6}(?:구|군|시)\s[가-힣0-9]{1,12}(?:로|길|동)\s?[0-9]{1,4}(?:-[0-9]{1,4})?(?![A-Za-z\u00c0-\u024f0-9_])"
)
_NO_HOUSE = re.compile(
    r"(?:version|chapter|section|figure|table|page|step|room|phase|level|unit|line|platform|gate|track|route|highway|interstate|"
    r"in|since|from|until|about|nearly|over|around|approximately|only|all|the|than)\s\Z"
)


_ENDS = (",", "\n", " ")
_UNIT_FIRST = re.compile(r"\b(?:Apt|Apartment|Flat|Unit|Suite)\.? [\w-]{1,5},? \Z")
_SHORT = frozenset("st ave rd blvd ln dr ct pl sq pkwy hwy cir".split())
_GAPS = (" ", ".", "º", "°", ":", "\u00a0")
_NUMBER_FIRST = (
    (_EN_WORDS, _EN_STREET, "US GB IE CA AU NZ ZA IN SG HK".split()),
    (_FR_WORDS, _FR_STREET, "FR BE CH CA LU".split()),
)
_COMMON = frozenset(
    "gate gata veg vei vej gade allé tie weg platz allee ring damm ufer gasse hof markt tor berg plein laan gracht kade".split()
)
_FIRST = frozenset(
    form
    for word in (
        "calle c/ avda. avda avenida av. plaza pza pza. paseo carrer ronda camino carretera ctra. travesía glorieta rambla via viale "
        "v.le piazza p.za corso c.so largo vicolo strada piazzale lungarno rua travessa praça alameda estrada rodovia beco ul. ulica al. "
        "aleja os. pl. plac ул. улица пр. проспект пер. переулок бул. бульвар вул. вулиця наб. οδός str. bd. bulevardul calea aleea jalan jl. rue"
    ).split()
    for form in (word, word.capitalize())
) | set("Am An Im In Auf Zum Zur Unter Hinter Neuer Alter".split())
_POSTCODE = re.compile(r",? (?:(?:D|A|CH)-)?[0-9]{4,5} [A-ZÄÖÜ]")
_WITH_TOWN = re.compile(
    rf"(?:,\s|\s[-–·|]\s|\n)(?:[A-Z]{{1,2}}-)?([0-9]{{4}} [A-Z]{{2}}|[0-9]{{2}}-[0-9]{{3}}|[0-9]{{3}} [0-9]{{2}}|[0-9]{{5}}|[0-9]{{4}}-[0-9]{{3}}|[0-9]{{4}})(?:,? )(?:{_T})"
)
_OFTEN_ELSE = frozenset(
    "hill green park walk row rise view court square plaza loop place way parade quay close gardens grove trail circle highway".split()
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z|[0-9]{4}\Z")
_ANY_NAME = re.compile(rf"(?:^|[\s:(,;])((?:{_T}[ -]){{1,4}}(?:[a-zæøåäö]{{3,12}} )?)\Z")
_NO_NAME = re.compile(
    r"\b(?:chapter|section|table|figure|page|room|part|volume|vol|issue|item|kapitel|seite|tabelle|abschnitt|tel|fax|phone|box|postfach|of|order|no|nr|zip|codes?|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|on|in|the)\b"
)
_LIVES = re.compile(
    r"address|adres|anschrift|dirección|indirizzo|morada|endereço|domicil|\bliv|\bwohn|\bhabit|\bbor\b|\bwoon|mieszka|osoite|адрес|lieferung|deliver|ship|cím|bydliště|wohnhaft|reside|located|moved to|visit|\boffice|\bat\Z|\bat\s\Z|send|mail"
)
_ELSEWHERE = (
    ("JP", re.compile("[都道府県]"), _JAPANESE),
    ("CN TW", re.compile("[号號]"), _CHINESE),
    ("KR", re.compile("[로길동]"), _KOREAN),
)


def addresses(reading: Reading) -> Iterator[Found]:
    """Postal addresses, from the street or house number to the end of the town."""
    text = reading.text
    for match in _HOUSE.finditer(text):
        start, end = match.span()
        first = _street_first(reading, start, end) if text[start - 1 : start] in _GAPS else None
        if first is None and text[end : end + 1] in _ENDS:
            street = _number_first(reading, start, end)
            first, end = (start, street) if street else (None, end)
        if first is not None:
            if unit := _UNIT_FIRST.search(text, max(0, first - 16), first):
                first = unit.start()
            yield Found(first, _with_town(text, end), "address")
    for word in _BOX_WORDS:
        for at in reading.places(word):
            for found in _BOX.finditer(text, max(0, at - 12), at + len(word) + 12):
                end = _with_town(text, found.end())
                sure = found[0][:3] not in ("Box", "BP ", "Bok") or end > found.end()
                if sure and not text[max(0, found.start() - 1) : found.start()].isalnum():
                    yield Found(found.start(), end, "address")
    if not text.isascii():
        for countries, sign, form in _ELSEWHERE:
            if reading.of(*countries.split()) and sign.search(text):
                yield from (Found(*found.span(), "address") for found in form.finditer(text))


def _with_town(text: str, end: int) -> int:
    tail = _TAIL.match(text, end, end + 160)
    if tail and tail.end() > end:
        return tail.end()
    town = _CITY_BEHIND.match(text, end, end + 60)
    return town.end() if town else end


def _number_first(reading: Reading, start: int, end: int) -> int:
    """Where "12 Long Lane", "12, rue des Lilas" end, given the span of the number; 0: it is none such."""
    text = reading.text
    if (
        text[end + 1 : end + 2].islower()
        and text[end + 1 : end + 14].partition(" ")[0] not in _FR_WORDS
    ):
        return 0
    words = [
        word.rstrip(".;:)") for word in reading.lower[end : end + 64].replace(",", " ").split()[:7]
    ]
    for known, form, countries in _NUMBER_FIRST:
        if not known.isdisjoint(words) and reading.of(*countries):
            match = form.match(text, end, end + 80)
            if (
                match
                and not _NO_HOUSE.search(reading.before(start, 16))
                and _sure(reading, start, match)
            ):
                ended = text[match.end() - 1] == "." and match[1].lower() not in _SHORT
                return match.end() - ended
    return 0


def _sure(reading: Reading, start: int, match: re.Match[str]) -> bool:
    """Whether a number and words that could name a street are one: "1990 High Court", "24 Dr. Green" are not."""
    text, end = reading.text, match.end()
    postcode = bool((tail := _TAIL.match(text, end, end + 160)) and tail.end() > end)
    if postcode or match.re is _FR_STREET:
        return True
    word = match[1].lower()
    if re.match(
        r" (?:Miles?|Days?|Hours?|Years?|Weeks?|Minutes?|Nominated|Million|Billion|Percent|People)\b",
        match[0],
    ):
        return False
    if (
        _YEAR.match(text[start : start + 4])
        and text[start : start + 2] in ("19", "20")
        and not text[start + 4 : start + 5].isdigit()
    ):
        return False
    if word in ("dr", "st", "cir", "pl", "sq", "ct") and re.match(
        r" [A-Z][a-z]", text[end : end + 3]
    ):
        return False
    if word in _OFTEN_ELSE:
        if re.search(
            r"\b(?:High|Supreme|District|Appeals?|Tennis|Federal|National|Crown|County|Central|Theme)\b",
            match[0],
        ):
            return False
        return (
            not text[:start].strip()
            or text[start - 1] == "\n"
            or bool(_LIVES.search(reading.before(start, 60)))
        )
    return True


def _street_first(reading: Reading, start: int, end: int) -> int | None:
    """Where "Lange Straße 12", "Calle Mayor, 12" begin, given the span of the number; None: it is none such."""
    text = reading.text
    left = text[max(0, start - 72) : start].rpartition("\n")[2]
    words = left.replace(",", " ").split()
    if not words:
        return None
    low = words[-1].lower().lstrip("(\"'„“»:")
    if low.endswith(_ENDINGS) and low not in _NO_STREETS and not left.endswith(", "):
        begin = _named(left, words[-1], low)
        if begin is not None:
            return start - len(left) + begin
    if not _FIRST.isdisjoint(words):
        named = _NAMED_FIRST.search(left)
        lead = named and _GERMAN_LEAD.match(named[0])
        if named and (not lead or _POSTCODE.match(text, end)):  # no "Im Januar 2019"
            return start - len(left) + named.start()
    town = (
        _WITH_TOWN.match(text, end, end + 48)
        if text[end : end + 1] in _ENDS and end - start < 6
        else None
    )
    name = _ANY_NAME.search(left) if town else None
    if not (town and name) or _NO_NAME.search(name[0].lower()):
        return None
    sure = not _YEAR.match(town[1]) or _LIVES.search(reading.before(start, 90))
    return start - len(left) + name.start(1) if sure else None


def _named(left: str, last: str, low: str) -> int | None:
    """Where the name of a street begins in what stands left of its number, of which ``last`` is the end."""
    at = left.rindex(last) + len(last) - len(low)
    lead = _LEFT_NAME.search(left, 0, at)
    before = lead[0] if lead else ""
    if low in _ALONE_TOO or low in _COMMON:  # "Lange Straße", "Karl Johans gate", but not "Platz 3"
        return at - len(before) if before.strip() else None
    if not left[at : at + 1].isupper():
        return None
    return at - len(before) if "-" in before else at
