"""The picture in README.md: a terminal, as an SVG."""

from __future__ import annotations

import contextlib
import io
import re
import shlex

from click.testing import CliRunner

from rag.cli import main
from scripts.docs.pages import ROOT
from scripts.docs.session import Session

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
