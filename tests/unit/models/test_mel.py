import librosa
import numpy as np
import pytest
import torch

from voiceover.models.mel import log_mel
from voiceover.synthesis.mels import FLOOR, MelConfig

CONFIG = MelConfig()


def test_the_mels_are_librosas():
    audio = np.random.default_rng(0).normal(0, 0.1, 22050).astype(np.float32)
    expected = librosa.feature.melspectrogram(
        y=audio, sr=22050, n_fft=1024, hop_length=256, n_mels=80, fmin=0, fmax=8000, power=1.0, pad_mode="reflect"
    )
    got = log_mel(torch.from_numpy(audio), CONFIG)
    assert got.shape == (80, 22050 // 256 + 1)
    np.testing.assert_allclose(got.numpy(), np.log(np.maximum(expected, FLOOR)), atol=2e-3)


def test_silence_is_the_floor():
    assert log_mel(torch.zeros(4096), CONFIG).unique().item() == pytest.approx(np.log(FLOOR))


def test_half_precision_around_it_changes_nothing():
    audio = torch.randn(8192) * 0.1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = log_mel(audio, CONFIG)
    assert torch.equal(inside, log_mel(audio, CONFIG))
