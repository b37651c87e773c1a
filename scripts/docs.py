"""What README.md and docs/ show is run, not typed: python scripts/docs.py

Fills in the outputs of commands and examples, the help texts of the command line, the settings, the
reference of the Python API, and the picture in README.md; pages are named as arguments (and "picture"),
else it is all of them; --anew also puts in new times, on a machine that is quiet. tests/test_docs.py runs all of it again
and fails where a page shows something else.

What a page may hold:

``console``   commands behind "$ " and what they print, run from a folder that holds ``data`` and,
              but on pages that build it, ``indexes/demo``. A line "[...]" stands for any lines.
``pycon``     a Python session, and ``python``, a program: a page's share one namespace.
``toml NAME`` (or json, python, ...) a file of that name, which is written there.
``text``      is not run; ``sh`` neither: it may only install something.

A block whose first line is "# Needs ..." is not run: it needs a network, or a key. That its commands
and options exist, and its code compiles, is checked all the same.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import dataclasses
import doctest
import inspect
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

import rag
from rag import errors
from rag.cli import main
from rag.documents.formats import formats
from rag.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
HOME = "/home/you/meridian"  # what pages say instead of the folder that commands are run in
INSTALLED = Path(rag.__file__).resolve().parent.parent
SITE = "/home/you/.venv/lib/site-packages"  # ... and instead of the folder that rag is installed in
RUN = ("console", "pycon", "python")
SHOWN = ("text", "sh")
ELISION = "[...]"


@dataclass(frozen=True)
class Block:
    """A fenced block: ``line`` is that of its first line in the page, from 0; ``indent`` its own."""

    page: Path
    line: int
    language: str
    file: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line + 1}"

    @property
    def needs(self) -> str:
        """What it cannot be run without, as the page says it; "" where it can be run."""
        found = re.match(r"# Needs (.+)", self.text)
        return found[1] if found else ""


@dataclass(frozen=True)
class Step:
    """A command or statement, and what the page says that it prints."""

    source: str
    expected: str
    line: int  # of ``expected``, in the block, from 0
    lines: int  # how many it has there


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    lines = page.read_text("utf-8").splitlines()
    number = 0
    while number < len(lines):
        opened = re.match(r"```(\w*) ?(\S*)", lines[number])
        number += 1
        if opened is None:
            continue
        begin = number
        while not lines[number].startswith("```"):
            number += 1
        text = "".join(f"{line}\n" for line in lines[begin:number])
        found.append(Block(page, begin, opened[1], opened[2], text))
        number += 1
    return found


def steps(block: Block) -> list[Step]:
    """The commands of a console block, or the statements of a Python session."""
    if block.language == "pycon":
        return [
            Step(e.source, e.want, e.lineno + e.source.count("\n"), e.want.count("\n"))
            for e in doctest.DocTestParser().get_examples(block.text)
        ]
    lines = block.text.splitlines()
    found, number = [], 0
    while number < len(lines):
        source = lines[number]
        number += 1
        if not source.startswith("$ "):
            continue
        while source.endswith("\\"):
            source = source[:-1] + lines[number].strip()
            number += 1
        begin = number
        while number < len(lines) and not lines[number].startswith("$ "):
            number += 1
        end = number
        while end > begin and not lines[end - 1].strip():
            end -= 1
        expected = "".join(f"{line}\n" for line in lines[begin:end])
        found.append(Step(source[2:], expected, begin, end - begin))
    return found


class Session:
    """A folder to run a page in, with the sample documents and an index of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "meridian"
        self._template = folder / "template"
        (self._template / "indexes").mkdir(parents=True)
        shutil.copytree(ROOT / "data", self._template / "data")
        self.begin(with_index=False)
        self.run_command("rag index data --index indexes/demo")
        shutil.copytree(self.folder / "indexes/demo", self._template / "indexes/demo")

    def begin(self, *, with_index: bool = True) -> None:
        """A page's beginning: files as they were, nothing asked yet."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._template, self.folder)
        if not with_index:
            shutil.rmtree(self.folder / "indexes/demo", ignore_errors=True)
        for old in Path(os.environ["RAG_CACHE"], "rag").glob("*.sqlite*"):
            old.unlink()
        self.code = 0
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, block: Block) -> Iterator[tuple[Step, str]]:
        """Runs a block in the folder: each step, and what it printed."""
        with contextlib.chdir(self.folder):
            if block.file:
                path = self.folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                self.run_code(block.text, block.place)
            elif block.language in RUN:
                run = self.run_command if block.language == "console" else self.run_statement
                for step in steps(block):
                    given = _typed(step.expected) if " chat" in step.source else None
                    yield step, run(step.source, given)

    def run_code(self, text: str, place: str) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(text, place, "exec", flags=flags)
        with contextlib.redirect_stdout(io.StringIO()):
            result = eval(code, self.names)
            if inspect.iscoroutine(result):
                asyncio.run(result)

    def run_statement(self, source: str, given: str | None = None) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(source, "<example>", "single"), self.names)
            except Exception as error:
                print("Traceback (most recent call last):\n  ...")
                print("".join(traceback.format_exception_only(error)).rstrip())
        # As doctest writes it, since a blank line ends what is expected.
        text = self._neutral(printed.getvalue()).rstrip("\n")
        return re.sub(r"^$", "<BLANKLINE>", text, flags=re.MULTILINE) + "\n" if text else ""

    def run_command(self, command: str, given: str | None = None) -> str:
        words = shlex.split(command)
        environment = {}
        while re.match(r"[A-Z_]+=", words[0]):
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        if command == "echo $?":
            return f"{self.code}\n"
        if words[0] == "rag":
            file = words.pop() if words[-2] == ">" else ""
            arguments = words[1:-1] if file else words[1:]
            with contextlib.chdir(self.folder):
                result = CliRunner().invoke(
                    main, arguments, input=given, env=environment, prog_name="rag"
                )
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            self.code = result.exit_code
            if file:
                (self.folder / file).write_text(result.stdout, encoding="utf-8")
                return self._neutral(result.stderr)
            return self._neutral(result.output)
        # Python by its name is this one; everything else is the shell's.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, **environment, "PATH": path, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.code = done.returncode
        return self._neutral(done.stdout)

    def _neutral(self, text: str) -> str:
        text = text.replace(str(self.folder), HOME).replace(str(INSTALLED), SITE)
        # What a slow machine adds: a line of progress every ten seconds.
        lines = (line.rstrip() for line in text.splitlines() if not _PROGRESS.match(line))
        return "".join(f"{line}\n" for line in lines)


_PROGRESS = re.compile(r"[\d,]+ of [\d,]+ files · ")


def _typed(expected: str) -> str:
    """What is typed in a conversation, as the page shows it."""
    return "".join(
        line[2:] + "\n" for line in expected.splitlines() if line.startswith(("> ", ">"))
    )


def same(expected: str, actual: str) -> bool:
    """Whether a page shows what was printed, but for times, sizes, dates and a last decimal.

    Times differ from run to run. Confidence and scores differ in the second decimal from
    processor to processor, as the precision does that is picked for it.
    """
    parts = re.split(r"^\[\.\.\.\]\n", expected, flags=re.MULTILINE)
    pattern, given = [_plain(part) for part in parts], _plain(actual)
    if len(pattern) == 1:
        return _alike(pattern[0], given)
    at = 0
    for number, part in enumerate(pattern):
        ends = range(len(given) - len(part), len(given) - len(part) + 1)
        places = (
            range(1)
            if not number
            else ends
            if number == len(pattern) - 1
            else range(at, len(given))
        )
        found = next(
            (p for p in places if p >= at and _alike(part, given[p : p + len(part)])), None
        )
        if found is None:
            return False
        at = found + len(part)
    return True


def _plain(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        line = re.sub(r"\d+ min \d\d s|\d+(\.\d+)? m?s\b", "TIME", line)
        line = re.sub(r" \(\d+/s\)", "", line)
        line = re.sub(r"[\d.,]+ MB", "SIZE", line)
        line = re.sub(r"\d{1,3}(,\d{3})+", "COUNT", line)  # of tokens
        line = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?(?!\w)", "DATE", line)
        if re.match(r"\s*(ms, |latency/)", line):
            line = re.sub(r"[\d.,]+( (ms|–|better|worse))?", "", line)
        if words := " ".join(line.split()):
            lines.append(words)
    return lines


_DECIMAL = re.compile(r"\d+\.\d+")


def _alike(expected: list[str], actual: list[str]) -> bool:
    if len(expected) != len(actual):
        return False
    for a, b in zip(expected, actual, strict=True):
        if _DECIMAL.sub("#", a) != _DECIMAL.sub("#", b):
            return False
        pairs = zip(_DECIMAL.findall(a), _DECIMAL.findall(b), strict=True)
        if any(abs(float(x) - float(y)) > 0.05 for x, y in pairs):
            return False
    return True


def builds(page: Path) -> bool:
    """Whether a page builds indexes/demo itself."""
    commands = (
        s.source for b in blocks(page) if b.language == "console" and not b.needs for s in steps(b)
    )
    return next(commands, "").startswith("rag index data")


def check_unrun(block: Block) -> None:
    """A block that is not run: its code compiles, its commands and options exist."""
    if block.language in ("python", "pycon"):
        text = block.text
        if block.language == "pycon":
            text = "".join(e.source for e in doctest.DocTestParser().get_examples(text))
        compile(text, block.place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        return
    for step in steps(block):
        words = [w for w in shlex.split(step.source) if not re.match(r"[A-Z_]+=", w)]
        if words[0] == "rag":
            command: click.Command = main
            words = words[1:]
            while isinstance(command, click.Group):
                command = command.commands[words.pop(0)]
            command.make_context(command.name, words)


# -- what is generated ------------------------------------------------------------------------


def help_texts() -> str:
    """``--help`` of every command."""
    parts = []
    for names, _ in commands():
        result = CliRunner().invoke(main, [*names, "--help"], prog_name="rag", terminal_width=80)
        title = " ".join(("rag", *names))
        parts.append(f"## {title}\n\n```text\n$ {title} --help\n{result.output.rstrip()}\n```\n")
    return "\n".join(parts)


def commands() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command of the command line, groups too, by the words that call it."""

    def walk(names: tuple[str, ...], command: click.Command) -> Iterator[Any]:
        yield names, command
        if isinstance(command, click.Group):
            for name in sorted(command.commands):
                yield from walk((*names, name), command.commands[name])

    return list(walk((), main))


