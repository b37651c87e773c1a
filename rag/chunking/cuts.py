"""Which cuts are cheapest: chosen together, so that one good cut does not spoil the next."""

from __future__ import annotations

from rag.chunking.places import Place, Strength
from rag.chunking.tokens import TokenStarts

# What it costs to cut at a place of each strength, and to have one inside a chunk. The unit is
# the cost of an empty chunk: a chunk of n of m tokens costs (1 - n/m)^2. So a chunk is rather
# half full (0.25) than cut in a sentence, and rather a quarter full (0.56) than run over a heading.
CUT = {
    Strength.HEADING: 0.0,
    Strength.PARAGRAPH: 0.05,
    Strength.LINE: 0.12,
    Strength.SENTENCE: 0.3,
    Strength.CLAUSE: 1.5,
    Strength.BLANK: 2.5,
    Strength.NONE: 8.0,
}
INSIDE = {Strength.HEADING: 0.6, Strength.PARAGRAPH: 0.02}  # the weaker cost nothing
WITHOUT_TOKENS = 16  # places in a chunk that have no token between them and the next


def overlaps(place: Place) -> bool:
    """Whether a chunk that starts here repeats the end of the one before: it does where the cut
    falls inside a paragraph."""
    return place.strength >= Strength.SENTENCE


def cheapest_cuts(
    places: list[Place], tokens: TokenStarts, max_tokens: int, overlap: int
) -> list[int]:
    """Indices into ``places`` of the cheapest cuts, both ends included.

    A shortest path, by dynamic programming from left to right: the cheapest way to a place is,
    of all ways over an earlier one, that with the cheapest last chunk. A chunk that will start
    with an overlap leaves room for it. How far back it looks is bounded: of places without a token
    between them there may be any number.
    """
    reach = max_tokens + WITHOUT_TOKENS
    before = [tokens.before(place.offset) for place in places]
    inside = [0.0]  # inside[i]: the cost of places[:i] where no cut falls on them
    for place in places:
        inside.append(inside[-1] + INSIDE.get(place.strength, 0.0))
    room = [max_tokens - (overlap if overlaps(place) else 0) for place in places]
    best = [0.0] * len(places)
    back = [0] * len(places)
    for j in range(1, len(places)):
        cheapest, chosen = float("inf"), j - 1
        for i in range(j - 1, max(-1, j - 1 - reach), -1):
            size = before[j] - before[i]
            if size > max_tokens and i < j - 1:
                break
            if size > room[i] and i < j - 1:
                continue
            slack = 1.0 - size / max_tokens
            cost = best[i] + slack * slack + inside[j] - inside[i + 1]
            if cost < cheapest:
                cheapest, chosen = cost, i
        best[j], back[j] = cheapest + CUT[places[j].strength], chosen
    cuts = [len(places) - 1]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]


def with_overlap(
    places: list[Place], first: int, end: int, tokens: TokenStarts, max_tokens: int, overlap: int
) -> int:
    """Where the chunk from ``places[first]`` to ``end`` starts with its overlap: at a sentence or
    weaker, in the same paragraph, as far back as both budgets allow."""
    begin = places[first].offset
    if not overlaps(places[first]):
        return begin
    room = min(overlap, max_tokens - tokens.between(begin, end))
    for number in range(first - 1, -1, -1):
        place = places[number]
        if tokens.between(place.offset, places[first].offset) > room:
            break
        begin = place.offset
        if place.strength <= Strength.LINE:
            break
    return begin
