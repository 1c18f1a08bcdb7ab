"""Free-running decoding of many lines at once: a line that is done leaves its row to one that waits.

Every row's numbers come from that row alone, so a line's mel is the same to the last bit whatever stands beside it.

Shapes: b rows, N tokens of the longest line, W tokens in the attention's window, M mel bands, r frames per step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

import numpy as np
from numpy.typing import NDArray

from voiceover.synthesis.acoustic import AcousticModel, StepInputs, StepState
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Queue, Waiting, dropout_masks, judge
from voiceover.types import Samples


@dataclass(slots=True, eq=False)
class _Row:
    """What a line in the batch has come to."""

    waiting: Waiting
    masks: NDArray[np.uint8]  # (cap, 2, prenet_dim)
    frames: list[Samples]  # (r * M,) each
    weights: list[Samples]  # (W,) each
    firsts: list[int]  # the token that the window began with


class Decoder:
    """Decodes what a queue of lines gives it, as many at a time as fit the batch."""

    def __init__(
        self, model: AcousticModel, options: DecodingOptions, *, step_seconds: float, silent: frozenset[int]
    ) -> None:
        self._model, self._options = model, options
        self._step_seconds, self._silent = step_seconds, silent
        self._rest_steps = options.rest_steps(step_seconds)
        self._reach = (model.config.location_kernel - 1) // 2

    def run(self, queue: Queue, done: Callable[[int, Decoded], None], *, rows: int, cancelled: Event) -> None:
        """Decode until nothing waits.

        Args:
            queue: gives the lines, and takes back those whose attempt was flawed.
            done: is told each line's number and its best attempt as soon as it is there.
            rows: how many lines are decoded together.
            cancelled: ends it early.
        """
        batch = _Batch(self._model, rows, queue.longest, self._options, self._reach)
        while not cancelled.is_set():
            while len(batch.rows) < rows and (line := queue.take()):
                batch.admit(line, self._options.cap(len(line.utterance.ids), self._step_seconds))
            if not batch.rows:
                return
            for row, stopped in batch.step(self._options, self._rest_steps):
                queue.settle(row.waiting, self._judged(row, stopped), self._options, done)

    def _judged(self, row: _Row, stopped: bool) -> Decoded:
        ids = row.waiting.utterance.ids
        mel = np.concatenate(row.frames).reshape(-1, self._model.config.n_mels).T
        return judge(
            self._model.refine(np.ascontiguousarray(mel)),
            _alignment(row, len(ids)),
            ids,
            stopped=stopped,
            silent=self._silent,
            step_seconds=self._step_seconds,
            options=self._options,
        )


def _alignment(row: _Row, tokens: int) -> Samples:
    """Spread the weights of a line's windows over its tokens: (steps, N)."""
    weights = np.stack(row.weights)
    width = weights.shape[1]
    wide = np.zeros((len(weights), tokens + 2 * width), np.float32)
    places = np.array(row.firsts)[:, None] + np.arange(width) + width
    np.put_along_axis(wide, places, weights, axis=1)
    return wide[:, width : width + tokens]


class _Batch:
    """The lines that are decoded together, a row each; those in use come first.

    Tokens are kept with a margin at both ends, so that no window has to be cut at a line's ends.
    """

    def __init__(self, model: AcousticModel, rows: int, longest: int, options: DecodingOptions, reach: int) -> None:
        config = model.config
        self._model = model
        self._back, self._width, self._reach = options.window_back, model.window, reach
        self._margin = reach + model.window
        size = longest + 2 * self._margin
        self._state = model.start(rows)
        self._keys = np.zeros((rows, size, config.attention_dim), np.float32)
        self._memory = np.zeros((rows, size, config.encoder_dim), np.float32)
        self._barred = np.zeros((rows, size), np.float32)
        self._seen = np.zeros((rows, 2, size), np.float32)  # the last step's weights, and the sum of all
        self._lengths, self._caps, self._taken, self._peaks, self._rested = np.zeros((5, rows), np.int64)
        self.rows: list[_Row] = []

    def admit(self, waiting: Waiting, cap: int) -> None:
        """Give a line a row."""
        at, ids = len(self.rows), waiting.utterance.ids
        memory, keys = self._model.encode(np.array(ids, np.int64))
        inside = slice(self._margin, self._margin + len(ids))
        for array in (self._keys, self._memory, self._seen, *self._state):
            array[at] = 0.0
        self._keys[at, inside], self._memory[at, inside] = keys, memory
        self._barred[at] = -np.inf
        self._barred[at, inside] = 0.0
        self._lengths[at], self._caps[at] = len(ids), cap
        self._taken[at] = self._peaks[at] = self._rested[at] = 0
        masks = dropout_masks(waiting.utterance.noise(waiting.attempt), cap, self._model.config.prenet_dim)
        self.rows.append(_Row(waiting, masks, [], [], []))

    def step(self, options: DecodingOptions, rest_steps: int) -> Iterator[tuple[_Row, bool]]:
        """Take one step with every line; gives those that ended, each with whether it did so by itself."""
        count = len(self.rows)
        own = np.arange(count)[:, None]
        peaks = self._peaks[:count]
        firsts = peaks - self._back
        window = (firsts + self._margin)[:, None] + np.arange(self._width)
        around = (firsts + self._margin - self._reach)[:, None] + np.arange(self._width + 2 * self._reach)
        drops = np.stack([row.masks[step] for row, step in zip(self.rows, self._taken.tolist(), strict=False)])
        drops = drops.astype(np.float32)
        inputs = StepInputs(
            drops[:, 0],
            drops[:, 1],
            self._keys[own, window],
            self._memory[own, window],
            self._seen[own[:, None], np.arange(2)[None, :, None], around[:, None]].reshape(count, -1),
            self._barred[own, window],
        )
        after, gate, weights = self._model.step(StepState(*(part[:count] for part in self._state)), inputs)
        for kept, new in zip(self._state, after, strict=True):
            kept[:count] = new
        self._seen[:count, 0] = 0.0
        self._seen[own, 0, window] = weights
        self._seen[own, 1, window] += weights
        for row, frame, weight, first in zip(self.rows, after.frames, weights, firsts.tolist(), strict=True):
            row.frames.append(frame)
            row.weights.append(weight)
            row.firsts.append(first)
        peaks[:] = firsts + weights.argmax(axis=1)
        self._taken[:count] += 1
        at_end = peaks >= self._lengths[:count] - options.end_tokens
        self._rested[:count] = np.where(at_end, self._rested[:count] + 1, 0)
        risen = gate > np.log(options.gate_threshold / (1 - options.gate_threshold))
        stopped = at_end & risen | (self._rested[:count] >= rest_steps)
        over = stopped | (self._taken[:count] >= self._caps[:count])
        ended = [(self.rows[place], bool(stopped[place])) for place in np.flatnonzero(over)]
        for place in np.flatnonzero(over)[::-1].tolist():
            self._free(place)
        yield from ended

    def _free(self, place: int) -> None:
        """Take a line out; the last row moves into its place."""
        last = len(self.rows) - 1
        if place != last:
            for array in (
                self._keys, self._memory, self._barred, self._seen, *self._state,
                self._lengths, self._caps, self._taken, self._peaks, self._rested,
            ):  # fmt: skip
                array[place] = array[last]
            self.rows[place] = self.rows[last]
        self.rows.pop()
