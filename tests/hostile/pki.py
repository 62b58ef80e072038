"""Certificates of the hostile web: a good authority, and every way in which a certificate can be bad."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issuer:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def authority(name: str, parent: Issuer | None = None, **more: Any) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    return Issuer(key, signed(name, key, parent, ca=more.pop("ca", True), **more))


def signed(
    name: str,
    key: Key,
    parent: Issuer | None,
    *,
    ca: bool = False,
    names: tuple[str, ...] = (),
    aia: str | None = None,
    days: tuple[int, int] = (-2, 30),
) -> x509.Certificate:
    """A certificate for a name, signed by its parent or by itself."""
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


PLACES = {
    "aia": "http://aia.test/intermediate.der",
    "aia-two": "http://aia.test/second.der",
    "aia-pem": "http://aia.test/intermediate.pem",
    "aia-p7c": "http://aia.test/intermediate.p7c",
    "aia-loop": "http://aia.test/loop.der",
    "aia-rogue": "http://aia.test/rogue-root.der",
    "aia-wrong": "http://aia.test/nonsense.der",
    "aia-private": "http://10.0.0.7/intermediate.der",
    "aia-metadata": "http://0xa9fea9fe/intermediate.der",
    "aia-port": "http://aia.test:8080/intermediate.der",
    "aia-huge": "http://aia-bad.test/huge.der",
    "aia-hang": "http://aia-bad.test/hang.der",
    "aia-moved": "http://aia-bad.test/moved.der",
    "aia-gone": "http://aia-bad.test/gone.der",
    "aia-ldap": "ldap://aia.test/cn=intermediate",
    "aia-file": "file:///etc/ssl/certs/ca-certificates.crt",
    "aia-expired": "http://aia.test/intermediate.der",
    "aia-name": "http://aia.test/intermediate.der",
}
"""Where certificates say that their issuer's certificate is."""

DAYS = {"expired": (-30, -1), "aia-expired": (-30, -1), "future": (2, 20)}
NAMES = {"wrong-name": ("somebody-else.test",), "aia-name": ("somebody-else.test",), "no-names": ()}
NAMES["wildcard"] = ("*.somebody-else.test", "*.*.test", "tls-*.test")


class Pki:
    """The authorities, and server contexts by kind of trouble."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = authority("Hostile Web Test Root")
        self.middle = authority("Hostile Web Test Intermediate", self.root)
        self.second = authority("Hostile Web Second Intermediate", self.middle, aia=PLACES["aia"])
        self.loop = authority("Hostile Web Loop", self.stranger_of_all(), aia=PLACES["aia-loop"])
        self.old = authority("Hostile Web Old Intermediate", self.root, days=(-30, -1))
        self.leaf = authority("Hostile Web Leaf", self.root, ca=False)
        self.stranger = authority("Nobody Trusts This Root")
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(pem(self.root.certificate))
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}

    @staticmethod
    def stranger_of_all() -> Issuer:
        """An authority that is nowhere to be found."""
        return authority("Hostile Web Lost Root")

    def files(self) -> dict[str, bytes]:
        """The certificates that aia.test serves, by path."""
        middle = self.middle.certificate
        der = serialization.Encoding.DER
        return {
            "/intermediate.der": middle.public_bytes(der),
            "/intermediate.pem": pem(middle),
            "/intermediate.p7c": pkcs7.serialize_certificates([middle], der),
            "/second.der": self.second.certificate.public_bytes(der),
            "/loop.der": self.loop.certificate.public_bytes(der),
            "/rogue-root.der": self.stranger.certificate.public_bytes(der),
        }

    def context(self, host: str, trouble: str) -> ssl.SSLContext:
        found = self._contexts.get((host, trouble))
        if found is None:
            found = self._contexts[(host, trouble)] = self._made(host, trouble)
        return found

    def _made(self, host: str, trouble: str) -> ssl.SSLContext:
        parent = self._parent(trouble)
        key: Key = rsa.generate_private_key(65537, 1024) if trouble == "weak-key" else self.key
        names = NAMES.get(trouble, (host,))
        certificate = signed(host, key, parent, names=names, aia=PLACES.get(trouble), days=DAYS.get(trouble, (-1, 20)))
        chain = {
            "chain": [self.middle],
            "chain-twice": [self.middle, self.root, self.middle, self.root],
            "old-middle": [self.old],
            "leaf-issuer": [self.leaf],
        }.get(trouble, [])
        path = self.folder / f"{host}-{trouble}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + pem(certificate)
            + b"".join(pem(link.certificate) for link in chain)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if trouble in ("old", "weak-key"):
            context.set_ciphers("ALL:@SECLEVEL=0")
        if trouble == "old":
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        if trouble == "client":
            context.load_verify_locations(self.ca_file)
            context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(path)
        return context

    def _parent(self, trouble: str) -> Issuer | None:
        if trouble == "self-signed":
            return None
        if trouble == "aia-two":
            return self.second
        if trouble.startswith(("aia", "no-intermediate", "chain")) and trouble not in ("aia-rogue", "aia-loop"):
            return self.middle
        others = {
            "untrusted": self.stranger,
            "aia-rogue": self.stranger,
            "aia-loop": self.loop,
            "old-middle": self.old,
            "leaf-issuer": self.leaf,
        }
        return others.get(trouble, self.root)
