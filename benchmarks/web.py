"""A small fast web on loopback for benchmarks, in a process of its own: made-up companies or corpora, TLS, latency.

    python -m benchmarks.web --sites 200 --pages 10 --latency-ms 300 --sigma 0.5

Prints one JSON line {"http": port, "https": port, "ca": file, "paths": file} when ready; ends when its standard input
closes, so it never outlives the benchmark that started it. Latency depends on seed, host and path only: the same for
every run, whatever the order of requests.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import hashlib
import json
import math
import os
import random
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from benchmarks.made_up import companies

Pages = dict[str, dict[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A running web: where it listens and the certificate authority to trust."""

    http: int
    https: int
    ca: Path
    domains: list[str]
    paths: list[tuple[str, str]]

    def flags(self) -> list[str]:
        """Command-line flags with which domainscout reaches it."""
        return [
            "--connect-to", f":443:127.0.0.1:{self.https}",
            "--connect-to", f":80:127.0.0.1:{self.http}",
            "--ca-file", str(self.ca),
        ]  # fmt: skip


@contextlib.asynccontextmanager
async def running(*options: str) -> AsyncIterator[Web]:
    """Start the web with those options in a process of its own and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.web", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        ready = json.loads(await process.stdout.readline())
        listed = [line.split() for line in Path(ready["paths"]).read_text().splitlines()]
        paths = [(host, path) for host, path in listed]
        names = list(dict.fromkeys(host for host, _ in paths))
        yield Web(http=ready["http"], https=ready["https"], ca=Path(ready["ca"]), domains=names, paths=paths)
    finally:
        process.stdin.close()
        await process.wait()


class Certificates:
    """A certificate authority and one certificate a host, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "benchmark CA")])
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(self._sign(self.name, None).public_bytes(serialization.Encoding.PEM))

    def context(self) -> ssl.SSLContext:
        """The listening context; it switches to the asked host's own by SNI."""
        outer = self._host_context("localhost")

        def choose(connection: ssl.SSLObject, server_name: str | None, _: ssl.SSLContext) -> None:
            connection.context = self.by_host(server_name or "localhost")

        outer.sni_callback = choose
        self.by_host = lru_cache(maxsize=4000)(self._host_context)
        return outer

    def _host_context(self, host: str) -> ssl.SSLContext:
        certificate = self._sign(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]), host)
        path = self.folder / "leaf.pem"
        path.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(self, subject: x509.Name, host: str | None) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is None:
            ski = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
            builder = builder.add_extension(ski, critical=False)
            builder = builder.add_extension(
                x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
            )
        else:
            names = [x509.DNSName(host)]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
            aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(aki, critical=False)
        return builder.sign(self.key, hashes.SHA256())


class Connection(asyncio.Protocol):
    """One keep-alive HTTP/1.1 connection; requests are answered in order, each after its latency."""

    def __init__(self, pages: Pages, latency: Latency) -> None:
        self.pages, self.latency = pages, latency
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        lines = head.split(b"\r\n")
        path = lines[0].split(b" ")[1].decode("latin-1").partition("?")[0]
        host = next((v[5:].strip() for v in lines if v[:5].lower() == b"host:"), b"").decode().partition(":")[0]
        bare = host.removeprefix("www.")
        body = self.pages.get(bare, {}).get(path)
        status = b"200 OK" if body is not None else b"404 Not Found"
        body = body if body is not None else b"<html><body><h1>Not Found</h1></body></html>"
        answer = (
            b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"1\"\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        delay = self.latency.seconds(bare, path)
        if delay:
            asyncio.get_running_loop().call_later(delay, self._send, answer)
        else:
            self._send(answer)

    def _send(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Lognormal answer times with that mean (milliseconds); the same for the same host and path."""

    mean_ms: float
    sigma: float

    def seconds(self, host: str, path: str) -> float:
        """How long the answer takes."""
        if not self.mean_ms:
            return 0.0
        rng = random.Random(hashlib.sha256(f"{host}{path}".encode()).digest())
        mu = math.log(self.mean_ms) - self.sigma**2 / 2
        return rng.lognormvariate(mu, self.sigma) / 1000


def corpus_pages(folders: list[Path]) -> Pages:
    """Pages of corpus folders by bare host and path."""
    found: Pages = {}
    for folder in folders:
        for site_file in sorted(folder.glob("sites/*/site.json")):
            site = json.loads(site_file.read_text())
            pages = found.setdefault(site["domain"], {})
            for entry in site["pages"]:
                parts = urlsplit(entry["url"])
                body = (site_file.parent / entry["file"]).read_bytes()
                for path in (parts.path or "/", *entry.get("aliases", ())):
                    pages.setdefault(path, body)
            if "/" not in pages:
                pages["/"] = pages[urlsplit(site["home"]).path or next(iter(pages))]
    return found


def repeated(pages: Pages, times: int) -> Pages:
    """Every site and `times - 1` aliases of it."""
    return {f"again{n}-{domain}" if n else domain: site for domain, site in pages.items() for n in range(times)}


async def _serve(args: argparse.Namespace) -> None:
    made = companies(args.sites, pages=args.pages, page_kib=args.page_kib) if not args.corpus else []
    pages = corpus_pages(args.corpus) or {c.domain: {p: h.encode() for p, h in c.pages.items()} for c in made}
    pages = repeated(pages, args.repeat)
    latency = Latency(mean_ms=args.latency_ms, sigma=args.sigma)
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory(prefix="benchmark-web-") as temporary:
        folder = Path(temporary)
        certificates = Certificates(folder)
        plain = await loop.create_server(lambda: Connection(pages, latency), "127.0.0.1", 0, backlog=2048)
        secure = await loop.create_server(
            lambda: Connection(pages, latency), "127.0.0.1", 0, backlog=2048, ssl=certificates.context()
        )
        listing = folder / "paths.txt"
        listing.write_text("".join(f"{host} {path}\n" for host, site in pages.items() for path in site))
        ports = {"http": plain.sockets[0].getsockname()[1], "https": secure.sockets[0].getsockname()[1]}
        if args.plain_only:
            secure.close()
        print(json.dumps({**ports, "ca": str(certificates.ca), "paths": str(listing)}), flush=True)
        ended = asyncio.Event()
        loop.add_reader(sys.stdin.fileno(), _end_at_eof, ended)
        await ended.wait()


def _end_at_eof(ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        ended.set()


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", nargs="+", type=Path, default=[], help="corpus folders to serve instead")
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--pages", type=int, default=10, help="pages a made-up site")
    parser.add_argument("--page-kib", type=int, default=25)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=0.0, help="mean of the lognormal answer time")
    parser.add_argument("--sigma", type=float, default=0.5)
    parser.add_argument("--plain-only", action="store_true", help="nothing listens for TLS")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
