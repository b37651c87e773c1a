"""An index of which a part may be read: as if the rest were not there, whichever way one asks.

``whole`` holds files that the staff may read and files that they may not; ``part`` is what the staff see of it, ``twin`` an
index of these files alone. Whatever can be asked is asked of both, and must come out the same. Each way is then tried with
its guard taken away: a test that cannot see a leak proves nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.answering.cache import AnswerCache
from rag.answering.conversation import Conversation
from rag.answering.qa import QA
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged, QueryError
from rag.index import Index
from rag.readable import Readable
from rag.retrieval.filters import filter_documents
from rag.rights import Rights, Rule
from rag.store.cards import Cards
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex
from rag.store.restricted import RestrictedCatalog
from rag.store.snapshot import Snapshot

RIGHTS = Rights(
    (
        Rule(frozenset(["everyone"]), folder="public"),
        Rule(frozenset(["board"]), folder="secret"),
        Rule(frozenset(["staff", "board"]), folder="wiki", field="audience"),
    )
)
STAFF = RIGHTS.for_groups(["staff"])

PROGRAM = (
    "def total(prices):\n    return sum(prices)\n\n\ndef longest(names):\n    return max(names)\n"
)
TERMS = "# Terms\n\nGoods travel at the buyer's risk. Payment is due in 30 days.\n"
PUBLIC = {
    "public/handbook.md": "# Handbook\n\n## Leave\n\nEmployees have 25 days of annual leave a year. Paid time off (PTO) "
    "is asked for in the portal.\n\n## Desks\n\nEach desk has a lamp and a drawer.\n",
    "public/vpn.md": "# Remote work\n\n## Connecting\n\nTo connect to the VPN, open the client, choose the gateway and sign "
    "in with your badge number.\n",
    "public/prices.csv": "item,price\nkettle,40\ntoaster,55\nlamp,12\n",
    "public/tools/sums.py": PROGRAM,
    "public/terms.md": TERMS,
    "public/broken.docx": "no archive",
    "wiki/plan.md": "---\naudience: staff, board\n---\n# Plan\n\nThe canteen opens again in May.\n",
}
HIDDEN = {
    "secret/merger.md": "---\nproject: zephyr\ndate: 2031-02-03\nauthor: Odalys Quenby\n---\n# Zephyr merger\n\nKlarmont takes "
    "over Vexholm for 900 million. Klarmont pays in shares. Paid unicorn leave (PUL) ends on the day of the Zephyr merger. "
    "The quixelbury clause applies.\n",
    "secret/zephyr_merger.py": PROGRAM,
    "secret/Zephyr-terms-2031.md": TERMS,
    "secret/prices.csv": "item,price\nkettle,99\nsamovar,130\n",
    "secret/vpn.md": "# Remote work\n\n"
    + "\n".join(
        f"## Connecting {n}\n\nTo connect to the VPN from site {n}, open the client, choose the gateway and sign in.\n"
        for n in range(110)
    ),
    "secret/broken.pdf": "no PDF",
    "wiki/raise.md": "---\naudience: board\n---\n# Raise\n\nSalaries rise by 4% in the vexholm year.\n",
    "unnamed/draft.md": "# Draft\n\nA draft of the klarmont letter, which no rule reaches.\n",
}  # fmt: skip
ONLY_HIDDEN = ("zephyr", "klarmont", "vexholm", "quixelbury", "unicorn", "2031", "samovar", "odalys",
               "900 million", "raise", "draft", "secret")  # fmt: skip


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("whole")
    folder = write(path / "docs", {**HIDDEN, **PUBLIC})
    with Index.build(folder, path / "index", embedder=embedder) as index:
        yield index


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("twin")
    folder = write(path / "docs", PUBLIC)
    with Index.build(folder, path / "index", embedder=embedder) as index:
        yield index


@pytest.fixture(scope="module")
def qa(whole: Index) -> QA:
    return QA(whole)


# What can be asked, by ways ---------------------------------------------------------------------

Way = Callable[[Readable, QA], Any]


def hits(question: str, k: int = 5, **how: Any) -> Way:
    """Which are found, in their order, and how they are shown; scores to some per cent, as it is told that they hang on
    the average length of all chunks."""
    return lambda index, _: [
        (
            hit.sources, hit.place, hit.start, hit.end, hit.text, hit.context, hit.title, hit.metadata,
            pytest.approx(hit.score, rel=0.5, abs=0.05),
        )
        for hit in index.search(question, k, **how)
    ]  # fmt: skip


def answers(question: str) -> Way:
    def way(index: Readable, qa: QA) -> Any:
        answer = qa.over(index).ask(question)
        quotes = [(c.source, c.sources, c.start, c.end, c.quote) for c in answer.citations]
        closest = answer.closest and (answer.closest.source, answer.closest.quote)
        return answer.text, answer.lead, answer.asked_as, quotes, closest, answer.abstained

    return way


def raised(ask: Callable[[Readable], Any]) -> Way:
    def way(index: Readable, _: QA) -> str:
        with pytest.raises((QueryError, IndexDamaged)) as error:
            ask(index)
        return str(error.value).replace(str(index.path), "INDEX")

    return way


def held(ask: Callable[[Snapshot], Any]) -> Way:
    def way(index: Readable, _: QA) -> Any:
        with index.snapshot() as snapshot:
            return ask(snapshot)

    return way


def status(index: Readable, _: QA) -> Any:
    found = index.status()
    return replace(found, path="", bytes=0, folders=(f"{len(found.folders)} folders",), vectors=0)


WAYS: dict[str, Way] = {
    "sources": lambda index, _: index.sources(),
    "files": lambda index, _: index.files(),
    "status": status,
    "dense": hits("how do I connect to the VPN?", mode="dense"),
    "lexical": hits("connect VPN gateway client", mode="lexical"),
    "hybrid": hits("how do I connect to the VPN?"),
    "diverse": hits("how do I connect to the VPN?", diversity=0.5),
    "a name of a copy": hits("zephyr terms", mode="lexical"),
    "a year of a copy": hits("terms of 2031"),
    "a name, hybrid": hits("zephyr_merger", mode="lexical"),
    "filter by folder": hits("payment", where={"source": "secret/*"}),
    "filter by name": hits("sum of prices", where={"source": "secret/zephyr_merger.py"}),
    "filter by field": hits("payment", where={"project": "*"}),
    "filter by author": hits("payment", where={"author": "Odalys*"}),
    "filter by date": hits("payment", where={"date": ">=2030"}),
    "filter by type": hits("prices", k=50, where={"type": ["csv", "code"]}),
    "filtered": held(lambda snapshot: [
        sorted(snapshot.catalog.names(found).values()) if len(found) < 9 else len(found)
        for field, glob in (("project", "zeph*"), ("author", "Oda*"), ("date", ">2030"), ("source", "secret/*"), ("type", "*"))
        for found in [filter_documents(snapshot.catalog, {field: glob})]
    ]),
    "spelling": lambda index, _: index.asked_as("What is the quixelburi clause of Klarmomt?"),
    "words": held(lambda snapshot: [snapshot.cards.forms(letter) for letter in "kqzvu"]),  # type: ignore[union-attr]
    "has": held(lambda snapshot: [snapshot.cards.has(word) for word in ONLY_HIDDEN]),  # type: ignore[union-attr]
    "frequencies": held(lambda snapshot: [snapshot.lexical.frequency(w) for w in ("klarmont", "vpn", "connect")]),
    "rarity": held(lambda snapshot: snapshot.lexical.whole("connect to the VPN of Klarmont")),
    "other names": hits("How much PUL is there?"),
    "mentions": answers("Which documents mention Klarmont?"),
    "mentions of some": answers("Which documents mention the gateway?"),
    "how many": answers("How many files are there?"),
    "which files": answers("List all csv files"),
    "summary": answers("Summarise the Zephyr merger"),
    "table": answers("What is the price of the kettle?"),
    "answer": answers("How do I connect to the VPN?"),
    "no answer": answers("What does Klarmont pay for Vexholm?"),
    "no such file": raised(lambda index: index.document_of("secret/merger.md")),
    "described": held(lambda snapshot: sorted(snapshot.catalog.described().values())),
    "everything": held(lambda snapshot: len(snapshot.lexical.ids()) == len(snapshot.dense.ids()) == len(snapshot.catalog.visible())),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_part_is_as_an_index_of_these_files_alone(
    way: str, whole: Index, twin: Index, qa: QA
) -> None:
    seen = WAYS[way](whole.restricted(STAFF), qa)
    assert seen == WAYS[way](twin, qa)
    asked_for = (
        "zephyr",
        "klarmont",
        "vexholm",
        "secret/merger.md",
        "INDEX",
    )  # an answer may repeat it
    said = str(seen).lower()
    for word in asked_for if way in ("mentions", "summary", "no such file") else ():
        said = said.replace(word, "")
    if way != "spelling":  # which gives back the question
        assert not [word for word in ONLY_HIDDEN if word in said]


# Guards, each taken away ------------------------------------------------------------------------


def _whole_of(name: str) -> Callable[..., Any]:
    return lambda self, *given, **how: getattr(self._whole, name)(*given, **how)


GUARDS: dict[str, tuple[type, str, Callable[..., Any], tuple[str, ...]]] = {
    "dense": (DenseIndex, "within", lambda self, chunks: self, ("dense", "hybrid", "diverse", "everything")),
    "full text": (LexicalIndex, "of_files", lambda self, kept, renamed: self,
                  ("lexical", "hybrid", "a name of a copy", "frequencies", "rarity", "everything")),
    "cards": (Cards, "of_files", lambda self, kept, renamed: self,
              ("spelling", "words", "has", "other names", "a year of a copy")),
    "rarity": (LexicalIndex, "_count", property(lambda self: self._parts[0]._searcher.num_docs), ("rarity",)),
    "files": (RestrictedCatalog, "files", _whole_of("files"), ("files", "status", "no such file")),
    "counts": (RestrictedCatalog, "counts", _whole_of("counts"), ("status",)),
    "names": (Contents, "of_files", lambda self, kept: self, ("sources", "how many", "which files", "mentions")),
    "filters": (RestrictedCatalog, "documents_where", _whole_of("documents_where"),
                ("filter by folder", "filtered")),
    "described": (RestrictedCatalog, "stated", _whole_of("stated"), ("described",)),
}  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS)
def test_without_its_guard_a_way_leaks(
    guard: str, whole: Index, twin: Index, qa: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, unguarded, ways = GUARDS[guard]
    monkeypatch.setattr(owner, name, unguarded)
    open_ = whole.restricted(lambda *given: STAFF(*given))  # another value: made without the guard
    for way in ways:
        expected = WAYS[way](twin, qa)
        with suppress(IndexDamaged, KeyError):  # there is a second wall behind the first
            assert WAYS[way](open_, qa) != expected, way


def test_all_that_can_be_asked_of_a_store_is_known_here() -> None:
    """Who adds a way to read the store makes sure that a part of it keeps to itself, and adds it here."""
    ways = {
        Catalog: "open close meta generation identity sums contents like threshold recipe roots files names counts damage "
        "document outlines documents_where described stated visible chunk_ids chunk_rows document_chunks vectors",
        DenseIndex: "build load save ids add remove search fits kind within",
        LexicalIndex: "load in_memory update search whole terms frequency holding ids of_files",
        Cards: "load in_memory update has count holders aliases called of_year of_files",
        Snapshot: "document document_of text sources restricted catalog dense lexical cards generation identity threshold part",
        Readable: "snapshot embedder refresh restricted search asked_as encode document document_of sources folders identity "
        "generation threshold status files",
    }  # fmt: skip
    for owner, known in ways.items():
        assert {name for name in vars(owner) if name[0] != "_"} == set(known.split()), owner


# Ids, hits of others, damage --------------------------------------------------------------------


def test_what_is_asked_for_by_its_id_is_as_missing_as_what_never_was(
    whole: Index, qa: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = whole.restricted(STAFF)
    hidden = whole.search("Klarmont takes over Vexholm", 1)[0]
    assert hidden.source == "secret/merger.md"
    with part.snapshot() as snapshot:
        catalog = snapshot.catalog
        asks: list[Callable[[int, int], Any]] = [
            lambda document, _: part.document(document),
            lambda document, _: snapshot.document(document),
            lambda document, _: snapshot.text(document),
            lambda document, _: list(catalog.outlines([document])),
            lambda document, _: catalog.document_chunks(document),
            lambda _, chunk: catalog.chunk_rows([chunk]),
            lambda _, chunk: list(catalog.vectors(np.array([chunk]))),
            lambda document, _: qa.over(part).answer("Who?", [replace(hidden, document_id=document)]),
        ]  # fmt: skip
        for ask in asks:
            said = []
            for document, chunk in ((hidden.document_id, hidden.chunk_id), (98765, 98765)):
                with pytest.raises((IndexDamaged, KeyError)) as error:
                    ask(document, chunk)
                said.append(re.sub(rf"\b{document}\b", "ID", f"{type(error.value)} {error.value}"))
            assert said[0] == said[1]
        assert (
            catalog.names([hidden.document_id]) == {}
            and catalog.chunk_ids([hidden.document_id]).size == 0
        )
        assert list(snapshot.lexical.search("klarmont", 9, [hidden.document_id])[0]) == []
        query = np.ones((1, 384), np.float32)
        ((found, _),) = snapshot.dense.search(query, 9, np.array([hidden.chunk_id]))
        assert list(found) == []
        assert snapshot.cards is not None
        assert snapshot.cards.of_year("2031", near=True, among=[hidden.document_id]) == []
        assert snapshot.cards.called("klarmont", first_lines=True) == []
        assert catalog.damage() == [] and set(catalog.roots().values()) == set(whole.folders)
    for name in ("document", "outlines", "chunk_rows", "vectors"):
        monkeypatch.setattr(RestrictedCatalog, name, _whole_of(name))
    assert "Klarmont" in part.document(hidden.document_id).text  # what the guards are for


def test_of_copies_only_the_names_are_told_that_may_be_read(whole: Index) -> None:
    part = whole.restricted(STAFF)
    (hit,) = part.search("goods travel at the buyer's risk", 1)
    assert hit.sources == ("public/terms.md",)
    (all_of_it,) = whole.search("goods travel at the buyer's risk", 1)
    assert set(all_of_it.sources) == {"public/terms.md", "secret/Zephyr-terms-2031.md"}
    # A program has its file's name for a title: copies of other names are documents of their own.
    titles = {whole.document_of(name).title for name in whole.sources() if name.endswith(".py")}
    assert titles == {"sums.py", "zephyr_merger.py"}
    assert part.document_of("public/tools/sums.py").title == "sums.py"


def test_a_document_that_an_earlier_version_read_by_a_hidden_name_is_not_shown(
    whole: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Catalog.document
    monkeypatch.setattr(
        Catalog,
        "document",
        lambda self, identity: (
            replace(d, title="Zephyr-terms-2031.md")
            if (d := read(self, identity)).text.startswith("Terms")
            else d
        ),
    )
    part = whole.restricted(lambda *given: STAFF(*given))
    assert "public/terms.md" not in part.sources()
    assert "public/handbook.md" in part.sources()


def test_who_may_read_all_sees_what_the_owner_sees(whole: Index, qa: QA) -> None:
    everything = whole.restricted(Rights(default=frozenset(["everyone"])).for_groups([]))
    for way in ("sources", "files", "hybrid", "lexical", "spelling", "mentions", "other names"):
        assert WAYS[way](everything, qa) == WAYS[way](whole, qa), way
    nothing = whole.restricted(Rights().for_groups(["board"]))
    assert nothing.sources() == () and nothing.files() == () and nothing.folders == ()
    assert (
        nothing.search("VPN") == [] and qa.over(nothing).ask("How many files are there?").abstained
    )


def test_a_part_of_a_part_is_what_both_admit(whole: Index) -> None:
    board = whole.restricted(RIGHTS.for_groups(["board"]))
    both = board.restricted(STAFF)
    assert (
        both.sources() == whole.restricted(STAFF).sources()
        and "secret/merger.md" in board.sources()
    )
    found = both.search("connect to the VPN", 50)
    assert {name for hit in found for name in hit.sources} <= set(both.sources())
    assert both.asked_as("What is the quixelburi clause?") == "What is the quixelburi clause?"


# The answers' cache, conversations --------------------------------------------------------------


def test_an_answer_that_is_kept_goes_to_nobody_of_other_rights(
    whole: Index, qa: QA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = QA(whole, model=qa.reader or "reader", cache=AnswerCache(tmp_path / "answers.sqlite"))
    question = "What does Klarmont pay for Vexholm?"
    board, staff = RIGHTS.for_groups(["board"]), STAFF
    first = kept.over(whole.restricted(board)).ask(question)
    assert "900" in first.text and kept.over(whole.restricted(board)).ask(question).cached
    other = kept.over(whole.restricted(staff)).ask(question)
    assert not other.cached and other.abstained and "900" not in str(other)
    # Groups that may read the same files share their answers.
    assert kept.over(whole.restricted(RIGHTS.for_groups(["board", "x"]))).ask(question).cached
    assert not kept.ask(question).cached
    monkeypatch.setattr(
        Snapshot, "_restricted", lambda self, may: replace(restrict(self, may), part="")
    )
    assert "900" in str(kept.over(whole.restricted(lambda *g: STAFF(*g))).ask(question))


restrict = Snapshot._restricted


def test_a_conversation_stays_within_what_may_be_read(whole: Index, qa: QA) -> None:
    talk = Conversation(qa.over(whole.restricted(STAFF)))
    talk.ask("How do I connect to the VPN?")
    assert "site" not in talk.ask("And what does Klarmont pay?").text


# Generations ------------------------------------------------------------------------------------


def test_a_part_follows_the_index_and_is_worked_out_once_for_each_generation(
    tmp_path: Path, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: text for name, text in {**HIDDEN, **PUBLIC}.items() if "vpn" not in name}
    folder = write(tmp_path / "docs", few)
    made: list[object] = []
    monkeypatch.setattr(
        Snapshot, "_restricted", lambda self, may: made.append(may) or restrict(self, may)
    )
    with Index.build(folder, tmp_path / "index", embedder=embedder) as whole:
        part, same = whole.restricted(STAFF), whole.restricted(RIGHTS.for_groups(["staff"]))
        assert part.sources() == same.sources() and len(made) == 1
        assert part.generation == whole.generation and part.identity == whole.identity
        shutil.move(folder / "public/handbook.md", folder / "secret/handbook.md")
        (folder / "public/new.md").write_text("# New\n\nThe new bicycle shed is open.\n", "utf-8")
        with part.snapshot() as before:
            whole.update()
            assert before.document_of("public/handbook.md").title == "Handbook"
        assert part.search("bicycle shed", 1)[0].source == "public/new.md"
        assert "public/handbook.md" not in part.sources() and len(made) == 2
        assert not [hit for hit in part.search("annual leave", 50) if "annual leave" in hit.text]
        whole.remove("public/*")
        assert part.sources() == ("wiki/plan.md",)


def test_an_index_of_which_parts_are_kept_lets_go_of_them(
    whole: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.snapshot.KEPT", 2)
    with whole.snapshot() as snapshot:
        before = snapshot.restricted(STAFF)
        for group in ("a", "b", "c"):
            snapshot.restricted(RIGHTS.for_groups([group]))
        assert len(snapshot._parts) == 2
        assert snapshot.restricted(STAFF) is not before


def test_what_files_take_is_not_told(whole: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    part = whole.restricted(STAFF).status()
    assert part.bytes == 0 and whole.status().bytes > 0
    assert part.vectors == part.chunks and part.vector_index == "flat fp16 (exact)"


def test_a_large_index_does_not_tell_how_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.dense.FLAT_LIMIT", 100)
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(2000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(5, 2005)
    index = DenseIndex.build([(ids, vectors)], 2000, 8)
    kept = ids[::50]
    part = index.within(kept)
    assert index.kind != "IVF fp16" and part.kind == "IVF fp16"
    ((found, _),) = part.search(vectors[:1], 40)
    assert set(found.tolist()) == set(
        kept.tolist()
    )  # all that there are are found, few as they may be
    ((found, _),) = part.search(vectors[:1], 40, ids[:100])
    assert set(found.tolist()) == {5, 55}


def test_a_part_of_full_text_weighs_words_by_what_is_in_it(whole: Index, twin: Index) -> None:
    """tantivy counts hidden chunks, too. Of two words, the share of each is that of an index without them; what is left
    is how long chunks are on average, which is one factor for all words of a chunk."""
    with (
        whole.restricted(STAFF).snapshot() as part,
        twin.snapshot() as alone,
        whole.snapshot() as all_,
    ):

        def share(lexical: LexicalIndex) -> float:
            (rare,), (common,) = (lexical.search(word, 1)[1] for word in ("badge", "gateway"))
            return float(rare / common)

        assert share(part.lexical) == pytest.approx(share(alone.lexical), rel=1e-4)
        assert share(all_.lexical) != pytest.approx(share(alone.lexical), rel=0.5)


def test_may_read_is_asked_with_what_the_document_says(whole: Index) -> None:
    asked: dict[str, Mapping[str, str]] = {}

    def note(name: str, fields: Mapping[str, str]) -> bool:
        asked[name] = fields
        return True

    whole.restricted(note).files()
    merger = asked["secret/merger.md"]
    assert merger["project"] == "zephyr" and merger["author"] == "Odalys Quenby"
    assert merger["date"] == "2031-02-03" and merger["type"] == "markdown"
    assert asked["secret/broken.pdf"] == {} and set(asked) == {*HIDDEN, *PUBLIC}
