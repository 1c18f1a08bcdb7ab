"""What other devices than processors do, on a processor: the same lines as the engine that speaks there."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest
import torch
from public_networks import SMALL

from voiceover.models.engine import DeviceEngine
from voiceover.models.tacotron2 import Tacotron2
from voiceover.synthesis.acoustic import AcousticModel
from voiceover.synthesis.attempts import DecodingOptions, Utterance
from voiceover.synthesis.engine import ProcessorEngine
from voiceover.types import Line
from voiceover.voices import catalog, networks, tacotron

OPTIONS = DecodingOptions(batch_size=2)
ASKED = [Utterance(ids, 3) for ids in ((1, 2, 3, 4), (5, 6, 7, 8, 9, 10, 11, 12, 13), (2, 2, 3), (7,) * 20)]


def engines():
    torch.manual_seed(0)
    model = Tacotron2(replace(SMALL, frames_per_step=2)).eval().requires_grad_(False)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    acoustic = AcousticModel(weights, model.config, OPTIONS.window)
    return DeviceEngine(model, None, _first_band), ProcessorEngine(acoustic, _first_band)


def _first_band(mel, seed):
    return mel[0]


def decoded(engine, done=None, cancelled=None):
    found = {}
    engine.decode(
        ASKED,
        OPTIONS,
        step_seconds=0.05,
        silent=frozenset(),
        done=done or found.__setitem__,
        cancelled=cancelled or Event(),
    )
    return found


def test_both_engines_decode_alike():
    theirs, ours = map(decoded, engines())
    assert theirs.keys() == ours.keys() == set(range(len(ASKED)))
    for place, take in theirs.items():
        assert take.attempts == ours[place].attempts
        np.testing.assert_allclose(take.mel, ours[place].mel, atol=2e-4)


def test_a_voice_without_a_vocoder_takes_the_fallback():
    engine, _ = engines()
    assert np.array_equal(engine.vocode(np.ones((8, 3), np.float32), 0), np.ones(3, np.float32))


def test_a_fault_in_what_follows_reaches_who_asked_and_a_wish_to_stop_is_heard():
    engine, _ = engines()

    def fail(place, take):
        raise ArithmeticError("a fault")

    with pytest.raises(ArithmeticError, match="a fault"):
        decoded(engine, fail)
    stopped = Event()
    stopped.set()
    assert decoded(engine, cancelled=stopped) == {}


def test_the_narrator_sounds_alike_from_both(monkeypatch):
    path = catalog.find("narrator").path
    loaded = networks.load(path)
    ours = catalog.open_voice("narrator", "cpu")
    monkeypatch.setattr(tacotron.devices, "resolve", lambda name: "cuda:0")
    monkeypatch.setattr(networks, "load", lambda path, device: loaded)  # as if a GPU were there
    theirs = catalog.open_voice("narrator", "cuda")
    assert isinstance(theirs.engine, DeviceEngine)
    line = Line(1, 0.0, 2.0, "The morning was warm.")
    one, other = (next(voice.speak([line], seed=1)) for voice in (ours, theirs))
    assert one.words == other.words
    np.testing.assert_allclose(one.audio.samples, other.audio.samples, atol=0.02)
