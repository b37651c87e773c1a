"""What fields are called in forms, letters' heads and data sheets."""

from __future__ import annotations

import re

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
_WORD = re.compile(r"[^\W\d_]+")


def is_field(label: str) -> bool:
    """Whether the first or the last word of a label is what fields are called ("Date of birth", "Delivery address")."""
    words = [word.lower() for word in _WORD.findall(label)]
    return bool(words) and (words[-1] in _LABELS or words[0] in _LABELS) and len(words) <= 4


def ends_as_field(label: str) -> bool:
    """Whether the last word of a label is what fields are called: what stands behind it, if anything, is another thing.

    >>> ends_as_field("First name"), ends_as_field("First name Elena")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(label)]
    return bool(words) and words[-1] in _LABELS
