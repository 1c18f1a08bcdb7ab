"""Stems: one WAV per spoken line, for those who mix by hand."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from voiceover import media
from voiceover.errors import BadInputError
from voiceover.fitting import RATE, Clip
from voiceover.provenance import Mark
from voiceover.types import Audio

_STEM = re.compile(r"\d{4,}\.wav")


def check_folder(folder: Path, *, force: bool) -> None:
    """Raise BadInputError unless stems can be written to a folder, which need not be there yet."""
    if folder.exists() and not folder.is_dir():
        raise BadInputError(f"{folder} is a file.", "Name a folder with --stems.")
    if not force and folder.is_dir() and _stems(folder):
        raise BadInputError(f"{folder} holds stems already.", "Pass --force to replace them, or name another folder.")
    if not folder.parent.is_dir():
        raise BadInputError(f"{folder.parent}: no such folder.", "Create it, or name another folder with --stems.")
    with media.write_beside(folder / "0000.wav" if folder.is_dir() else folder, option="--stems") as part:
        part.touch()
        part.unlink()


@contextmanager
def collect(folder: Path | None, mark: Mark | None = None) -> Iterator[Callable[[Clip], None] | None]:
    """Give a function that keeps clips; they are moved into `folder` as NNNN.wav once the run has succeeded.

    Stems of an earlier run go, so that none is left of a line that is no more. Without a folder nothing is kept.
    `mark` says in each that it is synthetic speech.
    """
    if folder is None:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as waiting:

        def keep(clip: Clip) -> None:
            name = f"{clip.span.index:04d}.wav"
            try:
                media.write_wav(Path(waiting) / name, Audio(clip.samples, RATE), option="--stems", mark=mark)
            except BadInputError as error:  # the user knows nothing of the waiting folder
                raise BadInputError(error.message.replace(waiting, str(folder)), error.remedy) from error

        yield keep
        folder.mkdir(exist_ok=True)
        for old in _stems(folder):
            old.unlink()
        for stem in sorted(Path(waiting).iterdir()):
            stem.replace(folder / stem.name)


def _stems(folder: Path) -> list[Path]:
    """Return the stems in a folder, and nothing else that is in it: they are about to be removed."""
    return [path for path in folder.iterdir() if _STEM.fullmatch(path.name)]
