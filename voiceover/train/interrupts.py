"""Wishes to end a run, which wait until a step is whole: half a step cannot be carried on from."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_PATIENCE = 3.0  # seconds; who asks again after them does not want to wait for the step


@dataclass(slots=True)
class Stop:
    """Whether the run is to end."""

    asked: bool = False


@contextmanager
def waiting() -> Iterator[Stop]:
    """Note Ctrl-C and its like instead of raising; a second one, seconds later, raises KeyboardInterrupt."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield stop
        return
    first = 0.0

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal first
        if stop.asked and time.monotonic() - first > _PATIENCE:
            raise KeyboardInterrupt
        if not stop.asked:
            stop.asked, first = True, time.monotonic()

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    before = {signal.Signals[name]: signal.getsignal(signal.Signals[name]) for name in names}
    taken = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)
