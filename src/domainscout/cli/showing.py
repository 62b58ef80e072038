"""`show`: one company as a person wants to read it, each value with the page and the words it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from domainscout.cli.folding import folded, harmless
from domainscout.cli.options import Call
from domainscout.cli.progress import shown
from domainscout.cli.reports import number
from domainscout.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from domainscout.profile import EvidenceLine, Profile
    from domainscout.records import Attempt
    from domainscout.store import Company, Store, Version
    from domainscout.store.pages import PageRow

LISTS = ("hours", "certifications", "products", "services", "tags", "tech_stack")
PLAIN = (
    ("company_name", "name"),
    ("legal_name", "legal name"),
    ("acronym", "acronym"),
    ("business_type", "type"),
    ("sector", "sector"),
    ("industry", "industry"),
    ("sub_industry", "sub-industry"),
    ("sic_code", "SIC code"),
    ("short_description", "description"),
    ("long_description", "about"),
    ("logo_url", "logo"),
    ("redirected_to", "leads to"),
)
FROM_SIC = ("sector", "industry", "sub-industry")
VALUE_CHARS = 400
VERSIONS_SHOWN = 5
WIDE = 110
LABEL = 14
"""Columns of the field names."""


async def show_company(call: Call, text: str, *, history: bool, json: bool) -> int:
    """Print everything that is known of a domain, or only what changed from crawl to crawl."""
    from domainscout.store import open_store

    async with open_store(call.settings, create=False) as store:
        domain = _domain_of(text)
        company = await store.companies.get(domain)
        attempts = await store.companies.attempts(domain)
        if company is None and not attempts:
            raise await _unknown(store, text, domain)
        pages = await store.pages.listing(domain)
        versions = await store.companies.history(domain)
    if json:
        call.speech.json(_as_json(domain, company, attempts, pages, versions))
        return ExitCode.OK
    out = call.speech.out
    if history:
        out.print(changes_view(versions, domain=domain, width=out.width))
        return ExitCode.OK
    if company is not None:
        out.print(profile_view(company.profile, width=out.width))
    else:
        out.print(f"{shown(domain)} has no profile: no attempt gave one.", highlight=False)
    out.print(background(attempts, pages, versions, domain=domain, width=out.width))
    return ExitCode.OK


def profile_view(profile: Profile, *, width: int) -> RenderableType:
    """A profile as a table: field, value, and where it was read (beside it, or below it on narrow terminals)."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False, show_edge=False)
    wide = width >= WIDE
    left = width - LABEL - 2
    value_width = (left - 2) // 2 if wide else left
    room = left - 2 - value_width if wide else left
    table.add_column(style="cyan", no_wrap=True, width=LABEL)
    table.add_column(overflow="fold", width=value_width)
    if wide:
        table.add_column(no_wrap=True, overflow="ellipsis", width=room)
    above = ""
    for label, value, lines in rows(profile):
        source = Text("\n").join(_source(line, room) for line in lines[:2])
        if not lines and label in FROM_SIC:
            source = Text("follows from the SIC code", style="dim")
        words = harmless(value if len(value) <= VALUE_CHARS else value[: VALUE_CHARS - 1] + "…")
        cells = (Text(words), source) if wide else (Text.assemble(words, "\n", source) if source else Text(words),)
        table.add_row("" if label == above else label, *cells)
        above = label
    notes = (Text(harmless(f"note: {note}"), style="dim") for note in profile.notes)
    return Group(_headline(profile), Text(""), table, *notes)


