"""What a program shows that opens a file, though the file says it in another way: fields, tables in cells,
saved pages by other names."""

from __future__ import annotations

import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.headers import is_value
from rag.documents.office.fields import shown_by
from rag.documents.readings import Readings
from rag.documents.source import Source


def read(name: str, data: bytes | str) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format = format_for(name, raw[:1024])
    assert format
    return load(Source(name, raw), format)


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r" EQ \f(17;48) ", r"\frac{17}{48}"),
        (r"EQ \f(1,5;2) \* MERGEFORMAT", r"\frac{1,5}{2}"),
        (r"eq \r(3,x) + y\s\up8(2)", r"\sqrt[3]{x} + y^{2}"),
        (r"EQ \b\lc\{ \rc\} (\a\al\co2(1,2))", "{1; 2}"),
        (r"EQ \i\su(1,5,x)", r"\sum_{1}^{5} x"),
        ("MACROBUTTON NoMacro [Enter the date]", "[Enter the date]"),
        ('QUOTE "as agreed"', "as agreed"),
        ("SYMBOL 233", "é"),
        (r"SYMBOL 183 \f Symbol", "•"),
        (" MERGEFIELD Name ", ""),
        ("EQ \\f(", r"\frac{}{}"),
    ],
)
def test_a_field_without_a_result_shows_its_instruction(instruction: str, shown: str) -> None:
    assert shown_by(instruction) == shown


def test_ruby_that_a_formula_sets_is_a_reading() -> None:
    readings = Readings()
    assert shown_by(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(やまだ),山田)", readings) == "山田"
    assert readings.line() == "Readings: 山田 (やまだ)"


def test_a_table_in_a_cell_keeps_its_names_and_the_rows_of_the_other() -> None:
    page = """<table><tr><th>Work</th><th>How</th></tr><tr><td>Renew</td><td>First:
      <table><tr><th>Part</th><th>Lasts</th></tr><tr><td>Bellows</td><td>12 y</td></tr></table> then rest</td></tr>
      <tr><td>Open</td><td><table><tr><td>one</td></tr><tr><td>two</td></tr></table></td></tr></table>"""
    assert read("a.html", page).text == (
        "Work | How\nRenew | First: Part: Bellows, Lasts: 12 y then rest\nOpen | one; two"
    )


def test_a_number_with_its_unit_is_a_value() -> None:
    assert is_value("12 years") and is_value("3.5 hours") and not is_value("3 brown hens")


SAVED = """{head}MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Location: file:///C:/x/rota.htm
Content-Type: text/html

<html><xml><x:ExcelWorksheet><x:Name>{name}</x:Name><x:WorksheetSource HRef="rota_files/1.htm"/>
</x:ExcelWorksheet></xml><frameset><frame src="rota_files/1.htm"><noframes><p>No frames</p></noframes>
</frameset></html>

--b
Content-Location: file:///C:/x/rota_files/1.htm
Content-Type: text/html

<xml><x:Visible>SheetHidden</x:Visible></xml><table><tr><td>Day</td><td>Bakes</td></tr><tr><td>Monday</td><td>Ada</td></tr></table>
--b--
"""


def test_a_workbook_saved_as_a_page_is_read_by_sheets() -> None:
    document = read("rota.xls", SAVED.format(head="", name="May &amp; June"))
    assert "May & June (hidden sheet)" in document.text and "Monday | Ada" in document.text
    assert "No frames" not in document.text
    assert document.pages[0].label == "May & June" and document.hidden


def test_a_document_saved_as_a_page_is_none_of_the_old_formats() -> None:
    head = "Date: Thu, 5 Mar 2026 10:00:00 +0000\nSubject: Exported\n"
    page = SAVED.format(head=head, name="").replace("x:WorksheetSource", "x:Other")
    assert read("rules.doc", page).text == "Day | Bakes\nMonday | Ada"
    assert read("notes.doc", "Ring twice.\n").text == "Ring twice."
    assert (
        read("a.xls", "Plant\tPrice\n1020\t7,35\n".encode("utf-16")).text
        == "Plant: 1020 | Price: 7,35"
    )


def test_what_stands_for_frames_is_read_where_there_are_none() -> None:
    assert (
        "Go to the list"
        in read("a.html", "<frameset><noframes><p>Go to the list</p></noframes></frameset>").text
    )


def test_a_deck_is_read_with_what_its_speaker_sees() -> None:
    text = read(
        "kiln.md",
        "---\nmarp: true\nheader: Potters of Lund\n---\n<!-- _class: lead -->\n# Kiln\n![bg right:40%](a.png)\n\n"
        "---\n\n## Night\nPrice: 9\n<!-- Tell them about the jar. -->\n```\n<!-- code -->\n```\n",
    ).text
    assert "Notes: Tell them about the jar." in text and "Potters of Lund" in text
    assert "lead" not in text and "bg right" not in text and "<!-- code -->" in text
    slidev = "---\nhighlighter: shiki\n---\n# One\n\n---\nlayout: two-cols\n---\n\n# Two\n"
    assert read("a.md", slidev).text == "One\n\nTwo"


