"""The page, driven as a person would: a real browser, a real server, a small real index."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)
from reportlab.pdfbase.pdfmetrics import stringWidth

from rag import QA, Index, evaluate
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.state import SqliteState
from tests.browsing import (
    HEIGHT,
    HOSTILE,
    LEFT,
    LINES,
    PATIENCE_MS,
    QUOTE,
    SIZE,
    WIDTH,
    ask,
    brightness,
    contrast,
    share_of_paper,
    write_documents,
)
from tests.serving import served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium to drive")

DESCALED = "How often is the kettle descaled?"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps keys and conversations."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, kept: Path) -> Iterator[str]:
    folder = write_documents(tmp_path_factory.mktemp("docs"))
    path = tmp_path_factory.mktemp("index") / "house"
    reports = tmp_path_factory.mktemp("reports")
    gold = reports / "gold.jsonl"
    gold.write_text(json.dumps({"id": "1", "question": DESCALED, "answers": ["once a year"]}))
    with Index.build(folder, path) as index:
        report = evaluate(QA(index), gold)
        for name in ("first", "second"):
            report.save(reports / name)
    with served(None, f"house={path}", state=str(kept), reports=str(reports)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the page. Whatever a script or the browser complains of fails the test: errors, violations of the policy,
    dialogs that foreign markup would open."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(said: ConsoleMessage, allowed: str) -> None:
        if said.type in ("error", "warning") and not (allowed and allowed in said.text):
            complaints.append(said.text)

    def asked(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    def open_(where: str = "", *, allowed: str = "", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", asked)
        page.on("console", lambda said: heard(said, allowed))
        page.goto(f"{address}/{where}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints


def test_a_question_is_answered_with_its_sentence_and_place(opened: Open) -> None:
    page = opened()
    expect(page.get_by_label("Your question")).to_be_focused()
    turn = ask(page, DESCALED)
    expect(turn.locator(".short")).to_have_text("every four weeks")
    expect(turn.locator("blockquote").first).to_have_text(QUOTE)
    expect(turn.locator("blockquote mark")).to_have_text("every four weeks")
    expect(turn.locator(".cited .chip")).to_contain_text("kettle.pdf")
    expect(turn.locator(".sure")).to_contain_text("likely right", ignore_case=True)
    expect(page.locator("#said")).to_contain_text("every four weeks")


def test_the_page_is_small_and_asks_nobody_else(opened: Open, address: str) -> None:
    page = opened()
    expect(page.get_by_label("Your question")).to_be_focused()
    loaded = page.evaluate(
        """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .map(one => [one.name, one.decodedBodySize, one.encodedBodySize])"""
    )
    assert all(name.startswith(address) for name, _, _ in loaded)
    assert sum(decoded for _, decoded, _ in loaded) < 100_000
    assert sum(encoded for _, _, encoded in loaded) < 50_000


def test_a_citation_opens_its_page_with_the_words_marked_where_they_are(opened: Open) -> None:
    page = opened()
    ask(page, DESCALED).locator(".cited .chip").click()
    expect(page.locator("#viewer .title")).to_be_focused()
    expect(page.locator("#viewer .title")).to_contain_text("kettle.pdf")
    picture = page.locator("[data-number='1'] img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.naturalWidth") > 300
    (quote,) = share_of_paper(page, ".over.quote")
    (words,) = share_of_paper(page, ".over.answer")
    y = LINES[2][0]
    at = QUOTE.index("every four weeks")
    for found, first, last in ((quote, 0, len(QUOTE)), (words, at, at + len("every four weeks"))):
        left = LEFT + stringWidth(QUOTE[:first], "Helvetica", SIZE)
        right = LEFT + stringWidth(QUOTE[:last], "Helvetica", SIZE)
        assert found[0] * WIDTH == pytest.approx(left, abs=2)
        assert found[2] * WIDTH == pytest.approx(right, abs=2)
        assert found[1] < 1 - (y + 3) / HEIGHT < found[3] < 1 - (y - SIZE) / HEIGHT
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.locator(".cited .chip")).to_be_focused()
    page.go_back()
    expect(page.locator("#viewer")).to_be_visible()


def test_a_quote_over_two_pages_is_marked_on_both(opened: Open) -> None:
    page = opened()
    ask(page, "What does the guarantee cover?").locator(".cited .chip").click()
    expect(page.locator("[data-number='1'] .over.quote")).to_have_count(1)
    expect(page.locator("[data-number='2'] .over.quote")).to_have_count(1)
    field = page.get_by_label("Page, of 2")
    expect(field).to_have_value("1")
    page.get_by_role("button", name="The next page").click()
    expect(field).to_have_value("2")


def test_an_abstention_says_so_and_offers_the_closest(opened: Open) -> None:
    turn = ask(opened(), "Who won the world cup?")
    expect(turn.locator(".none")).to_have_text("The documents don't say.")
    expect(turn.locator(".abstention")).to_contain_text("not answer the question")
    expect(turn.locator(".abstention .chip").first).to_be_visible()
    expect(turn.locator(".sure, .short, mark")).to_have_count(0)


def test_a_table_is_a_table_with_the_row_marked(opened: Open) -> None:
    page = opened()
    ask(page, "What is the price of the filter?").locator(".cited .chip").click()
    rows = page.locator("#viewer tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#viewer th").nth(1)).to_have_text("Price EUR")
    expect(rows.nth(1).locator("mark")).to_have_text(["Filter", "7.90"])
    expect(rows.nth(0).locator("mark")).to_have_count(0)


def test_script_in_names_documents_and_questions_is_text(opened: Open) -> None:
    page = opened()
    turn = ask(page, "When does the canteen open? <img src=x onerror=alert(4)>")
    expect(turn.locator("h2")).to_contain_text("<img src=x onerror=alert(4)>")
    turn.locator(".chip").first.click()
    expect(page.locator("#viewer .title")).to_contain_text(HOSTILE)
    expect(page.locator("#viewer mark.answer")).to_have_text("11:30")
    expect(page.locator("#viewer .sheet")).to_contain_text("<script>alert(2)</script>")
    page.goto(page.url.split("#")[0] + "#/documents?q=%3Cimg")
    expect(page.locator(".files a")).to_have_text(HOSTILE)
    assert page.locator("main img, main b[onclick], #viewer img, script:not([src])").count() == 0


def test_a_conversation_is_kept_renamed_saved_and_deleted(opened: Open) -> None:
    page = opened()
    ask(page, "How many days of paid holiday do full-time employees get?")
    turn = ask(page, "And trainees?")
    expect(turn.locator(".as")).to_contain_text("Understood as Trainees?")
    expect(turn.locator(".short")).to_contain_text("25")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    kept = page.get_by_role("navigation", name="Conversations").locator("li.current")
    kept.hover()
    with page.expect_download() as saved:
        kept.get_by_role("link", name="Save").click()
    assert "> Trainees get 25 days" in saved.value.path().read_text(encoding="utf-8")
    kept.get_by_role("button", name="Rename").click()
    expect(kept.get_by_label("Name of the conversation")).to_be_focused()
    page.keyboard.type("Holiday <b>")
    page.keyboard.press("Enter")
    expect(kept.locator(".name")).to_have_text("Holiday <b>")
    kept.hover()
    kept.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("link", name="Holiday <b>")).to_have_count(0)


def test_a_wrong_answer_is_marked_with_the_right_one(opened: Open, address: str) -> None:
    page = opened()
    turn = ask(page, DESCALED)
    turn.get_by_role("button", name="This is wrong").click()
    expect(turn.get_by_label("The right answer")).to_be_focused()
    page.keyboard.type("every month")
    page.keyboard.press("Enter")
    expect(turn).to_contain_text("Marked as wrong")
    (said,) = page.request.get(f"{address}/api/feedback").json()["feedback"]
    assert (said["right"], said["right_answer"]) == (False, "every month")


def test_an_answer_is_copied_as_markdown_in_which_nothing_is_live(
    opened: Open, address: str
) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "Is <b>Soup</b> served?").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("**Is &lt;b>Soup&lt;/b> served?**")
    assert f"[1] {HOSTILE.replace('<', '&lt;')}" in copied
    assert "<" not in copied


def test_a_question_is_narrowed_to_a_folder(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="In all documents").click()
    page.get_by_label("rules").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Only in rules")).to_be_focused()
    expect(ask(page, DESCALED).locator(".none")).to_be_visible()


def test_search_alone_finds_passages_and_keeps_them_in_the_address(opened: Open) -> None:
    page = opened("#/search")
    expect(page.get_by_label("Search the documents")).to_be_focused()
    page.keyboard.type("spare parts")
    page.keyboard.press("Enter")
    expect(page.locator(".found .cited").first).to_contain_text("workshop in Brno")
    page.reload()
    expect(page.locator(".found .cited").first).to_contain_text("workshop in Brno")


def test_files_that_could_not_be_read_are_listed_with_the_reason(opened: Open) -> None:
    page = opened("#/documents")
    expect(page.locator(".files li")).to_have_count(5)
    page.get_by_label("Which").select_option("not read")
    expect(page.locator(".files li")).to_have_count(1)
    expect(page.locator(".files .failed")).to_contain_text("broken.pdf")
    expect(page.locator(".failure")).to_contain_text("Not read.")


def test_a_file_is_added_asked_about_and_removed(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "badges.md").write_text("# Badges\n\nVisitors get a yellow badge at the gate.\n")
    (tmp_path / "game.exe").write_bytes(b"MZ\0\0")
    page = opened(allowed="415")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files([tmp_path / "badges.md", tmp_path / "game.exe"])
    told = page.get_by_role("region", name="Files being added")
    expect(told).to_contain_text("1 file added")
    expect(told.locator("li")).to_contain_text("game.exe: ")
    expect(ask(page, "Which badge do visitors get?").locator("mark")).to_contain_text(
        "yellow badge"
    )
    told.get_by_role("link", name="see").click()
    page.get_by_role("button", name="Remove badges.md from the index").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("No document is so.")


def test_without_a_network_it_says_so_and_loses_nothing(opened: Open) -> None:
    page = opened(allowed="ERR_INTERNET_DISCONNECTED")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.context.set_offline(True)
    page.get_by_label("Your question").fill(DESCALED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".short")).to_have_text("every four weeks")
    expect(page.locator(".turn")).to_have_count(1)


def test_reports_stand_side_by_side_with_a_trend_and_what_went_wrong(opened: Open) -> None:
    page = opened("#/evaluation")
    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="right", exact=True))
    expect(row.get_by_role("cell")).to_have_text(["0.0%0.0% – 0.0%"] * 2)
    page.get_by_role("button", name="F1", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("first: .*%; second: .*%"))).to_be_visible()
    page.get_by_role("button", name="second").click()
    expect(page.locator("main")).to_contain_text("Expected: once a year")


def test_by_the_keyboard_alone(opened: Open) -> None:
    page = opened("#/documents")
    page.get_by_role("link", name="Ask", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("How many days of paid holiday do full-time employees get?")
    page.keyboard.press("Enter")
    chip = page.locator(".cited .chip").first
    expect(chip).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if chip.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#viewer .title")).to_be_focused()
    expect(page.locator("#viewer mark.answer")).to_have_text("30 days of paid holiday a year")
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def test_on_a_phone_the_document_is_a_sheet_with_a_way_back(opened: Open) -> None:
    page = opened(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    ask(page, DESCALED).locator(".cited .chip").tap()
    expect(page.locator(".over.quote")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Close the document").tap()
    expect(page.locator(".short")).to_be_visible()
    assert page.evaluate("document.querySelector('main').scrollWidth") == 390


def test_in_the_dark_it_is_dark_and_words_stand_out(opened: Open) -> None:
    page = opened(color_scheme="dark")
    turn = ask(page, DESCALED)
    for place in (turn.locator(".short"), turn.locator(".cited .place"), turn.locator("mark")):
        assert contrast(place) >= 4.5
    assert brightness(page.locator("main")) < 0.1


def test_a_key_is_asked_for_where_there_are_keys(opened: Open, kept: Path) -> None:
    """Last, since from now on the server wants keys."""
    state = SqliteState(kept, gate.SCHEMA)
    key = Keys(state).create("anna", roles=("ask",))
    state.close()
    page = opened(allowed="401")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("rag_none")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no key of this server")
    page.keyboard.type(key)
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("anna")
    expect(page.get_by_role("link", name="Evaluation")).to_have_count(0)
    ask(page, DESCALED)
    assert "rag_" not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your key")).to_be_focused()
