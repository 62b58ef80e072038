"""What can go wrong with one request, in our words. Owns the translation of aiohttp's and OpenSSL's errors."""

from __future__ import annotations

import asyncio
import errno
import re
import ssl
from enum import StrEnum

import aiohttp
from aiohttp import http_exceptions

from domainscout.errors import AttemptError, Category


class Step(StrEnum):
    """How far a request came before it failed."""

    ADDRESS = "address"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    ANSWER = "answer"
    BODY = "body"


class FetchError(AttemptError):
    """One request failed.

    Attributes:
        step: how far it came. CONNECT also means that something listens but does not speak TLS.
        missing_issuer: the certificate's issuer was not sent; its own AIA address may have it.
        hung_up: the other side ended the TLS handshake without a word.
        status: of the response, where there was one.
    """

    def __init__(
        self,
        category: Category,
        what: str,
        *,
        step: Step,
        heals: bool = False,
        retry_after_s: float | None = None,
        missing_issuer: bool = False,
        hung_up: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(category, what, heals=heals, retry_after_s=retry_after_s)
        self.step = step
        self.missing_issuer = missing_issuer
        self.hung_up = hung_up
        self.status = status


_SSL_WORDS = re.compile(r"\] ([a-z0-9 ]+) \(_ssl")
_NO_TLS_THERE = frozenset(
    [
        "UNEXPECTED_EOF_WHILE_READING",
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "HTTPS_PROXY_REQUEST",
        "UNKNOWN_PROTOCOL",
        "PACKET_LENGTH_TOO_LONG",
        "RECORD_LAYER_FAILURE",
        "NOT_SSL_RECORD_OR_UNKNOWN",
    ]
)
"""OpenSSL's reasons for "that was no TLS answer": the port answers, https does not."""

_OLD_PROTOCOL = frozenset(
    [
        "UNSUPPORTED_PROTOCOL",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "NO_PROTOCOLS_AVAILABLE",
        "WRONG_SSL_VERSION",
        "DH_KEY_TOO_SMALL",
        "EE_KEY_TOO_SMALL",
        "CA_MD_TOO_WEAK",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    ]
)

_EXPIRED = 10
_NOT_YET_VALID = 9
_SELF_SIGNED_LEAF = 18
_SELF_SIGNED_IN_CHAIN = 19
_NO_LOCAL_ISSUER = 20
_NO_FIRST_ISSUER = 21
_REVOKED = 23
_WRONG_NAME = 62
_WRONG_ADDRESS = 64


def translated(error: Exception, host: str) -> FetchError:
    """The error of a request in our words.

    Args:
        error: what aiohttp, the TLS layer or the socket raised.
        host: the host that was asked, for the message.
    """
    if isinstance(error, FetchError):
        return error
    cause = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return certificate_failure(cause, host)
    if isinstance(cause, ssl.SSLError):
        return _tls_failure(cause, host)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return FetchError(
            Category.CONNECT,
            f"The proxy refused {host}: {error.status} {error.message}.",
            step=Step.CONNECT,
            heals=True,
        )
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return FetchError(
            Category.TIMEOUT, f"{host} did not accept a connection in time.", step=Step.CONNECT, heals=True
        )
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return FetchError(Category.TIMEOUT, f"{host} did not answer in time.", step=Step.ANSWER, heals=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return connect_failure(error.os_error, host)
    if isinstance(error, aiohttp.ClientResponseError):
        return _malformed(error, host)
    if isinstance(error, aiohttp.ClientPayloadError) and "not completed" in str(error):
        return FetchError(Category.CONNECT, f"{host} broke off its page.", step=Step.BODY, heals=True)
    if isinstance(error, aiohttp.ClientPayloadError):
        return FetchError(Category.PROTOCOL, f"{host} sent a broken body.", step=Step.BODY, heals=True)
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return FetchError(Category.PROTOCOL, f"{host}: an address that cannot be requested.", step=Step.ADDRESS)
    return FetchError(
        Category.CONNECT, f"{host} closed the connection without an answer.", step=Step.ANSWER, heals=True
    )


def certificate_failure(error: ssl.SSLCertVerificationError, host: str) -> FetchError:
    """A certificate that does not verify: expired, wrong name, untrusted, or without its issuer."""
    code = getattr(error, "verify_code", 0)
    words = {
        _EXPIRED: "its certificate has expired",
        _NOT_YET_VALID: "its certificate is not valid yet",
        _SELF_SIGNED_LEAF: "its certificate is self-signed (untrusted)",
        _SELF_SIGNED_IN_CHAIN: "its certificate comes from an untrusted authority (self-signed root)",
        _NO_LOCAL_ISSUER: "its certificate is untrusted: the issuer's certificate is missing or unknown",
        _NO_FIRST_ISSUER: "its certificate is untrusted: an intermediate certificate is missing",
        _REVOKED: "its certificate was revoked",
        _WRONG_NAME: "its certificate is for another name (wrong name)",
        _WRONG_ADDRESS: "its certificate is for another name (wrong name)",
    }.get(code) or f"its certificate does not verify ({getattr(error, 'verify_message', '') or error.reason})"
    missing = code in (_NO_LOCAL_ISSUER, _NO_FIRST_ISSUER)
    return FetchError(Category.TLS, f"TLS with {host} failed: {words}.", step=Step.TLS, missing_issuer=missing)


def old_protocol(host: str) -> FetchError:
    """A server that speaks TLS 1.1 or older only."""
    return FetchError(Category.TLS, f"TLS with {host} failed: it offers only an old protocol.", step=Step.TLS)


def _tls_failure(error: ssl.SSLError, host: str) -> FetchError:
    reason = _reason(error)
    if reason in _NO_TLS_THERE or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        hung_up = "EOF" in reason or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
        what = f"{host} does not speak TLS."
        return FetchError(Category.CONNECT, what, step=Step.CONNECT, heals=True, hung_up=hung_up)
    if reason in _OLD_PROTOCOL:
        return old_protocol(host)
    words = reason.replace("_", " ").lower() or "handshake failed"
    return FetchError(Category.TLS, f"TLS with {host} failed: {words}.", step=Step.TLS)


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's name of what is wrong; an older Python knows no names for newer reasons and has only the words."""
    if error.reason:
        return str(error.reason).upper()
    words = _SSL_WORDS.search(str(error))
    return words[1].upper().replace(" ", "_") if words else ""


def connect_failure(error: OSError, host: str) -> FetchError:
    """A connection that was not made, or was ended before anything was said."""
    code = error.errno
    if code == errno.ECONNREFUSED:
        words = "refused the connection"
    elif code in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        words = "cannot be reached"
    elif code == errno.ETIMEDOUT:
        return FetchError(
            Category.TIMEOUT, f"{host} did not accept a connection in time.", step=Step.CONNECT, heals=True
        )
    else:
        words = "closed the connection at once"
    hung_up = isinstance(error, ConnectionResetError | ConnectionAbortedError)
    return FetchError(Category.CONNECT, f"{host} {words}.", step=Step.CONNECT, heals=True, hung_up=hung_up)


def _malformed(error: aiohttp.ClientResponseError, host: str) -> FetchError:
    cause: BaseException | None = error
    too_long = "too many" in error.message.lower()
    while cause is not None and not too_long:
        too_long = isinstance(cause, http_exceptions.LineTooLong) or "too many" in str(cause).lower()
        cause = cause.__cause__ or cause.__context__
    if too_long:
        return FetchError(Category.SIZE, f"{host} sent headers beyond the limit.", step=Step.ANSWER)
    return FetchError(Category.PROTOCOL, f"{host} did not answer in HTTP.", step=Step.ANSWER)
