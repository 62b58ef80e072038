"""Hosts in trouble with TLS: certificates, chains, protocols, handshakes that come to nothing."""

from __future__ import annotations

import asyncio

from tests.hostile.rows import FILES, Exchange, company, http, moved, row

PAGE = http(company())


def files(x: Exchange) -> bytes:
    body = FILES.get(x.path, b"this is no certificate")
    return http(body, kind="application/pkix-cert")


async def aia(x: Exchange) -> bytes:
    return files(x)


row("tls-expired.test", "its certificate expired", "failed", "tls", answer=PAGE, tls="expired", message="expired")
row(
    "tls-future.test",
    "its certificate is not valid yet",
    "failed",
    "tls",
    answer=PAGE,
    tls="future",
    message="not valid yet",
)
row(
    "tls-name.test",
    "its certificate is for another name",
    "failed",
    "tls",
    answer=PAGE,
    tls="wrong-name",
    message="wrong name",
)
row(
    "tls-self.test",
    "its certificate is self-signed",
    "failed",
    "tls",
    answer=PAGE,
    tls="self-signed",
    message="self-signed",
)
row(
    "tls-untrusted.test", "its authority is unknown", "failed", "tls", answer=PAGE, tls="untrusted", message="untrusted"
)
row("tls-old.test", "speaks TLS 1.1 at most", "failed", "tls", answer=PAGE, tls="old", message="old protocol")
row(
    "tls-no-intermediate.test",
    "sends no intermediate, says nothing of it",
    "failed",
    "tls",
    answer=PAGE,
    tls="no-intermediate",
    message="issuer",
)
row("tls-aia.test", "sends no intermediate, but says where it is", "done", answer=PAGE, tls="aia", text="gates")
row(
    "tls-aia-private.test",
    "says the intermediate is at a private address",
    "failed",
    "tls",
    answer=PAGE,
    tls="aia-private",
)
row("tls-aia-wrong.test", "says the intermediate is where nonsense is", "failed", "tls", answer=PAGE, tls="aia-wrong")
row("tls-aia-rogue.test", "offers an unknown root by AIA", "failed", "tls", answer=PAGE, tls="aia-rogue")
row("aia.test", "serves certificates", "failed", "type", answer=aia, internal=True)
row("tls-www.test", "its certificate is for the www name only", "done", answer=PAGE, tls="wrong-name", text="gates")
row("www.tls-www.test", "the good half of tls-www.test", "done", answer=PAGE, internal=True)
row("plain-only.test", "hangs up on TLS, http works", "done", answer=PAGE, tls="plain", text="gates")
row("http-on-443.test", "speaks plain http on port 443, http works", "done", answer=PAGE, tls="http", text="gates")

# More of TLS ------------------------------------------------------------------------------------------------------

for name, number in {
    "handshake-failure": 40,
    "bad-certificate": 42,
    "internal-error": 80,
    "unknown-name": 112,
    "access-denied": 49,
    "no-renegotiation": 100,
    "certificate-required": 116,
}.items():
    row(
        f"tls-alert-{name}.test",
        f"ends the handshake with alert {number}",
        "failed",
        "tls",
        answer=PAGE,
        tls=f"alert-{number}",
    )
row(
    "tls-alert-version.test",
    "ends the handshake: protocol version",
    "failed",
    "tls",
    answer=PAGE,
    tls="alert-70",
    message="old protocol",
)
row("tls-garbage.test", "answers TLS with noise, http works", "done/failed", "tls/connect", answer=PAGE, tls="garbage")
row("tls-half.test", "begins the handshake and stops", "failed", "timeout", answer=PAGE, tls="half")
row("tls-drip.test", "a handshake in drops", "failed", "timeout", answer=PAGE, tls="drip")
row("tls-reset.test", "resets in the handshake", "done/failed", "connect/tls", answer=PAGE, tls="reset")
row("tls-client.test", "wants a certificate of ours", "failed", "tls/connect", answer=PAGE, tls="client")
row(
    "tls-no-names.test",
    "a certificate without names",
    "failed",
    "tls",
    answer=PAGE,
    tls="no-names",
    message="wrong name",
)
row(
    "tls-wildcard.test",
    "a wildcard for other names",
    "failed",
    "tls",
    answer=PAGE,
    tls="wildcard",
    message="wrong name",
)
row("tls-weak-key.test", "a key of 1024 bits", "failed", "tls", answer=PAGE, tls="weak-key")
row("tls-leaf-issuer.test", "signed by what is no authority", "failed", "tls", answer=PAGE, tls="leaf-issuer")
row(
    "tls-old-middle.test", "its intermediate expired", "failed", "tls", answer=PAGE, tls="old-middle", message="expired"
)
row("tls-chain.test", "sends its intermediate, as it should", "done", answer=PAGE, tls="chain", text="gates")
row("tls-chain-twice.test", "sends its chain twice, and the root", "done", answer=PAGE, tls="chain-twice", text="gates")
row(
    "tls-aia-two.test",
    "sends neither of two intermediates, but says where they are",
    "done",
    answer=PAGE,
    tls="aia-two",
    text="gates",
)
row("tls-aia-pem.test", "its intermediate lies there as PEM", "done", answer=PAGE, tls="aia-pem", text="gates")
row("tls-aia-p7c.test", "its intermediate lies there as PKCS #7", "done", answer=PAGE, tls="aia-p7c", text="gates")
for name, does in {
    "loop": "its intermediate names itself as its issuer's place",
    "huge": "its intermediate is an endless file",
    "hang": "its intermediate never comes",
    "moved": "its intermediate is redirected to a private address",
    "gone": "its intermediate is not there",
    "metadata": "says the intermediate is at cloud metadata",
    "port": "says the intermediate is at port 8080",
    "ldap": "says the intermediate is in LDAP",
    "file": "says the intermediate is a file",
    "expired": "is expired, and its intermediate is missing",
    "name": "is for another name, and its intermediate is missing",
}.items():
    row(f"tls-aia-{name}.test", does, "failed", "tls", answer=PAGE, tls=f"aia-{name}")


async def bad_place(x: Exchange) -> bytes | None:
    """Serves certificates badly."""
    if x.path == "/huge.der":
        await x.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-cert\r\nConnection: close\r\n\r\n")
        for _ in range(100_000):
            await x.send(b"0" * 65_536)
    if x.path == "/hang.der":
        await asyncio.sleep(30)
    if x.path == "/moved.der":
        return moved("http://10.0.0.7/intermediate.der")
    return http("gone", "404 Not Found")


row("aia-bad.test", "serves certificates badly", "failed", "http", answer=bad_place, internal=True)
