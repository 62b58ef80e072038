"""The supervisor over real child processes: small programs that die, end, and listen as the test says."""

import asyncio
import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest
from tests.support.waiting import wait_until

from domainscout import processes
from domainscout.errors import ExitCode
from domainscout.processes import supervise


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(processes, "LONGEST_PAUSE_S", 0.05)


def child(folder: Path, body: str) -> list[str]:
    """A child that first leaves a file named after its process, then does what the body says."""
    program = f"""
    import os, signal, sys, time
    from pathlib import Path
    folder = Path({str(folder)!r})
    def say(name):
        (folder / f"{{name}}-{{os.getpid()}}").touch()
    lives = len(list(folder.glob("born-*")))
    say("born")
    """
    return [sys.executable, "-c", textwrap.dedent(program) + textwrap.dedent(body)]


def seen(folder: Path, name: str) -> list[int]:
    return [int(path.name.partition("-")[2]) for path in folder.glob(f"{name}-*")]


LISTENER = """
    signal.signal(signal.SIGTERM, lambda *_: (say("told"), sys.exit(130)))
    signal.signal(signal.SIGINT, lambda *_: (say("interrupted"), sys.exit(130)))
    say("ready")
    time.sleep(60)
"""


async def test_all_end_well(tmp_path: Path) -> None:
    assert await supervise(child(tmp_path, ""), 3, grace_s=5) == ExitCode.OK
    assert len(seen(tmp_path, "born")) == 3


@pytest.mark.parametrize("death", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(1)", "raise SystemError"])
async def test_a_child_that_dies_is_started_again(tmp_path: Path, death: str) -> None:
    told: list[str] = []
    body = f"""
    if lives < 2:
        sys.stderr = open(os.devnull, "w")
        {death}
    """
    assert await supervise(child(tmp_path, body), 1, grace_s=5, observe=told.append) == ExitCode.OK
    assert len(seen(tmp_path, "born")) == 3
    assert len(told) == 2
    assert "starting again" in told[0]


async def test_a_child_that_always_dies_is_given_up(tmp_path: Path) -> None:
    told: list[str] = []
    code = await supervise(child(tmp_path, "os._exit(1)"), 1, grace_s=5, observe=told.append)
    assert code == ExitCode.UNEXPECTED
    assert len(seen(tmp_path, "born")) == processes.HOPELESS_LIVES
    assert "giving up" in told[-1]


@pytest.mark.parametrize("code", [ExitCode.USAGE, ExitCode.REDIS, ExitCode.STORAGE])
async def test_a_child_that_cannot_work_ends_the_others_and_its_code_is_told(tmp_path: Path, code: int) -> None:
    body = (
        f"""
    try:
        (folder / "first").mkdir()
        first = True
    except FileExistsError:
        first = False
    if first:
        while not list(folder.glob("ready-*")):
            time.sleep(0.01)
        sys.exit({code})
    """
        + LISTENER
    )
    assert await supervise(child(tmp_path, body), 2, grace_s=5) == code
    assert len(seen(tmp_path, "born")) == 2
    assert len(seen(tmp_path, "told")) == 1


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
async def test_a_signal_reaches_every_child_once(tmp_path: Path, number: int, expected: int) -> None:
    running = asyncio.create_task(supervise(child(tmp_path, LISTENER), 3, grace_s=5))
    await wait_until(lambda: len(seen(tmp_path, "ready")) == 3)
    os.kill(os.getpid(), number)
    assert await running == expected
    assert sorted(seen(tmp_path, "told")) == sorted(seen(tmp_path, "born"))
    assert seen(tmp_path, "interrupted") == []


async def test_the_terminal_does_not_reach_the_children_by_itself(tmp_path: Path) -> None:
    running = asyncio.create_task(supervise(child(tmp_path, LISTENER), 1, grace_s=5))
    await wait_until(lambda: len(seen(tmp_path, "ready")) == 1)
    (pid,) = seen(tmp_path, "ready")
    assert os.getpgid(pid) != os.getpgrp()
    os.kill(os.getpid(), signal.SIGINT)
    await running


async def test_a_child_that_does_not_listen_is_killed_after_its_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "KILL_AFTER_GRACE_S", 0.1)
    body = """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("ready")
    time.sleep(60)
    """
    running = asyncio.create_task(supervise(child(tmp_path, body), 1, grace_s=0.1))
    await wait_until(lambda: len(seen(tmp_path, "ready")) == 1)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == ExitCode.UNEXPECTED


async def test_children_learn_that_their_supervisor_died(tmp_path: Path) -> None:
    body = """
    assert os.environ["DOMAINSCOUT_SUPERVISED"] == "1"
    say("ready")
    sys.stdin.read()
    say("orphaned")
    """
    program = f"""
import asyncio, sys
from domainscout.processes import supervise
asyncio.run(supervise({child(tmp_path, body)!r}, 2, grace_s=5))
"""
    supervisor = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    await wait_until(lambda: len(seen(tmp_path, "ready")) == 2)
    supervisor.kill()
    await supervisor.wait()
    await wait_until(lambda: len(seen(tmp_path, "orphaned")) == 2)


async def test_every_line_of_a_child_is_heard_also_its_last_words(tmp_path: Path) -> None:
    heard: list[str] = []
    body = "sys.stderr.write('first\\n' + 'x' * 3_000_000 + '\\nlast words'); sys.exit(6)"
    code = await supervise(child(tmp_path, body), 1, grace_s=5, hear=heard.append)
    assert code == ExitCode.STORAGE
    assert (heard[0], heard[-1]) == ("first", "last words")


async def test_a_child_that_is_stopped_while_it_loads_ended_well(tmp_path: Path) -> None:
    body = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); say('ready'); time.sleep(60)"
    running = asyncio.create_task(supervise(child(tmp_path, body), 2, grace_s=5))
    await wait_until(lambda: len(seen(tmp_path, "ready")) == 2)
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == ExitCode.INTERRUPTED
