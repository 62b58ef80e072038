"""The company's logo: structured data first, then header images, og:image, icons.

Owns the order of trust. Takes the address as the page writes it, made absolute; never loads the image.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domainscout.extract._home_links import leads_home
from domainscout.extract._organisations import organisations
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Image, Place
from domainscout.records import Field, Finding

_LOGO = re.compile(r"logo(?!ut|n|s\b|-?(?:wall|strip|grid|list|carousel))|brand(?!s)|marca(?<!\wmarca)\b|wordmark")
"""For texts in lower case."""
_NOT_OWN = re.compile(
    r"facebook|twitter|linkedin|instagram|youtube|whatsapp|google|trustpilot|visa|mastercard|paypal|amex|partner|"
    r"client|sponsor|member|"
    r"accredit|certif|award|badge|association|supplier|manufacturer|payment|powered|flag|avatar|sprite|icon[-_]|"
    r"arrow|close|search|cart|wordpress|award",
    re.I,
)
_RASTER = re.compile(r"\.(?:png|jpe?g|svg|gif|webp|avif|ico)(?:[?#]|$)|/image|wixstatic|data:", re.I)

EARLY_LINES = 12
"""Lines of text above an image that is among the first things of a page."""

_Shown = tuple[str, Place, bool, str | None]
"""An image as a page shows it: its tag, its place, whether it comes early, where it leads. Headers and footers show the
same on every page of a site, and it is judged once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    url: str
    quote: str
    page: str
    method: str
    weight: float


def read(reading: Reading) -> list[Finding]:
    """The best logo, at most one."""
    found: dict[str, list[_Picture]] = defaultdict(list)
    weights: dict[_Shown, float] = {}
    for read_page in reading.pages:
        for picture in _pictures(read_page, weights):
            found[picture.url].append(picture)
    if not found:
        return []
    pages = len(reading.pages)

    def worth(group: list[_Picture]) -> float:
        seen = len({picture.page for picture in group})
        agreement = 0.2 * (len({picture.method for picture in group}) > 1)
        return max(picture.weight for picture in group) + 0.15 * seen / pages + agreement

    best = max(found.values(), key=worth)
    top = max(best, key=lambda picture: picture.weight)
    value = worth(best)
    if value < 0.4:
        return []
    return [
        finding(
            Field.LOGO_URL,
            top.url,
            url=top.page,
            quote=top.quote,
            method=top.method,
            confidence=round(min(0.97, value), 3),
        )
    ]


def _pictures(read_page: ReadPage, weights: dict[_Shown, float]) -> Iterator[_Picture]:
    """Everything on a page that may be the logo.

    Args:
        weights: those of the images on the pages before; what is new is put in.
    """
    yield from _structured(read_page)
    for image in read_page.document.images[:80]:
        early = image.place in (Place.HEADER, Place.NAV) or image.line < EARLY_LINES
        shown = (image.tag, image.place, early, image.link)
        weight = weights.get(shown)
        if weight is None:
            weight = weights[shown] = _weight(image, read_page, early=early)
        source = image.attribute("src") or image.attribute("data-src") if weight > 0 else ""
        if source and image.url:
            yield _Picture(url=image.url, quote=source, page=read_page.url, method="rules:logo", weight=weight)
    for key in ("og:logo", "logo"):
        if (value := read_page.document.meta.get(key)) and (url := read_page.document.resolve(value)):
            yield _Picture(url=url, quote=value, page=read_page.url, method="meta", weight=0.75)
    value = read_page.document.meta.get("og:image", "")
    if value and (url := read_page.document.resolve(value)):
        named = _says_logo(_file_of(value))
        yield _Picture(url=url, quote=value, page=read_page.url, method="meta", weight=0.45 if named else 0.1)


def _structured(read_page: ReadPage) -> Iterator[_Picture]:
    for item in organisations(read_page):
        for key, weight in (("logo", 0.7), ("image", 0.12)):
            address = _address(item.get(key))
            if address and (url := read_page.document.resolve(address)):
                bonus = 0.25 if key == "image" and _says_logo(_file_of(address)) else 0.0
                yield _Picture(url=url, quote=address, page=read_page.url, method="jsonld", weight=weight + bonus)


def _address(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value if isinstance(value, str) and value else None


def _weight(image: Image, read_page: ReadPage, *, early: bool) -> float:
    home = leads_home(image.around, read_page)
    name = _file_of(image.source)
    own = f"{name} {image.attribute('class')} {image.attribute('id')} {image.alt}".lower()
    if not (home or early or "logo" in own):
        return 0.0
    if not home and image.link and image.link.split("/", 3)[2:3] != read_page.url.split("/", 3)[2:3]:
        return 0.0
    says = _says_logo(own) or _says_logo(_around(image).lower())
    weight = _worth(name, image.place, says=says, home=home, early=early)
    return 0.0 if weight and not (home and says) and _NOT_OWN.search(own) else weight


def _worth(name: str, place: Place, *, says: bool, home: bool, early: bool) -> float:
    if says and (home or early):
        return 0.62 + 0.12 * home + 0.12 * early
    if home and early:
        return 0.6
    if says:
        return 0.45 if place is Place.FOOTER else 0.3 + 0.1 * name.startswith("logo.")
    return 0.0


def _file_of(address: str) -> str:
    """The last part of an address, in lower case."""
    return address[address.rfind("/") + 1 :].lower()


def _says_logo(lowered: str) -> bool:
    return _LOGO.search(lowered) is not None


def _around(image: Image) -> str:
    parts = []
    node = image.node.parent
    for _ in range(2):
        if node is None:
            break
        attributes = node.attributes
        parts.append(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
        node = node.parent
    return " ".join(parts)


EXTRACTOR = Extractor(name="logo", fields=frozenset({Field.LOGO_URL}), cost=0.1, read=read)
