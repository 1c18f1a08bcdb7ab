"""`batch.json`: what became of each film of a folder, and what it was made from, so that a run does only the rest.

It is written whole after every change. A film is entered as `running` before its dub is begun, so that what a killed
run left is known for ours.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voiceover import __version__
from voiceover.batch.contents import Contents
from voiceover.batch.planning import Film, Unpaired
from voiceover.errors import BadInputError

FORMAT = 1
NAME = "batch.json"
DONE, FAILED, RUNNING, WAITING = "done", "failed", "running", "waiting"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a film."""

    video: str
    subtitles: str = ""
    output: str = ""  # below the ledger's folder, with slashes
    status: str = WAITING
    why: str = ""  # it was done the last time: "new", "subtitles changed"
    made: str = ""  # when, UTC
    seconds: float = 0.0  # that it took
    size: int | None = None  # bytes of the output, by which it is known for ours
    reason: str = ""  # of a failure
    remedy: str = ""
    exit_code: int = 0
    result: dict[str, Any] = field(default_factory=dict)  # figures of its report
    contents: dict[str, Any] = field(default_factory=dict)  # what it was made from


class Ledger:
    """The entries of a folder, and the file that holds them."""

    def __init__(self, root: Path, entries: Iterable[Entry] = (), about: dict[str, Any] | None = None) -> None:
        self.root = root
        self.entries = {entry.video: entry for entry in entries}
        self.about = about or {}
        self.unpaired: tuple[Unpaired, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self.root / NAME

    def of(self, film: Film) -> Entry:
        """Return what is known of a film, or that nothing is."""
        output = film.settings.output.relative_to(self.root).as_posix()
        found = self.entries.get(film.name, Entry(film.name))
        if found.output and found.output != output:  # it is made anew elsewhere
            found = Entry(film.name)
        return replace(found, output=output, subtitles=_below(film.settings.source, self.root))

    def why(self, film: Film, entry: Entry, now: Contents | None) -> str:
        """Say why a film has to be dubbed, "" if its dub is there and made from the same."""
        if entry.status == RUNNING:
            return "was cut off"
        if entry.status == FAILED:
            return "failed before"
        if entry.status != DONE or now is None:
            return "new"
        if changed := now.difference(Contents.from_json(entry.contents)):
            return changed
        if not film.settings.output.exists():
            return "its dub is gone"
        missing = [report.name for report in film.settings.report if not report.exists()]
        return f"{missing[0]} is missing" if missing else ""

    def owns(self, film: Film, entry: Entry) -> bool:
        """Tell whether a film's place is free, or what is there was written by a run of ours."""
        try:
            size = film.settings.output.stat().st_size
        except OSError:
            return True
        return entry.status == RUNNING or size == entry.size

    def write(self) -> None:
        """Write `batch.json`, whole and onto the disk."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
        part = self.path.with_name(f".{NAME}.part")
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            raise BadInputError(
                f"{self.path}: cannot be written: {error.strerror or error}.",
                "Make its folder writable and free some space, or let -o name another folder.",
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def to_json(self) -> dict[str, Any]:
        """Return the object of `batch.json`."""
        entries = sorted(self.entries.values(), key=lambda entry: entry.video)
        return {
            "format": FORMAT,
            "voiceover": __version__,
            **self.about,
            "films": [{name: getattr(entry, name) for name in Entry.__slots__} for entry in entries],
            "without_subtitles": [
                {"video": item.name, "reason": item.reason, "remedy": item.remedy} for item in self.unpaired
            ],
        }


def load(root: Path) -> Ledger:
    """Read the ledger of a folder, an empty one where there is none.

    Raises BadInputError for a file that is none.
    """
    path = root / NAME
    try:
        held = json.loads(path.read_text("utf-8"))
        if held["format"] != FORMAT:
            raise BadInputError(
                f"{path}: of format {held['format']}; this version reads {FORMAT}.", "Upgrade voiceover."
            )
        entries = [Entry(**{name: item[name] for name in Entry.__slots__ if name in item}) for item in held["films"]]
    except FileNotFoundError:
        return Ledger(root)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(
            f"{path}: this is not the list of a batch ({type(error).__name__}).",
            "Move it away. Films that are dubbed already are then left alone; --force makes them anew.",
        ) from None
    return Ledger(root, entries)


def now() -> str:
    """Return the time as a ledger writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
