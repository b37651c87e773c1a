"""What pages hold that is generated: help texts, settings, the reference, formats, errors."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click
from click.testing import CliRunner

import rag
from rag import errors
from rag.cli import main
from rag.documents.formats import formats
from rag.serve.config import TABLES
from rag.settings import Settings


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
                for attribute, member in _members(value)
                if not attribute.startswith("_")
            ]
            parts.append("\n".join(members))
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part)


def _members(value: type) -> Iterator[tuple[str, Any]]:
    """What a class defines, and what it has from other classes of the package."""
    seen: set[str] = set()
    for owner in (
        value,
        *(base for base in value.__mro__[1:] if base.__module__ == "rag.readable"),
    ):
        for attribute, member in vars(owner).items():
            if attribute not in seen and _is_public(owner, member):
                yield attribute, member
        seen |= vars(owner).keys()


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


def serving_tables() -> str:
    """Every setting of serve.toml, a table of the file at a time: as its field says."""
    parts = []
    for kind in TABLES:
        name = re.search(r"``(\[.+?\])``", inspect.getdoc(kind) or "")
        assert name, kind
        rows = ["| setting | default | what it is | may be |", "| --- | --- | --- | --- |"]
        types = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if field.default_factory is not dataclasses.MISSING:  # tables of their own
                continue
            default = "" if field.default in (dataclasses.MISSING, None) else _toml(field.default)
            may = _may_be(field.metadata["range"], types[field.name])
            rows.append(f"| `{field.name}` | {default} | {field.metadata['about']} | {may} |")
        parts.append(f"`{name[1]}`\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _toml(value: Any) -> str:
    text = "[]" if value == () else str(value).lower() if value in (True, False) else repr(value)
    return "`" + (str(value) if type(value) in (int, float) else text.replace("'", '"')) + "`"


def _may_be(bounds: tuple[float, float | None] | None, kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{one}`" for one in get_args(kind))
    if bounds is None:
        return ""
    low, high = bounds
    return f"{low} or more" if high is None else f"{low} to {high}"


GENERATED: dict[str, Callable[[], str]] = {
    "help texts": help_texts,
    "settings": settings_table,
    "reference": reference,
    "formats": formats_table,
    "errors": errors_table,
    "serving": serving_tables,
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
