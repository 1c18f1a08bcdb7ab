"""HiFi-GAN's generator against a direct evaluation of the published graph, V1, V2 and V3."""

from dataclasses import replace

import pytest
import torch
from public_networks import V1, V2, V3, published_shapes

from voiceover.models.hifigan import Hifigan
from voiceover.synthesis.mels import MelConfig

PUBLISHED = {"V1": (V1, 13.93e6), "V2": (V2, 0.93e6), "V3": (V3, 1.46e6)}


@pytest.mark.parametrize("version", PUBLISHED)
def test_the_published_sizes_have_the_published_numbers_of_weights(version):
    config, count = PUBLISHED[version]
    with torch.device("meta"):
        model = Hifigan(config, MelConfig())
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(count, abs=0.006e6)
    assert {f"{stem}.{part}" for stem, *_ in published_shapes(config) for part in ("weight", "bias")} == set(
        model.state_dict()
    )


def test_a_clip_has_the_tacotrons_length_and_begins_where_its_first_frame_is():
    torch.manual_seed(1)
    mel = MelConfig(n_mels=6, hop_length=16)
    config = replace(V3, upsample_rates=(4, 4), upsample_kernel_sizes=(8, 8), upsample_initial_channel=8, num_mels=6)
    model = Hifigan(config, mel).eval()
    log_mel = torch.randn(6, 9)
    samples = model.synthesise(log_mel, 0)
    assert samples.shape == (8 * 16,)
    whole = model(log_mel[None])[0].detach().numpy()
    assert whole.shape == (9 * 16,)
    assert (samples == whole[8:-8]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resblock": 3}, "there are 1 and 2"),
        ({"upsample_rates": [8, 8, 2]}, "differ in length"),
        ({"resblock_kernel_sizes": [3, 7]}, "differ in length"),
        ({"resblock_kernel_sizes": [4, 7, 11]}, "odd"),
        ({"upsample_kernel_sizes": [15, 16, 4, 4]}, "even number more"),
        ({"upsample_initial_channel": 100}, "cannot be halved"),
        ({"upsample_rates": [8, 8, 2, 0]}, "empty or negative"),
    ],
)
def test_sizes_that_make_no_network_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(V1, **change)


def test_it_must_fit_the_mels():
    with pytest.raises(ValueError, match="256 samples of a frame of 80 bands"):
        Hifigan(V1, MelConfig(hop_length=300))
