"""When each moment of a clip sounds once its line is placed: at another speed, with shorter pauses.

A time map is piecewise linear. The even one has knots only where it must. From the mel, `bend` makes an elastic one
that meets the same knots, and in which steady sounds give way while changing ones keep their pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Pause, Samples

Times = NDArray[np.float64]

JOIN_SECONDS = 0.010  # over which two sides of a shortened pause are faded into each other
HOLD = 0.5  # 1 / (1 + this) is how far a frame gives way that changes as most do; one that does not change, 1
_FIRMEST = 0.05  # how far the firmest frame gives way, where most of a clip is silence too
_LEAST = 1e-6  # seconds: a map has to rise, even where a pause is cut out whole


@dataclass(frozen=True, slots=True, eq=False)
class TimeMap:
    """Knots (n,) of natural and placed seconds, both rising; placed ones count from the first sample of the sound."""

    natural: Times
    placed: Times

    @property
    def seconds(self) -> float:
        """How long what is placed sounds."""
        return float(self.placed[-1])

    def to_placed(self, seconds: Times | float) -> Times:
        """Return when moments of the clip sound."""
        return np.asarray(np.interp(seconds, self.natural, self.placed))

    def to_natural(self, seconds: Times | float) -> Times:
        """Return which moments of the clip sound at placed ones."""
        return np.asarray(np.interp(seconds, self.placed, self.natural))


def even(edges: Sequence[float], speed: float, pauses: Sequence[Pause] = ()) -> TimeMap:
    """Return the map of a clip at one speed throughout, pauses apart.

    Args:
        edges: seconds of the clip that are knots, rising: where the sound begins and ends, and between them what has to
            stay in its place, such as the onset. One inside a pause gives way to it.
        speed: 1.0 = natural.
        pauses: those that are shortened; what of them lies outside is of no account.

    Raises:
        ValueError: pauses overlap.
    """
    first, last = edges[0], edges[-1]
    inside = sorted(
        (max(p.start, first), min(p.end, last), p.seconds) for p in pauses if p.start < last and p.end > first
    )
    if any(end > start for (_, end, _), (start, _, _) in pairwise(inside)):
        raise ValueError(f"pauses overlap: {pauses}")
    knots = [edge for edge in edges if not any(start < edge < end for start, end, _ in inside)]
    natural = np.unique([*knots, *(moment for start, end, _ in inside for moment in (start, end))])
    kept = np.diff(natural)
    for start, _, seconds in inside:
        i = int(np.searchsorted(natural, start))
        kept[i] = min(max(seconds, _LEAST), kept[i])
    return TimeMap(natural, np.concatenate([[0.0], np.cumsum(kept)]) / speed)


def bend(times: TimeMap, grid: Times, give: Times) -> TimeMap:
    """Distribute what each part of an even map gains or loses over its frames, by how far each gives way.

    A frame's length is multiplied by exp(-c * give), with c such that the parts between the knots stay as long as they
    are in `times`.

    Args:
        times: the even map.
        grid: rising seconds of the clip (n,), where frames begin.
        give: how far each frame gives way, (n,), over 0.
    """
    natural, placed = [times.natural[:1]], [times.placed[:1]]
    for i in range(len(times.natural) - 1):
        begin, finish = times.natural[i], times.natural[i + 1]
        wanted = times.placed[i + 1] - times.placed[i]
        if finish <= begin:
            continue
        inside = grid[(grid > begin + 1e-6) & (grid < finish - 1e-6)]
        edges = np.concatenate([[begin], inside, [finish]])
        lengths = np.diff(edges)
        own = give[np.maximum(np.searchsorted(grid, edges[:-1], side="right") - 1, 0)]
        shares = lengths * np.exp(-_pressure(lengths, own, wanted) * own)
        ends = np.cumsum(shares)
        natural.append(edges[1:])
        placed.append(times.placed[i] + ends * (wanted / ends[-1]))  # rounding aside, the factor is 1
    return TimeMap(np.concatenate(natural), np.concatenate(placed))


def _pressure(lengths: Times, give: Times, wanted: float) -> float:
    """Return the c for which the lengths times exp(-c * give) add up to what is wanted."""
    from scipy.optimize import brentq

    def excess(pressure: float) -> float:
        return float(np.log((lengths * np.exp(-pressure * give)).sum() / wanted))

    evenly = np.log(lengths.sum() / wanted)
    low, high = sorted((evenly / give.min(), evenly / give.max()))
    return float(brentq(excess, low - 1e-9, high + 1e-9))  # wider than rounding, where both are nearly one


def steadiness(mel: NDArray[np.floating]) -> Times:
    """Return how far each frame of a log-mel (bands, frames) gives way, over 0 to 1, (frames,).

    The spectral flux, in nepers from a frame to the next, tells consonants and onsets from vowels and pauses.
    """
    if mel.shape[1] < 2:
        return np.ones(mel.shape[1])
    flux = np.abs(np.diff(np.asarray(mel, np.float64), axis=1)).mean(axis=0)
    flux = np.pad(flux, 1, mode="edge")
    flux = (flux[:-1] + flux[1:]) / 2
    usual = float(np.median(flux)) or 1.0
    give: Times = np.maximum(1.0 / (1.0 + HOLD * np.square(flux / usual)), _FIRMEST)
    return give


def shorten(samples: Samples, rate: int, pauses: Sequence[Pause], begin: float = 0.0) -> Samples:
    """Cut what pauses lose out of samples (n,), to the sample, where both sides of the cut are quietest.

    The two sides are faded into each other over 10 ms. `begin` is the second of the clip that the samples begin with.
    """
    made = samples
    for pause in sorted(pauses, key=lambda pause: -pause.start):  # from the back, so that the places stay true
        first, last = round((pause.start - begin) * rate), round((pause.end - begin) * rate)
        lost = last - first - round(pause.seconds * rate)
        made = _cut_out(made, first, last, lost, round(JOIN_SECONDS * rate))
    return made


def _cut_out(samples: Samples, first: int, last: int, lost: int, width: int) -> Samples:
    """Take `lost` samples out of a pause, with a cross-fade where both sides of the cut are quietest."""
    if lost <= 0:
        return samples
    width = min(width, len(samples) - lost)
    low = max(min(first, last - lost - width), 0)
    high = min(max(last - lost - width, low), len(samples) - lost - width)
    low = min(low, high)
    energy = np.concatenate(([0.0], np.cumsum(np.square(samples[low : high + lost + width], dtype=np.float64))))
    starts = np.arange(high - low + 1)
    heard = energy[starts + width] - energy[starts] + energy[starts + lost + width] - energy[starts + lost]
    cut = low + int(heard.argmin())
    fade = np.sin(np.linspace(0.0, np.pi / 2, width + 2)[1:-1]) ** 2
    join = samples[cut : cut + width] * (1 - fade) + samples[cut + lost : cut + lost + width] * fade
    return np.concatenate([samples[:cut], join.astype(np.float32), samples[cut + lost + width :]])
