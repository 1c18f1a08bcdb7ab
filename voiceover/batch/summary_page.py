"""`batch.html`: what became of a folder, for people; it links to each dub and report and opens from disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from voiceover import __version__, webpage
from voiceover.batch import ledger as ledgers
from voiceover.batch.ledger import Entry, Ledger
from voiceover.batch.planning import Film, Plan
from voiceover.report import write_whole

PAGE = "batch.html"
_STATES = {ledgers.DONE: "done", ledgers.FAILED: "failed", ledgers.RUNNING: "cut off", ledgers.WAITING: "to do"}


def write(plan: Plan, ledger: Ledger, path: Path) -> None:
    """Write the page of a run.

    Raises BadInputError if it cannot be written.
    """
    import jinja2

    template = jinja2.Environment(
        loader=jinja2.PackageLoader("voiceover", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("batch.html")
    entries = [(film, ledger.entries[film.name]) for film in plan.films if film.name in ledger.entries]
    about, totals = ledger.about, ledger.about["totals"]
    page = template.render(
        opening=webpage.opening(f"{plan.folder.resolve().name}: batch", webpage.asset("batch.css")),
        title=plan.folder.resolve().name,
        began=f"Run of {about['started'].replace('T', ' ').removesuffix('Z')} UTC, {about['seconds']:.0f} s",
        ended=about["ended"],
        figures=[
            ("films done", f"{totals['done']} of {totals['films']}", totals["done"] == totals["films"]),
            ("of them before this run", totals["up_to_date"], None),
            ("failed", totals["failed"], totals["failed"] == 0),
            ("without subtitles", totals["without_subtitles"], None),
            ("lines spoken", totals["lines"], None),
            ("lines to look at", totals["flagged"], None),
            ("lines not said", totals["unsaid"], totals["unsaid"] == 0),
        ],
        films=[_row(film, entry, path) for film, entry in entries],
        failed=[entry for _, entry in entries if entry.status == ledgers.FAILED],
        unpaired=plan.unpaired,
        version=__version__,
    )
    write_whole(page, path)


def _row(film: Film, entry: Entry, page: Path) -> Mapping[str, Any]:
    totals: dict[str, Any] = entry.result.get("totals", {})
    is_there = entry.status == ledgers.DONE
    return {
        "video": film.name,
        "subtitles": entry.subtitles,
        "status": entry.status,
        "state": _STATES.get(entry.status, entry.status),
        "why": entry.why if is_there else entry.reason.partition("\n")[0],
        "link": _link(film.settings.output, page) if is_there else "",
        "report": next((_link(path, page) for path in film.settings.report if path.suffix == ".html"), "")
        if is_there
        else "",
        "figures": [
            entry.result.get("spoken", ""),
            _figure(totals.get("p95_onset_error_ms"), "{:.1f} ms"),
            _figure(totals.get("max_speed"), "{:.2f} x"),
            _figure(totals.get("integrated_lufs"), "{:.1f} LUFS"),
            f"{entry.seconds:.1f} s",
        ],
        "flagged": entry.result.get("flagged", 0),
        "lines": entry.result.get("flagged_lines", []),
    }


def _figure(value: Any, form: str) -> str:
    return form.format(value) if isinstance(value, int | float) else ""


def _link(path: Path, page: Path) -> str:
    try:
        return quote(Path(os.path.relpath(path.resolve(), page.parent.resolve())).as_posix())
    except ValueError:  # another drive of Windows
        return path.resolve().as_uri()