def test_slides_that_a_page_makes_of_markdown_are_read() -> None:
    page = """<div class="reveal"><section data-markdown><script type="text/template">
      ## Furnace
      - lit at *five* <!-- .element: class="fragment" -->

      Note: Not alone.
      </script></section><section data-visibility="hidden"><h2>Prices</h2><p>95 euros</p></section></div>"""
    assert read("a.html", page).text == (
        "Furnace\n\n- lit at five\n\nNotes: Not alone.\n\nPrices (hidden slide)\n\n95 euros"
    )
    remark = '<textarea id="source">\nclass: center\n\n# Kiln\n.red[Hot]\n\n???\nSay it\n---\n# Night\n</textarea>'
    assert read("b.html", remark).text == "Kiln\n\nHot\n\nNotes: Say it\n\nNight"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            '<div role="table"><div role="row"><span role="columnheader">Room</span><span role="columnheader">Heat'
            '</span></div><div role="row"><span role="cell">Herb</span><span role="cell">58</span></div></div>',
            "Room | Heat\nHerb | 58",
        ),
        (
            "<style>.t{display:table}.r{display: table-row}.c{display:table-cell}</style><div class=t><div class=r>"
            "<i class=c>A</i><i class=c>B</i></div><div class=r><i class=c>1</i><i class=c>2</i></div></div>",
            "A | B\n1 | 2",
        ),
        (
            '<div style="display:table"><div style="display:table-cell">Side</div><div style="display:table-cell">'
            "<p>One</p><p>Two</p></div></div>",
            "Side\n\nOne\n\nTwo",
        ),
    ],
)  # fmt: skip
def test_tables_of_other_elements_are_rows_where_they_hold_data(page: str, text: str) -> None:
    assert read("a.html", page).text == text


FLAT = """<office:document xmlns:office="o" xmlns:text="t" xmlns:form="f" xmlns:draw="d" xmlns:presentation="p"
 xmlns:style="s"><style:style style:name="h"><style:drawing-page-properties presentation:visibility="hidden"/>
</style:style><office:body>{}</office:body></office:document>"""


def test_controls_of_an_opendocument_form_are_read_where_they_stand() -> None:
    body = """<office:text><office:forms><form:form><form:checkbox form:id="c1" form:label="We brought sheets"
      form:current-state="checked"/><form:listbox form:id="c2"><form:option form:label="Red"/><form:option
      form:label="Blue" form:current-selected="true"/></form:listbox></form:form></office:forms>
      <text:p>Choose</text:p><draw:control draw:control="c1"/><text:p><draw:control draw:control="c2"/></text:p>
      </office:text>"""
    assert read("a.fodt", FLAT.format(body)).text == "Choose\n\n☒ We brought sheets\n\nBlue"


def test_slides_of_opendocument_say_their_footer_once_and_what_is_hidden() -> None:
    slide = """<draw:page draw:style-name="{}" presentation:use-footer-name="f"><draw:frame
      presentation:class="title"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>
      <office:annotation><text:p>Bring one.</text:p></office:annotation></draw:page>"""
    body = '<office:presentation><presentation:footer-decl presentation:name="f">Ring 4471</presentation:footer-decl>'
    body += slide.format("x", "One") + slide.format("h", "Two") + "</office:presentation>"
    document = read("a.fodp", FLAT.format(body))
    assert document.text == (
        "One\n\n[Comment: Bring one.]\n\nRing 4471\n\nTwo (hidden slide)\n\n[Comment: Bring one.]"
    )
    assert document.hidden


def test_messages_for_who_fills_in_a_sheet_are_read() -> None:
    body = """<office:spreadsheet xmlns:table="tb"><table:content-validations><table:content-validation
      table:name="v"><table:help-message table:title="Hours"><text:p>Count from nine.</text:p></table:help-message>
      </table:content-validation></table:content-validations><table:table table:name="A"><table:table-row>
      <table:table-cell table:content-validation-name="v"><text:p>4</text:p></table:table-cell></table:table-row>
      </table:table></office:spreadsheet>"""
    assert read("a.fods", FLAT.format(body)).text == "A\n\n4\n\n[Message: Hours: Count from nine.]"


def test_a_table_of_latex_is_filled_where_cells_span_rows() -> None:
    table = r"""\begin{tabular}{ll} \hline \multirow{2}{*}{Hall} & \multicolumn{1}{c}{Apple} \\ \cline{2-2}
      & Sort \\ \hline \multirow[t]{2}{2cm}{Upper} & \begin{tabular}{@{}l@{}}Red\\one\end{tabular} \\ & Green \\
      Lower & a \& b\footnote{Rare.} \\ \hline \end{tabular}"""
    assert read("a.tex", table).text == (
        "Hall | Apple\nHall | Sort\nHall: Upper | Apple Sort: Red one\nHall: Upper | Apple Sort: Green\n"
        "Hall: Lower | Apple Sort: a & b\n\nFootnote: Rare."
    )


def test_what_only_the_html_part_of_a_mail_says_is_read_once() -> None:
    mail = """From: a@b.example
Subject: Yarn
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain

See the picture below, it shows the blue yarn.
--b
Content-Type: text/html

<style>p {color: red}</style><p>See the picture below, it shows the blue yarn.</p><p>Tell me by Friday.</p>
--b--
"""
    text = read("a.eml", mail).text
    assert text.count("See the picture below") == 1 and text.endswith("Tell me by Friday.")
