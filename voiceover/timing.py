"""The plan: where on the video's clock each spoken line sounds, and how fast.

Speech starts at its cue, runs into the free gap after it, is sped up only as far as that needs, and only then pushes
the next line of the same voice back. Nothing is ever cut, and no voice overlaps itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from voiceover.types import Placed, Speech

MIN_GAP = 0.08  # two frames at 25 fps: less than this between two lines sounds like a splice
SOFT_SPEED = 1.10  # above this a listener begins to hear the hurry
SPEED_STEP = 0.10  # neighbouring lines differ by no more, so that the hurry comes and goes gradually
NEIGHBOUR_GAP = 1.0  # lines further apart than this (seconds) are not heard as one delivery
MAX_SHIFT = 0.3  # a later start than this is noticed against the picture
_TOLERANCE = 1e-6  # far below one sample at 48 kHz, far above float noise over a day


def plan(speeches: Sequence[Speech], *, max_speed: float = 1.25, film_seconds: float | None = None) -> list[Placed]:
    """Place every speech on the video's clock, in seconds; the result is in order of line index.

    Flags, beside the speech's own: `over-speed` (faster than the soft limit of 1.10), `shifted` (not at its cue's
    start), `overrun` (shifted by more than 0.3 s, or running past the film's end), `beyond-end` (the cue starts after
    the film's end: zero length, not to be rendered). Voices are planned apart and may overlap one another.

    A speaker's own pace is where each of their lines begins; one above `max_speed` is kept, but not raised.

    Raises ValueError if `max_speed` is below 1.
    """
    if max_speed < 1.0:
        raise ValueError(f"max_speed must be at least 1, not {max_speed}")
    placed: list[Placed] = []
    voices: defaultdict[str, list[Speech]] = defaultdict(list)
    for speech in speeches:
        start = speech.line.start
        if film_seconds is not None and start >= film_seconds:
            placed.append(Placed(speech, start, start, flags=(*speech.flags, "beyond-end")))
        elif speech.natural_seconds <= 0.0 or "unsaid" in speech.flags:
            placed.append(Placed(speech, start, start, flags=speech.flags))
        else:
            voices[speech.voice].append(speech)
    for own in voices.values():
        own.sort(key=lambda speech: (speech.line.start, speech.line.index))
        placed += _plan_one_voice(own, max_speed, film_seconds)
    return sorted(placed, key=lambda item: item.speech.line.index)


def _plan_one_voice(speeches: Sequence[Speech], max_speed: float, film_seconds: float | None) -> list[Placed]:
    limits = [following.line.start - MIN_GAP for following in speeches[1:]] + [float("inf")]
    if film_seconds is not None:
        limits = [min(limit, film_seconds) for limit in limits]
    speeds = _needed_speeds(speeches, limits, max_speed)
    speeds = _spread(speeches, speeds)

    placed: list[Placed] = []
    free = float("-inf")  # when this voice may speak again
    for speech, speed in zip(speeches, speeds, strict=True):
        length = speech.natural_seconds / speed
        start = max(speech.line.start, free)
        if film_seconds is not None and start + length > film_seconds:
            # The only line that may come early: the alternative is to sound after the picture is gone.
            earliest = max(free, speech.line.start - MAX_SHIFT, 0.0)
            start = max(film_seconds - length, earliest)
        placed.append(_flag(Placed(speech, start, start + length, speed, start - speech.line.start), film_seconds))
        free = start + length + MIN_GAP
    return placed


def _needed_speeds(speeches: Sequence[Speech], limits: Sequence[float], max_speed: float) -> list[float]:
    """Return the least speed at which each line ends by its limit, given how late the lines before it make it."""
    speeds: list[float] = []
    free = float("-inf")
    for speech, limit in zip(speeches, limits, strict=True):
        start = max(speech.line.start, free)
        room = limit - start
        natural = speech.natural_seconds
        fastest = max(max_speed, speech.pace)
        speed = fastest if room * fastest <= natural else max(speech.pace, natural / room)
        speeds.append(speed)
        free = start + natural / speed + MIN_GAP
    return speeds


def _spread(speeches: Sequence[Speech], speeds: Sequence[float]) -> list[float]:
    """Raise the speeds beside a hurried line, one step less each; speeds only rise, so no line can come later."""
    spread = list(speeds)
    following = range(1, len(spread))
    for order, other in ((following, -1), (reversed(range(len(spread) - 1)), 1)):
        for i in order:
            first, second = sorted((i, i + other))
            apart = speeches[second].line.start - (speeches[first].line.start + speeches[first].natural_seconds)
            if apart < NEIGHBOUR_GAP and speeches[first].pace == speeches[second].pace:
                spread[i] = max(spread[i], spread[i + other] - SPEED_STEP)
    return spread


def _flag(placed: Placed, film_seconds: float | None) -> Placed:
    flags = list(placed.speech.flags)
    if placed.speed > max(SOFT_SPEED, placed.speech.pace) + _TOLERANCE:
        flags.append("over-speed")
    if abs(placed.shift) > _TOLERANCE:
        flags.append("shifted")
    past_end = film_seconds is not None and placed.end > film_seconds + _TOLERANCE
    if past_end or abs(placed.shift) > MAX_SHIFT + _TOLERANCE:
        flags.append("overrun")
    return replace(placed, flags=tuple(flags))
