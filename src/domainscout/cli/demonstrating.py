"""`demo`: the made-up companies through the real pipeline, in a folder that is thrown away, and what came out."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domainscout.cli.folding import harmless
from domainscout.cli.options import Call
from domainscout.cli.progress import shown
from domainscout.errors import ExitCode
from domainscout.settings import load_settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from domainscout.demo.model_server import ModelServer
    from domainscout.demo.server import Web
    from domainscout.profile import Profile

SHOWN_WHOLE = "kestrel-heating.example"
BACKOFF_S = 0.5
"""The demo's busy server heals after a second: nobody should wait longer for the second attempt."""


async def demonstrate(call: Call, *, output: Path | None, with_model: bool = False) -> int:
    """Serve, submit, work, and show a table of profiles and one of them with its evidence."""
    # Said before anything is loaded, which takes half a second.
    call.speech.say("demo · made-up companies on 127.0.0.1 · no network, no key")
    from domainscout.cli.showing import profile_view
    from domainscout.cli.working import work_on
    from domainscout.export import export, refuse_early
    from domainscout.intake import submit
    from domainscout.wiring import open_services

    if output is not None:
        refuse_early(output)
    started = time.monotonic()
    async with _place(call) as folder, _web() as web, _model(wanted=with_model) as model:
        inner = _inside(call, folder, web, model)
        if model is not None:
            call.speech.say(
                "The language model is a stand-in that comes with the program: it knows these companies, and tells one "
                "lie about each to show how it is dropped."
            )
        async with open_services(inner.settings) as services:
            store = services.store
            report = await submit(store, [_listed(folder, web.domains)], name="demo", new_job=True)
            if report.job is None:
                return ExitCode.UNEXPECTED
            if await work_on(inner, services, until_empty=True, job=report.job.id) is not None:
                return ExitCode.INTERRUPTED
            rows = [row async for batch in store.companies.stream(report.job.id) for row in batch]
            company = await store.companies.get(SHOWN_WHOLE)
            if output is not None:
                await export(store, job=report.job.id, output=output)
    from domainscout.profile import Profile

    profiles = [Profile.model_validate(row) for row in rows]
    out = call.speech.out
    out.print(profiles_table(profiles, width=out.width))
    if company is not None:
        out.print()
        out.print(profile_view(company.profile, width=out.width))
    saved = f" · saved {output}" if output else ""
    call.speech.say(
        f"\n{len(profiles)} companies in {time.monotonic() - started:.1f} s{saved}. "
        "Yours: domainscout run domains.txt -o companies.csv"
    )
    return ExitCode.OK


async def serve_sites(call: Call) -> int:
    """Serve the made-up sites and print how to reach them."""
    async with _web() as web:
        flags = " ".join(f"--connect-to {rule}" for rule in web.connect_to)
        call.speech.say(f"Serving {len(web.domains)} made-up companies until Ctrl-C. Reach them with:")
        call.speech.say(f"  domainscout run domains.txt {flags} --ca-file {web.ca_file} --host-delay 0")
        for domain in web.domains:
            call.speech.data(domain)
        await asyncio.Event().wait()
    return ExitCode.OK


def profiles_table(profiles: list[Profile], *, width: int) -> RenderableType:
    """A line a company: what a list of leads would hold."""
    from rich.table import Table
    from rich.text import Text

    wide = width >= 110
    columns = {"DOMAIN": 27, "STATUS": 7, "COMPANY": 24, "PHONE": 14}
    if wide:
        columns |= {"TOWN": 12, "PEOPLE": 6, "PAGES": 5, "E-MAIL": 36}
        columns["E-MAIL"] = max(12, width - sum(columns.values()) + 36 - 2 * len(columns))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    for title, cells_wide in columns.items():
        table.add_column(title, no_wrap=True, overflow="ellipsis", width=cells_wide)
    for profile in profiles:
        cells = [shown(profile.domain), profile.status.value, *_essentials(profile)]
        if wide:
            town = next((address.city for address in profile.addresses if address.city), None)
            cells += [town or "", str(len(profile.people) or ""), str(profile.pages or ""), (*profile.emails, "")[0]]
        style = "" if profile.status == "done" else "yellow" if profile.status == "partial" else "red"
        table.add_row(*(Text(harmless(cell)) for cell in cells), style=style)
    return table


def _essentials(profile: Profile) -> list[str]:
    if profile.status == "failed":
        return [f"{profile.error_category}: {profile.error or ''}", ""]
    return [profile.company_name or "", profile.phones[0].number if profile.phones else ""]


def _inside(call: Call, folder: Path, web: Web, model: ModelServer | None) -> Call:
    """The same call with the settings of the demo, whatever the environment says."""
    said: dict[str, Any] = {
        "data_dir": folder,
        "database": f"sqlite:///{folder / 'domainscout.db'}",
        "connect_to": web.connect_to,
        "ca_file": web.ca_file,
        "host_delay": 0.0,
        "backoff": BACKOFF_S,
        "extractor": "rules",
        "concurrency": 8,
    }
    if model is not None:
        from domainscout.demo.stand_in import NAME

        said |= {
            "extractor": "hybrid",
            "model": NAME,
            "anthropic_base_url": model.url,
            "anthropic_api_key": "none",
        }
    settings = load_settings({**call.flags, **said}).model_copy(update={"redis_url": None, "proxy": None})
    return Call(settings=settings, speech=call.speech, flags=call.flags, debug=call.debug)


def _listed(folder: Path, domains: tuple[str, ...]) -> Path:
    names = folder / "demo-domains.txt"
    names.write_text("".join(f"{domain}\n" for domain in domains), encoding="utf-8")
    return names


@asynccontextmanager
async def _place(call: Call) -> AsyncIterator[Path]:
    """The folder that --data-dir names, else one that is removed at the end."""
    if given := call.flags.get("data_dir"):
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="domainscout-demo-") as name:
        yield Path(name)


@asynccontextmanager
async def _web() -> AsyncIterator[Web]:
    from domainscout.demo.server import open_web
    from domainscout.demo.sites import load

    async with open_web(load()) as web:
        yield web


@asynccontextmanager
async def _model(*, wanted: bool) -> AsyncIterator[ModelServer | None]:
    """The stand-in for a language model; None when the rules work alone."""
    if not wanted:
        yield None
        return
    from domainscout.demo.stand_in import stand_in

    async with stand_in() as server:
        yield server
