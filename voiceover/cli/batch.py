"""`voiceover batch`: every film of a folder, each with the subtitles that belong to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE, DubSettings, Mix, Precision, Subtitles
from voiceover.progress import ProgressMode


def batch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the films.", show_default=False)],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where the dubs go; by default each beside its video."),
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", metavar="GLOB", help="Only these videos; may be given again.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Not these; may be given again.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and how the lines would fit; do nothing.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Films at once; by default one a core.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="auto|ADDRESS", help="On the machines of a Ray cluster.")
    ] = None,
    voice: options.Voice = DEFAULT_VOICE,
    cast: options.CastFile = None,
    lexicon: options.LexiconFile = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="en|de|...", help="Which subtitles, where a video has several."),
    ] = None,
    keep_sdh: options.KeepSdh = False,
    no_merge: options.NoMerge = False,
    mix: options.MixMode = Mix.DUCK,
    bed: options.Bed = None,
    drop_original: options.DropOriginal = False,
    subtitles: options.SubtitleTracks = Subtitles.KEEP,
    max_speed: options.MaxSpeed = 1.25,
    loudness: options.Loudness = "youtube",
    seed: options.Seed = 0,
    device: options.Device = "auto",
    precision: options.Precision = Precision.AUTO,
    report: options.ReportFiles = None,
    reports: Annotated[
        Path | None, typer.Option("--reports", metavar="DIR", help="Write each film's report there, .json and .html.")
    ] = None,
    c2pa: options.C2pa = None,
    c2pa_timestamp: options.C2paTimestamp = None,
    strict: options.Strict = False,
    force: options.Force = False,
    progress: options.ShowProgress = ProgressMode.AUTO,
    progress_file: options.ProgressFile = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Dub every film in a folder with the subtitles that belong to it; a second run does only what has changed."""
    shown = context.obj.show(progress, quiet=quiet, file=progress_file, replace_file=force)
    from voiceover.cli import batches

    base = DubSettings(
        video=folder,
        source=folder,
        output=folder,
        voice=voice,
        cast=cast,
        lexicon=lexicon,
        language=language,
        keep_sdh=keep_sdh,
        merge=not no_merge,
        mix=mix,
        bed=bed,
        subtitles=subtitles,
        keep_original=not drop_original,
        max_speed=max_speed,
        loudness=loudness,
        seed=seed,
        device=device,
        precision=precision,
        c2pa=c2pa,
        c2pa_timestamp=c2pa_timestamp,
    )
    asked = batches.Asked(
        folder=folder,
        base=base,
        given=options.given(context),
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        out=output,
        report=tuple(report or ()),
        reports=reports,
        jobs=jobs,
        ray=ray,
        force=force,
        strict=strict,
        quiet=quiet,
    )
    raise typer.Exit(batches.foretell(asked, shown) if dry_run else batches.carry_out(asked, shown))
