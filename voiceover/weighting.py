"""The K-weighting of BS.1770 as matrix products: a film has seven hundred million samples.

A recursive filter is linear, so what 48 samples become, and the state that they leave the filter in, are one product
with the samples and the state before. States of many such blocks follow from each other in the same way, so they are
found for 25 blocks at once, and for 25 times 25. States are kept in double precision: the filter's poles are close
to 1, where it would remember rounding for long.
"""

from __future__ import annotations

import math
from functools import lru_cache

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
        whole = len(samples) // _BLOCK * _BLOCK
        rows = samples[:whole].reshape(-1, _BLOCK)
        states, self._state = self._follow(multiply(rows.astype(np.float64), self._excite), self._state, 0)
        weighted = multiply(np.concatenate([rows, states.astype(np.float32)], axis=1), self._response)
        if whole == len(samples):
            return weighted.reshape(-1)
        rest, state = _filtered(self._sections, samples[whole:, None], self._state.reshape(len(self._sections), 2, 1))
        self._state = state.reshape(-1)
        return np.concatenate([weighted.reshape(-1), rest[:, 0].astype(np.float32)])

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
    """Return the two filters of BS.1770-4 as second-order sections, each b0, b1, b2, 1, a1, a2.

    A high shelf of 4 dB at 1,500 Hz and a high pass at 38 Hz give the standard's response at any rate; they are
    designed by the formulas of R. Bristow-Johnson's Audio EQ Cookbook. pyloudnorm's are the same, with which a test
    compares them: to import it, with scipy's signals, takes longer than a short film's mix.
    """
    gain = 10.0 ** (4.0 / 40.0)
    cos, slope = math.cos(2 * math.pi * 1500.0 / rate), math.sin(2 * math.pi * 1500.0 / rate) / math.sqrt(2.0)
    more, less, root = gain + 1, gain - 1, 2 * math.sqrt(gain) * slope
    shelf = [
        gain * (more + less * cos + root), -2 * gain * (less + more * cos), gain * (more + less * cos - root),
        more - less * cos + root, 2 * (less - more * cos), more - less * cos - root,
    ]  # fmt: skip
    cos, slope = math.cos(2 * math.pi * 38.0 / rate), math.sin(2 * math.pi * 38.0 / rate)
    high_pass = [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + slope, -2 * cos, 1 - slope]
    return np.array([np.array(section) / section[3] for section in (shelf, high_pass)])


def _filtered(sections: Matrix, samples: Matrix | Samples, state: Matrix) -> tuple[Matrix, Matrix]:
    """Run a few samples, shape (n, channels), through sections (transposed direct form II), each with its state.

    `state`, shape (sections, 2, channels), is returned as it is afterwards.
    """
    made, state = samples.astype(np.float64), state.copy()
    for number, (b0, b1, b2, _, a1, a2) in enumerate(sections):
        first, second = state[number]
        for row in made:
            given = row.copy()
            row[:] = b0 * given + first
            first, second = b1 * given - a1 * row + second, b2 * given - a2 * row
        state[number] = first, second
    return made, state


@lru_cache(maxsize=8)
def _block_matrices(rate: int) -> tuple[Samples, Matrix, Matrix]:
    """Return what turns samples and state into weighted samples, samples into state, and state into state."""
    sections = _k_weighting(rate)
    states = 2 * len(sections)
    inputs = np.eye(_BLOCK, _BLOCK + states)  # one sample each, then none
    before = np.zeros((len(sections), 2, _BLOCK + states))
    for state in range(states):
        before[state // 2, state % 2, _BLOCK + state] = 1.0
    outputs, after = _filtered(sections, inputs, before)
    after = after.reshape(states, -1).T
    return np.ascontiguousarray(outputs.T, np.float32), after[:_BLOCK].copy(), after[_BLOCK:].copy()


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
