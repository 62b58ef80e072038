"""Records the README's pictures from a real run over the made-up sites: python docs/pictures.py

Sites answer after 0.15 to 0.6 s, two worker processes share the work, and the screens are drawn by the code that
draws them on a terminal.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from domainscout.cli.progress import block
from domainscout.cli.reports import job_summary
from domainscout.demo.server import open_web
from domainscout.demo.sites import load
from domainscout.intake import submit
from domainscout.monitor import Frame, History, take, view
from domainscout.settings import load_settings
from domainscout.wiring import open_services

DOCS = Path(__file__).parent
WIDTH = 118
RECORDED_AT = 0.6
"""Share of the job that is finished when the pictures are taken."""


async def main() -> None:
    """One run, two pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sites = load(repeat=40)
        async with open_web(sites, latency=lambda host, path: 0.15 + (hash((host, path)) % 10) / 20) as web:
            names = folder / "domains.txt"
            names.write_text("".join(f"{site.domain}\n" for site in sites))
            flags = ["--data-dir", name, "--ca-file", str(web.ca_file), "--host-delay", "0", "--extractor", "rules"]
            flags += [word for rule in web.connect_to for word in ("--connect-to", rule)]
            async with open_services(load_settings({"data_dir": folder})) as services:
                report = await submit(services.store, [names])
                assert report.job is not None
                command = [
                    sys.executable,
                    "-m",
                    "domainscout",
                    "work",
                    "--until-empty",
                    "-q",
                    "--processes",
                    "2",
                    *flags,
                ]
                worker = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
                history = History()
                screen = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
                run = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
                while True:
                    sample = history.add(snapshot := await take(services.store, services.broker))
                    if snapshot.counts.finished >= snapshot.counts.submitted * RECORDED_AT:
                        break
                    await asyncio.sleep(1)
                frame = Frame(width=WIDTH, seconds=600, keys=True)
                screen.print(view(history, frame))
                run.print(Text("$ domainscout run domains.txt --processes 2"))
                rate = snapshot.counts.finished / sample.elapsed_s
                run.print(block(snapshot.counts, rate, snapshot.workers, width=WIDTH, now=time.time()))
                await worker.wait()
                run.print(
                    await job_summary(services.store, report.job.id), markup=False, highlight=False, soft_wrap=True
                )
    (DOCS / "monitor.svg").write_text(screen.export_svg(title="domainscout monitor --seconds 600"))
    (DOCS / "run.svg").write_text(run.export_svg(title="domainscout run"))


if __name__ == "__main__":
    asyncio.run(main())