def settings_table() -> str:
    """Every setting: name, default, what it is and may be, as its field says."""
    rows = ["| setting | default | what it is | may be |", "| --- | --- | --- | --- |"]
    for field in dataclasses.fields(Settings):
        default = f'"{field.default}"' if isinstance(field.default, str) else field.default
        low, high = field.metadata.get("range", ("", ""))
        may = ", ".join(f"`{one}`" for one in field.metadata.get("one_of", ()))
        may = f"{low} to {high}" if high != "" else may
        rows.append(f"| `{field.name}` | `{default}` | {field.metadata['about']} | {may} |")
    return "\n".join(rows) + "\n"


def reference() -> str:
    """Every public name of ``rag``: how it is called, and the first sentences of its docstring."""
    parts = []
    for name in sorted(rag.__all__):
        if name == "__version__":
            continue
        value = getattr(rag, name)
        parts.append(f"### {name}\n\n{_entry(name, value)}")
        if inspect.isclass(value) and not issubclass(value, Exception):
            members = [
                f"- {_entry(f'{name}.{attribute}', member)}"
                for attribute, member in vars(value).items()
                if not attribute.startswith("_") and _is_public(value, member)
            ]
            parts.append("\n".join(members))
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part)


def _is_public(owner: type, member: Any) -> bool:
    if isinstance(member, property):
        return True
    function = getattr(member, "__func__", member)
    return inspect.isfunction(function) and function.__module__ == owner.__module__


