"""The company's own accounts on social networks, from links and structured data. Owns what their addresses look like.

Share buttons, bare platform pages, single posts, groups and people's accounts are not the company's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from domainscout.extract._links import hrefs_of_site
from domainscout.extract._others import lines_of_others
from domainscout.extract.base import Extractor, Reading, ReadPage, finding
from domainscout.literals import any_of
from domainscout.markup import Node, Place
from domainscout.memory import remembered
from domainscout.records import Account, Field, Finding

_HINT = re.compile(
    any_of(
        """
        facebook fb.com fb.me linkedin twitter //x.com //www.x.com //mobile.x.com instagram instagr.am youtu github.com
        tiktok medium.com blog
        """
    )
)
_MAX_HREF = 1_000
_SHARING = re.compile(
    r"share|sharer|intent/|/dialog/|plugins/|/tr\?|/hashtag/|/search|/login|/signup|/policies|/privacy|/legal|"
    r"/help|/watch\b|/embed|"
    r"/status/|/statuses/|/posts/|/photos?[/.]|/videos?/|/events?/|/groups?/|/permalink|/story|/p/|/reels?/|"
    r"/explore/|/stories/|/home\b|addtoany|"
    r"/terms|/about/(?:privacy|legal)|/settings|/ads?/|/business/|/notes/|/media/set|/playlist|/results|/feed/|"
    r"/redirect|/badges|/oauth|/developers?\b",
    re.I,
)
_LEGAL = re.compile(
    r"privacy|cookie|datenschutz|privacidad|confidentialit|legal|terms|agb|dsgvo|gdpr|aviso|politique|informativa", re.I
)
_PERSON = re.compile(
    r"\b(?:team|member|staff|person|people|author|speaker|testimonial|profile|bio|trainer|doctor|agent)\b", re.I
)
_BANG = re.compile(r"/?#(?:!|%21)/*")
_NOT_HANDLES = frozenset(
    [
        "home",
        "share",
        "sharer",
        "sharer.php",
        "intent",
        "search",
        "login",
        "signup",
        "privacy",
        "terms",
        "legal",
        "help",
        "about",
        "policies",
        "settings",
        "ads",
        "business",
        "pages",
        "people",
        "hashtag",
        "explore",
        "i",
        "watch",
        "feed",
        "channel",
        "user",
        "c",
        "embed",
        "dialog",
        "plugins",
        "tr",
        "groups",
        "events",
        "company",
        "in",
        "school",
        "pub",
        "profile.php",
        "yourpage",
        "yourcompany",
        "youraccount",
        "username",
        "yourusername",
        "yourprofile",
        "facebook",
        "twitter",
        "instagram",
        "linkedin",
        "youtube",
        "github",
        "tiktok",
        "widgets",
        "badges",
        "tos",
        "download",
        "wix",
        "squarespace",
        "wordpress",
        "wordpressdotcom",
        "wixcom",
        "shopify",
        "godaddy",
        "templatemo",
        "html5up",
        "bootstrap",
        "w3schools",
        "sharearticle",
        "cws",
        "mynetwork",
        "jobs",
        "learning",
        "results",
        "playlist",
        "shorts",
        "features",
        "topics",
        "collections",
        "marketplace",
        "sponsors",
        "orgs",
        "statuses",
        "logo",
        "l.php",
        "media",
        "policy",
        "theme",
        "themes",
        "example",
        "profile",
        "page",
        "your-page",
        "yourname",
        "yourchannel",
    ]
)


@dataclass(frozen=True, slots=True)
class _Seen:
    account: Account
    url: str
    quote: str
    method: str
    weight: float


def read(reading: Reading) -> list[Finding]:
    """One account a network: the one stated in structured data or linked from most pages."""
    own = re.sub(r"[^a-z0-9]", "", reading.domain.split(".")[0].lower())
    seen: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    others, hinting = lines_of_others(reading), _hinting(reading)
    for page in reading.pages:
        for one in (*_linked(page, hinting, own, others[page.document]), *_stated(page)):
            seen[one.account.network, _key(one.account.url)].append(one)
    best: dict[str, tuple[float, list[_Seen]]] = {}
    for (network, key), group in seen.items():
        score = sum(one.weight for one in group) + (3 if _alike(own, key) else 0)
        if network not in best or score > best[network][0]:
            best[network] = (score, group)
    found = []
    for score, group in best.values():
        if score > 0:
            one = max(group, key=lambda s: s.weight)
            sure = 0.95 if score >= 2 else 0.9 if score >= 1 else 0.6
            found.append(
                finding(Field.SOCIAL, one.account, url=one.url, quote=one.quote, method=one.method, confidence=sure)
            )
    return found


def _alike(own: str, key: str) -> bool:
    """Whether a name in the account's path resembles the domain."""
    if len(own) < 4:
        return False
    handles = (re.sub(r"[^a-z0-9]", "", segment) for segment in key.split("/"))
    return any(len(h) >= 4 and (own in h or h in own or own[:6] == h[:6]) for h in handles)


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.lower().rstrip('/')}?{parts.query}" if parts.query else parts.path.lower().rstrip("/")


