"""`voiceover train`: networks from a corpus, and a voice bundle from the networks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from voiceover.cli import options
from voiceover.progress import Progress, ProgressMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from voiceover.train.loop import Status

app = typer.Typer(help="Train a voice's networks, and make a bundle of them.", no_args_is_help=True)


class Precision(StrEnum):
    """How numbers are kept while training."""

    BF16 = "bf16"
    FP32 = "fp32"


CorpusFolder: TypeAlias = Annotated[
    Path, typer.Argument(metavar="CORPUS", help="Made by `voiceover dataset prepare`.", show_default=False)
]
Run: TypeAlias = Annotated[
    Path,
    typer.Option("--run", "-o", metavar="FOLDER", help="Checkpoints and log; a run that is there carries on."),
]
Preset: TypeAlias = Annotated[str, typer.Option("--preset", help="Sizes and schedule: compact, finetune, tiny, ...")]
Settings: TypeAlias = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE.toml", help="Numbers in place of the preset's.")
]
Steps: TypeAlias = Annotated[int | None, typer.Option("--steps", min=1, help="Planned length, not the preset's.")]
Minutes: TypeAlias = Annotated[
    float | None, typer.Option("--minutes", min=0.0, help="Stop after so long; the same command carries on.")
]
WarmStart: TypeAlias = Annotated[
    Path | None,
    typer.Option("--warm-start", metavar="VOICE|FILE.pt", help="Start from a voice's network or a run's checkpoint."),
]
Accumulate: TypeAlias = Annotated[
    int | None, typer.Option("--accumulate", min=1, help="Batches in one step, for more than memory holds at once.")
]
Patience: TypeAlias = Annotated[
    int | None,
    typer.Option("--patience", min=0, help="End after so many validations without a better figure; 0: never."),
]
SaveEvery: TypeAlias = Annotated[
    float, typer.Option("--save-every", min=0.0, metavar="MINUTES", help="How much a power cut may cost.")
]
Rounded: TypeAlias = Annotated[Precision | None, typer.Option("--precision", help="By default the preset's.")]


@app.command()
def acoustic(
    context: typer.Context,
    corpus: CorpusFolder,
    *,
    run: Run,
    preset: Preset = "compact",
    settings: Settings = None,
    warm_start: WarmStart = None,
    steps: Steps = None,
    minutes: Minutes = None,
    accumulate: Accumulate = None,
    patience: Patience = None,
    save_every: SaveEvery = 5.0,
    precision: Rounded = None,
    device: options.Device = "auto",
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Train Tacotron 2: text to mel spectrograms."""
    chosen = {
        "preset": preset,
        "numbers": settings,
        "warm_start": warm_start,
        "steps": steps,
        "minutes": minutes,
        "accumulate": accumulate,
        "patience": patience,
        "save_every": save_every,
        "precision": precision,
        "device": device,
    }
    _train("acoustic", context.obj.show(progress, quiet=quiet), corpus, run, chosen)


@app.command()
def vocoder(
    context: typer.Context,
    corpus: CorpusFolder,
    *,
    run: Run,
    preset: Preset = "compact",
    settings: Settings = None,
    warm_start: WarmStart = None,
    mels_of: Annotated[
        Path | None,
        typer.Option(
            "--mels-of",
            metavar="VOICE|FILE.pt",
            help="Learn from the mels that this acoustic model predicts, and so to mend what it blurs.",
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", metavar="CORPUS", help="Another speaker's corpus to learn from; may be repeated."),
    ] = None,
    steps: Steps = None,
    minutes: Minutes = None,
    accumulate: Accumulate = None,
    patience: Patience = None,
    save_every: SaveEvery = 5.0,
    precision: Rounded = None,
    device: options.Device = "auto",
    progress: options.ShowProgress = ProgressMode.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Train a vocoder: mel spectrograms to sound."""
    chosen = {
        "preset": preset,
        "numbers": settings,
        "warm_start": warm_start,
        "mels_of": mels_of,
        "also": also or (),
        "steps": steps,
        "minutes": minutes,
        "accumulate": accumulate,
        "patience": patience,
        "save_every": save_every,
        "precision": precision,
        "device": device,
    }
    _train("vocoder", context.obj.show(progress, quiet=quiet), corpus, run, chosen)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The bundle's folder.", show_default=False)],
    *,
    acoustic: Annotated[Path, typer.Option("--acoustic", metavar="FILE.pt", help="A checkpoint of an acoustic run.")],
    vocoder: Annotated[
        Path | None,
        typer.Option("--vocoder", metavar="FILE.pt", help="A checkpoint of a vocoder run; none: Griffin-Lim."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What `--voice` will take.")],
    licence: Annotated[str, typer.Option("--licence", help="The licence of the voice.")],
    consent: Annotated[
        str, typer.Option("--consent", help="Who agreed to what, in a sentence; by default the corpus's statement.")
    ] = "",
    description: Annotated[str, typer.Option("--description", help="For `voices show`.")] = "",
    language: Annotated[
        str | None, typer.Option("--language", help="What it speaks; by default the corpus's language.")
    ] = None,
    verbose: options.Verbose = False,
) -> None:
    """Make a voice bundle of trained networks."""
    from voiceover.train.export import export as make

    make(
        output,
        acoustic=acoustic,
        vocoder=vocoder,
        name=name,
        licence=licence,
        consent=consent,
        description=description,
        language=language,
    )
    print(f"{output}\nAdd it to your voices with: voiceover voices add {output}")


@app.command()
def blend(
    output: Annotated[Path, typer.Argument(metavar="FILE.pt", help="The checkpoint to write.", show_default=False)],
    *,
    trained: Annotated[Path, typer.Option("--trained", metavar="FILE.pt", help="A checkpoint of a run.")],
    base: Annotated[Path, typer.Option("--base", metavar="VOICE|FILE.pt", help="What that run was warm-started from.")],
    share: Annotated[float, typer.Option("--share", min=0.0, max=1.0, help="Of the trained weights.")] = 0.5,
    force: options.Force = False,
    verbose: options.Verbose = False,
) -> None:
    """Take the mean of a network's weights and of those that it was trained from."""
    from voiceover import media
    from voiceover.train.blending import blend as mean

    media.check_output(output, force=force, source=trained)
    mean(trained, base, share, output)
    print(output)


def _train(network: str, shown: Progress, corpus: Path, run: Path, chosen: dict[str, Any]) -> None:
    from voiceover.train import acoustic, vocoder
    from voiceover.train.corpus import load
    from voiceover.train.parallel import from_environment
    from voiceover.train.settings import choose

    training: Any = {"acoustic": acoustic, "vocoder": vocoder}[network]
    choose(training.PRESETS, chosen["preset"], chosen["numbers"])  # what is wrong there is told before a corpus is read
    with shown:
        if also := chosen.pop("also", ()):
            chosen["also"] = [load(other) for other in also]
        status: Status = training.train(load(corpus), run, **chosen, progress=_follow(shown), tell=shown.note)
    if from_environment().leads:
        early = ", stopped early: validations no longer got better" if status.stopped_early else ""
        print(f"{run}\nstep {status.step} of {status.steps}{early}")
    shown.done(output=str(run), step=status.step, steps=status.steps, exit_code=0)


def _follow(shown: Progress) -> Callable[[Status], None]:
    from voiceover.train.loop import follow

    advance = follow(shown, "Training")

    def show(status: Status) -> None:
        advance(status)
        if status.validation:
            figures = ", ".join(f"{name} {value:.4f}" for name, value in status.validation.items())
            shown.note(f"step {status.step}: {figures}", step=status.step, **status.validation)

    return show
