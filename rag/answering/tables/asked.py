"""A question as one over tables asks it: its words, and what sort of value it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.answering.tables.words import LIGHT, is_number, singular, stem, tokens, written

# What asks for a column by the sort of its values; the words that name such columns.
_SORTS: tuple[tuple[str, str, str], ...] = (
    (
        "person",
        r"\bwho(?:m|se)?\b|\b(?:which|what) (?:person|man|woman)\b",
        "name person player driver athlete artist "
        "director pilot author writer coach candidate winner member manager owner rider jockey performer singer "
        "vocalist champion recipient contact lead holder nominee contestant wrestler champions winners loser "
        "presenter host actor engineer head responsible",
    ),
    ("time", r"\bhow long\b", "time length duration distance run running runtime years page pages"),
    ("age", r"\bhow old\b", "age"),
    ("height", r"\bhow (?:tall|high)\b", "height elevation altitude"),
    ("far", r"\bhow far\b", "distance length"),
    ("weight", r"\bhow heavy\b|\bhow much (?:does|do|did) .+ weigh\b", "weight mass"),
    ("speed", r"\bhow fast\b", "speed time"),
    ("big", r"\bhow (?:big|large)\b", "size area population"),
    ("price", r"\bhow much\b", "price cost fee amount salary rate budget prize money value"),
    ("year", r"\b(?:what|which|whats|in what|in which) years?\b", "year date season"),
    (
        "date",
        r"\bwhen\b|\b(?:what|which) (?:date|day)\b",
        "date year released release established founded opened born started season",
    ),
    ("month", r"\b(?:what|which) month\b", "month date"),
    (
        "place",
        r"\bwhere\b",
        "location venue city place country town site room office address hometown region "
        "stadium state",
    ),
    ("count", r"\bhow many\b|\bnumber of\b", ""),
)
_KIN = (
    {"sing", "sang", "sung", "song", "singer", "artist", "performer", "vocalist"},
    {"country", "nation", "nationality"},
    {"player", "athlete", "employee", "contestant", "name"},
    {"team", "club", "squad"},
    {"price", "cost", "fee"},
    {"movie", "film", "title"},
    {"song", "single", "track", "title", "album", "show", "episode", "book"},
    {"school", "college", "university"},
    {"location", "place", "venue", "city"},
    {"ride", "rode", "rider", "jockey"},
    {"drive", "drove", "driver"},
    {"write", "wrote", "written", "writer", "author"},
    {"rank", "place", "position", "pos", "standing", "finish"},
    {"loss", "lost", "lose", "defeat"},
    {"win", "won", "victory"},
    {"attendance", "attend", "attended", "attendee", "visitor", "spectator", "fan", "people"},
    {"population", "people", "inhabitant", "resident"},
    {"employee", "staff", "worker", "headcount"},
    {"character", "role", "part"},
    {"length", "duration", "time", "long"},
    {"percentage", "percent", "pct", "share", "rate"},
    {"date", "day"},
    {"company", "manufacturer", "make", "maker", "brand"},
    {"phone", "telephone", "number"},
    {"mail", "email", "address"},
    {"party", "affiliation"},
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's ``words``, which of them are ``content``, the positions that its first noun phrase
    has ("how many *points* did"), and the ``sort`` of value it wants ("" where it does not say)."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: frozenset[int]
    head: frozenset[int]
    sort: str
    columns: frozenset[str] = field(
        default_factory=frozenset
    )  # that hold such values, by their names
    proper: frozenset[int] = field(default_factory=frozenset)  # content words with a capital


_ASKS = frozenset(("who", "when", "where", "whom"))
_BE_THE = tuple((be, "the") for be in ("is", "was", "are", "were"))
_TOPIC = re.compile(r"\s*\([^()]*\)\s*$")
_OPENS = re.compile(
    r"\b(?:what|which|whats|how many|how much|number of|name of|whose|name|list|the)\b", re.I
)
_ENDS = frozenset(
    "is are was were be been do does did has have had can could will would should of for in on at by with from "
    "to that which who where when and or as".split()
)


def asked(question: str) -> Asked:
    """What a question asks of a table."""
    text = question.strip()
    words = tokens(text)
    lower = " ".join(words)
    met = [(m.start(), -m.end(), s, n) for s, rule, n in _SORTS if (m := re.search(rule, lower))]
    *_, sort, names = min(met, default=(0, 0, "", ""))
    capitals = written(text)
    shouted = text.isupper()
    short = {
        i for i, w in enumerate(capitals) if len(w) > 1 and w.isupper() and not shouted
    }  # IT, US
    content = frozenset(
        i
        for i, word in enumerate(words)
        if (word not in LIGHT and len(word) > 1) or is_number(word) or i in short
    )
    proper = frozenset(i for i in content if i and capitals[i][0].isupper() and not shouted)
    return Asked(
        text,
        words,
        tuple(stem(singular(word)) for word in words),
        content,
        _head(words),
        sort,
        frozenset(stem(singular(n)) for n in names.split()),
        proper,
    )


def _head(words: tuple[str, ...]) -> frozenset[int]:
    """The words of the noun phrase that is asked for: behind what, which, how many, number of, name of; of
    "what is the capital of", behind "the"."""
    found: set[int] = set()
    for i, word in enumerate(words):
        before = words[i - 1] if i else ""
        opens = word in {"what", "which", "whats", "whose"} or (
            before == "how" and word in {"many", "much"}
        )
        opens = opens or (
            word == "of" and before in {"number", "name", "amount", "percentage", "kind", "type"}
        )
        opens = opens or (word in _ASKS and words[i + 1 : i + 3] in _BE_THE)
        if not opens:
            continue
        j = i + 1
        while j < len(words) and words[j] in {
            "is",
            "was",
            "are",
            "were",
            "s",
            "the",
            "a",
            "an",
            "his",
            "her",
            "its",
            "their",
            "did",
            "does",
        }:
            j += 1
        while j < len(words) and words[j] not in _ENDS and j - i < 9:
            found.add(j)
            j += 1
        if (
            j < len(words)
            and words[j] == "of"
            and words[j - 1] in {"number", "name", "type", "kind"}
        ):
            continue
        break
    return frozenset(found)


def kin(one: str, other: str) -> bool:
    """Whether two words name one thing, as far as columns are named by them."""
    return any(one in group and other in group for group in _KIN_STEMS)


_KIN_STEMS = tuple(frozenset(stem(singular(word)) for word in group) for group in _KIN)
