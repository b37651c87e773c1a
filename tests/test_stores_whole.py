"""What is hard to keep, in every store, and the whole way from files to an index and from one store to another."""

from __future__ import annotations

import shutil
from pathlib import Path

from rag.copying import copy_index
from rag.documents.document import Document, Heading, Page, Rows, Sight
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.store.addresses import store_at
from tests.conftest import age, report_of
from tests.stores import Place, document, seen, shown, write

LAMP = "The lamp has a bulb of 40 watts."

# What is hard to keep ---------------------------------------------------------------------------

NUL = "A null \0 stands here."
HARD: dict[str, Document | str] = {
    "nul.txt": document(NUL + "\n\n\0", title="\0 t", author="\0", date="\0", metadata={"k\0": "v\0"}, notes=("n\0",)),
    "ünï/日本語 ‮.md": document("Ünïcödé \U0001f600 ﷽ \u2028 \ufeff\ufffe", title="Ö\n"),
    "'; DROP TABLE files; --": "Quoted ' \" \\ %s %% {} ?1 :x $1 text.",
    ("long/" * 800) + "name.txt": "It has a long name.",
    "nothing.txt": "",
    "blank.txt": " \n\t ",
    "places.pdf": Document(
        "One\n\nTwo\n\nThree", "pdf", "T", "A", "2024-02-30", "slide",
        pages=(Page(1, 0, "i"), Page(2, 5)), headings=(Heading(1, 0, 3, "One"),), code=((5, 8),),
        metadata={"année": "2024", "": "empty", "Ä": "\u0001", "x.y": "[1]"}, notes=("a", ""), counts={"tables": 2},
        rows=(Rows(0, 1, "A", "B"),), sight=Sight(1, 2, 3, 4), boxes=bytes(range(256)), hidden=((5, 8),),
    ),
    "deep.json": document("Deep.", metadata={"list": [1, None, {"\0": [True, 1.5]}], "number": 10**15, "text": "x" * 100_000}),
    "large.txt": "word " * 200_000,
}  # fmt: skip


def test_hard_texts_and_names_are_kept(place: Place, embedder: BundledEmbedder) -> None:
    store = write(place.new(), embedder, HARD)
    kept = shown(store)
    assert {*kept} == {*HARD}
    for name, given in HARD.items():
        made = document(given) if isinstance(given, str) else given
        with seen(store) as snapshot:
            assert snapshot.document_of(name) == made, name[:40]
    with Index.open(store, embedder=embedder) as index:
        assert index.verify() == [] and index.sources() == tuple(sorted(HARD))
        assert index.search("a null stands here", 1)[0].text == NUL
        assert index.search("long name", 1, mode="lexical")[0].text == "It has a long name."
        assert [hit.source for hit in index.search("quoted text", 1)] == ["'; DROP TABLE files; --"]
        assert {file.path: file.chunks for file in index.files()}["nothing.txt"] == 0


def test_an_empty_index_and_one_of_one_chunk(place: Place, embedder: BundledEmbedder) -> None:
    store = write(address := place.new(), embedder, {})
    with Index.open(store, embedder=embedder) as index:
        assert index.search("anything", 5) == [] == index.verify()
        assert index.sources() == () and index.status().chunks == 0 and index.generation == 1
    write(address, embedder, {"lamp.md": LAMP})
    with Index.open(store, embedder=embedder) as index:
        assert [hit.text for hit in index.search("anything", 5)] == [LAMP]
    write(address, embedder, {}, removed=["lamp.md"])
    with Index.open(store, embedder=embedder) as index:
        assert index.search("anything", 5) == [] == index.verify() and index.sources() == ()


# The whole way ----------------------------------------------------------------------------------


def test_a_folder_is_indexed_and_followed(
    place: Place, folder: Path, embedder: BundledEmbedder, tmp_path: Path
) -> None:
    address = place.new()
    with Index.build(folder, address, embedder=embedder) as index:
        assert report_of(index).added == ("kettle.md", "leave.pdf", "toaster.txt")
        assert (
            index.search("How many slots?", 1)[0].source == "toaster.txt" and index.verify() == []
        )
        (folder / "kettle.md").write_text("# Kettle\n\nIt whistles in two tones.\n")
        (folder / "toaster.txt").rename(folder / "grill [1]?.txt")
        shutil.copy(folder / "leave.pdf", folder / "copy.pdf")
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        age(folder)
        report = index.update()
        assert (report.changed, report.moved) == (
            ("kettle.md",),
            (("toaster.txt", "grill [1]?.txt"),),
        )
        assert report.added == ("copy.pdf",) and report.embedded == 1
        assert [note.path for note in report.failed] == ["broken.pdf"]
        assert index.search("annual leave days", 1)[0].sources == ("copy.pdf", "leave.pdf")
        assert index.remove("grill [1]?.txt") == ("grill [1]?.txt",)
        assert index.remove("*.pdf") == ("broken.pdf", "copy.pdf", "leave.pdf")
        assert index.sources() == ("kettle.md",) and index.compact() > 0 and index.verify() == []
    with Index.build(folder, address, embedder=embedder) as index:
        back = tmp_path / "back"
        copy_index(address, back)
        assert shown(store_at(back)) == shown(store_at(address))
        assert report_of(Index.build(folder, back, embedder=embedder)).unchanged == 4
