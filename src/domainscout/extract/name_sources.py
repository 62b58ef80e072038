"""Where a page may name its company: structured data, site name, title, copyright line, logo, legal sentences.

Owns the collecting and cleaning of candidates with their quotes. Which of them wins is decided in `names`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from domainscout.extract._lines import words_of_site
from domainscout.extract._literals import word_starting
from domainscout.extract.base import Reading, ReadPage
from domainscout.extract.legal_forms import LEGAL_FORM
from domainscout.markup import Image, Line, Place, fold
from domainscout.records import PageKind

MAX_LENGTH = 80
MAX_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text that may be the company's name. `source` is a key of `names.WEIGHTS`."""

    text: str
    source: str
    url: str
    quote: str


SEPARATOR = re.compile(r"\s+[|–—‒\-·•»«>›:~/⋅*+]+\s+|\s*[|│｜•»›→]\s*|:\s+|\s+-|-\s+|\s*[–—]\s*|\s*::\s*")
_WELCOME = re.compile(
    r"^(?:welcome\s+(?:to|at)|home\s+(?:of|page\s+of)|homepage\s+of|the\s+(?:official\s+)?(?:home|site|"
    r"website)\s+of|about|contact(?:ing)?|contact\s+us\s+at|"
    r"willkommen\s+(?:bei|im|in\s+der)|herzlich\s+willkommen\s+bei|über|bienvenue\s+(?:chez|sur|à|au)|"
    r"bienvenidos?\s+a|benvenuti\s+(?:a|da|in)|"
    r"bem[- ]vindos?\s+[aà]o?|welkom\s+bij|vítejte\s+(?:v|u|na)|witamy\s+w|velkommen\s+til|välkommen\s+till|why|meet|"
    r"copyright|©)\s+",
    re.I,
)
_TRAILING = re.compile(
    r"\s*(?:[-–|]\s*)?\b(?:logotype|logo(?:\s+\w{1,5})?|homepage|home\s+page|(?:official\s+)?(?:web)?site|official|"
    r"icon|startseite|accueil|inicio)\s*$",
    re.I,
)
_TRAILING_WORDS = ("logo", "page", "site", "official", "icon", "startseite", "accueil", "inicio")
_LEADING_YEARS = re.compile(r"^(?:(?:19|20)\d\d[\s,–-]+)+(?=\D)")
_SENTENCE_DOT = re.compile(r"(\b(?:Ltd|Limited|LLC|LLP|PLC|GmbH|CIC|AG|KG|SAS|SARL|Lda|Ltda))\.$", re.I)
_EDGE = " \t\"'“”„«»‹›|–—-·•:,;*!~_/\\<>()[]"
_MARKS = re.compile(r"[®™℠©]|\((?:r|tm|c)\)", re.I)
_NEVER = re.compile(
    r"[@{}<>=]|https?:|www\.|\$\(|\b(?:cookies?\b|all rights\b|privacy\b|policy\b|design(?:ed)? (?:&|and|by)\b|"
    r"powered by\b|website by\b|hosted by\b|templates?\b|wordpress\b|click\b|skip to\b|javascript\b|placeholder\b|"
    r"image\b|untitled\b|lorem\b|new document\b|read more\b|your (?:company|business|name)\b|index\b$)"
)
"""What no name holds, for texts in lower case."""


