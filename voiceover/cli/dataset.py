"""`voiceover dataset`: recordings to a corpus that voices are trained on, and what is wrong with either."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli import options, recordings
from voiceover.errors import ExitCode
from voiceover.progress import ProgressMode

if TYPE_CHECKING:
    from voiceover.train.inspection import Inspection

app = typer.Typer(help="Recordings to a corpus that a voice can be trained on.", no_args_is_help=True)


class Fix(StrEnum):
    """What `inspect --fix` does."""

    DROP = "drop"
    REPAIR = "repair"


@app.command()
def prepare(
    context: typer.Context,
    source: recordings.Recordings,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="CORPUS", help="The corpus; what is there already is kept.")
    ],
    text: recordings.Text = None,
    language: Annotated[str, typer.Option("--language", metavar="en|de|...", help="What the recordings speak.")] = "en",
    speaker: recordings.Speaker = None,
    consent: recordings.ConsentFile = None,
    rights: recordings.Rights = False,
    clean: recordings.CleanUp = False,
    workers: recordings.Workers = None,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Cut, trim, level and resample recordings, split them for training, and compute their features."""
    shown = context.obj.show(progress, quiet=quiet)
    recordings.check_source(source, text)
    statement = recordings.consent_for(source, output, consent, rights=rights)
    with shown:
        prepared, left_out, aside = recordings.prepare(
            source,
            output,
            text=text,
            language=language,
            consent=statement,
            speaker=speaker,
            workers=workers,
            clean=clean,
            shown=shown,
        )
    for message in aside + left_out:
        shown.warn(message)
    seconds = sum(clip.seconds for clip in prepared.clips)
    held_out = len(prepared.split("validation"))
    print(output)
    if not quiet:
        counts = f"{held_out} held out, {len(left_out)} left out" + (f", {len(aside)} set aside" if text else "")
        print(f"{len(prepared.clips)} clips, {seconds / 60:.1f} minutes, {counts}")
        print(f"Look through them with: voiceover dataset inspect {output} --page {output / 'inspection.html'}")
    facts = {"clips": len(prepared.clips), "left_out": len(left_out), "set_aside": len(aside)}
    shown.done(output=str(output), **facts, exit_code=0)


@app.command()
def inspect(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="CORPUS|RECORDINGS", help="A prepared corpus, or a folder to prepare.", show_default=False
        ),
    ],
    *,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE.html", help="A page to look and listen through.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE.json", help="All figures, for programs.")
    ] = None,
    fix: Annotated[
        Fix | None, typer.Option("--fix", help="Leave faulty clips out (drop), or mend what can be mended (repair).")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="en|de|...", help="By default the corpus's, or English.")
    ] = None,
    speaker: recordings.Speaker = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a clip has a fault.")] = False,
    workers: recordings.Workers = None,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Name every clip that would ruin a training, with the reason and what to do; nothing is changed without --fix."""
    shown = context.obj.show(progress, quiet=quiet)
    from voiceover import media
    from voiceover.train import inspection, mending
    from voiceover.train.findings import Severity

    for path, option in ((page, "--page"), (report, "--json")):
        if path is not None:
            media.check_output(path, force=True, option=option)
    with shown:
        found = inspection.inspect(
            folder,
            language=language,
            speaker=speaker,
            workers=workers,
            progress=recordings.follow(shown, "Inspecting"),
            comparing=recordings.follow(shown, "Comparing sound and text"),
        )
        if report:
            inspection.to_file(found, report)
        if page:
            from voiceover.train import inspection_page

            inspection_page.write(found, page)
    _tell(found, quiet=quiet)
    for path in (page, report):
        if path is not None:
            print(path)
    faulty = len(found.flagged(Severity.FAULT))
    if fix is Fix.DROP:
        names = mending.drop(found)
        print(
            f"{len(names)} clips left out; they are listed in {folder / 'dropped.txt'}" if names else "nothing to drop"
        )
    elif fix is Fix.REPAIR:
        repaired, left = mending.repair(found)
        print(f"{len(repaired)} clips repaired; {len({item.clip for item in left})} with faults that stay")
    code = ExitCode.STRICT if strict and faulty else ExitCode.DONE
    shown.done(output=str(page or report or folder), **found.totals(), exit_code=int(code))
    raise typer.Exit(code)


def _tell(found: Inspection, *, quiet: bool) -> None:
    """Print the findings, the weightiest first, and the totals; with --quiet faults alone."""
    from rich.markup import escape
    from rich.table import Table

    from voiceover.cli.tables import show

    weighty = ["fault"] if quiet else ["fault", "doubt"]
    shown = [item for name in weighty for item in found.findings if item.severity.value == name]
    if shown:
        table = Table("clip", "", "kind", "reason", "what to do")
        for item in shown[:200]:
            table.add_row(item.clip, item.severity.value, item.kind, escape(item.reason), escape(item.remedy))
        show(table)
        if len(shown) > 200:
            print(f"{len(shown) - 200} more: --page and --json have them all")
    if quiet:
        return
    totals = found.totals()
    print(
        f"{totals['clips']} clips, {totals['seconds'] / 60:.1f} minutes, {totals['texts']} texts and "
        f"{totals['further_takes']} further takes: {totals['clips_with_fault']} clips with faults, "
        f"{totals['clips_with_doubt']} with doubts, {totals['clips_with_info']} with remarks"
    )
    for note in found.notes:
        print(note)
