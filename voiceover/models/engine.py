"""A bundle's networks in torch, on a device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Lock

import torch

from voiceover.models.decoding import decode
from voiceover.models.hifigan import Hifigan
from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Utterance
from voiceover.synthesis.engine import Vocode
from voiceover.types import Samples


class DeviceEngine:
    """Tacotron 2 and a vocoder on one device; see `voiceover.synthesis.engine.Engine`."""

    def __init__(self, acoustic: Tacotron2, vocoder: Vocoder | Hifigan | None, fallback: Vocode) -> None:
        self.acoustic, self.vocoder = acoustic, vocoder
        self._fallback = fallback  # for a voice without a vocoder
        self._lock = Lock()  # clips are spoken again in several threads, which would only wait for the device

    def vocode(self, log_mel: Samples, seed: int) -> Samples:
        """Turn a log-mel (n_mels, T) into samples ((T - 1) * hop_length,)."""
        if self.vocoder is None:
            return self._fallback(log_mel, seed)
        with self._lock:
            return self.vocoder.synthesise(torch.from_numpy(log_mel), seed)

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
        """Decode batch by batch; those whose attempt is flawed are drawn again together.

        `done` runs in a thread of its own, so that one batch is made sound while the next one is decoded.
        """
        with ThreadPoolExecutor(1, "voiceover-sounding") as pool:
            told: list[Future[None]] = []
            for first in range(0, len(utterances), options.batch_size):
                waiting = list(range(first, min(first + options.batch_size, len(utterances))))
                best: dict[int, Decoded] = {}
                for attempt in range(options.attempts):
                    if cancelled.is_set() or any(future.done() and future.exception() for future in told):
                        break
                    asked = [utterances[index] for index in waiting]
                    takes = decode(
                        self.acoustic,
                        [utterance.ids for utterance in asked],
                        [utterance.noise(attempt) for utterance in asked],
                        step_seconds,
                        options,
                        silent=silent,
                    )
                    flawed = []
                    for index, take in zip(waiting, takes, strict=True):
                        before = best.get(index)
                        kept = take if before is None or take.score > before.score else before
                        best[index] = replace(kept, attempts=attempt + 1)
                        if take.flawed(options) and attempt + 1 < options.attempts:
                            flawed.append(index)
                        else:
                            told.append(pool.submit(done, index, best[index]))
                    waiting = flawed
                    if not waiting:
                        break
            for future in told:
                future.result()
