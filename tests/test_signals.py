"""Who hears the signals that end a program, for how long, and how often a closed terminal says so."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domainscout.signals import ENDING, heard, wanted


@contextmanager
def ignoring(number: int) -> Iterator[None]:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


async def send(*numbers: int) -> None:
    for number in numbers:
        os.kill(os.getpid(), number)
        await asyncio.sleep(0)  # the loop hears a signal by a byte on a socket, one turn later
        await asyncio.sleep(0)


@pytest.mark.parametrize("number", ENDING)
async def test_each_signal_is_told_with_its_number(number: int) -> None:
    told: list[int] = []
    arrived = asyncio.Event()
    with heard(lambda which: (told.append(which), arrived.set())):
        os.kill(os.getpid(), number)
        await asyncio.wait_for(arrived.wait(), 10)
    assert told == [number]


async def test_a_terminal_that_closes_says_so_once_and_ctrl_c_is_told_each_time() -> None:
    told: list[int] = []
    three = asyncio.Event()

    def tell(number: int) -> None:
        told.append(number)
        if len(told) == 3:
            three.set()

    with heard(tell):
        await send(signal.SIGHUP, signal.SIGHUP, signal.SIGINT, signal.SIGINT)
        await asyncio.wait_for(three.wait(), 10)
    assert sorted(told) == sorted([signal.SIGHUP, signal.SIGINT, signal.SIGINT])


async def test_what_was_there_before_hears_again_afterwards() -> None:
    before = {number: signal.getsignal(number) for number in ENDING}
    with heard(lambda _: None):
        assert any(signal.getsignal(number) != handler for number, handler in before.items())
    assert {number: signal.getsignal(number) for number in ENDING} == before


async def test_a_signal_that_the_parent_had_ignored_stays_ignored() -> None:
    told: list[int] = []
    with ignoring(signal.SIGHUP):
        assert not wanted(signal.SIGHUP)
        assert wanted(signal.SIGTERM)
        with heard(told.append):
            await send(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert told == []
