"""Film-length sound a piece at a time, so that a mapped file never counts as this process's memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Samples

_HELD_BYTES = 1 << 26  # of a mapped file, before its pages are given back


def blocks(samples: Samples, length: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last (exclusive) sample of pieces of `length` samples; what was passed is released."""
    row = samples.dtype.itemsize * (1 if samples.ndim == 1 else samples.shape[1])
    held = 0
    for start in range(0, len(samples), length):
        yield start, min(start + length, len(samples))
        held += length * row
        if held >= _HELD_BYTES:
            release(samples)
            held = 0
    release(samples)


def release(samples: Samples) -> None:
    """Give the pages of a mapped array back to the system's cache, with what was written to them."""
    mapped = getattr(samples, "_mmap", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        mapped.madvise(mmap.MADV_DONTNEED)


def between(nodes: NDArray[np.float32], apart: int) -> Samples:
    """Draw straight lines between the values of `nodes`, `apart` samples from each other; the last is left out."""
    share = np.arange(apart, dtype=np.float32) / np.float32(apart)
    return (nodes[:-1, None] + np.diff(nodes)[:, None] * share).reshape(-1)
