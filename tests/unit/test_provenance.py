import json

import numpy as np
import pytest
import soundfile

from voiceover import media, provenance
from voiceover.errors import BadInputError
from voiceover.identification import identify
from voiceover.media import boxes
from voiceover.provenance import FILM, SOURCE_TYPES, SPEECH, VoiceUsed
from voiceover.types import Audio

ANNA = VoiceUsed("anna", "CC0-1.0", 'She said "yes" & signed <here>.')


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


@pytest.fixture
def wav(tmp_path):
    def write(mark, count=4801):
        path = tmp_path / "a.wav"
        media.write_wav(path, Audio(np.linspace(-0.5, 0.5, count, dtype=np.float32), 48_000), mark=mark)
        return path

    return write


@pytest.mark.parametrize("count", [4800, 4801])  # 24 bits: an even and an odd number of bytes
def test_a_wav_says_who_spoke_and_sounds_as_before(wav, count):
    mark = provenance.make([ANNA], film=False)
    plain = soundfile.read(wav(None, count))[0]
    marked = wav(mark, count)
    assert np.array_equal(soundfile.read(marked)[0], plain)
    assert identify(marked).mark == mark
    assert mark.source_type == SOURCE_TYPES + SPEECH
    assert int.from_bytes(marked.read_bytes()[4:8], "little") == marked.stat().st_size - 8
    assert "anna" in soundfile.SoundFile(marked).comment


def test_no_mark_is_no_mark(wav):
    assert identify(wav(None)) == media.Marks(None, None, "")


def test_the_same_run_gives_the_same_bytes(wav):
    def write():
        return wav(provenance.make([ANNA, ANNA], film=False)).read_bytes()

    assert write() == write()


def test_another_programs_mark_is_seen(tmp_path):
    path = tmp_path / "x.mp4"
    path.write_bytes(b"\0\0\0\x10ftypisom\0\0\0\0")
    boxes.append_xmp(path, f"<a>{SOURCE_TYPES}{SPEECH}</a>".encode())
    assert [packet.decode() for packet in boxes.read_xmp(path)] == [f"<a>{SOURCE_TYPES}{SPEECH}</a>"]
    assert provenance.find_source_type(f"x {SOURCE_TYPES}{FILM} y") == SOURCE_TYPES + FILM
    assert provenance.find_source_type(f"{SOURCE_TYPES}digitalCapture") is None


def test_xmp_survives_any_text():
    mark = provenance.make([ANNA, VoiceUsed("]]> <x> ü \u202e")], film=True)
    assert provenance.read_xmp(provenance.write_xmp(mark)) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "{}",
        '{"synthetic_speech": 1}',
        "null",
        '"x"',
        '{"synthetic_speech": true, "voices": {"a": 1}}',
    ],
)
def test_a_crafted_record_is_none_or_harmless(text):
    mark = provenance.read(text)
    assert mark is None or (mark.voices == () and mark.date == "")


def test_a_report_and_a_broken_one(tmp_path):
    mark = provenance.make([ANNA], film=True)
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"provenance": mark.to_json()}))
    assert identify(path).mark == mark
    path.write_text("[" * 100_000)
    with pytest.raises(BadInputError, match="not JSON"):
        identify(path)


@pytest.mark.parametrize("epoch", ["soon", "9" * 30, "-1e9"])
def test_a_date_that_is_none_is_refused(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(BadInputError, match="SOURCE_DATE_EPOCH"):
        provenance.make([ANNA], film=True)


@pytest.mark.parametrize("body", [b"", b"\xff" * 50, b"LIST\xff\xff\xff\x7f", b"_PMX\xff\xff\xff\xff"])
def test_a_crafted_wav_ends(tmp_path, body):
    path = tmp_path / "x.wav"
    path.write_bytes(b"RIFF\xff\xff\xff\xffWAVE" + body)
    with pytest.raises(BadInputError):
        identify(path)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(BadInputError, match="no such file"):
        identify(tmp_path / "none.mp4")
