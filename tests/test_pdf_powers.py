"""Raised digits on pages: powers, and the marks of notes, in the lines that they stand in."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from rag.documents.formats import format_for, load
from rag.documents.loaders.pdf.lines import written_out
from rag.documents.source import Source


def read(*lines: tuple[str | tuple[str], ...]) -> str:
    """Lines of pieces on a page; a piece in a tuple is raised."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(420, 300))
    for number, pieces in enumerate(lines):
        x, y = 40.0, 250.0 - 24 * number
        for piece in pieces:
            up = isinstance(piece, tuple)
            text, size = (piece[0], 7) if up else (piece, 11)
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y + (4.5 if up else 0), text)
            x += canvas.stringWidth(text, "Helvetica", size)
    canvas.save()
    data = out.getvalue()
    form = format_for("a.pdf", data[:1024])
    assert form
    return load(Source("a.pdf", data), form).text


def test_a_power_is_no_digits_of_its_number() -> None:
    text = read(
        ("The germ count is 10", ("6",), " per ml, the leak 10", ("-9",), " of it."),
        ("The hall has 25 m", ("2",), " and turns by 180", ("0",)),
    )
    for said in ("10^6 per ml", "10^-9 of it", "25 m2 and turns by 180^0"):
        assert said in " ".join(text.split())


def test_a_mark_of_a_note_is_no_part_of_its_word() -> None:
    text = read(("Teachers", ("3",), " pay the half."), ("Pupils pay 5 euro.",))
    assert "Teachers [3] pay the half." in text


def test_small_digits_on_the_line_stay() -> None:
    assert written_out("10 6") == "10 6"
    assert "Room 106 is shut." in read(("Room 106 is shut.",), ("It opens on 12 May.",))
