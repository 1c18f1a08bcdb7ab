"""Films on this machine, several at once: a process for each core, as two of one thread beat one of two threads."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from voiceover.batch.losses import Losses
from voiceover.batch.outcome import Outcome, failed
from voiceover.batch.planning import Film
from voiceover.batch.working import Show, Worker
from voiceover.config import processors
from voiceover.errors import VoiceoverError
from voiceover.progress import Progress

_TRIES = 2  # a film whose process died is tried once more: it may have been another that took all the memory
_PATIENCE = 10.0  # seconds for a process to clean up when a run is interrupted
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """Return how many films are made at once unless asked otherwise: one a core, or one where there is a GPU."""
    return 1 if shutil.which("nvidia-smi") else processors()


def execute_here(groups: Iterator[Sequence[Film]], show: Show) -> Iterator[Outcome]:
    """Dub one film after the other in this process."""
    worker = Worker()
    for group in groups:
        yield from worker.dub(group, show)


def execute_on(jobs: int) -> Callable[[Iterator[Sequence[Film]], Show], Iterator[Outcome]]:
    """Return what dubs up to so many films at once, each in a process with one thread."""

    def execute(groups: Iterator[Sequence[Film]], show: Show) -> Iterator[Outcome]:
        first = list(islice(groups, 2))
        if jobs < 2 or len(first) < 2:  # a process more would only take time to start
            yield from execute_here(chain(first, groups), show)
            return
        with _Crew(jobs, chain(first, groups), show) as crew:
            yield from crew.outcomes()

    return execute


class _Hand:
    """One process, what it is doing, and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would share half a torch
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other,), daemon=True)
        before = {name: os.environ.get(name) for name in _THREADS}
        os.environ.update(dict.fromkeys(_THREADS, "1"))  # read when numpy and torch are imported
        try:
            self.process.start()
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
        other.close()
        self.films: list[Film] = []

    def give(self, films: Sequence[Film]) -> None:
        self.films = list(films)
        self.pipe.send(self.films)


class _Crew:
    """The processes, and the films that wait for them."""

    def __init__(self, jobs: int, groups: Iterator[Sequence[Film]], show: Show) -> None:
        self._jobs, self._groups, self._show = jobs, groups, show
        self._losses = Losses(_TRIES)
        self._shown: dict[str, Progress] = {}
        self._hands: list[_Hand] = []

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes: at once where they have nothing to do, else as an interrupt would."""
        for hand in self._hands:
            if hand.films:
                hand.process.terminate()
            else:
                with contextlib.suppress(OSError):
                    hand.pipe.send(None)
        for hand in self._hands:
            hand.process.join(_PATIENCE)
            if hand.process.is_alive():
                hand.process.kill()
                hand.process.join()
            hand.pipe.close()

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what becomes of each film as soon as it is known."""
        self._fill()
        while self._hands:
            by_pipe = {hand.pipe: hand for hand in self._hands}
            for ready in wait(list(by_pipe)):
                assert isinstance(ready, Connection)  # noqa: S101 - for mypy
                yield from self._hear(by_pipe[ready])
            self._fill()

    def _fill(self) -> None:
        """Give work to those who have none, start processes while there is more work, and let go who has none left."""
        for hand in [hand for hand in self._hands if not hand.films]:
            group = self._losses.next(self._groups)
            try:
                if group:
                    hand.give(group)
                    continue
                hand.pipe.send(None)
            except OSError:  # it has died with nothing to do
                if group:
                    self._losses.again.append(group)
            hand.process.join(_PATIENCE)
            self._hands.remove(hand)
        while len(self._hands) < self._jobs and (group := self._losses.next(self._groups)):
            self._hands.append(_Hand())
            self._hands[-1].give(group)

    def _hear(self, hand: _Hand) -> Iterator[Outcome]:
        try:
            message = hand.pipe.recv()
        except (EOFError, OSError):
            yield from self._mourn(hand)
            return
        if isinstance(message, Outcome):
            hand.films = [film for film in hand.films if film.name != message.film]
            if shown := self._shown.pop(message.film, None):
                shown.close()
            yield message
        else:
            film, method, arguments, facts = message
            if film not in self._shown:
                self._shown[film] = self._show(film)
            getattr(self._shown[film], method)(*arguments, **facts)

    def _mourn(self, hand: _Hand) -> Iterator[Outcome]:
        """Take a dead process's films back; the one that it died of twice has failed."""
        hand.process.join(_PATIENCE)
        self._hands.remove(hand)
        hand.pipe.close()
        if (given_up := self._losses.take_back(hand.films)) is not None:
            code = hand.process.exitcode or 0
            how = signal.Signals(-code).name if code < 0 else f"code {code}"
            yield failed(
                given_up.name,
                VoiceoverError(
                    f"its process ended twice ({how}): perhaps there is not enough memory.",
                    "Run it again with --jobs 1; if it ends again, run `voiceover dub` on this film.",
                ),
            )


class _Told(Progress):
    """Sends what it is told to the process that shows it."""

    def __init__(self, pipe: Connection, film: str) -> None:
        super().__init__()
        self._pipe, self._film = pipe, film

    def start(self, command: str, **facts: Any) -> None:
        self._send("start", command, **facts)

    def stage(self, name: str, total: int | None = None) -> None:
        self._send("stage", name, total)

    def advance(self, steps: int = 1) -> None:
        self._send("advance", steps)

    def note(self, message: str, **facts: Any) -> None:
        self._send("note", message, **facts)

    def warn(self, message: str, **facts: Any) -> None:
        self._send("warn", message, **facts)

    def close(self) -> None:
        self._send("close")

    def _send(self, method: str, *arguments: Any, **facts: Any) -> None:
        self._pipe.send((self._film, method, arguments, facts))


def _serve(pipe: Connection) -> None:
    """Dub the films that come through a pipe, in a process of its own."""
    _take_signals()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    worker = Worker()
    with contextlib.suppress(KeyboardInterrupt, EOFError, BrokenPipeError):
        while films := pipe.recv():
            for outcome in worker.dub(films, lambda film: _Told(pipe, film)):
                pipe.send(outcome)


def _take_signals() -> None:
    """Have the first wish to end this process remove what is unfinished, and no further one disturb that."""
    asked = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        before, asked = asked, True
        if not before:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


def _end_with_parent() -> None:
    """End this process at once when the one that started it has ended: the next run must not meet it."""
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)
