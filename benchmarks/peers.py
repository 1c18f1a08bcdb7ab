"""What the plan is measured against: a greedy plan, and “start at the cue, stretch to fit”, as most tools do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from voiceover.timing import MAX_SHIFT, MIN_GAP, NEIGHBOUR_GAP, SPEED_STEP
from voiceover.types import Placed, Speech


def plan_greedily(
    speeches: Sequence[Speech], *, max_speed: float = 1.25, film_seconds: float | None = None
) -> list[Placed]:
    """Plan one line after the other, as voiceover did at first: each as slow as the next cue allows, else shifted."""
    placed = []
    for own in _by_voice(speeches):
        limits = [following.line.start - MIN_GAP for following in own[1:]] + [float("inf")]
        if film_seconds is not None:
            limits = [min(limit, film_seconds) for limit in limits]
        speeds = []
        free = float("-inf")
        for speech, limit in zip(own, limits, strict=True):
            start = max(speech.line.start, free)
            room, natural, fastest = limit - start, speech.natural_seconds, max(max_speed, speech.pace)
            speeds.append(fastest if room * fastest <= natural else max(speech.pace, natural / room))
            free = start + natural / speeds[-1] + MIN_GAP
        for order, other in ((range(1, len(own)), -1), (reversed(range(len(own) - 1)), 1)):
            for i in order:
                first, second = sorted((i, i + other))
                apart = own[second].line.start - (own[first].line.start + own[first].natural_seconds)
                if apart < NEIGHBOUR_GAP and own[first].pace == own[second].pace:
                    speeds[i] = max(speeds[i], speeds[i + other] - SPEED_STEP)
        free = float("-inf")
        for speech, speed in zip(own, speeds, strict=True):
            length, start = speech.natural_seconds / speed, max(speech.line.start, free)
            if film_seconds is not None and start + length > film_seconds:
                start = max(film_seconds - length, free, speech.line.start - MAX_SHIFT, 0.0)
            placed.append(Placed(speech, start, start + length, speed, start - speech.line.start))
            free = start + length + MIN_GAP
    return sorted(placed, key=lambda item: item.speech.line.index)


def stretch_to_fit(speeches: Sequence[Speech]) -> list[Placed]:
    """Start every line at its cue, as fast as it takes to end with it, however fast that is; never slowed down."""
    placed = []
    for speech in speeches:
        line, natural = speech.line, speech.natural_seconds
        if natural > 0.0:
            speed = max(speech.pace, natural / max(line.end - line.start, 0.05))
            placed.append(Placed(speech, line.start, line.start + natural / speed, speed))
        else:
            placed.append(Placed(speech, line.start, line.start))
    return placed


def _by_voice(speeches: Sequence[Speech]) -> list[list[Speech]]:
    voices: defaultdict[str, list[Speech]] = defaultdict(list)
    for speech in sorted(speeches, key=lambda speech: (speech.line.start, speech.line.index)):
        if speech.natural_seconds > 0.0 and "unsaid" not in speech.flags:
            voices[speech.voice].append(speech)
    return list(voices.values())
