"""Where the voice sounds inside a clip."""

from __future__ import annotations

import numpy as np

from voiceover.types import Audio

FRAME_SECONDS = 0.010
BELOW_PEAK_DB = 40.0


def voiced_bounds(audio: Audio) -> tuple[float, float]:
    """Return the onset and the offset of the voiced part of a clip, in seconds.

    A frame of 10 ms is voiced when its RMS is no more than 40 dB below that of the clip's loudest frame: measured
    against the clip itself, a quiet last word is kept that a fixed level would cut. Inside the first and the last
    voiced frame the bounds are the first and the last sample at that level. Silence gives (0.0, 0.0).
    """
    size = max(round(audio.rate * FRAME_SECONDS), 1)
    count = -(-len(audio.samples) // size)
    frames = np.zeros((count, size), dtype=np.float64)
    frames.reshape(-1)[: len(audio.samples)] = audio.samples
    rms = np.sqrt(np.mean(frames**2, axis=1))
    if not rms.any():
        return 0.0, 0.0
    level = float(rms.max()) * 10.0 ** (-BELOW_PEAK_DB / 20.0)
    voiced = np.flatnonzero(rms >= level)
    first, last = int(voiced[0]), int(voiced[-1])
    # a frame whose RMS reaches the level has a sample that does
    onset = first * size + int(np.flatnonzero(np.abs(frames[first]) >= level)[0])
    offset = last * size + int(np.flatnonzero(np.abs(frames[last]) >= level)[-1]) + 1
    return onset / audio.rate, offset / audio.rate
