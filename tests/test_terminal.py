"""What reaches the terminal: no control, bidi or zero-width character of a file, text or question."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.answering.answer import Answer, Citation
from rag.cli import main
from rag.visible import name, visible
from tests.conftest import ROOT

EVIL = "a\x1b[31m\x9b2J\u202e\u200b\u2066\u2028\U000e0041b"
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def test_what_is_unsafe_is_spelt_out() -> None:
    assert name("a\x1b[31m\n\u202e\ud800") == "a\\x1b[31m\\n\\u202e\\ud800"
    assert visible("tab\tand\nbreak, é 漢 👩") == "tab\tand\nbreak, é 漢 👩"


@pytest.mark.parametrize(
    "evil",
    [
        "![x](https://a.example/p?d=1)",
        "[x](javascript:x)",
        "![x][y]\n\n[y]: https://a.example",
        "[y]\n\n[y]: https://a.example",
        "<img src=https://a.example>",
        "<https://a.example>",
        "&lt;b&gt; &#60;b>",
        "!\\[x](https://a.example)",
        "\\![x](https://a.example)",
        "[a![x](https://a.example)](https://b.example)",
    ],
)
def test_nothing_of_a_document_is_live_in_markdown(evil: str) -> None:
    from markdown_it import MarkdownIt

    citation = Citation(0, evil, (evil,), evil, 0, len(evil), evil, 0, len(evil))
    written = Answer("?", evil, (citation,), 1.0, False).to_markdown()
    shown = MarkdownIt("commonmark").render(written)
    assert not re.search("<(?!/?(?:p|blockquote|em|strong|code)>)", shown), shown
    assert "://a" not in written.replace(":\\//a", "")


def test_no_command_prints_raw_characters(tmp_path: Path) -> None:
    folder, index = tmp_path / f"docs{EVIL}", str(tmp_path / "index")
    folder.mkdir()
    (folder / f"{EVIL}\nfailed: x.txt").write_text(f"The {EVIL} kettle is blue.\n")
    (folder / f"{EVIL}.pdf").write_text("broken")
    (folder / f"{EVIL}.png").write_text("skipped")
    (folder / "mail.eml").write_text(f"Subject: {EVIL}\nFrom: x\n\nThe kettle is {EVIL} blue.\n")
    question = f"Is the kettle blue? {EVIL}"
    for arguments in (
        ["index", str(folder)],
        ["index", str(folder) + "x"],
        ["status"],
        ["verify"],
        ["search", question],
        ["search", question, "--json"],
        ["search", question, "--where", EVIL],
        ["ask", question, "--no-cache"],
        ["ask", question, "--no-cache", "--json"],
        ["ask", question, "--model", EVIL],
        ["gold", "propose", "-n", "3"],
        ["gold", "check", str(tmp_path / EVIL)],
        ["evaluate", str(tmp_path / EVIL)],
        ["prompts", EVIL],
        ["remove", f"none{EVIL}"],
        ["remove", f"{EVIL}\nfailed: x.txt"],
        [EVIL],
    ):
        options = [] if arguments[0] in ("prompts", EVIL) else ["--index", index]
        done = CliRunner().invoke(main, [*arguments, *options])
        assert done.exception is None or isinstance(done.exception, SystemExit), arguments
        assert not RAW.search(done.output), (arguments, done.output)
        assert "\nfailed: x" not in done.output
        if arguments[:1] == ["search"] and "--json" in arguments:
            assert any(EVIL in hit["source"] for hit in json.loads(done.stdout))


@pytest.mark.parametrize("path", sorted((ROOT / "rag/cli").glob("*.py")), ids=lambda p: p.name)
def test_there_is_one_way_to_print(path: Path) -> None:
    if path.name != "terminal.py":
        for line in path.read_text("utf-8").splitlines():
            assert not re.search(r"\bprint\(|click\.s?echo\((?!f?\"\\r)", line), line
