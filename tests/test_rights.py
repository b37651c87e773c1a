"""Rules of rights: which decides, what a document may say of itself, and what is said of rules that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.cli import main
from rag.errors import SettingsError
from rag.index import Index
from rag.rights import Rights
from tests.conftest import Build

HOUSE = """
[[rule]]
glob = "*"
groups = ["staff"]

[[rule]]
folder = "hr"
groups = ["hr", "board"]

[[rule]]
folder = "hr/public"
groups = ["everyone"]

[[rule]]
folder = "hr/public"
glob = "*.xlsx"
groups = []

[[rule]]
folder = "wiki"
field = "Audience"
groups = ["Board", "staff"]

[[rule]]
field = "status"
value = "draft*"
groups = ["editors"]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rights.toml"
    path.write_text(HOUSE, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "fields", "readers"),
    [
        ("tea.docx", None, set()),  # it could not be read: it may be a draft
        ("tea.docx", {}, {"staff"}),
        ("tea.md", {}, {"staff"}),
        ("hr/pay.md", {}, {"hr", "board"}),
        ("hr/deep/pay.md", {}, {"hr", "board"}),
        ("hr.md", {}, {"staff"}),  # is not in the folder
        ("HR/pay.md", {}, {"staff"}),  # nor is that: names are told apart by case
        ("hr/public/leave.md", {}, {"everyone"}),
        ("hr/public/salaries.xlsx", {}, set()),
        ("wiki/plan.md", {"audience": "board"}, {"Board"}),
        ("wiki/plan.md", {"audience": "BOARD; staff, guests"}, {"Board", "staff"}),
        ("wiki/plan.md", {"audience": "everyone"}, set()),  # not what the owner's rule names
        (
            "wiki/plan.md",
            {"audience": " "},
            {"staff"},
        ),  # it says nothing: the rule does not reach it
        ("tea.md", {"audience": "everyone"}, {"staff"}),  # no rule names the field there
        ("hr/pay.md", {"status": "Draft 2"}, {"editors"}),
        ("hr/pay.md", {"status": "final"}, {"hr", "board"}),
    ],
)
def test_the_last_rule_that_reaches_a_file_decides(
    rules: Path, name: str, fields: dict[str, str] | None, readers: set[str]
) -> None:
    rights = Rights.load(rules)
    assert rights.readers(name, fields) == readers
    for group in ("staff", "hr", "board", "Board", "editors", "guests"):
        may = rights.for_groups([group])(name, fields)
        assert may == (group in readers or "everyone" in readers), group


def test_what_no_rule_reaches_is_nobodys_unless_the_owner_says_otherwise(tmp_path: Path) -> None:
    closed = Rights.load(_file(tmp_path, '[[rule]]\nfolder = "a"\ngroups = ["x"]\n'))
    opened = Rights.load(
        _file(tmp_path, 'default = ["everyone"]\n[[rule]]\nfolder = "a"\ngroups = ["x"]\n')
    )
    assert not closed.for_groups(["x"])("b.md", {})
    assert opened.for_groups([])("b.md", {}) and not opened.for_groups([])("a/b.md", {})
    assert not Rights.load(_file(tmp_path, "")).for_groups(["x"])("b.md", {})


def test_a_name_is_the_same_in_either_form_of_unicode_and_a_glob_is_also_a_name(
    tmp_path: Path,
) -> None:
    text = '[[rule]]\nfolder = "caf\u00e9"\ngroups = ["x"]\n[[rule]]\nglob = "r [1].txt"\ngroups = ["y"]\n'
    rights = Rights.load(_file(tmp_path, text))
    assert (
        rights.readers("cafe\u0301/menu.md", {}) == rights.readers("caf\u00e9/menu.md", {}) == {"x"}
    )
    assert rights.readers("r [1].txt", {}) == rights.readers("r 1.txt", {}) == {"y"}


