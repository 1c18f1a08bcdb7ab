"""`voiceover check`: which lines fit their cues, before any is spoken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE, CheckSettings
from voiceover.errors import BadInputError, ExitCode
from voiceover.progress import ProgressMode

if TYPE_CHECKING:
    from voiceover.forecast import Forecast

_STDOUT = Path("-")


def check(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="SUBS_OR_SCRIPT", help="Subtitles or a narration script.", show_default=False)
    ],
    *,
    voice: options.Voice = DEFAULT_VOICE,
    cast: options.CastFile = None,
    lexicon: options.LexiconFile = None,
    language: options.Language = None,
    keep_sdh: options.KeepSdh = False,
    no_merge: options.NoMerge = False,
    max_speed: options.MaxSpeed = 1.25,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE|-", help="Write all of it, for programs; - prints it.")
    ] = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE.png", help="Draw cues and speech along the film's time.")
    ] = None,
    every_line: Annotated[bool, typer.Option("--all", help="Show the lines that fit, too.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a line is tight or impossible.")] = False,
    force: options.Force = False,
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Foretell which lines the voice can say in time, and what to cut of the others. Nothing is spoken."""
    shown = context.obj.show(progress, quiet=quiet)
    from voiceover import media, pipeline, strip_chart
    from voiceover.cli import forecasts

    settings = CheckSettings(
        source=source,
        voice=voice,
        cast=cast,
        lexicon=lexicon,
        language=language,
        keep_sdh=keep_sdh,
        merge=not no_merge,
        max_speed=max_speed,
    )
    settings = options.with_preset(context, settings, source, shown)
    if chart is not None and chart.suffix.lower() != ".png":
        raise BadInputError(f"{chart}: the chart is a PNG.", f"Use --chart {chart.with_suffix('.png').name}")
    outputs = {"--chart": chart, "--json": None if as_json == _STDOUT else as_json}
    for option, output in outputs.items():
        for given in filter(None, (source, settings.cast, settings.lexicon)):
            if output is not None:
                media.check_output(output, force=force, source=given, option=option)
    if chart is not None and chart == as_json:
        raise BadInputError(f"{chart}: the chart would replace the JSON.", "Name another file with --chart.")
    with shown:
        found = pipeline.check(settings, shown)
    for estimate in found.estimates:
        if not estimate.calibrated:
            shown.warn(
                f"{estimate.voice} is not calibrated: its seconds are a rough estimate. "
                f"Run: voiceover voices calibrate {estimate.spec}"
            )
    if as_json == _STDOUT:
        print(_json(found))
    elif not quiet:
        forecasts.tell(found, every_line=every_line)
    if outputs["--json"] is not None:
        with media.write_beside(outputs["--json"]) as part:
            part.write_text(_json(found) + "\n", "utf-8")
    if chart is not None:
        with media.write_beside(chart) as part:
            strip_chart.draw(found, part)
    if as_json != _STDOUT:  # whoever reads the JSON wants nothing after it
        for output in filter(None, outputs.values()):
            print(output)
    code = ExitCode.STRICT if strict and found.flagged else ExitCode.DONE
    counts = {status.value: count for status, count in found.counts.items()}
    shown.done(lines=len(found.lines), **counts, exit_code=int(code))
    raise typer.Exit(code)


def _json(found: Forecast) -> str:
    return json.dumps(found.to_json(), ensure_ascii=False, indent=2, allow_nan=False)
