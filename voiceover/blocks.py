"""Film-length sound a piece at a time, so that a mapped file never counts as this process's memory."""

from __future__ import annotations

import mmap
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Samples

T = TypeVar("T")
_THREADS = 2
_HELD_BYTES = 1 << 26  # of a mapped file, before its pages are given back
_KEPT_BYTES = 31 << 20


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
    if isinstance(mapped, mmap.mmap):
        give_back(mapped)


def give_back(mapped: mmap.mmap) -> None:
    """Give the pages of a mapped file back; they come again when they are read."""
    if hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        mapped.madvise(mmap.MADV_DONTNEED)


def keep_memory() -> None:
    """Have the C library keep what blocks leave, for the next ones.

    glibc gives freed memory back from a size on that grows with what is freed, up to 32 MB; below it, every block's
    arrays would be fetched from the system anew, page by page. Elsewhere nothing happens.
    """
    np.empty(_KEPT_BYTES, np.uint8)  # freed at once


def each(samples: Samples, length: int, work: Callable[[int, int], object]) -> None:
    """Call `work` with the first and last sample of each of `blocks`, from two threads and in no order."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[object]] = deque()
        for start, end in blocks(samples, length):
            if len(waiting) == 2 * _THREADS:
                waiting.popleft().result()
            waiting.append(pool.submit(work, start, end))
        while waiting:
            waiting.popleft().result()
    release(samples)


def read_ahead(pieces: Generator[T]) -> Generator[T]:
    """Yield the same pieces, made in a thread of their own while the ones before are looked at."""
    ready: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(maxsize=2)
    over = threading.Event()

    def put(item: tuple[T] | BaseException | None) -> None:
        while not over.is_set():
            with suppress(queue.Full):
                ready.put(item, timeout=0.1)
                return

    def make() -> None:
        try:
            with closing(pieces):
                for piece in pieces:
                    put((piece,))
                    if over.is_set():
                        return
        except BaseException as error:  # raised where the pieces are wanted
            put(error)
        put(None)

    thread = threading.Thread(target=make)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        over.set()
        thread.join()


def amplify(block: Samples, gain: Samples, out: Samples) -> Samples:
    """Multiply each channel of a block, shape (n,) or (n, channels), by `gain`, shape (n,), into `out`.

    A channel at a time takes a third of the time that numpy takes for all at once.
    """
    if block.ndim == 1:
        return np.multiply(block, gain, out=out)
    for channel in range(block.shape[1]):
        np.multiply(block[:, channel], gain, out=out[:, channel])
    return out


def between(nodes: NDArray[np.float32], apart: int) -> Samples:
    """Draw straight lines between the values of `nodes`, `apart` samples from each other; the last is left out."""
    share = np.arange(apart, dtype=np.float32) / np.float32(apart)
    return (nodes[:-1, None] + np.diff(nodes)[:, None] * share).reshape(-1)
