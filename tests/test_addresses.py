"""Which addresses may be dialled: every spelling of every special address, and ten thousand made-up ones."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domainscout import addresses
from domainscout.addresses import canonical_host, canonical_url, literal, registrable, why_not, why_not_ip
from domainscout.errors import Category
from domainscout.fetch import FetchError, open_fetcher
from domainscout.settings import CrawlSettings

SPECIAL = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
SPECIAL_V6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2606:4700::5efe:7f00:1",
]
NAMES = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "localhost.localdomain",
    "printer.local",
    "db.internal",
    "metadata.google.internal",
    "intranet",
    "router.lan",
    "nas.home.arpa",
    "1.0.0.127.in-addr.arpa",
    "x.onion",
    "x.corp",
]


@pytest.mark.parametrize("address", SPECIAL + SPECIAL_V6)
def test_special_addresses_are_refused(address: str) -> None:
    assert why_not_ip(address)
    assert why_not(f"[{address}]" if ":" in address else address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_are_not(address: str) -> None:
    assert why_not_ip(address) is None


@pytest.mark.parametrize("name", NAMES)
def test_special_names_are_refused(name: str) -> None:
    assert why_not(name)


@pytest.mark.parametrize(
    "name", ["example.com", "shop.example.co.uk", "a.test", "bücher.example", "xn--bcher-kva.example"]
)
def test_ordinary_names_are_not(name: str) -> None:
    assert why_not(name) is None


@pytest.mark.parametrize(
    ("port", "refused"), [(80, False), (443, False), (None, False), (22, True), (8080, True), (0, True)]
)
def test_only_two_ports(port: int | None, refused: bool) -> None:
    assert bool(why_not("example.com", port)) is refused


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("①②⑦.0.0.1", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("017700000001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("0X7F.0X0.0X0.0X1", "127.0.0.1"),
        ("0000000177.0.0.01", "127.0.0.1"),
    ],
)
def test_spellings(spelled: str, meant: str) -> None:
    assert str(literal(spelled)) == meant


@pytest.mark.parametrize(
    "nonsense", ["256.1.1.1", "1.2.3.4.5", "1.2.3.09", "a..b", "", " ", "exa mple.com", "[::1", "a.1", "x/y"]
)
def test_nonsense_is_no_host(nonsense: str) -> None:
    assert canonical_host(nonsense) is None


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a?b#c", "https://example.com/a?b"),
        ("http://user:pw@example.com:80/", "http://example.com/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("ftp://example.com/", None),
        ("http://[::1/", None),
        ("http://:80/", None),
        ("http://example.com:99999/", None),
        ("//example.com", None),
    ],
)
def test_canonical_urls(url: str, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=60))
def test_canonical_hosts_stay_what_they_are(text: str) -> None:
    first = canonical_host(text)
    if first is not None:
        assert canonical_host(first) == first
        assert first.isascii()
        assert bool(why_not(text)) == bool(why_not(first))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["hex", "octal", "decimal", "short", "full-width", "dotted-hex"]))
def test_every_ipv4_in_every_spelling(number: int, how: str) -> None:
    assert literal(_spelled_v4(IPv4Address(number), how)) == IPv4Address(number)


@given(st.integers(0, 2**128 - 1))
def test_whatever_is_not_global_unicast_is_refused(number: int) -> None:
    address = IPv6Address(number)
    if not address.is_global or number >> 125 != 1:
        assert why_not_ip(address)


def test_registrable_domains() -> None:
    assert registrable("shop.example.co.uk") == "example.co.uk"
    assert registrable("name.github.io") == "name.github.io"
    assert registrable("www.name.github.io") == "name.github.io"
    assert registrable("127.0.0.1") == "127.0.0.1"


def _spelled_v4(address: IPv4Address, how: str) -> str:
    number, parts = int(address), str(address).split(".")
    if how == "hex":
        return hex(number)
    if how == "octal":
        return f"0{number:o}"
    if how == "decimal":
        return str(number)
    if how == "short":
        return f"{parts[0]}.{number & 0xFFFFFF}"
    if how == "full-width":
        return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(address))
    return ".".join(random.Random(number).choice([hex(int(p)), f"0{int(p):o}", p]) for p in parts)


def _made_up(random_: random.Random) -> str:
    """One spelling of a forbidden place."""
    kind = random_.randrange(6)
    if kind < 3:
        address = IPv4Address(random_.choice(["127.0.0.1", "127.0.0.1", "127.3.2.1", "0.0.0.0", *SPECIAL]))
        spelled = _spelled_v4(address, random_.choice(["hex", "octal", "decimal", "short", "full-width", "dotted-hex"]))
        if random_.random() < 0.2:
            spelled = "".join(f"%{ord(c):02x}" if c.isascii() and random_.random() < 0.4 else c for c in spelled)
        return spelled + random_.choice(["", "", "."])
    if kind == 3:
        return f"[{random_.choice(SPECIAL_V6)}]"
    if kind == 4:
        v4 = int(IPv4Address(random_.choice(SPECIAL)))
        prefix = random_.choice([0, 0xFFFF << 32, 0x64FF9B << 96, (0x2002 << 112) | (v4 << 80)])
        return f"[{IPv6Address(prefix | v4)}]"
    return random_.choice(NAMES)


@dataclass
class Listener:
    """Somebody who listens on a port of loopback that the guard allows, and counts who came."""

    port: int
    connects: int = 0


@pytest.fixture
async def listener(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    found = Listener(port=0)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connects += 1
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        found.port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(addresses, "PORTS", frozenset([80, 443, found.port]))
        yield found


async def test_ten_thousand_forbidden_places_are_never_dialled(listener: Listener) -> None:
    """Literals, names, and harmless names that resolve to something else, on the very port somebody listens on."""
    random_ = random.Random(7)
    forbidden = [*SPECIAL, *SPECIAL_V6]

    async def lookup(name: str) -> list[str]:
        return [*random_.choices(forbidden, k=random_.randint(1, 3)), "127.0.0.1"]

    async with (
        open_fetcher(CrawlSettings(host_delay=0), lookup=lookup) as fetcher,
        fetcher.visit("x.test") as visit,
    ):
        outcomes = set()
        for number in range(10_000):
            host = _made_up(random_) if number % 3 else f"n{number}.rebinding.test"
            user = random_.choice(["", "", "user:pw@", "good.test@"])
            scheme = random_.choice(["http", "https"])
            url = canonical_url(f"{scheme}://{user}{host}:{listener.port}/{number}")
            if url is None:
                outcomes.add("nonsense")
                continue
            with pytest.raises(FetchError) as caught:
                await visit.get(url, cap=1000, delay_s=0.0)
            outcomes.add(caught.value.category)
    assert listener.connects == 0
    assert outcomes <= {Category.PRIVATE, "nonsense"}
    assert Category.PRIVATE in outcomes


async def test_the_listener_would_have_noticed(listener: Listener) -> None:
    """The same dial with private addresses allowed does arrive: the test above can fail."""
    settings = CrawlSettings(host_delay=0, allow_private=True)
    async with open_fetcher(settings) as fetcher, fetcher.visit("x.test") as visit:
        with pytest.raises(FetchError):
            await visit.get(f"http://127.0.0.1:{listener.port}/", cap=1000, delay_s=0.0)
    assert listener.connects >= 1
