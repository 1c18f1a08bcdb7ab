"""True peaks: how high the wave rises between the samples, by four times oversampling (ITU-R BS.1770-4, annex 2).

The wave is drawn only where the samples around come near enough to the height that is asked about: of a film's
milliseconds that is one in ten.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, log10

import numpy as np
from numpy.typing import NDArray

from voiceover.products import multiply
from voiceover.types import Samples

NODE_SECONDS = 0.001  # how closely peaks are told apart
OVERSHOOT = 2.0  # how far a wave rises between samples at most: 6 dB is beyond anything but constructed signals
_OVERSAMPLING = 4  # BS.1770 annex 2
_REACH = 16  # samples on both sides that a point between two of them is made of
_KAISER = 8.0  # the window of the sinc: 80 dB of what is above the band are gone
_AT_ONCE = 2_000  # rows of samples in one product: what stays in a processor's cache


class PeakMeter:
    """The true peaks of a sound that comes block by block."""

    def __init__(self, rate: int, channels: int, *, ceiling_dbtp: float = inf) -> None:
        self._rate, self._ceiling = rate, 10.0 ** (ceiling_dbtp / 20.0)
        self._node = max(round(NODE_SECONDS * rate), _REACH)
        self._highest = 0.0
        self._over: list[tuple[float, float]] = []
        self._rest = np.zeros((self._node, channels), np.float32)  # its first node has been looked at
        self._start = -self._node  # the sample that the rest begins with

    def add(self, block: Samples) -> None:
        """Measure the next block, shape (n, channels)."""
        sound = np.concatenate([self._rest, block])
        nodes = len(sound) // self._node
        if nodes > 2:
            self._look(sound[: nodes * self._node])
        kept = max(nodes - 2, 0) * self._node
        self._rest, self._start = sound[kept:], self._start + kept

    def finish(self) -> tuple[float, tuple[tuple[float, float], ...]]:
        """Return the true peak in dBTP, and the milliseconds in which it is over the ceiling: their seconds, dBTP."""
        self.add(np.zeros((2 * self._node, self._rest.shape[1]), np.float32))
        return _to_db(self._highest), tuple(self._over)

    def _look(self, sound: Samples) -> None:
        """Find the true peaks of all nodes but the first and the last, which their waves come from as well."""
        own = sample_peaks(sound, self._node)
        self._highest = max(self._highest, float(own[1:-1].max()))
        floor = min(self._highest, self._ceiling)
        close = np.flatnonzero(near(own)[1:-1] * OVERSHOOT > floor) + 1
        found = true_peaks(sound, close * self._node, self._node)
        self._highest = max(self._highest, float(found.max(initial=0.0)))
        for node in np.flatnonzero(found > self._ceiling).tolist():
            at = (self._start + int(close[node]) * self._node) / self._rate
            self._over.append((at, _to_db(float(found[node]))))


def _to_db(peak: float) -> float:
    return 20.0 * log10(peak) if peak > 0.0 else -inf


def sample_peaks(samples: Samples, node: int) -> Samples:
    """Return the largest magnitude of each `node` samples, over all channels; the last may be fewer."""
    loud = loudest_channel(samples)
    whole = len(loud) // node * node
    peaks = loud[:whole].reshape(-1, node).max(axis=1) if whole else loud[:0]
    return np.append(peaks, loud[whole:].max()) if whole < len(loud) else peaks


def near(peaks: Samples) -> Samples:
    """Return for each node's peak the largest one within a node: what its wave between the samples comes from."""
    result = peaks.copy()
    np.maximum(result[1:], peaks[:-1], out=result[1:])
    np.maximum(result[:-1], peaks[1:], out=result[:-1])
    return result


def true_peaks(samples: Samples, starts: NDArray[np.intp], length: int) -> Samples:
    """Return the largest magnitude of the wave from each of `starts` on, for `length` samples, over all channels.

    What lies beyond the ends of `samples`, shape (n,) or (n, channels), is silence.
    """
    found = np.zeros(len(starts), np.float32)
    matrix = _interpolation(length)
    around = np.arange(-_REACH, length + _REACH)
    for channel in samples.reshape(len(samples), -1).T:
        for first in range(0, len(starts), _AT_ONCE):
            wanted = starts[first : first + _AT_ONCE, None] + around
            inside = (wanted[:, 0] >= 0) & (wanted[:, -1] < len(channel))
            rows = channel[wanted if inside.all() else np.clip(wanted, 0, len(channel) - 1)]
            if not inside.all():
                rows[(wanted < 0) | (wanted >= len(channel))] = 0.0
            # the samples themselves count too, unfiltered
            between, own = multiply(rows, matrix), rows[:, _REACH : _REACH + length]
            for part in (between, own):
                highest = np.maximum(part.max(axis=1), -part.min(axis=1))
                np.maximum(found[first : first + _AT_ONCE], highest, out=found[first : first + _AT_ONCE])
    return found


def loudest_channel(samples: Samples) -> Samples:
    """Return the largest magnitude over all channels, shape (n,)."""
    if samples.ndim == 1:
        return np.abs(samples)
    loudest = np.abs(samples[:, 0])
    for channel in range(1, samples.shape[1]):
        np.maximum(loudest, np.abs(samples[:, channel]), out=loudest)
    return loudest


@lru_cache(maxsize=4)
def _interpolation(length: int) -> Samples:
    """Return what turns `length` samples, with their neighbours, into the three points after each of them."""
    columns = []
    for phase in range(1, _OVERSAMPLING):
        offset = np.arange(-_REACH + 1, _REACH + 1) - phase / _OVERSAMPLING
        taps = np.sinc(offset) * np.i0(_KAISER * np.sqrt(1.0 - (offset / _REACH) ** 2)) / np.i0(_KAISER)
        taps /= taps.sum()
        for sample in range(length):
            column = np.zeros(length + 2 * _REACH)
            column[sample + 1 : sample + 1 + len(taps)] = taps
            columns.append(column)
    return np.array(columns, np.float32).T.copy()
