"""What `batch` does with its options, and what it tells: the plan, then each film, then all in a table."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from voiceover import media
from voiceover.batch import ledger as ledgers
from voiceover.batch import planning, processes, relatives, running, summary_page, sweeping
from voiceover.batch.ledger import Ledger
from voiceover.batch.lock import locked
from voiceover.batch.planning import Film, Plan
from voiceover.cli.tables import show
from voiceover.config import DubSettings
from voiceover.errors import BadInputError, ExitCode, VoiceoverError
from voiceover.progress import Progress
from voiceover.report import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for."""

    folder: Path
    base: DubSettings
    given: frozenset[str]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    out: Path | None = None
    report: tuple[Path, ...] = ()
    reports: Path | None = None
    jobs: int | None = None
    ray: str | None = None
    force: bool = False
    strict: bool = False
    quiet: bool = False


def carry_out(asked: Asked, shown: Progress) -> ExitCode:
    """Dub what has to be, and tell how it went; see `running.run` for what it raises."""
    plan = _plan(asked)
    plan.root.mkdir(parents=True, exist_ok=True)
    with shown, locked(plan.root, shown, relatives.folders(plan)):
        sweeping.sweep(plan)
        known = ledgers.load(plan.root)
        relatives.adopt(plan, known)
        _warn_of_space(plan, shown)
        with _workers(asked, plan) as (execute, count):
            code = running.run(plan, known, shown, execute, workers=count, force=asked.force)
        for path in asked.report:
            _write_report(plan, known, path)
    print(known.path, flush=True)
    print(plan.root / summary_page.PAGE, flush=True)
    if not asked.quiet:
        show(_summary(plan, known))
    for item in plan.unpaired:
        shown.warn(f"{item.name}: {item.reason}. {item.remedy}", film=item.name, status="without-subtitles")
    totals = known.about["totals"]
    if code is ExitCode.DONE and asked.strict and (totals["flagged"] or plan.unpaired):
        code = ExitCode.STRICT
    shown.done(output=str(known.path), exit_code=int(code), **totals)
    return code


@contextmanager
def _workers(asked: Asked, plan: Plan) -> Iterator[tuple[running.Execute, int]]:
    """Give what makes films, and how many at once: processes here, or the machines of a cluster."""
    if asked.ray is None:
        jobs = asked.jobs or processes.cores()
        yield processes.execute_on(jobs), jobs
        return
    if asked.jobs is not None:
        raise BadInputError("--jobs goes without --ray: a cluster has as many workers as it has room for.")
    from voiceover.batch.cluster import Cluster

    try:
        with Cluster(asked.ray) as cluster:
            yield cluster.execute, cluster.slots
    except KeyboardInterrupt:  # its workers were ended amid their work
        sweeping.sweep(plan)
        raise


def foretell(asked: Asked, shown: Progress) -> ExitCode:
    """Show what a run would do and how each film's lines would fit; nothing is spoken or written."""
    from voiceover import pipeline
    from voiceover.forecast import Status

    plan = _plan(asked)
    known = ledgers.load(plan.root)
    relatives.adopt(plan, known)
    judged = running.judge(plan, known, shown, force=asked.force)
    whys = {item.film.name: item.why or "done" for item in (*judged.todo, *judged.done)}
    lost = {outcome.film: outcome.reason for outcome in judged.failed}
    table = Table("film", "subtitles", "voice", "to do", "lines", "fit", "tight", "impossible", "")
    for column in range(4, 8):
        table.columns[column].justify = "right"
    failures, flagged = len(lost), 0
    with shown:
        shown.stage("Forecasting", len(plan.films))
        for film in plan.films:
            row = [film.name, _below(film.settings.source, plan.folder), film.settings.voice, whys.get(film.name, "")]
            remark = lost.get(film.name, "")
            try:
                media.probe(film.settings.video)
                counts = pipeline.check(film.settings, Progress(quiet=True)).counts
            except VoiceoverError as error:
                failures += not remark
                table.add_row(*row, "", "", "", "", Text(remark or str(error), style="red"))
            else:
                flagged += counts[Status.TIGHT] + counts[Status.IMPOSSIBLE]
                also = f"not {', '.join(film.also)}" if film.also else ""
                numbers = [str(sum(counts.values())), *(str(counts[status]) for status in Status)]
                table.add_row(*row, *numbers, Text(remark, style="red") if remark else also)
            shown.advance()
    for item in plan.unpaired:
        table.add_row(item.name, "none", "", "", "", "", "", "", Text(f"{item.reason}. {item.remedy}", style="yellow"))
    show(table)
    if failures or any(item.is_error for item in plan.unpaired):
        return ExitCode.UNSAID
    return ExitCode.STRICT if asked.strict and flagged else ExitCode.DONE


