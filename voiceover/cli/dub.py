"""`voiceover dub`: a film and its subtitles in, a dubbed film out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE, DubSettings, Mix, Precision, Subtitles
from voiceover.progress import ProgressMode


def dub(
    context: typer.Context,
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="The film.", show_default=False)],
    subs: Annotated[Path, typer.Argument(metavar="SUBS", help="Its subtitles or script.", show_default=False)],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="The dubbed film; by default VIDEO's name with .dubbed."),
    ] = None,
    voice: options.Voice = DEFAULT_VOICE,
    cast: options.CastFile = None,
    lexicon: options.LexiconFile = None,
    language: options.Language = None,
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
    stems: options.Stems = None,
    timeline: options.Timelines = None,
    fps: options.Fps = None,
    timecode: options.Timecode = None,
    c2pa: options.C2pa = None,
    c2pa_timestamp: options.C2paTimestamp = None,
    strict: options.Strict = False,
    force: options.Force = False,
    watch: options.Watch = False,
    progress: options.ShowProgress = ProgressMode.AUTO,
    progress_file: options.ProgressFile = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Dub a film: each subtitle is spoken at its time, and the picture is copied untouched."""
    shown = context.obj.show(progress, quiet=quiet, file=progress_file, replace_file=force)
    from voiceover import pipeline
    from voiceover.cli.runs import carry_out

    settings = DubSettings(
        video=video,
        source=subs,
        output=output or video.with_name(f"{video.stem}.dubbed{video.suffix}"),
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
        report=tuple(report or ()),
        stems=stems,
        timelines=tuple(timeline or ()),
        fps=fps,
        timecode=timecode,
        c2pa=c2pa,
        c2pa_timestamp=c2pa_timestamp,
        force=force,
    )
    settings = options.with_preset(context, settings, video, shown)
    raise typer.Exit(carry_out(pipeline.dub, settings, shown, quiet=quiet, strict=strict, watch=watch))
