"""Whom we trust: the system's authorities, `--ca-file`, and missing intermediates completed from a certificate's AIA.

An intermediate that a server forgot to send is only a link: the chain must still end in an authority we trusted
before, and a self-signed certificate is never taken from anywhere. `cryptography` is loaded when the first chain has to
be completed: most workers never need it, and it costs 10 MB.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from domainscout.errors import UsageError
from domainscout.fetch.dialing import Route

if TYPE_CHECKING:
    from cryptography import x509

MAX_INTERMEDIATES = 3
"""Links completed of one chain."""

KEPT_CONTEXTS = 64
"""Hosts whose completed chain is remembered: about 1 MB of memory each."""


class Trust:
    """TLS contexts: one for all hosts, and one each for hosts whose chain had to be completed.

    Raises:
        UsageError: the CA file cannot be read.
    """

    def __init__(self, ca_file: Path | None) -> None:
        self._ca_file = ca_file
        self._base = self._made(())
        self._completed: OrderedDict[str, ssl.SSLContext] = OrderedDict()

    def context(self, host: str) -> ssl.SSLContext:
        """The context to verify that host with."""
        return self._completed.get(host, self._base) if self._completed else self._base

    async def complete(self, host: str, intermediates: tuple[x509.Certificate, ...]) -> None:
        """Remember intermediates for a host, for as long as it is among the last ones completed."""
        self._completed[host] = await asyncio.to_thread(self._made, intermediates)
        while len(self._completed) > KEPT_CONTEXTS:
            self._completed.popitem(last=False)

    def _made(self, intermediates: tuple[x509.Certificate, ...]) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
        # Browsers look at the names of the extension only, as RFC 9525 §2 says; OpenSSL would take the common name too.
        context.hostname_checks_common_name = False
        context.set_alpn_protocols(["http/1.1"])
        if self._ca_file is not None:
            try:
                context.load_verify_locations(cafile=self._ca_file)
            except (OSError, ssl.SSLError) as error:
                raise UsageError(
                    f"The CA file {self._ca_file} cannot be used: {error.strerror or error}.",
                    why="It must hold certificates in PEM form.",
                    fix="domainscout config",
                ) from error
        if intermediates:
            from cryptography.hazmat.primitives.serialization import Encoding

            context.load_verify_locations(
                cadata="".join(made.public_bytes(Encoding.PEM).decode() for made in intermediates)
            )
        return context


async def leaf_of(route: Route, host: str) -> x509.Certificate | None:
    """The certificate a server shows, unverified: only its AIA address is read from it, nothing is sent."""
    from cryptography import x509

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    der = await _shown(route, host, context)
    try:
        return x509.load_der_x509_certificate(der) if der else None
    except ValueError:
        return None


async def speaks_old_tls(route: Route, host: str) -> bool:
    """Whether a server that hung up on us would have spoken TLS 1.1 or older; nothing is sent in it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    except (ssl.SSLError, ValueError):
        return False
    return await _shown(route, host, context) is not None


async def _shown(route: Route, host: str, context: ssl.SSLContext) -> bytes | None:
    """The certificate of a handshake, DER; None where there is no handshake."""
    try:
        _, writer = await asyncio.open_connection(
            route.addresses[0], route.port, ssl=context, server_hostname=host.strip("[]")
        )
    except (OSError, ssl.SSLError):
        return None
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return bytes(shown) if shown else None


def issuer_addresses(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says its issuer's certificate is; plain http only, as is usual there."""
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        str(entry.access_location.value)
        for entry in access
        if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
        and str(entry.access_location.value).lower().startswith("http://")
    ][:2]


def issuer_in(body: bytes, child: x509.Certificate) -> x509.Certificate | None:
    """The certificate that signed `child`, if it is in the body (DER, PEM or PKCS #7) and not self-signed."""
    from cryptography.exceptions import InvalidSignature

    for candidate in _certificates(body):
        if candidate.subject == candidate.issuer or candidate.subject != child.issuer:
            continue
        try:
            child.verify_directly_issued_by(candidate)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return candidate
    return None


def _certificates(body: bytes) -> list[x509.Certificate]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import pkcs7

    readers: tuple[Callable[[], list[x509.Certificate]], ...] = (
        lambda: [x509.load_der_x509_certificate(body)],
        lambda: x509.load_pem_x509_certificates(body),
        lambda: pkcs7.load_der_pkcs7_certificates(body),
        lambda: pkcs7.load_pem_pkcs7_certificates(body),
    )
    for read in readers:
        try:
            return list(read())
        except (ValueError, TypeError):
            continue
    return []
