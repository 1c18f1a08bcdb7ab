"""A small voice, whole but for what chance changed in it: it opens and speaks, or is refused in words."""

import json

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public_networks import SMALL, SMALL_GENERATOR, config_json, nvidia_checkpoint, random_generator, torchaudios

from voiceover.errors import VoiceoverError
from voiceover.types import Line
from voiceover.voices import bundle
from voiceover.voices.importing import import_voice
from voiceover.voices.tacotron import open_bundle

CHANGED = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.integers(-3, 300), st.floats(), st.text(max_size=5),
    st.lists(st.integers(-1, 9), max_size=3), st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)  # fmt: skip


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """Give what a small voice's bundle holds, by name."""
    folder = tmp_path_factory.mktemp("small")
    torch.manual_seed(1)
    torch.save(nvidia_checkpoint(torchaudios(SMALL)), folder / "acoustic.pt")
    torch.save({"generator": random_generator(SMALL_GENERATOR)}, folder / "generator")
    (folder / "config.json").write_text(json.dumps(config_json(SMALL_GENERATOR)))
    (folder / "hparams.json").write_text(json.dumps({"n_mel_channels": 8}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOICEOVER_HOME", str(folder / "home"))
        made = import_voice(
            folder / "acoustic.pt",
            name="small",
            vocoder=folder / "generator",
            vocoder_config=folder / "config.json",
            acoustic_config=folder / "hparams.json",
        )
    return {path.name: path.read_bytes() for path in made.folder.iterdir()}


def leaves(value, path=()):
    """Return the place of everything in a card."""
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    return found + [place for key, one in pairs for place in leaves(one, (*path, key))]


def try_out(folder, members):
    folder.mkdir(exist_ok=True)
    for name, data in members.items():
        (folder / name).write_bytes(data)
    told = str(folder)
    try:
        list(open_bundle(folder, "cpu").speak([Line(1, 0.0, 1.0, "Hi.")]))
    except VoiceoverError as error:
        told = error.message
    assert str(folder) in told


def test_as_it_is_it_speaks(tmp_path, members):
    for name, data in members.items():
        (tmp_path / name).write_bytes(data)
    [said] = open_bundle(tmp_path, "cpu").speak([Line(1, 0.0, 1.0, "Hi.")])
    assert said.line.index == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_its_card(tmp_path, members, data):
    card = json.loads(members[bundle.CARD])
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(leaves(card)))
        place = card
        for key in above:
            place = place[key]
        if data.draw(st.booleans()):
            place[last] = data.draw(CHANGED)
        else:
            del place[last]
    try_out(tmp_path / "voice", members | {bundle.CARD: json.dumps(card).encode()})


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_its_weights(tmp_path, members, data):
    name = data.draw(st.sampled_from([bundle.ACOUSTIC, bundle.VOCODER]))
    raw = bytearray(members[name])
    header = int.from_bytes(raw[:8], "little") + 8
    for _ in range(data.draw(st.integers(1, 4))):
        most = data.draw(st.sampled_from([8, header, len(raw)])) - 1
        raw[data.draw(st.integers(0, most))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(raw))))
    try_out(tmp_path / "voice", members | {name: bytes(raw[:cut])})
