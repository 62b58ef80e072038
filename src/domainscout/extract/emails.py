"""E-mail addresses of the company: links, text, masks, structured data. Owns email-validator and whose address it is.

How masks are undone is `_unmask`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from domainscout.extract import _unmask
from domainscout.extract._lines import MAX_TEXT, words_of_site
from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.markup import Document
from domainscout.records import Field, Finding

_PLAIN = re.compile(r"(?<![\w.+%/@-])[\w][\w.+'’-]{0,63}@[A-Za-z0-9À-ɏ][\w-]{0,62}(?:\.[\w-]{1,62}){1,5}")
_BACKWARDS = re.compile(r"(?<![\w.@-])[a-z]{2,6}\.[\w.-]{2,60}@[\w.+-]{1,60}(?![\w@])", re.I)
_CODED_LINK = re.compile(r"/cdn-cgi/l/email-protection#([0-9a-fA-F]{8,256})")
_FREE = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "ymail.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "msn.com",
        "aol.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "posteo.de",
        "mailbox.org",
        "protonmail.com",
        "proton.me",
        "pm.me",
        "yahoo.co.uk",
        "hotmail.co.uk",
        "btinternet.com",
        "btconnect.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "live.co.uk",
        "outlook.de",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "sfr.fr",
        "hotmail.fr",
        "yahoo.fr",
        "bbox.fr",
        "neuf.fr",
        "libero.it",
        "tiscali.it",
        "virgilio.it",
        "alice.it",
        "tin.it",
        "hotmail.it",
        "yahoo.it",
        "pec.it",
        "legalmail.it",
        "telefonica.net",
        "hotmail.es",
        "yahoo.es",
        "terra.es",
        "seznam.cz",
        "centrum.cz",
        "email.cz",
        "volny.cz",
        "wp.pl",
        "o2.pl",
        "onet.pl",
        "interia.pl",
        "op.pl",
        "gazeta.pl",
        "uol.com.br",
        "bol.com.br",
        "terra.com.br",
        "yahoo.com.br",
        "sapo.pt",
        "mail.com",
        "comcast.net",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
        "bellsouth.net",
        "cox.net",
        "charter.net",
        "earthlink.net",
        "rogers.com",
        "shaw.ca",
        "telus.net",
        "sympatico.ca",
        "bigpond.com",
        "bigpond.net.au",
        "optusnet.com.au",
        "xtra.co.nz",
        "eircom.net",
        "rediffmail.com",
        "yahoo.co.in",
        "zoho.com",
        "fastmail.com",
        "hushmail.com",
        "ziggo.nl",
        "kpnmail.nl",
        "planet.nl",
        "telenet.be",
        "skynet.be",
        "bluewin.ch",
        "sunrise.ch",
    ]
)
_PLACEHOLDER_HOST = re.compile(
    r"(?:^|\.)(?:domain|yourdomain|your-domain|mydomain|yoursite|yourcompany|company|email|mail|youremail|"
    r"website|site|server|test|sentry|sentry-next|wixpress|"
    r"address|provider|host|empresa|tudominio|dominio|votredomaine|domaine|beispiel|musterfirma|firma|esempio|"
    r"ejemplo|exemple|exemplo)"
    r"\.(?:com|co\.uk|net|org|io|de|fr|es|it|nl|pt|pl|cz|dk|br|tld|invalid)$|^(?:www\.)?example\.(?:com|org|"
    r"net)$|\.(?:png|jpe?g|gif|svg|webp|css|js|html?|php|aspx?|pdf|wixpress\.com|invalid|local|tld)$|^x+\.|"
    r"^sentry\.io$|\.sentry\.io$",
    re.I,
)
_PLACEHOLDER_USER = frozenset(
    [
        "you",
        "your",
        "youremail",
        "your.email",
        "your-email",
        "yourname",
        "your.name",
        "your_name",
        "user",
        "username",
        "email",
        "mail.address",
        "emailaddress",
        "someone",
        "somebody",
        "name",
        "nome",
        "nombre",
        "nom",
        "vorname.nachname",
        "max.mustermann",
        "mustermann",
        "john.doe",
        "johndoe",
        "jane.doe",
        "janedoe",
        "jane.smith",
        "john.smith",
        "firstname.lastname",
        "first.last",
        "test",
        "example",
        "beispiel",
        "ejemplo",
        "exemple",
        "esempio",
        "exemplo",
        "u003e",
        "abc",
        "xyz",
        "xxx",
        "foo",
        "bar",
        "jan.novak",
        "jan.kowalski",
        "ihre",
        "ihr.name",
        "ihrname",
        "tuemail",
        "tucorreo",
        "correo",
        "votre.email",
        "votre",
        "vous",
        "tu",
        "sua",
        "seu.email",
        "uw.naam",
    ]
)


_STUCK = frozenset(
    ("email", "mail", "e-mail", "emailus", "mailto", "contact", "address", "courriel", "correo", "or", "to")
)


_MAX_HREF = 1_000
"""Characters of a link in which addresses are looked for; what comes later is the text of a letter."""

_MAX_COMPARED = 300
"""Addresses that every other one is compared with: a list of thousands of them must not take seconds."""

_MAX_SCRIPT = 20_000
"""Characters of an inline script; what hides an address is a few lines."""


@dataclass(frozen=True, slots=True)
class _Seen:
    address: str
    quote: str
    url: str
    method: str
    sure: float
    linked: bool
    other: bool


def read(reading: Reading) -> list[Finding]:
    """The company's own addresses, and free-mail or sister-domain addresses that it gives as contact."""
    seen: dict[str, list[_Seen]] = defaultdict(list)
    others = lines_of_others(reading)
    dotted = bool(words_of_site(reading).holding(_unmask.DOT_WORDS))
    for page in reading.pages:
        for one in _page(page, reading.domain, others[page.document], dotted=dotted):
            seen[one.address].append(one)
    found: list[Finding] = []
    compared = list(seen)[:_MAX_COMPARED]
    for address, group in seen.items():
        if any(other != address and (_grown(address, other) or _slip(address, other, reading)) for other in compared):
            continue
        if not any(one.linked for one in group) and any(_labelled(address, other, seen[other]) for other in compared):
            continue
        sure = _whose(address, group, reading)
        if sure:
            found += [_finding(one, round(one.sure * sure, 3)) for one in sorted(group, key=lambda s: -s.sure)[:2]]
    return found


