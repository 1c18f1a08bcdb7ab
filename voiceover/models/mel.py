"""Log-mel spectrograms on a device, as `voiceover.synthesis.mels` makes them in numpy."""

from __future__ import annotations

from functools import lru_cache

import torch
import torchaudio
from torch import Tensor

from voiceover.synthesis.mels import FLOOR, MelConfig


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # what is kept serves a later training too
def _transform(config: MelConfig, device: torch.device) -> torchaudio.transforms.MelSpectrogram:
    return torchaudio.transforms.MelSpectrogram(
        sample_rate=config.sample_rate,
        n_fft=config.n_fft,
        win_length=config.win_length,
        hop_length=config.hop_length,
        f_min=config.f_min,
        f_max=config.f_max,
        n_mels=config.n_mels,
        power=1.0,
        norm="slaney",
        mel_scale="slaney",
        pad_mode="reflect",
    ).to(device)


def log_mel(audio: Tensor, config: MelConfig) -> Tensor:
    """Compute the log-mel spectrogram of audio.

    Args:
        audio: samples in [-1, 1], shape (..., n), n > n_fft / 2.
        config: the voice's mel configuration.

    Returns:
        Natural logarithm of mel magnitudes, floored at log(1e-5); shape (..., n_mels, n // hop_length + 1).
        Frame t is centred on sample t * hop_length.
    """
    with torch.autocast(audio.device.type, enabled=False):
        mel: Tensor = _transform(config, audio.device)(audio.float())
        return torch.log(torch.clamp(mel, min=FLOOR))
