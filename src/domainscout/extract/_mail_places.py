"""Where a page states e-mail addresses: links, text, masks, forms, scripts, structured data. Owns email-validator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from domainscout.extract import _unmask
from domainscout.extract._lines import Question, searched_lines, words_of_site
from domainscout.extract._links import hrefs_of_site
from domainscout.extract._mail_hosts import related
from domainscout.extract.base import Reading, ReadPage
from domainscout.markup import Document
from domainscout.memory import remembered

_PLAIN = re.compile(r"(?<![\w.+%/@-])[\w][\w.+'’-]{0,63}@[A-Za-z0-9À-ɏ][\w-]{0,62}(?:\.[\w-]{1,62}){1,5}")


_BACKWARDS = re.compile(r"(?<![\w.@-])[a-z]{2,6}\.[\w.-]{2,60}@[\w.+-]{1,60}(?![\w@])", re.I)


_CODED_LINK = re.compile(r"/cdn-cgi/l/email-protection#([0-9a-fA-F]{8,256})")


_MAX_HREF = 1_000
"""Characters of a link in which addresses are looked for; what comes later is the text of a letter."""


_DOTTED = Question(lambda: _unmask.DOT_WORDS)
_MAX_TAG = 600
"""Characters of a start tag that is quoted."""
_MAX_SCRIPT = 20_000
"""Characters of an inline script; what hides an address is a few lines."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An address at one place: with its quote, how sure, whether linked, whether in lines about others."""

    address: str
    quote: str
    url: str
    method: str
    sure: float
    linked: bool
    other: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """What of a site may state an address: links with the addresses that they write to, and lines of text."""

    links: dict[str, list[str]]
    lines: set[str]


def telling(reading: Reading) -> Telling:
    """The links and lines of a site that are worth reading; each is judged once, on however many pages it stands."""
    words = words_of_site(reading)
    lines = {text for text in words.texts if "@" in text}
    lines.update(_unmask.spelling(words.text), filter(_unmask.spells_in_words, words.answering(_DOTTED)))
    links = {href: found for href in hrefs_of_site(reading) if (found := _linked(href[:_MAX_HREF]))}
    return Telling(links, lines)


def seen_on(page: ReadPage, known: Telling, domain: str, others: frozenset[int]) -> Iterator[Seen]:
    """All addresses of a page, whoever they belong to."""
    document = page.document
    if known.links:
        yield from _links(page, known.links, others)
    if known.lines:
        yield from _text(page, known.lines, others, domain)
    yield from _structured(page)
    if _posts_mail(document.html):
        yield from _forms(page)
    if "document.write" in document.html:
        yield from _scripted(page)
    if "data-cfemail" in document.html:
        yield from _protected(page)


def _links(page: ReadPage, linked: dict[str, list[str]], others: frozenset[int]) -> Iterator[Seen]:
    for link in page.document.links:
        for address in linked.get(link.href, ()):
            yield Seen(address, link.href, page.url, "rules:emails", 0.97, True, link.line in others)


def _linked(href: str) -> list[str]:
    """The addresses that a link writes to, plain or masked."""
    start = href[:12].lower()
    clear: str | None = None
    if start.startswith(("mailto", "maito:", "email:")) or "mailto:" in href[:60].lower():
        clear = unquote(re.split(r"mailto:", href, maxsplit=1, flags=re.I)[-1])
    elif "email-protection#" in href:
        match = _CODED_LINK.search(href)
        clear = _unmask.cloudflare(match[1]) if match else None
    elif start.startswith("javascript:"):
        clear = _unmask.shifted(unquote(href))
    if not clear:
        return []
    found = []
    for part in re.split(r"[,;]", clear.partition("?")[0]):
        address = proper(_bare(part))
        if address is None and (spelled := _unmask.spelled(part)):
            address = proper(spelled[0][0])
        if address:
            found.append(address)
    return found


def _bare(part: str) -> str:
    """What a mailto: link holds without slashes, blanks and the name before it ("Ann Example <ann@…>")."""
    if "<" in part:
        part = part.partition("<")[2].partition(">")[0]
    return re.sub(r"\s*@\s*", "@", part).strip().removeprefix("//")


def _posts_mail(html: str) -> bool:
    """Whether "mailto:" stands in the start tag of some form."""
    at = html.find("<form")
    while at >= 0:
        if "mailto:" in html[at : at + _MAX_TAG].lower():
            return True
        at = html.find("<form", at + 1)
    return False


