"""What stands on the buttons of a page: some of it is content."""

from __future__ import annotations

from lxml import etree

from rag.documents.html_parts import HEADINGS, local
from rag.documents.text import one_line

WORDS_OF_CONTENT = 3  # words from which on the text of a button is content


def opens(button: etree._Element) -> bool:
    """Whether a button is the head of a panel or of a tab: it stands where that does."""
    if button.get("aria-expanded") is not None or button.get("aria-controls") is not None:
        return True
    below = button.getnext()
    if below is not None and (
        below.get("hidden") is not None
        or "display:none" in (below.get("style") or "").replace(" ", "").lower()
    ):
        return True
    return button.get("role") == "tab" or any(
        local(one) in HEADINGS or local(one) in ("dt", "summary") for one in button.iterancestors()
    )


def is_content(button: etree._Element) -> bool:
    """Whether a button says something, and does not only do something."""
    return opens(button) or len(on_button(button).split()) >= WORDS_OF_CONTENT


def on_button(button: etree._Element) -> str:
    """The text of a button, else what its picture is called."""
    text = one_line("".join(button.itertext())) or button.get("value")
    return text or button.get("aria-label") or button.get("title") or ""
