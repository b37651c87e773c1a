"""Texts in whatever encoding are read as they were written; what is doubtful is told."""

from __future__ import annotations

import pytest

from rag.documents.document import Document
from rag.documents.encoding import codec, decoded
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError
from scripts.bench_encodings import ENCODINGS, texts, windows

GERMAN = "Die Größe der Häuser in der Straße ist für die Bürger schön."
RUSSIAN = "Заявление подаётся в течение четырнадцати дней после письма."
JAPANESE = "地下室の鍵はドアの横に掛かっています。"


def read(name: str, data: bytes) -> Document:
    format = format_for(name, data)
    assert format is not None
    return load(Source(name, data), format)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", GERMAN),
        ("utf-8-sig", GERMAN),
        ("utf-16-le", GERMAN),
        ("utf-16-be", JAPANESE),
        ("utf-32-le", RUSSIAN),
        ("cp1252", "Die Größe der Häuser – “wirklich” schön, für 12 €."),
        ("iso-8859-15", "Der Zuschlag beträgt 12 € je Übernachtung, für jeden Gast."),
        ("cp437", GERMAN),
        ("cp850", GERMAN),
        ("mac-roman", "Le musée est fermé le mardi ; l’entrée coûte 9 francs."),
        ("cp1250", "Zgłoszenie należy złożyć w ciągu czternastu dni od daty."),
        ("iso-8859-2", "Proszę nie zostawiać żadnych rzeczy na schodach, ponieważ."),
        ("koi8-r", RUSSIAN),
        ("cp1251", RUSSIAN),
        ("cp866", RUSSIAN),
        ("mac-cyrillic", RUSSIAN),
        ("iso-8859-5", RUSSIAN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("gb18030", "地下室的钥匙挂在门旁边，用完以后请放回原来的地方。"),
        ("big5", "地下室的鑰匙掛在門旁邊，用完以後請放回原來的地方。"),
        ("euc-kr", "지하실 열쇠는 문 옆에 걸려 있으니 제자리에 돌려놓아 주십시오."),
        ("cp1256", "مفتاح القبو معلق بجانب الباب"),
        ("cp1255", "המפתח של המרתף תלוי ליד הדלת"),
        ("cp1253", "Το κλειδί του υπογείου κρέμεται δίπλα στην πόρτα"),
    ],
)
def test_a_text_is_read_as_it_was_written(encoding: str, text: str) -> None:
    assert read("a.txt", text.encode(encoding)).text == text


def test_nearly_all_short_texts_are_read_right_and_most_of_the_others_told() -> None:
    asked = right = told = 0
    for encoding, length, data, text in windows("odd"):
        if length == 100 and encoding != "cp1258":
            found = decoded(data)
            asked += 1
            right += found.text == text
            told += found.text != text and bool(found.note)
    assert right > 0.97 * asked
    assert len(ENCODINGS) > 30 and len(texts("all")) > 15


def test_one_wrong_byte_makes_no_other_encoding_of_utf8_and_is_marked_and_told() -> None:
    document = read(
        "a.txt", "Heizung läuft\nvon Oktober bis März; ".encode() + b"\xfc" + "für 12 €".encode()
    )
    assert document.text == "Heizung läuft\nvon Oktober bis März; \ufffdfür 12 €"
    assert document.notes == ("1 byte in line 2 cannot be read as UTF-8; marked with \ufffd",)


def test_a_text_that_two_encodings_could_have_made_is_told() -> None:
    (note,) = read("a.txt", "Ćwiczenia".encode("mac-latin2")).notes
    assert "could be" in note


def test_a_page_is_read_by_the_encoding_that_it_names() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Да €</p>'
    assert read("a.html", page.encode("cp1251")).text == "Да €"
    script = "# -*- coding: koi8-r -*-\nname = 'Юз'\n"
    assert "Юз" in read("a.py", script.encode("koi8-r")).text


def test_a_wrong_name_does_not_outweigh_valid_utf8() -> None:
    page = '<meta charset="iso-8859-1"><p>Köln, 12 €</p>'
    assert read("a.html", page.encode()).text == "Köln, 12 €"


def test_a_mail_that_says_latin_1_is_read_as_what_mail_programs_write() -> None:
    mail = (
        b"From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=iso-8859-1\n"
        b"Content-Transfer-Encoding: 8bit\n\nIt costs \x80 12 \x96 don\x92t pay more\n"
    )
    assert "It costs € 12 – don’t pay more" in read("a.eml", mail).text


def test_what_is_no_text_is_said_to_be_binary() -> None:
    with pytest.raises(LoadError, match="binary"):
        decoded(bytes(range(256)) * 10)


def test_names_of_encodings_are_taken_as_browsers_take_them() -> None:
    assert codec("ks_c_5601-1987") == "cp949"
    assert codec("gb2312") == "gb18030"
    assert codec("windows-1252") == "cp1252"
    assert codec("rot13") == ""
