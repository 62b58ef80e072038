"""Records the README's pictures from a real run over the made-up sites: python docs/pictures.py

Sites answer after 0.15 to 0.6 s, two worker processes share the work, and the screens are drawn by the code that
draws them on a terminal.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from pathlib import Path

from rich.console import Console
from rich.text import Text

from domainscout.cli.folding import folded
from domainscout.cli.hearing import Listener
from domainscout.cli.options import Call
from domainscout.cli.progress import block
from domainscout.cli.reports import job_summary, standing, submit_report
from domainscout.cli.speech import Speech
from domainscout.demo.server import Web, open_web
from domainscout.demo.sites import MadeUpSite, Trouble, load
from domainscout.domains import canonical, display
from domainscout.intake import submit
from domainscout.monitor import Frame, History, take, view
from domainscout.settings import load_settings
from domainscout.wiring import Services, open_services

DOCS = Path(__file__).parent
WIDTH = 118
RECORDED_AT = 0.6
"""Share of the job that is finished when the pictures are taken."""
SCROLLED = 4
"""Lines above the block that are shown."""

TOWNS = (
    *("alder", "ash", "aspen", "bay", "beck", "birch", "bridge", "brook", "cedar", "cliff", "cove", "dale", "elm"),
    *("fell", "fern", "field", "ford", "glen", "grove", "heath", "hill", "holm", "isle", "lake", "lea", "linden"),
    *("marsh", "mead", "mill", "moor", "oak", "orchard", "park", "peak", "pine", "pond", "quay", "ridge", "rowan"),
)


async def main() -> None:
    """One run, two pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_web(_sites(), latency=lambda host, path: 0.15 + (hash((host, path)) % 10) / 20) as web:
            names = folder / "domains.txt"
            names.write_text("".join(f"{domain}\n" for domain in web.domains))
            async with open_services(load_settings({"data_dir": folder})) as services:
                monitor, run = await _recorded(services, web, names)
    (DOCS / "monitor.svg").write_text(monitor.export_svg(title="domainscout monitor --seconds 600"))
    (DOCS / "run.svg").write_text(run.export_svg(title="domainscout run domains.txt --processes 2"))


async def _recorded(services: Services, web: Web, names: Path) -> tuple[Console, Console]:
    report = await submit(services.store, [names])
    assert report.job is not None
    before = await standing(services.store, report.job.id)
    said = _Scrolled()
    worker = await _workers(names.parent, web)
    hearing = asyncio.create_task(_hear(worker, said))
    history = History()
    while True:
        sample = history.add(snapshot := await take(services.store, services.broker))
        if snapshot.counts.finished >= snapshot.counts.submitted * RECORDED_AT:
            break
        await asyncio.sleep(1)
    monitor, run = _console(), _console()
    monitor.print(view(history, Frame(width=WIDTH, seconds=600, keys=True)))
    _say(run, "$ domainscout run domains.txt --processes 2")
    _say(run, submit_report(report, rejects=None, command="run").replace(str(names), names.name))
    _say(run, "2 workers · 5 slots each · redis ok · database ok · Ctrl-C to finish, twice to stop")
    for line in said.lines:
        _say(run, line)
    rate = snapshot.counts.finished / sample.elapsed_s
    run.print(block(snapshot.counts, rate, snapshot.workers, width=WIDTH, now=time.time()))
    await worker.wait()
    await hearing
    _say(run, await job_summary(services.store, report.job.id, before=before))
    return monitor, run


class _Scrolled:
    """The last lines above the block."""

    moves = True

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=SCROLLED)

    def print_above(self, line: str) -> None:
        self.lines.append(line)


async def _workers(folder: Path, web: Web) -> Process:
    flags = ["--data-dir", str(folder), "--ca-file", str(web.ca_file), "--host-delay", "0", "--extractor", "rules"]
    flags += [word for rule in web.connect_to for word in ("--connect-to", rule)]
    command = (sys.executable, "-m", "domainscout", "work", "--until-empty", "--processes", "2", *flags)
    return await asyncio.create_subprocess_exec(*command, "--log-format", "json", stdin=DEVNULL, stderr=PIPE)


async def _hear(worker: Process, said: _Scrolled) -> None:
    assert worker.stderr is not None
    call = Call(settings=load_settings({}), speech=Speech(), flags={}, debug=False)
    listener = Listener(call, said)  # type: ignore[arg-type]
    async for line in worker.stderr:
        if b'"event": "Finished"' in line:
            listener(line.decode())


def _sites() -> list[MadeUpSite]:
    """Each company in many towns; the one with the broken certificate once."""
    sites = load()
    whole = [site for site in sites if site.trouble is Trouble.NONE]
    names = ((site, display(site.domain).replace(".", f"-{town}.", 1)) for town in TOWNS for site in whole)
    return [*sites, *(site.renamed(canonical(name)) for site, name in names)]


def _console() -> Console:
    return Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)


def _say(screen: Console, words: str) -> None:
    screen.print(Text(folded(words, WIDTH)))


if __name__ == "__main__":
    asyncio.run(main())
