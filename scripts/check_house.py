"""What the linters do not count: how long modules and functions are, and which public definitions
have no docstring.

    python scripts/check_house.py

Prints the longest module and function, the coverage by docstrings, and every offender; exits with 1
where there is one. Lines are counted from a function's ``def`` (decorators apart) to its last line,
a module's are those of its file. Public is what a reader may import or call: modules, classes,
functions and methods whose names, and those of all that they stand in, do not begin with an
underscore. A function inside a function is nobody's to call, and one of ``@overload``'s signatures
is told about by the function itself; neither needs a docstring.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 60
DOCUMENTED = ("rag", "training")  # every public definition there has a docstring
MEASURED = (*DOCUMENTED, "tests", "scripts", "examples")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Definition:
    """A module, class or function: where it stands, its lines, and whether it tells what it is."""

    file: str  # below the root, with forward slashes
    line: int
    name: str  # "" for the module, "Class.method" for a method
    lines: int
    kind: str  # "module", "class" or "function"
    public: bool
    documented: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}".rstrip()


def definitions(text: str, file: str) -> list[Definition]:
    """All that a module defines, itself first."""
    tree = ast.parse(text)
    public = not any(part.startswith("_") and part[:2] != "__" for part in file.split("/"))
    module = Definition(
        file, 1, "", len(text.splitlines()), "module", public, ast.get_docstring(tree) is not None
    )
    return [module, *_inside(tree, file, "", public)]


def _inside(node: ast.AST, file: str, within: str, public: bool) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.ClassDef | Function):
            yield from _inside(child, file, within, public)
            continue
        name = f"{within}{child.name}"
        seen = public and not child.name.startswith("_")
        yield Definition(
            file,
            child.lineno,
            name,
            (child.end_lineno or child.lineno) - child.lineno + 1,
            "class" if isinstance(child, ast.ClassDef) else "function",
            seen and not _is_overload(child),
            ast.get_docstring(child) is not None,
        )
        # What is defined inside a function is no part of what can be imported.
        yield from _inside(child, file, f"{name}.", seen and isinstance(child, ast.ClassDef))


def _is_overload(node: ast.ClassDef | Function) -> bool:
    names = {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list}
    return bool(names & {"overload", "setter", "deleter"})


CASES = "tests/cases/"
"""What is read there is a document, and not the project's."""


def house(root: Path) -> list[Definition]:
    """Every definition of the project's Python files."""
    found = []
    for folder in MEASURED:
        for path in sorted((root / folder).rglob("*.py")):
            file = path.relative_to(root).as_posix()
            if not file.startswith(CASES):
                found += definitions(path.read_text("utf-8"), file)
    return found


def offenders(found: list[Definition]) -> dict[str, list[Definition]]:
    """What breaks a rule, by the rule's words; a rule that nothing breaks has an empty list."""
    modules = [d for d in found if d.kind == "module" and d.lines > MODULE_LINES]
    functions = [d for d in found if d.kind == "function" and d.lines > FUNCTION_LINES]
    silent = [d for d in _told(found) if not d.documented]
    longest = sorted(modules, key=lambda d: -d.lines), sorted(functions, key=lambda d: -d.lines)
    return {
        f"modules of more than {MODULE_LINES} lines": longest[0],
        f"functions of more than {FUNCTION_LINES} lines": longest[1],
        "public definitions without a docstring": silent,
    }


def _told(found: list[Definition]) -> list[Definition]:
    return [d for d in found if d.public and d.file.split("/")[0] in DOCUMENTED]


def main() -> int:
    """The figures, the offenders, and the exit code."""
    found = house(ROOT)
    for kind in ("module", "function"):
        longest = max((d for d in found if d.kind == kind), key=lambda d: d.lines)
        print(f"longest {kind}: {longest.lines} lines, {longest}")
    public = _told(found)
    told = sum(d.documented for d in public)
    share = 100 * told / len(public)
    print(f"docstrings: {told} of {len(public)} public definitions ({share:.1f}%)")
    wrong = offenders(found)
    for rule, those in wrong.items():
        if those:
            print(f"\n{len(those)} {rule}:")
        for d in those:
            print(f"  {d}" + (f" ({d.lines} lines)" if "lines" in rule else ""))
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
