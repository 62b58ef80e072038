"""Parts of fetching by themselves: decoding, charsets, turns and slots, routes, certificates, proxies."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tests.support.web import answer, small_web

from domainscout.crawl import crawl
from domainscout.demo.certificates import Authority
from domainscout.errors import AttemptError, Category, CredentialsError, DomainscoutError, UsageError
from domainscout.fetch import FetchError, open_fetcher
from domainscout.fetch.charset import codec_named, text_of
from domainscout.fetch.decoding import decoded
from domainscout.fetch.dialing import ConnectTo
from domainscout.fetch.failures import translated
from domainscout.fetch.politeness import AddressSlots
from domainscout.settings import CrawlSettings

DATA = b"<p>wooden boats</p>" * 500


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", DATA),
        ("identity", DATA),
        ("gzip", gzip.compress(DATA, mtime=0)),
        ("x-gzip", gzip.compress(DATA, mtime=0)),
        ("deflate", zlib.compress(DATA)),
        ("deflate", zlib.compress(DATA)[2:-4]),
        ("br", brotli.compress(DATA)),
        ("zstd", zstandard.compress(DATA)),
        ("GZIP", gzip.compress(DATA, mtime=0)),
        (" identity , gzip", gzip.compress(DATA, mtime=0)),
    ],
    # Not the body: a gzip tells the time of day, and every process of a parallel run must call a test the same.
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
@pytest.mark.parametrize("cap", [100_000, len(DATA), 1000, 1])
def test_encodings(encoding: str, body: bytes, cap: int) -> None:
    assert decoded(body, encoding, cap, host="a.test") == (DATA[:cap], cap < len(DATA))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br, gzip", "compress", "sdch"])
def test_odd_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(FetchError) as caught:
        decoded(gzip.compress(DATA), encoding, 1000, host="a.test")
    assert caught.value.category is Category.DECODE


@pytest.mark.parametrize("label", ["utf-8", "UTF8", "none", "binary", "8bit", "text/html", "identity, identity", ""])
def test_what_is_no_encoding_is_passed_over(label: str) -> None:
    assert decoded(DATA, label, 10_000_000, host="a.test") == (DATA, False)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(DATA, mtime=0)), ("br", brotli.compress(DATA)), ("zstd", zstandard.compress(DATA))],
    ids=["gzip", "br", "zstd"],
)
def test_garbage_behind_the_end_costs_nothing(encoding: str, body: bytes) -> None:
    assert decoded(body + b"\0garbage" * 50, encoding, 10_000_000, host="a.test") == (DATA, False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=300))
def test_nonsense_is_refused_or_read_but_never_raised(encoding: str, body: bytes) -> None:
    with contextlib.suppress(FetchError):
        text, _ = decoded(body, encoding, 1000, host="a.test")
        assert len(text) <= 1000


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("UTF8", "utf-8"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("shift_jis", "cp932"),
        ("iso-8859-9", "cp1254"),
        ("x-sjis", "cp932"),
        ("utf-7", None),
        ("rot13", None),
        ("idna", None),
        ("unicode_escape", None),
        ("zlib", None),
        ("", None),
        ("???", None),
    ],
)
def test_labels_mean_what_browsers_take_them_to_mean(label: str, codec: str | None) -> None:
    assert codec_named(label) == codec


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            "",
            "text/html; charset=utf-8",
            "text/html; charset=gb2312",
            "text/html; charset=iso-2022-jp",
            "text/html; charset=utf-16",
            "text/html; charset=big5",
            "text/html; charset=x",
        ]
    ),
)
def test_any_bytes_become_clean_text(body: bytes, kind: str) -> None:
    text = text_of(body, kind)
    assert "\0" not in text
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("rule", "host", "port", "target"),
    [
        (":443:127.0.0.1:8443", "a.test", 443, ("127.0.0.1", 8443, True)),
        (":443:127.0.0.1:8443", "a.test", 80, None),
        ("::127.0.0.1:8443", "a.test", 80, ("127.0.0.1", 8443, True)),
        ("a.test:80:b.test:", "a.test", 80, ("b.test", 80, True)),
        ("A.test::b.test:81", "a.test", 443, ("b.test", 81, True)),
        ("a.test:80::8080", "a.test", 80, ("a.test", 8080, False)),
        ("[2606:4700::1]:80:[::1]:8080", "[2606:4700::1]", 80, ("::1", 8080, True)),
        ("b.test:80:127.0.0.1:1", "a.test", 80, None),
    ],
)
def test_connect_to_reads_like_curl(rule: str, host: str, port: int, target: object) -> None:
    assert ConnectTo([rule]).target(host, port) == target


@pytest.mark.parametrize("rule", ["", "a.test", "a:b:c", "a:x:b:80", "a:80:b:99999", "[::1:80:h:80", "[::1]80:80:h:80"])
def test_a_connect_to_that_is_none_is_told(rule: str) -> None:
    with pytest.raises(UsageError):
        ConnectTo([rule])


async def test_at_most_two_hosts_at_a_time_an_address() -> None:
    slots, at_once, most = AddressSlots(2), 0, 0

    async def guest() -> None:
        nonlocal at_once, most
        await slots.take("192.0.2.1")
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        slots.give_back("192.0.2.1")

    await asyncio.gather(*(guest() for _ in range(20)))
    assert most == 2


async def test_shared_hosting_is_visited_by_two_at_a_time() -> None:
    """Six sites on one address that is not mapped: never more than two of them have a visit open."""
    page = "<html><body><h1>Boats</h1><p>" + "We build boats. " * 30 + "</p></body></html>"
    names = [f"boats{number}.test" for number in range(6)]

    async def lookup(name: str) -> list[str]:
        return ["127.0.0.1"]

    async with small_web({name: {"/": page} for name in names}, latency_s=0.03) as web:
        rules = (f":80::{web.port}", f":443::{web.closed_port}")
        settings = CrawlSettings(connect_to=rules, host_delay=0, allow_private=True)
        async with open_fetcher(settings, lookup=lookup) as fetcher:
            await asyncio.gather(*(crawl(name, fetcher=fetcher, settings=settings) for name in names))
        spans: dict[str, tuple[float, float]] = {}
        for asked in web.log:
            start, end = spans.get(asked.host, (asked.came, asked.went))
            spans[asked.host] = (min(start, asked.came), max(end, asked.went))
    assert len(spans) == 6
    for start, _ in spans.values():
        assert sum(other[0] <= start < other[1] for other in spans.values()) <= 2


async def test_a_ca_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(UsageError) as caught:
            async with open_fetcher(CrawlSettings(ca_file=tmp_path / name)):
                pass
        assert name in caught.value.what


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://a.test:1", "http://", "socks5://:x"])
async def test_a_proxy_that_is_none_is_told(proxy: str) -> None:
    with pytest.raises(UsageError):
        async with open_fetcher(CrawlSettings(proxy=proxy)):
            pass


class HttpProxy:
    """Forwards absolute requests to one place, and remembers them."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.asked: list[str] = []
        self.refusal = b"403 Forbidden"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                line, _, rest = head.partition(b"\r\n")
                method, url, version = line.split(b" ")
                self.asked.append(f"{method.decode()} {url.decode()}")
                if method == b"CONNECT":
                    writer.write(b"HTTP/1.1 " + self.refusal + b"\r\nContent-Length: 0\r\n\r\n")
                    continue
                path = b"/" + url.split(b"/", 3)[3]
                up_reader, up = await asyncio.open_connection("127.0.0.1", self.target)
                up.write(method + b" " + path + b" " + version + b"\r\n" + rest)
                answer_head = await up_reader.readuntil(b"\r\n\r\n")
                length = int(answer_head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                writer.write(answer_head + await up_reader.readexactly(length))
                up.close()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class SocksProxy:
    """SOCKS5 without passwords; sends everything for port 80 to one place, refuses the rest."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.asked: list[tuple[str, int]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            _, methods = await reader.readexactly(2)
            await reader.readexactly(methods)
            writer.write(b"\x05\x00")
            _, _, _, kind = await reader.readexactly(4)
            size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
            host = await reader.readexactly(size)
            port = int.from_bytes(await reader.readexactly(2), "big")
            self.asked.append((host.decode() if kind == 3 else ".".join(map(str, host)), port))
            if port != 80:
                # As it looks from a SOCKS client when a site without TLS hangs up.
                writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                writer.transport.abort()
                return
            up_reader, up = await asyncio.open_connection("127.0.0.1", self.target)
            writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            await asyncio.gather(_pipe(reader, up), _pipe(up_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
    writer.close()


PAGE = (
    "<html><body><h1>Boats</h1><p>"
    + "We build boats. " * 30
    + "</p><a href=http://10.0.0.1/contact>Contact</a></body></html>"
)


async def test_an_http_proxy_carries_everything_but_forbidden_places() -> None:
    site = {"/": PAGE, "/away": answer("", "302 Found", Location="http://169.254.169.254/")}
    async with small_web({"boats.test": site}) as web:
        proxy = HttpProxy(web.port)
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = CrawlSettings(proxy=f"http://127.0.0.1:{port}", host_delay=0, page_timeout=5)
        async with server, open_fetcher(settings, lookup=_nobody) as fetcher:
            found = await crawl("boats.test", fetcher=fetcher, settings=settings)
            with pytest.raises(AttemptError) as caught:
                async with fetcher.visit("x.test") as visit:
                    await visit.get("http://10.0.0.1/", cap=1000, delay_s=0)
    assert len(found.pages) == 1
    assert "GET http://boats.test/" in proxy.asked
    assert caught.value.category is Category.PRIVATE
    assert not any("10.0.0.1" in asked for asked in proxy.asked)


async def test_an_https_proxy_is_spoken_to_by_tls_and_must_prove_itself(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with small_web({"boats.test": {"/": PAGE}}) as web:
        proxy = HttpProxy(web.port)
        server = await asyncio.start_server(proxy.serve, "localhost", 0, ssl=authority.context("localhost"))
        url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        settings = CrawlSettings(proxy=url, ca_file=authority.file, host_delay=0, page_timeout=5)
        async with server, open_fetcher(settings, lookup=_nobody) as fetcher:
            found = await crawl("boats.test", fetcher=fetcher, settings=settings)
            stranger = CrawlSettings(proxy=url, host_delay=0, page_timeout=5)
            async with open_fetcher(stranger, lookup=_nobody) as other:
                with pytest.raises(DomainscoutError):
                    await crawl("boats.test", fetcher=other, settings=stranger)
    assert len(found.pages) == 1
    assert proxy.asked.count("GET http://boats.test/") == 1


async def _nobody(name: str) -> list[str]:
    raise OSError("no name server here")


async def test_a_proxy_that_wants_other_credentials_is_no_sites_fault() -> None:
    proxy = HttpProxy(9)
    proxy.refusal = b"407 Proxy Authentication Required"
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    settings = CrawlSettings(proxy=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", host_delay=0)
    async with server, open_fetcher(settings, lookup=_nobody) as fetcher:
        with pytest.raises(CredentialsError):
            await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert proxy.asked == ["CONNECT boats.test:443"]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy(scheme: str) -> None:
    async def lookup(name: str) -> list[str]:
        return ["93.184.215.14"]

    async with small_web({"boats.test": {"/": PAGE}}) as web:
        proxy = SocksProxy(web.port)
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = CrawlSettings(proxy=f"{scheme}://127.0.0.1:{port}", host_delay=0, page_timeout=5)
        async with server, open_fetcher(settings, lookup=lookup) as fetcher:
            found = await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert len(found.pages) == 1
    assert ("boats.test" if scheme == "socks5h" else "93.184.215.14", 80) in proxy.asked


async def test_socks5_judges_what_names_resolve_to() -> None:
    async def lookup(name: str) -> list[str]:
        return ["127.0.0.1"]

    settings = CrawlSettings(proxy="socks5://127.0.0.1:9", host_delay=0)
    async with open_fetcher(settings, lookup=lookup) as fetcher:
        with pytest.raises(AttemptError) as caught:
            await crawl("rebinding.test", fetcher=fetcher, settings=settings)
    assert caught.value.category is Category.PRIVATE


async def test_the_environments_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with small_web({"boats.test": {"/": PAGE}}) as web:
        proxy = HttpProxy(web.port)
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "direct.test")
        settings = CrawlSettings(host_delay=0, page_timeout=5)
        async with server, open_fetcher(settings, lookup=_nobody) as fetcher:
            assert fetcher.proxies.of("http", "direct.test", mapped=False) is None
            assert fetcher.proxies.of("http", "boats.test", mapped=True) is None
            await crawl("boats.test", fetcher=fetcher, settings=settings)
    assert "GET http://boats.test/" in proxy.asked


@pytest.mark.parametrize(
    ("name", "words", "what"),
    [
        ("UNSUPPORTED_PROTOCOL", "[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1006)", "old protocol"),
        (None, "[SSL] legacy sigalg disallowed or unsupported (_ssl.c:992)", "old protocol"),
        (None, "[SSL] bad signature (_ssl.c:992)", "bad signature"),
        (None, "", "handshake failed"),
    ],
)
def test_what_is_wrong_with_tls_is_told_whether_or_not_python_has_a_name_for_it(name, words, what):
    error = ssl.SSLError(1, words)
    error.reason = name
    failure = translated(error, "acme.example")
    assert failure.category is Category.TLS
    assert what in failure.what
