"""A gentle clean-up of steady noise in recordings: hiss, hum, a fan."""

from __future__ import annotations

import numpy as np

from voiceover.train.recordings import SILENT
from voiceover.types import Samples

QUIET_SECONDS = 0.25  # the quietest stretch so long shows the noise alone
SHARE = 0.75  # of the noise that is taken away: all of it takes breath and soft consonants along
WINDOW = 1024  # samples


def clean_up(samples: Samples, rate: int, share: float = SHARE) -> Samples:
    """Lower what is steady in a recording, such as hiss and hum, by about 8 dB between the words.

    Spectral gating by noisereduce (Sainburg et al., 2020), with the noise's spectrum taken from the quietest quarter of
    a second, so a recording should have a little silence. One that is too short to tell, or whose silence is digital,
    comes back as it was.

    Args:
        samples: (n,), any level.
        rate: in Hz.
        share: of the noise that is taken away, 0 to 1.
    """
    size = round(QUIET_SECONDS * rate)
    if len(samples) < 2 * size:
        return samples
    noise = quietest(samples, size)
    if np.abs(noise).max() < SILENT:
        return samples
    import noisereduce

    cleaned = noisereduce.reduce_noise(
        y=samples,
        sr=rate,
        y_noise=noise,
        stationary=True,
        prop_decrease=share,
        n_fft=WINDOW,
        freq_mask_smooth_hz=200,
        time_mask_smooth_ms=60,
    )
    return np.asarray(cleaned, dtype=np.float32)


def quietest(samples: Samples, size: int) -> Samples:
    """Return the stretch of so many samples with the least power."""
    power = np.cumsum(np.pad(np.square(samples, dtype=np.float64), (1, 0)))
    first = int(np.argmin(power[size:] - power[:-size]))
    return samples[first : first + size]
