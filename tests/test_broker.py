"""The broker against real servers: Valkey, and Redis where it is installed."""

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.support.clocks import set_server_clock
from tests.support.queues import REDIS, Server, binaries, server
from tests.support.waiting import wait_until

from domainscout.broker import Broker, BrokerAway, BrokerFull, open_broker
from domainscout.broker.beats import pack_target, unpack_target
from domainscout.demo.certificates import Authority
from domainscout.doctor import examine
from domainscout.errors import BrokerError, UsageError
from domainscout.records import Lane, ScoutState, Target, WorkerBeat
from domainscout.settings import QueueSettings, load_settings

LEASE_S = 1.0


@pytest.fixture(scope="module", params=sorted(binaries()))
def backend(request: pytest.FixtureRequest) -> Iterator[Server]:
    with server(binaries()[request.param]) as one:
        yield one


@pytest.fixture
async def two(backend: Server) -> AsyncIterator[tuple[Broker, Broker]]:
    backend.say("FLUSHALL")
    backend.say("CONFIG", "SET", "maxmemory", "0")
    async with AsyncExitStack() as stack:
        settings = QueueSettings(lease=LEASE_S)
        pair = [await stack.enter_async_context(open_broker(backend.url, settings, worker=w)) for w in ("one", "two")]
        for broker in pair:
            await broker.register()
        yield pair[0], pair[1]


def targets(count: int, *, first: int = 1, attempt: int = 1) -> list[Target]:
    return [
        Target(id=n, job_id="j-1", domain=f"company{n}.example", attempt=attempt) for n in range(first, first + count)
    ]


def beat(name: str) -> WorkerBeat:
    return WorkerBeat(
        name=name, pid=1, host="h", version="0", started=0.0, seen=0.0, slots=2, done=1, partial=0, failed=0,
        scouts=(ScoutState(domain="company1.example", stage="fetch", since=1.0, target_id=1, attempt=1),),
        cpu_pct=1.0, rss_bytes=1, lag_ms=0.0, cost_usd=0.0,
    )  # fmt: skip


def test_a_payload_carries_the_whole_target() -> None:
    target = Target(
        id=7, job_id="j", domain="bücher.example", attempt=3, charged=2, crashes=1, suspect=True, max_age_s=5.0,
        budget_usd=0.5, llm_batch=True,
    )  # fmt: skip
    assert unpack_target(pack_target(target)) == target


async def test_a_target_goes_to_one_worker_only_and_is_gone_when_settled(two: tuple[Broker, Broker]) -> None:
    one, other = two
    assert await one.push(Lane.BULK, targets(3)) == 3
    first = await one.claim(2)
    second = await other.claim(2)
    assert [held.target.id for held in (*first.held, *second.held)] == [1, 2, 3]
    await one.settle([held.claim for held in first.held])
    await one.settle([held.claim for held in first.held])
    assert {pair async for pair in _pairs(one)} == {(3, 1)}
    assert (await one.stats()).in_flight == 1


async def _pairs(broker: Broker) -> AsyncIterator[tuple[int, int]]:
    for pair in await broker.present():
        yield pair


async def test_pushing_again_after_a_broken_connection_adds_nothing(two: tuple[Broker, Broker]) -> None:
    one, _ = two
    assert await one.push(Lane.BULK, targets(700)) == 700
    assert await one.push(Lane.BULK, targets(701)) == 1
    assert (await one.stats()).unread == 701
    # Put back and fed again, the same target is another attempt.
    assert await one.push(Lane.BULK, targets(1, attempt=2)) == 1


async def test_small_jobs_overtake_a_huge_one(two: tuple[Broker, Broker]) -> None:
    one, _ = two
    await one.push(Lane.BULK, targets(500))
    await one.push(Lane.EXPRESS, targets(2, first=1000))
    assert [held.target.id for held in (await one.claim(3)).held] == [1000, 1001, 1]


async def test_suspects_are_announced_and_come_one_by_one(two: tuple[Broker, Broker]) -> None:
    one, _ = two
    await one.push(Lane.SOLO, targets(2, first=50))
    await one.push(Lane.BULK, targets(1))
    claimed = await one.claim(5)
    assert [held.target.id for held in claimed.held] == [1]
    assert claimed.suspects_wait
    assert [held.target.id for held in (await one.claim(5, alone=True)).held] == [50]
    last = await one.claim(5, alone=True)
    assert [held.target.id for held in last.held] == [51]
    assert not last.suspects_wait


