"""The home page of a domain: https before http, the name itself before its www name, where it was before either."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from domainscout.addresses import registrable
from domainscout.crawl.loading import Loaded, Loader
from domainscout.errors import Category
from domainscout.fetch import FetchError, Step, Visit

_ORDER = (Step.ANSWER, Step.BODY, Step.ADDRESS, Step.TLS, Step.CONNECT, Step.DNS)


async def home_page(domain: str, last_time: str | None, loader: Loader, visit: Visit) -> Loaded:
    """The home page from the first origin that answers; http only where nothing speaks https.

    Args:
        domain: canonical bare host.
        last_time: where the home page lately was; saves asking every name and scheme again.
        loader: loads it.
        visit: its clock and its addresses.

    Raises:
        FetchError: none answers; of all failures, the one that says most.
    """
    if last_time is not None:
        with suppress(FetchError):
            return await loader.load(last_time, home=True)
    failures: list[FetchError] = []
    for scheme in ("https", "http"):
        for host in _hosts(domain):
            if host != domain and _was_late(failures[-1]) and await _is_same_place(domain, host, scheme, visit):
                continue
            try:
                return await loader.load(f"{scheme}://{host}/", home=True)
            except FetchError as error:
                failures.append(error)
                if visit.left_s <= 0 or not _is_worth_another(error, first=host == domain):
                    raise _telling(failures) from error
        if not all(_unanswered(error) for error in failures) or all(e.step is Step.DNS for e in failures):
            break
    if all(error.step is Step.DNS for error in failures):
        return await _after_second_look(domain, failures, loader, visit)
    raise _telling(failures)


def _hosts(domain: str) -> list[str]:
    return [domain, f"www.{domain}"] if registrable(domain) == domain else [domain]


async def _is_same_place(domain: str, host: str, scheme: str, visit: Visit) -> bool:
    """Whether a name leads to the addresses that the apex leads to: what did not answer there will not here."""
    port = 443 if scheme == "https" else 80
    try:
        apex = await visit.router.route(domain, port)
        return await visit.router.route(host, port) == apex
    except FetchError:
        return True


def _is_worth_another(error: FetchError, *, first: bool) -> bool:
    """Whether another origin of this domain may answer where this one did not."""
    if error.step in (Step.DNS, Step.CONNECT, Step.TLS):
        return True
    return first and error.category is Category.HTTP and not error.heals


async def _after_second_look(domain: str, failures: list[FetchError], loader: Loader, visit: Visit) -> Loaded:
    """A name that does not exist is looked up once more: name servers have bad moments."""
    if failures[0].category is Category.DNS:
        await asyncio.sleep(min(1.0, max(0.0, visit.left_s)))
        for scheme in ("https", "http"):
            try:
                return await loader.load(f"{scheme}://{domain}/", home=True)
            except FetchError as error:
                if error.step is Step.DNS:
                    break
                failures.append(error)
    raise _telling(failures)


def _telling(failures: list[FetchError]) -> FetchError:
    """The failure that says most: a broken certificate says more than a name without address."""
    return min(failures, key=lambda failure: _ORDER.index(failure.step))


def _was_late(error: FetchError) -> bool:
    return error.category is Category.TIMEOUT and error.step is Step.CONNECT


def _unanswered(error: FetchError) -> bool:
    return error.step in (Step.DNS, Step.CONNECT)


def is_of(url: str, domain: str) -> bool:
    """Whether an address is of that domain, or of a name below it."""
    return registrable(urlsplit(url).hostname or "") == registrable(domain)
