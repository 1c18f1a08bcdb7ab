"""The K-weighting of BS.1770 as matrix products: a film has seven hundred million samples.

A recursive filter is linear, so what 48 samples become, and the state that they leave the filter in, are one product
with the samples and the state before. States of many such blocks follow from each other in the same way, so they are
found for 25 blocks at once, and for 25 times 25. States are kept in double precision: the filter's poles are close
to 1, where it would remember rounding for long.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceover.products import multiply
from voiceover.types import Samples

Matrix = NDArray[np.float64]
_BLOCK = 48  # samples
_GROUP = 25  # blocks, groups of blocks, and so on
_LEVELS = 3


class KWeighting:
    """The filter on one channel that comes piece by piece."""

    def __init__(self, rate: int) -> None:
        self._sections = _k_weighting(rate)
        self._response, self._excite, self._advance = _block_matrices(rate)
        self._groups = _group_matrices(rate)
        self._state = np.zeros(2 * len(self._sections))

    def apply(self, samples: Samples) -> Samples:
        """Return the next piece, shape (n,), weighted."""
        from scipy.signal import sosfilt

        whole = len(samples) // _BLOCK * _BLOCK
        rows = samples[:whole].reshape(-1, _BLOCK)
        states, self._state = self._follow(multiply(rows.astype(np.float64), self._excite), self._state, 0)
        weighted = multiply(np.concatenate([rows, states.astype(np.float32)], axis=1), self._response)
        if whole == len(samples):
            return weighted.reshape(-1)
        state = self._state.reshape(len(self._sections), 2)
        rest, state = sosfilt(self._sections, samples[whole:], zi=state)
        self._state = state.reshape(-1)
        return np.concatenate([weighted.reshape(-1), rest.astype(np.float32)])

    def _follow(self, pushes: Matrix, state: Matrix, level: int) -> tuple[Matrix, Matrix]:
        """Return the states that blocks begin in, shape (n, 4), and the last one's end.

        `pushes`, shape (n, 4), is what each adds to the state; `level` says how many blocks each is of.
        """
        groups = len(pushes) // _GROUP if level < _LEVELS else 0
        found = []
        if groups:
            among, out, into = self._groups[level]
            rows = pushes[: groups * _GROUP].reshape(groups, -1)
            begins, state = self._follow(multiply(rows, out), state, level + 1)
            found.append((multiply(rows, among) + multiply(begins, into)).reshape(len(rows) * _GROUP, -1))
        advance = np.linalg.matrix_power(self._advance, _GROUP**level)
        rest = np.empty((len(pushes) - groups * _GROUP, len(state)))
        for row, push in zip(rest, pushes[groups * _GROUP :], strict=True):
            row[:] = state
            state = state @ advance + push
        return np.concatenate([*found, rest]), state


@lru_cache(maxsize=8)
def _k_weighting(rate: int) -> Matrix:
    """Return pyloudnorm's two K-weighting filters as second-order sections."""
    from pyloudnorm import Meter

    stages: list[Any] = list(Meter(rate)._filters.values())
    return np.array([np.concatenate((stage.b, stage.a)) / stage.a[0] for stage in stages])


@lru_cache(maxsize=8)
def _block_matrices(rate: int) -> tuple[Samples, Matrix, Matrix]:
    """Return what turns samples and state into weighted samples, samples into state, and state into state."""
    from scipy.signal import sosfilt

    sections = _k_weighting(rate)
    states = 2 * len(sections)
    inputs = np.eye(_BLOCK + states, _BLOCK)  # one sample each, then none
    before = np.zeros((len(sections), _BLOCK + states, 2))
    for state in range(states):
        before[state // 2, _BLOCK + state, state % 2] = 1.0
    outputs, after = sosfilt(sections, inputs, axis=1, zi=before)
    after = after.transpose(1, 0, 2).reshape(-1, states)
    return outputs.astype(np.float32), after[:_BLOCK].copy(), after[_BLOCK:].copy()


@lru_cache(maxsize=8)
def _group_matrices(rate: int) -> list[tuple[Matrix, Matrix, Matrix]]:
    """Return for each level what the pushes of a group make of its states and its end, and its begin of its states."""
    advance = _block_matrices(rate)[2]
    size = len(advance)
    found = []
    for _ in range(_LEVELS):
        powers = [np.linalg.matrix_power(advance, n) for n in range(_GROUP + 1)]
        among = np.zeros((_GROUP, size, _GROUP, size))
        for first in range(_GROUP):
            for later in range(first + 1, _GROUP):
                among[first, :, later] = powers[later - 1 - first]
        out = np.concatenate(powers[_GROUP - 1 :: -1])
        into = np.concatenate(powers[:_GROUP], axis=1)
        found.append((among.reshape(_GROUP * size, -1), out, into))
        advance = powers[_GROUP]
    return found