async def test_a_push_wakes_a_waiting_worker_and_so_does_a_call(two: tuple[Broker, Broker]) -> None:
    one, other = two
    for wake in (lambda: other.push(Lane.EXPRESS, targets(1)), other.wake):
        await one.settle([held.claim for held in (await one.claim(5)).held])
        assert not (await one.claim(1)).held
        waiting = asyncio.create_task(one.wait_for_work(2.0))
        await wake()
        # A wait that ended too early on a busy machine is begun anew, as the worker does.
        assert await waiting or await one.wait_for_work(2.0)


async def test_a_wake_up_between_the_claim_and_the_wait_is_not_missed(two: tuple[Broker, Broker]) -> None:
    one, other = two
    assert not (await one.claim(1)).held
    await other.wake()
    assert await one.wait_for_work(2.0)


async def test_a_renewed_lease_does_not_expire_and_a_foreign_one_is_not_renewed(two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(2))
    mine, foreign = (await one.claim(1)).held, (await other.claim(1)).held
    deadline = time.monotonic() + 1.5 * LEASE_S
    while time.monotonic() < deadline:
        renewed = await one.renew([held.claim for held in (*mine, *foreign)])
        assert renewed.taken == {foreign[0].claim.entry_id}
        await asyncio.sleep(LEASE_S / 5)
    await one.renew([held.claim for held in mine])
    (expired,) = await one.expired(LEASE_S)
    assert (expired.owner, expired.held) == ("two", foreign[0])
    assert await other.expired(LEASE_S) == []
    gone = await other.renew([foreign[0].claim])
    assert gone.taken == {foreign[0].claim.entry_id}


async def test_a_lease_from_before_the_clock_was_set_back_ends_all_the_same(two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(3))
    (held, *_) = (await one.claim(2)).held
    await one.beat(beat("one"))
    await set_server_clock(one, -3600.0)
    assert [seen.state for seen in await other.workers()] == []
    await asyncio.sleep(LEASE_S * 1.2)
    assert await other.expired(LEASE_S) == []
    await other.restart_leases_from_the_future()
    await wait_until(lambda: _expires(other, held.target.id))


async def _expires(broker: Broker, target: int) -> bool:
    return target in {expired.held.target.id for expired in await broker.expired(LEASE_S)}


async def test_released_claims_are_expired_at_once_and_blame_nobody(two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(2))
    held = (await one.claim(2)).held
    assert await one.release([one_held.claim for one_held in held]) == 2
    assert {expired.owner for expired in await other.expired(3600.0)} == {"sweeper"}


async def test_claims_that_nobody_heard_of_are_found_again(two: tuple[Broker, Broker]) -> None:
    one, _ = two
    await one.push(Lane.BULK, targets(3))
    heard, *unheard = (await one.claim(3)).held
    assert await one.stranded({heard.claim.entry_id}) == unheard


async def test_after_a_wipe_the_queue_goes_on(backend: Server, two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(2))
    (held,) = (await one.claim(1)).held
    backend.say("FLUSHALL")
    assert (await one.renew([held.claim])).gone == {held.claim.entry_id}
    await one.settle([held.claim])
    assert not (await other.claim(1)).held
    assert await one.present() == set()
    assert await one.push(Lane.BULK, targets(2, attempt=2)) == 2
    assert len((await other.claim(5)).held) == 2


async def test_a_group_that_was_destroyed_is_made_again_and_loses_nothing(
    backend: Server, two: tuple[Broker, Broker]
) -> None:
    one, _ = two
    await one.push(Lane.BULK, targets(2))
    backend.say("XGROUP", "DESTROY", "domainscout:{default}:bulk", "scouts")
    assert not (await one.claim(2)).held
    assert len((await one.claim(2)).held) == 2


async def test_a_stream_that_was_deleted_frees_its_names(backend: Server, two: tuple[Broker, Broker]) -> None:
    one, _ = two
    await one.push(Lane.BULK, targets(5))
    backend.say("DEL", "domainscout:{default}:bulk")
    assert await one.present() == set()
    assert await one.push(Lane.BULK, targets(5)) == 5


async def test_a_full_server_takes_what_drains_it_and_nothing_else(backend: Server, two: tuple[Broker, Broker]) -> None:
    one, _ = two
    backend.say("FLUSHALL")
    backend.say("CONFIG", "SET", "maxmemory", "1")
    await one.register()
    assert await one.push(Lane.BULK, targets(700)) == 700
    assert await one.push(Lane.BULK, targets(700)) == 0
    await one.beat(beat("one"))
    assert [found.name for found in await one.workers()] == ["one"]
    held = (await one.claim(5)).held
    await one.settle([claimed.claim for claimed in held])
    assert (await one.stats()).unread == 695
    with pytest.raises(BrokerFull):
        await one.announce()
    await one.wake()


