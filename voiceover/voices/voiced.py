"""Where the voice sounds inside a clip."""

from __future__ import annotations

import numpy as np

from voiceover.onsets import find_onset
from voiceover.types import Audio

FRAME_SECONDS = 0.010
BELOW_PEAK_DB = 40.0


def voiced_bounds(audio: Audio) -> tuple[float, float]:
    """Return the onset and the offset of the voiced part of a clip, in seconds.

    The onset is `onsets.find_onset`'s. The voiced part ends with the last sample 40 dB below the RMS of the loudest
    10 ms: measured against the clip itself, a quiet last word is kept that a fixed level would cut. Silence gives
    (0.0, 0.0).
    """
    size = max(round(audio.rate * FRAME_SECONDS), 1)
    count = -(-len(audio.samples) // size)
    frames = np.zeros((count, size), dtype=np.float64)
    frames.reshape(-1)[: len(audio.samples)] = audio.samples
    rms = np.sqrt(np.mean(frames**2, axis=1))
    if not rms.any():
        return 0.0, 0.0
    level = float(rms.max()) * 10.0 ** (-BELOW_PEAK_DB / 20.0)
    last = int(np.flatnonzero(rms >= level)[-1])
    # a frame whose RMS reaches the level has a sample that does
    offset = last * size + int(np.flatnonzero(np.abs(frames[last]) >= level)[-1]) + 1
    return min(find_onset(audio.samples, audio.rate), offset / audio.rate), offset / audio.rate
