"""Loudness and true peak after ITU-R BS.1770-4 / EBU R 128, in blocks: a two-hour film is never copied.

Every function takes samples of shape (n,) or (n, channels), float32, in ffmpeg's channel order.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceover.blocks import blocks, release
from voiceover.errors import BadInputError
from voiceover.types import Samples

HOP_SECONDS = 0.1  # the step between the gating blocks of BS.1770; four hops make a block
_OFFSET = -0.691  # BS.1770: makes a 997 Hz sine at 0 dBFS in one channel read -3.01 LUFS
_FLOOR = 1e-15
_AT_ONCE = 16  # seconds looked at closely before their pages are released
_OVERSAMPLING = 4  # BS.1770 annex 2


@dataclass(frozen=True, slots=True)
class Target:
    """What a platform asks for."""

    lufs: float
    peak_dbtp: float


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a mix measures; -inf for silence."""

    lufs: float
    peak_dbtp: float


# Netflix asks for dialogue-gated loudness: this measures programme loudness, which is the same thing for a narration
# and a little louder than the dialogue of a film with loud effects.
PRESETS = {
    "youtube": Target(-14.0, -1.0),
    "ebu": Target(-23.0, -1.0),
    "atsc": Target(-24.0, -2.0),
    "netflix": Target(-27.0, -2.0),
}


def parse_target(text: str) -> Target | None:
    """Return the target that `--loudness` names: a preset, a number of LUFS (peak -1 dBTP), or None for "off".

    Raises BadInputError for anything else.
    """
    name = text.strip().lower()
    if name == "off":
        return None
    if name in PRESETS:
        return PRESETS[name]
    try:
        lufs = float(name.removesuffix("lufs"))
    except ValueError:
        lufs = 0.0
    if not -70.0 < lufs <= -5.0:
        raise BadInputError(
            f"--loudness {text}: not a loudness.",
            f"Use one of {', '.join(PRESETS)}, off, or a number of LUFS between -70 and -5, such as -16.",
        )
    return Target(lufs, -1.0)


def measure_energies(samples: Samples, rate: int, *, hop_seconds: float = HOP_SECONDS) -> NDArray[np.float64]:
    """Return the K-weighted mean square of each whole hop, channels summed with their BS.1770 weights."""
    from scipy.signal import sosfilt

    sos = _k_weighting(rate)
    hop = round(hop_seconds * rate)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    weights = _channel_weights(channels)
    state = np.zeros((len(sos), 2, channels))
    energies = np.empty(len(samples) // hop)
    step = max(5 * rate // hop, 1) * hop  # five seconds at a time
    for start, end in blocks(samples[: len(energies) * hop], step):
        block = samples[start:end].reshape(-1, channels)
        weighted, state = sosfilt(sos, block, axis=0, zi=state)
        squares = np.square(weighted).reshape(-1, hop, channels).mean(axis=1)
        energies[start // hop : start // hop + len(squares)] = squares @ weights
    return energies


def integrate(energies: NDArray[np.float64]) -> float:
    """Return the integrated loudness (LUFS) of 100 ms energies, gated at -70 LUFS and 10 LU under the mean.

    Less than one 400 ms block is taken as one block. Formula: ITU-R BS.1770-4, equations 2 to 7.
    """
    if len(energies) == 0:
        return -inf
    if len(energies) < 4:
        blocks = energies.mean(keepdims=True)
    else:
        sums = np.concatenate(([0.0], np.cumsum(energies)))
        blocks = np.maximum((sums[4:] - sums[:-4]) / 4, 0.0)
    audible = blocks[blocks >= _energy(-70.0)]
    if len(audible) == 0:
        return -inf
    loud = audible[audible > audible.mean() * 0.1]
    return to_lufs(float(loud.mean()))


def to_lufs(energy: float) -> float:
    """Return the loudness of one K-weighted mean square."""
    return _OFFSET + 10.0 * log10(energy) if energy > _FLOOR else -inf


def measure(samples: Samples, rate: int) -> Loudness:
    """Return the integrated loudness and the true peak."""
    return Loudness(integrate(measure_energies(samples, rate)), measure_true_peak(samples, rate))


def measure_true_peak(samples: Samples, rate: int) -> float:
    """Return the true peak in dBTP, from 4 times oversampled audio (BS.1770-4, annex 2)."""
    peaks = sorted(((_peak(samples[a:b]), a, b) for a, b in blocks(samples, rate)), reverse=True)
    best = 0.0

    def look(part: tuple[float, int, int]) -> float:
        return float(oversampled_peaks(samples, part[1], part[2], rate).max())

    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(peaks), _AT_ONCE):
            # Between samples the wave can rise above them, though 6 dB is beyond anything but constructed signals.
            some = [part for part in peaks[first : first + _AT_ONCE] if part[0] > 0.0 and part[0] * 2.0 >= best]
            if not some:
                break
            best = max(best, *pool.map(look, some))
            release(samples)
    return 20.0 * log10(best) if best > 0.0 else -inf


def _peak(samples: Samples) -> float:
    return float(max(samples.max(), -samples.min())) if samples.size else 0.0


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs - _OFFSET) / 10.0))


def oversampled_peaks(samples: Samples, start: int, end: int, rate: int) -> NDArray[np.float32]:
    """Return the largest oversampled magnitude near each sample of [start, end), over all channels."""
    import soxr

    context = round(0.01 * rate)
    low, high = max(0, start - context), min(len(samples), end + context)
    block = soxr.resample(samples[low:high], rate, rate * _OVERSAMPLING, "MQ")
    magnitude = loudest_channel(block)
    length = (high - low) * _OVERSAMPLING
    if len(magnitude) < length:
        magnitude = np.pad(magnitude, (0, length - len(magnitude)))
    # the samples themselves also count: the resampler rounds the very last bit of their peaks away
    peaks = loudest_channel(samples[low:high])
    for phase in range(_OVERSAMPLING):  # strides: numpy is ten times slower over an axis of four
        np.maximum(peaks, magnitude[phase:length:_OVERSAMPLING], out=peaks)
    return peaks[start - low : end - low]


def loudest_channel(samples: Samples) -> Samples:
    """Return the largest magnitude over all channels, shape (n,)."""
    if samples.ndim == 1:
        return np.abs(samples)
    loudest = np.abs(samples[:, 0])
    for channel in range(1, samples.shape[1]):
        np.maximum(loudest, np.abs(samples[:, channel]), out=loudest)
    return loudest


def _channel_weights(channels: int) -> NDArray[np.float64]:
    """Return the weights of BS.1770 table 3: surrounds 1.41, the low-frequency channel none."""
    if channels <= 3:
        return np.ones(channels)
    if channels <= 5:
        return np.array([1.0, 1.0, 1.0, 1.41, 1.41])[:channels] if channels == 5 else np.array([1.0, 1.0, 1.41, 1.41])
    return np.array([1.0, 1.0, 1.0, 0.0] + [1.41] * (channels - 4))


@lru_cache(maxsize=8)
def _k_weighting(rate: int) -> NDArray[np.float64]:
    """Return pyloudnorm's two K-weighting filters as second-order sections."""
    from pyloudnorm import Meter

    stages: list[Any] = list(Meter(rate)._filters.values())
    return np.array([np.concatenate((stage.b, stage.a)) / stage.a[0] for stage in stages])
