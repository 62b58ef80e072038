"""Huge things one at a time, and their memory given back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

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
for _ in range(20_000):
    tie()
print(gc.isenabled(), frozen > 1000, sum(isinstance(each, Knot) for each in gc.get_objects()) < 2000)
"""


def test_garbage_is_found_but_not_looked_for_in_what_was_there() -> None:
    told = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, text=True, check=True).stdout.split()
    assert told == ["True", "True", "True"]
