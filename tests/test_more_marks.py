"""Marks that say something: boxes of lists, signs of fonts, units, last days; and code with options of others."""

from __future__ import annotations

import io
from zipfile import ZipFile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Cm

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.documents.symbol_fonts import as_shown, is_symbolic, private_as_shown


def read(name: str, data: bytes | str) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format = format_for(name, raw[:1024])
    assert format
    return load(Source(name, raw), format)


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (".. code-block:: bash\n   :caption: In *the* shell\n   :linenos:\n\n   make install\n",
         "In the shell\n\nmake install"),
        (".. code-block:: python\n   :emphasize-lines: 1\n   :name: one\n\n   if a:\n       b()\n", "if a:\n    b()"),
        (".. code-block:: python\n   :linenos:\n   print(3)\n", "print(3)"),
        (".. code-block:: bash\n   make install\n", "make install"),
        (".. math::\n   :label: eq\n\n   a = b\n", "a = b"),
        (".. list-table:: Prices\n   :widths: 20% 30%\n   :header-rows: 1\n   :align: nowhere\n\n"
         "   * - Tent\n     - Price\n   * - Small\n     - 12\n", "Prices\nTent | Price\nSmall | 12"),
        (".. list-table:: Prices\n\n   * - Tent\n     - 12\n   * - Stove\n", "Prices\n\n  - Tent\n  - 12\n  - Stove"),
        (".. note::\n   :collapsible:\n\n   Mind the gap.\n", "Note\n\nMind the gap."),
        (".. note::\n\n   .. topic:: Inside\n\n      Read on.\n", "Note\n\nInside\n\nRead on."),
        (".. image:: a.png\n   :alt: A valve\n   :lightbox: yes\n", "A valve"),
        (".. testcode::\n\n   a = *b*\n   c\n", "a = *b*\nc"),
        (".. seealso:: The *other* page\n   :class: x\n", "The other page"),
    ],
)  # fmt: skip
def test_a_directive_with_options_of_sphinx_is_read(block: str, shown: str) -> None:
    document = read("a.rst", f"Guide\n=====\n\n{block}\nDone.\n")
    assert document.text == f"Guide\n\n{shown}\n\nDone."
    assert not document.notes


def test_what_a_directive_may_not_reach_for_stays_out() -> None:
    page = (
        "A\n=\n\n.. raw:: html\n   :wrong: 1\n\n   <b>raw</b>\n\n.. raw:: html\n\n   <i>too</i>\n\n"
        ".. include:: b.rst\n   :wrong: 1\n\n.. csv-table::\n   :file: /etc/hostname\n   :wrong: 1\n\nEnd.\n"
    )
    document = read("a.rst", page)
    assert document.text == "A\n\nEnd."
    assert sorted(document.notes) == [
        "the included /etc/hostname is not followed",
        "the included b.rst is not followed",
    ]


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.org", "- [X] tent\n- [ ] stove\n  - [-] pans\n1. [x] map\n- plain\n",
         "- [x] tent\n- [ ] stove\n  - [-] pans\n1. [x] map\n- plain"),
        ("a.org", "* TODO Order seed :spring:work:\nSow.\n* Old :ARCHIVE:\nGone.\n",
         "TODO Order seed\n\nTags: spring, work\n\nSow.\n\nOld\n\nGone."),
        ("a.org", "Potatoes[fn:1] are old[fn:: since May].\n\n[fn:1] Of three kinds.\n",
         "Potatoes [1] are old (since May).\n\nFootnote 1: Of three kinds."),
        ("a.adoc", "* [*] tent\n** [x] poles\n* [ ] stove\n. [ ] call\n* [*bold*] word\n",
         "- [x] tent\n  - [x] poles\n- [ ] stove\n1. [ ] call\n- [bold] word"),
    ],
)  # fmt: skip
def test_boxes_of_lists_say_what_is_done(name: str, text: str, shown: str) -> None:
    assert read(name, text).text == shown


@pytest.mark.parametrize(
    ("text", "font", "shown"),
    [
        ("ü û þ ý ¨ o q", "Wingdings", "✓ ✗ ☑ ☒ ☐ ☐ ☐"),
        ("l m n § à", "Wingdings", "● ○ ■ ▪ →"),
        ("\uf0fc \uf0fe", "wingdings", "✓ ☑"),
        ("P O R S £", "'Wingdings 2', serif", "✓ ✗ ☑ ☒ ☐"),
        ("a r c", "Webdings", "✓ ✗ ☐"),
        ("p u", "Wingdings 3", "▲ ▶"),
        ("DT ³ 5 mm ± 2", "Symbol", "ΔΤ ≥ 5 μμ ± 2"),
        ("✓ done", "Arial", "✓ done"),
        ("Total costs", "Wingdings", "Total costs"),
    ],
)
def test_letters_of_a_symbol_font_are_signs(text: str, font: str, shown: str) -> None:
    assert as_shown(text, font) == shown
    assert is_symbolic(font) is (font != "Arial")


