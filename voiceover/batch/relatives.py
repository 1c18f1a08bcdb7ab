"""Runs over folders above and below: a film that one of them made is known to be ours, and none may be at work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from voiceover.batch import ledger as ledgers
from voiceover.batch.ledger import Entry, Ledger
from voiceover.batch.planning import Plan
from voiceover.errors import BadInputError

_LEVELS = 6  # above a folder: nobody batches a whole disk


def folders(plan: Plan) -> list[Path]:
    """Return where other runs over the same films would keep their lists."""
    below: set[Path] = set()
    for film in plan.films:
        folder = film.settings.output.parent
        while folder != plan.root and plan.root in folder.parents and folder not in below:
            below.add(folder)
            folder = folder.parent
    return [*plan.root.resolve().parents[:_LEVELS], *sorted(below)]


def adopt(plan: Plan, ledger: Ledger) -> int:
    """Take over what other lists say of films that this one does not know, or knows only as they were before.

    Returns how many.
    """
    known = {film.settings.output.resolve(): film for film in plan.films}
    adopted = 0
    for entry, output in _entries(plan):
        film = known.get(output)
        if film is None or entry.status not in (ledgers.DONE, ledgers.RUNNING):
            continue
        own = ledger.entries.get(film.name)
        if own is None or own.made < entry.made or (own.size != entry.size and entry.size == _size(output)):
            ledger.entries[film.name] = replace(entry, video=film.name, output="")
            adopted += 1
    return adopted


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _entries(plan: Plan) -> Iterator[tuple[Entry, Path]]:
    for folder in folders(plan):
        if (folder / ledgers.NAME).is_file():
            try:
                other = ledgers.load(folder)
            except BadInputError:  # no list of ours
                continue
            for entry in other.entries.values():
                yield entry, (folder / entry.output).resolve()
