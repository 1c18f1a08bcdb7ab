"""Results of work in the background, one by one as they come."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_POLL = 0.2  # seconds; a wait without an end cannot be interrupted everywhere


def stream(work: Callable[[Callable[[T], None], Event], None]) -> Iterator[T]:
    """Run `work` in a thread and yield what it hands over, in that order; its exception is raised here.

    It is given a function that hands over and an event that is set when nobody wants more.
    """
    handed: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()
    cancelled = Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(lambda result: handed.put((result,)), cancelled)
        except BaseException as error:  # whatever it is, it belongs to whoever waits
            failed.append(error)
        handed.put(None)

    thread = Thread(target=run, name="voiceover-stream", daemon=True)
    thread.start()
    try:
        while True:
            try:
                result = handed.get(timeout=_POLL)
            except queue.Empty:
                continue
            if result is None:
                break
            yield result[0]
    finally:
        cancelled.set()
        thread.join()
    if failed:
        raise failed[0]
