"""What levelling has to know of a sound, a point a millisecond: how loud it is, and how high its peaks are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiceover import peaks
from voiceover.blocks import blocks
from voiceover.loudness import Weighting
from voiceover.types import Samples

NODE_SECONDS = 0.001
_AT_ONCE = 2  # seconds


class Curves:
    """The K-weighted energy and the sample peak of each millisecond of a sound that comes block by block."""

    def __init__(self, rate: int, channels: int) -> None:
        self.node = round(NODE_SECONDS * rate)  # samples
        self._weighting = Weighting(rate, channels, hop_seconds=NODE_SECONDS)
        self._energies: list[NDArray[np.float32]] = []
        self._peaks: list[Samples] = []

    def add(self, block: Samples) -> None:
        """Look at the next block, shape (n,) or (n, channels); all but the last are whole milliseconds."""
        self._energies.append(self._weighting.measure(block).astype(np.float32))
        self._peaks.append(peaks.sample_peaks(block, self.node))

    @property
    def energies(self) -> NDArray[np.float32]:
        """The energy of each whole millisecond, channels summed with their BS.1770 weights."""
        return np.concatenate([*self._energies, np.zeros(0, np.float32)])

    @property
    def peaks(self) -> Samples:
        """The largest magnitude of each millisecond, over all channels; the last may be a shorter one."""
        return np.concatenate([*self._peaks, np.zeros(0, np.float32)])


def draw(samples: Samples, rate: int) -> Curves:
    """Return the curves of a sound, shape (n,) or (n, channels)."""
    found = Curves(rate, 1 if samples.ndim == 1 else samples.shape[1])
    for start, end in blocks(samples, _AT_ONCE * rate // found.node * found.node):
        found.add(samples[start:end])
    return found