async def test_a_full_server_of_an_older_kind_takes_nothing_new_and_lets_everything_finish(
    backend: Server, two: tuple[Broker, Broker], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(4))
    for script in (one._push, one._beat, one._groups):
        monkeypatch.setattr(script, "_beyond", one._redis.register_script("#!as old servers see it"))
    backend.say("CONFIG", "SET", "maxmemory", "1")
    for refused in (one.announce, lambda: one.push(Lane.BULK, targets(1, first=99)), lambda: one.beat(beat("one"))):
        with pytest.raises(BrokerFull) as failure:
            await refused()
        assert failure.value.fix
        assert failure.value.exit_code == 5
    await one.register()
    held = [*(await one.claim(2)).held, *(await other.claim(1)).held]
    assert len(held) == 3
    await one.renew([claimed.claim for claimed in held])
    assert await one.release([held[0].claim]) == 1
    assert len(await one.expired(60.0)) == 1
    await one.settle([claimed.claim for claimed in held])
    async with open_broker(backend.url, QueueSettings(), worker="late") as late:
        await late.register()
        assert len((await late.claim(5)).held) == 1
    await one.wake()


async def test_dead_names_go_only_when_they_hold_nothing(two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.push(Lane.BULK, targets(1))
    await other.claim(1)
    await other.leave()
    assert "two" in await one._consumers()
    assert [expired.owner for expired in await one.expired(0.0)] == ["two"]
    await other.leave()
    assert "two" not in await one._consumers()


async def test_two_processes_never_share_a_name(backend: Server, two: tuple[Broker, Broker]) -> None:
    async with open_broker(backend.url, QueueSettings(), worker="one") as third:
        await third.register()
        assert third.worker == "one.2"


async def test_heartbeats_carry_the_server_s_time_and_forget_the_dead(two: tuple[Broker, Broker]) -> None:
    one, other = two
    await one.beat(beat("one"))
    (seen,) = await other.workers()
    assert (seen.name, seen.scouts[0].domain, seen.state) == ("one", "company1.example", "ok")
    assert abs(seen.seen - await other.server_time()) < 60
    await one.leave()
    assert await other.workers() == ()


async def test_stats_tell_depth_age_and_server(backend: Server, two: tuple[Broker, Broker]) -> None:
    one, _ = two
    await one.push(Lane.BULK, targets(5))
    await one.claim(2)
    stats = await one.stats()
    assert (stats.unread, stats.in_flight) == (3, 2)
    assert 0 <= stats.oldest_s < 90
    assert stats.memory_bytes > 100_000
    assert stats.server.split()[0] in backend.binary


async def test_a_window_costs_kilobytes(two: tuple[Broker, Broker]) -> None:
    one, _ = two
    before = (await one.stats()).memory_bytes
    await one.push(Lane.BULK, targets(5000))
    assert (await one.stats()).memory_bytes - before < 3_000_000


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "unix:///nowhere/at/all.sock", "redis://user:pw@127.0.0.1:1/0"]
)
async def test_a_server_that_is_not_there_is_told_with_the_next_step(url: str) -> None:
    with pytest.raises(BrokerAway) as failure:
        async with open_broker(url, QueueSettings()):
            pass
    assert failure.value.exit_code == 5
    assert "domainscout doctor" in failure.value.fix
    assert ":pw@" not in f"{failure.value.what}{failure.value.why}{failure.value.fix}"


async def test_a_worker_that_starts_before_its_server_waits_for_it_and_tells_once() -> None:
    told: list[BrokerAway] = []
    folder = Path(tempfile.mkdtemp(prefix="ds-"))
    late = Server(binary=binaries()["valkey"], folder=folder)

    async def wait() -> float:
        async with open_broker(late.url, QueueSettings(), patience_s=60.0, tell=told.append) as broker:
            return await broker.ping()

    waiting = asyncio.create_task(wait())
    try:
        await wait_until(lambda: bool(told))
        await asyncio.to_thread(late.start)
        assert await waiting > 0
        assert len(told) == 1
    finally:
        late.kill()
        shutil.rmtree(folder)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "nonsense", "redis://127.0.0.1:notaport/0"])
async def test_what_is_not_a_redis_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as failure:
        async with open_broker(url, QueueSettings()):
            pass
    assert failure.value.fix