def _forms(page: ReadPage) -> Iterator[Seen]:
    """Where forms are sent by mail; the quote is the start tag."""
    html = page.document.html
    for node in page.document.tree.css("form[action]"):
        action = node.attributes.get("action") or ""
        address = proper(_bare(unquote(action[7:].partition("?")[0]))) if action[:7].lower() == "mailto:" else None
        at = html.find(action) if address else -1
        start, end = html.rfind("<", 0, at), html.find(">", at)
        if address and 0 <= start < at < end and end - start < _MAX_TAG:
            yield Seen(address, html[start : end + 1], page.url, "rules:emails", 0.93, True, False)


def _text(page: ReadPage, lines: set[str], others: frozenset[int], domain: str) -> Iterator[Seen]:
    for line in searched_lines(page.document):
        for address, written, sure in _written(line.text, domain) if line.text in lines else ():
            yield Seen(address, written, page.url, "rules:emails", sure, False, line.index in others)


@remembered(maxsize=512)
def _written(text: str, domain: str) -> tuple[tuple[str, str, float], ...]:
    """Address, words as they stand and how sure, of a line; headers and footers give the same on every page."""
    found = []
    for match in _PLAIN.finditer(text):
        address = proper(match[0])
        if address and "." in address.partition("@")[2]:
            found.append((_turned(address, domain), match[0], 0.96))
    for match in _BACKWARDS.finditer(text):
        address = proper(match[0][::-1])
        if address and related(address.partition("@")[2], domain):
            found.append((address, match[0], 0.93))
    for clear, written in _unmask.spelled(text):
        address = proper(clear)
        if address:
            found.append((address, written, 0.93))
    return tuple(found)


def _turned(address: str, domain: str) -> str:
    """The address itself, or read backwards or by rot13 when only so it is on the company's domain."""
    if related(address.partition("@")[2], domain):
        return address
    for other in (address[::-1], _unmask.rot13(address)):
        if related(other.partition("@")[2], domain):
            return other
    return address


def _structured(page: ReadPage) -> Iterator[Seen]:
    for item in (*page.document.jsonld, *page.document.microdata):
        for text in _strings(item.get("email")):
            address = proper(re.sub(r"^mailto:", "", text.strip(), flags=re.I))
            if address:
                yield Seen(address, text, page.url, "jsonld", 0.96, True, False)


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _protected(page: ReadPage) -> Iterator[Seen]:
    """Cloudflare's code in an attribute; the quote is the start tag that carries it."""
    for node in page.document.tree.css("[data-cfemail]"):
        code = node.attributes.get("data-cfemail") or ""
        address = proper(_unmask.cloudflare(code) or "")
        tag = _start_tag(page.document, code) if address else None
        if address and tag:
            yield Seen(address, tag, page.url, "rules:emails", 0.95, False, False)


def _scripted(page: ReadPage) -> Iterator[Seen]:
    """Addresses that a script joins from strings; the quote is the statement that writes them."""
    for node in page.document.tree.css("script"):
        source = node.text()
        if "document.write" not in source or "@" not in source or len(source) > _MAX_SCRIPT:
            continue
        for clear, statement in _unmask.written(source):
            for match in _PLAIN.finditer(clear):
                address = proper(match[0])
                if address:
                    yield Seen(address, statement, page.url, "rules:emails", 0.93, True, False)


def _start_tag(document: Document, code: str) -> str | None:
    at = document.html.find(code)
    start, end = document.html.rfind("<", 0, at), document.html.find(">", at)
    return document.html[start : end + 1] if 0 <= start < at < end and end - start < _MAX_TAG else None


@remembered(maxsize=1024)
def proper(text: str) -> str | None:
    """The address in lower case when it is one, by email-validator; None otherwise."""
    text = text.strip().strip(".,;:'\"<>()[]’").replace("’", "'")
    if not 5 < len(text) < 200 or text.count("@") != 1:
        return None
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return _special(text)
    return checked.normalized.lower()


def _special(text: str) -> str | None:
    """Names reserved for tests (RFC 2606) are refused by the validator, yet made-up companies live there."""
    match = re.fullmatch(r"([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,4}(?:test|example))", text)
    return text.lower() if match else None
