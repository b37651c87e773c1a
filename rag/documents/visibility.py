"""What of a web page a person can see, or bring to sight: panels, tabs and accordions that are closed
belong to the page, what nothing opens does not; banners, menus and bars of links are no content."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree

_STYLE_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[a-z]*([.#])([\w-]+)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0+)?(?:;|$)|text-indent:-\d{4,}"
)
# Closes the space between columns as often as it hides: what sets a size of its own inside is seen.
_NO_SIZE = re.compile(r"font-size:0(?:px|em|pt|%)?(?:;|$|!)")
_SIZE = re.compile(r"(?:^|;)font(?:-size)?:(?!0(?:px|em|pt|%)?(?:;|$|!))")
_SHOWN_STYLE = re.compile(
    r"(?:^|;|\{)(?:display:(?!none)|visibility:visible|opacity:1|opacity:0?\.[1-9])"
)
_STATE = re.compile(r":(?:checked|target|hover|focus|active)|\[[\w-]+|[.#][\w-]+[^,]*[.#\s>+~]")
_NAMED = re.compile(r"[.#][\w-]+")
_PANEL = re.compile(
    r"panel|accordion|collaps|tab-?(?:pane|content|panel)|answer|faq|toggle|expand|details|drawer|"
    r"dropdown-content|tooltip|popover|reveal|spoiler|read-?more|slide",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"cookie|consent|gdpr|onetrust|cc-window|cmp-", re.IGNORECASE)
_ACCEPT = re.compile(
    r"cookie|consent|accept|agree|einwillig|zustimm|akzept|accepter|aceptar|accetta", re.IGNORECASE
)
_BARS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|share|sharing|social|pagination|pager|"
    r"skip-?link|skip-?nav|toolbar|topbar|sidebar|toc-?nav|site-?links|footer-?links|"
    r"print-?footer|cat-?links)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WHITE = re.compile(r"(?:^|;)color:(?:white|#fff(?:fff)?|rgb\(255,255,255\))(?:;|$)")
_SAME = re.compile(r"(?:^|;)color:([^;]+)(?:;|$)")
_GROUND = re.compile(r"background(?:-color)?:([^;]+)")
_STRUCTURE = frozenset(("html", "body", "main", "article"))
LONGEST_BANNER = 3_000  # characters of a banner about cookies
_OPENERS: Any = etree.XPath(
    "//@aria-controls | //@data-target | //@data-bs-target | //@for[starts-with(., '#')] | "
    "//@href[starts-with(., '#')]",
    smart_strings=False,
)
"""What controls name that they open."""

_TEXT = etree.XPath("string()")  # all text in an element, gathered by libxml2
MOST_LOOKED_AT = 5_000_000  # characters that are looked at for bars and banners in one page
MOST_BESIDE = 20  # siblings that are looked at
LINKS = 0.5  # share of a bar's text that is links


class Visibility:
    """What is hidden in one page, by its own styles and by what opens what."""

    def __init__(self, root: etree._Element) -> None:
        """Look through the page's styles, and the controls that name what they open."""
        self._classes: set[str] = set()
        self._ids: set[str] = set()
        self._root = root
        self._without_size: set[str] = set()  # classes, as those with one
        self._with_size: set[str] = set()
        self._stated: set[str] = set()  # what a rule shows in some state: checked, open, aimed at
        self._styled = False
        self.left_out = 0
        self._room = MOST_LOOKED_AT
        for one in root.iter("style", "link"):
            self._styled = self._styled or one.tag == "style" or "style" in (one.get("rel") or "")
            if one.tag == "style" and one.text:
                self._read(one.text)

    @cached_property
    def _opened(self) -> set[str]:
        """What controls name that they open."""
        return {part.lstrip("#") for value in _OPENERS(self._root) for part in value.split()}

    def _read(self, style: str) -> None:
        """Take the simple rules (a class, an identifier) that hide; not those of media queries."""
        style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
        style = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style)
        for selectors, body in _STYLE_RULE.findall(style):
            bare = re.sub(r"\s", "", body.lower())
            if _SHOWN_STYLE.search(bare) and not _HIDDEN_STYLE.search(bare):
                for selector in selectors.split(","):
                    if _STATE.search(selector):
                        last = re.split(r"[\s>+~]+", selector.strip())[-1]
                        self._stated.update(_NAMED.findall(last))
            simple = [m for s in selectors.split(",") if (m := _SIMPLE.fullmatch(s.strip()))]
            if _HIDDEN_STYLE.search(bare):
                for found in simple:
                    (self._classes if found[1] == "." else self._ids).add(found[2])
            named = {found[2] for found in simple if found[1] == "."}
            if _NO_SIZE.search(bare):
                self._without_size |= named
            elif _SIZE.search(bare):
                self._with_size |= named

    def _is_shrunk(self, element: etree._Element, style: str) -> bool:
        """Whether its letters have no size, nor any in it a size of their own."""
        names = (element.get("class") or "").split()
        if not (_NO_SIZE.search(style) or not self._without_size.isdisjoint(names)):
            return False
        return not any(
            _SIZE.search(re.sub(r"\s", "", (one.get("style") or "").lower()))
            or not self._with_size.isdisjoint((one.get("class") or "").split())
            for one in element.iterdescendants(etree.Element)
        )

    def hidden(self, element: etree._Element) -> bool:
        """Whether nobody can bring an element to sight."""
        written = element.get("style")
        style = re.sub(r"\s", "", written.lower()) if written else ""
        closed = (
            element.get("hidden") not in (None, "until-found")
            or (style and _HIDDEN_STYLE.search(style) is not None)
            or (
                self._classes and not self._classes.isdisjoint((element.get("class") or "").split())
            )
            or (element.get("id") or "") in self._ids
            or self._is_shrunk(element, style)
        )
        if element.get("aria-hidden") == "true" and (_tiny(element) or _said_again(element)):
            return True
        if not closed:
            return bool(style) and self._painted_over(element, style)
        if self._can_be_opened(element):
            return False
        if "".join(element.itertext()).strip():
            self.left_out += 1
        return True

    def _painted_over(self, element: etree._Element, style: str) -> bool:
        """Text in the colour of its ground."""
        colour, ground = _SAME.search(style), _GROUND.search(style)
        if colour and ground:
            over = colour[1].strip() == ground[1].strip()
        else:
            over = bool(_WHITE.search(style)) and not self._styled and not self._on_ground(element)
        self.left_out += over
        return over

    def _on_ground(self, element: etree._Element) -> bool:
        return any(
            one.get("bgcolor") or one.get("background") or "background" in (one.get("style") or "")
            for one in (element, *element.iterancestors())
        )

    def _can_be_opened(self, element: etree._Element) -> bool:
        """Whether something on the page opens it: it is named by a control, stands below one, or is a
        panel by its role or its name."""
        if element.get("role") in ("tabpanel", "region", "dialog", "tooltip"):
            return True
        if (element.get("id") or "-") in self._opened:
            return True
        names = {f".{name}" for name in (element.get("class") or "").split()}
        if not self._stated.isdisjoint(names | {f"#{element.get('id') or ''}"}):
            return True
        if _PANEL.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        above = element.getprevious()
        while above is not None and not isinstance(above.tag, str):
            above = above.getprevious()
        return above is not None and above.tag != "details" and _is_control(above)

    def boilerplate(self, element: etree._Element) -> bool:
        """Whether an element is a banner about cookies, or a bar of links."""
        if element.tag in _STRUCTURE:
            return False
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if element.tag == "nav" or element.get("role") in ("navigation", "search", "menubar"):
            return True
        if not names.strip() or self._room <= 0:
            return False
        about_cookies, is_bar = _kind_of(names)
        if about_cookies:
            text = " ".join("".join(element.itertext()).split())
            self._room -= len(text)
            return len(text) <= LONGEST_BANNER and _ACCEPT.search(text) is not None
        if not is_bar:
            return False
        share, length = _links(element)
        self._room -= length + 100
        return share >= LINKS


