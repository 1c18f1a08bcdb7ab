"""Signals that tests measure."""

from __future__ import annotations

import numpy as np

from voiceover.types import Samples

RATE = 48_000


def sine(hertz: float, seconds: float, amplitude: float = 1.0) -> Samples:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def bursts(seconds: float, seed: int = 1) -> Samples:
    """Noise with the ups, downs and peaks of speech."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * time) + 0.2, 0, None) * (np.sin(2 * np.pi * 0.31 * time) > -0.6)
    return (0.1 * syllables * rng.laplace(size=len(time))).astype(np.float32)
