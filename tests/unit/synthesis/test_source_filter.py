"""The vocoder on a processor is torch's."""

import numpy as np
import pytest
import torch

from voiceover.models.vocoder import Vocoder
from voiceover.models.vocoder import harmonic_source as torch_source
from voiceover.synthesis.configs import VocoderConfig
from voiceover.synthesis.mels import MelConfig
from voiceover.synthesis.source_filter import SourceFilterVocoder, harmonic_source

MEL = MelConfig(n_fft=64, hop_length=16, win_length=64, n_mels=8)


def pair(corrections, sure=0.0):
    torch.manual_seed(2)
    theirs = Vocoder(VocoderConfig(8, 2, 8, 1, corrections=corrections), MEL).eval().requires_grad_(False)
    for parameter in theirs.parameters():
        parameter.add_(0.05 * torch.randn_like(parameter))
    if corrections:
        theirs.trust.bias.fill_(sure)
    weights = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    return theirs, SourceFilterVocoder(weights, theirs.config, MEL)


@pytest.mark.parametrize(("corrections", "sure"), [(0, 0.0), (4, 90.0), (4, 0.0), (4, -90.0)])
@pytest.mark.parametrize("bias", [-100.0, 0.0, 100.0], ids=["unvoiced", "both", "voiced"])
def test_it_sounds_as_in_torch(corrections, sure, bias):
    theirs, _ = pair(corrections, sure)
    theirs.pitch_head.bias[-1] = bias
    ours = SourceFilterVocoder({n: t.numpy() for n, t in theirs.state_dict().items()}, theirs.config, MEL)
    mel = torch.randn(8, 60) * 2 - 5
    expected = theirs.synthesise(mel, 5)
    assert np.abs(expected).max() > 0.01
    # corrections make rounding larger where next to nothing is divided by next to nothing
    assert np.abs(ours(mel.numpy(), 5) - expected).mean() < 1e-3 * np.abs(expected).max()


def test_another_seed_is_other_noise_and_the_same_is_the_same():
    _, vocoder = pair(2)
    mel = np.random.default_rng(0).standard_normal((8, 40)).astype(np.float32) - 5
    assert np.array_equal(vocoder(mel, 1), vocoder(mel, 1))
    assert not np.array_equal(vocoder(mel, 1), vocoder(mel, 2))


def test_chunks_leave_no_seam():
    _, vocoder = pair(3, 90.0)
    mel = np.random.default_rng(0).standard_normal((8, 400)).astype(np.float32) - 5
    whole = vocoder(mel, 1)
    assert np.abs(vocoder(mel, 1, 64) - whole).max() < 1e-3 * np.abs(whole).max()  # -60 dB


def test_the_source_is_torchs_at_any_pitch():
    f0 = np.concatenate([np.linspace(60, 500, 40), np.full(20, 11000.0)]).astype(np.float32)
    expected = torch_source(torch.from_numpy(f0)[None], MEL)[0].numpy()
    np.testing.assert_allclose(harmonic_source(f0, MEL), expected, atol=1e-4)


def test_weights_of_another_network_are_refused():
    theirs, _ = pair(2)
    weights = {name: tensor.numpy() for name, tensor in theirs.state_dict().items()}
    with pytest.raises(ValueError, match="trust"):
        SourceFilterVocoder(weights, VocoderConfig(8, 2, 8, 1), MEL)
    with pytest.raises(ValueError, match=r"head\.bias is \(99,\), the card says \(195,\)"):
        SourceFilterVocoder(weights, theirs.config, MelConfig(n_fft=128, hop_length=16, win_length=64, n_mels=8))
