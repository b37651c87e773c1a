"""The years that a text names."""

from __future__ import annotations

import re

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT = re.compile(r"(?:\bFY|[1-4]Q|Q[1-4])\s?['’]?(\d\d)(?!\d)", re.IGNORECASE)
_QUARTER = re.compile(r"Q[1-4](?=(?:19|20)\d\d)", re.IGNORECASE)


def years_in(text: str) -> frozenset[str]:
    """The years that ``text`` names, also as "FY22" and "4Q22".

    >>> sorted(years_in("Q22023 against FY22, or 1999"))
    ['1999', '2022', '2023']
    """
    full = YEAR.findall(_QUARTER.sub(" ", text.replace("_", " ")))
    return frozenset((*full, *(f"20{year}" for year in _SHORT.findall(text))))
