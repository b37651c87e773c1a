"""What a report says of the files of a folder, from what the index held of them before and after."""

from __future__ import annotations

from rag.documents.files import FileNote
from rag.ingestion.report import UpdateReport, compare
from rag.store.rows import FileRow


def held(**documents: int | str | tuple[int, str]) -> dict[str, FileRow]:
    """Files by name: the id of their document, why they have none, or why it may be old."""

    def row(name: str, d: int | str | tuple[int, str]) -> FileRow:
        document, failure = (
            (d, None) if isinstance(d, int) else (None, d) if isinstance(d, str) else d
        )
        return FileRow(1, name, 10, 10, "text/1", document, failure)

    return {name: row(name, d) for name, d in documents.items()}


def test_added_changed_removed_unchanged() -> None:
    before, after = held(a=1, b=2, c=3), held(a=1, b=4, d=5)
    assert compare(before, after, listed=after) == UpdateReport(
        added=("d",), changed=("b",), removed=("c",), unchanged=1
    )


def test_a_file_that_is_gone_and_stands_elsewhere_has_moved() -> None:
    assert compare(held(a=1), held(b=1), listed=["b"]).moved == (("a", "b"),)
    # Two copies become three: each new name is of one old one, and the third is new.
    report = compare(held(a=1, b=1), held(c=1, d=1, e=1), listed="cde")
    assert report.moved == (("a", "c"), ("b", "d")) and report.added == ("e",)
    # A copy is not a move.
    report = compare(held(a=1), held(a=1, b=1), listed="ab")
    assert report.added == ("b",) and not report.moved and report.unchanged == 1


def test_a_file_that_breaks_is_failed_and_removed_and_may_come_back() -> None:
    note = FileNote("a", "cut short")
    broken = compare(held(a=1), held(a="cut short"), listed="a")
    assert (broken.failed, broken.removed, broken.unchanged) == ((note,), ("a",), 0)
    # It is failed still when it was not read again, and when it is gone nothing is said of it.
    assert compare(held(a="cut short"), held(a="cut short"), listed="a").failed == (note,)
    assert compare(held(a="cut short"), {}, listed="") == UpdateReport()
    assert compare(held(a="cut short"), held(a=2), listed="a").added == ("a",)


def test_a_file_that_could_not_be_read_this_time_is_stale_and_kept() -> None:
    note = FileNote("a", "no permission to read it")
    stale = held(a=(1, note.reason))
    for before in (held(a=1), stale):
        report = compare(before, stale, listed="a")
        assert report == UpdateReport(stale=(note,))
    assert compare(stale, held(a=1), listed="a") == UpdateReport(unchanged=1)
    assert compare(stale, held(a=2), listed="a") == UpdateReport(changed=("a",))
    assert compare(stale, {}, listed="") == UpdateReport(removed=("a",))


class Name(str):
    """A name that counts how often it is held against another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)


def test_a_report_looks_at_each_file_a_few_times_and_not_at_all_for_each() -> None:
    count = 2000
    names = [Name(f"{n}.txt") for n in range(count)]
    rows = {
        name: FileRow(1, name, 10, 10, "text/1", n if n % 3 else None, None if n % 3 else "bad")
        for n, name in enumerate(names)
    }
    moved = {Name(f"in/{name}"): row for name, row in rows.items()}
    for before, after in (({}, rows), (rows, {}), (rows, moved), (rows, rows)):
        Name.compared = 0
        compare(before, after, listed=set(after), unread=set(names[:500]))
        assert Name.compared < 40 * count


def test_what_could_not_be_looked_at_is_said_once() -> None:
    unseen = [
        FileNote("a", "no permission to read it"),
        FileNote("new", "no permission to read it"),
    ]
    stale = held(a=(1, unseen[0].reason))
    report = compare(held(a=1), stale, listed="a", unseen=unseen)
    assert (report.failed, report.stale) == ((unseen[1],), (unseen[0],))


def test_what_was_not_got_round_to_is_not_called_unchanged() -> None:
    assert compare(held(a=1, b=2), held(a=1, b=2), listed="ab", unread="b").unchanged == 1


def test_nothing_is_said_of_files_that_were_not_asked_about() -> None:
    """As when one file of a folder is indexed."""
    rows = held(a=1, b=2, c="cut short")
    assert compare(rows, rows, listed="a") == UpdateReport(unchanged=1)
