"""A bundle's networks in torch, on a device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

import torch

from voiceover.models.decoding import Decoder
from voiceover.models.hifigan import Hifigan
from voiceover.models.tacotron2 import Tacotron2
from voiceover.models.vocoder import Vocoder
from voiceover.synthesis.attempts import Decoded, DecodingOptions, Queue, Utterance
from voiceover.synthesis.engine import Vocode
from voiceover.types import Samples

ROWS = 64  # lines decoded together, twice as many as a processor has use for


class DeviceEngine:
    """Tacotron 2 and a vocoder on one device; see `voiceover.synthesis.engine.Engine`."""

    def __init__(
        self, acoustic: Tacotron2, vocoder: Vocoder | Hifigan | None, fallback: Vocode, *, half: bool = False
    ) -> None:
        """Take networks in evaluation mode; for `half` see `Decoder`."""
        self.acoustic, self.vocoder = acoustic, vocoder
        self._fallback = fallback  # for a voice without a vocoder
        self._half = half
        self._lock = Lock()  # clips are spoken again in several threads, which would only wait for the device
        self._decoding = Lock()  # graphs have one place for what goes in
        self._decoder: tuple[object, Decoder] | None = None  # keeps the graphs of the shapes that it has met

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
        """See `Engine`; `done` runs in a thread of its own, so that lines are made sound while others are decoded."""
        if not utterances:
            return
        queue = Queue.of(utterances)
        told: list[Future[None]] = []

        def follow(index: int, best: Decoded) -> None:
            try:
                done(index, best)
            except BaseException:
                cancelled.set()  # what else is decoded is of no use any more
                raise

        with self._decoding, ThreadPoolExecutor(1, "voiceover-sounding") as pool:
            self._decoder_for(options, step_seconds, silent).run(
                queue,
                lambda index, best: told.append(pool.submit(follow, index, best)),
                rows=min(ROWS, len(queue)),
                cancelled=cancelled,
            )
            for future in told:
                future.result()

    def _decoder_for(self, options: DecodingOptions, step_seconds: float, silent: frozenset[int]) -> Decoder:
        asked = (options, step_seconds, silent)
        if self._decoder is None or self._decoder[0] != asked:
            made = Decoder(self.acoustic, options, step_seconds=step_seconds, silent=silent, half=self._half)
            self._decoder = (asked, made)
        return self._decoder[1]