@cache
def _generic() -> frozenset[str]:
    lines = files("domainscout.extract").joinpath("data/generic_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_YEARS = r"(?:\s*(?:19|20)\d\d\s*(?:[-–—/,&+]|to|bis)?\s*(?:present|heute|now|(?:19|20)?\d\d)?[\s,.|:-]*)"
_COPYRIGHT_MARK = re.compile(r"©|\(c\)|copyright", re.I)
_COPYRIGHT_WORDS = re.compile("©|copyright|\nc(?=\n)")
"""What stands in some word of a line with the mark."""
_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|\bcopyright\b|℗)(?:\s|©|\(c\)|copyright|by|notice|:|,|-|&copy;)*{_YEARS}*(?:by\s+)?(?P<name>[^|"
    rf"•·\n]{{2,110}})",
    re.I,
)
_COPYRIGHT_AFTER = re.compile(
    rf"(?:^|[.|•·]\s*)(?P<name>[^|•·©.]{{2,60}}?(?:\b(?:Inc|Ltd|Co|Corp)\.)?)[\s,|-]*(?:©|\(c\)|"
    rf"\bcopyright\b)\s*{_YEARS}(?=$|[.|•·,]|\s+all\b)",
    re.I,
)
_COPYRIGHT_END = re.compile(
    r"(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\b[A-Z])(?<!\b[A-Z]\.[A-Z])(?<!\bDr)(?<!\bSt)(?<!\bM)(?<!\bMr)\.(?:\s|$)|"
    r",?\s*(?:[-–|]\s*)?(?:\ball rights|\btous droits|\btodos (?:los|os) d|\balle rechte|\btutti i diritti|"
    r"\bvšechna práva|\bwszelkie prawa|\balle rettigheder|\bprávo|\breserved|\bdesigned|\bwebsite|\bweb design|"
    r"\bsite by|\bdesign by|\bbuilt (?:by|with)|\bmade (?:by|with|in)|"
    r"\bregistered|\bcompany (?:no|reg|number)|\bprivacy|\bterms|\bimpressum|\bdatenschutz|\bis a (?:trading|"
    r"registered|division|subsidiary|trademark)|\bp\.?\s?iva\b|\bsiret\b|"
    r"\btel\b|\bphone|\bserving\b|\bsite ?map|\bpowered|\bare (?:registered )?trademarks|\band (?:its|or its)\b|"
    r"\bcontact\b|\bunless\b|\bno part\b|\bmentions\b|\bcookie)|\s[-–—|]\s|(?:19|20)\d\d|[!?;]",
    re.I,
)
_ORGANISATION = re.compile(
    r"organi[sz]ation|business|corporation|store|shop|restaurant|hotel|service|clinic|dentist|physician|attorney|"
    r"school|agency|contractor|plumber|"
    r"electrician|bakery|salon|spa|repair|dealer|professional|hospital|pharmacy|library|museum|gym|club|church|"
    r"airline|ngo|cafe|bar|pub|place|"
    r"lodging|winery|brewery|market|center|office|company|moving|florist|veterinary|locksmith|roofing|painter|"
    r"company|project",
    re.I,
)
_NOT_ORGANISATION = re.compile(
    r"list|^service$|offer|product|breadcrumb|webpage|website|postal|review|question|contactpoint|geo|place$|program",
    re.I,
)


def candidates(reading: Reading) -> Iterator[Candidate]:
    """All candidates of a site, page by page."""
    marked = words_of_site(reading).like(_COPYRIGHT_WORDS)
    for read in reading.pages:
        yield from _structured(read)
        yield from _meta(read)
        yield from _title(read)
        yield from _logo(read)
        yield from _headings(read)
        yield from _copyright(read, marked)
        yield from _legal_sentences(read)


@lru_cache(maxsize=1024)
def clean(text: str) -> str | None:
    """The text without greetings, "logo" and edge punctuation; None where it cannot be a name."""
    text = fold(_MARKS.sub("", text))
    ends = any(word in text.lower() for word in _TRAILING_WORDS)
    for _ in range(2):
        text = _WELCOME.sub("", text)
        text = (_TRAILING.sub("", text) or text) if ends else text
        text = _strip_edges(text)
    text = _SENTENCE_DOT.sub(r"\1", text)
    if (
        not 2 <= len(text) <= MAX_LENGTH
        or len(text.split()) > MAX_WORDS
        or not re.search(r"[^\W\d_]{2}|\d[^\W\d]|[^\W\d]\d", text)
    ):
        return None
    lowered = text.lower()
    if _NEVER.search(lowered) or lowered in _generic() or re.sub(r"[\s&]+", "-", lowered) in _generic():
        return None
    return text


def _strip_edges(text: str) -> str:
    kept = text.strip(_EDGE + ".")
    if text.rstrip(_EDGE).endswith(f"{kept}.") and LEGAL_FORM.search(f"{kept}."[-8:]):
        kept += "."
    if kept.count("(") > kept.count(")"):
        kept += ")"
    if kept.count(")") > kept.count("("):
        kept = "(" + kept
    return kept


def segments(title: str) -> list[str]:
    """The parts of a page title."""
    return [part for part in (p.strip() for p in SEPARATOR.split(title)) if part]


_AT_EITHER_END = re.compile(
    r"^(?:contact(?:\s+us)?|about(?:\s+us)?|home|our services|services|kontakt|contatti|contacto)\s+(?=\S)"
    r"|\s+(?:contact(?:\s+us)?|about(?:\s+us)?|home|locations?|our team|customer (?:service|support)|kontakt|"
    r"impressum)$",
    re.I,
)
_TOWN = re.compile(r"^[\w .'-]{3,30},\s+(?:[A-Z]{2}|[A-Z]{2}\s+\d{5})$|^[A-Z]{2}\s+\d{5}(?:-\d{4})?$")


def _parts(part: str) -> Iterator[tuple[str, str]]:
    """A title part and the names it may hold: without "Contact us" around it, or before its first comma."""
    if _TOWN.match(part):
        return
    yield part, "title"
    if (shorter := _AT_EITHER_END.sub("", part)) != part:
        yield shorter, "title_piece"
    head, comma, rest = part.partition(",")
    if comma and not LEGAL_FORM.match(rest.strip()):
        yield head, "title_piece"


def named_like_domain(reading: Reading, label: str) -> Iterator[Candidate]:
    """Words of the text that spell the domain: "Acme Road Tiles" on acmeroadtiles.com."""
    if len(label) < 5:
        return
    begun = words_of_site(reading).spelling(label[:3])
    spelled: dict[str, list[str]] = {}
    for text in begun:
        lowered = text.lower()
        if len(lowered) < 1000 and label in _as_in_domain(lowered):
            spelled[text] = list(_spelled(text, label))
    for read in reading.pages[:3] if spelled else ():
        for line in read.document.lines:
            for name in spelled.get(line.text, ()):
                yield from _made(name, "spelled", read, name)


def _as_in_domain(lowered: str) -> str:
    joined = "".join(lowered.split()).replace("&", "and")
    for mark in ".,'’-–":
        joined = joined.replace(mark, "")
    return joined


_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|&")


_KIND = re.compile(
    r" (?:Centre|Center|Clinic|Practice|Services?|Studios?|Associates|Partners|Group|Company|Restaurant|Hotel|Inn|Shop|"
    r"Real Estate|Realty|Insurance|Roofing|Plumbing|Electric|Electrical|Construction|Landscaping|Motors|Garage|Dental|"
    r"Store|School|Academy|Institute|Foundation|Church)(?=$|[,.|:;!?]| [–—|(-])"
)
"""The word for the kind of house that a name ends in, which domains leave out."""


def _spelled(text: str, label: str) -> Iterator[str]:
    words = list(_WORD.finditer(text))
    opens = (label[0], "&") if label[0] == "a" else (label[0],)
    for first, opener in enumerate(words):
        if opener[0][0].lower() not in opens:
            continue
        joined = ""
        for word in words[first : first + 8]:
            joined += _as_in_domain(word[0].lower())
            if joined == label:
                end = word.end()
                if (more := _KIND.match(text, end)) and not opener[0].isupper():
                    end = more.end()
                name, after = text[opener.start() : end], text[end : end + 2].strip(" .")
                if name != name.lower() and after == after.strip("@"):
                    yield name
            if not label.startswith(joined):
                break


def _made(text: str, source: str, read: ReadPage, quote: str) -> Iterator[Candidate]:
    cleaned = clean(text)
    if cleaned:
        yield Candidate(text=cleaned, source=source, url=read.url, quote=quote)


def organisations(read: ReadPage) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD and microdata that describe an organisation."""
    for item in (*read.document.jsonld, *read.document.microdata):
        kinds = item.get("@type")
        names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        kinds_text = " ".join(str(k).rstrip("/").rsplit("/", 1)[-1] for k in names)
        if _is_organisation(kinds_text):
            yield item


@lru_cache(maxsize=256)
def _is_organisation(kinds: str) -> bool:
    return _ORGANISATION.search(kinds) is not None and not _NOT_ORGANISATION.search(kinds)


def _structured(read: ReadPage) -> Iterator[Candidate]:
    for number, item in enumerate(organisations(read)):
        own = any(item.get(key) for key in ("address", "telephone", "logo", "url", "sameAs", "openingHours"))
        for key, source in (
            ("name", "organisation" if own and number < 3 else "other_organisation"),
            ("alternateName", "alternate"),
            ("legalName", "legal"),
        ):
            value = item.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    yield from _made(one, source, read, one)
    for item in read.document.jsonld:
        if item.get("@type") == "WebSite" and isinstance(item.get("name"), str):
            yield from _made(item["name"], "site", read, item["name"])


def _meta(read: ReadPage) -> Iterator[Candidate]:
    for key in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        if value := read.document.meta.get(key):
            yield from _made(value, "site_name" if key == "og:site_name" else "app_name", read, value)
    for key in ("author", "copyright", "dc.publisher", "publisher"):
        if value := read.document.meta.get(key):
            yield from _made(value, "author", read, value)


def _title(read: ReadPage) -> Iterator[Candidate]:
    title = read.document.title
    parts = segments(title)
    for part in dict.fromkeys(parts):
        for text, source in _parts(part):
            whole = source == "title" and len(parts) == 1
            yield from _made(text, "whole_title" if whole else source, read, text)
    if len(parts) > 2:
        for left, right in itertools.pairwise(parts):
            start = title.find(left)
            joined = title[start : title.find(right, start + len(left)) + len(right)]
            yield from _made(joined, "joined_title", read, joined)


def _logo(read: ReadPage) -> Iterator[Candidate]:
    for image in read.document.images[:60]:
        if image.alt and is_logo(image, read):
            yield from _made(image.alt, "logo", read, image.alt)
    for link in read.document.links[:25]:
        if 0 < len(link.text) <= MAX_LENGTH and may_be_home(link.href) and link.url and is_home(link.url, read):
            yield from _made(link.text, "home_link", read, link.text)


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


def may_be_home(href: str) -> bool:
    """Whether a link ends like one to a home page; cheap, asked before it is made absolute."""
    path = href.partition("#")[0].rstrip("/")
    return path.rpartition("/")[2].lower() in _HOME_ENDS or ("//" in path and path.count("/") == 2)


def is_logo(image: Image, read: ReadPage) -> bool:
    """Whether an image looks like the site's logo: it says so, or it is the header's link to the home page."""
    if image.line >= 40 and image.place not in (Place.HEADER, Place.NAV):
        return False
    named = (image.attribute(key) for key in ("src", "class", "id"))
    words = f"{' '.join(named)} {image.alt}".lower()
    if "logo" in words or "brand" in words:
        return image.place in (Place.HEADER, Place.NAV) or image.line < 15
    return bool(image.link and is_home(image.link, read) and image.line < 40)


def is_home(url: str, read: ReadPage) -> bool:
    """Whether an address is the home page of the page's host."""
    return _bare(url) in _homes(read.url)


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").lower()


@lru_cache(maxsize=64)
def _homes(url: str) -> frozenset[str]:
    host = re.split(r"[/?#]", _bare(url), maxsplit=1)[0]
    return frozenset(host + path for path in ("", *_HOME_PATHS))


def _headings(read: ReadPage) -> Iterator[Candidate]:
    for line in read.document.lines[:60]:
        if line.level == 1 and read.kind in (PageKind.HOME, PageKind.ABOUT):
            yield from _made(line.text, "heading", read, line.text)
        elif line.place is Place.HEADER and line.index < 4 and not line.level:
            yield from _made(line.text, "header", read, line.text)


def _copyright(read: ReadPage, marked: set[str]) -> Iterator[Candidate]:
    for line in read.document.lines[-60:]:
        if line.text in marked and len(line.text) < 600 and _COPYRIGHT_MARK.search(line.text):
            yield from copyright_names(line, read)


def copyright_names(line: Line, read: ReadPage) -> Iterator[Candidate]:
    """Names in a copyright line, before or after the sign."""
    for name in _copyright_holders(line.text):
        yield from _made(name, "copyright", read, name)


@lru_cache(maxsize=1024)
def _copyright_holders(text: str) -> tuple[str, ...]:
    before = (fold(_COPYRIGHT_END.split(match["name"].strip(), maxsplit=1)[0]) for match in _COPYRIGHT.finditer(text))
    return (*before, *(fold(match["name"]) for match in _COPYRIGHT_AFTER.finditer(text)))


_NAME_WORD = r"(?:[A-ZÀ-ÖØ-ÞŠŽČŘ0-9][\w&'’.+/-]{0,30}|&|\+|and|und|et|y|e|of|the|de|la|di|für|[(]\w+[)])"
_REGISTERED_NAME = re.compile(
    rf"(?<![\w&])(?P<name>[A-ZÀ-ÖØ-ÞŠŽČŘ0-9][\w&'’.+/-]{{0,30}}(?:,?\s{_NAME_WORD}){{0,8}}?),?\s(?P<form>(?i:{LEGAL_FORM.pattern}))"
)
_MIGHT_HOLD = re.compile(
    word_starting(
        r"""
        Ltd LTD Limited LIMITED PLC plc LLP LLC Inc INC Corp CIC C\.I\.C GmbH AG KG UG OHG GbR mbH e\.\s?[KV] SARL SAS
        EURL Lda LDA Ltda LTDA ApS APS AB AS Oy BV NV SA SL SLU Pty PTY PLLC P\.C L\.L\.C S\.[ALRp] S\.\s?r s\.\s?r
        s\.\s?p a\.\s?s B\.V N\.V Sp\. sp\. Kft d\.o\.o
        """
    )
)


_LEGAL_KINDS = (PageKind.LEGAL, PageKind.CONTACT, PageKind.ABOUT)


def _legal_sentences(read: ReadPage) -> Iterator[Candidate]:
    lines = read.document.lines
    source = "imprint" if read.kind is PageKind.LEGAL else "legal_line"
    for line in lines if read.kind in _LEGAL_KINDS else lines[-40:]:
        for name in _registered_names(line.text) if len(line.text) <= 3000 else ():
            yield from _made(name, source, read, name)


@lru_cache(maxsize=1024)
def _registered_names(text: str) -> tuple[str, ...]:
    if not _MIGHT_HOLD.search(text):
        return ()
    found = _REGISTERED_NAME.finditer(text[:1500])
    return tuple(
        _LEADING_YEARS.sub("", match[0]) for match in found if len(match["form"]) > 2 or match["form"].isupper()
    )
