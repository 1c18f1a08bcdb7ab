"""HiFi-GAN in ONNX Runtime is torch's, in all three of its forms."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from public_networks import V1, V2, V3

from voiceover.models.hifigan import Hifigan
from voiceover.synthesis.hifigan import HifiganVocoder
from voiceover.synthesis.mels import MelConfig

MEL = MelConfig()


@pytest.mark.parametrize("config", [replace(V1, upsample_initial_channel=32), V2, V3], ids=["V1", "V2", "V3"])
def test_it_sounds_as_in_torch(config):
    torch.manual_seed(1)
    theirs = Hifigan(config, MEL).eval()
    ours = HifiganVocoder({n: t.numpy() for n, t in theirs.state_dict().items()}, config, MEL)
    mel = torch.randn(80, 12) * 2 - 5
    expected = theirs.synthesise(mel, 0)
    assert len(expected) == 11 * MEL.hop_length
    np.testing.assert_allclose(ours(mel.numpy(), 0), expected, atol=1e-4)


def test_weights_and_mels_that_do_not_fit_are_refused():
    weights = {name: tensor.detach().numpy() for name, tensor in Hifigan(V2, MEL).state_dict().items()}
    with pytest.raises(ValueError, match="makes 256 samples of a frame of 80 bands"):
        HifiganVocoder(weights, V2, MelConfig(hop_length=300))
    with pytest.raises(ValueError, match="the card says"):
        HifiganVocoder(weights, V3, MEL)
