"""The original sound that a dub is laid over: decoded and measured while the voice still speaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceover import loudness, media
from voiceover.loudness import Weighting
from voiceover.types import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Bed:
    """An original sound, shape (n, channels), and what `loudness.measure_energies` says of it."""

    samples: Samples
    energies: NDArray[np.float64]


class _NotWantedError(Exception):
    """Ends a decoding that nobody waits for any more."""


@contextmanager
def decode_meanwhile(path: Path, *, rate: int, stream: int, seconds: float, scratch: Path) -> Iterator[Future[Bed]]:
    """Give what becomes the sound of a file, at least `seconds` long, decoded while the block goes on.

    The sound is mapped to a file in the folder `scratch`. Errors of `media.decode_audio` come with the result.
    """
    over = threading.Event()

    def decode() -> Bed:
        found: list[NDArray[np.float64]] = []

        def listen() -> Callable[[Samples], None]:
            found.clear()
            weighting: list[Weighting] = []

            def hear(piece: Samples) -> None:
                if over.is_set():
                    raise _NotWantedError
                if not weighting:
                    weighting.append(Weighting(rate, piece.shape[1]))
                found.append(weighting[0].measure(piece))

            return hear

        samples = media.decode_audio(path, rate=rate, stream=stream, seconds=seconds, scratch=scratch, listen=listen)
        energies = np.zeros(len(samples) // round(loudness.HOP_SECONDS * rate))
        heard = np.concatenate([*found, np.zeros(0)])[: len(energies)]
        energies[: len(heard)] = heard
        return Bed(samples, energies)

    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(decode)
        finally:
            over.set()
