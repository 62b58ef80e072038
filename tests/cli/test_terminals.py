"""What people see on terminals of several widths, and that pipes and dumb terminals are spared of it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.cli.running import CLEAN, domainscout, listed
from tests.support.serving import served

from domainscout.demo.server import Web
from domainscout.records import Counts, ScoutState, WorkerBeat
from domainscout.settings import load_settings
from domainscout.wiring import open_services

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
HEALTHY = ("kestrel-heating.example", "bäckerei-lindner.example", "rustgate-antiques.example")
WIDTHS = (80, 120, 160, 200)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with served(latency=lambda host, path: 0.2) as web:
        yield web


class Terminal:
    """The program on a terminal of its own; `text` is all that it wrote."""

    def __init__(self, *arguments: str, width: int, height: int = 40, **environment: str) -> None:
        self._main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        env = {name: value for name, value in CLEAN.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "domainscout", *arguments],
            stdin=side, stdout=side, stderr=side, start_new_session=True,
            env={**env, "TERM": "xterm-256color", **environment},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(side)
        self.text = ""

    def read(self, until: str | None = None, seconds: float = 120) -> str:
        """Read until these words were written; without any, until the program has ended."""
        deadline = time.monotonic() + seconds
        while until is None or until not in self.text:
            ready, _, _ = select.select([self._main], [], [], 0.2)
            assert time.monotonic() < deadline, self.text
            if not ready:
                continue
            try:
                data = os.read(self._main, 65536)
            except OSError:
                break
            self.text += data.decode(errors="replace")
        return self.text

    def press(self, key: str) -> None:
        os.write(self._main, key.encode())

    def hang_up(self, then: signal.Signals) -> int:
        """Close the window, then send a signal."""
        os.close(self._main)
        self.process.send_signal(then)
        return self.process.wait(120)

    def close(self) -> int:
        code = self.process.wait(120)
        os.close(self._main)
        return code


def lines_of(text: str) -> list[str]:
    """What stands on the lines: every redrawing counts as a line of its own."""
    return [ESCAPE.sub("", line) for line in re.split(r"\r|\n|\x1b\[\d*[AK]", text)]


def _longest_word(line: str) -> int:
    return max((cell_len(word) for word in line.split()), default=0)


def flags_of(web: Web, tmp_path: Path) -> list[str]:
    rules = [word for rule in web.connect_to for word in ("--connect-to", rule)]
    data = ["--data-dir", str(tmp_path / "data"), "--ca-file", str(web.ca_file), "--host-delay", "0"]
    return [*rules, *data, "--extractor", "rules", "--backoff", "0.2", "--browser", "none"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_run_and_its_results_fit_the_terminal(web: Web, tmp_path: Path, width: int) -> None:
    flags = flags_of(web, tmp_path)
    run = Terminal("run", listed(tmp_path, *HEALTHY), *flags, width=width)
    text = run.read()
    assert run.close() == 0, text
    assert "██" in text, "the block"
    data = flags[flags.index("--data-dir") : flags.index("--data-dir") + 2]
    job = domainscout("status", "--json", *data).out.partition('"id": "')[2].partition('"')[0]
    for command in (("status",), ("status", job), ("show", HEALTHY[0]), ("show", HEALTHY[2]), ("doctor",)):
        terminal = Terminal(*command, *data, width=width)
        terminal.read()
        terminal.close()
        text += terminal.text
    # A path or an address that is longer than the room for it is left whole.
    too_wide = [line for line in lines_of(text) if cell_len(line) > width and _longest_word(line) <= width - 26]
    assert not too_wide


def test_a_pipe_and_a_dumb_terminal_get_plain_lines(web: Web, tmp_path: Path) -> None:
    flags = flags_of(web, tmp_path)
    piped = domainscout("run", listed(tmp_path, *HEALTHY), *flags, TERM="xterm-256color")
    assert piped.code == 0
    assert "\x1b" not in piped.all
    dumb = Terminal("run", str(tmp_path / "domains.txt"), "--new-job", "--max-age", "0", *flags, width=80, TERM="dumb")
    dumb.read()
    assert dumb.close() == 0
    assert "\x1b" not in dumb.text
    assert "█" not in dumb.text
    plain = Terminal(
        "run", str(tmp_path / "domains.txt"), "--new-job", "--max-age", "0", *flags, width=80, NO_COLOR="1"
    )
    plain.read()
    assert plain.close() == 0
    assert not COLOUR.search(plain.text.replace("\x1b[1m", "").replace("\x1b[2m", ""))


def test_a_worker_whose_terminal_is_closed_finishes_what_it_holds(web: Web, tmp_path: Path) -> None:
    flags = flags_of(web, tmp_path)
    data = flags[flags.index("--data-dir") : flags.index("--data-dir") + 2]
    assert domainscout("submit", listed(tmp_path, *HEALTHY), *data).code == 0
    # Half a second a page: what it holds lasts longer than it takes to close the terminal.
    worker = Terminal("work", "--concurrency", "1", *flags, "--host-delay", "0.5", width=120)
    worker.read("page 2")
    # The kernel tells it with the end of the terminal, and many a shell tells it again.
    assert worker.hang_up(signal.SIGHUP) == 0
    counts, in_flight = asyncio.run(_standing(tmp_path / "data"))
    assert (counts.failed, in_flight) == (0, 0)
    assert counts.done + counts.unfinished == len(HEALTHY)
    assert 1 <= counts.done < len(HEALTHY)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_run_that_is_told_to_end_has_not_done_its_job(web: Web, tmp_path: Path, processes: str) -> None:
    output = tmp_path / "rows.csv"
    slow = ("--host-delay", "5", "--grace", "0.5", "--processes", processes, "--output", str(output))
    run = Terminal("run", listed(tmp_path, *HEALTHY), *flags_of(web, tmp_path), *slow, width=120)
    run.read("fetch")
    run.process.send_signal(signal.SIGTERM)
    run.read()
    code = run.close()
    assert code == 130, run.text
    assert not output.exists()


async def _standing(folder: Path) -> tuple[Counts, int]:
    async with open_services(load_settings({"data_dir": folder})) as services:
        return await services.store.numbers.recount(), (await services.broker.stats()).in_flight


def test_nohup_is_obeyed(web: Web, tmp_path: Path) -> None:
    flags = flags_of(web, tmp_path)
    code = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    worker = subprocess.Popen(
        [sys.executable, "-c", code, sys.executable, "-m", "domainscout", "run", listed(tmp_path, *HEALTHY), *flags],
        stderr=subprocess.PIPE, text=True, env=CLEAN,
    )  # fmt: skip
    assert worker.stderr is not None
    while "Ctrl-C to finish" not in worker.stderr.readline():
        pass
    os.kill(worker.pid, signal.SIGHUP)
    _, said = worker.communicate(timeout=240)
    assert worker.returncode == 0, said
    assert "Finished  3/3" in said


@pytest.mark.parametrize("width", WIDTHS)
def test_the_monitor_obeys_its_keys_and_leaves_the_screen_as_it_was(tmp_path: Path, width: int) -> None:
    assert domainscout("submit", listed(tmp_path, "company.example"), "--data-dir", str(tmp_path)).code == 0
    monitor = Terminal("monitor", "--data-dir", str(tmp_path), "--interval", "0.2", width=width)
    monitor.read("No workers")
    monitor.press("p")
    monitor.read("PAUSED")
    monitor.press("s")
    monitor.read("s sort (cpu)")
    monitor.press("q")
    text = monitor.read()
    assert monitor.close() == 0
    assert text.index("\x1b[?1049h") < text.index("\x1b[?1049l"), "the other screen, and back"
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "the cursor is shown again"
    assert "── end ──" in text.partition("\x1b[?1049l")[2]


def test_the_monitor_costs_little_with_fifty_workers(tmp_path: Path) -> None:
    """Under 3 % of a core at one refresh a second, by its own processor time between two of its refreshes."""
    asyncio.run(_watch_fifty(tmp_path))


async def _watch_fifty(folder: Path) -> None:
    async with open_services(load_settings({"data_dir": folder})) as services:
        stop = asyncio.Event()

        async def beat() -> None:
            while not stop.is_set():
                for number in range(50):
                    services.broker.worker = f"box{number % 3}-{4700 + number}"
                    await services.broker.beat(_beat(services.broker.worker, number))
                await asyncio.sleep(2)

        beating = asyncio.create_task(beat())
        monitor = Terminal("monitor", "--data-dir", str(folder), width=200, height=60)
        try:
            await asyncio.to_thread(monitor.read, "50 living")
            first = _used(monitor.process.pid)
            began = time.monotonic()
            await asyncio.to_thread(_read_for, monitor, 8.0)
            share = (_used(monitor.process.pid) - first) / (time.monotonic() - began)
        finally:
            stop.set()
            await beating
            os.kill(monitor.process.pid, signal.SIGINT)
            await asyncio.to_thread(monitor.read)
            monitor.close()
    assert share < 0.03, f"{share:.1%} of a core"


def _read_for(monitor: Terminal, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = monitor.text
        monitor.text = ""
        monitor.read("domainscout monitor")
        monitor.text = seen[-1000:]


def _used(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _beat(name: str, number: int) -> WorkerBeat:
    now = time.time()
    scouts = tuple(ScoutState(domain=f"firm{n}.example", stage="page 3/12", since=now) for n in range(5))
    return WorkerBeat(
        name=name, pid=number, host=name.partition("-")[0], version="0.1.0", started=now, seen=now, slots=5,
        scouts=scouts, done=number, partial=0, failed=1, cpu_pct=50.0, rss_bytes=10**8, lag_ms=1.0, cost_usd=0.0,
    )  # fmt: skip
