"""Rules of rights: which decides, what a document may say of itself, and what is said of rules that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.rights import Rights

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
    rules: Path, name: str, fields: dict[str, str], readers: set[str]
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
    assert rights.readers("cafe\u0301/menu.md") == rights.readers("caf\u00e9/menu.md") == {"x"}
    assert rights.readers("r [1].txt") == rights.readers("r 1.txt") == {"y"}


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


def _file(folder: Path, text: str) -> Path:
    path = folder / "rights.toml"
    path.write_text(text, "utf-8")
    return path
