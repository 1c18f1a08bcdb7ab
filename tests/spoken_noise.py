"""Speech for tests that need to find it again: noise between near silences."""

from __future__ import annotations

import numpy as np

from voiceover.types import Audio, Line, Samples, Speech

SOURCE_RATE = 22_050


def noise(seconds: float, level: float = 0.1, *, seed: int = 0, rate: int = SOURCE_RATE) -> Samples:
    return (level * np.random.default_rng(seed).normal(size=round(seconds * rate))).astype(np.float32)


def speech(
    index: int,
    start: float,
    natural: float,
    *,
    onset: float = 0.2,
    tail: float = 0.3,
    level: float = 0.1,
    voice: str = "",
) -> Speech:
    """A voice that says noise, with near silence around it."""
    quiet_before, quiet_after = noise(onset, 1e-5, seed=1), noise(tail, 1e-5, seed=2)
    samples = np.concatenate((quiet_before, noise(natural, level, seed=index), quiet_after))
    return Speech(
        Line(index, start, start + 1, "w"), Audio(samples, SOURCE_RATE), "w", onset, onset + natural, voice=voice
    )


def sounding(samples: Samples, over: float = 0.01) -> tuple[int, int]:
    """The first and last sample that is clearly above silence."""
    loud = np.flatnonzero(np.abs(samples) > over)
    return int(loud[0]), int(loud[-1])
