"""Mail: threads that quote themselves, bodies that follow each other, parts without a name."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source

FIRST = "The lift is out of order until Friday.\nPlease take the stairs at the back.\nThe key hangs at the desk."


def read(name: str, data: bytes) -> Document:
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format)


def message(subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "a@example.org", "b@example.org"
    made.set_content(text)
    return made


def box(*messages: EmailMessage) -> bytes:
    line = b"From a@example.org Mon Jan  1 10:00:00 2024\n"
    return b"\n".join(line + bytes(one) for one in messages)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def test_what_a_thread_quotes_of_itself_stands_once() -> None:
    answer = f"Thanks, I will.\n\nOn Monday a wrote:\n{quoted(FIRST)}"
    again = f"So will I.\n\n{quoted(answer)}"
    text = read(
        "a.mbox",
        box(message("Lift", FIRST), message("Re: Lift", answer), message("Re: Lift", again)),
    ).text
    assert text.count("The lift is out of order until Friday.") == 1
    assert text.count("Thanks, I will.") == 1 and "So will I." in text
    assert "[Quoted: 3 lines of a message above]" in text


def test_a_history_below_a_line_of_outlook_stands_once() -> None:
    answer = (
        f"Thanks.\n\n-----Original Message-----\nFrom: a\nSent: Monday\nSubject: Lift\n\n{FIRST}"
    )
    text = read("a.mbox", box(message("Lift", FIRST), message("Re: Lift", answer))).text
    assert text.count("The key hangs at the desk.") == 1 and "Thanks." in text


def test_what_is_quoted_of_others_stays() -> None:
    answer = "He wrote this:\n" + quoted("The rent is 540 euros.\nIt is due on the third.")
    text = read("a.mbox", box(message("Lift", FIRST), message("Rent", answer))).text
    assert "The rent is 540 euros." in text
    assert "The lift is" in read("a.eml", bytes(message("Re", quoted(FIRST)))).text


def test_a_line_that_begins_with_from_is_no_new_message() -> None:
    text = "Opening hours:\n\nFrom Monday on we open at nine.\nSubject: none"
    document = read("a.mbox", box(message("Hours", text)).replace(b">From", b"From"))
    assert len(document.pages) == 1 and "From Monday on we open at nine." in document.text


def test_bodies_that_follow_each_other_are_all_read() -> None:
    mail = MIMEMultipart("mixed")
    mail["Subject"], mail["From"] = "Tour", "a@example.org"
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("The tour starts at ten, at the main gate.", "plain"))
    both.attach(MIMEText("<p>The tour starts at ten, at the main gate.</p>", "html"))
    mail.attach(both)
    mail.attach(MIMEText("<p>Parking costs four euros.</p>", "html"))
    mail.attach(MIMEText("List archive: room 12", "plain"))
    text = read("a.eml", bytes(mail)).text
    assert text.count("The tour starts at ten") == 1
    assert "Parking costs four euros." in text and "List archive: room 12" in text


def test_parts_without_a_name_are_read_too() -> None:
    mail = MIMEMultipart("mixed")
    mail["Subject"], mail["From"] = "Invitation", "a@example.org"
    mail.attach(MIMEText("See you there.", "plain"))
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fire drill\nLOCATION:Yard\nEND:VEVENT\nEND:VCALENDAR\n"
    mail.attach(MIMEText(event, "calendar"))
    text = read("a.eml", bytes(mail)).text
    assert "Fire drill" in text and "Yard" in text


def test_what_is_encrypted_is_told() -> None:
    mail = message("Secret", "See the attachment.")
    mail.add_attachment(
        b"-----BEGIN PGP MESSAGE-----",
        maintype="application",
        subtype="octet-stream",
        filename="encrypted.asc",
    )
    assert "encrypted" in read("a.eml", bytes(mail)).notes[0]


def test_a_table_of_the_html_body_is_put_back_into_the_plain_one() -> None:
    made = message(
        "Prices", "Hello,\n\nItem\n\nIn stock\n\nPrice\n\nRope\n\n2\n\nHook\n\nyes\n\n3\n\nBye\n"
    )
    rows = "".join(
        f"<tr><td><p>{'</p></td><td><p>'.join(row)}</p></td></tr>"
        for row in (("Item", "In stock", "Price"), ("Rope", "", "2"), ("Hook", "yes", "3"))
    )
    made.add_alternative(f"<p>Hello,</p><table>{rows}</table><p>Bye</p>", subtype="html")
    text = read("prices.eml", bytes(made)).text
    assert text.endswith("Hello,\n\nItem | In stock | Price\nRope |  | 2\nHook | yes | 3\n\nBye")
    # What the plain body says otherwise stays.
    other = bytes(made).replace(b"\nRope\n", b"\nThe rope\n")
    assert "Item\n\nIn stock\n\nPrice\n\nThe rope" in read("prices.eml", other).text
