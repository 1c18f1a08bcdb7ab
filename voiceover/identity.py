"""Who signs: a certificate with its chain and its key, checked before anything is signed with them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voiceover.config import Signing
from voiceover.errors import BadInputError, MissingError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

PASSPHRASE = "VOICEOVER_C2PA_PASSPHRASE"  # noqa: S105 - the variable's name
_LARGEST = 1_000_000  # bytes of a file of certificates
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What signs."""

    certificate: Path
    name: str  # the certificate's subject, for people
    algorithm: str  # C2PA's name for it
    chain: bytes  # PEM, the signer's own first
    key: bytes = field(repr=False)  # PEM, no passphrase
    timestamp: bytes | None = None  # the address of an RFC 3161 server


def load(asked: Signing) -> Identity:
    """Read a certificate chain and its key.

    Raises BadInputError for files that are none, do not belong together or are out of date, MissingError without the
    library that reads them.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise MissingError("C2PA manifests need cryptography.", "pip install 'voiceover[c2pa]'") from None

    text = _read(asked.certificate)
    try:
        chain = x509.load_pem_x509_certificates(text)
    except ValueError as error:
        swapped = b"PRIVATE KEY" in text
        raise BadInputError(
            f"{asked.certificate}: {'is a key' if swapped else f'no certificates in PEM ({error})'}.",
            "--c2pa takes the certificate with its chain first, then the key.",
        ) from None
    key = _load_key(asked.key)
    public = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    own = key.public_key().public_bytes(*public)
    owners = [place for place, one in enumerate(chain, 1) if one.public_key().public_bytes(*public) == own]
    if not owners:
        raise BadInputError(
            f"{asked.key}: is not the key of any certificate in {asked.certificate}.",
            "Name two that belong together.",
        )
    if owners[0] != 1:
        raise BadInputError(
            f"{asked.certificate}: the signer's own certificate is number {owners[0]} in it.",
            "Put it first, then the one that issued it, and so on.",
        )
    _check_dates(chain, asked.certificate)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Identity(
        asked.certificate,
        _name(chain[0]),
        _algorithm(key, asked.key),
        b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain),
        key.private_bytes(serialization.Encoding.PEM, *form),
        os.fsencode(asked.timestamp) if asked.timestamp else None,
    )


def _load_key(path: Path) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    text, secret = _read(path), os.environ.get(PASSPHRASE)
    if b"CERTIFICATE" in text and b"PRIVATE KEY" not in text:
        raise BadInputError(
            f"{path}: is a certificate, not a key.", "--c2pa takes the certificate with its chain first, then the key."
        )
    try:
        return serialization.load_pem_private_key(text, None)
    except TypeError:  # it has a passphrase
        pass
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInputError(f"{path}: no private key in PEM ({error}).", "Name the key as it was issued.") from None
    if not secret:
        raise BadInputError(f"{path}: the key has a passphrase.", f"Let the environment variable {PASSPHRASE} hold it.")
    try:
        return serialization.load_pem_private_key(text, secret.encode())
    except ValueError:
        raise BadInputError(f"{path}: {PASSPHRASE} does not open the key.", "Set it to the key's passphrase.") from None


def _check_dates(chain: list[x509.Certificate], path: Path) -> None:
    now = datetime.now(UTC)
    for number, one in enumerate(chain, 1):
        first, last = one.not_valid_before_utc, one.not_valid_after_utc
        if not first <= now <= last:
            when = f"expired on {last:%Y-%m-%d}" if now > last else f"is valid only from {first:%Y-%m-%d} on"
            raise BadInputError(
                f"{path}: certificate {number}, {_name(one)}, {when}.", "Ask its issuer for a new one; check the clock."
            )


def _algorithm(key: PrivateKeyTypes, path: Path) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    raise BadInputError(
        f"{path}: C2PA signs with no key of this kind.",
        "Use P-256, P-384, P-521, Ed25519, or RSA from 2048 bits on.",
    )


def _name(one: x509.Certificate) -> str:
    from cryptography.x509.oid import NameOID

    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    named = [str(entry.value) for kind in kinds for entry in one.subject.get_attributes_for_oid(kind)]
    return ", ".join(named) or one.subject.rfc4514_string() or "without a name"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror}.", "Check the names that --c2pa gives.") from None
    if len(text) > _LARGEST:
        raise BadInputError(f"{path}: too large for a certificate or key.", "Check the names that --c2pa gives.")
    return text
