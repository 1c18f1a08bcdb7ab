"""The run over a folder: what is done is left, the rest is given to workers, and each outcome is kept at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voiceover.batch import ledger as ledgers
from voiceover.batch import summary_page, working
from voiceover.batch.contents import Contents, look
from voiceover.batch.ledger import Entry, Ledger
from voiceover.batch.outcome import Outcome, failed
from voiceover.batch.planning import Film, Plan
from voiceover.batch.working import Show
from voiceover.errors import BadInputError, ExitCode
from voiceover.progress import Progress

GROUP_LINES = 192  # lines that are spoken together: six batches of a voice, so that those of like length share one
GROUP_FILMS = 16
_BYTES_A_LINE = 80  # of subtitles

Execute = Callable[[Iterator[Sequence[Film]], Show], Iterator[Outcome]]
Check = Callable[[Film], None]  # raises what refuses a film


@dataclass(frozen=True, slots=True)
class Todo:
    """A film with what is known of it, and why it has to be dubbed."""

    film: Film
    entry: Entry
    now: Contents | None  # None for a new one, whose content is read when its turn comes
    why: str  # "" where it is done


@dataclass(frozen=True, slots=True)
class Judged:
    """All films of a plan: what is to do, what is done, and what cannot be."""

    todo: tuple[Todo, ...]
    done: tuple[Todo, ...]
    failed: tuple[Outcome, ...]


def judge(plan: Plan, ledger: Ledger, progress: Progress, *, force: bool = False) -> Judged:
    """Say for each film whether it has to be dubbed. Files are read only where size or time have changed."""
    progress.stage("Looking for changes", len(plan.films))
    todo: list[Todo] = []
    done: list[Todo] = []
    lost: list[Outcome] = []
    for film in plan.films:
        progress.advance()
        entry = ledger.of(film)
        now: Contents | None = None
        if entry.contents:
            try:
                now = look(film.settings, Contents.from_json(entry.contents))
            except Exception as error:
                lost.append(failed(film.name, error))
                continue
        why = ledger.why(film, entry, now) or ("--force" if force else "")
        if not force and not ledger.owns(film, entry):
            lost.append(failed(film.name, _foreign(film, entry)))
        elif not force and (spoken := _other_language(film, ledger, now)):
            lost.append(failed(film.name, spoken))
        else:
            (todo if why else done).append(Todo(film, entry, now, why))
    return Judged(tuple(todo), tuple(done), tuple(lost))


def run(
    plan: Plan,
    ledger: Ledger,
    progress: Progress,
    execute: Execute,
    *,
    workers: int = 1,
    force: bool = False,
    check: Check = working.check,
) -> ExitCode:
    """Dub what has to be, and return the exit code but for --strict; `ledger` then holds what became of each film.

    `check` raises what refuses a film that has failed before.

    Raises BadInputError where the ledger cannot be written.
    """
    began, started = time.perf_counter(), ledgers.now()
    judged = judge(plan, ledger, progress, force=force)
    _forget(plan, ledger)
    ledger.unpaired = plan.unpaired
    for item in judged.done:
        if item.now is not None:  # the same content may have another time now
            ledger.entries[item.film.name] = replace(item.entry, contents=item.now.to_json())
    ledger.about = {"folder": str(plan.folder.resolve()), "started": started, "ended": None}
    ledger.write()  # before any work: a folder that cannot be written to
    items = {item.film.name: item for item in judged.todo}
    before: dict[str, Contents] = {}  # of each film that is begun, as it was then
    for outcome in (*judged.failed, *_still_failing(judged.todo, check)):
        film = next(film for film in plan.films if film.name == outcome.film)
        _enter(ledger, film, ledger.of(film), outcome, progress)
        items.pop(film.name, None)
    progress.start("batch", films=len(items), output=str(ledger.path))
    progress.stage("Dubbing", len(items))

    def groups() -> Iterator[Sequence[Film]]:
        for group in gather(list(items.values()), workers):
            films = []
            for item in group:
                try:
                    before[item.film.name] = item.now or look(item.film.settings)
                except Exception as error:
                    _enter(ledger, item.film, item.entry, failed(item.film.name, error), progress)
                    continue
                ledger.entries[item.film.name] = replace(item.entry, status=ledgers.RUNNING, why=item.why)
                films.append(item.film)
            ledger.write()
            if films:
                yield films

    code = None
    try:
        for outcome in execute(groups(), progress.of):
            item = items[outcome.film]
            _enter(ledger, item.film, replace(item.entry, why=item.why), outcome, progress, before[outcome.film])
            ledger.write()
            progress.advance()
        code = exit_code(plan, ledger)
    finally:  # an interrupted run tells how far it came, too
        ledger.about |= {
            "ended": ledgers.now() if code is not None else None,
            "seconds": round(time.perf_counter() - began, 2),
            "exit_code": int(ExitCode.INTERRUPTED if code is None else code),
            "totals": totals(plan, ledger, len(judged.done)),
        }
        ledger.write()
        summary_page.write(plan, ledger, plan.root / summary_page.PAGE)
    return code


def gather(todo: Sequence[Todo], workers: int) -> Iterator[Sequence[Todo]]:
    """Part films into groups whose lines are spoken together, smaller to the end, so that all workers end at a time."""
    group: list[Todo] = []
    lines, most = 0.0, 0
    for place, item in enumerate(todo):
        own = _size(item.film.settings.source) / _BYTES_A_LINE
        if group and (len(group) >= most or lines + own > GROUP_LINES):
            yield group
            group, lines = [], 0.0
        if not group:
            most = min(GROUP_FILMS, -(-(len(todo) - place) // (2 * workers)) if workers > 1 else GROUP_FILMS)
        group.append(item)
        lines += own
    if group:
        yield group


def exit_code(plan: Plan, ledger: Ledger) -> ExitCode:
    """Return 4 where films failed or lines of them stayed unsaid; 3 where all that failed lacks something here."""
    own = [ledger.entries[film.name] for film in plan.films]
    bad = [entry for entry in own if entry.status != ledgers.DONE]
    if bad and len(bad) == len(own) and all(entry.exit_code == ExitCode.MISSING for entry in bad):
        return ExitCode.MISSING
    if bad or any(item.is_error for item in plan.unpaired) or any(entry.result.get("unsaid") for entry in own):
        return ExitCode.UNSAID
    return ExitCode.DONE


def totals(plan: Plan, ledger: Ledger, up_to_date: int) -> dict[str, Any]:
    """Return the sums over a plan's films."""
    own = [ledger.entries[film.name] for film in plan.films if film.name in ledger.entries]
    counts = Counter(entry.status for entry in own)
    done = [entry.result for entry in own if entry.status == ledgers.DONE]
    return {
        "films": len(own),
        "done": counts[ledgers.DONE],
        "up_to_date": up_to_date,
        "failed": counts[ledgers.FAILED],
        "cut_off": counts[ledgers.RUNNING] + counts[ledgers.WAITING],
        "without_subtitles": len(plan.unpaired),
        "lines": sum(result.get("spoken", 0) for result in done),
        "flagged": sum(result.get("flagged", 0) for result in done),
        "unsaid": sum(result.get("unsaid", 0) for result in done),
    }


