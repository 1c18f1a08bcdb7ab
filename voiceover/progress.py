"""How far a long run has come, on stderr: bars, plain lines, JSON objects, or nothing."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from voiceover import __version__
from voiceover.errors import VoiceoverError

if TYPE_CHECKING:
    import rich.console
    import rich.progress


class ProgressMode(StrEnum):
    """The values of `--progress`."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"
    NONE = "none"


FORMAT = 1  # of the events, see docs/progress-json.md: new ones may join, none of these changes


class Progress:
    """Shows warnings and errors, and no progress: `--progress none`, and the base of the others.

    Use it as a context manager, so that bars are gone from the screen before results are printed.
    """

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet

    @property
    def stream(self) -> TextIO:
        """Where everything is written."""
        return self._stream or sys.stderr

    def start(self, command: str, **facts: Any) -> None:
        """Tell a program what is run, once the text is read."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage, which ends the one before; `total` counts its steps where they are known."""

    def advance(self, steps: int = 1) -> None:
        """Count finished steps of the stage."""

    def line(self, **facts: Any) -> None:
        """Tell a program what became of a line, once its files are in their place."""

    def note(self, message: str, **facts: Any) -> None:
        """Tell how things go; `facts` are the same for a program."""
        if not self._quiet:
            self._print(message)

    def warn(self, message: str, **facts: Any) -> None:
        """Tell something the user should know; `facts` are the same for a program."""
        if not self._quiet:
            self._print(f"warning: {message}")

    def error(self, error: VoiceoverError) -> None:
        """Tell why the run stops, and what to do."""
        self._print(f"error: {error.message}")
        if error.remedy:
            self._print(error.remedy)

    def done(self, **facts: Any) -> None:
        """Tell a program that the run is over; people see the result on stdout."""

    def of(self, film: str) -> Progress:
        """Return what shows the progress of one of several films, beside that of all; `close` ends it."""
        return self

    def close(self) -> None:
        """Take bars off the screen."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _print(self, text: str) -> None:
        print(text, file=self.stream, flush=True)


class PlainProgress(Progress):
    """One line as a stage begins, and one for each further tenth of it."""

    def __init__(self, stream: TextIO | None = None, *, film: str = "") -> None:
        super().__init__(stream)
        self._film = f"{film}: " if film else ""
        self._name, self._total, self._steps = "", 0, 0

    def of(self, film: str) -> Progress:
        """Begin each line with the film's name."""
        return PlainProgress(self._stream, film=film)

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage with one line."""
        name = f"{self._film}{name}"
        self._name, self._total, self._steps = name, total or 0, 0
        self._print(f"{name} ..." if total is None else f"{name}: {total}")

    def advance(self, steps: int = 1) -> None:
        """Count steps, with a line whenever another tenth is done."""
        before, self._steps = self._steps, self._steps + steps
        if self._total and self._steps * 10 // self._total > before * 10 // self._total:
            self._print(f"{self._name}: {self._steps} of {self._total}")


class JsonProgress(Progress):
    """One JSON object a line, for programs; docs/progress-json.md has the events."""

    def __init__(self, stream: TextIO | None = None, *, film: str = "") -> None:
        super().__init__(stream)
        self._film = {"film": film} if film else {}
        self._name: str = ""
        self._total: int | None = None
        self._steps = 0

    def start(self, command: str, **facts: Any) -> None:
        """Write a `start` object, with the format of all objects."""
        self._write("start", format=FORMAT, version=__version__, command=command, **facts)

    def of(self, film: str) -> Progress:
        """Give each object the film's name."""
        return JsonProgress(self._stream, film=film)

    def stage(self, name: str, total: int | None = None) -> None:
        """Write a `stage` object."""
        self._name, self._total, self._steps = name, total, 0
        self._write("stage", stage=name, total=total)

    def advance(self, steps: int = 1) -> None:
        """Write an `advance` object."""
        self._steps += steps
        self._write("advance", stage=self._name, done=self._steps, total=self._total)

    def line(self, **facts: Any) -> None:
        """Write a `line` object."""
        self._write("line", **facts)

    def note(self, message: str, **facts: Any) -> None:
        """Write a `note` object."""
        self._write("note", message=message, **facts)

    def warn(self, message: str, **facts: Any) -> None:
        """Write a `warning` object."""
        self._write("warning", message=message, **facts)

    def error(self, error: VoiceoverError) -> None:
        """Write an `error` object."""
        self._write("error", message=error.message, remedy=error.remedy, exit_code=int(error.exit_code))

    def done(self, **facts: Any) -> None:
        """Write a `done` object."""
        self._write("done", **facts)

    def _write(self, event: str, **facts: Any) -> None:
        self._print(json.dumps({"event": event, **self._film, **facts}, ensure_ascii=False))


class BarProgress(Progress):
    """A bar for each stage, for people at a terminal."""

    def __init__(self, console: rich.console.Console | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        super().__init__()
        self._console = console or Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bars = Bars(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        self._task: rich.progress.TaskID | None = None

    def of(self, film: str) -> Progress:
        """Give the film a bar of its own, under the others."""
        return _FilmBar(self._bars, self._console, film)

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a bar and fill the one before."""
        self._bars.start()
        self._finish_task()
        self._task = self._bars.add_task(name, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def close(self) -> None:
        """Take the bars off the screen."""
        self._finish_task()
        self._bars.stop()
        for task in self._bars.task_ids:  # a further run begins with none
            self._bars.remove_task(task)

    def _finish_task(self) -> None:
        if self._task is not None:
            task = next(task for task in self._bars.tasks if task.id == self._task)
            total = task.total or task.completed or 1
            self._bars.update(self._task, total=total, completed=total)
        self._task = None

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class _FilmBar(Progress):
    """The bar of one of several films: its stages take turns in it, and it goes when the film is done."""

    def __init__(self, bars: rich.progress.Progress, console: rich.console.Console, film: str) -> None:
        super().__init__()
        self._bars, self._console, self._film = bars, console, film
        self._task: rich.progress.TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin the bar anew."""
        self.close()
        self._task = self._bars.add_task(f"  {self._film}: {name}", total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = None

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def open_progress(mode: ProgressMode, *, quiet: bool = False) -> Progress:
    """Choose how progress is shown; `auto` draws bars on a terminal and writes lines elsewhere.

    `quiet` leaves only errors, but a program that asked for JSON still gets all of it.
    """
    if mode is ProgressMode.JSON:
        return JsonProgress()
    if quiet or mode is ProgressMode.NONE:
        return Progress(quiet=quiet)
    if mode is ProgressMode.PLAIN or not sys.stderr.isatty():
        return PlainProgress()
    return BarProgress()
