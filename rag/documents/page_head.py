"""What the head of a web page says of it."""

from __future__ import annotations

from lxml import etree

from rag.documents.text import one_line


def metadata(root: etree._Element) -> dict[str, str]:
    """title, author, date and address, as the page's head gives them."""
    found: dict[str, str] = {"title": one_line(root.findtext(".//title") or "")}
    dates: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        content = meta.get("content") or ""
        if name in ("author", "article:author", "dc.creator"):
            found.setdefault("author", content)
        elif name in (
            "date",
            "article:published_time",
            "dc.date",
            "last-modified",
            "datepublished",
        ):
            dates.setdefault("published", content)
        elif name in ("article:modified_time", "datemodified", "dcterms.modified"):
            dates.setdefault("modified", content)
        elif name in ("description", "keywords"):
            found.setdefault(name, content)
    for time in root.iter("time"):
        if time.get("datetime") and (time.get("pubdate") is not None or time.get("itemprop")):
            dates.setdefault("published", time.get("datetime") or "")
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            found.setdefault("url", link.get("href") or "")
    if date := dates.get("published") or dates.get("modified"):
        found["date"] = date
    return found
