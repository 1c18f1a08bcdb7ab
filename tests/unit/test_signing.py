import io
import sys
from pathlib import Path
from threading import Event

import certificates
import numpy as np
import pytest
import soundfile

from voiceover import media, provenance, signatures, signing
from voiceover.config import Signing
from voiceover.errors import BadInputError, ExitCode, MissingError
from voiceover.identification import identify
from voiceover.provenance import VoiceUsed
from voiceover.signatures import State
from voiceover.types import Audio

needs_library = pytest.mark.usefixtures("library")
MARK = provenance.make([VoiceUsed("anna", "CC0-1.0", "Signed by her.")], film=False)


@pytest.fixture
def library():
    return pytest.importorskip("c2pa", reason="the extra c2pa is not installed")


@pytest.fixture
def chain(tmp_path):
    pytest.importorskip("cryptography", reason="the extra c2pa is not installed")
    return certificates.make(tmp_path / "certificates")


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "a.wav"
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, 48_001).astype(np.float32)
    media.write_wav(path, Audio(samples, 48_000), mark=MARK)
    return path


@needs_library
def test_a_signed_wav_sounds_as_before_and_keeps_its_mark(wav, chain):
    before = soundfile.read(wav)[0]
    assert signatures.read(wav) is None
    assert signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav") == "studio, Trial"
    assert np.array_equal(soundfile.read(wav)[0], before)
    assert identify(wav).mark == MARK
    assert signatures.read(wav).state is State.UNTRUSTED
    found = signatures.read(wav, chain.authority)
    assert (found.state, found.signer, found.problems) == (State.VALID, "studio, Trial", ())
    assert list(wav.parent.glob(".*")) == []


@needs_library
def test_what_is_signed_names_tool_voice_consent_and_source_type(wav, chain, library):
    signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    with library.Reader(wav) as reader:
        told = reader.get_active_manifest()
    said = {one["label"]: one["data"] for one in told["assertions"]}
    assert said["voiceover.mark"]["voices"] == [{"name": "anna", "licence": "CC0-1.0", "consent": "Signed by her."}]
    [action] = said["c2pa.actions.v2"]["actions"]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert action["softwareAgent"] == {"name": "voiceover", "version": MARK.version}
    assert told["title"] == "a.wav"


@needs_library
def test_a_changed_sample_is_found(wav, chain):
    signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    data = bytearray(wav.read_bytes())
    data[1000] ^= 1
    wav.write_bytes(data)
    found = signatures.read(wav, chain.authority)
    assert found.state is State.INVALID
    assert found.problems


@needs_library
def test_a_signer_of_another_authority_is_not_trusted(wav, chain, tmp_path):
    signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    other = certificates.make(tmp_path / "others")
    assert signatures.read(wav, other.authority).state is State.UNTRUSTED


@needs_library
def test_a_damaged_manifest_does_not_hold(wav, chain):
    signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    data = wav.read_bytes()
    at = data.index(b"C2PA") + 12
    wav.write_bytes(data[:at] + bytes(300) + data[at + 300 :])
    assert signatures.read(wav).state is State.INVALID


@needs_library
def test_formats_without_manifests_are_refused_and_have_none(tmp_path, chain):
    with pytest.raises(BadInputError, match="holds no C2PA manifest"):
        signing.check(Signing(chain.certificate, chain.key), tmp_path / "film.mkv")
    film = tmp_path / "film.mkv"
    film.write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    assert signatures.read(film) is None


@needs_library
def test_a_certificate_that_signs_itself_is_refused_before_any_work(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    chain = certificates.make(tmp_path, key=key, alone=True)
    with pytest.raises(BadInputError, match="cannot sign: ") as caught:
        signing.check(Signing(chain.certificate, chain.key), tmp_path / "film.mp4")
    assert "provenance.md" in caught.value.remedy


@needs_library
def test_nothing_stays_of_a_signing_that_is_cut_off(wav, chain, monkeypatch):
    before = wav.read_bytes()

    class Cut(Event):
        asked = 0

        def is_set(self):
            Cut.asked += 1
            return Cut.asked > 5

    monkeypatch.setattr(signing, "Event", Cut)
    with pytest.raises(BadInputError):
        signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    assert wav.read_bytes() == before
    assert list(wav.parent.glob(".*")) == []


@needs_library
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_as_such(wav, chain, monkeypatch):
    class Full(signing._File):
        def write(self, data):
            with Path("/dev/full").open("wb", buffering=0) as full:
                self._file = full
                return self._do("write", data)

    monkeypatch.setattr(signing, "_File", Full)
    with pytest.raises(BadInputError, match=r"a\.wav: cannot be written: No space left"):
        signing.sign(wav, Signing(chain.certificate, chain.key), MARK, name="a.wav")
    assert identify(wav).mark == MARK
    assert list(wav.parent.glob(".*")) == []


@needs_library
def test_a_time_server_that_does_not_answer_is_told_before_any_work(tmp_path, chain):
    nowhere = "http://127.0.0.1:9/stamp"
    with pytest.raises(BadInputError, match="no time stamp"):
        signing.check(Signing(chain.certificate, chain.key, nowhere), tmp_path / "film.mp4")


def test_without_the_library_the_user_is_told_what_to_install(tmp_path, chain, wav, monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(MissingError, match="c2pa-python") as caught:
        signing.check(Signing(chain.certificate, chain.key), tmp_path / "film.mp4")
    assert caught.value.exit_code == ExitCode.MISSING
    assert caught.value.remedy == "pip install 'voiceover[c2pa]'"
    assert signatures.read(wav) is None
    wav.write_bytes(wav.read_bytes() + b"C2PA" + (4).to_bytes(4, "little") + b"jumb")
    assert signatures.read(wav).state is State.UNCHECKED


def test_authorities_that_are_none_are_refused(tmp_path, wav):
    for path in (tmp_path / "none.pem", wav):
        with pytest.raises(BadInputError, match=str(path)):
            signatures.read(wav, path)


def test_a_file_for_the_library_ends_with_an_interrupt():
    stop = Event()
    file = signing._File(io.BytesIO(b"abc"), stop)
    assert file.read(2) == b"ab"
    stop.set()
    with pytest.raises(InterruptedError):
        file.read(1)
