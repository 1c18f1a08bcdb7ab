"""The plan: where on the video's clock each spoken line sounds, how fast, and which of its pauses are shortened.

All lines are planned at once. What would hurt a listener most is settled first, so that it is given up last: when
each line starts (`scheduling`, where not all can start at their cues), then how little of its pauses has to go, then
how little it has to be sped up. Nothing is ever cut, and no voice overlaps itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from voiceover import scheduling
from voiceover.scheduling import MAX_SHIFT, Order
from voiceover.types import Pause, Placed, Speech

MIN_GAP = 0.08  # two frames at 25 fps: less than this between two lines sounds like a splice
SLOWEST_FILM = 20.0  # frames a second: fewer are slides, and two of those no measure for a gap
SOFT_SPEED = 1.10  # above this a listener begins to hear the hurry
SPEED_STEP = 0.10  # neighbouring lines differ by no more, so that the hurry comes and goes gradually
NEIGHBOUR_GAP = 1.0  # lines further apart than this (seconds) are not heard as one delivery
_LEAST_CUT = 0.02  # seconds of pause: less is not worth a cut where there is a gap to run into
_SOLVED = 1e-5  # how exactly (seconds) the solver's starts are read: a hundred times its tolerance
_TOLERANCE = 1e-6  # far below one sample at 48 kHz, far above float noise over a day

Floats = NDArray[np.float64]


def plan(
    speeches: Sequence[Speech], *, max_speed: float = 1.25, film_seconds: float | None = None, fps: float = 0.0
) -> list[Placed]:
    """Place every speech on the video's clock, in seconds; the result is in order of line index.

    Each line starts at its cue and ends two frames before the next one of its voice. For that its pauses are shortened
    first (also to end with its own cue), then it is spoken faster, up to `max_speed`; lines around a hurried one are
    hurried as well, so that neighbours differ by at most 0.10. Where that is not enough, `scheduling` weighs which line
    starts late, or early. The line of another voice is waited for unless its cue overlaps with this one's.

    Flags, beside the speech's own: `over-speed` (faster than the soft limit of 1.10), `shifted` (not at its cue's
    start), `overrun` (shifted by more than 0.3 s, or running past the film's end), `beyond-end` (the cue starts after
    the film's end: zero length, not to be rendered).

    A speaker's own pace is where each of their lines begins; one above `max_speed` is kept, but not raised. `fps` is
    the film's, 0 where nobody knows.

    Raises ValueError if `max_speed` is below 1.
    """
    if max_speed < 1.0:
        raise ValueError(f"max_speed must be at least 1, not {max_speed}")
    placed: list[Placed] = []
    spoken: list[Speech] = []
    for speech in speeches:
        start = speech.line.start
        if film_seconds is not None and start >= film_seconds:
            placed.append(Placed(speech, start, start, flags=(*speech.flags, "beyond-end")))
        elif speech.natural_seconds <= 0.0 or "unsaid" in speech.flags:
            placed.append(Placed(speech, start, start, flags=speech.flags))
        else:
            spoken.append(speech)
    if spoken:
        spoken.sort(key=lambda speech: (speech.line.start, speech.line.index))
        placed += _place(_Lines(spoken, max_speed), least_gap(fps), film_seconds)
    return sorted(placed, key=lambda item: item.speech.line.index)


def place_instead(speech: Speech, item: Placed, *, max_speed: float) -> Placed:
    """Place another take where a planned one is: as short as it has to be there, pauses first, and no shorter.

    Where `max_speed` does not do, it ends later.
    """
    room = max(item.room, item.end - item.start)
    loss = min(max(speech.natural_seconds - speech.pace * room, 0.0), speech.spare_seconds)
    length = speech.natural_seconds - loss
    speed = min(max(length / room, speech.pace), max(speech.pace, max_speed))
    cut = _cut(speech.pauses, loss, speech.spare_seconds)
    return Placed(speech, item.start, item.start + length / speed, speed, shift=item.shift, pauses=cut, room=item.room)


def least_gap(fps: float) -> float:
    """Return the least silence between two lines of a voice, in seconds: two frames, and no less than 80 ms."""
    return max(MIN_GAP, 2.0 / max(fps, SLOWEST_FILM)) if fps > 0.0 else MIN_GAP


class _Lines:
    """The lines of a film in order of their cues, as arrays of shape (lines,), in seconds at natural speed."""

    def __init__(self, speeches: Sequence[Speech], max_speed: float) -> None:
        self.speeches = speeches
        self.cues = np.array([speech.line.start for speech in speeches])
        self.cue_ends = np.array([speech.line.end for speech in speeches])
        self.naturals = np.array([speech.natural_seconds for speech in speeches])
        self.paces = np.array([speech.pace for speech in speeches])
        self.fastest = np.maximum(self.paces, max_speed)
        self.spare = np.array([speech.spare_seconds for speech in speeches])


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What holds a plan: starts and latest ends, arrays of shape (lines,), in seconds."""

    starts: Floats
    limits: Floats  # where each line ends at the latest
    due: Floats  # the same if all other lines were on their cues


def _place(lines: _Lines, gap: float, film_seconds: float | None) -> list[Placed]:
    orders = _orders(lines, gap)
    frame = _frame(lines, orders, gap, film_seconds)
    losses = _shorten(lines, frame, lines.paces)
    speeds = _spread(lines, frame.starts, _needed_speeds(lines, frame, lines.naturals - losses))
    losses = _shorten(lines, frame, speeds)  # a line that is hurried for its neighbour's sake needs less of that
    lengths = lines.naturals - losses
    placed = []
    free: dict[str, float] = {}  # when each voice may speak again
    for i, speech in enumerate(lines.speeches):
        start, speed = float(frame.starts[i]), float(speeds[i])
        earliest = free.get(speech.voice, -inf)
        if earliest > start + 1e-9:  # by what the solver's answer is rounded
            start = earliest
        end = start + float(lengths[i]) / speed
        free[speech.voice] = end + gap
        item = Placed(
            speech,
            start,
            end,
            speed,
            shift=start - speech.line.start,
            pauses=_cut(speech.pauses, float(losses[i]), float(lines.spare[i])),
            room=float(frame.due[i]) - start,
        )
        placed.append(_flag(item, film_seconds))
    return placed


def _orders(lines: _Lines, gap: float) -> list[Order]:
    """Say which line has to end before which: the one before it of its voice, and what other voices say just before."""
    orders = []
    last: dict[str, tuple[int, float]] = {}  # each voice's last line, and when that ends if nothing is hurried
    for i, speech in enumerate(lines.speeches):
        start = cue = speech.line.start
        for voice, (j, end) in last.items():
            other = lines.speeches[j].line
            if voice == speech.voice:
                orders.append(Order(j, i, same_voice=True))
            elif other.start < cue and other.end <= cue and end + gap > cue - MAX_SHIFT:
                orders.append(Order(j, i, same_voice=False))
            else:
                continue
            start = max(start, end + gap)
        last[speech.voice] = i, start + speech.natural_seconds / speech.pace
    return orders


def _frame(lines: _Lines, orders: Sequence[Order], gap: float, film_seconds: float | None) -> _Frame:
    """Fix when each line starts, given that each can be made as short as its top speed and its pauses allow."""
    film = inf if film_seconds is None else film_seconds
    starts = lines.cues.copy()
    over = dict.fromkeys(orders, 0.0)
    past_end = np.zeros(len(starts))
    shortest = (lines.naturals - lines.spare) / lines.fastest
    crowded = _crowded(lines.cues, shortest, orders, gap, film)
    if crowded.any():
        place = (np.cumsum(crowded) - 1).tolist()
        among = {
            order: replace(order, first=place[order.first], second=place[order.second])
            for order in orders
            if crowded[order.first] and crowded[order.second]
        }
        solved = scheduling.schedule(
            lines.cues[crowded], shortest[crowded], list(among.values()), gap=gap, film_seconds=film_seconds
        )
        shifts = solved.starts - lines.cues[crowded]
        starts[crowded] += np.where(np.abs(shifts) > _SOLVED, shifts, 0.0)
        past_end[crowded] = solved.past_end
        over |= {order: solved.over_other.get(moved, 0.0) for order, moved in among.items()}
    limits, due = film + past_end, np.full(len(starts), film)
    for order, seconds in over.items():
        limits[order.first] = min(limits[order.first], starts[order.second] - gap + seconds)
        due[order.first] = min(due[order.first], lines.cues[order.second] - gap)
    return _Frame(starts, limits, due)


def _crowded(cues: Floats, shortest: Floats, orders: Sequence[Order], gap: float, film: float) -> NDArray[np.bool_]:
    """Say which lines stand in a run of lines that cannot all be on time, as fast as they may be spoken."""
    before: list[list[int]] = [[] for _ in cues]
    for order in orders:
        before[order.second].append(order.first)
    ends = np.zeros(len(cues))
    crowded = np.zeros(len(cues), dtype=bool)
    begin, reach, is_late = 0, -inf, False
    for i, cue in enumerate(cues.tolist()):
        if cue - MAX_SHIFT >= reach:  # nothing of what came before can touch this line, even if it comes early
            crowded[begin:i] = is_late
            begin, is_late = i, False
        start = max([cue, *(ends[j] + gap for j in before[i])])
        ends[i] = start + shortest[i]
        is_late |= start > cue + _TOLERANCE or ends[i] > film + _TOLERANCE
        reach = max(reach, ends[i] + gap)
    crowded[begin:] = is_late
    return crowded


def _shorten(lines: _Lines, frame: _Frame, speeds: Floats) -> Floats:
    """Return how much of its pauses each line loses so that it ends with its cue, or at least before the next line."""
    target = np.minimum(lines.cue_ends, frame.limits)
    losses = np.clip(lines.naturals - speeds * (target - frame.starts), 0.0, lines.spare)
    can_borrow = lines.naturals / speeds <= frame.limits - frame.starts
    return np.where(can_borrow & (losses < _LEAST_CUT), 0.0, losses)


def _needed_speeds(lines: _Lines, frame: _Frame, lengths: Floats) -> Floats:
    """Return the least speed at which each line ends by its limit."""
    room = np.maximum(frame.limits - frame.starts, _TOLERANCE)
    speeds = np.clip(lengths / room, lines.paces, lines.fastest)
    return np.where(lines.fastest - speeds < _TOLERANCE, lines.fastest, speeds)


def _spread(lines: _Lines, starts: Floats, speeds: Floats) -> Floats:
    """Raise the speeds beside a hurried line, one step less each; speeds only rise, so no line can come later."""
    spread = speeds.tolist()
    pairs = []  # of neighbours in one delivery
    last: dict[str, int] = {}
    for i, speech in enumerate(lines.speeches):
        j = last.get(speech.voice)
        if j is not None and lines.paces[i] == lines.paces[j]:
            apart = starts[i] - (starts[j] + lines.naturals[j] / lines.paces[j])
            if apart < NEIGHBOUR_GAP:
                pairs.append((j, i))
        last[speech.voice] = i
    for first, second in pairs:
        spread[second] = max(spread[second], spread[first] - SPEED_STEP)
    for first, second in reversed(pairs):
        spread[first] = max(spread[first], spread[second] - SPEED_STEP)
    return np.array(spread)


def _cut(found: Sequence[Pause], loss: float, spare: float) -> tuple[Pause, ...]:
    """Take what a line's pauses lose from all of them, each in proportion to what it can lose."""
    if loss <= 0.0:
        return ()
    share = min(loss / spare, 1.0)
    return tuple(replace(pause, seconds=pause.end - pause.start - share * pause.lost) for pause in found)


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
