"""What headers and footers say beside the numbers of pages, which are no part of a text."""

from __future__ import annotations

import re

_PAGE = r"(?:\b(?:page|seite|side|página|pagina)\b|\b[ps]\.)"
_OF = r"(?:\b(?:of|von|de|av|di|van|sur)\b|/)"
_NUMBERS = re.compile(
    rf"[|–—\s-]*{_PAGE}\s*\d+\s*{_OF}\s*\d+\s*(?=$|\|)|(?:^|[|–—-])\s*{_PAGE}\s*\d+\s*(?=$|\|)",
    re.IGNORECASE,
)
_AROUND = tuple(  # what is left around a number, the surest first: "title page | Page of"
    re.compile(rf"{before}{_PAGE}\s*{after}\s*(?=$|\|)", re.IGNORECASE)
    for before, after in (
        (r"[|–—\s-]*", _OF),
        (r"(?:^|[|–—-])\s*", ""),
        (r"\s*", ""),
    )
)
_ALONE = re.compile(rf"(?:{_PAGE}|{_OF}|[-–—|.,\s\d])*", re.IGNORECASE)


def without_pages(text: str, *, counted: bool = False) -> str:
    """What a header or footer says, one line, but for the number of its page; nothing where it says no more. ``counted``: such
    numbers stood in it, and are left out of ``text`` by now.

    >>> without_pages("Policy 12 | Page 1 of 3"), without_pages("Policy 12, Page of", counted=True)
    ('Policy 12', 'Policy 12,')
    >>> without_pages("Seite 4"), without_pages("Our title page")
    ('', 'Our title page')
    """
    rest = _NUMBERS.sub("", text)
    if counted:
        rest = next((less for one in _AROUND if (less := one.sub("", rest)) != rest), rest)
    return "" if _ALONE.fullmatch(rest) else rest.strip(" |")