async def test_a_server_that_is_no_redis_is_told_with_what_to_do() -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"<html>400 Bad Request</html>\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(web, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(BrokerError) as failure:
            async with open_broker(f"redis://127.0.0.1:{port}/0", QueueSettings()):
                pass
    assert "nonsense" in failure.value.what
    assert "doctor" in (failure.value.fix or "")


async def test_a_wrong_password_is_told_as_such(backend: Server, two: tuple[Broker, Broker]) -> None:
    backend.say("ACL", "SETUSER", "scout", "on", ">right", "~domainscout:*", "+@all")
    with pytest.raises(BrokerError) as failure:
        async with open_broker(backend.url.replace("unix://", "unix://scout:wrong@"), QueueSettings()):
            pass
    assert not isinstance(failure.value, BrokerAway)
    assert "refuses" in failure.value.what


@pytest.mark.skipif(REDIS is None, reason="redis-server is not installed, and the package's own speaks no TLS")
async def test_tls_and_a_password_and_neither_secret_nor_traceback_when_they_are_wrong(tmp_path: Path) -> None:
    authority, stranger = (Authority(_made(tmp_path / name)) for name in ("ours", "stranger"))
    authority.context("localhost")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pem = str(tmp_path / "ours" / "localhost.pem")
    tls = ("--tls-port", str(port), "--tls-cert-file", pem, "--tls-key-file", pem, "--tls-auth-clients", "no")
    with server(str(REDIS), *tls, "--bind", "127.0.0.1", "--tls-ca-cert-file", str(authority.file)) as one:
        one.say("CONFIG", "SET", "requirepass", "canary-word")
        url = f"rediss://:canary-word@localhost:{port}/0?ssl_ca_certs="
        async with open_broker(f"{url}{authority.file}", QueueSettings(), worker="one") as broker:
            await broker.register()
            await broker.push(Lane.BULK, targets(3))
            await broker.settle([held.claim for held in (await broker.claim(2)).held])
            assert (await broker.stats()).unread == 1
        for wrong in (f"{url}{stranger.file}", f"{url}{authority.file}".replace("canary-word", "canary-wrong")):
            with pytest.raises(BrokerError) as failure:
                async with open_broker(wrong, QueueSettings()):
                    pass
            assert failure.value.fix
            assert "canary" not in f"{failure.value.what}{failure.value.why}{failure.value.fix}"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def test_every_key_of_a_queue_is_in_one_slot_of_a_cluster(backend: Server, two: tuple[Broker, Broker]) -> None:
    one, _ = two
    for lane in Lane:
        await one.push(lane, targets(2, first=10 * (1 + list(Lane).index(lane))))
    await one.beat(beat("one"))
    await one.wake()
    keys = backend.say("KEYS", "*").split()[2::2]
    assert len(keys) == 7
    assert all(key.startswith(b"domainscout:{default}:") for key in keys), keys


async def test_a_user_that_holds_only_the_queue_s_keys_can_do_everything(
    backend: Server, two: tuple[Broker, Broker]
) -> None:
    rights = ("+@connection", "+@read", "+@write", "+@scripting", "+info", "+time", "-@dangerous", "+info")
    backend.say("ACL", "SETUSER", "scout", "reset", "on", ">right", "~domainscout:*", *rights)
    url = backend.url.replace("unix://", "unix://scout:right@")
    async with open_broker(url, QueueSettings(), worker="limited") as broker:
        await broker.register()
        await broker.push(Lane.EXPRESS, targets(2))
        held = (await broker.claim(2)).held
        await broker.renew([one.claim for one in held])
        await broker.beat(beat("limited"))
        await broker.expired(60.0)
        await broker.stats()
        await broker.workers()
        await broker.present()
        await broker.wake()
        await broker.settle([one.claim for one in held])
        await broker.dismiss_dead()
        await broker.leave()


@pytest.mark.parametrize(("off_s", "says"), [(0.0, "ok"), (3600.0, "warn"), (-3600.0, "warn")])
async def test_the_doctor_warns_of_a_server_whose_clock_is_off(
    backend: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off_s: float, says: str
) -> None:
    true_time = Broker.server_time

    async def server_time(broker: Broker) -> float:
        return await true_time(broker) + off_s

    monkeypatch.setattr(Broker, "server_time", server_time)
    settings = load_settings({"data_dir": tmp_path, "redis_url": backend.url})
    (clock,) = [check async for check in examine(settings) if check.name == "clock"]
    assert clock.state.value == says
