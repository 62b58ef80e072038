"""Which nodes a visitor never sees. Owns the signs of hiding; the walk asks node by node.

Hidden are: the `hidden` attribute, aria-hidden, inline styles that take a node out of sight (display, visibility, zero
size, off-screen, clipped, transparent, letters in the colour of their ground), and rules of `<style>` blocks that do so
for good. Menus, tabs and accordions start hidden by a class and are shown later: a class or id therefore hides only
where no other rule and no script of the page mentions it. Rules of outside style sheets are not loaded and hide
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from domainscout.memory import remembered

MAX_REMEMBERED = 50_000
"""Characters of a style sheet that is remembered."""
MAX_RULES = 60
"""Hiding rules of one page that are looked at."""

_HIDING = re.compile(
    r":(?:(?<=display:)none|(?<=visibility:)(?:hidden|collapse)"
    r"|(?<=font-size:)0(?:px|em|rem|pt|%)?(?:[;!]|$)"
    r"|(?:(?<=left:)|(?<=top:)|(?<=right:)|(?<=bottom:)|(?<=text-indent:))-\d{3}"
    r"|(?<=clip:)rect\((?:0|1px,?1px,?1px)|(?<=clip-path:)inset\((?:50|100)%"
    r"|(?:(?<=width:)(?<![-\w]width:)|(?<=height:)(?<![-\w]height:))0(?:px|em|rem|%)?(?:[;!]|$))"
    r"|\((?:(?<=translate\()|(?<=translate[xy]\())-\d{4,}px"
)
"""For styles in lower case without blanks."""
_SAME_COLOUR = re.compile(
    r"(?<![-\w])color\s*:\s*([#\w]+)\s*;(?:.*;)?\s*background(?:-color)?\s*:\s*\1\s*(?:;|!|$)"
    r"|(?<![-\w])background(?:-color)?\s*:\s*([#\w]+)\s*;(?:.*;)?\s*color\s*:\s*\2\s*(?:;|!|$)",
    re.I,
)
"""Letters in the colour of what they stand on."""
_FAR_LEFT = re.compile(r"(?:left|top|right|bottom):-\d{3}(?:\.\d+)?(?:px)?(?:[;!]|$)")
"""For styles in lower case without blanks."""
_TRANSPARENT = re.compile(r"opacity\s*:\s*0?\.?0+\s*(?:;|!|$)", re.I)
_ANIMATED = re.compile(r"transform|transition|animation|will-change|filter", re.I)
_ANIMATION_CLASS = re.compile(r"anim|reveal|fade|wow|aos|scroll|slide|appear|in-?view|motion", re.I)
_SIGNS = (
    "none",
    "hidden",
    "collapse",
    "size:0",
    "size: 0",
    "-9",
    "rect(",
    "inset(",
    "opacity:0",
    "opacity: 0",
    "width:0",
    "height:0",
    "width: 0",
    "height: 0",
)
_SIGNS_OF_NAMES = (".", "#")
_WORD = re.compile(r"[\w-]")
_BRACES = re.compile(r"[{}]")
_NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")


@remembered(maxsize=4096)
def hides(style: str) -> bool:
    """Whether a style attribute takes its node out of sight."""
    compact = "".join(style.lower().split())
    if _HIDING.search(compact):
        return not _FAR_LEFT.search(compact) or bool(_HIDING.search(_FAR_LEFT.sub(";", compact)))
    colours = compact.count("color:") + compact.count("background:")
    return colours > 1 and "background" in style and bool(_SAME_COLOUR.search(style))


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether the attributes of a node take it out of sight."""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    style = attributes.get("style")
    if not style:
        return False
    return hides(style) or (bool(_TRANSPARENT.search(style)) and not _is_animated(style, attributes))


def _is_animated(style: str, attributes: dict[str, str | None]) -> bool:
    """Transparent at first, shown by a script when scrolled to: that is content."""
    if _ANIMATED.search(style) or "data-w-id" in attributes or "data-aos" in attributes:
        return True
    return bool(_ANIMATION_CLASS.search(attributes.get("class") or ""))


def hidden_by_rules(tree: LexborHTMLParser, html: str) -> set[int]:
    """`mem_id` of the nodes that the page's own `<style>` blocks hide for good."""
    if "<style" not in html and "<STYLE" not in html:
        return set()
    css = "\n".join(node.text() for node in tree.css("style"))
    if not any(sign in css for sign in _SIGNS):
        return set()
    found: set[int] = set()
    scripts: str | None = None
    for selector, name in _lasting(css) if len(css) <= MAX_REMEMBERED else _lasting_anew(css):
        if scripts is None:
            scripts = "\n".join(node.text() for node in tree.css("script:not([src])"))
        if name in scripts:
            continue
        try:
            found.update(node.mem_id for node in tree.css(selector))
        except (SelectolaxError, ValueError):
            continue
    return found


@remembered(maxsize=64)
def _lasting(css: str) -> tuple[tuple[str, str], ...]:
    """The same, once for all pages of a site."""
    return _lasting_anew(css)


def _lasting_anew(css: str) -> tuple[tuple[str, str], ...]:
    """Selectors that a style sheet hides and never speaks of again, with the last class or id of each."""
    named = ((selector, _NAME.findall(selector)) for selector in _hiding_selectors(css))
    return tuple((selector, names[-1]) for selector, names in named if names and _mentions(css, names[-1]) <= 1)


def _mentions(css: str, name: str) -> int:
    """How often a class or id of that name stands in a style sheet."""
    count = 0
    at = css.find(name)
    while at >= 0:
        end = at + len(name)
        count += css[at - 1 : at] in _SIGNS_OF_NAMES and not _WORD.match(css, end)
        at = css.find(name, end)
    return count


def _hiding_selectors(css: str) -> Iterator[str]:
    """Selectors without pseudo-classes whose rule stands outside @media and the like, and hides."""
    css = _top_level(css)
    seen: set[int] = set()
    for sign in _SIGNS:
        at = css.find(sign)
        while at >= 0 and len(seen) < MAX_RULES:
            start = css.rfind("{", 0, at)
            end = css.find("}", at)
            end = end if end >= 0 else len(css)
            if start not in seen and start > css.rfind("}", 0, at):
                seen.add(start)
                body = css[start + 1 : end]
                if hides(body) or (_TRANSPARENT.search(body) and not _ANIMATED.search(body)):
                    yield from _selectors(css, start)
            at = css.find(sign, end)


def _selectors(css: str, start: int) -> Iterator[str]:
    before = max(css.rfind("}", 0, start), css.rfind(";", 0, start), css.rfind("/", 0, start)) + 1
    for selector in css[before:start].split(","):
        selector = selector.strip()
        if selector and len(selector) < 120 and not set(selector) & set(":@{"):
            yield selector


def _top_level(css: str) -> str:
    """The rules that always hold: @media, @supports, @keyframes and other blocks taken out."""
    parts: list[str] = []
    done = 0
    at = css.find("@")
    while at >= 0:
        opening = css.find("{", at)
        ending = css.find(";", at)
        if opening < 0:
            break
        if 0 <= ending < opening:  # @import, @charset
            at = css.find("@", ending)
            continue
        depth, here = 1, opening + 1
        for brace in _BRACES.finditer(css, here):
            depth += 1 if brace[0] == "{" else -1
            here = brace.end()
            if not depth:
                break
        parts.append(css[done:at])
        done = here
        at = css.find("@", here)
    parts.append(css[done:])
    return "".join(parts)
