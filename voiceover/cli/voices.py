"""`voiceover voices`: list, show, add, remove, calibrate, import and export the voices on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from voiceover.cli.options import Force, Quiet, ShowProgress, Verbose
from voiceover.progress import ProgressMode

app = typer.Typer(help="The voices on this machine.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command("list")
def list_voices(as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every voice: bundles first, then the operating system's."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.voices import catalog

    entries = catalog.entries()
    if as_json:
        print(json.dumps({"format": 1, "voices": [asdict(entry) for entry in entries]}, ensure_ascii=False, indent=2))
        return
    table = Table("name", "kind", "language", "licence", "where")
    for entry in entries:
        where = f"{entry.where} (unusable: {entry.problem})" if entry.problem else entry.where
        table.add_row(entry.name, entry.kind, entry.language, entry.licence, where)
    show(table)


@app.command("show")
def show_voice(name: str, as_json: AsJson = False, verbose: Verbose = False) -> None:
    """Show a voice's card: language, licence, consent, training and figures."""
    from rich.table import Table

    from voiceover.cli.tables import show
    from voiceover.voices import bundle, catalog

    found = catalog.find(name)
    if found.path is None:
        voice = found.open("cpu")  # only the plug-in itself knows whether it has this voice
        entry = next((entry for entry in catalog.entries() if entry.name == voice.name), None)
        card = {"kind": found.name.partition(":")[0], "name": voice.name, "sample_rate": voice.rate}
        card |= asdict(entry) if entry else {}
        card["consent"] = "not known"  # what the operating system's makers agreed with their speakers
    else:
        card = {**bundle.read_card(found.path).model_dump(mode="json"), "where": str(found.path)}
    if as_json:
        print(json.dumps(card, ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False)
    for key, value in _rows(card):
        table.add_row(key, value)
    show(table)


def _rows(card: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a person wants to know of a card; networks and symbols are for programs, and --json has them."""
    for key, value in card.items():
        match key, value:
            case "format" | "mel", _:
                continue
            case _ if value in (None, "", {}, []):
                continue
            case "sample_rate", _:
                yield "sample rate", f"{value} Hz"
            case "front_end", {"name": name, "version": version, "symbols": symbols}:
                yield "front end", f"{name} {version}, {len(symbols)} symbols"
            case "durations", {"figures": figures}:
                yield "calibrated", "\n".join(f"{name.replace('_', ' ')}: {_text(it)}" for name, it in figures.items())
            case "acoustic" | "vocoder", {"kind": kind}:
                yield key, kind
            case _, dict():
                yield (
                    key.replace("_", " "),
                    "\n".join(f"{name.replace('_', ' ')}: {_text(it)}" for name, it in value.items()),
                )
            case _:
                yield key.replace("_", " "), _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@app.command("add")
def add_voice(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A bundle folder or a .voice file.")],
    name: Annotated[str | None, typer.Option("--name", help="Name it this; by default the name in its card.")] = None,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Check a bundle and copy it to your voices."""
    from voiceover.voices import catalog

    target = catalog.add(path, name=name, force=force)
    print(f"{target}\nUse it with: --voice {target.name}")


@app.command("remove")
def remove_voice(name: str, verbose: Verbose = False) -> None:
    """Remove a voice that was added."""
    from voiceover.voices import catalog

    print(f"Removed {catalog.remove(name)}")


@app.command("calibrate")
def calibrate_voice(
    context: typer.Context,
    name: str,
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="FILE", help="What it says, one line each; there are lines in en, de."),
    ] = None,
    progress: ShowProgress = ProgressMode.AUTO,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Let a voice say a few hundred lines and keep how long it takes, for `voiceover check`."""
    shown = context.obj.show(progress, quiet=quiet)
    from voiceover import calibration

    texts = None if text is None else calibration.read_lines(text)
    with shown:
        done = calibration.calibrate(name, texts, shown)
    print(done.file)
    if not quiet:
        print(f"{name}: half of the lines are foretold within {done.median_error_percent:g} %")
    shown.done(output=str(done.file), exit_code=0)


@app.command("import")
def import_voice(
    acoustic: Annotated[
        Path, typer.Option("--acoustic", metavar="FILE.pt", help="A Tacotron 2 checkpoint of NVIDIA's format.")
    ],
    name: Annotated[str, typer.Option("--name", help="What --voice will take.")],
    vocoder: Annotated[
        Path | None, typer.Option("--vocoder", metavar="FILE", help="A HiFi-GAN generator (g_*), V1, V2 or V3.")
    ] = None,
    vocoder_config: Annotated[
        Path | None, typer.Option("--vocoder-config", metavar="FILE.json", help="The config.json beside it.")
    ] = None,
    acoustic_config: Annotated[
        Path | None,
        typer.Option("--acoustic-config", metavar="FILE.json", help="The Tacotron's hparams, if its mels are unusual."),
    ] = None,
    symbols: Annotated[
        Path | None,
        typer.Option(
            "--symbols", metavar="FILE", help="Its symbols, one a line or a JSON list, if not the public 148."
        ),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="en|de|...", help="What it speaks.")] = "en",
    licence: Annotated[str, typer.Option("--licence", help="The voice's licence.")] = "not stated",
    consent: Annotated[str, typer.Option("--consent", help="What the speaker agreed to.")] = "not stated",
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Add a voice made of the public Tacotron 2 and HiFi-GAN checkpoints."""
    from voiceover.voices.importing import import_voice as make_voice

    imported = make_voice(
        acoustic,
        name=name,
        vocoder=vocoder,
        vocoder_config=vocoder_config,
        acoustic_config=acoustic_config,
        symbols=symbols,
        language=language,
        licence=licence,
        consent=consent,
        force=force,
    )
    for note in imported.notes:
        print(note, file=sys.stderr)
    print(f"{imported.folder}\nUse it with: --voice {imported.folder.name}")


@app.command("export")
def export_voice(
    name: str,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PATH", help="The file, or the folder for onnx.")],
    kind: Annotated[
        str, typer.Option("--format", metavar="voice|nvidia|hifigan|onnx", help="What to write it as.")
    ] = "voice",
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Write a voice as one file, or for other programs; what is written is checked against the voice."""
    from voiceover.errors import BadInputError
    from voiceover.voices import catalog

    found = catalog.find(name)
    if found.path is None:
        raise BadInputError(f"{name} is not voiceover's to export.", "Only voice bundles can be; see `voices list`.")
    from voiceover.voices.exporting import Format
    from voiceover.voices.exporting import export_voice as write_voice

    if kind not in list(Format):
        raise BadInputError(f"--format {kind}: there is no such format.", f"Use {', '.join(Format)}.")
    exported = write_voice(found.path, Format(kind), output, force=force)
    for note in exported.notes:
        print(note, file=sys.stderr)
    print(f"Checked against the voice: largest difference {exported.largest_difference:.1e}", file=sys.stderr)
    for file in exported.files:
        print(file)
