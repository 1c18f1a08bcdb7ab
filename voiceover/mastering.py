"""The level of the finished sound: one gain curve, worked out before a sample is changed, put on as it is written.

The mix is measured once, into curves with a point a millisecond (K-weighted energy, peak). On these, loudness
and limiter are solved together, so that another try after the encoder has had its say costs no further look at the
film. A look-ahead limiter: the least gain needed within its reach, smoothed over the same span, so that the gain is
already down when the peak comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from voiceover import loudness, peaks
from voiceover.blocks import amplify, between, blocks, each
from voiceover.curves import NODE_SECONDS, Curves, draw
from voiceover.loudness import Loudness, Target
from voiceover.types import Samples

ENCODER_HEADROOM_DB = 1.0  # lossy encoders raise true peaks by up to about this much: what is tried first
_REACH = 14  # nodes over which the limiter closes and opens: short enough not to pump, long enough not to buzz
_BETWEEN = sqrt(2.0)  # how far a wave is taken to rise between samples: what stays under it is not looked at closely
_BLURRED = 24  # nodes to both sides over which an encoder's frame spreads what it got wrong
_PASSES = 8
_MAX_GAIN_DB = 60.0  # more would only lift the noise of a film that holds none but noise
_AT_ONCE = 5  # seconds looked at in one go
_EDGE = 2  # nodes around those: more than a point between two samples is made of
_WITHIN_LU = 0.1


class Master:
    """A mix, shape (n,) or (n, channels), and the gain curve that levels it. The mix itself is not changed.

    `curves` are its own, if they are drawn already.
    """

    def __init__(self, samples: Samples, rate: int, curves: Curves | None = None) -> None:
        self.samples, self.rate = samples, rate
        curves = curves or draw(samples, rate)
        self._node = curves.node  # samples
        self._peaks, self._energies = curves.peaks, curves.energies
        self._near = peaks.near(self._peaks)
        self._close = np.zeros(len(self._peaks), np.bool_)  # whose peaks have been looked for between the samples
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

    def soften(self, spots: Iterable[tuple[float, float]]) -> list[tuple[int, int]]:
        """Lower the curve by some dB around some seconds; return the ranges of samples in which it changed."""
        gain = np.ones(len(self._curve), np.float32)
        for seconds, db in spots:
            node = round(seconds / NODE_SECONDS)
            around = slice(max(node - _BLURRED, 0), node + _BLURRED + 1)
            gain[around] = np.minimum(gain[around], np.float32(10.0 ** (-db / 20.0)))
        gain = _smooth(gain)
        self._curve *= gain
        # a sample's gain comes from the nodes on both sides of it
        lowered = np.flatnonzero(np.diff(np.pad((gain < 1.0).astype(np.int8), 1)))
        return [
            (max(first - 1, 0) * self._node, min((last + 1) * self._node, len(self.samples)))
            for first, last in lowered.reshape(-1, 2).tolist()
        ]

    def level(self, block: Samples, start: int) -> Samples:
        """Return the block of the mix that starts at sample `start`, levelled."""
        if not len(block):
            return block
        # a node stands in the middle of its millisecond
        first, last = (start - self._node // 2) // self._node, (start + len(block)) // self._node + 2
        nodes = self._curve[np.clip(np.arange(first, last), 0, len(self._curve) - 1)]
        begin = start - first * self._node - self._node // 2
        gain = between(nodes, self._node)[begin : begin + len(block)]
        return amplify(block, gain, np.empty_like(block))

    def apply(self) -> bool:
        """Put the curve on the mix itself; return whether anything changed."""
        for start, end in blocks(self.samples, self.rate):
            self.samples[start:end] = self.level(self.samples[start:end], start)
        return bool((self._curve != 1.0).any())

    def _limit(self, ceiling: float) -> None:
        """Lower the curve where it takes peaks over a ceiling (a sample value)."""
        self._look_between(ceiling)
        gain = np.minimum(
            np.float32(ceiling) / np.maximum(self._peaks * self._curve, np.float32(1e-9)), np.float32(1.0)
        )
        if gain.size == 0 or gain.min() >= 1.0:
            return
        self._curve *= _smooth(gain)

    def _measure(self) -> float:
        """Return the loudness (LUFS) under the curve."""
        energies = self._energies * np.square(self._curve[: len(self._energies)])
        nodes = round(loudness.HOP_SECONDS / NODE_SECONDS)
        hops = energies[: len(energies) // nodes * nodes].reshape(-1, nodes).mean(axis=1, dtype=np.float64)
        return loudness.integrate(hops if len(hops) or not len(energies) else energies.mean(keepdims=True))

    def settle(self, ceiling_dbtp: float) -> None:
        """Bring under a ceiling what steep gains have raised between the samples: some tenths of a dB, if any."""
        steps = np.diff(self._curve, prepend=self._curve[:1], append=self._curve[-1:]) != 0.0
        self._look(self._close & (steps[1:] | steps[:-1]), levelled=True)
        self._limit(10.0 ** (ceiling_dbtp / 20.0))

    def _look_between(self, ceiling: float) -> None:
        """Find the true peaks where the curve may take them over a ceiling."""
        wanted = (self._near * self._curve * np.float32(_BETWEEN) > ceiling) & ~self._close
        self._look(wanted)
        self._close |= wanted

    def _look(self, wanted: NDArray[np.bool_], *, levelled: bool = False) -> None:
        """Raise the peaks of some nodes to their true peaks."""
        edge = _EDGE * self._node

        def look(start: int, end: int) -> None:
            first = start // self._node
            found = np.flatnonzero(wanted[first : -(-end // self._node)])
            if len(found):
                low, high = max(0, start - edge), min(end + edge, len(self.samples))
                part = self.samples[low:high]
                part = self.level(part, low) if levelled else part
                highest = peaks.true_peaks(part, start - low + found * self._node, self._node)
                found += first
                highest = highest / self._curve[found] if levelled else highest
                self._peaks[found] = np.maximum(self._peaks[found], highest)

        each(self.samples, _AT_ONCE * self.rate // self._node * self._node, look)


def _smooth(gain: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a gain for each node that is nowhere higher, and changes slowly."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    # one node more than the smoothing reaches: a sample lies between two nodes
    gain = minimum_filter1d(gain, 2 * (_REACH + 1) + 1, mode="nearest")
    for _ in range(2):  # twice half the width: a triangle, without the corners of a box
        gain = uniform_filter1d(gain, _REACH + 1, mode="nearest")
    return np.minimum(gain, np.float32(1.0))


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
