"""Bundles made to break out, blow up or lie."""

import json
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from voiceover.errors import BadInputError
from voiceover.voices import bundle, catalog, tacotron

CARD = {
    "format": 1, "name": "x", "language": "en-us", "licence": "CC0-1.0", "consent": "public", "sample_rate": 22050,
    "mel": {"sample_rate": 22050}, "front_end": {"name": "en-us-gruut", "version": 1, "symbols": ["_"]},
    "acoustic": {"kind": "tacotron2", "config": {"n_symbols": 1}},
}  # fmt: skip


def pack(path, card=json.dumps(CARD).encode(), weights=save({"w": np.zeros(2, np.float32)}), **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voice.json", card)
        archive.writestr("acoustic.safetensors", weights)
        for name, data in more.items():
            archive.writestr(name, data)
    return path


def test_what_climbs_out_stays_in(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    file = pack(tmp_path / "x.voice", **{"../../evil": "e", "/tmp/evil-voice": "e", "..\\evil": "e"})  # noqa: S108
    catalog.add(file)
    assert sorted(path.name for path in (tmp_path / "home").rglob("*") if path.is_file()) == [
        "acoustic.safetensors",
        "voice.json",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "x.voice"]


@pytest.mark.parametrize("name", ["../evil", "/evil", ".hidden", "a/b", "a\\b", "", "a\x00b"])
def test_a_name_is_no_path(tmp_path, monkeypatch, name):
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    file = pack(tmp_path / "x.voice", json.dumps(CARD | {"name": name}).encode())
    with pytest.raises(BadInputError, match="cannot be a voice's name"):
        catalog.add(file)


def test_a_bomb_is_refused_by_its_size(tmp_path):
    file = pack(tmp_path / "x.voice", card=b" " * (bundle.LARGEST_CARD + 1))
    assert file.stat().st_size < 20_000
    with pytest.raises(BadInputError, match="more than any voice's"):
        bundle.check(file)


@pytest.mark.parametrize("card", [b"[" * 200_000, b'{"format": ' + b"9" * 5000 + b"}", b"\xff\xfe", b"null"])
def test_a_card_that_is_no_card(tmp_path, card):
    with pytest.raises(BadInputError):
        bundle.check(pack(tmp_path / "x.voice", card=card))


@pytest.mark.parametrize(
    "weights",
    [b"", b"\xff" * 8, (2**40).to_bytes(8, "little") + b"{}", (300_000).to_bytes(8, "little") + b"[" * 300_000,
     (bundle.LARGEST_HEADER + 8).to_bytes(8, "little") + b" " * (bundle.LARGEST_HEADER + 8), b"\x80\x04cos\nsystem\n"],
)  # fmt: skip
def test_weights_that_are_none(tmp_path, weights):
    with pytest.raises(BadInputError, match="not a safetensors file"):
        bundle.check(pack(tmp_path / "x.voice", weights=weights))


@pytest.mark.parametrize(
    "change",
    [{"mel": {"n_fft": 10**9}}, {"mel": {"f_max": 1e300}}, {"acoustic": {"kind": "t", "config": {"n": 10**12}}},
     {"acoustic": {"kind": "t", "config": {"n": [[10**12]]}}}],
)  # fmt: skip
def test_sizes_beyond_any_network_are_refused(tmp_path, change):
    with pytest.raises(BadInputError, match=r"voice\.json, (mel|acoustic)"):
        bundle.check(pack(tmp_path / "x.voice", card=json.dumps(CARD | change).encode()))


@pytest.mark.parametrize("method", [8, 12, 14, 99])  # deflate, bzip2, LZMA, unknown
@pytest.mark.parametrize("size", [None, 0, 5])
def test_a_member_that_cannot_be_unpacked(tmp_path, method, size):
    file = pack(tmp_path / "x.voice")
    raw = bytearray(file.read_bytes())
    at = raw.index(b"PK\x01\x02")  # what the archive says of its first member
    raw[at + 10] = method
    if size is not None:  # of what is packed
        raw[at + 20 : at + 24] = size.to_bytes(4, "little")
    else:
        raw[60:64] = b"\xff" * 4
    file.write_bytes(raw)
    with pytest.raises(BadInputError, match="cannot be read as a voice bundle"):
        bundle.check(file)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_bundle_with_bytes_changed_is_sound_or_refused(tmp_path, data):
    file = pack(tmp_path / "x.voice")
    raw = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(raw)
    with pytest.raises(BadInputError):  # sound ones too: their symbols are no front-end's
        tacotron.open_bundle(file, "cpu")
