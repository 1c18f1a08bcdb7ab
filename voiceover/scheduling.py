"""The least evil when lines cannot all be on time: a linear programme over all that are in each other's way.

Every line is as short as it may be made; what is left to decide is when it starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_SHIFT = 0.3  # a start further off than this (seconds) is noticed against the picture

# What a second of each costs. Being late is the least evil: speech that follows its picture is usual in voice-over.
# Early speech comes before the lips move, so it has to spare three lines as much lateness. Two voices over one another
# are worse, and speech that no longer belongs to its picture is the worst.
_LATE, _EARLY, _OVER_OTHER, _OVERRUN = 1.0, 3.1, 8.3, 20.7


@dataclass(frozen=True, slots=True)
class Order:
    """One line has to end before another starts."""

    first: int  # positions in the lines
    second: int
    same_voice: bool  # then always, otherwise where that is no greater evil


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """When lines start. All arrays are of shape (lines,), in seconds."""

    starts: NDArray[np.float64]
    past_end: NDArray[np.float64]  # how far each runs past the film's end
    over_other: dict[Order, float]  # how far a line runs into that of another voice, where it does


def schedule(
    cues: NDArray[np.float64],
    lengths: NDArray[np.float64],
    orders: Sequence[Order],
    *,
    gap: float,
    film_seconds: float | None = None,
) -> Schedule:
    """Choose the starts of lines that cannot all start at their cues.

    Minimises, over the lines, 1.0 a second of lateness up to 0.3 s, 3.1 a second of starting early (0.3 s at most, and
    not before the film), 8.3 a second of running into another voice's line, and 20.7 a second of being later than 0.3 s
    or of sounding past the film's end. Such a programme always has a solution.

    Args:
        cues: when each line should start, seconds, shape (lines,), rising.
        lengths: how long each takes, seconds, shape (lines,).
        orders: which line has to end before which.
        gap: seconds between two such lines.
        film_seconds: where the film ends.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    count, others = len(cues), [order for order in orders if not order.same_voice]
    line = np.arange(count)
    early, late, later, past = line, line + count, line + 2 * count, line + 3 * count
    over = 4 * count + np.arange(len(others))

    # start_first + length_first + gap - over <= start_second, where start = cue - early + late + later
    firsts = np.array([order.first for order in orders], dtype=np.intp)
    seconds = np.array([order.second for order in orders], dtype=np.intp)
    row = np.arange(len(orders))
    entries = [
        (row, block[at], sign * side)
        for at, side in ((firsts, 1.0), (seconds, -1.0))
        for block, sign in ((early, -1.0), (late, 1.0), (later, 1.0))
    ]
    entries.append((row[[not order.same_voice for order in orders]], over, -1.0))
    bounds = cues[seconds] - cues[firsts] - lengths[firsts] - gap
    if film_seconds is not None:  # start + length - past <= film
        row = len(orders) + line
        entries += [(row, early, -1.0), (row, late, 1.0), (row, later, 1.0), (row, past, -1.0)]
        bounds = np.concatenate([bounds, film_seconds - cues - lengths])
    rows = np.concatenate([at for at, _, _ in entries])
    columns = np.concatenate([column for _, column, _ in entries])
    values = np.concatenate([np.full(len(at), value) for at, _, value in entries])

    width = 4 * count + len(others)
    highest = np.full(width, np.inf)
    highest[early], highest[late] = np.minimum(MAX_SHIFT, cues), MAX_SHIFT
    solved = linprog(
        np.repeat([_EARLY, _LATE, _OVERRUN, _OVERRUN, _OVER_OTHER], [count] * 4 + [len(others)]),
        A_ub=coo_array((values, (rows, columns)), shape=(len(bounds), width)).tocsr(),
        b_ub=bounds,
        bounds=np.stack([np.zeros(width), highest], axis=1),
        method="highs-ds",
    )
    if solved.x is None:
        raise RuntimeError(f"the plan's linear programme was not solved: {solved.message}")
    found = solved.x
    starts = cues - found[early] + found[late] + found[later]
    return Schedule(starts, found[past], dict(zip(others, found[over].tolist(), strict=True)))
