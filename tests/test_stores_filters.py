"""What filters mean in every store: rag.store.conditions, said by each in its own language, held against Python's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fnmatch import fnmatchcase
from operator import ge, gt, le, lt

import pytest

from rag.documents.document import Document
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.retrieval.filters import Where, filter_documents
from rag.store.conditions import Condition
from rag.store.restricted import MayRead
from rag.store.snapshot import Snapshot
from tests.stores import Place, document, write

NAMES = (
    "a.md", "A.md", "b.MD", "report [1].txt", "report 1.txt", "report [draft].txt", "100%.txt", "100x.txt", "under_score.txt",
    "underXscore.txt", "back\\slash.txt", "backslash.txt", "deep/er/a.md", "deep/b.md", "star*.txt", "starfish.txt", "what?.txt",
    "whats.txt", "quote'.txt", 'quote".txt', "übung.md", "Übung.md", "日本/語.md", "\U0001f600.md", "-.txt", "].txt", "[.txt", "^.txt",
    "!.txt", " lead.txt", "trail .txt", "dot.", "a.md.md", "nul.md", "x" * 200 + ".md",
)  # fmt: skip
GLOBS = (
    "*", "*.md", "*.MD", "?.md", "a*", "A*", "[aA].md", "[a-c].*", "*[0-9]*", "report [[]1].txt", "report [1].txt", "report ?1?.txt",
    "100%.txt", "under_score.txt", "under?score.txt", "back\\slash.txt", "deep/*", "*/*", "**", "star[*].txt", "star*.txt", "what[?].txt",
    "what?.txt", "quote?.txt", "*'*", "?bung.md", "[Üü]bung.md", "[à-ÿ]bung.md", "日本/*", "?.md", "[]].txt", "[[].txt", "[-].txt", "[+--].txt",
    " *", "* .txt", "*.", "", "nothing", "*.md*", "x*x.md", "*x.md", "%", "_.md", "a.md\n", "[a", "[", "?" * 203,
)  # fmt: skip
DATES = (
    "",
    "2023",
    "2023-12-31",
    "2024-01-01",
    "2024-01-01T10:00",
    "about 1900",
    "Zürich",
    "a",
    "B",
    "é",
)
FIELDS = ("plain", "metadata.plain", "Ä ' \" \\", "source", "a.b", "$.x", "[0]", "*")


def documents() -> dict[str, Document]:
    """Of each name a document, which says things in turn."""
    dates, fields = itertools.cycle(DATES), itertools.cycle(FIELDS)
    return {
        name: document(
            f"Document {number}.",
            title=name.upper(),
            author="Ann\0 O'Neil" if name == "nul.md" else f"Author {number % 3}",
            date=next(dates),
            kind=("md", "txt", "PDF")[number % 3],
            metadata={next(fields): f"value {number % 4}", "both": "x" * (number % 2)},
        )
        for number, name in enumerate(NAMES)
    }


DOCUMENTS = documents()


@pytest.fixture(scope="module")
def index(place: Place, embedder: BundledEmbedder) -> Iterator[Index]:
    with Index.open(write(place.new(), embedder, DOCUMENTS), embedder=embedder) as index:
        yield index


@pytest.fixture(scope="module")
def snapshot(index: Index) -> Iterator[Snapshot]:
    with index.snapshot() as snapshot:
        yield snapshot


def admitted(snapshot: Snapshot, *conditions: Condition) -> set[str]:
    """The names of the files that all of these admit."""
    return {name for _, name in snapshot.catalog.files_where([[one] for one in conditions])}


def said(name: str, condition: Condition) -> str:
    """What the field of a condition is of a document."""
    made = DOCUMENTS[name]
    fields = {
        "source": name,
        "type": made.kind,
        "title": made.title,
        "author": made.author,
        "date": made.date,
    }
    return (
        made.metadata.get(condition.key, "")
        if condition.field == "metadata"
        else fields[condition.field]
    )


@pytest.mark.parametrize("field", ["source", "title"])
def test_globs(field: str, snapshot: Snapshot) -> None:
    for glob in GLOBS:
        condition = Condition(field, "glob", glob)  # type: ignore[arg-type]
        if glob in ("[a", "["):  # a set that doesn't end fits nothing
            assert admitted(snapshot, condition) == set(), glob
        else:
            expected = {name for name in NAMES if fnmatchcase(said(name, condition), glob)}
            assert admitted(snapshot, condition) == expected, glob


def test_what_is_just_this(snapshot: Snapshot) -> None:
    for name in (*NAMES, "A.MD", "nul.md\0", ""):
        assert admitted(snapshot, Condition("source", "=", name)) == {name} & {*NAMES}, name
    assert admitted(snapshot, Condition("author", "=", "Ann\0 O'Neil")) == {"nul.md"}
    assert (
        admitted(snapshot, Condition("type", "=", "pdf"))
        == set()
        != admitted(snapshot, Condition("type", "=", "PDF"))
    )


def test_before_and_after(snapshot: Snapshot) -> None:
    """As texts by their code points; what is not said is neither."""
    for sign, holds in (("<", lt), ("<=", le), (">", gt), (">=", ge)):
        for value in (*DATES, "2024", "b", "z", "\U0001f600"):
            for condition in (
                Condition("date", sign, value),  # type: ignore[arg-type]
                Condition("source", sign, value),  # type: ignore[arg-type]
                Condition("metadata", sign, value, "plain"),  # type: ignore[arg-type]
            ):
                of = {name: said(name, condition) for name in NAMES}
                expected = {name for name in NAMES if of[name] and holds(of[name], value)}
                assert admitted(snapshot, condition) == expected, condition


def test_fields_of_documents_own(snapshot: Snapshot) -> None:
    for key in (*FIELDS, "none", "", "PLAIN"):
        for sign, value in (
            ("=", "value 1"),
            ("glob", "value [12]"),
            ("glob", "*"),
            ("=", ""),
            ("glob", "?*"),
        ):
            condition = Condition("metadata", sign, value, key)  # type: ignore[arg-type]
            of = {name: said(name, condition) for name in NAMES}
            expected = {
                n for n in NAMES if of[n] == value or (sign == "glob" and fnmatchcase(of[n], value))
            }
            assert admitted(snapshot, condition) == expected, condition


def test_groups(snapshot: Snapshot) -> None:
    catalog = snapshot.catalog
    groups = (
        (Condition("type", "=", "md"), Condition("type", "=", "txt")),
        (Condition("author", "=", "Author 1"), Condition("date", ">=", "2024")),
        (Condition("metadata", "glob", "x*", "both"),),
    )

    def holds(name: str, one: Condition) -> bool:
        value = said(name, one)
        return {
            "=": value == one.value,
            "glob": fnmatchcase(value, one.value),
            ">=": bool(value) and value >= one.value,
        }[one.sign]

    expected = {
        name for name in NAMES if all(any(holds(name, one) for one in group) for group in groups)
    }
    assert {name for _, name in catalog.files_where(groups)} == expected and expected
    documents = {document for document, _ in catalog.files_where(groups)}
    assert {*catalog.documents_where(groups)} == documents
    assert len(catalog.files_where(())) == len(NAMES)


def test_what_a_search_is_narrowed_to(index: Index, snapshot: Snapshot) -> None:
    def names(where: Where) -> set[str]:
        found = filter_documents(snapshot.catalog, where)
        return {name for one in found for name in snapshot.catalog.names()[one]}

    # The exact name of a file means that file and no other; what is none is a glob.
    assert names({"source": "report [1].txt"}) == {"report [1].txt"}
    assert names({"source": "star*.txt"}) == {"star*.txt"}
    assert names({"source": "sta*.txt"}) == {"star*.txt", "starfish.txt"}
    assert names({"source": ["a.md", "deep/*"], "type": "*"}) == {
        "a.md",
        "deep/b.md",
        "deep/er/a.md",
    }
    assert names({"metadata.source": "value*"}) == {
        n for n in NAMES if "source" in DOCUMENTS[n].metadata
    }
    assert names({"date": ["<2000", ">=2024-01-01T"]}) != set()
    many = {"source": [f"no{number}*" for number in range(140)] + ["a.md"]}
    assert names(many) == {"a.md"}
    for mode in ("hybrid", "dense", "lexical"):
        hits = index.search("document 12", 50, where={"source": "report*"}, mode=mode)
        assert {hit.source for hit in hits} == {n for n in NAMES if n.startswith("report")}, mode
    assert index.search("document", 5, where={"source": "none*"}) == []


def test_filters_of_a_part(index: Index) -> None:
    may_read: MayRead = lambda name, says: name.endswith(".md")  # noqa: E731
    with index.restricted(may_read).snapshot() as part:
        seen = {name for name in NAMES if name.endswith(".md")}
        assert admitted(part, Condition("source", "glob", "*")) == seen
        assert admitted(part, Condition("source", "=", "report 1.txt")) == set()
        assert admitted(part, Condition("author", "glob", "Author 1")) == {
            n for n in seen if DOCUMENTS[n].author == "Author 1"
        }