def test_of_a_normal_font_only_characters_of_private_use_are_signs() -> None:
    assert private_as_shown("\uf0fc für \uf0b7") == "✓ für •"
    assert private_as_shown("\uf052 Rest", "Wingdings 2") == "☑ Rest"


def test_ticks_in_a_workbook() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    signs = Font(name="Wingdings")
    for row in (("Task", "Done", "Hours"), ("Roof", "ü", 4), ("Door", "û", 1)):
        sheet.append(row)
    sheet.append(["Wall", CellRichText(TextBlock(InlineFont(rFont="Wingdings"), "ü"), " für 7"), 2])
    for row in (2, 3, 4):
        sheet.cell(row, 2).font = sheet.cell(row, 3).font = signs
    out = io.BytesIO()
    book.save(out)
    text = read("a.xlsx", out.getvalue()).text
    assert "Task: Roof | Done: ✓ | Hours: 4" in text
    assert "Task: Door | Done: ✗ | Hours: 1" in text
    assert "Task: Wall | Done: ✓ für 7 | Hours: 2" in text


def test_ticks_on_a_slide() -> None:
    show = Presentation()
    frame = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, Cm(9), Cm(9)).text_frame  # fmt: skip
    paragraph = frame.paragraphs[0]
    for text, tag, font in (
        ("ü", "a:latin", "Wingdings"),
        (" paid ", "", ""),
        ("à", "a:sym", "Wingdings"),
        (" für \uf0e0 Köln", "a:sym", "Wingdings"),
    ):
        run = paragraph.add_run()
        run.text = text
        if tag:
            named = OxmlElement("a:latin") if tag == "a:latin" else OxmlElement("a:sym")
            named.set("typeface", font)
            run._r.get_or_add_rPr().append(named)
    out = io.BytesIO()
    show.save(out)
    assert "✓ paid → für → Köln" in read("a.pptx", out.getvalue()).text


def test_ticks_in_a_letter() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text, font in (("þ", "Wingdings"), (" paid ", ""), ("o", "Wingdings"), (" open, 10 ", ""), ("m", "Symbol"), ("m", "")):  # fmt: skip
        run = paragraph.add_run(text)
        if font:
            run.font.name = font
    for font, code in (("Wingdings", "F0FD"), ("MS Gothic", "2611"), ("Symbol", "F0B4")):
        sign = OxmlElement("w:sym")
        sign.set(qn("w:font"), font)
        sign.set(qn("w:char"), code)
        paragraph.add_run(" ")._r.append(sign)
    out = io.BytesIO()
    document.save(out)
    assert read("a.docx", out.getvalue()).text == "☑ paid ☐ open, 10 μm ☒ ☑ ×"


def test_ticks_in_rich_text() -> None:
    letter = (
        r"{\rtf1\ansi{\fonttbl{\f0\froman\fcharset0{\*\panose 02020603050405020304}Times;}"
        r"{\f1\fnil\fcharset2\fprq2 Wingdings{\*\falt Other};}{\f2\fnil\fcharset2 Symbol;}}"
        r"Paid {\f1\'fc}, open {\f1 o}, late {\f1\u-3844 ?}, {\f2 D}T, \f1\'fe\plain  f{\'fc}r\par}"
    )
    assert read("a.rtf", letter).text == "Paid ✓, open ☐, late ✓, ΔT, ☑ für"


