"""`voiceover say`: one line, to hear a voice or to see how it reads a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voiceover.cli import options
from voiceover.config import DEFAULT_VOICE
from voiceover.errors import BadInputError


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say.", show_default=False)],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.wav", help="Where to write the speech.")
    ] = None,
    voice: options.Voice = DEFAULT_VOICE,
    show_text: Annotated[bool, typer.Option("--show-text", help="Print the text as it is read aloud.")] = False,
    show_phonemes: Annotated[bool, typer.Option("--show-phonemes", help="Print its phonemes.")] = False,
    seed: options.Seed = 0,
    device: options.Device = "auto",
    force: options.Force = False,
    verbose: options.Verbose = False,
) -> None:
    """Say one line into a WAV file, or show how it would be read."""
    from voiceover import pipeline, preflight
    from voiceover.voices import catalog

    if not text.strip():
        raise BadInputError("There is nothing to say: TEXT is empty.", "Give some words in quotation marks.")
    if output is None and not (show_text or show_phonemes):
        raise BadInputError(
            "There is nowhere to write the speech.", "Give -o out.wav, or --show-text or --show-phonemes to read it."
        )
    found = catalog.find(voice)
    if output is not None:
        preflight.check_wav(output, force=force)
    opened = found.open(device)
    if show_text:
        spoken = opened.spoken(text)
        if not spoken:
            raise BadInputError(f"{opened.name} cannot say “{text}”.", "Write it out in words, or use another voice.")
        print(spoken)
    if show_phonemes:
        phonemes = opened.phonemes(text)
        if phonemes is None:
            raise BadInputError(f"{voice} has no phonemes of its own to show.", "Use --show-text, or another voice.")
        if not phonemes:
            raise BadInputError(f"{opened.name} cannot say “{text}”.", "Write it out in words, or use another voice.")
        print(phonemes)
    if output is not None:
        pipeline.say(opened, text, output, seed=seed)
        print(output)
