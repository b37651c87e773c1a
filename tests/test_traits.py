"""What a document is known by: found when it is read, kept with it in every store, and what of it hangs on a file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.copying import copy_index
from rag.documents.labels import labels_of
from rag.documents.traits import Traits, traits_of
from rag.documents.writing import Writing, in_a_row
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexDamaged
from rag.index import Index
from rag.store import catalog
from rag.store.addresses import store_at
from rag.store.folder import catalog as of_folder
from rag.store.folder import writer as folder_writer
from rag.store.postgres import catalog as of_postgres
from rag.store.postgres import writer as postgres_writer
from rag.store.restricted import RestrictedCatalog
from rag.store.snapshot import Snapshot
from tests.conftest import Build
from tests.stores import Place, document, seen, stage, write

REPORT = "Best Buy sells. At Best Buy we take paid time off (PTO). Ask Kim, or Kim's Best Buy."


def known(snapshot: Snapshot) -> dict[str, Traits]:
    """What is kept of the documents of a generation, by the names of their files."""
    names = snapshot.catalog.names()
    kept = snapshot.catalog.kept_traits([*names])
    return {names[one][0]: traits for one, traits in kept.items()}


def test_a_run_keeps_what_its_workers_found(
    tmp_path: Path, place: Place, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "bestbuy 2021.txt").write_text(REPORT)
    monkeypatch.setattr(catalog, "traits_of", None)  # of this process: it is not asked
    address = place.new()
    with Index.build(folder, address, embedder=embedder) as index, index.snapshot() as first:
        (traits,) = known(first).values()
        assert "kim" in traits.names
        assert traits.aliases == (("pto", "paid time off"),)
        assert first.cards and first.cards.called("bestbuy") and first.cards.of_year("2021")
        (folder / "bestbuy 2021.txt").rename(folder / "kim 1999.txt")
        index.update()
    with Index.open(address, embedder=embedder) as index, index.snapshot() as renamed:
        cards = renamed.cards
        assert cards and cards.called("kim") and not cards.called("bestbuy")
        assert cards.of_year("1999") and not cards.of_year("2021")


def test_what_was_not_found_yet_is_found_once(
    place: Place, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an index of an earlier version, and by a version that looks for something else."""
    address = place.new()
    with store_at(address).writing() as writer:
        ids = stage(writer, embedder, {"bestbuy.txt": REPORT})
        assert writer.kept_traits([*ids.values()]) == {}
    for version in (1, 2):
        for module in (of_folder, folder_writer, of_postgres, postgres_writer):
            monkeypatch.setattr(module, "VERSION", version)
        store = write(address, embedder, {"bestbuy.txt": REPORT, f"kim {version}.txt": REPORT})
        with seen(store) as snapshot:
            assert known(snapshot)["bestbuy.txt"] == traits_of(document(REPORT))
            assert snapshot.cards and snapshot.cards.called("bestbuy")


def test_a_copy_carries_it_along(place: Place, embedder: BundledEmbedder, tmp_path: Path) -> None:
    address, copy = place.new(), str(tmp_path / "copy")
    write(address, embedder, {"bestbuy.txt": REPORT})
    copy_index(address, copy)
    with seen(store_at(copy)) as snapshot:
        assert known(snapshot) == {"bestbuy.txt": traits_of(document(REPORT))}
        assert snapshot.cards and snapshot.cards.aliases("pto") == ["paid time off"]


def test_it_goes_with_its_document(place: Place, embedder: BundledEmbedder) -> None:
    address = place.new()
    write(address, embedder, {"bestbuy.txt": REPORT, "other.txt": "Nothing."})
    store = write(address, embedder, {}, removed=["bestbuy.txt"])
    with store.writing() as writer:
        assert writer.kept_traits(range(9)).keys() == writer.names().keys()


def test_who_may_not_read_a_document_does_not_get_it(
    place: Place, embedder: BundledEmbedder
) -> None:
    store = write(place.new(), embedder, {"bestbuy.txt": REPORT, "other.txt": "Nothing."})
    with seen(store) as snapshot:
        own, other = (snapshot.sources().index(name) for name in ("other.txt", "bestbuy.txt"))
        ids = [
            next(i for i, n in snapshot.catalog.names().items() if n == (one,))
            for one in snapshot.sources()
        ]
        kept = snapshot.catalog.contents.of_files(lambda _, name: name == "other.txt")
        part = RestrictedCatalog(snapshot.catalog, kept, lambda name, _: name == "other.txt")
        assert part.kept_traits([ids[own]])
        for asked in (part.kept_traits, part.traits):
            with pytest.raises(IndexDamaged):
                asked([ids[other]])


def test_nothing_redacted_is_in_it(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("Write to Kim@Example.org (KIM). Kim@Example.org is Kim's.")
    with build(folder, redact="all").snapshot() as snapshot:
        assert "example" not in repr(known(snapshot)).lower()


def test_words_in_a_row_are_found_as_by_looking_at_each() -> None:
    text = "Best Buy and best-buy, Über Ich über ich. Notebook. Rain\nfall rain fall. No te no te. E-mail mail."
    words = ["bestbuy", "überich", "notebook", "rainfall", "note", "email", "absent", "buyand"]
    found = in_a_row(text, words)
    assert found == {word for word in words if Writing(text).in_a_row(word)}
    assert found >= {"bestbuy", "überich", "rainfall", "note"}
    assert in_a_row(text, ["x", "12"]) == frozenset() == in_a_row("", words)


def test_a_name_of_the_file_is_one_of_two_words_of_the_text() -> None:
    made = document(REPORT, title="Kim, 2020")
    labels = labels_of(made.text, traits_of(made), ["bestbuy.txt"])
    assert labels.names == {"bestbuy", "kim"} and labels.years == {"2020"}
    assert labels_of(made.text, traits_of(made), ["other 1999.txt"]).years == {"1999"}
