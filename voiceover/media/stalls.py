"""Tells whether ffmpeg still gets on: a dead network drive holds it up for ever, without a word."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

TELLS = os.name != "nt"  # whether ffmpeg can be given a file that is open already
STALL_SECONDS = 300.0  # a sleeping disk or a busy server is back long before
_LOOK_SECONDS = 0.5
_TAIL_BYTES = 2000


def told_to(handle: int) -> list[str]:
    """Return the options that have ffmpeg write its progress to an open file."""
    return ["-progress", f"pipe:{handle}"] if TELLS else []


class Watch:
    """Looks at what ffmpeg reads, writes and says of its progress, and calls `stop` once nothing of it moves."""

    def __init__(self, progress: int, output: Path | None, stop: Callable[[], None], seconds: float) -> None:
        self._progress, self._output, self._stop, self._seconds = progress, output, stop, seconds
        self._fed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.stalled = False

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def feeding(self, chunks: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        """Pass on what ffmpeg is fed. While the next piece is being made, it is not ffmpeg that takes its time."""
        source = iter(chunks)
        while True:
            try:
                with self.away():
                    chunk = next(source)
            except StopIteration:
                return
            yield chunk

    @contextmanager
    def away(self) -> Iterator[None]:
        """Count none of the time within: it is we who are at work, and ffmpeg waits."""
        self._fed = -abs(self._fed) - 1
        try:
            yield
        finally:
            self._fed = abs(self._fed) + 1

    def _look(self) -> None:
        seen, since = self._signs(), time.monotonic()
        while not self._over.wait(min(_LOOK_SECONDS, self._seconds / 4)):
            now = self._signs()
            if now != seen or self._fed < 0:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > self._seconds:
                self.stalled = True
                self._stop()
                return

    def _signs(self) -> tuple[object, ...]:
        signs: list[object] = [self._fed, self._told()]
        try:
            about = self._output.stat() if self._output else None
            signs.append(about and (about.st_size, about.st_mtime_ns))  # the index of an mp4 is moved without a word
        except OSError:
            pass
        return tuple(signs)

    def _told(self) -> object:
        """Return how far ffmpeg says it is. It says so twice a second, whether or not it gets on."""
        size = os.fstat(self._progress).st_size
        if not TELLS or not size:
            return None
        blocks = os.pread(self._progress, _TAIL_BYTES, max(size - _TAIL_BYTES, 0)).split(b"progress=")
        if len(blocks) < 2:
            return size
        return [line for line in blocks[-2].splitlines() if line.startswith((b"out_time_us", b"total_size", b"frame"))]
