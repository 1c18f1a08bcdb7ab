"""`voiceover dataset`: recordings to a corpus that voices are trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options
from voiceover.progress import ProgressMode

app = typer.Typer(help="Recordings to a corpus that a voice can be trained on.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `prepare` a command of its own while it is the only one."""


@app.command()
def prepare(
    context: typer.Context,
    recordings: Annotated[
        Path,
        typer.Argument(
            metavar="RECORDINGS",
            help="A folder in LJSpeech layout, or of audio files with a text file each.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="CORPUS", help="The corpus; what is there already is kept.")
    ],
    language: Annotated[str, typer.Option("--language", metavar="en|de|...", help="What the recordings speak.")] = "en",
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; by default one per core.")] = None,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Trim, level and resample recordings, split them, and compute their features."""
    shown = context.obj.show(progress, quiet=quiet)
    from voiceover.train import corpus

    told = 0

    def advance(done: int, total: int) -> None:
        nonlocal told
        if told == 0:
            shown.stage("Preparing", total)
        shown.advance(done - told)
        told = done

    with shown:
        prepared, left_out = corpus.prepare(recordings, output, language=language, workers=workers, progress=advance)
    for message in left_out:
        shown.warn(message)
    seconds = sum(clip.seconds for clip in prepared.clips)
    held_out = len(prepared.split("validation"))
    print(output)
    if not quiet:
        print(f"{len(prepared.clips)} clips, {seconds / 60:.1f} minutes, {held_out} held out, {len(left_out)} left out")
    shown.done(output=str(output), clips=len(prepared.clips), left_out=len(left_out), exit_code=0)
