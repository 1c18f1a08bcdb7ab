"""Transforms and mels in numpy are torch's and torchaudio's."""

import numpy as np
import pytest
import torch
import torchaudio

from voiceover.models.mel import log_mel as torch_log_mel
from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.synthesis.mels import MelConfig, filter_bank, istft, log_mel, stft

CONFIGS = [
    MelConfig(),
    MelConfig(sample_rate=16000, n_fft=512, hop_length=100, win_length=400, n_mels=40, f_min=50.0, f_max=7600.0),
]
NOISE = np.random.default_rng(0).standard_normal(9001).astype(np.float32) * 0.1


@pytest.mark.parametrize("config", CONFIGS)
def test_the_filter_bank_is_torchaudios(config):
    expected = torchaudio.functional.melscale_fbanks(
        config.n_fft // 2 + 1, config.f_min, config.f_max, config.n_mels, config.sample_rate, "slaney", "slaney"
    )
    np.testing.assert_allclose(filter_bank(config), expected.numpy(), atol=1e-6)


@pytest.mark.parametrize("config", CONFIGS)
def test_mels_are_torchaudios(config):
    expected = torch_log_mel(torch.from_numpy(NOISE), config).numpy()
    np.testing.assert_allclose(log_mel(NOISE, config), expected, atol=1e-4)


@pytest.mark.parametrize("config", CONFIGS)
def test_transforms_are_torchs(config):
    shape = {
        "n_fft": config.n_fft, "hop_length": config.hop_length, "win_length": config.win_length,
        "window": torch.hann_window(config.win_length),
    }  # fmt: skip
    theirs = torch.stft(torch.from_numpy(NOISE), **shape, return_complex=True)
    np.testing.assert_allclose(stft(NOISE, config), theirs.numpy().T, atol=1e-4)
    changed = theirs * torch.rand(theirs.shape)
    expected = torch.istft(changed, **shape).numpy()
    np.testing.assert_allclose(istft(np.ascontiguousarray(changed.numpy().T), config), expected, atol=1e-5)


def test_griffin_lim_keeps_the_mel():
    config = MelConfig()
    t = np.arange(22050) / 22050
    audio = sum(np.sin(2 * np.pi * 180 * k * t) / k for k in range(1, 12)) * 0.1
    mel = log_mel(audio.astype(np.float32), config)
    rebuilt = log_mel(griffin_lim(mel, config, iterations=32), config)
    assert np.abs((rebuilt - mel[:, : rebuilt.shape[1]])[:, 4:-4].clip(-4, 4)).mean() < 0.6
    assert np.array_equal(griffin_lim(mel, config, 4), griffin_lim(mel, config, 4))
