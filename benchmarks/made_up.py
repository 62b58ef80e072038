"""Made-up company websites by seed: as many as wanted, with the sizes and proportions of small companies'
sites (2026: 25 KiB of source, 3.5 KiB of visible text, 75 lines, 35 links and 230 elements a page).

Owns their text only; `benchmarks.web` serves them. Numbers and domains are reserved ones (01632 960xxx, example TLD):
nothing here can reach anybody.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

WORDS = [
    "careful",
    "local",
    "trusted",
    "modern",
    "family",
    "friendly",
    "certified",
    "quick",
    "honest",
    "skilled",
    "regional",
    "experienced",
    "reliable",
    "planning",
    "repair",
    "design",
    "supply",
    "training",
    "delivery",
    "support",
    "maintenance",
    "survey",
    "advice",
    "installation",
    "inspection",
    "project",
    "customer",
    "building",
    "garden",
    "office",
    "workshop",
    "kitchen",
    "network",
    "software",
    "machine",
    "boiler",
    "roof",
    "window",
    "floor",
    "contract",
    "quality",
    "season",
    "material",
    "service",
    "team",
    "visit",
    "quote",
    "price",
    "answer",
    "morning",
    "evening",
    "weekend",
    "county",
    "town",
    "village",
    "region",
    "country",
]
TRADES = {
    "Plumbing": ("Boiler repair", "Bathroom fitting", "Leak detection", "Radiator installation"),
    "Joinery": ("Staircases", "Fitted wardrobes", "Sash windows", "Oak doors"),
    "Software": ("Web development", "Cloud hosting", "Data migration", "Managed support"),
    "Bakery": ("Wedding cakes", "Sourdough bread", "Afternoon teas", "Catering trays"),
    "Accounting": ("Payroll", "Tax returns", "Bookkeeping", "Company formation"),
    "Landscaping": ("Garden design", "Turf laying", "Tree surgery", "Fencing"),
}
SURNAMES = ("Ashdown", "Birkett", "Calloway", "Dunmore", "Eastlake", "Farrow", "Garside", "Hollins", "Ingram", "Jessop")
GIVEN = ("Anna", "Brian", "Clara", "David", "Ellen", "Frank", "Grace", "Henry", "Irene", "James")
TITLES = ("Managing Director", "Operations Manager", "Head of Sales", "Workshop Manager")
TOWNS = (("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Norwich", "NR2 1NR"), ("Exeter", "EX1 1EE"))
SLUGS = ("", "contact", "about", "team", "services", "imprint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What a made-up site says of itself, to check profiles against."""

    domain: str
    name: str
    phone: str
    email: str
    pages: dict[str, str]


def companies(count: int, *, pages: int = 10, page_kib: int = 25, seed: int = 1) -> list[Company]:
    """As many companies, each with `pages` pages of about `page_kib` KiB."""
    return [_company(random.Random(seed * 1_000_003 + number), number, pages, page_kib) for number in range(count)]


