"""Progress in a file as well, for plugins that cannot read a pipe: `--progress-file`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from voiceover.errors import BadInputError, VoiceoverError
from voiceover.progress import JsonProgress, Progress


class FileProgress(JsonProgress):
    """Adds each event to a file, which is closed in between: it can be read, moved or removed at any time."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def _print(self, text: str) -> None:
        # a run does not end because a disk that holds its progress is full; without `done`, nobody trusts the file
        with suppress(OSError), self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{text}\n")


class RecordedProgress(Progress):
    """Shows progress as another does, and writes it to a file."""

    def __init__(self, shown: Progress, record: FileProgress) -> None:
        super().__init__()
        self._both = (shown, record)

    def start(self, command: str, **facts: Any) -> None:
        """Tell both."""
        for progress in self._both:
            progress.start(command, **facts)

    def stage(self, name: str, total: int | None = None) -> None:
        """Tell both."""
        for progress in self._both:
            progress.stage(name, total)

    def advance(self, steps: int = 1) -> None:
        """Tell both."""
        for progress in self._both:
            progress.advance(steps)

    def line(self, **facts: Any) -> None:
        """Tell both."""
        for progress in self._both:
            progress.line(**facts)

    def note(self, message: str, **facts: Any) -> None:
        """Tell both."""
        for progress in self._both:
            progress.note(message, **facts)

    def warn(self, message: str, **facts: Any) -> None:
        """Tell both."""
        for progress in self._both:
            progress.warn(message, **facts)

    def error(self, error: VoiceoverError) -> None:
        """Tell both."""
        for progress in self._both:
            progress.error(error)

    def done(self, **facts: Any) -> None:
        """Tell both."""
        for progress in self._both:
            progress.done(**facts)

    def close(self) -> None:
        """Take bars off the screen."""
        for progress in self._both:
            progress.close()


def record(shown: Progress, path: Path, *, force: bool = False) -> Progress:
    """Return progress that is shown as before and written to a file, from its first byte on.

    An empty file may be there already: that is how a program reserves a name.

    Raises:
        BadInputError: the file has content and `force` is not given, or it cannot be written.
    """
    try:
        if not force and path.is_file() and path.stat().st_size:
            raise BadInputError(f"{path} exists.", "Pass --force to replace it, or name another --progress-file.")
        path.write_bytes(b"")
    except OSError as error:
        raise BadInputError(
            f"{path}: progress cannot be written there ({error.strerror}).", "Choose another --progress-file."
        ) from error
    return RecordedProgress(shown, FileProgress(path))
