"""Huge things one at a time, and their memory given back."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from domainscout import memory


async def test_large_work_is_done_one_at_a_time_off_the_loop() -> None:
    running, most = 0, 0

    def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        assert threading.current_thread() is not threading.main_thread()
        running -= 1
        return number * 2

    assert await asyncio.gather(*(memory.alone(work, number) for number in range(8))) == [n * 2 for n in range(8)]
    assert most == 1


async def test_errors_come_through() -> None:
    def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await memory.alone(work)


RELEASED = """
import psutil
from domainscout import memory
settled = memory.settle()
process = psutil.Process()
before = process.memory_info().rss
kept = [bytearray(100_000) for _ in range(1000)]
full = process.memory_info().rss - before
kept.clear()
memory.owe()
memory.pay()
print(settled, full > 50 * 2**20, process.memory_info().rss - before < 40 * 2**20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_what_is_let_go_is_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", RELEASED], capture_output=True, text=True, check=True).stdout.split()
    if told[0] == "False":
        pytest.skip("another C library")
    assert told[1:] == ["True", "True"]


COLLECTED = """
import gc
from domainscout import memory
class Knot: pass
memory.settle()
frozen = gc.get_freeze_count()
def tie():
    one = Knot()
    one.itself = one
for _ in range(200_000):
    tie()
print(gc.isenabled(), frozen > 1000, sum(isinstance(each, Knot) for each in gc.get_objects()) < 50_000)
"""


def test_garbage_is_found_but_not_looked_for_in_what_was_there() -> None:
    told = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, text=True, check=True).stdout.split()
    assert told == ["True", "True", "True"]


def test_what_a_text_said_is_remembered_until_it_is_forgotten() -> None:
    asked: list[str] = []

    @memory.remembered(maxsize=8)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length("gates"), length("gates")] == [5, 5]
    assert asked == ["gates"]
    memory.forget()
    assert length("gates") == 5
    assert asked == ["gates", "gates"]


def test_an_occasion_forgets_only_when_it_trims() -> None:
    asked: list[str] = []

    @memory.remembered(maxsize=8)
    def seen(text: str) -> None:
        asked.append(text)

    while memory._owed[0]:
        memory.pay()
    memory.pay(memory.TRIM_EVERY_BYTES)
    seen("gates")
    memory.pay(1000)
    seen("gates")
    assert len(asked) == 1
    memory.pay(memory.TRIM_EVERY_BYTES)
    seen("gates")
    assert len(asked) == 2


def test_no_text_is_remembered_anywhere_else() -> None:
    """Only what comes from the project itself may be kept for the life of a process."""
    source = Path(memory.__file__).parent
    kept = {
        str(file.relative_to(source)): re.findall(r"@lru_cache\(maxsize=(\w+)", file.read_text("utf-8"))
        for file in source.rglob("*.py")
    }
    assert {name: sizes for name, sizes in kept.items() if sizes} == {"addresses.py": ["1"]}