def _still_failing(todo: Sequence[Todo], check: Check) -> Iterator[Outcome]:
    """Look whether films that failed before are refused still: no worker has to be started to be told so again."""
    for item in todo:
        if item.entry.status == ledgers.FAILED:
            began = time.perf_counter()
            try:
                check(item.film)
            except Exception as error:
                yield failed(item.film.name, error, time.perf_counter() - began)


def _enter(
    ledger: Ledger, film: Film, entry: Entry, outcome: Outcome, progress: Progress, now: Contents | None = None
) -> None:
    """Keep what became of a film."""
    is_done = not outcome.reason
    ledger.entries[film.name] = replace(
        entry,
        status=ledgers.DONE if is_done else ledgers.FAILED,
        made=ledgers.now() if is_done else entry.made,
        seconds=round(outcome.seconds, 2),
        size=outcome.size if is_done else entry.size,
        reason=outcome.reason,
        remedy=outcome.remedy,
        exit_code=outcome.exit_code,
        result=outcome.result if is_done else {},
        contents=now.to_json() if is_done and now else entry.contents,
    )
    where = f" on {outcome.where}" if outcome.where else ""
    facts = {"film": film.name, "seconds": round(outcome.seconds, 2)}
    if is_done:
        progress.note(f"{film.name}: done in {outcome.seconds:.1f} s{where}", status="done", **facts)
    else:
        told = " ".join(f"{outcome.reason} {outcome.remedy}".split())
        progress.warn(f"{film.name}: failed{where}: {told}", status="failed", remedy=outcome.remedy, **facts)


def _foreign(film: Film, entry: Entry) -> BadInputError:
    output = film.settings.output
    if entry.size is not None:
        return BadInputError(
            f"{output} is not the file that was written there: somebody has changed it.",
            "Move it away to have it dubbed anew, or pass --force to replace it.",
        )
    return BadInputError(f"{output} exists.", "Move it away, or pass --force to replace it.")


def _other_language(film: Film, ledger: Ledger, now: Contents | None) -> BadInputError | None:
    """Return why a dub in one language is not replaced by one in another that has a file of its own."""
    known = ledger.entries.get(film.name)
    if now is None or known is None or known.status != ledgers.DONE or not film.settings.output.exists():
        return None
    before = Contents.from_json(known.contents).settings
    same_file = known.subtitles == ledger.of(film).subtitles
    if same_file or before.get("language") == now.settings.get("language"):
        return None
    return BadInputError(
        f"{film.settings.output} is made from {known.subtitles}, in another language.",
        "Let -o name a folder for each language, or pass --force to replace it.",
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _forget(plan: Plan, ledger: Ledger) -> None:
    """Drop the entries of videos that are gone; those that this run was not asked for stay."""
    own = {film.name for film in plan.films}
    gone = [name for name in ledger.entries if name not in own and not (plan.folder / name).exists()]
    for name in gone:
        del ledger.entries[name]
