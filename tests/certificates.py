"""Certificates for tests: an authority, and a signer whom it certifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Chain:
    """PEM files of a trial's signer."""

    certificate: Path  # with the authority's
    key: Path
    authority: Path

    @property
    def options(self) -> list[str]:
        return ["--c2pa", str(self.certificate), str(self.key)]


def make(
    folder: Path,
    *,
    days: int = 30,
    since: timedelta = timedelta(hours=1),
    key: Any = None,
    reverse: bool = False,
    alone: bool = False,
) -> Chain:
    """Write a chain that is valid for so many days, counted from `since` ago; `alone`: the authority signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    folder.mkdir(parents=True, exist_ok=True)
    first = datetime.now(UTC) - since
    key = key or ec.generate_private_key(ec.SECP256R1())
    authority_key = key if alone else ec.generate_private_key(ec.SECP256R1())

    def name(text: str) -> x509.Name:
        return x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Trial"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
        )

    def usage(**allowed: bool) -> x509.KeyUsage:
        kinds = (
            "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
            "crl_sign encipher_only decipher_only"
        )
        return x509.KeyUsage(**(dict.fromkeys(kinds.split(), False) | allowed))

    def certify(subject: str, public: Any, *extensions: tuple[Any, bool]) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("authority"))
        builder = builder.public_key(public).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(first).not_valid_after(first + timedelta(days=days))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(authority_key, hashes.SHA256())

    authority = certify(
        "authority",
        authority_key.public_key(),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage(key_cert_sign=True, crl_sign=True), True),
        (x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), False),
    )
    own = certify(
        "studio",
        key.public_key(),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), False),
    )
    made = Chain(folder / "certificate.pem", folder / "key.pem", folder / "authority.pem")
    texts = [one.public_bytes(Encoding.PEM) for one in (own, authority)]
    made.certificate.write_bytes(b"".join(texts[1:] if alone else reversed(texts) if reverse else texts))
    made.authority.write_bytes(texts[1])
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made
