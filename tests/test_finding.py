"""What is known of documents as wholes helps to find: their names and years, and other names that they define."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.documents.aliases import aliases_of
from rag.documents.document import Document
from rag.documents.labels import Labels, labels_of, name_candidates
from rag.documents.traits import traits_of
from rag.documents.years import years_in
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.retrieval.aliases import also_called
from rag.retrieval.naming import named
from tests.conftest import Build, age

COMPANIES = {"Acme": 11, "Borealis": 14, "Cumulus": 17}


def report(company: str, year: int, revenue: int) -> str:
    """Of many that say nearly the same, as annual reports do."""
    return (
        f"Annual report of {company} Corporation for the fiscal year {year}\n\n"
        f"{company} sells pumps. {company} has its seat in Oslo.\n\n"
        + "Net revenue rose in all regions, as did the gross margin, which is a key figure. " * 6
        + f"\n\nNet revenue was {revenue} million, and the dividend {revenue // 10} cents a share.\n"
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("reports")
    for company, revenue in COMPANIES.items():
        for year in (2021, 2022, 2023):
            text = report(company, year, revenue * 10 + year - 2020)
            (folder / f"{company.upper()}_{year}_10K.txt").write_text(text)
    (folder / "glossary.md").write_text(
        "# Glossary\n\nThe weighted average cost of capital (WACC) is set by the board.\n"
    )
    (folder / "rates.md").write_text("# Rates\n\nWACC: 7.4% in the north, 8.1% in the south.\n")
    (folder / "pumps.md").write_text(
        "# Pumps\n\nThe cost of each pump is stated in the catalogue.\n"
    )
    age(folder)
    with Index.build(folder, tmp_path_factory.mktemp("index"), embedder=embedder) as index:
        yield index


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_a_question_that_names_one_report_of_many_lands_there(
    reports: Index, company: str, year: int
) -> None:
    source = f"{company.upper()}_{year}_10K.txt"
    for question in (
        f"What was {company}'s net revenue in FY{year}?",
        f"net revenue {company.lower()} {year}",
    ):
        best = reports.search(question, 2)
        assert {hit.source for hit in best} == {source}
        assert 0 < best[1].score <= best[0].score <= 1
    changed = f"How did {company}'s net revenue of {year - 1} change to that of {year}?"
    assert reports.search(changed, 1)[0].source == source


def test_a_filter_narrows_what_may_be_meant(reports: Index) -> None:
    hits = reports.search("Acme's net revenue in 2022", 3, where={"source": "BOREALIS*"})
    assert hits and {hit.source.partition("_")[0] for hit in hits} == {"BOREALIS"}


def test_a_question_that_names_nothing_is_searched_as_ever(reports: Index) -> None:
    with reports.snapshot() as snapshot:
        assert not named("What is the gross margin, a key figure?", snapshot.cards)
        assert not named("Which report speaks of the dividend?", snapshot.cards)
        assert not named("", snapshot.cards)


def labels_in(document: Document, files: list[str]) -> Labels:
    return labels_of(document.text, traits_of(document), files)


def test_names_and_years_of_a_document() -> None:
    text = (
        "BEST BUY CO., INC.\n\nBest Buy sells. At Best Buy we buy, www.bestbuy.com. Best Buy pays."
    )
    labels = labels_in(Document(text, "pdf", title="Form 10-K"), ["BESTBUY_2024Q2_10Q.pdf"])
    assert labels.names == {"bestbuy"} and labels.years == {"2024"}
    assert name_candidates("Does Best Buy pay?") >= {"bestbuy", "pay"}

    guide = Document(
        "# Travel\n\nYou travel by train. Travel is paid for.", "markdown", title="Travel"
    )
    assert not labels_in(
        guide, ["travel/index.md"]
    ).names  # what it is about, not what it is called

    text = "3M makes tape. In 2018 3M sold more of it. The 3M shares rose."
    labels = labels_in(Document(text, "text"), ["3M_2018_10K.pdf"])
    assert labels.names == {"3m"} and labels.years == {"2018"} and labels.near_years == {"2018"}
    assert years_in("Q22023 against FY22 and 4Q21") == {"2023", "2022", "2021"}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("You take paid time off (PTO) in Deel.", {("pto", "paid time off")}),
        ("PTO (paid time off) is unlimited.", {("pto", "paid time off")}),
        (
            "Acme Logistics GmbH (hereinafter “the Carrier”) pays.",
            {("carrier", "acme logistics gmbh")},
        ),
        ("the customer portal (also known as MyAcme)", {("myacme", "customer portal")}),
        ("Kenvue (formerly Consumer Health) was sold.", {("consumer health", "kenvue")}),
        ("- **VPN**: virtual private network", {("vpn", "virtual private network")}),
        ("| VPN | Virtual private network |", {("vpn", "virtual private network")}),
        ("Term: VPN | Meaning: virtual private network", {("vpn", "virtual private network")}),
        ("Net sales (508) rose (see table below), in millions (USD).", set()),
        ("The board (of directors) and the plan (or most of it) stand.", set()),
        ("AK: price 310 EUR", set()),
    ],
)
def test_other_names_are_found_where_they_are_defined(
    text: str, pairs: set[tuple[str, str]]
) -> None:
    assert aliases_of(text) == pairs


def test_an_abbreviation_works_both_ways(reports: Index) -> None:
    asked = "weighted average costs of capital"
    by_words = [hit.source for hit in reports.search(asked, 3, mode="lexical")]
    assert by_words[0] == "glossary.md" and "rates.md" in by_words  # which says WACC alone
    assert "glossary.md" in [hit.source for hit in reports.search("wacc", 2, mode="lexical")]
    with reports.snapshot() as snapshot:
        asked = "Is WACC 8%, the weighted average cost of capital?"
        assert also_called(asked, snapshot.cards) == []  # it says both
        assert also_called("Who sets the WACC?", snapshot.cards) == [
            (17, "weighted average cost of capital")
        ]


def test_a_word_of_everyday_is_no_abbreviation(tmp_path: Path, build: Build) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "The Children's Health Insurance Program (CHIP) helps. Information technology (IT) too.\n"
    )
    with build(folder).snapshot() as snapshot:
        assert also_called("is it paid by chip card", snapshot.cards) == []
        names = [name for _, name in also_called("does IT pay for CHIP", snapshot.cards)]
        assert names == ["information technology", "children s health insurance program"]


@pytest.mark.parametrize("text", ["a" * 300_000, "*" * 300_000, "a." * 150_000, "AB (c" * 60_000])
def test_a_text_without_an_end_takes_no_time_without_one(text: str) -> None:
    """Each of these took minutes, or did not end, where a pattern was not bounded."""
    assert aliases_of(text) == set()
    assert not labels_in(Document(text, "text"), ["a.txt"]).names