@lru_cache(maxsize=2000)
def _kind_of(names: str) -> tuple[bool, bool]:
    """Whether an element of these names may be about cookies, or a bar."""
    return _COOKIES.search(names) is not None, _BARS.search(names) is not None


def _is_control(element: etree._Element) -> bool:
    """Whether an element is, or is little more than, something to press."""
    whole = len("".join(element.itertext()).strip())
    for one in element.iter():
        if isinstance(one.tag, str) and (
            one.tag in ("button", "summary")
            or one.get("aria-expanded") is not None
            or one.get("data-toggle") is not None
            or one.get("onclick") is not None
            or one.get("role") in ("button", "tab")
        ):
            return len("".join(one.itertext()).strip()) * 2 >= whole
    return False


def _tiny(element: etree._Element) -> bool:
    """An icon or a sign that readers of the screen are to pass over."""
    return len("".join(element.itertext()).strip()) < 3


def _said_again(element: etree._Element) -> bool:
    """Whether what readers of the screen are to pass over stands beside in another form: a formula as
    it is painted, a slide for going round."""
    above = element.getparent()
    if above is None:
        return False
    text = "".join(element.itertext()).split()
    others = [one for one in above[:MOST_BESIDE] if one is not element and isinstance(one.tag, str)]
    return any(
        next(one.iter("math", "{*}math"), None) is not None
        or "".join(one.itertext()).split() == text
        for one in others
    )


def _links(element: etree._Element) -> tuple[float, int]:
    """The share of an element's text that is links and buttons, and the length of the text."""
    text = len(" ".join(str(_TEXT(element)).split()))
    linked = sum(len(" ".join(str(_TEXT(one)).split())) for one in element.iter("a", "button"))
    return (linked / text if text else 1.0), text
