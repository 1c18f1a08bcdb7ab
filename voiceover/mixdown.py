"""From placed speech to sound: clips on absolute samples of one narration buffer, and that over the original sound."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import inf, prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceover import loudness, media
from voiceover.blocks import between, blocks, release
from voiceover.types import Audio, Placed, Samples

RATE = 48_000  # what video containers and editors expect
LEVEL_LUFS = -23.0  # every clip's level: leaves room for the peaks of speech, and does not depend on other lines
LEAD_SECONDS = 0.060  # kept before the onset where there is room: breath and soft consonants lie under its threshold
EDGE_SECONDS = 0.015  # kept after the voiced part, and the length of the fades, so that nothing clicks
SPEECH_OVER_BED_DB = 17.5  # 15 is promised; the limiter, the encoder and the bed's own ups and downs take up to 2
DUCK_EARLY, DUCK_RELEASE, DUCK_HOLD = 0.150, 0.400, 1.5  # seconds: fade before speech, fade after it, gaps held across
_ATTACK_FADE = 0.003  # for audio that begins with its first voiced sample
_MAX_GAIN_DB = 30.0  # more would only lift the noise of a clip that holds none but noise
_LEVEL_HOP = 0.01  # seconds, a tenth of the gating hop: short words have few of those
_NODE = 48  # samples between which a fade is a straight line
_AT_ONCE = 32  # clips rendered ahead of the one being laid: bounds memory, feeds the stretching processes


@dataclass(frozen=True, slots=True)
class Span:
    """Where a rendered clip lies, in samples of the narration; all ends exclusive."""

    index: int  # the line's
    voice: str
    start: int  # first sample, edge included
    onset: int  # first voiced sample
    offset: int  # after the last voiced sample
    end: int  # after the last sample, edge included
    lufs: float  # of the whole clip, ungated


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One line as it sounds in the narration: levelled, stretched and faded."""

    span: Span
    samples: Samples


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
) -> Narration:
    """Render every placed line into one buffer of `seconds`, or longer where speech runs past that.

    `scratch` is a folder for a memory-mapped buffer (for long films); `keep` is given each clip as it is laid, in time
    order, for stems. Placements of zero length are skipped.
    """
    last = max((item.end for item in placed if item.end > item.start), default=0.0)
    buffer = allocate((round((last + EDGE_SECONDS if last > seconds else seconds) * rate),), scratch)
    spans = []
    for number, clip in enumerate(fit_clips(placed, rate=rate), 1):
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


def fit_clips(placed: Sequence[Placed], *, rate: int = RATE) -> Iterator[Clip]:
    """Yield the clip of each placed line in time order, rendering a few dozen ahead.

    The voiced onset falls on sample `round(start * rate)`. Placements of zero length yield nothing.
    """
    ordered = sorted((item for item in placed if item.end > item.start), key=lambda item: (item.start, item.end))
    rooms = _measure_rooms(ordered)
    with ThreadPoolExecutor(2) as pool:
        for begin in range(0, len(ordered), _AT_ONCE):
            batch = ordered[begin : begin + _AT_ONCE]
            yield from pool.map(lambda item, room: _fit(item, room, rate), batch, rooms[begin : begin + _AT_ONCE])


def overlap_samples(spans: Sequence[Span]) -> int:
    """Count the samples in which a voice sounds over itself, edges included."""
    ends: defaultdict[str, int] = defaultdict(int)
    overlap = 0
    for span in sorted(spans, key=lambda span: span.start):
        overlap += max(0, min(ends[span.voice], span.end) - span.start)
        ends[span.voice] = max(ends[span.voice], span.end)
    return overlap


def mix(original: Samples, narration: Narration, *, scratch: Path | None = None) -> Samples:
    """Lay the narration over the ducked original and return the mix, shape (n, channels), at the narration's rate.

    `original` (n, channels), at the same rate, is changed in place; it is copied only where the narration is longer.
    The narration takes the original's own loudness, within reason, and goes to both channels of stereo and to the
    centre of a surround layout.
    """
    rate, voice = narration.audio.rate, narration.audio.samples
    if len(original) < len(voice):
        longer = allocate((len(voice), original.shape[1]), scratch)
        longer[: len(original)] = original
        original = longer
    targets = _voice_channels(original.shape[1])
    energies = loudness.measure_energies(original, rate)
    gain_db = _fit_voice_level(loudness.integrate(energies), len(targets))
    spread_db = 10.0 * np.log10(len(targets))
    times, depths = plan_ducking(narration.spans, energies, rate, gain_db + float(spread_db))
    gain = np.float32(10.0 ** (gain_db / 20.0))
    for start, end in blocks(original, rate):
        block = original[start:end]
        if len(times):
            nodes = np.arange(start, end + _NODE + 1, _NODE) / rate
            level = np.interp(nodes, times, depths, left=0.0, right=0.0)
            if level.min() < 0.0:
                block *= between((10.0 ** (level / 20.0)).astype(np.float32), _NODE)[: len(block), None]
        if start // rate % _AT_ONCE == 0:
            release(voice)
        speech = voice[start:end] * gain
        for channel in targets:
            block[: len(speech), channel] += speech
    return original


