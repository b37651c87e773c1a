"""Find secrets and personal data in a text, and put labels in their places."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache

from rag.errors import ExtraMissing
from rag.privacy.found import KINDS, LABELS, WHAT, Found, Kind, Reading, What

Finder = Callable[[Reading], Iterator[Found]]


@cache
def _finders() -> Mapping[Kind, Finder]:
    """What finds each kind. Loaded when something is looked for: the patterns take a tenth of a second to compile."""
    from rag.privacy.addresses import addresses
    from rag.privacy.births import births
    from rag.privacy.contact import emails, ip_addresses, phones
    from rag.privacy.numbers import cards, ibans, identities
    from rag.privacy.secrets import keys, passwords, private_keys

    return {
        "private-key": private_keys,
        "key": keys,
        "password": passwords,
        "e-mail": emails,
        "iban": ibans,
        "card": cards,
        "id-number": identities,
        "phone": phones,
        "ip": ip_addresses,
        "birth-date": births,
        "address": addresses,
    }


def find(text: str, what: What = "all", *, countries: Collection[str] = ()) -> list[Found]:
    """Secrets, personal data or both in a text, in order; none overlaps another.

    ``countries`` are ISO codes ("DE") of those whose telephone numbers as written at home, numbers of identity
    and addresses are looked for; none means all that are known. Takes time in proportion to the text.

    Raises:
        ExtraMissing: personal data are looked for, and the packages that know their check digits are not there.

    >>> [(one.kind, "write to jane@example.org"[one.start : one.end]) for one in find("write to jane@example.org")]
    [('e-mail', 'jane@example.org')]
    """
    if "phone" in WHAT[what]:
        _require_extra()
    reading = Reading(text, countries)
    wanted = [kind for kind in KINDS if kind in WHAT[what]]
    taken: list[Found] = []
    finders = _finders()
    for kind in wanted:
        taken = _without_overlaps(taken, sorted(set(finders[kind](reading)), key=_longest_first))
    return taken


def _require_extra() -> None:
    try:
        import phonenumbers  # noqa: F401
        import stdnum  # noqa: F401
    except ImportError:
        raise ExtraMissing("Finding personal data", "privacy") from None


def _longest_first(one: Found) -> tuple[int, int]:
    return one.start, -one.end


def _without_overlaps(taken: list[Found], more: list[Found]) -> list[Found]:
    """Both lists in order; of ``more`` only what overlaps nothing that stands before it."""
    merged: list[Found] = []
    i = 0
    for one in more:
        while i < len(taken) and taken[i].end <= one.start:
            merged.append(taken[i])
            i += 1
        free = i >= len(taken) or one.end <= taken[i].start
        if free and (not merged or merged[-1].end <= one.start):
            merged.append(one)
    return merged + taken[i:]


def redacted(text: str, what: What = "all", *, countries: Collection[str] = ()) -> str:
    """The text with a label in the place of each secret and all personal data: "[e-mail]".

    >>> redacted("write to jane@example.org", "personal")
    'write to [e-mail]'
    """
    parts, at = [], 0
    for one in find(text, what, countries=countries):
        parts += [text[at : one.start], LABELS[one.kind]]
        at = one.end
    return "".join(parts) + text[at:]