def _entry(name: str, value: Any) -> str:
    words = _first_paragraph(value)
    if isinstance(value, property):
        kind = value.fget.__annotations__.get("return", "") if value.fget else ""
        head = f"`{name}: {kind}`" if kind else f"`{name}`"
    else:
        bound = not isinstance(value, staticmethod)
        head = f"`{name}{_signature(getattr(value, '__func__', value), bound=bound)}`"
    indent = "  " if "." in name else ""
    return f"{head}  \n{indent}{words}\n" if words else f"{head}\n"


def _signature(value: Any, *, bound: bool) -> str:
    """As it is written in the code: annotations are text there, and so are they here."""
    if hasattr(value, "model_fields"):  # pydantic's would list what the class inherits
        own = [n for n in inspect.get_annotations(value) if n != "model_config"]
        given = (value.model_fields[n] for n in own)
        shown = [
            n + (f" = {f.default!r}" if not f.is_required() else "")
            for n, f in zip(own, given, strict=True)
        ]
        return f"(*, {', '.join(shown)})"
    if inspect.isclass(value) and issubclass(value, Exception):
        return ""
    signature = inspect.signature(value)
    parameters = list(signature.parameters.values())
    if bound and parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    shown, starred = [], False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        shown.append(_parameter(parameter))
    returns = "" if inspect.isclass(value) else _annotation(signature.return_annotation)
    return f"({', '.join(shown)})" + (f" -> {returns}" if returns else "")


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    text = stars.get(parameter.kind, "") + parameter.name
    if annotation := _annotation(parameter.annotation):
        text += f": {annotation}"
    if parameter.default is not parameter.empty:
        default = repr(parameter.default).replace("<factory>", "...")
        text += f" = {default}" if annotation else f"={default}"
    return text


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return ""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _first_paragraph(value: Any) -> str:
    text = inspect.getdoc(value) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    paragraph = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", paragraph)
    return paragraph.replace("``", "`").rstrip(":")