def _linked(page: ReadPage, hinting: set[str], own: str, others: frozenset[int]) -> Iterator[_Seen]:
    document = page.document
    legal = _LEGAL.search(urlsplit(page.url).path) is not None
    for link in document.links:
        if link.href not in hinting:
            continue
        account = account_of(link.href if "//" in link.href[:8] else link.url or "")
        if account is None:
            continue
        if not _alike(own, _key(account.url)) and (legal or link.line in others or _of_a_person(link.node)):
            continue
        weight = 1.0 if link.place is not Place.MAIN else 0.6
        if account.network in ("facebook", "linkedin") and account.url.count("/") < link.href.rstrip("/").count("/"):
            weight /= 2
        yield _Seen(account, page.url, link.href, "rules:social", weight)


def _hinting(reading: Reading) -> set[str]:
    """The links of a site that could lead to a network."""
    return {href for href in hrefs_of_site(reading) if _HINT.search(href[:_MAX_HREF].lower())}


def _of_a_person(node: Node) -> bool:
    """Whether the link stands in a card of a member of staff, an author or a reviewer."""
    here: Node | None = node
    for _ in range(6):
        here = here.parent if here is not None else None
        if here is None or here.tag in ("body", "header", "footer", "nav"):
            return False
        attributes = here.attributes
        if _PERSON.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
            return True
    return False


def _stated(page: ReadPage) -> Iterator[_Seen]:
    for item in page.document.jsonld:
        kind = str(item.get("@type"))
        if "Person" in kind or "Article" in kind or "Review" in kind:
            continue
        for text in _strings(item.get("sameAs")):
            account = account_of(text)
            if account is not None:
                yield _Seen(account, page.url, text, "jsonld", 2.0)


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one.strip()


@remembered(maxsize=1024)
def account_of(url: str) -> Account | None:
    """The account that an address belongs to; None for share links, bare platforms, posts, people."""
    if url.startswith("//"):
        url = "https:" + url
    try:
        parts = urlsplit(_BANG.sub("/", url.strip()))
    except ValueError:
        return None
    host = re.sub(
        r"^(?:www|m|mobile|web|business|[a-z]{2}(?:-[a-z]{2})?)\.(?=[^.]+\.)", "", (parts.hostname or "").lower()
    )
    rule = _RULES.get(host)
    if rule is None:
        return None
    network, shape = rule
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).rstrip("/")
    if (network != "facebook" and _SHARING.search(path + "/")) or (
        network == "facebook" and _SHARING.search(f"{path}/?{parts.query}")
    ):
        return None
    segments = [s for s in path.split("/") if s]
    if not shape(segments, parts.query):
        return None
    if any(s.lower().lstrip("@") in _NOT_HANDLES for s in segments[-1:]) and "profile.php" not in path:
        return None
    return Account(network=network, url=_clean(network, url, parts.query, path))


def _clean(network: str, url: str, query: str, path: str) -> str:
    base = _BANG.sub("/", url.strip()).partition("#")[0].partition("?")[0]
    if path.endswith("profile.php"):
        number = parse_qs(query).get("id", [""])[0]
        return f"{base}?id={number}"
    segments = base.split("/")
    if network == "linkedin" and len(segments) > 5:
        return "/".join(segments[:5])
    if network == "facebook" and len(segments) > 4 and segments[3].lower() not in ("pages", "people", "pg", "p"):
        return "/".join(segments[:4])
    return base


def _facebook(segments: list[str], query: str) -> bool:
    if not segments:
        return False
    if segments[0].lower() == "profile.php":
        return "id=" in query
    if segments[0].lower() in ("pages", "people", "pg", "p"):
        return len(segments) >= 2
    if segments[0].lower() in _NOT_HANDLES or segments[0].endswith(".php"):
        return False
    return len(segments) <= 3


def _linkedin(segments: list[str], _query: str) -> bool:
    return len(segments) >= 2 and segments[0].lower() in ("company", "school", "companies", "showcase", "organization")


def _handle(segments: list[str], _query: str) -> bool:
    return (
        len(segments) == 1
        and segments[0].lower() not in _NOT_HANDLES
        and bool(re.fullmatch(r"@?[\w.-]{2,60}", segments[0]))
    )


def _youtube(segments: list[str], _query: str) -> bool:
    if not segments:
        return False
    first = segments[0].lower()
    if first in ("channel", "user", "c"):
        return len(segments) >= 2
    return len(segments) <= 2 and (
        first.startswith("@") or first not in _NOT_HANDLES | {"playlist", "shorts", "live", "t", "v"}
    )


def _tiktok(segments: list[str], _query: str) -> bool:
    return bool(segments) and segments[0].startswith("@")


def _github(segments: list[str], _query: str) -> bool:
    return len(segments) == 1 and _handle(segments, _query)


_Shape = Callable[[list[str], str], bool]
_RULES: dict[str, tuple[str, _Shape]] = {
    "facebook.com": ("facebook", _facebook),
    "fb.com": ("facebook", _facebook),
    "fb.me": ("facebook", _facebook),
    "linkedin.com": ("linkedin", _linkedin),
    "twitter.com": ("x", _handle),
    "x.com": ("x", _handle),
    "instagram.com": ("instagram", _handle),
    "instagr.am": ("instagram", _handle),
    "youtube.com": ("youtube", _youtube),
    "github.com": ("github", _github),
    "tiktok.com": ("tiktok", _tiktok),
}


def network_of(host: str) -> str | None:
    """The network that a host in small letters belongs to, with whatever stands before its name: "de.linkedin.com"."""
    return next((name for known, (name, _) in _RULES.items() if f".{host}".endswith(f".{known}")), None)


EXTRACTOR = Extractor(name="social", fields=frozenset({Field.SOCIAL}), cost=0.1, read=read)