def plan_ducking(
    spans: Sequence[Span], energies: NDArray[np.float64], rate: int, gain_db: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of the bed's gain curve: times (seconds, rising) and depths (dB, at most 0).

    `energies` are the bed's, from `loudness.measure_energies`; `gain_db` is what the narration will be raised by. Each
    line has the depth that puts the bed 17.5 dB under it, or none where the bed is that quiet already. The curve is
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


def _measure_rooms(ordered: Sequence[Placed]) -> list[tuple[float, float]]:
    """Return for each line the seconds its edges may take before and after it: up to half way to its neighbours."""
    before = [LEAD_SECONDS] * len(ordered)
    after = [EDGE_SECONDS] * len(ordered)
    last: dict[str, int] = {}
    for i, item in enumerate(ordered):
        voice = item.speech.voice
        if voice in last:
            # 0.1 ms covers the rounding of both lines to whole samples
            half = max(0.0, (item.start - ordered[last[voice]].end) / 2 - 1e-4)
            after[last[voice]] = min(after[last[voice]], half)
            before[i] = min(before[i], half)
        last[voice] = i
    return list(zip(before, after, strict=True))


def _fit(item: Placed, room: tuple[float, float], rate: int) -> Clip:
    import soxr

    speech, source = item.speech, item.speech.audio
    voiced = round(speech.onset * source.rate), round(speech.offset * source.rate)
    # edges shrink with the speech when it is sped up, so they are taken longer
    begin = max(0, voiced[0] - int(room[0] * item.speed * source.rate))
    finish = min(len(source.samples), voiced[1] + int(room[1] * item.speed * source.rate))
    cut = np.ascontiguousarray(source.samples[begin:finish], dtype=np.float32)
    samples: Samples = soxr.resample(cut, source.rate, rate)
    scale = rate / source.rate / item.speed
    length = round((finish - begin) * scale)
    if item.speed != 1.0:
        samples = media.stretch(Audio(samples, rate), item.speed, length).samples
    head, body = round((voiced[0] - begin) * scale), round((voiced[1] - voiced[0]) * scale)
    samples = samples[: head + body + int(room[1] * rate)].copy()

    onset = round(item.start * rate)
    missing = max(0, head - onset)  # a clip at the very start of the film has no room for its edge
    samples, head = samples[missing:], head - missing
    _fade(samples, head, len(samples) - head - body, rate)
    energies = loudness.measure_energies(samples, rate, hop_seconds=_LEVEL_HOP)
    level = _measure_level(energies)
    gain_db = min(LEVEL_LUFS - level, _MAX_GAIN_DB) + speech.gain_db if level > -inf else 0.0
    samples *= np.float32(10.0 ** (gain_db / 20.0))
    start = onset - head
    lufs = loudness.to_lufs(float(energies.mean())) + gain_db if len(energies) else -inf
    line = speech.line
    span = Span(
        line.index, speech.voice, start, onset, min(onset + body, start + len(samples)), start + len(samples), lufs
    )
    return Clip(span, samples)


def _fade(samples: Samples, head: int, tail: int, rate: int) -> None:
    """Fade in and out over at most 15 ms of the edges, in place; without an edge, over 3 ms of the voiced part."""
    least = min(round(_ATTACK_FADE * rate), len(samples))
    longest = round(EDGE_SECONDS * rate)
    rise, fall = min(max(min(head, longest), least), len(samples)), min(max(tail, least), len(samples))
    if rise:
        samples[:rise] *= _ramp(rise)
    if fall:
        samples[-fall:] *= _ramp(fall)[::-1]


def _ramp(length: int) -> Samples:
    curve = 0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / length)
    return curve.astype(np.float32)


def _measure_level(energies: NDArray[np.float64]) -> float:
    """Return a clip's loudness: BS.1770 where it is long enough, else its K-weighted level without the quiet parts."""
    if len(energies) >= 40:
        return loudness.integrate(energies[: len(energies) // 10 * 10].reshape(-1, 10).mean(axis=1))
    if len(energies) == 0 or energies.max() <= 0.0:
        return -inf
    return loudness.to_lufs(float(energies[energies > energies.mean() * 0.1].mean()))