def rows(profile: Profile) -> list[tuple[str, str, list[EvidenceLine]]]:
    """Label, value and evidence of everything the profile says, in reading order."""
    by_field: dict[str, list[EvidenceLine]] = {}
    for line in profile.evidence:
        by_field.setdefault(line.field, []).append(line)
    found: list[tuple[str, str, list[EvidenceLine]]] = []

    def add(label: str, value: str | None, path: str) -> None:
        if value:
            lines = [line for field, all_of in by_field.items() if _is_within(field, path) for line in all_of]
            found.append((label, value, lines))

    for name, label in PLAIN:
        value = getattr(profile, name)
        if name == "sic_code" and value and profile.sic_text:
            value = f"{value} {profile.sic_text}"
        add(label, value, name)
    for i, phone in enumerate(profile.phones):
        add("phone", f"{phone.number}  {phone.kind}", f"phones[{i}]")
    for i, fax in enumerate(profile.faxes):
        add("fax", fax, f"faxes[{i}]")
    for i, email in enumerate(profile.emails):
        add("e-mail", email, f"emails[{i}]")
    for i, address in enumerate(profile.addresses):
        add("address", address.full + ("  (head office)" if address.hq else ""), f"addresses[{i}]")
    for i, person in enumerate(profile.people):
        add("person", ", ".join(filter(None, (person.name, person.title, person.email))), f"people[{i}]")
    for network, url in profile.social.model_dump().items():
        add(network, url, f"social.{network}")
    for name in LISTS:
        for i, value in enumerate(getattr(profile, name)):
            add(name.replace("_", " "), value, f"{name}[{i}]")
    return found


def background(
    attempts: Sequence[Attempt], pages: Sequence[PageRow], history: Sequence[Version], *, domain: str, width: int
) -> RenderableType:
    """How the profile came about: attempts, pages read, what changed since earlier crawls."""
    from rich.console import Group
    from rich.text import Text

    def part(title: str, lines: Iterable[str], indent: int) -> list[Text]:
        folds = [Text(folded(harmless(line), width, indent=indent)) for line in lines]
        return [Text(title, style="bold"), *folds] if folds else []

    found = [Text("")]
    found += part("Attempts", (f"  {_attempt(attempt)}" for attempt in attempts[-10:]), 4)
    found += part(
        "Pages read", (f"  {page.kind:9} {page.size_bytes / 1024:7.1f} KiB  {_page(page.url)}" for page in pages), 25
    )
    changed = [version for version in history if version.changes]
    found += part("Changes", (line for version in changed[:VERSIONS_SHOWN] for line in _changes(version)), 6)
    if attempts and attempts[-1].outcome == "failed":
        category = attempts[-1].category
        found.append(Text(f"Next: domainscout retry {attempts[-1].job_id} --category {category}"))
    else:
        found.append(Text(f"Next: domainscout show {domain} --json", style="dim"))
    return Group(*found)


def changes_view(versions: Sequence[Version], *, domain: str, width: int) -> RenderableType:
    """Every crawl that found something else than the one before it, newest first, field by field."""
    from rich.console import Group
    from rich.text import Text

    lines = [line for version in versions if version.changes for line in _changes(version, len(version.changes))]
    if not lines:
        return Text(f"Nothing changed at {domain} since it was first crawled.")
    return Group(*(Text(folded(harmless(line), width, indent=6)) for line in lines))


def _changes(version: Version, most: int = 20) -> Iterator[str]:
    yield f"  {version.crawled_at:%Y-%m-%d %H:%M} UTC"
    yield from (
        f"    {change.path}: {_short(change.before)} → {_short(change.after)}" for change in version.changes[:most]
    )


def _page(url: str) -> str:
    """A page's address as far as people read it."""
    parts = urlsplit(url)
    secure = "" if parts.scheme == "https" else f"{parts.scheme}://"
    return f"{secure}{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _headline(profile: Profile) -> Text:
    from rich.text import Text

    facts = [
        profile.status.value + (f" ({profile.error_category.value})" if profile.error_category else ""),
        f"crawled {profile.crawled_at:%Y-%m-%d %H:%M} UTC",
        f"{number(profile.pages, 'page')} in {profile.seconds:.1f} s",
    ]
    if profile.language:
        facts.insert(0, profile.language)
    if profile.llm.model:
        facts.append(f"{profile.llm.model} ${profile.llm.cost_usd:.4f}")
    title = harmless(profile.company_name or profile.domain)
    return Text.assemble((title, "bold"), "  ", shown(profile.domain), "\n", (" · ".join(facts), "dim"))