def formats_table() -> str:
    """Every format that comes with the package, and its suffixes."""
    rows = ["| format | suffixes |", "| --- | --- |"]
    for known in formats():
        if known.loader.startswith("rag."):
            rows.append(f"| {known.name} | {' '.join(f'`{s}`' for s in known.suffixes)} |")
    return "\n".join(rows) + "\n"


def errors_table() -> str:
    """Every error of ``rag.errors``, and what it says."""
    rows = ["| error | when |", "| --- | --- |"]
    for name, value in vars(errors).items():
        if inspect.isclass(value) and issubclass(value, errors.RagError):
            rows.append(f"| `{name}` | {_first_paragraph(value)} |")
    return "\n".join(rows) + "\n"


GENERATED: dict[str, Callable[[], str]] = {
    "help texts": help_texts,
    "settings": settings_table,
    "reference": reference,
    "formats": formats_table,
    "errors": errors_table,
}
_MARKED = re.compile(r"(<!-- generated: ([\w ]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def generated(page: Path) -> dict[str, str]:
    """The generated parts of a page as it shows them, by name."""
    return {
        name: text.strip("\n") + "\n"
        for _, name, text, _ in _MARKED.findall(page.read_text("utf-8"))
    }


def fill_generated(page: Path) -> None:
    text = page.read_text("utf-8")
    text = _MARKED.sub(lambda m: f"{m[1]}\n{GENERATED[m[2]]()}\n{m[4]}", text)
    page.write_text(text, encoding="utf-8")


def fill_outputs(page: Path, session: Session, *, anew: bool = False) -> None:
    """Runs a page, and puts in what was printed where it shows something else (``anew``: or other
    times)."""
    session.begin(with_index=not builds(page))
    lines = page.read_text("utf-8").splitlines()
    moved = 0
    for block in blocks(page):
        if block.needs:
            continue
        try:
            ran = list(session.run(block))
        except Exception:
            print(f"{block.place} fails:\n{traceback.format_exc(limit=-1)}")
            continue
        for step, actual in ran:
            if same(step.expected, actual) and not (anew and ELISION not in step.expected):
                continue
            if f"\n{ELISION}\n" in f"\n{step.expected}":
                print(f"{block.place}: to be shortened by hand: {step.source}")
            at = block.line + step.line + moved
            lines[at : at + step.lines] = actual.splitlines()
            moved += len(actual.splitlines()) - step.lines
    page.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


# -- the picture ------------------------------------------------------------------------------

PICTURE = ROOT / "docs/terminal.svg"
PICTURED = (
    "rag index data --index indexes/demo",
    'rag ask "How much does delivery to Switzerland cost?" --index indexes/demo',
    'rag ask "How do I connect to the VPN?" --index indexes/demo',
    'rag ask "What is the CEO\'s shoe size?" --index indexes/demo',
)


def picture(session: Session) -> None:
    """A terminal in which these commands have just been run, as an SVG."""
    from rich.console import Console
    from rich.text import Text

    session.begin(with_index=False)
    console = Console(
        record=True, width=82, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for command in PICTURED:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        with contextlib.chdir(session.folder):
            result = CliRunner().invoke(main, shlex.split(command)[1:], color=True)
        console.print(Text.from_ansi(result.output.rstrip()))
        console.print()
    svg = console.export_svg(title="rag", unique_id="rag")
    # Indented by place rather than by blanks, which not every viewer keeps.
    svg = re.sub(
        r'x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"([^>]*)>((?:&#160;)+)(?=[^<])',
        lambda m: _indented(float(m[1]), m[2], float(m[3]), m[4], m[5].count("&")),
        svg,
    )
    # Without its web font: a picture asks nothing of a network.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")
    PICTURE.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()), encoding="utf-8")


def _indented(x: float, y: str, length: float, rest: str, blanks: int) -> str:
    wide = 12.2 * blanks  # a character of rich's picture
    return f'x="{x + wide:g}" y="{y}" textLength="{length - wide:g}"{rest}>'


def fill() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        os.environ["RAG_CACHE"] = str(Path(folder) / "cache")
        names = [n for n in sys.argv[1:] if not n.startswith("-")]
        session = Session(Path(folder).resolve())
        for page in PAGES:
            if names and page.name not in names and page.stem not in names:
                continue
            print(page.relative_to(ROOT), flush=True)
            fill_outputs(page, session, anew="--anew" in sys.argv)
            fill_generated(page)
        if not names or "picture" in names:
            picture(session)


if __name__ == "__main__":
    fill()
