"""What a text asks of its delivery, done to the mel before the vocoder: breaks and emphasis.

In the mel, sound can be lengthened without changing its pitch and silence set in without a click: the vocoder then
makes one waveform of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voiceover.durations import EMPHASIS_STRETCH
from voiceover.types import Samples

EMPHASIS_GAIN = 0.3  # by how much an emphasised word is louder, in nepers (2.6 dB)
_FADE = 3  # frames over which a word's end sinks into inserted silence
_SLACK = 3  # frames by which the attention may be wrong about where a word begins or ends
_QUIET = 1.5  # nepers above the mel's quietest frames: what lies below is silence already


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """A mel as it is to sound, and where its frames came from."""

    mel: Samples  # (M, frames)
    edges: tuple[tuple[float, float], ...]  # pairs of a frame of the original and where it is now, both rising

    def moved(self, frame: float) -> float:
        """Return where a frame of the original is now."""
        for (before, after), (last, moved) in pairwise(self.edges):
            if frame <= last:
                return after + (frame - before) * (moved - after) / (last - before) if last > before else moved
        before, after = self.edges[-1]
        return after + frame - before


def shape(
    mel: Samples,
    words: Sequence[tuple[int, int]],
    *,
    breaks: Sequence[tuple[int, float]],
    stressed: Sequence[tuple[int, int]],
    frames_per_second: float,
) -> Shaped:
    """Set breaks between words and emphasise words.

    Args:
        mel: log-mel, (M, frames).
        words: first and last frame (exclusive) of each word.
        breaks: number of words before it, seconds. Silence that is there already counts.
        stressed: first and last word (exclusive) of what is emphasised.
        frames_per_second: of the mel.

    Returns:
        The new mel with its map of frames.
    """
    total = mel.shape[1]
    cuts: dict[int, float] = {}  # frame -> seconds
    for count, seconds in breaks:
        cuts[_boundary(mel, words, count)] = seconds
    louder = [(words[first][0], words[last - 1][1]) for first, last in stressed if words[last - 1][1] > words[first][0]]
    marks = sorted({0, total, *cuts, *(edge for span in louder for edge in span)})
    parts: list[Samples] = []
    edges = [(0.0, 0.0)]
    length = 0
    if 0 in cuts:
        cuts.pop(0)
    for start, stop in pairwise(marks):
        part = mel[:, start:stop]
        if any(first <= start and stop <= last for first, last in louder):
            part = _stretched(part, round((stop - start) * EMPHASIS_STRETCH)) + np.float32(EMPHASIS_GAIN)
        parts.append(part)
        length += part.shape[1]
        edges.append((float(stop), float(length)))
        if stop in cuts:
            silence = _silence(mel, stop, round(cuts[stop] * frames_per_second))
            parts.append(silence)
            length += silence.shape[1]
            edges.append((float(stop), float(length)))
    return Shaped(np.concatenate(parts, axis=1), tuple(edges))


def _stretched(mel: Samples, frames: int) -> Samples:
    """Read a mel at so many evenly spaced moments, along straight lines between the middles of its frames."""
    places = ((np.arange(frames) + 0.5) * mel.shape[1] / frames - 0.5).clip(0, mel.shape[1] - 1)
    before = places.astype(np.intp)
    after = np.minimum(before + 1, mel.shape[1] - 1)
    stretched: Samples = mel[:, before] + (mel[:, after] - mel[:, before]) * (places - before).astype(np.float32)
    return stretched


def _boundary(mel: Samples, words: Sequence[tuple[int, int]], count: int) -> int:
    """Return the quietest frame between the word before a break and the one after it."""
    if count >= len(words):
        return int(mel.shape[1])
    before, after = words[count - 1][1] if count else 0, words[count][0]
    low: int = max(min(before, after, mel.shape[1] - 1) - _SLACK, 0)
    high = min(after + _SLACK, mel.shape[1])
    return low + int(mel[:, low:high].mean(axis=0).argmin())


def _silence(mel: Samples, frame: int, wanted: int) -> Samples:
    """Return the silent frames that bring the pause at a frame to the length wanted."""
    level: NDArray[np.float32] = mel.mean(axis=0)
    quiet = level < level.min() + _QUIET
    first, last = frame, frame
    while first > 0 and quiet[first - 1]:
        first -= 1
    while last < mel.shape[1] and quiet[last]:
        last += 1
    missing = max(wanted - (last - first), 0)
    floor = np.repeat(mel[:, int(level.argmin())][:, None], missing, axis=1)
    fade = min(_FADE, missing)
    if fade and first == last and 0 < frame < mel.shape[1]:  # amid speech: sink, and rise again
        ramp = np.linspace(0, 1, fade + 2, dtype=np.float32)[1:-1]
        before, after = mel[:, frame - 1][:, None], mel[:, frame][:, None]
        floor[:, :fade] = before + (floor[:, :fade] - before) * ramp
        floor[:, missing - fade :] = after + (floor[:, missing - fade :] - after) * ramp[::-1]
    return floor
