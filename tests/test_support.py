"""What a model says in its own words, held against single sentences: what they support is kept, what only
sounds like them is not. And what repeats itself without end is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.grounding import LEAST_ALIGNED
from rag.answering.repeating import cut_short, loops
from rag.answering.support import content, support

MEALS = (
    "The meal allowance is 28 euros for a full day and 14 euros for days of arrival and departure."
)
TRIPS = "Trips that cost more than 2,000 euros are also approved by the head of finance, Ingrid Solberg."
KEYS = "Keys must not be left in the car, and doors must be locked before you leave."
LEAVE = "Up to five days may be carried over until 31 March; after that they lapse without notice."
SIGNING = "Peter Aldinger signs contracts for Ingrid Solberg, Marta Lindqvist signs cheques."
DESK = "The IT service desk answers at extension 4000, Monday to Friday from 7:00 to 18:00."
ONLY = "Only managers may approve overtime, unless the works council objects."

PACKS = (
    "For example, if the backend uses 5 connections (the default for most backends), with a target pack "
    "size of 64 MiB, you'll need a minimum of 384 MiB of space."
)
COPY = "Use --copy to copy to a second repository, or write to help@example.org."


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        (MEALS, MEALS),
        ("The meal allowance is 28 euros for a full day.", MEALS),
        ("For days of arrival and departure the allowance is 14 euros.", MEALS),
        ("Trips over 2000 euros are approved by Ingrid Solberg.", TRIPS),
        ("The head of finance approves trips that cost more than 2,000 euros.", TRIPS),
        ("Do not leave keys in the car.", KEYS),
        ("5 days may be carried over until 31 March.", LEAVE.split(";")[0] + "."),
        ("Peter Aldinger signs contracts.", SIGNING),
        ("Marta Lindqvist signs cheques.", SIGNING),
        ("Use --copy to copy to a second repository.", COPY),
        ("The service desk answers at extension 4000.", DESK),
        ("The desk doesn't answer on Sunday.", "On Sunday the desk does not answer."),
        ("Only managers may approve overtime unless the works council objects.", ONLY),
    ],
)
def test_what_a_sentence_states_it_supports(said: str, stated: str) -> None:
    assert support(said, [stated]) >= LEAST_ALIGNED


@pytest.mark.parametrize(
    ("said", "stated", "why"),
    [
        ("The meal allowance is 30 euros for a full day.", MEALS, "another number"),
        ("The meal allowance is 14 euros for a full day.", MEALS, "a number of something else"),
        ("Days of arrival are 28 euros.", MEALS, "a number of something else"),
        ("Trips over 2,000 euros are approved by Martha Jones.", TRIPS, "another name"),
        ("Trips over 2,000 euros are approved by Peter Aldinger.", TRIPS, "another name"),
        ("Trips that cost less than 2,000 euros are approved by the head of finance.", TRIPS, "less"),
        ("Trips over 2,000 euros are not approved by the head of finance.", TRIPS, "a negation more"),
        ("Keys must be left in the car.", KEYS, "a negation less"),
        ("Keys aren't never left in the car.", KEYS, "a negation more"),
        ("Doors must be locked after you leave.", KEYS, "the other side of before"),
        ("At least five days may be carried over until 31 March.", LEAVE, "at least for up to"),
        ("Five days must be carried over until 31 March.", LEAVE.split(";")[0], "must for may"),
        ("Five weeks may be carried over until 31 March.", LEAVE.split(";")[0], "weeks for days"),
        ("Ingrid Solberg signs contracts for Peter Aldinger.", SIGNING, "two names, turned round"),
        ("Marta Lindqvist signs contracts.", SIGNING, "what another does"),
        ("Managers may approve overtime, only unless the works council objects, except on Sunday.", ONLY,
         "one condition more"),
        ("Only the IT service desk answers at extension 4000.", DESK, "a limit more"),
        ("The IT service desk answers at extension 4000, Monday to Friday from 7:00 to 19:00.", DESK,
         "another hour"),
        ("The default pack size for the repository is 64 MiB.", PACKS, "an example, and other words"),
        ("Connections need 384 MiB with a pack size of 64 MiB.", PACKS, "a condition left out"),
        ("Use --move to copy to a second repository.", COPY, "another option"),
        ("Write to it@example.org for a repository.", COPY, "an address that is not there"),
        ("Penguins live in cold oceans and eat fish.", DESK, "other words"),
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_not_supported(said: str, stated: str, why: str) -> None:
    assert support(said, [stated]) < LEAST_ALIGNED, why


def test_headings_bring_names_and_words_but_state_nothing() -> None:
    said = "The Aurora 500 holds 1.7 litres."
    assert support(said, ["It holds 1.7 litres of water."]) == 0.0
    assert support(said, ["It holds 1.7 litres of water."], "Kettles > Aurora 500") >= LEAST_ALIGNED
    assert support(said, ["It is blue."], "Kettles > Aurora 500") < LEAST_ALIGNED


@given(st.text(), st.lists(st.text(), max_size=3), st.text())
def test_support_is_a_share(said: str, stated: list[str], about: str) -> None:
    assert 0.0 <= support(said, stated, about) <= 1.0


@given(st.text(max_size=80).filter(content))
def test_a_sentence_supports_itself(text: str) -> None:
    assert support(text, [text]) == 1.0


def test_endless_repetition_is_cut() -> None:
    assert (
        cut_short("Ask them. " + "You can't disclose it. " * 9) == "Ask them. You can't disclose it"
    )
    assert cut_short("It is " + "very, " * 9) == "It is very,"
    for text in ("A very, very, very long day.", "1. Sign in.\n2. Sign out.\n", "-" * 30, ""):
        assert cut_short(text) == text
        assert not loops(text)
    assert loops("So: " + "You can't disclose it. " * 3)
    assert not loops("You can't disclose it. " * 3 + "Then there is more.")
