from datetime import timedelta

import certificates
import pytest

from voiceover import identity
from voiceover.config import Signing
from voiceover.errors import BadInputError

pytest.importorskip("cryptography", reason="the extra c2pa is not installed")


def load(chain):
    return identity.load(Signing(chain.certificate, chain.key))


def refused(certificate, key):
    with pytest.raises(BadInputError) as caught:
        identity.load(Signing(certificate, key))
    assert caught.value.remedy
    return caught.value.message


def test_a_chain_and_its_key_make_an_identity(tmp_path):
    chain = certificates.make(tmp_path)
    found = load(chain)
    assert (found.name, found.algorithm) == ("studio, Trial", "es256")
    assert found.chain.count(b"BEGIN CERTIFICATE") == 2
    assert "PRIVATE" not in repr(found)  # no traceback shows it


@pytest.mark.parametrize(("kind", "algorithm"), [("p384", "es384"), ("ed25519", "ed25519"), ("rsa", "ps256")])
def test_each_kind_of_key_has_its_algorithm(tmp_path, kind, algorithm):
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    key = {
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]()
    assert load(certificates.make(tmp_path, key=key)).algorithm == algorithm


def test_a_key_that_c2pa_does_not_know_is_refused(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import ec

    chain = certificates.make(tmp_path, key=ec.generate_private_key(ec.SECP256K1()))
    assert refused(chain.certificate, chain.key).startswith(f"{chain.key}: C2PA signs with no key of this kind")


def test_the_key_of_another_is_refused(tmp_path):
    chain, other = certificates.make(tmp_path / "a"), certificates.make(tmp_path / "b")
    assert "is not the key of any certificate" in refused(chain.certificate, other.key)


def test_a_certificate_out_of_date_is_refused_with_its_day(tmp_path):
    old = certificates.make(tmp_path / "old", days=2, since=timedelta(days=10))
    assert "certificate 1, studio, Trial, expired on 2" in refused(old.certificate, old.key)
    early = certificates.make(tmp_path / "early", since=timedelta(days=-2))
    assert "is valid only from 2" in refused(early.certificate, early.key)


def test_files_in_the_wrong_order_are_told(tmp_path):
    chain = certificates.make(tmp_path / "a")
    assert refused(chain.key, chain.certificate) == f"{chain.key}: is a key."
    assert refused(chain.certificate, chain.certificate) == f"{chain.certificate}: is a certificate, not a key."
    reversed_ = certificates.make(tmp_path / "b", reverse=True)
    assert "own certificate is number 2" in refused(reversed_.certificate, reversed_.key)


def test_files_that_are_none_are_told(tmp_path):
    chain = certificates.make(tmp_path)
    other = tmp_path / "other"
    assert str(other) in refused(other, chain.key)
    assert str(other) in refused(chain.certificate, other)
    other.write_bytes(b"\xff\0 film")
    assert "no certificates in PEM" in refused(other, chain.key)
    assert "no private key in PEM" in refused(chain.certificate, other)
    other.write_bytes(bytes(1_000_001))
    assert "too large" in refused(other, chain.key)


def test_a_key_with_a_passphrase_is_opened_by_the_environment(tmp_path, monkeypatch):
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    chain = certificates.make(tmp_path)
    key = load_pem_private_key(chain.key.read_bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open"))
    chain.key.write_bytes(locked)
    monkeypatch.delenv(identity.PASSPHRASE, raising=False)
    assert "has a passphrase" in refused(chain.certificate, chain.key)
    monkeypatch.setenv(identity.PASSPHRASE, "wrong")
    assert "does not open" in refused(chain.certificate, chain.key)
    monkeypatch.setenv(identity.PASSPHRASE, "open")
    assert load(chain).algorithm == "es256"
