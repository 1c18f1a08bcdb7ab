"""Griffin-Lim: the stated fallback of a voice that has no vocoder of its own."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from voiceover.models.mel import MelConfig, filter_bank


@lru_cache(maxsize=4)
def _inverse(config: MelConfig) -> Tensor:
    """Return the pseudo-inverse of the mel filter bank, (n_fft / 2 + 1, n_mels)."""
    inverse: Tensor = torch.linalg.pinv(filter_bank(config).T)
    return inverse


def griffin_lim(log_mel: Tensor, config: MelConfig, iterations: int = 60, seed: int = 0) -> Tensor:
    """Estimate a waveform from a log-mel by fast Griffin-Lim (Perraudin et al., 2013).

    Args:
        log_mel: (n_mels, frames).
        config: its configuration.
        iterations: more is slower and a little cleaner.
        seed: of the starting phase.

    Returns:
        Samples, shape ((frames - 1) * hop_length,).
    """
    magnitude = (_inverse(config) @ log_mel.float().exp()).clamp_min(1e-5)
    window = torch.hann_window(config.win_length)
    generator = torch.Generator().manual_seed(seed)
    phase = torch.rand(magnitude.shape, generator=generator) * 2 * torch.pi
    estimate = torch.polar(torch.ones_like(magnitude), phase)
    previous = torch.zeros_like(estimate)
    shape = {"n_fft": config.n_fft, "hop_length": config.hop_length, "win_length": config.win_length, "window": window}
    for _ in range(iterations):
        audio = torch.istft(magnitude * estimate, **shape)  # type: ignore[arg-type]
        rebuilt = torch.stft(audio, **shape, return_complex=True)  # type: ignore[arg-type]
        accelerated = rebuilt + 0.99 * (rebuilt - previous)
        previous = rebuilt
        estimate = accelerated / accelerated.abs().clamp_min(1e-16)
    return torch.istft(magnitude * estimate, **shape)  # type: ignore[arg-type]
