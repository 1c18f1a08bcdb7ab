"""Why each line sounds when and how it does, in an editor's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from voiceover.report import clock
from voiceover.types import Placed

_HEARD = 0.0005  # seconds: what would be written as 0 ms is not worth a word
_BORROWED = 0.05  # seconds past its cue's end: one frame is no news


@dataclass(slots=True)
class _Around:
    """The lines that a line's place depends on."""

    waits_for: Placed | None = None  # what ends last before it starts
    before: Placed | None = None  # of its voice
    after: Placed | None = None  # of its voice
    over: Placed | None = None  # of another voice, which it runs into although their cues do not overlap


def explain(placed: Sequence[Placed], *, film_seconds: float | None = None) -> dict[int, str]:
    """Say for each line, by its index, what the plan did to it and why: “on time” where nothing was needed."""
    reasons = {}
    for item, around in zip(placed, _look_around(placed), strict=True):
        if item.end > item.start:
            told = [
                *_tell_shift(item, around, film_seconds),
                *([f"the best of {item.speech.takes} takes"] if item.speech.takes > 1 else []),
                *_tell_pauses(item),
                *_tell_borrowed(item, around, film_seconds),
                *_tell_speed(item, around, film_seconds),
            ]
            reasons[item.speech.line.index] = "; ".join(told) or "on time"
        else:
            beyond = "beyond-end" in item.flags
            reasons[item.speech.line.index] = "starts after the end of the film" if beyond else "not said"
    return reasons


def _look_around(placed: Sequence[Placed]) -> list[_Around]:
    around = [_Around() for _ in placed]
    sounding = [i for i, item in enumerate(placed) if item.end > item.start]
    last: dict[str, int] = {}  # of each voice
    for i in sorted(sounding, key=lambda i: (placed[i].speech.line.start, placed[i].speech.line.index)):
        item, before = placed[i], [placed[j] for j in last.values()]
        around[i].waits_for = max(
            (other for other in before if other.end <= item.start), key=lambda other: other.end, default=None
        )
        for voice, j in last.items():
            if voice == item.speech.voice:
                around[i].before, around[j].after = placed[j], item
            elif placed[j].end > item.start + _HEARD and placed[j].speech.line.end <= item.speech.line.start:
                around[j].over = item
        last[item.speech.voice] = i
    return around


def _tell_shift(item: Placed, around: _Around, film_seconds: float | None) -> list[str]:
    if item.shift >= _HEARD:
        why = f": the line before it ends at {clock(around.waits_for.end)}" if around.waits_for else ""
        return [f"{item.shift * 1000:.0f} ms late{why}"]
    if item.shift <= -_HEARD:
        why = "to end with the film" if _ends_with(item, film_seconds) else "to make room for the line after it"
        return [f"{-item.shift * 1000:.0f} ms early {why}"]
    return []


def _tell_pauses(item: Placed) -> list[str]:
    if not item.pauses:
        return []
    what = "pause" if len(item.pauses) == 1 else f"{len(item.pauses)} pauses"
    return [f"{what} shortened by {sum(pause.lost for pause in item.pauses):.2f} s"]


def _tell_borrowed(item: Placed, around: _Around, film_seconds: float | None) -> list[str]:
    told = []
    if film_seconds is not None and item.end > film_seconds + _HEARD:
        told.append(f"runs {item.end - film_seconds:.2f} s past the end of the film")
    elif item.end > item.speech.line.end + _BORROWED:
        told.append(f"borrowed {item.end - item.speech.line.end:.1f} s of the gap after it")
    if around.over is not None:
        seconds = min(item.end, around.over.end) - around.over.start
        told.append(f"speaks {seconds:.2f} s over line {around.over.speech.line.index} of another voice")
    return told


def _tell_speed(item: Placed, around: _Around, film_seconds: float | None) -> list[str]:
    pace, speed = item.speech.pace, item.speed
    if abs(speed - pace) < 0.005:
        return [f"its speaker's pace of {pace:g}"] if pace != 1.0 else []
    how = f"spoken {speed:.2f} times as fast"
    length = item.speech.natural_seconds - sum(pause.lost for pause in item.pauses)
    if length < (speed - 0.005) * item.room:
        faster = [other for other in (around.before, around.after) if other and other.speed > speed + 0.05]
        if faster:
            what = "before" if faster[0] is around.before else "after"
            return [f"{how}: the line {what} it takes {faster[0].speed:.2f}"]
        return [how]
    if item.room <= 0.0:
        return [f"{how}: no room is left for it"]
    until = " before the film ends" if _ends_with(item, film_seconds) and around.after is None else ""
    return [f"{how}: {length:.2f} s of speech for {item.room:.2f} s of room{until}"]


def _ends_with(item: Placed, film_seconds: float | None) -> bool:
    return item.end >= (inf if film_seconds is None else film_seconds) - _HEARD