def test_fields_from_word_in_an_open_document() -> None:
    space = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:field="urn:f" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:svg="urn:s" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    )

    def mark(kind: str, **values: str) -> str:
        inside = "".join(
            f'<field:param field:name="{name.rstrip("_")}" field:value="{value}"/>'
            for name, value in values.items()
        )
        return f'<field:fieldmark field:type="vnd.oasis.opendocument.field.{kind}">{inside}</field:fieldmark>'

    choice = {"Dropdown_ListEntry": "Single", "Dropdown_ListEntry_": "Double"}
    content = (
        f'<office:document-content {space}><office:font-face-decls><style:font-face style:name="W1" '
        'svg:font-family="Wingdings"/></office:font-face-decls><office:automatic-styles><style:style style:name="T1">'
        '<style:text-properties style:font-name="W1"/></style:style></office:automatic-styles><office:body><office:text>'
        f"<text:p>{mark('FORMCHECKBOX', Checkbox_Checked='true')} Breakfast {mark('FORMCHECKBOX')} Dinner</text:p>"
        f"<text:p>Room: {mark('FORMDROPDOWN', **choice, Dropdown_Selected='1')}</text:p>"
        '<text:p><text:span text:style-name="T1">\uf0fe</text:span> paid <text:span text:style-name="T1">q</text:span> '
        "open \uf0b7</text:p></office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    shown = "☒ Breakfast ☐ Dinner\n\nRoom: Double\n\n☑ paid ☐ open •"
    assert read("a.odt", out.getvalue()).text == shown


def test_ticks_in_an_open_spreadsheet() -> None:
    space = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:t" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:fo" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    )
    rows = (("Task", "Done", ""), ("Roof", "\u00fc", ' table:style-name="c"'), ("Door", "\u00fb", ' table:style-name="c"'))  # fmt: skip
    cells = "".join(
        f"<table:table-row><table:table-cell><text:p>{task}</text:p></table:table-cell>"
        f"<table:table-cell{style}><text:p>{done}</text:p></table:table-cell></table:table-row>"
        for task, done, style in rows
    )
    sheet = (
        f'<office:document {space} office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        '<office:automatic-styles><style:style style:name="c"><style:text-properties fo:font-family="Wingdings"/>'
        '</style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="S">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document>"
    )
    text = read("a.fods", sheet).text
    assert "Task: Roof | Done: ✓" in text and "Task: Door | Done: ✗" in text


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (r"\SI{1.8}{\metre}", "1.8 m"),
        (r"\qty{25}{\kilo\gram}", "25 kg"),
        (r"\SIrange{1}{5}{\kilo\gram}", "1–5 kg"),
        (r"\qtyrange{-5}{-1}{\degreeCelsius}", "-5 to -1 °C"),
        (r"\SI{10}{\percent}", "10%"),
        (r"\SIlist{1;2;3}{\cm}", "1, 2, 3 cm"),
        (r"\num{3e8} and \num{2 +- 0.1}", "3 × 10^8 and 2 ± 0.1"),
        (r"\ang{45} and \ang{12;30;5}", "45° and 12°30′5″"),
        (r"\si{\joule\per\mole\per\kelvin}", "J/(mol K)"),
        (r"\SI[per-mode=symbol]{9.81}{\metre\per\second\squared}", "9.81 m/s2"),
        (r"\qty{3}{\cubic\metre\per\hour}", "3 m3/h"),
        (r"\SI{5}{kg.m/s^2}", "5 kg m/s2"),
        (r"\SI{100}[\$]{\per\hour}", "$100/h"),
        (r"\SI{40}{\micro\metre}", "40 µm"),
        (r"\SI{1200}{\rpm}", "1200 r.p.m."),
        (r"\unit[5]{m} and \unitfrac[7]{km}{h}", "5 m and 7 km/h"),
        (r"$v = \SI{5}{\metre\per\second}$", "v = 5 m/s"),
        (r"\qty{x+1} as physics has it", "x+1 as physics has it"),
    ],
)
def test_numbers_in_latex_keep_their_units(command: str, shown: str) -> None:
    start = r"\documentclass{article}\usepackage{siunitx}\DeclareSIUnit\rpm{r.p.m.}\begin{document}"
    assert read("a.tex", f"{start}\nIt is {command}.\n\\end{{document}}").text == f"It is {shown}."


def test_units_stay_in_code_and_stand_in_tables() -> None:
    text = (
        "\\begin{document}\n\\begin{tabular}{ll}Flow & \\SI{5}{\\percent} \\\\ Head & \\SI{6}{\\metre}\\\\\\end{tabular}\n"
        "\\begin{verbatim}\n\\SI{5}{\\metre}\n\\end{verbatim}\n\\end{document}"
    )
    assert read("a.tex", text).text == "Flow | 5%\nHead | 6 m\n\n\\SI{5}{\\metre}"


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260404", "Start: 2026-04-03"),
        ("DTEND;VALUE=DATE:20260407\nDTSTART;VALUE=DATE:20260403", "End: 2026-04-06\nStart: 2026-04-03"),
        ("DTSTART:20260403T100000\nDTEND:20260403T110000", "Start: 2026-04-03 10:00\nEnd: 2026-04-03 11:00"),
        ("DTSTART:00010101\nDTEND:00010101", "Start: 0001-01-01\nEnd: 0001-01-01"),
        ("RECURRENCE-ID;TZID=Europe/Oslo:20260403T100000\nDTSTART;TZID=Europe/Oslo:20260404T090000",
         "Instead of: 2026-04-03 10:00 (Europe/Oslo)\nStart: 2026-04-04 09:00 (Europe/Oslo)"),
    ],
)  # fmt: skip
def test_days_of_an_event_as_a_person_counts_them(lines: str, shown: str) -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fair\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    assert read("a.ics", event).text == f"Fair\n\n{shown}"


def test_what_latex_switches_off_is_not_printed_and_its_signs_are() -> None:
    text = r"Use 5 \textmu m, 3\texttimes 4. \iffalse Old price is 12. \fi New price is 13. \iflong Long.\fi"
    assert read("a.tex", text).text.startswith("Use 5 µm, 3×4. New price is 13.")


def test_who_does_not_come_is_said_so() -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Lunch\nATTENDEE;CN=Bo;PARTSTAT=DECLINED:mailto:bo@x.org\n"
    event += "ATTENDEE;CN=Al;PARTSTAT=ACCEPTED:mailto:al@x.org\nEND:VEVENT\nEND:VCALENDAR\n"
    text = read("a.ics", event).text
    assert "Attendee: Bo <bo@x.org> (declined)" in text and "Al <al@x.org>\n" in text + "\n"


def test_raised_cents_of_a_price_are_its_cents() -> None:
    assert (
        "only $12.99" in read("a.html", "<p>only $12<sup>99</sup> a month, 10<sup>6</sup></p>").text
    )
