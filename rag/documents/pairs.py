"""Tables that are pairs of a label and what it says, a form or a data sheet: no row of theirs names columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.documents.headers import TOLD, UNIT, is_value, kind_of_value

_LONGEST_LABEL = 40  # characters
_MOST_ROWS = 20  # of what is told by its kinds alone: a longer table has names
_LABELS = frozenset(
    "name surname lastname firstname forename company firm organisation organization institution client customer supplier vendor partner "
    "address street city town zip zipcode postcode place location site country region phone telephone tel mobile fax email mail website web url "
    "contact person director manager owner author editor department team position role employer employees founded "
    "date time period duration version revision status title subject topic project reference ref number no id "
    "currency total type category language model manufacturer colour color weight length width height size birthday born nationality "
    "iban bic vat tax signature remarks notes venue chair attendees participants apologies prepared approved created updated issued valid "
    "nachname vorname firma kunde kundin lieferant anschrift adresse straße ort stadt plz land telefon handy ansprechpartner ansprechpartnerin "
    "geschäftsführer mitarbeiter abteilung verfasser datum uhrzeit zeitraum dauer stand titel betreff projekt nummer währung summe "
    "typ art sprache modell hersteller farbe gewicht länge breite höhe größe geburtsdatum unterschrift bemerkung bemerkungen ort teilnehmer "
    "nom prénom société entreprise client fournisseur adresse rue ville pays téléphone courriel directeur responsable service auteur "
    "durée objet projet référence numéro devise langue modèle poids longueur largeur hauteur taille remarques".split()
)
"""What fields are called in forms, letters' heads and data sheets."""
_WORD = re.compile(r"[^\W\d_]+")


def are_pairs(
    grid: Sequence[Sequence[str]], *, named_rows: bool = False, listed: bool = False
) -> bool:
    """Whether a table of two or four columns is pairs: labels, all different, each with what it says behind it.

    That takes one of these: the format marks the first cell of each row as a name (``named_rows``), or a colon does; most labels are what fields
    are called; what they say is of many units; or of many kinds, in a short table, or with one in its first row that is no name.
    ``listed``: rows of a file of rows (CSV), whose first names the columns unless it is plain that it does not.

    >>> are_pairs([["Contract", "Alpha Ltd"], ["Heads", "120"], ["Lead", "Eva Roth"]])
    True
    >>> are_pairs([["Model", "AK-310"], ["Reach", "25 m"], ["Load", "3 kg"], ["Power", "400 W"]])
    True
    >>> are_pairs([["Part", "Price"], ["Bolt", "2 EUR"], ["Nut", "on request"], ["Pin", "1 EUR"]])
    False
    """
    width = max(map(len, grid), default=0)
    found = [pair for row in grid for pair in pairs_of(row)]
    labels = [label for label, _ in found if label]
    said = [one for _, one in found if one]
    if width not in (2, 4) or len(grid) < 2 or len(said) < 2 or len(labels) < len(found):
        return False
    if len(set(labels)) < len(labels) or any(map(_no_label, labels)):
        return False
    if (width == 2 and named_rows) or all(row[0].endswith(":") for row in grid):
        return True
    if sum(map(_is_field, labels)) * 2 > len(labels):
        return True
    return width == 2 and _of_many_kinds(said, short=not listed and len(grid) <= _MOST_ROWS)


def pairs_of(row: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of a row; a cell that spans columns stands once.

    >>> pairs_of(["Town", "Hamburg", "Member", "yes"]), pairs_of(["Member", "yes", "yes", "yes"])
    ([('Town', 'Hamburg'), ('Member', 'yes')], [('Member', 'yes')])
    """
    if len(row) == 4 and row[1] == row[2] == row[3]:
        row = row[:2]
    both = ((row[i].removesuffix(":"), "".join(row[i + 1 : i + 2])) for i in range(0, len(row), 2))
    return [(label, said) for label, said in both if label or said]


def _of_many_kinds(said: Sequence[str], *, short: bool) -> bool:
    below = Counter(map(kind_of_value, said[1:]))
    if max(below.values()) * 2 > len(said) - 1:
        return False
    units = sum(kind.startswith(UNIT) for kind in below)
    no_name = bool(TOLD.search(said[0])) and not is_value(said[0])
    return units > 2 or no_name or short


def _no_label(label: str) -> bool:
    return len(label) > _LONGEST_LABEL or is_value(label) or label.endswith((".", "!", "?"))


def _is_field(label: str) -> bool:
    """Whether the first or the last word of a label is what fields are called ("Date of birth", "Delivery address")."""
    words = [word.lower() for word in _WORD.findall(label)]
    return bool(words) and (words[-1] in _LABELS or words[0] in _LABELS) and len(words) <= 4
