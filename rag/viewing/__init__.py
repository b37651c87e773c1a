"""A quote on the page where it stands: pages as pictures, with rectangles around the words of a span; or nothing, and
why: to mark the wrong words is worse than to mark none."""

from rag.viewing.pictures import page_picture
from rag.viewing.views import REDACTED, PageView, has_pictures, page_view
from rag.viewing.windows import TextWindow, text_window

__all__ = [
    "REDACTED",
    "PageView",
    "TextWindow",
    "has_pictures",
    "page_picture",
    "page_view",
    "text_window",
]
