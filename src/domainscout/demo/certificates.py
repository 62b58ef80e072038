"""A certificate authority that lives as long as the demo, and the certificates of its sites, good and bad."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domainscout.demo.sites import Trouble

CLOCK_SLACK = timedelta(days=2)
"""Certificates are valid from before now, so that a clock that is behind accepts them."""


class Authority:
    """Signs certificates for hosts as they are asked for; `file` holds its own certificate (PEM)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "domainscout demo authority")])
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._certificate = self._signed(self._name, self._key.public_key(), hosts=(), days=30)
        self.file = folder / "demo-ca.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str, trouble: Trouble = Trouble.NONE) -> ssl.SSLContext:
        """What a server of this host answers a TLS handshake with."""
        if host not in self._contexts:
            self._contexts[host] = self._made(host, trouble)
        return self._contexts[host]

    def _made(self, host: str, trouble: Trouble) -> ssl.SSLContext:
        named = "somebody-else.example" if trouble is Trouble.WRONG_NAME else host
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named[:64])])
        days = -1 if trouble is Trouble.EXPIRED_CERTIFICATE else 30
        leaf = self._signed(subject, self._leaf_key.public_key(), hosts=(named,), days=days)
        path = self._folder / f"{host}.pem"
        secret = self._leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, hosts: tuple[str, ...], days: int
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        authority = not hosts
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCK_SLACK)
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(_usage(authority), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
