"""Films on the machines of a Ray cluster: a warm worker for each GPU, or for each core where there are none.

All machines see the films under the same path, and write the dubs there. What a lost machine had, the others get.
"""

from __future__ import annotations

import importlib
import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voiceover import __version__
from voiceover.batch.losses import Losses
from voiceover.batch.outcome import Outcome, failed
from voiceover.batch.planning import Film
from voiceover.batch.working import Show, Worker
from voiceover.config import DubSettings
from voiceover.errors import BadInputError, MissingError, VoiceoverError
from voiceover.progress import Progress

_TRIES = 3  # machines that a film may take down before it is given up
_LOOK_SECONDS = 5.0  # between looks for machines that came or went
_PATIENCE = 120.0  # seconds without any machine, after which the rest is given up


class Actor:
    """What runs on a machine of the cluster."""

    def __init__(self) -> None:
        self._worker = Worker(where=platform.node())

    def version(self) -> str:
        """Return which voiceover is there."""
        return __version__

    def prepare(self, films: Sequence[Film]) -> list[Outcome]:
        """Read films and speak their lines; return those that fail already."""
        missing = [film for film in films if not film.settings.video.exists()]
        seen = [film for film in films if film not in missing]
        return [_unseen(film) for film in missing] + self._worker.prepare(seen, _mute)

    def perform(self, film: Film) -> Outcome | None:
        """Dub a film; None if it has failed already."""
        try:
            return self._worker.perform(film, _mute)
        except KeyError:
            return None


@dataclass(slots=True)
class _Hand:
    """An actor, and what it has been given."""

    actor: Any
    films: list[Film] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)


class Cluster:
    """A connection to a Ray cluster; use it as a context manager."""

    def __init__(self, address: str) -> None:
        """Connect to `auto`, the cluster that this machine is part of, or to an address.

        Raises MissingError without Ray, BadInputError if no cluster answers there.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
        try:
            ray: Any = importlib.import_module("ray")  # an extra: most have none, and its types with it
        except ImportError as error:
            raise MissingError("--ray needs Ray, which is not installed.", "pip install 'voiceover[ray]'") from error
        self._ray = ray
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", ignore_reinit_error=True)
        except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
            raise BadInputError(
                f"--ray {address}: no Ray cluster answers there ({str(error).splitlines()[0]}).",
                "Start one with: ray start --head, and on each further machine: ray start --address=HEAD:6379",
            ) from error
        self._hands: list[_Hand] = []
        self._losses = Losses(_TRIES)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            self._ray.kill(hand.actor)
        self._ray.shutdown()

    @property
    def slots(self) -> int:
        """How many films can be made at once."""
        resources = self._ray.cluster_resources()
        return int(resources.get("GPU", 0)) or int(resources.get("CPU", 0))

    def execute(self, groups: Iterator[Sequence[Film]], show: Show) -> Iterator[Outcome]:
        """Dub films on all machines, and yield what becomes of each as soon as it is known."""
        alone_since: float | None = None
        while True:
            self._fill(groups)
            if not any(hand.films for hand in self._hands):
                group = self._losses.next(groups)  # left where there is no machine to give it to
                if group is None:
                    return
                self._losses.again.appendleft(group)
                alone_since = alone_since or time.monotonic()
                if time.monotonic() - alone_since > _PATIENCE:
                    yield from self._give_up(groups)
                    return
                time.sleep(_LOOK_SECONDS / 5)
                continue
            alone_since = None
            by_task = {task: hand for hand in self._hands for task in hand.tasks}
            done, _ = self._ray.wait(list(by_task), num_returns=1, timeout=_LOOK_SECONDS)
            for task in done:
                yield from self._hear(by_task[task], task)

    def _fill(self, groups: Iterator[Sequence[Film]]) -> None:
        """Give work to those who have none, and start actors while there is room for them and work."""
        idle = [hand for hand in self._hands if not hand.films]
        for hand in idle:
            if (group := self._losses.next(groups)) is not None:
                self._give(hand, group)
        while len(self._hands) < self.slots and (group := self._losses.next(groups)) is not None:
            self._hands.append(_Hand(self._start()))
            self._give(self._hands[-1], group)

    def _start(self) -> Any:
        has_gpu = self._ray.cluster_resources().get("GPU", 0) >= 1
        options = {"num_cpus": 0 if has_gpu else 1, "num_gpus": 1 if has_gpu else 0, "scheduling_strategy": "SPREAD"}
        return self._ray.remote(Actor).options(**options).remote()

    def _give(self, hand: _Hand, films: Sequence[Film]) -> None:
        hand.films = list(films)
        sent = [_absolute(film) for film in films]
        hand.tasks = [hand.actor.prepare.remote(sent), *(hand.actor.perform.remote(film) for film in sent)]

    def _hear(self, hand: _Hand, task: Any) -> Iterator[Outcome]:
        if task not in hand.tasks:  # of an actor that was buried with another of its tasks
            return
        hand.tasks.remove(task)
        try:
            said = self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            yield from self._mourn(hand, error)
            return
        for outcome in said if isinstance(said, list) else [said] if said else []:
            if any(film.name == outcome.film for film in hand.films):
                hand.films = [film for film in hand.films if film.name != outcome.film]
                yield outcome

    def _mourn(self, hand: _Hand, error: Exception) -> Iterator[Outcome]:
        """Take back the films of an actor that is gone, and give up what has taken down too many."""
        self._hands.remove(hand)
        self._ray.kill(hand.actor)
        if (given_up := self._losses.take_back(hand.films)) is not None:
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            told = VoiceoverError(
                f"{_TRIES} machines or processes ended while they made it ({what}).",
                "Perhaps there is not enough memory; run `voiceover dub` on this film.",
            )
            yield failed(given_up.name, told)

    def _give_up(self, groups: Iterator[Sequence[Film]]) -> Iterator[Outcome]:
        for films in (*self._losses.again, *groups):
            for film in films:
                told = VoiceoverError("the cluster has no machine left.", "Start one, and run the same command again.")
                yield failed(film.name, told)


def _mute(_: str) -> Progress:
    return Progress(quiet=True)


def _unseen(film: Film) -> Outcome:
    told = BadInputError(
        f"{platform.node()} does not see {film.settings.video}.",
        "All machines of the cluster need the folder under the same path: put it on a shared drive.",
    )
    return failed(film.name, told, where=platform.node())


def _absolute(film: Film) -> Film:
    """Return a film whose files are found from any folder."""
    settings = film.settings
    voice = str(Path(settings.voice).absolute()) if Path(settings.voice).exists() else settings.voice
    files: dict[str, Any] = {
        name: value.absolute()
        for name in ("video", "source", "output", "cast", "lexicon")
        if (value := getattr(settings, name)) is not None
    }
    signer = settings.c2pa and (settings.c2pa[0].absolute(), settings.c2pa[1].absolute())
    reports = tuple(path.absolute() for path in settings.report)
    whole: DubSettings = replace(settings, voice=voice, report=reports, c2pa=signer, **files)
    return replace(film, settings=whole)
