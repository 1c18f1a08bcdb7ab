"""Fit a voice's times to what it said: non-negative least squares of relative errors, robust against single bad takes.

A sound that was heard seldom is drawn towards the time of all sounds (ridge), since a film has others than the lines
that a voice was heard with. Errors are reweighted so that their absolute values count, not their squares: the aim is
the median error, and a take that went wrong must not move the times of its sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiceover.durations import ANY_SOUND, SOUND, Durations, Stretch, parts

FOLDS = 4  # of the lines, each foretold from the others
_RIDGE = 0.9  # seconds: about how much longer or shorter than others the evidence of a line makes a sound
_ROUNDS = 8  # of reweighting; the times have settled by then
_LEAST_ERROR = 0.01  # of a line's length: smaller errors weigh as much as this one


@dataclass(frozen=True, slots=True)
class Example:
    """What a voice said: a stretch and its voiced seconds. Those of one line share its number."""

    stretch: Stretch
    seconds: float
    line: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well lines were foretold that the times were not fitted to. Errors are shares of the true length."""

    examples: int
    median_error: float
    p90_error: float
    bias: float  # median, above 0 where too long was foretold


def fit(examples: Sequence[Example], basis: str) -> Durations:
    """Fit a voice's times.

    Args:
        examples: what it said.
        basis: of its sounds, see `Durations`.

    Raises:
        ValueError: there is no example to fit to.
    """
    if not examples:
        raise ValueError("no examples")
    counts = [parts(example.stretch) for example in examples]
    names = sorted({name for count in counts for name in count})
    table = np.array([[count[name] for name in names] for count in counts], dtype=np.float64)
    truth = np.array([example.seconds for example in examples])
    is_sound = np.array([name.startswith(SOUND) for name in names])
    shared = _solve(np.column_stack([table[:, is_sound].sum(axis=1), table[:, ~is_sound]]), truth, 1 / truth)
    usual = np.zeros(len(names))
    usual[is_sound], usual[~is_sound] = shared[0], shared[1:]
    weights = 1 / truth
    times = usual
    for _ in range(_ROUNDS):
        times = _solve(table, truth, weights, usual)
        error = np.abs(table @ times - truth) / truth
        weights = 1 / (truth * np.sqrt(np.maximum(error, _LEAST_ERROR) / 0.05))
    seconds = {name: round(float(time), 4) for name, time in zip(names, times, strict=True)}
    return Durations(basis, {ANY_SOUND: round(float(shared[0]), 4), **seconds})


def cross_validate(examples: Sequence[Example], basis: str) -> Accuracy:
    """Foretell each line with times fitted to other lines, and say how well that went.

    Raises:
        ValueError: fewer lines than folds.
    """
    folds = [[example for example in examples if example.line % FOLDS == fold] for fold in range(FOLDS)]
    if not all(folds):
        raise ValueError(f"fewer than {FOLDS} lines")
    foretold: list[tuple[float, float]] = []
    for fold, held_out in enumerate(folds):
        times = fit([example for example in examples if example.line % FOLDS != fold], basis)
        foretold += [(times.predict(example.stretch), example.seconds) for example in held_out]
    return accuracy(foretold)


def accuracy(foretold: Sequence[tuple[float, float]]) -> Accuracy:
    """Compare foretold seconds with true ones, in pairs; there must be one."""
    errors = np.array([(seconds - truth) / truth for seconds, truth in foretold])
    size = np.abs(errors)
    return Accuracy(len(errors), float(np.median(size)), float(np.percentile(size, 90)), float(np.median(errors)))


def _solve(
    table: NDArray[np.float64],
    truth: NDArray[np.float64],
    weights: NDArray[np.float64],
    usual: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the times of least weighted squared error, near the usual ones where those are given."""
    from scipy.optimize import nnls

    rows, wanted = table * weights[:, None], truth * weights
    if usual is not None:
        rows, wanted = np.vstack([rows, _RIDGE * np.eye(len(usual))]), np.append(wanted, _RIDGE * usual)
    # the triangle has the same solution as the rows, which are many more
    orthogonal, triangle = np.linalg.qr(rows)
    times: NDArray[np.float64] = nnls(triangle, orthogonal.T @ wanted)[0]
    return times
