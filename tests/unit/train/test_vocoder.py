"""What a vocoder's training is fed with."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from voiceover.errors import BadInputError
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.train import vocoder
from voiceover.train.corpus import Corpus

MEL = MelConfig()


def tone(frames, hertz):
    samples = 0.5 * np.sin(2 * np.pi * hertz * np.arange(frames * MEL.hop_length) / MEL.sample_rate)
    audio = torch.from_numpy((samples * 32767).astype(np.int16))
    return vocoder._Sound(audio, torch.full((frames,), float(hertz)), None)


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.4])
def test_what_is_played_at_another_pace_has_another_pitch(pace):
    first, audio, f0 = tone(200, 200).cut(np.random.default_rng(1), 64, MEL, pace)
    assert (len(audio), len(f0)) == (63 * MEL.hop_length, 64)
    assert 0 <= first <= 200 - 64 * pace
    assert f0.tolist() == pytest.approx([200 * pace] * 64)
    spectrum = np.abs(np.fft.rfft(audio.numpy() * np.hanning(len(audio))))
    assert np.fft.rfftfreq(len(audio), 1 / MEL.sample_rate)[spectrum.argmax()] == pytest.approx(200 * pace, abs=2)


def test_a_clip_shorter_than_a_segment_is_followed_by_silence():
    _, audio, f0 = tone(30, 200).cut(np.random.default_rng(1), 64, MEL, 1.3)
    assert not f0[24:].any()
    assert not audio[30 * MEL.hop_length :].any()
    assert audio[: 20 * MEL.hop_length].abs().max() > 0.4


def test_other_speakers_must_have_the_same_mels():
    one = Corpus(Path("one"), MEL, ())
    other = Corpus(Path("other"), dataclasses.replace(MEL, hop_length=200), ())
    vocoder._check_mels(one, [one])
    with pytest.raises(BadInputError, match="other: its mels are not those of one"):
        vocoder._check_mels(one, [other])


@pytest.mark.parametrize("corrections", [0, 2])
def test_vocoders_of_before_can_be_trained_on(corrections):
    corpus = Corpus(Path("one"), MEL, ())
    small = VocoderConfig(dim=16, layers=1, pitch_dim=16, pitch_layers=1, corrections=corrections)
    task = vocoder.VocoderTask(corpus, small, vocoder.PRESETS["tiny"][1], torch.device("cpu"))
    task.sounds = [tone(60, 200), tone(80, 150)]
    loss, parts = task.loss(task.batches(0, 4)[0], 1)
    loss.backward()
    assert torch.isfinite(loss)
    assert {"trust", "off"} <= set(parts)
    assert (parts["off"] > 0) == (corrections > 0)
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in task.model.parameters())


def test_the_preset_trust_learns_to_tell_mels_apart_and_nothing_else():
    settings = vocoder.PRESETS["trust"][1]
    small = VocoderConfig(dim=16, layers=1, pitch_dim=16, pitch_layers=1, corrections=2)
    task = vocoder.VocoderTask(Corpus(Path("one"), MEL, ()), small, settings, torch.device("cpu"))
    blurred = dataclasses.replace(tone(300, 200), predicted=torch.full((80, 300), -5.0).half())
    task.sounds = task.held_out = [blurred]
    before = {name: weight.clone() for name, weight in task.model.state_dict().items()}
    optimizer = torch.optim.Adam(task.model.parameters(), 0.05)
    losses = []
    for step in range(60):
        loss, _ = task.loss(task.batches(step, 8)[0] * 4, step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]
    changed = {name for name, weight in task.model.state_dict().items() if not torch.equal(weight, before[name])}
    assert changed == {"trust.weight", "trust.bias"}
    with torch.inference_mode():
        assert task.validate(task.model)["loss"] == pytest.approx(task.validate(task.model)["trust"])
