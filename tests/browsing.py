"""For tests of the page: documents to ask, what a person does, what a person sees."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT, LEFT, SIZE = 400, 500, 50, 11
QUOTE = "It is descaled every four weeks with citric acid."
LINES = {1: (440, "The kettle is made of steel and weighs little."), 2: (410, QUOTE)}
PATIENCE_MS = 60_000  # that what is expected has to come about, on a machine that has more to do
HOSTILE = "<img src=x onerror=alert(1)>.txt"

expect.set_options(timeout=PATIENCE_MS)


def write_documents(folder: Path) -> Path:
    """A PDF of two pages, over whose break a sentence runs; text, a table, and a file that would be markup."""
    canvas = Canvas(str(folder / "kettle.pdf"), pagesize=(WIDTH, HEIGHT))
    canvas.setFont("Helvetica", SIZE)
    for y, line in LINES.values():
        canvas.drawString(LEFT, y, line)
    canvas.drawString(
        LEFT, 60, "The guarantee of the kettle lasts for three years and it covers the"
    )
    canvas.showPage()
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(LEFT, 440, "heating element and the lid.")
    canvas.drawString(LEFT, 410, "Spare parts are ordered from the workshop in Brno.")
    canvas.showPage()
    canvas.save()
    (folder / "rules").mkdir()
    for name, text in {
        "rules/leave.md": "# Leave\n\nFull-time employees get 30 days of paid holiday a year. "
        "Trainees get 25 days of paid holiday a year.\n\n## Requests\n\nThey go to your manager.\n",
        "prices.csv": "Article,Price EUR\nKettle lid,4.50\nFilter,7.90\n",
        "broken.pdf": "%PDF-1.4 and nothing else",
        HOSTILE: "\U0001f375\U0001f9c1 Tea and cake. The canteen opens at 11:30.\n\n<script>alert(2)</script> <b onclick=alert(3)>Soup</b> is served.\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def ask(page: Page, question: str) -> Locator:
    """Types a question, presses Enter; what is shown for it when the answer is there."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn.get_by_role("heading", name=question)).to_be_visible()
    expect(turn.locator(".foot")).to_be_visible()
    return turn


def share_of_paper(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of elements, as shares of the paper that they lie on."""
    script = """all => all.map(one => {
        const paper = one.closest(".paper").getBoundingClientRect(), box = one.getBoundingClientRect();
        return [(box.left - paper.left) / paper.width, (box.top - paper.top) / paper.height,
                (box.right - paper.left) / paper.width, (box.bottom - paper.top) / paper.height];
    })"""
    found: list[tuple[float, float, float, float]] = page.locator(selector).evaluate_all(script)
    return found


def contrast(place: Locator) -> float:
    """Of an element's words on what is behind them, as WCAG 2.1 defines it."""
    colours = place.evaluate(
        """one => {
            let behind = one;
            while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
            return [getComputedStyle(one).color, getComputedStyle(behind).backgroundColor];
        }"""
    )
    low, high = sorted(map(luminance, colours))
    return (high + 0.05) / (low + 0.05)


def brightness(place: Locator) -> float:
    """The luminance of an element's background."""
    return luminance(place.evaluate("one => getComputedStyle(one).backgroundColor"))


def luminance(colour: str) -> float:
    """Relative luminance of "rgb(r, g, b)", as WCAG 2.1 defines it."""
    parts = [int(found) / 255 for found in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
