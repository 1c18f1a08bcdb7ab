"""The level of the finished sound: one gain curve, worked out before a sample is changed, put on as it is written.

The mix is measured once, into curves with a point a millisecond (K-weighted energy, true peak). On these, loudness
and limiter are solved together, so that another try after the encoder has had its say costs no further look at the
film. A look-ahead limiter: the least gain needed within its reach, smoothed over the same span, so that the gain is
already down when the peak comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from voiceover import loudness
from voiceover.blocks import between, blocks, release
from voiceover.loudness import Loudness, Target
from voiceover.types import Samples

ENCODER_HEADROOM_DB = 1.0  # lossy encoders raise true peaks by up to about this much: what is tried first
_NODE_SECONDS = 0.001
_REACH = 14  # nodes over which the limiter closes and opens: short enough not to pump, long enough not to buzz
_BETWEEN = sqrt(2.0)  # how far a wave is taken to rise between samples: seconds under it are not looked at closely
_PASSES = 8
_MAX_GAIN_DB = 60.0  # more would only lift the noise of a film that holds none but noise
_AT_ONCE = 60  # seconds looked at before their pages are released
_WITHIN_LU = 0.1


class Master:
    """A mix, shape (n,) or (n, channels), and the gain curve that levels it. The mix itself is not changed."""

    def __init__(self, samples: Samples, rate: int) -> None:
        self.samples, self.rate = samples, rate
        self._node = round(_NODE_SECONDS * rate)  # samples
        self._peaks = _sample_peaks(samples, rate, self._node)
        self._energies = loudness.measure_energies(samples, rate, hop_seconds=_NODE_SECONDS).astype(np.float32)
        self._close: set[int] = set()  # the seconds whose peaks have been looked for between the samples
        self._curve = np.ones(len(self._peaks), np.float32)

    def aim(self, lufs: float | None, ceiling_dbtp: float) -> Loudness:
        """Work out the gain curve for a loudness (None: as it is) under a true peak; return what it will measure.

        The ceiling is kept whatever the loudness: what has too sharp peaks for a loudness stays under it.
        """
        ceiling = 10.0 ** (ceiling_dbtp / 20.0)
        self._curve = np.ones(len(self._peaks), np.float32)
        reached, raised = self._measure(), 0.0
        response = 1.0  # how much louder a dB of gain makes what then goes through the limiter
        for _ in range(_PASSES):
            if lufs is None or reached == -inf:
                self._limit(ceiling)
                reached = self._measure()
                break
            step = min((lufs - reached) / response, _MAX_GAIN_DB - raised)
            raised += step
            # each pass limits what the last one left: smoothing takes more than a peak needs, and this gives it back
            self._curve *= np.float32(10.0 ** (step / 20.0))
            self._limit(ceiling)
            before, reached = reached, self._measure()
            if abs(lufs - reached) <= _WITHIN_LU or raised >= _MAX_GAIN_DB:
                break
            if abs(step) > 0.01:
                response = min(1.0, max(0.2, (reached - before) / step))
        peak = float((self._curve * self._peaks).max(initial=0.0))
        return Loudness(reached, 20.0 * float(np.log10(peak)) if peak > 0.0 else -inf)

    def level(self, block: Samples, start: int) -> Samples:
        """Return the block of the mix that starts at sample `start`, levelled."""
        if not len(block):
            return block
        # a node stands in the middle of its millisecond
        first, last = (start - self._node // 2) // self._node, (start + len(block)) // self._node + 2
        nodes = self._curve[np.clip(np.arange(first, last), 0, len(self._curve) - 1)]
        begin = start - first * self._node - self._node // 2
        gain = between(nodes, self._node)[begin : begin + len(block)]
        return block * (gain if block.ndim == 1 else gain[:, None])

    def apply(self) -> bool:
        """Put the curve on the mix itself; return whether anything changed."""
        for start, end in blocks(self.samples, self.rate):
            self.samples[start:end] = self.level(self.samples[start:end], start)
        return bool((self._curve != 1.0).any())

    def _limit(self, ceiling: float) -> None:
        """Lower the curve where it takes peaks over a ceiling (a sample value)."""
        from scipy.ndimage import minimum_filter1d, uniform_filter1d

        self._look_between(ceiling)
        gain = np.minimum(
            np.float32(ceiling) / np.maximum(self._peaks * self._curve, np.float32(1e-9)), np.float32(1.0)
        )
        if gain.size == 0 or gain.min() >= 1.0:
            return
        # one node more than the smoothing reaches: a sample lies between two nodes
        gain = minimum_filter1d(gain, 2 * (_REACH + 1) + 1, mode="nearest")
        for _ in range(2):  # twice half the width: a triangle, without the corners of a box
            gain = uniform_filter1d(gain, _REACH + 1, mode="nearest")
        self._curve *= gain

    def _measure(self) -> float:
        """Return the loudness (LUFS) under the curve."""
        energies = self._energies * np.square(self._curve[: len(self._energies)])
        nodes = round(loudness.HOP_SECONDS / _NODE_SECONDS)
        hops = energies[: len(energies) // nodes * nodes].reshape(-1, nodes).mean(axis=1, dtype=np.float64)
        return loudness.integrate(hops if len(hops) or not len(energies) else energies.mean(keepdims=True))

    def settle(self, ceiling_dbtp: float) -> None:
        """Bring under a ceiling what steep gains have raised between the samples: some tenths of a dB, if any."""
        limited = [second for second in sorted(self._close) if np.ptp(self._curve[self._nodes(second)]) > 0.0]
        self._look(limited, levelled=True)
        self._limit(10.0 ** (ceiling_dbtp / 20.0))

    def _look_between(self, ceiling: float) -> None:
        """Find the true peaks of the seconds in which the curve may take them over a ceiling."""
        wanted = []
        for second in range(-(-len(self.samples) // self.rate)):
            nodes = self._nodes(second)
            highest = (self._peaks[nodes] * self._curve[nodes]).max(initial=0.0)
            if second not in self._close and highest * _BETWEEN > ceiling:
                wanted.append(second)
        self._look(wanted)
        self._close.update(wanted)

    def _nodes(self, second: int) -> slice:
        return slice(second * self.rate // self._node, (second + 1) * self.rate // self._node + 1)

    def _look(self, seconds: Sequence[int], *, levelled: bool = False) -> None:
        """Raise the peaks of some seconds to their true peaks."""

        def look(second: int) -> tuple[slice, NDArray[np.float32]]:
            start, end = second * self.rate, min((second + 1) * self.rate, len(self.samples))
            nodes = slice(start // self._node, -(-end // self._node))
            if levelled:
                edge = self.rate // 50  # more than the resampler reaches
                low, high = max(0, start - edge), min(end + edge, len(self.samples))
                part = self.level(self.samples[low:high], low)
                peaks = loudness.oversampled_peaks(part, start - low, end - low, self.rate)
            else:
                peaks = loudness.oversampled_peaks(self.samples, start, end, self.rate)
            borders = np.maximum(np.arange(nodes.start, nodes.stop) * self._node - start, 0)
            highest = np.maximum.reduceat(peaks, borders)
            return nodes, np.float32(1.0) / self._curve[nodes] * highest if levelled else highest

        with ThreadPoolExecutor(2) as pool:
            for begin in range(0, len(seconds), _AT_ONCE):
                for nodes, peaks in pool.map(look, seconds[begin : begin + _AT_ONCE]):
                    np.maximum(self._peaks[nodes], peaks, out=self._peaks[nodes])
                release(self.samples)


def normalise(samples: Samples, rate: int, target: Target | None, *, headroom_db: float = 0.0) -> None:
    """Bring a mix to a target loudness and under its true peak, in place.

    `headroom_db` is kept below the target's peak. Without a target the level stays as it is and only what clips is
    limited. Silence stays silence.
    """
    master = Master(samples, rate)
    ceiling = (target.peak_dbtp if target else 0.0) - headroom_db
    master.aim(target.lufs if target else None, ceiling)
    master.settle(ceiling)
    master.apply()


def limit(samples: Samples, rate: int, ceiling_dbtp: float) -> bool:
    """Bring the true peaks of `samples` under a ceiling, in place; return whether anything had to change."""
    master = Master(samples, rate)
    master.aim(None, ceiling_dbtp)
    master.settle(ceiling_dbtp)
    return master.apply()


def _sample_peaks(samples: Samples, rate: int, node: int) -> NDArray[np.float32]:
    peaks = np.zeros(-(-len(samples) // node), np.float32)
    for start, end in blocks(samples, rate // node * node):
        loud = loudness.loudest_channel(samples[start:end])
        whole = len(loud) // node * node
        peaks[start // node : (start + whole) // node] = loud[:whole].reshape(-1, node).max(axis=1)
        if whole < len(loud):
            peaks[(start + whole) // node] = loud[whole:].max()
    return peaks
