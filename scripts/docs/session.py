"""Running a page: its commands, statements and programs, in a folder of their own."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import doctest
import inspect
import io
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

import rag
from rag.cli import main
from scripts.docs.pages import ROOT, RUN, Block, Step, steps

HOME = "/home/you/meridian"  # what pages say instead of the folder that commands are run in
INSTALLED = Path(rag.__file__).resolve().parent.parent
PORT = 8000  # ... and instead of the one that rag serve listens on
SITE = "/home/you/.venv/lib/site-packages"  # ... and instead of the folder that rag is installed in


class Session:
    """A folder to run a page in, with the sample documents and an index of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "meridian"
        self._template = folder / "template"
        self._server: subprocess.Popen[str] | None = None
        self._port = PORT
        (self._template / "indexes").mkdir(parents=True)
        shutil.copytree(ROOT / "data", self._template / "data")
        self.begin(with_index=False)
        self.run_command("rag index data --index indexes/demo")
        shutil.copytree(self.folder / "indexes/demo", self._template / "indexes/demo")

    def begin(self, *, with_index: bool = True) -> None:
        """A page's beginning: files as they were, nothing asked yet, nothing served."""
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._template, self.folder)
        if not with_index:
            shutil.rmtree(self.folder / "indexes/demo", ignore_errors=True)
        for old in Path(os.environ["RAG_CACHE"], "rag").glob("*.sqlite*"):
            old.unlink()
        self.code = 0
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def end(self) -> None:
        """Ends the server that a page has started."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate()
            self._server = None

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
        code = compile(self._reached(text), place, "exec", flags=flags)
        with contextlib.redirect_stdout(io.StringIO()):
            result = eval(code, self.names)
            if inspect.iscoroutine(result):
                asyncio.run(result)

    def run_statement(self, source: str, given: str | None = None) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(self._reached(source), "<example>", "single"), self.names)
            except Exception as error:
                print("Traceback (most recent call last):\n  ...")
                print("".join(traceback.format_exception_only(error)).rstrip())
        # As doctest writes it, since a blank line ends what is expected.
        text = self._neutral(printed.getvalue()).rstrip("\n")
        return re.sub(r"^$", "<BLANKLINE>", text, flags=re.MULTILINE) + "\n" if text else ""

    def run_command(self, command: str, given: str | None = None) -> str:
        words = shlex.split(command)
        if words[:2] == ["rag", "serve"]:
            return self._serve(words[1:])
        command = self._reached(command)
        environment = {}
        while re.match(r"[A-Z_]+=", words[0]):
            name, _, value = words.pop(0).partition("=")
            environment[name] = value.replace("$PWD", str(self.folder))
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

    def _serve(self, words: list[str]) -> str:
        """Starts a server on a port that is free, and goes on once it is ready: what it printed; or ended, saying why."""
        self.end()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        # One worker where the page says nothing of it: each takes a second or two to start.
        own = [] if {"--workers", "--config"} & {*words} else ["--workers", "1"]
        log = self._template.parent / "log"
        with log.open("w") as written:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "rag.cli", *words, *own, "--port", str(self._port)],
                cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
                stdout=subprocess.PIPE, stderr=written,
            )  # fmt: skip
        assert self._server.stdout
        printed = []
        for line in self._server.stdout:
            printed.append(line)
            if line.startswith("  kept in"):  # its last line
                break
        else:
            printed.append(log.read_text("utf-8"))
        return self._neutral("".join(printed))

    def _reached(self, text: str) -> str:
        return text.replace(f":{PORT}", f":{self._port}")

    def _neutral(self, text: str) -> str:
        text = text.replace(f":{self._port}", f":{PORT}")
        text = text.replace(str(self.folder), HOME).replace(str(INSTALLED), SITE)
        # What a slow machine adds: a line of progress every ten seconds.
        lines = (line.rstrip() for line in text.splitlines() if not _PROGRESS.match(line))
        return "".join(f"{line}\n" for line in lines)


_PROGRESS = re.compile(
    r"[\d,]+ of [\d,]+ files( · |$)|reading the folder · |[\d,]+ files are compared|publishing: "
)


def _typed(expected: str) -> str:
    """What is typed in a conversation, as the page shows it."""
    return "".join(
        line[2:] + "\n" for line in expected.splitlines() if line.startswith(("> ", ">"))
    )


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
