"""Loudness and true peak after ITU-R BS.1770-4 / EBU R 128, in blocks: a two-hour film is never copied.

Every function takes samples of shape (n,) or (n, channels), float32, in ffmpeg's channel order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log10

import numpy as np
from numpy.typing import NDArray

from voiceover.blocks import blocks
from voiceover.errors import BadInputError
from voiceover.peaks import PeakMeter
from voiceover.types import Samples
from voiceover.weighting import KWeighting

HOP_SECONDS = 0.1  # the step between the gating blocks of BS.1770; four hops make a block
_OFFSET = -0.691  # BS.1770: makes a 997 Hz sine at 0 dBFS in one channel read -3.01 LUFS
_FLOOR = 1e-15


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


class Weighting:
    """The K-weighted energy of a sound that comes block by block."""

    def __init__(self, rate: int, channels: int, *, hop_seconds: float = HOP_SECONDS) -> None:
        weights = enumerate(_channel_weights(channels).tolist())
        self._filters = [(channel, weight, KWeighting(rate)) for channel, weight in weights if weight > 0.0]
        self._hop = round(hop_seconds * rate)

    def measure(self, block: Samples) -> NDArray[np.float64]:
        """Return the mean square of each whole hop of the next block, channels summed with their weights.

        All blocks but the last are whole hops.
        """
        hops = len(block) // self._hop
        energies = np.zeros(hops)
        for channel, weight, weighting in self._filters:
            sound = block if block.ndim == 1 else np.ascontiguousarray(block[:, channel])
            weighted = weighting.apply(sound)[: hops * self._hop].reshape(hops, self._hop)
            energies += np.einsum("ij,ij->i", weighted, weighted) * (weight / self._hop)
        return energies


def measure_energies(samples: Samples, rate: int, *, hop_seconds: float = HOP_SECONDS) -> NDArray[np.float64]:
    """Return the K-weighted mean square of each whole hop, channels summed with their BS.1770 weights."""
    hop = round(hop_seconds * rate)
    weighting = Weighting(rate, 1 if samples.ndim == 1 else samples.shape[1], hop_seconds=hop_seconds)
    step = max(5 * rate // hop, 1) * hop  # five seconds at a time
    found = [weighting.measure(samples[start:end]) for start, end in blocks(samples[: len(samples) // hop * hop], step)]
    return np.concatenate(found) if found else np.zeros(0)


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


class Meter:
    """The loudness of a sound that comes block by block, and its true peaks; see `PeakMeter`."""

    def __init__(self, rate: int, channels: int, *, ceiling_dbtp: float = inf) -> None:
        self._weighting = Weighting(rate, channels)
        self._peaks = PeakMeter(rate, channels, ceiling_dbtp=ceiling_dbtp)
        self._energies: list[NDArray[np.float64]] = []

    def add(self, block: Samples) -> None:
        """Measure the next block, shape (n, channels); all but the last are whole tenths of seconds."""
        self._energies.append(self._weighting.measure(block))
        self._peaks.add(block)

    def finish(self) -> tuple[Loudness, tuple[tuple[float, float], ...]]:
        """Return what all blocks measure, and where the wave is over the ceiling: seconds and dBTP."""
        peak, over = self._peaks.finish()
        return Loudness(integrate(np.concatenate(self._energies) if self._energies else np.zeros(0)), peak), over


def measure(samples: Samples, rate: int) -> Loudness:
    """Return the integrated loudness and the true peak."""
    return Loudness(integrate(measure_energies(samples, rate)), measure_true_peak(samples, rate))


def measure_true_peak(samples: Samples, rate: int) -> float:
    """Return the true peak in dBTP."""
    sound = samples if samples.ndim > 1 else samples[:, None]
    meter = PeakMeter(rate, sound.shape[1])
    for start, end in blocks(samples, 5 * rate):
        meter.add(sound[start:end])
    return meter.finish()[0]


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs - _OFFSET) / 10.0))


def _channel_weights(channels: int) -> NDArray[np.float64]:
    """Return the weights of BS.1770 table 3: surrounds 1.41, the low-frequency channel none."""
    if channels <= 3:
        return np.ones(channels)
    if channels <= 5:
        return np.array([1.0, 1.0, 1.0, 1.41, 1.41])[:channels] if channels == 5 else np.array([1.0, 1.0, 1.41, 1.41])
    return np.array([1.0, 1.0, 1.0, 0.0] + [1.41] * (channels - 4))
