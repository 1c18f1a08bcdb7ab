"""What a bundle's networks can do on a device, and how they do it on a processor."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Protocol

from voiceover.config import processors
from voiceover.synthesis.acoustic import AcousticModel
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Queue, Utterance
from voiceover.synthesis.decoding import Decoder
from voiceover.types import Samples


class Engine(Protocol):
    """A bundle's networks on a device."""

    def decode(
        self,
        utterances: Sequence[Utterance],
        options: DecodingOptions,
        *,
        step_seconds: float,
        silent: frozenset[int],
        done: Callable[[int, Decoded], None],
        cancelled: Event,
    ) -> None:
        """Decode utterances, flawed ones again; `done` is told each one's place and its best attempt.

        `done` may be called in any order and from any thread. Those that come first begin first.
        """
        ...

    def vocode(self, log_mel: Samples, seed: int) -> Samples:
        """Turn a log-mel (n_mels, T) into samples ((T - 1) * hop_length,), from any thread."""
        ...


class Vocode(Protocol):
    """A vocoder: a log-mel (n_mels, T) and a seed to samples ((T - 1) * hop_length,)."""

    def __call__(self, log_mel: Samples, seed: int) -> Samples:
        """Make sound."""
        ...


class ProcessorEngine:
    """The networks in ONNX Runtime, on workers of one thread each that share one queue of lines."""

    def __init__(self, acoustic: AcousticModel, vocode: Vocode, workers: int | None = None) -> None:
        self._acoustic, self._vocode = acoustic, vocode
        self._workers = workers or threads()

    def vocode(self, log_mel: Samples, seed: int) -> Samples:
        """See `Engine`."""
        return self._vocode(log_mel, seed)

    def decode(
        self,
        utterances: Sequence[Utterance],
        options: DecodingOptions,
        *,
        step_seconds: float,
        silent: frozenset[int],
        done: Callable[[int, Decoded], None],
        cancelled: Event,
    ) -> None:
        """See `Engine`; `done` is called in the worker, so that what it does overlaps with other lines' decoding."""
        queue = Queue.of(utterances)
        workers = min(self._workers, len(queue))
        if not workers:
            return
        rows = min(options.batch_size, -(-len(queue) // workers))
        decoder = Decoder(self._acoustic, options, step_seconds=step_seconds, silent=silent)

        def work() -> None:
            try:
                decoder.run(queue, done, rows=rows, cancelled=cancelled)
            except BaseException:
                cancelled.set()  # the others' work is of no use any more
                raise

        if workers == 1:
            work()
            return
        with ThreadPoolExecutor(workers, "voiceover-speaking") as pool:
            for future in [pool.submit(work) for _ in range(workers)]:
                future.result()


def threads() -> int:
    """Return how many processors this process may use; OMP_NUM_THREADS sets fewer, as elsewhere."""
    there = processors()
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(there, int(asked))) if asked.isdecimal() else there
