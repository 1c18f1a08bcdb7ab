"""Where a voice pauses inside a line: silence between words that the plan may shorten."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from voiceover import markup
from voiceover.types import Pause, Speech

FLOOR = 0.12  # seconds: with less between them, two sentences sound like one
SHORTEST = 0.15  # what is hardly longer than the floor is not worth a cut
BELOW_PEAK_DB = 40.0  # as where a clip ends: measured against the clip itself, so that its level does not matter
_FRAME = 0.005  # seconds
_REACH = 0.10  # how far from the words' times a pause may lie: the attention is some frames early or late


def find(speech: Speech) -> tuple[Pause, ...]:
    """Find the pauses of at least 0.15 s, each to be kept at no less than 0.12 s (its `seconds`).

    A pause is where every 5 ms frame is 40 dB under the loudest 10 ms, inside the voiced part. Where the voice tells
    when its words sound, it also has to lie between two of them. A line whose text asks for a break keeps all its
    pauses: somebody wanted them.
    """
    rate, samples = speech.audio.rate, speech.audio.samples
    size = max(round(rate * _FRAME), 1)
    count = len(samples) // size
    if count < 2 or markup.PAUSE.search(speech.spoken_text):
        return ()
    frames = samples[: count * size].reshape(count, size)
    energy = np.einsum("ij,ij->i", frames, frames) / size
    loudest = float((energy[1:] + energy[:-1]).max()) / 2
    quiet = energy < loudest * 10.0 ** (-BELOW_PEAK_DB / 10.0)
    quiet[: round(speech.onset * rate / size)] = False
    quiet[int(speech.offset * rate / size) :] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])))).reshape(-1, 2) * (size / rate)
    found = [
        Pause(round(float(start), 4), round(float(end), 4), FLOOR)
        for start, end in edges
        if end - start >= SHORTEST - _FRAME / 2
    ]
    return tuple(pause for pause in found if _is_between_words(pause, speech))


def _is_between_words(pause: Pause, speech: Speech) -> bool:
    if not speech.words:
        return True
    middle = (pause.start + pause.end) / 2
    return any(
        min(before.end, after.start) - _REACH <= middle <= max(before.end, after.start) + _REACH
        for before, after in pairwise(speech.words)
    )
