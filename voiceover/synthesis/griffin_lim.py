"""Griffin-Lim: the stated fallback of a voice that has no vocoder of its own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from voiceover.synthesis.mels import MelConfig, filter_bank, istft, stft
from voiceover.types import Samples

MOMENTUM = 0.99  # as Perraudin et al. advise


@lru_cache(maxsize=4)
def _inverse(config: MelConfig) -> Samples:
    """Return the pseudo-inverse of the mel filter bank, (n_mels, F)."""
    return np.linalg.pinv(filter_bank(config))


def griffin_lim(log_mel: Samples, config: MelConfig, iterations: int = 60, seed: int = 0) -> Samples:
    """Estimate a waveform from a log-mel by fast Griffin-Lim (Perraudin et al., 2013).

    Args:
        log_mel: (n_mels, frames).
        config: its configuration.
        iterations: more is slower and a little cleaner.
        seed: of the starting phase.

    Returns:
        Samples, shape ((frames - 1) * hop_length,).
    """
    magnitude = np.maximum(np.exp(log_mel.T.astype(np.float32)) @ _inverse(config), np.float32(1e-5))
    phase = np.random.Generator(np.random.PCG64(seed)).random(magnitude.shape, np.float32) * np.float32(2 * np.pi)
    estimate = np.exp(1j * phase).astype(np.complex64)
    previous = np.zeros_like(estimate)
    for _ in range(iterations):
        rebuilt = stft(istft(magnitude * estimate, config), config)
        accelerated = rebuilt + np.float32(MOMENTUM) * (rebuilt - previous)
        previous = rebuilt
        estimate = accelerated / np.maximum(np.abs(accelerated), np.float32(1e-16))
    return istft(magnitude * estimate, config)
