"""One worker: warm voices, and films that are dubbed one after the other, their lines spoken together before."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from voiceover import ensemble, pipeline, rehearsal
from voiceover.batch.outcome import Outcome, failed, summarise
from voiceover.batch.planning import Film
from voiceover.config import CacheSettings, Precision, cache_folder
from voiceover.progress import Progress
from voiceover.voices import catalog
from voiceover.voices.base import Opener

Show = Callable[[str], Progress]  # gives what shows the progress of a film, by its name


class Worker:
    """Dubs films with voices that stay open."""

    def __init__(self, open_voice: Opener = catalog.open_voice, where: str = "") -> None:
        """Open voices with `open_voice`, each once; `where` names the machine in outcomes."""
        self._openers: dict[Precision, Opener] = {Precision.AUTO: cache(open_voice)}
        self._where = where
        self._ready: dict[str, tuple[pipeline.Prepared, float]] = {}  # by the film's name, with the seconds it took

    def dub(self, films: Sequence[Film], show: Show) -> Iterator[Outcome]:
        """Dub films whose dubs may be replaced, and yield what became of each as soon as it is known.

        A film that fails ends none of the others. Their lines are spoken together first.
        """
        lost = {outcome.film: outcome for outcome in self.prepare(films, show)}
        yield from lost.values()
        for film in films:
            if film.name not in lost:
                yield self.perform(film, show)

    def prepare(self, films: Sequence[Film], show: Show) -> list[Outcome]:
        """Read films, and speak the lines of all of them; return those that fail already."""
        self._ready.clear()
        lost = []
        for film in films:
            began, shown = time.perf_counter(), show(film.name)
            try:
                prepared = _prepare(film, shown)
            except Exception as error:
                lost.append(failed(film.name, error, time.perf_counter() - began, self._where))
            else:
                self._ready[film.name] = (prepared, time.perf_counter() - began)
            finally:
                shown.close()
        if len(self._ready) > 1:
            began = time.perf_counter()
            first = next(film for film in films if film.name in self._ready)
            shown = show(first.name)
            self._rehearse([prepared for prepared, _ in self._ready.values()], shown)
            shown.close()
            shared = (time.perf_counter() - began) / len(self._ready)
            self._ready = {name: (prepared, own + shared) for name, (prepared, own) in self._ready.items()}
        return lost

    def perform(self, film: Film, show: Show) -> Outcome:
        """Dub a film that is prepared."""
        began, shown = time.perf_counter(), show(film.name)
        prepared, before = self._ready.pop(film.name)
        try:
            report = pipeline.perform(prepared, shown, open_voice=self._opener(film.settings.precision))
            size = _settle(film)
        except Exception as error:
            return failed(film.name, error, time.perf_counter() - began + before, self._where)
        finally:
            shown.close()
        seconds = time.perf_counter() - began + before
        return Outcome(film.name, seconds, summarise(report), size=size, where=self._where)

    def _opener(self, precision: Precision) -> Opener:
        """Return what opens voices of that precision, each once."""
        if precision not in self._openers:
            self._openers[precision] = cache(partial(catalog.open_voice, precision=precision))
        return self._openers[precision]

    def _rehearse(self, ready: Sequence[pipeline.Prepared], shown: Progress) -> None:
        """Speak the lines of several films together; what goes wrong in it goes wrong again in its own film."""
        pieces = []
        for prepared in ready:
            try:
                troupe = ensemble.gather(
                    prepared.lines, prepared.settings, Progress(quiet=True), self._opener(prepared.settings.precision)
                )
                pieces.append(rehearsal.Piece(troupe.parts, prepared.settings.seed, prepared.settings.merge))
            except Exception:  # noqa: S112 - told when the film's turn comes
                continue
        try:
            rehearsal.rehearse(pieces, cache=CacheSettings(folder=cache_folder()), progress=shown)
        except Exception as error:
            shown.warn(f"lines of several films could not be spoken together ({error}); each film speaks its own.")


def check(film: Film) -> None:
    """Raise what refuses a film: cheap, as no voice is opened for it."""
    _prepare(film, Progress(quiet=True))


def _prepare(film: Film, shown: Progress) -> pipeline.Prepared:
    for path in (film.settings.output, *film.settings.report):
        path.parent.mkdir(parents=True, exist_ok=True)
    return pipeline.prepare(replace(film.settings, force=True), shown)


def _settle(film: Film) -> int:
    """Have a finished film on the disk before it is entered as done, which a power cut could empty; return its size."""
    with film.settings.output.open("rb+") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size
