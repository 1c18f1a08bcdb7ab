"""From placed speech to sound: clips on absolute samples of one narration buffer, and that over the original sound."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import inf, prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceover import fitting, loudness, media
from voiceover.blocks import amplify, between, blocks, read_ahead, release
from voiceover.fitting import EDGE_SECONDS, LEVEL_LUFS, Clip, Respeak, Span
from voiceover.types import Audio, Placed, Samples

RATE = fitting.RATE
SPEECH_OVER_BED_DB = 16.0  # 15 is promised; the limiter and the encoder take up to half a dB of a line
DUCK_EARLY, DUCK_RELEASE, DUCK_HOLD = 0.150, 0.400, 1.5  # seconds: fade before speech, fade after it, gaps held across
_NODE = 48  # samples between which a fade is a straight line
_AT_ONCE = 32  # clips or blocks of sound before their pages are given back
_BLOCK_SECONDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Narration:
    """The narration track and where its lines lie, in time order."""

    audio: Audio
    spans: tuple[Span, ...]


def render(
    placed: Sequence[Placed],
    *,
    seconds: float,
    rate: int = RATE,
    scratch: Path | None = None,
    keep: Callable[[Clip], None] | None = None,
    respeak: Respeak | None = None,
) -> Narration:
    """Render every placed line into one buffer of `seconds`, or longer where speech runs past that.

    `scratch` is a folder for a memory-mapped buffer (for long films); `keep` is given each clip as it is laid, in time
    order, for stems. `respeak` is `fitting.fit_clips`'s. Placements of zero length are skipped.
    """
    last = max((item.end for item in placed if item.end > item.start), default=0.0)
    buffer = allocate((round((last + EDGE_SECONDS if last > seconds else seconds) * rate),), scratch)
    spans = []
    for number, clip in enumerate(fitting.fit_clips(placed, rate=rate, respeak=respeak), 1):
        if number % _AT_ONCE == 0:
            release(buffer)
        room = buffer[clip.span.start : clip.span.end]
        room += clip.samples[: len(room)]
        spans.append(clip.span)
        if keep is not None:
            keep(clip)
    return Narration(Audio(buffer, rate), tuple(spans))


def allocate(shape: tuple[int, ...], scratch: Path | None = None) -> Samples:
    """Return a buffer of zeros: in memory, or mapped to a new file in the folder `scratch`.

    Raises BadInputError if that folder's disk is full.
    """
    if scratch is None or 0 in shape:
        return np.zeros(shape, np.float32)
    handle, name = tempfile.mkstemp(".f32", dir=scratch)
    os.close(handle)
    media.reserve(Path(name), 4 * prod(shape))
    return np.memmap(name, np.float32, "r+", shape=shape)


def overlap_samples(spans: Sequence[Span]) -> int:
    """Count the samples in which a voice sounds over itself, edges included."""
    ends: defaultdict[str, int] = defaultdict(int)
    overlap = 0
    for span in sorted(spans, key=lambda span: span.start):
        overlap += max(0, min(ends[span.voice], span.end) - span.start)
        ends[span.voice] = max(ends[span.voice], span.end)
    return overlap


def mix(
    original: Samples,
    narration: Narration,
    *,
    energies: NDArray[np.float64] | None = None,
    scratch: Path | None = None,
    hear: Callable[[Samples], None] | None = None,
) -> Samples:
    """Lay the narration over the ducked original and return the mix, shape (n, channels), at the narration's rate.

    `original` (n, channels), at the same rate, is changed in place; it is copied only where the narration is longer.
    `energies` are its own, if they are known already, from `loudness.measure_energies`. `hear` is given the mix
    as it is made, whole milliseconds at a time. The narration takes the original's own loudness, within reason, and
    goes to both channels of stereo and to the centre of a surround layout.
    """
    rate, voice = narration.audio.rate, narration.audio.samples
    if len(original) < len(voice):
        longer = allocate((len(voice), original.shape[1]), scratch)
        for number, (start, end) in enumerate(blocks(original, _BLOCK_SECONDS * rate)):
            longer[start:end] = original[start:end]
            if number % _AT_ONCE == 0:
                release(longer)
        release(longer)
        original = longer
    targets = _voice_channels(original.shape[1])
    if energies is None:
        energies = loudness.measure_energies(original, rate)
    gain_db = _fit_voice_level(loudness.integrate(energies), len(targets))
    spread_db = 10.0 * np.log10(len(targets))
    times, depths = plan_ducking(narration.spans, energies, rate, gain_db + float(spread_db))
    gain = np.float32(10.0 ** (gain_db / 20.0))

    def lay() -> Generator[Samples]:
        for start, end in blocks(original, _BLOCK_SECONDS * rate):
            block = original[start:end]
            if len(times):
                nodes = np.arange(start, end + _NODE + 1, _NODE) / rate
                level = np.interp(nodes, times, depths, left=0.0, right=0.0)
                if level.min() < 0.0:
                    amplify(block, between((10.0 ** (level / 20.0)).astype(np.float32), _NODE)[: len(block)], block)
            if start // (_BLOCK_SECONDS * rate) % _AT_ONCE == 0:
                release(voice)
            speech = voice[start:end] * gain
            for channel in targets:
                block[: len(speech), channel] += speech
            yield block

    with closing(read_ahead(lay())) as ahead:
        for block in ahead:
            if hear is not None:
                hear(block)
    return original


def plan_ducking(
    spans: Sequence[Span], energies: NDArray[np.float64], rate: int, gain_db: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of the bed's gain curve: times (seconds, rising) and depths (dB, at most 0).

    `energies` are the bed's, from `loudness.measure_energies`; `gain_db` is what the narration will be raised by. Each
    line has the depth that puts the bed 16 dB under it, or none where the bed is that quiet already. The curve is
    linear in dB: down over 150 ms before speech, up over 400 ms after it, and straight across gaps under 1.5 s.
    """
    passages: list[tuple[float, float, float]] = []  # start, end, depth; apart from each other
    for span in sorted(spans, key=lambda span: span.onset):
        start, end = span.onset / rate, span.offset / rate
        first, last = int(start / loudness.HOP_SECONDS), int(end / loudness.HOP_SECONDS) + 1
        bed = energies[first:last]
        bed_lufs = loudness.to_lufs(float(bed.mean())) if len(bed) else -inf
        depth = min(0.0, span.lufs + gain_db - SPEECH_OVER_BED_DB - bed_lufs)
        if passages and start <= passages[-1][1]:
            before = passages.pop()
            start, end, depth = before[0], max(before[1], end), min(before[2], depth)
        passages.append((start, end, depth))
    corners: list[tuple[float, float]] = []
    for i, (start, end, depth) in enumerate(passages):
        if i == 0 or start - passages[i - 1][1] >= DUCK_HOLD:
            corners.append((start - DUCK_EARLY, 0.0))
        corners += [(start, depth), (end, depth)]
        if i + 1 == len(passages) or passages[i + 1][0] - end >= DUCK_HOLD:
            corners.append((end + DUCK_RELEASE, 0.0))
    curve = np.array(corners, dtype=np.float64).reshape(-1, 2)
    return curve[:, 0], curve[:, 1]


def _voice_channels(channels: int) -> tuple[int, ...]:
    """Return the channels speech belongs in: front left and right, or the centre where there is one (not in quad).

    `media.decode_audio` makes sure that the number of channels says which these are.
    """
    if channels == 1:
        return (0,)
    return (0, 1) if channels in (2, 4) else (2,)


def _fit_voice_level(original_lufs: float, channels: int) -> float:
    """Return the gain (dB) that gives the narration the original's loudness, or -20 LUFS over near silence."""
    wanted = -20.0 if original_lufs < -50.0 else min(max(original_lufs, -30.0), -14.0)
    return float(wanted - LEVEL_LUFS - 10.0 * np.log10(channels))
