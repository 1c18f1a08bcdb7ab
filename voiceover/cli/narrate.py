"""`voiceover narrate`: subtitles or a script in, the narration track alone out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE, NarrateSettings, Precision
from voiceover.progress import ProgressMode


def narrate(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SUBS_OR_SCRIPT",
            help="Subtitles, a narration script, or a Kdenlive or Shotcut project with subtitles.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.wav", help="The track, 48 kHz and 24 bits.")],
    voice: options.Voice = DEFAULT_VOICE,
    cast: options.CastFile = None,
    lexicon: options.LexiconFile = None,
    language: options.Language = None,
    keep_sdh: options.KeepSdh = False,
    no_merge: options.NoMerge = False,
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
    """Speak subtitles or a script into a narration track, each line at its time."""
    shown = context.obj.show(progress, quiet=quiet, file=progress_file, replace_file=force)
    from voiceover import pipeline
    from voiceover.cli.runs import carry_out

    settings = NarrateSettings(
        source=source,
        output=output,
        voice=voice,
        cast=cast,
        lexicon=lexicon,
        language=language,
        keep_sdh=keep_sdh,
        merge=not no_merge,
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
    settings = options.with_preset(context, settings, source, shown)
    raise typer.Exit(carry_out(pipeline.narrate, settings, shown, quiet=quiet, strict=strict, watch=watch))
