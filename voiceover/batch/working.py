"""One worker: warm voices, and films that are dubbed one after the other, their lines spoken together before."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from voiceover.batch.outcome import Outcome, failed, summarise
from voiceover.batch.planning import Film
from voiceover.config import CacheSettings, cache_folder
from voiceover.progress import Progress
from voiceover.voices import catalog
from voiceover.voices.base import Opener

Show = Callable[[str], Progress]  # gives what shows the progress of a film, by its name


class Worker:
    """Dubs films with voices that stay open."""

    def __init__(self, open_voice: Opener = catalog.open_voice, where: str = "") -> None:
        """Open voices with `open_voice`, each once; `where` names the machine in outcomes."""
        self._open_voice = cache(open_voice)
        self._where = where

    def dub(self, films: Sequence[Film], show: Show) -> Iterator[Outcome]:
        """Dub films whose dubs may be replaced, and yield what became of each as soon as it is known.

        A film that fails ends none of the others. Their lines are spoken together first.
        """
        from voiceover import pipeline

        began = time.perf_counter()
        ready: list[tuple[Film, pipeline.Prepared, float]] = []
        for film in films:
            shown = show(film.name)
            try:
                for path in (film.settings.output, *film.settings.report):
                    path.parent.mkdir(parents=True, exist_ok=True)
                prepared = pipeline.prepare(replace(film.settings, force=True), shown)
            except Exception as error:
                shown.close()
                yield failed(film.name, error, time.perf_counter() - began, self._where)
            else:
                ready.append((film, prepared, time.perf_counter() - began))
            began = time.perf_counter()
        if len(ready) > 1:
            self._rehearse([prepared for _, prepared, _ in ready], show(ready[0][0].name))
        shared = (time.perf_counter() - began) / len(ready) if ready else 0.0
        for film, prepared, before in ready:
            began = time.perf_counter()
            shown = show(film.name)
            try:
                report = pipeline.perform(prepared, shown, open_voice=self._open_voice)
                _settle(film)
                seconds = time.perf_counter() - began + before + shared
                yield Outcome(film.name, seconds, summarise(report), where=self._where)
            except Exception as error:
                yield failed(film.name, error, time.perf_counter() - began + before, self._where)
            finally:
                shown.close()

    def _rehearse(self, ready: Sequence[object], shown: Progress) -> None:
        """Speak the lines of several films together; what goes wrong in it goes wrong again in its own film."""
        from voiceover import ensemble, pipeline, rehearsal

        pieces = []
        for prepared in ready:
            assert isinstance(prepared, pipeline.Prepared)  # noqa: S101 - for mypy
            try:
                troupe = ensemble.gather(prepared.lines, prepared.settings, Progress(quiet=True), self._open_voice)
                pieces.append(rehearsal.Piece(troupe.parts, prepared.settings.seed, prepared.settings.merge))
            except Exception:  # noqa: S112 - told when the film's turn comes
                continue
        try:
            rehearsal.rehearse(pieces, cache=CacheSettings(folder=cache_folder()), progress=shown)
        except Exception as error:
            shown.warn(f"lines of several films could not be spoken together ({error}); each film speaks its own.")


def _settle(film: Film) -> None:
    """Have a finished film on the disk before it is entered as done: a loss of power would leave an empty one."""
    with film.settings.output.open("rb+") as file:
        os.fsync(file.fileno())
