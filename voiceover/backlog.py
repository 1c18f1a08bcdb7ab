"""Speech that waits for the mix, in files instead of memory where it is much: a run's lines may be hours long."""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceover.blocks import give_back
from voiceover.types import Audio, Speech

FREE_BYTES = 128 << 20  # what is kept in memory first: half an hour of speech
_SEGMENT = 64 << 20  # mapped at once: a map for each clip would be more than a process may have


class Backlog:
    """Keeps clips. Its files have no names, and are gone when nobody has their clips any more, however that comes."""

    def __init__(self, free_bytes: int = FREE_BYTES) -> None:
        """Keep as many bytes in memory before any go to files."""
        self._free = free_bytes
        self._segment: mmap.mmap | None = None
        self._size = self._used = 0  # bytes of the segment
        self._mel: tuple[NDArray[Any], NDArray[Any]] | None = None  # the last one, and where it is kept

    def put(self, speech: Speech) -> Speech:
        """Return the same clip, its sound and its mel where they take no memory; as it is where there is no room."""
        audio, mel = speech.audio, speech.mel
        if mel is not None:
            if self._mel is None or self._mel[0] is not mel.values:  # lines of one sentence share theirs
                self._mel = mel.values, self._keep(mel.values)
            mel = replace(mel, values=self._mel[1])
        return replace(speech, audio=Audio(self._keep(audio.samples), audio.rate), mel=mel)

    def _keep(self, values: NDArray[Any]) -> NDArray[Any]:
        if self._free >= values.nbytes or not values.nbytes:
            self._free -= values.nbytes
            return values
        self._free = 0
        try:
            kept = self._place(values)
        except OSError:  # a full disk, or none to write to: memory is what is left
            return values
        kept[:] = values
        return kept

    def _place(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return room for an array in a file."""
        if self._segment is None or self._size - self._used < values.nbytes:
            self._begin(max(_SEGMENT, -(-values.nbytes // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY))
        assert self._segment is not None  # noqa: S101 - for mypy
        place = np.frombuffer(self._segment, values.dtype, values.size, self._used)
        self._used += -(-values.nbytes // 64) * 64
        return place.reshape(values.shape)

    def _begin(self, size: int) -> None:
        """Map a file, and give back the pages of the one that is full."""
        if self._segment is not None:
            give_back(self._segment)
        with tempfile.TemporaryFile() as file:
            # reserved, and not only named: writing to a page for which there is no room would end the process
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.write(bytes(size))
                file.flush()
            self._segment = mmap.mmap(file.fileno(), size)  # which keeps the file
        self._size, self._used = size, 0
