"""One run at a time in a folder: a second one is told who is at work, and a dead one's place is taken."""

from __future__ import annotations

import json
import os
import platform
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from voiceover.batch.ledger import now
from voiceover.errors import BadInputError
from voiceover.holding import NO_LOCKS, hold, is_alive, let_go
from voiceover.progress import Progress

NAME = ".voiceover-batch"
BEAT_SECONDS = 15.0  # between signs of life
SILENT_SECONDS = 120.0  # without one, after which a run on another machine counts as dead


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is at work in a folder."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


@contextmanager
def locked(root: Path, progress: Progress, others: Sequence[Path] = ()) -> Iterator[None]:
    """Keep other runs out of a folder; `others` are folders whose runs would do the same.

    Raises BadInputError, naming it, if another one is at work there.
    """
    for other in others:
        _check_free(other)
    path = root / NAME
    held = hold(root)
    owner = _read(path)
    try:
        if held is None:
            raise _taken(root, owner)
        if owner is not None:
            if _is_at_work(owner, path, held):
                raise _taken(root, owner, path)
            progress.note(f"{root}: the run before ({owner}) ended without a word; this one carries on.")
        stop = threading.Event()
        _write(path, Owner(os.getpid(), platform.node(), now()))
        beat = threading.Thread(target=_beat, args=(path, stop), daemon=True)
        beat.start()
        try:
            yield
        finally:
            stop.set()
            beat.join()
            path.unlink(missing_ok=True)
    finally:
        if held is not None:
            let_go(held)


def _check_free(folder: Path) -> None:
    """Raise BadInputError if a run is at work in a folder, which is left as it is."""
    path = folder / NAME
    if (owner := _read(path)) is None:
        return
    held = hold(folder)
    try:
        if held is None or _is_at_work(owner, path, held):
            raise _taken(folder, owner, path)
    finally:
        if held is not None:
            let_go(held)


def _is_at_work(owner: Owner, path: Path, held: int) -> bool:
    if owner.host == platform.node():
        # who holds the folder knows that nobody else does, whoever has that number now
        return held == NO_LOCKS and owner.pid != os.getpid() and is_alive(owner.pid)
    try:
        return time.time() - path.stat().st_mtime < SILENT_SECONDS
    except OSError:
        return False


def _taken(root: Path, owner: Owner | None, path: Path | None = None) -> BadInputError:
    who = f": {owner}" if owner else ""
    remedy = f"Wait until it is done, or end it with: kill {owner.pid}" if owner else "Wait until it is done."
    if owner and owner.host != platform.node():
        remedy = f"Wait until it is done, or end it there. If that machine is off, wait {SILENT_SECONDS / 60:g} minutes"
        remedy += f", or delete {path}." if path else "."
    return BadInputError(f"{root}: another batch is at work here{who}.", remedy)


def _read(path: Path) -> Owner | None:
    try:
        value = json.loads(path.read_text("utf-8"))
        return Owner(int(value["pid"]), str(value["host"]), str(value["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, owner: Owner) -> None:
    try:
        path.write_text(json.dumps(asdict(owner)) + "\n", "utf-8")
    except OSError as error:
        raise BadInputError(
            f"{path.parent}: cannot be written to: {error.strerror or error}.", "Let -o name another folder."
        ) from error


def _beat(path: Path, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        with suppress(OSError):
            os.utime(path)
