"""Pages that only a script fills, rendered by an installed Chromium under the crawler's own rules. Owns Playwright.

The browser never touches the network: it has no name server and a proxy that leads nowhere, and each of its requests
is answered by a function of the crawler, which judges addresses, keeps robots.txt and the host's pace, and caps sizes.
Needs the `browser` extra and a Chromium on PATH or by setting; without them there is no renderer.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domainscout.errors import AttemptError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Request, Route, WebSocketRoute

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
"""Looked for on PATH, in that order."""

MAX_REQUESTS = 40
"""Files one page may ask for."""

QUIET_S = 0.5
"""A page that asks for nothing and changes nothing that long is finished."""

_NEEDED = frozenset(["document", "script", "xhr", "fetch", "stylesheet", "other"])
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--no-pings",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=256",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the crawler answers to one request of the browser."""

    status: int
    content_type: str
    body: bytes


Serve = Callable[[str], Awaitable[Served]]
"""Fetches an address for the browser; raises AttemptError for what must not be had."""


def browser_path(setting: str | None) -> str | None:
    """The Chromium to drive: the setting, else the first one on PATH; None where there is none."""
    if setting:
        return shutil.which(setting)
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@asynccontextmanager
async def open_renderer(setting: str | None) -> AsyncIterator[Renderer | None]:
    """A browser, or None where the extra or a Chromium is not installed."""
    path = browser_path(setting)
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        yield None
        return
    if path is None:
        yield None
        return
    async with async_playwright() as playwright:
        sandbox = os.geteuid() != 0
        try:
            # The driver would close the browser on the terminal's Ctrl-C, under scouts that are still finishing.
            browser = await playwright.chromium.launch(
                executable_path=path,
                args=list(_FLAGS),
                chromium_sandbox=sandbox,
                timeout=20_000,
                env=_environment(),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error:
            yield None
            return
        try:
            yield Renderer(browser)
        finally:
            with suppress(Error):
                await browser.close()


def _environment() -> dict[str, str | float | bool]:
    """Ours without what is only ours: a program that runs strangers' scripts needs no key."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "DOMAINSCOUT_"))}


class Renderer:
    """Renders one page at a time."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._one = asyncio.Lock()

    async def render(self, url: str, serve: Serve, *, agent: str, seconds: float, max_chars: int) -> str | None:
        """The source of a page after its scripts have run; None when it cannot be rendered in time.

        Args:
            url: the page.
            serve: answers every request of the page, the page itself included.
            agent: User-Agent, as the crawler's.
            seconds: for all of it.
            max_chars: the source is cut there.
        """
        from playwright.async_api import Error

        async with self._one:
            try:
                context = await self._browser.new_context(
                    user_agent=agent, service_workers="block", accept_downloads=False, java_script_enabled=True
                )
            except Error:
                return None
            try:
                async with asyncio.timeout(seconds):
                    traffic = _Traffic(serve)
                    await context.route("**/*", traffic.answer)
                    await context.route_web_socket("**/*", _refuse)
                    page = await context.new_page()
                    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
                    await page.goto(url, wait_until="domcontentloaded", timeout=seconds * 1000)
                    await traffic.quiet()
                    source: str = await page.content()
                    return source[:max_chars]
            except (Error, TimeoutError):
                return None
            finally:
                with suppress(Error):
                    await context.close()


async def _refuse(socket: WebSocketRoute) -> None:
    await socket.close()


class _Traffic:
    """The requests of one page."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._asked = 0
        self._open = 0

    async def answer(self, route: Route, request: Request) -> None:
        from playwright.async_api import Error

        self._asked += 1
        self._open += 1
        try:
            wanted = request.method == "GET" and request.resource_type in _NEEDED and self._asked <= MAX_REQUESTS
            served = await self._serve(request.url) if wanted else None
            if served is None:
                await route.abort("blockedbyclient")
            else:
                await route.fulfill(status=served.status, content_type=served.content_type, body=served.body)
        except AttemptError:
            await route.abort("accessdenied")
        except Error:
            pass
        finally:
            self._open -= 1

    async def quiet(self) -> None:
        """Wait until nothing was asked for a while."""
        calm, last = 0.0, -1
        while calm < QUIET_S:
            await asyncio.sleep(0.1)
            calm = calm + 0.1 if self._open == 0 and self._asked == last else 0.0
            last = self._asked
