"""Log-mel spectrograms: the one configuration that a voice's training, network and vocoder all read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
import torchaudio
from torch import Tensor

FLOOR = 1e-5  # the smallest magnitude kept: log(1e-5) = -11.5 is silence


@dataclass(frozen=True, slots=True)
class MelConfig:
    """How audio becomes mels. The defaults are those of the public Tacotron 2 and HiFi-GAN voices."""

    sample_rate: int = 22050  # Hz
    n_fft: int = 1024  # samples
    hop_length: int = 256  # samples
    win_length: int = 1024  # samples, periodic Hann
    n_mels: int = 80
    f_min: float = 0.0  # Hz
    f_max: float = 8000.0  # Hz

    @property
    def frames_per_second(self) -> float:
        """Mel frames in one second of audio."""
        return self.sample_rate / self.hop_length


def filter_bank(config: MelConfig) -> Tensor:
    """Return what `log_mel` weighs the bins with, (n_fft / 2 + 1, n_mels): Slaney's scale and norm."""
    bank: Tensor = torchaudio.functional.melscale_fbanks(
        config.n_fft // 2 + 1, config.f_min, config.f_max, config.n_mels, config.sample_rate, "slaney", "slaney"
    )
    return bank


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
