"""A model, a database and a scripted server for one test, and made-up sites to talk about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domainscout.compose import Understanding, profile_of, understand
from domainscout.demo.model_server import Asked, ModelServer, Says, Script, model_server
from domainscout.llm import Model, ModelAnswer, open_model
from domainscout.profile import Profile
from domainscout.records import Page, PageKind, Site, Target
from domainscout.settings import Settings, load_settings
from domainscout.store import Store, open_store

KEY = "sk-test-0123456789"

HOME = """<html lang="en"><head><title>Acme Widgets</title></head><body>
<header><a href="/"><img src="/logo.png" alt="Acme Widgets logo"></a></header>
<h1>Acme Widgets Ltd</h1><p>Acme Widgets makes garden widgets of steel for parks in Bristol since 1987.</p>
<p>We offer widget design, widget repair and widget rental.</p>
<p>Our managing director is Ada Example, Managing Director.</p>
<footer><p>Telephone 020 7946 0958</p><p>info@acme.example.co.uk</p><p>1 Sample Street, Bristol BS1 4ST</p></footer>
</body></html>"""


def page(html: str, path: str = "/", kind: PageKind = PageKind.HOME, domain: str = "acme.example.co.uk") -> Page:
    """A fetched page."""
    return Page(
        url=f"https://{domain}{path}",
        kind=kind,
        html=html,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        size_bytes=len(html),
        digest=str(hash(html)),
    )


def site(html: str | Mapping[str, str] = HOME, domain: str = "acme.example.co.uk") -> Site:
    """A crawled site: one page, or pages by path."""
    pages = {"/": html} if isinstance(html, str) else html
    kinds = {kind.value: kind for kind in PageKind}
    return Site(
        domain=domain,
        pages=tuple(
            page(text, path, kinds.get(path.strip("/") or "home", PageKind.OTHER), domain)
            for path, text in pages.items()
        ),
    )


def target(domain: str = "acme.example.co.uk", **more: Any) -> Target:
    """A claimed target."""
    return Target(**{"id": 1, "job_id": "j-test", "domain": domain, "attempt": 1, **more})


def said(field: str, value: str, quote: str = "", number: int = 1) -> dict[str, Any]:
    """A plain value of an answer."""
    return {"field": field, "page": number, "quote": quote, "value": value}


@dataclass(slots=True)
class Talk:
    """What one test talks with."""

    server: ModelServer
    store: Store
    model: Model
    settings: Settings

    async def fill(self, what: Site, whose: Target | None = None, **more: Any) -> tuple[ModelAnswer, Understanding]:
        """Ask about a site as a scout does."""
        understood = await understand(what)
        answer = await self.model.fill(
            whose or target(what.domain),
            understood.reading,
            understood.extraction.findings,
            understood.resolved,
            **more,
        )
        return answer, understood

    async def profile(self, what: Site, whose: Target | None = None) -> Profile:
        """The hybrid profile of a site."""
        answer, understood = await self.fill(what, whose)
        whose = whose or target(what.domain)
        return profile_of(whose, what, understood.with_more(answer.findings), use=answer.use, notes=answer.notes)

    @property
    def questions(self) -> list[Asked]:
        """What was asked about companies: probes left out."""
        return [asked for asked in self.server.asked if asked.domain]


def answering(says: Says | Mapping[str, Any]) -> Script:
    """A script that answers each company alike, and the probe as a server does that constrains answers."""
    given = says if isinstance(says, Says) else Says(text=says)
    return lambda asked: given if asked.domain else Says(text={"values": []})


def in_turn(*says: Says | Mapping[str, Any]) -> Script:
    """A script of several answers, the last one for ever."""
    given = [one if isinstance(one, Says) else Says(text=one) for one in says]
    count = iter(range(10**9))
    return lambda asked: given[min(next(count), len(given) - 1)] if asked.domain else Says(text={"values": []})


@asynccontextmanager
async def talking(folder: Path, script: Script, **settings: Any) -> AsyncIterator[Talk]:
    """A server that follows the script, a fresh database, a model over both."""
    async with model_server(script) as server:
        given = {"data_dir": folder, "anthropic_api_key": KEY, "anthropic_base_url": server.url, **settings}
        loaded = load_settings(given)
        async with open_store(loaded) as store, open_model(loaded, store, worker="w-test") as model:
            assert model is not None
            yield Talk(server, store, model, loaded)