def _company(rng: random.Random, number: int, pages: int, page_kib: int) -> Company:
    trade, services = rng.choice(list(TRADES.items()))
    owner = rng.choice(SURNAMES)
    name = f"{owner} {trade}"
    domain = f"{owner}-{trade}-{number}.example".lower()
    phone = f"+441632960{number % 1000:03d}"
    email = f"hello@{domain}"
    slugs = [*SLUGS, *(f"services/{s.lower().replace(' ', '-')}" for s in services)]
    slugs += [f"projects/{n}" for n in range(max(0, pages - len(slugs)))]
    town, postcode = rng.choice(TOWNS)
    nav = "".join(
        f'<li><a href="/{s}">{(s.rsplit("/")[-1] or "home").replace("-", " ").title()}</a></li>' for s in slugs
    )
    national = f"01632 960{number % 1000:03d}"
    contact = (
        f'<p>Call us on <a href="tel:{phone}">{national}</a> or write to <a href="mailto:{email}">{email}</a></p>'
        f"<address>{name} Ltd, {number % 90 + 1} Mill Lane, {town}, {postcode}</address>"
        f"<p>Monday to Friday 9:00 - 17:30, Saturday 10:00 - 14:00</p>"
    )
    staff = rng.sample(GIVEN, 4)
    bodies = {
        "contact": f"<h1>Contact us</h1>{contact}",
        "about": f"<h1>About us</h1><p>{name} has been a {_prose(rng, 8)} since {rng.randint(1950, 2015)}.</p>",
        "team": "<h1>Our team</h1>"
        + "".join(
            f'<div class="card"><h3>{given} {rng.choice(SURNAMES)}</h3><p class="role">{title}</p></div>'
            for given, title in zip(staff, TITLES, strict=True)
        ),
        "services": "<h1>Our services</h1><ul>" + "".join(f"<li><h3>{s}</h3></li>" for s in services) + "</ul>",
    }
    return Company(
        domain=domain,
        name=name,
        phone=phone,
        email=email,
        pages={
            f"/{slug}": _page(rng, name, slug, nav, bodies.get(slug, f"<h1>{slug or name}</h1>"), contact, page_kib)
            for slug in slugs[:pages]
        },
    )


def _page(rng: random.Random, name: str, slug: str, nav: str, body: str, contact: str, page_kib: int) -> str:
    """A page with the proportions of real ones: a seventh of its source is text, in short pieces amid much mark-up."""
    title = f"{(slug or 'Home').rsplit('/')[-1].title()} | {name}"
    size = page_kib * 1024
    head = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="description" content="{name}: {_prose(rng, 14)}.">'
        f"<style>{_filled(size * 3 // 10, lambda n: _RULE.format(n=n, word=rng.choice(WORDS)))}</style>"
        f"<script>{_filled(size * 2 // 10, lambda n: _SETTING.format(n=n, word=rng.choice(WORDS)))}</script></head>"
        f'<body><header class="site-header"><a href="/"><img class="logo" src="/logo.png" alt="{name}"></a>'
        f'<nav class="site-nav"><ul class="menu">{nav}</ul></nav></header><main>{body}'
    )
    foot = (
        f'</main><footer class="site-footer"><ul class="menu">{nav}</ul>{contact}'
        f"<p>© 2026 {name} Ltd. All rights reserved.</p></footer></body></html>"
    )
    return head + _filled(size - len(head) - len(foot), lambda n: _block(rng, n)) + foot


_RULE = ".{word}-{n}{{margin:0 auto {n}px;padding:1em 2em;color:#3a4b5c;background:url(/img/{word}.svg) no-repeat}}"
_SETTING = "window.cfg{n}={{id:{n},name:'{word}',on:true}};"
_ICON = '<svg viewBox="0 0 24 24" width="24"><path d="M12 2L2 7l10 5 10-5z M2 17l10 5 10-5 M2 12l10 5 10-5"/></svg>'


def _block(rng: random.Random, number: int) -> str:
    word = rng.choice(WORDS)
    return (
        f'<section class="block block--{word} wp-block-{number}" id="s{number}" data-aos="fade-up">'
        f'<div class="inner"><div class="icon">{_ICON}</div>'
        f'<h2 class="block__title">{_prose(rng, 3).title()}</h2>'
        f'<p class="block__text">{_prose(rng, 20).capitalize()}.</p><ul class="block__list">'
        f"<li>{_prose(rng, 2)}</li><li>{_prose(rng, 3)}</li></ul>"
        f'<a class="button button--primary" href="/contact#s{number}">Read more</a>'
        f'<img class="photo" loading="lazy" src="/img/{word}-{number}.jpg" alt="{word}"></div></section>'
    )


def _filled(size: int, piece: Callable[[int], str]) -> str:
    """Pieces by number until so many characters are reached."""
    parts: list[str] = []
    while size > 0:
        parts.append(piece(len(parts)))
        size -= len(parts[-1])
    return "".join(parts)


def _prose(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))
