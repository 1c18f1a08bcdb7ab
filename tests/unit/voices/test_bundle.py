import json
import zipfile

import pytest
import torch
from safetensors.torch import save_file

from voiceover.errors import BadInputError
from voiceover.voices import bundle

CARD = {
    "format": 1, "name": "x", "language": "en-us", "licence": "CC0-1.0", "consent": "public", "sample_rate": 22050,
    "mel": {"sample_rate": 22050}, "front_end": {"name": "en-us-gruut", "version": 1, "symbols": ["_"]},
    "acoustic": {"kind": "tacotron2", "config": {"n_symbols": 1}},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "x"
    made.mkdir()
    (made / "voice.json").write_text(json.dumps(CARD))
    save_file({"w": torch.zeros(2)}, made / "acoustic.safetensors")
    return made


def test_folder_and_file_read_the_same(folder, tmp_path):
    packed = tmp_path / "x.voice"
    bundle.pack(folder, packed)
    assert bundle.read_card(packed) == bundle.read_card(folder) == bundle.check(packed)
    bundle.unpack(packed, tmp_path / "again")
    assert sorted(p.name for p in (tmp_path / "again").iterdir()) == ["acoustic.safetensors", "voice.json"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "bundle format 2, this version reads format 1"),
        ({"sample_rate": "loud"}, "voice.json, sample_rate"),
        ({"surprise": 1}, "voice.json, surprise"),
        ({"vocoder": {"kind": "v", "config": {}}}, "vocoder.safetensors is missing"),
    ],
)
def test_a_card_that_does_not_hold_is_refused(folder, change, message):
    (folder / "voice.json").write_text(json.dumps(CARD | change))
    with pytest.raises(BadInputError, match=message) as caught:
        bundle.check(folder)
    assert str(folder) in caught.value.message


def test_weights_must_be_safetensors(folder):
    (folder / "acoustic.safetensors").write_bytes(b"\x80\x04K\x01." * 10)
    with pytest.raises(BadInputError, match="not a safetensors file"):
        bundle.check(folder)


def test_weights_that_were_cut_short_are_refused(folder, tmp_path):
    weights = folder / "acoustic.safetensors"
    whole = weights.read_bytes()
    bundle.check(folder)
    for damaged in (whole[:-1], whole + b"x"):
        weights.write_bytes(damaged)
        with pytest.raises(BadInputError, match=r"acoustic\.safetensors is damaged or was cut short"):
            bundle.check(folder)


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    (tmp_path / "x.voice").write_bytes(b"hello")
    with pytest.raises(BadInputError, match="cannot be read as a voice bundle"):
        bundle.read_card(tmp_path / "x.voice")


def test_members_that_climb_out_stay_behind(folder, tmp_path):
    packed = tmp_path / "x.voice"
    bundle.pack(folder, packed)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("../evil.txt", "climbed")
    bundle.unpack(packed, tmp_path / "deep" / "again")
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_member_larger_than_any_voice_is_refused(folder, monkeypatch):
    monkeypatch.setattr(bundle, "LARGEST_CARD", 10)
    with pytest.raises(BadInputError, match="more than any voice's"):
        bundle.read_card(folder)