def _finding(one: _Seen, sure: float) -> Finding:
    return finding(Field.EMAILS, one.address, url=one.url, quote=one.quote, method=one.method, confidence=sure)


def _grown(address: str, other: str) -> bool:
    """Whether it is another address with a neighbouring word stuck to it ("Emailinfo@…", "….comPhone")."""
    before = address[: -len(other)]
    return (address.endswith(other) and (before in _STUCK or before.isdigit())) or (
        address.startswith(other) and address[len(other) :].isalnum()
    )


def _labelled(address: str, other: str, group: list[_Seen]) -> bool:
    """Whether it is an address with its label stuck to it ("Bookingsanna@…"), which the page's link shows to be so."""
    return (
        address.endswith(other)
        and len(address) >= len(other) + 4
        and address[: -len(other)].isalpha()
        and any(one.linked for one in group)
    )


def _slip(address: str, other: str, reading: Reading) -> bool:
    """Whether it is another address with one character of its host left out ("info@acme.cm").

    The site's own domain is no slip, and with or without a hyphen are two domains that a company may both have.
    """
    user, _, host = address.partition("@")
    name, _, right = other.partition("@")
    return (
        user == name
        and len(right) == len(host) + 1
        and host != reading.domain
        and any(right[:i] + right[i + 1 :] == host for i in range(len(right)) if right[i] != "-")
    )


def _whose(address: str, group: list[_Seen], reading: Reading) -> float:
    """How sure the address is the company's: 1 on its own domain, less elsewhere, 0 for others and placeholders."""
    user, _, host = address.partition("@")
    own = _related(host, reading.domain)
    if (_PLACEHOLDER_HOST.search(host) and not own) or (user in _PLACEHOLDER_USER and not own):
        return 0.0
    if own:
        return 1.0
    if all(one.other for one in group):
        return 0.0
    return 0.95 if host in _FREE else 0.8


def _related(host: str, domain: str) -> bool:
    if host == domain or host.endswith("." + domain) or domain.endswith("." + host):
        return True
    return _name(host) == _name(domain)


def _name(host: str) -> str:
    parts = host.lower().split(".")
    if len(parts) > 2 and parts[-2] in ("co", "com", "org", "net", "gov", "ac", "edu") and len(parts[-1]) == 2:
        return parts[-3]
    return parts[-2] if len(parts) > 1 else parts[0]


def _page(page: ReadPage, domain: str, others: frozenset[int], *, dotted: bool) -> Iterator[_Seen]:
    document = page.document
    yield from _links(page, others)
    yield from _text(page, others, domain, dotted=dotted)
    yield from _structured(page)
    if "<form" in document.html and "mailto:" in document.html:
        yield from _forms(page)
    if "document.write" in document.html:
        yield from _scripted(page)
    if "data-cfemail" in document.html:
        yield from _protected(page)


def _links(page: ReadPage, others: frozenset[int]) -> Iterator[_Seen]:
    for link in page.document.links:
        for address in _linked(link.href[:_MAX_HREF]):
            yield _Seen(address, link.href, page.url, "rules:emails", 0.97, True, link.line in others)


@lru_cache(maxsize=1024)
def _linked(href: str) -> tuple[str, ...]:
    """The addresses that a link writes to, plain or masked; menus repeat, so most links are judged already."""
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
        return ()
    found = []
    for part in re.split(r"[,;]", clear.partition("?")[0]):
        address = proper(_bare(part))
        if address is None and (spelled := _unmask.spelled(part)):
            address = proper(spelled[0][0])
        if address:
            found.append(address)
    return tuple(found)


