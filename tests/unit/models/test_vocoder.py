import numpy as np
import pytest
import torch

from voiceover.models.griffin_lim import griffin_lim
from voiceover.models.mel import MelConfig, log_mel
from voiceover.models.vocoder import (
    UNVOICED_HZ,
    Pitch,
    Vocoder,
    VocoderConfig,
    fill_unvoiced,
    harmonic_source,
    pitch_position,
    trusted_pitch,
)

MEL = MelConfig()
SMALL = VocoderConfig(dim=16, layers=1, pitch_dim=16, pitch_layers=1)


def test_the_source_is_a_pulse_train_at_its_pitch_with_unit_power():
    frames = 200
    source = harmonic_source(torch.full((1, frames), 210.0), MEL)[0].numpy()
    assert len(source) == (frames - 1) * MEL.hop_length
    assert np.square(source).mean() == pytest.approx(1.0, rel=0.05)
    spectrum = np.abs(np.fft.rfft(source * np.hanning(len(source))))
    hertz = np.fft.rfftfreq(len(source), 1 / MEL.sample_rate)
    at_harmonics = [spectrum[np.argmin(np.abs(hertz - k * 210.0))] for k in (1, 5, 20, 50)]
    between = [spectrum[np.argmin(np.abs(hertz - (k + 0.5) * 210.0))] for k in (1, 5, 20, 50)]
    assert min(at_harmonics) > 100 * max(between)
    assert at_harmonics[-1] == pytest.approx(at_harmonics[0], rel=0.1)  # all equally strong


def test_a_gliding_pitch_makes_no_jumps():
    glide = torch.linspace(100.0, 400.0, 100)[None]
    source = harmonic_source(glide, MEL)
    assert torch.isfinite(source).all()
    assert source.abs().max() < 15


def test_pitch_is_decoded_to_a_fraction_of_a_bin_and_carried_over_unvoiced_frames():
    f0 = torch.tensor([150.0, 0.0, 0.0, 300.0])
    bins = -0.5 * (torch.arange(120) - pitch_position(f0)[:, None]).square()
    decoded = trusted_pitch(Pitch(bins[None], torch.tensor([[9.0, -9.0, -9.0, 9.0]])))
    assert decoded[[0, 3]] == pytest.approx([150.0, 300.0], rel=2e-3)
    assert decoded[1] == pytest.approx(150 * 2 ** (1 / 3), rel=1e-2)
    assert fill_unvoiced(np.zeros(3, np.float32)).tolist() == [UNVOICED_HZ] * 3


def test_synthesis_has_the_mels_length_and_repeats_itself():
    torch.manual_seed(0)
    vocoder = Vocoder(SMALL, MEL).eval()
    mel = torch.randn(80, 40) - 5
    first, again, other = (vocoder.synthesise(mel, seed) for seed in (1, 1, 2))
    assert len(first) == 39 * MEL.hop_length
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_griffin_lim_keeps_the_mel():
    t = torch.arange(22050) / 22050
    audio = sum(torch.sin(2 * torch.pi * 180 * k * t) / k for k in range(1, 12)) * 0.1
    mel = log_mel(audio, MEL)
    rebuilt = log_mel(griffin_lim(mel, MEL, iterations=32), MEL)
    assert (rebuilt - mel[:, : rebuilt.shape[1]])[:, 4:-4].clamp(-4, 4).abs().mean() < 0.6
    assert torch.equal(griffin_lim(mel, MEL, 4), griffin_lim(mel, MEL, 4))
