"""Links to the home page and the logo that carries one."""

from __future__ import annotations

import re

from domainscout.extract.base import ReadPage
from domainscout.markup import Image, Link, Place
from domainscout.memory import remembered

_HOME_PATHS = frozenset(
    [
        "/",
        "/index.html",
        "/index.htm",
        "/index.php",
        "/index.asp",
        "/home",
        "/home.html",
        "/default.aspx",
        "/en",
        "/en/",
        "/de/",
    ]
)


_HOME_ENDS = frozenset([*(path.strip("/") for path in _HOME_PATHS), ".", ".."])


def leads_home(link: Link | None, read: ReadPage) -> bool:
    """Whether a link leads to the home page of the page's host."""
    return link is not None and _may_be_home(link.href) and link.url is not None and _is_home(link.url, read)


@remembered(maxsize=1024)
def _may_be_home(href: str) -> bool:
    """Whether a link ends like one to a home page; cheap, asked before it is made absolute."""
    path = href.partition("#")[0].rstrip("/")
    return path.rpartition("/")[2].lower() in _HOME_ENDS or ("//" in path and path.count("/") == 2)


def is_logo(image: Image, read: ReadPage) -> bool:
    """Whether an image looks like the site's logo: it says so, or it is the header's link to the home page."""
    if image.line >= 40 and image.place not in (Place.HEADER, Place.NAV):
        return False
    for words in (image.alt, image.attribute("src"), image.attribute("class"), image.attribute("id")):
        lowered = words.lower()
        if "logo" in lowered or "brand" in lowered:
            return image.place in (Place.HEADER, Place.NAV) or image.line < 15
    return image.line < 40 and leads_home(image.around, read)


def _is_home(url: str, read: ReadPage) -> bool:
    """Whether an address is the home page of the page's host."""
    return _bare(url) in _homes(read.url)


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").lower()


@remembered(maxsize=64)
def _homes(url: str) -> frozenset[str]:
    host = re.split(r"[/?#]", _bare(url), maxsplit=1)[0]
    return frozenset(host + path for path in ("", *_HOME_PATHS))
