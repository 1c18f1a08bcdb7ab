"""From a placed line to its clip: at the planned speed, with the planned pauses, levelled and faded.

A voice that can speak a clip again at another pace does; the clips of others are stretched. A line at its own speed
keeps the samples that were spoken, but for what shortened pauses lose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from voiceover import loudness, media, warping
from voiceover.types import Audio, Placed, Samples, Speech
from voiceover.warping import TimeMap

RATE = 48_000  # what video containers and editors expect
LEVEL_LUFS = -23.0  # every clip's level: leaves room for the peaks of speech, and does not depend on other lines
LEAD_SECONDS = 0.060  # kept before the onset where there is room: breath and soft consonants lie under its threshold
EDGE_SECONDS = 0.015  # kept after the voiced part, and the length of the fades, so that nothing clicks
_ATTACK_FADE = 0.003  # for audio that begins with its first voiced sample
_MAX_GAIN_DB = 30.0  # more would only lift the noise of a clip that holds none but noise
_LEVEL_HOP = 0.01  # seconds, a tenth of the gating hop: short words have few of those
_AT_ONCE = 32  # clips rendered ahead of the one being laid: bounds memory, feeds the stretching processes

Respeak = Callable[[Speech, TimeMap], Audio | None]


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


def fit_clips(placed: Sequence[Placed], *, rate: int = RATE, respeak: Respeak | None = None) -> Iterator[Clip]:
    """Yield the clip of each placed line in time order, rendering a few dozen ahead.

    The voiced onset falls on sample `round(start * rate)`. Placements of zero length yield nothing.

    Args:
        placed: the lines, in any order.
        rate: of the clips, Hz.
        respeak: speaks a clip again along a time map, where its voice can; called from two threads at once.
    """
    ordered = sorted((item for item in placed if item.end > item.start), key=lambda item: (item.start, item.end))
    rooms = _measure_rooms(ordered)

    def fit(item: Placed, room: tuple[float, float]) -> Clip:
        return _fit(item, room, rate, respeak)

    with ThreadPoolExecutor(2) as pool:
        for begin in range(0, len(ordered), _AT_ONCE):
            batch = ordered[begin : begin + _AT_ONCE]
            yield from pool.map(fit, batch, rooms[begin : begin + _AT_ONCE])


def fit_instead(item: Placed, span: Span, *, rate: int = RATE, respeak: Respeak | None = None) -> Clip:
    """Return the clip of a take that may stand where another one lies: it begins no earlier than that one's `span`."""
    return _fit(item, ((span.onset - span.start) / rate, EDGE_SECONDS), rate, respeak)


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


def _fit(item: Placed, room: tuple[float, float], rate: int, respeak: Respeak | None) -> Clip:
    speech = item.speech
    samples, head, body = _sound(item, room, rate, respeak)
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


def _sound(item: Placed, room: tuple[float, float], rate: int, respeak: Respeak | None) -> tuple[Samples, int, int]:
    """Return a line at its pace: samples, how many of them come before the onset, and how many are voiced."""
    # what only loses pauses needs no vocoder: the words keep the samples that were spoken
    again = _speak_again(item, room, rate, respeak) if respeak and item.speed != 1.0 else None
    return again or _stretch(item, room, rate)


def _speak_again(
    item: Placed, room: tuple[float, float], rate: int, respeak: Respeak
) -> tuple[Samples, int, int] | None:
    """Have a line spoken at its pace; None where its voice cannot. See `_sound`."""
    import soxr

    speech, speed = item.speech, item.speed
    # whole samples before the onset, so that it falls on one
    head = int(min(room[0], speech.onset / speed) * rate)
    tail = int(min(room[1], max(speech.audio.seconds - speech.offset, 0.0) / speed) * rate)
    edges = (speech.onset - head / rate * speed, speech.onset, speech.offset, speech.offset + tail / rate * speed)
    times = warping.even(edges, speed, item.pauses)
    audio = respeak(speech, times)
    if audio is None:
        return None
    samples: Samples = soxr.resample(audio.samples, audio.rate, rate)
    length = round(times.seconds * rate)
    return np.pad(samples, (0, max(length - len(samples), 0)))[:length], head, length - head - tail


def _stretch(item: Placed, room: tuple[float, float], rate: int) -> tuple[Samples, int, int]:
    """Shorten the pauses of what was spoken, and stretch it. See `_sound`."""
    import soxr

    speech, source = item.speech, item.speech.audio
    voiced = round(speech.onset * source.rate), round(speech.offset * source.rate)
    # edges shrink with the speech when it is sped up, so they are taken longer
    begin = max(0, voiced[0] - int(room[0] * item.speed * source.rate))
    finish = min(len(source.samples), voiced[1] + int(room[1] * item.speed * source.rate))
    cut = np.ascontiguousarray(source.samples[begin:finish], dtype=np.float32)
    samples: Samples = soxr.resample(cut, source.rate, rate)
    whole = len(samples)
    samples = warping.shorten(samples, rate, item.pauses, begin / source.rate)
    scale, lost = rate / source.rate / item.speed, (whole - len(samples)) / item.speed
    if item.speed != 1.0:
        samples = media.stretch(Audio(samples, rate), item.speed, round((finish - begin) * scale - lost)).samples
    head, body = round((voiced[0] - begin) * scale), round((voiced[1] - voiced[0]) * scale - lost)
    return samples[: head + body + int(room[1] * rate)].copy(), head, body


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
