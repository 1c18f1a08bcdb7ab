"""What a killed run left among the films is removed by the next one, which holds the folder and so knows it is dead."""

from __future__ import annotations

import re
from contextlib import suppress

from voiceover.batch import names
from voiceover.batch.ledger import NAME
from voiceover.batch.planning import Plan
from voiceover.batch.summary_page import PAGE

# what `media.write_beside` and `report.write_whole` write to, for the names that a batch gives
_UNFINISHED = re.compile(rf"\.+.*{re.escape(names.MARK)}(\.part)+\.[^.]+", re.IGNORECASE)
_LISTS = (f".{NAME}.part", f".{PAGE}.part")


def sweep(plan: Plan) -> int:
    """Remove unfinished files of a killed run beside a plan's outputs; return how many."""
    removed = 0
    folders = {film.settings.output.parent for film in plan.films} | {plan.root}
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else ():
            if _UNFINISHED.fullmatch(path.name) or (folder == plan.root and path.name in _LISTS):
                with suppress(OSError):
                    path.unlink()
                    removed += 1
    reports = {report.parent for film in plan.films for report in film.settings.report}
    wanted = {f".{report.name}.part" for film in plan.films for report in film.settings.report}
    for folder in reports:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name in wanted:
                with suppress(OSError):
                    path.unlink()
                    removed += 1
    return removed