def _bare(part: str) -> str:
    """What a mailto: link holds without slashes, blanks and the name before it ("Ann Example <ann@…>")."""
    if "<" in part:
        part = part.partition("<")[2].partition(">")[0]
    return re.sub(r"\s*@\s*", "@", part).strip().removeprefix("//")


def _posts_mail(html: str) -> bool:
    """Whether "mailto:" stands in some attribute "action"."""
    for scheme in ("mailto:", "MAILTO:", "Mailto:"):
        at = html.find(scheme)
        while at >= 0:
            if "action" in html[max(0, at - 12) : at].lower():
                return True
            at = html.find(scheme, at + 1)
    return False


def _forms(page: ReadPage) -> Iterator[_Seen]:
    """Where forms are sent by mail; the quote is the start tag."""
    html = page.document.html
    for node in page.document.tree.css("form[action]") if _posts_mail(html) else ():
        action = node.attributes.get("action") or ""
        address = proper(_bare(unquote(action[7:].partition("?")[0]))) if action[:7].lower() == "mailto:" else None
        at = html.find(action) if address else -1
        start, end = html.rfind("<", 0, at), html.find(">", at)
        if address and 0 <= start < at < end and end - start < 600:
            yield _Seen(address, html[start : end + 1], page.url, "rules:emails", 0.93, True, False)


def _text(page: ReadPage, others: frozenset[int], domain: str, *, dotted: bool) -> Iterator[_Seen]:
    whole = page.document.text[:MAX_TEXT]
    masked = _unmask.may_spell(whole, dotted=dotted)
    if "@" not in whole and not masked:
        return
    seen = 0
    for line in page.document.lines:
        text = line.text
        seen += len(text) + 1
        if seen > MAX_TEXT:
            return
        if "@" in text or (masked and _unmask.may_spell(text)):
            for address, written, sure in _written(text, domain):
                yield _Seen(address, written, page.url, "rules:emails", sure, False, line.index in others)


@lru_cache(maxsize=512)
def _written(text: str, domain: str) -> tuple[tuple[str, str, float], ...]:
    """Address, words as they stand and how sure, of a line; headers and footers give the same on every page."""
    found = []
    for match in _PLAIN.finditer(text):
        address = proper(match[0])
        if address and "." in address.partition("@")[2]:
            found.append((_turned(address, domain), match[0], 0.96))
    for match in _BACKWARDS.finditer(text):
        address = proper(match[0][::-1])
        if address and _related(address.partition("@")[2], domain):
            found.append((address, match[0], 0.93))
    for clear, written in _unmask.spelled(text):
        address = proper(clear)
        if address:
            found.append((address, written, 0.93))
    return tuple(found)


def _turned(address: str, domain: str) -> str:
    """The address itself, or read backwards or by rot13 when only so it is on the company's domain."""
    if _related(address.partition("@")[2], domain):
        return address
    for other in (address[::-1], _unmask.rot13(address)):
        if _related(other.partition("@")[2], domain):
            return other
    return address


def _structured(page: ReadPage) -> Iterator[_Seen]:
    for item in (*page.document.jsonld, *page.document.microdata):
        for text in _strings(item.get("email")):
            address = proper(re.sub(r"^mailto:", "", text.strip(), flags=re.I))
            if address:
                yield _Seen(address, text, page.url, "jsonld", 0.96, True, False)


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _protected(page: ReadPage) -> Iterator[_Seen]:
    """Cloudflare's code in an attribute; the quote is the start tag that carries it."""
    for node in page.document.tree.css("[data-cfemail]"):
        code = node.attributes.get("data-cfemail") or ""
        address = proper(_unmask.cloudflare(code) or "")
        tag = _start_tag(page.document, code) if address else None
        if address and tag:
            yield _Seen(address, tag, page.url, "rules:emails", 0.95, False, False)


def _scripted(page: ReadPage) -> Iterator[_Seen]:
    """Addresses that a script joins from strings; the quote is the statement that writes them."""
    for node in page.document.tree.css("script"):
        source = node.text()
        if "document.write" not in source or len(source) > _MAX_SCRIPT:
            continue
        for clear, statement in _unmask.written(source):
            for match in _PLAIN.finditer(clear):
                address = proper(match[0])
                if address:
                    yield _Seen(address, statement, page.url, "rules:emails", 0.93, True, False)


def _start_tag(document: Document, code: str) -> str | None:
    at = document.html.find(code)
    start, end = document.html.rfind("<", 0, at), document.html.find(">", at)
    return document.html[start : end + 1] if 0 <= start < at < end and end - start < 600 else None


@lru_cache(maxsize=1024)
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


EXTRACTOR = Extractor(name="emails", fields=frozenset({Field.EMAILS}), cost=0.2, read=read)
