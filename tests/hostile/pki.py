"""Certificates of the hostile web: a good authority, and every way in which a certificate can be bad."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID


@dataclass(frozen=True)
class Issuer:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def authority(name: str, parent: Issuer | None = None) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(name, key, parent or None, ca=True, names=(), aia=None, days=(-2, 30))
    return Issuer(key, certificate)


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    parent: Issuer | None,
    *,
    ca: bool,
    names: tuple[str, ...],
    aia: str | None,
    days: tuple[int, int],
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:60])])
    issuer_key = parent.key if parent else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, ca, ca, False, False), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    if aia:
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Pki:
    """The authorities, and server contexts by kind of trouble."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = authority("Hostile Web Test Root")
        self.middle = authority("Hostile Web Test Intermediate", self.root)
        self.stranger = authority("Nobody Trusts This Root")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(pem(self.root.certificate))
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}

    @property
    def middle_der(self) -> bytes:
        return self.middle.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def stranger_der(self) -> bytes:
        return self.stranger.certificate.public_bytes(serialization.Encoding.DER)

    def context(self, host: str, trouble: str) -> ssl.SSLContext:
        found = self._contexts.get((host, trouble))
        if found is None:
            found = self._contexts[(host, trouble)] = self._made(host, trouble)
        return found

    def _made(self, host: str, trouble: str) -> ssl.SSLContext:
        parent: Issuer | None = self.root
        days, names, aia = (-1, 20), (host,), None
        if trouble == "expired":
            days = (-30, -1)
        elif trouble == "future":
            days = (2, 20)
        elif trouble == "wrong-name":
            names = ("somebody-else.test",)
        elif trouble == "self-signed":
            parent = None
        elif trouble == "untrusted":
            parent = self.stranger
        elif trouble in ("no-intermediate", "aia", "aia-private", "aia-wrong", "aia-rogue"):
            parent = self.middle
            aia = {
                "aia": "http://aia.test/intermediate.der",
                "aia-private": "http://10.0.0.7/intermediate.der",
                "aia-wrong": "http://aia.test/nonsense.der",
            }.get(trouble)
            if trouble == "aia-rogue":
                parent, aia = self.stranger, "http://aia.test/rogue-root.der"
        certificate = _signed(host, self.key, parent, ca=False, names=names, aia=aia, days=days)
        path = self.folder / f"{host}-{trouble}.pem"
        path.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + pem(certificate)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if trouble == "old":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.load_cert_chain(path)
        return context
