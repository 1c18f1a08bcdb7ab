"""`voiceover dataset`: recordings to a corpus that voices are trained on, and what is wrong with either."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from voiceover.cli import options
from voiceover.errors import BadInputError, ExitCode
from voiceover.progress import Progress, ProgressMode

if TYPE_CHECKING:
    from voiceover.train.inspection import Inspection

app = typer.Typer(help="Recordings to a corpus that a voice can be trained on.", no_args_is_help=True)


class Fix(StrEnum):
    """What `inspect --fix` does."""

    DROP = "drop"
    REPAIR = "repair"


Workers: TypeAlias = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; by default one per core.")]
Speaker: TypeAlias = Annotated[
    str | None, typer.Option("--speaker", metavar="NAME", help="Whose recordings, where a VCTK folder has several.")
]


@app.command()
def prepare(
    context: typer.Context,
    recordings: Annotated[
        Path,
        typer.Argument(
            metavar="RECORDINGS",
            help="A folder in LJSpeech or VCTK layout or of audio files with a text file each; or one long recording.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="CORPUS", help="The corpus; what is there already is kept.")
    ],
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="SUBS|SCRIPT", help="Subtitles or script (.txt, .md) of one long recording."),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="en|de|...", help="What the recordings speak.")] = "en",
    speaker: Speaker = None,
    consent: Annotated[
        Path | None,
        typer.Option("--consent", metavar="FILE", help="The speaker's statement; see templates/consent.md."),
    ] = None,
    rights: Annotated[
        bool, typer.Option("--i-have-the-rights", help="Declare that you may make a voice of these recordings.")
    ] = False,
    workers: Workers = None,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Cut, trim, level and resample recordings, split them for training, and compute their features."""
    shown = context.obj.show(progress, quiet=quiet)
    _check_source(recordings, text)
    from voiceover.train import corpus

    statement = _consent(recordings, output, consent, rights=rights)
    with shown:
        source = recordings
        aside: list[str] = []
        if text is not None:
            source, aside = _cut(recordings, text, output / "cut", language, shown)
        prepared, left_out = corpus.prepare(
            source,
            output,
            language=language,
            workers=workers,
            progress=_follow(shown, "Preparing"),
            consent=statement,
            speaker=speaker,
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
    speaker: Speaker = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a clip has a fault.")] = False,
    workers: Workers = None,
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
            folder, language=language, speaker=speaker, workers=workers, progress=_follow(shown, "Inspecting")
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


def _check_source(recordings: Path, text: Path | None) -> None:
    if recordings.is_file() and text is None:
        raise BadInputError(
            f"{recordings}: one recording, and nothing says what is spoken in it",
            "Add --text with its subtitles (split by the cues) or its script as .txt (split by silence).",
        )
    if text is not None and recordings.is_dir():
        raise BadInputError(
            f"{recordings}: --text goes with one long recording, and this is a folder",
            "Name the recording, or leave --text out.",
        )
    for path in (recordings, text):
        if path is not None and not path.exists():
            raise BadInputError(f"{path}: no such file or folder", "Check the name and the folder.")


def _cut(recording: Path, text: Path, work: Path, language: str, shown: Progress) -> tuple[Path, list[str]]:
    from voiceover.text import languages
    from voiceover.train import cutting

    pieces = cutting.cut(recording, text, work, languages.front_end(language), progress=_follow(shown, "Cutting"))
    aside = [f"{text}: set aside {item.text[:60]!r} at {item.start:.1f} s: {item.doubt}" for item in pieces.set_aside]
    if aside:
        aside.append(f"{len(aside)} doubtful matches are set aside; all of them are in {work / 'cutting.json'}")
    return pieces.folder, aside


def _consent(recordings: Path, output: Path, file: Path | None, *, rights: bool) -> str:
    """Return the statement that goes into the corpus, asking for it at a terminal.

    Raises BadInputError where nobody states anything.
    """
    from voiceover.train import consent, corpus

    if file := file or (None if rights else consent.beside(recordings)):
        return consent.read(file)
    if rights:
        return consent.OWN_WORD
    if kept := corpus.consent_of(output):
        return kept
    if not _at_terminal():
        raise BadInputError(f"{recordings}: {consent.NEEDED}", consent.REMEDY)
    typer.echo("Who allowed a voice to be made of these recordings? The answers go with the voice.", err=True)
    answers = [typer.prompt(question, err=True) for question in ("Who speaks", "Who may use the voice", "For what")]
    if not typer.confirm("Did the speaker agree to this?", err=True):
        raise BadInputError(f"{recordings}: {consent.NEEDED}", consent.REMEDY)
    return consent.stated(*answers)


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _follow(shown: Progress, stage: str) -> Callable[[int, int], None]:
    told = 0

    def advance(done: int, total: int) -> None:
        nonlocal told
        if told == 0:
            shown.stage(stage, total)
        shown.advance(done - told)
        told = done

    return advance