def _source(line: EvidenceLine, room: int) -> Text:
    """Confidence, page, quote and method in one line: the quote gives way."""
    from rich.text import Text

    parts = urlsplit(line.url)
    page = parts.path + (f"?{parts.query}" if parts.query else "")
    page = "home page" if page in ("", "/") else page if len(page) <= 40 else page[:39] + "…"
    quote = harmless(" ".join(line.quote.split()))
    left = max(12, room - len(page) - len(line.method) - 10)
    quote = quote if len(quote) <= left else quote[: left - 1] + "…"
    page = harmless(page)
    return Text.assemble((f"{line.confidence:.2f} ", "green"), f"{page} ", (f"“{quote}” {line.method}", "dim"))


def _attempt(attempt: Attempt) -> str:
    seconds = (attempt.finished_at - attempt.started_at).total_seconds()
    words = [f"{attempt.started_at:%Y-%m-%d %H:%M:%S}", attempt.job_id, f"#{attempt.attempt}", attempt.outcome]
    if attempt.category:
        words.append(f"({attempt.category})")
    words.append(f"{attempt.pages} pages, {attempt.bytes / 1024:.0f} KiB in {seconds:.1f} s")
    if attempt.robots:
        words.append(f"· {attempt.robots}")
    if attempt.unchanged:
        words.append("· unchanged")
    if attempt.model:
        words.append(f"· {attempt.model} {attempt.input_tokens:,}+{attempt.output_tokens:,} ${attempt.cost_usd:.4f}")
    if attempt.error:
        words.append(f"· {' '.join(attempt.error.split())[:200]}")
    return " ".join(words)


def _is_within(field: str, path: str) -> bool:
    return field == path or field.startswith((f"{path}.", f"{path}["))


def _short(value: Any) -> str:
    """A value of a profile in a few words: of a phone its number, of an address the whole of it."""
    if isinstance(value, dict):
        telling = [value.get(key) for key in ("number", "full", "name", "title") if value.get(key)]
        value = ", ".join(map(str, telling)) or ", ".join(f"{key} {one}" for key, one in value.items() if one)
    text = "–" if value in (None, "", []) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _domain_of(text: str) -> str:
    from domainscout.domains import NotADomain, canonical

    try:
        return canonical(text)
    except NotADomain as error:
        raise UsageError(
            f"'{text}' is not a domain.", why=str(error), fix="For example: domainscout show example.com"
        ) from error


async def _unknown(store: Store, text: str, domain: str) -> UsageError:
    import difflib

    near = difflib.get_close_matches(domain, await store.companies.domains(domain[:2], 5000), n=1, cutoff=0.6)
    if near:
        return UsageError(
            f"Nothing is known of {text}.", why=f"Did you mean {near[0]}?", fix=f"domainscout show {near[0]}"
        )
    return UsageError(
        f"Nothing is known of {text}.", why="No job has crawled it.", fix=f"echo {domain} | domainscout run -"
    )


def _as_json(
    domain: str,
    company: Company | None,
    attempts: Sequence[Attempt],
    pages: Sequence[PageRow],
    history: Sequence[Version],
) -> dict[str, Any]:
    return {
        "domain": domain,
        "profile": company.profile.model_dump(mode="json", by_alias=True) if company else None,
        "first_seen_at": company.first_seen_at.isoformat() if company else None,
        "changed_at": company.changed_at.isoformat() if company else None,
        "attempts": [asdict(attempt) for attempt in attempts],
        "pages": [asdict(page) for page in pages],
        "history": [
            {"crawled_at": version.crawled_at.isoformat(), "changes": [asdict(change) for change in version.changes]}
            for version in history
        ],
    }
