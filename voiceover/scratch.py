"""Folders for what is needed only during a run, which may be many gigabytes: a killed run's are removed by the next."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from voiceover.holding import NO_LOCKS, hold, let_go

PREFIX = "voiceover-"
_MARK = ".held"  # it is there once the folder is held: before, nobody may take it for a killed run's
_NEW_SECONDS = 600.0


@contextmanager
def folder(*, prefix: str = PREFIX, within: Path | None = None) -> Iterator[Path]:
    """Give a new folder, by default among the system's temporary files, and remove it afterwards."""
    _sweep_once(prefix, within)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=within, ignore_cleanup_errors=True) as name:
        held = hold(Path(name))
        Path(name, _MARK).touch()
        try:
            yield Path(name)
        finally:
            if held is not None:
                let_go(held)


def contents(folder: Path) -> list[Path]:
    """Return what was put into a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.name != _MARK)


def sweep(*, prefix: str = PREFIX, within: Path | None = None) -> int:
    """Remove the folders of that prefix that no process holds any more; return how many went."""
    place = within or Path(tempfile.gettempdir())
    removed = 0
    for path in place.iterdir() if place.is_dir() else ():
        if path.name.startswith(prefix) and path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # somebody else's, or somebody else sweeps too
                removed += _remove(path)
    return removed


@lru_cache(maxsize=64)
def _sweep_once(prefix: str, within: Path | None) -> None:
    sweep(prefix=prefix, within=within)


def _remove(path: Path) -> bool:
    if not (path / _MARK).exists():
        if time.time() - path.stat().st_mtime > _NEW_SECONDS:
            path.rmdir()  # only an empty one: killed before it was held, or of another program
            return True
        return False
    held = hold(path)
    if held is None or held == NO_LOCKS:
        return False
    try:
        shutil.rmtree(path)
    finally:
        let_go(held)
    return True