def _plan(asked: Asked) -> Plan:
    """Plan the folder, and refuse at once what would fail for every film."""
    from voiceover.voices import catalog

    if "voice" in asked.given:
        catalog.find(asked.base.voice)
    if "loudness" in asked.given:
        from voiceover.loudness import parse_target

        parse_target(asked.base.loudness)
    for option, path in (("--cast", asked.base.cast), ("--lexicon", asked.base.lexicon)):
        if path is not None and not path.is_file():
            raise BadInputError(f"{path}: no such file.", f"Check the name that {option} gives.")
    for path in asked.report:
        media.check_output(path, force=asked.force, option="--report")
        if path.suffix.lower() not in (".json", ".html"):
            raise BadInputError(f"{path}: a report is written as .json or .html.", "Name it so with --report.")
    if asked.out is not None and asked.out.exists() and not asked.out.is_dir():
        raise BadInputError(f"{asked.out} is a file.", "Name a folder with -o.")
    plan = planning.plan(
        asked.folder,
        asked.base,
        asked.given,
        include=asked.include,
        exclude=asked.exclude,
        out=asked.out,
        reports=asked.reports,
    )
    if not plan.films:
        first = plan.unpaired[0]
        more = f", and so are {len(plan.unpaired) - 1} more" if len(plan.unpaired) > 1 else ""
        raise BadInputError(
            f"{asked.folder}: nothing to do: {first.name} is without: {first.reason}{more}.", first.remedy
        )
    return plan


def _write_report(plan: Plan, known: Ledger, path: Path) -> None:
    if path.suffix.lower() == ".html":
        summary_page.write(plan, known, path)
    else:
        write_whole(json.dumps(known.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n", path)


def _warn_of_space(plan: Plan, shown: Progress) -> None:
    """Tell before the first film that the last ones will have no room."""
    missing = [film for film in plan.films if not film.settings.output.exists()]
    needed = sum(film.settings.video.stat().st_size for film in missing if film.settings.video.exists())
    free = shutil.disk_usage(plan.root).free
    if needed > free:
        shown.warn(
            f"{plan.root}: {len(missing)} dubs need about {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free. "
            "Films for which there is no room will fail; run again once there is, or let -o name another disk."
        )


def _summary(plan: Plan, known: Ledger) -> Table:
    totals = known.about["totals"]
    table = Table(show_header=False)
    told = [f"{totals['done']} of {totals['films']} done"]
    told += [f"{totals['up_to_date']} of them before"] if totals["up_to_date"] else []
    told += [f"{totals[name]} {name.replace('_', ' ')}" for name in ("failed", "without_subtitles") if totals[name]]
    table.add_row("films", ", ".join(told))
    table.add_row("lines", f"{totals['lines']} spoken, {totals['flagged']} to look at, {totals['unsaid']} not said")
    table.add_row("time", f"{known.about['seconds']:.1f} s")
    for name, why in _failures(plan.films, known):
        table.add_row(Text(name, style="red"), why)
    return table


def _failures(films: tuple[Film, ...], known: Ledger) -> Iterator[tuple[str, str]]:
    for film in films:
        entry = known.entries[film.name]
        if entry.status == ledgers.FAILED:
            yield film.name, f"{entry.reason}\n{entry.remedy}".strip()


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