def test_what_may_be_read_is_a_value(rules: Path) -> None:
    one, other = Rights.load(rules), Rights.load(rules)
    assert one.for_groups(["hr", "staff"]) == other.for_groups(["staff", "hr", "everyone"])
    assert hash(one.for_groups(["hr"])) == hash(other.for_groups(["hr"]))
    assert one.for_groups(["hr"]) != one.for_groups([])
    assert one.groups() == {"staff", "hr", "board", "Board", "everyone", "editors"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]]\n", "rule 1: say who may read it"),
        ('[[rule]]\ngroups = ["a"]\n', "rule 1: say which files"),
        ('[[rule]]\nglob = "*"\ngroups = ["a"]\n[[rule]]\nfolder = "b"\ngroups = "a"\n', "rule 2: groups"),
        ('[[rule]]\nglob = "*"\ngroups = [""]\n', "rule 1: groups"),
        ('[[rule]]\nglob = "*"\ngroup = ["a"]\n', 'not "group"'),
        ('[[rule]]\nglob = ""\ngroups = ["a"]\n', "glob must be a text"),
        ('[[rule]]\nglob = 3\ngroups = ["a"]\n', "glob must be a text"),
        ('[[rule]]\nglob = "*"\nvalue = "x"\ngroups = ["a"]\n', "name it: field"),
        ('[[rule]]\nfolder = "/srv/hr"\ngroups = ["a"]\n', "from the indexed folder on"),
        ('[[rule]]\nfolder = "./hr"\ngroups = ["a"]\n', "from the indexed folder on"),
        ('[[rule]]\nfolder = "."\ngroups = ["a"]\n', "from the indexed folder on"),
        ("[[rule]]\nfolder = 'hr\\pay'\ngroups = [\"a\"]\n", "from the indexed folder on"),
        ('[rule]\nglob = "*"\ngroups = ["a"]\n', "in two brackets"),
        ('[rights]\nx = 1\n', 'not "rights"'),
        ('default = "everyone"\n', "default: groups are a list"),
        ("[[rule\n", "is no TOML"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        Rights.load(path)
    assert said in str(raised.value) and str(path) in str(raised.value)


def test_a_file_of_rules_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        Rights.load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'default = ["caf\xe9"]')
    with pytest.raises(SettingsError, match="not UTF-8"):
        Rights.load(tmp_path / "latin.toml")
    (tmp_path / "long.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(SettingsError, match="1,000,000 bytes"):
        Rights.load(tmp_path / "long.toml")


def test_rules_do_not_lie_where_the_documents_do(tmp_path: Path, rules: Path) -> None:
    (tmp_path / "docs").mkdir()
    inside = tmp_path / "docs" / "rights.toml"
    inside.write_text(HOUSE, "utf-8")
    assert Rights.load(rules, outside=[tmp_path / "docs"]) == Rights.load(inside)
    with pytest.raises(SettingsError, match="Move it elsewhere"):
        Rights.load(inside, outside=[tmp_path / "docs"])


# The command line -------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    return result.exit_code, result.output


def test_the_command_line_shows_what_rules_come_to(sample_path: Path, tmp_path: Path) -> None:
    rules = _file(
        tmp_path,
        '[[rule]]\nfolder = "it"\ngroups = ["everyone"]\n[[rule]]\nglob = "mail/*"\ngroups = []\n'
        '[[rule]]\nfolder = "IT"\ngroups = ["admins"]\n'
        '[[rule]]\nfield = "author"\nvalue = "people *"\ngroups = ["hr"]\n',
    )
    code, said = run("rights", rules, "--index", sample_path)
    assert code == 0
    assert (
        "everyone: 3 files" in said and "admins: no files" in said and "no group: 2 files" in said
    )
    assert 'Rule 3 (folder = "IT") decides about no file.' in said and "Rule 1" not in said
    found = json.loads(run("rights", rules, "--index", sample_path, "--json")[1])
    assert "handbook/onboarding.md" in found["groups"]["hr"] and found["idle"] == [3]
    assert set(found["nobody"]) == {
        *found["unreached"],
        "mail/supplier-delay.eml",
        "mail/trade-fair.eml",
    }
    everything = [*found["unreached"], *found["groups"]["everyone"], *found["groups"]["hr"]]
    assert len(everything) + 2 == len(Index.open(sample_path).files())


def test_one_asks_as_somebody(sample_path: Path, tmp_path: Path) -> None:
    rules = _file(tmp_path, '[[rule]]\nfolder = "finance"\ngroups = ["board"]\n')
    index = ("--index", sample_path)
    search = ("search", "budget for marketing", *index, "--json", "--rights", rules)
    assert json.loads(run(*search, "--as", "board")[1])[0]["source"] == "finance/budget-2024.xlsx"
    assert json.loads(run(*search)[1]) == json.loads(run(*search, "--as", "everyone")[1]) == []
    code, said = run(
        "ask", "How many files are there?", *index, "--rights", rules, "--as", "board, x"
    )
    assert code == 0 and "3 files" in said and "No rule of" in said and "group x" in said
    assert run("ask", "How many?", *index, "--as", "board")[0] == 2
    code, said = run("search", "tea", *index, "--rights", tmp_path / "none.toml")
    assert code == 1 and "none.toml" in said


def test_rules_in_the_indexed_folder_are_refused(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    build(folder).close()
    inside = _file(folder, 'default = ["everyone"]\n')
    code, said = run("search", "kettle", "--index", tmp_path / "index", "--rights", inside)
    assert code == 1 and "Move it elsewhere" in said


def _file(folder: Path, text: str) -> Path:
    path = folder / "rights.toml"
    path.write_text(text, "utf-8")
    return path
