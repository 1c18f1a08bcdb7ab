"""Files that appear whole or not at all, and disks that are full."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voiceover.errors import BadInputError
from voiceover.media import broadcast
from voiceover.media.broadcast import Slate
from voiceover.media.marking import mark_wav
from voiceover.provenance import Mark
from voiceover.types import Audio, Samples

OTHER_SCRATCH = "Free some space there, or let the environment variable TMPDIR name a folder on another disk."


def check_output(path: Path, *, force: bool = False, source: Path | None = None, option: str = "-o") -> None:
    """Raise BadInputError unless `path` can be written; `option` is where the user named it.

    That is: its folder takes new files, nothing is there yet (or `force`), and it is not the file `source`.
    """
    path = Path(path)
    try:
        there = path.exists()
    except OSError as error:  # a name too long, a folder that may not be entered
        raise _unwritable(path, error, option) from error
    if there and source is not None and Path(source).exists() and path.samefile(source):
        raise BadInputError(f"{path}: the output is the input itself.", f"Name another file with {option}.")
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder.", f"Name a file with {option}.")
    if there and not force:
        raise BadInputError(f"{path} exists.", "Pass --force to replace it.")
    if not path.parent.is_dir():
        raise BadInputError(f"{path.parent}: no such folder.", f"Create it, or name another file with {option}.")
    with write_beside(path, option=option) as part, write_beside(part, option=option) as inner:
        inner.touch()  # the longest name that a run will write to
        inner.unlink()


@contextmanager
def write_beside(path: Path, *, option: str = "-o") -> Iterator[Path]:
    """Give a hidden file beside `path` to write to; it takes the place of `path` if all goes well, else is removed.

    A block that leaves no file changes nothing, and blocks may be nested: what is written whole appears once the outer
    block ends. Raises BadInputError where the folder cannot be written to; `option` is where the user named it.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        with suppress(FileNotFoundError):  # of a killed run, whose ffmpeg may not have noticed yet: never write into it
            part.unlink()
        yield part
        if part.exists():
            part.replace(path)
    except OSError as error:
        raise _unwritable(path, error, option) from error
    finally:
        with suppress(OSError):  # a name that is too long cannot even be removed
            part.unlink(missing_ok=True)


def check_wav(output: Path, *, force: bool) -> None:
    """Raise BadInputError unless a WAV file can be written there."""
    check_output(output, force=force)
    if output.suffix.lower() != ".wav":
        raise BadInputError(f"{output}: speech is written as WAV.", f"Use -o {output.with_suffix('.wav').name}")


def write_wav(
    path: Path, audio: Audio, *, option: str = "-o", slate: Slate | None = None, mark: Mark | None = None
) -> None:
    """Write mono audio as a 24-bit WAV, whole or not at all; samples beyond 1 are clipped.

    With a `slate` it is a Broadcast WAV; `mark` says in it that it is synthetic speech. Raises BadInputError where the
    folder cannot be written to; `option` is where the user named it.
    """
    import soundfile

    with write_beside(Path(path), option=option) as part:
        try:
            soundfile.write(part, audio.samples, audio.rate, subtype="PCM_24", format="WAV")
        except soundfile.LibsndfileError as error:  # which does not tell a full disk from others
            if shutil.disk_usage(part.parent).free < 3 * len(audio.samples):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise OSError(str(error)) from error
        if slate is not None:
            broadcast.add_chunks(part, slate, rate=audio.rate, bits=24)
        if mark:
            mark_wav(part, mark)


def reserve(path: Path, size: int) -> None:
    """Give a file its full size (bytes, over 0) on the disk, zeros where it held nothing.

    A mapped file that outgrows its disk would end the process without a word. Raises BadInputError if the disk is full.
    """
    try:
        with path.open("r+b") as file:
            file.truncate(size)
            if hasattr(os, "posix_fallocate"):  # not on macOS and Windows
                os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        raise _unroomed(size, error) from error


def write_samples(file: BinaryIO, samples: Samples) -> None:
    """Append samples to a scratch file, as float32. Raises BadInputError if the disk is full."""
    write_scratch(file, np.ascontiguousarray(samples, "<f4").data.cast("B"))


def write_scratch(file: BinaryIO, data: bytes | memoryview) -> None:
    """Append to a scratch file. Raises BadInputError if the disk is full."""
    try:
        file.write(data)
        file.flush()
    except OSError as error:
        raise _unroomed(file.tell() + len(data), error) from error


def _unroomed(size: int, error: OSError) -> BadInputError:
    return BadInputError(
        f"{tempfile.gettempdir()}: no room for {size / 1e6:.0f} MB of sound: {_reason(error)}.", OTHER_SCRATCH
    )


def asked_for(path: Path) -> Path:
    """Return what `write_beside` was asked for: the only name of it that a user knows."""
    unfinished = re.fullmatch(r"\.(.+)\.part(\.[^.]*)?", path.name)
    return path.with_name(unfinished[1] + (unfinished[2] or "")) if unfinished else path


def _unwritable(path: Path, error: OSError, option: str) -> BadInputError:
    remedy = f"Name a file in another folder with {option}."
    if error.errno == errno.ENOSPC:
        remedy = f"Free some space, or name a file on another disk with {option}."
    elif error.errno == errno.ENAMETOOLONG:
        remedy = f"Name a shorter one with {option}."
    return BadInputError(f"{asked_for(path)}: cannot be written: {_reason(error)}.", remedy)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).rstrip(".")
