"""Free-running decoding of many lines at once, in torch: what other devices than processors do.

As on a processor, a line that is done leaves its row to one that waits, so all rows are at work until the queue is
empty; see `voiceover.synthesis.decoding`. Shapes: B rows, N tokens, S steps of a call, r frames per step, M mel bands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from voiceover.models.stepping import STEPS, Carried, Lines, Stepper, Steps
from voiceover.models.tacotron2 import Tacotron2, length_mask
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Queue, Waiting, dropout_masks, judge

TOKENS = 64  # rows are as long as a multiple of it, so that few shapes have to be captured


@dataclass(slots=True, eq=False)
class _Row:
    """What a line in the batch has come to."""

    waiting: Waiting
    masks: NDArray[np.uint8]  # (cap, 2, prenet_dim)
    frames: list[Tensor] = field(default_factory=list)  # (steps, r * M) each
    weights: list[Tensor] = field(default_factory=list)  # (steps, N) each
    taken: int = 0  # steps

    @property
    def left(self) -> int:
        """How many steps it may still take."""
        return len(self.masks) - self.taken


class Decoder:
    """Decodes what a queue of lines gives it, as many at a time as fit the batch."""

    def __init__(
        self,
        model: Tacotron2,
        options: DecodingOptions,
        *,
        step_seconds: float,
        silent: frozenset[int],
        half: bool = False,
    ) -> None:
        """Lay out the weights of a model in evaluation mode; `half` has the loop and the post-net in bfloat16."""
        self._model, self._options = model, options
        self._step_seconds, self._silent = step_seconds, silent
        self._device = next(model.parameters()).device
        self._half = half
        precision = torch.bfloat16 if half else torch.float32
        rest_steps, capture = options.rest_steps(step_seconds), self._device.type == "cuda"
        with torch.inference_mode():
            self._stepper = Stepper(model, options, rest_steps, precision, capture=capture)

    @torch.inference_mode()
    def run(self, queue: Queue, done: Callable[[int, Decoded], None], *, rows: int, cancelled: Event) -> None:
        """Decode until nothing waits; see `voiceover.synthesis.decoding.Decoder.run`."""
        lines, carried = self._stepper.start(rows, -(-queue.longest // TOKENS) * TOKENS)
        batch: list[_Row | None] = [None] * rows
        while not cancelled.is_set():
            self._admit(batch, queue, lines, carried)
            if not any(batch):
                return
            steps, carried = self._stepper.run(self._drops(batch), lines, carried)
            for place, stopped in self._took(batch, steps):
                row, batch[place] = batch[place], None
                if row is not None:
                    queue.settle(row.waiting, self._judged(row, stopped), self._options, done)

    def _admit(self, batch: list[_Row | None], queue: Queue, lines: Lines, carried: Carried) -> None:
        """Give waiting lines the rows that are free, all at once."""
        places, came = [], []
        for place, row in enumerate(batch):
            if row is None and (waiting := queue.take()):
                places.append(place)
                came.append(waiting)
        if not came:
            return
        for place, waiting in zip(places, came, strict=True):
            cap = self._options.cap(len(waiting.utterance.ids), self._step_seconds)
            masks = dropout_masks(waiting.utterance.noise(waiting.attempt), cap, self._model.config.prenet_dim)
            batch[place] = _Row(waiting, masks)
        ids = [torch.tensor(waiting.utterance.ids) for waiting in came]
        lengths = torch.tensor([len(line) for line in ids])
        tokens = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True).to(self._device)
        memory = self._model.encode(tokens, lengths, isolate=True)
        at, size = torch.tensor(places, device=self._device), memory.shape[1]
        for tensor in (lines.memory, lines.keys, *carried):
            tensor[at] = 0
        lines.memory[at, :size] = memory.to(lines.memory.dtype)
        lines.keys[at, :size] = self._model.decoder.attention_layer.memory_layer(memory)
        lines.lengths[at] = lengths.to(self._device)
        lines.mask[at] = length_mask(lines.lengths[at], lines.mask.shape[1])

    def _drops(self, batch: Sequence[_Row | None]) -> Tensor:
        """Return the rows' dropout for the next steps; none for steps that are not theirs any more."""
        drops = np.zeros((STEPS, 2, len(batch), self._model.config.prenet_dim), np.uint8)
        for place, row in enumerate(batch):
            if row is not None:
                own = row.masks[row.taken : row.taken + STEPS]
                drops[: len(own), :, place] = own
        return torch.from_numpy(drops).to(self._device)

    def _took(self, batch: Sequence[_Row | None], steps: Steps) -> list[tuple[int, bool]]:
        """Keep what each line has made; returns the places of those that ended, and whether they did so themselves."""
        stops = steps.stops.cpu().numpy()  # the one thing that is waited for
        ended = []
        for place, row in enumerate(batch):
            if row is None:
                continue
            own = stops[: row.left, place]
            stopped = bool(own.any())
            count = int(own.argmax()) + 1 if stopped else len(own)
            row.frames.append(steps.frames[:count, place])
            row.weights.append(steps.weights[:count, place])
            row.taken += count
            if stopped or not row.left:
                ended.append((place, stopped))
        return ended

    def _judged(self, row: _Row, stopped: bool) -> Decoded:
        ids = row.waiting.utterance.ids
        mel = torch.cat(row.frames).reshape(-1, self._model.config.n_mels).T
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._half):
            correction = self._model.postnet(mel[None])[0].float()
        return judge(
            self._model.unscale(mel + correction).cpu().numpy(),
            torch.cat(row.weights)[:, : len(ids)].cpu().numpy(),
            ids,
            stopped=stopped,
            silent=self._silent,
            step_seconds=self._step_seconds,
            options=self._options,
        )
