"""Made-up company websites by seed: as many as wanted, as large and varied in mark-up as small companies' sites.

Owns their text only; `benchmarks.web` serves them. Names, numbers and domains are reserved ones (example TLD, 01632 and
555-01xx numbers), so nothing here can reach anybody.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

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


def write_corpus(folder: Path, made: list[Company]) -> None:
    """Write them in the corpus format (site.json, pages, gold.jsonl, domains.txt)."""
    for company in made:
        home = folder / "sites" / company.domain
        (home / "pages").mkdir(parents=True, exist_ok=True)
        entries = []
        for number, (path, html) in enumerate(company.pages.items()):
            (home / "pages" / f"{number}.html").write_text(html)
            entries.append({"url": f"https://{company.domain}{path}", "file": f"pages/{number}.html", "kind": "other"})
        site = {"domain": company.domain, "home": f"https://{company.domain}/", "pages": entries}
        (home / "site.json").write_text(json.dumps(site))
    gold = [{"domain": c.domain, "company_name": [c.name], "phones": [c.phone], "emails": [c.email]} for c in made]
    (folder / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in gold))
    (folder / "domains.txt").write_text("".join(c.domain + "\n" for c in made))


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
    title = f"{(slug or 'Home').rsplit('/')[-1].title()} | {name}"
    script = "".join(f"window.cfg{n}={{id:{n},name:'{rng.choice(WORDS)}'}};" for n in range(page_kib * 6))
    head = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="description" content="{name}: {_prose(rng, 14)}."><script>{script}</script>'
        "<style>.card{padding:1em}.role{color:#555}</style></head><body>"
        f'<header><a href="/"><img class="logo" src="/logo.png" alt="{name}"></a>'
        f"<nav><ul>{nav}</ul></nav></header><main>"
    )
    foot = f"</main><footer>{contact}<p>© 2026 {name} Ltd. All rights reserved.</p></footer></body></html>"
    parts = [head, body]
    size = len(head) + len(body) + len(foot)
    while size < page_kib * 1024:
        part = (
            f'<section class="block"><h2>{_prose(rng, 4).title()}</h2><p>{_prose(rng, 60).capitalize()}.</p></section>'
        )
        parts.append(part)
        size += len(part)
    return "".join((*parts, foot))


def _prose(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def _label(slug: str) -> str:
    return (slug.rsplit("/")[-1] or "home").replace("-", " ").title()
