"""Outlines, diagrams, manuals, wikis, templates, terminals: what is rare, and still somebody's documents."""

from __future__ import annotations

import base64
import json
import zlib
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError


def read(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("a.json", '{"m": [{"type": "text", "text": "Shut "}, {"type": "text", "text": "off"}]}', "m: Shut off"),
        ("a.json", '{"a": [{"text": "yes", "voters": 3}, {"text": "no", "voters": 4}]}',
         "a.text: yes\na.voters: 3\na.text: no\na.voters: 4"),
        ("a.json", '{"ops": [{"insert": "A "}, {"insert": "B", "attributes": {"bold": true}}]}', "ops: A B"),
        ("a.mm", '<map version="1"><node TEXT="Tools"><node TEXT="Spade"/></node></map>', "- Tools\n  - Spade"),
        ("a.canvas", json.dumps({"nodes": [{"id": "a", "text": "Wash"}, {"id": "b", "text": "Dry"}],
                                 "edges": [{"fromNode": "a", "toNode": "b", "label": "then"}]}),
         "- Wash\n- Dry\n\nWash → Dry: then"),
        ("ls.1", '.TH LS 1\n.SH NAME\nls \\- list\n.TP\n.B \\-a\nAll.\n.\\" not shown\n',
         "LS(1)\n\nNAME\n\nls - list\n\n-a: All."),
        ("app.log.1", "12:00 started\n.TH is no request\n", "12:00 started\n.TH is no request"),
        ("a.wiki", "== Salt ==\n* [[Pan|pans]]\n*# north<!-- x -->\n{{Box|owner=Ann}}\n",
         "Salt\n\n- pans\n  1. north\n\nowner: Ann"),
        ("a.njk", "---\ntitle: T\n---\n{% set l = ['a b', 'c'] %}{# x #}<p>{% for s in l %}{{ s }}; {% endfor %}</p>",
         "T\n\na b; c;"),
        ("a.md", "---\ntitle: Pairs\n---\n# <%= current_page.data.title %>\n\n<%= note_text('Do not sit <b>alone</b>') %>\n"
         "<% if x %>\nBoth type.\n<% end %>\n<%= partial 'nav' %>\n`<%= kept %>` <%# gone %>\n",
         "Pairs\n\nDo not sit alone\n\nBoth type.\n\n<%= kept %>"),
        ("a.html.md.erb", "# <%= page.title || 'T' %>A\n\n- b\n", "A\n\n- b"),
        ("a.html.erb", "<h1>A</h1><% if x %><p>b</p><% end %>", "A\n\nb"),
        ("a.md", '[tab title="Altos"]Row three[/tab] [x] done [1]\n', "Altos\n\nRow three\n\n[x] done [1]"),
        ("a.md", "keeper:: Ann\n\n- Buy wax\n  id:: 66f0aa11-1111-4222-8333-944455556666\n  collapsed:: true\n",
         "keeper: Ann\n\n- Buy wax"),
        ("a.md", "> [!div class=\"x\"]\n> [Next](b.md)\n", "Next"),
        ("a.log", "\x1b[1mERR\x1b[0m: 5 %\r\x1b[KERR: done\nN\bNO\bO\n", "ERR: done\nNO"),
        ("a.txt", "The o\ufb03ce", "The office"),
    ],
)  # fmt: skip
def test_a_rare_file_is_read_as_it_is_seen(name: str, text: str, shown: str) -> None:
    assert read(name, text).text.strip() == shown


def test_a_packed_page_of_a_diagram_is_unpacked() -> None:
    page = '<mxGraphModel><root><mxCell id="2" value="Silo"/></root></mxGraphModel>'
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(deflate.compress(quote(page).encode()) + deflate.flush()).decode()
    assert (
        read("a.drawio", f'<mxfile><diagram name="In">{packed}</diagram></mxfile>').text
        == "In\n\n- Silo"
    )
    with pytest.raises(LoadError, match="uncompressed"):
        read("a.drawio", '<mxfile><diagram name="In">!!</diagram></mxfile>')


def test_a_package_without_a_diagram_is_refused() -> None:
    data = BytesIO()
    with ZipFile(data, "w") as package:
        package.writestr("a.txt", "a")
    with pytest.raises(LoadError, match="no diagram"):
        read("a.xmind", data.getvalue())


def test_a_wrong_byte_refuses_no_file() -> None:
    text = "灯台の鍵は机の引き出しにあります。点検は四月です。"
    found = read("a.txt", text.encode("cp932") + b"\n\x81")
    assert text in found.text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Subject: a\nContent-Type: text/plain; charset=us-ascii\n\nK\u0159\u00ed\u017eek\n", "K\u0159\u00ed\u017eek"),
        ("Subject: a\n\nSee:\nbegin 644 a.txt\n#:&D*\n`\nend\n", "See:\n\nAttachment: a.txt\n\nhi"),
        ("Subject: a\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- - Oars\n"
         "-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n", "- Oars"),
        ("Subject: a\nContent-Type: text/enriched\n\n<bold>A</bold>\nb\n\nc <<d\n", "A b\nc <d"),
    ],
)  # fmt: skip
def test_bodies_of_mails_out_of_what_they_are_wrapped_in(body: str, shown: str) -> None:
    assert read("a.eml", body).text == f"a\n\n{shown}"


def test_an_attachment_that_is_not_there_is_told() -> None:
    mail = (
        'Subject: a\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee.\n'
        '--b\nContent-Disposition: attachment; filename="x.pdf"\n\n--b--\n'
    )
    assert "x.pdf is not in the file" in read("a.eml", mail).notes[0]
